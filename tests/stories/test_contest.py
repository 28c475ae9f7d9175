"""The contest as it is asked for in a chat. The totals are those of `centre`."""

from __future__ import annotations

from tests.stories.centre import ANNA, BORIS
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_the_rating_with_its_picture(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/rating", ANNA)

        assert "Курс на пентхаус: рейтинг на 16 июня" in answer.text
        assert "Борис Образцов впереди, Анна Примерова отстаёт на 1 резерв." in answer.text
        # By the end of the 15th it was so already.
        assert "1. Борис Образцов: 3, =" in answer.text
        assert "2. Анна Примерова: 2, =, 1 до финала" in answer.text
        assert answer.pictures == 1
        assert {"Моё место", "Команды"} <= set(answer.buttons)

    tell(story)


def test_my_place_is_found_by_who_asks_and_pressed_from_the_rating(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        anna = await chat.says("рейтинг моё место", ANNA)
        assert "Место: 2 из 2, =" in anna.text
        assert "До 1-го места: 1 резерв (Борис Образцов)" in anna.text

        # Whoever may not know names knows their own place, and not whose the next one is.
        boris = await chat.says("/rating me", BORIS)
        assert "Место: 1 из 2, =" in boris.text
        assert "Отрыв от следующего: 1 резерв" in boris.text
        assert "Анна" not in boris.text
        assert "1. участник: 3" in (await chat.says("/rating", BORIS)).text

        await chat.says("/rating", ANNA, until="Данные на")
        pressed = await chat.presses("Моё место", ANNA)
        assert "Место: 2 из 2, =" in pressed.text

    tell(story)


def test_in_a_group_there_are_no_names_and_nothing_to_press(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/rating june", ANNA, group=True)

        assert "У лидера 3 резерва, следующий отстаёт на 1 резерв." in answer.text
        assert "Борис" not in answer.text
        assert answer.buttons == ()

    tell(story)


def test_a_contest_that_is_not_there(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/rating july", ANNA)

        assert "Нет конкурса «july». Есть: june." in answer.text

    tell(story)


def test_the_same_in_english(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/rating", ANNA)

        assert "To the penthouse: the rating of June 16" in answer.text
        assert "2. Анна Примерова: 2, =, 1 to the final" in answer.text

    tell(story, "en")
