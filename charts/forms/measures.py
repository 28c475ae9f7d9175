"""Unlike measures of a few things side by side: a row is a measure, a column what is compared.

Under each number stands a bar from 0 on its row's own scale; what is worst of a row is dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, flat, left
from charts.canvas.theme import TABLE
from charts.model import Amount, NothingToDraw, Titles

_NAMES = 280.0
_HEAD, _GROUP, _ROW, _QUIET = 46.0, 60.0, 70.0, 44.0
_NUMBER, _QUIET_NUMBER = 30.0, 18.0
"""From the top of a row to the baseline of its numbers."""
_BAR = 14.0
_GAP = 20.0
_LEAST = 3.0
_DASH = "–"


@dataclass(frozen=True)
class MeasureRow:
    """A measure; None where something does not have it. A quiet row tells cases or norms, and has no bars."""

    name: str
    cells: tuple[Amount | None, ...]
    worst: int | None = None
    quiet: bool = False


@dataclass(frozen=True)
class MeasureGroup:
    """Measures under a heading."""

    name: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class MeasureTable:
    """What is compared, and its measures in groups."""

    titles: Titles
    columns: tuple[str, ...]
    groups: tuple[MeasureGroup, ...]


def scene(picture: MeasureTable) -> Scene:
    rows = [row for group in picture.groups for row in group.rows]
    if not any(cell for row in rows for cell in row.cells):
        raise NothingToDraw
    model = page(picture.titles, TABLE)
    needed = _HEAD + len(picture.groups) * _GROUP + sum(_QUIET if row.quiet else _ROW for row in rows)
    height = round(model.top + needed + TABLE.height - model.bottom)
    sheet = page(picture.titles, TABLE, height)
    width = (sheet.right - sheet.left - _NAMES) / len(picture.columns)
    places = [sheet.left + _NAMES + n * width for n in range(len(picture.columns))]
    narrow = any(measure(name, theme.STRONG) > width - _GAP / 2 for name in picture.columns)
    head = replace(theme.STRONG, size=theme.MINIMUM) if narrow else theme.STRONG
    y = sheet.top + _NUMBER
    items = flat(
        sheet.items,
        (left(x, y, fit(name, head, width - _GAP / 2), head) for x, name in zip(places, picture.columns, strict=True)),
    )
    y = sheet.top + _HEAD
    for group in picture.groups:
        rule = y + _GROUP - 12
        items += (
            left(sheet.left, rule - 14, group.name, theme.SECTION),
            Box(sheet.left, rule, sheet.right, rule + 2, theme.RULE),
        )
        y += _GROUP
        for row in group.rows:
            items += _row(row, y, sheet.left, places, width - _GAP)
            y += _QUIET if row.quiet else _ROW
    return Scene.on(TABLE, items, picture.titles.alt_text, height)


def _row(row: MeasureRow, top: float, start: float, places: Sequence[float], width: float) -> Items:
    plain = theme.QUIET if row.quiet else theme.PLAIN
    y = top + (_QUIET_NUMBER if row.quiet else _NUMBER)
    items: Items = (left(start, y, fit(row.name, plain, _NAMES - _GAP), plain),)
    most = max((cell.value for cell in row.cells if cell), default=0.0)
    for n, (x, cell) in enumerate(zip(places, row.cells, strict=True)):
        dark = n == row.worst
        style = theme.EXTREME if dark else plain
        if cell is None:
            items += (left(x, y, _DASH, theme.QUIET),)
            continue
        items += (left(x, y, fit(cell.text, style, width + _GAP / 2), style),)
        if not row.quiet and most > 0:
            length = max(cell.value / most * width, _LEAST)
            items += (Box(x, y + 12, x + length, y + 12 + _BAR, theme.FACT if dark else theme.PALE),)
    return items
