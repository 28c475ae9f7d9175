"""How far chance alone may move a number: 95% intervals, and control limits of a series.

A mean has the limits of an individuals chart (XmR): 2.66 mean moving ranges about the middle. A share has those of
Laney's p' chart: three standard deviations of a share of so many cases, times how much more than that the series moves
from point to point; the plain p chart calls every day special where thousands of cases make its limits too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, sqrt

Z = 1.959964
"""Of the normal distribution, both sides together 5 %."""


@dataclass(frozen=True)
class Interval:
    """A value between the bounds that chance may move it to."""

    value: float
    low: float
    high: float

    @property
    def is_proven(self) -> bool:
        """Whether 0 lies outside: of a difference."""
        return self.low > 0 or self.high < 0

    def scaled(self, by: float) -> Interval:
        return Interval(self.value * by, self.low * by, self.high * by)

    def within(self, least: float, most: float) -> Interval:
        """The same within the bounds that there are."""
        return Interval(self.value, max(self.low, least), min(self.high, most))


def wilson(part: float, whole: float) -> Interval | None:
    """Return a share from 0 to 1 with Wilson's interval; None of nothing."""
    if not whole:
        return None
    share, z2 = part / whole, Z * Z
    centre, over = share + z2 / (2 * whole), 1 + z2 / whole
    margin = Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    return Interval(share, (centre - margin) / over, (centre + margin) / over)


def newcombe(part1: float, whole1: float, part2: float, whole2: float) -> Interval | None:
    """Return the first share less the second with Newcombe's interval; None if one is of nothing."""
    first, second = wilson(part1, whole1), wilson(part2, whole2)
    if first is None or second is None:
        return None
    apart = first.value - second.value
    low = apart - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = apart + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Interval(apart, low, high)


@dataclass(frozen=True)
class Sample:
    """Values by their number, their sum and the sum of their squares."""

    n: float
    total: float
    squares: float

    def __add__(self, other: Sample) -> Sample:
        return Sample(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @classmethod
    def of(cls, counted: Iterable[tuple[float, float]]) -> Sample:
        """Return the sample of values, each with how many times it is there."""
        pairs = list(counted)
        return cls(
            sum(n for _, n in pairs), sum(value * n for value, n in pairs), sum(value * value * n for value, n in pairs)
        )

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        """The sample's; 0 of one value."""
        return max(0.0, self.squares - self.total * self.total / self.n) / (self.n - 1) if self.n > 1 else 0.0


def of_mean(sample: Sample) -> Interval | None:
    """Return a mean with its interval; None of nothing."""
    if not sample.n:
        return None
    margin = Z * sqrt(sample.variance / sample.n)
    return Interval(sample.mean, sample.mean - margin, sample.mean + margin)


def of_clusters(clusters: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return a share of cases that come in clusters, each with how many it has and how many of them, and its variance.

    Cases of a cluster are alike, so the variance is the binomial one or that among the clusters, whichever is larger.
    """
    whole = fsum(n for n, _ in clusters)
    share = fsum(part for _, part in clusters) / whole
    binomial = share * (1 - share) / whole
    count = len(clusters)
    if count < 2:
        return share, binomial
    among = fsum((part - share * n) ** 2 for n, part in clusters) / (whole * whole)
    return share, max(binomial, count / (count - 1) * among)


def apart(value: float, variance: float) -> Interval:
    """Return a difference with the interval of its variance."""
    margin = Z * sqrt(variance)
    return Interval(value, value - margin, value + margin)


LEAST = 8
"""From so many points on a series says how it moves."""
_XMR, _RANGE_TO_DEVIATION, _DEVIATIONS = 2.66, 1.128, 3.0
_WHOLE = 100.0

Limits = tuple[float, float]


def limits_of_means(values: Sequence[float | None]) -> list[Limits | None]:
    """Return the same limits for every known value of a series of means; nothing where too few are known."""
    known = [value for value in values if value is not None]
    if len(known) < LEAST:
        return [None] * len(values)
    middle = fsum(known) / len(known)
    reach = _XMR * _mean_range(known)
    return [None if value is None else (middle - reach, middle + reach) for value in values]


def limits_of_shares(points: Sequence[tuple[float, float] | None]) -> list[Limits | None]:
    """Return the limits of every known point of a series of shares; nothing where too few are known.

    `points` are shares in per cent with the number of cases each is of. Limits stay within 0 and 100.
    """
    known = [point for point in points if point is not None and point[1] > 0]
    cases = fsum(count for _, count in known)
    middle = fsum(share * count for share, count in known) / cases if cases else 0.0
    if len(known) < LEAST or not 0 < middle < _WHOLE:
        return [None] * len(points)
    deviations = {count: sqrt(middle * (_WHOLE - middle) / count) for _, count in known}
    moves = _mean_range([(share - middle) / deviations[count] for share, count in known]) / _RANGE_TO_DEVIATION
    made: list[Limits | None] = []
    for point in points:
        if point is None or point[1] <= 0:
            made.append(None)
            continue
        reach = _DEVIATIONS * moves * deviations[point[1]]
        made.append((max(middle - reach, 0.0), min(middle + reach, _WHOLE)))
    return made


def _mean_range(values: Sequence[float]) -> float:
    """Return the mean distance between neighbours."""
    return fsum(abs(after - before) for before, after in pairwise(values)) / (len(values) - 1)
