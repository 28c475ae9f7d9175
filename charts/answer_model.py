"""What the pictures that answer a question are made of; `model` has the digest's, and the parts of both."""

from dataclasses import dataclass

from charts.model import Amount, Labels, Levels, Titles, Verdict


@dataclass(frozen=True)
class Series(Levels):
    """One metric of up to six lines over the slots of any period, with the period it is compared with."""

    volume: bool = False
    """A volume is drawn as bars from 0 in the frames of its plan, a level as a line against its norm."""
    before: str = ""
    """What the lighter line is: «17–31 мая»."""


@dataclass(frozen=True)
class Rank:
    """A row of a ranking: a line, an agent or a topic. No fact is no data."""

    name: str
    fact: Amount | None
    plan: float | None = None
    verdict: Verdict = Verdict.NONE
    note: str = ""
    """Beside the value: «80 % плана»."""


@dataclass(frozen=True)
class Ranking:
    """A metric by line, agent or topic in the order given."""

    titles: Titles
    labels: Labels
    rows: tuple[Rank, ...]
    reference: Amount | None = None
    """The one norm of all rows: «норма 80 %». Rows then deviate from it, else they are bars from 0."""
    rest: tuple[str, str] | None = None
    """The rows left out and what they come to: «ещё 6», «81–95 %»."""


@dataclass(frozen=True)
class Effect:
    """What someone gave: the text as it is counted, and the effect, which is below 0 where it made things worse."""

    name: str
    text: str
    effect: float


@dataclass(frozen=True)
class Contributions:
    """Who gave how much of a difference; the total is the sum of all rows."""

    titles: Titles
    labels: Labels
    sides: tuple[str, str]
    """What left and right of the axis mean: «хуже» and «лучше», or «меньше» and «больше» where nothing is judged."""
    rows: tuple[Effect, ...]
    total: Effect
    verdict: Verdict = Verdict.NONE
    """Of the whole: only the parts of a missed plan are red."""
    directed: bool = True
    """Whether left is worse and right is better."""
