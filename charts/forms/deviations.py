"""How far from plan? The plan is the baseline; up is longer and solid, down is quicker and hollow."""

from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Grid, Scale, limits, place, runs_of
from charts.canvas.lines import usual
from charts.canvas.scene import Area, Box, Edges, Items, Scene, Stroke, Text, centred, middle
from charts.forms.multiples import Levels, LinePanel, Panel, Stack, beside, stack
from charts.model import Judgement, Labels

_BAR = 0.5  # of a slot
_LEAST = 5.0
_ROOM = 34.0
_ARROW = 14.0
_CLEAR = 5.0
"""Between a bar and the words of a gap beside it."""


@dataclass(frozen=True)
class Deviations(Levels):
    """Up to six lines by their distances from their plans, or where there are none from their own figures."""


def scene(picture: Deviations) -> Scene:
    stacked = stack(picture)
    ends = limits([value for line in picture.lines for value in _deviations(line).values()], [0.0])
    items = tuple(item for panel in stacked.panels for item in _panel(picture.labels, stacked, panel, ends))
    return Scene.on(stacked.canvas, (*stacked.items, *items), picture.titles.alt_text)


def _deviations(line: LinePanel) -> dict[int, float]:
    """From the plan; without one, from the line's own figure for the period."""
    centre = line.reference or line.total
    if not centre:
        return {}
    return {index: point.fact.value - centre.value for index, point in enumerate(line.points) if point.fact}


def _panel(labels: Labels, stacked: Stack, panel: Panel, ends: tuple[float, float]) -> Items:
    """Every panel keeps room for a label above its longest bar and one below its shortest."""
    edges, line = panel.edges, panel.line
    low = edges.bottom - (_ROOM if ends[0] < 0 else 8)
    scale = Scale(*ends, low, edges.top + (_ROOM if ends[1] > 0 else 8))
    level = scale(0)
    mean = bool(line.total and not line.reference)
    colour, dash = (theme.INK, None) if line.reference else (theme.PREVIOUS, (8.0, 6.0))
    base = Stroke(((edges.left, level), (edges.right, level)), colour, theme.PLAN, dash)
    deviations = _deviations(line)
    bars = tuple(item for index, value in deviations.items() for item in _bar(stacked.grid, line, index, value, scale))
    wishes = [*_extremes(stacked.grid, line, deviations, scale), *_gaps(stacked.grid, line, level, labels)]
    taken = [_clear(_edges(stacked.grid, line, index, value, scale)) for index, value in deviations.items()]
    taken.append(Edges(edges.left, level - 2, edges.right, level + 2))
    placed = place(wishes, taken, Edges(edges.left - 8, edges.top - 4, edges.right + 8, edges.bottom + 4))
    centre = line.reference or line.total
    spread = usual(stacked.grid, line.points, scale, placed, centre.value) if centre else ()
    return (*spread, *bars, base, *placed, *beside(stacked, panel, level, labels, period=False, mean=mean))


def _edges(grid: Grid, line: LinePanel, index: int, value: float, scale: Scale) -> Edges:
    """The bar from the baseline; one of a day that is not over is as wide as the part of it that is."""
    width = grid.bar(_BAR)
    start = grid.centre(index) - width / 2
    level, end = scale(0), scale(value)
    if abs(end - level) < _LEAST:
        end = level + (_LEAST if value <= 0 else -_LEAST)
    share = min(line.points[index].elapsed, 1)
    return Edges(start, min(level, end), start + width * share, max(level, end))


def _clear(edges: Edges) -> Edges:
    return Edges(edges.left - _CLEAR, edges.top, edges.right + _CLEAR, edges.bottom)


def _bar(grid: Grid, line: LinePanel, index: int, value: float, scale: Scale) -> Items:
    edges = _edges(grid, line, index, value, scale)
    match line.points[index].judged:
        case Judgement.MISSED:
            fill, edge = theme.MISSED, ""
        case Judgement.MET:
            fill, edge = "", theme.MET
        case _:
            fill, edge = ("", theme.FACT) if line.points[index].few else (theme.FACT, "")
    if scale.clips(value):
        tip_y, shoulder = (edges.top, edges.top + _ARROW) if value > 0 else (edges.bottom, edges.bottom - _ARROW)
        foot = edges.bottom if value > 0 else edges.top
        tip = ((edges.left + edges.right) / 2, tip_y)
        shape = ((edges.left, foot), (edges.left, shoulder), tip, (edges.right, shoulder), (edges.right, foot))
        return (Area(shape, fill, edge, 3 if edge else 0),)
    inset = 1.5 if edge else 0.0
    return (
        Box(
            edges.left + inset,
            edges.top,
            edges.right - inset,
            max(edges.bottom - inset, edges.top + inset),
            fill,
            edge,
            2 * inset,
        ),
    )


def _extremes(grid: Grid, line: LinePanel, deviations: dict[int, float], scale: Scale) -> list[list[Text]]:
    """Only the longest and the shortest slot carry a number, and what is clipped."""
    if not deviations:
        return []
    order = sorted(deviations, key=lambda index: deviations[index])
    clipped = [index for index in order if scale.clips(deviations[index])]
    shown = [index for index in order if index not in clipped] or order
    return [
        _number(grid, line, index, deviations[index], scale) for index in dict.fromkeys([*clipped, shown[-1], shown[0]])
    ]


def _number(grid: Grid, line: LinePanel, index: int, value: float, scale: Scale) -> list[Text]:
    point, edges = line.points[index], _edges(grid, line, index, value, scale)
    colour = {Judgement.MISSED: theme.MISSED, Judgement.MET: theme.MET}.get(point.judged, theme.INK)
    baselines = [edges.top - 9, edges.top - 20] if value > 0 else [edges.bottom + 29, edges.bottom + 40]
    x = (edges.left + edges.right) / 2
    text = point.fact.text if point.fact else ""
    return [centred(x + shift, y, text, theme.EXTREME.inked(colour)) for y in baselines for shift in (0, -14, 14)]


def _gaps(grid: Grid, line: LinePanel, level: float, labels: Labels) -> list[list[Text]]:
    wishes = []
    for first, last in runs_of([point.missing for point in line.points]):
        x = (grid.centre(first) + grid.centre(last)) / 2
        wishes.append(
            [
                centred(x, middle(level + shift, style), text, style)
                for shifts in ((-22, 24), (-50, 50, -78, 78))
                for text in (labels.no_data, labels.no_data_short)
                for style in (theme.QUIET, theme.LEAST)
                for shift in shifts
            ]
        )
    return wishes
