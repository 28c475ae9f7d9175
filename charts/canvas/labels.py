"""Labels on the data: which of them are printed, and where they touch nothing."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, hypot

from charts.canvas import theme
from charts.canvas.scene import Edges, Path, Text, right
from charts.canvas.slots import Grid
from charts.model import Judgement, Points


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
