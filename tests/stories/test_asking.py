"""What a manager says between two meetings, and what they hear. The numbers are those of `centre`."""

from __future__ import annotations

import pytest

from tests.stories.centre import ANNA
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_one_line_today_with_its_plan_its_parts_and_its_picture(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhouse today", ANNA)

        assert "Service level, Inhouse, сегодня, 16 июня: 80% / 30 сек., план выполнен" in answer.text
        assert "80% / 30 сек. при плане 80% / 30 сек." in answer.text
        assert "8 из 10 звонков" in answer.text
        # The same weekday a week before, by the same time: 1 of 2.
        assert "вт, 9 июня, до 12:00" in answer.text
        assert "+30 п. п." in answer.text
        assert "Данные на 16 июня, 12:00" in answer.text
        assert answer.pictures == 1
        assert {"Вчера", "Неделя", "По часам", "Почему", "Excel"} <= set(answer.buttons)

    tell(story)


def test_the_same_in_english(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhouse today", ANNA)

        assert "Service level, Inhouse, today, June 16: 80% / 30 s, the plan is met" in answer.text
        assert "80% / 30 s against a plan of 80% / 30 s" in answer.text
        assert "8 of 10 calls" in answer.text
        assert "Tue, June 9, until 12:00" in answer.text
        assert "+30 pp" in answer.text
        assert {"Yesterday", "Week", "By hour", "Why"} <= set(answer.buttons)

    tell(story, "en")


def test_words_in_any_order_and_in_either_language_are_the_same_question(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        first = await chat.says("/sl inhouse yesterday text", ANNA)
        again = await chat.says("/СЛ вчера Инхаус текст", ANNA)

        assert "100% / 30 сек." in first.text
        assert "5 из 5 звонков" in first.text
        assert again == first
        assert first.pictures == 0

    tell(story)


def test_a_bare_metric_lists_every_line_against_its_norm(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl", ANNA)

        assert "✓ Inhouse: 80% / 30 сек. при плане 80% / 30 сек." in answer.text
        assert "! АКЦ Заселение: 50% / 30 сек. при плане 80% / 30 сек." in answer.text
        # 8 + 1 of 10 + 2.
        assert "Весь центр: 75% / 30 сек." in answer.text
        assert "9 из 12 звонков" in answer.text

    tell(story)


def test_a_private_message_is_a_question_without_any_slash(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("звонки акц сегодня", ANNA)
        assert "Объём входящих звонков, АКЦ Заселение, сегодня, 16 июня: 2" in answer.text

    tell(story)


def test_a_misspelt_line_is_answered_and_said_to_be_taken_for_another(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhose today text", ANNA)
        assert "«inhose» как «inhouse»" in answer.text
        assert "8 из 10 звонков" in answer.text

    tell(story)


def test_a_word_that_is_near_to_nothing_is_said_to_be_left_out(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl zzz text", ANNA)
        first, *_ = answer.text.split("\n")
        assert first.endswith("Не использовано: zzz.")
        assert "9 из 12 звонков" in answer.text  # of the whole centre

    tell(story)


def test_buttons_change_the_same_answer_in_place(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("/sl inhouse today", ANNA)
        yesterday = await chat.presses("Вчера", ANNA, until="вчера, 15 июня")
        assert "5 из 5 звонков" in yesterday.text
        assert "8 из 10" not in yesterday.text
        today = await chat.presses("Сегодня", ANNA, until="сегодня, 16 июня")
        assert "8 из 10 звонков" in today.text
        assert "5 из 5" not in today.text

    tell(story)


def test_why_says_who_gave_how_many_points_and_they_sum_to_the_whole(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/why sl akc today by hour", ANNA)

        # 1 of 2 against 80%: the one lost at 11:30 and the one taken at 11:00 fall into one hour: 50 - 80.
        assert "−30 п. п." in answer.text
        assert "11:00" in answer.text

        by_line = await chat.says("почему сл сегодня к прошлой неделе по линиям", ANNA)
        # Today 9/12 = 75%, a week ago 1/2 = 50%. Inhouse: (8 - 0.5 * 10)/12 = +25, AKC: (1 - 0.5 * 2)/12 = 0.
        assert "+25 п. п." in by_line.text

    tell(story)


def test_agents_are_ranked_by_name_for_those_who_may_see_names(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/aht inhouse today by agent", ANNA)
        # Every call is 60 seconds of talk, with neither hold nor wrap-up.
        assert "Анна Примерова: 60 сек." in answer.text
        assert "Борис Образцов: 60 сек." in answer.text

        one = await chat.says('/calls agent="Анна Примерова" today text', ANNA)
        # Four of Inhouse and one of AKC.
        assert "Анна Примерова, сегодня, 16 июня: 5" in one.text

    tell(story)


def test_an_answer_as_a_workbook(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/sl inhouse today by hour xlsx", ANNA)
        assert len(answer.files) == 1
        assert answer.files[0].endswith(".xlsx")

    tell(story)


def test_what_a_metric_is_and_from_what(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/explain sl inhouse", ANNA)
        assert "Ai / (A + B − Bi)" in answer.text
        assert "16 июня, 12:00" in answer.text
        assert "8 из 10 звонков" in answer.text

    tell(story)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("/help", "/sl"),
        ("/start", "/help"),
        ("/metrics", "/lcr"),
        ("/lines", "инхаус"),
        ("/status", "Звонки: 16 июня, 12:00"),
    ],
)
def test_what_can_be_asked_can_be_asked(tell: Tell, question: str, expected: str) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says(question, ANNA)
        assert expected in answer.text.replace("`", "")

    tell(story)


def test_the_digest_of_a_period(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/digest 1-15 june", ANNA, until="Рассчитано по записям")
        assert "За период с 1 по 15 июня" in answer.text
        # 9 and 15 June: 6 of 7 in time.
        assert "86% / 30 сек. при плане 80% / 30 сек." in answer.text
        assert answer.pictures >= 1

    tell(story)
