"""Tables that programs write as HTML or as Excel's XML of 2003, often into a file named .xls."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from warehouse.ingest.layout import Numbered, UnfitLayout
from warehouse.ingest.reasons import place_of
from warehouse.ingest.sources import cell_text
from warehouse.ingest.text import MARKING, encoding_of, given_encoding, is_whole
from warehouse.messages import UserError

MOST_SPAN = 1000
"""Columns that one cell may take: what says more would fill the memory."""
SPREADSHEETML = "urn:schemas-microsoft-com:office:spreadsheet"

_CHUNK = 1 << 20
_MOST_COLUMNS = 1 << 14
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_NO_DATE = re.compile(r"(?:1899-12-3[01]|1900-01-00)T(\d\d:\d\d:\d\d(?:\.\d+)?)")
_WHOLE = re.compile(r"(-?\d{1,15})\.0+")


@dataclass(frozen=True)
class Spooled:
    """A table whose rows lie in a file of their own, one JSON list to a line."""

    name: str
    height: int
    path: Path

    def rows(self) -> Iterator[Numbered]:
        with self.path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, json.loads(line)


class _Cell(NamedTuple):
    text: str
    columns: int
    """How many it takes."""
    rows: int
    column: int | None = None
    """Where it stands, counted from 0; None after the one before, past those that reach down from above."""


class _Spool:
    """The tables of a document on their way to the workspace; a cell over several rows is told in each of them."""

    def __init__(self, room: Path) -> None:
        room.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=room)
        self._path, self._file = Path(name), open(descriptor, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - kept open
        self._lasting: dict[int, tuple[int, str]] = {}
        self.height = 0

    def add(self, cells: Sequence[_Cell]) -> None:
        """Add a row of cells."""
        row: dict[int, str] = {}
        column = 0
        for cell in cells:
            column = self._free(column) if cell.column is None else cell.column
            row[column] = cell.text
            if cell.rows > 1:
                self._lasting[column] = (self.height + cell.rows, cell.text)
            column += max(1, min(cell.columns, MOST_SPAN))
        if any(row.values()):
            for place, (last, text) in self._lasting.items():
                if self.height < last:
                    row.setdefault(place, text)
        self._write([row.get(place, "") for place in range(max(row, default=-1) + 1)])

    def _free(self, column: int) -> int:
        while column in self._lasting and self.height < self._lasting[column][0]:
            column += 1
        return column

    def skip_to(self, number: int) -> None:
        """Add blank rows up to the one before a number, counted from 1."""
        while self.height < min(number - 1, 1 << 20):
            self._write([])

    def _write(self, row: list[str]) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.height += 1

    def close(self, name: str) -> Spooled:
        self._file.close()
        return Spooled(name, self.height, self._path)


def html_tables(path: Path, room: Path, encoding: str | None) -> tuple[list[Spooled], str]:
    """Return the tables of a web page, of one within another both, and its encoding if some bytes are not in that.

    Raises UserError if there is none.
    """
    parser = _Tables(room)
    named = None if encoding else _named_encoding(path)
    found, whole = (named, True) if named and is_whole(path, named) else encoding_of(path, encoding)
    try:
        with path.open(encoding="utf-8-sig" if found == "utf-8" else found, errors=MARKING) as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
        parser.close()
    finally:
        tables = parser.finish()
    if not tables:
        raise UnfitLayout(
            "The file {file} is a web page without a table, perhaps the one that asks to sign in: export it again, "
            "as CSV or XLSX.",
            file=path.name,
        )
    return tables, "" if whole else found


def _named_encoding(path: Path) -> str | None:
    """Return the encoding that a web page says it is in, if there is one of that name and it has no mark."""
    with path.open("rb") as file:
        start = file.read(4096)
    named = _CHARSET.search(start)
    if named and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return given_encoding(named[1].decode())
        except UserError:
            pass
    return None


@dataclass
class _Table:
    """A table while it is open."""

    spool: _Spool
    row: list[_Cell] | None = None
    cell: list[str] | None = None
    span: tuple[int, int] = (1, 1)


class _Tables(HTMLParser):
    """Writes the rows of tables as they end. Closing tags may be left out, as HTML allows."""

    def __init__(self, room: Path) -> None:
        super().__init__(convert_charrefs=True)
        self._room = room
        self._open: list[_Table] = []
        self._done: list[Spooled] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "table":
            self._open.append(_Table(_Spool(self._room)))
        elif self._open and tag == "tr":
            self._end_row()
            self._open[-1].row = []
        elif self._open and tag in ("td", "th"):
            self._end_cell()
            table = self._open[-1]
            table.row = table.row if table.row is not None else []
            given = dict(attrs)
            table.cell, table.span = [], (_span(given.get("colspan")), _span(given.get("rowspan")))
        elif tag in ("br", "p", "div"):
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(self._silent - 1, 0)
        elif self._open and tag in ("td", "th"):
            self._end_cell()
        elif self._open and tag in ("tr", "thead", "tbody", "tfoot"):
            self._end_row()
        elif self._open and tag == "table":
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            cell = self._open[-1].cell
            if cell is not None:
                cell.append(data)

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.cell is not None and table.row is not None:
            table.row.append(_Cell(_BLANKS.sub(" ", "".join(table.cell)).strip(), *table.span))
        table.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        table = self._open[-1]
        if table.row is not None:
            table.spool.add(table.row)
        table.row = None

    def _end_table(self) -> None:
        self._end_row()
        table = self._open.pop()
        spooled = table.spool.close(f"{len(self._done) + 1}")
        if spooled.height:
            self._done.append(spooled)

    def finish(self) -> list[Spooled]:
        """Return all tables, those too that the document does not close."""
        while self._open:
            self._end_table()
        return self._done


def _span(text: str | None) -> int:
    return int(text) if text and text.strip().isdecimal() else 1


def xml_sheets(path: Path, room: Path) -> list[Spooled]:
    """Return the worksheets of a spreadsheet in XML. Raises UserError if it is damaged or declares entities."""
    book = _Book(path, room)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                book.parser.Parse(chunk, False)
            book.parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UserError(
            "The file {file} is a spreadsheet in XML that is damaged or not whole: {reason}.",
            file=path.name,
            reason=place_of(error),
        ) from None
    finally:
        book.close()
    return book.sheets


class _Book:
    """Reads Excel's XML of 2003 as it comes."""

    def __init__(self, path: Path, room: Path) -> None:
        self._path = path
        self._room = room
        self.sheets: list[Spooled] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._spool: _Spool | None = None
        self._name = ""
        self._row: list[_Cell] = []
        self._column = 0
        self._span = (1, 1)
        self._type = ""
        self._data: list[str] | None = None
        self._cell = ""

    def _refuse(self, *_: Any) -> None:
        """A spreadsheet has no document type: one could declare entities that fill the memory."""
        raise UserError(
            "The file {file} declares entities, which no spreadsheet does: it is not read.", file=self._path.name
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        given = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        match tag.removeprefix(f"{SPREADSHEETML} "):
            case "Worksheet":
                self._name, self._spool = given.get("Name", f"{len(self.sheets) + 1}"), _Spool(self._room)
            case "Row" if self._spool:
                self._spool.skip_to(_span(given.get("Index")))
                self._row, self._column = [], 0
            case "Cell":
                if "Index" in given:
                    self._column = max(0, min(_span(given["Index"]) - 1, _MOST_COLUMNS))
                self._span = (_span(given.get("MergeAcross", "0")) + 1, _span(given.get("MergeDown", "0")) + 1)
                self._cell = ""
            case "Data":
                self._type, self._data = given.get("Type", "String"), []
            case _:
                pass

    def _end(self, tag: str) -> None:
        match tag.removeprefix(f"{SPREADSHEETML} "):
            case "Data" if self._data is not None:
                self._cell, self._data = _xml_text("".join(self._data), self._type), None
            case "Cell":
                self._row.append(_Cell(self._cell, *self._span, self._column))
                self._column += self._span[0]
            case "Row" if self._spool:
                self._spool.add(self._row)
            case "Worksheet" if self._spool:
                self.sheets.append(self._spool.close(self._name))
                self._spool = None
            case _:
                pass

    def _text(self, text: str) -> None:
        if self._data is not None:
            self._data.append(text)

    def close(self) -> None:
        if self._spool:
            self._spool.close(self._name)


_CONVERTED: dict[str, Callable[[str], str]] = {
    "Boolean": lambda text: "true" if text == "1" else "false",
    "DateTime": lambda text: _moment(text),
    "Number": lambda text: whole[1] if (whole := _WHOLE.fullmatch(text)) else text,
    "Error": lambda text: "",
}


def _moment(text: str) -> str:
    """Return a date and time, or a duration that Excel shows as the first days of its calendar."""
    if clock := _NO_DATE.fullmatch(text):
        return clock[1].removesuffix(".000")
    try:
        return cell_text(datetime.fromisoformat(text))
    except ValueError:
        return text.replace("T", " ")


def _xml_text(text: str, kind: str) -> str:
    """Return a cell as a CSV would have it."""
    return _CONVERTED.get(kind, str)(text.strip())
