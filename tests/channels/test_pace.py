"""The pace of sending: what a platform allows within a while, and how what failed is tried again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.channels.rate_limit import Ceiling, Limit, Rate, RateLimit
from bot.channels.retry import RetryPolicy
from tests.doubles.clock import FakeClock


def began_at(
    limits: tuple[Limit, ...], overall: Limit, turns: list[tuple[str, int, bool]], takes: float = 0.0
) -> list[float]:
    """When each turn began (a chat, messages, whether unasked), in their order, where each takes so long to arrive."""
    clock = FakeClock()

    async def story() -> list[float]:
        rate_limit = RateLimit(lambda _: limits, overall, clock.clock)
        times: list[float] = []

        async def one(chat: str, messages: int, unasked: bool) -> None:
            async with rate_limit.acquire(chat, messages, unasked=unasked):
                times.append(clock.now())
                if takes:
                    await clock.sleep(takes)

        await asyncio.gather(*(one(*turn) for turn in turns))
        return times

    return asyncio.run(clock.run(story()))


def test_a_rate_lets_a_burst_pass_and_then_one_at_a_time() -> None:
    times = began_at((Rate(3, 0.6),), Ceiling(100, 1), [("a", 1, False)] * 5)

    assert times == pytest.approx([0, 0, 0, 0.2, 0.4])


def test_a_ceiling_is_never_passed_within_any_while() -> None:
    times = began_at((), Ceiling(4, 0.3), [(f"chat {n}", 1, False) for n in range(10)])

    assert times == pytest.approx([0] * 4 + [0.3] * 4 + [0.6] * 2)


def test_an_album_counts_as_its_pictures_and_one_larger_than_the_ceiling_waits_for_all_of_it() -> None:
    times = began_at((Ceiling(10, 0.3),), Ceiling(1000, 1), [("a", 6, False), ("a", 6, False), ("a", 99, False)])

    assert times == pytest.approx([0, 0.3, 0.6])


def test_chats_do_not_wait_for_each_other() -> None:
    times = began_at((Ceiling(1, 0.5),), Ceiling(100, 1), [("a", 1, False), ("a", 1, False), ("b", 1, False)])

    assert times == pytest.approx([0, 0, 0.5]), "b goes before the second of a"


def test_in_a_chat_the_next_is_as_far_from_what_has_arrived() -> None:
    times = began_at((Rate(1, 0.2),), Ceiling(100, 1), [("a", 1, False)] * 2, takes=0.2)

    assert times == pytest.approx([0, 0.4])


def test_what_is_on_its_way_counts_for_what_is_unasked_and_holds_up_no_answer() -> None:
    posts = [(f"chat {n}", 1, True) for n in range(3)]
    times = began_at((), Ceiling(2, 0.2), posts, takes=0.2)
    assert times == pytest.approx([0, 0, 0.4], abs=0.02), "it looks every hundredth of a second"

    times = began_at((), Ceiling(3, 0.2), [*posts[:2], ("an answer", 1, False)], takes=0.2)
    assert times == [0, 0, 0]


def test_where_a_platform_asks_to_be_left_alone_it_is() -> None:
    clock = FakeClock()

    async def story() -> list[tuple[str, float]]:
        rate_limit = RateLimit(lambda _: (), Ceiling(100, 1), clock.clock)
        times: list[tuple[str, float]] = []

        async def one(chat: str) -> None:
            async with rate_limit.acquire(chat):
                times.append((chat, clock.now()))

        rate_limit.block(30, "a")
        rate_limit.block(10, "a")  # it asked for more before
        await asyncio.gather(one("a"), one("b"))
        rate_limit.block(5)
        await asyncio.gather(one("a"), one("b"))
        return times

    assert asyncio.run(clock.run(story())) == [("b", 0), ("a", 30), ("a", 35), ("b", 35)]


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
