"""Looking at a scene: what lies where, under what, in which contrast."""

import itertools
from collections.abc import Sequence

from charts.canvas import theme
from charts.canvas.render import rgb
from charts.canvas.scene import Area, Box, Disc, Edges, Hatch, Scene, Stroke


def bars(scene: Scene) -> list[Box]:
    return boxes(scene, theme.FACT)


def boxes(scene: Scene, fill: str) -> list[Box]:
    return [item for item in scene.items if isinstance(item, Box) and item.fill == fill]


def words(scene: Scene) -> set[str]:
    return {text.words for text in scene.texts}


def width(box: Box) -> float:
    return box.right - box.left


def height(box: Box) -> float:
    return box.bottom - box.top


def height_of(area: Area) -> float:
    ys = [y for _, y in area.spots]
    return max(ys) - min(ys)


def samples_of(edges: Edges) -> list[tuple[float, float]]:
    xs = [edges.left + (edges.right - edges.left) * part for part in (0.02, 0.25, 0.5, 0.75, 0.98)]
    ys = [edges.top + (edges.bottom - edges.top) * part for part in (0.1, 0.5, 0.8)]
    return list(itertools.product(xs, ys))


def ground_at(items: Sequence[object], x: float, y: float) -> str:
    """The colour painted last under a spot."""
    for item in reversed(items):
        match item:
            case Box(left, top, right, bottom, fill) if fill and left <= x <= right and top <= y <= bottom:
                return fill
            case Disc(cx, cy, radius, fill) if fill and (x - cx) ** 2 + (y - cy) ** 2 <= radius**2:
                return fill
            case Area(spots, fill) if fill and within(spots, x, y):
                return fill
            case Hatch(spots, colour) if within(spots, x, y):
                return colour
    return theme.PAPER


def within(spots: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    inside = False
    for (x0, y0), (x1, y1) in itertools.pairwise((*spots, spots[0])):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def crosses(edges: Edges, start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether a segment has a part inside the box (Liang and Barsky)."""
    (x0, y0), (x1, y1) = start, end
    low, high = 0.0, 1.0
    for step, before, after in (
        (x1 - x0, x0 - edges.left, edges.right - x0),
        (y1 - y0, y0 - edges.top, edges.bottom - y0),
    ):
        for direction, distance in ((-step, before), (step, after)):
            if direction == 0:
                if distance < 0:
                    return False
            elif direction < 0:
                low = max(low, distance / direction)
            else:
                high = min(high, distance / direction)
    return low < high


def corners(item: object) -> list[tuple[float, float]]:
    match item:
        case Box(left, top, right, bottom):
            return [(left, top), (right, bottom)]
        case Stroke(spots) | Area(spots) | Hatch(spots):
            return list(spots)
        case Disc(x, y, radius):
            return [(x - radius, y - radius), (x + radius, y + radius)]
    return []


def contrast(one: str, other: str) -> float:
    """As the web's accessibility guidelines define it."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
