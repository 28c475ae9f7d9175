"""One number now: large at the right with its sign; the hours from 0, yesterday as a lighter line, the norm in ink."""

from dataclasses import dataclass

from charts.canvas import layout, theme
from charts.canvas.layout import Grid, Scale, along, axis, limits, names, place, runs_of, telling
from charts.canvas.lettering import fit, measure
from charts.canvas.lines import name_near, paths_of, rimmed
from charts.canvas.page import Page, page
from charts.canvas.scene import Area, Box, Edges, Items, Path, Scene, Stroke, Text, centred, flat, left, middle
from charts.canvas.theme import ANSWER, Style, Weight
from charts.model import Amount, Judgement, Labels, Points, Slot, Titles, require_facts, same_length

_BAR = 0.82  # of a slot
_ZERO = 3.0
_INSIDE = 44.0
_SIZES = (72, 60, 48, 40)
_QUIET = theme.PLAIN.inked(theme.SECOND)
_WIDEST_SIDE = 280.0
_SIDE_GAP = 14.0
_NAMES = 52.0
_ARROW = 16.0


@dataclass(frozen=True)
class Hero:
    """One number now: the hours of a day against their norm and against yesterday."""

    titles: Titles
    labels: Labels
    slots: tuple[Slot, ...]
    points: Points
    norm: Amount | None
    yesterday: tuple[float | None, ...]
    """By hour to the end of the day; empty if there was no yesterday."""
    total: Amount
    verdict: Judgement = Judgement.NONE

    def __post_init__(self) -> None:
        same_length(self.slots, self.points)
        if self.yesterday:
            same_length(self.slots, self.yesterday)


@dataclass(frozen=True)
class _Day:
    picture: Hero
    grid: Grid
    scale: Scale
    base: float

    @property
    def known(self) -> list[int]:
        return [index for index, point in enumerate(self.picture.points) if point.fact]

    @property
    def norm(self) -> float | None:
        return self.scale(self.picture.norm.value) if self.picture.norm else None

    @property
    def yesterday(self) -> list[Path]:
        return paths_of(self.grid, self.scale, self.picture.yesterday)

    def bar(self, index: int) -> Edges:
        """The hour's bar; that of the running hour is as wide as the part that is over."""
        point = self.picture.points[index]
        width = self.grid.bar(_BAR)
        start = self.grid.centre(index) - width / 2
        top = min(self.scale(point.fact.value) if point.fact else self.base, self.base - _ZERO)
        return Edges(start, top, start + width * min(point.elapsed, 1), self.base)

    def text(self, index: int) -> str:
        fact = self.picture.points[index].fact
        return fact.text if fact else ""


def scene(picture: Hero) -> Scene:
    require_facts(picture.points)
    sheet = page(picture.titles, ANSWER)
    grid = Grid(sheet.left, sheet.right - min(_side_width(picture), _WIDEST_SIDE) - _SIDE_GAP, picture.slots)
    top, base = sheet.top + 44, sheet.bottom - _NAMES
    values = [point.fact.value for point in picture.points if point.fact]
    values += [value for value in picture.yesterday if value is not None]
    norm = [picture.norm.value] if picture.norm else []
    day = _Day(picture, grid, Scale(*limits(values, [0.0, *norm]), base, top), base)
    items = flat(
        sheet.items,
        *(_bar(day, index) for index in day.known),
        rimmed(day.yesterday),
        _norm(day),
        (axis(grid, base),),
        names(grid, base, picture.points),
        _numbers(day, sheet.top),
        _beside(day, sheet),
    )
    return Scene.on(ANSWER, items, picture.titles.alt_text)


def _side_width(picture: Hero) -> float:
    return max(
        measure(picture.total.text, _hero(_SIZES[0])),
        measure(picture.norm.text if picture.norm else "", theme.STRONG),
        measure(picture.labels.so_far, _QUIET),
    )


def _bar(day: _Day, index: int) -> Items:
    """Solid; a missed hour is red and points to the side of the norm on which it lies."""
    bar, point, norm = day.bar(index), day.picture.points[index], day.norm
    missed = point.judged is Judgement.MISSED
    colour = theme.MISSED if missed else theme.FACT
    x = (bar.left + bar.right) / 2
    shape: Items = (Box(bar.left, bar.top, bar.right, day.base, colour),)
    if point.fact and day.scale.clips(point.fact.value):
        shoulder = bar.top + _ARROW
        tip = ((bar.left, shoulder), (x, bar.top), (bar.right, shoulder))
        shape = (Area((*tip, (bar.right, day.base), (bar.left, day.base)), colour),)
    if not missed or norm is None or day.base - bar.top < 2 * _INSIDE:
        return shape
    size = min(12.0, 0.35 * (bar.right - bar.left))
    return (*shape, layout.pointer(x, bar.top + 26, theme.PAPER, up=bar.top < norm, size=size))


def _norm(day: _Day) -> Items:
    """Ink on paper, with a rim of paper where it crosses a bar."""
    y = day.norm
    if y is None:
        return ()
    bars = [day.bar(index) for index in day.known]
    rims = tuple(Box(bar.left, y - 4, bar.right, y + 4, theme.PAPER) for bar in bars if bar.top < y + 4)
    return (*rims, Stroke(((day.grid.left, y), (day.grid.right, y)), theme.INK, 3))


def _numbers(day: _Day, top: float) -> Items:
    """Every hour's value at the foot of its bar; where bars are too narrow, the telling ones above theirs."""
    points, grid = day.picture.points, day.grid
    roomy = max(measure(day.text(index), theme.STRONG) for index in day.known) <= grid.bar(_BAR) - 2
    inside: list[Text] = []
    wishes: list[list[Text]] = []
    for index in day.known if roomy else telling(points):
        bar, text = day.bar(index), day.text(index)
        if roomy and not points[index].running and day.base - bar.top > _INSIDE:
            inside.append(centred(grid.centre(index), day.base - 16, text, theme.STRONG.inked(theme.PAPER)))
            continue
        beside = [left(bar.right + 6, day.base - 16, text, theme.STRONG)] if points[index].running else []
        x = (bar.left + bar.right) / 2
        wishes.append([*beside, *(centred(x, bar.top - 10 - lift, text, theme.STRONG) for lift in (0, 8, 16, 24))])
    for first, last in runs_of([point.missing for point in points]):
        x = (grid.centre(first) + grid.centre(last)) / 2
        texts = (day.picture.labels.no_data, day.picture.labels.no_data_short)
        wishes.append([centred(x, day.base - 16, text, theme.QUIET) for text in texts])
    lines = [item.spots for item in (*rimmed(day.yesterday), *_norm(day)) if isinstance(item, Stroke)]
    taken = [*(day.bar(index) for index in day.known), *(box for spots in lines for box in along(spots, 4))]
    bounds = Edges(grid.left, top, grid.right + 8, day.base)
    placed = (*inside, *place(wishes, taken, bounds))
    # Beside the number of today its name would be read as the number's: it stands on the line.
    return (*placed, *name_near(day.yesterday, day.picture.labels.yesterday, taken, placed, bounds))


def _beside(day: _Day, sheet: Page) -> Items:
    """The norm's name at its height, and the one number in the larger space it leaves."""
    picture, x, style = day.picture, day.grid.right + _SIDE_GAP, theme.STRONG
    if not picture.norm or day.norm is None:
        return _total(picture, x, sheet.right - x, sheet.top, day.base, [])
    y = min(max(day.norm, sheet.top), day.base - 20)
    name = left(x, middle(y, style), fit(picture.norm.text, style, sheet.right - x), style)
    joint = (Stroke(((day.grid.right, day.norm), (x - 4, y)), theme.PREVIOUS, theme.CONNECTOR),)
    joints = joint if abs(y - day.norm) > 14 else ()
    return (name, *joints, *_total(picture, x, sheet.right - x, sheet.top, day.base, [y]))


def _total(picture: Hero, x: float, room: float, top: float, base: float, taken: list[float]) -> Items:
    """The number under its sign, near the top of the largest gap between the names."""
    sign = 52.0 if picture.verdict is not Judgement.NONE else 0.0
    starts, ends = [top, *(y + 22 for y in taken)], [*(y - 22 for y in taken), base]
    free, start = max((end - start, start) for start, end in zip(starts, ends, strict=True))
    tight = free < sign + 112  # then the number alone, smaller
    y = start + min(24.0, max((free - sign - 112) / 2, 0.0))
    styles = [_hero(size) for size in (_SIZES[2:] if tight else _SIZES)]
    style = next((style for style in styles if measure(picture.total.text, style) <= room), styles[-1])
    total = left(x, y + sign + 0.8 * style.size, fit(picture.total.text, style, room), style)
    note = left(x, total.y + 44, fit(picture.labels.so_far, _QUIET, room), _QUIET)
    return (
        *(layout.verdict(picture.verdict, x + 20, y + 24, 1.25) if sign else ()),
        total,
        *(() if tight else (note,)),
    )


def _hero(size: float) -> Style:
    return Style(size, Weight.BOLD, theme.INK)
