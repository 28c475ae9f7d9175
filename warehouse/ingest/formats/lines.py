"""Files whose lines are rows: cells in quotes where need be, which may then hold ends of lines."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from warehouse.ingest.formats.base import Bad, Given, text_of
from warehouse.ingest.formats.contacts import Leg
from warehouse.ingest.formats.rotated import RotatedFiles
from warehouse.messages import note

_Leg = TypeVar("_Leg", bound=Leg, covariant=True)
_LINES_OF_A_ROW = 50
"""A quotation mark that more lines than this do not close is a stray one."""


class FileReader(Protocol[_Leg]):
    """Reads the rows of one file."""

    @property
    def delimiter(self) -> str: ...

    def read(self, text: str, number: int) -> Sequence[_Leg]:
        """The row of a text in the ways it may be meant; nothing if it is none (a header). Raises Bad."""
        ...

    def is_whole(self, line: bytes) -> bool:
        """Whether the file's last line, which does not end, is a row all the same."""
        ...


def rows_in(
    given: Given, files: RotatedFiles, encoding: str, begin: Callable[[Path], FileReader[_Leg]]
) -> Iterator[Sequence[_Leg]]:
    """The rows of all files, numbered through, each in the ways it may be meant; what cannot be read is refused."""
    before = 0
    for file in files.files:
        reader, last = begin(file), 0
        lines = _Lines((number, text_of(line, encoding)) for number, line in files.numbered(file, reader.is_whole))
        for last, text in lines:
            try:
                row = _over_lines(reader, lines, text, before + last) if _is_open(text, reader.delimiter) else ()
                row = row or reader.read(text, before + last)
            except Bad as bad:
                place = f"{file.name}:{last}" if len(files.files) > 1 else ""
                given.refuse(before + last, place, bad.message, text)
            else:
                if not row:
                    continue
                yield row
            files.rows += 1
        before += lines.number


class _Lines:
    """Numbered lines, some of which may be put back."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._again = deque[tuple[int, str]]()
        self.number = 0
        """Of the last line there was."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        if self._again:
            return self._again.popleft()
        self.number, text = next(self._lines)
        return self.number, text

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        self._again.extendleft(reversed(lines))


def _over_lines(reader: FileReader[_Leg], lines: _Lines, text: str, number: int) -> Sequence[_Leg]:
    """The row of a text that goes on in the next lines; none, with those put back, if they make no row with it."""
    taken: list[tuple[int, str]] = []
    for line in lines:
        taken.append(line)
        text = f"{text}\n{line[1]}"
        if not _is_open(text, reader.delimiter):
            try:
                return reader.read(text, number)
            except Bad:
                break
        if len(taken) == _LINES_OF_A_ROW:
            break
    lines.put_back(taken)
    return ()


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a quotation mark is left open at the end."""
    if text.count('"') % 2 == 0:
        return False
    try:
        return len(list(csv.reader([f"{text}\n", "the next line"], delimiter=delimiter))) == 1
    except csv.Error:
        return False


def cells_of(text: str, delimiter: str) -> list[str]:
    """The cells of a row; a stray quotation mark is one of its letters. Raises Bad."""
    try:
        (cells,) = csv.reader([text], delimiter=delimiter)
    except (csv.Error, ValueError):
        raise Bad(note("no row of a table: its quotation marks do not close, or it is not text")) from None
    return cells
