"""How many by hour above, and what became of whom below as one bar of parts; a sentence says the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Edges, Hatch, Items, Scene, Stroke, Text, centred, flat, left, middle, right
from charts.canvas.theme import CHART, Style
from charts.model import Amount, Labels, NothingToDraw, Titles

_HEADING = 60.0
_NAMES = 46.0
_BAR = 66.0
_PART_NAMES = 44.0
_STATEMENT = 42.0
_COLUMN = 0.84  # of its slot
_WIDEST = 120.0
_INSET = 14.0
_SEAM = 3.0


class Shade(Enum):
    """How a part of a whole is filled: the last one is what the picture is about."""

    LIGHT = auto()
    MID = auto()
    HATCHED = auto()
    HOLLOW = auto()
    DARK = auto()


@dataclass(frozen=True)
class HourColumn:
    """How many in an hour; `strong` is one of those that the finding is of."""

    label: str
    amount: Amount
    strong: bool = False


@dataclass(frozen=True)
class OutcomePart:
    """A part of the bar."""

    name: str
    amount: Amount
    shade: Shade


@dataclass(frozen=True)
class Outcomes:
    """Columns over a bar. A heading has its aside at the right; without parts there are columns alone."""

    titles: Titles
    labels: Labels
    above: tuple[str, str]
    columns: tuple[HourColumn, ...]
    below: tuple[str, str]
    parts: tuple[OutcomePart, ...]
    statement: str


def scene(picture: Outcomes) -> Scene:
    if not any(column.amount.value for column in picture.columns):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    parts = [part for part in picture.parts if part.amount.value > 0]
    foot = sheet.bottom - (_STATEMENT if picture.statement else 0.0)
    lower = _HEADING + _BAR + _PART_NAMES if parts else 0.0
    base = foot - lower - _NAMES
    items = flat(
        sheet.items,
        _headed(picture.above, sheet.top + 14, sheet.left, sheet.right),
        _columns(picture.columns, sheet.left, sheet.right, sheet.top + _HEADING + 34, base),
        *(
            [
                _headed(picture.below, base + _NAMES + 26, sheet.left, sheet.right),
                _parts(parts, sheet.left, sheet.right, base + _NAMES + _HEADING),
            ]
            if parts
            else []
        ),
        (left(sheet.left, foot + 26, fit(picture.statement, theme.STRONG, sheet.right - sheet.left), theme.STRONG),)
        if picture.statement
        else (),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _headed(words: tuple[str, str], y: float, start: float, end: float) -> Items:
    aside = right(end, y, words[1], theme.QUIET)
    heading = left(start, y, fit(words[0], theme.STRONG, aside.x - start - 20), theme.STRONG)
    rule = Box(start, y + 14, end, y + 16, theme.RULE)
    return (heading, rule, *((aside,) if words[1] else ()))


def _columns(columns: Sequence[HourColumn], start: float, end: float, top: float, base: float) -> Items:
    pitch = (end - start) / len(columns)
    half = min(pitch, _WIDEST) * _COLUMN / 2
    most = max(column.amount.value for column in columns)
    items: list[Box | Stroke | Text] = []
    for index, column in enumerate(columns):
        x, height = start + (index + 0.5) * pitch, (base - top) * column.amount.value / most
        colour = theme.FACT if column.strong else theme.PREVIOUS
        if column.amount.value:
            items.append(Box(x - half, base - max(height, 2.0), x + half, base, colour))
        style = theme.EXTREME if column.strong else theme.QUIET
        if column.amount.value and measure(column.amount.text, style) <= pitch - 4:
            items.append(centred(x, base - height - 12, column.amount.text, style))
        name = theme.EXTREME if column.strong else theme.QUIET
        if measure(column.label, name) <= pitch:
            items.append(centred(x, base + 34, column.label, name))
    return (*items, Stroke(((start, base), (end, base)), theme.INK, theme.PLAN))


def filled(shade: Shade, x0: float, y0: float, x1: float, y1: float) -> Items:
    """A part's shape by its shade."""
    match shade:
        case Shade.LIGHT:
            return (Box(x0, y0, x1, y1, theme.PALE),)
        case Shade.MID:
            return (Box(x0, y0, x1, y1, theme.PREVIOUS),)
        case Shade.DARK:
            return (Box(x0, y0, x1, y1, theme.FACT),)
        case Shade.HOLLOW:
            return (Box(x0 + 1, y0 + 1, x1 - 1, y1 - 1, theme.PAPER, theme.PREVIOUS, theme.HAIR),)
        case Shade.HATCHED:
            corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
            return (Box(x0 + 1, y0 + 1, x1 - 1, y1 - 1, "", theme.PREVIOUS, theme.HAIR), Hatch(corners, theme.PREVIOUS))


def ink_on(shade: Shade, style: Style) -> Style:
    """How a text on a part is set."""
    return style.inked(theme.PAPER) if shade is Shade.DARK else style


def _parts(parts: Sequence[OutcomePart], start: float, end: float, y: float) -> Items:
    total = sum(part.amount.value for part in parts)
    room = end - start - _SEAM * (len(parts) - 1)
    items: list[Items] = []
    names: list[tuple[float, float, str, Style]] = []
    x = start
    for part in parts:
        width = max(room * part.amount.value / total, 3.0)
        stop = min(x + width, end)
        items.append(filled(part.shade, x, y, stop, y + _BAR))
        style = ink_on(part.shade, theme.BIG)
        held = part.shade is not Shade.HATCHED and measure(part.amount.text, style) + 2 * _INSET <= stop - x
        if held:
            items.append((left(x + _INSET, middle(y + _BAR / 2, style), part.amount.text, style),))
        words = part.name if held else f"{part.name} {part.amount.text}"
        names.append((x, stop, words, theme.STRONG if part.shade is Shade.DARK else theme.LEAST.inked(theme.INK)))
        x = stop + _SEAM
    items.append(_named(names, start, end, y + _BAR + 34))
    return flat(*items)


def _named(names: Sequence[tuple[float, float, str, Style]], start: float, end: float, y: float) -> Items:
    """The parts' names under them, the last one first: the picture is about it; one without room is left out."""
    placed: list[Text] = []
    for x, stop, words, style in reversed(names):
        width = measure(words, style)
        for at in (x, min(max(start, stop - width), end - width), min(x, end - width)):
            text = left(at, y, words, style)
            edges = Edges(at - 8, y - 20, at + width + 8, y + 4)
            if at >= start and at + width <= end + 0.5 and not any(edges.overlaps(other.edges) for other in placed):
                placed.append(text)
                break
    return tuple(placed)
