"""How far is everybody? Two hundred people at a glance: a window is a person, a floor is a total."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import ceil, floor

from charts.canvas import theme
from charts.canvas.floors import steps, with_notes
from charts.canvas.lettering import measure, wrap
from charts.canvas.page import Page, page
from charts.canvas.scene import Area, Box, Edges, Item, Items, Scene, Stroke, Text, flat, left, middle, right
from charts.canvas.theme import TABLE, Style, Weight
from charts.model import Amount, NothingToDraw, Titles

_WINDOWS = (38.0, 34.0, 30.0, 27.0, 24.0, 21.0, 18.0, 15.0, 12.0)
"""How wide a window may be with its frame."""
_LEAST_FLOOR, _HIGHEST_FLOOR = 22.0, 44.0
_NARROWEST = 21.0
"""Before windows are narrower, a floor has several rows of them."""
_BROADER = 1.9
"""The tower stands on blocks that are each so much broader, or less."""
_LABELS = 76.0
"""At the left, for the totals of the floors."""
_INSET = 12.0
_WIDEST = 590.0
"""The rest of the sheet is for the words beside the tower."""
_ROOF = 20.0
_BREAK = 2
_LEADING = 40.0

_TOTAL = Style(28, Weight.SEMIBOLD, theme.INK)
_QUIET_TOTAL = Style(28, Weight.REGULAR, theme.SECOND)
_NAMES = Style(30, Weight.SEMIBOLD, theme.INK)
_THRESHOLD = Style(30, Weight.BOLD, theme.INK)

_Put = Callable[[Text], bool]
"""Print a text where nothing else stands; whether it was."""


@dataclass(frozen=True)
class Floor:
    """Everybody with one total: how many they are, of them in the final and near it."""

    amount: Amount
    people: int
    final: int = 0
    near: int = 0
    names: tuple[str, ...] = ()
    """Who they are, in a few ways, the longest first; the first that fits is printed."""


@dataclass(frozen=True)
class Crowd:
    """Everybody at a glance: a window is a person, a floor a total. Floors from the top; only those with people."""

    titles: Titles
    floors: tuple[Floor, ...]
    threshold: Amount
    """«порог финала: 15 резервов»."""
    near: str
    """«9 человек: до финала 1–2»; empty if there is nobody."""
    median: Amount
    nothing: str
    """Beside the ground floor, for those at 0: «без резервов: 9»."""
    cut: str = ""
    """What is added to the footnote where empty floors are left out."""
    wide: str = ""
    """What is added to the footnote where a floor holds {n} totals."""


@dataclass(frozen=True)
class _Row:
    """A row of windows from the ground up: its floor, and who is behind its windows; empty floors have none."""

    level: int
    colours: tuple[str, ...]
    amount: Amount | None = None
    names: tuple[str, ...] = ()
    broken: bool = False


@dataclass(frozen=True)
class _House:
    """Rows of windows and their size; `step` totals are one floor."""

    rows: tuple[_Row, ...]
    window: float
    pitch: float
    step: int
    ground: float

    @property
    def cut(self) -> bool:
        return any(row.broken for row in self.rows)

    @property
    def folded(self) -> bool:
        """Whether a floor has several rows."""
        levels = [row.level for row in self.rows if row.colours]
        return len(levels) > len(set(levels))

    def y(self, row: int) -> float:
        """The middle of a row."""
        return self.ground - (row + 0.5) * self.pitch


def scene(picture: Crowd) -> Scene:
    if not any(each.amount.value > 0 for each in picture.floors):
        raise NothingToDraw
    made, house = _built(picture)
    wall = TABLE.margin + _LABELS
    line = _threshold(picture, house)
    walls = _widths(house, line)
    border = house.ground - line * house.pitch
    items = flat(
        made.items,
        _silhouette(house, walls, wall),
        _windows(house, wall),
        (Stroke(((0, house.ground), (TABLE.width, house.ground)), theme.INK, 3),),
        _line(border, wall, max(walls[max(line - 1, 0) :])),
        _words(picture, house, walls, wall, border, line, made.right),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text)


def _threshold(picture: Crowd, house: _House) -> int:
    """The first row over the line: everybody in the final is over it, and nobody else."""
    final = next((n for n, row in enumerate(house.rows) if theme.LIT in row.colours), None)
    if final is not None:
        return final
    reached = [n for n, row in enumerate(house.rows) if row.level >= _level(picture.threshold, house.step)]
    peopled = [n + 1 for n, row in enumerate(house.rows) if row.colours]  # on it, but not in the final
    return max(reached[0] if reached else len(house.rows), *peopled[-1:] or [0])


def _built(picture: Crowd) -> tuple[Page, _House]:
    titles = picture.titles
    for _ in range(2):  # what the house leaves out stands in the footnote, which may then need a second line
        made = page(titles, TABLE)
        ground = made.bottom - 8
        house = _house(picture, ground, ground - made.top - _ROOF - 30)
        titles = with_notes(picture.titles, (picture.wide, picture.cut), house.step, cut=house.cut)
    return made, house


def _house(picture: Crowd, ground: float, height: float) -> _House:
    """The finest floors and the largest windows that fit; empty floors are left out before totals share one."""
    most = int(height / _LEAST_FLOOR)
    for step in steps():
        for cut in (False, True):
            for window in _windows_of(picture, step):
                rows = tuple(islice(_rows(picture, step, int(_WIDEST / window), cut=cut), most + 1))
                if len(rows) > most:
                    continue
                pitch = min(height / (len(rows) + 0.5), _HIGHEST_FLOOR, window * 1.3)
                if pitch >= max(_LEAST_FLOOR, window * 0.8) or (pitch >= _LEAST_FLOOR and window == _WINDOWS[0]):
                    return _House(rows, window, pitch, step, ground)
    raise AssertionError("the numbers have no end")


def _windows_of(picture: Crowd, step: int) -> Iterator[float]:
    """The widths to try: the one at which every floor is one row, if it is not too narrow; then all."""
    on_floors = Counter[int]()
    for each in picture.floors:
        on_floors[_level(each.amount, step)] += each.people
    alone = _WIDEST / max(on_floors.values())
    if alone >= _NARROWEST:
        yield min(alone, _WINDOWS[0])
    yield from _WINDOWS


def _level(amount: Amount, step: int) -> int:
    return max(floor(amount.value / step), 0)


def _rows(picture: Crowd, step: int, most: int, *, cut: bool) -> Iterator[_Row]:
    """Rows from the ground up. A floor with more people than windows has several rows."""
    by_level: dict[int, list[Floor]] = {}
    for each in picture.floors:
        by_level.setdefault(_level(each.amount, step), []).append(each)
    known = sorted({*by_level, _level(picture.threshold, step)})
    gaps = {low + 1: high - low - 1 for low, high in pairwise([-1, *known])}
    widest = max(gaps, key=lambda start: gaps[start])  # one tear is read as such; a house of pieces is none
    cut = cut and gaps[widest] > _BREAK + 2
    last = -1
    for level in known:
        empty = level - last - 1
        if cut and last + 1 == widest:
            yield from (_Row(last + 1, (), broken=True) for _ in range(_BREAK))
        else:
            yield from (_Row(last + 1 + n, ()) for n in range(empty))
        yield from _floor(level, by_level.get(level, []), most, one=step == 1)
        last = level


def _floor(level: int, floors: Sequence[Floor], most: int, *, one: bool) -> Iterator[_Row]:
    """The rows of one floor; of those on it that are in the final and those that are not, each have their own."""
    final = [theme.LIT for each in floors for _ in range(each.final)]
    others = [
        *(theme.NEAR for each in floors for _ in range(each.near)),
        *(theme.WINDOW for each in floors for _ in range(each.people - each.final - each.near)),
    ]
    amount = floors[0].amount if floors and one else None
    names = floors[0].names if len(floors) == 1 else ()
    if final and others:
        yield from _rows_of(level, others, most, amount, ())
        yield from _rows_of(level, final, most, None, names)
    else:
        yield from _rows_of(level, final or others, most, amount, names)


def _rows_of(
    level: int, colours: Sequence[str], most: int, amount: Amount | None, names: tuple[str, ...]
) -> Iterator[_Row]:
    count = max(ceil(len(colours) / most), 1)
    each_row = max(ceil(len(colours) / count), 1)
    for n in reversed(range(count)):  # those in the final are at the top
        part = tuple(colours[n * each_row : (n + 1) * each_row])
        yield _Row(level, part, amount if n == count - 1 else None, names if n == 0 else ())


def _widths(house: _House, line: int) -> list[float]:
    """How wide the house is at each row: blocks that grow broader downwards, one of them of the final."""
    least = 3 * house.window
    needed = [max(len(row.colours) * house.window, least) for row in house.rows]
    widths = [0.0] * len(needed)
    broadest, first, top = 0.0, 0.0, len(needed)
    for n in reversed(range(len(needed))):
        before, broadest = broadest, max(broadest, needed[n])
        if n == len(needed) - 1 or n == line - 1 or broadest > first * _BROADER:
            widths[n + 1 : top] = [before] * (top - n - 1)
            first, top = broadest, n + 1
    widths[:top] = [broadest] * top
    return widths


def _silhouette(house: _House, walls: Sequence[float], wall: float) -> Items:
    items: list[Item] = []
    top = house.ground - len(walls) * house.pitch - 10
    right_end = wall + _INSET + walls[-1] + _INSET / 2
    peak = (wall + right_end) / 2
    items.append(Area(((wall, top + 1), (peak, top - _ROOF), (right_end, top + 1)), theme.TOWER))
    items.append(Box(wall, top, right_end, house.ground, theme.TOWER))
    start = 0
    for n in range(1, len(walls) + 1):
        if n == len(walls) or walls[n] != walls[start]:
            if walls[start] != walls[-1]:
                roof = house.ground - n * house.pitch
                items.append(Box(wall, roof, wall + _INSET + walls[start] + _INSET / 2, house.ground, theme.TOWER))
            start = n
    items += _breaks(house, wall, walls)
    return tuple(items)


def _breaks(house: _House, wall: float, walls: Sequence[float]) -> Iterator[Item]:
    """A torn strip of paper where empty floors are left out."""
    for n, row in enumerate(house.rows):
        if row.broken and not house.rows[n - 1].broken:
            end = wall + 2 * _INSET + walls[n]
            width, tooth = (end - wall + 8) / 6, 6.0
            low = [(wall - 4 + i * width, house.y(n) + (tooth if i % 2 else -tooth)) for i in range(7)]
            high = [(x, y - house.pitch * 0.8) for x, y in low]
            yield Area((*low, *reversed(high)), theme.PAPER)


def _windows(house: _House, wall: float) -> Items:
    width, height = house.window * 0.84, house.pitch * 0.72
    return tuple(
        Box(x, y - height / 2, x + width, y + height / 2, colour)
        for n, row in enumerate(house.rows)
        for y in (house.y(n),)
        for i, colour in enumerate(row.colours)
        for x in (wall + _INSET + i * house.window,)
    )


def _line(y: float, wall: float, width: float) -> Items:
    """The threshold: dashes across the sheet, bright on the wall."""
    end = wall + width + _INSET * 1.5
    return (
        Stroke(((0, y), (wall, y)), theme.INK, 3.5, (12, 8)),
        Stroke(((wall, y), (end, y)), theme.LIT, 3.5, (12, 8)),
        Stroke(((end, y), (TABLE.width, y)), theme.INK, 3.5, (12, 8)),
    )


def _words(
    picture: Crowd, house: _House, walls: Sequence[float], wall: float, border: float, line: int, end: float
) -> Items:
    """Totals at the left; at the right the leaders' names, the threshold, who is near, the median, who has nothing."""
    taken: list[Edges] = []
    texts: list[Text] = []

    def put(text: Text) -> bool:
        edges = text.edges
        free = Edges(edges.left - 4, edges.top - 7, edges.right + 4, edges.bottom + 5)
        if any(free.overlaps(other) for other in taken) or edges.bottom > house.ground - 4:
            return False
        taken.append(free)
        texts.append(text)
        return True

    beside = [wall + _INSET * 1.5 + width + 16 for width in walls]
    above = wrap(picture.threshold.text, _THRESHOLD, end - max(beside[line:], default=0.0))
    for n, words in enumerate(reversed(above)):
        put(right(end, border - 16 - n * _LEADING, words, _THRESHOLD))
    if picture.near:
        under = wrap(picture.near, _NAMES, end - beside[max(line - 3, 0)])
        for n, words in enumerate(under):
            put(right(end, border + 38 + n * _LEADING, words, _NAMES))
    strip = (Edges(0, border - 8, TABLE.width, border + 8),)
    taken.extend(strip)
    _named(house, beside, line, end, put)
    if picture.nothing and house.rows[0].level == 0:
        put(left(beside[0], house.ground - 14, picture.nothing, theme.QUIET))
    level = _level(picture.median, house.step)
    at = next((n for n, row in enumerate(house.rows) if row.level == level and not row.broken), None)
    if at is not None:
        text = left(beside[at], middle(house.y(at), _NAMES), picture.median.text, _NAMES)
        low = right(end, border + 38 + _LEADING * bool(picture.near), picture.median.text, theme.QUIET)
        _ = put(text) or put(low)
    _totals(house, line, wall, put)
    return tuple(texts)


def _named(house: _House, beside: Sequence[float], line: int, end: float, put: _Put) -> None:
    for n in range(len(house.rows) - 1, line - 1, -1):
        row = house.rows[n]
        names = next((each for each in row.names if measure(each, _NAMES) <= end - beside[n]), None)
        if names:
            put(left(beside[n], middle(house.y(n), _NAMES), names, _NAMES))


def _totals(house: _House, line: int, wall: float, put: _Put) -> None:
    """The leaders' and the last floor's of the final first, then every fifth."""
    rows = list(enumerate(house.rows))
    final = [(n, row) for n, row in reversed(rows) if n >= line and row.amount]
    fifth = [(n, row) for n, row in rows if row.amount and round(row.amount.value) % 5 == 0]
    every = [(n, row) for n, row in rows if row.amount and house.folded]
    for n, row in [*final[:1], *final[-1:], *final, *fifth, *every]:
        if row.amount:
            style = _TOTAL if n >= line else _QUIET_TOTAL
            text = right(wall - 12, middle(house.y(n), style), row.amount.text, style)
            if text.x >= TABLE.margin - 8:
                put(text)
