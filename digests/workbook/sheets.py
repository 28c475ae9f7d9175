"""What a sheet of a workbook is: columns and cells that carry meaning; only the writer knows XLSX."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digests.localizer import Localizer
from metrics.answers import Verdict
from metrics.model import Metric, Unit
from warehouse.messages import Message


@dataclass(frozen=True)
class Sparkline:
    """A line in a cell through the numbers of some columns of its own row."""

    first: str
    """The titles of the first and the last column."""
    last: str


Value = str | float | date | datetime | Sparkline | None


class CellForm(StrEnum):
    """How a value is shown."""

    TEXT = "text"
    PART = "part"
    """The name of a part, set in under the name above it."""
    WHOLE = "whole"
    TENTHS = "tenths"
    HUNDREDTHS = "hundredths"
    SHARE = "share"
    """A fraction of one, shown as a percentage."""
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class SheetCell:
    value: Value
    form: CellForm = CellForm.TEXT
    formula: str | None = None
    """What computes the value, with the titles of columns of its own row in braces: `{Fact}/{Plan}`."""
    verdict: Verdict = Verdict.NONE


@dataclass(frozen=True)
class SheetColumn:
    """A column as people read it."""

    title: str
    wrap: int | None = None
    """Characters at which a long text goes on in the next line."""
    aside: bool = False
    """Whether it stands behind what goes on paper."""
    judged: bool = False
    """Whether it is marked by the row's verdict."""
    narrow: bool = False
    """Whether it is as wide as its numbers, whatever its title."""


@dataclass(frozen=True)
class LineChart:
    """A chart of the numbers of a row, under the sheet's rows; with another row as the plan."""

    title: str
    row: int
    plan: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A table with one header row, as spreadsheets filter and pivot it."""

    name: str
    table: str | None
    """The name formulas call it by, in latin letters; None for one that is only read."""
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    frozen: int = 1
    """Columns that stay when it is scrolled."""
    verdict: str | None = None
    """The title of the column whose words mark the row."""
    ruled: bool = True
    """Whether empty cells have their rule too: of many rows they are left out."""
    charts: tuple[LineChart, ...] = ()
    heat: tuple[tuple[int, int], ...] = ()
    """First and last rows of blocks whose numbers are shaded by their size."""


FORMS = {
    Unit.COUNT: CellForm.WHOLE,
    Unit.PERCENT: CellForm.SHARE,
    Unit.POINTS: CellForm.WHOLE,
    Unit.SECONDS: CellForm.WHOLE,
    Unit.DURATION: CellForm.WHOLE,
    Unit.M2: CellForm.HUNDREDTHS,
    Unit.HOURS: CellForm.HUNDREDTHS,
    Unit.TIMES: CellForm.TENTHS,
    Unit.MONEY: CellForm.HUNDREDTHS,
}


def amount(metric: Metric, value: float | None) -> SheetCell:
    """A fact or a plan in its metric's unit; what is missing is an empty cell, never a zero."""
    if value is None:
        return SheetCell(None)
    return percent(value) if metric.unit is Unit.PERCENT else SheetCell(value, FORMS[metric.unit])


def percent(value: float | None) -> SheetCell:
    """Per cent, as the fraction a spreadsheet counts with."""
    return SheetCell(None) if value is None else SheetCell(value / 100, CellForm.SHARE)


def part(metric: Metric, value: float | None) -> SheetCell:
    """What a figure is divided from or by: pieces and seconds, or hundredths where the unit has them."""
    return SheetCell(value, CellForm.HUNDREDTHS if metric.unit.has_hundredths else CellForm.WHOLE)


def said(localizer: Localizer, messages: Iterable[Message | None]) -> str | None:
    """Remarks as one text."""
    return "; ".join(localizer.say(message) for message in messages if message) or None
