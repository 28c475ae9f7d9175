"""A level by slot: a line against the norm it must keep to, its misses as triangles beyond it."""

from collections.abc import Iterator

from charts import theme
from charts.labels import along, around, line_name, place, telling
from charts.marks import pointer
from charts.model import Amount, Points, Verdict, Words
from charts.scale import Scale
from charts.scene import Disc, Edges, Items, Spot, Stroke, Text, centred, left, middle, right
from charts.slots import Grid, runs_of

_DOT = 6.5
_SIGN = 15.0


def trend(
    grid: Grid,
    points: Points,
    reference: Amount | None,
    scale: Scale,
    bounds: Edges,
    words: Words,
    *,
    named: bool = False,
) -> Items:
    """The line with gaps where nothing is known, and its labels: the misses, the last, the worst.

    The reference is `named` here where nothing stands beside the panel.
    """
    spots = {index: (grid.centre(index), scale(point.fact.value)) for index, point in enumerate(points) if point.fact}
    dot = min(_DOT, grid.pitch / 5)
    floor = scale(reference.value) if reference else None
    strokes = list(_strokes(spots, points))
    signs: Items = ()
    for index, spot in spots.items():
        signs += _sign(spot, points, index, scale, floor, dot)
    norm = (Stroke(((bounds.left, floor), (bounds.right, floor)), theme.INK, theme.PLAN),) if floor is not None else ()
    taken = [
        *(box for stroke in (*strokes, *norm) for box in along(stroke.spots, 4)),
        *(around(x, y, _SIGN if points[index].judged is Verdict.MISSED else dot) for index, (x, y) in spots.items()),
    ]
    name = [line_name(grid, floor, reference.text)] if named and reference and floor is not None else []
    wishes = [*_values(spots, points, scale, floor), *name, *_gaps(grid, spots, points, bounds, words)]
    labels = place(wishes, taken, bounds)
    return (*norm, *strokes, *signs, *labels)


def _strokes(spots: dict[int, Spot], points: Points) -> Iterator[Stroke]:
    """One line per run of known slots; the way to a slot that is not over is dashed."""
    for first, last in runs_of([index in spots for index in range(len(points))]):
        run = [spots[index] for index in range(first, last + 1)]
        if points[last].running and len(run) > 1:
            yield Stroke((run[-2], run[-1]), theme.FACT, theme.LINE, (9, 6))
            run.pop()
        if len(run) > 1:
            yield Stroke(tuple(run), theme.FACT, theme.LINE)


def _sign(spot: Spot, points: Points, index: int, scale: Scale, floor: float | None, dot: float) -> Items:
    x, y = spot
    point = points[index]
    clipped = point.fact is not None and scale.clips(point.fact.value)
    missed = point.judged is Verdict.MISSED
    if not missed and not clipped:
        return (Disc(x, y, dot, theme.PAPER if point.running else theme.FACT, theme.FACT, 3 if point.running else 0),)
    colour = theme.MISSED if missed else theme.FACT
    above = y < floor if floor is not None else y <= (scale.at_low + scale.at_high) / 2
    stem = (Stroke(((x, floor), (x, y)), colour, theme.LINE),) if missed and floor is not None else ()
    return (*stem, pointer(x, y, colour, up=above, size=min(_SIGN, max(2 * dot, 9))))


def _values(spots: dict[int, Spot], points: Points, scale: Scale, floor: float | None) -> Iterator[list[Text]]:
    """Labels in order of importance. Of the extremes only the one nearest to the norm, or beyond it, matters."""
    last = max(spots, default=-1)
    clipped = [index for index, point in enumerate(points) if point.fact and scale.clips(point.fact.value)]
    if floor is None:
        chosen = [*clipped, *telling(points)]
    else:
        limit = floor
        nearest = sorted(spots, key=lambda index: abs(spots[index][1] - limit))
        missed = [index for index in spots if points[index].judged is Verdict.MISSED]
        missed.sort(key=lambda index: -abs(spots[index][1] - limit))
        chosen = [*clipped, *missed, last, *([] if missed else nearest[:1])]
    for index in dict.fromkeys(chosen):
        fact = points[index].fact if index >= 0 else None
        if fact:
            yield _beside(spots[index], fact.text, points[index].judged is Verdict.MISSED, floor)


def _beside(spot: Spot, text: str, missed: bool, floor: float | None) -> list[Text]:
    """Places for a label around its point, the side away from the norm first."""
    x, y = spot
    style, reach = (theme.MISS, _SIGN + 2) if missed else (theme.STRONG, _DOT + 4)
    above = [centred(x, y - reach - 4 - lift, text, style) for lift in (0, 8, 18)]
    below = [centred(x, y + reach + 0.72 * style.size + drop, text, style) for drop in (0, 8, 18)]
    sides = [
        right(x - reach - 4, middle(y, style), text, style),
        left(x + reach + 4, middle(y, style), text, style),
    ]
    return [*above, *below, *sides] if floor is None or y <= floor else [*below, *sides, *above]


def _gaps(grid: Grid, spots: dict[int, Spot], points: Points, bounds: Edges, words: Words) -> Iterator[list[Text]]:
    """Words at each gap, near the height of the line beside it."""
    for first, last in runs_of([point.missing for point in points]):
        x = (grid.centre(first) + grid.centre(last)) / 2
        beside = [spots[index][1] for index in (first - 1, last + 1) if index in spots]
        y = sum(beside) / len(beside) if beside else (bounds.top + bounds.bottom) / 2
        yield [
            centred(x, middle(y + shift, theme.QUIET), text, theme.QUIET)
            for text in (words.no_data, words.no_data_short)
            for shift in (0, 34, -34, 48, -48, 64, -64)
        ]
