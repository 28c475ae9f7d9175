"""People side by side: what lies on each desk, two numbers, and a share with its interval around that of all.

No ranking and no red: a tint behind a row says that it is told of; an interval off the line alone tells people apart.
"""

from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Disc, Items, Scene, Stroke, centred, flat, left, middle, right
from charts.canvas.theme import TABLE, Style
from charts.model import Amount, Labels, NothingToDraw, Titles

_NAMES, _LOAD, _FIRST, _SECOND = 262.0, 246.0, 92.0, 104.0
_LONGEST = 332.0
"""A long name takes what it needs of the bars' room."""
_HEADS = 48.0
_FOOT = 44.0
_HIGHEST, _LOWEST = 88.0, 56.0
_BAR = 0.42  # of a row
_DOT, _WHISKER = 9.0, 5.0
_LEADING = 29.0
_NUMBERS = 92.0
"""Behind a bar: the number, and the part that is outlined."""
_GAP = 10.0
_SAID = 88.0
_LEAST = 3.0


@dataclass(frozen=True)
class CrewMember:
    """A row: what lies on the desk, with the part of it that is outlined, two numbers, and a share (None: `said`)."""

    name: str
    load: Amount
    part: Amount | None = None
    first: str = ""
    second: str = ""
    share: Amount | None = None
    low: float = 0.0
    high: float = 0.0
    said: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Crew:
    """People in the order given; `heads` over the four columns; `norm` is the share of all."""

    titles: Titles
    labels: Labels
    heads: tuple[str, str, str, str]
    people: tuple[CrewMember, ...]
    norm: Amount | None = None


def scene(picture: Crew) -> Scene:
    if not any(person.load.value or person.share for person in picture.people):
        raise NothingToDraw
    model = page(picture.titles, TABLE)
    top = model.top + _HEADS
    foot = _FOOT if picture.norm else 0.0
    pitch = min(max((model.bottom - foot - top) / len(picture.people), _LOWEST), _HIGHEST)
    height = max(TABLE.height, round(top + pitch * len(picture.people) + foot + TABLE.height - model.bottom))
    sheet = page(picture.titles, TABLE, height)
    names = min(max((_wide(person) for person in picture.people), default=0.0) + 2 * _GAP, _LONGEST)
    loads = sheet.left + max(names, _NAMES)
    firsts = sheet.left + _NAMES + _LOAD + _FIRST
    seconds = firsts + _SECOND
    most = max(person.load.value for person in picture.people) or 1.0
    unit = (firsts - _FIRST - loads - _NUMBERS) / most
    ends = [end for person in picture.people if person.share for end in (person.low, person.high)]
    ends += [picture.norm.value] if picture.norm else []
    scale = Scale(min(ends, default=0.0), max(ends, default=1.0), seconds + 42, sheet.right - _SAID)
    rows = [top + (n + 0.5) * pitch for n in range(len(picture.people))]
    items = flat(
        sheet.items,
        _heads(picture.heads, top - 20, (loads, firsts, seconds, sheet.right)),
        (Box(sheet.left, top - 6, sheet.right, top - 4, theme.RULE),),
        (
            Box(0, y - pitch / 2 + 1, TABLE.width, y + pitch / 2 - 1, theme.BAND)
            for person, y in zip(picture.people, rows, strict=True)
            if person.strong
        ),
        _norm(picture.norm, scale, top, rows[-1] + pitch / 2) if picture.norm else (),
        *(
            _row(person, y, pitch, (sheet.left, loads, firsts, seconds, sheet.right), unit, scale)
            for person, y in zip(picture.people, rows, strict=True)
        ),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text, height)


def _heads(heads: tuple[str, str, str, str], y: float, places: tuple[float, float, float, float]) -> Items:
    load, first, second, last = places
    return (
        left(load, y, heads[0], theme.LEAST),
        right(first, y, heads[1], theme.LEAST),
        right(second, y, heads[2], theme.LEAST),
        right(last, y, heads[3], theme.LEAST),
    )


def _norm(norm: Amount, scale: Scale, top: float, bottom: float) -> Items:
    x = scale(norm.value)
    return (
        Stroke(((x, top + 2), (x, bottom)), theme.INK, theme.HAIR),
        centred(x, bottom + 32, norm.text, theme.STRONG),
    )


def _row(
    person: CrewMember,
    y: float,
    pitch: float,
    places: tuple[float, float, float, float, float],
    unit: float,
    scale: Scale,
) -> Items:
    margin, loads, firsts, seconds, end = places
    half = pitch * _BAR / 2
    far = loads + max(person.load.value * unit, _LEAST)
    begins = far - person.part.value * unit if person.part else far
    number = left(far + _GAP, middle(y, theme.EXTREME), person.load.text, theme.EXTREME)
    beside = (
        (left(number.edges.right + 8, number.y, person.part.text, theme.PLAIN),)
        if person.part and person.part.text
        else ()
    )
    outlined = (
        (Box(begins + 1, y - half + 1, far - 1, y + half - 1, theme.PAPER, theme.FACT, theme.HAIR),)
        if far - begins >= _LEAST
        else ()
    )
    return (
        *_name(person, margin, y, pitch, loads - margin - _GAP),
        Box(loads, y - half, max(begins, loads + (0 if outlined else _LEAST)), y + half, theme.FACT),
        *outlined,
        number,
        *beside,
        right(firsts, middle(y, theme.PLAIN), person.first, theme.PLAIN),
        right(seconds, middle(y, theme.PLAIN), person.second, theme.PLAIN),
        *_share(person, y, end, scale),
    )


def _wide(person: CrewMember) -> float:
    """How wide a name is in two lines."""
    first, _, more = person.name.partition(" ")
    style = theme.EXTREME if person.strong else theme.PLAIN
    return max(measure(first, style), measure(more, theme.QUIET))


def _name(person: CrewMember, x: float, y: float, pitch: float, width: float) -> Items:
    """The name, its last word below the first where the row is high enough for both."""
    style: Style = theme.EXTREME if person.strong else theme.PLAIN
    first, _, more = person.name.partition(" ")
    if not more or pitch < 2 * _LEADING + 6 or measure(person.name, style) <= width * 0.5:
        return (left(x, middle(y, style), fit(person.name, style, width), style),)
    return (
        left(x, middle(y, style) - _LEADING / 2, fit(first, style, width), style),
        left(x, middle(y, theme.QUIET) + _LEADING / 2 + 1, fit(more, theme.QUIET, width), theme.QUIET),
    )


def _share(person: CrewMember, y: float, end: float, scale: Scale) -> Items:
    if person.share is None:
        return (right(end, middle(y, theme.QUIET), person.said, theme.QUIET),)
    return (
        Stroke(((scale(person.low), y), (scale(person.high), y)), theme.FACT, _WHISKER),
        Disc(scale(person.share.value), y, _DOT, theme.FACT),
        right(end, middle(y, theme.EXTREME), person.share.text, theme.EXTREME),
    )
