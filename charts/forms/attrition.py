"""How many are left after each step: bars on one scale with the share of the step before, and what one costs.

Below, rivals of one step as intervals on a scale of their own: where they do not overlap, chance is no excuse.
"""

from dataclasses import dataclass

from charts.canvas import theme
from charts.canvas.layout import Scale
from charts.canvas.lettering import fit, measure
from charts.canvas.page import page
from charts.canvas.scene import Box, Disc, Items, Scene, Stroke, centred, flat, left, middle, right
from charts.canvas.theme import TABLE, Style
from charts.model import Amount, Labels, NothingToDraw, Titles

_HEADS = 46.0
_BAR = 0.48  # of a step
_HIGHEST_STEP = 104.0
_LEAST = 3.0
_LONGEST = 0.56
"""Of the sheet, so that numbers stand behind every bar."""
_GAP = 14.0
_SECTION = 92.0
_ROW = 74.0
_NAMES, _NOTES = 360.0, 220.0
_DOT = 12.0
_WHISKER = 6.0


@dataclass(frozen=True)
class AttritionStep:
    """A step: how many, their share of the step before, what is told of them, and what one cost."""

    name: str
    amount: Amount
    share: str = ""
    told: str = ""
    cost: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Rival:
    """A row of the lower part: a share between its bounds, and of how many it is."""

    name: str
    share: Amount
    low: float
    high: float
    told: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Attrition:
    """Steps in their order; `heads` over the bars and the costs. Without rivals there is no lower part."""

    titles: Titles
    labels: Labels
    heads: tuple[str, str]
    steps: tuple[AttritionStep, ...]
    below: str = ""
    rivals: tuple[Rival, ...] = ()


def scene(picture: Attrition) -> Scene:
    if not any(step.amount.value for step in picture.steps):
        raise NothingToDraw
    sheet = page(picture.titles, TABLE)
    lower = _SECTION + _ROW * len(picture.rivals) if picture.rivals else 0.0
    top = sheet.top + _HEADS
    pitch = min((sheet.bottom - lower - top) / len(picture.steps), _HIGHEST_STEP)
    most = max(step.amount.value for step in picture.steps)
    unit = (sheet.right - sheet.left) * _LONGEST / most
    items = flat(
        sheet.items,
        (
            left(sheet.left, top - 20, picture.heads[0], theme.LEAST),
            right(sheet.right, top - 20, picture.heads[1], theme.LEAST),
            Box(sheet.left, top - 6, sheet.right, top - 4, theme.RULE),
        ),
        *(
            _step(step, top + n * pitch + 8, pitch, unit, sheet.left, sheet.right)
            for n, step in enumerate(picture.steps)
        ),
        _rivals(picture, sheet.left, sheet.right, top + len(picture.steps) * pitch) if picture.rivals else (),
    )
    return Scene.on(TABLE, items, picture.titles.alt_text)


def _step(step: AttritionStep, top: float, pitch: float, unit: float, start: float, end: float) -> Items:
    height = pitch * _BAR
    middle_y = top + height / 2
    far = start + max(step.amount.value * unit, _LEAST)
    number = left(far + _GAP, middle(middle_y, theme.BIG), step.amount.text, theme.BIG)
    base = top + height + 30
    name = left(start, base, step.name, theme.EXTREME if step.strong else theme.STRONG)
    cost_style = theme.BIG if step.strong else theme.PLAIN
    told = fit(step.told, theme.LEAST, end - name.edges.right - _GAP) if step.told else ""
    return (
        Box(start, top, far, top + height, theme.FACT),
        number,
        *((left(number.edges.right + _GAP, number.y, step.share, theme.QUIET),) if step.share else ()),
        name,
        *((left(name.edges.right + _GAP, base, told, theme.LEAST),) if told else ()),
        *((right(end, middle(middle_y, cost_style), step.cost, cost_style),) if step.cost else ()),
    )


def _rivals(picture: Attrition, start: float, end: float, y: float) -> Items:
    """The rivals on a scale from the least bound to the greatest: distances are compared, not lengths."""
    heading = y + 40
    bounds = [bound for rival in picture.rivals for bound in (rival.low, rival.high)]
    half = max(measure(rival.share.text, theme.EXTREME) for rival in picture.rivals) / 2
    scale = Scale(min(bounds), max(bounds), start + _NAMES + half, end - _NOTES - half)
    rows = [heading + 20 + (n + 0.62) * _ROW for n in range(len(picture.rivals))]
    return flat(
        (
            left(start, heading, fit(picture.below, theme.STRONG, end - start), theme.STRONG),
            Box(start, heading + 14, end, heading + 16, theme.RULE),
        ),
        *(_rival(rival, row, scale, start, end) for rival, row in zip(picture.rivals, rows, strict=True)),
    )


def _rival(rival: Rival, y: float, scale: Scale, start: float, end: float) -> Items:
    name: Style = theme.EXTREME if rival.strong else theme.PLAIN
    x = scale(rival.share.value)
    dot = Disc(x, y, _DOT, theme.FACT) if rival.strong else Disc(x, y, _DOT - 2, theme.PAPER, theme.FACT, theme.LINE)
    return (
        left(start, middle(y, name), fit(rival.name, name, _NAMES - _GAP), name),
        Stroke(((scale(rival.low), y), (scale(rival.high), y)), theme.FACT, _WHISKER),
        dot,
        centred(x, y - 20, rival.share.text, theme.EXTREME if rival.strong else theme.STRONG),
        right(end, middle(y, theme.LEAST), fit(rival.told, theme.LEAST, _NOTES - _GAP), theme.LEAST),
    )
