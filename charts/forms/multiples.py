"""A metric line by line: equal panels one above the other on one x axis, with their figures beside or over them.

Here they are levels: each line against its norm in ink. Deviations and series are drawn in the same panels.
"""

from dataclasses import dataclass, replace

from charts.canvas import theme
from charts.canvas.layout import NAMES_HEIGHT, Grid, Scale, bands, extremes, limits, names
from charts.canvas.lettering import fit, measure
from charts.canvas.lines import trend
from charts.canvas.page import INKS, Page, explained, page
from charts.canvas.scene import Edges, Items, Scene, Stroke, Text, flat, left, middle
from charts.canvas.theme import CHART, TALL_CHART, Canvas, Style
from charts.model import Amount, Judgement, Labels, Points, Slot, Titles, require_facts, same_length

_NAME = 38.0
_NO_NAME = 8.0
_HERO_ROW = 62.0
_FIGURES_GAP = 28.0
_LEAST_NAME = 160.0
_BETWEEN = 18.0
_SIDE_GAP = 18.0
_WIDEST_SIDE = 280.0
_SMALL_HERO = 40
_CROWD = 4
"""From so many panels on the sheet is taller."""

MAX_LINES = 6
"""More lines than this are not legible in one picture: rank them and say how many are left out."""


@dataclass(frozen=True)
class LinePanel:
    """A line of the centre over the slots, with its plan or norm and its figure for the whole period."""

    name: str
    points: Points
    reference: Amount | None
    """Its text stands beside the line: «норма 80 %», «план 290 с»."""
    total: Amount | None
    deviation: str = ""
    """«+4 с к плану»."""
    verdict: Judgement = Judgement.NONE
    before: tuple[float | None, ...] = ()
    """The period that it is compared with, by slot; empty if there is none."""
    reason: str = ""
    """Why it missed its plan where it did most: «10 июня: 14:00, 60 из 123»."""


@dataclass(frozen=True)
class Levels:
    """Up to six lines against their norms, on one scale."""

    titles: Titles
    labels: Labels
    slots: tuple[Slot, ...]
    lines: tuple[LinePanel, ...]

    def __post_init__(self) -> None:
        same_length(self.slots, *(line.points for line in self.lines))
        same_length(self.slots, *(line.before for line in self.lines if line.before))
        if len(self.lines) > MAX_LINES:
            raise ValueError(f"{len(self.lines)} lines, at most {MAX_LINES} are drawn: rank them first")


@dataclass(frozen=True)
class Panel:
    """A line of the centre and the place to draw it in."""

    line: LinePanel
    edges: Edges


@dataclass(frozen=True)
class Stack:
    """Equal panels for all lines, so that a second or a percent has the same height in each."""

    sheet: Page
    canvas: Canvas
    grid: Grid
    panels: tuple[Panel, ...]
    items: Items
    side: float
    head: float = _NAME
    """Over each panel, for its name."""

    @property
    def tight(self) -> bool:
        return len(self.panels) > 2


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


def stack(picture: Levels, *, figures_over: bool = False) -> Stack:
    """The sheet with its bands, the lines' names and the slots' names; panels end left of their figures.

    With `figures_over` the figures stand in the row of the name, and panels are as wide as the sheet. A name that is
    empty, where the headline has it, takes no room.
    """
    require_facts(*(line.points for line in picture.lines))
    canvas = TALL_CHART if len(picture.lines) >= _CROWD else CHART
    sheet = page(picture.titles, canvas)
    hero = _hero(len(picture.lines))
    side = min(max(_side_width(line, hero, picture.labels) for line in picture.lines), _WIDEST_SIDE)
    grid = Grid(sheet.left, sheet.right - (0 if figures_over else side + _SIDE_GAP), picture.slots)
    named = any(line.name for line in picture.lines)
    head = _NAME if named else _HERO_ROW if figures_over else _NO_NAME
    axis = sheet.bottom - NAMES_HEIGHT - 18
    top = sheet.top
    height = (axis - top + _BETWEEN) / len(picture.lines)
    panels, items = [], []
    for index, line in enumerate(picture.lines):
        start = top + index * height
        edges = Edges(grid.left, start + head, grid.right, start + height - _BETWEEN)
        last = index == len(picture.lines) - 1
        items.append(bands(grid, edges.top, edges.bottom + NAMES_HEIGHT if last else edges.bottom))
        items.append(_over(line, picture.labels, sheet, start) if figures_over else _named(line, grid, start))
        panels.append(Panel(line, edges))
    told = (index for line in picture.lines for index in _told(line.points))
    items.append(names(grid, axis, picture.lines[0].points, told))
    return Stack(sheet, canvas, grid, tuple(panels), (*sheet.items, *flat(*items)), sheet.right - side, head)


def _told(points: Points) -> list[int]:
    """The slots that matter: the missed ones, else the extremes."""
    missed = [index for index, point in enumerate(points) if point.fact and point.judged is Judgement.MISSED]
    return missed or extremes(points)


def _named(line: LinePanel, grid: Grid, start: float) -> Items:
    name = fit(line.name, theme.BIG, grid.right - grid.left)
    return explained(left(grid.left, start + 27, name, theme.BIG), line.reason, grid.right)


def _over(line: LinePanel, labels: Labels, sheet: Page, start: float) -> Items:
    """The figures in one row with the name: at the right, or large at the left where there is no name."""
    reference = _reference(line, labels.no_plan)
    beside = [(line.deviation, theme.STRONG.inked(INKS[line.verdict])), (reference, theme.PLAIN.inked(theme.SECOND))]
    total = [(line.total.text, theme.BIG if line.name else theme.HERO)] if line.total else []
    texts = [(text, style) for text, style in (*total, *beside) if text]
    widths = [measure(text, style) for text, style in texts]
    while len(texts) > 1 and sum(widths) + _FIGURES_GAP * len(texts) > sheet.right - sheet.left - _LEAST_NAME:
        texts.pop()
        widths.pop()
    length = sum(widths) + _FIGURES_GAP * (len(texts) - 1)
    x = sheet.right - length if line.name else sheet.left
    y = start + (27 if line.name else 40)
    name = fit(line.name, theme.BIG, x - sheet.left - _FIGURES_GAP) if line.name else ""
    items = [left(sheet.left, y, name, theme.BIG)] if name else []
    for (text, style), width in zip(texts, widths, strict=True):
        items.append(left(x, y, fit(text, style, sheet.right - x), style))
        x += width + _FIGURES_GAP
    return tuple(items)


def beside(stacked: Stack, panel: Panel, level: float, labels: Labels, *, period: bool, mean: bool) -> Items:
    """The panel's figures at its right: the reference at its level, the period's figure over it or under it.

    `mean`: the line at the level is the period's own figure, since there is no plan.
    """
    line = panel.line
    total = [(line.total.text, _hero(len(stacked.panels)))] if line.total else []
    over = [(labels.period, theme.QUIET)] if period and total and not mean else []
    deviation = (line.deviation, theme.STRONG.inked(INKS[line.verdict]))
    under = [each for each in (deviation, (labels.no_plan if mean else "", theme.QUIET)) if each[0] and total]
    starts = [
        (rows, _start(rows, level, panel.edges, stacked.head))
        for rows in ([*over, *total, *under], [*total, *under], total)
    ]
    rows, y = next(((rows, start) for rows, start in starts if start is not None), ([], 0.0))
    reference = _reference(line, labels.period if mean else labels.no_plan)
    items = [_fitted(stacked, middle(level, theme.QUIET), reference, theme.QUIET)]
    for text, style in rows:
        y += _leading(style)
        items.append(_fitted(stacked, y - 0.16 * style.size, text, style))
    return tuple(items)


def _start(rows: list[tuple[str, Style]], level: float, panel: Edges, head: float) -> float | None:
    """Where the rows begin, over the reference or else under it, if the panel has room for them there."""
    height = sum(_leading(style) for _, style in rows)
    if level - 24 - height >= panel.top - head - 6:
        return level - 24 - height
    return level + 16 if level + 16 + height <= panel.bottom + _BETWEEN - 6 else None


def _fitted(stacked: Stack, y: float, words: str, style: Style) -> Text:
    return left(stacked.side, y, fit(words, style, stacked.sheet.right - stacked.side), style)


def _leading(style: Style) -> float:
    """Figures have no descenders: a large one needs less room than its size."""
    return (0.92 if style.size > theme.BIG.size else 1.25) * style.size


def _hero(lines: int) -> Style:
    return theme.HERO if lines <= 2 else replace(theme.HERO, size=_SMALL_HERO)


def _reference(line: LinePanel, no_plan: str) -> str:
    return line.reference.text if line.reference else no_plan


def _side_width(line: LinePanel, hero: Style, labels: Labels) -> float:
    return max(
        measure(_reference(line, labels.no_plan), theme.QUIET),
        measure(labels.period, theme.QUIET),
        measure(line.total.text, hero) if line.total else 0,
        measure(line.deviation, theme.STRONG),
    )


def missed(points: Points) -> bool:
    return any(point.judged is Judgement.MISSED for point in points)
