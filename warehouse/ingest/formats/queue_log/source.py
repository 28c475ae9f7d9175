"""A queue_log as a source of canonical rows, beside what the lake knows of it from older files and newer ones.

A row is one call or one interval, so `read` counts rows made and lines refused, not lines: a line that only adds
to a row is no row. A row's number is that of the line it begins with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa

from warehouse.ingest.formats.base import CALL_COLUMNS, Bad, Given, in_batches, text_of
from warehouse.ingest.formats.queue_log import activities, calls
from warehouse.ingest.formats.queue_log.activities import ActivityInterval
from warehouse.ingest.formats.queue_log.calls import QueueCall, RefusedEvent, queue_of
from warehouse.ingest.formats.queue_log.events import KNOWN, Event, as_log, read_event
from warehouse.ingest.formats.queue_log.passes import timed
from warehouse.ingest.formats.rotated import Log, Numbered, rotated_files
from warehouse.ingest.sources import schema_of
from warehouse.lake import Lake
from warehouse.schema import ACTIVITIES, CALLS

WORD = "queue_log"
"""What the files of a directory have in their names."""


class QueueLog:
    """One file or a directory of rotated ones, read for calls or for activities."""

    all_text = True
    spoiled = ""
    notes = ()
    supersedes = ()

    def __init__(self, given: Given) -> None:
        self._given = given
        self._zone = ZoneInfo(given.timezone)
        self._encoding = given.text_encoding()
        files = tuple(as_log(file, given, self._times) for file in rotated_files(given.path, WORD))
        self._log = Log(files, self._times)
        self._skipped: Counter[str] = Counter()
        self._ends: datetime | None = None
        self.columns = CALL_COLUMNS if given.table is CALLS else activities.COLUMNS
        self.schema = schema_of(self.columns, [pa.string()] * len(self.columns))
        self.total = self._log.total

    @property
    def skipped(self) -> Mapping[str, int]:
        return dict(sorted(self._skipped.items()))

    @property
    def lines(self) -> int:
        return self._log.rows

    @property
    def unfinished(self) -> int:
        return self._log.unfinished

    @property
    def complete_to(self) -> datetime | None:
        return self._ends

    def batches(self) -> Iterator[tuple[Any, int]]:
        """Batches with the bytes read so far."""
        return in_batches(self._rows(), self.schema, lambda: self._log.done, self.total)

    def _rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        if self._given.table is CALLS:
            for call in self._calls():
                self._given.misshapen.doubtful += call.in_doubt
                yield call.row, calls.cells_of(call)
        else:
            for interval in self._intervals():
                self._given.misshapen.doubtful += interval.in_doubt
                yield interval.row, activities.cells_of(interval)

    def _calls(self) -> Iterator[QueueCall]:
        begins = self._log.begins()
        carried = carried_calls(self._given.lake, begins) if begins else []
        unended: list[QueueCall] = []
        for call in calls.calls_of(self._events(), carried):
            if isinstance(call, RefusedEvent):
                self._given.refuse(call.event.row, call.event.place, call.reason, call.event.text)
            elif call.ended_at is None:
                unended.append(call)
            else:
                yield call
        yield from finished_calls(self._given.lake, unended)

    def _intervals(self) -> Iterator[ActivityInterval]:
        begins = self._log.begins()
        carried = carried_intervals(self._given.lake, begins) if begins else []
        lasting: list[ActivityInterval] = []
        for interval in activities.intervals_of(self._events(), carried):
            if isinstance(interval, RefusedEvent):
                self._given.refuse(interval.event.row, interval.event.place, interval.reason, interval.event.text)
            elif interval.ended_at is None:
                lasting.append(interval)
            else:
                yield interval
        yield from finished_intervals(self._given.lake, lasting)

    def _events(self) -> Iterator[Event]:
        lines = ((line, text_of(line.text, self._encoding)) for line in self._log.lines())
        for each in timed(lines, itemgetter(1), self._zone):
            line, text = each.line
            try:
                event = read_event(text, each.at, self._zone, line.row, line.place, in_doubt=each.in_doubt)
            except Bad as bad:
                self._given.refuse(line.row, line.place, bad.message, text)
                continue
            self._ends = max(event.at, self._ends or event.at)
            if event.name in KNOWN:
                yield event
            else:
                self._skipped[event.name] += 1

    def _times(self, lines: Iterable[Numbered]) -> Iterator[tuple[Numbered, datetime | None]]:
        for each in timed(lines, lambda line: line[1].decode("ascii", "replace"), self._zone):
            yield each.line, each.at


LONGEST = timedelta(days=1)
"""A call that entered longer ago is not waited for."""
_AT_ONCE = 500


def carried_calls(lake: Lake, begins: datetime) -> list[QueueCall]:
    """The calls of older files that may go on at that moment, as they stood then.

    Also those that a newer file has ended since: it may be that very file, being imported again.
    """
    c = CALLS.c
    rows = lake.open().rows(
        _calls().where(
            c.started_at < begins,
            c.started_at >= begins - LONGEST,
            sa.or_(c.ended_at.is_(None), c.ended_at >= begins),
            sa.func.starts_with(c.call_id, c.contact_id + "/"),
        )
    )
    return [_as_of(call, begins) for call in map(_call, rows) if call.queue]


def finished_calls(lake: Lake, calls: Sequence[QueueCall]) -> Iterator[QueueCall]:
    """The calls as they are, or as the lake has them if it knows more: an older file imported again undoes nothing."""
    for start in range(0, len(calls), _AT_ONCE):
        some = calls[start : start + _AT_ONCE]
        rows = lake.open().rows(_calls().where(CALLS.c.call_id.in_([call.call_id for call in some])))
        known = {row[0]: _call(row) for row in rows}
        for call in some:
            other = known.get(call.call_id)
            more = other and (other.ended_at or (other.outcome and not call.outcome))
            yield replace(other, row=call.row) if other and more else call


def carried_intervals(lake: Lake, begins: datetime) -> list[ActivityInterval]:
    """Each agent's latest interval that lasts at that moment, as it stood then."""
    c = ACTIVITIES.c
    lasting = sa.and_(
        c.started_at < begins,
        sa.or_(c.ended_at.is_(None), c.ended_at >= begins),
        c.category.in_(["ready", "break"]),
    )
    rows = lake.open().rows(_intervals().where(lasting).order_by(c.started_at))
    latest = {row[0]: replace(_interval(row), ended_at=None, carried=True) for row in rows}
    return list(latest.values())


def finished_intervals(lake: Lake, intervals: Sequence[ActivityInterval]) -> Iterator[ActivityInterval]:
    """The intervals as they are, or with the end that the lake has."""
    c = ACTIVITIES.c
    for start in range(0, len(intervals), _AT_ONCE):
        some = intervals[start : start + _AT_ONCE]
        agents = c.agent_id.in_([each.agent_id for each in some])
        rows = lake.open().rows(_intervals().where(agents, c.started_at >= min(each.started_at for each in some)))
        known = {(row[0], row[1]): row[2] for row in rows}
        for each in some:
            yield replace(each, ended_at=known.get((each.agent_id, each.started_at)))


def _calls() -> sa.Select[*tuple[Any, ...]]:
    c = CALLS.c
    return sa.select(
        c.call_id,
        c.contact_id,
        c.started_at,
        c.client_id,
        c.outcome,
        c.wait_s,
        c.agent_id,
        c.talk_s,
        c.ended_at,
        c.transferred_to,
    )


def _call(row: Sequence[Any]) -> QueueCall:
    call_id, callid, started_at, client, outcome, wait_s, agent, talk_s, ended_at, target = row
    answered_at = started_at + timedelta(seconds=wait_s) if outcome == "answered" and wait_s is not None else None
    return QueueCall(
        call_id,
        callid,
        queue_of(call_id, callid),
        started_at,
        0,
        client_id=client,
        outcome=outcome,
        wait_s=wait_s,
        answered_at=answered_at,
        agent_id=agent,
        talk_s=talk_s,
        ended_at=ended_at,
        transferred_to=target,
    )


def _as_of(call: QueueCall, moment: datetime) -> QueueCall:
    call = replace(call, ended_at=None, talk_s=None, transferred_to=None, carried=True)
    if call.answered_at and call.answered_at < moment:
        return call
    return replace(call, outcome=None, wait_s=None, answered_at=None, agent_id=None)


def _intervals() -> sa.Select[*tuple[Any, ...]]:
    c = ACTIVITIES.c
    return sa.select(c.agent_id, c.started_at, c.ended_at, c.status, c.category, c.activity)


def _interval(row: Sequence[Any]) -> ActivityInterval:
    agent, started_at, ended_at, status, category, activity = row
    return ActivityInterval(agent, started_at, status or "", category, 0, activity, ended_at)
