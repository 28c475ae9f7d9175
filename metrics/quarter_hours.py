"""Counts and sums by line and quarter hour: what forecasts are made of, and what stands out of the usual.

One statement counts all lines. Months whose records stay what they are are counted once in a process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np

from metrics.aggregate import Aggregate
from metrics.calculator import Calculator
from metrics.load.history import Floats, Numbers
from metrics.model import Metric, Where
from metrics.periods import Period, months_before
from metrics.relations import RELATIONS

QUARTER_S = 900
_MONTHS_KEPT = 96
_FINAL_AFTER = timedelta(days=1)
"""What became of a contact is told this soon after it came."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the records' instants are naive UTC


@dataclass(frozen=True)
class QuarterHours:
    """Counts and sums by line and quarter hour from the epoch on: a line's place, a quarter, and values of each."""

    lines: tuple[str | None, ...]
    places: Numbers
    quarters: Numbers
    values: Floats
    """(parts, cells)."""

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], parts: int) -> QuarterHours:
        """Rows as a statement brings them: a nought, the line where there are lines, the quarter hour, the parts."""
        if not rows:
            return cls((), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((parts, 0)))
        columns = list(zip(*rows, strict=True))
        lines = columns[1] if len(columns) == parts + 3 else (None,) * len(rows)
        known = tuple(dict.fromkeys(lines))
        place = {line: n for n, line in enumerate(known)}
        quarters, values = np.array(columns[-parts - 1], dtype=np.int64), np.array(columns[-parts:], dtype=np.float64)
        return cls(known, np.array([place[line] for line in lines], dtype=np.int64), quarters, values)

    def between(self, first: int, end: int) -> QuarterHours:
        """Those of quarter hours from the first one until before the end."""
        within = (self.quarters >= first) & (self.quarters < end)
        return replace(self, places=self.places[within], quarters=self.quarters[within], values=self.values[:, within])


_kept: OrderedDict[Hashable, QuarterHours] = OrderedDict()
_keeping = Lock()


def forget() -> None:
    """Count every month anew from now on."""
    with _keeping:
        _kept.clear()


def quarter_hours(
    calculator: Calculator, metric: Metric, parts: tuple[Aggregate, ...], period: Period, filters: Where = ()
) -> list[QuarterHours]:
    """Return the counts of a period by UTC months: those that are over come from where they are kept, if they are."""
    as_of = calculator.coverage.as_of(metric)
    if as_of is None:
        return []
    table = RELATIONS[metric.relation].tables[0]
    months = list(pairwise(_month_borders(period)))
    keys: list[Hashable | None] = []
    for start, end in months:
        edition = calculator.records.edition(table, start, end) if end + _FINAL_AFTER <= as_of else None
        keys.append(None if edition is None else (metric.key, parts, filters, start, end, edition))
    with _keeping:
        found = {key: _kept[key] for key in keys if key is not None and key in _kept}
    first = next((n for n, key in enumerate(keys) if key not in found), None)
    if first is not None:
        span = Period(months[first][0], months[-1][1], "UTC")
        fresh = QuarterHours.of(calculator.by_quarter(metric, parts, span, filters), len(parts))
    made = [
        found[key] if key in found and n < (first or 0) else fresh.between(quarter_of(start), quarter_of(end))
        for n, (key, (start, end)) in enumerate(zip(keys, months, strict=True))
    ]
    with _keeping:
        for key, cells in zip(keys, made, strict=True):
            if key is not None:
                _kept[key] = cells
                _kept.move_to_end(key)
        while len(_kept) > _MONTHS_KEPT:
            _kept.popitem(last=False)
    return made


def _month_borders(period: Period) -> list[datetime]:
    """The UTC months that a period lies in."""
    first = period.start.date().replace(day=1)
    after = months_before(period.end.date().replace(day=1), -1)
    borders = [first]
    while borders[-1] < after:
        borders.append(months_before(borders[-1], -1))
    return [datetime.combine(day, datetime.min.time()) for day in borders]


def quarter_of(moment: datetime) -> int:
    """Return the quarter hour of a UTC instant, counted from the epoch."""
    return int((moment - _EPOCH).total_seconds()) // QUARTER_S
