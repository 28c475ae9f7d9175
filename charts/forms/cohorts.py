"""What became of those who came together, month by month: solid what is so, hatched what is expected of the young.

A whisker is the interval of the expectation, a dash beside a column another measure of the same month.
"""

from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import measure, wrap
from charts.canvas.page import page
from charts.canvas.scene import Box, Hatch, Items, Scene, Stroke, Text, centred, flat, left
from charts.canvas.theme import CHART
from charts.model import Amount, Labels, NothingToDraw, Titles

_NAMES = 92.0
_ABOVE = 92.0
_ASIDE, _GAP, _LINE = 196.0, 14.0, 28.0
_COLUMN = 0.6  # of its slot
_WIDEST = 76.0
_DASH = 22.0
_CAP = 12.0
_LEAST_INSIDE = 46.0
_TOPMOST = 2.0
"""A whisker ends at so many times the highest column."""


@dataclass(frozen=True)
class CohortRow:
    """A month: what is so (None: no data), what is expected at last (None: nothing more, or unknown), between what."""

    name: str
    size: str
    won: Amount | None
    expected: Amount | None = None
    low: float = 0.0
    high: float = 0.0
    beside: Amount | None = None
    running: str = ""
    """«к 15.06»: the month goes on."""


@dataclass(frozen=True)
class Cohorts:
    """Months in their order; `beside` names the dashes, `sizes` the numbers under the names."""

    titles: Titles
    labels: Labels
    columns: tuple[CohortRow, ...]
    beside: str
    sizes: str


def scene(picture: Cohorts) -> Scene:
    if not any(column.won and (column.won.value or column.expected) for column in picture.columns):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    start, end = sheet.left, sheet.right - _ASIDE
    base, top = sheet.bottom - _NAMES, sheet.top + _ABOVE
    tallest = max(
        max(column.won.value if column.won else 0.0, column.expected.value if column.expected else 0.0)
        for column in picture.columns
    )
    most = max([tallest, *(min(column.high, _TOPMOST * tallest) for column in picture.columns)])
    most = max([most, *(c.beside.value for c in picture.columns if c.beside and c.beside.value <= _TOPMOST * tallest)])
    scale = Scale(0.0, most, base, top)
    pitch = (end - start) / len(picture.columns)
    half = min(pitch * _COLUMN, _WIDEST) / 2
    middles = [start + (n + 0.5) * pitch for n in range(len(picture.columns))]
    items = flat(
        sheet.items,
        *(
            _band(column, x, pitch, sheet.top, base)
            for column, x in zip(picture.columns, middles, strict=True)
            if column.running
        ),
        *(_column(column, x, half, base, scale) for column, x in zip(picture.columns, middles, strict=True)),
        *(_dash(column, x + half, base, scale) for column, x in zip(picture.columns, middles, strict=True)),
        *(_names(column, x, pitch, base) for column, x in zip(picture.columns, middles, strict=True)),
        (Stroke(((start, base), (end, base)), theme.INK, theme.PLAN),),
        _aside(picture, end + _GAP, middles[-1] + half, base, scale),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _band(column: CohortRow, x: float, pitch: float, top: float, base: float) -> Items:
    return (
        Box(x - pitch / 2, top, x + pitch / 2, base + _NAMES - 6, theme.BAND),
        centred(x, top + 34, column.running, theme.LEAST),
    )


def _column(column: CohortRow, x: float, half: float, base: float, scale: Scale) -> Items:
    if column.won is None:
        return ()
    y = min(scale(column.won.value), base - 3)
    items: list[Box | Stroke | Hatch | Text] = [Box(x - half, y, x + half, base, theme.FACT)]
    expected = column.expected if column.expected and column.expected.value > column.won.value else None
    summit = y
    if expected:
        summit = scale(expected.value)
        corners = ((x - half, summit), (x + half, summit), (x + half, y), (x - half, y))
        items.append(Hatch(corners, theme.PREVIOUS))
        items.append(Stroke(((x - half, y), *corners[:2], (x + half, y)), theme.FACT, theme.HAIR, (7, 5)))
        high, low = scale(column.high), scale(column.low)
        items.append(Stroke(((x, high), (x, low)), theme.INK, theme.PLAN))
        items.append(Stroke(((x - _CAP, low), (x + _CAP, low)), theme.INK, theme.PLAN))
        if scale.clips(column.high):
            items.append(Stroke(((x - _CAP, high + _CAP), (x, high), (x + _CAP, high + _CAP)), theme.INK, theme.PLAN))
        else:
            items.append(Stroke(((x - _CAP, high), (x + _CAP, high)), theme.INK, theme.PLAN))
        summit = min(summit, high)
        items.append(centred(x, summit - 14, expected.text, theme.EXTREME))
    inside = base - y >= _LEAST_INSIDE and measure(column.won.text, theme.VALUE) <= 2 * half
    if inside:
        items.append(centred(x, y + 38, column.won.text, theme.VALUE.inked(theme.PAPER)))
    elif not expected:
        items.append(centred(x, y - 12, column.won.text, theme.VALUE))
    return tuple(items)


def _dash(column: CohortRow, x: float, base: float, scale: Scale) -> Items:
    if column.beside is None or scale.clips(column.beside.value):
        return ()
    y = scale(column.beside.value)
    return (Stroke(((x + 4, y), (x + 4 + _DASH, y)), theme.PREVIOUS, 6.0),)


def _names(column: CohortRow, x: float, pitch: float, base: float) -> Items:
    size = (centred(x, base + 68, column.size, theme.LEAST),) if measure(column.size, theme.LEAST) < pitch - 4 else ()
    return (centred(x, base + 36, column.name, theme.STRONG), *size)


def _aside(picture: Cohorts, x: float, edge: float, base: float, scale: Scale) -> Items:
    """What the dashes and the numbers under the names are, at the right."""
    last = picture.columns[-1].beside
    lines = wrap(picture.sizes.replace("\N{NO-BREAK SPACE}", " "), theme.LEAST, _ASIDE - _GAP)
    items = [left(x, base + 68 - _LINE * n, line, theme.LEAST) for n, line in enumerate(reversed(lines))]
    if picture.beside and last and not scale.clips(last.value):
        y = min(max(scale(last.value), 0.0), base - 44)
        items.append(left(max(x, edge + _DASH + 14), y + 9, picture.beside, theme.QUIET))
        items.append(left(max(x, edge + _DASH + 14), y + 41, last.text, theme.QUIET))
    return tuple(items)
