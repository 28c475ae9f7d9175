"""What makes the schedule move: APScheduler at the due times, and a beat that finds whatever else is to be done.

Neither is trusted with the truth, which is in the state. A wake-up that comes twice does nothing the second time; one
that is lost, because the clock was changed or the machine slept, is made up for by the next beat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.schedule.jobs import Job

BEAT_S = 30.0
"""Counted by a clock that nobody puts back."""


class DueTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires when a job is due."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first due time after both, as APScheduler asks for it: with a zone."""
        after = max(previous, now) if previous else now
        due = self._job.next(after.astimezone(UTC).replace(tzinfo=None))
        return due.at.replace(tzinfo=UTC) if due else None


class Waking:
    """Calls `tick` when a job is due, and every half a minute."""

    def __init__(self, jobs: Sequence[Job], tick: Callable[[], Awaitable[None]], beat_s: float = BEAT_S) -> None:
        self._tick, self._beat_s = tick, beat_s
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)
        for job in jobs:
            # What is missed is the state's business: a late wake-up is as good as any.
            self._scheduler.add_job(tick, DueTrigger(job), id=job.key, misfire_grace_time=None, max_instances=9)
        self._beating: asyncio.Task[None] | None = None
        self._ticks: set[asyncio.Future[None]] = set()

    def start(self) -> None:
        """Look at once what is to be done, then wake for it."""
        self._scheduler.start()
        self._beating = asyncio.ensure_future(self._beat())

    async def stop(self) -> None:
        """Wake no more. What is being posted is broken off where it is, and goes on at the next start."""
        self._scheduler.shutdown(wait=False)
        working = [*self._ticks, *([self._beating] if self._beating else [])]
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            # Not waited for: while one job is posted at length, the others go on.
            ticking = asyncio.ensure_future(self._tick())
            self._ticks.add(ticking)
            ticking.add_done_callback(self._ticks.discard)
            await asyncio.sleep(self._beat_s)
