"""What stands in the cells of a plan's file: values that can be read in one way only, and periods, down or across."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite

from metrics.model import Metric, Unit
from metrics.plans.sheets import FileCell
from warehouse.ingest.formats.roster.days import MONTHS
from warehouse.messages import UserError
from warehouse.plans import GRANULARITIES, days_of

_NUMBER = re.compile(r"([-−]?)(\d+|\d{1,3}(?: \d{3})+)(?:[.,](\d+))?( ?%)?")
_AMBIGUOUS = re.compile(r"[-−]?[1-9]\d{0,2}[.,]\d{3}")


def read_value(cell: FileCell, metric: Metric | None) -> float:
    """The plan in a cell, percentages as 0-100. Raises UserError, which names the cell, if it is no plan.

    `metric` is None where the row's metric is not known: the value is then read for its own mistakes only.
    """
    if cell.formula:
        raise UserError(
            "{cell}: the result of the formula is not in the file. Open it in Excel, save it, and try again.",
            cell=cell.where,
        )
    if cell.empty:
        raise UserError("{cell}: there is no value. Write one, or remove the row.", cell=cell.where)
    number, percent = _number(cell)
    if number < 0:
        raise UserError("{cell}: a plan cannot be negative: {given}.", cell=cell.where, given=cell.text)
    if percent and metric and metric.unit is not Unit.PERCENT:
        raise UserError(
            "{cell}: {given} is a percentage, and {metric} is not measured in per cent.",
            cell=cell.where,
            given=f"{number.normalize():f}%",
            metric=metric.key,
        )
    return float(number)


def _number(cell: FileCell) -> tuple[Decimal, bool]:
    """The number, and whether it is given as a percentage."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value):
        exact = Decimal(repr(value))
        return (exact * 100 if cell.percent else exact), cell.percent
    if isinstance(value, str):
        if _AMBIGUOUS.fullmatch(cell.text):
            raise UserError(
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
    raise UserError(
        '{cell}: "{given}" is not a number. Write digits: 28400, 28 400,5 or 80%.', cell=cell.where, given=cell.text
    )


_YEARS = range(1990, 2101)
"""A year outside is a slip of the finger."""
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}

_ISO_PART = re.compile(r"(\d{4})-(?:q([1-4])|(\d\d)(?:-h([12]))?)")
_DOTTED_MONTH = re.compile(r"(\d\d)\.(\d{4})")
_QUARTER = re.compile(r"(?:([1-4]|i{1,3}|iv)-?й? ?(?:кв\.?|квартал|quarter|q)|q([1-4])) (\d{4})(?: ?г\.?| года)?")
_NAMED = re.compile(r"(?:(\d{1,2})(?: ?- ?(\d{1,2}))? )?([а-яa-z]+)\.?[ .'-]+(\d{4})(?: ?г\.?| года)?")
_SHORT = re.compile(r"([а-яa-z]+)\.?[.'-](\d\d)(?: ?г\.?)?")
"""As spreadsheets show a month: Jul-26. With a blank between it may be a day of July."""
_WITHOUT_YEAR = re.compile(
    r"(?:\d{1,2}(?: ?- ?\d{1,2})? )?([а-яa-z]+)\.?|([0-3]?\d\.[01]\d)|"
    r"(?:[1-4]|i{1,3}|iv)-?й? ?(?:кв\.?|квартал|quarter|q)|q[1-4]"
)
_RANGE = re.compile(r"([\d.-]+?) ?\.\. ?([\d.-]+)|([\d.]+) ?- ?([\d.]+)|([\d.-]+) - ([\d.-]+)")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def period_text(granularity: str, starts_on: date) -> str:
    """The short form that `parse_period` reads back: 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05."""
    if granularity == "day":
        return starts_on.isoformat()
    if granularity == "quarter":
        return f"{starts_on.year}-Q{(starts_on.month + 2) // 3}"
    month = f"{starts_on.year}-{starts_on.month:02}"
    return month if granularity == "month" else f"{month}-H{1 if starts_on.day == 1 else 2}"


def parse_period(text: str) -> tuple[str, date]:
    """The granularity and the first day of a period, written in one of many ways, Russian ones included.

    Raises UserError if it cannot be read, or is a range that is no day, half month, month or quarter.
    """
    plain = _plain(text)
    try:
        found = _single(plain) or _range(plain)
    except (ValueError, OverflowError):  # a 31st of June, a 13th month, the end of time
        found = None
    if found is None or found[0].year not in _YEARS:
        raise UserError(
            'cannot read the period "{given}". Write 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05 or '
            "2026-06-01..2026-06-15.",
            given=text,
        )
    first, last = found
    for granularity in GRANULARITIES:
        if _starts(granularity, first) and days_of(granularity, first)[-1] == last:
            return granularity, first
    raise UserError(
        '"{given}" is not a day, a half month (1-15 or 16 to the end), a month or a quarter: plans are for these.',
        given=text,
    )


def needs_year(text: str) -> bool:
    """Return whether a text is a period that lacks nothing but its year: July, 1 июля, 01.07, Q3."""
    match = _WITHOUT_YEAR.fullmatch(_plain(text))
    return match is not None and (match[1] is None or match[1] in MONTHS)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[–—−]", "-", text)).strip().casefold()


def _starts(granularity: str, first: date) -> bool:
    try:
        days_of(granularity, first)
    except UserError:
        return False
    return True


def _single(text: str) -> tuple[date, date] | None:
    """The first and the last day of a period that is written as one thing."""
    if day := _day(text):
        return day, day
    if match := _ISO_PART.fullmatch(text):
        year, quarter, month, half = match.groups()
        if quarter:
            return _whole("quarter", date(int(year), int(quarter) * 3 - 2, 1))
        if half:
            return _whole("half_month", date(int(year), int(month), 1 if half == "1" else 16))
        return _whole("month", date(int(year), int(month), 1))
    if match := _DOTTED_MONTH.fullmatch(text):
        return _whole("month", date(int(match[2]), int(match[1]), 1))
    if match := _QUARTER.fullmatch(text):
        return _whole("quarter", date(int(match[3]), _QUARTERS[match[1] or match[2]] * 3 - 2, 1))
    if (match := _SHORT.fullmatch(text)) and match[1] in MONTHS:
        return _whole("month", date(2000 + int(match[2]), MONTHS[match[1]], 1))
    if (match := _NAMED.fullmatch(text)) and match[3] in MONTHS:
        month_start = date(int(match[4]), MONTHS[match[3]], 1)
        if not match[1]:
            return _whole("month", month_start)
        return month_start.replace(day=int(match[1])), month_start.replace(day=int(match[2] or match[1]))
    return None


def _range(text: str) -> tuple[date, date] | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last = (_day(part) for part in match.groups() if part is not None)
    return (first, last) if first and last else None


def _day(text: str) -> date | None:
    if match := _ISO_DAY.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED_DAY.fullmatch(text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    return None


def _whole(granularity: str, first: date) -> tuple[date, date]:
    return first, days_of(granularity, first)[-1]


Rows = Sequence[Sequence[FileCell]]

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_ONLY_YEAR = re.compile(r"((?:19|20)\d\d)(?: ?г\.?| год)?", re.IGNORECASE)
_DAY = re.compile(r"[1-9]|[12]\d|3[01]")
_DAY_AND_MONTH = re.compile(r"\d\d?\.\d\d")
_MONTH_AND_YEAR = re.compile(r"[^\W\d_]{3,}\.? (?:19|20)\d\d|\d\d\.(?:19|20)\d\d|(?:19|20)\d\d-\d\d")


def period_columns(header: Sequence[FileCell], above: Rows, taken: Iterable[int]) -> dict[int, FileCell]:
    """Return the columns that are headed by a period, each with the period as `parse_period` reads it.

    A year, or a month over the numbers of days, may stand in the rows above. Raises UserError for a month without one.
    """
    left = [column for column, cell in enumerate(header) if column not in set(taken) and not cell.empty]
    dates = [value for column in left if isinstance(value := header[column].value, datetime)]
    # The first of one month after another are months, however they are shown.
    months = len(dates) > 1 and all(each.day == 1 for each in dates) and len(set(dates)) == len(dates)
    month = _month_above(above)
    days = [column for column in left if _DAY.fullmatch(header[column].text)] if month else []
    found: dict[int, FileCell] = {}
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
            found[column] = FileCell(cell.where, text)
    return found


def _named(cell: FileCell, year: int | None) -> str | None:
    """Return a heading as a period with its year, None if it is no period."""
    try:
        return period_text(*parse_period(cell.text))
    except UserError:
        pass
    if not needs_year(cell.text):
        return None
    if year is None:
        raise UserError(
            '{cell}: "{given}" names no year. Write it with one, as in {example}, or put the year into a row above.',
            cell=cell.where,
            given=cell.text,
            example=f"{cell.text} 2026",
        )
    separator = "." if _DAY_AND_MONTH.fullmatch(cell.text) else " "
    try:
        return period_text(*parse_period(f"{cell.text.rstrip('.')}{separator}{year}"))
    except UserError as error:
        raise UserError("{cell}: {problem}", cell=cell.where, problem=error.message) from None


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
            except UserError:
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
