"""Logs that are rotated: one file or a directory of them, read as one stream of lines in the order of time."""

from __future__ import annotations

import codecs
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from warehouse.ingest.files import UNPACKING_ERRORS, unpacked
from warehouse.ingest.opening import no_lines
from warehouse.ingest.reasons import unread
from warehouse.messages import UserError

_FIRST, _LAST = datetime.fromisoformat("0001-01-01"), datetime.fromisoformat("9999-12-31")
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a log without its end."""

    row: int
    """Its number in the whole stream; of a single file, its number there."""
    place: str
    """Where it stands, for people; empty of a single file."""
    text: bytes


Numbered = tuple[int, bytes]
"""A line of a file and its number."""
Times = Callable[[Iterable[Numbered]], Iterator[tuple[Numbered, datetime | None]]]
"""Gives the lines of one file, from the first one on, each with its time."""


def rotated_files(path: Path, word: str = "") -> tuple[Path, ...]:
    """The file itself, or the files of a directory that have `word` in their names. Raises UserError if none has."""
    if not path.is_dir():
        return (path,)
    found = tuple(
        sorted(each for each in path.iterdir() if word in each.name and each.name[0] != "." and each.is_file())
    )
    if not found and word:
        raise UserError("The directory {file} has no file with {word} in its name.", file=path, word=word)
    if not found:
        raise UserError("The directory {file} has no files.", file=path)
    return found


class RotatedFiles:
    """Text files that may be packed, read line by line.

    A last line that does not end is still being written and is not taken, unless it is asked for.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files
        self.total = sum(file.stat().st_size for file in files)
        self.done = 0
        """Bytes read so far."""
        self.rows = 0
        """Rows found so far."""
        self.unfinished = 0

    def numbered(self, file: Path, is_whole: Callable[[bytes], bool] | None = None) -> Iterator[tuple[int, bytes]]:
        """A file's lines without their ends, blank ones left out; `is_whole` judges a last line that does not end."""
        before = self.done
        size = file.stat().st_size
        taken = 0
        if other := no_lines(file):
            raise other
        try:
            with file.open("rb") as raw:
                packed = unpacked(raw)
                for number, text in enumerate(_lines(packed or raw), start=1):
                    now = raw.tell() if packed else taken + len(text)
                    self.done, taken = self.done + now - taken, now
                    if not text.removeprefix(codecs.BOM_UTF8).strip():
                        continue
                    if not text.endswith((b"\n", b"\r")) and not (is_whole and is_whole(text)):
                        self.unfinished += 1
                    else:
                        yield number, text.rstrip(b"\r\n")
        except UNPACKING_ERRORS as error:
            otherwise = UserError("The file {file} cannot be unpacked, it is damaged or not whole.", file=file.name)
            raise unread(error, file, otherwise) from None
        if len(self.files) == 1:
            self.done = before + size


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines with their ends: those of Unix, of Windows and of an old Mac."""
    rest = b""
    while block := file.read(_BLOCK):
        # The last one may go on, or its end may be the half of one.
        *lines, rest = (rest + block).splitlines(keepends=True)
        yield from lines
    if rest:
        yield rest


class Log(RotatedFiles):
    """The lines of rotated files as one stream.

    Files are merged by time, whatever their names. Rotated copies may overlap: a line that two files have is
    taken once.
    """

    def __init__(self, files: Sequence[Path], times: Times) -> None:
        super().__init__(files)
        self._times = times

    def lines(self) -> Iterator[LogLine]:
        if len(self.files) == 1:
            for number, text in self.numbered(self.files[0]):
                self.rows += 1
                yield LogLine(number, "", text)
            return
        began = [(self.first(file) or _LAST, index) for index, file in enumerate(self.files)]
        streams = [self._timed(self.files[index], order) for order, (_, index) in enumerate(sorted(began))]
        moment, seen = _FIRST, dict[bytes, int]()
        merged = heapq.merge(*streams, key=lambda each: each[:2])
        for row, (at, order, place, text) in enumerate(merged, start=1):
            if at != moment:
                moment, seen = at, {}
            if seen.setdefault(text, order) == order:
                self.rows += 1
                yield LogLine(row, place, text)

    def first(self, file: Path) -> datetime | None:
        """The first time that a file names."""
        done, unfinished = self.done, self.unfinished
        found = next((time for _, time in self._times(self.numbered(file)) if time), None)
        self.done, self.unfinished = done, unfinished
        return found

    def begins(self) -> datetime | None:
        """The first time that any of them names."""
        return min(filter(None, map(self.first, self.files)), default=None)

    def _timed(self, file: Path, order: int) -> Iterator[tuple[datetime, int, str, bytes]]:
        at = _FIRST
        for (number, text), time in self._times(self.numbered(file)):
            at = time or at
            yield at, order, f"{file.name}:{number}", text
