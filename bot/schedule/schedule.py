"""What became due by a decision is done at once, and not at the next beat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.chat.operator_commands import OperatorCommand
from bot.project import Project
from bot.schedule import listing, notices
from bot.schedule.jobs import Job, jobs_of
from bot.schedule.kinds import DIGEST, Writers
from bot.schedule.runner import Editors, PublicationPoster, Runner, RunNotifier
from bot.schedule.writers import DigestWriter
from bot.state.store import State
from digests.document import Block
from digests.localizer import Localizer
from warehouse.messages import Message, note


class DecisionTrigger:
    """Has whatever is due done at once: fired by whoever takes decisions, run beside everything else."""

    def __init__(self) -> None:
        self._fired = asyncio.Event()
        self._working: set[asyncio.Future[object]] = set()

    def fire(self) -> None:
        """Something was decided."""
        self._fired.set()

    @property
    def idle(self) -> bool:
        """Whether all that it was fired for is done."""
        return not self._fired.is_set() and not self._working

    async def run(self, *works: Callable[[], Awaitable[object]]) -> None:
        """Do these whenever it is fired, until cancelled; what takes long holds up nothing that comes later."""
        try:
            while True:
                await self._fired.wait()
                self._fired.clear()
                for work in works:
                    task: asyncio.Future[object] = asyncio.ensure_future(work())
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)
        finally:
            for task in self._working:
                task.cancel()


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


class Timer:
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


Standing = Callable[[], Awaitable[Mapping[str, Message]]]


class Schedule:
    """Posts by itself what the configuration names. Raises UserError when made, for what cannot be."""

    def __init__(
        self,
        project: Project,
        state: State,
        poster: PublicationPoster,
        operators: RunNotifier,
        works: Callable[[sa.Connection], bool] = lambda _: True,
        digests: DigestWriter | None = None,
        editors: Editors | None = None,
        standing: Standing | None = None,
    ) -> None:
        """`digests` writes those, with their files' columns if none is given.

        `editors` are asked about the posts that they approve; `standing` is how those stand with them.
        """
        self.jobs = jobs_of(project.config, project.clock())
        self._state, self._clock = state, project.clock
        desks = Writers(project, state, {DIGEST: digests or DigestWriter(project, project.clock)})
        say = project.localizer.say
        self._runner = Runner(self.jobs, state, desks, poster, operators, project.clock, say, works, editors)
        self._waking = Timer(self.jobs, self._runner.tick)
        self._standing = standing

    def start(self) -> None:
        """Begin, inside a running event loop: first with what was missed."""
        if self.jobs:
            self._waking.start()

    async def run_due(self) -> None:
        """Do what is due, also what was tried a short while ago."""
        self._runner.retry_now()
        await self._runner.tick()

    async def stop(self) -> None:
        if self.jobs:
            await self._waking.stop()

    async def ordered(self, order: OperatorCommand) -> Message:
        """`op run 17 publish` or `op run 17 drop`."""
        match order.words:
            case [number, ("publish" | "drop") as verdict] if number.isascii() and number.isdecimal():
                return await self._runner.decide(int(number), publish=verdict == "publish", who=order.incoming.person)
        return note(
            "Write {example}, or {other}.", example=f"{notices.ORDER} 17 publish", other=f"{notices.ORDER} 17 drop"
        )

    async def blocks(self, localizer: Localizer) -> tuple[Block, ...]:
        """When each post comes next and what became of the last, for /status."""
        known = await self._state.run(listing.known, self.jobs)
        standing = await self._standing() if self._standing else {}
        return tuple(listing.blocks(self.jobs, known, self._clock(), localizer, standing))
