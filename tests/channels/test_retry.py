"""Trying again: how long the pauses are, when there are no more, and what ends them before."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.channels.retry import RetryPolicy
from tests.doubles.clock import FakeClock


def pauses(policy: RetryPolicy, failures: int = 20) -> list[float]:
    """The pauses after failures that take no time, until there is no further try."""
    clock = FakeClock()

    async def story() -> None:
        retries = replace(policy, clock=clock.clock).begin()
        while not retries.exhausted and retries.failures < failures:
            await retries.wait()

    async def told() -> None:
        await clock.run(story())

    asyncio.run(told())
    return clock.waits


def test_pauses_double_up_to_the_longest() -> None:
    assert pauses(RetryPolicy(1, longest=30), 7) == [1, 2, 4, 8, 16, 30, 30]
    assert pauses(RetryPolicy(0.5, factor=3), 3) == [0.5, 1.5, 4.5]


def test_so_many_tries_have_one_pause_less() -> None:
    assert pauses(RetryPolicy(0.5, tries=5)) == [0.5, 1, 2, 4]
    assert pauses(RetryPolicy(0.5, tries=1)) == []


def test_no_try_begins_after_the_window() -> None:
    """5, 15, 35, 75, 155 seconds after the first; the next would be at 315."""
    assert pauses(RetryPolicy(5, window=300)) == [5, 10, 20, 40, 80]
    assert pauses(RetryPolicy(5, window=0)) == []


def test_jitter_makes_them_shorter_and_never_longer() -> None:
    found = pauses(RetryPolicy(1, factor=1, jitter=0.5), 50)

    assert all(0.5 <= each <= 1 for each in found)
    assert len(set(found)) > 1


def test_after_it_worked_they_begin_anew_and_a_platform_may_say_how_long() -> None:
    clock = FakeClock()

    async def story() -> None:
        retries = RetryPolicy(1, tries=4, clock=clock.clock).begin()
        await retries.wait()
        await retries.wait(17)
        assert retries.failures == 2
        await retries.wait()
        assert retries.exhausted
        retries.reset()
        assert not retries.exhausted
        await retries.wait()

    asyncio.run(clock.run(story()))
    assert clock.waits == [1, 17, 4, 1]


def test_who_stops_does_not_wait_to_the_end() -> None:
    clock, stopping = FakeClock(), asyncio.Event()

    async def story() -> None:
        retries = RetryPolicy(3600, clock=clock.clock).begin()
        waiting = asyncio.ensure_future(retries.wait(stopping=stopping))
        await clock.slept_on()
        stopping.set()
        assert await waiting is False

        stopping.clear()
        again = asyncio.ensure_future(retries.wait(stopping=stopping))
        await clock.slept_on(2)
        clock.advance(7200)
        assert await again is True

    asyncio.run(story())
    assert clock.at == 7200, "nobody waited for the first hour"
