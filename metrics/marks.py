"""Days that are not like others: they teach nothing, are holidays of a line, or ran as another weekday."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.load import CALL, CHAT, DESK
from metrics.periods import Period, days, to_local
from warehouse.messages import Message, note
from warehouse.schema import DAY_MARKS

EXCLUDE, HOLIDAY, LIKE = "exclude", "holiday", "like"
_CHANNELS = {"calls": CALL, "chats": CHAT, "ticket_events": DESK}
"""The tables whose events come by a channel that may be marked by itself."""


@dataclass(frozen=True)
class DayMark:
    """A mark of local days, both ends included; no line: of all, no channel: of all."""

    first: date
    last: date
    kind: str
    line: str | None = None
    channel: str | None = None
    like_weekday: int | None = None
    """1 Monday ... 7 Sunday."""
    note: str | None = None


@dataclass(frozen=True)
class DayMarks:
    """All marks of a centre."""

    marks: tuple[DayMark, ...]
    centre: Centre

    def of(self, line: str | None, channel: str) -> Iterator[DayMark]:
        """Yield those that hold for a channel of a line or a group of lines; None: of the whole centre."""
        for mark in self.marks:
            if mark.channel in (None, channel) and self._covers(mark, line):
                yield mark

    def left_out(self, line: str | None, channel: str, within: Period) -> frozenset[date]:
        """Return the local days of a period that teach nothing."""
        excluding = [mark for mark in self.of(line, channel) if mark.kind == EXCLUDE]
        return frozenset(day for mark in excluding for day in _days(mark, within))

    def _covers(self, mark: DayMark, line: str | None) -> bool:
        if mark.line is None or mark.line == line:
            return True
        return line is not None and set(self.centre.members(line)) <= set(self.centre.members(mark.line))


def channel_of(table: str) -> str:
    """Return the channel that marks name the events of a table by; none: those of every channel alone hold for it."""
    return _CHANNELS.get(table, "")


def day_marks(calculator: Calculator) -> DayMarks:
    """Return the marks of the records."""
    records, centre = calculator.records, calculator.centre
    if not records.filled(DAY_MARKS.name):
        return DayMarks((), centre)
    c = DAY_MARKS.c
    rows = records.rows(
        sa.select(c.starts_on, c.ends_on, c.kind, c.line, c.channel, c.like_weekday, c.note).order_by(c.mark_id)
    )
    return DayMarks(
        tuple(
            DayMark(
                to_local(first, centre.timezone).date(),
                to_local(last or first, centre.timezone).date(),
                kind,
                line,
                channel,
                None if weekday is None else int(weekday),
                said,
            )
            for first, last, kind, line, channel, weekday, said in rows
        ),
        centre,
    )


def left_out_said(marked: Collection[date], zone: str) -> Iterator[Message]:
    """Yield which days taught nothing, neighbours together; nothing if there were none."""
    runs: list[tuple[date, date]] = []
    for day in sorted(marked):
        first = runs.pop()[0] if runs and day - runs[-1][1] == timedelta(days=1) else day
        runs.append((first, day))
    if runs:
        said: Period | Message = days(*runs[0], zone)
        for run in runs[1:]:
            said = note("{days}, {more}", days=said, more=days(*run, zone))
        yield note("Left out of what is usual, as they are marked: {days}.", days=said)


def _days(mark: DayMark, within: Period) -> Iterator[date]:
    first, last = max(mark.first, within.first_day), min(mark.last, within.last_day)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
