"""What happened when: columns along a stretch of hours with what is usual, the moments on the axis, told below."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Disc, Items, Scene, Stroke, centred, flat, left, middle
from charts.canvas.theme import CHART
from charts.model import Amount, Labels, NothingToDraw, Titles

_HEADING = 44.0
_AXIS = 52.0
_ENTRY = 46.0
_STATEMENT = 54.0
_COLUMNS = 2
_GAP = 24.0
_DOT = 10.0
_BAR = 0.88
_LEAST_CHART = 150.0


@dataclass(frozen=True)
class Stretch:
    """A column: how many in it, and whether it is out of the usual."""

    amount: Amount
    strong: bool = False


@dataclass(frozen=True)
class Moment:
    """An entry: where it lies from 0 to 1, its time, and what happened; `strong` is the one to see."""

    place: float
    time: str
    words: str
    strong: bool = False


@dataclass(frozen=True)
class Moments:
    """Columns side by side, the span that they are about from 0 to 1, ticks of the axis, and the entries in order.

    Without columns only the moments are drawn.
    """

    titles: Titles
    labels: Labels
    heading: str
    columns: tuple[Stretch, ...]
    span: tuple[float, float]
    usual: Amount | None
    ticks: tuple[tuple[float, str], ...]
    entries: tuple[Moment, ...]
    statement: str = ""


def scene(picture: Moments) -> Scene:
    if not picture.entries and not any(column.amount.value for column in picture.columns):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    lines = -(-len(picture.entries) // _COLUMNS)
    foot = sheet.bottom - (_STATEMENT if picture.statement else 0.0)
    pitch = min(_ENTRY, (foot - sheet.top - _HEADING - _LEAST_CHART - _AXIS) / max(lines, 1))
    base = foot - lines * pitch - _AXIS
    items = flat(
        sheet.items,
        _chart(picture, sheet.left, sheet.right, sheet.top, base),
        _entries(picture.entries, sheet.left, sheet.right, base + _AXIS, pitch, lines),
        (left(sheet.left, foot + 40, fit(picture.statement, theme.STRONG, sheet.right - sheet.left), theme.STRONG),)
        if picture.statement
        else (),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _chart(picture: Moments, start: float, end: float, top: float, base: float) -> Items:
    low, high = start + 14, end - 14

    def at(place: float) -> float:
        return low + min(max(place, 0.0), 1.0) * (high - low)

    first, last = at(picture.span[0]), at(picture.span[1])
    band = Box(first, top + _HEADING - 6, max(last, first + 2), base, theme.BAND)
    edges = tuple(Stroke(((x, top + _HEADING - 6), (x, base)), theme.INK, theme.HAIR) for x in (first, last))
    most = max(
        [*(column.amount.value for column in picture.columns), picture.usual.value if picture.usual else 0.0, 1.0]
    )
    room = base - top - _HEADING - 40
    pitch = (high - low) / max(len(picture.columns), 1)
    bars: list[Items] = []
    for n, column in enumerate(picture.columns):
        x, height = low + (n + 0.5) * pitch, room * column.amount.value / most
        half = pitch * _BAR / 2
        if not column.amount.value:
            continue
        colour = theme.FACT if column.strong else theme.PREVIOUS
        bar = Box(x - half, base - height, x + half, base, colour)
        style = theme.EXTREME if column.strong else theme.QUIET
        width = measure(column.amount.text, style)
        struck = any(abs(edge - x) < width / 2 + theme.HAIR for edge in (first, last))
        told = width <= pitch and not struck and (column.strong or column.amount.value == most)
        bars.append((bar, *((centred(x, base - height - 10, column.amount.text, style),) if told else ())))
    usual: Items = ()
    if picture.usual is not None and picture.columns:
        y = base - room * picture.usual.value / most
        usual = (Stroke(((low, y), (high, y)), theme.INK, theme.HAIR, (8.0, 6.0)),)
    heading = left(start, top + 22, fit(picture.heading, theme.STRONG, end - start), theme.STRONG)
    axis = Stroke(((low, base), (high, base)), theme.INK, theme.PLAN)
    dots = [
        Disc(at(entry.place), base, _DOT, theme.FACT if entry.strong else theme.PAPER, theme.INK, 3)
        for entry in picture.entries
    ]
    return flat((heading, band, *edges), *bars, usual, (axis, *dots), _ticks(picture.ticks, low, high, base))


def _ticks(ticks: Sequence[tuple[float, str]], low: float, high: float, base: float) -> Items:
    """The names of moments under the axis, those that do not touch."""
    placed: list[tuple[float, float]] = []
    items = []
    for place, words in ticks:
        half = measure(words, theme.LEAST) / 2
        x = min(max(low + place * (high - low), low + half), high - half)
        if all(x - half > stop + 14 for _, stop in placed):
            placed.append((x - half, x + half))
            items.append(centred(x, base + 36, words, theme.LEAST))
    return tuple(items)


def _entries(entries: Sequence[Moment], start: float, end: float, top: float, pitch: float, lines: int) -> Items:
    """The entries down one column and then the other."""
    width = (end - start - _GAP) / _COLUMNS
    items: list[Items] = []
    for n, entry in enumerate(entries):
        x, y = start + (n // lines) * (width + _GAP), top + (n % lines + 0.5) * pitch
        clock = left(x, middle(y, theme.STRONG), entry.time, theme.STRONG)
        style = theme.STRONG if entry.strong else theme.PLAIN
        after = x + measure(entry.time, theme.STRONG) + 18
        words = left(after, middle(y, style), fit(entry.words, style, x + width - after), style)
        items.append((clock, words))
    return flat(*items)
