"""One metric over any period, line by line: a level against its norm, or a volume in the frames of its plan."""

from dataclasses import dataclass, replace
from math import ceil

from charts.canvas import theme
from charts.canvas.columns import axis_ends, columns
from charts.canvas.layout import CROWD, Grid, Scale, along, axis, extremes, limits, place, runs_of
from charts.canvas.lettering import measure
from charts.canvas.lines import name_near, paths_of, pieces, rimmed, trend
from charts.canvas.scene import Area, Edges, Items, Path, Scene, Stroke, Text, centred, flat
from charts.forms.multiples import Levels, LinePanel, Panel, Stack, beside, stack
from charts.model import Amount, Judgement, Point, Points

_HEADROOM = 44.0
_LABEL = 34.0
"""The room that a label takes under the lowest point, and over or under a sign of a miss."""
_MISS = 48.0


@dataclass(frozen=True)
class Series(Levels):
    """One metric of up to six lines over the slots of any period, with the period it is compared with."""

    volume: bool = False
    """A volume is drawn as bars from 0 in the frames of its plan, a level as a line against its norm."""
    before: str = ""
    """What the lighter line is: «17–31 мая»."""


def scene(picture: Series) -> Scene:
    stacked = stack(picture, figures_over=picture.volume)
    make, ends = (_volume, _volume_ends(picture)) if picture.volume else (_level, _level_ends(picture))
    panels = flat(*(make(picture, stacked, panel, ends) for panel in stacked.panels))
    return Scene.on(stacked.canvas, (*stacked.items, *panels), picture.titles.alt_text)


def _level_ends(picture: Series) -> tuple[float, float]:
    """One scale for all lines; a line without a norm has its own figure for the period as the reference."""
    points = [point for line in picture.lines for point in line.points]
    facts = [point.fact.value for point in points if point.fact]
    earlier = [value for line in picture.lines for value in line.before if value is not None]
    norms = [point.plan for point in points if point.plan is not None]
    norms += [line.reference.value for line in picture.lines if line.reference]
    totals = [total.value for line in picture.lines if (total := _mean(line))]
    return limits([*facts, *earlier], [*norms, *totals])


def _volume_ends(picture: Series) -> tuple[float, float]:
    return axis_ends(
        [line.points for line in picture.lines], [value for line in picture.lines for value in line.before]
    )


def _mean(line: LinePanel) -> Amount | None:
    """The figure for the period where there is no norm to set the line against."""
    planned = line.reference or any(point.plan is not None for point in line.points)
    return None if planned else line.total


def _level(picture: Series, stacked: Stack, panel: Panel, ends: tuple[float, float]) -> Items:
    line, edges = panel.line, panel.edges
    room = min(_HEADROOM, (edges.bottom - edges.top) * 0.22)
    over, under = (max(room, _MISS) if side in _missed(picture) else room for side in (1, -1))
    scale = Scale(*ends, edges.bottom - max(under, _LABEL), edges.top + over)
    plans = [point.plan for point in line.points if point.plan is not None]
    centres = [*([line.reference.value] if line.reference else []), *reversed(plans)]
    centres += [line.total.value] if line.total else []
    level = scale(centres[0]) if centres else (edges.top + edges.bottom) / 2
    dashed = Stroke(((edges.left, level), (edges.right, level)), theme.PREVIOUS, theme.HAIR, (8, 6))
    bounds = Edges(edges.left - 8, edges.top - 4, edges.right + 6, edges.bottom)
    drawn = trend(
        stacked.grid,
        line.points,
        line.reference,
        scale,
        bounds,
        picture.labels,
        earlier=line.before,
        earlier_name=_earlier_name(picture, stacked, panel),
        mean=dashed if _mean(line) else None,
    )
    first = panel is stacked.panels[0] or not stacked.tight
    figures = beside(stacked, panel, level, picture.labels, period=first, mean=_mean(line) is not None)
    return (*drawn, *figures)


def _missed(picture: Series) -> set[int]:
    """The sides of the norm on which points missed it: 1 over it, -1 under it."""
    points = [point for line in picture.lines for point in line.points if point.judged is Judgement.MISSED]
    return {1 if point.fact.value > point.plan else -1 for point in points if point.fact and point.plan is not None}


def _volume(picture: Series, stacked: Stack, panel: Panel, ends: tuple[float, float]) -> Items:
    line, edges = panel.line, panel.edges
    made = _flow if len(line.points) > CROWD else _columns
    return (*made(picture, stacked, panel, ends), axis(stacked.grid, edges.bottom))


def _columns(picture: Series, stacked: Stack, panel: Panel, ends: tuple[float, float]) -> Items:
    return columns(
        stacked.grid,
        panel.line.points,
        panel.edges.top,
        panel.edges.bottom,
        picture.labels,
        ends=ends,
        earlier=panel.line.before,
        earlier_name=_earlier_name(picture, stacked, panel),
    )


def _flow(picture: Series, stacked: Stack, panel: Panel, ends: tuple[float, float]) -> Items:
    """Too many slots for bars: a solid area from 0, what is missing to the plan tinted, the plan as a line in ink."""
    line, edges, grid = panel.line, panel.edges, stacked.grid
    scale = Scale(*ends, edges.bottom, edges.top + _HEADROOM)
    half = grid.pitch / 2
    facts = pieces(grid, scale, [point.fact.value if point.fact else None for point in line.points])
    plans = paths_of(grid, scale, [point.plan for point in line.points])
    lacking = [point.plan if point.judged is Judgement.MISSED else None for point in line.points]
    earlier = paths_of(grid, scale, line.before)
    gaps = tuple(_area(spots, half, edges.bottom, theme.GAP) for spots in pieces(grid, scale, lacking))
    areas = tuple(_area(spots, half, edges.bottom, theme.FACT) for spots in facts)
    frames = tuple(Stroke(spots, theme.INK, theme.PLAN) for spots in plans)
    under = [point.plan if _crosses(point) else None for point in line.points]
    inside = tuple(Stroke(spots, theme.PAPER, theme.PLAN) for spots in paths_of(grid, scale, under))
    taken = [Edges(x - half, y, x + half, edges.bottom) for spots in facts for x, y in spots]
    taken += [box for spots in (*plans, *earlier) for box in along(spots, 4)]
    wishes = [
        *(_peak(grid, scale, line.points, index) for index in _peaks(line.points, scale)),
        *_gaps(picture, stacked, panel, scale),
    ]
    bounds = Edges(edges.left - 8, edges.top - 8, edges.right + 8, edges.bottom)
    placed = place(wishes, taken, bounds)
    name = name_near(earlier, _earlier_name(picture, stacked, panel), taken, placed, bounds)
    return (*gaps, *frames, *areas, *inside, *rimmed(earlier, theme.LINE), *placed, *name)


def _crosses(point: Point) -> bool:
    """Whether the plan lies within the solid area, where ink is not seen."""
    return point.plan is not None and point.fact is not None and point.plan < point.fact.value


def _area(spots: Path, half: float, base: float, fill: str) -> Area:
    """From the axis up to the spots, half a slot beyond the first and the last."""
    (first, y_first), (last, y_last) = spots[0], spots[-1]
    top = ((first - half, y_first), *spots, (last + half, y_last))
    return Area(((first - half, base), *top, (last + half, base)), fill)


def _peaks(points: Points, scale: Scale) -> list[int]:
    clipped = [index for index, point in enumerate(points) if point.fact and scale.clips(point.fact.value)]
    full = tuple(replace(point, fact=None) if point.running else point for point in points)
    return list(dict.fromkeys([*clipped[:4], *extremes(full)]))


def _peak(grid: Grid, scale: Scale, points: Points, index: int) -> list[Text]:
    """Places near the spot; of one that lies between higher ones, over these."""
    fact, x = points[index].fact, grid.centre(index)
    if not fact:
        return []
    y = scale(fact.value)
    shifts = [(side, lift) for lift in (10, 18, 26, 34) for side in (0, -24, 24, -48, 48)]
    near = ceil(measure(fact.text, theme.VALUE) / grid.pitch) + 1
    beside = [scale(point.fact.value) for point in points[max(index - near, 0) : index + near + 1] if point.fact]
    over = [min(beside) - lift for lift in (10, 18, 26)]
    return [
        *(centred(x + side, y - lift, fact.text, theme.VALUE) for side, lift in shifts),
        *(centred(x, top, fact.text, theme.VALUE) for top in over),
    ]


def _gaps(picture: Series, stacked: Stack, panel: Panel, scale: Scale) -> list[list[Text]]:
    """Words in the widest gaps, or over what stands beside them."""
    grid, points = stacked.grid, panel.line.points
    runs = sorted(runs_of([point.missing for point in points]), key=lambda run: run[0] - run[1])
    wishes = []
    for first, last in runs[:4]:
        x = (grid.centre(first) + grid.centre(last)) / 2
        near = ceil(measure(picture.labels.no_data_short, theme.QUIET) / grid.pitch) + 1
        beside = [point.fact.value for point in points[max(first - near, 0) : last + near + 1] if point.fact]
        over = [scale(max(beside)) - lift for lift in (14, 34, 64)] if beside else []
        heights = [*(panel.edges.bottom - lift for lift in (14, 34, 64, 94)), *over]
        texts = (picture.labels.no_data, picture.labels.no_data_short)
        wishes.append([centred(x, y, text, theme.QUIET) for text in texts for y in heights])
    return wishes


def _earlier_name(picture: Series, stacked: Stack, panel: Panel) -> str:
    """It is named once."""
    first = next(each for each in stacked.panels if each.line.before) if panel.line.before else None
    return picture.before if panel is first else ""
