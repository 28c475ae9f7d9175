"""One issue on its way into one chat, part by part."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from bot.channels.channel import Channel, Part
from bot.channels.delivery import DeliveryFailed, DeliveryUnknown, Place
from bot.channels.reasons import Reason
from bot.delivery import ledger
from bot.delivery.model import Delivery, Outcome, PartRow, PartStatus, Patience, Planned
from bot.delivery.telling import Telling
from bot.state.store import State

LOG = logging.getLogger(__name__)


def real_now() -> datetime:
    """UTC without a zone. A demonstration's clock may stand still; what is sent and looked for does not."""
    return datetime.now(UTC).replace(tzinfo=None)


def planned(channel: Channel, parts: Sequence[Part]) -> list[Planned]:
    """Parts as the ledger knows them."""
    return [Planned(channel.opening(part), sha256(repr(part).encode()).hexdigest()) for part in parts]


@dataclass(frozen=True)
class Rendered:
    """An issue as a platform gets it, and as the ledger knows it."""

    parts: Sequence[Part]
    plan: Sequence[Planned]


@dataclass(frozen=True)
class Means:
    """What every posting works with."""

    state: State
    telling: Telling
    patience: Patience
    stopping: asyncio.Event
    """Set, when no further part is to be begun."""
    now: Callable[[], datetime]
    closed: set[str] = field(default_factory=set)
    """The chats that take nothing from us any more, as of the latest try."""


class Pauses:
    """The pauses between tries, as long as there is patience."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._pause = means.patience.first
        self._until = asyncio.get_running_loop().time() + means.patience.window.total_seconds()

    @property
    def over(self) -> bool:
        """Whether there is no time for another."""
        return asyncio.get_running_loop().time() + self._pause.total_seconds() > self._until

    async def wait(self) -> bool:
        """Wait before the next try; whether there is to be one."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._means.stopping.wait(), self._pause.total_seconds())
        self._pause = min(self._pause * 2, self._means.patience.longest)
        return not self._means.stopping.is_set()


class Posting:
    """A delivery, gone on with from where the ledger says it is."""

    def __init__(
        self, delivery: Delivery, rendered: Rendered, channel: Channel, slots: asyncio.Semaphore, means: Means
    ) -> None:
        self._delivery = delivery
        self._place = delivery.target.place
        self._parts, self._plan = rendered.parts, rendered.plan
        self._channel = channel
        self._slots = slots
        self._means = means
        self._run = means.state.run

    async def go_on(self) -> Outcome:
        """Post what is still to be posted."""
        number = self._delivery.id
        rows = await self._run(lambda c: ledger.parts(c, number))
        if await self._as_planned(rows):
            await self._look_for(rows)
            await self._post(next((row for row in rows if row.status is PartStatus.FAILED), None))
        return await self._run(lambda c: ledger.outcome_of(c, number))

    async def _as_planned(self, rows: Sequence[PartRow]) -> bool:
        """Whether the parts are those that were begun with; of what was not begun, they may be others."""
        plan = self._plan
        if [part.hash for part in plan] == [row.hash for row in rows]:
            return True
        number = self._delivery.id
        if all(row.status is PartStatus.WAITING for row in rows):
            await self._run(lambda c: ledger.replan(c, number, plan))
            return True
        await self._look_for(rows)
        if not self._means.stopping.is_set():
            await self._means.telling.changed(self._delivery)
            await self._run(lambda c: ledger.stop(c, number, self._means.now()))
        return False

    async def _look_for(self, rows: Sequence[PartRow]) -> None:
        """Find out about what was being sent when the program ended."""
        for row in rows:
            if row.status is PartStatus.SENDING:
                await self._look(row, Reason.INTERRUPTED)

    async def _post(self, failed: PartRow | None) -> None:
        """Post part after part. `failed`: what could not be posted before a restart, which came before it was told."""
        permanent = True
        while failed is None:
            if self._means.stopping.is_set():
                return
            row = await self._run(lambda c: ledger.next_part(c, self._delivery.id, self._means.now()))
            if row is None:
                self._means.closed.discard(self._delivery.target.chat)
                await self._means.telling.works(self._delivery.target)
                return
            if failure := await self._insist(row):
                failed, permanent = replace(row, reason=failure.reason), failure.permanent
                if failure.closed:
                    self._means.closed.add(self._delivery.target.chat)
                await self._run(lambda c, f=failed: ledger.fail(c, f.id, f.reason or ""))  # type: ignore[misc]
        if permanent:
            await self._means.telling.refused(self._delivery, failed, len(self._parts))
        else:
            await self._means.telling.gave_up(self._delivery, failed, len(self._parts), self._means.patience.window)
        await self._run(lambda c: ledger.stop(c, self._delivery.id, self._means.now()))

    async def _insist(self, row: PartRow) -> DeliveryFailed | None:
        """Try until something comes of it: the failure that ends it, or None, if the part is settled or we stop."""
        pauses = Pauses(self._means)
        while failure := await self._attempt(row):
            if failure.permanent or pauses.over:
                return failure
            LOG.info("%s takes nothing just now, trying on", self._delivery.target.chat)
            if not await pauses.wait():
                return None
        return None

    async def _attempt(self, row: PartRow) -> DeliveryFailed | None:
        """Try once. The failure, if nothing was accepted; None, if it was, or if nobody can say so."""
        part, place = self._parts[row.position], self._place_of(row)
        async with self._slots:
            try:
                prepared = await self._channel.prepare(place, part)
                row = replace(row, prepared=prepared, tried_at=self._means.now())
                await self._run(lambda c: ledger.begin(c, row.id, prepared, row.tried_at or self._means.now()))
                receipt = await self._channel.send(place, part, row.key, prepared)
            except DeliveryFailed as failure:
                LOG.info("%s did not take a part: %s", self._delivery.target.chat, failure)
                reason = failure.reason
                await self._run(lambda c: ledger.not_sent(c, row.id, reason))
                return failure
            except DeliveryUnknown as unknown:
                LOG.info("%s may have taken a part: %s", self._delivery.target.chat, unknown)
                reason = unknown.reason
            else:
                await self._run(lambda c: ledger.sent(c, row.id, receipt, self._means.now()))
                return None
        return await self._look(row, reason)

    def _place_of(self, row: PartRow) -> Place:
        return self._channel.reply_place(self._place, row.under) if row.under else self._place

    async def _look(self, row: PartRow, reason: Reason) -> DeliveryFailed | None:
        """Find out whether a part arrived that may have; where that cannot be, ask."""
        pauses = Pauses(self._means)
        since = row.tried_at or self._means.now()
        while True:
            try:
                receipt = await self._channel.find(self._place_of(row), row.key, row.prepared, since)
                break
            except DeliveryFailed as away:
                if not pauses.over:
                    if await pauses.wait():
                        continue
                    return None  # it is looked for after the next start
                blind: Exception = away
            except DeliveryUnknown as unknown:
                blind = unknown
            LOG.info("whether a part arrived in %s is unknown: %s; %s", self._delivery.target.chat, reason, blind)
            await self._run(lambda c: ledger.unknown(c, row.id, reason))
            await self._means.telling.ask(self._delivery, replace(row, reason=reason), len(self._parts))
            return None
        if receipt is None:
            await self._run(lambda c: ledger.not_sent(c, row.id, reason))
            return DeliveryFailed("it is not there", reason, permanent=False)
        await self._run(lambda c: ledger.sent(c, row.id, receipt, self._means.now()))
        return None
