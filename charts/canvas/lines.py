"""A level by slot as a line against its norm, its misses as triangles beyond it; the period before as a lighter line.

The period before gets no verdict.
"""

from collections.abc import Iterator, Sequence

from charts.canvas import theme
from charts.canvas.layout import CROWD, Grid, Scale, along, around, line_name, place, pointer, runs_of, telling
from charts.canvas.scene import Disc, Edges, Items, Path, Spot, Stroke, Text, centred, flat, left, middle, right
from charts.model import Amount, Judgement, Labels, Point, Points

WIDTH = 5.0
_RIM = 9.0
_DASH = 0.7  # of a slot
_APART, _OVER = 24.0, 8.0
"""From a value's label, whose name it is not."""
_NAME = theme.VALUE.inked(theme.SECOND)


def pieces(grid: Grid, scale: Scale, values: Sequence[float | None]) -> list[Path]:
    """The line in pieces, between slots without data."""
    return [
        tuple((grid.centre(index), scale(values[index] or 0)) for index in range(first, last + 1))
        for first, last in runs_of([value is not None for value in values])
    ]


def paths_of(grid: Grid, scale: Scale, values: Sequence[float | None]) -> list[Path]:
    """The pieces as they are drawn: one of a single slot is a dash, since a line has two ends."""
    half = grid.bar(_DASH) / 2
    return [
        spots if len(spots) > 1 else tuple((x + side, y) for x, y in spots for side in (-half, half))
        for spots in pieces(grid, scale, values)
    ]


def rimmed(paths: Sequence[Path], width: float = WIDTH) -> Items:
    """With a rim of paper, so that it stays visible on bars."""
    rim = width + _RIM - WIDTH
    return flat(*((Stroke(spots, theme.PAPER, rim), Stroke(spots, theme.PREVIOUS, width)) for spots in paths))


def name_near(
    paths: Sequence[Path], words: str, taken: Sequence[Edges], labels: Sequence[Text], bounds: Edges
) -> tuple[Text, ...]:
    """Its name near the line, the end first, well apart from the labels of values."""
    spots = [spot for path in reversed(paths) for spot in reversed(path)]
    if not words or not spots:
        return ()
    step = max(1, len(spots) // 31)
    places = [centred(x, y + shift, words, _NAME) for shift in (-14, 34, -24, 44) for x, y in spots[::step]]
    apart = [
        Edges(e.left - _APART, e.top - _OVER, e.right + _APART, e.bottom + _OVER) for e in (t.edges for t in labels)
    ]
    return place([places], [*taken, *apart], bounds)


_DOT = 6.5
_SIGN = 15.0
_TOLD = 4
"""In a crowd of slots only so many misses are labelled."""


def trend(
    grid: Grid,
    points: Points,
    reference: Amount | None,
    scale: Scale,
    bounds: Edges,
    labels: Labels,
    *,
    named: bool = False,
    earlier: tuple[float | None, ...] = (),
    earlier_name: str = "",
    mean: Stroke | None = None,
) -> Items:
    """The line with gaps where nothing is known, and its labels: the misses, the last, the worst.

    The reference is `named` here where nothing stands beside the panel; without one the norm is each point's own
    plan. The `mean` stands for a norm where there is none. In a crowd of slots there are no dots, and misses are stems
    from the norm.
    """
    spots = {index: (grid.centre(index), scale(point.fact.value)) for index, point in enumerate(points) if point.fact}
    dot = min(_DOT, grid.pitch / 5)
    crowd = len(points) > CROWD
    floors = [_floor(point.plan, reference, scale) for point in points]
    norm = (*([mean] if mean else []), *_norm(grid, floors))
    spread = usual(grid, points, scale)
    told = [index for index in _told(spots, points, scale, floors, crowd=crowd) if index in spots]
    strokes = list(_strokes(spots, points))
    paths = paths_of(grid, scale, earlier)
    stems: list[Items] = []
    signs: list[Items] = []
    for index, spot in spots.items():
        stems.append(_stem(spot, points[index], floors[index], grid.pitch))
        if not crowd or index in told or _alone(index, spots):
            signs.append(_sign(spot, points[index], scale, floors[index], dot if not crowd else _DOT))
    taken = [
        *(box for spots in paths for box in along(spots, 4)),
        *(box for stroke in (*strokes, *norm) for box in along(stroke.spots, 4)),
        *(box for stem in flat(*stems) if isinstance(stem, Stroke) for box in _upright(stem)),
        *(_around(spot, points[index], dot, crowd=crowd) for index, spot in spots.items()),
    ]
    name = [line_name(grid, floors[-1], reference.text)] if named and reference and floors[-1] is not None else []
    wishes = [
        *(_label(spots[index], points, index, floors[index]) for index in told),
        *name,
        *_gaps(grid, spots, points, bounds, labels),
    ]
    placed = place(wishes, taken, bounds)
    named_line = name_near(paths, earlier_name, taken, placed, bounds)
    return (*spread, *norm, *flat(*stems), *rimmed(paths, theme.LINE), *strokes, *flat(*signs), *placed, *named_line)


def usual(grid: Grid, points: Points, scale: Scale, base: float = 0.0, ends: Sequence[int] = (0, 1)) -> Items:
    """The limits of chance as thin lines in steps, less a base; what lies beyond the axis is not drawn.

    `ends`: the lower (0) and the upper (1).
    """
    lines: list[Items] = []
    for end in ends:
        known = [None if point.usual is None else point.usual[end] - base for point in points]
        for first, last in runs_of([value is not None and not scale.clips(value) for value in known]):
            heights = [(index, scale(known[index] or 0.0)) for index in range(first, last + 1)]
            path = tuple(spot for n, y in heights for spot in ((grid.start(n), y), (grid.start(n + 1), y)))
            lines.append((Stroke(path, theme.PREVIOUS, theme.HAIR, (3, 6)),))
    return flat(*lines)


def _floor(plan: float | None, reference: Amount | None, scale: Scale) -> float | None:
    """The height of the norm at a point."""
    if reference:
        return scale(reference.value)
    return None if plan is None else scale(plan)


def _norm(grid: Grid, floors: list[float | None]) -> tuple[Stroke, ...]:
    """The norm in ink, in steps where it changes."""
    spots: list[Path] = []
    for first, last in runs_of([floor is not None for floor in floors]):
        path: list[Spot] = []
        for index in range(first, last + 1):
            y = floors[index] or 0.0
            if not path or path[-1][1] != y:
                path += [(grid.start(index), y), (grid.start(index + 1), y)]
            else:
                path[-1] = (grid.start(index + 1), y)
        spots.append(tuple(path))
    return tuple(Stroke(path, theme.INK, theme.PLAN) for path in spots)


def _strokes(spots: dict[int, Spot], points: Points) -> Iterator[Stroke]:
    """One line per run of known slots; the way to a slot that is not over is dashed."""
    for first, last in runs_of([index in spots for index in range(len(points))]):
        run = [spots[index] for index in range(first, last + 1)]
        if points[last].running and len(run) > 1:
            yield Stroke((run[-2], run[-1]), theme.FACT, theme.LINE, (9, 6))
            run.pop()
        if len(run) > 1:
            yield Stroke(tuple(run), theme.FACT, theme.LINE)


def _alone(index: int, spots: dict[int, Spot]) -> bool:
    """A point between two gaps has no line, so it needs its dot."""
    return index - 1 not in spots and index + 1 not in spots


def _stem(spot: Spot, point: Point, floor: float | None, pitch: float) -> Items:
    """From the norm to a miss."""
    if point.judged is not Judgement.MISSED or floor is None:
        return ()
    return (Stroke(((spot[0], floor), spot), theme.MISSED, min(theme.LINE, max(0.7 * pitch, 2))),)


def _upright(stem: Stroke) -> list[Edges]:
    (x, start), (_, end) = stem.spots[0], stem.spots[-1]
    return [Edges(x - 4, min(start, end), x + 4, max(start, end))]


def _sign(spot: Spot, point: Point, scale: Scale, floor: float | None, dot: float) -> Items:
    x, y = spot
    clipped = point.fact is not None and scale.clips(point.fact.value)
    missed = point.judged is Judgement.MISSED
    if not missed and not clipped:
        hollow = point.running or point.few
        return (Disc(x, y, dot, theme.PAPER if hollow else theme.FACT, theme.FACT, 3 if hollow else 0),)
    above = y < floor if floor is not None else y <= (scale.at_low + scale.at_high) / 2
    return (pointer(x, y, theme.MISSED if missed else theme.FACT, up=above, size=min(_SIGN, max(2 * dot, 9))),)


def _around(spot: Spot, point: Point, dot: float, *, crowd: bool) -> Edges:
    """What a dot takes, or a sign."""
    return around(*spot, _SIGN if point.judged is Judgement.MISSED and not crowd else dot)


def _told(
    spots: dict[int, Spot], points: Points, scale: Scale, floors: list[float | None], *, crowd: bool
) -> list[int]:
    """The points with labels in order of importance. Of the extremes only the one nearest to the norm matters."""
    last = max(spots, default=-1)
    clipped = [index for index, point in enumerate(points) if point.fact and scale.clips(point.fact.value)]
    limits = {index: floor for index in spots if (floor := floors[index]) is not None}
    if not limits:
        return list(dict.fromkeys([*clipped, *telling(points)]))[: 2 * _TOLD if crowd else None]
    nearest = sorted(limits, key=lambda index: abs(spots[index][1] - limits[index]))
    missed = [index for index in reversed(nearest) if points[index].judged is Judgement.MISSED]
    if crowd:
        clipped, missed = clipped[:_TOLD], missed[:_TOLD]
    return list(dict.fromkeys([*clipped, *missed, last, *([] if missed else nearest[:1])]))


def _label(spot: Spot, points: Points, index: int, floor: float | None) -> list[Text]:
    fact = points[index].fact
    return _beside(spot, fact.text, points[index].judged is Judgement.MISSED, floor) if fact else []


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
    if floor is None:
        return [*above, *below, *sides]
    # «382» over a line of 400 is not read as less: a label stays on its point's side of the norm.
    if y <= floor:
        return [each for each in (*above, *below, *sides) if y == floor or each.edges.bottom <= floor]
    return [each for each in (*below, *sides, *above) if each.edges.top >= floor]


def _gaps(grid: Grid, spots: dict[int, Spot], points: Points, bounds: Edges, labels: Labels) -> Iterator[list[Text]]:
    """Words at each gap, near the height of the line beside it."""
    for first, last in runs_of([point.missing for point in points]):
        x = (grid.centre(first) + grid.centre(last)) / 2
        beside = [spots[index][1] for index in (first - 1, last + 1) if index in spots]
        y = sum(beside) / len(beside) if beside else (bounds.top + bounds.bottom) / 2
        yield [
            centred(x, middle(y + shift, theme.QUIET), text, theme.QUIET)
            for text in (labels.no_data, labels.no_data_short)
            for shift in (0, 34, -34, 48, -48, 64, -64, 90, -90, 120, -120)
        ]
