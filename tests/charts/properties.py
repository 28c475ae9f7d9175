"""What must be true of every picture, whatever its data: nothing overlaps, is cut, is outside or is left out.

Each property takes a picture with its scene and yields what breaks it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise, product
from math import ceil
from typing import Any

from charts.canvas import theme
from charts.canvas.layout import CROWD, runs_of
from charts.canvas.scene import Area, Box, Disc, Edges, Hatch, Scene, Stroke, Text
from charts.forms.bars import Bars
from charts.forms.contributions import Contributions
from charts.forms.crowd import Crowd
from charts.forms.curve import Curve
from charts.forms.hero import Hero
from charts.forms.matrix import SHADES, Matrix
from charts.forms.multiples import Levels
from charts.forms.panels import Panels
from charts.forms.ranking import Ranking
from charts.forms.scoreboard import Scoreboard
from charts.forms.series import Series
from charts.forms.tower import Climb
from charts.model import Amount, Point, Points
from tests.charts.looking import corners, crosses

SLACK = 10
"""A label centred on the last point may reach so far into the margin."""
_ROUNDED = 24
"""So near to an edge nothing is seen for certain: a chat rounds the corners."""
_FACTS = (theme.FACT, theme.MISSED)
_SIGNS = 90
"""Left of this stand the signs of a table's rows."""
_SHORTEST = 5.5
"""A real zero is drawn so high."""


def overlapping(_: Any, scene: Scene) -> Iterator[object]:
    """Texts over each other."""
    texts = sorted(scene.texts, key=lambda text: text.edges.top)
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            if other.edges.top >= one.edges.bottom:
                break
            if one.edges.overlaps(other.edges):
                yield one.words, other.words


def outside(_: Any, scene: Scene) -> Iterator[object]:
    """Texts and marks of data beyond the margins, and anything beyond the canvas."""
    for text in scene.texts:
        if not _within(text.edges, scene):
            yield text.words, text.edges
    for item in scene.items:
        for x, y in corners(item):
            on_canvas = -0.01 <= x <= scene.width + 0.01 and -0.01 <= y <= scene.height + 0.01
            if not on_canvas or (_is_fact(item) and not _within(Edges(x, y, x, y), scene)):
                yield item


def _within(edges: Edges, scene: Scene) -> bool:
    beside = scene.margin - SLACK <= edges.left and edges.right <= scene.width - scene.margin + SLACK
    return beside and edges.top >= _ROUNDED and edges.bottom <= scene.height - _ROUNDED


def struck(_: Any, scene: Scene) -> Iterator[object]:
    """Texts that a line goes through."""
    lines = [(_bounds(item), item.spots) for item in scene.items if isinstance(item, Stroke)]
    for text in scene.texts:
        core = text.edges
        inner = Edges(core.left + 1, core.top + 4, core.right - 1, core.bottom - 5)
        for (left, top, right, bottom), spots in lines:
            if left > inner.right or right < inner.left or top > inner.bottom or bottom < inner.top:
                continue
            if any(crosses(inner, *pair) for pair in pairwise(spots)):
                yield text.words, spots[:3]


def covered(_: Any, scene: Scene) -> Iterator[object]:
    """Texts half on a bar, or half on a dot."""
    bars = [Edges(item.left, item.top, item.right, item.bottom) for item in scene.items if _is_bar(item)]
    dots = [item for item in scene.items if isinstance(item, Disc)]
    for text in scene.texts:
        edges = text.edges
        core = Edges(edges.left + 2, edges.top + 3, edges.right - 2, edges.bottom - 4)
        for bar in bars:
            if core.overlaps(bar) and not _holds(bar, core):
                yield text.words, bar
        yield from (
            (text.words, dot) for dot in dots if core.overlaps(Edges(*_bounds(dot))) and not _encircles(dot, core)
        )


def _holds(outer: Edges, inner: Edges) -> bool:
    beside = outer.left <= inner.left and inner.right <= outer.right
    return beside and outer.top <= inner.top and inner.bottom <= outer.bottom


def _encircles(dot: Disc, inner: Edges) -> bool:
    """Whether a circle has all of it inside."""
    corners = product((inner.left, inner.right), (inner.top, inner.bottom))
    return all((x - dot.x) ** 2 + (y - dot.y) ** 2 <= dot.radius**2 for x, y in corners)


def small(_: Any, scene: Scene) -> Iterator[object]:
    """Texts that a phone does not show."""
    yield from (text.words for text in scene.texts if text.style.size < theme.MINIMUM)


def cut(picture: Any, scene: Scene) -> Iterator[object]:
    """Words of the headline or the footnote that are not printed."""
    titles = picture.titles
    printed = "".join(text.words for text in scene.texts).replace(" ", "")  # a word may be of two colours
    headline = "".join(span.text for span in titles.headline).replace("\n", " ")
    for word in f"{headline} {titles.footnote or titles.subtitle}".split(" "):
        if word not in printed:
            yield word, printed[:200]


def shortened(picture: Any, scene: Scene) -> Iterator[object]:
    """Texts whose end is lost with a figure in it."""
    for text in scene.texts:
        if text.words.endswith(theme.ELLIPSIS):
            begun = text.words.removesuffix(theme.ELLIPSIS)
            whole = [words for words in _words_of(picture) if begun in words]
            if all(re.search(r"\d", words.partition(begun)[2]) for words in whole):
                yield text.words, whole


def _words_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _words_of(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _words_of(getattr(value, field.name))


@dataclass(frozen=True)
class Mark:
    """Where something stands that is drawn of a slot."""

    x: float
    y: float
    item: object


@dataclass(frozen=True)
class Panel:
    """A row of points and the heights it is drawn between."""

    points: Points
    top: float
    bottom: float
    centre: float | None = None
    """What its bars go up or down from, where this is not 0."""
    marks: tuple[Mark, ...] = ()

    @property
    def known(self) -> list[Point]:
        return [point for point in self.points if point.fact]

    @property
    def slots(self) -> list[list[Mark]]:
        """The marks of each slot that has any."""
        found: list[list[Mark]] = []
        for mark in sorted(self.marks, key=lambda mark: mark.x):
            if found and mark.x - found[-1][0].x < 0.5:
                found[-1].append(mark)
            else:
                found.append([mark])
        return found


def panels(picture: Any, scene: Scene) -> list[Panel]:
    """Where each row of points is drawn: from its title down to the next."""
    rows = list(_rows_of(picture))
    tops: list[float] = []
    for title, _, _ in rows:
        after = tops[-1] if tops else 0.0
        tops.append(_title(scene, title, after).y if title else after)
    bottoms = [*(top - 20 for top in tops[1:]), float(scene.height)][: len(rows)]
    made = [
        Panel(points, top, bottom, centre) for (_, points, centre), top, bottom in zip(rows, tops, bottoms, strict=True)
    ]
    return [
        Panel(each.points, each.top, each.bottom, each.centre, tuple(_marks(picture, scene, each))) for each in made
    ]


def _rows_of(picture: Any) -> Iterator[tuple[str, Points, float | None]]:
    match picture:
        case Panels():
            for panel in picture.slotted:
                yield panel.title, panel.points, None
            if (execution := picture.execution) is not None:
                known = tuple(Point(amount, elapsed=float(amount is not None)) for amount in execution.values)
                yield execution.title, known, None
        case Levels():
            for line in picture.lines:
                centre = line.reference or line.total
                yield line.name, line.points, centre.value if centre and not isinstance(picture, Series) else None
        case Hero():
            yield "", picture.points, None


def _title(scene: Scene, title: str, after: float) -> Text:
    styles = (theme.BIG, theme.STRONG)
    return next(
        text
        for text in sorted(scene.texts, key=lambda text: text.y)
        if text.y > after and text.style in styles and title.startswith(text.words.partition(theme.ELLIPSIS)[0])
    )


def _marks(picture: Any, scene: Scene, panel: Panel) -> Iterator[Mark]:
    flowing = isinstance(picture, Series) and picture.volume and len(panel.points) > CROWD
    end = _axis_end(scene) if isinstance(picture, Hero) else float(scene.width)  # its one number is beyond it
    for item in scene.items:
        if not _is_fact(item):
            continue
        left, top, right, bottom = _bounds(item)
        if top < panel.top or bottom > panel.bottom or right > end:
            continue
        match item:
            case Stroke(spots):
                yield from (Mark(x, y, item) for x, y in spots)
            case Area(spots) if flowing:
                yield from (Mark(x, y, item) for x, y in spots[2:-2])
            case Disc(x, y):
                yield Mark(x, y, item)
            case _:
                below = panel.centre is not None and bottom > _level(scene, panel)
                yield Mark((left + right) / 2, bottom if below else top, item)


def _level(scene: Scene, panel: Panel) -> float:
    """The height of the line that bars go up and down from."""
    lines = [item.spots for item in scene.items if isinstance(item, Stroke) and item.width == theme.PLAN]
    inside = [spots for spots in lines if len(spots) == 2 and panel.top <= spots[0][1] <= panel.bottom]
    return max((spots[0][1] for spots in inside if spots[0][1] == spots[1][1]), default=panel.bottom)


def _axis_end(scene: Scene) -> float:
    lines = [item.spots for item in scene.items if isinstance(item, Stroke) and item.width == theme.PLAN]
    return max(spots[-1][0] for spots in lines if len(spots) == 2) + 1


def _is_fact(item: object) -> bool:
    match item:
        case Box(fill=fill, edge=edge) | Area(fill=fill, edge=edge) | Disc(fill=fill, edge=edge):
            return fill in _FACTS or edge in (theme.FACT, theme.MET)
        case Stroke(colour=colour):
            return colour in _FACTS
    return False


def _is_bar(item: object) -> bool:
    return isinstance(item, Box) and item.fill in (*_FACTS, theme.PALE)


def _bounds(item: object) -> tuple[float, float, float, float]:
    spots = corners(item)
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    return min(xs), min(ys), max(xs), max(ys)


def empty(picture: Any, scene: Scene) -> Iterator[object]:
    """Panels with nothing in them, and those with gaps that are not named."""
    for panel in panels(picture, scene):
        inside = {text.words for text in scene.texts if panel.top - 40 <= text.y <= panel.bottom}
        said = inside & {picture.labels.no_data, picture.labels.no_data_short}
        if not said and (not panel.marks or any(point.missing for point in panel.points)):
            yield panel.top, len(panel.known)


def undrawn(picture: Any, scene: Scene) -> Iterator[object]:
    """Data without a mark: as many slots, rows, windows and days are drawn as are known, the first and last too."""
    for panel in panels(picture, scene):
        if len(panel.slots) != len(panel.known):
            yield panel.top, len(panel.slots), len(panel.known)
    for what, drawn, known in _counts(picture, scene):
        if drawn != known:
            yield what, drawn, known


def _counts(picture: Any, scene: Scene) -> Iterator[tuple[str, int, int]]:
    match picture:
        case Scoreboard():
            rows = [row for group in picture.groups for row in group.rows]
            yield "rows", _deviations_drawn(scene), sum(row.deviation is not None for row in rows)
        case Ranking():
            yield "rows", _rows_drawn(scene, (Area, Box, Disc)), sum(row.fact is not None for row in picture.rows)
        case Bars():
            bars = [*picture.rows, *([picture.rest] if picture.rest else [])]
            known = [value for row in bars for value in (row.value, row.second)[: len(picture.measures)] if value]
            yield "bars", len(_bars_drawn(scene)), len(known)
            yield from _printed(scene, known)
        case Matrix():
            cells = [cell for row in picture.rows for cell in row.cells]
            boxes = [item for item in scene.items if isinstance(item, Box) and _is_cell(item)]
            yield "cells", len(boxes), sum(cell.value is not None for cell in [*cells])
            last = [*picture.total.cells, picture.total.total] if picture.total else []
            totals = [*(row.total for row in picture.rows), *last]
            yield from _printed(scene, [cell.value for cell in [*cells, *totals] if cell])
        case Contributions():
            effects = [*picture.rows, picture.total]
            yield "rows", _rows_drawn(scene, (Area, Box)), sum(row.effect != 0 for row in effects)
        case Climb():
            ropes = [item for item in scene.items if isinstance(item, Stroke) and len(item.spots) == 4]
            yield "ropes", len(ropes), len(picture.rows)
        case Crowd():
            people = (theme.LIT, theme.NEAR, theme.WINDOW)
            windows = [item for item in scene.items if isinstance(item, Box) and item.fill in people]
            yield "windows", len(windows), sum(floor.people for floor in picture.floors)
        case Curve():
            fact = next(item for item in scene.items if isinstance(item, Area) and item.fill == theme.FACT)
            yield "days", len(fact.spots) - 2, len(picture.fact)  # from the month's start, and the foot
            plans = [item for item in scene.items if isinstance(item, Stroke) and item.width == 3 and not item.dash]
            yield "planned days", len(plans[0].spots) - 1 if plans else 0, len(picture.plan)
            ahead = [item for item in scene.items if isinstance(item, Hatch)]
            yield "days ahead", len(ahead[0].spots) - 3 if ahead else 0, len(picture.forecast)
    if isinstance(picture, Levels):
        lines = [item for item in scene.items if isinstance(item, Stroke) and item.colour == theme.PREVIOUS]
        spots = sum(len(item.spots) for item in lines if item.width >= theme.LINE)
        runs = [run for line in picture.lines for run in runs_of([value is not None for value in line.before])]
        yield "before", spots, sum(max(last - first + 1, 2) for first, last in runs)  # a single one is a dash


def _printed(scene: Scene, amounts: Sequence[Amount | None]) -> Iterator[tuple[str, int, int]]:
    """Every value stands whole as often as it is there."""
    texts = Counter(text.words for text in scene.texts)
    for words, times in Counter(amount.text for amount in amounts if amount).items():
        yield words, min(texts[words], times), times


def _bars_drawn(scene: Scene) -> set[tuple[int, int]]:
    """The bars by their height and the axis that they begin at."""
    axes = [item.spots[0][0] for item in scene.items if isinstance(item, Stroke) and item.width == theme.PLAN]
    bars = [item for item in scene.items if isinstance(item, Box) and item.fill in (*_FACTS, theme.PREVIOUS)]
    return {
        (round((bar.top + bar.bottom) / 2), axes.index(axis))
        for bar in bars
        for axis in axes
        if axis in (bar.left, bar.right)
    }


def _is_cell(box: Box) -> bool:
    return box.fill in SHADES or box.edge in (theme.RULE, theme.MISSED, theme.BEHIND)


def _rows_drawn(scene: Scene, kinds: tuple[type, ...]) -> int:
    """The heights at which there is a bar or a dot."""
    bars = [_bounds(item) for item in scene.items if isinstance(item, kinds) and _is_fact(item)]
    return len({round((top + bottom) / 2) for left, top, _, bottom in bars if left > _SIGNS})


def _deviations_drawn(scene: Scene) -> int:
    """The bars that begin at the axis, whatever their verdict."""
    axis = next(item.spots[0][0] for item in scene.items if isinstance(item, Stroke) and item.width == theme.PLAN)
    return sum(isinstance(item, Area) and item.spots[0][0] == axis for item in scene.items)


def flattened(picture: Any, scene: Scene) -> Iterator[object]:
    """Marks that are not where their values are, and do not say so: what is cut has an arrow head and its value.

    Neighbours that are cut together have one for all.
    """
    for panel in panels(picture, scene):
        if len(panel.slots) != len(panel.known):
            continue
        printed = {text.words for text in scene.texts if panel.top - 40 <= text.y <= panel.bottom}
        arrows = [mark.x for mark in panel.marks if isinstance(mark.item, Area)]
        slots, facts = panel.slots, [point.fact.text for point in panel.known if point.fact]
        wrong = _misplaced(panel)
        for first, last in runs_of([index in wrong for index in range(len(slots))]):
            those = range(first, last + 1)
            if not any(facts[n] in printed and any(abs(slots[n][0].x - x) < 1 for x in arrows) for n in those):
                yield facts[first : last + 1], panel.top


def _misplaced(panel: Panel) -> set[int]:
    """The known slots whose marks are elsewhere than most others would have them."""
    facts = [point.fact for point in panel.known if point.fact]
    heights = [_height(marks) for marks in panel.slots]
    order = sorted(range(len(facts)), key=lambda index: facts[index].value)
    few = len(order) <= 3
    if few:
        order = [index for index in order if not any(isinstance(mark.item, Area) for mark in panel.slots[index])]
    if len(order) < 2:
        return set()
    last = len(order) - 1  # outliers alone are cut, and they lie beyond the quartiles
    one, other = (order[0], order[-1]) if few else (order[ceil(last / 4)], order[last * 3 // 4])
    if facts[one].value == facts[other].value:
        return set()
    by_one = (heights[other] - heights[one]) / (facts[other].value - facts[one].value)
    expected = [heights[one] + (fact.value - facts[one].value) * by_one for fact in facts]
    return {index for index, height in enumerate(heights) if abs(expected[index] - height) > 2 * _SHORTEST}


def _height(marks: Sequence[Mark]) -> float:
    """That of the line, the dot or the end of the stem; of a bar with its head, that of the head."""
    dots = [mark.y for mark in marks if isinstance(mark.item, Disc)]
    strokes = [(mark.y, mark.item) for mark in marks if isinstance(mark.item, Stroke)]
    lines = [y for y, stroke in strokes if stroke.width == theme.LINE and stroke.colour == theme.FACT]
    stems = [y for y, _ in strokes]
    return (dots or lines or stems[-1:] or [min(mark.y for mark in marks)])[0]


PROPERTIES = (overlapping, outside, struck, covered, small, cut, shortened, empty, undrawn, flattened)
