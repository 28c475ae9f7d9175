"""A small rate by slot as pins from 0 under its ceiling; a pin through the ceiling is a miss."""

from collections.abc import Iterator

from charts.canvas import theme
from charts.canvas.layout import Grid, Scale, around, limits, line_name, place, pointer, runs_of, telling
from charts.canvas.lines import usual
from charts.canvas.scene import Disc, Edges, Items, Spot, Stroke, Text, centred, left, middle, right
from charts.model import Amount, Judgement, Labels, Points

_HEAD = 9.0
_SIGN = 15.0
_STEM = 5.0


def pins(
    grid: Grid, points: Points, limit: Amount | None, heading: Text, top: float, base: float, labels: Labels
) -> Items:
    """Pins from `base` to the highest near `top`, under a heading that labels keep away from."""
    facts = [point.fact.value for point in points if point.fact]
    low, high = limits(facts, [0.0, *([limit.value] if limit else [])])
    scale = Scale(low, high, base, top + 24)
    spots = {index: (grid.centre(index), scale(point.fact.value)) for index, point in enumerate(points) if point.fact}
    ceiling = _ceiling(grid, limit, scale)
    floor = Stroke(((grid.left, base), (grid.right, base)), theme.INK, theme.HAIR)
    heads = tuple(item for index in spots for item in _pin(spots[index], points, index, scale, base))
    taken = [
        heading.edges,
        *(
            around(x, y, _SIGN if points[index].judged is Judgement.MISSED else _HEAD)
            for index, (x, y) in spots.items()
        ),
        *(Edges(x - _STEM, y, x + _STEM, base) for x, y in spots.values()),
        *(Edges(stroke.spots[0][0], stroke.spots[0][1] - 3, grid.right, stroke.spots[0][1] + 3) for stroke in ceiling),
    ]
    bounds = Edges(grid.left - 8, top - 12, grid.right + 8, base)
    name = [line_name(grid, scale(limit.value), limit.text)] if limit else []
    placed = place([*_values(spots, points), *name, *_gaps(grid, points, base, labels)], taken, bounds)
    return (heading, *usual(grid, points, scale, ends=(1,)), *ceiling, floor, *heads, *placed)


def _ceiling(grid: Grid, limit: Amount | None, scale: Scale) -> tuple[Stroke, ...]:
    if not limit:
        return ()
    y = scale(limit.value)
    return (Stroke(((grid.left, y), (grid.right, y)), theme.INK, theme.PLAN),)


def _pin(spot: Spot, points: Points, index: int, scale: Scale, base: float) -> Items:
    x, y = spot
    point = points[index]
    missed = point.judged is Judgement.MISSED
    colour = theme.MISSED if missed else theme.FACT
    stem = Stroke(((x, base), (x, y)), colour, _STEM)
    if missed or (point.fact and scale.clips(point.fact.value)):
        return (stem, pointer(x, y, colour, up=True, size=_SIGN))
    if point.running or point.few:
        return (stem, Disc(x, y, _HEAD - 1.5, theme.PAPER, theme.FACT, 3))
    return (stem, Disc(x, y, _HEAD, theme.FACT))


def _values(spots: dict[int, Spot], points: Points) -> Iterator[list[Text]]:
    for index in telling(points):
        fact = points[index].fact
        if not fact:
            continue
        x, y = spots[index]
        missed = points[index].judged is Judgement.MISSED
        style, reach = (theme.MISS, _SIGN) if missed else (theme.STRONG, _HEAD)
        beside = [
            align(x + side * (reach + 6), middle(y - lift, style), fact.text, style)
            for side, align in ((1, left), (-1, right))
            for lift in ((0, 6, 12) if missed else (0,))
        ]
        above = [centred(x, y - reach - 9, fact.text, style)]
        yield [*beside, *above] if missed else [*above, *reversed(beside)]


def _gaps(grid: Grid, points: Points, base: float, labels: Labels) -> Iterator[list[Text]]:
    for first, last in runs_of([point.missing for point in points]):
        x = (grid.centre(first) + grid.centre(last)) / 2
        yield [
            centred(x, base - 14 - lift, text, theme.QUIET)
            for text in (labels.no_data, labels.no_data_short)
            for lift in (0, 34, 64)
        ]
