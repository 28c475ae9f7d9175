"""Two groups by a number, side by side, over columns of another measure; single numbers stand at the right.

The first group is solid, the second one outlined: they are read against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.lettering import fit, wrap
from charts.canvas.page import page
from charts.canvas.scene import Box, Items, Scene, Stroke, Text, centred, flat, left, right
from charts.canvas.theme import CHART
from charts.model import Amount, Labels, NothingToDraw, Titles

_ASIDE = 272.0
_HEAD = 40.0
_NAMES = 44.0
_LABEL = 40.0
_SWATCH = 20.0
_UPPER = 0.54
_PAIR, _COLUMN = 0.78, 0.62  # of a slot


@dataclass(frozen=True)
class Pair:
    """A slot of the upper part: the solid amount and the outlined one; `strong` has its number over it."""

    label: str
    solid: Amount | None
    outlined: Amount | None
    strong: bool = False


@dataclass(frozen=True)
class Aside:
    """A single number at the right: what it is, and the number with its unit."""

    name: str
    number: str
    unit: str = ""


@dataclass(frozen=True)
class Pairs:
    """The upper part with what its groups are, the lower one, and the numbers beside each."""

    titles: Titles
    labels: Labels
    above: str
    pairs: tuple[Pair, ...]
    groups: tuple[str, str]
    """«не отвечают: 3,9», "" where a group is not shown."""
    below: str
    columns: tuple[Pair, ...]
    said: str = ""
    beside: tuple[tuple[Aside, ...], tuple[Aside, ...]] = ((), ())


def scene(picture: Pairs) -> Scene:
    amounts = [amount for pair in picture.pairs for amount in (pair.solid, pair.outlined) if amount]
    if not any(amount.value for amount in amounts):
        raise NothingToDraw
    sheet = page(picture.titles, CHART)
    end = sheet.right - _ASIDE
    height = sheet.bottom - sheet.top
    split = sheet.top + height * (_UPPER if picture.columns else 1.0)
    items = flat(
        sheet.items,
        (left(sheet.left, sheet.top + 14, picture.above, theme.STRONG),),
        _legend(picture.groups, sheet.right, sheet.top + 14),
        _pairs(picture, sheet.left, end, sheet.top + _HEAD + _LABEL, split - _NAMES),
        _asides(picture.beside[0], end + 20, sheet.right, sheet.top + 62),
        (left(sheet.left, split + 34, picture.below, theme.STRONG),) if picture.columns else (),
        _columns(picture, sheet.left, end, split + 34 + _LABEL, sheet.bottom - _NAMES) if picture.columns else (),
        _asides(picture.beside[1], end + 20, sheet.right, split + 36),
    )
    return Scene.on(CHART, items, picture.titles.alt_text)


def _pairs(picture: Pairs, start: float, end: float, top: float, base: float) -> Items:
    groups: list[list[Amount | None]] = [[p.solid for p in picture.pairs], [p.outlined for p in picture.pairs]]
    most = max((amount.value for group in groups for amount in group if amount), default=1.0) or 1.0
    pitch = (end - start) / len(picture.pairs)
    width = pitch * _PAIR / 2
    items: list[Box | Text | Stroke] = []
    for index, pair in enumerate(picture.pairs):
        x = start + (index + 0.5) * pitch
        if pair.solid and pair.solid.value:
            items.append(Box(x - width, base - _height(pair.solid, most, base - top), x, base, theme.FACT))
        if pair.outlined and pair.outlined.value:
            y = base - _height(pair.outlined, most, base - top)
            items.append(Box(x + 2, y + 1, x + width, base, theme.PAPER, theme.FACT, theme.PLAN))
        style = theme.EXTREME if pair.strong else theme.QUIET
        items.append(centred(x, base + 34, pair.label, style))
    for group, shift in zip(groups, (-0.5, 0.5), strict=True):
        tallest = max((n for n, a in enumerate(group) if a and a.value), key=lambda n: group[n].value, default=None)  # type: ignore[union-attr]
        if tallest is None:
            continue
        amount = group[tallest]
        assert amount is not None
        x = start + (tallest + 0.5) * pitch + shift * width
        items.append(centred(x, base - _height(amount, most, base - top) - 10, amount.text, theme.EXTREME))
    return (*items, Stroke(((start, base), (end, base)), theme.INK, theme.PLAN))


def _legend(groups: tuple[str, str], end: float, y: float) -> Items:
    """What is solid and what is outlined, with the mean of each, from the right."""
    items: list[Box | Text] = []
    for name, solid in ((groups[1], False), (groups[0], True)):
        if not name:
            continue
        words = right(end, y, name, theme.VALUE)
        x = words.x - _SWATCH - 10
        box = (x, y - _SWATCH + 2, x + _SWATCH, y + 2)
        items += [words, Box(*box, theme.FACT) if solid else Box(*box, theme.PAPER, theme.FACT, theme.PLAN)]
        end = x - 26
    return tuple(items)


def _height(amount: Amount, most: float, room: float) -> float:
    return max(amount.value / most * room, 3.0) if amount.value else 0.0


def _columns(picture: Pairs, start: float, end: float, top: float, base: float) -> Items:
    most = max((column.solid.value for column in picture.columns if column.solid), default=1.0) or 1.0
    slots = max(len(picture.columns) + (4 if picture.said else 1), 6)
    pitch = (end - start) / slots
    half = pitch * _COLUMN / 2
    items: list[Box | Text | Stroke] = []
    for index, column in enumerate(picture.columns):
        x = start + (index + 0.5) * pitch
        if column.solid:
            height = _height(column.solid, most, base - top)
            items.append(Box(x - half, base - height, x + half, base, theme.FACT))
            if column.strong:
                items.append(centred(x, base - height - 10, column.solid.text, theme.VALUE))
        items.append(centred(x, base + 34, column.label, theme.QUIET))
    room = start + len(picture.columns) * pitch + 8
    lines = wrap(picture.said, theme.QUIET.inked(theme.INK), end - room) if picture.said else []
    for index, line in enumerate(lines[:3]):
        items.append(left(room, base - 78 + index * 34, line, theme.QUIET.inked(theme.INK)))
    return (*items, Stroke(((start, base), (end, base)), theme.INK, theme.PLAN))


def _asides(asides: Sequence[Aside], start: float, end: float, y: float) -> Items:
    items: list[Text] = []
    for aside in asides:
        for line in wrap(aside.name, theme.LEAST, end - start):
            items.append(left(start, y, line, theme.LEAST))
            y += 32
        number = left(start, y + 20, aside.number, theme.HERO.inked(theme.INK))
        items.append(number)
        unit = fit(aside.unit, theme.PLAIN, end - number.edges.right - 12)
        items.append(left(number.edges.right + 12, y + 20, unit, theme.PLAIN))
        y += 66
    return tuple(items)
