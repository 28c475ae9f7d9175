"""Months in threes under the total of their quarter, strokes where they were a year ago; below, a price of theirs.

Both panels have the same columns of months, so that a volume and its price are read one under the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, Stroke, Text, centred, flat, left
from charts.canvas.theme import CHART, Style
from charts.model import Amount, Labels, NothingToDraw, Titles

_ASIDE = 204.0
_HEADS = 96.0
"""Over the columns, for the totals of quarters."""
_NAMES = 92.0
"""Under them, for the names of months and quarters."""
_LOWER = 176.0
"""The second panel with its title."""
_TITLE = 46.0
_GAP = 0.5
"""Between quarters, in columns."""
_COLUMN, _STROKE = 0.66, 0.86  # of a month
_INSIDE = 42.0
_ZERO = 3.0
_OVER = 26.0
"""More room under the heads, where numbers stand over their columns."""
_YEAR_AGO = 5.0


@dataclass(frozen=True)
class QuarterMonth:
    """A column (None: no data), what it was a year ago, and the value of the second panel."""

    name: str
    amount: Amount | None
    before: float | None = None
    second: Amount | None = None


@dataclass(frozen=True)
class Total:
    """What some months come to: what they are called, the number, and under it its change."""

    name: str
    amount: str
    change: str = ""


@dataclass(frozen=True)
class Quarters:
    """Quarters with their months, at the right the year; `second` names the lower panel, which has a total too."""

    titles: Titles
    labels: Labels
    quarters: tuple[tuple[Total, tuple[QuarterMonth, ...]], ...]
    year: Total | None = None
    second: str = ""
    second_total: Total | None = None


def scene(picture: Quarters) -> Scene:
    months = [month for _, of in picture.quarters for month in of]
    if not any(month.amount for month in months):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    start, end = sheet.left, sheet.right - (_ASIDE if picture.year or picture.second_total else 0.0)
    has_second = any(month.second for month in months)
    base = sheet.bottom - _NAMES - (_LOWER if has_second else 0.0)
    top = sheet.top + _HEADS + (0.0 if _are_inside(months, (end - start) / _slots(picture)) else _OVER)
    pitch = (end - start) / _slots(picture)
    most = max([month.amount.value for month in months if month.amount] + [m.before for m in months if m.before] + [1])
    scale = Scale(0.0, most, base, top)
    items: list[Items] = [sheet.items]
    crowded = any(measure(month.name, theme.STRONG) > pitch - 6 for month in months)
    named = replace(theme.STRONG, size=theme.MINIMUM) if crowded else theme.STRONG
    x = start
    for total, of in picture.quarters:
        width = pitch * len(of)
        items.append(_total(total, x, width, (start, end), sheet.top + 26, pitch * _GAP))
        for month in of:
            middle = x + pitch / 2
            items.append(_column(month.amount, middle, pitch, base, scale, picture.labels))
            items.append(_stroke(month, middle, pitch, scale))
            items.append((centred(middle, base + 34, month.name, named),))
            x += pitch
        items.append(_bracket(total, x - width, x, base, pitch))
        x += pitch * _GAP
    items.append((Stroke(((start, base), (end, base)), theme.INK, theme.PLAN),))
    if has_second:
        items.append(_second(picture, start, end, sheet.bottom, pitch))
    if picture.year:
        items.append(_aside(picture.year, end + 24, sheet.top + 22))
    return Scene.on(CHART, flat(*items), picture.titles.alt_text)


def _slots(picture: Quarters) -> float:
    """How wide the columns are together, gaps included."""
    return sum(len(of) for _, of in picture.quarters) + _GAP * (len(picture.quarters) - 1)


def _are_inside(months: Sequence[QuarterMonth], pitch: float) -> bool:
    """Whether the numbers of columns have room in them; else they stand over them."""
    texts = [month.amount.text for month in months if month.amount]
    return all(measure(text, _value_style(text, pitch * _COLUMN)) <= pitch * _COLUMN for text in texts)


def _total(total: Total, x: float, width: float, ends: tuple[float, float], y: float, gap: float) -> Items:
    """A quarter's total over its months; the words under it reach into the gaps beside them, and not over the ends."""
    change = fit(total.change, theme.LEAST, width + gap - 8)
    half = measure(change, theme.LEAST) / 2
    middle = min(max(x + width / 2, ends[0] + half), ends[1] - half)
    return (
        centred(x + width / 2, y, total.amount, theme.BIG),
        centred(middle, y + 38, change, theme.LEAST),
    )


def _column(amount: Amount | None, x: float, pitch: float, base: float, scale: Scale, labels: Labels) -> Items:
    half = pitch * _COLUMN / 2
    if amount is None:
        return (centred(x, base - 14, labels.no_data_short, theme.LEAST),)
    top = min(scale(amount.value), base - _ZERO)
    style = _value_style(amount.text, 2 * half)
    inside = base - top >= _INSIDE and measure(amount.text, style) <= 2 * half
    label = (
        centred(x, base - 16, amount.text, style.inked(theme.PAPER))
        if inside
        else centred(x, top - 10, amount.text, style)
    )
    return (Box(x - half, top, x + half, base, theme.FACT), label)


def _value_style(text: str, width: float) -> Style:
    """The style of values, or a smaller one where the text is wider than its column."""
    return theme.VALUE if measure(text, theme.VALUE) <= width else Style(theme.MINIMUM, theme.VALUE.weight, theme.INK)


def _stroke(month: QuarterMonth, x: float, pitch: float, scale: Scale) -> Items:
    """Where the month was a year ago: grey beside its column, paper across it."""
    if month.before is None:
        return ()
    y, wide, half = scale(month.before), pitch * _STROKE / 2, pitch * _COLUMN / 2
    grey = Stroke(((x - wide, y), (x + wide, y)), theme.PREVIOUS, _YEAR_AGO)
    if month.amount is None or scale(month.amount.value) >= y - 1:
        return (grey,)
    return (
        grey,
        Box(x - half, y - 4, x + half, y + 4, theme.FACT),
        Stroke(((x - half, y), (x + half, y)), theme.PAPER, theme.PLAN),
    )


def _bracket(total: Total, start: float, end: float, base: float, pitch: float) -> Items:
    y, inset = base + 50, pitch * (1 - _STROKE) / 2
    name = fit(total.name, theme.LEAST, end - start + pitch * _GAP - 8)
    return (
        Stroke(((start + inset, y), (end - inset, y)), theme.INK, theme.HAIR),
        centred((start + end) / 2, y + 32, name, theme.LEAST),
    )


def _second(picture: Quarters, start: float, end: float, base: float, pitch: float) -> Items:
    """The lower panel: its title, and columns from 0 in the same months."""
    months = [month for _, of in picture.quarters for month in of]
    top = base - _LOWER + _TITLE + 44
    scale = Scale(0.0, max(month.second.value for month in months if month.second), base, top)
    items: list[Items] = [(left(start, top - 24, fit(picture.second, theme.STRONG, end - start), theme.STRONG),)]
    x = start
    for _, of in picture.quarters:
        for month in of:
            items.append(_column(month.second, x + pitch / 2, pitch, base, scale, picture.labels))
            x += pitch
        x += pitch * _GAP
    items.append((Stroke(((start, base), (end, base)), theme.INK, theme.PLAN),))
    if picture.second_total:
        items.append(_aside(picture.second_total, end + 24, base - 78))
    return flat(*items)


def _aside(total: Total, x: float, y: float) -> tuple[Text, ...]:
    return (
        left(x, y, total.name, theme.LEAST),
        left(x, y + 40, total.amount, theme.BIG),
        left(x, y + 78, total.change, theme.LEAST),
    )
