"""Rows of a table whose sheet is as long as they ask for: names at the left, figures at the right."""

from dataclasses import dataclass

from charts.canvas import layout, theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import Page, page
from charts.canvas.scene import Area, Box, Items, left, middle
from charts.canvas.theme import TABLE
from charts.model import Judgement, Titles

_ROW = 66.0
_LOWEST_ROW = 48.0
_LOWEST_SHEET = 540
_SIGN = 50.0
"""The sign of a verdict and the room after it."""
_WIDEST_NAME = 400.0
_ZERO = 3.0
_HEAD = 14.0
"""Of a bar that is longer than its axis."""


@dataclass(frozen=True)
class Table:
    """A sheet and the middle of each of its rows."""

    sheet: Page
    height: int
    pitch: float
    rows: tuple[float, ...]

    @property
    def top(self) -> float:
        return self.rows[0] - self.pitch / 2

    @property
    def bottom(self) -> float:
        return self.rows[-1] + self.pitch / 2


def table(titles: Titles, count: int, above: float = 0.0) -> Table:
    """A sheet of so many rows, under room for the names of its columns; more rows move closer together."""
    model = page(titles, TABLE)
    head, foot = model.top - 10 + above, TABLE.height - model.bottom
    pitch = min(_ROW, max(_LOWEST_ROW, (TABLE.height - head - foot) / count))
    height = max(_LOWEST_SHEET, round(head + count * pitch + foot))
    pitch = min(_ROW + 14, (height - head - foot) / count)
    rows = tuple(head + (index + 0.5) * pitch for index in range(count))
    return Table(page(titles, TABLE, height), height, pitch, rows)


def name_width(names: list[str], *, signs: bool) -> float:
    """The room that names take with their signs, up to a width at which they are cut."""
    widest = max((measure(name, theme.STRONG) for name in names), default=0.0)
    return min(widest, _WIDEST_NAME) + (_SIGN if signs else 0.0)


def named(name: str, verdict: Judgement, y: float, width: float, *, signs: bool) -> Items:
    """A row's sign and its name, bold where it missed."""
    x = TABLE.margin + (_SIGN if signs else 0.0)
    style = theme.STRONG if verdict is Judgement.MISSED else theme.PLAIN
    text = left(x, middle(y, style), fit(name, style, TABLE.margin + width - x), style)
    return (*(layout.verdict(verdict, TABLE.margin + 18, y) if signs else ()), text)


def bar(zero: float, end: float, y: float, half: float, colour: str, *, clipped: bool = False) -> Items:
    """A bar away from 0, which a real zero has too; one that is cut at the axis's end has a head."""
    low, high = (end, zero) if end < zero else (zero, max(end, zero + _ZERO))
    head: Items = ()
    if clipped:
        tip, foot = (low, low + _HEAD) if end < zero else (high, high - _HEAD)
        head = (Area(((foot, y - half), (tip, y), (foot, y + half)), colour),)
        low, high = (foot, high) if end < zero else (low, foot)
    return (*head, Box(low, y - half, high, y + half, colour))


def tint(y: float, pitch: float) -> Box:
    """Behind a row that missed."""
    return Box(0, y - pitch / 2 + 1, TABLE.width, y + pitch / 2 - 1, theme.TINT)
