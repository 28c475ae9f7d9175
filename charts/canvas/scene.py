"""A picture as plain data, painted in order: what a layout makes and the renderer paints. Pixels, y down."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from charts.canvas.lettering import measure
from charts.canvas.theme import Canvas, Style

Spot = tuple[float, float]
Path = tuple[Spot, ...]


@dataclass(frozen=True)
class Edges:
    """The sides of something, for what must not overlap or leave the canvas."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Edges") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Box:
    """A rectangle by its sides; an empty colour is no fill or no outline."""

    left: float
    top: float
    right: float
    bottom: float
    fill: str = ""
    edge: str = ""
    line: float = 0.0


@dataclass(frozen=True)
class Stroke:
    """A line through spots; `dash` is on and off in pixels."""

    spots: Path
    colour: str
    width: float
    dash: tuple[float, float] | None = None


@dataclass(frozen=True)
class Area:
    """A filled or outlined shape."""

    spots: Path
    fill: str = ""
    edge: str = ""
    line: float = 0.0


@dataclass(frozen=True)
class Hatch:
    """A shape hatched at 45 degrees: what is expected, not counted."""

    spots: Path
    colour: str


@dataclass(frozen=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str = ""
    edge: str = ""
    line: float = 0.0


@dataclass(frozen=True)
class Text:
    """One line of text from its left end; `y` is the baseline."""

    x: float
    y: float
    words: str
    style: Style

    @cached_property
    def edges(self) -> Edges:
        """From the top of a capital to the bottom of a comma, which is what the eye takes for the text."""
        width = measure(self.words, self.style)
        return Edges(self.x, self.y - 0.7 * self.style.size, self.x + width, self.y + 0.16 * self.style.size)


Item = Box | Stroke | Area | Hatch | Disc | Text
Items = tuple[Item, ...]


@dataclass(frozen=True)
class Scene:
    """A canvas and what is painted on it, first to last."""

    width: int
    height: int
    margin: int
    items: Items
    alt_text: str

    @classmethod
    def on(cls, canvas: Canvas, items: Items, alt_text: str, height: int | None = None) -> "Scene":
        return cls(canvas.width, height or canvas.height, canvas.margin, items, alt_text)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        return tuple(item for item in self.items if isinstance(item, Text))


def flat(*blocks: Iterable[Item]) -> Items:
    """The items of all blocks, in their order."""
    return tuple(item for block in blocks for item in block)


def left(x: float, y: float, words: str, style: Style) -> Text:
    """A text that begins at `x`."""
    return Text(x, y, words, style)


def right(x: float, y: float, words: str, style: Style) -> Text:
    """A text that ends at `x`."""
    return Text(x - measure(words, style), y, words, style)


def centred(x: float, y: float, words: str, style: Style) -> Text:
    """A text with its middle at `x`."""
    return Text(x - measure(words, style) / 2, y, words, style)


def middle(y: float, style: Style) -> float:
    """The baseline that puts the middle of figures and capitals at `y`."""
    return y + 0.33 * style.size
