"""A question goes on from the one before: each answer is what the next words are about."""

from __future__ import annotations

from tests.stories.centre import ANNA, BORIS, STRANGER
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_a_follow_up_changes_one_thing_and_says_so(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("sl inhouse сегодня текст", ANNA)

        yesterday = await chat.says("а вчера?", ANNA)
        assert "Понял как: Service level, Inhouse, вчера, текстом (вчера вместо «сегодня»)." in yesterday.text
        assert "5 из 5 звонков" in yesterday.text

        line = await chat.says("а по акц сегодня", ANNA)
        assert "АКЦ Заселение вместо «Inhouse»; сегодня вместо «вчера»" in line.text
        assert "1 из 2 звонков" in line.text

        hours = await chat.says("по часам", ANNA)
        assert "Понял как: Service level, АКЦ Заселение, сегодня, по часам, текстом (по часам)." in hours.text
        assert "50%, 1 из 2" in hours.text

        why = await chat.says("почему?", ANNA)
        assert "Понял как: почему, Service level, АКЦ Заселение, сегодня" in why.text
        assert "−30 п. п." in why.text

    tell(story)


def test_more_of_the_same_is_in_shorter_parts_and_earlier_is_the_day_before(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("sl inhouse вчера текст", ANNA)

        hours = await chat.says("подробнее", ANNA)
        assert "Понял как: Service level, Inhouse, вчера, по часам" in hours.text

        parts = await chat.says("ещё", ANNA)
        assert "по получасам" in parts.text

        # The week's map, and every weekend: the same words as in a question of their own.
        week = await chat.says("тепловая карта звонков за июнь текст", ANNA)
        assert "по дням недели и часам" in week.text
        weekends = await chat.says("звонки по выходным в июне текст", ANNA)
        assert "по выходным, июнь" in weekends.text

        plan = await chat.says("установи план sl inhouse 85", ANNA)
        assert "Планы в чате не меняются" in plan.text

    tell(story)


def test_a_workbook_comes_beside_and_the_conversation_goes_on_from_the_answer(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("sl inhouse сегодня текст", ANNA)
        book = await chat.says("в эксель", ANNA)
        assert len(book.files) == 1
        assert "5 из 5 звонков" in (await chat.says("а вчера?", ANNA)).text

    tell(story)


def test_a_whole_question_does_not_go_on_from_another(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("sl inhouse вчера текст", ANNA)
        answer = await chat.says("/sl akc today text", ANNA)
        assert "1 из 2 звонков" in answer.text
        assert "Понял как" not in answer.text

    tell(story)


def test_a_reply_in_a_group_is_a_question_about_that_answer(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("/sl inhouse today text", STRANGER, group=True)
        yesterday = await chat.says("а вчера?", STRANGER, group=True, under=True)
        assert "5 из 5 звонков" in yesterday.text
        # What the group may not see, it hears that it may not.
        closed = await chat.says("а по акц?", STRANGER, group=True, under=True)
        assert "Линия «АКЦ Заселение» вам не открыта" in closed.text
        assert "50%" not in closed.text

    tell(story)


def test_who_may_see_one_line_goes_on_to_no_other(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("sl inhouse сегодня текст", BORIS)
        assert "Линия «АКЦ Заселение» вам не открыта" in (await chat.says("а по акц?", BORIS)).text
        # A refusal is no answer: the next words are about the one before.
        assert "5 из 5 звонков" in (await chat.says("а вчера?", BORIS)).text
        agents = await chat.says("а Анна Примерова?", BORIS)
        assert "Примерова" not in agents.text
        assert "%" not in agents.text

    tell(story)


def test_back_undoes_a_button(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("/sl inhouse today text", ANNA)
        yesterday = await chat.presses("Вчера", ANNA, until="вчера, 15 июня")
        assert "Назад" in yesterday.buttons
        week = await chat.presses("Неделя", ANNA, until="13 из 15")
        assert "5 из 5" not in week.text
        assert "вчера, 15 июня" in (await chat.presses("Назад", ANNA, until="вчера, 15 июня")).text
        today = await chat.presses("Назад", ANNA, until="сегодня, 16 июня")
        assert "8 из 10 звонков" in today.text
        assert "Назад" not in today.buttons

    tell(story)


def test_a_workbook_is_beside_the_answer_and_back_still_undoes_the_button_before(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        await chat.says("/sl inhouse today text", ANNA)
        await chat.presses("Вчера", ANNA, until="вчера, 15 июня")
        await chat.presses("Excel", ANNA)
        both = chat.stands(ANNA)
        # The workbook's own message tells the finding once more.
        assert both.text.count("5 из 5 звонков") == 2
        assert [name[-5:] for name in both.files] == [".xlsx"]
        await chat.presses("Назад", ANNA)
        undone = chat.stands(ANNA)
        assert "8 из 10 звонков" in undone.text
        assert undone.text.count("5 из 5 звонков") == 1
        assert undone.files == both.files

    tell(story)


def test_what_a_metric_is_not_told_by_is_refused_in_the_reader_s_words(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        parts = "по часам, по дням, по неделям, по месяцам, по получасам, по линиям, по источникам"
        for asked in ("/leads by agent", "/why leads by agent"):
            told = (await chat.says(asked, ANNA)).text.replace("\N{NO-BREAK SPACE}", " ")
            assert f"Метрика «Интернет-лиды» не делится по операторам. Она делится {parts}." in told

    tell(story)


def test_a_wish_in_words_is_carried_out_by_a_press(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        asked = await chat.says("присылай мне sl inhouse каждое утро", ANNA)
        assert asked.text.startswith("Присылать ежедневно в 09:30: Service level, Inhouse, вчера?")
        done = await chat.presses("Присылать", ANNA, until="Подписка")
        assert ": Service level, Inhouse, вчера, ежедневно в 09:30. Впервые придёт 17 июня" in done.text

        watched = await chat.says("сообщи если sl inhouse упадёт ниже 80", ANNA)
        assert "Service level, Inhouse ниже 80%" in watched.text
        assert "Оповещение" in (await chat.presses("Сообщать", ANNA, until="Оповещение")).text

        await chat.says("sl акц сегодня текст", ANNA)
        later = await chat.says("напомни в 18:00", ANNA)
        assert later.text.startswith("Напомнить 16 июня в 18:00: Service level, АКЦ Заселение, сегодня, текстом?")
        # A word does as well as a press.
        assert "Напомню 16 июня в 18:00" in (await chat.says("да", ANNA)).text

    tell(story)


def test_what_may_not_be_seen_is_not_promised(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        for wish in (
            "присылай мне sl акц каждое утро",
            "сообщи если sl акц упадёт ниже 80",
            "напомни завтра про sl акц",
        ):
            assert "Линия «АКЦ Заселение» вам не открыта" in (await chat.says(wish, BORIS)).text, wish
        # Nobody of this role has anything told in the group.
        group = await chat.says("/sl inhouse today text", STRANGER, group=True)
        assert "8 из 10" in group.text
        assert await chat.is_silent("присылай это каждое утро", STRANGER, group=True, under=True)

    tell(story)
