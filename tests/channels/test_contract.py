"""What every channel keeps to, over the same documents: nothing is left out, in the order it was said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.files import page, render
from bot.channels.protocol import Channel, NotEditable
from bot.channels.slack.render import Post, SlackFiles
from bot.channels.slack.render import parts as slack_parts
from bot.channels.telegram.render import Album, File, Photo, TextMessage
from bot.channels.telegram.render import parts as telegram_parts
from bot.delivery.model import Target
from digests.document import Document, Picture
from digests.localizer import Localizer
from tests.channels.documents import SAMPLES, said_in
from tests.delivery.kit import GROUP, ROOM, scene
from tests.doubles.clock import LONGEST_S
from tests.doubles.slack_blocks import shown
from tests.doubles.telegram_text import parsed

Shown = tuple[str, int]
"""The words of a document as a channel shows them, and how many pictures."""


def _telegram(document: Document) -> Shown:
    texts, pictures = [], 0
    for part in telegram_parts(document):
        match part:
            case TextMessage(html):
                texts.append(parsed(html)[0])
            case Photo(_, _, caption):
                texts.append(parsed(caption)[0])
                pictures += 1
            case File(_, _, caption):
                texts.append(parsed(caption)[0])
            case Album(photos):
                texts += [parsed(photo.caption)[0] for photo in photos]
                pictures += len(photos)
    return "\n".join(texts), pictures


def _slack(document: Document) -> Shown:
    texts, pictures = [], 0
    for part in slack_parts(document):
        match part:
            case Post(_, blocks):
                texts.append(shown(list(blocks)))
            case SlackFiles(uploads):
                pictures += sum(upload.name.endswith(".png") for upload in uploads)
    return "\n".join(texts), pictures


def _text(document: Document) -> Shown:
    return render.text(document), sum(isinstance(block, Picture) for block in document.blocks)


def _page(document: Document) -> Shown:
    html = page.html(document, Localizer("en"))
    return re.sub(r"<[^>]+>", "", html), html.count("<img ")


CHANNELS: dict[str, Callable[[Document], Shown]] = {
    "telegram": _telegram,
    "slack": _slack,
    "text": _text,
    "page": _page,
}
PLAIN = [name for name in SAMPLES if name not in ("hostile strings", "characters of two units")]
"""Documents of letters and digits, which no channel has a reason to write in another way."""


def _letters(text: str) -> str:
    """Letters and digits alone, in one case: how a channel spaces, marks and shouts is its own."""
    return "".join(character for character in text.casefold() if character.isalnum())


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", PLAIN)
def test_every_word_is_said_on_every_channel_in_its_order(channel: str, name: str) -> None:
    words = _letters(CHANNELS[channel](SAMPLES[name])[0])
    for said in said_in(SAMPLES[name]):
        assert _letters(said) in words, said


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_picture_is_shown_once(channel: str, name: str) -> None:
    pictures = sum(isinstance(block, Picture) for block in SAMPLES[name].blocks)
    assert CHANNELS[channel](SAMPLES[name])[1] == pictures


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_same_document_is_the_same_parts(channel: str) -> None:
    for document in SAMPLES.values():
        assert CHANNELS[channel](document) == CHANNELS[channel](document)


@pytest.mark.parametrize("target", [GROUP, ROOM], ids=["telegram", "slack"])
def test_whatever_was_sent_may_be_made_the_same_again_where_it_stands(target: Target, tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.timeout(LONGEST_S), scene(tmp_path) as at:
            channel: Channel = next(each for each in at.connected if each.key == target.platform)
            place = target.place
            for name in SAMPLES:
                for part in channel.parts(SAMPLES[name]):
                    receipt = await channel.send(place, part)
                    before = at.there(target)
                    if isinstance(part, SlackFiles):  # the one thing that Slack does not replace
                        with pytest.raises(NotEditable):
                            await channel.edit(place, receipt, part)
                    else:
                        assert await channel.edit(place, receipt, part) == receipt, name
                    assert at.there(target) == before
            assert at.slack.wrongs == []

    asyncio.run(story())
