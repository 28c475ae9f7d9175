"""What stands out today: hours of a line that were not as is usual for that weekday and hour.

The rule. An hour, or two hours in a row, of one line is held against the same hours of the same weekday in the eight
weeks before, without public holidays and days that are marked as teaching nothing; six of them at least. Three kinds of
figures are judged, each by how far it is from what chance allows, in standard deviations:

- a share of cases (calls not answered in time, calls lost): the difference of the two shares, each as the arcsine of
  its root so that its chance is the same wherever it lies; for the worse only, ten cases or more, four wrong ones more
  than usual, beyond 3.5;
- a volume (calls, chats): the difference of the roots, whose chance is a half wherever they lie, or what the weeks
  themselves vary by, if that is more; either way, three tenths off, ten contacts or more, beyond 4.5;
- a mean (handling time): the difference by what the weeks' means vary by for so many cases; either way, a fifth off,
  ten cases or more, beyond 6.

Of all windows of the day the one furthest outside its band, as a part of it, is told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import asin, sqrt
from statistics import fmean, stdev

from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.facts import Breakdown, Fact, Query
from metrics.marks import day_marks
from metrics.model import Better, Mean, Metric, Ratio, Unit
from metrics.periods import days, to_local, to_utc

WEEKS, LEAST_WEEKS = 8, 6
"""Weeks that are compared with, and how many of them there must be."""
WIDTHS = (1, 2)
"""Hours of a window."""
LEAST_CASES = 10
"""Cases of a window."""
_WEEK = timedelta(days=7)
_HOURS_OF_DAY = 24
_REACH = 10
"""Weeks that are looked through for normal ones."""


@dataclass(frozen=True)
class HourCounts:
    """What happened in a window: an amount, and of how many cases it is.

    Of a share these are the cases that went wrong, of a mean the seconds; of a volume the contacts, of one window.
    """

    amount: float = 0.0
    cases: float = 0.0


ByHour = Mapping[tuple[date, int], HourCounts]
"""By local day and hour; an hour without cases may be absent."""


@dataclass(frozen=True)
class Standout:
    """A window of a day that is outside its usual band."""

    first_hour: int
    hours: int
    found: HourCounts
    usual: HourCounts
    """The same hours of the weeks before, together."""
    beyond: float
    """Standard deviations."""


def standouts(
    by_hour: ByHour, day: date, until_hour: int, centre: Centre, kind: MetricKind | None = None
) -> list[Standout]:
    """Return the windows of a day, up to an hour, that are outside their bands: the furthest first.

    `kind` is of what is judged; a share, if it is not said.
    """
    if centre.is_holiday(day):
        return []
    weeks = _weeks(by_hour, day, centre)
    if len(weeks) < LEAST_WEEKS:
        return []
    found = (
        _judged(by_hour, day, first, width, weeks, kind or SHARE)
        for width in WIDTHS
        for first in range(max(until_hour - width + 1, 0))
    )
    return sorted((each for each in found if each), key=lambda each: -each.beyond)


def _weeks(by_hour: ByHour, day: date, centre: Centre) -> list[date]:
    """The same weekday of the normal weeks before that have records."""
    back = (day - n * _WEEK for n in range(1, _REACH + 1))
    normal = (each for each in back if not centre.is_holiday(each))
    return [each for each in normal if _sum(by_hour, each, 0, _HOURS_OF_DAY).cases][:WEEKS]


def _judged(
    by_hour: ByHour, day: date, first: int, width: int, weeks: Sequence[date], kind: MetricKind
) -> Standout | None:
    found = _sum(by_hour, day, first, width)
    before = [_sum(by_hour, week, first, width) for week in weeks]
    usual, beyond = kind.judge(found, before)
    return Standout(first, width, found, usual, beyond) if beyond > kind.band else None


def _sum(by_hour: ByHour, day: date, first: int, width: int) -> HourCounts:
    known = (by_hour.get((day, hour)) for hour in range(first, first + width))
    return _together([each for each in known if each])


def _together(hours: Sequence[HourCounts]) -> HourCounts:
    return HourCounts(sum(each.amount for each in hours), sum(each.cases for each in hours))


Judge = Callable[[HourCounts, Sequence[HourCounts]], tuple[HourCounts, float]]
"""From a window and those before it: what is usual, and how many standard deviations away it is; 0: not judged."""


@dataclass(frozen=True)
class MetricKind:
    """A kind of figures: how they are judged, and how far they may be from the usual."""

    judge: Judge
    band: float


def _of_share(found: HourCounts, before: Sequence[HourCounts]) -> tuple[HourCounts, float]:
    usual = _together(before)
    if found.cases < LEAST_CASES or not usual.cases:
        return usual, 0.0
    if found.amount - found.cases * usual.amount / usual.cases < _LEAST_WRONG:
        return usual, 0.0
    return usual, (_angle(found) - _angle(usual)) / sqrt(1 / (found.cases + 0.5) + 1 / (usual.cases + 0.5))


_LEAST_WRONG = 4
"""How many more than usual must have gone wrong."""


def _angle(hours: HourCounts) -> float:
    """The share that went wrong, with Anscombe's correction for small numbers, as twice the arcsine of its root."""
    return 2 * asin(sqrt((hours.amount + 0.375) / (hours.cases + 0.75)))


def _of_volume(found: HourCounts, before: Sequence[HourCounts]) -> tuple[HourCounts, float]:
    mean = fmean(each.amount for each in before)
    if max(found.amount, mean) < LEAST_CASES or abs(found.amount - mean) < _LEAST_OFF * mean:
        return HourCounts(mean, 1), 0.0
    roots = [_root(each.amount) for each in before]
    chance = max(_CHANCE_OF_ROOT, stdev(roots))
    return HourCounts(mean, 1), abs(_root(found.amount) - fmean(roots)) / (chance * sqrt(1 + 1 / len(roots)))


_LEAST_OFF = 0.3
_CHANCE_OF_ROOT = 0.5
"""By this the root of a number of chance events varies, however many there are."""


def _root(amount: float) -> float:
    return sqrt(amount + 0.375)


def _of_mean(found: HourCounts, before: Sequence[HourCounts]) -> tuple[HourCounts, float]:
    known = [each for each in before if each.cases >= _LEAST_OF_WEEK]
    usual = _together(known)
    if found.cases < LEAST_CASES or len(known) < LEAST_WEEKS:
        return usual, 0.0
    mean, now = usual.amount / usual.cases, found.amount / found.cases
    varies = sum(each.cases * (each.amount / each.cases - mean) ** 2 for each in known) / (len(known) - 1)
    if not varies or abs(now - mean) < _LEAST_LONGER * mean:
        return usual, 0.0
    return usual, abs(now - mean) / sqrt(varies * (1 / found.cases + 1 / usual.cases))


_LEAST_OF_WEEK = 5
"""Cases of a week's window that has a mean."""
_LEAST_LONGER = 0.2

SHARE, VOLUME, MEAN = MetricKind(_of_share, 3.5), MetricKind(_of_volume, 4.5), MetricKind(_of_mean, 6.0)


def kind_of(metric: Metric) -> MetricKind:
    """Return how a metric's hours are judged: an amount of seconds by its mean, other ratios as shares."""
    if not isinstance(metric.fact, Ratio | Mean):
        return VOLUME
    return MEAN if metric.unit is Unit.SECONDS else SHARE


def by_local_hour(
    metric: Metric, found: Breakdown, of_days: Sequence[date]
) -> Iterator[tuple[tuple[date, int], HourCounts]]:
    """Yield the hours of a breakdown by day and by hour of the day."""
    for (bucket, (hour,)), fact in found.parts.items():
        if hour is not None:
            yield (of_days[bucket], int(hour)), _hours(metric, fact)


def _by_clock(
    metric: Metric, found: Breakdown, day: date, timezone: str
) -> Iterator[tuple[tuple[date, int], HourCounts]]:
    for (bucket, _), fact in found.parts.items():
        yield (day, to_local(found.borders[bucket], timezone).hour), _hours(metric, fact)


def _hours(metric: Metric, fact: Fact) -> HourCounts:
    if kind_of(metric) is VOLUME:
        return HourCounts(fact.value, 1.0) if fact.value else HourCounts()
    if not fact.denominator or fact.numerator is None:
        return HourCounts()
    wrong_is_the_rest = metric.better is Better.FLOOR
    return HourCounts(fact.denominator - fact.numerator if wrong_is_the_rest else fact.numerator, fact.denominator)


@dataclass(frozen=True)
class Unusual:
    """The window of a day that stands out, with the metric and the line that it is of."""

    metric: Metric
    line: str
    day: date
    window: Standout


def most_unusual(calculator: Calculator, watched: Sequence[tuple[Metric, Sequence[str]]], day: date) -> Unusual | None:
    """Return what stands out most on a day, of metrics by their lines; None if nothing does.

    Only hours that are over, by the records, are looked at.
    """
    asked = [_Watch(calculator, metric, lines, day) for metric, lines in watched if lines]
    asked = [each for each in asked if each.of_days]
    facts = iter(calculator.compute([query for each in asked for query in each.queries()]))
    found = [unusual for each in asked for unusual in each.unusual(facts)]
    return max(found, key=lambda each: each.window.beyond / kind_of(each.metric).band, default=None)


class _Watch:
    """One metric of some lines on a day, and the days it is held against."""

    def __init__(self, calculator: Calculator, metric: Metric, lines: Sequence[str], day: date) -> None:
        self.calculator, self.metric, self.lines, self.day = calculator, metric, lines, day
        self.centre = calculator.centre
        known_to = calculator.coverage.as_of(metric)
        self.over = _hours_over(day, known_to, self.centre.timezone) if known_to else 0
        self.of_days = self._of_days() if self.over and not self.centre.is_holiday(day) else []

    def _of_days(self) -> list[date]:
        """The day and those before it; none, where there are too few."""
        back = (self.day - n * _WEEK for n in range(1, _REACH + 1))
        begins = self.calculator.coverage.first_event(self.metric)
        first = to_local(begins, self.centre.timezone).date() if begins else self.day
        found = [self.day, *[each for each in back if each >= first and not self.centre.is_holiday(each)][:WEEKS]]
        return found if len(found) > LEAST_WEEKS else []

    def queries(self) -> Iterator[Query]:
        """A day at a time: of ten weeks only one day in seven is read, and all lines of it at once."""
        for line in self.lines:
            for each in self.of_days:
                period = days(each, each, self.centre.timezone)
                yield Query(self.metric, period, self.centre.members(line), ("hour",))

    def unusual(self, facts: Iterator[Breakdown]) -> Iterator[Unusual]:
        """Yield the window of each line that is furthest outside its band; `facts` are those of the queries."""
        marks, timezone = day_marks(self.calculator), self.centre.timezone
        reach = days(self.of_days[-1], self.day - timedelta(days=1), timezone)
        channel = "chat" if "chat" in self.metric.relation else "call"
        for line in self.lines:
            left_out = marks.left_out(line, channel, reach)
            by_hour: dict[tuple[date, int], HourCounts] = {}
            for each in self.of_days:
                found_on_day = next(facts)
                if each not in left_out:
                    by_hour |= dict(_by_clock(self.metric, found_on_day, each, timezone))
            windows = standouts(by_hour, self.day, self.over, self.centre, kind_of(self.metric))
            if windows:
                yield Unusual(self.metric, line, self.day, windows[0])


def _hours_over(day: date, known_to: datetime, timezone: str) -> int:
    """How many hours of a local day are over at an instant."""
    if known_to <= to_utc(datetime.combine(day, time()), timezone):
        return 0
    local = to_local(known_to, timezone)
    return local.hour if local.date() == day else 24
