"""Workbooks: XLSX, XLSM, XLSB, XLS and ODS."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from warehouse.ingest.files import UNPACKING_ERRORS
from warehouse.ingest.layout import Numbered
from warehouse.ingest.opening import no_workbook, protected
from warehouse.ingest.sources import cell_text
from warehouse.messages import UserError
from warehouse.xlsx import At, XlsxFile

MOST_BYTES = 4 << 30
"""A workbook is read into memory: what unpacks into more than this is made to fill it."""


class WorkbookSheet:
    """A sheet, with what a cell merged over several rows says in each of them.

    `left_out` is what calamine takes for nothing: a cell that went wrong is not an empty one.
    """

    def __init__(self, sheet: Any, left_out: Mapping[At, str]) -> None:
        self._sheet = sheet
        self.name: str = sheet.name
        # Rows come with the blank ones above the table, but without the blank columns before it. Formulas without
        # results take no place among them.
        first, last = (sheet.start[1], sheet.end[1]) if sheet.end else (0, -1)
        columns = [first, last, *(column for _, column in left_out)]
        left = max(min(columns), 0)
        self._before, self._width = first - left, max(columns) + 1 - left
        self._left_out: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in left_out.items():
            self._left_out.setdefault(row + 1, []).append((column - left, text))
        self.height: int = max([sheet.end[0] + 1 if sheet.end else 0, *self._left_out])
        ranges = sorted(sheet.merged_cell_ranges or ())
        self._merged = [(top, bottom, column - left) for (top, column), (bottom, _) in ranges if bottom > top]

    def rows(self) -> Iterator[Numbered]:
        if not self._merged:
            yield from self._cells()
            return
        coming = iter(self._merged)
        after = next(coming, None)
        lasting: dict[int, tuple[int, str]] = {}
        for number, cells in self._cells():
            if any(cells):
                for column, (bottom, text) in lasting.items():
                    if number <= bottom and not cells[column]:
                        cells[column] = text
            while after and after[0] < number:
                if 0 <= after[2] < len(cells):
                    lasting[after[2]] = (after[1] + 1, cells[after[2]])
                after = next(coming, None)
            yield number, cells

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        below = itertools.repeat(list[Any](), self.height - (self._sheet.end[0] + 1 if self._sheet.end else 0))
        for number, row in enumerate(itertools.chain(self._sheet.iter_rows(), below), start=1):
            cells = [""] * self._before + [cell_text(cell) for cell in row]
            cells += [""] * (self._width - len(cells))
            for column, text in self._left_out.get(number, ()):
                cells[column] = text
            yield number, cells


def workbook_sheets(path: Path) -> list[WorkbookSheet]:
    """Return the sheets of a workbook. Raises UserError if it is damaged, protected or none."""
    import python_calamine

    _check_size(path)
    try:
        left_out = _left_out(path)
        book = python_calamine.load_workbook(str(path))
        return [WorkbookSheet(book.get_sheet_by_name(name), left_out.get(name, {})) for name in _tables(book)]
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        if "password" in str(error).lower():
            raise protected(path) from None
        raise no_workbook(path) from None


def _left_out(path: Path) -> dict[str, dict[At, str]]:
    """Return the errors and formulas in the sheets of an XLSX. Raises UserError if one reaches too far to be read.

    What is damaged is left to calamine, which is the stricter of the two about some things and not about others.
    """
    try:
        with XlsxFile(path) as file:
            return file.left_out()
    except UserError:
        raise
    except (*UNPACKING_ERRORS, LookupError, StopIteration, ElementTree.ParseError):
        return {}


def _tables(book: Any) -> list[str]:
    """Return the names of the sheets that hold cells; the others are charts and macros."""
    sheets = [each.name for each in book.sheets_metadata if "WorkSheet" in str(each.typ)]
    return sheets or list(book.sheet_names)


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except UNPACKING_ERRORS:
        return  # an old workbook, or one that is damaged
    if size > MOST_BYTES:
        raise UserError(
            "The workbook {file} unpacks into {size} MB, more than fits into memory: save it as CSV.",
            file=path.name,
            size=size >> 20,
        )
