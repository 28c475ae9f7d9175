"""From numbers to pixels: axes and their ends, signs of a verdict, and labels that must not touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil, hypot
from statistics import quantiles

from charts.canvas import theme
from charts.canvas.lettering import measure
from charts.canvas.scene import Area, Box, Disc, Edges, Items, Path, Stroke, Text, centred, right
from charts.model import Judgement, Points, Slot

FAR_OUT = 3.0
"""Tukey's: an outlier lies this many interquartile ranges outside the quartiles."""


@dataclass(frozen=True)
class Scale:
    """`low` to `high` onto pixels; a value beyond an end stays at the end."""

    low: float
    high: float
    at_low: float
    at_high: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.at_low
        inside = min(max(value, self.low), self.high)
        return self.at_low + (inside - self.low) / (self.high - self.low) * (self.at_high - self.at_low)

    def clips(self, value: float) -> bool:
        """Whether it lies beyond an end, and so needs an arrow head and its number."""
        return not self.low <= value <= self.high


def limits(values: Iterable[float], always: Iterable[float] = ()) -> tuple[float, float]:
    """The ends of an axis that holds `values` and `always`, unless an outlier would halve all the rest.

    An outlier is then left outside, to be clipped, and the axis goes a little beyond the rest on its side.
    """
    numbers, kept = sorted(values), list(always)
    every = numbers + kept
    if not every:
        return 0.0, 1.0
    if len(numbers) > 3:
        first, _, third = quantiles(numbers, n=4, method="inclusive")
        reach = FAR_OUT * (third - first)
        core = [number for number in numbers if first - reach <= number <= third + reach] + kept
        low, high = min(core), max(core)
        room = 0.15 * (high - low)
        if high > low and max(every) - min(every) > 2 * (high - low):
            return (low - room if min(every) < low else low), (high + room if max(every) > high else high)
    return min(every), max(every)


def push_apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places, at least `gap` apart, in their order and between `low` and `high`: down first, then back up."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [min(max(place, low), high) for place in places]
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved


NAMES_HEIGHT = 72
"""From the axis to the end of the names and their bands."""

CROWD = 31
"""More slots than this are a line without dots."""

_STEPS = (1, 2, 3, 7, 14, 28)
_NAME_GAP = 6
_WIDEST = 120.0


@dataclass(frozen=True)
class Grid:
    """Slots side by side from `left` to `right`."""

    left: float
    right: float
    slots: tuple[Slot, ...]

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / len(self.slots)

    def bar(self, share: float) -> float:
        """The width of a bar: a share of its slot, but a single day is not as wide as the sheet."""
        return share * min(self.pitch, _WIDEST)

    def start(self, index: int) -> float:
        return self.left + index * self.pitch

    def centre(self, index: int) -> float:
        return self.start(index) + self.pitch / 2


def bands(grid: Grid, top: float, bottom: float) -> Items:
    """Days off, neighbours joined, and a line between the slots before the picture's own and these."""
    runs = runs_of([slot.off for slot in grid.slots])
    own = sum(slot.before for slot in grid.slots)
    line = (Stroke(((grid.start(own), top), (grid.start(own), bottom)), theme.INK, theme.HAIR),) if own else ()
    return (*(Box(grid.start(first), top, grid.start(last + 1), bottom, theme.BAND) for first, last in runs), *line)


def axis(grid: Grid, y: float) -> Stroke:
    return Stroke(((grid.left, y), (grid.right, y)), theme.INK, theme.PLAN)


def names(grid: Grid, y: float, points: Points = (), telling: Iterable[int] = ()) -> Items:
    """The slots' names under an axis at `y`: all of them, or if they would touch the `telling` ones and some others.

    Where only some slots have a name, as the middle of a month, each of these that fits is printed. Slots of the
    future, where `points` are given, recede, and so do those before the picture's own.
    """
    items: list[Text] = []
    for index in _named(grid, telling):
        slot, x = grid.slots[index], _middle(grid, index)
        aside = slot.before or (bool(points) and points[index].elapsed <= 0)
        style = theme.PLAIN.inked(theme.SECOND) if aside else theme.STRONG
        items.append(centred(x, y + 36, slot.label, style))
        if slot.sublabel:
            items.append(centred(x, y + 66, slot.sublabel, theme.LEAST))
    return tuple(items)


def _middle(grid: Grid, index: int) -> float:
    """Of a slot's name, which does not leave the grid."""
    half = _width(grid.slots[index]) / 2 - _NAME_GAP
    return min(max(grid.centre(index), grid.left + half), grid.right - half)


def _named(grid: Grid, telling: Iterable[int]) -> Sequence[int]:
    """The slots whose names are printed."""
    if all(slot.label for slot in grid.slots):
        step = next((step for step in _STEPS if _widest(grid.slots) + _NAME_GAP <= step * grid.pitch), _STEPS[-1])
        wanted = dict.fromkeys([*telling, *range(0, len(grid.slots), step)] if step > 1 else range(len(grid.slots)))
        return _apart(grid, wanted)
    fitting, end = [], grid.left - _NAME_GAP
    for index, slot in enumerate(grid.slots):
        half = _width(slot) / 2
        x = grid.centre(index)
        if slot.label and x - half >= end + _NAME_GAP and x + half <= grid.right + _NAME_GAP:
            fitting.append(index)
            end = x + half
    return fitting


def _apart(grid: Grid, wanted: Iterable[int]) -> Sequence[int]:
    """Those of the slots whose names do not touch, the first ones first."""
    kept: list[tuple[float, float, int]] = []
    for index in wanted:
        x, half = _middle(grid, index), (_width(grid.slots[index]) + _NAME_GAP) / 2
        if all(x + half <= low or x - half >= high for low, high, _ in kept):
            kept.append((x - half, x + half, index))
    return sorted(index for *_, index in kept)


def runs_of(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last index of every run of true ones."""
    index = 0
    for flag, run in groupby(flags):
        length = len(list(run))
        if flag:
            yield index, index + length - 1
        index += length


def _widest(slots: tuple[Slot, ...]) -> float:
    return max(map(_width, slots))


def _width(slot: Slot) -> float:
    return max(measure(slot.label, theme.STRONG), measure(slot.sublabel, theme.LEAST))


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
