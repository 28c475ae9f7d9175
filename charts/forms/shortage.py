"""A week of people by half hours: a red cell lacks so many, an outlined one lacks one, a bar is what is spare.

Height and number say it without colours; a half hour that is closed stays blank. Where nobody is known to be there,
cells carry the need itself, on grey that deepens with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from charts.canvas import theme
from charts.canvas.layout import pointer
from charts.canvas.lettering import measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, Stroke, centred, flat, left, middle, right
from charts.canvas.theme import CHART, Style, Weight
from charts.model import Labels, NothingToDraw, Titles

_NAMES, _JOINT = 68.0, 2.0
_HEADS, _FOOT = 74.0, 46.0
_ASIDE, _FIRST_ASIDE = 224.0, 112.0
_TALLEST, _CELL = 66.0, 0.85
_WEEK, _LOWEST = 7, 480
"""A canvas as high as a week takes, lower where there are fewer days."""
_THIN, _SPARE, _MUCH = 3.0, 13.0, 27.0
"""How high enough, spare and much spare are drawn."""
_NUMBER = Style(30, Weight.BOLD, theme.PAPER)
_SMALL = Style(theme.MINIMUM, Weight.BOLD, theme.PAPER)
_SHADES = ("#EEF1F4", "#DFE4E9", theme.PALE, "#AAB6C2", theme.PREVIOUS)
_WIDE_HEAD = 1.25


class Stand(Enum):
    """How people of a half hour stand to its need."""

    CLOSED = auto()
    LACKS = auto()
    LACKS_ONE = auto()
    ENOUGH = auto()
    SPARE = auto()
    MUCH_SPARE = auto()
    NEEDS = auto()


@dataclass(frozen=True)
class ShortageCell:
    """A half hour, or an hour: how its people stand, and the number that is told."""

    stand: Stand
    text: str = ""
    depth: float = 0.0
    """Of a need, its share of the highest one."""


@dataclass(frozen=True)
class ShortageDay:
    """A row. `there` is empty where nobody is known to be there; `lacks` marks fewer hours than are needed."""

    name: str
    spans: tuple[ShortageCell, ...]
    needed: str
    there: str = ""
    lacks: bool = False
    off: bool = False


@dataclass(frozen=True)
class Shortage:
    """Days over the same half hours; `heads` are the hours above them, by the place of the span they begin."""

    titles: Titles
    labels: Labels
    heads: tuple[tuple[int, str], ...]
    days: tuple[ShortageDay, ...]
    over: str
    """What the numbers at the right are of."""
    needed: str
    there: str
    remark: str = ""


def scene(picture: Shortage) -> Scene:
    if not any(span.stand is not Stand.CLOSED for day in picture.days for span in day.spans):
        raise NothingToDraw
    height = max(CHART.height - int((_WEEK - len(picture.days)) * _TALLEST), _LOWEST)
    sheet = page(picture.titles, CHART, height)
    start, end = sheet.left + _NAMES, sheet.right - _ASIDE
    top = sheet.top + _HEADS
    room = sheet.bottom - (_FOOT if picture.remark else 0.0) - top
    pitch = min(room / len(picture.days), _TALLEST)
    width = (end - start) / len(picture.days[0].spans)
    rows = [(day, top + n * pitch, pitch) for n, day in enumerate(picture.days)]
    items = flat(
        sheet.items,
        _heads(picture, start, width, end, sheet.right, top),
        *(_row(day, y, height, start, width, sheet.left, sheet.right) for day, y, height in rows),
    )
    if picture.remark:
        y = top + pitch * len(picture.days) + 38
        items = (*items, left(sheet.left, y, picture.remark, theme.STRONG))
    return Scene.on(CHART, items, picture.titles.alt_text, height)


def _heads(picture: Shortage, start: float, width: float, end: float, edge: float, top: float) -> Items:
    """The hours, as many as have room, and what the columns at the right are."""
    widest = max((measure(text, theme.QUIET) for _, text in picture.heads), default=1.0)
    apart = width * (picture.heads[1][0] - picture.heads[0][0]) if len(picture.heads) > 1 else end - start
    every = max(1, -int(-widest * _WIDE_HEAD // apart))
    shown = [centred(start + place * width, top - 18, text, theme.QUIET) for place, text in picture.heads[::every]]
    said = [right(edge, top - 56, picture.over, theme.QUIET)]
    said.append(right(edge - (_FIRST_ASIDE if picture.there else 0.0), top - 18, picture.needed, theme.QUIET))
    if picture.there:
        said.append(right(edge, top - 18, picture.there, theme.QUIET))
    return (*shown, *said)


def _row(day: ShortageDay, y: float, pitch: float, start: float, width: float, edge: float, far: float) -> Items:
    half = pitch * _CELL / 2
    at = y + pitch / 2
    band = (Box(edge - 8, y, far + 8, y + pitch, theme.BAND),) if day.off else ()
    cells = flat(*(_span(span, start + n * width, width, at, half) for n, span in enumerate(day.spans)))
    name = left(edge, middle(at, theme.STRONG), day.name, theme.STRONG)
    needed_x = far - (_FIRST_ASIDE if day.there else 0.0)
    numbers: Items = (right(needed_x, middle(at, theme.EXTREME), day.needed, theme.EXTREME),)
    if day.there:
        style = theme.EXTREME.inked(theme.MISSED) if day.lacks else theme.PLAIN
        numbers = (*numbers, right(far, middle(at, style), day.there, style))
        sign_x = far - measure(day.there, style) - 20
        if day.lacks and sign_x - 12 > needed_x:
            numbers = (*numbers, pointer(sign_x, at, theme.MISSED, up=False, size=9))
    return (*band, *cells, name, *numbers)


def _span(span: ShortageCell, x: float, width: float, at: float, half: float) -> Items:
    low, high = x + _JOINT / 2, x + width - _JOINT / 2
    match span.stand:
        case Stand.CLOSED:
            return ()
        case Stand.LACKS:
            return (Box(low, at - half, high, at + half, theme.MISSED), *_number(span.text, x + width / 2, at, width))
        case Stand.LACKS_ONE:
            return (Box(low + 1, at - half + 1, high - 1, at + half - 1, theme.GAP, theme.MISSED, theme.HAIR),)
        case Stand.ENOUGH:
            return (Stroke(((low, at), (high, at)), theme.PALE, _THIN),)
        case Stand.SPARE:
            return (Box(low, at - _SPARE / 2, high, at + _SPARE / 2, theme.PALE),)
        case Stand.MUCH_SPARE:
            return (Box(low, at - _MUCH / 2, high, at + _MUCH / 2, theme.PREVIOUS),)
        case Stand.NEEDS:
            shade = _SHADES[min(int(span.depth * len(_SHADES)), len(_SHADES) - 1)]
            ink = theme.INK
            return (
                Box(low, at - half, high, at + half, shade),
                *_number(span.text, x + width / 2, at, width, ink),
            )


def _number(text: str, x: float, at: float, width: float, ink: str = theme.PAPER) -> Items:
    """A number in its cell, smaller where it is wide, none where it does not fit: the tables have it."""
    fitting: Sequence[Style] = [style for style in (_NUMBER, _SMALL) if measure(text, style) <= width - _JOINT]
    if not text or not fitting:
        return ()
    style = fitting[0].inked(ink)
    return (centred(x, middle(at, style), text, style),)
