"""How pictures look: canvas sizes, margins, colours, sizes of type. Nothing here depends on data."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """The three weights of Source Sans Pro in use; the value is the end of the font file's name."""

    REGULAR = "Regular"
    SEMIBOLD = "Semibold"
    BOLD = "Bold"


@dataclass(frozen=True)
class Canvas:
    """A sheet of paper and the type its captions are set in, in pixels."""

    width: int
    height: int
    margin: int
    headline: int
    leading: int
    """From one headline baseline to the next."""
    subtitle: int
    footnote: int


TABLE = Canvas(1080, 1350, 40, 48, 54, 28, 26)
CHART = Canvas(1200, 900, 48, 52, 58, 32, 28)
TALL_CHART = Canvas(1200, 1350, 48, 52, 58, 32, 28)
ANSWER = Canvas(1080, 720, 40, 52, 56, 30, 28)

# Colours. Text colours reach a contrast of 4.5 on paper, on the band and on the tint.
PAPER = "#FAF9F6"  # off-white and opaque: does not glare in a dark chat
INK = "#1B2430"  # text, axes and the plan
FACT = "#33475B"
SECOND = "#5A6572"  # text of the second rank
PREVIOUS = "#8292A2"  # the period before, the forecast's hatching; never text
PALE = "#C7CFD7"  # the lightest of three neighbouring parts of a whole
BAND = "#EFEDE6"  # days off
RULE = "#D9D8D2"
MISSED = "#C2371A"
TINT = "#FBE9E3"  # the row of a missed figure
GAP = "#F6D9CF"  # what a fact lacks to its plan
MET = "#0A7668"
BEHIND = "#8A5A00"
TOWER = "#1B2A41"  # a contest's skyscraper: decoration, as all that follows
UNLIT = "#34445C"
LIT = "#F6C34A"
GLOW = "#FBEFD2"  # behind who leads
NEAR = "#F3F5F8"
WINDOW = "#8FA1B6"

MINIMUM = 26
"""At a third of this size, as on a phone, text is just legible: nothing is ever smaller."""


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    size: float
    weight: Weight
    colour: str

    def inked(self, colour: str) -> "Style":
        return Style(self.size, self.weight, colour)


LEAST = Style(MINIMUM, Weight.REGULAR, SECOND)
QUIET = Style(28, Weight.REGULAR, SECOND)
SECTION = Style(28, Weight.SEMIBOLD, SECOND)
VALUE = Style(28, Weight.SEMIBOLD, INK)
PLAIN = Style(30, Weight.REGULAR, INK)
STRONG = Style(30, Weight.SEMIBOLD, INK)
EXTREME = Style(30, Weight.BOLD, INK)
MISS = Style(34, Weight.BOLD, MISSED)
BIG = Style(34, Weight.BOLD, INK)
HERO = Style(56, Weight.BOLD, INK)

# Widths of lines.
HAIR = 2.0
PLAN = 2.5
LINE = 4.5
CONNECTOR = 1.5

ELLIPSIS = "…"
