"""What happened slot by slot, in panels of different kinds one above the other on one x axis.

A panel takes its own height; columns, or else the last panel of slots, take what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from charts.canvas import theme
from charts.canvas.columns import columns
from charts.canvas.layout import (
    NAMES_HEIGHT,
    Grid,
    Scale,
    along,
    around,
    axis,
    bands,
    extremes,
    limits,
    names,
    place,
    pointer,
    runs_of,
    telling,
)
from charts.canvas.lettering import fit, measure
from charts.canvas.lines import trend
from charts.canvas.page import INKS, Page, explained, page
from charts.canvas.pins import pins
from charts.canvas.scene import (
    Area,
    Box,
    Disc,
    Edges,
    Items,
    Scene,
    Spot,
    Stroke,
    Text,
    centred,
    flat,
    left,
    middle,
    right,
)
from charts.canvas.theme import CHART, Style, Weight
from charts.model import Amount, Judgement, Labels, Points, Slot, Titles, require_facts, same_length


@dataclass(frozen=True)
class Share:
    """A part of a whole, from 0 to 1."""

    name: str
    value: float
    text: str


@dataclass(frozen=True)
class Parts:
    """What a whole is made of, up to three parts, the best first; nothing is drawn of a whole that is unknown."""

    title: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Pins:
    """A small rate from 0 under its ceiling."""

    title: str
    points: Points
    limit: Amount | None
    reason: str = ""
    """Why it missed its plan where it did most: «10 июня: 14:00, 15 из 123»."""


@dataclass(frozen=True)
class Trend:
    """A level as a line against its ceiling or norm."""

    title: str
    points: Points
    limit: Amount | None
    reason: str = ""


@dataclass(frozen=True)
class Columns:
    """A volume as bars from 0 in the frames of its plan; a picture of one volume says in its subtitle what it is."""

    title: str
    points: Points


@dataclass(frozen=True)
class Turning:
    """A point of a line that is ringed and named: «5 июня: 100 %»."""

    index: int
    text: str


@dataclass(frozen=True)
class Execution:
    """How much of its plan a volume has come to since the first slot: it stands under the names of the slots."""

    title: str
    values: tuple[Amount | None, ...]
    reference: Amount | None
    """The line of 100 %: «план 100 %»; none where nothing is planned, and then nothing is drawn."""
    turning: Turning | None = None
    verdict: Judgement = Judgement.NONE

    @property
    def known(self) -> bool:
        return self.reference is not None and any(self.values)


Slotted = Pins | Trend | Columns
Panel = Parts | Slotted | Execution


@dataclass(frozen=True)
class Panels:
    """Panels over the same slots, from the top: parts of the whole first, execution last."""

    titles: Titles
    labels: Labels
    slots: tuple[Slot, ...]
    panels: tuple[Panel, ...]

    def __post_init__(self) -> None:
        same_length(self.slots, *(panel.points for panel in self.slotted))
        same_length(self.slots, *(panel.values for panel in self.panels if isinstance(panel, Execution)))

    @property
    def slotted(self) -> list[Slotted]:
        return [panel for panel in self.panels if isinstance(panel, Pins | Trend | Columns)]

    @property
    def execution(self) -> Execution | None:
        """What of it is drawn."""
        return next((each for each in self.panels if isinstance(each, Execution) and each.known), None)


@dataclass(frozen=True)
class _Room:
    """How high a panel is, and how far under it the next one has its title and its top."""

    height: float
    title: float
    top: float


_ROOMS: dict[type, _Room] = {Pins: _Room(152, 58, 86), Trend: _Room(172, 44, 70), Columns: _Room(172, 54, 80)}
_TIGHT: dict[type, _Room] = {Pins: _Room(120, 46, 64), Trend: _Room(120, 44, 64), Columns: _Room(120, 46, 64)}
"""Where there are more than two panels."""
_TITLE = 12.0
"""From the title of a panel to its top."""
_OUTCOMES = 142.0
_BAR = 40.0
_JOINT = 3.0
_BETWEEN = 30.0
_GAP = 10.0
_PARTS = (theme.FACT, theme.PALE, theme.PREVIOUS)
"""Neighbours differ in greyscale too."""
_PANEL = 270.0
"""From the slots' axis down to the footnote: their names and the panel of execution."""
_NARROWEST = 12.0
"""Execution's axis spans at least so many percent: a loss of one percent must not look like a fall."""
_HERO = 44
_ARROW = 12.0
_LONE = 5.0
"""A value between two gaps has no line, so it has a dot."""
_SIDES = ((1, left), (-1, right))


def scene(picture: Panels) -> Scene:
    require_facts(*(panel.points for panel in picture.slotted))
    sheet = page(picture.titles, CHART)
    grid = Grid(sheet.left, sheet.right, picture.slots)
    execution = picture.execution
    base = sheet.bottom - (_PANEL if execution else NAMES_HEIGHT + 12)
    start = sheet.top
    parts: Items = ()
    for panel in picture.panels:
        if isinstance(panel, Parts) and panel.shares:
            parts += _outcomes(panel, sheet.left, sheet.right, start)
            start += _OUTCOMES
    placed = list(_placed(picture, start, base))
    first = placed[0][2]
    items = (
        *bands(grid, first if placed[0][0].title else start + 8, base + NAMES_HEIGHT),
        *parts,
        *flat(*(_drawn(picture.labels, grid, *each) for each in placed)),
        *names(grid, base, placed[-1][0].points, _named(picture)),
        *(_execution(execution, grid, sheet, base + NAMES_HEIGHT) if execution else ()),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)


def _placed(picture: Panels, start: float, base: float) -> Iterator[tuple[Slotted, float, float, float]]:
    """Every panel of slots with the baseline of its title, its top and its bottom."""
    panels = picture.slotted
    tight = len(picture.panels) > 2
    rooms = [(_TIGHT if tight else _ROOMS)[type(panel)] for panel in panels]
    top = start + (28 if not panels[0].title else 44 if tight else 48)
    title = top - _TITLE
    gaps = sum(room.top for room in rooms[:-1])
    flexible = [index for index, panel in enumerate(panels) if isinstance(panel, Columns)] or [len(panels) - 1]
    fixed = sum(room.height for index, room in enumerate(rooms) if index not in flexible)
    share = (base - top - gaps - fixed) / len(flexible)
    for index, (panel, room) in enumerate(zip(panels, rooms, strict=True)):
        bottom = base if index == len(panels) - 1 else top + (share if index in flexible else room.height)
        yield panel, title, top, bottom
        title, top = bottom + room.title, bottom + room.top


def _drawn(labels: Labels, grid: Grid, panel: Slotted, y: float, top: float, bottom: float) -> Items:
    heading = _title(grid.left, y, panel.title, grid.right - grid.left)
    match panel:
        case Pins():
            marked = pins(grid, panel.points, panel.limit, heading, top, bottom, labels)
            return (*marked, *explained(heading, panel.reason, grid.right)[1:])
        case Trend():
            return (
                *explained(heading, panel.reason, grid.right),
                *_level(panel, grid, Edges(grid.left, top - 4, grid.right, bottom), labels),
            )
        case Columns():
            drawn = (*columns(grid, panel.points, top, bottom, labels), axis(grid, bottom))
            return (heading, *drawn) if panel.title else drawn


def _level(panel: Trend, grid: Grid, edges: Edges, labels: Labels) -> Items:
    facts = [point.fact.value for point in panel.points if point.fact]
    ends = limits(facts, [panel.limit.value] if panel.limit else [])
    scale = Scale(*ends, edges.bottom - 40, edges.top + 46)
    return trend(grid, panel.points, panel.limit, scale, edges, labels, named=True)


def _named(picture: Panels) -> list[int]:
    """The slots that the headline may speak of: where execution turned, and those with labels."""
    turning = picture.execution.turning if picture.execution else None
    turned = [turning.index + 1, turning.index] if turning else []
    told = [
        index
        for panel in picture.slotted
        for index in (extremes(panel.points) if isinstance(panel, Columns) else telling(panel.points))
    ]
    return [*(index for index in turned if index < len(picture.slots)), *told]


def _title(x: float, y: float, words: str, width: float) -> Text:
    return left(x, y, fit(words, theme.STRONG, width), theme.STRONG)


def _outcomes(panel: Parts, start: float, end: float, top: float) -> Items:
    """One bar of the parts of a whole, with the parts' names under it."""
    whole = sum(share.value for share in panel.shares)
    if whole <= 0:
        return ()
    bar = top + 38
    parts: list[Box] = []
    x = start
    for share, colour in zip(panel.shares, _PARTS, strict=False):
        width = share.value / whole * (end - start)
        joint = _JOINT if x + width < end - 1 else 0
        parts.append(Box(x, bar, max(x + width - joint, x + 2), bar + _BAR, colour))
        x += width
    heading = _title(start, top + 24, panel.title, end - start)
    return (heading, *parts, *_part_names(panel.shares, parts, end))


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


def _execution(panel: Execution, grid: Grid, sheet: Page, top: float) -> Items:
    known = [amount.value for amount in panel.values if amount]
    hundred = panel.reference.value if panel.reference else 0.0
    low, high = limits(known, [hundred])
    span = max(high - low, _NARROWEST)
    scale = Scale(high - span, high, sheet.bottom - 24, top + 66)
    level = scale(hundred)
    spots = {index: (grid.centre(index), scale(amount.value)) for index, amount in enumerate(panel.values) if amount}
    runs = [
        tuple(spots[index] for index in range(first, last + 1))
        for first, last in runs_of([index in spots for index in range(len(panel.values))])
    ]
    line = tuple(Stroke(run, theme.FACT, theme.LINE) for run in runs if len(run) > 1)
    plan = Stroke(((sheet.left, level), (sheet.right, level)), theme.INK, theme.HAIR)
    end = spots[max(spots)]
    ring = spots.get(panel.turning.index) if panel.turning else None
    cut = _cut(panel, scale)
    signs: Items = (
        *(Disc(*run[0], _LONE, theme.FACT) for run in runs if len(run) == 1),
        *(pointer(*spots[index], theme.FACT, up=up, size=_ARROW) for index, up in cut.items()),
        *((Disc(*ring, 8, theme.PAPER, theme.FACT, 4),) if ring else ()),
        Disc(*end, 10, INKS[panel.verdict] if panel.verdict is Judgement.MISSED else theme.FACT),
    )
    plan_name = panel.reference.text if panel.reference else ""
    room = sheet.right - sheet.left - measure(plan_name, theme.QUIET) - 40
    heading = _title(sheet.left, top + 44, panel.title, room)
    taken = [
        *(box for stroke in (*line, plan) for box in along(stroke.spots, 3)),
        around(*end, 10),
        *([around(*ring, 10)] if ring else []),
        *(around(*spots[index], _ARROW) for index in cut),
        heading.edges,
    ]
    bounds = Edges(sheet.left, top, sheet.right, sheet.bottom)
    outliers = [_outlier(spots[index], amount.text) for index in cut if (amount := panel.values[index])]
    placed = place([*_labels(panel, end, ring, level, sheet.right), *outliers], taken, bounds)
    return (heading, *_lack(panel, runs, level), plan, *line, *signs, *placed)


def _cut(panel: Execution, scale: Scale) -> dict[int, bool]:
    """Where the line lies beyond an end of its axis, and whether that is the upper one: the furthest of neighbours."""
    beyond = [amount is not None and scale.clips(amount.value) for amount in panel.values]
    values = [amount.value if amount else 0.0 for amount in panel.values]
    centre = (scale.low + scale.high) / 2
    furthest = (
        max(range(first, last + 1), key=lambda index: abs(values[index] - centre)) for first, last in runs_of(beyond)
    )
    return {index: values[index] > scale.high for index in furthest}


def _outlier(spot: Spot, text: str) -> list[Text]:
    x, y = spot
    reaches = [(reach, lift) for reach in (18, 30, 48, 72) for lift in (0, -10, 12, 24)]
    beside = [
        align(x + side * reach, y + 9 - lift, text, theme.VALUE) for reach, lift in reaches for side, align in _SIDES
    ]
    return [*beside, *(centred(x, y + shift, text, theme.VALUE) for shift in (-24, 42))]


def _lack(panel: Execution, runs: list[tuple[Spot, ...]], level: float) -> Items:
    """What is missing to the plan, tinted as in the bars above."""
    if panel.verdict is not Judgement.MISSED:
        return ()
    return tuple(
        Area(((run[0][0], level), *((x, max(y, level)) for x, y in run), (run[-1][0], level)), theme.GAP)
        for run in runs
    )


def _labels(panel: Execution, end: Spot, ring: Spot | None, level: float, edge: float) -> list[list[Text]]:
    x, y = end
    amount = next(amount for amount in reversed(panel.values) if amount)
    hero = Style(_HERO, Weight.BOLD, INKS[panel.verdict])
    between = middle((y + level) / 2, hero)
    rights = ((14, between), (20, y + 50), (20, y - 18), (20, level + 44), (20, level - 14))
    total = [right(x - back, baseline, amount.text, hero) for back, baseline in rights]
    wishes = [[*total, left(x + 16, y + 14, amount.text, hero)]]
    if panel.reference:
        words = panel.reference.text
        over = [right(edge - back, level - 12, words, theme.QUIET) for back in range(0, 700, 40)]
        wishes.append([over[0], right(edge, level + 30, words, theme.QUIET), *over[1:]])
    if ring and panel.turning:
        words = panel.turning.text
        wishes.append(
            [
                centred(ring[0] + shift, baseline, words, theme.QUIET)
                for baseline in (ring[1] + 42, ring[1] + 56, ring[1] - 20)
                for shift in (0, -40, 40, -90, 90)
            ]
        )
    return wishes
