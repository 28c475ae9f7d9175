"""What channels hear waits for whoever answers, each message beside the others; who asks too much is told once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.chat.access import Allowance, Throttle
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


def test_who_asks_too_much_is_told_once_and_heard_again_a_minute_later() -> None:
    throttle = Throttle(3)
    at_once = [throttle.ask("anna", 0.0) for _ in range(5)]

    granted, spent, silent = Allowance.GRANTED, Allowance.SPENT, Allowance.SILENT
    assert at_once == [granted, granted, granted, spent, silent]
    assert throttle.ask("boris", 1.0) is granted, "others are not concerned"
    assert throttle.ask("anna", 59.9) is silent
    assert throttle.ask("anna", 60.0) is granted


def test_the_window_slides() -> None:
    throttle = Throttle(2)
    assert [throttle.ask("anna", at) for at in (0.0, 50.0)] == [Allowance.GRANTED] * 2
    # The first question is a minute old, the second is not.
    assert throttle.ask("anna", 60.0) is Allowance.GRANTED
    assert throttle.ask("anna", 60.1) is Allowance.SPENT
    assert throttle.ask("anna", 110.0) is Allowance.GRANTED


def test_who_never_pauses_is_told_once_a_minute() -> None:
    throttle = Throttle(1)
    found = [throttle.ask("anna", float(second)) for second in range(121)]
    assert found.count(Allowance.SPENT) == 2
    assert found.count(Allowance.GRANTED) == 3
