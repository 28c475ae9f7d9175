"""XLSX sheets cell by cell: calamine's values, with the formats, formulas and errors that it leaves out.

The parts of the file that say them are read with the standard library's XML parser, by the names of their elements
alone: other programs write other namespaces.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
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
MOST_EMPTY = 4
"""A sheet of more cells than that is a table all the same if so many at most lie in it for each that holds anything."""

_BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy"}
"""Formats of percentages and of months that every program knows by number, so that no file spells them out."""

_CHUNK = 1 << 20
_NOT_PLAIN = (b"\0", b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b":c>", b":c ")
"""Errors, formulas, and cells that are written in other ways than most programs do."""
_PLACED = re.compile(rb"""<c (?:[a-z]+="[^"]*" )?r="([A-Z]+)(\d+)\"""")


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
    formula: str
    """One whose result is not in the file."""
    error: str


@dataclass
class _Extent:
    """How far cells reach, and how many of them there are."""

    row: int = 0
    column: int = 0
    cells: int = 0

    @classmethod
    def of(cls, places: Iterable[At]) -> _Extent:
        extent = cls()
        for at in places:
            extent.add(at)
        return extent

    def add(self, at: At) -> None:
        self.row, self.column, self.cells = max(self.row, at[0]), max(self.column, at[1]), self.cells + 1

    @property
    def is_too_far(self) -> bool:
        """Whether there is far more room than the cells of a table take."""
        return (self.row + 1) * (self.column + 1) > max(MOST_CELLS, MOST_EMPTY * self.cells)


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
                self._check(name, _Extent.of(marks))
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

    def left_out(self) -> dict[str, dict[At, str]]:
        """Return what calamine takes for nothing in each sheet: names of errors, and formulas without their results.

        Raises UserError for a sheet that reaches too far to be read.
        """
        return {name: self._left_out(name, part) for name, part in self._worksheets()}

    def _left_out(self, name: str, part: str) -> dict[At, str]:
        with self._open(part) as file:
            if _is_plain(file):
                return {}
        extent, left_out = _Extent(), dict[At, str]()
        with self._open(part) as file:
            for at, mark in _marks(file, []):
                extent.add(at)
                if text := mark.error or mark.formula:
                    left_out[at] = text
        self._check(name, extent)
        return left_out

    def _check(self, name: str, extent: _Extent) -> None:
        if extent.is_too_far:
            raise UserError(
                "The sheet {sheet} of {file} reaches to {cell}: delete what is far from the table.",
                sheet=name,
                file=self._path.name,
                cell=place(extent.row, extent.column),
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


def _is_plain(sheet: IO[bytes]) -> bool:
    """Return whether a sheet's part holds neither errors nor formulas and reaches no further than its cells.

    Its bytes tell that in a fraction of the time that parsing takes; where they do not, it is not plain.
    """
    columns, last_row, placed, cells, filled, rest = set[bytes](), 0, 0, 0, 0, b""
    while chunk := sheet.read(_CHUNK):
        content, tag, rest = (rest + chunk).rpartition(b"<")
        rest = tag + rest
        if any(each in content for each in _NOT_PLAIN):
            return False
        found = _PLACED.findall(content)
        columns.update(column for column, _ in found)
        last_row = max(last_row, *(int(row) for row in {row for _, row in found}), 0)
        placed += len(found)
        cells += content.count(b"<c ") + content.count(b"<c>")
        filled += content.count(b"<v>") + content.count(b"<is>")
    last_column = max((_column(each.decode()) for each in columns), default=0)
    return placed == cells and not _Extent(last_row - 1, last_column, filled).is_too_far


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
    formula = None if saved else cell.find("{*}f")
    unsaved = "" if formula is None else f"={formula.text or ''}"
    return _Mark(number_format, unsaved, (text or "") if kind == "e" else "")


def _joined(sheet: Any, marks: Mapping[At, _Mark]) -> dict[At, XlsxCell]:
    """Return calamine's values with what it leaves out; it has a place for every cell but an error and no result."""
    cells = {at: XlsxCell(mark.error or None, mark.number_format, bool(mark.formula)) for at, mark in marks.items()}
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
    return int(reference[len(letters) :]) - 1, _column(letters)


def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _local(name: str) -> str:
    return name.rpartition("}")[2]
