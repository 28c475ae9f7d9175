"""Plans with their periods across: a column for each month or day instead of a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from metrics.plans.periods import needs_year, parse_period, period_text
from metrics.plans.sheets import Cell
from warehouse.messages import Mistake

Rows = Sequence[Sequence[Cell]]

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_ONLY_YEAR = re.compile(r"((?:19|20)\d\d)(?: ?г\.?| год)?", re.IGNORECASE)
_DAY = re.compile(r"[1-9]|[12]\d|3[01]")
_DAY_AND_MONTH = re.compile(r"\d\d?\.\d\d")
_MONTH_AND_YEAR = re.compile(r"[^\W\d_]{3,}\.? (?:19|20)\d\d|\d\d\.(?:19|20)\d\d|(?:19|20)\d\d-\d\d")


def period_columns(header: Sequence[Cell], above: Rows, taken: Iterable[int]) -> dict[int, Cell]:
    """Return the columns that are headed by a period, each with the period as `parse_period` reads it.

    A year, or a month over the numbers of days, may stand in the rows above. Raises Mistake for a month without a year.
    """
    left = [column for column, cell in enumerate(header) if column not in set(taken) and not cell.empty]
    dates = [value for column in left if isinstance(value := header[column].value, datetime)]
    # The first of one month after another are months, however they are shown.
    months = len(dates) > 1 and all(each.day == 1 for each in dates) and len(set(dates)) == len(dates)
    month = _month_above(above)
    days = [column for column in left if _DAY.fullmatch(header[column].text)] if month else []
    found: dict[int, Cell] = {}
    for column in left:
        cell = header[column]
        if isinstance(cell.value, datetime):
            first = cell.value.date()
            text: str | None = period_text("month" if months or (cell.month and first.day == 1) else "day", first)
        elif column in days and month and len(days) > 1:
            text = f"{month[0]}-{month[1]:02}-{int(cell.text):02}"
        else:
            text = _named(cell, _year_above(above, column))
        if text:
            found[column] = Cell(cell.where, text)
    return found


def _named(cell: Cell, year: int | None) -> str | None:
    """Return a heading as a period with its year, None if it is no period."""
    try:
        return period_text(*parse_period(cell.text))
    except Mistake:
        pass
    if not needs_year(cell.text):
        return None
    if year is None:
        raise Mistake(
            '{cell}: "{given}" names no year. Write it with one, as in {example}, or put the year into a row above.',
            cell=cell.where,
            given=cell.text,
            example=f"{cell.text} 2026",
        )
    separator = "." if _DAY_AND_MONTH.fullmatch(cell.text) else " "
    try:
        return period_text(*parse_period(f"{cell.text.rstrip('.')}{separator}{year}"))
    except Mistake as mistake:
        raise Mistake("{cell}: {problem}", cell=cell.where, problem=mistake.message) from None


def _year_above(above: Rows, column: int) -> int | None:
    """Return the year that stands over a column or to the left of that, or else the only one in any title."""
    for row in reversed(above):
        years = [match for cell in row[: column + 1] if (match := _ONLY_YEAR.fullmatch(cell.text))]
        if years:
            return int(years[-1][1])
    named = {year for text in _texts(above) for year in _YEAR.findall(text)}
    return int(named.pop()) if len(named) == 1 else None


def _month_above(above: Rows) -> tuple[int, int] | None:
    """Return the only month that the rows above name, as year and month."""
    found = set()
    for text in _texts(above):
        for words in _MONTH_AND_YEAR.findall(text):
            try:
                granularity, first = parse_period(words)
            except Mistake:
                continue
            if granularity == "month":
                found.add((first.year, first.month))
    return found.pop() if len(found) == 1 else None


def _texts(above: Rows) -> Iterator[str]:
    for row in above:
        for cell in row:
            if isinstance(cell.value, datetime) and cell.value.time() == time():
                yield period_text("month", date(cell.value.year, cell.value.month, 1))
            elif not cell.empty:
                yield cell.text
