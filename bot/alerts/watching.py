"""Alerts, looked at again and again: readings become episodes in the state, and episodes messages in chats.

The state is the truth: an episode is written before it is told, and what of it stands in the chat after it does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.alerts import book, wording
from bot.alerts.book import Alert
from bot.alerts.episodes import Episode, Reading, followed
from bot.alerts.measuring import Watched, measured
from bot.alerts.telling import AlertTelling
from bot.answering.answering import Answering, Asking
from bot.config import Config
from bot.delivery.model import Issue
from bot.state.store import State
from bot.subscriptions.wording import ROLE_GONE, sentence
from warehouse.messages import Message, Mistake

LOG = logging.getLogger(__name__)


class Alerts:
    """Watches. `tick` may come at any moment, twice, or late. Nothing it does raises."""

    def __init__(
        self,
        config: Config,
        state: State,
        answering: Answering,
        telling: AlertTelling,
        clock: Callable[[], datetime],
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        """`works` tells in a transaction whether this process may."""
        self._settings = config.alerts
        self._state, self._answering, self._telling = state, answering, telling
        self._clock, self._works = clock, works

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
            alerts = await self._state.run(lambda c: book.active(c) if self._works(c) else [])
            if alerts:
                await self._look(alerts)
        except Mistake as mistake:
            LOG.warning("alerts hold: %s", mistake)
        except (sa.exc.SQLAlchemyError, TimeoutError) as error:
            LOG.error("alerts were not looked at: %s", type(error).__name__)
        except Exception:
            LOG.exception("alerts were not looked at")

    async def _look(self, alerts: Sequence[Alert]) -> None:
        now = self._clock()
        board = await self._answering.board(now)
        askings: dict[int, Asking] = {}
        for alert in alerts:
            asking = self._answering.asking(alert.owner.heard, alert.owner.language, board, now)
            if asking and self._answering.access.may_subscribe(alert.owner.heard):
                askings[alert.id] = asking
            else:
                await self._stop(alert, ROLE_GONE)
        watched = [Watched(a, askings[a.id].role, askings[a.id].words) for a in alerts if a.id in askings]

        def read() -> Mapping[int, Reading | Mistake]:
            at = board.workplace()
            return measured(at.reckoner, at.book, watched, self._settings, now)

        readings = await self._answering.work(read)
        seen: dict[int, Reading] = {}
        for alert in [each.alert for each in watched]:
            reading = readings[alert.id]
            if isinstance(reading, Mistake):
                await self._stop(alert, reading.message)
            else:
                seen[alert.id] = reading
        left = [alert for alert in alerts if alert.id in seen]
        episodes = await self._state.run(lambda c: _follow(c, left, seen))
        await self._telling.tell([(alert, askings[alert.id]) for alert in left], episodes, now)

    async def _stop(self, alert: Alert, why: Message) -> None:
        """End an alert whose owner may not have it any more, and say so once."""
        words = self._answering.words(alert.owner.language, self._clock())
        document = sentence(wording.stopped(alert, why), words)
        await self._state.run(lambda c: book.end(c, alert.id, str(why), self._clock()))
        await self._telling.post(alert, Issue(alert.subject, "over", document))


def _follow(connection: sa.Connection, alerts: Sequence[Alert], seen: Mapping[int, Reading]) -> list[Episode]:
    """Write how all episodes stand after their readings: those of which there is something to tell."""
    known = book.episodes(connection)
    open_now = {each.alert: each for each in known if each.over_at is None}
    found = [each for each in known if each.over_at is not None]
    for alert in alerts:
        before = open_now.get(alert.id)
        after = followed(before, alert.id, alert.condition, seen[alert.id])
        if after is not None:
            found.append(after if after == before else book.keep(connection, after))
    return found
