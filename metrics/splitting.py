"""Whether the records let a dimension split a metric.

What a dimension can never split is declared with the relations (`Catalogue.unsplit`). Where it depends on the
records, what is counted without a value of the dimension is weighed against what has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from metrics.answers import Point
from metrics.catalogue import Catalogue
from metrics.model import Metric
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
