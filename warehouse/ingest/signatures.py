"""What a file is that is no table, told from its first bytes, and what to do with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from warehouse.messages import Mistake

_LOOKED_AT = 64 << 10
_ARCHIVES = {
    b"\x1f\x8b\x08": "gzip",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
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
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
}
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"


def known_kind(path: Path, but: Collection[bytes] = ()) -> Mistake | None:
    """The sentence for a file of a kind that is known and is not what its name says; None if it is of no such kind.

    `but` are beginnings that are right: nothing, for a file that may be empty.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if any(start == right if not right else start.startswith(right) for right in but):
        return None
    if not start:
        return Mistake("The file {file} is empty.", file=path.name)
    if start.startswith(_OLE):
        return _ole(path)
    if start.startswith(_ZIP):
        return _zip(path, start)
    if start.startswith(_PARQUET):
        return _named_so(path, ".parquet")
    for magic, kind in _ARCHIVES.items():
        if start.startswith(magic):
            return Mistake("The file {file} is an archive ({kind}): unpack it first.", file=path.name, kind=kind)
    for magic, kind in _OTHERS.items():
        if start.startswith(magic) and (b"\0" in start or len(magic) > 3):
            return _no_table(path, kind)
    return None


def _ole(path: Path) -> Mistake | None:
    """Of the container that Office used before 2007, and still uses for what a password protects."""
    held = path.read_bytes()

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in held

    if has("EncryptedPackage"):
        return Mistake(
            "The file {file} is protected by a password: open it in Excel, take the password off and save it again.",
            file=path.name,
        )
    if has("WordDocument"):
        return _no_table(path, "Word")
    if has("PowerPoint Document"):
        return _no_table(path, "PowerPoint")
    return _named_so(path, ".xls") if has("Workbook") or has("Book") else _no_table(path, "Office")


def _zip(path: Path, start: bytes) -> Mistake | None:
    if b"opendocument.spreadsheet" in start:
        return _named_so(path, ".ods")
    if b"opendocument" in start:
        return _no_table(path, "OpenDocument")
    names = path.read_bytes()
    if re.search(rb"xl/workbook\.(xml|bin)", names):
        return _named_so(path, ".xlsx")
    for folder, kind in ((b"word/document", "Word"), (b"ppt/presentation", "PowerPoint")):
        if folder in names:
            return _no_table(path, kind)
    if b"[Content_Types].xml" in names:
        return None
    return Mistake("The file {file} is an archive ({kind}): unpack it first.", file=path.name, kind="ZIP")


def _named_so(path: Path, suffix: str) -> Mistake | None:
    """The sentence for a file that another ending of its name would make readable."""
    if path.suffix.lower() == suffix:
        return None
    return Mistake(
        "The file {file} is {suffix} by what is in it: give its name that ending.", file=path.name, suffix=suffix
    )


def _no_table(path: Path, kind: str) -> Mistake:
    return Mistake(
        "The file {file} is no table but {kind}: save the table that it holds as CSV or XLSX.",
        file=path.name,
        kind=kind,
    )
