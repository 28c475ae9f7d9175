"""Who has most, or who is beyond the norm? Bars from 0 in the order given, or distances from the norm in ink."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Scale, arrow, limits
from charts.canvas.lettering import fit, measure
from charts.canvas.page import INKS, TableLayout, bar, name_width, named, table, tint
from charts.canvas.scene import Box, Disc, Items, Scene, Stroke, Text, centred, flat, left, middle, right
from charts.canvas.theme import TABLE
from charts.model import Amount, Judgement, Labels, NothingToDraw, Titles

_GAP = 24.0
_BAR, _FRAME = 0.5, 0.72  # of a row
_DOT = 11.0
_SIGN = 15.0
_ABOVE = 12.0
_NAMES = 44.0
"""Over the first row, for the name of the norm."""


@dataclass(frozen=True)
class Rank:
    """A row of a ranking: a line, an agent or a topic. No fact is no data."""

    name: str
    fact: Amount | None
    plan: float | None = None
    verdict: Judgement = Judgement.NONE
    note: str = ""
    """Beside the value: «80 % плана»."""


@dataclass(frozen=True)
class Ranking:
    """A metric by line, agent or topic in the order given."""

    titles: Titles
    labels: Labels
    rows: tuple[Rank, ...]
    reference: Amount | None = None
    """The one norm of all rows: «норма 80 %». Rows then deviate from it, else they are bars from 0."""
    rest: tuple[str, str] | None = None
    """The rows left out and what they come to: «ещё 6», «81–95 %»."""


def scene(picture: Ranking) -> Scene:
    if not any(row.fact for row in picture.rows):
        raise NothingToDraw
    rest = [picture.rest] if picture.rest else []
    made = table(picture.titles, len(picture.rows) + len(rest), _NAMES if picture.reference else _ABOVE)
    signs = any(row.verdict is not Judgement.NONE for row in picture.rows)
    names = name_width([*(row.name for row in picture.rows), *(name for name, _ in rest)], signs=signs)
    start = TABLE.margin + names + _GAP
    end = made.sheet.right - _figures_width(picture) - _GAP
    values = [row.fact.value for row in picture.rows if row.fact]
    plans = [row.plan for row in picture.rows if row.plan is not None]
    zero = [] if picture.reference else [0.0]
    always = [*zero, *plans, *([picture.reference.value] if picture.reference else [])]
    low, high = limits(values, always)
    inset = _SIGN + 3 if picture.reference else 0.0
    scale = Scale(low, high, start + inset, end - inset)
    ranked = list(zip(picture.rows, made.rows, strict=False))
    tints = tuple(tint(y, made.pitch) for row, y in ranked if row.verdict is Judgement.MISSED)
    drawn = flat(*(_row(picture, row, y, made, names, scale, signs=signs) for row, y in ranked))
    norm = _norm(picture.reference, made, scale, len(picture.rows)) if picture.reference else _axis(made, scale)
    left_out = flat(*(_rest(each, made, names, signs=signs) for each in rest))
    items = (*made.sheet.items, *tints, *norm, *drawn, *left_out)
    return Scene.on(TABLE, items, picture.titles.alt_text, made.height)


def _figures_width(picture: Ranking) -> float:
    """The values with their notes, right-aligned in two columns."""
    values = [row.fact.text if row.fact else picture.labels.no_data for row in picture.rows]
    widest = max(measure(value, theme.BIG) for value in values)
    rest = measure(picture.rest[1], theme.STRONG) if picture.rest else 0.0
    return max(widest + _notes_width(picture.rows), min(rest, 420.0))


def _notes_width(rows: Sequence[Rank]) -> float:
    widest = max(measure(row.note, theme.VALUE) for row in rows)
    return widest + _GAP if widest else 0.0


def _row(picture: Ranking, row: Rank, y: float, made: TableLayout, names: float, scale: Scale, *, signs: bool) -> Items:
    colour = INKS[row.verdict] if row.verdict is Judgement.MISSED else theme.INK
    edge = made.sheet.right - _notes_width(picture.rows)
    no_data = theme.QUIET
    value = (
        right(edge, middle(y, theme.BIG), row.fact.text, theme.BIG.inked(colour))
        if row.fact
        else right(edge, middle(y, no_data), picture.labels.no_data, no_data)
    )
    style = theme.VALUE.inked(colour if row.verdict is Judgement.MISSED else theme.SECOND)
    note = (right(made.sheet.right, middle(y, style), row.note, style),) if row.note else ()
    shape = _distance if picture.reference else _bar
    return (
        *named(row.name, row.verdict, y, names, signs=signs),
        *(shape(row, row.fact, y, made.pitch, scale, picture.reference) if row.fact or row.plan is not None else ()),
        value,
        *note,
    )


def _bar(row: Rank, fact: Amount | None, y: float, pitch: float, scale: Scale, reference: Amount | None) -> Items:
    """From 0, in the frame of its plan; what is missing to the plan is tinted."""
    zero, half, frame = scale(0), pitch * _BAR / 2, pitch * _FRAME / 2
    items: list[Items] = []
    plan = scale(row.plan) if row.plan is not None else None
    if plan is not None:
        if row.verdict is Judgement.MISSED:
            items.append((Box(zero, y - frame, max(plan, zero), y + frame, theme.GAP),))
        outline = ((zero, y - frame), (plan, y - frame), (plan, y + frame), (zero, y + frame))
        items.append((Stroke(outline, theme.INK, theme.PLAN),))
    if fact:
        end = scale(fact.value)
        colour = theme.MISSED if row.verdict is Judgement.MISSED else theme.FACT
        drawn = bar(zero, end, y, half, colour, clipped=scale.clips(fact.value))
        items.append(drawn)
        solid = next(item for item in drawn if isinstance(item, Box))
        if plan is not None and solid.left + 2 < plan < solid.right - 1:  # the plan crosses the bar: paper on dark
            items.append((Stroke(((plan, y - half), (plan, y + half)), theme.PAPER, theme.HAIR),))
    return flat(*items)


def _distance(row: Rank, fact: Amount | None, y: float, pitch: float, scale: Scale, reference: Amount | None) -> Items:
    """From the norm, its own or that of all: a dot, or a solid arrow where it is missed."""
    due = row.plan if row.plan is not None else reference.value if reference else 0.0
    if not fact:
        return ()
    x, start = scale(fact.value), scale(due)
    missed = row.verdict is Judgement.MISSED
    colour = theme.MISSED if missed else theme.FACT
    own = reference is None or due != reference.value
    tick = (Stroke(((start, y - pitch / 3), (start, y + pitch / 3)), theme.INK, theme.PLAN),) if own else ()
    stem = Stroke(((start, y), (x, y)), colour, 9.0 if missed else theme.LINE)
    if missed or scale.clips(fact.value):
        return (*tick, stem, arrow(x, y, colour, rightwards=x >= start, size=_SIGN))
    return (*tick, stem, Disc(x, y, _DOT, colour))


def _norm(reference: Amount, made: TableLayout, scale: Scale, rows: int) -> Items:
    """Its line down the rows, its name over the first."""
    x = scale(reference.value)
    top, bottom = made.top, made.rows[rows - 1] + made.pitch / 2
    half = measure(reference.text, theme.VALUE) / 2
    middle_x = min(max(x, made.sheet.left + half), made.sheet.right - half)
    name = centred(middle_x, top - 14, reference.text, theme.VALUE)
    return (Stroke(((x, top - 4), (x, bottom)), theme.INK, 3), name)


def _axis(made: TableLayout, scale: Scale) -> Items:
    return (Stroke(((scale(0), made.top), (scale(0), made.bottom)), theme.INK, theme.PLAN),)


def _rest(rest: tuple[str, str], made: TableLayout, names: float, *, signs: bool) -> Items:
    """The rows left out, as one that recedes."""
    y, (name, value) = made.rows[-1], rest
    style = theme.PLAIN.inked(theme.SECOND)
    x = TABLE.margin + (50 if signs else 0)
    text: Text = right(made.sheet.right, middle(y, style), value, style)
    return (left(x, middle(y, style), fit(name, style, max(names, text.x - x - _GAP)), style), text)
