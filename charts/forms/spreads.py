"""How long things take: a row of columns for each, in the same spans, with two numbers of it at the right.

A mean would hide a second hump. The column of the first number is dark, that of the second one framed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, measure, wrap
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, Stroke, centred, flat, left, middle, right
from charts.canvas.theme import CHART, Style
from charts.model import Labels, NothingToDraw, Titles

_HEADS = 44.0
_ROW = 84.0
_NAMES = 348.0
_FIRST, _SECOND = 124.0, 110.0
_COLUMN = 0.82  # of its span
_LEAST = 2.0
_LEADING = 30.0


@dataclass(frozen=True)
class Spread:
    """A row: the share of each span (none: `said` stands in their place), which spans the numbers lie in, and these."""

    name: str
    shares: tuple[float, ...] = ()
    dark: int | None = None
    framed: int | None = None
    first: str = ""
    second: str = ""
    said: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Spreads:
    """Rows in the order given; `spans` are over their columns, `heads` over the two numbers."""

    titles: Titles
    labels: Labels
    spans: tuple[str, ...]
    heads: tuple[str, str]
    rows: tuple[Spread, ...]


def scene(picture: Spreads) -> Scene:
    if not any(row.shares or row.said for row in picture.rows):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    start, end = sheet.left + _NAMES, sheet.right - _FIRST - _SECOND - 8
    width = (end - start) / len(picture.spans)
    top = sheet.top + _HEADS
    pitch = min((sheet.bottom - top) / len(picture.rows), _ROW)
    edges = (sheet.right - _SECOND, sheet.right)
    items = flat(
        sheet.items,
        _spans(picture.spans, start, width, top - 18),
        (right(x, top - 18, words, theme.LEAST) for x, words in zip(edges, picture.heads, strict=True)),
        *(
            _row(row, top + (n + 1) * pitch - 10, pitch - 26, (sheet.left, start, end), width, edges)
            for n, row in enumerate(picture.rows)
        ),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _spans(names: Sequence[str], start: float, width: float, y: float) -> Items:
    """The spans' names, as many as do not touch: the first one always, then from the left."""
    items = []
    free = 0.0
    for n, name in enumerate(names):
        x = start + (n + 0.5) * width
        half = measure(name, theme.LEAST) / 2
        if n == 0:
            items.append(right(x + width / 2 - 6, y, name, theme.LEAST))
            free = x + width / 2
        elif x - half > free:
            items.append(centred(x, y, name, theme.LEAST))
            free = x + half + 4
    return tuple(items)


def _row(
    row: Spread,
    base: float,
    height: float,
    places: tuple[float, float, float],
    width: float,
    edges: tuple[float, float],
) -> Items:
    margin, start, end = places
    y = base - height / 2 + 4
    name = _name(row, margin, y, start - margin - 16)
    if not row.shares:
        return (*name, left(start, middle(y, theme.QUIET), row.said, theme.QUIET))
    most = max(row.shares)  # what is compared is where a row has its columns, not how high they are
    number = theme.BIG if row.strong else theme.EXTREME
    second = theme.BIG if row.strong else theme.PLAIN
    return (
        *name,
        *flat(*(_column(row, n, share, base, height, most, start, width) for n, share in enumerate(row.shares))),
        Stroke(((start, base), (end, base)), theme.INK, theme.HAIR),
        right(edges[0], middle(y, number), row.first, number),
        right(edges[1], middle(y, second), row.second, second),
    )


def _name(row: Spread, x: float, y: float, width: float) -> Items:
    """The name on one line, or smaller on two; only of more than two lines is the end cut."""
    style = theme.EXTREME if row.strong else theme.PLAIN
    if measure(row.name, style) <= width:
        return (left(x, middle(y, style), row.name, style),)
    style = Style(theme.MINIMUM, style.weight, style.colour)
    first, *more = wrap(row.name, style, width)
    lines = [first, *([fit(" ".join(more), style, width)] if more else [])]
    top = middle(y, style) - (len(lines) - 1) * _LEADING / 2
    return tuple(left(x, top + n * _LEADING, line, style) for n, line in enumerate(lines))


def _column(
    row: Spread, n: int, share: float, base: float, height: float, most: float, start: float, width: float
) -> Items:
    if not share:
        return ()
    x, half = start + (n + 0.5) * width, width * _COLUMN / 2
    top = base - max(height * share / most, _LEAST)
    if n == row.dark:
        return (Box(x - half, top, x + half, base, theme.FACT),)
    if n == row.framed:
        return (Box(x - half + 1, min(top, base - 6) + 1, x + half - 1, base, theme.PAPER, theme.FACT, theme.PLAN),)
    return (Box(x - half, top, x + half, base, theme.PREVIOUS),)
