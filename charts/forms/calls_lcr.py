"""Did the load cost us clients? Lost share as pins under its ceiling, volume against plan frames below."""

from charts.canvas.columns import columns
from charts.canvas.labels import extremes, telling
from charts.canvas.page import page
from charts.canvas.pins import pins
from charts.canvas.render import draw as render
from charts.canvas.scene import Scene
from charts.canvas.slots import NAMES_HEIGHT, Grid, axis, bands, names
from charts.canvas.theme import CHART
from charts.forms.multiples import require, title
from charts.model import Load

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
        *pins(grid, picture.rates, picture.limit, heading, top, middle, picture.labels),
        title(sheet.left, middle + 58, picture.volume_title, width),
        *columns(grid, picture.volumes, middle + 86, base, picture.labels),
        axis(grid, base),
        *names(grid, base, picture.volumes, [*telling(picture.rates), *extremes(picture.volumes)]),
    )
    return Scene.on(CHART, (*sheet.items, *items), picture.titles.alt_text)
