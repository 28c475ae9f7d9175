"""How fast a platform may be sent to. What it counts is what arrives, which is some time after it was sent."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.channels.protocol import DeliveryCancelled, nothing_on_its_way
from bot.channels.retry import Clock

_AT_ONCE = 8
"""More at once only take longer on their way, and what is on its way is what holds up the next."""
_LOOK_S = 0.01
_CHATS = 2000


@dataclass(frozen=True)
class Rate:
    """So many messages at once, and as many again within so many seconds."""

    messages: float
    seconds: float

    def limiter(self, clock: Clock) -> LeakyBucket:
        return LeakyBucket(self, clock)


@dataclass(frozen=True)
class Ceiling:
    """Never more messages than so many within any so many seconds, as a platform counts that looks back."""

    messages: int
    seconds: float

    def limiter(self, clock: Clock) -> SlidingWindow:
        return SlidingWindow(self, clock)


Limit = Rate | Ceiling


class LeakyBucket:
    """A rate: filled by what is sent, and emptied while nothing is on its way."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self.max_rate = rate.messages
        self._clock = clock
        self._a_second = rate.messages / rate.seconds
        self._level, self._at = 0.0, clock.now()

    async def acquire(self, amount: float) -> None:
        while not self.has_capacity(amount):
            await self._clock.sleep((self._level + amount - self.max_rate) / self._a_second)
        self._level += amount

    def has_capacity(self, amount: float) -> bool:
        now = self._clock.now()
        self._level = max(self._level - max(now - self._at, 0) * self._a_second, 0.0)
        self._at = max(self._at, now)
        return self._level + amount <= self.max_rate + 1e-6

    def arrived(self) -> None:
        """What was sent last has arrived just now, at the latest: what follows must be as far from that."""
        self._at = self._clock.now()


class SlidingWindow:
    """A ceiling: when the last messages were sent."""

    def __init__(self, ceiling: Ceiling, clock: Clock) -> None:
        self.max_rate = ceiling.messages
        self._clock = clock
        self._seconds = ceiling.seconds
        self._sent: deque[float] = deque()

    async def acquire(self, amount: int) -> None:
        while not self.has_capacity(amount):
            in_the_way = self._sent[len(self._sent) + amount - self.max_rate - 1]
            await self._clock.sleep(max(in_the_way + self._seconds - self._clock.now(), 0))
        self.note(amount)

    def has_capacity(self, amount: int) -> bool:
        now = self._clock.now()
        while self._sent and self._sent[0] + self._seconds <= now:
            self._sent.popleft()
        return len(self._sent) + amount <= self.max_rate

    def note(self, amount: int) -> None:
        self._sent.extend([self._clock.now()] * amount)

    def arrived(self) -> None:
        """Nothing: a while so long does not feel a message's way."""


class InFlight:
    """A ceiling that counts a message until its while after it arrived: strict, and a little slower for it."""

    def __init__(self, ceiling: Ceiling, clock: Clock) -> None:
        self.max_rate = ceiling.messages
        self._clock = clock
        self._window = SlidingWindow(ceiling, clock)
        self._on_the_way, self._sending = 0, 0
        self._next = asyncio.Lock()

    async def acquire(self, amount: int) -> None:
        async with self._next:  # in the order they came
            while self._sending >= _AT_ONCE or not self._window.has_capacity(self._on_the_way + amount):
                await self._clock.sleep(_LOOK_S)
            self._on_the_way += amount
            self._sending += 1

    def arrived(self, amount: int) -> None:
        self._on_the_way -= amount
        self._sending -= 1
        self._window.note(amount)


class RateLimit:
    """One queue per chat, within a platform's limits; where it asks to be left alone, it is.

    Messages to a chat go one after another in the order they came; chats do not wait for each other, except for the
    limit on all.
    """

    def __init__(self, chat: Callable[[str], tuple[Limit, ...]], overall: Limit, clock: Clock = Clock()) -> None:
        self._clock = clock
        self._limits = chat
        self._overall = overall.limiter(self._clock)
        self._unasked = InFlight(overall, self._clock) if isinstance(overall, Ceiling) else None
        self._blocked_until = 0.0
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def acquire(self, chat: str, messages: int = 1, *, unasked: bool = False) -> AsyncIterator[None]:
        """Wait for a chat's turn; an album counts as its pictures.

        Of what is sent `unasked` never more is on its way, or has just arrived, than the limit on all lets pass: many
        messages at once may arrive much closer to each other than they were sent. Answers are not held up by that.
        Raises DeliveryCancelled if cancelled while it waits.
        """
        queue = self._queues.get(chat) or self._opened(chat)
        queue.waiting += 1
        its_turn = False
        try:
            async with queue.lock:
                for limiter in (*queue.limiters, self._overall):
                    await limiter.acquire(min(messages, int(limiter.max_rate)))
                await self.unblocked(chat)
                async with self._strictly(messages if unasked else 0):
                    its_turn = True
                    try:
                        yield
                    finally:
                        for limiter in queue.limiters:
                            limiter.arrived()
        except asyncio.CancelledError:
            if its_turn:
                raise
            raise DeliveryCancelled from None
        finally:
            queue.waiting -= 1

    @asynccontextmanager
    async def _strictly(self, messages: int) -> AsyncIterator[None]:
        if not messages or self._unasked is None:
            yield
            return
        count = min(messages, self._unasked.max_rate)
        await self._unasked.acquire(count)
        try:
            yield
        finally:
            self._unasked.arrived(count)

    async def unblocked(self, chat: str) -> None:
        """Wait until nothing is blocked; within a turn, before the same message is tried again.

        Raises DeliveryCancelled if cancelled while it waits.
        """
        queue = self._queues[chat]
        with nothing_on_its_way():
            while (left := max(queue.blocked_until, self._blocked_until) - self._clock.now()) > 0:
                await self._clock.sleep(left)

    def block(self, seconds: float, chat: str | None = None) -> None:
        """Send nothing to that chat, or to any, for so long: the platform said so."""
        until = self._clock.now() + seconds
        if chat is None:
            self._blocked_until = max(self._blocked_until, until)
        else:
            queue = self._queues.get(chat) or self._opened(chat)
            queue.blocked_until = max(queue.blocked_until, until)

    def _opened(self, chat: str) -> _Queue:
        if len(self._queues) >= _CHATS:
            # A chat that nothing waits for may be forgotten: its next message is a new burst at worst.
            now = self._clock.now()
            self._queues = {name: queue for name, queue in self._queues.items() if queue.busy(now)}
        made = _Queue([limit.limiter(self._clock) for limit in self._limits(chat)])
        self._queues[chat] = made
        return made


class _Queue:
    def __init__(self, limiters: list[LeakyBucket | SlidingWindow]) -> None:
        self.lock = asyncio.Lock()
        self.limiters = limiters
        self.blocked_until = 0.0
        self.waiting = 0

    def busy(self, now: float) -> bool:
        return (
            self.waiting > 0
            or self.blocked_until > now
            or any(not each.has_capacity(int(each.max_rate)) for each in self.limiters)
        )
