"""The same pictures with matplotlib's ordinary means: axes, artists, a font manager, its own PNG writer.

It is what the pictures of `charts` are measured against, and nothing else uses it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, Polygon, Rectangle

from charts.canvas.scene import Area, Box, Disc, Hatch, Item, Scene, Stroke, Text
from charts.canvas.theme import PAPER

_DPI = 100
_POINTS = 72 / _DPI


def draw(scene: Scene) -> bytes:
    """The scene as a PNG, an artist for each item."""
    figure = Figure(figsize=(scene.width / _DPI, scene.height / _DPI), dpi=_DPI, facecolor=PAPER, layout="tight")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.set_axis_off()
    for item in scene.items:
        _add(axes, item)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, facecolor=PAPER)
    return buffer.getvalue()


def _add(axes: Any, item: Item) -> None:
    match item:
        case Box(left, top, right, bottom, fill, edge, line):
            axes.add_patch(Rectangle((left, top), right - left, bottom - top, **_ink(fill, edge, line)))
        case Area(spots, fill, edge, line):
            axes.add_patch(Polygon(spots, **_ink(fill, edge, line)))
        case Disc(x, y, radius, fill, edge, line):
            axes.add_patch(Circle((x, y), radius, **_ink(fill, edge, line)))
        case Hatch(spots, colour):
            axes.add_patch(Polygon(spots, fill=False, hatch="//", edgecolor=colour, linewidth=0))
        case Stroke(spots, colour, width, dash):
            style = (0, tuple(dash)) if dash else "-"
            axes.plot(*zip(*spots, strict=True), color=colour, linewidth=width * _POINTS, linestyle=style)
        case Text(x, y, words, style):
            axes.text(x, y, words, color=style.colour, fontproperties=_font(style.weight, style.size * _POINTS))


def _ink(fill: str, edge: str, line: float) -> dict[str, Any]:
    return {"facecolor": fill or "none", "edgecolor": edge or "none", "linewidth": line * _POINTS}


@cache
def _font(weight: str, size: float) -> FontProperties:
    path = files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf"
    return FontProperties(fname=str(path), size=size)
