"""Where in a file its table is: which sheet has it, and which row names its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.messages import UserError

WITHIN = 30
"""A header is looked for among so many rows that are not blank: titles and remarks may stand above it."""
_LONGEST_GAP = 200
"""More blank rows than this end a table: a stray format may lie in the last row of a sheet."""
UNUSED = "-"
"""Stands for a column that is not needed, where a file's columns are listed."""

_LITERAL = re.compile(r"'[^']*'")
_WORD = re.compile(r'"([^"]+)"|([^\W\d]\w*)')

Numbered = tuple[int, Sequence[str]]
"""A row's number, as a spreadsheet shows it, and its cells."""


class UnfitLayout(UserError):
    """A file that holds no table of the wanted kind: among several files it is left alone."""


@dataclass(frozen=True)
class Layout:
    """What is known of the place of the table before the file is opened."""

    sheet: str | None = None
    """A sheet's name or number, counted from 1; of JSON, the dotted name of the list."""
    header: int | tuple[str, ...] | None = None
    """The number of the row that names the columns, or their names in a file that has no such row."""
    expected: frozenset[str] = frozenset()
    """What columns may be called, folded."""

    def __post_init__(self) -> None:
        if isinstance(self.header, int) and self.header < 1:
            raise UserError(
                "The header is row {n}: rows are counted from 1, as a spreadsheet shows them.", n=self.header
            )

    @property
    def names(self) -> tuple[str, ...] | None:
        """The columns of a file without a header."""
        return self.header if isinstance(self.header, tuple) else None

    def fit(self, cells: Iterable[str]) -> int:
        """Return how many of a row's cells are names that columns may have."""
        return len({folded(cell) for cell in cells} & self.expected)

    def find(self, rows: Iterable[Numbered]) -> Numbered | None:
        """Return the row that names the columns: the one that is given, or else the one with most expected names.

        Without any expected name it is the first row, unless that is a title: a single cell above wider rows.
        """
        first: list[Numbered] = []
        for number, cells in rows:
            if isinstance(self.header, int):
                if number >= self.header:
                    return (number, cells) if number == self.header else None
            elif any(cell.strip() for cell in cells):
                first.append((number, cells))
                if len(first) == WITHIN:
                    break
            elif first and number > first[-1][0] + _LONGEST_GAP:
                break
        if isinstance(self.header, int) or not first:
            return None
        best = max(first, key=lambda row: self.fit(row[1]))
        if self.fit(best[1]) >= min(2, len(self.expected)) > 0:
            return best
        if _filled(first[0][1]) == 1:
            return next((row for row in first if _filled(row[1]) > 1), first[0])
        return first[0]


ANYWHERE = Layout()
"""Nothing is known."""


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def folded(name: str) -> str:
    """Return a column's name as names are compared: in one case, without blanks around it."""
    return " ".join(name.split()).casefold()


def unnamed(names: Sequence[str], width: int, path: Path) -> None:
    """Raise UserError if a file without a header has other columns than are named."""
    if width and width != len(names):
        raise UserError(
            "{n} columns are named, and the rows of {file} have {width}: name all of them in their order, - for one "
            "that is not needed.",
            n=len(names),
            file=path.name,
            width=width,
        )


def expected_names(canonical: Iterable[str], columns: Mapping[str, str], where: str | None) -> frozenset[str]:
    """Return what the columns of a file may be called: our names, and those that a mapping speaks of."""
    said = [*columns.values(), where or ""]
    words = [word for text in said for pair in _WORD.findall(_LITERAL.sub(" ", text)) for word in pair if word]
    return frozenset(folded(name) for name in (*canonical, *columns.values(), *words) if name.strip())


def parse_header(text: str) -> int | tuple[str, ...]:
    """Return what a text says of the header: its row, or the names of the columns with commas."""
    return int(text) if text.strip().isdecimal() else tuple(name.strip() for name in text.split(","))
