"""Control limits: how far a series goes from its middle by itself, so that noise is not read as news.

A mean has the limits of an individuals chart (XmR): 2.66 mean moving ranges about the middle. A share has those of
Laney's p' chart: three standard deviations of a share of so many cases, times how much more than that the series moves
from point to point; the plain p chart calls every day special where thousands of cases make its limits too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import fsum, sqrt

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
