"""Who may ask what, and what the others hear."""

from __future__ import annotations

import re

from tests.stories.centre import ANNA, BORIS, STRANGER
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_a_stranger_hears_one_sentence_with_the_id_to_be_added_by(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhouse today", STRANGER)
        assert chat.id(STRANGER) in answer.text
        assert "%" not in answer.text
        assert answer.buttons == ()

    tell(story)


def test_who_sees_one_line_hears_of_no_other_and_of_no_agent_by_name(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        assert "80%" in (await chat.says("/sl inhouse today text", BORIS)).text
        everything = await chat.says("/sl", BORIS)
        assert "Inhouse" in everything.text
        assert "АКЦ" not in everything.text
        assert "Весь центр" not in everything.text

        for refused in ("/sl akc today", "/asa inhouse", "/sl today by day"):
            answer = await chat.says(refused, BORIS)
            figures = re.search(r"\d\s?%", answer.text)  # a metric may have the sign in its name
            assert not figures or refused == "/sl today by day", answer.text
            assert "50%" not in answer.text
        agents = await chat.says("/aht inhouse today by agent", BORIS)
        assert "60 сек." in agents.text
        assert "Анна" not in agents.text
        assert "a1" not in agents.text

    tell(story)


def test_who_may_not_see_names_is_told_so_whoever_they_name(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        for asked in ('/aht inhouse агент "Анна"', "aht агента Анны", "/aht inhouse agent=a1", "/aht оператор Никто"):
            answer = await chat.says(asked, BORIS)
            assert "Отдельные операторы вам не открыты" in answer.text, asked
            assert "60 сек." not in answer.text
        assert "/subscribe" in (await chat.says("/help", BORIS)).text
        # In a group nobody of this role has anything told unasked.
        assert "/subscribe" not in (await chat.says("/help", STRANGER, group=True)).text

    tell(story)


def test_in_a_group_everybody_asks_what_the_group_may(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhouse today text", STRANGER, group=True)
        assert "8 из 10 звонков" in answer.text
        # The head of the centre gets no more there than everybody: everybody reads it.
        refused = await chat.says("/sl akc today", ANNA, group=True)
        assert "%" not in refused.text

    tell(story)


def test_too_many_questions_get_one_notice(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        for _ in range(7):
            await chat.says("/lines", BORIS)
        notice = await chat.says("/lines", BORIS)
        assert "За минуту задано 7 вопросов" in notice.text
        assert await chat.is_silent("/lines", BORIS)
        assert "80%" in (await chat.says("/sl inhouse today text", ANNA)).text, "others are not concerned"

    tell(story)
