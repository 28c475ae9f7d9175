"""What is asked of the calculator and what comes of it: queries, and facts made of a statement's cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from metrics.aggregate import Key, Lines, Measures, Values
from metrics.dimensions import CUTS
from metrics.model import Metric, PerTime, Quantile, Where
from metrics.periods import Period
from warehouse.messages import Message, note


@dataclass(frozen=True)
class Query:
    """A metric over an interval: in all, or by one part of time, or dimensions, or both."""

    metric: Metric
    period: Period
    lines: Lines = None
    by: tuple[str, ...] = ()
    filters: Where = ()

    @property
    def time(self) -> str | None:
        """The part of time that it is cut by."""
        return next((key for key in self.by if key in CUTS), None)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(key for key in self.by if key not in CUTS)


@dataclass(frozen=True)
class Fact:
    """A computed value with what it was divided from; percentages 0-100.

    `value` is None exactly where `missing` says why; a denominator of None means there is none to have.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    missing: Message | None = None
    remarks: tuple[Message, ...] = ()
    asides: tuple[Message, ...] = ()
    """Remarks for those who ask for an explanation."""


WHOLE: Key = (0, ())


@dataclass(frozen=True)
class Breakdown:
    """What came of a query: the parts in order, by part of the period and values of the dimensions."""

    parts: Mapping[Key, Fact]
    as_of: datetime | None
    """Up to when the tables used are known; None if one of them is empty."""
    borders: tuple[datetime, ...]

    @property
    def total(self) -> Fact:
        return self.parts[WHOLE]


@dataclass(frozen=True)
class Volumes:
    """How much came in each local hour of a period, for the shape of a week; hours without any may be absent."""

    by_hour: Mapping[tuple[date, int], float]
    as_of: datetime | None
    """Up to when the tables used are known; None if one of them is empty."""


def fact_of(metric: Metric, of: Measures, values: Values, conventions: Mapping[str, Any]) -> Fact:
    """Return one metric's value from its cells; cells without any row are zeros.

    `conventions` are what its remarks may name beside their own counts.
    """
    is_quantile = isinstance(metric.fact, Quantile)
    numerator = values.get(of.numerator)
    if numerator is None and not is_quantile:
        numerator = 0.0
    remarks: list[Message] = []
    asides: list[Message] = []
    for remark, counted in zip(metric.remarks, of.remarks, strict=True):
        n = int(values.get(counted) or 0)
        if bool(n) == remark.needed:
            continue
        text = replace(remark.text, params={**remark.text.params, "n": n, **conventions})
        if remark.needed or remark.blocks:
            return Fact(None, None, None, text)
        (asides if remark.aside else remarks).append(text)
    told = (tuple(remarks), tuple(asides))
    if of.denominator is None:
        return Fact(numerator, numerator, None, None, *told)
    denominator = values.get(of.denominator) or 0.0
    if denominator == 0 or numerator is None or (metric.above_zero and numerator <= 0):
        return Fact(None, numerator, denominator, note("no data"), *told)
    if is_quantile:
        return Fact(numerator, None, denominator, None, *told)
    # Multiplied first: 29 of 200 is 14.5 exactly, and halves are rounded up.
    return Fact(numerator * metric.unit.scale / denominator, numerator, denominator, None, *told)


def added_up(facts: Sequence[Fact]) -> Fact:
    """Return the sum of a metric's parts; itself, if it has one."""
    if len(facts) == 1:
        return facts[0]
    missing = next((fact.missing for fact in facts if fact.missing), None)
    if missing:
        return Fact(None, None, None, missing)
    total = sum(fact.value or 0.0 for fact in facts)
    return Fact(total, total, None, None, tuple(remark for fact in facts for remark in fact.remarks))


def per_time(fact: Fact, metric: Metric, begins: datetime, ends: datetime) -> Fact:
    """Return a sum of seconds over the time it is of, for metrics that are so; others as they are."""
    if not isinstance(metric.fact, PerTime) or fact.value is None:
        return fact
    seconds = (ends - begins).total_seconds()
    if seconds <= 0:
        return replace(fact, value=None, denominator=0.0, missing=note("no data"))
    return replace(fact, value=fact.value / seconds, denominator=seconds)
