"""Files that are packed or put together: gzip and its like, zip archives, directories.

Everything is unpacked into the workspace of the import, within limits: a small file may unpack into a full disk.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from warehouse.ingest.opening import is_zip
from warehouse.ingest.reasons import unread
from warehouse.messages import UserError

MOST_BYTES = 20 << 30
MOST_TIMES = 300
"""Text gets smaller by a factor of five to fifty: what grows by more than this is made to fill the disk."""
_ANY_RATIO = 64 << 20
"""Below this size the factor does not matter."""
MOST_FILES = 10_000
_DEEPEST = 3
_SPARE = 64 << 20
"""What must stay free on the disk."""
_CHUNK = 1 << 20

_STREAMS: tuple[tuple[re.Pattern[bytes], Callable[[Any], Any]], ...] = (
    (re.compile(rb"\x1f\x8b"), lambda raw: gzip.GzipFile(fileobj=raw)),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), bz2.BZ2File),
    (re.compile(rb"\xfd7zXZ\0"), lzma.LZMAFile),
)
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".gzip")
UNPACKING_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, ValueError)
"""What a damaged file makes the libraries raise; of archives with a password it is a RuntimeError."""


def unpacked(raw: IO[bytes]) -> IO[bytes] | None:
    """Return the stream of what a file at its beginning holds, None if it is not packed."""
    start = raw.read(10)
    raw.seek(0)
    return next((opener(raw) for magic, opener in _STREAMS if magic.match(start)), None)


def is_archive(path: Path) -> bool:
    """Return whether a file is a zip archive of files: workbooks and documents are zip too, and are none."""
    with path.open("rb") as file:
        if not is_zip(file.read(4)):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except UNPACKING_ERRORS:
        return path.suffix.lower() in ("", ".zip")
    return not any(name in ("[Content_Types].xml", "mimetype", "content.xml") for name in names)


def files_of(path: Path, room: Path) -> list[Path]:
    """Return the files that a path stands for, none of them packed, in the order of their names. Raises UserError."""
    if not path.is_dir():
        return list(_flat(path, _Unpacker(room, path), 0))
    found = sorted(each for each in path.rglob("*") if each.is_file() and not _hidden(each.relative_to(path)))
    if not found:
        raise UserError("The directory {file} has no files.", file=path)
    return [file for each in found for file in _flat(each, _Unpacker(room, each), 0)]


def _hidden(path: PurePosixPath | Path) -> bool:
    """Return whether a file is none of a person's: of the system, or the lock of an open document."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _flat(path: Path, unpacker: _Unpacker, depth: int) -> Iterator[Path]:
    with path.open("rb") as raw:
        stream = unpacked(raw)
        if stream is not None:
            name = path.name.removesuffix(path.suffix) if path.suffix.lower() in _PACKED_SUFFIXES else path.name
            with stream:
                found = [unpacker.write(stream, name)]
        elif is_archive(path):
            found = unpacker.members(path)
        else:
            yield path
            return
    if depth == _DEEPEST:
        raise UserError("The file {file} is packed again and again: unpack it first.", file=unpacker.file.name)
    for each in found:
        yield from _flat(each, unpacker, depth + 1)


class _Unpacker:
    """Unpacks one file into the workspace, within the limits of its size."""

    def __init__(self, room: Path, file: Path) -> None:
        self.file = file
        self._room = room
        self._written = 0
        self._count = 0
        size = file.stat().st_size
        self._most = min(max(_ANY_RATIO, size * MOST_TIMES), MOST_BYTES)

    def write(self, stream: IO[bytes], name: str) -> Path:
        """Return the file of that name with all of the stream. Raises UserError if it is too much or damaged."""
        self._count += 1
        if self._count > MOST_FILES:
            raise UserError("The file {file} holds over {n} files: unpack it first.", file=self.file.name, n=MOST_FILES)
        self._room.mkdir(exist_ok=True)
        # Each has a directory of its own: archives may have files of one name.
        path = Path(tempfile.mkdtemp(dir=self._room)) / (name or "file")
        try:
            with path.open("wb") as into:
                while chunk := stream.read(_CHUNK):
                    self._written += len(chunk)
                    self._check()
                    into.write(chunk)
        except UNPACKING_ERRORS as error:
            if isinstance(error, OSError) and error.errno:
                raise  # the disk's, which is not the file's
            otherwise = UserError(
                "The file {file} cannot be unpacked, it is damaged or not whole.", file=self.file.name
            )
            raise unread(error, self.file, otherwise) from None
        return path

    def _check(self) -> None:
        if self._written > self._most:
            raise UserError(
                "The file {file} unpacks into over {size} MB, which no table does: nothing was taken.",
                file=self.file.name,
                size=self._most >> 20,
            )
        if shutil.disk_usage(self._room).free < _SPARE:
            raise UserError("There is no room on the disk to unpack {file}.", file=self.file.name)

    def members(self, path: Path) -> list[Path]:
        """Return the files of an archive. Raises UserError."""
        try:
            # Windows writes names without saying in which of its alphabets: Russian is the likeliest here.
            with zipfile.ZipFile(path, metadata_encoding="cp866") as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
                infos = [info for info in infos if not _hidden(PurePosixPath(info.filename))]
                if any(info.flag_bits & 1 for info in infos):
                    raise UserError("The archive {file} is protected by a password: unpack it first.", file=path.name)
                if not infos:
                    raise UserError("The archive {file} has no files.", file=path.name)
                found = []
                for info in sorted(infos, key=lambda info: info.filename):
                    with archive.open(info) as stream:
                        found.append(self.write(stream, PurePosixPath(info.filename).name))
                return found
        except UNPACKING_ERRORS as error:
            if isinstance(error, OSError) and error.errno:
                raise
            otherwise = UserError("The archive {file} cannot be unpacked, it is damaged or not whole.", file=path.name)
            raise unread(error, path, otherwise) from None
