"""What a named format is given, and what it must be."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from warehouse.ingest.layout import ANYWHERE, Layout
from warehouse.ingest.rejects import Misshapen, Say
from warehouse.ingest.sources import Source
from warehouse.ingest.text import MARKING, UNREADABLE, check_not_utf8
from warehouse.lake import Lake
from warehouse.messages import Message, Mistake, note


class Bad(Exception):
    """Why nothing can be made of a line, for the rejects file."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class Given:
    """What a format is read with."""

    table: sa.Table
    path: Path
    """A file, or a directory of rotated ones."""
    misshapen: Misshapen
    """Where lines go that no row can be made of."""
    timezone: str
    """Of times that name none."""
    encoding: str | None
    lake: Lake
    """What earlier files said: a call may begin in one and end in the next."""
    workspace: Path
    """A directory for temporary files."""
    delimiter: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """The format's own options, by name."""
    say: Say = str
    """Puts the reasons of rejects into the reader's language."""
    layout: Layout = ANYWHERE
    """Where the table is in a file that is one."""

    def text_encoding(self) -> str:
        """The encoding of lines. Raises Mistake if lines cannot be told apart in it."""
        try:
            found = codecs.lookup(self.encoding or "utf-8").name
            if "a|".encode(found) != b"a|":
                raise ValueError
        except (LookupError, UnicodeError, ValueError):
            pass
        else:
            if self.encoding and self.path.is_file():
                check_not_utf8(self.path, found)
            return found
        raise Mistake(
            "A log is not written in the encoding {encoding}: try utf-8, windows-1251 or koi8-r.",
            encoding=str(self.encoding),
        )

    def refuse(self, row: int, place: str, reason: Message, text: str) -> None:
        """Put a line among the rejects; `place` says where it stands, if there are several files."""
        said = self.say(reason.id).format(**reason.params)
        self.misshapen.refuse(row, f"{place}: {said}" if place else said, text)


def text_of(line: bytes, encoding: str) -> str:
    """A line as text, with `UNREADABLE` for bytes that are no characters: who needs them says so."""
    return line.decode(encoding, MARKING).removeprefix("\ufeff")


def legible(text: str, field: str) -> str:
    """A field as it is. Raises Bad if some of its bytes are no characters."""
    if UNREADABLE in text:
        raise Bad(
            note(
                "{field}: bytes that are no characters. If the whole file is in another encoding, name it: --encoding",
                field=field,
            )
        )
    return text


def legible_cells(cells: Mapping[str, str], needed: Iterable[str]) -> dict[str, str]:
    """The cells of a row by name; those that nobody needs are empty if they cannot be read. Raises Bad."""
    if not any(UNREADABLE in cell for cell in cells.values()):
        return dict(cells)
    needed = set(needed)
    return {
        name: legible(cell, name) if name in needed else "" if UNREADABLE in cell else cell
        for name, cell in cells.items()
    }


class FormatSource(Source, Protocol):
    """A source that also tells, once it is read, what it left alone."""

    @property
    def skipped(self) -> Mapping[str, int]:
        """What is nothing to the import, by kind, and how many there were."""
        ...

    @property
    def lines(self) -> int:
        """How many rows the files have, whatever became of them: what refused ones are a share of."""
        ...

    @property
    def unfinished(self) -> int:
        """Last lines that are still being written: they are taken the next time."""
        ...

    @property
    def complete_to(self) -> datetime | None:
        """The latest moment that any of its lines tells of, one that is nothing to the import too; None without any."""
        ...
