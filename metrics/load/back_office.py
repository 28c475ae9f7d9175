"""The back office: no queue of seconds but days of work that is due, what is open already, and the pace it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.facts import Query
from metrics.load import DESK
from metrics.load.history import Floats
from metrics.load.line_load import LineLoad
from metrics.model import Test
from metrics.periods import days, midnight
from warehouse.messages import Message, note
from warehouse.schema import TICKET_EVENTS_TABLE
from warehouse.sql import instant, seconds_between

_DAY_S, _WORKING_DAYS = 86_400, 5
_RECENT_DAYS = (28, 14, 7)
"""How long a ticket takes is measured over the first of these that says anything."""
_FOLLOWED_DAYS = 28
_LEAST_FOLLOWED = 30
_EXACT = 1e-9


@dataclass(frozen=True)
class BackOffice:
    """The smallest constant hours of work a day with nothing late."""

    hours: float
    backlog: tuple[float, ...]
    """Hours open at the end of each day, worked at that pace."""
    at_present: tuple[float, ...] | None
    """The same at the hours that are worked now."""


@dataclass(frozen=True)
class Desk:
    """The working days ahead of the back office. Arrays by working day."""

    days: tuple[date, ...]
    tickets: Floats
    """Those to be closed of what comes; what comes on a day off is there on the next working day."""
    open_tickets: float
    """Those open before the first day that are still to be closed."""
    closed_share: float
    """The share of tickets that are closed within four weeks."""
    ticket_s: float
    measured_days: int
    """The days that this was measured over."""
    due_days: int
    work: BackOffice
    person_hours: float
    """What one person does on a working day, without what is lost to shrinkage."""
    present_hours: float | None
    """On the roster on a working day, less shrinkage; None: there is no roster."""

    @property
    def people(self) -> int:
        return math.ceil(self.work.hours / self.person_hours - _EXACT)

    @property
    def brought(self) -> Floats:
        """The hours of work that come on each day."""
        return self.tickets * self.ticket_s / 3600


def back_office(
    open_due: Sequence[float], brought: Sequence[float], due_days: int, present_hours: float | None = None
) -> BackOffice:
    """What must be worked on working days that bring so many hours each, due `due_days` later.

    `open_due`: the hours open already by the day they are due on; what is late is due on the first.
    """
    count = max(len(open_due), due_days + len(brought))
    due = np.zeros(count)
    due[: len(open_due)] += open_due
    due[due_days : due_days + len(brought)] += brought
    least = float((np.cumsum(due) / np.arange(1, count + 1)).max(initial=0.0))
    left = float(sum(open_due))
    curve = _backlog(left, brought, least)
    return BackOffice(least, curve, None if present_hours is None else _backlog(left, brought, present_hours))


def _backlog(open_hours: float, brought: Sequence[float], pace: float) -> tuple[float, ...]:
    left: list[float] = []
    backlog = open_hours
    for hours in brought:
        backlog = max(0.0, backlog + hours - pace)
        left.append(backlog)
    return tuple(left)


def desk_of(calculator: Calculator, load: LineLoad, last: date) -> Desk | Message:
    """Return the back office's working days from the first that is ahead to `last`, or why nothing can be said."""
    centre = calculator.centre
    first = load.last_day + timedelta(days=1)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = tuple(day for day in every if _is_worked(load, day, worked=centre.is_working_day(day)))
    if not working:
        return note("no working day is ahead")
    measured = _ticket_s(calculator, load)
    if measured is None:
        return note("how long a ticket takes is not known: nobody logs the activities of [time.results] closed")
    ticket_s, measured_days = measured
    open_by_age, share = _open(calculator, load)
    come = np.zeros(len(working))
    for day in every:
        ahead, place = load.day(day), next((n for n, each in enumerate(working) if each >= day), None)
        if ahead is not None and place is not None:
            come[place] += ahead.total * share
    due_days, hours = centre.load.due_days, ticket_s / 3600
    open_due = np.zeros(due_days + 1)
    for age, count in open_by_age.items():
        routed = load.last_day - timedelta(days=age)
        passed = sum(1 for n in range(age) if centre.is_working_day(routed + timedelta(days=n + 1)))
        open_due[max(0, due_days - passed - 1)] += count * hours
    shrinkage = load.rules.shrinkage
    present = _present_hours(calculator, working, shrinkage)
    return Desk(
        working,
        come,
        sum(open_by_age.values()),
        share,
        ticket_s,
        measured_days,
        due_days,
        back_office(open_due.tolist(), (come * hours).tolist(), due_days, present),
        centre.load.week_hours / _WORKING_DAYS * (1 - shrinkage),
        present,
    )


def _is_worked(load: LineLoad, day: date, *, worked: bool) -> bool:
    calendar = load.counted.history.calendar
    index = calendar.index(day)
    return worked and index < len(calendar) and not calendar.holidays[index]


def _ticket_s(calculator: Calculator, load: LineLoad) -> tuple[float, int] | None:
    """The working time that one closed ticket takes, and the days it was measured over."""
    metric, zone = calculator.catalogue.get("time_per_closed"), calculator.centre.timezone
    spans = [days(load.last_day - timedelta(days=n - 1), load.last_day, zone) for n in _RECENT_DAYS]
    found = calculator.compute([Query(metric, span) for span in spans])
    known = [(each.total.value, n) for each, n in zip(found, _RECENT_DAYS, strict=True)]
    return next(((value, n) for value, n in known if value), None)


def _open(calculator: Calculator, load: LineLoad) -> tuple[Mapping[int, float], float]:
    """The tickets that are open by the days since they came and still to be closed, and the share that ever is.

    How many of them will be closed is what became of those that came in the four weeks before the last four.
    """
    end = midnight(load.last_day + timedelta(days=1), calculator.centre.timezone)
    since = end - timedelta(days=2 * _FOLLOWED_DAYS)
    c = TICKET_EVENTS_TABLE.c
    came = sa.func.max(sa.case((c.kind.in_(("routed", "reopened")), c.at)))
    closed = sa.func.max(sa.case((c.kind == "closed", c.at)))
    lives = (
        sa.select(came.label("came_at"), sa.case((closed >= came, closed)).label("closed_at"))
        .where(c.at >= instant(since), c.at < instant(end))
        .group_by(c.ticket_id)
        .having(came.is_not(None))
        .subquery("lives_of_tickets")
    )
    age = sa.func.floor(seconds_between(lives.c.came_at, instant(end)) / _DAY_S)
    lag = sa.func.floor(seconds_between(lives.c.came_at, lives.c.closed_at) / _DAY_S)
    rows = calculator.records.rows(sa.select(age, lag, sa.func.count()).group_by(age, lag))
    open_now: dict[int, float] = {}
    lags, followed = np.zeros(2 * _FOLLOWED_DAYS + 1), 0.0
    for days_ago, days_open, count in rows:
        if days_ago < _FOLLOWED_DAYS and days_open is None:
            open_now[int(days_ago)] = open_now.get(int(days_ago), 0.0) + float(count)
        elif days_ago >= _FOLLOWED_DAYS:
            followed += float(count)
            if days_open is not None and days_open < _FOLLOWED_DAYS:
                lags[int(days_open)] += float(count)
    if followed < _LEAST_FOLLOWED:
        return open_now, 1.0
    # The share that was closed before so many days were over.
    by_then = np.concatenate(([0.0], np.cumsum(lags))) / followed
    ever = float(by_then[_FOLLOWED_DAYS])
    return {
        age: count * (ever - float(by_then[age])) / max(1 - float(by_then[age]), _EXACT)
        for age, count in open_now.items()
    }, ever


def _present_hours(calculator: Calculator, working: Sequence[date], shrinkage: float) -> float | None:
    """Hours of the roster on the working days that it reaches, a day, less those that nobody works on tickets in."""
    metric = calculator.catalogue.get("hours_planned")
    span = days(working[0], working[-1], calculator.centre.timezone)
    if calculator.coverage.as_of(metric) is None:
        return None
    (found,) = calculator.compute([Query(metric, span, None, ("day",), (Test("channel", (DESK,)),))])
    planned = [fact.value for (part, _), fact in found.parts.items() if span.days[part] in working and fact.value]
    return sum(planned) / len(planned) * (1 - shrinkage) if planned else None
