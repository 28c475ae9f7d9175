"""Appointments day by day, those kept solid and those missed outlined, over the share missed by place."""

from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import NAMES_HEIGHT, Grid, axis, bands, names
from charts.canvas.lettering import measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, Text, centred, flat, left, right
from charts.canvas.theme import TABLE
from charts.forms.wings import Place, by_place
from charts.model import Amount, Labels, NothingToDraw, Slot, Titles

_HEADS = 58.0
_SECTION, _ROW = 116.0, 70.0
_BAR = 0.62  # of a slot
_SWATCH = 20.0
_APART = 20.0
_OVER = 34.0
"""Room for the number over the tallest bar."""


@dataclass(frozen=True)
class AttendanceDay:
    """A day, or another part of the period: how many came, and how many did not."""

    slot: Slot
    came: Amount
    missed: Amount


@dataclass(frozen=True)
class Attendance:
    """Days in their order, and places in theirs; without places there is no lower part."""

    titles: Titles
    labels: Labels
    above: str
    days: tuple[AttendanceDay, ...]
    groups: tuple[str, str]
    """What is solid and what is outlined."""
    below: str = ""
    below_heads: tuple[str, str] = ("", "")
    places: tuple[Place, ...] = ()


def scene(picture: Attendance) -> Scene:
    most = max((day.came.value + day.missed.value for day in picture.days), default=0.0)
    if not most:
        raise NothingToDraw
    sheet = page(picture.titles, TABLE)
    lower = _SECTION + len(picture.places) * _ROW if picture.places else 0.0
    top, base = sheet.top + _HEADS + _OVER, sheet.bottom - lower - NAMES_HEIGHT - _APART
    grid = Grid(sheet.left, sheet.right, tuple(day.slot for day in picture.days))
    tallest = max(range(len(picture.days)), key=lambda n: picture.days[n].came.value + picture.days[n].missed.value)
    items = flat(
        sheet.items,
        (left(sheet.left, sheet.top + 24, picture.above, theme.STRONG),),
        _legend(picture.groups, sheet.right, sheet.top + 24),
        bands(grid, top, base),
        *(_day(day, grid, n, (base - top) / most, base, told=n == tallest) for n, day in enumerate(picture.days)),
        (axis(grid, base),),
        names(grid, base, telling=(tallest,)),
        by_place(
            picture.below,
            picture.below_heads,
            picture.places,
            (sheet.left, sheet.right),
            (base + NAMES_HEIGHT + _APART, sheet.bottom),
            one_sided=True,
        )
        if picture.places
        else (),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text)


def _day(day: AttendanceDay, grid: Grid, n: int, unit: float, base: float, *, told: bool) -> Items:
    half, x = grid.bar(_BAR) / 2, grid.centre(n)
    kept, whole = base - day.came.value * unit, base - (day.came.value + day.missed.value) * unit
    items: list[Box] = []
    if day.missed.value:
        items.append(Box(x - half, whole, x + half, kept, theme.PAPER, theme.FACT, theme.PLAN))
    if day.came.value:
        items.append(Box(x - half, kept, x + half, base, theme.FACT))
    if not told:
        return tuple(items)
    words = f"{day.came.text} + {day.missed.text}"
    half = measure(words, theme.EXTREME) / 2
    x = min(max(x, grid.left + half), grid.right - half)
    return (*items, centred(x, whole - 10, words, theme.EXTREME))


def _legend(groups: tuple[str, str], end: float, y: float) -> Items:
    """What is solid and what is outlined, from the right."""
    items: list[Box | Text] = []
    for name, look in ((groups[1], (theme.PAPER, theme.FACT, theme.PLAN)), (groups[0], (theme.FACT, "", 0.0))):
        words = right(end, y, name, theme.VALUE)
        x = words.x - _SWATCH - 10
        items += [words, Box(x, y - _SWATCH + 2, x + _SWATCH, y + 2, *look)]
        end = x - 26
    return tuple(items)
