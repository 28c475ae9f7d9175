"""Killed with -9 at an edit, or at what is posted anew: it goes on after the next start, and nothing is there twice."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal

import pytest

from bot.delivery.model import Publication
from digests.document import Document, Heading, Paragraph, plain
from tests.corrections import child
from tests.corrections.bureau import DAY, TARGETS, Bureau
from tests.corrections.child import AFTER, BEFORE
from tests.corrections.conftest import Tell
from tests.corrections.test_parts import POSTED
from tests.delivery.kit import GROUPS, ROOMS, chart, words

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "tests.corrections.child"])


async def killed(b: Bureau, *how: object) -> None:
    given = (b.at.far.url, b.at.slack.base, b.at.root, *how)
    process = FORKS.Process(target=child.run, args=given, daemon=True)
    process.start()
    await asyncio.to_thread(process.join, 30)
    assert process.exitcode == -signal.SIGKILL


async def decided(b: Bureau) -> None:
    """Somebody has pressed, and the process that heard it is gone before it did anything.

    On each platform there are two texts and an album of two pictures, of which one is another now.
    """
    posted = Publication("digest:daily", DAY, document("was", 1), figures=POSTED)
    await b.posted(posted, TARGETS)
    b.decided(Publication("digest:daily", DAY, document("is", 2), figures=POSTED))


def document(word: str, number: int) -> Document:
    texts = [Paragraph(plain(words(600, f"{word}{n}x"))) for n in range(4)]
    return Document("Digest", (Heading("Digest", 1), *texts, chart(number), chart(9)), "en")


@pytest.mark.parametrize(
    ("platform", "verb", "when", "at"),
    [
        ("telegram", "edit", AFTER, 1),
        ("telegram", "edit", BEFORE, 2),
        ("slack", "edit", BEFORE, 1),
        ("slack", "send", AFTER, 1),
        ("slack", "send", BEFORE, 2),
    ],
)
def test_it_goes_on_and_does_nothing_twice(told: Tell, platform: str, verb: str, when: str, at: int) -> None:
    async def story(b: Bureau) -> None:
        await decided(b)
        await killed(b, platform, verb, when, at)
        assert b.statuses() == ["applying"]
        b.restart()
        await b.at.poster.resume()
        await b.corrections.carry_out()
        await b.corrections.idle()

        assert b.statuses() == ["applied"]
        album, texts = b.at.far.answers(GROUPS[0])[:2], b.at.far.answers(GROUPS[0])[2:]
        assert [message.picture for message in album] == [chart(2).image, chart(9).image]
        assert len(texts) == len(b.at.there(TARGETS[0])) - 1
        below = [message for message in b.at.slack.channels[ROOMS[0]].messages if message.thread]
        assert [[file["name"] for file in message.files] for message in below] == [[], ["chart-2.png"]]
        for target in TARGETS:
            said = " ".join(b.at.there(target))
            assert (said.count("is3x599"), said.count("was")) == (1, 0)
        assert b.told.words == {}

    told(story)
