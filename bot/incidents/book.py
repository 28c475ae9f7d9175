"""The incidents of a centre: written into the bot's state, from where the records follow with rows as any others.

Whatever is decided from what is there (the number, which one is open, whether it is over) is decided in the transaction
that writes it, so several people may write at once. Incidents that were imported are there to be read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.incidents import store
from bot.incidents.store import EntryRevision, IncidentRecord
from bot.incidents.words import ParsedCommand
from bot.project import Project
from bot.state.store import State
from bot.subscriptions.store import Owner
from metrics.incidents import ACTIONS, LESSONS, Incident, read_incidents
from warehouse.lake import Lake
from warehouse.merge import connect, merge, without
from warehouse.messages import UserError
from warehouse.records import duckdb_type
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENT_LESSONS, INCIDENTS

LOG = logging.getLogger(__name__)
REOPENED_WITHIN = timedelta(hours=24)
"""So long after its end an incident may go on; later it is another one."""


class IncidentBook:
    """Writes and reads incidents."""

    def __init__(self, project: Project, state: State) -> None:
        self._project, self._state = project, state
        self._storing = asyncio.Lock()

    def check_written_here(self) -> None:
        """Raise UserError where incidents are read from a warehouse: there they are written, too."""
        settings = self._project.config.warehouse.settings(self._project.timezone)
        read = settings.read if settings else frozenset()
        if read & {INCIDENTS.name, INCIDENT_EVENTS_TABLE.name}:
            raise UserError("Incidents are read from your own warehouse: they are written there.")

    async def written(self, event: str) -> bool:
        """Whether a delivery was written down before."""
        return await self._state.run(store.of_event, event) is not None

    async def entry_of(self, message: str) -> tuple[int, int] | None:
        """The incident and the entry that stand in a message."""
        return await self._state.run(store.of_message, message)

    async def every(self) -> list[Incident]:
        """Return all incidents, the earliest first: those of the chats, and those that were imported."""
        own = {each.incident.number: each.incident for each in await self._state.run(store.records)}
        imported = await asyncio.to_thread(self._recorded)
        found = [*own.values(), *(each for each in imported if each.number not in own)]
        return sorted(found, key=lambda each: (each.started, each.number))

    async def records(self, platform: str | None = None, chat: str | None = None) -> list[IncidentRecord]:
        """What was written in chats, or in one of them."""
        here = () if platform is None else _of_chat(platform, chat)
        return await self._state.run(store.records, *here)

    async def start(
        self, owner: Owner, asked: ParsedCommand, lines: Sequence[str], entry: EntryRevision
    ) -> IncidentRecord:
        """Open an incident under the next number. Raises UserError if one of the title is open."""
        imported = await asyncio.to_thread(self._recorded)
        taken = max((int(each.number) for each in imported if each.number.isdigit()), default=0)

        def begun(connection: sa.Connection) -> IncidentRecord:
            known = store.records(connection)
            for each in known:
                if each.title == asked.text[:255] and each.incident.resolved is None:
                    raise UserError(
                        'Incident No. {number} "{title}" is open already.', number=each.number, title=each.title
                    )
            number = max((each.number for each in known), default=0)
            return store.begin(
                connection, max(number, taken) + 1, owner, asked.text, lines, asked.severity, replace(entry, text="")
            )

        return await self._state.run(begun)

    async def add(self, owner: Owner, number: int | None, entry: EntryRevision) -> IncidentRecord:
        """Write an entry into an incident: of a number, or the only open one of the chat.

        Raises UserError if there is none or there are several, for a moment before its start, and for a second end.
        What is said to clients at last, and what was forgotten, may come after the end; so long as it may be reopened,
        a note may, too.
        """

        def added(connection: sa.Connection) -> IncidentRecord:
            record = _chosen(connection, owner, number)
            incident = record.incident
            _check_moment(incident, entry.at)
            if incident.resolved is not None:
                if entry.kind == "resolved":
                    raise UserError(
                        "Incident No. {number} is over since {moment}.", number=record.number, moment=incident.resolved
                    )
                if entry.kind == "note" and entry.at > incident.resolved:
                    _check_reopens(record, entry.entered_at)
            return store.write(connection, record.number, entry)

        return await self._state.run(added)

    async def learn(self, number: int | None, entry: EntryRevision) -> IncidentRecord:
        """Write a line of a post-mortem. Raises UserError if there is no such incident here."""
        return await self._state.run(lambda c: store.write(c, _known(c, number or 0).number, entry))

    async def reopen(self, owner: Owner, number: int | None, entry: EntryRevision) -> IncidentRecord:
        """Withdraw an incident's end. Raises UserError if it goes on, or is over for too long."""

        def reopened(connection: sa.Connection) -> IncidentRecord:
            record = _known(connection, number) if number else _latest(connection, owner)
            if record.incident.resolved is None:
                raise UserError("Incident No. {number} goes on.", number=record.number)
            _check_reopens(record, entry.entered_at)
            ends = [each for each in record.entries if each.kind == "resolved" and not each.dropped]
            for n, end in enumerate(ends):
                event = f"{entry.event}/{n}" if n else entry.event
                again = replace(end, dropped=True, author=entry.author, entered_at=entry.entered_at, message=None)
                record = store.write(connection, record.number, replace(again, event=event, revision=end.revision + 1))
            return record

        return await self._state.run(reopened)

    async def revise(self, number: int, place: int, change: Callable[[EntryRevision], EntryRevision]) -> IncidentRecord:
        """Put another revision in an entry's place. Raises UserError if there is none, or it would begin too late."""

        def revised(connection: sa.Connection) -> IncidentRecord:
            record = _known(connection, number)
            before = record.entry(place)
            if before is None:
                raise UserError("Incident No. {number} has no entry {place}.", number=number, place=f"{number}:{place}")
            after = replace(change(before), place=place, revision=before.revision + 1)
            if before.kind == "started":
                _check_start(record.incident, after)
            elif before.kind not in LESSONS:
                _check_moment(record.incident, after.at)
            if after.done_at and before.kind not in ACTIONS:
                raise UserError("{place} is no action: nothing of it can be done.", place=f"{number}:{place}")
            return store.write(connection, number, after)

        return await self._state.run(revised)

    async def published(self, number: int, now: datetime, pages: Sequence[str]) -> IncidentRecord:
        """Note that the post-mortem of an incident stands on pages of these names, for the first time or anew."""

        def noted(connection: sa.Connection) -> IncidentRecord:
            record = _known(connection, number)
            when = {"revised_at": now} if record.published_at else {"published_at": now}
            store.changed(connection, number, pages=list(pages), **when)
            return _known(connection, number)

        return await self._state.run(noted)

    async def store_records(self, now: datetime) -> None:
        """Let the records follow what was written; a writer that is there already is waited for until the next time.

        Raises UserError for records that cannot be written.
        """
        async with self._storing:
            waiting = await self._state.run(store.unstored)
            if not waiting:
                return
            await asyncio.to_thread(save, self._project.lake, waiting, now)
            for each in waiting:
                await self._state.run(store.stored, each.number, each.revision)

    def _recorded(self) -> list[Incident]:
        """The incidents of the records, those of the chats among them; none where they cannot be read just now."""
        try:
            return read_incidents(self._project.store.open(), self._project.clock())
        except UserError as error:
            LOG.warning("imported incidents cannot be read: %s", error)
            return []


def _of_chat(platform: str, chat: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return store.INCIDENTS.c.platform == platform, store.INCIDENTS.c.chat == chat


def _chosen(connection: sa.Connection, owner: Owner, number: int | None) -> IncidentRecord:
    """The incident of a number, or the only open one of a chat."""
    if number is not None:
        return _known(connection, number)
    here = store.records(connection, *_of_chat(owner.platform, owner.chat))
    opened = [each for each in here if each.incident.resolved is None]
    if not opened:
        raise UserError("No incident is open here. Start one: {example}.", example="/incident start 13:02 …")
    if len(opened) > 1:
        numbers = ", ".join(f"#{each.number}" for each in opened)
        raise UserError("Several incidents are open: {numbers}. Say which.", numbers=numbers)
    return opened[0]


def _latest(connection: sa.Connection, owner: Owner) -> IncidentRecord:
    here = store.records(connection, *_of_chat(owner.platform, owner.chat))
    if not here:
        raise UserError("There was no incident here yet.")
    return here[-1]


def _known(connection: sa.Connection, number: int) -> IncidentRecord:
    found = store.one(connection, number)
    if found is None:
        raise UserError("No incident No. {number} was written down in a chat.", number=number)
    return found


def _check_reopens(record: IncidentRecord, now: datetime) -> None:
    """Raise UserError for an incident that is over for too long to go on."""
    ended = record.incident.resolved
    if ended is not None and now - ended > REOPENED_WITHIN:
        raise UserError(
            "Incident No. {number} is over since {moment}: what goes on now is another one.",
            number=record.number,
            moment=ended,
        )


def _check_moment(incident: Incident, at: datetime) -> None:
    if at < incident.started:
        raise UserError(
            "Incident No. {number} started on {start}: {given} is before that.",
            number=incident.number,
            start=incident.started,
            given=at,
        )


def _check_start(incident: Incident, start: EntryRevision) -> None:
    """Raise UserError for a start that comes after something else, or that is withdrawn."""
    if start.dropped:
        raise UserError("An incident has a start: edit its time instead.")
    others = [each for each in incident.entries if each.kind != "started"]
    if others and start.at > others[0].at:
        raise UserError(
            "The timeline of No. {number} has an entry of {moment}: it cannot start after that.",
            number=incident.number,
            moment=others[0].at,
        )


SOURCE = "chat"


def save(lake: Lake, records: Sequence[IncidentRecord], now: datetime) -> None:
    """Write incidents as they are now. Raises UserError if another writer is at work, or the lake cannot be written."""
    rows: dict[sa.Table, list[dict[str, Any]]] = {INCIDENTS: [], INCIDENT_EVENTS_TABLE: [], INCIDENT_LESSONS: []}
    withdrawn = []
    for record in records:
        rows[INCIDENTS].append(_incident(record))
        for entry in record.entries:
            if entry.dropped:
                withdrawn.append(_key(record, entry))
            elif entry.kind in LESSONS:
                rows[INCIDENT_LESSONS].append(_lesson(record, entry))
            else:
                rows[INCIDENT_EVENTS_TABLE].append(_event(record, entry))
    keys = ", ".join(f"'{key}'" for key in withdrawn)
    with lake.writing() as manifest, connect() as connection:
        for table, of_table in rows.items():
            if of_table:
                columns = list(table.columns)
                lists = ", ".join(_unnested(columns))
                values = [[row.get(column.name) for row in of_table] for column in columns]
                connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {lists}", values)
                manifest, _ = merge(lake, manifest, connection, table, "staged", complete_to=now)
            if keys and table is not INCIDENTS:
                key = "event_id" if table is INCIDENT_EVENTS_TABLE else "lesson_id"
                manifest, _ = without(lake, manifest, connection, table, f"{key} IN ({keys})")
        lake.commit(manifest)


def _unnested(columns: Sequence[sa.Column[Any]]) -> Iterator[str]:
    for column in columns:
        yield f"unnest(CAST(? AS {duckdb_type(column)}[])) AS {column.name}"


def _key(record: IncidentRecord, entry: EntryRevision) -> str:
    return f"{SOURCE}:{record.number}:{entry.place:06}"


def _incident(record: IncidentRecord) -> dict[str, Any]:
    incident = record.incident
    return {
        "incident_id": incident.number,
        "title": incident.title,
        "lines": ",".join(incident.lines) or None,
        "severity": incident.severity,
        "started_at": incident.started,
        "resolved_at": incident.resolved,
        "chat": record.owner.target.chat,
        "author": f"{record.owner.platform}:{record.owner.person}",
        "revision": float(record.revision),
        "published_at": record.published_at,
        "revised_at": record.revised_at,
        "source": SOURCE,
    }


def _event(record: IncidentRecord, entry: EntryRevision) -> dict[str, Any]:
    return {
        "event_id": _key(record, entry),
        "incident_id": str(record.number),
        "at": entry.at,
        "kind": entry.kind,
        "text": entry.text or None,
        "author": entry.author or None,
        "internal": entry.internal,
        "entered_at": entry.entered_at,
        "source": SOURCE,
    }


def _lesson(record: IncidentRecord, entry: EntryRevision) -> dict[str, Any]:
    return {
        "lesson_id": _key(record, entry),
        "incident_id": str(record.number),
        "section": entry.kind,
        "text": entry.text,
        "role": entry.role,
        "due_on": entry.due_on,
        "done_at": entry.done_at,
        "source": SOURCE,
    }
