"""Metrics that a centre declares in its configuration, with the same fields as ours.

A fact is a table with one of `count`, `sum`, `mean`, `distinct`, `quantile`, `ratio` or `sum_of`, and where it
counts rows, `where`: column = value, a list of values, or a comparison such as "<= 30".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from metrics.model import (
    Aggregation,
    Better,
    Count,
    Distinct,
    Mean,
    Metric,
    Quantile,
    Ratio,
    Sum,
    SumOf,
    Term,
    Test,
    Unit,
    Where,
)
from warehouse.messages import UserError, nearest

KINDS = ("count", "sum", "mean", "distinct", "quantile", "ratio", "sum_of")
FIELDS = (
    *("key", "title", "about", "unit", "better", "relation", "fact", "needs", "aliases"),
    *("spread", "bound", "plan_span", "threshold", "decimals"),
)
_COMPARISON = re.compile(r"\s*(<=|>=|!=|<|>)\s*(.+?)\s*")

_Choice = TypeVar("_Choice", bound=Enum)


def metric_from(fields: Mapping[str, Any]) -> Metric:
    """A metric from a table of the configuration. Raises UserError for what it cannot mean."""
    key = str(fields.get("key", ""))
    if not re.fullmatch(r"[a-z][a-z0-9_.]*", key):
        raise UserError(
            'A metric\'s key must be small Latin letters, digits, dots and underscores, and "{given}" is not.',
            given=key,
        )
    for name in fields:
        if name not in FIELDS:
            raise UserError(
                'The metric "{metric}" has no field "{given}". It has: {known}.',
                metric=key,
                given=name,
                known=nearest(name, FIELDS),
            )
    for name in ("title", "unit", "better", "fact"):
        if name not in fields:
            raise UserError('The metric "{metric}" needs a field "{field}".', metric=key, field=name)
    unit = _choice(Unit, fields["unit"], key, "unit")
    fact = _fact(fields["fact"], key)
    if not isinstance(fact, SumOf) and "relation" not in fields:
        raise UserError('The metric "{metric}" needs a field "{field}".', metric=key, field="relation")
    counted = isinstance(fact, Count | Distinct | Sum | SumOf)
    return Metric(
        key=key,
        title=str(fields["title"]),
        about=str(fields.get("about", fields["title"])),
        unit=unit,
        better=_choice(Better, fields["better"], key, "better"),
        relation=str(fields.get("relation", "")),
        fact=fact,
        needs=tuple(fields.get("needs", ())),
        aliases=tuple(fields.get("aliases", ())),
        spread=bool(fields.get("spread", counted)),
        bound=bool(fields.get("bound", False)),
        plan_span=str(fields.get("plan_span", "period")),
        threshold=bool(fields.get("threshold", False)),
        decimals=int(fields.get("decimals", 0)),
    )


def _fact(given: Any, metric: str) -> Aggregation:
    kinds = [kind for kind in KINDS if isinstance(given, Mapping) and kind in given]
    if len(kinds) != 1:
        raise UserError(
            'The fact of the metric "{metric}" must be a table with one of: {known}.',
            metric=metric,
            known=", ".join(KINDS),
        )
    where = _where(given.get("where", {}), metric)
    match kinds[0]:
        case "ratio":
            parts = given["ratio"]
            if not isinstance(parts, list) or len(parts) != 2:
                raise UserError('The ratio of the metric "{metric}" must be a list of two facts.', metric=metric)
            return Ratio(_part(parts[0], metric), _part(parts[1], metric))
        case "sum_of":
            return SumOf(tuple(given["sum_of"]))
        case "quantile":
            return Quantile(float(given["quantile"]), str(given.get("of", "")), where)
        case "mean":
            return Mean(str(given["mean"]), where)
        case _:
            return _part(given, metric)


def _part(given: Any, metric: str) -> Term:
    where = _where(given.get("where", {}), metric) if isinstance(given, Mapping) else ()
    match given:
        case {"count": _}:
            return Count(where)
        case {"sum": column}:
            return Sum(str(column), where)
        case {"distinct": column}:
            return Distinct(str(column), where)
        case _:
            pass
    raise UserError('A part of the ratio of the metric "{metric}" must be a count, a sum or a distinct.', metric=metric)


def _where(given: Mapping[str, Any], metric: str) -> Where:
    if not isinstance(given, Mapping):
        raise UserError('`where` of the metric "{metric}" must be a table of columns and values.', metric=metric)
    return tuple(_test(column, value) for column, value in given.items())


def _test(column: str, value: Any) -> Test:
    if isinstance(value, list):
        return Test(column, tuple(value))
    compared = _COMPARISON.fullmatch(value) if isinstance(value, str) else None
    if not compared:
        return Test(column, (value,))
    operator, operand = compared.groups()
    return Test(column, (_number(operand),), operator)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _choice(kind: type[_Choice], given: Any, metric: str, field: str) -> _Choice:
    try:
        return kind(given)
    except ValueError:
        raise UserError(
            'The {field} of the metric "{metric}" cannot be "{given}". It can be: {known}.',
            field=field,
            metric=metric,
            given=given,
            known=", ".join(str(choice.value) for choice in kind),
        ) from None
