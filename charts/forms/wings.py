"""A funnel as two wings of one spine of steps: how far those who began came, and what the period passed.

Below, one step by place: the young ones hatched, a stroke where it was before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import (
    Area,
    Box,
    Hatch,
    Items,
    Scene,
    Stroke,
    Text,
    centred,
    flat,
    left,
    middle,
    right,
)
from charts.canvas.theme import TABLE
from charts.model import Amount, Labels, NothingToDraw, Titles

_SPINE = 252.0
_HEADS = 52.0
_LEAST = 3.0
_BAR = 0.54  # of a step
_ARROW = 9.0
_SECTION = 116.0
_ROW = 0.6
_NUMBERS = 128.0
_BESIDE = 12.0
_APART = 96.0
"""What is said of a place beside its number."""


@dataclass(frozen=True)
class WingStep:
    """A step: how many reached it, of whom some stand there and some are closed, and how many passed it.

    Under it what of it went on, left and right, with what it was before; `strong` is what the picture is about.
    """

    name: str
    reached: Amount
    here: float
    closed: float
    passed: Amount
    told: str = ""
    went_on: str = ""
    passed_on: str = ""
    before: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Place:
    """A place of the lower part: the share of the young, that of the period, what it was, and what is said of it."""

    name: str
    young: Amount | None
    share: Amount | None
    before: float | None = None
    said: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Wings:
    """Steps in their order, and places in theirs; without places there is no lower part."""

    titles: Titles
    labels: Labels
    heads: tuple[str, str]
    steps: tuple[WingStep, ...]
    below: str = ""
    below_heads: tuple[str, str] = ("", "")
    places: tuple[Place, ...] = ()


def scene(picture: Wings) -> Scene:
    if not any(step.reached.value or step.passed.value for step in picture.steps):
        raise NothingToDraw
    sheet = page(picture.titles, TABLE)
    centre = (sheet.left + sheet.right) / 2
    inner = (centre - _SPINE / 2, centre + _SPINE / 2)
    rows = len(picture.places)
    lower = _SECTION + rows * 70.0 if rows else 0.0
    top, foot = sheet.top + _HEADS, sheet.bottom - lower
    pitch = min((foot - top) / (len(picture.steps) - 0.4), 116.0)
    most = max(max(step.reached.value, step.passed.value) for step in picture.steps) or 1.0
    widest = max(measure(each.text, theme.BIG) for step in picture.steps for each in (step.reached, step.passed))
    length = inner[0] - sheet.left - max(_NUMBERS, widest + _BESIDE)
    items = flat(
        sheet.items,
        (
            right(inner[0], top - 22, fit(picture.heads[0], theme.SECTION, inner[0] - sheet.left), theme.SECTION),
            left(inner[1], top - 22, fit(picture.heads[1], theme.SECTION, sheet.right - inner[1]), theme.SECTION),
            Box(sheet.left, top - 6, sheet.right, top - 4, theme.RULE),
        ),
        *(
            _step(step, top + n * pitch, pitch, inner, length / most, sheet.left, last=n + 1 == len(picture.steps))
            for n, step in enumerate(picture.steps)
        ),
        by_place(
            picture.below,
            picture.below_heads,
            picture.places,
            (sheet.left, sheet.right),
            (top + len(picture.steps) * pitch - 0.1 * pitch, sheet.bottom),
        )
        if rows
        else (),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text)


def _step(
    step: WingStep, y: float, pitch: float, inner: tuple[float, float], unit: float, margin: float, *, last: bool
) -> Items:
    height = pitch * _BAR
    middle_y = y + height / 2 + 6
    top, bottom = middle_y - height / 2, middle_y + height / 2
    edge, start = inner
    whole, closed, here = step.reached.value * unit, step.closed * unit, step.here * unit
    items: list[Box | Text | Area] = []
    far = edge - max(whole, _LEAST)
    if closed >= 1:
        items.append(Box(far, top, far + closed, bottom, theme.PALE))
    if here >= 1:
        begins = far + closed
        items.append(Box(begins + 1, top + 1, begins + here - 1, bottom - 1, theme.PAPER, theme.FACT, theme.HAIR))
    if whole - closed - here >= 1 or whole < _LEAST:
        items.append(Box(min(far + closed + here, edge - _LEAST), top, edge, bottom, theme.FACT))
    items.append(right(far - _BESIDE, middle(middle_y, theme.BIG), step.reached.text, theme.BIG))
    items.append(Box(start, top, start + max(step.passed.value * unit, _LEAST), bottom, theme.FACT))
    at = start + max(step.passed.value * unit, _LEAST) + _BESIDE
    items.append(left(at, middle(middle_y, theme.BIG), step.passed.text, theme.BIG))
    name = fit(step.name, theme.STRONG, start - edge - 24)
    items.append(centred((edge + start) / 2, middle(middle_y, theme.STRONG), name, theme.STRONG))
    if last:
        return tuple(items)
    between = bottom + (pitch - height) / 2
    x = (edge + start) / 2
    items.append(Area(((x - _ARROW, between - 6), (x + _ARROW, between - 6), (x, between + 7)), theme.PREVIOUS))
    base = middle(between, theme.LEAST)
    share = right(edge - 10, base, step.went_on, theme.LEAST)
    items.append(share)
    if step.told and share.x - 22 - measure(step.told, theme.LEAST) >= margin:
        items.append(right(share.x - 22, base, step.told, theme.LEAST))
    style = theme.STRONG if step.strong else theme.LEAST
    on = left(start + 10, base, step.passed_on, style)
    items.append(on)
    if step.before:
        items.append(left(on.edges.right + 14, base, step.before, theme.LEAST))
    return tuple(items)


def by_place(
    heading: str,
    heads: tuple[str, str],
    places: Sequence[Place],
    across: tuple[float, float],
    down: tuple[float, float],
    *,
    one_sided: bool = False,
) -> Items:
    """Return shares place by place on both sides of their names, from edge to edge and from top to bottom.

    One-sided: the names at the left edge, and of each place what is right of them.
    """
    (start, end), (y, bottom) = across, down
    centre = (start + end) / 2
    inner = (start, start + _SPINE) if one_sided else (centre - _SPINE / 2, centre + _SPINE / 2)
    line = y + 28
    pitch = min((bottom - line - 58) / len(places), 76.0)
    shares = [amount.value for place in places for amount in (place.young, place.share) if amount]
    shares += [place.before for place in places if place.before is not None]
    unit = ((end - inner[1] if one_sided else inner[0] - start) - _NUMBERS - _APART) / max([*shares, 1.0])
    return flat(
        (
            left(start, line, fit(heading, theme.STRONG, end - start), theme.STRONG),
            Box(start, line + 14, end, line + 16, theme.RULE),
            right(inner[0], line + 48, heads[0], theme.LEAST),
            left(inner[1], line + 48, fit(heads[1], theme.LEAST, end - inner[1]), theme.LEAST),
        ),
        *(
            _place(place, line + 60 + (n + 0.5) * pitch, pitch, inner, unit, one_sided=one_sided)
            for n, place in enumerate(places)
        ),
    )


def _place(place: Place, y: float, pitch: float, inner: tuple[float, float], unit: float, *, one_sided: bool) -> Items:
    edge, start = inner
    half = pitch * _ROW / 2
    name_style = theme.EXTREME if place.strong else theme.PLAIN
    name = fit(place.name, name_style, start - edge - 20)
    base = middle(y, name_style)
    items: list[Box | Text | Hatch | Stroke] = [
        left(edge, base, name, name_style) if one_sided else centred((edge + start) / 2, base, name, name_style)
    ]
    if place.young:
        x = edge - max(place.young.value * unit, _LEAST)
        items.append(Box(x, y - half, edge, y + half, "", theme.PREVIOUS, theme.HAIR))
        items.append(Hatch(((x, y - half), (edge, y - half), (edge, y + half), (x, y + half)), theme.PREVIOUS))
        items.append(right(x - _BESIDE, middle(y, theme.QUIET), place.young.text, theme.QUIET))
    far = start
    if place.share:
        far = start + max(place.share.value * unit, _LEAST)
        items.append(Box(start, y - half, far, y + half, theme.FACT))
    if place.before is not None:
        x = start + place.before * unit
        items.append(Stroke(((x, y - half - 5), (x, y + half + 5)), theme.INK, 3.0))
        far = max(far, x)
    if place.share:
        style = theme.BIG if place.strong else theme.VALUE
        value = left(far + _BESIDE, middle(y, style), place.share.text, style)
        items.append(value)
        if place.said:
            items.append(left(value.edges.right + 16, middle(y, theme.STRONG), place.said, theme.STRONG))
    return tuple(items)
