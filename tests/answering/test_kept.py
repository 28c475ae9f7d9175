"""Who asks the same while the data are the same gets the same document, made once."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat.answering import AnswerCache
from digests.document import Document, Picture


def document(size: int = 10) -> Document:
    return Document("t", (Picture("p", b"x" * size, "alt"),))


def test_ten_who_ask_at_once_wait_for_one_making() -> None:
    made: list[int] = []

    async def make() -> Document:
        made.append(1)
        await asyncio.sleep(0.01)
        return document()

    async def story() -> None:
        kept = AnswerCache()
        answers = await asyncio.gather(*(kept.get("sl", make) for _ in range(10)))
        again = await kept.get("sl", make)
        assert all(each is answers[0] for each in (*answers, again))
        assert len(made) == 1

    asyncio.run(story())


def test_who_stops_waiting_does_not_take_the_answer_from_the_others() -> None:
    async def story() -> None:
        kept, go = AnswerCache(), asyncio.Event()

        async def make() -> Document:
            await go.wait()
            return document()

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(kept.get("sl", make), 0.01)
        assert kept.making == 1
        patient = asyncio.ensure_future(kept.get("sl", make))
        go.set()
        assert (await patient).title == "t"
        assert kept.making == 0

    asyncio.run(story())


def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    tries: list[int] = []

    async def make() -> Document:
        tries.append(1)
        await asyncio.sleep(0)
        if len(tries) == 1:
            raise ValueError("no")
        return document()

    async def story() -> None:
        kept = AnswerCache()
        results = await asyncio.gather(kept.get("sl", make), kept.get("sl", make), return_exceptions=True)
        assert [type(each) for each in results] == [ValueError, ValueError]
        assert (await kept.get("sl", make)).title == "t"

    asyncio.run(story())


def test_the_oldest_answers_make_room() -> None:
    made: list[str] = []

    async def story() -> None:
        kept = AnswerCache(budget=60_000)

        async def ask(key: str) -> None:
            async def make() -> Document:
                made.append(key)
                return document(20_000)

            await kept.get(key, make)

        for key in ("a", "b", "a", "c", "a", "b"):
            await ask(key)

    asyncio.run(story())
    # Each weighs 24 KB, so two fit: when c came, b had waited longest.
    assert made == ["a", "b", "c", "b"]
