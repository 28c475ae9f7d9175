"""How far chance alone may move a number: 95 % intervals of shares, of means, and of the differences of two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, sqrt

Z = 1.959964
"""Of the normal distribution, both sides together 5 %."""
_NOTICED = 7.849
"""(1.959964 + 0.841621)²: a difference noticed four times of five."""


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


def apart(value: float, variance: float) -> Interval:
    """Return a difference with the interval of its variance."""
    margin = Z * sqrt(variance)
    return Interval(value, value - margin, value + margin)


def cases_needed(share1: float, share2: float) -> int | None:
    """Return how many cases each side needs for such a difference to be noticed; None where there is none."""
    if share1 == share2:
        return None
    return ceil(_NOTICED * (share1 * (1 - share1) + share2 * (1 - share2)) / (share1 - share2) ** 2)
