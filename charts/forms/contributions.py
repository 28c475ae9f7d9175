"""Who gave how much of a difference? Bars away from 0, worse left and better right, and their sum.

Of a volume it is a bridge: from what it is compared with to the fact, each bar from where the one above it ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure
from charts.canvas.page import name_width, named, table
from charts.canvas.scene import Area, Box, Items, Scene, Stroke, flat, left, middle, right
from charts.canvas.theme import TABLE
from charts.model import Judgement, Labels, NothingToDraw, Titles

_GAP = 20.0
_BAR = 0.5  # of a row
_LEAST = 4.0
_NAMES = 46.0
_BESIDE = 12.0


@dataclass(frozen=True)
class Effect:
    """What someone gave: the text as it is counted, and the effect, which is below 0 where it made things worse."""

    name: str
    text: str
    effect: float


@dataclass(frozen=True)
class Contributions:
    """Who gave how much of a difference; the total is the sum of all rows."""

    titles: Titles
    labels: Labels
    sides: tuple[str, str]
    """What left and right of the axis mean: «хуже» and «лучше», or «меньше» and «больше» where nothing is judged."""
    rows: tuple[Effect, ...]
    total: Effect
    verdict: Judgement = Judgement.NONE
    """Of the whole: only the parts of a missed plan are red."""
    directed: bool = True
    """Whether left is worse and right is better."""
    ends: tuple[Effect, Effect] | None = None
    """Of a bridge, what it begins and ends with, with their texts; their effects are 0 and the whole difference."""


def scene(picture: Contributions) -> Scene:
    """All bars and the sum on one scale; the axis stands where both sides have their room."""
    if not picture.rows:
        raise NothingToDraw
    rows = (picture.ends[0], *picture.rows, picture.ends[1]) if picture.ends else (*picture.rows, picture.total)
    begun = accumulate((row.effect for row in picture.rows[:-1]), initial=0.0)
    starts = [0.0, *begun, 0.0] if picture.ends else [0.0] * len(rows)
    reached = [start + row.effect for start, row in zip(starts, rows, strict=True)]
    made = table(picture.titles, len(rows), _NAMES)
    names = name_width([row.name for row in rows], signs=False)
    start, end = TABLE.margin + names + _GAP, made.sheet.right
    label = max(measure(row.text, theme.BIG) for row in rows) + _BESIDE
    worst, best = min(0.0, *reached), max(0.0, *reached)
    # A text stands at its bar's end: room for it on both sides, and for the side's name.
    low, high = start + max(label, measure(picture.sides[0], theme.QUIET) + _BESIDE), end - label
    high = min(high, end - measure(picture.sides[1], theme.QUIET) - _BESIDE)
    scale = Scale(worst, best, low, high) if best > worst else Scale(-1, 1, low, high)
    zero = scale(0)
    axis = Stroke(((zero, made.top), (zero, made.bottom)), theme.INK, theme.PLAN)
    rule_y = made.rows[-1] - made.pitch / 2
    rule = Box(TABLE.margin, rule_y - 1, TABLE.width - TABLE.margin, rule_y + 1, theme.RULE)
    sides = (
        right(zero - _BESIDE, made.top - 14, fit(picture.sides[0], theme.QUIET, zero - start), theme.QUIET),
        left(zero + _BESIDE, made.top - 14, fit(picture.sides[1], theme.QUIET, end - zero), theme.QUIET),
    )
    placed = list(zip(rows, starts, made.rows, strict=True))
    bars = flat(*(_row(picture, row, start, y, made.pitch, scale, names) for row, start, y in placed))
    joints = _joints([(scale(at), y) for at, y in zip(reached, made.rows, strict=True)], made.pitch)
    items = (*made.sheet.items, rule, *sides, *(joints if picture.ends else ()), *bars, axis)
    return Scene.on(TABLE, items, picture.titles.alt_text, made.height)


def _joints(ends: list[tuple[float, float]], pitch: float) -> Iterator[Stroke]:
    """From the end of each bar of a bridge down to where the next one begins."""
    for (x, y), (_, below) in pairwise(ends[:-1]):
        yield Stroke(((x, y + pitch * _BAR / 2), (x, below - pitch * _BAR / 2)), theme.SECOND, theme.CONNECTOR)


def _row(
    picture: Contributions, row: Effect, start: float, y: float, pitch: float, scale: Scale, names: float
) -> Items:
    """Solid where it made things worse, hollow where it made them better; without a direction all are solid."""
    total = row is picture.total or (picture.ends is not None and row in picture.ends)
    zero, end, half = scale(start), scale(start + row.effect), pitch * _BAR / 2
    worse = row.effect < 0
    name = named(row.name, Judgement.MISSED if total else Judgement.NONE, y, names, signs=False)
    colour = _colour(picture, worse=worse) if row.effect else theme.FACT
    style = (theme.BIG if total else theme.STRONG).inked(theme.INK if colour == theme.FACT else colour)
    if row.effect:
        end = min(end, zero - _LEAST) if worse else max(end, zero + _LEAST)
    text = (
        right(end - _BESIDE, middle(y, style), row.text, style)
        if worse
        else left(end + _BESIDE, middle(y, style), row.text, style)
    )
    if not row.effect:
        return (*name, text) if row.text else name
    if picture.directed and not worse:
        low, high = y - half + 1.5, y + half - 1.5
        return (*name, Area(((zero, low), (end, low), (end, high), (zero, high)), edge=colour, line=3), text)
    return (*name, Box(min(zero, end), y - half, max(zero, end), y + half, colour), text)


def _colour(picture: Contributions, *, worse: bool) -> str:
    if picture.verdict is Judgement.NONE:
        return theme.FACT
    if worse:
        return theme.MISSED if picture.verdict is Judgement.MISSED else theme.FACT
    return theme.MET
