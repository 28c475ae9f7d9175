"""A day before and after: what waits, framed by what waited before; below, people under the line of the need."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, Stroke, Text, centred, flat, left
from charts.canvas.theme import CHART, Style, Weight
from charts.model import Labels, NothingToDraw, Titles, same_length

_ASIDE, _ASIDE_GAP = 232.0, 40.0
_AXIS = 36.0
_BAR, _LEAST_BAR = 0.86, 5.0  # of a slot; pixels
_BETWEEN = 62.0
_UPPER = 0.53  # of the room
_CALL = Style(30, Weight.BOLD, theme.MISSED)
_GAP = Style(28, Weight.BOLD, theme.MISSED)
_SHORT = Style(52, Weight.BOLD, theme.MISSED)
_SHORT_SMALLER = (_SHORT, Style(40, Weight.BOLD, theme.MISSED), _CALL)
_AFTER_SMALLER = (theme.BIG, theme.STRONG)
_PAIR = 66.0


@dataclass(frozen=True)
class HalfHourSlot:
    """A half hour: above before and after, below people there (None: nobody knows), the need, and what lacks."""

    before: float
    after: float
    struck: bool = False
    """Whether it is one of those that the finding is of."""
    there: float | None = None
    need: float = 0.0
    lacks: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class NumberPair:
    """A number of the day before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class BeforeAfter:
    """Slots with the hours that begin at them. `peak` is what stands beside the highest struck column."""

    titles: Titles
    labels: Labels
    heads: tuple[tuple[int, str], ...]
    slots: tuple[HalfHourSlot, ...]
    peak: str
    peak_before: str
    below: str
    """What the lower panel shows."""
    aside: str
    pairs: tuple[NumberPair, ...]
    short_name: str = ""
    short: str = ""
    short_before: str = ""
    top: float | None = None
    """The highest value that there can be above: 100 of percentages."""


def scene(picture: BeforeAfter) -> Scene:
    same_length(picture.slots)
    if not any(slot.is_open for slot in picture.slots):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    end = sheet.right - _ASIDE
    pitch = (end - sheet.left) / len(picture.slots)
    room = sheet.bottom - sheet.top - 2 * _AXIS - _BETWEEN
    base = sheet.top + room * _UPPER
    foot = sheet.bottom - _AXIS
    items = flat(
        sheet.items,
        _upper(picture, sheet.left, pitch, sheet.top, base, end),
        _axis(picture, sheet.left, pitch, base, end),
        (_below(picture, sheet.left, base + _AXIS + _BETWEEN - 10, end),),
        _lower(picture, sheet.left, pitch, base + _AXIS + _BETWEEN + 42, foot, end),
        _axis(picture, sheet.left, pitch, foot, end),
        _aside(picture, end + _ASIDE_GAP, sheet.right, sheet.top, foot),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _axis(picture: BeforeAfter, start: float, pitch: float, base: float, end: float) -> Items:
    widest = max((measure(text, theme.QUIET) for _, text in picture.heads), default=1.0)
    apart = pitch * (picture.heads[1][0] - picture.heads[0][0]) if len(picture.heads) > 1 else end - start
    every = max(1, -int(-widest * 1.3 // apart))
    return (
        Stroke(((start, base), (end, base)), theme.INK, theme.PLAN),
        *(
            centred(max(start + place * pitch, start + 8), base + 34, text, theme.QUIET)
            for place, text in picture.heads[::every]
        ),
    )


def _upper(picture: BeforeAfter, start: float, pitch: float, top: float, base: float, end: float) -> Items:
    most = picture.top or max(max(slot.before, slot.after) for slot in picture.slots) or 1.0
    scale = Scale(0.0, most, base, top + 12)
    half = pitch * _BAR / 2
    items: list[Box | Stroke] = []
    for n, slot in enumerate(picture.slots):
        if not slot.is_open:
            continue
        at = start + (n + 0.5) * pitch
        y = min(scale(slot.after), base - _LEAST_BAR)
        items.append(Box(at - half, y, at + half, base, theme.MISSED if slot.struck else theme.FACT))
        before = scale(slot.before)
        if base - before < _LEAST_BAR + 2:
            continue
        inner = ((at - half + 2, base), (at - half + 2, before), (at + half - 2, before), (at + half - 2, base))
        items.append(Stroke(inner, theme.PAPER if slot.struck else theme.PREVIOUS, theme.PLAN))
    return (*items, *_peak(picture, start, pitch, scale, end))


def _peak(picture: BeforeAfter, start: float, pitch: float, scale: Scale, end: float) -> Items:
    struck = [n for n, slot in enumerate(picture.slots) if slot.struck]
    if not struck or not picture.peak:
        return ()
    highest = max(struck, key=lambda n: picture.slots[n].after)
    y = scale(picture.slots[highest].after) + 22
    x = start + (highest + 1) * pitch + 8
    width = max(measure(picture.peak, _CALL), measure(picture.peak_before, theme.QUIET))
    # Beside the column where that leaves room and later columns are low; else before it; else nowhere.
    beside = 2 + int(width / pitch)

    def low(slots: Sequence[HalfHourSlot]) -> bool:
        return all(scale(slot.after) >= y + 52 for slot in slots)

    if x + width > end or not low(picture.slots[highest + 1 : highest + beside]):
        x = start + highest * pitch - 8 - width
        if x < start or not low(picture.slots[max(0, highest - beside + 1) : highest]):
            return ()
    said: Items = (left(x, y, picture.peak, _CALL),)
    return (*said, left(x, y + 44, picture.peak_before, theme.QUIET)) if picture.peak_before else said


def _lower(picture: BeforeAfter, start: float, pitch: float, top: float, base: float, end: float) -> Items:
    most = max(max(slot.need, slot.there or 0.0) for slot in picture.slots) or 1.0
    scale = Scale(0.0, most, base, top + 6)
    half = pitch * 0.94 / 2
    boxes: list[Box] = []
    numbers = []
    for n, slot in enumerate(picture.slots):
        at = start + (n + 0.5) * pitch
        if slot.there is not None and slot.is_open:
            boxes.append(Box(at - half, scale(slot.there), at + half, base, theme.PALE))
            if slot.need > slot.there:
                boxes.append(Box(at - half, scale(slot.need), at + half, scale(slot.there), theme.GAP))
        if slot.lacks and measure(slot.lacks, _GAP) <= pitch + 6:
            numbers.append(centred(at, scale(slot.need) - 10, slot.lacks, _GAP))
    return (*boxes, *_line(picture, start, pitch, scale), *numbers)


def _line(picture: BeforeAfter, start: float, pitch: float, scale: Scale) -> Items:
    """The need as steps, broken where the line is closed."""
    strokes = []
    for is_open, run in groupby(enumerate(picture.slots), key=lambda each: each[1].is_open):
        if not is_open:
            continue
        steps = [(n, scale(slot.need)) for n, slot in run]
        spots = [(start + steps[0][0] * pitch, steps[0][1])]
        for (_, y), (after, other) in pairwise(steps):
            spots += [(start + after * pitch, y), (start + after * pitch, other)]
        spots.append((start + (steps[-1][0] + 1) * pitch, steps[-1][1]))
        strokes.append(Stroke(tuple(spots), theme.INK, theme.LINE))
    return tuple(strokes)


def _below(picture: BeforeAfter, x: float, y: float, end: float) -> Text:
    return left(x, y, fit(picture.below, theme.STRONG, end - x), theme.STRONG)


def _aside(picture: BeforeAfter, x: float, edge: float, top: float, foot: float) -> Items:
    """Numbers of the day, smaller where they are long; words are cut where they are too long for the column."""
    room = edge - x

    def words(y: float, text: str, style: Style = theme.QUIET) -> Text:
        return left(x, y, fit(text, style, room), style)

    items: Items = (words(top + 28, picture.aside, theme.STRONG),)
    for n, pair in enumerate(picture.pairs):
        y = top + 74 + n * _PAIR
        begins = f"{pair.before} → "
        number = x + measure(begins, theme.QUIET)
        after = left(number, y + 34, pair.after, _fitting(pair.after, _AFTER_SMALLER, edge - number))
        items = (*items, words(y, pair.name), left(x, y + 34, begins, theme.QUIET), after)
    if picture.short:
        items = (
            *items,
            words(foot - 100, picture.short_name),
            left(x, foot - 46, picture.short, _fitting(picture.short, _SHORT_SMALLER, room)),
            words(foot - 6, picture.short_before),
        )
    return items


def _fitting(text: str, styles: Sequence[Style], room: float) -> Style:
    """The largest style that a number fits in, else the smallest."""
    return next((style for style in styles if measure(text, style) <= room), styles[-1])
