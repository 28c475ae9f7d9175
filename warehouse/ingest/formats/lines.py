"""Files whose lines are rows: one row to a line, cells in quotes where need be."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from warehouse.ingest.formats.given import Bad, Given, text_of
from warehouse.ingest.formats.grouped import Leg
from warehouse.ingest.formats.rotated import Files
from warehouse.messages import note

_Leg = TypeVar("_Leg", bound=Leg, covariant=True)


class FileReader(Protocol[_Leg]):
    """Reads the lines of one file."""

    def read(self, text: str, number: int) -> _Leg | None:
        """The row of a line, None if it is none (a header). Raises Bad."""
        ...

    def is_whole(self, line: bytes) -> bool:
        """Whether the file's last line, which does not end, is a row all the same."""
        ...


def rows_in(given: Given, files: Files, encoding: str, begin: Callable[[Path], FileReader[_Leg]]) -> Iterator[_Leg]:
    """The rows of all files, numbered through; what cannot be read is refused."""
    before = 0
    for file in files.files:
        reader, number = begin(file), 0
        for number, line in files.numbered(file, reader.is_whole):
            try:
                row = reader.read(text_of(line, encoding), before + number)
                if row is not None:
                    yield row
            except Bad as bad:
                place = f"{file.name}:{number}" if len(files.files) > 1 else ""
                given.refuse(before + number, place, bad.message, line.decode("utf-8", "replace"))
        before += number


def cells_of(text: str, delimiter: str) -> list[str]:
    """The cells of a line. Raises Bad if its quotation marks do not close."""
    try:
        (cells,) = csv.reader([text], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        raise Bad(note("quotation marks that do not close, or text after them")) from None
    return cells
