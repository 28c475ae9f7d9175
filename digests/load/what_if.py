"""What if: a line's days as they are expected, and as they would be, computed from what was supposed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from digests.load.plan import loads_of
from digests.load.reading import LoadRequest
from metrics.calculator import Calculator
from metrics.load import AHT, CLIENTS, SERVICE, SET, SHRINKAGE
from metrics.load.clients import Joins, client_base, contacts_per_thousand, joins_of
from metrics.load.history import HALF_HOURS, Flags, Floats
from metrics.load.line_load import LineLoad
from metrics.load.presence import ROSTER, presence_of
from metrics.load.staffing import need
from metrics.load.what_if import MOST_CONTACTS, Scenario, ScenarioOutcome, applied, outcome
from warehouse.messages import UserError

HIGHEST_SL, HIGHEST_SHRINKAGE = 0.999, 0.95


@dataclass(frozen=True)
class DayIf:
    """A day as it is expected, and as it would be."""

    day: date
    before: ScenarioOutcome
    after: ScenarioOutcome
    source: str | None
    """Where its people are known from."""


@dataclass(frozen=True)
class WhatIf:
    """What becomes of a line's days."""

    asked: LoadRequest
    load: LineLoad
    days: tuple[DayIf, ...]
    joins: Joins
    clients: float | None
    """How many are served on the first day."""
    per_thousand: float | None

    @cached_property
    def worst(self) -> DayIf:
        """The day with the longest queue afterwards, else the one that lacks most."""
        return max(self.days, key=_harm)

    @property
    def people_known(self) -> bool:
        return all(day.after.queue is not None and day.before.queue is not None for day in self.days)

    def short_hours(self, *, after: bool) -> float:
        """Person-hours that lack."""
        outcomes = [day.after if after else day.before for day in self.days]
        return sum(each.comparison.short_hours for each in outcomes if each.comparison)

    def contacts(self, *, after: bool) -> float:
        """How many come; those that need nobody too."""
        outcomes = [day.after if after else day.before for day in self.days]
        share = self.load.counted.reached_share or 1.0
        return sum(float(each.scenario.contacts.sum()) for each in outcomes) / share


def _harm(day: DayIf) -> tuple[float, float, float]:
    queue, comparison = day.after.queue, day.after.comparison
    explosion = queue.explosion if queue else None
    return (
        explosion.peak_waiting if explosion else 0.0,
        comparison.short_hours if comparison else 0.0,
        day.after.need.hours,
    )


def what_if(calculator: Calculator, asked: LoadRequest) -> WhatIf:
    """Compute what is supposed. Raises UserError for what cannot be, and where a line must be named."""
    load = _load(calculator, asked)
    base = client_base(calculator, load.stream.line)
    clients = asked.base or base.served(asked.period.first_day, load.last_day)
    if asked.changes_of(CLIENTS) and not clients:
        raise UserError("How many clients are served now? Say it with the question, as in “base 84000”.")
    joins = Joins(()) if asked.once or not asked.changes_of(CLIENTS) else joins_of(load.counted, base)
    there = presence_of(calculator, load.stream, asked.period.days, load.last_day)
    days = []
    for day in asked.period.days:
        people = there.on(day)
        if asked.changes_of(SHRINKAGE) and people and people.source != ROSTER:
            raise UserError("Shrinkage is of a roster, and there is none for {day}: leave it out.", day=day)
        scenario = _scenario(load, asked, day, people.count if people else None, people.source if people else "")
        if scenario is None:
            raise UserError(
                "There is no forecast of {day}: the line is known for {n} days, 14 are needed.",
                day=day,
                n=load.outlook.known_days,
            )
        scenario = replace(scenario, clients=asked.base or base.served(day, load.last_day))
        _check(asked, scenario)
        after = applied(scenario, asked.changes, _window(asked.window), joins.factor)
        if float(max(after.contacts.max(), scenario.contacts.max())) > MOST_CONTACTS:
            raise UserError(
                "That is over {most} contacts in half an hour, too many for their queue: suppose less, or ask for one "
                "line of the group.",
                most=MOST_CONTACTS,
            )
        days.append(DayIf(day, outcome(scenario), outcome(after), people.source if people else None))
    return WhatIf(asked, load, tuple(days), joins, clients, contacts_per_thousand(load.counted, base))


def _load(calculator: Calculator, asked: LoadRequest) -> LineLoad:
    loads = loads_of(calculator, asked.channel, asked.line, asked.period)
    if len(loads) > 1:
        lines = calculator.centre.lines
        titles = ", ".join(lines[load.stream.line].title for load in loads if load.stream.line)
        raise UserError("What would become of which line? Name one of: {known}.", known=titles)
    return loads[0]


def _scenario(load: LineLoad, asked: LoadRequest, day: date, there: Floats | None, source: str) -> Scenario | None:
    """The day as it is expected; where no handling time is known, with the one that is supposed."""
    given = next((change for change in asked.changes_of(AHT) if change.how == SET), None)
    if load.handling is not None or given is None:
        return load.scenario(day, there, source)
    if given.value <= 0:
        raise UserError("AHT must stay above 0 seconds.")
    return load.scenario(day, there, source, np.full(HALF_HOURS, given.value))


def _window(window: tuple[int, int] | None) -> Flags | None:
    if window is None:
        return None
    at = np.arange(HALF_HOURS)
    within: Flags = (at >= window[0]) & (at < window[1])
    return within


def _check(asked: LoadRequest, scenario: Scenario) -> None:
    for change in asked.changes_of(SERVICE):
        if change.value > HIGHEST_SL + 1e-9:
            service = replace(scenario.rules.service, target=HIGHEST_SL)
            most = need(
                scenario.contacts, scenario.aht_s, replace(scenario.rules, service=service), scenario.open_hours
            )
            raise UserError(
                "No number of people gives 100% for sure; 99.9% takes {n} on the line at the busiest half hour.",
                n=int(most.people.max()),
            )
        if change.value <= 0 or (change.threshold_s is not None and change.threshold_s < 0):
            raise UserError("A service level is as in “sl 90/20”: over 0%, within 0 seconds or more.")
    for change in asked.changes_of(SHRINKAGE):
        if not 0 <= change.value < HIGHEST_SHRINKAGE:
            raise UserError("Shrinkage must be under 95%.")
