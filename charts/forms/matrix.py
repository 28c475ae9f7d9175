"""A table of two dimensions: every cell with its value, shaded by it, and the totals of rows and columns.

Columns that do not fit side by side stand in blocks one under the other: no figure is left out or set too small.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil

from charts.canvas import theme
from charts.canvas.layout import Scale, limits
from charts.canvas.lettering import fit, measure
from charts.canvas.page import INKS, page
from charts.canvas.scene import Box, Items, Scene, centred, flat, left, middle, right
from charts.canvas.theme import TABLE, Style, Weight
from charts.model import Amount, Judgement, Labels, NothingToDraw, Titles

SHADES = ("#EEF1F4", "#DFE4E9", theme.PALE, "#AAB6C2", theme.PREVIOUS)
"""From little to much; ink is legible on each."""

_ROW, _LOWEST_ROW = 66.0, 50.0
_NOTED_ROW = 72.0
"""With a note under the value."""
_HEADS = 46.0
_BLOCKS_GAP = 26.0
_LOWEST_SHEET = 540
_WIDEST_NAME, _LEAST_NAME = 320.0, 150.0
_NAME_GAP = 20.0
_WIDEST_CELL, _LEAST_CELL = 190.0, 56.0
_INSET = 12.0
"""Around the value of a cell."""
_JOINT = 3.0
"""Between cells."""
_TOTAL = Style(30, Weight.BOLD, theme.INK)


@dataclass(frozen=True)
class MatrixCell:
    """A value of the table: no value is no data. `note` is what it rests on: «из 12»."""

    value: Amount | None
    verdict: Judgement = Judgement.NONE
    note: str = ""
    blank: bool = False
    """Whether there is no such figure at all, so that nothing is missing."""


@dataclass(frozen=True)
class MatrixRow:
    """A row by its cells, one for each column, and its own total, where rows have one."""

    name: str
    cells: tuple[MatrixCell, ...]
    total: MatrixCell | None = None


@dataclass(frozen=True)
class Matrix:
    """Rows and columns in the order given; totals are computed by whoever knows what the cells are made of."""

    titles: Titles
    labels: Labels
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    total: MatrixRow | None = None
    """The totals of the columns."""
    totals: str = ""
    """What the column of the rows' totals is called."""
    by_row: bool = False
    """Whether each row is a measure of its own, shaded on its own scale."""
    volume: bool = True
    """A volume is shaded from 0, a level from its lowest value."""
    shaded: bool = True
    """Whether more is darker: not where each column is a measure of its own, and only a miss is marked."""

    def __post_init__(self) -> None:
        for row in self.printed:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"a row of {len(row.cells)} cells in a table of {len(self.columns)} columns")

    @property
    def printed(self) -> tuple[MatrixRow, ...]:
        return (*self.rows, *([self.total] if self.total else []))

    @property
    def totalled(self) -> bool:
        return any(row.total for row in self.printed)


@dataclass(frozen=True)
class _Column:
    """A column's place, and the index of its cells; the rows' totals have none."""

    name: str
    index: int | None
    left: float
    right: float

    def cell(self, row: MatrixRow) -> MatrixCell | None:
        return row.total if self.index is None else row.cells[self.index]


def scene(picture: Matrix) -> Scene:
    """A sheet as long as its rows and blocks ask for; rows move closer together before it grows beyond 4:5."""
    if not any(cell.value for row in picture.rows for cell in row.cells):
        raise NothingToDraw
    names = _names_width(picture)
    blocks = list(_blocks(picture, TABLE.margin + names + _NAME_GAP))
    model = page(picture.titles, TABLE)
    head, foot = model.top - 10, TABLE.height - model.bottom
    noted = any(cell.note for row in picture.printed for cell in _cells(row))
    lowest, highest = (_NOTED_ROW, _NOTED_ROW) if noted else (_LOWEST_ROW, _ROW)
    count = len(picture.printed) * len(blocks)
    chrome = head + len(blocks) * _HEADS + (len(blocks) - 1) * _BLOCKS_GAP + foot
    pitch = min(highest, max(lowest, (TABLE.height - chrome) / count))
    height = max(_LOWEST_SHEET, round(chrome + count * pitch))
    sheet = page(picture.titles, TABLE, height)
    items: list[Items] = [sheet.items]
    y = head
    for columns in blocks:
        items.append(tuple(chain.from_iterable(_heads(column, y + _HEADS - 16) for column in columns)))
        y += _HEADS
        for row in picture.printed:
            items.append(_row(picture, row, columns, y, pitch, names))
            y += pitch
        y += _BLOCKS_GAP
    return Scene.on(TABLE, flat(*items), picture.titles.alt_text, height)


def _cells(row: MatrixRow) -> tuple[MatrixCell, ...]:
    return (*row.cells, *([row.total] if row.total else []))


def _names_width(picture: Matrix) -> float:
    widest = max(measure(row.name, theme.STRONG) for row in picture.printed)
    return min(max(widest, _LEAST_NAME), _WIDEST_NAME)


def _blocks(picture: Matrix, start: float) -> Iterator[list[_Column]]:
    """The columns in as few blocks as their values fit in, equally wide; the rows' totals end the last one."""
    room = TABLE.width - TABLE.margin - start
    wide = max(_width(picture, index) for index in range(len(picture.columns)))
    total = max(_width(picture, None), measure(picture.totals, theme.SECTION) + _INSET) if picture.totalled else 0.0
    total = min(total, room / 2)
    slots = len(picture.columns) + (ceil(total / wide) if total else 0)
    fitting = max(int(room // wide), 1)
    count = ceil(slots / fitting)
    each = ceil(slots / count)
    width = min((room - total if count == 1 else room) / (len(picture.columns) if count == 1 else each), _WIDEST_CELL)
    width = max(width, min(wide, room))
    indices = range(len(picture.columns))
    chunks = [indices[first : first + each] for first in range(0, len(picture.columns), each)]
    for chunk in chunks:
        columns = [
            _Column(picture.columns[index], index, start + at * width, start + (at + 1) * width)
            for at, index in enumerate(chunk)
        ]
        if total and chunk is chunks[-1]:
            end = columns[-1].right
            if end + total > TABLE.width - TABLE.margin + 0.5:  # a column of a block of its own
                yield columns
                columns, end = [], start
            columns.append(_Column(picture.totals, None, end, end + total))
        yield columns


def _width(picture: Matrix, index: int | None) -> float:
    """What the values of a column need."""
    column = _Column("", index, 0.0, 0.0)
    widths = [_LEAST_CELL]
    for row in picture.printed:
        if (cell := column.cell(row)) is not None:
            text = cell.value.text if cell.value else picture.labels.no_data_short
            widths += [measure(text, _TOTAL) + 2 * _INSET, measure(cell.note, theme.LEAST) + 2 * _INSET]
    return max(widths)


def _heads(column: _Column, y: float) -> Items:
    style = theme.QUIET if column.index is not None else theme.SECTION
    words = fit(column.name, style, column.right - column.left - 6)
    if column.index is None:
        return (right(column.right - 4, y, words, style),) if words else ()
    return (centred((column.left + column.right) / 2, y, words, style),)


def _row(picture: Matrix, row: MatrixRow, columns: Sequence[_Column], top: float, pitch: float, names: float) -> Items:
    """A row's name and its cells; the totals of the columns stand under a rule."""
    y = top + pitch / 2
    total = row is picture.total
    style = _TOTAL if total else theme.PLAIN
    end = max(column.right for column in columns)
    rule = (Box(TABLE.margin, top - 1, end, top + 1, theme.RULE),) if total else ()
    name = left(TABLE.margin, middle(y, style), fit(row.name, style, names), style)
    scale = None if total or not picture.shaded else _scale(picture, row)
    cells = (
        _cell(picture, cell, column, y, pitch, None if column.index is None else scale)
        for column in columns
        if (cell := column.cell(row)) is not None
    )
    return (*rule, name, *flat(*cells))


def _scale(picture: Matrix, row: MatrixRow) -> Scale:
    """From a value to how dark it is, from 0 to 1."""
    rows = [row] if picture.by_row else picture.rows
    values = [cell.value.value for each in rows for cell in each.cells if cell.value]
    low, high = limits(values, [0.0] if picture.volume else [])
    return Scale(low, high, 0.0, 1.0)


def _cell(picture: Matrix, cell: MatrixCell, column: _Column, y: float, pitch: float, scale: Scale | None) -> Items:
    """A value on its shade; a total has none."""
    missed = cell.verdict in (Judgement.MISSED, Judgement.BEHIND)
    style = _TOTAL if missed or (scale is None and picture.shaded) else theme.PLAIN
    style = style.inked(INKS[cell.verdict]) if missed else style
    if cell.value is None:
        style, text = theme.QUIET, "" if cell.blank else picture.labels.no_data_short
    else:
        text = cell.value.text
    at = y - (13 if cell.note else 0)
    texts = [(middle(at, style), text, style)]
    if cell.note:
        texts.append((middle(y + 18, theme.LEAST), cell.note, theme.LEAST.inked(theme.INK if scale else theme.SECOND)))
    if column.index is None:
        return tuple(right(column.right - 4, baseline, words, font) for baseline, words, font in texts)
    middle_x = (column.left + column.right) / 2
    framed = missed and not picture.shaded
    box = _box(cell, column, y, pitch, scale) if cell.value and (scale or framed) else ()
    return (*box, *(centred(middle_x, baseline, words, font) for baseline, words, font in texts))


def _box(cell: MatrixCell, column: _Column, y: float, pitch: float, scale: Scale | None) -> Items:
    """Darker is more; a real zero is hollow, and a miss is tinted in a frame."""
    sides = (column.left, y - pitch / 2 + _JOINT / 2, column.right - _JOINT, y + pitch / 2 - _JOINT / 2)
    inner = (sides[0] + 1.5, sides[1] + 1.5, sides[2] - 1.5, sides[3] - 1.5)
    value = cell.value.value if cell.value else 0.0
    if cell.verdict in (Judgement.MISSED, Judgement.BEHIND):
        return (Box(*inner, theme.TINT, INKS[cell.verdict], 3),)
    if value == 0 or scale is None:
        return (Box(*inner, "", theme.RULE, theme.HAIR),)
    shade = min(int(scale(value) * len(SHADES)), len(SHADES) - 1)
    return (Box(*sides, SHADES[shade]),)
