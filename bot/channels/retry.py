"""How what fails for a while is tried again: pauses that grow, by a clock that is given."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Clock:
    """Seconds that only go forward, and waiting for them."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


@dataclass(frozen=True)
class RetryPolicy:
    """Pauses in seconds, from `first`, each `factor` times as long as the one before, to `longest`.

    There are at most `tries` in all, and none begins later than `window` seconds after the first.
    """

    first: float
    longest: float = inf
    factor: float = 2.0
    tries: float = inf
    window: float = inf
    jitter: float = 0.0
    """Pauses are shorter by up to this part of them, at random: many do not come back at one moment."""
    clock: Clock = Clock()

    def begin(self) -> Retries:
        """Return the retries of something that is tried now for the first time."""
        return Retries(self)


class Retries:
    """What has failed of late, and what that means for the next try."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self.reset()

    def reset(self) -> None:
        """Begin anew: it worked."""
        self.failures = 0
        self._pause = self._policy.first
        self._until = self._policy.clock.now() + self._policy.window

    @property
    def exhausted(self) -> bool:
        """Whether what fails now fails for good: there is no further try."""
        if self.failures + 1 >= self._policy.tries:
            return True
        return self._policy.clock.now() + self._pause > self._until

    async def wait(self, seconds: float | None = None, *, stopping: asyncio.Event | None = None) -> bool:
        """Wait after a failure, `seconds` where the other side says how long; whether there is to be a next try.

        There is none once `stopping` is set, which ends the waiting.
        """
        pause = self._pause if seconds is None else seconds
        self.failures += 1
        self._pause = min(self._pause * self._policy.factor, self._policy.longest)
        sleeping = self._policy.clock.sleep(pause * random.uniform(1 - self._policy.jitter, 1))
        if stopping is None:
            await sleeping
            return True
        waiting = [asyncio.ensure_future(each) for each in (sleeping, stopping.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        return not stopping.is_set()
