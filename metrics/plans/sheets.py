"""Tables in files, read cell by cell: a plan's cells must be taken as the person who filled them in sees them.

A cell that shows 80 % holds 0.8, and one that shows "Jun 26" holds the 1st of June: in a plan these are 80 and the
whole month, so the number's format is read with the number.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from warehouse.ingest.text import find_encoding
from warehouse.messages import UserError
from warehouse.nulls import is_null

TEMPLATE_MARK = "svodka_plan_template"
"""A name defined in our own templates: Excel, LibreOffice and Google Sheets all keep it."""
_HEAD = 5
_XLSX, _CSV = (".xlsx", ".xlsm"), (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Cell:
    """One cell. `value` is what openpyxl or the CSV gives; nothing is interpreted yet."""

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


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet of a file, empty ones included; `template`: made by us to be filled in."""

    rows: tuple[tuple[Cell, ...], ...]
    template: bool = False
    name: str = ""


def read_sheets(path: Path) -> Iterator[Sheet]:
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
        yield Sheet(_csv(path))


def _xlsx(path: Path) -> Iterator[Sheet]:
    """Results and formulas are two readings of the file; both stream, as a stray format may lie in row 1048576."""
    import openpyxl

    try:
        with warnings.catch_warnings(), path.open("rb") as one, path.open("rb") as two:
            warnings.simplefilter("ignore")  # of styles and extensions that a plan does not need
            results = openpyxl.load_workbook(one, read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(two, read_only=True)
            template = TEMPLATE_MARK in results.defined_names
            for shown_sheet, written_sheet in zip(results.worksheets, formulas.worksheets, strict=True):
                for sheet in (shown_sheet, written_sheet):
                    sheet.reset_dimensions()  # not every program writes them right
                pairs = zip(shown_sheet.iter_rows(), written_sheet.iter_rows(), strict=True)
                rows = [_cells(number, shown, written) for number, (shown, written) in enumerate(pairs, start=1)]
                yield Sheet(_whole(rows, _merged(path, shown_sheet.title)), template, shown_sheet.title)
    except Exception as error:  # whatever a damaged, encrypted or misnamed archive makes openpyxl raise
        raise UserError(
            "{file} cannot be opened as XLSX: is it damaged, or protected by a password?", file=path.name
        ) from error


def _merged(path: Path, name: str) -> Sequence[tuple[int, int, int]]:
    """Return column, first and last row, counted from 0, of cells merged over rows: openpyxl's stream has none."""
    import python_calamine

    try:
        ranges = python_calamine.load_workbook(str(path)).get_sheet_by_name(name).merged_cell_ranges
    except (python_calamine.CalamineError, OSError, ValueError):
        return ()
    return [(column, top, bottom) for (top, column), (bottom, _) in ranges or () if bottom > top]


def _whole(rows: list[tuple[Cell, ...]], merged: Sequence[tuple[int, int, int]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of one width, without empty ones at the end; a merged cell is said in each of its rows."""
    while rows and all(cell.empty for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    padded = [[*row, *(Cell(_place(i, n)) for i in range(len(row), width))] for n, row in enumerate(rows, 1)]
    for column, top, bottom in merged:
        for row in padded[top + 1 : bottom + 1]:
            if column < width and row[column].empty and any(not cell.empty for cell in row):
                row[column] = replace(padded[top][column], where=row[column].where)
    return tuple(map(tuple, padded))


def _cells(number: int, shown: Sequence[Any], written: Sequence[Any]) -> tuple[Cell, ...]:
    row = []
    for column, (cell, formula) in enumerate(zip(shown, written, strict=True)):
        number_format = _shown(cell.number_format or "")
        is_month = "y" in number_format and "m" in number_format and "d" not in number_format
        unsaved = cell.value is None and formula.data_type == "f"
        row.append(Cell(_place(column, number), cell.value, "%" in number_format, is_month, unsaved))
    return tuple(row)


def _place(column: int, row: int) -> str:
    """The name of a cell, by its column counted from 0 and its row from 1."""
    from openpyxl.utils.cell import get_column_letter

    return f"{get_column_letter(column + 1)}{row}"


def _shown(number_format: str) -> str:
    """A number format without what it prints literally ("шт.", \\%, [Red]) and without its negative form."""
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format).split(";")[0].lower()


def _csv(path: Path) -> tuple[tuple[Cell, ...], ...]:
    text = _decoded(path)
    # The widest of the first lines is the header or a row; above it there may be titles.
    head = [line for line in text.splitlines() if line.strip()][:_HEAD]
    delimiter = max(",;\t", key=lambda each: max((line.count(each) for line in head), default=0))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError("{file} cannot be read as CSV: a quote may be missing.", file=path.name) from error
    return tuple(
        tuple(Cell(_place(column, number), value) for column, value in enumerate(row))
        for number, row in enumerate(rows, start=1)
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
