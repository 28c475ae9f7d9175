"""Texts and pictures that people send on Telegram: what reaches the bot, and what comes when a picture is fetched."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from bot.chat.message import Content, Incoming, IncomingFile
from digests.document import Paragraph, Span, plain
from tests.channels.columns import BLOCKS, TELEGRAM
from tests.channels.documents import png
from tests.channels.talking import GROUP, Bot, run, talking
from tests.doubles.telegram import NAME, TOKEN, TelegramDouble
from warehouse.messages import UserError


def content(incoming: Incoming) -> Content:
    assert incoming.content is not None
    return incoming.content


def picture(bot: Bot) -> IncomingFile:
    """The picture of what was heard last."""
    (attached,) = content(bot.incoming[-1]).pictures
    return attached


def bomb(side: int = 50_000) -> bytes:
    """A picture of a few bytes that would fill the memory when it is unpacked."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def saved(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    file = BytesIO()
    Image.effect_noise(size, 50).save(file, kind)
    return file.getvalue()


async def incoming(far: TelegramDouble, bot: Bot, count: int = 1) -> None:
    await far.until(lambda: len(bot.incoming) == count)


# What is heard


def test_a_column_arrives_as_it_was_written() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says(TELEGRAM["text"], entities=TELEGRAM["entities"])
            await incoming(far, bot)

            assert content(bot.incoming[0]) == Content(BLOCKS)
            assert bot.incoming[0].text == TELEGRAM["text"]

    run(story)


def test_our_name_is_no_part_of_the_content_but_a_command_is() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says(f"@{NAME}, story ops\nText", chat=GROUP)
            far.says(f"/story@{NAME} ops\n- one", chat=GROUP)
            await incoming(far, bot, 2)

            assert content(bot.incoming[0]).blocks == (Paragraph(plain("story ops\nText")),)
            assert content(bot.incoming[1]).blocks[0] == Paragraph(plain("/story ops"))
            assert len(content(bot.incoming[1]).blocks) == 2

    run(story)


def test_a_picture_with_its_caption_is_one_message() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.sends(saved("JPEG"), caption="/story ops\nbold")
            await incoming(far, bot)
            assert (bot.incoming[0].text, bot.incoming[0].private) == ("/story ops\nbold", True)

            bold = {"type": "bold", "offset": 0, "length": 4}
            far.sends(png(), "chart.png", caption="bold", caption_entities=[bold])
            await incoming(far, bot, 2)
            assert content(bot.incoming[1]).blocks == (Paragraph((Span("bold", strong=True),)),)
            assert (picture(bot).name, picture(bot).media_type, picture(bot).size) == (
                "chart.png",
                "image/png",
                len(png()),
            )
            assert await picture(bot).fetch() == png()

    run(story)


def test_of_a_photo_the_largest_size_is_fetched_and_of_an_album_every_message_is_heard() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            photos = [saved("JPEG", (40 + n, 30)) for n in range(3)]
            for photo in photos:
                far.sends(photo, media_group_id="77")
            await incoming(far, bot, 3)

            assert [(h.text, h.album) for h in bot.incoming] == [("", "77")] * 3
            assert [await content(h).pictures[0].fetch() for h in bot.incoming] == photos
            assert [h.message for h in bot.incoming] == ["1", "2", "3"]

    run(story)


def test_in_a_group_pictures_are_heard_where_they_are_meant_for_us() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl", chat=GROUP)
            await far.until(lambda: far.answers(GROUP))
            ours = far.answers(GROUP)[0].id
            far.sends(png(), chat=GROUP)
            far.sends(png(), caption="my holidays", chat=GROUP)
            far.sends(png(), chat=GROUP, reply_to=1)
            far.says("thank you", chat=GROUP, reply_to=1)
            far.says("/sl@another_bot", chat=GROUP, reply_to=ours)
            far.sends(png(), chat=GROUP, media_group_id="78")

            far.sends(png(), chat=GROUP, reply_to=ours)
            far.says("in *words*", chat=GROUP, reply_to=ours)
            far.sends(png(), caption=f"@{NAME} for the issue", chat=GROUP, media_group_id="79")
            far.sends(png(), chat=GROUP, media_group_id="79")
            far.sends(png(), caption="/story ops", chat=GROUP)
            await incoming(far, bot, 6)

            assert [(h.text, h.reply_to, h.album) for h in bot.incoming[1:]] == [
                ("", str(ours), None),
                ("in *words*", str(ours), None),
                ("for the issue", None, "79"),
                ("", None, "79"),
                ("/story ops", None, None),
            ]
            assert content(bot.incoming[2]).blocks == (Paragraph(plain("in *words*")),)
            assert len(content(bot.incoming[4]).pictures) == 1

    run(story)


def test_an_edited_caption_is_heard_again_as_the_same_message() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            sent = far.sends(png(), caption="first")
            await incoming(far, bot)
            photo = far.uploads.photo(png(9))
            edited = far.said(far.chat(5), sent, 5) | {"text": "", "caption": "second", **photo}
            far.push("edited_message", edited)
            await incoming(far, bot, 2)
            bold = {"type": "bold", "offset": 0, "length": 6}
            far.push("edited_message", edited)  # a preview was added, say
            far.push("edited_message", {**edited, "caption_entities": [bold]})
            await incoming(far, bot, 3)

            assert [(h.text, h.message) for h in bot.incoming] == [("first", "1"), ("second", "1"), ("second", "1")]
            assert content(bot.incoming[2]).blocks == (Paragraph((Span("second", strong=True),)),)

    run(story)


def test_stickers_and_notices_are_silence() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            sticker = {"file_id": "s", "file_unique_id": "s", "width": 9, "height": 9, "type": "regular"}
            where = {"message_id": 90, "date": 1, "chat": far.chat(5).json()}
            far.push("message", {**where, "sticker": {**sticker, "is_animated": False, "is_video": False}})
            far.push("message", {**where, "pinned_message": {**where, "text": "old"}})
            far.says("last")
            await incoming(far, bot)

            assert bot.incoming[0].text == "last"

    run(story)


# What comes when it is fetched


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("a.png", bytes(30_000_000), '"a.png" is larger than 10 MB: send it smaller.'),
        ("a.png", saved("PNG", (300, 200))[:-200], '"a.png" is not a whole picture: send it as PNG or JPEG.'),
        ("a.jpg", saved("JPEG", (300, 200))[:-9000], '"a.jpg" is not a whole picture: send it as PNG or JPEG.'),
        ("a.png", b"<!DOCTYPE html><title>Sign in</title>", '"a.png" is not a whole picture: send it as PNG or JPEG.'),
        ("a.webp", saved("WEBP"), '"a.webp" is not a whole picture: send it as PNG or JPEG.'),
        ("a.pdf", b"%PDF-1.7", '"a.pdf" is not a whole picture: send it as PNG or JPEG.'),
        ("a.png", bomb(), '"a.png" is longer than 8000 pixels on a side: send it smaller.'),
        ("a.png", b"", '"a.png" is not a whole picture: send it as PNG or JPEG.'),
    ],
)
def test_what_is_no_picture_is_one_sentence(name: str, sent: bytes, said: str) -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.sends(sent, name)
            await incoming(far, bot)
            with pytest.raises(UserError) as error:
                await picture(bot).fetch()
            assert str(error.value) == said
            assert not (len(sent) > 10_000_000 and far.called("getFile")), "it is not even asked for"

    run(story)


def test_a_file_that_is_gone_or_out_of_reach_is_one_sentence_and_the_token_is_in_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    photo = saved("JPEG")

    async def story() -> None:
        async with talking() as (far, bot, _):
            far.sends(photo)
            await incoming(far, bot)
            far.fault("500", "download")
            assert await picture(bot).fetch() == photo
            far.fault("before", "download", times=9)
            with pytest.raises(UserError, match="could not be fetched just now"):
                await picture(bot).fetch()
            far.uploads.forget()
            with pytest.raises(UserError, match="is not to be had any more"):
                await picture(bot).fetch()

    run(story)
    assert "could not be fetched" in caplog.text
    assert TOKEN not in caplog.text
