"""Where a difference comes from: parts that do better or worse, and the weight they have.

The work is cut into strata. Where both groups work, rates are compared; what only one of them does stands apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Generic, TypeVar

from metrics.answers import Answer, BreakdownPart
from metrics.intervals import Interval, Sample, apart

LEAST_IN_STRATUM = 10
"""Cases that each group has in a stratum that stands alone."""
LEAST_IN_COMMON = 30
"""Cases that each group has in all strata that both work in: with fewer nothing is compared."""
_NOTHING = Sample(0.0, 0.0, 0.0)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Stratum(Generic[K]):
    """The same work of two groups."""

    key: K
    own: Sample
    other: Sample

    @property
    def in_common(self) -> bool:
        return self.own.n > 0 and self.other.n > 0


@dataclass(frozen=True)
class GroupComparison:
    """The other group's rate less the own one's in three parts that add up to it exactly."""

    own: float
    other: float
    apart: float
    """By the work that only one of the groups does."""
    mix: float
    """By the shares that the common work has in each."""
    performance: float
    """By the rates at the same work."""
    own_standard: float
    other_standard: float
    """The rates at the common work of both groups together."""
    difference: Interval
    """Of the standardised rates, the other's less the own."""

    @property
    def naive(self) -> float:
        return self.other - self.own


def strata_of(own: Mapping[K, Sample], other: Mapping[K, Sample], rest: Callable[[K], K]) -> list[Stratum[K]]:
    """Return the strata, the largest first; those of too few cases where both work join the rest of their kind."""
    found: dict[K, Stratum[K]] = {}
    for key in dict.fromkeys((*own, *other)):
        one = Stratum(key, own.get(key, _NOTHING), other.get(key, _NOTHING))
        few = one.in_common and min(one.own.n, one.other.n) < LEAST_IN_STRATUM
        into = rest(key) if few else key
        known = found.get(into, Stratum(into, _NOTHING, _NOTHING))
        found[into] = Stratum(into, known.own + one.own, known.other + one.other)
    return sorted((each for each in found.values() if each.own.n or each.other.n), key=lambda each: -_cases(each))


def _cases(stratum: Stratum[K]) -> float:
    return stratum.own.n + stratum.other.n


def compare(strata: list[Stratum[K]], *, shares: bool) -> GroupComparison | None:
    """Return what the distance of the rates is made of; None where the groups have too little work in common.

    `shares`: the values are 0 or 1, and vary as those do.
    """
    common = [each for each in strata if each.in_common]
    n = [fsum(each.own.n for each in common), fsum(each.other.n for each in common)]
    if min(n) < LEAST_IN_COMMON:
        return None
    own, other = (_rate([getattr(each, side) for each in strata]) for side in ("own", "other"))
    own_common, other_common = (_rate([getattr(each, side) for each in common]) for side in ("own", "other"))
    mix, performance, variance = [], [], []
    standards: tuple[list[float], list[float]] = ([], [])
    for each in common:
        rates = each.own.mean, each.other.mean
        weights = each.own.n / n[0], each.other.n / n[1]
        pooled = _cases(each) / sum(n)
        mix.append((weights[1] - weights[0]) * (rates[1] + rates[0]) / 2)
        performance.append((rates[1] - rates[0]) * (weights[1] + weights[0]) / 2)
        for standard, rate in zip(standards, rates, strict=True):
            standard.append(pooled * rate)
        variance.append(pooled**2 * (_variance(each.own, shares=shares) + _variance(each.other, shares=shares)))
    own_standard, other_standard = map(fsum, standards)
    return GroupComparison(
        own,
        other,
        (other - other_common) - (own - own_common),
        fsum(mix),
        fsum(performance),
        own_standard,
        other_standard,
        apart(other_standard - own_standard, fsum(variance)),
    )


def _rate(samples: list[Sample]) -> float:
    return sum(samples, _NOTHING).mean


def _variance(sample: Sample, *, shares: bool) -> float:
    """Of a mean."""
    return (sample.mean * (1 - sample.mean) if shares else sample.variance) / sample.n


def contributions(now: Answer, before: Answer) -> list[tuple[str | None, float, float]]:
    """Return for each part what its own rate and its share of the whole gave, the largest first.

    A part gives (w1 + w0)/2 (r1 - r0) by its rate and (w1 - w0) ((r1 + r0)/2 - (R1 + R0)/2) by its weight;
    all of them sum to the change. Both answers are of one ratio by one dimension and have a value.
    """
    assert now.fact.value is not None
    assert before.fact.value is not None
    level = (now.fact.value + before.fact.value) / 2
    of = [{point.segment: point for point in answer.points} for answer in (now, before)]
    found = []
    for part in dict.fromkeys((*of[0], *of[1])):
        w1, w0 = (_weight(points.get(part), answer) for points, answer in zip(of, (now, before), strict=True))
        rates = [value for points in of if part in points and (value := points[part].fact.value) is not None]
        if rates:
            r1, r0 = (_part_rate(points.get(part), rates[0]) for points in of)
            found.append((part, (w1 + w0) / 2 * (r1 - r0), (w1 - w0) * ((r1 + r0) / 2 - level)))
    return sorted(found, key=lambda each: -abs(each[1] + each[2]))


def _weight(point: BreakdownPart | None, whole: Answer) -> float:
    return (point.fact.denominator or 0.0) / (whole.fact.denominator or 1.0) if point else 0.0


def _part_rate(point: BreakdownPart | None, otherwise: float) -> float:
    """A part's rate; of one that has no cases in a period, that of the other."""
    value = point.fact.value if point else None
    return otherwise if value is None else value
