"""What a file is that is no text, told from its first bytes, and what to say of one that holds no table."""

from __future__ import annotations

import re
from pathlib import Path

from warehouse.ingest.layout import Unfit
from warehouse.messages import Mistake

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


def no_table(path: Path, start: bytes) -> Unfit | None:
    """Return the sentence for a file that begins so and holds no table; None if it is of no such kind."""
    archive = next((kind for magic, kind in _ARCHIVES.items() if start.startswith(magic)), None)
    if start[257:262] == b"ustar":
        archive = "tar"
    if archive:
        return Unfit("The file {file} is an archive ({kind}): unpack it first.", file=path.name, kind=archive)
    for magic, kind in _OTHERS.items():
        if start.startswith(magic) and (b"\0" in start or len(magic) > 3):
            return _no_table(path, kind)
    return None


def no_lines(path: Path) -> Mistake | None:
    """Return the sentence for a file that is no lines of text, packed or not; None if it may be."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if is_zip(start) or start.startswith((OLE, PARQUET)):
        return Mistake(
            "The file {file} is no text, as the others of its directory are: import it by itself, or save it as CSV.",
            file=path.name,
        )
    return no_table(path, start)


def no_workbook(path: Path) -> Mistake:
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
    return Mistake(
        "The file {file} is no workbook, though it begins like one, or it is damaged: open it in Excel and save it as "
        "XLSX.",
        file=path.name,
    )


def protected(path: Path) -> Mistake:
    """Return the sentence for a workbook that a password protects."""
    return Mistake(
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


def _no_table(path: Path, kind: str) -> Unfit:
    return Unfit(
        "The file {file} is no table but {kind}: save the table that it holds as CSV or XLSX.",
        file=path.name,
        kind=kind,
    )
