"""From one rate to another in steps: each part of the distance begins where the one before ends; one has a whisker."""

from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure, wrap
from charts.canvas.page import table
from charts.canvas.scene import Box, Items, Scene, Stroke, flat, left, middle, right
from charts.canvas.theme import TABLE, Style
from charts.model import Amount, Labels, NothingToDraw, Titles

_NAMES = 330.0
_GAP = 28.0
_HALF = 22.0
_LEVEL = 8.0
_LEAST = 4.0
_CAP = 14.0
_LEADING = 34.0
_ROOM = 0.06
"""Of the axis beyond the outermost value, on both sides."""


@dataclass(frozen=True)
class Step:
    """A part of the distance, or with `level` a rate itself; `note` stands under its number."""

    name: str
    amount: Amount
    level: bool = False
    note: str = ""
    whisker: tuple[float, float] | None = None
    """How little and how much it may be by chance."""


@dataclass(frozen=True)
class Steps:
    """The first and the last step are levels; the others sum to what lies between them. The dark one is the finding."""

    titles: Titles
    labels: Labels
    steps: tuple[Step, ...]
    dark: int


@dataclass(frozen=True)
class _Placed:
    """Where a step begins and ends on the axis of values."""

    begins: float
    ends: float


def scene(picture: Steps) -> Scene:
    """One row a step, all on one scale that need not begin at 0: what is compared are distances, not lengths."""
    if not picture.steps:
        raise NothingToDraw
    placed = _placed(picture)
    reached = [value for place in placed for value in (place.begins, place.ends)]
    for step, place in zip(picture.steps, placed, strict=True):
        reached += [place.begins + bound for bound in step.whisker or ()]
    made = table(picture.titles, len(picture.steps) + 1, 0.0)
    numbers = max(max(measure(s.amount.text, theme.BIG), measure(s.note, theme.QUIET)) for s in picture.steps)
    low, high = min(reached), max(reached)
    room = (high - low) * _ROOM or 1.0
    begins, ends = TABLE.margin + _NAMES + _GAP, made.sheet.right - numbers - _GAP
    scale = Scale(low - room, high + room, begins, ends)
    pitch = made.pitch * (len(picture.steps) + 1) / len(picture.steps)
    rows = [made.top + (n + 0.5) * pitch for n in range(len(picture.steps))]
    lines = max(int(pitch / _LEADING) - 1, 1)
    blocks = [
        _row(picture, n, place, y, scale, (lines, made.sheet.right))
        for n, (place, y) in enumerate(zip(placed, rows, strict=True))
    ]
    joints = [
        Stroke(((scale(place.ends), y), (scale(place.ends), below)), theme.PREVIOUS, theme.CONNECTOR)
        for place, y, below in zip(placed, rows, rows[1:], strict=False)
    ]
    items = (*made.sheet.items, *joints, *flat(*blocks))
    return Scene.on(TABLE, items, picture.titles.alt_text, made.height)


def _placed(picture: Steps) -> list[_Placed]:
    at, found = 0.0, []
    for step in picture.steps:
        begins = step.amount.value if step.level else at
        at = begins if step.level else at + step.amount.value
        found.append(_Placed(begins, at))
    return found


def _row(picture: Steps, n: int, place: _Placed, y: float, scale: Scale, room: tuple[int, float]) -> Items:
    """Return a step; `room`: how many lines its name has, and where its number ends."""
    most, edge = room
    step = picture.steps[n]
    dark = n == picture.dark
    named = theme.STRONG if dark or step.level else theme.PLAIN
    words = wrap(step.name, named, _NAMES)
    if len(words) > most:
        words = [*words[: most - 1], fit(" ".join(words[most - 1 :]), named, _NAMES)]
    first = middle(y, named) - (len(words) - 1) * _LEADING / 2
    names = tuple(left(TABLE.margin, first + k * _LEADING, line, named) for k, line in enumerate(words))
    return (*names, *_mark(step, place, y, scale, dark=dark), *_number(step, y, edge, dark=dark))


def _mark(step: Step, place: _Placed, y: float, scale: Scale, *, dark: bool) -> Items:
    """A level is a thick tick, a part a bar from where it begins to where it ends."""
    if step.level:
        x = scale(place.begins)
        return (Box(x - _LEVEL / 2, y - _HALF, x + _LEVEL / 2, y + _HALF, theme.INK),)
    low, high = sorted((scale(place.begins), scale(place.ends)))
    bar = Box(low, y - _HALF, max(high, low + _LEAST), y + _HALF, theme.FACT if dark else theme.PALE)
    if step.whisker is None:
        return (bar,)
    ends = [scale(place.begins + bound) for bound in step.whisker]
    caps = (Stroke(((x, y - _CAP), (x, y + _CAP)), theme.INK, theme.PLAN) for x in ends)
    return (bar, Stroke(((ends[0], y), (ends[1], y)), theme.INK, theme.PLAN), *caps)


def _number(step: Step, y: float, edge: float, *, dark: bool) -> Items:
    style: Style = theme.BIG if dark or step.level else theme.PLAIN
    if not step.note:
        return (right(edge, middle(y, style), step.amount.text, style),)
    above = y - _LEADING / 2
    return (
        right(edge, middle(above, style), step.amount.text, style),
        right(edge, middle(above + _LEADING, theme.QUIET), step.note, theme.QUIET),
    )
