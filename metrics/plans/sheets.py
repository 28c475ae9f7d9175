"""Tables in files, read cell by cell: a plan's cells must be taken as the person who filled them in sees them.

A cell that shows 80 % holds 0.8, and one that shows "Jun 26" holds the 1st of June: in a plan these are 80 and the
whole month, so the number's format is read with the number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from warehouse.ingest.text import find_encoding
from warehouse.messages import UserError
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
