"""The moment a fact is compared with: the same point of another period.

One rule chooses it for every metric, unless another period is asked for:

- up to a week is compared with the same weekdays of the week before;
- a half month, and what runs from a month's first day, with the same days of the month before;
- whole months, quarters and years with the same ones of the year before;
- what runs from the first day of a quarter or of a year to date, with as much of the one before;
- any other range with the same weekdays so many whole weeks before as it is long.

Where a period of the two is not over yet, the other one is cut at the same point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import assert_never

from digests.request import Versus, When
from metrics.periods import Period, days, half_month, month_end, to_local, to_utc

Shift = Callable[[date], date]

DAY, WEEK = timedelta(days=1), timedelta(days=7)
_WEEK_DAYS = 7


class Back(Enum):
    """How far back the other moment is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Moment:
    """Two periods that cover the same elapsed part, and how far the other one is back."""

    asked: Period
    """The asked period; where the other one goes on, as much of it as is over of that one."""
    period: Period
    """What it is compared with."""
    back: Back | int | None
    """So many weeks, if it is a number; None: a period that was named."""
    running: Period | None = None
    """Of two periods that were named, the one that is not over and by which the other was cut."""

    @property
    def is_later(self) -> bool:
        """Whether the other period comes after the asked one: then nothing "was" in it."""
        return self.period.start > self.asked.start

    def beside(self, by: str | None) -> Period:
        """The other period as its parts stand beside those of the asked one.

        From a week on, weekdays stand beside the same weekdays; only of the day before each day is meant.
        """
        apart = (self.asked.first_day.weekday() - self.period.first_day.weekday() + 3) % _WEEK_DAYS - 3
        long = min(len(self.asked.days), len(self.period.days)) >= _WEEK_DAYS
        if by not in ("hour", "day", "week") or not long or self.back is Back.DAY:
            return self.period
        return _shifted_whole(self.period, lambda day: day + apart * DAY)


def moment(period: Period, known_to: datetime, versus: Versus | When | None, said: str = "") -> Moment | None:
    """What a period whose records reach `known_to` is compared with; None for a plan.

    `said` is how the period was asked for: `mtd` of the third is no half week.
    """
    until = min(known_to, period.end)
    match versus:
        case Versus.PLAN:
            return None
        case When():
            return _named(period, known_to, versus.period)
        case Versus.DAY:
            return Moment(period, _shifted(period, until, _days(DAY)), Back.DAY)
        case Versus.WEEK:
            return Moment(period, _shifted(period, until, _days(WEEK)), Back.WEEK)
        case Versus.MONTH:
            return Moment(period, _shifted(period, until, _months(1)), Back.MONTH)
        case Versus.YEAR:
            return Moment(period, _shifted(period, until, _months(12)), Back.YEAR)
        case None:
            return _usual(period, until, said)
        case _:
            assert_never(versus)


def _usual(period: Period, until: datetime, said: str) -> Moment:
    first, n = period.first_day, len(period.days)
    match said:
        case "mtd":
            return Moment(period, _as_much(period, until, _months_from(period, 1)), Back.MONTH)
        case "qtd":
            return Moment(period, _as_much(period, until, _months_from(period, 3)), Back.QUARTER)
        case "ytd":
            return Moment(period, _as_much(period, until, _months_from(period, 12)), Back.YEAR)
        case _:
            pass
    if n <= _WEEK_DAYS:
        return Moment(period, _shifted(period, until, _days(WEEK)), Back.WEEK)
    if period == half_month(first, period.timezone):
        return Moment(period, _shifted(period, until, _months(1)), Back.MONTH)
    if period == period.whole_months():
        return Moment(period, _shifted(period, until, _months(12)), Back.YEAR)
    if first.day == 1 and period.last_day <= month_end(first):
        return Moment(period, _as_much(period, until, _months_from(period, 1)), Back.MONTH)
    weeks = -(-n // _WEEK_DAYS)
    return Moment(period, _shifted(period, until, _days(WEEK * weeks)), weeks)


def _named(period: Period, known_to: datetime, other: Period) -> Moment:
    """Two periods as they are if both are over, else the shorter of what is over of them, of both."""
    if known_to <= other.start:
        return Moment(period, other, None)
    running = next((each for each in (period, other) if known_to < each.end), None)
    if running is None:
        return Moment(period, other, None)
    passed = min(_length(each, known_to) for each in (period, other))
    return Moment(_cut(period, passed), _cut(other, passed), None, running)


def _as_much(period: Period, until: datetime, other: Period) -> Period:
    """As much of another period from its start as is over of this one."""
    return _cut(other, _length(period, until))


def _length(period: Period, until: datetime) -> timedelta:
    """How much of a period is over, by the clocks on the wall: a day may have 23 or 25 hours."""
    return to_local(min(until, period.end), period.timezone) - to_local(period.start, period.timezone)


def _cut(period: Period, length: timedelta) -> Period:
    zone = period.timezone
    return Period(period.start, min(to_utc(to_local(period.start, zone) + length, zone), period.end), zone)


def _shifted(period: Period, until: datetime, shift: Shift) -> Period:
    """The period moved back by whole local days, and cut at the same point."""
    whole = _shifted_whole(period, shift)
    if until >= period.end:
        return whole
    return Period(whole.start, min(max(_moved(until, shift, period.timezone), whole.start), whole.end), period.timezone)


def _shifted_whole(period: Period, shift: Shift) -> Period:
    zone = period.timezone
    ends = to_local(period.end, zone)
    if ends.day == 1 and period.whole_days:  # the end of a month is that of the other month
        return Period(_moved(period.start, shift, zone), _moved(period.end, shift, zone), zone)
    last = period.last_day
    end = datetime.combine(shift(last) + (ends.date() - last), ends.time())
    return Period(_moved(period.start, shift, zone), to_utc(end, zone), zone)


def _months_from(period: Period, months: int) -> Period:
    """So many months up to the period's first day."""
    first = period.first_day
    return days(_months(months)(first), first - DAY, period.timezone)


def _moved(instant: datetime, shift: Shift, timezone: str) -> datetime:
    local = to_local(instant, timezone)
    return to_utc(datetime.combine(shift(local.date()), local.time()), timezone)


def _days(back: timedelta) -> Shift:
    return lambda day: day - back


def _months(back: int) -> Shift:
    def shift(day: date) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
        first = date(year, month + 1, 1)
        return first.replace(day=min(day.day, month_end(first).day))

    return shift
