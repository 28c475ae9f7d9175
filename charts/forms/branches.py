"""A tree as indented bars: each branch beside what is usual of it, the one that grew dark, a new one with a star."""

from dataclasses import dataclass
from enum import Enum, auto
from math import cos, pi, sin

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import TableLayout, table
from charts.canvas.scene import Area, Box, Items, Scene, Stroke, flat, left, middle, right
from charts.canvas.theme import TABLE
from charts.model import Amount, Labels, NothingToDraw, Titles

_HEADS = 46.0
_STATEMENT = 1
"""Rows that a sentence under the tree takes."""
_INDENT = 34.0
_NAMES = 340.0
_GROWTH = 130.0
_GAP = 16.0
_BAR, _LEAF = 0.62, 0.5
_BESIDE = 14.0
_STAR = 17.0
_LEAST = 3.0


class Growth(Enum):
    """What a branch is: as usual, grown, or new."""

    USUAL = auto()
    GROWN = auto()
    NEW = auto()


@dataclass(frozen=True)
class Branch:
    """A row: its level from 0, how many, what is usual (None: not known), and the growth as it is printed."""

    name: str
    level: int
    amount: Amount
    usual: float | None = None
    growth: str = ""
    kind: Growth = Growth.USUAL


@dataclass(frozen=True)
class Branches:
    """A tree from the top, each branch before its own. `heads` are over the bars and the growth."""

    titles: Titles
    labels: Labels
    heads: tuple[str, str]
    rows: tuple[Branch, ...]
    statement: str = ""


def scene(picture: Branches) -> Scene:
    if not any(row.amount.value for row in picture.rows):
        raise NothingToDraw
    rows = len(picture.rows) + (_STATEMENT if picture.statement else 0)
    made = table(picture.titles, rows, _HEADS)
    start = made.sheet.left + _NAMES
    numbers = max(measure(row.amount.text, theme.BIG) for row in picture.rows) + _BESIDE + 3 * _STAR
    end = made.sheet.right - _GROWTH - numbers
    most = max(max(row.amount.value, row.usual or 0.0) for row in picture.rows)
    scale = (end - start) / most if most else 0.0
    heads = (
        left(start, made.top - 18, fit(picture.heads[0], theme.QUIET, end - start), theme.QUIET),
        right(made.sheet.right, made.top - 18, picture.heads[1], theme.QUIET),
    )
    rule = Box(made.sheet.left, made.top - 6, made.sheet.right, made.top - 4, theme.RULE)
    statement: Items = ()
    if picture.statement:
        words = fit(picture.statement, theme.STRONG, made.sheet.right - made.sheet.left)
        statement = (left(made.sheet.left, middle(made.rows[-1], theme.STRONG), words, theme.STRONG),)
    items = flat(
        made.sheet.items,
        (*heads, rule),
        *(_row(row, y, made, start, scale) for row, y in zip(picture.rows, made.rows, strict=False)),
        statement,
    )
    return Scene.on(TABLE, items, picture.titles.alt_text, made.height)


def _row(row: Branch, y: float, made: TableLayout, start: float, scale: float) -> Items:
    grown = row.kind is not Growth.USUAL
    top = row.level == 0
    style = theme.STRONG if top or grown else theme.PLAIN
    x = made.sheet.left + row.level * _INDENT
    name = left(x, middle(y, style), fit(row.name, style, start - x - _GAP), style)
    half = made.pitch * (_BAR if top else _LEAF) / 2
    colour = theme.FACT if grown else theme.PREVIOUS if top else theme.PALE
    length = row.amount.value * scale
    bar: Items = (Box(start, y - half, start + max(length, _LEAST), y + half, colour),) if row.amount.value else ()
    mark, reach = _usual(row, y, half, start, scale, grown=grown)
    end = max(start + length, reach)
    number = theme.BIG if grown else theme.STRONG if top else theme.PLAIN
    value = left(end + _BESIDE, middle(y, number), row.amount.text, number)
    star: Items = ()
    if row.kind is Growth.NEW:
        star = (_star(value.edges.right + _BESIDE + _STAR, y),)
    said = theme.BIG if row.kind is Growth.GROWN else theme.STRONG if grown else theme.QUIET
    growth = right(made.sheet.right, middle(y, said), row.growth, said)
    return (name, *bar, *mark, value, *star, growth)


def _usual(row: Branch, y: float, half: float, start: float, scale: float, *, grown: bool) -> tuple[Items, float]:
    """The stroke of what is usual, and how far it reaches; on a dark bar it is light."""
    if row.usual is None:
        return (), start
    x = start + row.usual * scale
    stroke = Stroke(((x, y - half - 6), (x, y + half + 6)), theme.INK, 4.0)
    inside = grown and x < start + row.amount.value * scale
    light = (Stroke(((x, y - half), (x, y + half)), theme.PAPER, 4.0),) if inside else ()
    return (stroke, *light), x + 2


def _star(x: float, y: float) -> Area:
    """A hollow star of five points."""
    spots = []
    for corner in range(10):
        radius = _STAR if corner % 2 == 0 else _STAR * 0.45
        angle = -pi / 2 + corner * pi / 5
        spots.append((x + radius * cos(angle), y + radius * sin(angle)))
    return Area(tuple(spots), edge=theme.INK, line=2.5)
