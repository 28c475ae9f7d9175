"""When sending to Telegram goes wrong: what may be tried again is, what may have been accepted is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown
from bot.channels.retry import RetryPolicy
from bot.channels.telegram.client import client
from bot.channels.telegram.platform import Policies
from bot.channels.telegram.render import Album, CallbackStore, File, Photo, TextMessage
from bot.channels.telegram.send import Sender
from bot.channels.telegram.settings import TelegramConfig
from tests.channels.documents import png
from tests.channels.talking import GROUP, free_port, run
from tests.doubles.clock import FakeClock
from tests.doubles.telegram import TOKEN, TelegramDouble

HELLO = TextMessage("hello")
SUPERGROUP = -1002000000000


@asynccontextmanager
async def sending(url: str, policies: Policies = Policies()) -> AsyncIterator[Sender]:
    bot = client(TelegramConfig(api_url=url), TOKEN, policies)
    await asyncio.gather(*(request.initialize() for request in bot._request))
    yield Sender(bot, policies, CallbackStore())
    await asyncio.gather(*(request.shutdown() for request in bot._request))


def test_each_kind_of_part_arrives_whole_with_its_receipt() -> None:
    async def story() -> None:
        async with TelegramDouble() as far, sending(far.url, Policies(in_chat=())) as sender:
            far.chat(5)
            photos = tuple(Photo(f"{n}.png", png(n), f"number {n}") for n in range(3))
            sent = [
                await sender.send(Address("5"), part)
                for part in (
                    TextMessage("a &lt; <b>b</b>"),
                    photos[0],
                    File("отчёт.xlsx", b"PK", "a file"),
                    Album(photos),
                )
            ]

            assert [receipt.messages for receipt in sent] == [(1,), (2,), (3,), (4, 5, 6)]
            text, photo, file, *album = far.seen(5)
            assert (text.text, text.entities) == ("a < b", [("bold", "b")])
            assert (photo.picture, photo.text) == (png(0), "number 0")
            assert (file.file, file.text) == (("отчёт.xlsx", b"PK"), "a file")
            assert [(m.picture, m.text) for m in album] == [(png(n), f"number {n}") for n in range(3)]

    run(story)


def test_a_chat_that_must_wait_waits_exactly_so_long_and_no_other_does() -> None:
    async def story() -> None:
        time = FakeClock()
        async with TelegramDouble() as far, sending(far.url, Policies(clock=time.clock)) as sender:
            far.chat(5), far.chat(6)
            far.fault("429", "sendMessage", seconds=30)
            halted = asyncio.create_task(sender.send(Address("5"), HELLO))
            await time.slept_on()
            await sender.send(Address("6"), HELLO)
            time.advance(29)
            await sender.send(Address("6"), HELLO)
            assert (time.waits, len(far.seen(5))) == ([30], 0)
            time.advance(1)
            await halted

            assert [len(far.seen(chat)) for chat in (5, 6)] == [1, 2]

    run(story)


@pytest.mark.parametrize("kind", ["500", "502", "before", "after", "garbage", "slow"])
def test_what_may_have_been_accepted_is_unknown_and_not_sent_again(kind: str) -> None:
    async def story() -> None:
        async with TelegramDouble() as far, sending(far.url, Policies(answer_s=0.3)) as sender:
            far.chat(5)
            far.fault(kind, "sendMessage", seconds=0.6)
            with pytest.raises(DeliveryUnknown):
                await sender.send(Address("5"), HELLO)

            assert len(far.calls) == 1
            assert len(far.seen(5)) == (kind in ("after", "garbage", "slow"))

    run(story)


def test_an_edit_whose_end_is_unknown_is_made_again() -> None:
    async def story() -> None:
        async with TelegramDouble() as far, sending(far.url) as sender:
            far.chat(5)
            await sender.send(Address("5"), HELLO)
            far.fault("after", "editMessageText")
            await sender.edit(Address("5"), 1, TextMessage("bye"), was_text=True, apart=False)

            assert [message.text for message in far.seen(5)] == ["bye"]

    run(story)


def test_a_refused_connection_is_tried_again_until_there_is_one() -> None:
    async def story() -> None:
        port, time = free_port(), FakeClock()
        patient = Policies(sending=RetryPolicy(0.5, tries=5, clock=time.clock))
        async with sending(f"http://127.0.0.1:{port}", patient) as sender:
            waiting = asyncio.create_task(sender.send(Address("5"), HELLO))
            await time.slept_on()
            async with TelegramDouble(port) as far:
                far.chat(5)
                time.advance(0.5)
                await waiting
                assert len(far.seen(5)) == 1

    run(story)


def test_a_connection_that_stays_refused_fails_for_now() -> None:
    async def story() -> None:
        hasty = Policies(sending=RetryPolicy(0, tries=5))
        async with sending(f"http://127.0.0.1:{free_port()}", hasty) as sender:
            with pytest.raises(DeliveryFailed) as caught:
                await sender.send(Address("5"), HELLO)
            assert not caught.value.permanent

    run(story)


@pytest.mark.parametrize(
    ("chat", "change"),
    [(GROUP, {"status": "kicked"}), (GROUP, {"status": "left"}), (-999, None), (5, "revoked")],
    ids=["kicked", "left", "no such chat", "token revoked"],
)
def test_what_will_never_be_accepted_fails_for_good(chat: int, change: Any) -> None:
    async def story() -> None:
        async with TelegramDouble() as far, sending(far.url) as sender:
            far.chat(GROUP), far.chat(5)
            if isinstance(change, dict):
                far.chat(GROUP).status = change["status"]
            elif change:
                far.token = "4242:another"
            with pytest.raises(DeliveryFailed) as caught:
                await sender.send(Address(str(chat)), HELLO)

            assert caught.value.permanent
            assert len(far.calls) == 1

    run(story)


def test_a_topic_that_is_gone_fails_for_good() -> None:
    async def story() -> None:
        async with TelegramDouble() as far, sending(far.url) as sender:
            far.chat(SUPERGROUP)
            with pytest.raises(DeliveryFailed, match="thread not found"):
                await sender.send(Address(str(SUPERGROUP), "9"), HELLO)

    run(story)


def test_a_group_that_has_become_a_supergroup_is_followed_and_its_new_id_told() -> None:
    async def story() -> None:
        async with TelegramDouble() as far, sending(far.url) as sender:
            far.chat(GROUP).moved_to = SUPERGROUP
            far.chat(SUPERGROUP)
            sent = await sender.send(Address(str(GROUP)), HELLO)

            assert (sent.place, sent.messages) == (Address(str(SUPERGROUP)), (1,))
            assert len(far.seen(SUPERGROUP)) == 1

    run(story)


def test_a_chat_gets_three_messages_at_once_and_then_one_a_second_in_their_order() -> None:
    async def story() -> None:
        time = FakeClock()
        async with TelegramDouble() as far, sending(far.url, Policies(clock=time.clock)) as sender:
            far.chat(5)
            sent = asyncio.gather(*(sender.send(Address("5"), TextMessage(f"number {n}")) for n in range(4)))
            await time.slept_on()
            assert [message.text for message in far.seen(5)] == [f"number {n}" for n in range(3)]
            assert time.waits == pytest.approx([1.033], abs=0.001)
            time.advance(1.034)
            await sent

            assert far.seen(5)[-1].text == "number 3"

    run(story)
