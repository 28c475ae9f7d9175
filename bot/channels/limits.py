"""How fast a platform may be sent to. What it counts is what arrives, which is some time after it was sent."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass

_AT_ONCE = 8
"""More at once only take longer on their way, and what is on its way is what holds up the next."""
_LOOK_S = 0.01


@dataclass(frozen=True)
class Rate:
    """So many messages at once, and as many again within so many seconds."""

    messages: float
    seconds: float

    def limiter(self) -> Bucket:
        return Bucket(self)


@dataclass(frozen=True)
class Ceiling:
    """Never more messages than so many within any so many seconds, as a platform counts that looks back."""

    messages: int
    seconds: float

    def limiter(self) -> Window:
        return Window(self)


Limit = Rate | Ceiling


class Bucket:
    """A rate: filled by what is sent, and emptied while nothing is on its way."""

    def __init__(self, rate: Rate) -> None:
        self.max_rate = rate.messages
        self._a_second = rate.messages / rate.seconds
        self._level, self._at = 0.0, time.monotonic()

    async def acquire(self, amount: float) -> None:
        while not self.has_capacity(amount):
            await asyncio.sleep((self._level + amount - self.max_rate) / self._a_second)
        self._level += amount

    def has_capacity(self, amount: float) -> bool:
        now = time.monotonic()
        self._level = max(self._level - max(now - self._at, 0) * self._a_second, 0.0)
        self._at = max(self._at, now)
        return self._level + amount <= self.max_rate + 1e-6

    def arrived(self) -> None:
        """What was sent last has arrived just now, at the latest: what follows must be as far from that."""
        self._at = time.monotonic()


class Window:
    """A ceiling: when the last messages were sent."""

    def __init__(self, ceiling: Ceiling) -> None:
        self.max_rate = ceiling.messages
        self._seconds = ceiling.seconds
        self._sent: deque[float] = deque()

    async def acquire(self, amount: int) -> None:
        while not self.has_capacity(amount):
            in_the_way = self._sent[len(self._sent) + amount - self.max_rate - 1]
            await asyncio.sleep(max(in_the_way + self._seconds - time.monotonic(), 0))
        self.note(amount)

    def has_capacity(self, amount: int) -> bool:
        while self._sent and self._sent[0] + self._seconds <= time.monotonic():
            self._sent.popleft()
        return len(self._sent) + amount <= self.max_rate

    def note(self, amount: int) -> None:
        self._sent.extend([time.monotonic()] * amount)

    def arrived(self) -> None:
        """Nothing: a while so long does not feel a message's way."""


class Arrivals:
    """A ceiling that counts a message until its while after it arrived: strict, and a little slower for it."""

    def __init__(self, ceiling: Ceiling) -> None:
        self.max_rate = ceiling.messages
        self._window = Window(ceiling)
        self._on_the_way, self._sending = 0, 0
        self._next = asyncio.Lock()

    async def acquire(self, amount: int) -> None:
        async with self._next:  # in the order they came
            while self._sending >= _AT_ONCE or not self._window.has_capacity(self._on_the_way + amount):
                await asyncio.sleep(_LOOK_S)
            self._on_the_way += amount
            self._sending += 1

    def arrived(self, amount: int) -> None:
        self._on_the_way -= amount
        self._sending -= 1
        self._window.note(amount)
