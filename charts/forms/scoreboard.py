"""What missed the plan? Every figure with its past, on one axis of better and worse; missed rows are tinted."""

from dataclasses import dataclass

from charts.canvas import layout, theme
from charts.canvas.lettering import fit, measure
from charts.canvas.page import INKS, Page, page
from charts.canvas.scene import Area, Box, Disc, Items, Scene, Stroke, Text, flat, left, middle, right
from charts.canvas.theme import TABLE, Style, Weight
from charts.model import Judgement, Labels, NothingToDraw, Titles

_ROW = 60.0
_LOWEST_ROW = 44.0
_MORE = 34.0
"""What a row with a second line takes besides."""
_GROUP = 49.0
_KEY = 40.0
_LOWEST_SHEET = 540

_SIGN_X, _NAME_X, _FACT_X, _PLAN_X, _AXIS_X = 58.0, 90.0, 574.0, 594.0, 940.0
_TREND = (716.0, 816.0)
_REACH = 82.0
_ARROW = 15.0
_GUTTER = 12.0
_TREND_HEIGHT = 26.0
_HERO = Style(40, Weight.BOLD, theme.INK)
_GAP = theme.VALUE


@dataclass(frozen=True)
class ScoreRow:
    """A figure of the scoreboard. `deviation` is its distance from plan by effect, as a share: +0.1 is better.

    `label` says the distance in the measure of the bars, `gap` in the figure's own; `past` what it was before.
    """

    name: str
    fact: str
    plan: str
    verdict: Judgement
    deviation: float | None = None
    label: str = ""
    gap: str = ""
    past: str = ""
    trend: tuple[float | None, ...] = ()
    """Its values in the periods before, the oldest first, and in its own."""
    trend_plan: tuple[float | None, ...] = ()
    """The plans of the same periods."""

    @property
    def tall(self) -> bool:
        """Whether it has a second line."""
        return bool(self.gap or self.past)


@dataclass(frozen=True)
class ScoreGroup:
    title: str
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class Scoreboard:
    """Every figure against its plan, in the digest's order. `reach` is the deviation at the axis's end."""

    titles: Titles
    labels: Labels
    groups: tuple[ScoreGroup, ...]
    reach: float = 0.25
    scale: str = ""
    """What the bars are measured in, with their reach."""
    trend: str = ""
    """Over what time the lines of the past go."""


def scene(picture: Scoreboard) -> Scene:
    """A sheet as long as its rows ask for; rows move closer together before it grows beyond 4:5."""
    rows = sum(len(group.rows) for group in picture.groups)
    if not rows:
        raise NothingToDraw
    head = page(picture.titles, TABLE).top - 16
    more = _MORE * sum(row.tall for group in picture.groups for row in group.rows)
    chrome = head + len(picture.groups) * _GROUP + _KEY + (TABLE.height - page(picture.titles, TABLE).bottom)
    pitch = min(_ROW, max(_LOWEST_ROW, (TABLE.height - chrome - more) / rows))
    height = max(_LOWEST_SHEET, round(chrome + rows * pitch + more))
    sheet = page(picture.titles, TABLE, height)
    headings: list[Items] = []
    placed: list[tuple[ScoreRow, float, float]] = []
    y = head
    shift = max(_lacking(row, picture.reach) for group in picture.groups for row in group.rows)
    for group in picture.groups:
        headings.append(_heading(group, y, picture, shift, first=not headings))
        y += _GROUP
        for row in group.rows:
            bottom = y + pitch + (_MORE if row.tall else 0)
            placed.append((row, y, bottom))
            y = bottom
    axis = Stroke(((_AXIS_X, head + _GROUP - 2), (_AXIS_X, y + 2)), theme.INK, theme.PLAN)
    tints = tuple(
        Box(0, top, TABLE.width, bottom - 2, theme.TINT)
        for row, top, bottom in placed
        if row.verdict is Judgement.MISSED
    )
    figures = (_row(row, top + pitch / 2, picture, shift) for row, top, _ in placed)
    key = _key(sheet, {row.verdict for row, _, _ in placed}, picture)
    items = flat(sheet.items, *headings, tints, (axis,), *figures, key)
    return Scene.on(TABLE, items, picture.titles.alt_text, height)


def _heading(group: ScoreGroup, top: float, picture: Scoreboard, shift: float, *, first: bool) -> Items:
    """A group's name over a rule; the first one shares its line with the names of the columns."""
    y = top + 36
    rule = Box(TABLE.margin, top + _GROUP - 3, TABLE.width - TABLE.margin, top + _GROUP - 1, theme.RULE)
    labels = picture.labels
    room = (_FACT_X - shift - measure(labels.fact, theme.QUIET) - 24 if first else _AXIS_X) - TABLE.margin
    name = left(TABLE.margin, y, fit(group.title, theme.SECTION, room), theme.SECTION)
    if not first:
        return (rule, name)
    return (
        rule,
        name,
        right(_FACT_X - shift, y, labels.fact, theme.QUIET),
        left(_PLAN_X - shift, y, labels.plan, theme.QUIET),
        *([right(_TREND[1], y, picture.trend, theme.QUIET)] if picture.trend else []),
        right(_AXIS_X - _GUTTER, y, labels.worse, theme.QUIET),
        left(_AXIS_X + _GUTTER, y, labels.better, theme.QUIET),
    )


def _lacking(row: ScoreRow, reach: float) -> float:
    """How much further to the left a plan must begin to be printed whole: a figure is not cut, names may be."""
    return max(measure(row.plan, theme.QUIET) - _plan_room(row, _deviation(row, 0, reach)), 0.0)


def _plan_room(row: ScoreRow, deviation: Items) -> float:
    left_ends = [item.x for item in deviation if isinstance(item, Text) and item.x < _AXIS_X]
    trend = [_TREND[0] - 4] if row.trend else []
    return min([*left_ends, *trend, _AXIS_X - _REACH - _ARROW]) - 10 - _PLAN_X


def _row(row: ScoreRow, y: float, picture: Scoreboard, shift: float) -> Items:
    number = theme.PLAIN.inked(theme.SECOND) if row.fact == picture.labels.no_data else _HERO
    fact = right(_FACT_X - shift, middle(y, number), row.fact, number)
    style = theme.STRONG if row.verdict is Judgement.MISSED else theme.PLAIN
    name = fit(row.name, style, fact.x - 16 - _NAME_X)
    return (
        *layout.verdict(row.verdict, _SIGN_X, y),
        left(_NAME_X, middle(y, style), name, style),
        fact,
        left(_PLAN_X - shift, middle(y, theme.QUIET), row.plan, theme.QUIET),
        *_past(row, y),
        *_deviation(row, y, picture.reach),
        *_second_line(row, middle(y, theme.LEAST) + _MORE),
    )


def _second_line(row: ScoreRow, y: float) -> Items:
    """What it was before, and the gap in its own measure."""
    gap = right(_AXIS_X - _GUTTER, y, row.gap, _GAP)
    past = left(_NAME_X, y, fit(row.past, theme.LEAST, gap.x - 16 - _NAME_X), theme.LEAST)
    return tuple(each for each in (past, gap) if each.words)


def _past(row: ScoreRow, y: float) -> Items:
    """A line through the periods before, the plan as ink, and the figure of the row as a disc at its end."""
    known = [value for value in (*row.trend, *row.trend_plan) if value is not None]
    if len(row.trend) < 2 or not known:
        return ()
    low, high = min(known), max(known)
    step = (_TREND[1] - _TREND[0]) / (len(row.trend) - 1)

    def spot(n: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return _TREND[0] + n * step, y + _TREND_HEIGHT * (0.5 - share)

    def strokes(values: tuple[float | None, ...], colour: str, width: float) -> Items:
        runs: list[list[tuple[float, float]]] = [[]]
        for n, value in enumerate(values):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(spot(n, value))
        return tuple(Stroke(tuple(run), colour, width) for run in runs if len(run) > 1)

    last = row.trend[-1]
    ink = theme.INK if row.verdict is Judgement.NONE else INKS[row.verdict]
    end = () if last is None else (Disc(*spot(len(row.trend) - 1, last), 6, fill=ink),)
    return (
        *strokes(row.trend_plan, theme.INK, theme.CONNECTOR),
        *strokes(row.trend, theme.PREVIOUS, 3.5),
        *end,
    )


def _deviation(row: ScoreRow, y: float, reach: float) -> Items:
    """A bar away from the axis, solid for a miss and hollow otherwise, and its label across the axis."""
    colour = theme.SECOND if row.verdict is Judgement.NONE else INKS[row.verdict]
    solid = row.verdict is Judgement.MISSED
    style = Style(theme.VALUE.size, Weight.BOLD if solid else Weight.SEMIBOLD, colour)
    worse = row.deviation is None or row.deviation < 0
    x, align = (_AXIS_X + _GUTTER, left) if worse else (_AXIS_X - _GUTTER, right)
    place = align(x, middle(y, style), row.label, style)
    label: Items = (place,) if row.label else ()
    if row.deviation is None:
        return label
    side = -1 if worse else 1
    share = min(abs(row.deviation) / reach, 1.0)
    end = _AXIS_X + side * max(share * _REACH, 5.0)
    low, high = (y - 10, y + 10) if solid else (y - 8.5, y + 8.5)
    tip = ((end + side * _ARROW, y),) if abs(row.deviation) > reach else ()
    shape = ((_AXIS_X, low), (end, low), *tip, (end, high), (_AXIS_X, high))
    return (Area(shape, colour) if solid else Area(shape, edge=colour, line=3), *label)


def _key(sheet: Page, verdicts: set[Judgement], picture: Scoreboard) -> Items:
    """The one legend there is: the signs that occur, in one line, and what the bars are measured in."""
    labels = picture.labels
    names = (
        (Judgement.MISSED, labels.missed),
        (Judgement.BEHIND, labels.behind),
        (Judgement.MET, labels.met),
        (Judgement.NONE, labels.unjudged),
    )
    items: list[Items] = []
    x, y = sheet.left, sheet.bottom
    for which, name in names:
        if which in verdicts:
            items.append(layout.verdict(which, x + 14, y - 9, 0.75))
            text = fit(name, theme.LEAST, max(sheet.right - x - 36, 60))
            items.append((left(x + 36, y, text, theme.LEAST),))
            x += 36 + measure(text, theme.LEAST) + 22
    if picture.scale and measure(picture.scale, theme.LEAST) < sheet.right - x:
        items.append((right(sheet.right, y, picture.scale, theme.LEAST),))
    return flat(*items)
