"""A report in the rich layout: its cover as ever, and under it one message that Telegram takes and a person reads."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.protocol import Front
from bot.channels.slack.channel import SlackChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.render import Album, Photo, RichMessage, TextMessage, parts
from bot.channels.telegram.settings import TelegramConfig
from bot.chat.message import Incoming, Reply
from digests.document import (
    Action,
    Actions,
    Block,
    Bullets,
    Document,
    FactRow,
    Facts,
    Heading,
    Headline,
    Item,
    Note,
    Paragraph,
    Span,
    Table,
    plain,
)
from metrics.answers import Verdict
from tests.channels.documents import SAMPLES, picture, words
from tests.delivery.kit import GROUP, GROUPS, TARGETS, TELEGRAM, channels, issue, scene
from tests.doubles.clock import LONGEST_S
from tests.doubles.telegram import TOKEN
from tests.doubles.telegram_rich import RichText

CHART = replace(picture(1), finding="Worst on 10 June & 11 June")


def report(sl: str = "88 %", *more: Block) -> Document:
    return Document(
        "Digest",
        (
            Heading("Digest", 1),
            Headline("One figure is below plan."),
            picture(0),
            Heading("Service"),
            Facts(
                (
                    FactRow("Service level", sl, Verdict.MET),
                    FactRow("AHT", "294 sec. of 290", Verdict.MISSED, remarks=("Inhouse",)),
                    FactRow("Chats <new>", "12", Verdict.NONE, part=True),
                )
            ),
            CHART,
            Heading("Why it takes long"),
            Paragraph((Span("We "), Span("talk", strong=True), Span(" of keys: " + words(150)))),
            Bullets((Item(plain("who"), Bullets((Item(plain("and when")),))),), ordered=True),
            Table(("Day", "Calls"), (("10 June", "123"), ("11 June", "−4"))),
            Heading("A word"),
            Paragraph(plain("Short.\nTwo lines.")),
            *more,
            Note("As of 9:00."),
            Actions((Action("Why", "why sl"),)),
        ),
        "en",
    )


def rich(document: Document) -> RichMessage:
    (message,) = [part for part in parts(document, "rich") if isinstance(part, RichMessage)]
    return message


def test_what_follows_the_cover_is_one_message() -> None:
    cover, message = parts(report(), "rich")

    assert isinstance(cover, Photo)
    assert "One figure is below plan." in cover.caption
    assert isinstance(message, RichMessage)
    assert [button.label for row in message.buttons for button in row] == ["Why"]
    read = RichText(message.html)
    long = "We talk of keys: " + words(150)
    assert read.lines == [
        "Service",
        "✓ Service level | 88 %",
        "! AHT (Inhouse) | 294 sec. of 290",
        "– Chats <new> | 12",
        "Worst on 10 June & 11 June",
        "Why it takes long",
        long,
        "who",
        "and when",
        "Day | Calls",
        "10 June | 123",
        "11 June | −4",
        "A word",
        "Short.",
        "Two lines.",
        "As of 9:00.",
    ]
    assert read.folded == ["Why it takes long"]  # the long column alone: figures and a short word stay open
    assert read.photos == [photo.name for photo in message.photos] == [CHART.key]
    assert '<td align="right"><b>294 sec. of 290</b></td>' in message.html


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(tuple(Paragraph(plain(words(900))) for _ in range(6)), id="letters"),
        pytest.param(tuple(Paragraph(plain("a")) for _ in range(500)), id="blocks"),
        pytest.param((Table(tuple("abcdefghijklmnopqrstu"), (tuple("a" * 21),)),), id="columns"),
    ],
)
def test_what_one_message_does_not_hold_is_posted_as_ever(more: tuple[Block, ...]) -> None:
    document = report("88 %", *more)

    assert parts(document, "rich") == parts(document)


@pytest.mark.parametrize("name", SAMPLES)
def test_whatever_a_document_is_the_service_takes_it(name: str) -> None:
    for part in parts(SAMPLES[name], "rich"):
        if isinstance(part, RichMessage):
            assert RichText(part.html).photos == [photo.name for photo in part.photos]
        else:
            assert isinstance(part, TextMessage | Photo | Album) or part in parts(SAMPLES[name])


async def _silent(incoming: Incoming) -> Reply | None:
    return None


def connect(telegram: str, slack: str) -> list[TelegramChannel | SlackChannel]:
    """Both channels; one group of Telegram's wishes the rich layout."""
    settings = TelegramConfig(api_url=telegram, layout={str(GROUPS[0]): "rich"})
    return [TelegramChannel(settings, TOKEN, Front(_silent, (), "en"), TELEGRAM), *channels(telegram, slack)[1:]]


def test_it_is_posted_where_it_is_wished_and_corrected_by_one_call(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.timeout(LONGEST_S), scene(tmp_path, connect) as at:
            await at.poster.post(issue(report()), TARGETS[:2])
            cover, shown = at.far.answers(GROUPS[0])
            assert cover.picture
            assert shown.rich
            assert (shown.pictures, shown.labels) == ((CHART.image,), ["Why"])
            assert "✓ Service level | 88 %" in shown.text
            assert not any(message.rich for message in at.far.answers(GROUPS[1]))

            before, after = (at.connected[0].parts(report(sl), "rich")[1] for sl in ("88 %", "87 %"))
            receipt = {"chat": str(GROUPS[0]), "messages": [shown.id]}
            at.far.calls.clear()
            await at.connected[0].edit(GROUP.place, receipt, after, before)
            await at.connected[0].edit(GROUP.place, receipt, after)  # once more is no harm

            assert [call.method for call in at.far.calls] == ["editMessageText", "editMessageText"]
            assert "✓ Service level | 87 %" in shown.text
            assert shown.labels == ["Why"]

    asyncio.run(story())
