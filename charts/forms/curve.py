"""Shall we make the month? Solid fact, ink plan by the day model, hatched forecast by pace, and the gap at the end."""

from dataclasses import dataclass, replace

from charts.canvas import theme
from charts.canvas.layout import Grid, Scale, along, around, axis, bands, place, push_apart, runs_of
from charts.canvas.lettering import fit, measure
from charts.canvas.page import INKS, Page, page
from charts.canvas.scene import (
    Area,
    Box,
    Disc,
    Edges,
    Hatch,
    Items,
    Path,
    Scene,
    Spot,
    Stroke,
    Text,
    centred,
    flat,
    left,
    middle,
    right,
)
from charts.canvas.theme import CHART, Style, Weight
from charts.model import Judgement, Labels, NothingToDraw, Slot, Titles, same_length

_SIDE_GAP = 24.0
_WIDEST_SIDE = 300.0
_NAMES = 62.0
_HERO = Style(52, Weight.BOLD, theme.INK)
_PUSH = 38.0
_NAME_GAP = 8.0


@dataclass(frozen=True)
class Curve:
    """A running total towards the month's plan. All sums are at the end of their day, from the month's start."""

    titles: Titles
    labels: Labels
    days: tuple[Slot, ...]
    fact: tuple[float, ...]
    """One for each day that has begun."""
    fact_label: tuple[str, str]
    """«13,8» and «факт, 15 июня»."""
    plan: tuple[float, ...] = ()
    """One for each day of the month; empty without a plan."""
    plan_now: str = ""
    plan_end: str = ""
    forecast: tuple[float, ...] = ()
    """One for each day left; empty once the month is over."""
    forecast_end: str = ""
    gap: str = ""
    """What will be short or over at the end: «не хватит 4,2»."""
    verdict: Judgement = Judgement.NONE
    pace: tuple[str, ...] = ()
    """The daily rate needed, and the rate now."""
    elapsed: float = 1.0
    """How much of the last day of the fact is over."""

    def __post_init__(self) -> None:
        if self.plan:
            same_length(self.days, self.plan)
        if len(self.fact) > len(self.days):
            raise ValueError(f"{len(self.fact)} days of fact in a month of {len(self.days)}")
        if self.forecast:
            same_length(self.days[len(self.fact) :], self.forecast)


@dataclass(frozen=True)
class _Curves:
    """The running totals as spots, each from the month's start or from now."""

    grid: Grid
    base: float
    fact: Path
    plan: Path
    forecast: Path

    @property
    def now(self) -> Spot:
        return self.fact[-1]


def scene(picture: Curve) -> Scene:
    if not picture.fact:
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    side = max(measure(text, theme.BIG) for text in (picture.plan_end, picture.forecast_end, picture.gap))
    side = min(side, _WIDEST_SIDE)
    grid = Grid(sheet.left, sheet.right - side - (_SIDE_GAP if side else 12), picture.days)
    base = sheet.bottom - _NAMES + 14
    curves = _curves(picture, grid, sheet.top + 44, base)
    items = (
        *bands(grid, sheet.top + 24, base),
        *_expected(curves),
        Area((*curves.fact, (curves.now[0], base)), theme.FACT),
        *_plan(curves),
        *_gaps(picture, curves),
        axis(grid, base),
        *_weeks(grid, base),
        *_ends(picture, curves, sheet),
        *_labels(picture, curves, sheet),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)


def _curves(picture: Curve, grid: Grid, top: float, base: float) -> _Curves:
    highest = max([*picture.fact, *picture.plan, *picture.forecast])
    scale = Scale(0, highest, base, top)

    today = len(picture.fact)

    def spots(values: tuple[float, ...], first: int) -> Path:
        ends = (index - (1 - picture.elapsed if index == today else 0) for index in range(first, first + len(values)))
        return tuple((grid.left + end * grid.pitch, scale(value)) for end, value in zip(ends, values, strict=True))

    return _Curves(
        grid,
        base,
        spots((0.0, *picture.fact), 0),
        spots((0.0, *picture.plan), 0) if picture.plan else (),
        spots((picture.fact[-1], *picture.forecast), today) if picture.forecast else (),
    )


def _weeks(grid: Grid, base: float) -> Items:
    """Only every seventh and the last day are named, those that have room: the bands tell the weeks."""
    last = len(grid.slots) - 1
    names: list[Text] = []
    for index in (last, *range(0, last, 7)):
        label = grid.slots[index].label
        half = measure(label, theme.STRONG) / 2
        x = min(max(grid.centre(index), grid.left + half), grid.right - half)
        name = centred(x, base + 36, label, theme.STRONG)
        wide = replace(name, x=name.x - _NAME_GAP, words=f"{label}  ")
        if not any(wide.edges.overlaps(other.edges) for other in names):
            names.append(name)
    return tuple(names)


def _expected(curves: _Curves) -> Items:
    if not curves.forecast:
        return ()
    foot = ((curves.forecast[-1][0], curves.base), (curves.now[0], curves.base))
    return (
        Hatch((*curves.forecast, *foot), theme.PREVIOUS),
        Stroke(curves.forecast, theme.FACT, 5, (13, 8)),
    )


def _plan(curves: _Curves) -> Items:
    """Ink on paper; paper where the fact is ahead and its area would hide the line."""
    if not curves.plan:
        return ()
    hidden = [plan[1] > fact[1] for plan, fact in zip(curves.plan, curves.fact, strict=False)]
    on_dark = tuple(
        Stroke(curves.plan[max(first - 1, 0) : last + 1], theme.PAPER, theme.HAIR)
        for first, last in runs_of(hidden)
        if last > max(first - 1, 0)
    )
    return (Stroke(curves.plan, theme.INK, 3), *on_dark)


def _gaps(picture: Curve, curves: _Curves) -> Items:
    """The distance to plan now and at the end, and the dots that it is measured between."""
    colour = INKS[picture.verdict]
    items: list[Items] = []
    if curves.plan and len(picture.fact) < len(picture.days):
        items.append((Stroke((curves.now, curves.plan[len(picture.fact)]), colour, 6),))
    items.append((Disc(*curves.now, 11, theme.INK, theme.PAPER, 3),))
    if curves.plan and picture.gap:
        end = curves.forecast[-1] if curves.forecast else curves.now
        items.append((Stroke((end, curves.plan[-1]), colour, 7),))
        items.append((Disc(*curves.plan[-1], 9, theme.PAPER, theme.INK, 3.5),))
    if curves.forecast:
        items.append((Disc(*curves.forecast[-1], 9, theme.PAPER, theme.FACT, 3.5),))
    return flat(*items)


def _ends(picture: Curve, curves: _Curves, sheet: Page) -> Items:
    """The names of the ends at their right, pushed apart, joined by a connector where they had to move far."""
    names: list[tuple[float, str, Style]] = []
    end = curves.forecast[-1] if curves.forecast else curves.now
    if curves.plan and picture.plan_end:
        names.append((curves.plan[-1][1], picture.plan_end, theme.BIG))
    if curves.plan and picture.gap:
        between = (curves.plan[-1][1] + end[1]) / 2
        names.append((between, picture.gap, theme.VALUE.inked(INKS[picture.verdict])))
    if curves.forecast and picture.forecast_end:
        names.append((end[1], picture.forecast_end, theme.BIG))
    places = push_apart([name[0] for name in names], _PUSH, sheet.top + 20, curves.base - 20)
    x = curves.grid.right + _SIDE_GAP
    items: list[Items] = []
    for place_y, (y, words, style) in zip(places, names, strict=True):
        if abs(place_y - y) > 14:
            items.append((Stroke(((curves.grid.right + 11, y), (x - 6, place_y)), theme.SECOND, theme.CONNECTOR),))
        items.append((left(x, middle(place_y, style), fit(words, style, sheet.right - x), style),))
    return flat(*items)


def _labels(picture: Curve, curves: _Curves, sheet: Page) -> Items:
    """The figure of the fact and of its plan now, and the rates in the upper left, where a running total is low."""
    lines = [*along(curves.fact, 5), *along(curves.plan, 5), *along(curves.forecast, 6), around(*curves.now, 14)]
    sky = Edges(sheet.left, sheet.top, curves.grid.right, curves.base)
    pace = place(([text] for text in _pace(picture, sheet)), lines, sky)
    fact = _within(picture, curves) or _above_now(picture, curves, sheet.top + 12, pace)
    texts = [item for item in (*pace, *fact) if isinstance(item, Text)]
    lines += [box for item in fact if isinstance(item, Stroke) for box in along(item.spots, 4)]
    return (*fact, *pace, *place(_plan_now(picture, curves), [*lines, *(text.edges for text in texts)], sky))


def _plan_now(picture: Curve, curves: _Curves) -> list[list[Text]]:
    if not picture.plan_now or not curves.plan or len(picture.fact) >= len(picture.days):
        return []
    x, y = curves.plan[len(picture.fact)]
    text = picture.plan_now
    lifts = (14, 30, 46, 80, 130)
    return [
        [
            *(right(x - back, y - lift, text, theme.STRONG) for lift in lifts for back in (16, 0, 40)),
            *(left(max(x - 10, curves.grid.left), y - lift, text, theme.STRONG) for lift in range(40, 260, 20)),
        ]
    ]


def _pace(picture: Curve, sheet: Page) -> tuple[Text, ...]:
    return tuple(
        left(sheet.left, sheet.top + 86 + 42 * index, text, theme.PLAIN if index else theme.STRONG)
        for index, text in enumerate(picture.pace)
    )


def _within(picture: Curve, curves: _Curves) -> tuple[Text, ...]:
    """The fact's figure on its own area, as high as the area holds it."""
    x = curves.now[0] - 16
    number, name = picture.fact_label
    for lift in (112, 92, 72, 58):
        texts = (
            right(x, curves.base - lift, number, _HERO.inked(theme.PAPER)),
            right(x, curves.base - lift + 38, name, theme.QUIET.inked(theme.PAPER)),
        )
        if all(_covers(curves, text.edges) for text in texts):
            return texts
    return ()


def _above_now(picture: Curve, curves: _Curves, top: float, pace: tuple[Text, ...]) -> Items:
    """Early in the month the area is too small: the figure stands above all curves, joined to its dot.

    Where there is no room above, it stands at the right of the area, on paper.
    """
    dot, x = curves.now[0], max(curves.now[0] - 4, curves.grid.left)
    number, name = picture.fact_label
    end = x + max(measure(number, _HERO), measure(name, theme.QUIET))
    over = [spot[1] for curve in (curves.fact, curves.plan, curves.forecast) for spot in curve if spot[0] <= end + 30]
    y = min([*over, curves.base - 20]) - 20
    texts = (left(x, y - 36, number, _HERO), left(x, y, name, theme.QUIET))
    crowded = any(text.edges.overlaps(other.edges) for text in texts for other in pace)
    if texts[0].edges.top >= top and not crowded:
        return (Stroke((curves.now, (dot, y + 12)), theme.SECOND, theme.CONNECTOR), *texts)
    width = end - x
    x = dot + 22 if dot + 22 + width <= curves.grid.right - 8 else dot - 22 - width
    low = (left(x, curves.base - 58, number, _HERO), left(x, curves.base - 20, name, theme.QUIET))
    return (*(_plate(text.edges) for text in low), *low)


def _plate(edges: Edges) -> Box:
    return Box(edges.left - 8, edges.top - 8, edges.right + 8, edges.bottom + 6, theme.PAPER)


def _covers(curves: _Curves, edges: Edges) -> bool:
    """Whether the fact's area, which only grows, holds a box at the box's left end."""
    before = [y for x, y in curves.fact if x <= edges.left - 8]
    return bool(before) and before[-1] <= edges.top - 8
