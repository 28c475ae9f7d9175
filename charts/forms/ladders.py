"""What wholes consist of: a bar of 100 % for every row, its last part with the share that the picture is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Items, Scene, Stroke, Text, flat, left, middle, right
from charts.canvas.theme import CHART
from charts.forms.outcomes import Shade, filled, ink_on
from charts.model import Amount, Labels, NothingToDraw, Titles

_HEADS = 42.0
_STATEMENT = 44.0
_ROW = 66.0
_BAR = 0.62
_NAMES = 318.0
_VALUES = 150.0
_GAP = 16.0
_SEAM = 2.0
_INSET = 10.0
_OVERHANG = 6.0


@dataclass(frozen=True)
class Rung:
    """A part of a row in per cent of it, and how it is filled."""

    share: Amount
    shade: Shade


@dataclass(frozen=True)
class Ladder:
    """A row: its parts from the left, the share of the last one, the same before (None: unknown), and its text."""

    name: str
    rungs: tuple[Rung, ...]
    value: str
    before: Amount | None = None
    strong: bool = False


@dataclass(frozen=True)
class Ladders:
    """Rows in the order given. `heads` are over the first part, the second one and the values; "" is none."""

    titles: Titles
    labels: Labels
    heads: tuple[str, str, str]
    rows: tuple[Ladder, ...]
    statement: str = ""


def scene(picture: Ladders) -> Scene:
    if not picture.rows:
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    top = sheet.top + _HEADS
    foot = sheet.bottom - (_STATEMENT if picture.statement else 0.0)
    pitch = min(_ROW, (foot - top) / len(picture.rows))
    start, end = sheet.left + _NAMES, sheet.right - _VALUES
    middles = [top + (index + 0.5) * pitch for index in range(len(picture.rows))]
    statement = fit(picture.statement, theme.STRONG, sheet.right - sheet.left)
    items = flat(
        sheet.items,
        _heads(picture, start, end, sheet.right, top - 14),
        *(
            _row(row, y, pitch * _BAR / 2, sheet.left, start, end, sheet.right)
            for row, y in zip(picture.rows, middles, strict=True)
        ),
        (left(sheet.left, foot + 30, statement, theme.STRONG),) if statement else (),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _heads(picture: Ladders, start: float, end: float, edge: float, y: float) -> Items:
    first, second, last = picture.heads
    value = right(edge, y, last, theme.SECTION)
    head = left(start, y, first, theme.SECTION)
    items: list[Text] = [head, value]
    if second:
        # Where the second part of the first row lies, as far as the others leave room.
        share = picture.rows[0].rungs[0].share.value / 100
        x = min(start + share * (end - start), value.x - 24 - measure(second, theme.SECTION))
        if x >= head.edges.right + 24:
            items.append(left(x, y, second, theme.SECTION))
    return tuple(items)


def _row(row: Ladder, y: float, half: float, margin: float, start: float, end: float, edge: float) -> Items:
    style = theme.EXTREME if row.strong else theme.PLAIN
    name = left(margin, middle(y, style), fit(row.name, style, start - margin - _GAP), style)
    return (name, *_parts(row.rungs, y, half, start, end), *_mark(row, y, half, start, end), *_values(row, y, edge))


def _parts(rungs: Sequence[Rung], y: float, half: float, start: float, end: float) -> Items:
    drawn: list[Items] = []
    x = start
    for rung in rungs:
        width = rung.share.value / 100 * (end - start)
        stop = min(x + width, end)
        if width > 0:
            shown = max(stop - _SEAM, x + 1)
            drawn.append(filled(rung.shade, x, y - half, shown, y + half))
            style = ink_on(rung.shade, theme.VALUE)
            last = rung is rungs[-1]
            if not last and measure(rung.share.text, style) + 2 * _INSET <= shown - x:
                drawn.append((left(x + _INSET, middle(y, style), rung.share.text, style),))
        x = stop
    return flat(*drawn)


def _mark(row: Ladder, y: float, half: float, start: float, end: float) -> Items:
    """Where the last part began before."""
    if row.before is None:
        return ()
    x = end - row.before.value / 100 * (end - start)
    taken = x - 3 <= start
    if taken:
        return ()
    return (Stroke(((x, y - half - _OVERHANG), (x, y + half + _OVERHANG)), theme.INK, 4.0),)


def _values(row: Ladder, y: float, edge: float) -> Items:
    style = theme.BIG if row.strong else theme.STRONG
    second = row.before.text if row.before else ""
    room = measure(second, theme.QUIET) + 14 if second else 0.0
    value = right(edge - room, middle(y, style), row.value, style)
    return (value, right(edge, middle(y, theme.QUIET), second, theme.QUIET)) if second else (value,)
