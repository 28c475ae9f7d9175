"""What a file is that is no text, told from its first bytes, and what to say of one that holds no table."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.ingest.layout import Layout, UnfitLayout
from warehouse.ingest.rejects import Misshapen
from warehouse.ingest.sources import ParquetRows, Source
from warehouse.ingest.text import MARKING
from warehouse.messages import Message, UserError

PARQUET = b"PAR1"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container that Office used before 2007, and still uses for what a password protects."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_LOOKED_AT = 4096

_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7-Zip", b"\x28\xb5\x2f\xfd": "Zstandard"}
"""Those that are not unpacked here."""
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"BM": "BMP",
    b"RIFF": "RIFF",
    b"ID3": "MP3",
    b"OggS": "Ogg",
    b"SQLite format 3\0": "SQLite",
    b"{\\rtf": "RTF",
    b"MIME-Version:": "MHTML",
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
}


def is_zip(start: bytes) -> bool:
    return start.startswith(_ZIP)


def no_table(path: Path, start: bytes) -> UnfitLayout | None:
    """Return the sentence for a file that begins so and holds no table; None if it is of no such kind."""
    archive = next((kind for magic, kind in _ARCHIVES.items() if start.startswith(magic)), None)
    if start[257:262] == b"ustar":
        archive = "tar"
    if archive:
        return UnfitLayout("The file {file} is an archive ({kind}): unpack it first.", file=path.name, kind=archive)
    for magic, kind in _OTHERS.items():
        if start.startswith(magic) and (b"\0" in start or len(magic) > 3):
            return _no_table(path, kind)
    return None


def no_lines(path: Path) -> UserError | None:
    """Return the sentence for a file that is no lines of text, packed or not; None if it may be."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if is_zip(start) or start.startswith((OLE, PARQUET)):
        return UserError(
            "The file {file} is no text, as the others of its directory are: import it by itself, or save it as CSV.",
            file=path.name,
        )
    return no_table(path, start)


def no_workbook(path: Path) -> UserError:
    """Return the sentence for a file that is packed as a workbook is and cannot be opened as one."""
    held = path.read_bytes()

    def has(name: str) -> bool:
        return (name.encode("utf-16-le") if held.startswith(OLE) else name.encode()) in held

    if has("EncryptedPackage"):
        return protected(path)
    workbook = has("Workbook") or has("Book") or re.search(rb"xl/workbook\.(xml|bin)", held)
    for name, kind in _DOCUMENTS.items():
        if has(name) and not workbook:
            return _no_table(path, kind)
    return UserError(
        "The file {file} is no workbook, though it begins like one, or it is damaged: open it in Excel and save it as "
        "XLSX.",
        file=path.name,
    )


def protected(path: Path) -> UserError:
    """Return the sentence for a workbook that a password protects."""
    return UserError(
        "The file {file} is protected by a password: open it in Excel, take the password off and save it again.",
        file=path.name,
    )


_DOCUMENTS = {
    "WordDocument": "Word",
    "word/document": "Word",
    "PowerPoint Document": "PowerPoint",
    "ppt/presentation": "PowerPoint",
    "opendocument.text": "OpenDocument",
    "opendocument.presentation": "OpenDocument",
    "opendocument.graphics": "OpenDocument",
}


def _no_table(path: Path, kind: str) -> UnfitLayout:
    return UnfitLayout(
        "The file {file} is no table but {kind}: save the table that it holds as CSV or XLSX.",
        file=path.name,
        kind=kind,
    )


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
    """Open a file that is not packed. Raises UserError; Unfit if it is no table at all."""
    with opening.path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise UnfitLayout("The file {file} is empty.", file=opening.path.name)
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
    from warehouse.ingest.grids import CellGrid, best_sheet
    from warehouse.ingest.workbooks import workbook_sheets

    sheet, notes = best_sheet(workbook_sheets(opening.path), opening.layout, opening.path)
    return CellGrid(opening.path, sheet, opening.layout), notes


def _markup(opening: Opening) -> Opened:
    from warehouse.ingest.grids import CellGrid, best_sheet
    from warehouse.ingest.markup import SPREADSHEETML, html_tables, xml_sheets

    with opening.path.open("rb") as file:
        start = file.read(1 << 16).replace(b"\0", b"")
    room = opening.room / "tables"
    spoiled = ""
    if SPREADSHEETML.encode() in start and b"<html" not in start.lower():
        sheets = xml_sheets(opening.path, room)
    elif b"<?xml" in start[:64] and b"<html" not in start.lower() and b"<table" not in start.lower():
        raise UnfitLayout(
            "The file {file} is XML, but no spreadsheet: export it as CSV or XLSX.", file=opening.path.name
        )
    else:
        sheets, spoiled = html_tables(opening.path, room, opening.encoding)
    sheet, notes = best_sheet(sheets, opening.layout, opening.path)
    return CellGrid(opening.path, sheet, opening.layout, spoiled), notes


def _json(opening: Opening) -> Opened:
    from warehouse.ingest.json_records import open_json

    return open_json(opening.path, opening.layout, opening.misshapen, opening.encoding), []


def _delimited(opening: Opening) -> Opened:
    from warehouse.ingest.delimited import Delimited

    source = Delimited(opening.path, opening.misshapen, opening.encoding, opening.delimiter, opening.layout)
    return source, []
