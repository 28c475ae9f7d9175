"""When did we fall behind and by how much? Days in their plan frames; below, execution from the period's start."""

from charts.canvas import theme
from charts.canvas.columns import columns
from charts.canvas.labels import along, around, extremes, place
from charts.canvas.lettering import measure
from charts.canvas.marks import pointer
from charts.canvas.page import INKS, Page, page
from charts.canvas.render import draw as render
from charts.canvas.scale import Scale, limits
from charts.canvas.scene import Area, Disc, Edges, Items, Scene, Spot, Stroke, Text, centred, left, middle, right
from charts.canvas.slots import NAMES_HEIGHT, Grid, axis, bands, names, runs_of
from charts.canvas.theme import CHART, Style, Weight
from charts.forms.multiples import require, title
from charts.model import TargetTraffic, Verdict

_PANEL = 270.0
"""From the days' axis down to the footnote: their names and the panel of execution."""
_NARROWEST = 12.0
"""Execution's axis spans at least so many percent: a loss of one percent must not look like a fall."""
_HERO = 44
_ARROW = 12.0
_LONE = 5.0
"""A value between two gaps has no line, so it has a dot."""
_SIDES = ((1, left), (-1, right))


def draw(picture: TargetTraffic) -> bytes:
    return render(scene(picture))


def scene(picture: TargetTraffic) -> Scene:
    require(picture.points)
    sheet = page(picture.titles, CHART)
    grid = Grid(sheet.left, sheet.right, picture.days)
    planned = picture.reference is not None and any(picture.execution)
    base = sheet.bottom - (_PANEL if planned else NAMES_HEIGHT + 12)
    items = (
        *bands(grid, sheet.top + 8, base + NAMES_HEIGHT),
        *columns(grid, picture.points, sheet.top + 28, base, picture.labels),
        axis(grid, base),
        *names(grid, base, picture.points, _told(picture)),
        *(_execution(picture, grid, sheet, base + NAMES_HEIGHT) if planned else ()),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)


def _told(picture: TargetTraffic) -> list[int]:
    """The slots that the headline may speak of: where it turned, and those with labels."""
    turned = [picture.turning.index + 1, picture.turning.index] if picture.turning else []
    return [*(index for index in turned if index < len(picture.days)), *extremes(picture.points)]


def _execution(picture: TargetTraffic, grid: Grid, sheet: Page, top: float) -> Items:
    known = [amount.value for amount in picture.execution if amount]
    hundred = picture.reference.value if picture.reference else 0.0
    low, high = limits(known, [hundred])
    span = max(high - low, _NARROWEST)
    scale = Scale(high - span, high, sheet.bottom - 24, top + 66)
    level = scale(hundred)
    spots = {
        index: (grid.centre(index), scale(amount.value)) for index, amount in enumerate(picture.execution) if amount
    }
    runs = [
        tuple(spots[index] for index in range(first, last + 1))
        for first, last in runs_of([index in spots for index in range(len(picture.days))])
    ]
    line = tuple(Stroke(run, theme.FACT, theme.LINE) for run in runs if len(run) > 1)
    plan = Stroke(((sheet.left, level), (sheet.right, level)), theme.INK, theme.HAIR)
    end = spots[max(spots)]
    ring = spots.get(picture.turning.index) if picture.turning else None
    cut = _cut(picture, scale)
    signs: Items = (
        *(Disc(*run[0], _LONE, theme.FACT) for run in runs if len(run) == 1),
        *(pointer(*spots[index], theme.FACT, up=up, size=_ARROW) for index, up in cut.items()),
        *((Disc(*ring, 8, theme.PAPER, theme.FACT, 4),) if ring else ()),
        Disc(*end, 10, INKS[picture.verdict] if picture.verdict is Verdict.MISSED else theme.FACT),
    )
    plan_name = picture.reference.text if picture.reference else ""
    room = sheet.right - sheet.left - measure(plan_name, theme.QUIET) - 40
    heading = title(sheet.left, top + 44, picture.execution_title, room)
    taken = [
        *(box for stroke in (*line, plan) for box in along(stroke.spots, 3)),
        around(*end, 10),
        *([around(*ring, 10)] if ring else []),
        *(around(*spots[index], _ARROW) for index in cut),
        heading.edges,
    ]
    bounds = Edges(sheet.left, top, sheet.right, sheet.bottom)
    outliers = [_outlier(spots[index], amount.text) for index in cut if (amount := picture.execution[index])]
    placed = place([*_labels(picture, end, ring, level, sheet.right), *outliers], taken, bounds)
    return (heading, *_lack(picture, runs, level), plan, *line, *signs, *placed)


def _cut(picture: TargetTraffic, scale: Scale) -> dict[int, bool]:
    """Where the line lies beyond an end of its axis, and whether that is the upper one: the furthest of neighbours."""
    beyond = [amount is not None and scale.clips(amount.value) for amount in picture.execution]
    values = [amount.value if amount else 0.0 for amount in picture.execution]
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


def _lack(picture: TargetTraffic, runs: list[tuple[Spot, ...]], level: float) -> Items:
    """What is missing to the plan, tinted as in the bars above."""
    if picture.verdict is not Verdict.MISSED:
        return ()
    return tuple(
        Area(((run[0][0], level), *((x, max(y, level)) for x, y in run), (run[-1][0], level)), theme.GAP)
        for run in runs
    )


def _labels(picture: TargetTraffic, end: Spot, ring: Spot | None, level: float, edge: float) -> list[list[Text]]:
    x, y = end
    amount = next(amount for amount in reversed(picture.execution) if amount)
    hero = Style(_HERO, Weight.BOLD, INKS[picture.verdict])
    between = middle((y + level) / 2, hero)
    rights = ((14, between), (20, y + 50), (20, y - 18), (20, level + 44), (20, level - 14))
    total = [right(x - back, baseline, amount.text, hero) for back, baseline in rights]
    wishes = [[*total, left(x + 16, y + 14, amount.text, hero)]]
    if picture.reference:
        words = picture.reference.text
        over = [right(edge - back, level - 12, words, theme.QUIET) for back in range(0, 700, 40)]
        wishes.append([over[0], right(edge, level + 30, words, theme.QUIET), *over[1:]])
    if ring and picture.turning:
        words = picture.turning.text
        wishes.append(
            [
                centred(ring[0] + shift, baseline, words, theme.QUIET)
                for baseline in (ring[1] + 42, ring[1] + 56, ring[1] - 20)
                for shift in (0, -40, 40, -90, 90)
            ]
        )
    return wishes
