"""Signs of a verdict, drawn as shapes: a font's glyph or an emoji looks different on every phone."""

from charts.canvas import theme
from charts.canvas.scene import Area, Box, Disc, Items, Stroke
from charts.model import Judgement


def verdict(which: Judgement, x: float, y: float, size: float = 1.0) -> Items:
    """Its sign with the middle at (x, y), 36 px high at size 1."""
    match which:
        case Judgement.MISSED:
            return (Disc(x, y, 18 * size, theme.MISSED), *_bang(x, y, theme.PAPER, size))
        case Judgement.BEHIND:
            corners = ((x, y - 16 * size), (x + 18 * size, y + 15 * size), (x - 18 * size, y + 15 * size))
            return (
                Area(corners, edge=theme.BEHIND, line=3.5 * size),
                *_bang(x, y + 3.5 * size, theme.BEHIND, 0.72 * size),
            )
        case Judgement.MET:
            return (tick(x, y, size),)
        case Judgement.NONE:
            return (Box(x - 9 * size, y - 2, x + 9 * size, y + 2, theme.PREVIOUS),)


def tick(x: float, y: float, size: float) -> Stroke:
    corners = ((x - 11 * size, y + 1 * size), (x - 3 * size, y + 9 * size), (x + 11 * size, y - 8 * size))
    return Stroke(corners, theme.MET, 5.5 * size)


def pointer(x: float, y: float, colour: str, *, up: bool, size: float = 12.0) -> Area:
    """A triangle with its middle at (x, y)."""
    tip = -size if up else size
    return Area(((x - size, y - tip * 0.85), (x + size, y - tip * 0.85), (x, y + tip)), colour)


def arrow(x: float, y: float, colour: str, *, rightwards: bool, size: float = 12.0) -> Area:
    """A triangle on its side, with its middle at (x, y)."""
    tip = size if rightwards else -size
    return Area(((x - tip * 0.85, y - size), (x - tip * 0.85, y + size), (x + tip, y)), colour)


def _bang(x: float, y: float, colour: str, size: float) -> Items:
    """An exclamation mark: a wedge and a dot."""
    wide, thin, top, low = 3.0 * size, 2.0 * size, y - 11 * size, y + 3 * size
    wedge = ((x - wide, top), (x + wide, top), (x + thin, low), (x - thin, low))
    return (Area(wedge, colour), Disc(x, y + 8.5 * size, 3.0 * size, colour))
