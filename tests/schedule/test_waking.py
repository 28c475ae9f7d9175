"""What wakes the schedule: APScheduler at the due time, and a beat that goes on whatever the clock on the wall does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import cast

from bot.schedule.jobs import Job
from bot.schedule.rules import Due
from bot.schedule.schedule import DueTrigger, Timer


@dataclass
class Once:
    """A job that is due once."""

    at: datetime
    key: str = "once"

    def next(self, now: datetime) -> Due | None:
        return Due(self.at, date.min) if now < self.at else None


def ticks(in_s: float, beat_s: float, run_s: float, tick: Callable[[], None] = lambda: None) -> int:
    counted = 0

    async def ticked() -> None:
        nonlocal counted
        counted += 1
        tick()

    async def waked() -> None:
        due = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=in_s)
        waking = Timer([cast(Job, Once(due))], ticked, beat_s)
        waking.start()
        await asyncio.sleep(run_s)
        await waking.stop()
        await asyncio.sleep(0.1)

    asyncio.run(waked())
    return counted


def test_it_ticks_at_once_and_when_a_job_is_due() -> None:
    assert ticks(in_s=0.2, beat_s=60, run_s=0.8) == 2


def test_it_ticks_at_every_beat_whatever_is_due() -> None:
    assert ticks(in_s=60, beat_s=0.1, run_s=0.75) >= 4


def test_a_due_time_is_told_with_its_zone_and_not_twice() -> None:
    due = datetime(2027, 6, 16, 7)
    trigger = DueTrigger(cast(Job, Once(due)))
    fires = due.replace(tzinfo=UTC)
    assert trigger.get_next_fire_time(None, fires - timedelta(hours=1)) == fires
    # The clock was put back after it fired: it has fired.
    assert trigger.get_next_fire_time(fires, fires - timedelta(hours=1)) is None
