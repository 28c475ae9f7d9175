"""What is said beside questions, and that people are left to talk to each other."""

from __future__ import annotations

from tests.stories.centre import ANNA, BORIS, STRANGER
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_thanks_and_a_greeting_get_a_word_and_a_thumb_gets_none(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        assert (await chat.says("Спасибо большое!", ANNA)).text == "Пожалуйста."
        assert (await chat.says("Добрый день, коллеги", ANNA)).text == "Здравствуйте! Что показать?"
        assert await chat.is_silent("👍", ANNA)
        assert await chat.is_silent("ок, понял", ANNA)

    tell(story)


def test_talk_under_an_answer_gets_silence_and_a_question_there_an_answer(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhouse today text", STRANGER, group=True)
        assert "8 из 10 звонков" in answer.text

        for talk in ("спасибо!", "коллеги, гляньте, у нас опять просадка", "Борис, ты сегодня до скольки?", "👍"):
            assert await chat.is_silent(talk, STRANGER, group=True, under=True), talk
        yesterday = await chat.says("sl inhouse вчера текст", STRANGER, group=True, under=True)
        assert "5 из 5 звонков" in yesterday.text
        # What the group may not see is said there, too.
        refused = await chat.says("sl акц сегодня", STRANGER, group=True, under=True)
        assert "Линия «АКЦ Заселение» вам не открыта" in refused.text

    tell(story)


def test_a_question_that_is_edited_into_talk_leaves_its_answer(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("sl inhouse сегодня текст", ANNA)

        assert await chat.edits("ладно, потом посмотрю", ANNA) is None
        assert await chat.edits("спасибо", ANNA) is None
        changed = await chat.edits("sl inhouse вчера текст", ANNA, until="5 из 5")
        assert changed is not None
        assert "8 из 10" not in changed.text

    tell(story)


def test_thanks_are_no_part_of_a_column_that_is_being_written(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.writes("/story support", ANNA, until="Рубрика")
        thanks = await chat.says("спасибо", ANNA)
        assert "Пожалуйста" in thanks.text
        assert "текст остаётся открытым" in thanks.text
        column = await chat.writes("В мае мы ответили на все чаты.", ANNA, until="ответили на все чаты")
        assert "пасибо" not in column.text.partition("Так")[2]

    tell(story)


def test_an_english_reader_in_a_russian_group_is_answered_in_english(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        russian = await chat.says("/sl inhouse today text", BORIS, group=True)
        assert "8 из 10 звонков" in russian.text
        english = await chat.says("what is sl inhouse today text", STRANGER, group=True, under=True)
        assert "8 of 10 calls" in english.text
        assert "8 of 10 calls" in (await chat.says("/sl inhouse today text", STRANGER, group=True)).text

    tell(story)
