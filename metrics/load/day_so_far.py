"""A line's day that is under way, put together from the records: what came, who is there, what the morning said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from metrics.calculator import Calculator
from metrics.facts import Query
from metrics.load import ENTRIES
from metrics.load.counts import half_hours_of
from metrics.load.history import HALF_HOURS, Flags, Floats
from metrics.load.line_load import LineLoad
from metrics.load.past import PastDays
from metrics.load.presence import ROSTER, presence_of
from metrics.load.warning import Foreseen, Past, Today, foresee, weight_of_morning
from metrics.periods import days


@dataclass(frozen=True)
class Morning:
    """What is known of a line before a day begins; it holds for all of the day."""

    day: date
    load: LineLoad
    forecast: Floats
    prior: float
    """How many contacts the forecast is worth as evidence."""
    past: Past | None
    """Days of the same kind that are over."""

    @property
    def open_hours(self) -> Flags:
        return self.load.open_hours(self.day)

    @property
    def hours(self) -> tuple[int, int] | None:
        """The half hour that the line opens with, and the one after its last; None: it is closed all day."""
        found = np.flatnonzero(self.open_hours)
        return (int(found[0]), int(found[-1]) + 1) if len(found) else None


@dataclass(frozen=True)
class DaySoFar:
    """A day under way, and what it will come to."""

    morning: Morning
    foreseen: Foreseen
    roster: Floats
    """People on contacts by half hour: of the roster what is left of it, or who is there as usual."""
    by_roster: bool
    people_now: float | None
    """On contacts in the last half hour that is over; None: no statuses tell."""


def morning_of(calculator: Calculator, load: LineLoad, day: date) -> Morning | None:
    """Return what is known of a day before it begins; None without a forecast or a handling time."""
    forecast = load.contacts(day)
    if forecast is None or load.is_over(day) or load.handling is None:
        return None
    past, history = PastDays(calculator, load), load.counted.history
    prior, before = weight_of_morning(history, past.said_of), past.before(history.calendar.index(day))
    return Morning(day, load, forecast * load.counted.reached_share, prior, before)


def so_far(calculator: Calculator, morning: Morning, as_of: datetime) -> DaySoFar | None:
    """Return a day as it stands by a moment (UTC): what came in the half hours that are over, and who was there.

    None where nobody is known to be there.
    """
    load, zone = morning.load, calculator.centre.timezone
    expected = presence_of(calculator, load.stream, [morning.day], load.last_day).on(morning.day)
    if expected is None:
        return None
    by_roster = expected.source == ROSTER
    roster = expected.count * (1 - load.rules.shrinkage if by_roster else 1.0)
    places = [(start, place) for start, place in half_hours_of(morning.day, zone) if _ends(start) <= as_of]
    over = max((place for _, place in places), default=-1) + 1
    came, present = np.zeros(HALF_HOURS), None
    if places:
        line, channel = load.stream.line, load.stream.channel
        members = calculator.centre.members(line) if line else None
        metric = calculator.catalogue.get(ENTRIES[channel])
        query = Query(metric, days(morning.day, morning.day, zone), members, ("half-hour",))
        (counted,) = calculator.compute([query])
        known = {counted.borders[part]: fact.value or 0.0 for (part, _), fact in counted.parts.items()}
        for start, place in places:
            came[place] += known.get(start, 0.0)
        statuses = presence_of(calculator, load.stream, [morning.day], morning.day).on(morning.day)
        known_to = calculator.coverage.as_of(calculator.catalogue.get("people_on_shift"))
        if statuses is not None and known_to is not None and known_to >= as_of - timedelta(minutes=30):
            present = statuses.count
    people, now = (roster, None)
    if present is not None and over:
        people, now = people_ahead(roster, present, over), float(present[over - 1])
    today = Today(
        over,
        came * load.counted.reached_share,
        morning.forecast,
        people,
        load.aht(morning.day),
        replace(load.rules, shrinkage=0.0),
        morning.open_hours,
        expected.count,
        now is not None,
    )
    return DaySoFar(morning, foresee(today, morning.prior, morning.past), roster, by_roster, now)


def people_ahead(roster: Floats, present: Floats, over: int) -> Floats:
    """Return who was there, and who will be: as on the roster, but for those who are more or fewer now."""
    away = present[over - 1] - roster[over - 1] if over else 0.0
    ahead = np.maximum(roster + np.where(roster > 0, away, 0.0), 0.0)
    there: Floats = np.where(np.arange(HALF_HOURS) < over, present, ahead)
    return there


def _ends(start: datetime) -> datetime:
    return start + timedelta(minutes=30)
