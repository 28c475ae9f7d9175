"""What stands out today: hours of a line in which more went wrong than is usual for that weekday and hour.

The rule. An hour, or two hours in a row, of one line is held against the same hours of the same weekday in the eight
weeks before, without public holidays and days that are marked as teaching nothing. What went wrong in it (calls that
were not answered in time, calls that were lost) stands out if it is beyond the band of chance: the difference of the
two shares, each as the arcsine of its root so that its chance is the same wherever it lies, is more than 3.5 of its
standard deviations. There must be cases enough: ten calls or more in the window, six weeks or more to compare with, and
four wrong ones more than usual. Of all windows of the day the one furthest outside its band is told of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import asin, sqrt

from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.facts import Breakdown, Fact, Query
from metrics.marks import day_marks
from metrics.model import Better, Metric
from metrics.periods import days, to_local, to_utc

WEEKS, LEAST_WEEKS = 8, 6
"""Weeks that are compared with, and how many of them there must be."""
WIDTHS = (1, 2)
"""Hours of a window."""
BAND = 3.5
"""Standard deviations of chance that are usual."""
LEAST_CASES, LEAST_BEYOND = 10, 4
"""Cases of a window, and how many more than usual must have gone wrong."""
_WEEK = timedelta(days=7)
_HOURS_OF_DAY = 24
_REACH = 10
"""Weeks that are looked through for normal ones."""


@dataclass(frozen=True)
class Hours:
    """What happened in a window: how many cases, and how many of them went wrong."""

    wrong: float = 0.0
    cases: float = 0.0

    def __add__(self, other: Hours) -> Hours:
        return Hours(self.wrong + other.wrong, self.cases + other.cases)


ByHour = Mapping[tuple[date, int], Hours]
"""By local day and hour; an hour without cases may be absent."""


@dataclass(frozen=True)
class Standout:
    """A window of a day that is outside its usual band."""

    first_hour: int
    hours: int
    found: Hours
    usual: Hours
    """The same hours of the weeks before, together."""
    beyond: float
    """Standard deviations."""


def standouts(by_hour: ByHour, day: date, until_hour: int, centre: Centre) -> list[Standout]:
    """Return the windows of a day, up to an hour, that are outside their bands: the furthest first."""
    if centre.is_holiday(day):
        return []
    weeks = _weeks(by_hour, day, centre)
    if len(weeks) < LEAST_WEEKS:
        return []
    found = (
        _judged(by_hour, day, first, width, weeks)
        for width in WIDTHS
        for first in range(max(until_hour - width + 1, 0))
    )
    return sorted((each for each in found if each), key=lambda each: -each.beyond)


def _weeks(by_hour: ByHour, day: date, centre: Centre) -> list[date]:
    """The same weekday of the normal weeks before that have records."""
    back = (day - n * _WEEK for n in range(1, _REACH + 1))
    normal = (each for each in back if not centre.is_holiday(each))
    return [each for each in normal if _sum(by_hour, [each], 0, _HOURS_OF_DAY).cases][:WEEKS]


def _judged(by_hour: ByHour, day: date, first: int, width: int, weeks: Sequence[date]) -> Standout | None:
    found = _sum(by_hour, [day], first, width)
    if found.cases < LEAST_CASES:
        return None
    usual = _sum(by_hour, weeks, first, width)
    if not usual.cases or found.wrong - found.cases * usual.wrong / usual.cases < LEAST_BEYOND:
        return None
    beyond = (_angle(found) - _angle(usual)) / sqrt(1 / (found.cases + 0.5) + 1 / (usual.cases + 0.5))
    return Standout(first, width, found, usual, beyond) if beyond > BAND else None


def _sum(by_hour: ByHour, of_days: Sequence[date], first: int, width: int) -> Hours:
    nothing = Hours()
    each = (by_hour.get((day, hour), nothing) for day in of_days for hour in range(first, first + width))
    return sum(each, nothing)


def _angle(hours: Hours) -> float:
    """The share that went wrong, with Anscombe's correction for small numbers, as twice the arcsine of its root."""
    return 2 * asin(sqrt((hours.wrong + 0.375) / (hours.cases + 0.75)))


def by_local_hour(
    metric: Metric, found: Breakdown, of_days: Sequence[date]
) -> Iterator[tuple[tuple[date, int], Hours]]:
    """Yield the hours of a breakdown by day and by hour of the day."""
    for (bucket, (hour,)), fact in found.parts.items():
        if hour is not None:
            yield (of_days[bucket], int(hour)), _hours(metric, fact)


def _by_clock(metric: Metric, found: Breakdown, day: date, timezone: str) -> Iterator[tuple[tuple[date, int], Hours]]:
    for (bucket, _), fact in found.parts.items():
        yield (day, to_local(found.borders[bucket], timezone).hour), _hours(metric, fact)


def _hours(metric: Metric, fact: Fact) -> Hours:
    if not fact.denominator or fact.numerator is None:
        return Hours()
    return Hours(
        fact.numerator if metric.better is Better.CEILING else fact.denominator - fact.numerator, fact.denominator
    )


@dataclass(frozen=True)
class Unusual:
    """The window of a day that stands out, with the metric and the line that it is of."""

    metric: Metric
    line: str
    day: date
    window: Standout


def most_unusual(calculator: Calculator, metric: Metric, lines: Sequence[str], day: date) -> Unusual | None:
    """Return what stands out most on a day of a metric that is a share of cases, by lines; None if nothing does.

    Only hours that are over, by the records, are looked at.
    """
    centre, known_to = calculator.centre, calculator.coverage.as_of(metric)
    over = _hours_over(day, known_to, centre.timezone) if known_to else 0
    if not over or not lines or centre.is_holiday(day):
        return None
    back = (day - n * _WEEK for n in range(1, _REACH + 1))
    begins = calculator.coverage.first_event(metric)
    first = to_local(begins, centre.timezone).date() if begins else day
    of_days = [day, *[each for each in back if each >= first and not centre.is_holiday(each)][:WEEKS]]
    if len(of_days) <= LEAST_WEEKS:
        return None
    # A day at a time: of ten weeks only one day in seven is read, and all lines of it at once.
    queries = [
        Query(metric, days(each, each, centre.timezone), centre.members(line), ("hour",))
        for line in lines
        for each in of_days
    ]
    facts = iter(calculator.compute(queries))
    marks, reach = day_marks(calculator), days(of_days[-1], day - timedelta(days=1), centre.timezone)
    left_out = {line: marks.left_out(line, "call", reach) for line in lines}
    found = []
    for line in lines:
        by_hour: dict[tuple[date, int], Hours] = {}
        for each in of_days:
            found_on_day = next(facts)
            if each not in left_out[line]:
                by_hour |= dict(_by_clock(metric, found_on_day, each, centre.timezone))
        windows = standouts(by_hour, day, over, centre)
        found += [Unusual(metric, line, day, window) for window in windows[:1]]
    return max(found, key=lambda each: each.window.beyond, default=None)


def _hours_over(day: date, known_to: datetime, timezone: str) -> int:
    """How many hours of a local day are over at an instant."""
    if known_to <= to_utc(datetime.combine(day, time()), timezone):
        return 0
    local = to_local(known_to, timezone)
    return local.hour if local.date() == day else 24
