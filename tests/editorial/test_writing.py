"""A column is written in the chat: message by message, as it will be read, and nothing that was shown is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.editorial import writing
from digests.document import Bullets, Item, Paragraph, Picture, Span, plain
from tests.editorial.newsroom import ANNA, BORIS, EDITORS, STRANGER, VERA, Newsroom, pictures, pressable, shown, told_by

LINK = Paragraph((Span("See "), Span("the page", link="https://example.com/"), Span(" 🎉", strong=True)))
LIST = Bullets((Item(plain("one")), Item(plain("two"))))


def test_from_the_first_word_to_the_editors(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        opened = await room.writes(ANNA, "/story support")
        assert 'The column of "Support" for the issue of June 1–15' in shown(opened)
        assert opened is not None
        assert list(pressable(opened.document)) == ["Cancel"]

        first = await room.writes(ANNA, "A calm June", "We answered.")
        assert first is not None
        assert first.instead == opened.instead  # it stands in its place
        second = await room.writes(ANNA, LINK, LIST, pictures=2)
        assert second is not None
        assert shown(second).startswith("A CALM JUNE\nWe answered.")
        assert LINK in second.document.blocks
        assert LIST in second.document.blocks
        assert (pictures(second), "Anna Example" in shown(second)) == (2, True)
        buttons = pressable(second.document)
        assert list(buttons) == ["Done", "Start over", "Cancel"]
        # A press of another answer and a command are no text of the column.
        assert "no such" not in await room.presses(ANNA, "sl inhouse today")

        assert '"A calm June" (Support) is sent' in await room.presses(ANNA, buttons["Done"])
        contents = await room.presses(VERA, "issue")
        assert "1. A calm June (Support, Anna Example, handed in)" in contents
        assert "Owed: Sales desk (telegram:2)." in contents

    told_by(story, tmp_path)


def test_an_album_and_whatever_comes_together_is_shown_once(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        sent = [room.writes(ANNA, *(["Our room"] if not n else []), pictures=1, album="a") for n in range(5)]
        replies = await asyncio.gather(*sent)
        last = [reply for reply in replies if reply]
        assert len(last) == 1
        alts = [block.alt_text for block in last[0].document.blocks if isinstance(block, Picture)]
        assert alts == ["Our room", *["Support"] * 4]

    told_by(story, tmp_path)


def test_an_edited_message_stands_in_its_own_place(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        await room.writes(ANNA, "First, with a tpyo.", message="77")
        await room.writes(ANNA, "Second.")
        again = await room.writes(ANNA, "First, without.", message="77")
        assert shown(again).startswith("SUPPORT\nFirst, without.\n\nSecond.")

    told_by(story, tmp_path)


def test_after_a_kill_in_the_middle_the_next_message_goes_on(tmp_path: Path) -> None:
    async def before(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        await room.writes(ANNA, "Shown before the kill.")

    async def after(room: Newsroom) -> None:
        assert "Shown before the kill.\n\nAnd after." in shown(await room.writes(ANNA, "And after."))

    told_by(before, tmp_path)
    told_by(after, tmp_path)


def test_a_column_that_was_sent_stays_as_it_was_until_it_is_sent_anew(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story support", "The first words.")
        await room.writes(ANNA, "/done")

        opened = await room.writes(ANNA, "/story")
        assert opened is not None
        assert "The first words." in shown(opened)
        await room.writes(ANNA, "More of them.")
        assert "More of them." not in await room.presses(VERA, "issue show s1")
        assert "stays as it was sent" in await room.presses(ANNA, pressable(opened.document)["Cancel"])
        assert "More of them." not in shown(await room.writes(ANNA, "/story"))

        await room.writes(ANNA, "At last.")
        await room.writes(ANNA, "/done")
        assert "The first words.\n\nAt last." in await room.presses(VERA, "issue show s1")

    told_by(story, tmp_path)


def test_begun_anew_and_cancelled(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        preview = await room.writes(ANNA, "Nonsense")
        assert preview is not None
        buttons = pressable(preview.document)
        assert "Nonsense" not in await room.presses(ANNA, buttons["Start over"])
        assert "nothing to send" in await room.presses(ANNA, buttons["Done"])
        assert "Sense" in shown(await room.writes(ANNA, "Sense"))
        assert "the column is dropped" in await room.presses(ANNA, buttons["Cancel"])
        assert "There are no columns yet." in await room.presses(VERA, "issue")
        assert "not there any more" in await room.presses(ANNA, buttons["Done"])
        # No column is open: what is written now is a question.
        assert "Sense" not in shown(await room.writes(ANNA, "Sense again"))

    told_by(story, tmp_path)


def test_a_dialogue_ends_by_itself_and_its_text_is_kept(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        await room.writes(ANNA, "Kept.")
        await room.at("2027-06-14 18:01")
        assert "Kept." not in shown(await room.writes(ANNA, "calls today"))
        assert "No column is open here" in shown(await room.writes(ANNA, "/done"))
        assert "Kept." in shown(await room.writes(ANNA, "/story helpers"))

    told_by(story, tmp_path)


def test_who_may_write(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        refused = shown(await room.writes(STRANGER, "/story support"))
        assert refused == (
            "Columns are written by the people of the departments: ask the administrator to add you to one, your id is "
            "telegram:9."
        )
        assert 'no department "support"' in shown(await room.writes(BORIS, "/story support"))
        await room.writes(ANNA, "/story", "Of Anna alone.")
        assert "add you to one" in await room.presses(BORIS, "story done 1")
        assert "put together by its editors" in await room.presses(ANNA, "issue")
        which = await room.writes(VERA, "/рубрика")
        assert which is not None
        assert pressable(which.document) == {"Support": "story support", "Sales desk": "story sales"}
        assert "Рубрика «Sales desk»" in shown(await room.writes(VERA, "/рубрика Sales desk"))
        assert "1. Support (Support, Anna Example, being written)" in await room.presses(STRANGER, "issue", EDITORS)

    told_by(story, tmp_path)


def test_what_does_not_fit_is_said_and_the_rest_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_PICTURES", 2)
    monkeypatch.setattr(writing, "MOST_TEXT", 20)

    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        assert pictures(await room.writes(ANNA, pictures=2)) == 2
        more = await room.writes(ANNA, pictures=1)
        assert (pictures(more), "at most 2 pictures" in shown(more)) == (2, True)
        assert "at most 20 characters" in shown(await room.writes(ANNA, "x" * 21))
        assert "It fits." in shown(await room.writes(ANNA, "It fits."))

    told_by(story, tmp_path)


def test_dozens_of_messages_are_no_flood_of_questions(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        sent = [room.writes(ANNA, f"Line {number}.") for number in range(30)]
        (last,) = [reply for reply in await asyncio.gather(*sent) if reply]
        assert shown(last).count("Line ") == 30

    told_by(story, tmp_path)


def test_what_comes_too_late_is_for_the_next_issue(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story")
        await room.writes(ANNA, "Written before ten.")
        await room.at("2027-06-16 07:00")
        assert "published now" in await room.presses(VERA, room.buttons(EDITORS)["Publish now"], EDITORS)
        await room.quiet()
        assert len(room.posted()) == 1
        said = await room.presses(ANNA, "story done 1")
        assert '"Support" (Support) is sent to the editors: the issue of June 16–30' in said
        assert "Support" in await room.presses(VERA, "issue")

    told_by(story, tmp_path)
