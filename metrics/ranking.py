"""Whether the records let a dimension split a metric.

What a dimension can never split is declared with the relations (`Catalogue.unsplit`). Where it depends on the
records, what is counted without a value of the dimension is weighed against what has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from metrics.answers import Point
from metrics.catalogue import Catalogue
from metrics.model import Better, Metric
from metrics.relations import RELATIONS
from warehouse.schema import OTHER_LINE, TABLES, line_of


def may_lack_lines(metric: Metric, catalogue: Catalogue) -> bool:
    """Whether rows of a metric may have no line; most tables put those into a line of their own."""
    for leaf in catalogue.leaves(metric):
        table = TABLES[RELATIONS[leaf.relation].tables[0]]
        name = line_of(table)
        if name is not None and table.c[name].info.get("default") != OTHER_LINE:
            return True
    return False


def is_split(points: Sequence[Point]) -> bool:
    """Whether the parts of a breakdown say anything of the whole.

    They do not where what is counted (the numerator) has no value of the dimension at all, nor where it has one less
    than half as often as what it is counted over: the parts would all be near nought, whatever the whole is.
    """
    counted = _given([(point, point.fact.numerator) for point in points])
    over = _given([(point, point.fact.denominator) for point in points])
    if counted == 0.0 or over == 0.0:
        return False
    return counted is None or over is None or 2 * counted >= over


def _given(amounts: Sequence[tuple[Point, float | None]]) -> float | None:
    """Which share of an amount has a value of the dimension; None, if there is no such amount, or none of it."""
    known = [(bool(point.segment), amount) for point, amount in amounts if amount is not None]
    whole = fsum(amount for _, amount in known)
    return fsum(amount for given, amount in known if given) / whole if whole else None


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
