"""The pace of sending: what a platform allows within a while, and chats that do not wait for each other."""

from __future__ import annotations

import asyncio
import time

from bot.channels.protocol import Ceiling, Limit, Pace, Rate


def sent_at(limits: tuple[Limit, ...], overall: Limit, turns: list[tuple[str, int]]) -> list[float]:
    """When each turn came, in seconds from the first."""

    async def story() -> list[float]:
        pace = Pace(lambda _: limits, overall)
        times: list[float] = []

        async def one(chat: str, messages: int) -> None:
            async with pace.turn(chat, messages):
                times.append(time.monotonic())

        await asyncio.gather(*(one(*turn) for turn in turns))
        return [at - times[0] for at in times]

    return asyncio.run(story())


def test_a_rate_lets_a_burst_pass_and_then_one_at_a_time() -> None:
    times = sent_at((Rate(3, 0.6),), Ceiling(100, 1), [("a", 1)] * 5)

    assert times[2] < 0.1
    assert 0.15 < times[3] < 0.35
    assert 0.35 < times[4] < 0.55


def test_a_ceiling_is_never_passed_within_any_while() -> None:
    times = sent_at((), Ceiling(4, 0.3), [(f"chat {n}", 1) for n in range(10)])

    for n in range(6):
        assert times[n + 4] - times[n] >= 0.299
    assert times[-1] < 0.9


def test_an_album_counts_as_its_pictures_and_one_larger_than_the_ceiling_waits_for_all_of_it() -> None:
    times = sent_at((Ceiling(10, 0.3),), Ceiling(100, 1), [("a", 6), ("a", 6), ("a", 99)])

    assert 0.3 <= times[1] < 0.45
    assert times[2] >= 0.6


def test_chats_do_not_wait_for_each_other() -> None:
    times = sent_at((Ceiling(1, 0.5),), Ceiling(100, 1), [("a", 1), ("a", 1), ("b", 1)])

    assert times[1] < 0.1, "that of the other chat"
    assert times[2] >= 0.5


def began_at(limits: tuple[Limit, ...], overall: Limit, turns: list[tuple[str, bool]], takes: float) -> list[float]:
    """When each turn began, `unasked` or not, where every message is so long on its way."""

    async def story() -> list[float]:
        pace = Pace(lambda _: limits, overall)
        times: list[float] = []

        async def one(chat: str, unasked: bool) -> None:
            async with pace.turn(chat, unasked=unasked):
                times.append(time.monotonic())
                await asyncio.sleep(takes)

        await asyncio.gather(*(one(*turn) for turn in turns))
        return [at - times[0] for at in times]

    return asyncio.run(story())


def test_in_a_chat_the_next_is_as_far_from_what_has_arrived() -> None:
    times = began_at((Rate(1, 0.2),), Ceiling(100, 1), [("a", False)] * 2, takes=0.2)

    assert times[1] >= 0.39


def test_what_is_on_its_way_counts_for_what_is_unasked_and_holds_up_no_answer() -> None:
    posts = [(f"chat {n}", True) for n in range(3)]
    times = began_at((), Ceiling(2, 0.2), posts, takes=0.2)
    assert times[2] >= 0.39

    times = began_at((), Ceiling(3, 0.2), [*posts[:2], ("an answer", False)], takes=0.2)
    assert times[2] < 0.1
