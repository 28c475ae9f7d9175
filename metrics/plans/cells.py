"""What stands in the cells of a plan's file: values that can be read in one way only, and periods, down or across.

A cell that shows 80 % holds 0.8, and one that shows "Jun 26" holds the 1st of June: in a plan these are 80 and the
whole month, so the number's format is read with the number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from metrics.model import Metric, Unit
from warehouse.ingest.formats.roster.days import MONTHS
from warehouse.ingest.text import find_encoding
from warehouse.messages import UserError
from warehouse.plans import GRANULARITIES, days_of
from warehouse.schema.columns import is_null
from warehouse.xlsx import At, XlsxCell, XlsxFile, XlsxSheet, place

TEMPLATE_MARK = "svodka_plan_template"
"""A name defined in our own templates: Excel, LibreOffice and Google Sheets all keep it."""
_HEAD = 5
_XLSX, _CSV = (".xlsx", ".xlsm"), (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class FileCell:
    """One cell. `value` is what the file gives; nothing is interpreted yet."""

    where: str
    """Its place as spreadsheets name it: B7."""
    value: Any = None
    percent: bool = False
    """A number that is shown as a percentage, a hundred times as large."""
    month: bool = False
    """A date that is shown without its day."""
    formula: bool = False
    """A formula whose result is not in the file."""

    @property
    def empty(self) -> bool:
        return not self.formula and is_null(self.text)

    @property
    def text(self) -> str:
        """What a person would say is in the cell."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split())


_NOTHING = FileCell("")


@dataclass(frozen=True)
class FileSheet:
    """The rows of one sheet of a file, empty ones included; `template`: made by us to be filled in."""

    rows: tuple[tuple[FileCell, ...], ...]
    template: bool = False
    name: str = ""


def read_sheets(path: Path) -> Iterator[FileSheet]:
    """Return the sheets of an XLSX file, or the one of a CSV file. Raises UserError if it is neither or damaged."""
    suffix = path.suffix.lower()
    if suffix not in (*_XLSX, *_CSV):
        raise UserError("{file} is neither XLSX nor CSV: save it as one of these.", file=path.name)
    if not path.is_file():
        raise UserError("There is no file {file}.", file=path.name)
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\3\4"
    if zipped or suffix in _XLSX:
        yield from _xlsx(path)
    else:
        yield FileSheet(_csv(path))


def _xlsx(path: Path) -> Iterator[FileSheet]:
    try:
        with XlsxFile(path) as file:
            template = TEMPLATE_MARK in file.names
            for sheet in file.sheets():
                yield FileSheet(_rows(sheet), template, sheet.name)
    except UserError:
        raise
    except Exception as error:  # whatever a damaged, encrypted or misnamed archive makes its readers raise
        raise UserError(
            "{file} cannot be opened as XLSX: is it damaged, or protected by a password?", file=path.name
        ) from error


def _rows(sheet: XlsxSheet) -> tuple[tuple[FileCell, ...], ...]:
    """Return rows as long as what they hold, without empty ones at the end; a merged cell is said in each of its rows.

    A value may lie far from the table: rows of one width would take as much as the whole sheet.
    """
    cells = {at: _cell(at, each) for at, each in sheet.cells.items()}
    filled = {row for (row, _), cell in cells.items() if not cell.empty}
    for (top, column), (bottom, _) in sheet.merged:
        for row in filled.intersection(range(top + 1, bottom + 1)):
            if (top, column) in cells and cells.get((row, column), _NOTHING).empty:
                cells[row, column] = replace(cells[top, column], where=place(row, column))
    widths: dict[int, int] = {}
    for row, column in cells:
        widths[row] = max(widths.get(row, 0), column + 1)
    return tuple(
        tuple(cells.get((row, column)) or FileCell(place(row, column)) for column in range(widths.get(row, 0)))
        for row in range(max(filled, default=-1) + 1)
    )


def _cell(at: At, cell: XlsxCell) -> FileCell:
    number_format = _shown(cell.number_format)
    is_month = "y" in number_format and "m" in number_format and "d" not in number_format
    return FileCell(place(*at), cell.value, "%" in number_format, is_month, cell.formula)


def _shown(number_format: str) -> str:
    """A number format without what it prints literally ("шт.", \\%, [Red]) and without its negative form."""
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format).split(";")[0].lower()


def _csv(path: Path) -> tuple[tuple[FileCell, ...], ...]:
    text = _decoded(path)
    # The widest of the first lines is the header or a row; above it there may be titles.
    head = [line for line in text.splitlines() if line.strip()][:_HEAD]
    delimiter = max(",;\t", key=lambda each: max((line.count(each) for line in head), default=0))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError("{file} cannot be read as CSV: a quote may be missing.", file=path.name) from error
    return tuple(
        tuple(FileCell(place(number, column), value) for column, value in enumerate(row))
        for number, row in enumerate(rows)
    )


def _decoded(path: Path) -> str:
    encoding, _ = find_encoding(path)
    raw = path.read_bytes()
    if encoding.startswith("utf"):
        # A byte that is no character costs the cell that it is in, not the letters of all others.
        return raw.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return raw.decode("cp1251")
    except UnicodeDecodeError:
        pass
    raise UserError("{file} is neither in UTF-8 nor in Windows-1251: save it as UTF-8.", file=path.name)


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
