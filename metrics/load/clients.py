"""How many clients are served on a day, and how new ones called in the week after they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.load.counts import StreamCounts
from metrics.load.forecast import Forecaster
from metrics.periods import to_local
from warehouse.schema import CLIENT_BASE

LEAST_JOINS = 3
"""So many growths of the base tell how often new clients call."""

_GREW_BY = 0.02
_AFTER_DAYS = 7
_EIGHT_WEEKS = 56


@dataclass(frozen=True)
class _Segment:
    name: str
    first: date
    last: date | None
    clients: float


@dataclass(frozen=True)
class ClientBase:
    """The clients of a line, by segments that hold until their next row."""

    segments: tuple[_Segment, ...]

    def on(self, day: date) -> float | None:
        """How many are served on a day; None where nothing tells."""
        in_force: dict[str, _Segment] = {}
        for each in self.segments:
            if each.first <= day:
                in_force[each.name] = each
        known = [each.clients for each in in_force.values() if each.last is None or day <= each.last]
        return sum(known) if known else None

    def served(self, day: date, last_day: date) -> float | None:
        """How many clients a day's contacts come of: a forecast knows of those who were there when it was made."""
        return self.on(min(day, last_day)) or self.on(day)

    def announced(self, last_day: date, until: date) -> Announced | None:
        """Return the growth that is known of days ahead and in no forecast; None, if it is under 2 %."""
        before = self.on(last_day)
        for each in sorted({segment.first for segment in self.segments if last_day < segment.first <= until}):
            after = self.on(each)
            if before and after and _grew(before, after):
                return Announced(each, before, after - before)
        return None


@dataclass(frozen=True)
class Announced:
    """Clients who come on a day that is ahead."""

    day: date
    before: float
    clients: float


@dataclass(frozen=True)
class Joins:
    """How often new clients called in their first week, beside the others: a factor for each growth of the base."""

    factors: tuple[float, ...]

    @property
    def tell(self) -> bool:
        """Whether they say anything: three or more, whose median brought more contacts than were forecast."""
        return len(self.factors) >= LEAST_JOINS and float(np.median(self.factors)) > 0

    @property
    def factor(self) -> float:
        """Their median; 1 where they tell nothing."""
        return float(np.median(self.factors)) if self.tell else 1.0


def _grew(before: float, after: float) -> bool:
    return after / before - 1 >= _GREW_BY - 1e-9


def client_base(calculator: Calculator, line: str | None) -> ClientBase:
    """Return the clients that a line serves: its own, and those that every line serves."""
    if not calculator.records.filled(CLIENT_BASE.name):
        return ClientBase(())
    c, zone = CLIENT_BASE.c, calculator.centre.timezone
    own = {line, *(calculator.centre.members(line) if line else ()), None}
    rows = calculator.records.rows(
        sa.select(c.segment, c.starts_on, c.ends_on, c.clients, c.line).order_by(c.segment, c.starts_on)
    )
    return ClientBase(
        tuple(
            _Segment(
                segment,
                to_local(first, zone).date(),
                to_local(last, zone).date() if last else None,
                float(clients),
            )
            for segment, first, last, clients, of_line in rows
            if line is None or of_line in own
        )
    )


def joins_of(counted: StreamCounts, base: ClientBase) -> Joins:
    """Return what each earlier growth of the base by 2 % or more in a day did to the contacts of its first week."""
    history, calendar = counted.history, counted.history.calendar
    forecaster = Forecaster(history)
    factors: list[float] = []
    for day in range(1, history.days - _AFTER_DAYS + 1):
        before, now = base.on(calendar.day(day - 1)), base.on(calendar.day(day))
        if not before or not now or not _grew(before, now) or forecaster.known_days(day - 1) == 0:
            continue
        week = np.arange(day, day + _AFTER_DAYS)
        week = week[history.teaches[week]]
        expected = float(forecaster.by_all(forecaster.fit(day - 1), week)[0].sum())
        if expected > 0:
            grown = now / before - 1
            factors.append((float(history.totals[week].sum()) - expected) / (expected * grown))
    return Joins(tuple(factors))


def contacts_per_thousand(counted: StreamCounts, base: ClientBase) -> float | None:
    """Contacts a day of a thousand clients, over the last eight weeks; None where no clients are known."""
    history = counted.history
    recent = range(max(0, history.days - _EIGHT_WEEKS), history.days)
    served = [(day, base.on(history.calendar.day(day))) for day in recent]
    known = [(day, clients) for day, clients in served if clients]
    client_days = sum(clients for _, clients in known)
    return 1000 * sum(float(history.totals[day]) for day, _ in known) / client_days if client_days else None
