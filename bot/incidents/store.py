"""Incidents in the bot's state: what was said of them in chats, each entry with all its revisions.

Nothing is overwritten: what is edited or withdrawn gets another revision, and the latest holds. An entry is written
once for one delivery of a platform, whatever restarts. Each function is for one transaction. Instants are naive UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.state.schema import METADATA
from bot.subscriptions.store import Owner, owner_columns, owner_in
from metrics.incidents import LESSONS, Entry, Incident, Lesson

INCIDENTS = sa.Table(
    "incidents",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    *owner_columns(),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("lines", sa.String(255), nullable=False),
    sa.Column("severity", sa.Integer),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("stored", sa.Integer, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("shown", sa.String(64)),
    sa.Column("published_at", sa.DateTime),
    sa.Column("revised_at", sa.DateTime),
    sa.Column("pages", sa.JSON(none_as_null=True)),
)
"""What began where: how often something of it was written, which of these revisions the records have, how many messages
its timeline had in the chat, a hash of what stands there, when its post-mortem was published, and under which names."""

INCIDENT_ENTRIES = sa.Table(
    "incident_entries",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("incident", sa.ForeignKey(INCIDENTS.c.number), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("event", sa.String(192), nullable=False, unique=True),
    sa.Column("message", sa.String(192), index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("author", sa.String(96), nullable=False),
    sa.Column("internal", sa.Boolean, nullable=False),
    sa.Column("role", sa.String(128)),
    sa.Column("due_on", sa.Date),
    sa.Column("done_at", sa.DateTime),
    sa.Column("dropped", sa.Boolean, nullable=False),
    sa.Column("entered_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("incident", "place", "revision", name="uq_incident_entries_place"),
)
"""Revisions of entries: moments of a timeline, and what is learnt of it (`role`, `due_on`, `done_at` are of actions).

`event` is the delivery that it came with, `message` the message that it stands in.
"""

_I, _E = INCIDENTS.c, INCIDENT_ENTRIES.c
_GIVEN = ("kind", "at", "text", "author", "internal", "role", "due_on", "done_at", "dropped", "entered_at")


@dataclass(frozen=True)
class EntryRevision:
    """A revision of an entry. `place` is its number within the incident, 0 before it has one."""

    event: str
    kind: str
    at: datetime
    text: str
    author: str
    entered_at: datetime
    internal: bool = False
    role: str | None = None
    due_on: date | None = None
    done_at: datetime | None = None
    dropped: bool = False
    message: str | None = None
    place: int = 0
    revision: int = 1


@dataclass(frozen=True)
class IncidentRecord:
    """An incident as the state has it, with its entries as they hold."""

    number: int
    owner: Owner
    title: str
    lines: tuple[str, ...]
    severity: int | None
    revision: int
    stored: int
    messages: int
    shown: str | None
    published_at: datetime | None
    revised_at: datetime | None
    pages: tuple[str, ...]
    entries: tuple[EntryRevision, ...] = ()

    @property
    def subject(self) -> str:
        """What the ledger of deliveries calls it."""
        return f"incident:{self.number}"

    @property
    def incident(self) -> Incident:
        """The same as the records have it."""
        held = [each for each in self.entries if not each.dropped]
        timeline = sorted((each for each in held if each.kind not in LESSONS), key=lambda each: (each.at, each.place))
        ended = [each.at for each in timeline if each.kind == "resolved"]
        return Incident(
            str(self.number),
            self.title,
            self.lines,
            self.severity,
            next(each.at for each in self.entries if each.kind == "started"),
            ended[-1] if ended else None,
            tuple(Entry(e.at, e.kind, e.text, e.author, e.internal, e.place, e.entered_at) for e in timeline),
            tuple(Lesson(e.kind, e.text, e.role, e.due_on, e.done_at, e.place) for e in held if e.kind in LESSONS),
            self.published_at,
            self.revised_at,
        )

    def entry(self, place: int) -> EntryRevision | None:
        """The entry of a number, as it holds; None if there is none, or it was withdrawn."""
        return next((each for each in self.entries if each.place == place and not each.dropped), None)


def records(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[IncidentRecord]:
    """All incidents that were written down here, in the order of their numbers."""
    rows = connection.execute(sa.select(INCIDENTS).where(*where).order_by(_I.number)).all()
    numbers = [row.number for row in rows]
    latest: dict[tuple[int, int], EntryRevision] = {}
    found = sa.select(INCIDENT_ENTRIES).where(_E.incident.in_(numbers)).order_by(_E.place, _E.revision)
    for each in connection.execute(found):
        values = {name: getattr(each, name) for name in (*_GIVEN, "event", "message", "place", "revision")}
        latest[each.incident, each.place] = EntryRevision(**values)
    return [_record(row, [e for (number, _), e in latest.items() if number == row.number]) for row in rows]


def one(connection: sa.Connection, number: int) -> IncidentRecord | None:
    """The incident of a number."""
    found = records(connection, _I.number == number)
    return found[0] if found else None


def of_event(connection: sa.Connection, event: str) -> int | None:
    """The incident that a delivery was written into, if it was."""
    return connection.scalar(sa.select(_E.incident).where(_E.event == event))


def of_message(connection: sa.Connection, message: str) -> tuple[int, int] | None:
    """The incident and the place of what stands in a message."""
    row = connection.execute(sa.select(_E.incident, _E.place).where(_E.message == message)).first()
    return (row.incident, row.place) if row else None


def begin(
    connection: sa.Connection,
    number: int,
    owner: Owner,
    title: str,
    lines: Sequence[str],
    severity: int | None,
    entry: EntryRevision,
) -> IncidentRecord:
    """Write down a new incident with its first entry."""
    values = {"number": number, "title": title[:255], "lines": ",".join(lines), "severity": severity}
    begun = {"revision": 0, "stored": 0, "messages": 1}
    connection.execute(INCIDENTS.insert().values(**owner.columns, **values, **begun))
    return write(connection, number, entry)


def write(connection: sa.Connection, number: int, entry: EntryRevision) -> IncidentRecord:
    """Write an entry: of place 0 a new one, else the next revision of the one that is there."""
    if not entry.place:
        last = connection.scalar(sa.select(sa.func.max(_E.place)).where(_E.incident == number))
        entry = replace(entry, place=(last or 0) + 1)
    given: dict[str, Any] = {name: getattr(entry, name) for name in (*_GIVEN, "event", "message", "place", "revision")}
    connection.execute(INCIDENT_ENTRIES.insert().values(incident=number, **given))
    changed(connection, number)
    found = one(connection, number)
    assert found is not None
    return found


def changed(connection: sa.Connection, number: int, **values: Any) -> None:
    """Count another revision of an incident, for the chat and the records to follow."""
    another = {"revision": _I.revision + 1, "shown": None}
    connection.execute(INCIDENTS.update().where(_I.number == number).values(**another, **values))


def stored(connection: sa.Connection, number: int, revision: int) -> None:
    """The records have it as it was at a revision."""
    connection.execute(INCIDENTS.update().where(_I.number == number).values(stored=revision))


def shown(connection: sa.Connection, record: IncidentRecord, words: str | None, messages: int) -> None:
    """What stands in the chat, as a hash of it, in the last of so many messages; nothing, if more was written since."""
    still = sa.case((_I.revision == record.revision, words))
    connection.execute(INCIDENTS.update().where(_I.number == record.number).values(shown=still, messages=messages))


def unstored(connection: sa.Connection) -> list[IncidentRecord]:
    """Incidents that the records do not have as they are."""
    return records(connection, _I.stored < _I.revision)


def _record(row: Any, entries: Sequence[EntryRevision]) -> IncidentRecord:
    lines = tuple(part for part in row.lines.split(",") if part)
    return IncidentRecord(
        row.number,
        owner_in(row),
        row.title,
        lines,
        row.severity,
        row.revision,
        row.stored,
        row.messages,
        row.shown,
        row.published_at,
        row.revised_at,
        tuple(row.pages or ()),
        tuple(entries),
    )
