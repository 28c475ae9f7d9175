"""What came and how long it was handled, by half hours of the centre's clock, counted from the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np

from metrics.aggregate import Aggregate, parts_of
from metrics.calculator import Calculator
from metrics.load import CALL, ENTRIES, HANDLING
from metrics.load.handling import HOURS, Handled
from metrics.load.history import HALF_HOURS, LEARN_DAYS, Calendar, Flags, Floats, History, Numbers
from metrics.marks import EXCLUDE, HOLIDAY, LIKE, DayMarks
from metrics.model import Count, Metric, Sum, where
from metrics.periods import days, midnight, to_local
from metrics.quarter_hours import QUARTER_S, QuarterHours, quarter_hours, quarter_of
from metrics.relations import RELATIONS

_QUARTERS = 96
_HISTORY_DAYS = 1096 + LEARN_DAYS
"""Holidays are learnt from three years, each beside what was usual before it."""
_RECENT_DAYS = 28
_REST = 0.01
"""A day is over in the records where less than this share of it usually comes later."""


@dataclass(frozen=True)
class Stream:
    """What is forecast and staffed as one: the contacts of a channel on a line. None: of the whole centre."""

    line: str | None
    channel: str = CALL


@dataclass(frozen=True)
class StreamCounts:
    """What the records tell of a stream up to its last complete day, and a calendar that goes on after it."""

    stream: Stream
    history: History
    handled: Handled
    entries: float
    """Of the last 28 days; so are the three below."""
    reached: float
    """Those that were answered or lost: the others need nobody."""
    lost: float
    waited_s: float
    as_of: datetime

    @property
    def origin(self) -> int:
        """The last complete day's place in the calendar."""
        return self.history.days - 1

    @property
    def last_day(self) -> date:
        return self.history.calendar.day(self.origin)

    @property
    def reached_share(self) -> float:
        """The share of contacts that somebody is needed for."""
        return self.reached / self.entries if self.entries else 1.0


def lines_with(calculator: Calculator, channel: str) -> tuple[str | None, ...]:
    """The lines that a channel's contacts came to; None alone, where it has no lines."""
    metric = calculator.catalogue.get(ENTRIES[channel])
    if not RELATIONS[metric.relation].has_lines:
        return (None,)
    known = calculator.coverage.lines_of(metric)
    return tuple(line for line in calculator.centre.lines if line in known)


def counted(
    calculator: Calculator, channel: str, lines: Sequence[str | None], marks: DayMarks, ahead: int
) -> list[StreamCounts]:
    """Count a channel's contacts on each line or group of lines, with a calendar that goes on for so many days.

    A line without any record has a history without any. Nothing, where the channel has no records at all.
    """
    metric = calculator.catalogue.get(ENTRIES[channel])
    as_of, begins = calculator.coverage.as_of(metric), calculator.coverage.first_event(metric)
    zone = calculator.centre.timezone
    if as_of is None or begins is None or calculator.coverage.lacking(metric):
        return []
    today = to_local(as_of, zone).date()
    first = max(to_local(begins, zone).date(), today - timedelta(days=_HISTORY_DAYS))
    clock = _Clock(first, (today - first).days + 1 + ahead, zone)
    cells = quarter_hours(calculator, metric, _parts(calculator, channel, metric), days(first, today, zone))
    cube = {line: clock.cube(cells, _members(calculator, line), (today - first).days + 1) for line in lines}
    over = _days_over(calculator, sum(each[0] for each in cube.values()), today, as_of)
    return [_of_line(calculator, Stream(line, channel), cube[line][:, :over], clock, marks, as_of) for line in lines]


def _members(calculator: Calculator, line: str | None) -> tuple[str | None, ...]:
    return (None,) if line is None else calculator.centre.members(line)


def _parts(calculator: Calculator, channel: str, metric: Metric) -> tuple[Aggregate, ...]:
    """Entries; those answered or lost, those lost, their waits; those handled, and the seconds of it."""
    entries = parts_of(metric).numerator
    if channel not in HANDLING:
        return (entries,)
    became = (
        Count(where("answered_or_lost")),
        Count(where("lost")),
        Sum("wait_s", where("answered_or_lost")),
    )
    handling = calculator.catalogue.get(HANDLING[channel])
    handled = parts_of(handling)
    if calculator.coverage.lacking(handling) or handled.denominator is None:
        return (entries, *became)
    return (entries, *became, handled.denominator, handled.numerator)


class _Clock:
    """Local days in a row: when each begins, and which of its half hours there are, or are twice."""

    def __init__(self, first: date, count: int, zone: str) -> None:
        self.first, self.count, self.zone = first, count, zone
        self.begins = np.array([quarter_of(midnight(first + timedelta(days=n), zone)) for n in range(count + 1)])
        self.lengths: Numbers = np.diff(self.begins)
        self.times = np.ones((count, HALF_HOURS))
        """(days, 48): how often the clock shows a half hour."""
        self.odd = {int(day): self._half_hours(int(day)) for day in np.flatnonzero(self.lengths != _QUARTERS)}
        for day, half_hours in self.odd.items():
            self.times[day] = np.bincount(half_hours, minlength=HALF_HOURS) / 2

    def _half_hours(self, day: int) -> Numbers:
        """The local half hour of each quarter hour of a day on which the clocks change."""
        start = midnight(self.first + timedelta(days=day), self.zone)
        local = (to_local(start + timedelta(seconds=QUARTER_S * n), self.zone) for n in range(int(self.lengths[day])))
        return np.array([at.hour * 2 + at.minute // 30 for at in local], dtype=np.int64)

    def cube(self, months: Sequence[QuarterHours], lines: Sequence[str | None], count: int) -> Floats:
        """(parts, days, 48) of some lines together; what a repeated half hour brought is that of both."""
        parts = max((len(cells.values) for cells in months), default=0)
        cube = np.zeros((parts, count * HALF_HOURS))
        for cells in months:
            mine = np.isin(cells.places, [n for n, line in enumerate(cells.lines) if line in lines])
            quarters, values = cells.quarters[mine], cells.values[:, mine]
            day = np.searchsorted(self.begins, quarters, side="right") - 1
            within = (day >= 0) & (day < count)
            day, quarters, values = day[within], quarters[within], values[:, within]
            half_hour = (quarters - self.begins[day]) // 2
            for odd, half_hours in self.odd.items():
                on = day == odd
                half_hour[on] = half_hours[quarters[on] - self.begins[odd]]
            for part in range(parts):
                cube[part] += np.bincount(day * HALF_HOURS + half_hour, values[part], count * HALF_HOURS)
        return cube.reshape(parts, count, HALF_HOURS)


def _days_over(calculator: Calculator, entries: Floats, today: date, as_of: datetime) -> int:
    """How many of the days counted are complete; the last one that there are records of may be.

    It is where the clock is past it, and next to nothing usually comes after what is known of it.
    """
    zone = calculator.centre.timezone
    over = len(entries) - 1
    if calculator.now < midnight(today + timedelta(days=1), zone) or over < _RECENT_DAYS:
        return over if as_of < midnight(today + timedelta(days=1), zone) else over + 1
    local = to_local(as_of, zone)
    usual = entries[over - _RECENT_DAYS : over]
    later = usual[:, local.hour * 2 + local.minute // 30 + 1 :]
    return over + 1 if later.sum() <= _REST * usual.sum() else over


def _of_line(
    calculator: Calculator, stream: Stream, cube: Floats, clock: _Clock, marks: DayMarks, as_of: datetime
) -> StreamCounts:
    over = cube.shape[1]
    calendar = _calendar(calculator, stream, clock, marks)
    times = clock.times[:over]
    counts = np.divide(cube[0], times, out=np.full_like(cube[0], np.nan), where=times > 0)
    recent = np.zeros(4)
    recent[: len(cube)] = cube[:4, max(0, over - _RECENT_DAYS) :].sum(axis=(1, 2))
    entries, reached, lost, waited = recent.tolist()
    if len(cube) <= 1:
        reached = entries
    timed = cube[4:6] if len(cube) > 4 else np.zeros((2, over, HALF_HOURS))
    by_hour = timed.reshape(2, over, HOURS, 2).sum(axis=3)
    working = np.array([calculator.centre.is_working_day(calendar.day(n)) for n in range(len(calendar))])
    return StreamCounts(
        stream,
        History(calendar, counts),
        Handled(by_hour[1], by_hour[0], working & ~calendar.holidays),
        entries,
        reached,
        lost,
        waited,
        as_of,
    )


def _calendar(calculator: Calculator, stream: Stream, clock: _Clock, marks: DayMarks) -> Calendar:
    """What each day counts as; what somebody marked is before the country's calendar."""
    each = [clock.first + timedelta(days=n) for n in range(clock.count)]
    weekdays = np.array([day.weekday() for day in each])
    holidays = np.array([calculator.centre.is_holiday(day) for day in each])
    excluded = np.zeros(clock.count, dtype=bool)
    for mark in marks.of(stream.line, stream.channel):
        on: Flags = np.array([mark.first <= day <= mark.last for day in each])
        if mark.kind == EXCLUDE:
            excluded |= on
        elif mark.kind == HOLIDAY:
            holidays |= on
        elif mark.kind == LIKE and mark.like_weekday is not None:
            weekdays[on], holidays = mark.like_weekday - 1, holidays & ~on
    return Calendar(clock.first, weekdays, holidays, excluded, clock.times > 0)


@lru_cache(maxsize=2048)
def half_hours_of(day: date, zone: str) -> tuple[tuple[datetime, int], ...]:
    """Return the instants at which a local day's half hours begin, each with its place by the clock on the wall."""
    starts = days(day, day, zone).borders("half-hour")[:-1]
    by_the_clock = (to_local(start, zone) for start in starts)
    return tuple((start, at.hour * 2 + at.minute // 30) for start, at in zip(starts, by_the_clock, strict=True))
