"""What all forms are made of: numbers for the geometry, and their finished texts.

Charts neither format nor judge. Every number that is printed comes with its text («22,9 тыс.»), every
verdict as a `Judgement`, and every word in the language of the reader. Lengths are checked, meanings are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto


class NothingToDraw(Exception):
    """No figure of the picture has data. Send a sentence instead."""


class Judgement(Enum):
    """What the metric says about a figure; NONE is a figure that is not judged."""

    MET = auto()
    MISSED = auto()
    BEHIND = auto()
    NONE = auto()


@dataclass(frozen=True)
class HeadlineSpan:
    """A piece of the headline. A line break in its text is a wish, kept if the lines fit."""

    text: str
    verdict: Judgement = Judgement.NONE


@dataclass(frozen=True)
class Titles:
    """The finding, what is measured, the convention with the as-of time, and the picture in words."""

    headline: tuple[HeadlineSpan, ...]
    subtitle: str
    footnote: str
    alt_text: str


@dataclass(frozen=True)
class Labels:
    """The words that charts need themselves, in one language."""

    fact: str
    plan: str
    worse: str
    better: str
    missed: str
    behind: str
    met: str
    unjudged: str
    no_plan: str
    no_data: str
    no_data_short: str
    period: str
    """«за период»: over a figure for the whole period."""
    yesterday: str
    so_far: str
    """«с начала дня»: under the figure of a day that is not over."""


@dataclass(frozen=True)
class Amount:
    """A number and how it is printed."""

    value: float
    text: str


@dataclass(frozen=True)
class Slot:
    """A place on the x axis: a day («12», «пр.») or an hour («14»). `off` is a weekend or a holiday."""

    label: str
    sublabel: str = ""
    off: bool = False
    before: bool = False
    """Whether it lies before what the picture is about, for comparison."""


@dataclass(frozen=True)
class Point:
    """What happened in a slot. No fact is no data; `elapsed` is the share of the slot that is over."""

    fact: Amount | None
    plan: float | None = None
    verdict: Judgement = Judgement.NONE
    elapsed: float = 1.0
    few: bool = False
    """Whether it is of too few cases to be judged: it is drawn hollow."""
    usual: tuple[float, float] | None = None
    """Between what it would be by chance: thin lines behind the points."""

    @property
    def judged(self) -> Judgement:
        """A slot that is not over is never judged, whatever was passed."""
        return self.verdict if self.elapsed >= 1 else Judgement.NONE

    @property
    def running(self) -> bool:
        return 0 < self.elapsed < 1

    @property
    def missing(self) -> bool:
        """It should have a fact and has none; a slot of the future is not missing."""
        return self.fact is None and self.elapsed > 0


Points = tuple[Point, ...]


def require_facts(*rows: Points) -> None:
    """Raise NothingToDraw where no point of the rows has a fact."""
    if not any(point.fact for points in rows for point in points):
        raise NothingToDraw


def same_length(*rows: Sequence[object]) -> None:
    """Raise ValueError where slots and their points differ in length."""
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        raise ValueError(f"the slots and their points differ in length: {lengths}")
