"""XLSX sheets cell by cell: calamine's values, with the formats, formulas and errors that it leaves out.

The parts of the file that say them are read with the standard library's XML parser, by the names of their elements
alone: other programs write other namespaces.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from warehouse.messages import UserError

At = tuple[int, int]
"""Row and column, both counted from 0."""

MOST_CELLS = 1 << 23
"""calamine sets aside some 32 bytes for every cell up to the last one that holds anything, and cannot be refused."""

_BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy"}
"""Formats of percentages and of months that every program knows by number, so that no file spells them out."""


@dataclass(frozen=True)
class XlsxCell:
    """One cell that holds something: a value, the name of an error, or a formula whose result is not in the file."""

    value: Any
    number_format: str = ""
    formula: bool = False


@dataclass(frozen=True)
class XlsxSheet:
    """The cells of a sheet that hold anything, and what it merges: first and last cell of each."""

    name: str
    cells: Mapping[At, XlsxCell]
    merged: tuple[tuple[At, At], ...]


@dataclass(frozen=True)
class _Mark:
    """What calamine leaves out of a cell."""

    number_format: str
    formula: bool
    error: str


class XlsxFile:
    """An XLSX file, open. What a damaged one makes zipfile, the XML parser and calamine raise is not caught."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive = zipfile.ZipFile(path)
        self._parts = {name.replace("\\", "/").casefold(): name for name in self._archive.namelist()}
        self._book = self._tree("xl/workbook.xml")

    def __enter__(self) -> XlsxFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    @property
    def names(self) -> frozenset[str]:
        """The names defined in the file."""
        return frozenset(each.get("name", "") for each in self._book.iterfind(".//{*}definedName"))

    def sheets(self) -> Iterator[XlsxSheet]:
        """Return the sheets of cells, one at a time. Raises UserError for one that reaches too far to be read."""
        import python_calamine

        formats = self._formats()
        with python_calamine.load_workbook(str(self._path)) as book:
            for name, part in self._worksheets():
                with self._open(part) as file:
                    marks = dict(_marks(file, formats))
                self._check_extent(name, marks)
                sheet = book.get_sheet_by_name(name)
                yield XlsxSheet(name, _joined(sheet, marks), tuple(sheet.merged_cell_ranges or ()))

    def _worksheets(self) -> Iterator[tuple[str, str]]:
        """Return the name and the part of each sheet that holds cells; the others are charts and macros."""
        links = {each.get("Id"): each for each in self._tree("xl/_rels/workbook.xml.rels").iterfind("{*}Relationship")}
        for sheet in self._book.iterfind("{*}sheets/{*}sheet"):
            link = links[next(value for key, value in sheet.attrib.items() if _local(key) == "id")]
            if link.get("Type", "").endswith("/worksheet"):
                yield sheet.attrib["name"], posixpath.join("/xl", link.attrib["Target"])

    def _formats(self) -> list[str]:
        """Return the number format of each style by the number that cells call it by."""
        if "xl/styles.xml" not in self._parts:
            return []
        styles = self._tree("xl/styles.xml")
        own = {int(each.attrib["numFmtId"]): each.get("formatCode", "") for each in styles.iterfind(".//{*}numFmt")}
        numbers = (int(each.get("numFmtId", 0)) for each in styles.iterfind("{*}cellXfs/{*}xf"))
        return [own.get(number, _BUILT_IN.get(number, "")) for number in numbers]

    def _check_extent(self, name: str, marks: Mapping[At, _Mark]) -> None:
        last_row, last_column = (max((at[side] for at in marks), default=0) for side in (0, 1))
        if (last_row + 1) * (last_column + 1) > MOST_CELLS:
            raise UserError(
                "The sheet {sheet} of {file} reaches to {cell}: that is no plan. Delete what is far from the table.",
                sheet=name,
                file=self._path.name,
                cell=place(last_row, last_column),
            )

    def _tree(self, part: str) -> ElementTree.Element:
        with self._open(part) as file:
            return ElementTree.parse(file).getroot()

    def _open(self, part: str) -> IO[bytes]:
        return self._archive.open(self._parts[posixpath.normpath(part).lstrip("/").casefold()])


def place(row: int, column: int) -> str:
    """Return the name of a cell as spreadsheets have it: B7 for (6, 1)."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _marks(sheet: IO[bytes], formats: list[str]) -> Iterator[tuple[At, _Mark]]:
    """Return the cells of a sheet's part that hold anything: a style alone is nothing, in whatever row it lies."""
    row, column = -1, -1
    for event, element in ElementTree.iterparse(sheet, ("start", "end")):
        tag = _local(element.tag)
        if tag == "row" and event == "start":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif tag == "row":
            element.clear()
        elif tag == "c" and event == "end":
            row, column = _at(element.get("r"), (row, column + 1))
            if len(element):
                yield (row, column), _mark(element, formats)


def _mark(cell: ElementTree.Element, formats: list[str]) -> _Mark:
    style = int(cell.get("s", 0))
    value, kind = cell.find("{*}v"), cell.get("t")
    text = value.text if value is not None else None
    # An empty text is a result too, that of =IF(A1,5,"").
    saved = bool(text) or (kind == "str" and value is not None)
    number_format = formats[style] if style < len(formats) else ""
    return _Mark(number_format, cell.find("{*}f") is not None and not saved, (text or "") if kind == "e" else "")


def _joined(sheet: Any, marks: Mapping[At, _Mark]) -> dict[At, XlsxCell]:
    """Return calamine's values with what it leaves out; it has a place for every cell but an error and no result."""
    cells = {at: XlsxCell(mark.error or None, mark.number_format, mark.formula) for at, mark in marks.items()}
    # Rows come with the blank ones above the table, but without the blank columns before it.
    left = sheet.start[1] if sheet.start else 0
    for row, values in enumerate(sheet.iter_rows()):
        for column, value in enumerate(values, left):
            mark = marks.get((row, column))
            if mark is not None and value != "":
                cells[row, column] = XlsxCell(_moment(value), mark.number_format)
    return cells


def _moment(value: Any) -> Any:
    """Return a day as the instant that spreadsheets hold for it, any other value as it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _at(reference: str | None, otherwise: At) -> At:
    """Return where a cell stands that says so; one that does not stands after the one before it."""
    if not reference:
        return otherwise
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


def _local(name: str) -> str:
    return name.rpartition("}")[2]
