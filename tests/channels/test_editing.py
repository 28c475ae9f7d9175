"""What was sent is shown changed in its place: real libraries over HTTP, and what stands in the chats afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.protocol import Channel, DeliveryFailed, NotEditable, Receipt
from bot.delivery.model import Target
from digests.document import Action, Actions, Document, Paragraph, plain
from tests.channels.documents import picture, pictures, png
from tests.delivery.kit import GROUP, GROUPS, ROOM, Scene, scene
from tests.doubles.clock import LONGEST_S
from tests.doubles.slack import Fault
from tests.doubles.telegram import Seen

BOTH = pytest.mark.parametrize("target", [GROUP, ROOM], ids=["telegram", "slack"])
ALBUM = pictures(3)
OTHER = replace(ALBUM, blocks=(*ALBUM.blocks[:2], replace(picture(1), image=png(200)), *ALBUM.blocks[3:]))
"""The same album with another second picture."""


Story = Callable[[Scene], Awaitable[None]]


def told(root: Path, story: Story) -> None:
    async def run() -> None:
        async with asyncio.timeout(LONGEST_S), scene(root) as at:
            await story(at)
            assert at.slack.wrongs == []

    asyncio.run(run())


def said(text: str) -> Document:
    return Document("SL", (Paragraph(plain(text)), Actions((Action("By hour", "sl today by hour"),))), "en")


def channel_of(at: Scene, target: Target) -> Channel:
    found: Channel = next(each for each in at.connected if each.key == target.platform)
    return found


async def sent(at: Scene, target: Target, document: Document, n: int = 0) -> Receipt:
    """Post a part of a document: its receipt."""
    channel = channel_of(at, target)
    part = channel.parts(document)[n]
    return await channel.send(target.place, part, "a-key", await channel.prepare(target.place, part))


async def edited(at: Scene, target: Target, receipt: Receipt, document: Document, n: int = 0) -> Receipt:
    channel = channel_of(at, target)
    return await channel.edit(target.place, receipt, channel.parts(document)[n])


def group(at: Scene) -> list[Seen]:
    return at.far.answers(GROUPS[0])


@BOTH
def test_a_text_is_changed_where_it_stands_and_once_more_is_no_error(tmp_path: Path, target: Target) -> None:
    async def story(at: Scene) -> None:
        first = await sent(at, target, said("SL 84 %"))
        second = await edited(at, target, first, said("SL 83 %"))
        await edited(at, target, second, said("SL 83 %"))

        (shown,) = at.there(target)
        assert "SL 83 %" in shown
        if target is GROUP:
            assert group(at)[0].data("By hour") == "+sl today by hour"  # a press leaves the post as it is
        else:
            assert at.slack.channels["C1"].messages[0].metadata is not None

    told(tmp_path, story)


@BOTH
def test_what_is_gone_too_old_or_not_known_cannot_be_changed(tmp_path: Path, target: Target) -> None:
    async def story(at: Scene) -> None:
        receipt = await sent(at, target, said("SL 84 %"))
        with pytest.raises(NotEditable) as unknown:
            await edited(at, target, {}, said("SL 83 %"))  # a person said that it arrived
        if target is GROUP:
            group(at)[0].frozen = True
        else:
            at.slack.faults["chat.update"] = Fault("refuse", "edit_window_closed")
        with pytest.raises(NotEditable) as old:
            await edited(at, target, receipt, said("SL 83 %"))
        at.far.chat(GROUPS[0]).messages.clear()
        at.slack.channels["C1"].messages.clear()
        with pytest.raises(NotEditable) as gone:
            await edited(at, target, receipt, said("SL 83 %"))

        assert [caught.value.gone for caught in (unknown, old, gone)] == [False, False, True]
        assert gone.value.permanent

    told(tmp_path, story)


@BOTH
def test_a_platform_that_is_away_can_be_tried_again(tmp_path: Path, target: Target) -> None:
    async def story(at: Scene) -> None:
        receipt = await sent(at, target, said("SL 84 %"))
        at.far.fault("502", "editMessageText", times=2)
        at.slack.faults["chat.update"] = Fault("status", "502", times=3)
        with pytest.raises(DeliveryFailed) as away:
            await edited(at, target, receipt, said("SL 83 %"))
        await edited(at, target, receipt, said("SL 83 %"))

        assert not away.value.permanent
        (shown,) = at.there(target)
        assert "SL 83 %" in shown

    told(tmp_path, story)


@BOTH
def test_from_a_chat_that_we_were_put_out_of_comes_a_failure_for_good(tmp_path: Path, target: Target) -> None:
    async def story(at: Scene) -> None:
        receipt = await sent(at, target, said("SL 84 %"))
        at.far.chat(GROUPS[0]).status = "kicked"
        at.slack.channels["C1"].private = True
        at.slack.channels["C1"].members.clear()
        with pytest.raises(DeliveryFailed) as refused:
            await edited(at, target, receipt, said("SL 83 %"))

        assert refused.value.permanent
        assert not isinstance(refused.value, NotEditable)

    told(tmp_path, story)


@BOTH
def test_what_belongs_under_a_message_is_posted_under_it(tmp_path: Path, target: Target) -> None:
    async def story(at: Scene) -> None:
        channel = channel_of(at, target)
        receipt = await sent(at, target, said("SL 84 %"))
        under = channel.reply_place(target.place, receipt)
        for document in (said("More"), ALBUM):
            for part in channel.parts(document):
                await channel.send(under, part)

        if target is GROUP:
            assert [message.reply_to for message in group(at)] == [None, 1, *([1] * 4)]
        else:
            first, *below = at.slack.channels["C1"].messages
            assert {message.thread for message in below} == {first.ts}

        (reply,) = channel.parts(said("Still more"))
        again = channel.reply_place(under, await channel.send(under, reply))
        assert again.thread == under.thread  # there are no threads within threads
        assert channel.reply_place(target.place, {}) == target.place

    told(tmp_path, story)


def test_telegram_forgets_whom_it_replies_to_if_that_is_gone(tmp_path: Path) -> None:
    async def story(at: Scene) -> None:
        receipt = await sent(at, GROUP, said("SL 84 %"))
        at.far.chat(GROUPS[0]).messages.clear()
        under = channel_of(at, GROUP).reply_place(GROUP.place, receipt)
        await sent(at, replace(GROUP, place=under), said("More"))

        assert [message.reply_to for message in group(at)] == [None]

    told(tmp_path, story)


def test_telegram_replaces_a_picture_and_what_is_written_under_it(tmp_path: Path) -> None:
    async def story(at: Scene) -> None:
        before = Document("SL", (picture(1), Paragraph(plain("SL 84 %"))), "en")
        after = Document("SL", (picture(2), Paragraph(plain("SL 83 %"))), "en")
        receipt = await sent(at, GROUP, before)
        await edited(at, GROUP, receipt, after)

        assert [(message.picture, message.text) for message in group(at)] == [(png(2), "SL 83 %")]
        with pytest.raises(NotEditable):
            await edited(at, GROUP, receipt, said("SL 83 %"))

    told(tmp_path, story)


def test_telegram_replaces_the_pictures_of_an_album_that_changed(tmp_path: Path) -> None:
    async def story(at: Scene) -> None:
        channel = channel_of(at, GROUP)
        (was, _), (part, _) = channel.parts(ALBUM), channel.parts(OTHER)
        receipt = await sent(at, GROUP, ALBUM)
        await channel.edit(GROUP.place, receipt, part, was)

        shown = group(at)
        assert [message.picture for message in shown] == [png(0), png(200), png(2)]
        assert [message.edited for message in shown] == [False, True, False]
        assert len({message.album for message in shown}) == 1

        # What stands there is not known for sure: all are made what they should be.
        shown[0].picture = png(99)
        await channel.edit(GROUP.place, receipt, part)
        assert [message.picture for message in group(at)] == [png(0), png(200), png(2)]

    told(tmp_path, story)


def test_telegram_makes_no_album_of_another_number_of_pictures(tmp_path: Path) -> None:
    async def story(at: Scene) -> None:
        receipt = await sent(at, GROUP, ALBUM)
        for document in (pictures(2), said("SL 83 %")):
            with pytest.raises(NotEditable):
                await edited(at, GROUP, receipt, document)

        assert not any(message.edited for message in group(at))

    told(tmp_path, story)


def test_slack_replaces_no_files_and_makes_none_of_a_text(tmp_path: Path) -> None:
    async def story(at: Scene) -> None:
        text = await sent(at, ROOM, said("SL 84 %"))
        files = await sent(at, ROOM, ALBUM, 1)
        for receipt, document, n in ((files, OTHER, 1), (text, OTHER, 1), (files, said("SL 83 %"), 0)):
            with pytest.raises(NotEditable):
                await edited(at, ROOM, receipt, document, n)

        assert not any(message.edited for message in at.slack.channels["C1"].messages)

    told(tmp_path, story)
