"""A plan's value as it stands in a cell: a number, or a text that can be read in one way only."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite

from metrics.model import Metric, Unit
from metrics.plans.sheets import Cell
from warehouse.messages import Mistake

_NUMBER = re.compile(r"([-−]?)(\d+|\d{1,3}(?: \d{3})+)(?:[.,](\d+))?( ?%)?")
_AMBIGUOUS = re.compile(r"[-−]?[1-9]\d{0,2}[.,]\d{3}")


def read_value(cell: Cell, metric: Metric | None) -> float:
    """The plan in a cell, percentages as 0-100. Raises Mistake, which names the cell, if it is no plan.

    `metric` is None where the row's metric is not known: the value is then read for its own mistakes only.
    """
    if cell.formula:
        raise Mistake(
            "{cell}: the result of the formula is not in the file. Open it in Excel, save it, and try again.",
            cell=cell.where,
        )
    if cell.empty:
        raise Mistake("{cell}: there is no value. Write one, or remove the row.", cell=cell.where)
    number, percent = _number(cell)
    if number < 0:
        raise Mistake("{cell}: a plan cannot be negative: {given}.", cell=cell.where, given=cell.text)
    if percent and metric and metric.unit is not Unit.PERCENT:
        raise Mistake(
            "{cell}: {given} is a percentage, and {metric} is not measured in per cent.",
            cell=cell.where,
            given=f"{number.normalize():f}%",
            metric=metric.key,
        )
    return float(number)


def _number(cell: Cell) -> tuple[Decimal, bool]:
    """The number, and whether it is given as a percentage."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value):
        exact = Decimal(repr(value))
        return (exact * 100 if cell.percent else exact), cell.percent
    if isinstance(value, str):
        if _AMBIGUOUS.fullmatch(cell.text):
            raise Mistake(
                '{cell}: "{given}" may be thousands or a fraction. Write 28400 or 28 400 for thousands, 28.4 for a '
                "fraction.",
                cell=cell.where,
                given=cell.text,
            )
        match = _NUMBER.fullmatch(cell.text)
        if match:
            sign, whole, fraction, percent = match.groups()
            number = Decimal(f"{whole.replace(' ', '')}.{fraction or 0}")
            if isfinite(float(number)):
                return (-number if sign else number), bool(percent)
    raise Mistake(
        '{cell}: "{given}" is not a number. Write digits: 28400, 28 400,5 or 80%.', cell=cell.where, given=cell.text
    )
