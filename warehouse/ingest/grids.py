"""Tables of cells: sheets of workbooks and whatever else has rows and a header among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from warehouse.ingest import sources
from warehouse.ingest.layout import WITHIN, Layout, Numbered, UnfitLayout, folded, unnamed
from warehouse.ingest.sources import batch_of, named, schema_of
from warehouse.messages import Message, UserError, note


class GridSheet(Protocol):
    """One table of a file that may have several. Its rows can be read more than once."""

    @property
    def name(self) -> str: ...
    @property
    def height(self) -> int:
        """How many rows there are, blank ones and the header too."""
        ...

    def rows(self) -> Iterator[Numbered]:
        """Return the rows with their numbers, every cell as the text that a CSV would have."""
        ...


class CellGrid:
    """A sheet as a source: every cell is text."""

    all_text = True

    def __init__(self, path: Path, sheet: GridSheet, layout: Layout, spoiled: str = "") -> None:
        self.spoiled = spoiled
        self._rows = sheet.rows()
        if layout.names is not None:
            header: Sequence[str] = layout.names
            width = max((_width(row) for _, row in _first(sheet, layout)), default=0)
            unnamed(header, width, path)
        else:
            header = self._header(path, layout, sheet)
        while header and not header[-1].strip():
            header = header[:-1]
        self.columns = named(header, path)
        self.schema = schema_of(self.columns, [pa.string()] * len(self.columns))
        self.total = sheet.height

    def _header(self, path: Path, layout: Layout, sheet: GridSheet) -> Sequence[str]:
        """Return the header, with the rows after it still to be read."""
        found = layout.find(sheet.rows())
        if found is None and isinstance(layout.header, int):
            raise UserError("The file {file} has nothing in row {n} to be the header.", file=path.name, n=layout.header)
        if found is None:
            raise UnfitLayout(
                "The file {file} has no rows: the sheet {sheet} is empty.", file=path.name, sheet=sheet.name
            )
        for number, _ in self._rows:
            if number == found[0]:
                break
        return found[1]

    def batches(self) -> Iterator[tuple[Any, int]]:
        width = len(self.columns)
        numbers: list[int] = []
        cells: list[list[str]] = [[] for _ in range(width)]
        for number, row in self._rows:
            numbers.append(number)
            for column, cell in zip(cells, row, strict=False):
                column.append(cell)
            for column in cells[len(row) :]:
                column.append("")
            if len(numbers) == sources.BATCH:
                yield self._batch(numbers, cells), min(number, self.total)
                numbers, cells = [], [[] for _ in range(width)]
        yield self._batch(numbers, cells), self.total

    def _batch(self, numbers: list[int], cells: list[list[str]]) -> Any:
        return batch_of(numbers, [pa.array(column, pa.string()) for column in cells], self.schema)


def best_sheet(sheets: Sequence[GridSheet], layout: Layout, path: Path) -> tuple[GridSheet, list[Message]]:
    """Return the sheet that is named or that has most expected names in its header, and what to say of the others."""
    if layout.sheet is not None:
        return _named(sheets, layout.sheet, path), []
    if not sheets:
        raise UnfitLayout("The file {file} has no table in it.", file=path.name)
    fits = [_fit(sheet, layout) for sheet in sheets]
    best = max(range(len(sheets)), key=fits.__getitem__)
    others = [each.name for each, fit in zip(sheets, fits, strict=True) if each is not sheets[best] and fit > (0, True)]
    if not others:
        return sheets[best], []
    left = note(
        "Of {file} the sheet {sheet} was read. These look like tables too: {others}. Name one with --sheet.",
        file=path.name,
        sheet=sheets[best].name,
        others=", ".join(others[:20]),
    )
    return sheets[best], [left]


def _fit(sheet: GridSheet, layout: Layout) -> tuple[int, bool]:
    """Return how many names its header has, and whether there is anything in it at all."""
    found = None if layout.names else layout.find(sheet.rows())
    some = any(_width(row) for _, row in _first(sheet, layout))
    fit = layout.fit(found[1]) if found else 0
    return (fit if fit > 1 else 0, some)


def _named(sheets: Sequence[GridSheet], wanted: str, path: Path) -> GridSheet:
    for sheet in sheets:
        if folded(sheet.name) == folded(wanted):
            return sheet
    if wanted.strip().isdecimal() and 0 < int(wanted) <= len(sheets):
        return sheets[int(wanted) - 1]
    raise UserError(
        "There is no sheet {given} in {file}. There are: {known}.",
        given=wanted,
        file=path.name,
        known=", ".join(f"{n}. {sheet.name}" for n, sheet in enumerate(sheets[:40], start=1)) or "-",
    )


def _first(sheet: GridSheet, layout: Layout) -> Iterator[Numbered]:
    for number, row in sheet.rows():
        yield number, row
        if number >= WITHIN:
            return


def _width(row: Sequence[str]) -> int:
    """Return how many columns a row takes, without blank cells at its end."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)
