"""What everybody has done in a contest, and when they did the last of it: one statement over the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from metrics.aggregate import aggregate_of, conditions_of
from metrics.answers import exact
from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.contests.rules import AGENT, EARLIER, SHARED, Adjustment, ContestRules
from metrics.facts import Query
from metrics.model import Count, Sum, Where
from metrics.people import Person
from metrics.relations import RELATIONS, Scope, moments_of
from warehouse.messages import UserError
from warehouse.readings import STATEMENTS_KEPT

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Tally:
    """A total, and the moment (UTC) at which it was reached."""

    total: Decimal
    reached: datetime | None = None


def tally(calculator: Calculator, rules: ContestRules, as_of: datetime) -> dict[str | None, Tally]:
    """What every agent has done up to and with a moment. None: the records name nobody.

    Raises UserError if the records cannot tell.
    """
    if as_of < rules.period.start:
        return {}
    absent = calculator.coverage.why_absent(Query(rules.metric, rules.period, None, (), rules.filters))
    if absent is not None:
        raise UserError(absent.id, **absent.params)
    fact = rules.metric.fact
    assert isinstance(fact, Count | Sum)
    borders = (rules.period.start, rules.period.end)
    moments = moments_of(borders, min(as_of, rules.period.end), as_of)
    rows = calculator.records.rows(_statement(calculator.centre, rules.metric.relation, fact, rules.filters), moments)
    return {None if key is None else str(key): Tally(_decimal(total), reached) for key, total, reached in rows}


@lru_cache(STATEMENTS_KEPT)
def _statement(centre: Centre, relation: str, fact: Count | Sum, filters: Where) -> sa.Select[Any]:
    rows = RELATIONS[relation].rows(Scope(centre)).subquery("rows")
    counting = conditions_of(rows.c, fact.where)
    if isinstance(fact, Sum):
        counting.append(rows.c[fact.of] != 0)
    total = aggregate_of(rows.c, fact, None)
    reached = sa.func.max(sa.case((sa.and_(*counting), rows.c.at)) if counting else rows.c.at)
    return (
        sa.select(rows.c[AGENT], total.label("total"), reached.label("reached"))
        .where(*conditions_of(rows.c, filters))
        .group_by(rows.c[AGENT])
        .having(total != 0)
    )


def _decimal(total: float) -> Decimal:
    """As a person would write it: the engine's sums of square metres are exact to 0.01 and no further."""
    found = exact(total)
    return Decimal(int(found)) if found == int(found) else found.quantize(_CENT)


UNNAMED, ASIDE, OPTED_OUT = "unnamed", "aside", "opted_out"
"""Why something is ranked nowhere: the records name nobody (or no team), other teams', or by their own wish."""


@dataclass(frozen=True)
class Placed:
    """A participant: their total, when they reached it, and their place."""

    key: str
    total: Decimal
    place: int
    reached: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Everybody's place as of a moment, the best first. `outside` is counted and ranked nowhere, by the reason."""

    rules: ContestRules
    as_of: datetime
    places: tuple[Placed, ...]
    outside: Mapping[str, Decimal]

    def of(self, key: str | None) -> Placed | None:
        return next((placed for placed in self.places if placed.key == key), None)

    @property
    def begun(self) -> bool:
        """Whether anybody has anything."""
        return any(placed.total > 0 for placed in self.places)

    def is_finalist(self, placed: Placed) -> bool:
        return placed.place <= self.rules.places and placed.total >= self.rules.minimum and placed.total > 0

    @property
    def finalists(self) -> tuple[Placed, ...]:
        return tuple(filter(self.is_finalist, self.places))

    @property
    def others(self) -> tuple[Placed, ...]:
        return self.places[len(self.finalists) :]

    @property
    def threshold(self) -> Decimal:
        """The total that is enough for the final now."""
        least = max(self.rules.minimum, self.rules.step)
        finalists = self.finalists
        if len(finalists) < self.rules.places:
            return least
        last = finalists[-1].total
        return max(least, last if self.rules.ties == SHARED else last + self.rules.step)

    def to_next(self, placed: Placed) -> tuple[int, Decimal] | None:
        """The place before, and what is lacking to have it; None for the first."""
        above = [each for each in self.places if each.place < placed.place]
        if not above:
            return None
        ahead = above[-1]
        level = ahead.total - placed.total
        return ahead.place, level if self.rules.ties == SHARED else level + self.rules.step

    def to_final(self, placed: Placed) -> Decimal | None:
        """What is lacking to the final; None for who is in it."""
        return None if self.is_finalist(placed) else max(self.threshold - placed.total, self.rules.step)


def rank(
    rules: ContestRules,
    as_of: datetime,
    done: Mapping[str | None, Tally],
    people: Mapping[str, Person],
    adjustments: Iterable[Adjustment] = (),
    opted_out: Iterable[str] = (),
) -> Standing:
    """The standing. An adjustment is made to a person or a team, whichever compete."""
    outside: dict[str, Decimal] = defaultdict(Decimal)
    joined: dict[str, list[Tally]] = {key: [] for key in _invited(rules, people)}
    for agent, each in done.items():
        key, reason = _side(rules, agent, people.get(agent) if agent is not None else None)
        if key is None:
            outside[reason] += each.total
        else:
            joined.setdefault(key, []).append(each)
    for adjustment in adjustments:
        # What is taken away leaves the moment of the rest as it was.
        moment = adjustment.at if adjustment.amount > 0 else None
        joined.setdefault(adjustment.who, []).append(Tally(adjustment.amount, moment))
    totals = {key: _together(tallies) for key, tallies in joined.items()}
    for key in frozenset(opted_out).intersection(totals):
        outside[OPTED_OUT] += totals.pop(key).total
    return Standing(rules, as_of, tuple(_placed(rules, totals, people)), dict(outside))


def _side(rules: ContestRules, agent: str | None, person: Person | None) -> tuple[str | None, str]:
    """For whom an agent's work counts; None and the reason, where it counts for nobody."""
    if agent is None:
        return None, UNNAMED
    team = person.team if person else None
    if rules.members and team not in rules.members:
        return None, ASIDE
    return (team, UNNAMED) if rules.teams else (agent, UNNAMED)


def _invited(rules: ContestRules, people: Mapping[str, Person]) -> Iterator[str]:
    """Who takes part whatever they have done."""
    for person in people.values():
        if person.team is not None and person.team in rules.members and person.works_in(rules.period):
            yield person.team if rules.teams else person.key


def _together(tallies: Sequence[Tally]) -> Tally:
    moments = [each.reached for each in tallies if each.reached is not None]
    return Tally(sum((each.total for each in tallies), Decimal(0)), max(moments, default=None))


def _placed(rules: ContestRules, totals: Mapping[str, Tally], people: Mapping[str, Person]) -> Iterator[Placed]:
    """Those who share a place stand by their names."""

    def order(key: str) -> tuple[Decimal, str]:
        each = totals[key]
        early = rules.ties == EARLIER and each.total > 0 and each.reached is not None
        return -each.total, each.reached.isoformat() if early and each.reached else ""

    def name(key: str) -> str:
        return (people[key].name if key in people else None) or key

    taken = 0
    for _, equals in groupby(sorted(totals, key=lambda key: (order(key), name(key), key)), key=order):
        together = list(equals)
        for key in together:
            yield Placed(key, totals[key].total, taken + 1, totals[key].reached)
        taken += len(together)
