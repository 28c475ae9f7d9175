"""Sending to Slack: what is tried again, what never is, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown
from bot.channels.retry import RetryPolicy
from bot.channels.slack.platform import Policies
from bot.channels.slack.render import Post, SlackFiles, SlackPart, parts
from bot.channels.slack.send import Sender, Sent
from digests.document import Document, Paragraph, plain
from tests.channels.slack_documents import answer, picture
from tests.doubles.clock import FakeClock
from tests.doubles.slack import BOT, BOT_TOKEN, Fault, Slack

C1 = Address("C1")


HASTY = RetryPolicy(0.01, factor=1, tries=4)


def told(story: Callable[[Slack, Sender], Awaitable[None]], policies: Policies = Policies(sending=HASTY)) -> None:
    async def run() -> None:
        async with Slack() as slack:
            slack.channel("C1", "U1")
            client = AsyncWebClient(BOT_TOKEN, base_url=f"{slack.base}/api/", timeout=2, retry_handlers=[])
            await story(slack, Sender(client, policies))
            assert slack.wrongs == []

    asyncio.run(run())


def text(words: str = "Text") -> Post:
    (post,) = parts(Document("Title", (Paragraph(plain(words)),)))
    assert isinstance(post, Post)
    return post


def pictures(*numbers: int) -> SlackFiles:
    (files,) = parts(Document("Title", tuple(picture(n) for n in numbers)))
    assert isinstance(files, SlackFiles)
    return files


PARTS: list[tuple[str, SlackPart]] = [
    ("chat.postMessage", text()),
    ("files.completeUploadExternal", pictures(1, 2)),
]


def test_a_message_carries_its_key_and_goes_into_its_thread() -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        root = await sender.send(C1, text("Root"))
        await sender.send(Address("C1", root.ts), text(), key="digest:2026-06-01:C1:1")

        first, second = slack.channels["C1"].messages
        assert (first.metadata, second.thread) == (None, root.ts)
        assert second.metadata == {"event_type": "svodka_part", "event_payload": {"key": "digest:2026-06-01:C1:1"}}

    told(story)


def test_pictures_are_shared_as_one_message_with_words_for_those_who_do_not_see_them() -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        sent = await sender.send(C1, pictures(1, 2))

        (message,) = slack.channels["C1"].messages
        assert [(f["id"], f["name"], f["alt_txt"], f["content"]) for f in message.files] == [
            (sent.files[n - 1], f"service-level-{n}.png", f"Service level by hour, picture {n}", picture(n).image)
            for n in (1, 2)
        ]

    told(story)


@pytest.mark.parametrize(("method", "part"), PARTS)
def test_too_many_requests_halt_the_channel_and_the_part_is_tried_again_once(method: str, part: SlackPart) -> None:
    time = FakeClock()

    async def story(slack: Slack, sender: Sender) -> None:
        slack.now = time.now
        slack.channel("C2", "U1")
        slack.faults[method] = Fault("429", seconds=20)
        first = asyncio.create_task(sender.send(C1, part))
        await time.slept_on()
        behind = asyncio.create_task(sender.send(C1, text("Behind")))
        await sender.send(Address("C2"), text("Elsewhere"))
        time.advance(19)
        await sender.send(Address("C2"), text("Elsewhere"))
        assert (time.waits, slack.channels["C1"].messages) == ([20], [])
        time.advance(1)
        await asyncio.gather(first, behind)

        assert len(slack.channels["C1"].messages) == 2
        assert slack.channels["C1"].messages[1].text == "Behind"

    told(story, Policies(sending=HASTY, clock=time.clock))


@pytest.mark.parametrize(("method", "part"), PARTS)
@pytest.mark.parametrize(
    ("fault", "accepted"),
    [
        (Fault("status", "503"), 0),
        (Fault("refuse", "fatal_error"), 0),
        (Fault("reset", after=False), 1),
        (Fault("reset"), 1),
        (Fault("slow", seconds=2.5), 1),
    ],
)
def test_what_may_have_been_accepted_is_never_sent_again(
    method: str, part: SlackPart, fault: Fault, accepted: int
) -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        slack.faults[method] = Fault(fault.kind, fault.word, fault.seconds, after=fault.after)
        with pytest.raises(DeliveryUnknown):
            await sender.send(C1, part)

        assert len(slack.called(method)) == 1
        assert len(slack.channels["C1"].messages) <= accepted

    told(story)


@pytest.mark.parametrize("part", [part for _, part in PARTS])
def test_a_refused_connection_is_tried_again(part: SlackPart) -> None:
    time = FakeClock()

    async def story(slack: Slack, sender: Sender) -> None:
        await slack.go()
        sending = asyncio.create_task(sender.send(C1, part))
        await time.slept_on()
        await slack.come(slack.port)
        time.advance(0.5)
        await sending
        assert len(slack.channels["C1"].messages) == 1

    told(story, Policies(sending=RetryPolicy(0.5, tries=5, clock=time.clock)))


@pytest.mark.parametrize("part", [part for _, part in PARTS])
def test_a_connection_that_stays_refused_fails_for_now(part: SlackPart) -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        await slack.go()
        with pytest.raises(DeliveryFailed) as caught:
            await sender.send(C1, part)
        assert not caught.value.permanent

    told(story)


def test_an_upload_shows_nothing_yet_and_is_tried_again_whatever_happened() -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        slack.faults["upload"] = Fault("status", "503")
        await sender.send(C1, pictures(1))
        slack.faults["files.getUploadURLExternal"] = Fault("reset")
        await sender.send(C1, pictures(2))

        assert [message.shown for message in slack.channels["C1"].messages] == [
            "<Service level by hour, picture 1>",
            "<Service level by hour, picture 2>",
        ]

    told(story)


@pytest.mark.parametrize(
    ("word", "permanent"),
    [
        *((word, True) for word in ("channel_not_found", "is_archived", "not_in_channel")),
        *((word, True) for word in ("token_revoked", "account_inactive", "invalid_auth")),
        ("service_unavailable", False),
    ],
)
def test_a_refusal_says_whether_it_is_for_good(word: str, permanent: bool) -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        slack.faults["chat.postMessage"] = Fault("refuse", word)
        with pytest.raises(DeliveryFailed, match=word) as caught:
            await sender.send(C1, text())

        assert caught.value.permanent is permanent
        assert len(slack.called("chat.postMessage")) == 1

    told(story)


def test_an_edit_and_a_removal_may_be_repeated() -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        sent = await sender.send(C1, text("Before"))
        shared = await sender.send(C1, pictures(1))
        slack.faults["chat.update"] = Fault("reset")
        await sender.edit(C1, sent, text("After"))
        assert [message.text for message in slack.channels["C1"].messages] == ["After", ""]

        slack.faults["files.delete"] = slack.faults["chat.delete"] = Fault("status", "503")
        await sender.remove(C1, shared)
        await sender.remove(C1, shared)
        await sender.remove(C1, Sent("1.1"))
        assert [message.text for message in slack.channels["C1"].messages] == ["After"]

    told(story)


@pytest.mark.parametrize("tells_shares", [True, False])
def test_files_are_taken_back_with_the_message_they_stand_in(tells_shares: bool) -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        slack.tells_shares = tells_shares
        root = await sender.send(C1, text("Root"))
        for place in (C1, Address("C1", root.ts)):
            shared = await sender.send(place, pictures(1, 2))
            await sender.remove(place, shared)
            assert [message.text for message in slack.channels["C1"].messages] == ["Root"]

    told(story)


def test_a_channel_gets_three_at_once_and_one_a_second_after() -> None:
    time = FakeClock()

    async def story(slack: Slack, sender: Sender) -> None:
        sent = asyncio.gather(*(sender.send(C1, text(f"Text {n}")) for n in range(4)))
        await time.slept_on()
        assert [m.text for m in slack.channels["C1"].of(BOT)] == [f"Text {n}" for n in range(3)]
        assert time.waits == pytest.approx([1.167], abs=0.001)
        time.advance(1.167)
        await sent
        assert slack.channels["C1"].of(BOT)[-1].text == "Text 3"

    told(story, Policies(clock=time.clock))


def test_the_long_halt_is_left_to_the_one_who_delivers() -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        slack.faults["chat.postMessage"] = Fault("429", seconds=600)
        with pytest.raises(DeliveryFailed, match="600") as caught:
            await sender.send(C1, text())
        assert not caught.value.permanent

    told(story)


def test_one_part_of_a_long_answer_at_a_time() -> None:
    async def story(slack: Slack, sender: Sender) -> None:
        for part in parts(answer("Title", picture())):
            await sender.send(C1, part)
        assert [bool(message.files) for message in slack.channels["C1"].messages] == [False, True]

    told(story)
