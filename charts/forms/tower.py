"""A rating as a climb: rows by place, joined to the floor of a skyscraper that each has reached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charts.canvas import theme
from charts.canvas.floors import Floors, floors_of, with_notes
from charts.canvas.layout import pointer
from charts.canvas.lettering import fit, measure
from charts.canvas.page import Page, page
from charts.canvas.scene import Area, Box, Disc, Item, Items, Scene, Stroke, Text, centred, flat, left, middle, right
from charts.canvas.theme import TABLE, Style, Weight
from charts.model import Amount, NothingToDraw, Titles

MOST = 14
"""As many rows as are legible."""

_ROW, _HIGHEST_ROW = 70.0, 80.0
_LOWEST_SHEET = 880
_FLAG = 70.0
"""Over the walls."""
_WALL = 150.0
_ROPE = 64.0
"""From the wall to the rows."""
_GAP = 22.0
_MOVES = 78.0
_DOT = 11.5

_PLACE = Style(36, Weight.BOLD, theme.INK)
_NAME = Style(33, Weight.SEMIBOLD, theme.INK)
_CHASER = Style(33, Weight.REGULAR, theme.SECOND)
_SMALLER = 28
_STEP = Style(28, Weight.SEMIBOLD, theme.MET)
_BORDER = Style(30, Weight.SEMIBOLD, theme.INK)
_SIGN = Style(26, Weight.SEMIBOLD, theme.INK)


@dataclass(frozen=True)
class Climber:
    """A participant by place. `names` are the same name, the fullest first; the first that fits is printed."""

    place: str
    names: tuple[str, ...]
    amount: Amount
    gap: str
    """«2 до 1-го», «лидер»."""
    final: bool
    moved: int | None = None
    """Places won since the last time, or, below 0, lost; None: was not there."""
    first: bool = False


@dataclass(frozen=True)
class Climb:
    """A rating as a climb. A row is a participant, the best first; a floor is `floor` of what is counted, or more."""

    titles: Titles
    rows: tuple[Climber, ...]
    border: str
    """Under the last finalist: «в финале первые 10»; empty without chasers."""
    minimum: Amount | None = None
    """The sign on the facade: «минимум 10»."""
    new: str = ""
    """What stands where movement would, for who was not there; empty if nothing is compared."""
    rest: str = ""
    """«ещё 26: от 0 до 8»."""
    scale: tuple[str, str] = ("", "")
    """What is added to the footnote where a floor is {n} of what is counted, and where floors are left out."""


def scene(picture: Climb) -> Scene:
    if not any(row.amount.value > 0 for row in picture.rows):
        raise NothingToDraw
    made, height, floors = _built(picture)
    wall = TABLE.margin + _wall(picture)
    start = wall + _ROPE
    rows, border = _slots(picture, made)
    places = list(zip(picture.rows, rows, strict=False))
    leader = floors(max(row.amount.value for row in picture.rows))
    items = flat(
        made.items,
        _glow(places, rows, start),
        tower(floors, TABLE.margin, wall, leader),
        (Stroke(((0, floors.ground), (TABLE.width, floors.ground)), theme.INK, 3),),
        _ropes(places, floors, wall, start),
        _sign(picture, floors, wall),
        _table(picture, places, start, made.right),
        _border(picture.border, border, start) if border is not None else (),
        (_rest(picture.rest, rows[-1], start, made.right),) if picture.rest else (),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text, height)


def _built(picture: Climb) -> tuple[Page, int, Floors]:
    """The sheet, as long as its rows ask for, and the tower that stands on its ground."""
    slots = len(picture.rows) + bool(picture.border) + bool(picture.rest)
    titles, height = picture.titles, TABLE.height
    for _ in range(2):  # what the tower leaves out stands in the footnote, which may then need a second line
        free = page(titles, TABLE)
        wanted = free.top + slots * _HIGHEST_ROW + (TABLE.height - free.bottom)
        height = round(min(max(wanted, _LOWEST_SHEET), TABLE.height))
        made = page(titles, TABLE, height)
        values = [row.amount.value for row in picture.rows]
        minimum = [picture.minimum.value] if picture.minimum else []
        ground = made.bottom - 6
        floors = floors_of([*values, *minimum], ground, ground - made.top - _FLAG)
        titles = with_notes(picture.titles, picture.scale, floors.step, cut=floors.gap is not None)
    return made, height, floors


def _slots(picture: Climb, made: Page) -> tuple[list[float], float | None]:
    """The middle of every row, and of the line under the last finalist."""
    slots = len(picture.rows) + bool(picture.border) + bool(picture.rest)
    pitch = min((made.bottom - 14 - made.top + 8) / slots, _HIGHEST_ROW)
    at = [made.top - 8 + (index + 0.5) * pitch for index in range(slots)]
    if not picture.border:
        return at, None
    finalists = sum(row.final for row in picture.rows)
    return at[:finalists] + at[finalists + 1 :], at[finalists]


def _wall(picture: Climb) -> float:
    """The tower is as wide as its sign."""
    return max(_WALL, measure(picture.minimum.text, _SIGN) + 28 if picture.minimum else 0.0)


def _glow(places: Sequence[tuple[Climber, float]], rows: Sequence[float], start: float) -> Items:
    """Behind who leads."""
    half = (rows[1] - rows[0]) / 2 if len(rows) > 1 else _ROW / 2
    return tuple(Box(start, y - half + 2, TABLE.width, y + half - 2, theme.GLOW) for row, y in places if row.first)


def _ropes(places: Sequence[tuple[Climber, float]], floors: Floors, wall: float, start: float) -> Items:
    ropes: list[Item] = []
    dots: dict[float, Item] = {}
    for row, y in places:
        height = min(floors(row.amount.value), floors.ground - _DOT - 3)
        colour = theme.FACT if row.final else theme.PREVIOUS
        spots = ((wall, height), (wall + 26, height), (start - 16, y), (start, y))
        ropes.append(Stroke(spots, colour, 2.6))
        fill, edge = (theme.LIT, theme.INK) if row.final else (theme.PAPER, theme.SECOND)
        dots.setdefault(height, Disc(wall, height, _DOT, fill, edge, 3))
    return (*ropes, *dots.values())


def _sign(picture: Climb, floors: Floors, wall: float) -> Items:
    if not picture.minimum:
        return ()
    y, x, end = min(floors(picture.minimum.value), floors.ground - 24), TABLE.margin - 8, wall - _DOT - 3
    snapshot = Box(x, y - 19, end, y + 19, theme.PAPER, theme.INK, 3)
    return (snapshot, centred((x + end) / 2, middle(y, _SIGN), picture.minimum.text, _SIGN))


def _table(picture: Climb, places: Sequence[tuple[Climber, float]], start: float, end: float) -> Items:
    """Columns as wide as they need to be; the names have what is left."""
    rows = [row for row, _ in places]
    place = start + 14 + max(measure(row.place, _PLACE) for row in rows)
    names = place + (_MOVES if picture.new else 0.0) + _GAP
    gaps = max(measure(row.gap, theme.QUIET) for row in rows)
    amounts = end - gaps - (_GAP if gaps else 0.0)
    room = amounts - max(measure(row.amount.text, _PLACE) for row in rows) - _GAP - names
    return flat(*(_row(picture, row, y, place, names, room, amounts) for row, y in places))


def _row(picture: Climb, row: Climber, y: float, place: float, names: float, room: float, amounts: float) -> Items:
    ink = theme.INK if row.final else theme.SECOND
    style = _NAME if row.final else _CHASER
    words, name = _fitted(row.names, style, room)
    return (
        right(place, middle(y, _PLACE), row.place, _PLACE.inked(ink)),
        *(_moved(picture, row, place + _MOVES / 2 + 8, y) if picture.new else ()),
        left(names, middle(y, name), words, name),
        right(amounts, middle(y, _PLACE), row.amount.text, _PLACE.inked(ink)),
        left(amounts + _GAP, middle(y, theme.QUIET), row.gap, theme.QUIET),
    )


def _moved(picture: Climb, row: Climber, x: float, y: float) -> Items:
    """Up in colour, down in grey: nobody is shamed in red."""
    if row.moved is None:
        return (centred(x, middle(y, theme.LEAST), picture.new, theme.LEAST),)
    if row.moved == 0:
        return tuple(Box(x - 10, y + at - 2, x + 10, y + at + 2, theme.PREVIOUS) for at in (-5, 5))
    style = _STEP if row.moved > 0 else _STEP.inked(theme.SECOND)
    text = str(abs(row.moved))
    begin = x - (24 + measure(text, style)) / 2
    sign = pointer(begin + 9, y, style.colour, up=row.moved > 0, size=10)
    return (sign, left(begin + 25, middle(y, style), text, style))


def _fitted(names: Sequence[str], style: Style, room: float) -> tuple[str, Style]:
    """The fullest name that fits; if none does, the shortest in smaller type, cut if it must be."""
    found = next((name for name in names if measure(name, style) <= room), None)
    if found is not None:
        return found, style
    smaller = replace(style, size=_SMALLER)
    return fit(names[-1], smaller, room), smaller


def _border(words: str, y: float, start: float) -> Items:
    text = left(start + 34, middle(y, _BORDER), words, _BORDER)
    ends = ((start, text.x - 10), (text.edges.right + 10, TABLE.width))
    return (*(Stroke(((x0, y), (x1, y)), theme.INK, 3.5, (12, 8)) for x0, x1 in ends), text)


def _rest(words: str, y: float, start: float, end: float) -> Text:
    return left(start + 14, middle(y, theme.PLAIN), fit(words, theme.PLAIN, end - start - 14), theme.QUIET)


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
