"""What channels hear waits for whoever answers, each message beside the others."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.chat.message import Inbox, Incoming, Reply
from digests.document import Document


def incoming(text: str) -> Incoming:
    return Incoming("telegram", "5", "5", True, text, text)


def test_who_asks_before_anybody_answers_is_answered_and_who_waits_no_longer_is_not() -> None:
    async def story() -> None:
        inbox, began, ended = Inbox(), asyncio.Event(), []

        async def answer(said: Incoming) -> Reply | None:
            if said.text != "slow":
                return Reply(Document(said.text, ()))
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(said.text)
            return None

        slow, quick = (
            asyncio.create_task(inbox.ask(incoming("slow"))),
            asyncio.create_task(inbox.ask(incoming("quick"))),
        )
        serving = asyncio.create_task(inbox.serve(answer))
        reply = await quick
        assert reply is not None
        assert reply.document.title == "quick"

        await began.wait()
        slow.cancel()
        with suppress(asyncio.CancelledError):
            await slow
        while not ended:
            await asyncio.sleep(0)
        serving.cancel()

    asyncio.run(story())


def test_a_fault_reaches_who_asks_and_the_next_message_is_answered() -> None:
    async def story() -> None:
        inbox = Inbox()

        async def answer(said: Incoming) -> Reply | None:
            if said.text == "broken":
                raise ValueError(said.text)
            return None

        serving = asyncio.create_task(inbox.serve(answer))
        broken, fine = await asyncio.gather(
            inbox.ask(incoming("broken")), inbox.ask(incoming("fine")), return_exceptions=True
        )
        assert (str(broken), fine) == ("broken", None)
        serving.cancel()

    asyncio.run(story())
