"""What pictures are made of: numbers for the geometry, and their finished texts.

Charts neither format nor judge. Every number that is printed comes with its text («22,9 тыс.»), every
verdict as a `Verdict`, and every word in the language of the reader. Lengths are checked, meanings are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

MAX_LINES = 6
"""More lines than this are not legible in one picture: rank them and say how many are left out."""


class NothingToDraw(Exception):
    """No figure of the picture has data. Send a sentence instead."""


class Verdict(Enum):
    """What the metric says about a figure; NONE is a figure that is not judged."""

    MET = auto()
    MISSED = auto()
    BEHIND = auto()
    NONE = auto()


@dataclass(frozen=True)
class Span:
    """A piece of the headline. A line break in its text is a wish, kept if the lines fit."""

    text: str
    verdict: Verdict = Verdict.NONE


@dataclass(frozen=True)
class Titles:
    """The finding, what is measured, the convention with the as-of time, and the picture in words."""

    headline: tuple[Span, ...]
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


@dataclass(frozen=True)
class Point:
    """What happened in a slot. No fact is no data; `elapsed` is the share of the slot that is over."""

    fact: Amount | None
    plan: float | None = None
    verdict: Verdict = Verdict.NONE
    elapsed: float = 1.0

    @property
    def judged(self) -> Verdict:
        """A slot that is not over is never judged, whatever was passed."""
        return self.verdict if self.elapsed >= 1 else Verdict.NONE

    @property
    def running(self) -> bool:
        return 0 < self.elapsed < 1

    @property
    def missing(self) -> bool:
        """It should have a fact and has none; a slot of the future is not missing."""
        return self.fact is None and self.elapsed > 0


Points = tuple[Point, ...]


@dataclass(frozen=True)
class Line:
    """A line of the centre over the slots, with its plan or norm and its figure for the whole period."""

    name: str
    points: Points
    reference: Amount | None
    """Its text stands beside the line: «норма 80 %», «план 290 с»."""
    total: Amount | None
    deviation: str = ""
    """«+4 с к плану»."""
    verdict: Verdict = Verdict.NONE
    before: tuple[float | None, ...] = ()
    """The period that it is compared with, by slot; empty if there is none."""


@dataclass(frozen=True)
class ScoreRow:
    """A figure of the scoreboard. `deviation` is its distance from plan by effect, as a share: +0.1 is better."""

    name: str
    fact: str
    plan: str
    verdict: Verdict
    deviation: float | None = None
    label: str = ""


@dataclass(frozen=True)
class ScoreGroup:
    title: str
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class Scoreboard:
    """Every figure against its plan, in the digest's order. `reach` is the deviation at the axis's end."""

    titles: Titles
    labels: Labels
    groups: tuple[ScoreGroup, ...]
    reach: float = 0.25


@dataclass(frozen=True)
class Turning:
    """A point of a line that is ringed and named: «5 июня: 100 %»."""

    index: int
    text: str


@dataclass(frozen=True)
class TargetTraffic:
    """Days against their plan, and execution from the period's start."""

    titles: Titles
    labels: Labels
    days: tuple[Slot, ...]
    points: Points
    execution_title: str
    execution: tuple[Amount | None, ...]
    reference: Amount | None
    """The line of execution's 100 %: «план 100 %»; none where nothing is planned."""
    turning: Turning | None = None
    verdict: Verdict = Verdict.NONE

    def __post_init__(self) -> None:
        _same_length(self.days, self.points, self.execution)


@dataclass(frozen=True)
class Levels:
    """Up to six lines against their norms or plans: the service level and AHT."""

    titles: Titles
    labels: Labels
    days: tuple[Slot, ...]
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        _same_length(self.days, *(line.points for line in self.lines))
        _same_length(self.days, *(line.before for line in self.lines if line.before))
        if len(self.lines) > MAX_LINES:
            raise ValueError(f"{len(self.lines)} lines, at most {MAX_LINES} are drawn: rank them first")


@dataclass(frozen=True)
class Load:
    """A volume against its plan, and the rate that the load may have cost against its ceiling."""

    titles: Titles
    labels: Labels
    days: tuple[Slot, ...]
    rate_title: str
    rates: Points
    limit: Amount | None
    volume_title: str
    volumes: Points

    def __post_init__(self) -> None:
        _same_length(self.days, self.rates, self.volumes)


@dataclass(frozen=True)
class Reservations:
    """A running total towards the month's plan. All sums are at the end of their day, from the month's start."""

    titles: Titles
    labels: Labels
    days: tuple[Slot, ...]
    fact: tuple[float, ...]
    """One for each day that has begun."""
    fact_label: tuple[str, str]
    """«13,8» and «факт, 15 июня»."""
    plan: tuple[float, ...] = ()
    """One for each day of the month; empty without a plan."""
    plan_now: str = ""
    plan_end: str = ""
    forecast: tuple[float, ...] = ()
    """One for each day left; empty once the month is over."""
    forecast_end: str = ""
    gap: str = ""
    """What will be short or over at the end: «не хватит 4,2»."""
    verdict: Verdict = Verdict.NONE
    pace: tuple[str, ...] = ()
    """The daily rate needed, and the rate now."""
    elapsed: float = 1.0
    """How much of the last day of the fact is over."""

    def __post_init__(self) -> None:
        if self.plan:
            _same_length(self.days, self.plan)
        if len(self.fact) > len(self.days):
            raise ValueError(f"{len(self.fact)} days of fact in a month of {len(self.days)}")
        if self.forecast:
            _same_length(self.days[len(self.fact) :], self.forecast)


@dataclass(frozen=True)
class Share:
    """A part of a whole, from 0 to 1."""

    name: str
    value: float
    text: str


@dataclass(frozen=True)
class VoiceBot:
    """What the bot handled, how its calls ended (up to three parts, the best first) and how long they waited."""

    titles: Titles
    labels: Labels
    days: tuple[Slot, ...]
    outcomes_title: str
    outcomes: tuple[Share, ...]
    wait_title: str
    waits: Points
    limit: Amount | None
    handled_title: str
    handled: Points

    def __post_init__(self) -> None:
        _same_length(self.days, self.waits, self.handled)


@dataclass(frozen=True)
class AnswerToday:
    """One number now: the hours of a day against their norm and against yesterday."""

    titles: Titles
    labels: Labels
    hours: tuple[Slot, ...]
    points: Points
    norm: Amount | None
    yesterday: tuple[float | None, ...]
    """By hour to the end of the day; empty if there was no yesterday."""
    total: Amount
    verdict: Verdict = Verdict.NONE

    def __post_init__(self) -> None:
        _same_length(self.hours, self.points)
        if self.yesterday:
            _same_length(self.hours, self.yesterday)


def _same_length(*rows: Sequence[object]) -> None:
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        raise ValueError(f"the slots and their points differ in length: {lengths}")
