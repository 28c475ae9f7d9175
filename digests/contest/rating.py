"""A contest as it is shown: its rules, what it is called, who is named, what there is to win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto

from metrics.calculator import Calculator
from metrics.contests.rules import Adjustment, ContestRules, LateChange, Ledger, corrections
from metrics.contests.standing import Placed, Standing, rank, tally
from metrics.model import Metric
from metrics.people import Person, people_of
from metrics.periods import midnight, to_local
from warehouse.messages import UserError

NAMES, PSEUDONYMS, PLACES = "names", "pseudonyms", "places"
"""How people are shown: by name, by pseudonym, or by their place alone."""


@dataclass(frozen=True)
class ContestSpec:
    """A contest. `pseudonyms` are by agent or team."""

    key: str
    title: str
    rules: ContestRules
    names: str = NAMES
    pseudonyms: Mapping[str, str] = field(default_factory=dict)
    prizes: tuple[str, ...] = ()
    freeze: bool = True
    """Whether the rating stands still on the last day, until the results."""


_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class Phase(Enum):
    """Where a contest is. FROZEN: its rating stands still until the results; OVER: these are the results."""

    AHEAD = auto()
    RUNNING = auto()
    FROZEN = auto()
    OVER = auto()


@dataclass(frozen=True)
class Rated:
    """What there is to say of a contest now. Instants are UTC."""

    spec: ContestSpec
    phase: Phase
    standing: Standing
    people: Mapping[str, Person]
    today: date
    """By the centre's clock."""
    since: datetime | None
    """The moment of the rating that places are compared with; None if there was none."""
    before: Mapping[str, int]
    """The places of then."""
    corrections: tuple[LateChange, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    """Those that are not in the rating that was posted last."""

    @property
    def metric(self) -> Metric:
        return self.spec.rules.metric

    @property
    def days_left(self) -> int:
        """The days after today that it goes on, or lasts where it has not begun."""
        period = self.spec.rules.period
        return max((period.last_day - max(self.today, period.first_day)).days, 0)

    def moved(self, placed: Placed) -> int | None:
        """By how many places they have come forward (or, below 0, fallen back); None for who was not there."""
        before = self.before.get(placed.key)
        return None if before is None else before - placed.place


def rate(calculator: Calculator, spec: ContestSpec, ledger: Ledger, *, results: bool = False) -> Rated:
    """The rating as of the records. Raises UserError if there are none.

    The results come a day after the end at the latest; before that only with `results`, so that who asks does not
    learn them before they are posted.
    """
    rules = spec.rules
    known_to = calculator.coverage.as_of(rules.metric)
    if known_to is None:
        raise UserError("There are no records that this contest could be counted from.")
    phase, as_of = _phase(calculator, spec, ledger, known_to, results=results)
    people = people_of(calculator.records)

    def standing(moment: datetime, adjustments: tuple[Adjustment, ...]) -> Standing:
        done = tally(calculator, rules, moment)
        return rank(rules, moment, done, people, adjustments, ledger.opted_out)

    now = standing(as_of, ledger.adjustments)
    posted = ledger.posted
    changed: tuple[LateChange, ...] = ()
    since: datetime | None
    if posted:
        then = standing(posted.as_of, tuple(a for a in ledger.adjustments if a.number <= posted.adjustment))
        changed = tuple(corrections(ledger, {placed.key: placed.total for placed in then.places}))
        since, before = posted.as_of, posted.place_of
    else:
        since, before = _day_before(spec, as_of), {}
        if since:
            then = standing(since, ledger.adjustments)
            before = {placed.key: placed.place for placed in then.places} if then.begun else {}
    return Rated(
        spec,
        phase,
        now,
        people,
        to_local(calculator.now, rules.period.timezone).date(),
        since if before else None,
        before,
        changed,
        tuple(a for a in ledger.adjustments if not posted or a.number > posted.adjustment),
    )


def _phase(
    calculator: Calculator, spec: ContestSpec, ledger: Ledger, known_to: datetime, *, results: bool
) -> tuple[Phase, datetime]:
    """Where the contest is, and as of when its rating is shown."""
    period = spec.rules.period
    still = midnight(period.last_day, period.timezone)
    if calculator.now < period.start:
        return Phase.AHEAD, known_to
    due = ledger.posted is not None and not ledger.posted.closing and calculator.now < period.end + _DAY
    if known_to >= period.end and (results or not (spec.freeze and due)):
        return Phase.OVER, period.end
    if spec.freeze and calculator.now >= still > period.start:
        return Phase.FROZEN, min(known_to, still)
    return Phase.RUNNING, min(known_to, period.end)


def _day_before(spec: ContestSpec, as_of: datetime) -> datetime | None:
    """The end of the local day before, which nothing was posted of; None if the contest had not begun."""
    period = spec.rules.period
    day = midnight(to_local(as_of - _MINUTE, period.timezone).date(), period.timezone)
    return day if day > period.start else None
