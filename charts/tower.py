"""The skyscraper of a contest: its walls, its windows, the gap where floors are left out."""

from charts import theme
from charts.scene import Area, Box, Items, Stroke
from charts.storeys import Floors

_COLUMNS = 4
_ROOF = 22.0
_POLE = 34.0


def tower(floors: Floors, left: float, right: float, lit_from: float) -> Items:
    """The walls with the windows; those up to the height `lit_from` (y) are lit, but for a few."""
    middle = (left + right) / 2
    eaves = floors.roof + 1
    roof = ((left + 20, eaves), (middle, floors.roof - _ROOF), (right - 20, eaves))
    return (
        Area(roof, theme.TOWER),
        *_flag(middle, floors.roof - _ROOF),
        Box(left, floors.roof, right, floors.ground, theme.TOWER),
        *_windows(floors, left, right, lit_from),
        *_break(floors, left, right),
    )


def _windows(floors: Floors, left: float, right: float, lit_from: float) -> Items:
    inset = 14.0
    pitch = (right - left - inset) / _COLUMNS
    found = []
    broken = floors.broken
    for floor in range(floors.floors):
        y = floors.ground - (floor + 0.5) * floors.pitch
        if broken and broken[0] - 1 < y < broken[1] + 1:
            continue
        half = min(floors.pitch * 0.26, 14.0)
        for column in range(_COLUMNS):
            x = left + inset + column * pitch
            awake = (floor * 7 + column * 5 + floor // 3) % 6 not in (1, 4) if floor % 4 else True
            lit = y >= lit_from - 1 and awake
            found.append(Box(x, y - half, x + pitch - inset, y + half, theme.LIT if lit else theme.UNLIT))
    return tuple(found)


def _flag(x: float, y: float) -> Items:
    cloth = ((x, y - _POLE), (x + 34, y - _POLE + 10), (x, y - _POLE + 20))
    return (Stroke(((x, y + 4), (x, y - _POLE)), theme.TOWER, 3), Area(cloth, theme.LIT, theme.TOWER, 2))


def _break(floors: Floors, left: float, right: float) -> Items:
    """A torn strip of paper, a little wider than the walls."""
    if not floors.broken:
        return ()
    top, bottom = floors.broken
    tooth, width = 9.0, (right - left + 8) / 6
    low = [(left - 4 + n * width, bottom - 12 + (tooth if n % 2 else -tooth)) for n in range(7)]
    high = [(x, y - (bottom - top) + 24) for x, y in low]
    return (Area((*low, *reversed(high)), theme.PAPER),)
