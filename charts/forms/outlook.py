"""Days that were and days that are to come: solid and hatched, with a stroke for what they may well be.

Every week has its sum. Below stands how far such forecasts were off, ours beside a rival's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Hatch, Items, Scene, Stroke, centred, flat, left, middle, right
from charts.canvas.theme import CHART, Style, Weight
from charts.model import Amount, Labels, NothingToDraw, Titles

_WEEKS, _ERRORS = 78.0, 128.0
_SAID = 44.0
_BAR = 0.72  # of its slot
_WHISKER = 6.0
_DASH = (9.0, 7.0)
_TOTALS = (Style(28, Weight.BOLD, theme.INK), Style(theme.MINIMUM, Weight.BOLD, theme.INK))
_APART = 8.0
_OWN, _RIVAL = 26.0, 14.0
_LONGEST_BAR = 0.42  # of an error's column


@dataclass(frozen=True)
class OutlookSlot:
    """A day, or a week: how much came (None: no data) or is to come, and between what bounds."""

    amount: float | None
    ahead: bool = False
    low: float | None = None
    high: float | None = None
    off: bool = False
    sign: str = ""
    """«пр.»: what the day is."""


@dataclass(frozen=True)
class SlotSum:
    """Slots that are added up: their name and their sum."""

    name: str
    text: str
    first: int
    last: int
    ahead: bool = False


@dataclass(frozen=True)
class Error:
    """How far forecasts so far ahead were off, and the rival's."""

    name: str
    own: Amount
    rival: Amount | None = None


@dataclass(frozen=True)
class Outlook:
    """Slots in their order, those ahead last. `said` stands where the future begins."""

    titles: Titles
    labels: Labels
    slots: tuple[OutlookSlot, ...]
    sums: tuple[SlotSum, ...]
    said: str = ""
    errors: tuple[Error, ...] = ()
    errors_title: str = ""
    errors_remark: str = ""


def scene(picture: Outlook) -> Scene:
    if not any(slot.amount for slot in picture.slots):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    base = sheet.bottom - _WEEKS - (_ERRORS if picture.errors_title else 0.0)
    top = sheet.top + _SAID
    most = max(max(slot.amount or 0.0, slot.high or 0.0) for slot in picture.slots)
    scale = Scale(0.0, most, base, top + 30)
    pitch = (sheet.right - sheet.left) / len(picture.slots)
    items = flat(
        sheet.items,
        *(_behind(slot, sheet.left + n * pitch, pitch, top, base) for n, slot in enumerate(picture.slots)),
        *(_sign(slot, sheet.left + n * pitch, pitch, top) for n, slot in enumerate(picture.slots)),
        *(_slot(slot, sheet.left + n * pitch, pitch, base, scale) for n, slot in enumerate(picture.slots)),
        (Stroke(((sheet.left, base), (sheet.right, base)), theme.INK, theme.PLAN),),
        *_sums(picture, sheet.left, pitch, base),
        _border(picture, sheet.left, pitch, top, base, sheet.right),
        _errors(picture, sheet.left, sheet.right, base + _WEEKS + 42),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _behind(slot: OutlookSlot, x: float, pitch: float, top: float, base: float) -> Items:
    return (Box(x, top, x + pitch, base, theme.BAND),) if slot.off else ()


def _sign(slot: OutlookSlot, x: float, pitch: float, top: float) -> Items:
    return (centred(x + pitch / 2, top + 28, slot.sign, theme.LEAST),) if slot.off and slot.sign else ()


def _slot(slot: OutlookSlot, x: float, pitch: float, base: float, scale: Scale) -> Items:
    if slot.amount is None:
        return ()
    half, at = pitch * _BAR / 2, x + pitch / 2
    y = min(scale(slot.amount), base - 3)
    if not slot.ahead:
        return (Box(at - half, y, at + half, base, theme.FACT),)
    corners = ((at - half, y), (at + half, y), (at + half, base), (at - half, base))
    bar: Items = (
        Hatch(corners, theme.PREVIOUS),
        Stroke((corners[3], corners[0], corners[1], corners[2]), theme.PREVIOUS, theme.HAIR),
    )
    if slot.low is None or slot.high is None or not slot.amount:
        return bar
    return (*bar, Stroke(((at, scale(slot.low)), (at, scale(slot.high))), theme.INK, min(_WHISKER, pitch / 3)))


def _sums(picture: Outlook, start: float, pitch: float, base: float) -> Iterator[Items]:
    """The names and sums under their slots: every sum, and as many names as have room."""
    whole = picture.sums[1:-1] or picture.sums
    room = max(((each.last - each.first + 1) * pitch for each in whole), default=pitch)
    widest = max((measure(each.name, theme.LEAST) for each in whole), default=0.0)
    every = ceil((widest + _APART) / room)
    total = next((s for s in _TOTALS if all(measure(each.text, s) <= room for each in whole)), _TOTALS[-1])
    for n, each in enumerate(picture.sums):
        at, own = start + (each.first + each.last + 1) / 2 * pitch, (each.last - each.first + 1) * pitch
        style = theme.QUIET if measure(each.name, theme.QUIET) <= own - 6 else theme.LEAST
        named = n % every == 0 and measure(each.name, style) <= own * every + 12
        name = (centred(at, base + 36, each.name, style),) if named else ()
        yield (*name, *((centred(at, base + 72, each.text, total),) if measure(each.text, total) <= own + 12 else ()))


def _border(picture: Outlook, start: float, pitch: float, top: float, base: float, edge: float) -> Items:
    """Where the future begins, and what is said of it."""
    first = next((n for n, slot in enumerate(picture.slots) if slot.ahead), None)
    if first is None:
        return ()
    x = start + first * pitch
    line = Stroke(((x, top - 2 if picture.said else top - 12), (x, base + _WEEKS)), theme.INK, theme.HAIR, _DASH)
    if not picture.said:
        return (line,)
    width = measure(picture.said, theme.STRONG)
    words = left(x + 10, top - 14, picture.said, theme.STRONG)
    return (line, words if x + 10 + width <= edge else right(edge, top - 14, picture.said, theme.STRONG))


def _errors(picture: Outlook, start: float, edge: float, top: float) -> Items:
    if not picture.errors_title:
        return ()
    title = left(start, top, fit(picture.errors_title, theme.STRONG, edge - start), theme.STRONG)
    remark = right(edge, top, picture.errors_remark, theme.QUIET)
    apart = title.edges.right + 20 < remark.edges.left
    if not picture.errors:
        return (title,)
    column = (edge - start) / len(picture.errors)
    most = max(max(error.own.value, error.rival.value if error.rival else 0.0) for error in picture.errors) or 1.0
    room = max(measure(error.name, theme.PLAIN) for error in picture.errors) + 14
    longest = min(column * _LONGEST_BAR, column - room - 84)
    rows = (_error(error, start + n * column, room, top + 48, longest / most) for n, error in enumerate(picture.errors))
    return (title, *((remark,) if apart and picture.errors_remark else ()), *flat(*rows))


def _error(error: Error, x: float, room: float, y: float, unit: float) -> Items:
    begins = x + room
    own = max(error.own.value * unit, 3.0)
    items: Items = (
        left(x, middle(y, theme.PLAIN), error.name, theme.PLAIN),
        Box(begins, y - _OWN / 2, begins + own, y + _OWN / 2, theme.FACT),
        left(begins + own + 8, middle(y, theme.BIG), error.own.text, theme.BIG),
    )
    if error.rival is None:
        return items
    length, below = max(error.rival.value * unit, 3.0), y + 34
    return (
        *items,
        Box(begins, below - _RIVAL / 2, begins + length, below + _RIVAL / 2, theme.PREVIOUS),
        left(begins + length + 8, middle(below, theme.LEAST), error.rival.text, theme.LEAST),
    )
