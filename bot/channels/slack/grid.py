"""Tables in letters of one width, as wide as a phone still shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

WIDTH = 60
_GAP = "  "
_NARROWEST = 6
_NUMBER = re.compile(r"[-+−–—]?\d|[-–—]?$")

Row = tuple[str, ...]


def grids(header: Row, rows: Sequence[Row], width: int = WIDTH) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The table as one or several: the lines of the header, and of every row.

    Cells that are too wide go on below. A table of too many columns becomes several, each with the first column.
    """
    for columns in _groups(header, rows, width):
        chosen = [tuple(row[n] for n in columns) for row in (header, *rows)]
        widths = _widths(chosen, width)
        right = [bool(rows) and all(_NUMBER.match(row[n]) for row in chosen[1:]) for n in range(len(columns))]
        head, *body = [_lines(row, widths, right) for row in chosen]
        yield [*head, _GAP.join("─" * each for each in widths)], body


def _groups(header: Row, rows: Sequence[Row], width: int) -> Iterator[list[int]]:
    """Columns that stand side by side even when each is as narrow as may be."""
    least = [min(_NARROWEST, max(cell_len(row[n]) for row in (header, *rows))) for n in range(len(header))]
    group, taken = [0], least[0]
    for n in range(1, len(header)):
        if taken + len(_GAP) + least[n] > width:
            yield group
            group, taken = [0], least[0]
        group.append(n)
        taken += len(_GAP) + least[n]
    yield group


def _widths(rows: Sequence[Row], width: int) -> list[int]:
    """Every column as wide as its widest cell; while that is too much, the widest column gives way."""
    widths = [max(1, *map(cell_len, column)) for column in zip(*rows, strict=True)]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        widest = max(range(len(widths)), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _lines(row: Row, widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    cells = [wrap(cell, size) or [""] for cell, size in zip(row, widths, strict=True)]
    deep = max(map(len, cells))
    filled = [[*cell, *[""] * (deep - len(cell))] for cell in cells]
    return [
        _GAP.join(
            _placed(part, size, to_right) for part, size, to_right in zip(parts, widths, right, strict=True)
        ).rstrip()
        for parts in zip(*filled, strict=True)
    ]


def _placed(text: str, size: int, to_right: bool) -> str:
    return " " * max(0, size - cell_len(text)) + text if to_right else set_cell_size(text, max(size, cell_len(text)))
