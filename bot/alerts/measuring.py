"""The figures that alerts watch, all of a moment computed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import Role
from bot.alerts.book import Alert
from bot.alerts.episodes import Reading
from bot.config.subscriptions import AlertsConfig
from digests.replies import View
from digests.wording import Words
from metrics.compute import Facts, Reckoner, Want
from metrics.periods import Period
from metrics.planning import PlanBook
from warehouse.messages import Mistake, note


@dataclass(frozen=True)
class Watched:
    """An alert, as whom it is read, and the reader's words."""

    alert: Alert
    role: Role
    words: Words


def measured(
    reckoner: Reckoner, book: PlanBook, watched: Sequence[Watched], settings: AlertsConfig, now: datetime
) -> Mapping[int, Reading | Mistake]:
    """A reading for each alert by its id, or why its owner may not read it any more.

    The windows end with the records, at a whole minute: what is asked over the same window is one statement.
    """
    found: dict[int, Reading | Mistake] = {}
    wants: dict[int, Want] = {}
    for each in watched:
        alert = each.alert
        try:
            _check(reckoner, book, each)
        except Mistake as mistake:
            found[alert.id] = mistake
            continue
        metric = reckoner.catalogue.get(alert.metric)
        as_of = reckoner.as_of(metric)
        if as_of is None:
            found[alert.id] = Reading(None, hold=note("there are no records"))
        elif now - as_of > min(alert.condition.window, timedelta(minutes=settings.stale_m)):
            found[alert.id] = Reading(as_of, hold=note("records end at {moment}", moment=as_of))
        else:
            until = as_of.replace(second=0, microsecond=0)
            period = Period(until - alert.condition.window, until, reckoner.centre.timezone)
            lines = reckoner.centre.members(alert.line) if alert.line else None
            wants[alert.id] = Want(metric, period, lines)
    for (number, want), facts in zip(wants.items(), reckoner.compute(list(wants.values())), strict=True):
        found[number] = _reading(want, facts, settings)
    return found


def _reading(want: Want, facts: Facts, settings: AlertsConfig) -> Reading:
    fact = facts.total
    hold = None
    if fact.denominator is not None and fact.denominator < settings.min_events:
        events = {"n": int(fact.denominator), "least": settings.min_events}
        hold = note(
            "{n} event in the window, {least} are needed", "{n} events in the window, {least} are needed", **events
        )
    elif fact.value is None:
        hold = fact.missing or note("no data")
    return Reading(want.period.end, fact.value, fact.numerator, fact.denominator, hold)


def _check(reckoner: Reckoner, book: PlanBook, watched: Watched) -> None:
    """Raise Mistake for what somebody may not ask for."""
    role = watched.role
    view = View(reckoner, book, watched.words, {}, role.lines, role.names, role.metrics)
    view.metric(watched.alert.metric)
    if watched.alert.line:
        view.check_lines((watched.alert.line,))
    elif view.lines is not None:
        raise view.refuse_whole()
