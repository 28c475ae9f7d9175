"""Did the load cost time? Handling time under its ceiling, chats against plan frames below."""

from charts.columns import columns
from charts.labels import extremes, telling
from charts.model import Load
from charts.page import page
from charts.panels import require, title
from charts.render import draw as render
from charts.scale import Scale, limits
from charts.scene import Edges, Items, Scene
from charts.slots import NAMES_HEIGHT, Grid, axis, bands, names
from charts.theme import CHART
from charts.trend import trend

_UPPER = 172.0


def draw(picture: Load) -> bytes:
    return render(scene(picture))


def scene(picture: Load) -> Scene:
    require(picture.rates, picture.volumes)
    sheet = page(picture.titles, CHART)
    grid = Grid(sheet.left, sheet.right, picture.days)
    top, base = sheet.top + 48, sheet.bottom - NAMES_HEIGHT - 12
    bottom = top + _UPPER
    width = sheet.right - sheet.left
    items = (
        *bands(grid, top, base + NAMES_HEIGHT),
        title(sheet.left, top - 12, picture.rate_title, width),
        *_level(picture, grid, Edges(sheet.left, top - 4, sheet.right, bottom)),
        title(sheet.left, bottom + 44, picture.volume_title, width),
        *columns(grid, picture.volumes, bottom + 70, base, picture.localizer),
        axis(grid, base),
        *names(grid, base, picture.volumes, [*telling(picture.rates), *extremes(picture.volumes)]),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)


def _level(picture: Load, grid: Grid, edges: Edges) -> Items:
    facts = [point.fact.value for point in picture.rates if point.fact]
    ends = limits(facts, [picture.limit.value] if picture.limit else [])
    scale = Scale(*ends, edges.bottom - 40, edges.top + 46)
    return trend(grid, picture.rates, picture.limit, scale, edges, picture.localizer, named=True)
