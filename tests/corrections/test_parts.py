"""A corrected text may need more messages than the posted one, or fewer: nothing is lost, nothing stands twice."""

from __future__ import annotations

from datetime import date

import pytest

from bot.corrections.model import PartMatch, match_parts
from bot.delivery.listing import listed
from bot.delivery.model import Publication, Target
from digests.catalogue import BIWEEKLY
from digests.document import Document, Heading, Paragraph, Picture, plain
from digests.snapshot import PastCorrection, PostedReport, PrintedChange
from tests.corrections.bureau import DAY, TARGETS, Bureau
from tests.corrections.conftest import Tell
from tests.delivery.kit import chart, words

BOTH = pytest.mark.parametrize("target", TARGETS, ids=["telegram", "slack"])
POSTED = PostedReport(
    BIWEEKLY, (), (0, 0), marks=(PastCorrection(date(2026, 6, 18), (PrintedChange("sl", "SL", "84%", "83%"),)),)
)


def document(*counts: int, charts: tuple[Picture, ...] = ()) -> Document:
    """Sections of so many words, of which a message holds 900 or fewer."""
    sections = [(Heading(f"Section {n}"), Paragraph(plain(words(count, f"s{n}w")))) for n, count in enumerate(counts)]
    return Document("Digest", (*charts, *(block for section in sections for block in section)), "en")


async def corrected(b: Bureau, target: Target, before: Document, after: Document) -> None:
    """A document is posted, and somebody decided that another one is to stand there."""
    await b.posted(Publication("digest:daily", DAY, before, figures=POSTED), [target])
    await revised(b, after)


async def revised(b: Bureau, after: Document) -> None:
    b.decided(Publication("digest:daily", DAY, after, figures=POSTED))
    await b.corrections.carry_out()
    await b.corrections.idle()


def stands(b: Bureau, target: Target) -> list[str]:
    return b.at.there(target)


@BOTH
def test_what_no_message_is_left_for_is_posted_under_the_others(told: Tell, target: Target) -> None:
    async def story(b: Bureau) -> None:
        before, after = document(500, 500), document(510, 510, 2400)
        await corrected(b, target, before, after)

        there = stands(b, target)
        assert len(there) > 2
        said = " ".join(there)
        for count, n in ((510, 0), (510, 1), (2400, 2)):
            assert all(said.count(f"s{n}w{number}") >= 1 for number in range(count))
        assert said.count("s0w509") == said.count("s2w2399") == 1
        (delivery,) = b.at.state.do(listed)
        assert [part["part_status"] for part in delivery.parts] == ["sent"] * len(there)
        if target is TARGETS[0]:
            messages = b.at.far.answers(-101)
            assert [message.reply_to for message in messages[-2:]] == [1, 1]
        else:
            messages = b.at.slack.channels["C1"].messages  # type: ignore[assignment]
            assert {message.thread for message in messages[1:] if message.thread} == {messages[0].ts}  # type: ignore[attr-defined]

        # And what stands there now can be corrected again.
        await revised(b, document(520, 520, 2410))
        assert "s2w2409" in " ".join(stands(b, target))
        assert len(stands(b, target)) == len(there)

    told(story)


def test_texts_around_a_picture_take_the_places_of_texts_and_the_picture_stays(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        def around(first: int, last: int) -> Document:
            top, end = document(first), Paragraph(plain(words(last, "end")))
            return Document("Digest", (*top.blocks, chart(1), end), "en")

        await corrected(b, TARGETS[1], around(500, 100), around(1800, 110))
        messages = b.at.slack.channels["C1"].messages
        assert [(len(message.files), message.edited, message.thread) for message in messages] == [
            (0, True, None),
            (1, False, None),
            (0, True, None),
            (0, False, messages[0].ts),
        ]
        said = " ".join(b.at.there(TARGETS[1]))
        assert (said.count("s0w1799"), said.count("end99"), said.count("end109")) == (1, 1, 1)

    told(story)


@BOTH
def test_a_message_that_is_not_needed_any_more_says_so(told: Tell, target: Target) -> None:
    async def story(b: Bureau) -> None:
        await corrected(b, target, document(500, 500, 2400), document(510, 100))

        *texts, last = stands(b, target)
        assert "s1w99" in " ".join(texts)
        assert "s2w" not in " ".join((*texts, last))
        assert "What stood here is in the message above now." in last.replace("_", "")
        await revised(b, document(400, 90))
        assert "s0w509" not in " ".join(stands(b, target))

    told(story)


def test_an_album_of_another_number_of_pictures_is_posted_under_the_old_one(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        before, after = document(10, charts=(chart(1), chart(2))), document(10, charts=(chart(1), chart(2), chart(3)))
        await corrected(b, TARGETS[0], before, after)

        *album, _text, new = b.at.far.answers(-101)
        assert [message.picture for message in album] == [chart(1).image, chart(2).image]
        assert (new.picture, new.reply_to) == (chart(3).image, album[0].id)
        assert "SL 84% → 83%" in new.text

    told(story)


def test_parts_of_a_kind_are_paired_in_their_order() -> None:
    assert match_parts(["a", 1, "b"], [2, "c", "d", "e"]) == PartMatch({0: 1, 1: 0, 2: 2}, (3,), ())
    assert match_parts(["a", 1, "b"], ["c"]) == PartMatch({0: 0}, (), (1, 2))
