"""Does the bot hold the load? How its calls ended, how long they waited under the ceiling, how many there were."""

from collections.abc import Sequence
from dataclasses import replace

from charts.canvas import theme
from charts.canvas.columns import columns
from charts.canvas.labels import extremes, telling
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.pins import pins
from charts.canvas.render import draw as render
from charts.canvas.scene import Box, Items, Scene, Stroke, flat, left
from charts.canvas.slots import NAMES_HEIGHT, Grid, axis, bands, names
from charts.canvas.theme import CHART
from charts.forms.multiples import require, title
from charts.model import Share, VoiceBot

_PARTS = (theme.FACT, theme.PALE, theme.PREVIOUS)
"""Neighbours differ in greyscale too."""
_BAR = 40.0
_JOINT = 3.0
_BETWEEN = 30.0
_GAP = 10.0
_OUTCOMES = 142.0
_WAITS = 120.0


def draw(picture: VoiceBot) -> bytes:
    return render(scene(picture))


def scene(picture: VoiceBot) -> Scene:
    require(picture.waits, picture.handled)
    sheet = page(picture.titles, CHART)
    grid = Grid(sheet.left, sheet.right, picture.days)
    width = sheet.right - sheet.left
    top = sheet.top + (_OUTCOMES if picture.outcomes else 0) + 44
    middle = top + _WAITS
    base = sheet.bottom - NAMES_HEIGHT - 12
    heading = title(sheet.left, top - 12, picture.wait_title, width)
    items = (
        *bands(grid, top, base + NAMES_HEIGHT),
        *_outcomes(picture, sheet.left, sheet.right, sheet.top),
        *pins(grid, picture.waits, picture.limit, heading, top, middle, picture.labels),
        title(sheet.left, middle + 46, picture.handled_title, width),
        *columns(grid, picture.handled, middle + 64, base, picture.labels),
        axis(grid, base),
        *names(grid, base, picture.handled, [*telling(picture.waits), *extremes(picture.handled)]),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)


def _outcomes(picture: VoiceBot, start: float, end: float, top: float) -> Items:
    """One bar of the parts of a whole, with the parts' names under it."""
    whole = sum(share.value for share in picture.outcomes)
    if whole <= 0:
        return ()
    bar = top + 38
    parts: list[Box] = []
    x = start
    for share, colour in zip(picture.outcomes, _PARTS, strict=False):
        width = share.value / whole * (end - start)
        joint = _JOINT if x + width < end - 1 else 0
        parts.append(Box(x, bar, max(x + width - joint, x + 2), bar + _BAR, colour))
        x += width
    heading = title(start, top + 24, picture.outcomes_title, end - start)
    return (heading, *parts, *_part_names(picture.outcomes, parts, end))


def _part_names(shares: Sequence[Share], parts: list[Box], end: float) -> Items:
    """The first name begins and the last one ends with the bar, those between stand under their parts.

    A name that is pushed away from its part is joined to it by a connector.
    """
    start, foot = parts[0].left, parts[0].bottom
    room = end - start - _BETWEEN * (len(shares) - 1)
    fitted = shares if sum(map(_width, shares)) <= room else [_fitted(share, room / len(shares)) for share in shares]
    widths = [_width(share) for share in fitted]
    wishes = [(part.left + part.right - width) / 2 for part, width in zip(parts, widths, strict=True)]
    limit = start
    for index, (wish, width) in enumerate(zip(wishes, widths, strict=True)):
        wishes[index] = limit = max(start if index == 0 else wish, limit)
        limit += width + _BETWEEN
    limit = end
    for index in reversed(range(len(wishes))):
        wishes[index] = min(wishes[index], limit - widths[index])
        limit = wishes[index] - _BETWEEN
    items: list[Items] = []
    y = foot + 38
    for share, part, x, width in zip(fitted, parts, wishes, widths, strict=True):
        middle = (part.left + part.right) / 2
        if not x <= middle <= x + width and not part.left <= x <= part.right:
            joint = ((middle, foot), (min(max(middle, x + 20), x + width - 20), y - 27))
            items.append((Stroke(joint, theme.SECOND, theme.CONNECTOR),))
        after = x + measure(share.text, theme.BIG) + _GAP
        items.append((left(x, y, share.text, theme.BIG),))
        items.append((left(after, y, share.name, theme.QUIET),))
    return flat(*items)


def _fitted(share: Share, width: float) -> Share:
    room = width - measure(share.text, theme.BIG) - _GAP
    return replace(share, name=fit(share.name, theme.QUIET, room))


def _width(share: Share) -> float:
    number = measure(share.text, theme.BIG)
    return number + _GAP + measure(share.name, theme.QUIET)
