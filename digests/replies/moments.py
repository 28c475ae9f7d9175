"""The moment a fact is compared with: the same point of another period.

Unless another is asked for it is the comparable moment: the same weekday of the week before at the same time of
day, the same half month of the month before, the same month (quarter, year) of the year before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from digests.enquiry import Versus, When
from metrics.periods import Period, days, half_month, month_end, to_local, to_utc

Shift = Callable[[date], date]

WEEK = timedelta(days=7)
_MONTH_DAYS = 31


@dataclass(frozen=True)
class Moment:
    """A period to compare with, cut where the records of the asked one end, and how far back it is."""

    period: Period
    back: Versus | None
    """None: a period that was named, or so many weeks back that nobody counts them."""


def moment(period: Period, known_to: datetime, versus: Versus | When | None) -> Moment | None:
    """What a period whose records reach `known_to` is compared with; None for a plan."""
    until = min(known_to, period.end)
    match versus:
        case Versus.PLAN:
            return None
        case When():
            return Moment(_same_progress(period, until, versus.period), None)
        case Versus.DAY:
            return Moment(_shifted(period, until, _weeks(timedelta(days=1))), Versus.DAY)
        case Versus.WEEK:
            return Moment(_shifted(period, until, _weeks(WEEK)), Versus.WEEK)
        case Versus.MONTH:
            return Moment(_shifted(period, until, _months(1)), Versus.MONTH)
        case Versus.YEAR:
            return Moment(_shifted(period, until, _months(12)), Versus.YEAR)
    return _comparable(period, until)


def _comparable(period: Period, until: datetime) -> Moment:
    zone, first = period.timezone, period.first_day
    month = days(first.replace(day=1), month_end(first), zone)
    if period == half_month(first, zone):
        return Moment(_shifted(period, until, _months(1)), Versus.MONTH)
    if period == month or len(period.days) > _MONTH_DAYS:
        return Moment(_shifted(period, until, _months(12)), Versus.YEAR)
    weeks = -(-len(period.days) // 7)
    return Moment(_shifted(period, until, _weeks(WEEK * weeks)), Versus.WEEK if weeks == 1 else None)


def _shifted(period: Period, until: datetime, shift: Shift) -> Period:
    """The period moved back by whole local days, and cut at the same point."""
    zone = period.timezone
    start, end = _moved(period.start, shift, zone), _moved(period.end, shift, zone)
    if end <= start:  # 30 and 31 May are both 30 April
        begins, ends = to_local(period.start, zone), to_local(period.end, zone)
        last = shift(begins.date()) + (ends.date() - begins.date())
        end = to_utc(datetime.combine(last, ends.time()), zone)
    if until >= period.end:
        return Period(start, end, zone)
    return Period(start, min(max(_moved(until, shift, zone), start), end), zone)


def _same_progress(period: Period, until: datetime, other: Period) -> Period:
    """As much of another period as is known of this one."""
    if until >= period.end:
        return other
    zone = period.timezone
    passed = to_local(until, zone) - to_local(period.start, zone)
    return Period(other.start, min(to_utc(to_local(other.start, zone) + passed, zone), other.end), zone)


def _moved(instant: datetime, shift: Shift, timezone: str) -> datetime:
    local = to_local(instant, timezone)
    return to_utc(datetime.combine(shift(local.date()), local.time()), timezone)


def _weeks(back: timedelta) -> Shift:
    return lambda day: day - back


def _months(back: int) -> Shift:
    def shift(day: date) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
        first = date(year, month + 1, 1)
        return first.replace(day=min(day.day, month_end(first).day))

    return shift
