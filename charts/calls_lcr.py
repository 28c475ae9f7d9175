"""Did the load cost us clients? Lost share as pins under its ceiling, volume against plan frames below."""

from charts.columns import columns
from charts.labels import extremes, telling
from charts.model import Load
from charts.page import page
from charts.panels import require, title
from charts.pins import pins
from charts.render import draw as render
from charts.scene import Scene
from charts.slots import NAMES_HEIGHT, Grid, axis, bands, names
from charts.theme import CHART

_UPPER = 152.0


def draw(picture: Load) -> bytes:
    return render(scene(picture))


def scene(picture: Load) -> Scene:
    require(picture.rates, picture.volumes)
    sheet = page(picture.titles, CHART)
    grid = Grid(sheet.left, sheet.right, picture.days)
    top, base = sheet.top + 48, sheet.bottom - NAMES_HEIGHT - 12
    middle = top + _UPPER
    width = sheet.right - sheet.left
    heading = title(sheet.left, top - 12, picture.rate_title, width)
    items = (
        *bands(grid, top, base + NAMES_HEIGHT),
        *pins(grid, picture.rates, picture.limit, heading, top, middle, picture.localizer),
        title(sheet.left, middle + 58, picture.volume_title, width),
        *columns(grid, picture.volumes, middle + 86, base, picture.localizer),
        axis(grid, base),
        *names(grid, base, picture.volumes, [*telling(picture.rates), *extremes(picture.volumes)]),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)
