"""A queue_log as a source of canonical rows.

A row is one call or one interval, so `read` counts rows made and lines refused, not lines: a line that only adds
to a row is no row. A row's number is that of the line it begins with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from warehouse.ingest.formats.base import CALL_COLUMNS, Bad, Given, in_batches, text_of
from warehouse.ingest.formats.queue_log import activities, calls, lake
from warehouse.ingest.formats.queue_log.activities import Interval
from warehouse.ingest.formats.queue_log.calls import QueueCall, RefusedEvent
from warehouse.ingest.formats.queue_log.events import KNOWN, Event, as_log, read_event
from warehouse.ingest.formats.queue_log.passes import timed
from warehouse.ingest.formats.rotated import Log, Numbered, rotated_files
from warehouse.ingest.sources import schema_of
from warehouse.schema import CALLS

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
        carried = lake.carried_calls(self._given.lake, begins) if begins else []
        unended: list[QueueCall] = []
        for call in calls.calls_of(self._events(), carried):
            if isinstance(call, RefusedEvent):
                self._given.refuse(call.event.row, call.event.place, call.reason, call.event.text)
            elif call.ended_at is None:
                unended.append(call)
            else:
                yield call
        yield from lake.finished_calls(self._given.lake, unended)

    def _intervals(self) -> Iterator[Interval]:
        begins = self._log.begins()
        carried = lake.carried_intervals(self._given.lake, begins) if begins else []
        lasting: list[Interval] = []
        for interval in activities.intervals_of(self._events(), carried):
            if isinstance(interval, RefusedEvent):
                self._given.refuse(interval.event.row, interval.event.place, interval.reason, interval.event.text)
            elif interval.ended_at is None:
                lasting.append(interval)
            else:
                yield interval
        yield from lake.finished_intervals(self._given.lake, lasting)

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
