"""How tests wait: for what is to come true, and by a clock that moves when a test says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from bot.channels.retry import Clock

T = TypeVar("T")
_STEPS = 50
"""Steps of the event loop after which whoever can go on has: nobody here waits for anything but the clock."""


LONGEST_S = 120.0
"""Of a wait for what should come true at once: no verdict hangs on how busy the machine is."""


async def until(holds: Callable[[], object], journal: Callable[[], str]) -> None:
    """Return as soon as it holds. Raises AssertionError, with the journal of what happened instead, after very long."""
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, f"it did not come true within {LONGEST_S:.0f} s: {journal()}"
        await asyncio.sleep(0.005)


class FakeClock:
    """Seconds from 0. `waits` are the pauses that were asked for, in their order."""

    def __init__(self) -> None:
        self.at = 0.0
        self.waits: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._asked: asyncio.Future[None] | None = None
        self._numbers = count()
        self.clock = Clock(self.now, self.sleep)

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        awake = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.at + seconds, next(self._numbers), awake))
        if self._asked and not self._asked.done():
            self._asked.set_result(None)
        await awake

    def advance(self, seconds: float) -> None:
        """Let so much time pass; who waits no longer than that goes on."""
        self.at += seconds
        while self._sleepers and self._sleepers[0][0] <= self.at + 1e-9:
            _, _, awake = heappop(self._sleepers)
            if not awake.done():
                awake.set_result(None)

    async def slept_on(self, times: int = 1) -> None:
        """Wait until the clock was asked to wait so often."""
        while len(self.waits) < times:
            await asyncio.sleep(0.001)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work that waits for nothing but this clock, which jumps to whatever is waited for next."""
        task = asyncio.ensure_future(work)
        while not task.done():
            if not self._sleepers:
                # A thread may be at work: turning round meanwhile would take the processor from it.
                self._asked = asyncio.get_running_loop().create_future()
                await asyncio.wait([task, self._asked], return_when=asyncio.FIRST_COMPLETED)
            for _ in range(_STEPS):
                await asyncio.sleep(0)
            if self._sleepers and not task.done():
                self.advance(self._sleepers[0][0] - self.at)
        return task.result()
