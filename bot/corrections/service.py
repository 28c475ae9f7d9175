"""Corrections as the running bot makes them: compared each morning, offered once, carried out when somebody says so.

Whoever decides writes it into the state, the operators' button and `svodka digest correct --apply` alike; the state is
looked at every few seconds, so what a command decided, or a killed process had begun, is carried out here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.channels.protocol import AnyChannel, DeliveryFailed, Receipt
from bot.channels.retry import RetryPolicy
from bot.chat.operator_commands import OperatorCommand, command
from bot.corrections import ledger
from bot.corrections.compare import found, offered
from bot.corrections.editing import Correcting, revision_of
from bot.corrections.model import Correction, CorrectionStatus
from bot.corrections.notices import APPLY, LEAVE, ORDER, CorrectionNotices, answer, decided_before, no_such
from bot.delivery import ledger as deliveries
from bot.delivery.model import Delivery, DeliveryStatus
from bot.delivery.notices import Notifier
from bot.delivery.pages import Pages
from bot.delivery.poster import PERSISTENT, Poster, real_now
from bot.project import Project
from bot.state.store import State
from warehouse.messages import Message, note

LOG = logging.getLogger(__name__)

_LOOK_EVERY_S = 2.0
_AGAIN_S = 3600.0
"""After a chat could not be corrected so far."""
_AT_ONCE = 8
"""So many messages are edited together."""


class Corrections:
    """Compares, offers and corrects. Nothing it does raises."""

    def __init__(
        self,
        project: Project,
        state: State,
        channels: Sequence[AnyChannel],
        poster: Poster,
        operators: Notifier,
        *,
        pages: Pages | None = None,
        retry: RetryPolicy = PERSISTENT,
        now: Callable[[], datetime] = real_now,
    ) -> None:
        config = project.config
        self._project, self._state, self._poster, self._now = project, state, poster, now
        self._settings, self._pages = config.corrections, pages
        self._channels = {channel.key: channel for channel in channels}
        self._telling = CorrectionNotices(operators, project.localizer_of(config.operators.language))
        self._retry = retry
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._checked: datetime | None = None
        self._working: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._given_up: dict[tuple[int, int], float] = {}
        """Corrections and deliveries that are not tried again before a moment of the retries' clock."""
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Look what is to be done, until cancelled."""
        try:
            while True:
                try:
                    if self._is_due():
                        await self.check()
                    await self.carry_out()
                except Exception:
                    LOG.exception("corrections")
                await asyncio.sleep(_LOOK_EVERY_S)
        finally:
            for task in self._working.values():
                task.cancel()
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def check(self) -> None:
        """Compare what was posted of late with the records of now, and offer what is different."""
        self._checked = self._project.clock()
        since = self._now() - timedelta(days=self._settings.days)
        try:
            for compared in await found(self._project, self._state, since=since):
                if compared.problem is not None:
                    await self._telling.problem(compared)
                    continue
                await self._telling.no_problem(compared.standing.issue)
                outdated, correction = await offered(self._state, compared, self._now())
                for number in outdated:
                    await self._telling.decided(number)
                if correction is not None and correction.status is CorrectionStatus.OFFERED:
                    await self._telling.offer(correction, compared.changes, compared.standing.chats)
            await self._telling.works()
        except Exception:
            LOG.exception("comparing posts with the records")
            await self._telling.broke()

    async def ordered(self, order: OperatorCommand) -> Message:
        """`op correct 17 apply` or `op correct 17 leave`."""
        match order.words:
            case [number, ("apply" | "leave") as verdict] if number.isascii() and number.isdecimal():
                return await self._decide(int(number), apply=verdict == APPLY, who=order.incoming.person)
        return note("Write {example}, or {other}.", example=command(ORDER, 17, APPLY), other=command(ORDER, 17, LEAVE))

    async def _decide(self, number: int, *, apply: bool, who: str) -> Message:
        now = self._now()
        decided = await self._state.run(ledger.decide, number, apply=apply, who=who, now=now)
        correction = await self._state.run(ledger.by_id, number)
        if correction is None:
            return no_such(number)
        if not decided:
            return decided_before(correction)
        if not apply:
            await self._telling.decided(number)
            return answer(correction, apply, 0)
        pending = await self._state.run(ledger.pending, correction)
        await self.carry_out()
        return answer(correction, apply, len(pending))

    async def carry_out(self) -> None:
        """Begin with what was decided and is not being done yet. Does not wait for its end."""
        async with self._looking:
            for correction in await self._state.run(ledger.of_status, CorrectionStatus.APPLYING):
                await self._attend(correction)

    async def idle(self) -> None:
        """Wait until nothing is being corrected."""
        while self._working:
            await asyncio.wait(self._working.values())
            await self.carry_out()

    async def _attend(self, correction: Correction) -> None:
        pending = await self._state.run(ledger.pending, correction)
        if not pending:
            await self._state.run(ledger.finish, correction.id)
            await self._telling.decided(correction.id)
            return
        for delivery in pending:
            key = (correction.id, delivery.id)
            ready = delivery.status is DeliveryStatus.DONE and delivery.target.platform in self._channels
            if ready and key not in self._working and self._given_up.get(key, 0) <= self._retry.clock.now():
                task = asyncio.create_task(self._corrected(correction, delivery))
                self._working[key] = task
                task.add_done_callback(lambda _, key=key: self._working.pop(key))  # type: ignore[misc]

    async def _corrected(self, correction: Correction, delivery: Delivery) -> None:
        try:
            await self._correct(correction, delivery)
        except DeliveryFailed as failed:
            LOG.warning("%s takes no correction: %s", delivery.target.chat, failed)
            reason = failed.reason
            if failed.permanent:
                await self._telling.refused(correction, delivery, reason)
                await self._state.run(ledger.refuse, delivery.id, reason)
            else:
                self._give_up(correction, delivery)
                await self._telling.away(correction, delivery, reason)
        except Exception:
            LOG.exception("correcting %s broke off", delivery.target.chat)
            self._give_up(correction, delivery)
            await self._telling.fault(correction, delivery)
        else:
            await self._telling.corrected(correction, delivery)

    async def _correct(self, correction: Correction, delivery: Delivery) -> None:
        texts = await self._state.run(ledger.texts, correction)
        revision = await asyncio.to_thread(revision_of, texts)
        if self._pages:
            await asyncio.to_thread(self._pages.write, revision.after, revision.posted, correction.period)
        rows = await self._state.run(deliveries.parts, delivery.id)
        channel = self._channels[delivery.target.platform]
        work = Correcting(correction, delivery, revision, channel, self._poster, self._state, self._now, self._insist)
        await work.go(rows, lambda openings: self._telling.missing(correction, delivery, openings))

    async def _insist(self, edit: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Try an edit again where the platform is away."""
        retries = self._retry.begin()
        while True:
            try:
                async with self._slots:
                    return await edit()
            except DeliveryFailed as failed:
                if failed.permanent or retries.exhausted:
                    raise
            await retries.wait()

    def _give_up(self, correction: Correction, delivery: Delivery) -> None:
        self._given_up[correction.id, delivery.id] = self._retry.clock.now() + _AGAIN_S

    def _is_due(self) -> bool:
        return is_due(self._settings.check_at, ZoneInfo(self._project.timezone), self._checked, self._project.clock())


def is_due(at: str, zone: ZoneInfo, checked: datetime | None, now: datetime) -> bool:
    """Whether today's hour has struck and nothing was compared since; instants are UTC without a zone.

    A bot that was not running at that hour compares when it starts later that day.
    """
    if not at:
        return False
    struck = datetime.combine(now.replace(tzinfo=UTC).astimezone(zone).date(), time.fromisoformat(at), zone)
    moment = struck.astimezone(UTC).replace(tzinfo=None)
    return moment <= now and (checked is None or checked < moment)
