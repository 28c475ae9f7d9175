"""Did the load cost time? Handling time under its ceiling, chats against plan frames below."""

from charts.canvas.columns import columns
from charts.canvas.labels import extremes, telling
from charts.canvas.lines import trend
from charts.canvas.page import page
from charts.canvas.render import draw as render
from charts.canvas.scale import Scale, limits
from charts.canvas.scene import Edges, Items, Scene
from charts.canvas.slots import NAMES_HEIGHT, Grid, axis, bands, names
from charts.canvas.theme import CHART
from charts.forms.multiples import require, title
from charts.model import Load

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
        *columns(grid, picture.volumes, bottom + 70, base, picture.labels),
        axis(grid, base),
        *names(grid, base, picture.volumes, [*telling(picture.rates), *extremes(picture.volumes)]),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)


def _level(picture: Load, grid: Grid, edges: Edges) -> Items:
    facts = [point.fact.value for point in picture.rates if point.fact]
    ends = limits(facts, [picture.limit.value] if picture.limit else [])
    scale = Scale(*ends, edges.bottom - 40, edges.top + 46)
    return trend(grid, picture.rates, picture.limit, scale, edges, picture.labels, named=True)
