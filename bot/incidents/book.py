"""Where incidents are kept: two tables of the lake, written one entry at a time.

Several people write at once, so whatever is decided from what is there (the number, which one is open) is decided under
the lake's lock. An entry's id is the message it was said in: said once, it is written once, whatever restarts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa

from metrics.incidents import Entry, Incident
from warehouse.lake import Lake
from warehouse.manifest import Manifest
from warehouse.merge import connect, merge
from warehouse.messages import UserError
from warehouse.records import LakeRecords, duckdb_type
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENTS

T = TypeVar("T")
_WAIT_S, _TRIES = 0.2, 25
"""For an import that is writing: five seconds in all."""


@dataclass(frozen=True)
class NewEntry:
    """An entry to write down. Instants UTC."""

    id: str
    kind: str
    at: datetime
    text: str
    author: str
    entered_at: datetime


class IncidentBook:
    """The incidents of a lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake, self._lock = lake, Lock()

    def every(self) -> list[Incident]:
        """Return all incidents, the earliest first."""
        return _read(self._lake, self._lake.manifest())

    def start(self, title: str, entry: NewEntry, *, lines: str, severity: float | None, chat: str) -> Incident:
        """Open an incident under the next number. Raises UserError if one of the title is open."""

        def opened(known: Sequence[Incident]) -> tuple[list[dict[str, Any]], str]:
            same = next((each for each in known if each.title == title and each.resolved is None), None)
            if same:
                raise UserError('Incident No. {number} "{title}" is open already.', number=same.number, title=title)
            number = str(max((int(each.number) for each in known if each.number.isdigit()), default=0) + 1)
            row = {
                "incident_id": number,
                "title": title,
                "lines": lines or None,
                "severity": severity,
                "started_at": entry.at,
                "chat": chat,
                "author": entry.author,
                "revision": 1.0,
                "source": "chat",
            }
            return [row], number

        return self._written(entry, opened)

    def add(self, number: str | None, entry: NewEntry) -> Incident:
        """Write an entry into the timeline of a number, or of the only open incident.

        Raises UserError if there is none or there are several, and for a moment before its start or a second end.
        """

        def chosen(known: Sequence[Incident]) -> tuple[list[dict[str, Any]], str]:
            incident = _chosen(known, number)
            if entry.at < incident.started:
                raise UserError(
                    "Incident No. {number} started on {start}: {given} is before that.",
                    number=incident.number,
                    start=incident.started,
                    given=entry.at,
                )
            if entry.kind != "resolved":
                return [], incident.number
            if incident.resolved is not None:
                raise UserError(
                    "Incident No. {number} is over since {moment}.", number=incident.number, moment=incident.resolved
                )
            return [_as_row(incident, self._lake) | {"resolved_at": entry.at}], incident.number

        return self._written(entry, chosen)

    def _written(
        self, entry: NewEntry, decide: Callable[[Sequence[Incident]], tuple[list[dict[str, Any]], str]]
    ) -> Incident:
        with self._lock:
            for left in reversed(range(_TRIES)):
                try:
                    return self._write_once(entry, decide)
                except UserError as error:
                    if left == 0 or "writing" not in error.message.id:
                        raise
                    time.sleep(_WAIT_S)
        raise AssertionError("the last try returns or raises")

    def _write_once(
        self, entry: NewEntry, decide: Callable[[Sequence[Incident]], tuple[list[dict[str, Any]], str]]
    ) -> Incident:
        with self._lake.writing() as manifest:
            number = _number_of(self._lake, manifest, entry.id)
            if number is None:
                rows, number = decide(_read(self._lake, manifest))
                event = {
                    "event_id": entry.id,
                    "incident_id": number,
                    "at": entry.at,
                    "kind": entry.kind,
                    "text": entry.text or None,
                    "author": entry.author,
                    "internal": False,
                    "entered_at": entry.entered_at,
                    "source": "chat",
                }
                manifest = _merged(self._lake, manifest, INCIDENTS, rows, entry.entered_at)
                manifest = _merged(self._lake, manifest, INCIDENT_EVENTS_TABLE, [event], entry.entered_at)
                self._lake.commit(manifest)
            return next(each for each in _read(self._lake, manifest) if each.number == number)


def _chosen(known: Sequence[Incident], number: str | None) -> Incident:
    """The incident of a number, or the only open one."""
    if number is not None:
        found = next((each for each in known if each.number == number), None)
        if found is None:
            raise UserError("There is no incident No. {number}.", number=number)
        return found
    opened = [each for each in known if each.resolved is None]
    if not opened:
        raise UserError("No incident is open. Start one: {example}.", example="/incident start 13:02 …")
    if len(opened) > 1:
        numbers = ", ".join(f"#{each.number}" for each in opened)
        raise UserError("Several incidents are open: {numbers}. Say which.", numbers=numbers)
    return opened[0]


def _merged(lake: Lake, manifest: Manifest, table: sa.Table, rows: Sequence[dict[str, Any]], now: datetime) -> Manifest:
    """Merge rows, and say that the table is known up to now."""
    if not rows:
        return manifest
    columns = list(table.columns)
    lists = ", ".join(f"unnest(CAST(? AS {duckdb_type(column)}[])) AS {column.name}" for column in columns)
    with connect() as connection:
        values = [[row.get(column.name) for row in rows] for column in columns]
        connection.execute(f"CREATE TEMP TABLE staged AS SELECT {lists}", values)
        manifest, _ = merge(lake, manifest, connection, table, "staged", complete_to=now)
    return manifest


def _as_row(incident: Incident, lake: Lake) -> dict[str, Any]:
    """The row of an incident as it is in the lake."""
    c = INCIDENTS.c
    statement = sa.select(*c).where(c.incident_id == incident.number)
    (row,) = LakeRecords(lake.root, lake.manifest()).rows(statement)
    return dict(zip((column.name for column in c), tuple(row), strict=True))


def _number_of(lake: Lake, manifest: Manifest, event: str) -> str | None:
    """The incident that an entry was written into, if it was."""
    e = INCIDENT_EVENTS_TABLE.c
    rows = LakeRecords(lake.root, manifest).rows(sa.select(e.incident_id).where(e.event_id == event))
    return str(rows[0][0]) if rows else None


def _read(lake: Lake, manifest: Manifest) -> list[Incident]:
    records = LakeRecords(lake.root, manifest)
    if records.complete_to(INCIDENTS.name) is None:
        return []
    c, e = INCIDENTS.c, INCIDENT_EVENTS_TABLE.c
    events: dict[str, list[Entry]] = {}
    for number, at, kind, text, author in records.rows(
        sa.select(e.incident_id, e.at, e.kind, e.text, e.author).order_by(e.at, e.event_id)
    ):
        events.setdefault(str(number), []).append(Entry(at, kind, text or "", author))
    rows = records.rows(
        sa.select(c.incident_id, c.title, c.lines, c.severity, c.started_at, c.resolved_at).order_by(c.started_at)
    )
    return [
        Incident(
            str(number),
            title or "",
            tuple(part.strip() for part in (lines or "").split(",") if part.strip()),
            severity,
            started,
            resolved,
            tuple(events.get(str(number), ())),
        )
        for number, title, lines, severity, started, resolved in rows
    ]
