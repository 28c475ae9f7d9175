"""A field of two by two: conversion in circles as large as their cases, and between them what a step up is worth.

Read upwards within a column: what differs there is one thing alone, the columns tell the other one apart.
"""

from dataclasses import dataclass
from math import sqrt

from charts.canvas import theme
from charts.canvas.lettering import fit, measure, wrap
from charts.canvas.page import page
from charts.canvas.scene import Area, Disc, Items, Scene, Stroke, centred, flat, left, middle
from charts.canvas.theme import CHART
from charts.model import Amount, Labels, NothingToDraw, Titles

_NAMES, _NAMES_GAP = 210.0, 24.0
_LARGEST = 92.0
"""A larger circle leaves no room for the words beside it."""
_FOOT = 52.0
"""Under the circles, for what the columns are."""
_BETWEEN = 92.0
_LEADING = 34.0
_ASIDE = 18.0
_INSET = 16.0
_MOST_LINES = 3
_HEAD, _CLEAR = 13.0, 5.0
"""Half of an arrow's head, and what it keeps from the circles."""
_DASH = (12.0, 10.0)
_LEAST_RADIUS = 6.0


@dataclass(frozen=True)
class QuadrantCell:
    """A cell: of how many cases, its rate, and what stands beside it. Of too few cases there is no rate."""

    cases: float
    rate: Amount | None
    beside: tuple[str, str]


@dataclass(frozen=True)
class Lift:
    """What the upper cell has over the lower one; not proven: a dashed arrow."""

    text: str
    note: str
    proven: bool


@dataclass(frozen=True)
class QuadrantColumn:
    """Two cells under one another."""

    name: str
    upper: QuadrantCell
    lower: QuadrantCell
    lift: Lift | None = None


@dataclass(frozen=True)
class Quadrant:
    """Two columns, and what their upper and lower cells are: in words, and by which numbers."""

    titles: Titles
    labels: Labels
    rows: tuple[tuple[str, str], tuple[str, str]]
    columns: tuple[QuadrantColumn, QuadrantColumn]


@dataclass(frozen=True)
class _Field:
    """Where the circles lie: the middles of both rows, the largest radius, and how many cases that is."""

    upper: float
    lower: float
    radius: float
    most: float

    def of(self, cases: float) -> float:
        """The radius by which the area is as large as the cases."""
        return max(self.radius * sqrt(cases / self.most), _LEAST_RADIUS) if cases else 0.0


def scene(picture: Quadrant) -> Scene:
    quarters = [quarter for column in picture.columns for quarter in (column.upper, column.lower)]
    if not any(quarter.rate for quarter in quarters):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    top, bottom = sheet.top + 6, sheet.bottom - _FOOT
    radius = min((bottom - top - _BETWEEN) / 4, _LARGEST)
    inset = radius + (bottom - top - _BETWEEN - 4 * radius) / 4
    field = _Field(top + inset, bottom - inset, radius, max(quarter.cases for quarter in quarters))
    start = sheet.left + _NAMES + _NAMES_GAP
    wide = (sheet.right - start) / 2
    split = start + wide
    items = flat(
        sheet.items,
        _row(picture.rows[0], sheet.left, field.upper),
        _row(picture.rows[1], sheet.left, field.lower),
        (
            Stroke(((sheet.left, (top + bottom) / 2), (sheet.left + _NAMES, (top + bottom) / 2)), theme.RULE, 2.0),
            Stroke(((split, top), (split, bottom)), theme.RULE, 2.0),
        ),
        _column(picture.columns[0], field, start, split - 12, sheet.bottom),
        _column(picture.columns[1], field, split + 24, sheet.right, sheet.bottom),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _row(named: tuple[str, str], x: float, y: float) -> Items:
    """What the cells of a row are, in few lines, and under that the number that parts them."""
    words, note = named
    lines = wrap(words, theme.STRONG, _NAMES)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]
    texts = [(fit(line, theme.STRONG, _NAMES), theme.STRONG) for line in lines]
    texts.append((fit(note, theme.QUIET, _NAMES), theme.QUIET))
    first = y - (len(texts) - 1) * _LEADING / 2
    return tuple(left(x, middle(first + n * _LEADING, style), text, style) for n, (text, style) in enumerate(texts))


def _column(column: QuadrantColumn, field: _Field, start: float, end: float, foot: float) -> Items:
    x = start + field.radius
    proven = column.lift is not None and column.lift.proven
    name = fit(column.name, theme.STRONG, end - start)
    return flat(
        _arrow(column, field, x, end),
        _circle(column.upper, x, field.upper, field, (theme.FACT, theme.PAPER) if proven else (theme.PALE, theme.INK)),
        _beside(column.upper, x + field.radius + _ASIDE, end, field.upper, field),
        _circle(column.lower, x, field.lower, field, (theme.PREVIOUS if proven else theme.PALE, theme.INK)),
        _beside(column.lower, x + field.radius + _ASIDE, end, field.lower, field),
        (left(start, foot - 10, name, theme.STRONG),),
    )


def _inside(quarter: QuadrantCell, field: _Field) -> theme.Style | None:
    """How the rate is set in its circle; None where it has no room there."""
    if quarter.rate is None:
        return None
    room = 2 * field.of(quarter.cases) - 2 * _INSET
    return next((style for style in (theme.HERO, theme.BIG) if measure(quarter.rate.text, style) <= room), None)


def _circle(quarter: QuadrantCell, x: float, y: float, field: _Field, inks: tuple[str, str]) -> Items:
    """Of too few cases hollow."""
    if not quarter.cases:
        return ()
    if quarter.rate is None:
        return (Disc(x, y, field.of(quarter.cases), theme.PAPER, theme.PREVIOUS, 3.0),)
    disc, style = Disc(x, y, field.of(quarter.cases), inks[0]), _inside(quarter, field)
    return (disc, centred(x, middle(y, style), quarter.rate.text, style.inked(inks[1]))) if style else (disc,)


def _beside(quarter: QuadrantCell, x: float, end: float, y: float, field: _Field) -> Items:
    """How many cases of whom; the rate above them where its circle is too small for it."""
    texts = [(quarter.beside[0], theme.LEAST.inked(theme.INK)), (quarter.beside[1], theme.LEAST)]
    if quarter.rate is not None and _inside(quarter, field) is None:
        texts.insert(0, (quarter.rate.text, theme.BIG))
    first = y - (len(texts) - 1) * _LEADING / 2
    return tuple(
        left(x, middle(first + n * _LEADING, style), fit(text, style, end - x), style)
        for n, (text, style) in enumerate(texts)
    )


def _arrow(column: QuadrantColumn, field: _Field, x: float, end: float) -> Items:
    if column.lift is None:
        return ()
    foot = field.lower - field.of(column.lower.cases) - _CLEAR
    tip = field.upper + field.of(column.upper.cases) + _CLEAR
    dash = None if column.lift.proven else _DASH
    head = Area(((x - _HEAD, tip + 2 * _HEAD), (x, tip), (x + _HEAD, tip + 2 * _HEAD)), theme.INK)
    y, words = (field.upper + field.lower) / 2, x + 2 * _HEAD
    style = theme.BIG if column.lift.proven else theme.BIG.inked(theme.SECOND)
    note = theme.PLAIN if column.lift.proven else theme.QUIET
    return (
        Stroke(((x, foot), (x, tip + 2 * _HEAD - 2)), theme.INK, theme.LINE, dash),
        head,
        left(words, middle(y - _LEADING / 2, style), fit(column.lift.text, style, end - words), style),
        left(words, middle(y + _LEADING / 2 + 2, note), fit(column.lift.note, note, end - words), note),
    )
