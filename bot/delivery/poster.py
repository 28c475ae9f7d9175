"""Posting issues: each once into every chat, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.channels.channel import Channel
from bot.delivery import ledger
from bot.delivery.model import Delivery, DeliveryStatus, Issue, Outcome, Patience, Planned, Target
from bot.delivery.posting import Means, Posting, Rendered, planned, real_now
from bot.delivery.tables import DELIVERIES
from bot.delivery.telling import Operators, Telling
from bot.state.store import State
from digests.document_json import dump, load
from digests.wording import Words
from warehouse.messages import Message, note

__all__ = ["Issue", "Outcome", "Patience", "Poster", "Target"]

LOG = logging.getLogger(__name__)


class Poster:
    """Posts issues into chats by the ledger. Chats do not wait for each other; in one chat, issues do.

    What it began goes on when a caller is cancelled; `stop` ends it at the border of a part.
    """

    def __init__(
        self,
        state: State,
        channels: Sequence[Channel],
        operators: Operators,
        words: Words,
        *,
        patience: Patience | None = None,
        at_once: int = 32,
        now: Callable[[], datetime] = real_now,
    ) -> None:
        """`at_once` bounds how many chats of a platform are posted to together: those that wait for their turn, too."""
        self._state = state
        self._channels = {channel.key: channel for channel in channels}
        self._telling = Telling(operators, words)
        self._means = Means(state, self._telling, patience or Patience(), asyncio.Event(), now)
        self._slots = {key: asyncio.Semaphore(at_once) for key in self._channels}
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._working: dict[int, asyncio.Task[Outcome]] = {}
        self._rendered: dict[tuple[int, str], asyncio.Task[Rendered]] = {}
        self._behind: set[asyncio.Task[None]] = set()

    async def post(self, issue: Issue, targets: Sequence[Target], *, late: bool = False) -> Mapping[Target, Outcome]:
        """Post an issue, and wait until it is in every chat or cannot be.

        Once per subject, period and chat: what was posted before is not posted again, and what was begun goes on with
        the document that it was begun with. Never raises for what a platform says.
        """
        known = [target for target in dict.fromkeys(targets) if target.platform in self._channels]
        outcomes = dict.fromkeys(targets, Outcome.STOPPED)
        for target in outcomes.keys() - known:
            await self._telling.absent(target)
        document = await asyncio.to_thread(dump, issue.document)
        plans = {key: await asyncio.to_thread(self._plan, key, issue) for key in {each.platform for each in known}}

        def opened(connection: sa.Connection) -> list[Delivery]:
            now = self._means.now()
            for target in known:
                if ledger.known(connection, issue, target) is None:
                    number = ledger.keep(connection, issue, document, now)
                    plan = plans[target.platform]
                    ledger.open_delivery(connection, number, issue, target, plan, late=late, now=now)
            ids = [ledger.known(connection, issue, target) for target in known]
            return ledger.deliveries(connection, DELIVERIES.c.id.in_(ids))

        deliveries = await self._state.run(opened)
        came = dict(zip((each.target.chat for each in deliveries), await self._all(deliveries), strict=True))
        return outcomes | {target: came[target.chat] for target in known}

    async def resume(self) -> None:
        """After a start: go on with what is unfinished, and ask again what is not known. Does not wait for the end."""
        for delivery, part in await self._state.run(ledger.asked_about):
            rows = await self._state.run(lambda c, d=delivery: ledger.parts(c, d.id))  # type: ignore[misc]
            await self._telling.ask(delivery, part, len(rows))
        for delivery in await self._state.run(ledger.unfinished):
            if delivery.target.platform in self._channels:
                self._start(delivery)
            else:
                LOG.warning("%s is not connected: an issue for it stays unfinished", delivery.target.chat)

    async def settle(self, part: int, arrived: bool) -> Message:
        """Take an operator's word on a part that nobody knew of: it arrived, or it is sent again. What to answer."""
        delivery = await self._state.run(lambda c: ledger.decide(c, part, arrived, self._means.now()))
        if delivery is None:
            return note("Nothing is asked about this part any more.")
        await self._telling.answered(part)
        if arrived:
            return note("Noted: it arrived.")
        if delivery.status is DeliveryStatus.STOPPED:
            return note("Noted: it did not arrive. It is not sent again, since posting there was stopped.")
        self._begin(self.go_on(delivery.id))
        return note("Noted: it did not arrive. It is being sent again.")

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
            await asyncio.gather(*tasks, return_exceptions=True)

    def _plan(self, platform: str, issue: Issue) -> list[Planned]:
        channel = self._channels[platform]
        return planned(channel, channel.parts(issue.document))

    async def _all(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        return await asyncio.gather(*(asyncio.shield(self._start(delivery)) for delivery in deliveries))

    async def go_on(self, number: int) -> None:
        """Post what a delivery has that is still to be posted, and wait until it is there or cannot be."""
        if task := self._working.get(number):
            await asyncio.wait([task])  # it may have looked for its next part just before there was one
        for delivery in await self._state.run(lambda c: ledger.deliveries(c, DELIVERIES.c.id == number)):
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
                    parts = await self._parts(delivery.issue, platform)
                    channel, slots = self._channels[platform], self._slots[platform]
                    return await Posting(delivery, parts, channel, slots, self._means).go_on()
                return await self._state.run(lambda c: ledger.outcome_of(c, delivery.id))
            except Exception:
                LOG.exception("posting to %s broke off", delivery.target.chat)
                await self._telling.broke(delivery)
                return Outcome.OPEN

    async def _parts(self, issue: int, platform: str) -> Rendered:
        """The parts of a stored issue, rendered once however many chats get it."""
        rendering = self._rendered.get((issue, platform))
        if rendering is None:
            rendering = asyncio.create_task(self._render(issue, platform))
            self._rendered[issue, platform] = rendering
        return await asyncio.shield(rendering)

    async def _render(self, issue: int, platform: str) -> Rendered:
        text = await self._state.run(lambda c: ledger.document(c, issue))
        channel = self._channels[platform]

        def rendered() -> Rendered:
            parts = channel.parts(load(text))
            return Rendered(parts, planned(channel, parts))

        return await asyncio.to_thread(rendered)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)
