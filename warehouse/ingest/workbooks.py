"""Workbooks: XLSX, XLSM, XLSB, XLS and ODS."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.ingest.layout import Numbered
from warehouse.ingest.opening import no_workbook, protected
from warehouse.ingest.packed import UNPACKING_ERRORS
from warehouse.ingest.sources import cell_text
from warehouse.messages import UserError

MOST_BYTES = 4 << 30
"""A workbook is read into memory: what unpacks into more than this is made to fill it."""


class WorkbookSheet:
    """A sheet, with what a cell merged over several rows says in each of them."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.name: str = sheet.name
        self.height: int = sheet.end[0] + 1 if sheet.end else 0
        # Rows come with the blank ones above the table, but without the blank columns before it.
        left = sheet.start[1] if sheet.start else 0
        ranges = sorted(sheet.merged_cell_ranges or ())
        self._merged = [(top, bottom, column - left) for (top, column), (bottom, _) in ranges if bottom > top]

    def rows(self) -> Iterator[Numbered]:
        rows = enumerate(self._sheet.iter_rows(), start=1)
        if not self._merged:
            for number, row in rows:
                yield number, [cell_text(cell) for cell in row]
            return
        coming = iter(self._merged)
        after = next(coming, None)
        lasting: dict[int, tuple[int, str]] = {}
        for number, row in rows:
            cells = [cell_text(cell) for cell in row]
            if any(cells):
                for column, (bottom, text) in lasting.items():
                    if number <= bottom and not cells[column]:
                        cells[column] = text
            while after and after[0] < number:
                if 0 <= after[2] < len(cells):
                    lasting[after[2]] = (after[1] + 1, cells[after[2]])
                after = next(coming, None)
            yield number, cells


def workbook_sheets(path: Path) -> list[WorkbookSheet]:
    """Return the sheets of a workbook. Raises UserError if it is damaged, protected or none."""
    import python_calamine

    _check_size(path)
    try:
        book = python_calamine.load_workbook(str(path))
        return [WorkbookSheet(book.get_sheet_by_name(name)) for name in _tables(book)]
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        if "password" in str(error).lower():
            raise protected(path) from None
        raise no_workbook(path) from None


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
