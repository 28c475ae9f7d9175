"""Volumes by slot: a solid bar is the fact, an outline around it the plan, a tint what is missing to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Grid, Scale, along, extremes, limits, place, runs_of
from charts.canvas.lettering import measure
from charts.canvas.lines import name_near, paths_of, rimmed
from charts.canvas.scene import Area, Box, Disc, Edges, Items, Stroke, Text, centred, flat
from charts.model import Amount, Judgement, Labels, Points

ZERO = 3.0
"""A real zero is this high, so that it is not taken for a gap."""

_FRAME, _BAR = 0.88, 0.68  # of a slot
_NARROWEST = 4.0
_POINT = 3.5
"""What a label that stands over its plan is joined to: the top of the bar."""
_HEADROOM = 36.0
_ARROW = 16.0
_INSIDE = 44.0
"""The height of a bar that holds its label."""


@dataclass(frozen=True)
class _Columns:
    grid: Grid
    points: Points
    scale: Scale
    top: float
    base: float

    def bar(self, index: int) -> Edges:
        """Where the fact stands; a slot that is not over is as wide as the part of it that is."""
        point = self.points[index]
        width = self.grid.bar(_BAR)
        start = self.grid.centre(index) - width / 2
        height = self.base - self.scale(point.fact.value) if point.fact else 0.0
        return Edges(start, self.base - max(height, ZERO), start + width * min(point.elapsed, 1), self.base)

    def frame(self, index: int) -> Edges | None:
        plan = self.points[index].plan
        if plan is None:
            return None
        width = self.grid.bar(_FRAME)
        start = self.grid.centre(index) - width / 2
        # The plan to date of a slot that is not over is no more than its bar is wide.
        share = 1.0 if not self.points[index].running else self.points[index].elapsed
        return Edges(start, self.scale(plan), start + max(width * share, _NARROWEST), self.base)

    def summit(self, index: int) -> float:
        """The higher of the bar and its frame."""
        frame = self.frame(index)
        known = self.points[index].fact is not None
        return min(self.bar(index).top if known else self.base, frame.top if frame else self.base)

    def whole(self, index: int) -> Edges:
        """All of a slot from the axis to its summit."""
        half, middle = self.grid.pitch / 2 - 2, self.grid.centre(index)
        return Edges(middle - half, self.summit(index) - 2, middle + half, self.base)


def columns(
    grid: Grid,
    points: Points,
    top: float,
    base: float,
    labels: Labels,
    *,
    ends: tuple[float, float] | None = None,
    earlier: tuple[float | None, ...] = (),
    earlier_name: str = "",
) -> Items:
    """Bars from 0 at `base` to the highest at `top`, with their plans and labels.

    `ends` are the axis's where panels share one; the values of an earlier period are a line over the bars.
    """
    facts = {index: point.fact for index, point in enumerate(points) if point.fact}
    ends = ends or axis_ends([points])
    narrow = [index for index, fact in facts.items() if _width(fact) > grid.bar(_BAR) - 4]
    crowded = len(narrow) > len(facts) / 4  # then only the telling bars are labelled, all above their bars
    gaps = any(point.missing for point in points)
    room = _HEADROOM if crowded or narrow or gaps else 0.0
    drawn = _Columns(grid, points, Scale(*ends, base, top + room), top, base)
    inside = [] if crowded else [index for index in facts if index not in narrow and _holds(drawn, index)]
    clipped = [index for index, fact in facts.items() if drawn.scale.clips(fact.value)]
    chosen = [*clipped, *extremes(points)] if crowded else [index for index in facts if index not in inside]
    paths = paths_of(grid, drawn.scale, earlier)
    line = [box for spots in paths for box in along(spots, 4)]
    taken = [*(_occupied(drawn, index) for index in range(len(points))), *line]
    bounds = Edges(grid.left - 8, top - 8, grid.right + 8, base)
    placed = place([*_gaps(drawn, labels), *(_outside(drawn, index) for index in dict.fromkeys(chosen))], taken, bounds)
    shapes = [drawn.whole(index) for index in range(len(points))]
    name = name_near(paths, earlier_name, [*shapes, *line], placed, bounds)
    plans = flat(*(_plan(drawn, index) for index in range(len(points))))
    bars = flat(*(_bar(drawn, index) for index in facts))
    joints = flat(*(_joint(drawn, index, placed) for index in dict.fromkeys(chosen)))
    return (*plans, *bars, *rimmed(paths), *_inside(drawn, inside, line), *joints, *placed, *name)


def axis_ends(panels: Iterable[Points], earlier: Iterable[float | None] = ()) -> tuple[float, float]:
    """The ends of an axis from 0 that several panels can share."""
    points = [point for panel in panels for point in panel]
    values = [*(point.fact.value for point in points if point.fact), *(value for value in earlier if value is not None)]
    return limits(values, [0.0, *(point.plan for point in points if point.plan is not None)])


def _width(fact: Amount) -> float:
    return measure(fact.text, theme.VALUE)


def _plan(drawn: _Columns, index: int) -> Items:
    frame = drawn.frame(index)
    if not frame:
        return ()
    top, foot = ((frame.left, frame.top), (frame.right, frame.top)), frame.bottom
    outline = Stroke(((frame.left, foot), *top, (frame.right, foot)), theme.INK, theme.PLAN)
    point = drawn.points[index]
    if point.judged is Judgement.MISSED and point.fact:
        return (Box(frame.left, frame.top, frame.right, frame.bottom, theme.GAP), outline)
    return (outline,)


def _bar(drawn: _Columns, index: int) -> Items:
    bar, frame, fact = drawn.bar(index), drawn.frame(index), drawn.points[index].fact
    items: Items = (Box(bar.left, bar.top, bar.right, bar.bottom, theme.FACT),)
    if fact and drawn.scale.clips(fact.value):
        tip = ((bar.left + bar.right) / 2, bar.top)
        shoulder = bar.top + _ARROW
        items = (
            Box(bar.left, shoulder, bar.right, bar.bottom, theme.FACT),
            Area(((bar.left, shoulder), tip, (bar.right, shoulder)), theme.FACT),
        )
    if frame and frame.top > bar.top + 1 and frame.top < bar.bottom - 1:  # the plan crosses the bar: paper on dark
        items += (Stroke(((bar.left, frame.top), (bar.right, frame.top)), theme.PAPER, theme.HAIR),)
    return items


def _inside(drawn: _Columns, inside: list[int], line: list[Edges]) -> Items:
    """Labels in their bars: under the tops, or above the axis where a plan or a line would strike one through."""
    low = line or any(_struck(drawn, index) or _clipped(drawn, index) for index in inside)
    wishes = []
    for index in inside:
        fact = drawn.points[index].fact
        at = drawn.base - 16 if low else drawn.bar(index).top + 34
        higher = [drawn.bar(index).top + 34, (drawn.bar(index).top + drawn.base) / 2] if line else []
        style = theme.VALUE.inked(theme.PAPER)
        wishes.append([centred(drawn.grid.centre(index), y, fact.text, style) for y in (at, *higher) if fact])
    return place(wishes, line, Edges(drawn.grid.left, drawn.top, drawn.grid.right, drawn.base))


def _holds(drawn: _Columns, index: int) -> bool:
    """Whether the bar is high enough for its label, and as wide as it will be."""
    return drawn.base - drawn.bar(index).top >= _INSIDE and not drawn.points[index].running


def _struck(drawn: _Columns, index: int) -> bool:
    frame, bar = drawn.frame(index), drawn.bar(index)
    return frame is not None and bar.top + 10 < frame.top < bar.top + _INSIDE


def _clipped(drawn: _Columns, index: int) -> bool:
    fact = drawn.points[index].fact
    return fact is not None and drawn.scale.clips(fact.value)


def _outside(drawn: _Columns, index: int) -> list[Text]:
    """Places above the bar: within its plan if the plan leaves room, else above both, if they end near each other."""
    fact, bar, frame = drawn.points[index].fact, drawn.bar(index), drawn.frame(index)
    if not fact:
        return []
    over = frame is not None and frame.top < bar.top
    within = over and frame is not None and bar.top - frame.top > 40 and _width(fact) <= frame.right - frame.left - 6
    y = frame.top - 10 if frame and over and not within else bar.top - 10
    x = _over(drawn, index)
    return [centred(x, y - lift, fact.text, theme.VALUE) for lift in (0, 8, 16, 24, 32)]


def _over(drawn: _Columns, index: int) -> float:
    """Where a label stands: over the slot, or over the bar of one that is not over, but not outside."""
    place, fact = drawn.frame(index) or drawn.bar(index), drawn.points[index].fact
    half = _width(fact) / 2 if fact else 0.0
    x = (place.left + place.right) / 2 if drawn.points[index].running else drawn.grid.centre(index)
    return min(max(x, drawn.grid.left - 8 + half), drawn.grid.right + 8 - half)


def _joint(drawn: _Columns, index: int, labels: Iterable[Text]) -> Items:
    """From a label that stands over its plan down to its bar: what is less than the plan is not read as more."""
    fact, bar, frame = drawn.points[index].fact, drawn.bar(index), drawn.frame(index)
    if not fact or not frame or frame.top >= bar.top - 1:
        return ()
    x = _over(drawn, index)
    label = next(
        (each for each in labels if each.words == fact.text and abs(each.edges.left - x + _width(fact) / 2) < 1), None
    )
    if label is None or label.edges.bottom > frame.top:
        return ()
    at = (bar.left + bar.right) / 2
    return (
        Stroke(((at, label.edges.bottom + 1), (at, bar.top)), theme.SECOND, theme.CONNECTOR),
        Disc(at, bar.top, _POINT, theme.SECOND),
    )


def _gaps(drawn: _Columns, labels: Labels) -> list[list[Text]]:
    """Words above each run of slots without data, above its plans too."""
    grid = drawn.grid
    wishes = []
    for first, last in runs_of([point.missing for point in drawn.points]):
        middle = (grid.centre(first) + grid.centre(last)) / 2
        summit = min(drawn.summit(index) for index in range(first, last + 1))
        wishes.append(
            [
                centred(middle, summit - 12 - lift, text, style)
                for text in (labels.no_data, labels.no_data_short)
                for style in (theme.QUIET, theme.LEAST)
                for lift in range(0, 121, 12)
                if measure(text, style) <= (last - first + 1.6) * grid.pitch
            ]
        )
    return wishes


def _occupied(drawn: _Columns, index: int) -> Edges:
    """The bar, or the outline of its plan at both sides and its top where the bar leaves it empty."""
    half = drawn.grid.pitch / 2 - 2
    middle = drawn.grid.centre(index)
    frame, known = drawn.frame(index), drawn.points[index].fact is not None
    bar_top = drawn.bar(index).top if known else drawn.base
    roomy = frame is not None and known and bar_top - frame.top > 40
    top = bar_top if roomy else drawn.summit(index)
    return Edges(middle - half, top - 2, middle + half, drawn.base)
