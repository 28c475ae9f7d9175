"""Posting publications: each once into every chat, part by part, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Generic

import sqlalchemy as sa

from bot.channels.protocol import (
    Address,
    AnyChannel,
    Channel,
    DeliveryCancelled,
    DeliveryFailed,
    DeliveryUnknown,
    PartT,
    Reason,
)
from bot.channels.retry import RetryPolicy
from bot.chat.operator_commands import Handler, OperatorCommand
from bot.delivery import ledger
from bot.delivery.ledger import DELIVERIES
from bot.delivery.model import Delivery, DeliveryStatus, Outcome, PartRow, PartStatus, PlannedPart, Publication, Target
from bot.delivery.notices import AGAIN, ARRIVED, DeliveryNotices, Notifier, order
from bot.delivery.pages import Pages
from bot.state.store import State
from digests.document_json import dump, load
from digests.localizer import Localizer
from warehouse.messages import Message, note

LOG = logging.getLogger(__name__)
_WRITE_S = 1.0
"""What a posting that is cancelled may take to write how it stands."""


def real_now() -> datetime:
    """UTC without a zone. A demonstration's clock may stand still; what is sent and looked for does not."""
    return datetime.now(UTC).replace(tzinfo=None)


def planned(channel: Channel[PartT], parts: Sequence[PartT]) -> list[PlannedPart]:
    """Parts as the ledger knows them."""
    return [PlannedPart(channel.opening(part), sha256(repr(part).encode()).hexdigest()) for part in parts]


@dataclass(frozen=True)
class Rendered(Generic[PartT]):
    """An issue as a platform gets it, and as the ledger knows it."""

    parts: Sequence[PartT]
    plan: Sequence[PlannedPart]


@dataclass(frozen=True)
class PostingContext:
    """What every posting works with."""

    state: State
    telling: DeliveryNotices
    retry: RetryPolicy
    """How long a chat that takes nothing just now is tried again."""
    stopping: asyncio.Event
    """Set, when no further part is to be begun."""
    now: Callable[[], datetime]
    closed: set[str] = field(default_factory=set)
    """The chats that take nothing from us any more, as of the latest try."""


_Layout = tuple[str, str]
"""A platform and the name of one of its layouts: what an issue is rendered for."""

PERSISTENT = RetryPolicy(5, longest=300, window=3600)
"""An hour: an outage that lasts longer is for people."""


class Posting(Generic[PartT]):
    """A delivery, gone on with from where the ledger says it is."""

    def __init__(
        self,
        delivery: Delivery,
        rendered: Rendered[PartT],
        channel: Channel[PartT],
        slots: asyncio.Semaphore,
        means: PostingContext,
    ) -> None:
        self._delivery = delivery
        self._place = delivery.target.place
        self._parts, self._plan = rendered.parts, rendered.plan
        self._channel = channel
        self._slots = slots
        self._means = means
        self._run = means.state.run

    async def resume_delivery(self) -> Outcome:
        """Post what is still to be posted."""
        number = self._delivery.id
        rows = await self._run(ledger.parts, number)
        if await self._as_planned(rows):
            await self._look_for(rows)
            await self._post(next((row for row in rows if row.status is PartStatus.FAILED), None))
        return await self._run(ledger.outcome_of, number)

    async def _as_planned(self, rows: Sequence[PartRow]) -> bool:
        """Whether the parts are those that were begun with; of what was not begun, they may be others."""
        plan = self._plan
        if [part.hash for part in plan] == [row.hash for row in rows]:
            return True
        number = self._delivery.id
        if all(row.status is PartStatus.WAITING for row in rows):
            await self._run(ledger.replan, number, plan)
            return True
        await self._look_for(rows)
        if not self._means.stopping.is_set():
            await self._means.telling.changed(self._delivery)
            await self._run(ledger.stop, number, self._means.now())
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
            row = await self._run(ledger.next_part, self._delivery.id, self._means.now())
            if row is None:
                self._means.closed.discard(self._delivery.target.chat)
                await self._means.telling.works(self._delivery.target)
                return
            if failure := await self._insist(row):
                failed, permanent = replace(row, reason=failure.reason), failure.permanent
                if failure.closed:
                    self._means.closed.add(self._delivery.target.chat)
                await self._run(ledger.fail, failed.id, failed.reason or "")
        if permanent:
            await self._means.telling.refused(self._delivery, failed, len(self._parts))
        else:
            await self._means.telling.gave_up(self._delivery, failed, len(self._parts), self._means.retry.window)
        await self._run(ledger.stop, self._delivery.id, self._means.now())

    async def _insist(self, row: PartRow) -> DeliveryFailed | None:
        """Try until something comes of it: the failure that ends it, or None, if the part is settled or we stop."""
        retries = self._means.retry.begin()
        while failure := await self._attempt(row):
            if failure.permanent or retries.exhausted:
                return failure
            LOG.info("%s takes nothing just now, trying on", self._delivery.target.chat)
            if not await retries.wait(stopping=self._means.stopping):
                return None
        return None

    async def _attempt(self, row: PartRow) -> DeliveryFailed | None:
        """Try once. The failure, if nothing was accepted; None, if it was, or if nobody can say so."""
        part, place = self._parts[row.position], self._place_of(row)
        async with self._slots:
            try:
                prepared = await self._channel.prepare(place, part)
                row = replace(row, prepared=prepared, tried_at=self._means.now())
                await self._run(ledger.begin, row.id, prepared, row.tried_at or self._means.now())
                receipt = await self._channel.send(place, part, row.key, prepared)
            except DeliveryFailed as failure:
                LOG.info("%s did not take a part: %s", self._delivery.target.chat, failure)
                reason = failure.reason
                await self._run(ledger.not_sent, row.id, reason)
                return failure
            except DeliveryCancelled:
                await self._run(ledger.not_sent, row.id, Reason.INTERRUPTED)
                raise
            except DeliveryUnknown as unknown:
                LOG.info("%s may have taken a part: %s", self._delivery.target.chat, unknown)
                reason = unknown.reason
            else:
                await self._run(ledger.sent, row.id, receipt, self._means.now())
                return None
        return await self._look(row, reason)

    def _place_of(self, row: PartRow) -> Address:
        return self._channel.reply_place(self._place, row.under) if row.under else self._place

    async def _look(self, row: PartRow, reason: Reason) -> DeliveryFailed | None:
        """Find out whether a part arrived that may have; where that cannot be, ask."""
        retries = self._means.retry.begin()
        since = row.tried_at or self._means.now()
        while True:
            try:
                receipt = await self._channel.find(self._place_of(row), row.key, row.prepared, since)
                break
            except DeliveryFailed as away:
                if not retries.exhausted:
                    if await retries.wait(stopping=self._means.stopping):
                        continue
                    return None  # it is looked for after the next start
                blind: Exception = away
            except DeliveryUnknown as unknown:
                blind = unknown
            LOG.info("whether a part arrived in %s is unknown: %s; %s", self._delivery.target.chat, reason, blind)
            await self._run(ledger.unknown, row.id, reason)
            await self._means.telling.ask(self._delivery, replace(row, reason=reason), len(self._parts))
            return None
        if receipt is None:
            await self._run(ledger.not_sent, row.id, reason)
            return DeliveryFailed("it is not there", reason, permanent=False)
        await self._run(ledger.sent, row.id, receipt, self._means.now())
        return None


__all__ = ["Outcome", "Poster", "Publication", "Target"]


class Poster:
    """Posts issues into chats by the ledger. Chats do not wait for each other; in one chat, issues do.

    What it began goes on when a caller is cancelled; `stop` ends it at the border of a part.
    """

    def __init__(
        self,
        state: State,
        channels: Sequence[AnyChannel],
        operators: Notifier,
        localizer: Localizer,
        *,
        pages: Pages | None = None,
        retry: RetryPolicy = PERSISTENT,
        at_once: int = 32,
        now: Callable[[], datetime] = real_now,
    ) -> None:
        """`at_once` bounds how many chats of a platform are posted to together: those that wait for their turn, too."""
        self._state = state
        self._pages = pages
        self._channels = {channel.key: channel for channel in channels}
        self._telling = DeliveryNotices(operators, localizer)
        self._means = PostingContext(state, self._telling, retry, asyncio.Event(), now)
        self._slots = {key: asyncio.Semaphore(at_once) for key in self._channels}
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._working: dict[int, asyncio.Task[Outcome]] = {}
        self._rendered: dict[tuple[int, _Layout], asyncio.Task[Rendered[Any]]] = {}
        self._behind: set[asyncio.Task[None]] = set()

    async def post(
        self, issue: Publication, targets: Sequence[Target], *, late: bool = False
    ) -> Mapping[Target, Outcome]:
        """Post an issue, and wait until it is in every chat or cannot be.

        Once per subject, period and chat: what was posted before is not posted again, and what was begun goes on with
        the document that it was begun with. Never raises for what a platform says.
        """
        known = [target for target in dict.fromkeys(targets) if target.platform in self._channels]
        outcomes = dict.fromkeys(targets, Outcome.STOPPED)
        for target in outcomes.keys() - known:
            await self._telling.absent(target)
        if self._pages and not await self._state.run(lambda c: all(ledger.known(c, issue, each) for each in known)):
            formers = await self._state.run(ledger.formers, issue, known, 2) if self._pages.addressed else []
            issue = await asyncio.to_thread(self._pages.publish, issue, formers)
        document = await asyncio.to_thread(dump, issue.document)
        layouts = {each: self._layout(each) for each in known}
        plans = {each: await asyncio.to_thread(self._plan, each, issue) for each in set(layouts.values())}

        def opened(connection: sa.Connection) -> list[Delivery]:
            now = self._means.now()
            for target in known:
                if ledger.known(connection, issue, target) is None:
                    number = ledger.keep(connection, issue, document, now)
                    plan = plans[layouts[target]]
                    ledger.open_delivery(connection, number, issue, target, plan, late=late, now=now)
            ids = [ledger.known(connection, issue, target) for target in known]
            return ledger.deliveries(connection, DELIVERIES.c.id.in_(ids))

        deliveries = await self._state.run(opened)
        came = dict(zip((each.target.chat for each in deliveries), await self._all(deliveries), strict=True))
        return outcomes | {target: came[target.chat] for target in known}

    async def resume(self) -> None:
        """After a start: go on with what is unfinished, and ask again what is not known. Does not wait for the end."""
        for delivery, part in await self._state.run(ledger.asked_about):
            rows = await self._state.run(ledger.parts, delivery.id)
            await self._telling.ask(delivery, part, len(rows))
        for delivery in await self._state.run(ledger.unfinished):
            if delivery.target.platform in self._channels:
                self._start(delivery)
            else:
                LOG.warning("%s is not connected: an issue for it stays unfinished", delivery.target.chat)

    async def resolve(self, part: int, arrived: bool) -> Message:
        """Take an operator's word on a part that nobody knew of: it arrived, or it is sent again. What to answer."""
        delivery = await self._state.run(ledger.decide, part, arrived, self._means.now())
        if delivery is None:
            return note("Nothing is asked about this part any more.")
        await self._telling.answered(part)
        if arrived:
            return note("Noted: it arrived.")
        if delivery.status is DeliveryStatus.STOPPED:
            return note("Noted: it did not arrive. It is not sent again, since posting there was stopped.")
        self._begin(self.resume_delivery(delivery.id))
        return note("Noted: it did not arrive. It is being sent again.")

    def closed(self, target: Target) -> bool:
        """Whether a chat took nothing when it was last posted to since the start, and never will."""
        return target.chat in self._means.closed

    async def idle(self) -> None:
        """Wait until nothing is being posted."""
        while tasks := [*self._working.values(), *self._behind]:
            await asyncio.wait(tasks)

    async def stop(self, within_s: float = 10.0) -> None:
        """Begin no further part, and finish those that are on their way, if that does not take longer."""
        self._means.stopping.set()
        try:
            async with asyncio.timeout(within_s):
                await self.idle()
        except TimeoutError:
            LOG.warning("some parts were still on their way: whether they arrived is looked up after the next start")
            tasks = [*self._working.values(), *self._behind]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=_WRITE_S)  # those that only waited for their turn write so

    def _layout(self, target: Target) -> _Layout:
        return target.platform, self._channels[target.platform].layout(target.place)

    def _plan(self, chosen: _Layout, issue: Publication) -> list[PlannedPart]:
        platform, layout = chosen
        channel = self._channels[platform]
        return planned(channel, channel.parts(issue.document, layout))

    async def _all(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        return await asyncio.gather(*(asyncio.shield(self._start(delivery)) for delivery in deliveries))

    async def resume_delivery(self, number: int) -> None:
        """Post what a delivery has that is still to be posted, and wait until it is there or cannot be."""
        if task := self._working.get(number):
            await asyncio.wait([task])  # it may have looked for its next part just before there was one
        for delivery in await self._state.run(ledger.deliveries, DELIVERIES.c.id == number):
            await self._start(delivery)

    def _start(self, delivery: Delivery) -> asyncio.Task[Outcome]:
        """The one task of a delivery."""
        task = self._working.get(delivery.id)
        if task is None:
            task = self._working[delivery.id] = asyncio.create_task(self._delivered(delivery))
            task.add_done_callback(lambda _: self._ended(delivery.id))
        return task

    def _ended(self, number: int) -> None:
        del self._working[number]
        if not self._working:
            self._rendered.clear()

    async def _delivered(self, delivery: Delivery) -> Outcome:
        async with self._queues[delivery.target.chat]:
            try:
                if delivery.status is DeliveryStatus.OPEN and not self._means.stopping.is_set():
                    platform = delivery.target.platform
                    parts = await self._parts(delivery.issue, self._layout(delivery.target))
                    channel, slots = self._channels[platform], self._slots[platform]
                    return await Posting(delivery, parts, channel, slots, self._means).resume_delivery()
                return await self._state.run(ledger.outcome_of, delivery.id)
            except Exception:
                LOG.exception("posting to %s broke off", delivery.target.chat)
                await self._telling.broke(delivery)
                return Outcome.OPEN

    async def _parts(self, issue: int, chosen: _Layout) -> Rendered[Any]:
        """The parts of a stored issue, rendered once however many chats get it."""
        rendering = self._rendered.get((issue, chosen))
        if rendering is None:
            rendering = self._rendered[issue, chosen] = asyncio.create_task(self._render(issue, chosen))
        return await asyncio.shield(rendering)

    async def _render(self, issue: int, chosen: _Layout) -> Rendered[Any]:
        text = await self._state.run(ledger.document, issue)
        platform, layout = chosen
        channel = self._channels[platform]

        def rendered() -> Rendered[Any]:
            parts = channel.parts(load(text), layout)
            return Rendered(parts, planned(channel, parts))

        return await asyncio.to_thread(rendered)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)


PREFIX = "delivery"


async def handle(poster: Poster, text: str) -> Message:
    """Do what is ordered: the words after `op delivery`. What to answer; never raises for what was written."""
    match text.split():
        case [number, answer] if number.isdecimal() and answer in (ARRIVED, AGAIN):
            return await poster.resolve(int(number), answer == ARRIVED)
    return note("Write {example}, or {other}.", example=order(17, ARRIVED), other=order(17, AGAIN))


def handler(poster: Poster) -> Handler:
    """`handle`, as orders are carried out."""

    async def ordered(order: OperatorCommand) -> Message:
        return await handle(poster, " ".join(order.words))

    return ordered
