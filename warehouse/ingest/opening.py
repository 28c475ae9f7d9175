"""What a file is, found from its bytes whatever its name, and how it is opened. The one place that knows all kinds."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.ingest.layout import Layout, Unfit
from warehouse.ingest.rejects import Misshapen
from warehouse.ingest.signatures import OLE, PARQUET, is_zip, no_table
from warehouse.ingest.sources import ParquetRows, Source
from warehouse.ingest.text import MARKING
from warehouse.messages import Message

_START = 4096
_MARKUP = re.compile(
    r"<(\?xml|!doctype|!--|/?(html|head|body|meta|title|style|div|table|workbook|ss:workbook)\b)", re.I
)
_JSON = re.compile(r'\{\s*["}]|\[\s*[\]{["]')


@dataclass(frozen=True)
class Opening:
    """How a file is to be opened."""

    path: Path
    room: Path
    """A directory for temporary files."""
    misshapen: Misshapen
    layout: Layout = field(default_factory=Layout)
    encoding: str | None = None
    delimiter: str | None = None


Opened = tuple[Source, list[Message]]
"""A source, and what is to be said of what it leaves alone."""


def open_source(opening: Opening) -> Opened:
    """Open a file that is not packed. Raises Mistake; Unfit if it is no table at all."""
    with opening.path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise Unfit("The file {file} is empty.", file=opening.path.name)
    return _opener(start, opening.path)(opening)


def is_plain_text(path: Path) -> bool:
    """Return whether a file is lines of text, to be read by line."""
    with path.open("rb") as file:
        start = file.read(_START)
    return not start or _opener(start, path) is _delimited


def as_utf8(path: Path, room: Path) -> Path:
    """Return a text file that is written in wide characters as one in UTF-8, for what reads lines of bytes."""
    with path.open("rb") as file:
        if file.read(2) not in (b"\xff\xfe", b"\xfe\xff"):
            return path
    directory = room / "as-utf8"
    directory.mkdir(exist_ok=True)
    with (
        path.open(encoding="utf-16", errors=MARKING, newline="") as wide,
        (directory / path.name).open("w", encoding="utf-8", newline="") as into,
    ):
        shutil.copyfileobj(wide, into)
    return directory / path.name


def as_csv(opening: Opening) -> Path:
    """Return a CSV file in the workspace with all that a file of another kind says, for what reads lines."""
    source, _ = open_source(opening)
    directory = opening.room / "as-csv"
    directory.mkdir(exist_ok=True)
    path = directory / opening.path.name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(source.columns)
        for batch, _ in source.batches():
            columns = [column.cast("string").to_pylist() for column in batch.columns[1:]]
            writer.writerows([cell or "" for cell in row] for row in zip(*columns, strict=True))
    return path


def _opener(start: bytes, path: Path) -> Callable[[Opening], Opened]:
    """Return what opens a file that begins so."""
    if start.startswith(PARQUET):
        return _parquet
    if is_zip(start) or start.startswith(OLE):
        return _workbook
    if other := no_table(path, start):
        raise other
    text = _beginning(start)
    if _MARKUP.match(text):
        return _markup
    if _JSON.match(text):
        return _json
    return _delimited


def _beginning(start: bytes) -> str:
    """Return the first characters that are not blank; only ASCII among them matters."""
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return start.decode(encoding, "replace").replace("\0", "").lstrip("\ufeff \t\r\n")


def _parquet(opening: Opening) -> Opened:
    return ParquetRows(opening.path), []


def _workbook(opening: Opening) -> Opened:
    from warehouse.ingest.grids import Grid, best_sheet
    from warehouse.ingest.workbooks import workbook_sheets

    sheet, notes = best_sheet(workbook_sheets(opening.path), opening.layout, opening.path)
    return Grid(opening.path, sheet, opening.layout), notes


def _markup(opening: Opening) -> Opened:
    from warehouse.ingest.grids import Grid, best_sheet
    from warehouse.ingest.markup import SPREADSHEETML, html_tables, xml_sheets

    with opening.path.open("rb") as file:
        start = file.read(1 << 16).replace(b"\0", b"")
    room = opening.room / "tables"
    spoiled = ""
    if SPREADSHEETML.encode() in start and b"<html" not in start.lower():
        sheets = xml_sheets(opening.path, room)
    elif b"<?xml" in start[:64] and b"<html" not in start.lower() and b"<table" not in start.lower():
        raise Unfit("The file {file} is XML, but no spreadsheet: export it as CSV or XLSX.", file=opening.path.name)
    else:
        sheets, spoiled = html_tables(opening.path, room, opening.encoding)
    sheet, notes = best_sheet(sheets, opening.layout, opening.path)
    return Grid(opening.path, sheet, opening.layout, spoiled), notes


def _json(opening: Opening) -> Opened:
    from warehouse.ingest.json_records import open_json

    return open_json(opening.path, opening.layout, opening.misshapen, opening.encoding), []


def _delimited(opening: Opening) -> Opened:
    from warehouse.ingest.delimited import Delimited

    source = Delimited(opening.path, opening.misshapen, opening.encoding, opening.delimiter, opening.layout)
    return source, []
