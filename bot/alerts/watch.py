"""The figures that alerts watch, all of a moment computed together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.alerts import messages, store
from bot.alerts.early import CHANNELS, LEVEL, EarlyWarnings, configured
from bot.alerts.episodes import AlertReading, Episode, followed
from bot.alerts.notifier import AlertNotifier
from bot.alerts.store import Alert
from bot.chat.access import Role
from bot.chat.answering import Answering, RequestContext
from bot.config import Config
from bot.config.model import AlertsConfig
from bot.delivery.model import Publication
from bot.state.store import State
from bot.subscriptions.messages import ROLE_GONE, sentence
from digests.answers.compose import View
from digests.localizer import Localizer
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.facts import Breakdown, Query
from metrics.periods import Period, to_local
from metrics.plans.plans import Plans
from warehouse.messages import Message, NotOpen, UserError, note


@dataclass(frozen=True)
class Watched:
    """An alert, as whom it is read, and the reader's words."""

    alert: Alert
    role: Role
    localizer: Localizer


def measured(
    calculator: Calculator,
    plans: Plans,
    watched: Sequence[Watched],
    settings: AlertsConfig,
    early: EarlyWarnings,
    now: datetime,
) -> Mapping[int, AlertReading | UserError]:
    """A reading for each alert by its id, or why its owner may not read it any more.

    The windows end with the records, at a whole minute: what is asked over the same window is one statement.
    """
    found: dict[int, AlertReading | UserError] = {}
    queries: dict[int, Query] = {}
    for each in watched:
        alert = each.alert
        try:
            _check(calculator, plans, each)
        except UserError as error:
            found[alert.id] = error
            continue
        if alert.metric in CHANNELS:
            found[alert.id] = early.reading(calculator, alert)
            continue
        metric = calculator.catalogue.get(alert.metric)
        as_of = calculator.coverage.as_of(metric)
        if as_of is None:
            found[alert.id] = AlertReading(None, hold=note("there are no records"))
        elif now - as_of > min(alert.condition.window, timedelta(minutes=settings.stale_m)):
            found[alert.id] = AlertReading(as_of, hold=note("records end at {moment}", moment=as_of))
        else:
            until = as_of.replace(second=0, microsecond=0)
            period = Period(until - alert.condition.window, until, calculator.centre.timezone)
            lines = calculator.centre.members(alert.line) if alert.line else None
            queries[alert.id] = Query(metric, period, lines)
    for (number, query), facts in zip(queries.items(), calculator.compute(list(queries.values())), strict=True):
        found[number] = _reading(query, facts, settings)
    return found


def _reading(query: Query, facts: Breakdown, settings: AlertsConfig) -> AlertReading:
    fact = facts.total
    hold = None
    if fact.denominator is not None and fact.denominator < settings.min_events:
        events = {"n": int(fact.denominator), "least": settings.min_events}
        hold = note(
            "{n} event in the window, {least} are needed", "{n} events in the window, {least} are needed", **events
        )
    elif fact.value is None:
        hold = fact.missing or note("no data")
    return AlertReading(query.period.end, fact.value, fact.numerator, fact.denominator, hold)


def _check(calculator: Calculator, plans: Plans, watched: Watched) -> None:
    """Raise UserError for what somebody may not ask for."""
    role = watched.role
    view = View(calculator, plans, watched.localizer, {}, role.lines, role.names, role.metrics, sales=role.sales)
    metric = view.metric(LEVEL if watched.alert.metric in CHANNELS else watched.alert.metric)
    if role.deals is not None and calculator.catalogue.is_of_deals(metric):
        raise NotOpen(
            "Alerts of deals are of all of them, and only some are open to you: subscribe to the figure instead."
        )
    if watched.alert.line:
        view.check_lines((watched.alert.line,))
    elif not view.sees_whole(metric):
        raise view.refuse_whole()


LOG = logging.getLogger(__name__)


class Alerts:
    """Watches. `tick` may come at any moment, twice, or late. Nothing it does raises."""

    def __init__(
        self,
        config: Config,
        state: State,
        answering: Answering,
        telling: AlertNotifier,
        clock: Callable[[], datetime],
        early: EarlyWarnings,
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        """`works` tells in a transaction whether this process may."""
        self._settings = config.alerts
        self._state, self._answering, self._telling = state, answering, telling
        self._clock, self._works, self._early = clock, works, early
        self._zone, self._configured = config.centre.timezone, configured(config, clock())

    async def run(self) -> None:
        """Look at all alerts at a steady pace, as long as the bot runs."""
        try:
            while True:
                await self.tick()
                await asyncio.sleep(self._settings.every_s)
        finally:
            await self._telling.stop()

    async def tick(self) -> None:
        """Read every figure, follow the episodes, and begin to tell what is to be told."""
        try:
            alerts = await self._state.run(self._active)
            if alerts:
                await self._look(alerts)
        except UserError as error:
            LOG.warning("alerts hold: %s", error)
        except (sa.exc.SQLAlchemyError, TimeoutError) as error:
            LOG.error("alerts were not looked at: %s", type(error).__name__)
        except Exception:
            LOG.exception("alerts were not looked at")

    def _active(self, connection: sa.Connection) -> list[Alert]:
        """Return those that are not ended, where this process may work."""
        if not self._works(connection):
            return []
        store.configure(connection, self._configured, self._clock())
        return store.active(connection)

    async def _look(self, alerts: Sequence[Alert]) -> None:
        now = self._clock()
        snapshot = await self._answering.snapshot(now)
        askings: dict[int, RequestContext] = {}
        for alert in alerts:
            context = self._answering.context(alert.owner.incoming, alert.owner.language, snapshot, now)
            by_configuration = alert.owner.person == store.NOBODY
            if context and (by_configuration or self._answering.access.may_subscribe(alert.owner.incoming)):
                askings[alert.id] = context
            elif by_configuration:
                LOG.warning("alert %s: the chat %s has no role", alert.id, alert.owner.target.chat)
            else:
                await self._stop(alert, ROLE_GONE, snapshot.catalogue)
        watched = [Watched(a, askings[a.id].role, askings[a.id].localizer) for a in alerts if a.id in askings]

        def read() -> Mapping[int, AlertReading | UserError]:
            at = snapshot.workplace()
            return measured(at.calculator, at.plans, watched, self._settings, self._early, now)

        readings = await self._answering.work(read)
        seen: dict[int, AlertReading] = {}
        for alert in [each.alert for each in watched]:
            reading = readings[alert.id]
            if isinstance(reading, UserError):
                await self._stop(alert, reading.message, snapshot.catalogue)
            else:
                seen[alert.id] = reading
        left = [alert for alert in alerts if alert.id in seen]
        episodes = await self._state.run(_follow, left, seen, self._zone)
        await self._telling.tell([(alert, askings[alert.id]) for alert in left], episodes, now)

    async def _stop(self, alert: Alert, why: Message, catalogue: Catalogue) -> None:
        """End an alert whose owner may not have it any more, and say so once."""
        localizer = self._answering.localizer(alert.owner.language, self._clock())
        document = sentence(messages.stopped(catalogue, alert, why), localizer)
        await self._state.run(store.end, alert.id, str(why), self._clock())
        await self._telling.post(alert, Publication(alert.subject, "over", document))


def _follow(
    connection: sa.Connection, alerts: Sequence[Alert], seen: Mapping[int, AlertReading], zone: str
) -> list[Episode]:
    """Write how all episodes stand after their readings: those of which there is something to tell."""
    known = store.episodes(connection)
    open_now = {each.alert: each for each in known if each.over_at is None}
    found = [each for each in known if each.over_at is not None]
    for alert in alerts:
        before = open_now.get(alert.id)
        if before and alert.metric in CHANNELS and _is_of_another_day(before, seen[alert.id], zone):
            found.append(store.keep(connection, replace(before, over_at=before.as_of)))
            before = None
        after = followed(before, alert.id, alert.condition, seen[alert.id])
        if after is not None:
            found.append(after if after == before else store.keep(connection, after))
    return found


def _is_of_another_day(episode: Episode, reading: AlertReading, zone: str) -> bool:
    """Whether a warning was of a day that is over: what the next day brings is another one."""
    if reading.as_of is None:
        return False
    return to_local(episode.began_at, zone).date() != to_local(reading.as_of, zone).date()
