"""Signs of a verdict and labels on the data: where they stand, and where they touch nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, hypot

from charts.canvas import theme
from charts.canvas.scene import Area, Box, Disc, Edges, Items, Path, Stroke, Text, right
from charts.canvas.slots import Grid
from charts.model import Judgement, Points


def verdict(which: Judgement, x: float, y: float, size: float = 1.0) -> Items:
    """Its sign with the middle at (x, y), 36 px high at size 1."""
    match which:
        case Judgement.MISSED:
            return (Disc(x, y, 18 * size, theme.MISSED), *_bang(x, y, theme.PAPER, size))
        case Judgement.BEHIND:
            corners = ((x, y - 16 * size), (x + 18 * size, y + 15 * size), (x - 18 * size, y + 15 * size))
            return (
                Area(corners, edge=theme.BEHIND, line=3.5 * size),
                *_bang(x, y + 3.5 * size, theme.BEHIND, 0.72 * size),
            )
        case Judgement.MET:
            return (tick(x, y, size),)
        case Judgement.NONE:
            return (Box(x - 9 * size, y - 2, x + 9 * size, y + 2, theme.PREVIOUS),)


def tick(x: float, y: float, size: float) -> Stroke:
    corners = ((x - 11 * size, y + 1 * size), (x - 3 * size, y + 9 * size), (x + 11 * size, y - 8 * size))
    return Stroke(corners, theme.MET, 5.5 * size)


def pointer(x: float, y: float, colour: str, *, up: bool, size: float = 12.0) -> Area:
    """A triangle with its middle at (x, y)."""
    tip = -size if up else size
    return Area(((x - size, y - tip * 0.85), (x + size, y - tip * 0.85), (x, y + tip)), colour)


def arrow(x: float, y: float, colour: str, *, rightwards: bool, size: float = 12.0) -> Area:
    """A triangle on its side, with its middle at (x, y)."""
    tip = size if rightwards else -size
    return Area(((x - tip * 0.85, y - size), (x - tip * 0.85, y + size), (x + tip, y)), colour)


def _bang(x: float, y: float, colour: str, size: float) -> Items:
    """An exclamation mark: a wedge and a dot."""
    wide, thin, top, low = 3.0 * size, 2.0 * size, y - 11 * size, y + 3 * size
    wedge = ((x - wide, top), (x + wide, top), (x + thin, low), (x - thin, low))
    return (Area(wedge, colour), Disc(x, y + 8.5 * size, 3.0 * size, colour))


def place(wishes: Iterable[Sequence[Text]], taken: Iterable[Edges], bounds: Edges) -> tuple[Text, ...]:
    """For each label its first wished place that is free; a label with no free place is left out.

    The first wishes come first, so they are given in the order of their importance.
    """
    occupied = list(taken)
    placed = []
    for places in wishes:
        free = (text for text in places if _free(text.edges, occupied, bounds))
        if text := next(free, None):
            placed.append(text)
            occupied.append(text.edges)
    return tuple(placed)


def extremes(points: Points) -> list[int]:
    """The slots of the highest, the lowest and the last value."""
    known = {index: point.fact.value for index, point in enumerate(points) if point.fact}
    if not known:
        return []
    order = sorted(known, key=lambda index: known[index])
    return list(dict.fromkeys([order[-1], order[0], max(known)]))


def telling(points: Points) -> list[int]:
    """The slots worth a label: the extremes and the missed ones, but no others."""
    missed = [index for index, point in enumerate(points) if point.fact and point.judged is Judgement.MISSED]
    return list(dict.fromkeys([*extremes(points), *missed]))


def along(spots: Path, clearance: float) -> list[Edges]:
    """Small boxes along a line, for labels to keep away from."""
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(spots):
        steps = max(1, ceil(hypot(x1 - x0, y1 - y0) / 8))
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
            boxes.append(Edges(x - clearance, y - clearance, x + clearance, y + clearance))
    return boxes


def around(x: float, y: float, radius: float) -> Edges:
    """The box of a dot or a sign."""
    return Edges(x - radius, y - radius, x + radius, y + radius)


def line_name(grid: Grid, y: float, words: str) -> list[Text]:
    """The name of a line at `y`: over its right end, or further to the left, or under it."""
    ends = [grid.right - step * grid.pitch for step in range(len(grid.slots))]
    return [right(end, baseline, words, theme.QUIET) for baseline in (y - 11, y + 30) for end in ends]


def _free(edges: Edges, occupied: list[Edges], bounds: Edges) -> bool:
    left, top, right, bottom = edges.left, edges.top, edges.right, edges.bottom
    if left < bounds.left or right > bounds.right or top < bounds.top or bottom > bounds.bottom:
        return False
    for other in occupied:  # written out: a picture asks this some two thousand times
        if left < other.right and other.left < right and top < other.bottom and other.top < bottom:
            return False
    return True
