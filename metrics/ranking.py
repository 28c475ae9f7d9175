"""The order of the parts of a breakdown: who comes first, who has too few cases to be ranked, what is nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.answers import Point
from metrics.model import Better, Metric


@dataclass(frozen=True)
class Ranking:
    """The parts of a breakdown in their order."""

    ranked: tuple[Point, ...]
    few: tuple[Point, ...] = ()
    """Those with too few cases, or no value, to be compared with the others: the most cases first."""
    unnamed: tuple[Point, ...] = ()
    """What is nobody's (a lost call has no agent): in no rank, and never left out."""

    @property
    def points(self) -> tuple[Point, ...]:
        return (*self.ranked, *self.few, *self.unnamed)

    def top(self, n: int) -> Ranking:
        """The first so many; where nobody is ranked, all of them."""
        return Ranking(self.ranked[:n], (), self.unnamed) if self.ranked else self


def worst_first(metric: Metric) -> bool:
    """Whether a metric's order has a good and a bad end; the bad one comes first."""
    return metric.better is not Better.NEUTRAL and not metric.spread


def ordered(metric: Metric, points: Sequence[Point]) -> tuple[Point, ...]:
    """From what one looks for first: the lowest of a level that is to be high, the highest of everything else.

    What has no value stands last.
    """
    lowest = metric.better is Better.FLOOR and not metric.spread
    known = [point for point in points if point.fact.value is not None]
    rest = [point for point in points if point.fact.value is None]
    return (*sorted(known, key=lambda point: (point.fact.value or 0.0) * (1 if lowest else -1)), *rest)


def ranking(metric: Metric, points: Sequence[Point], *, people: bool) -> Ranking:
    """The parts by a dimension in order; people are ranked from the least number of cases on."""
    named = [point for point in points if point.segment]
    unnamed = tuple(point for point in points if not point.segment and not _is_empty(point))
    few = [p for p in named if people and (p.fact.value is None or p.few)]
    ranked = ordered(metric, [point for point in named if point not in few])
    few.sort(key=lambda point: (-(point.fact.denominator or 0.0), point.segment or ""))
    return Ranking(ranked, tuple(few), unnamed)


def _is_empty(point: Point) -> bool:
    return not (point.fact.numerator or point.fact.denominator)
