"""Is each line above its floor, and on which days not? One scale for all panels, the floor as an ink line."""

from charts.canvas import theme
from charts.canvas.lines import trend
from charts.canvas.render import draw as render
from charts.canvas.scale import Scale, limits
from charts.canvas.scene import Edges, Items, Scene, Stroke
from charts.forms.multiples import Panel, Stack, beside, missed, stack
from charts.model import Levels


def draw(picture: Levels) -> bytes:
    return render(scene(picture))


def scene(picture: Levels) -> Scene:
    stacked = stack(picture)
    facts = [point.fact.value for line in picture.lines for point in line.points if point.fact]
    norms = [line.reference.value for line in picture.lines if line.reference]
    totals = [line.total.value for line in picture.lines if line.total and not line.reference]
    ends = limits(facts, [*norms, *totals])
    deep = any(missed(line.points) for line in picture.lines)
    items = tuple(item for panel in stacked.panels for item in _panel(picture, stacked, panel, ends, deep))
    return Scene.on(stacked.canvas, (*stacked.items, *items), picture.titles.alt_text)


def _panel(picture: Levels, stacked: Stack, panel: Panel, ends: tuple[float, float], deep: bool) -> Items:
    line, edges = panel.line, panel.edges
    room = min(44.0, (edges.bottom - edges.top) * 0.22)
    scale = Scale(*ends, edges.bottom - (1.4 * room if deep else 0.6 * room), edges.top + room)
    centre = line.reference or line.total
    level = scale(centre.value) if centre else (edges.top + edges.bottom) / 2
    dashed = Stroke(((edges.left, level), (edges.right, level)), theme.PREVIOUS, theme.HAIR, (8, 6))
    mean = dashed if line.total and not line.reference else None
    bounds = Edges(edges.left - 8, edges.top - 4, edges.right + 6, edges.bottom)
    first = panel is stacked.panels[0] or not stacked.tight
    return (
        *trend(stacked.grid, line.points, line.reference, scale, bounds, picture.labels, mean=mean),
        *beside(stacked, panel, level, picture.labels, period=first, mean=mean is not None),
    )
