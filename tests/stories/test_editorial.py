"""From a column to press, with the whole program on both platforms."""

from __future__ import annotations

from pathlib import Path

from tests.doubles.slack import BOT
from tests.stories.centre import ANNA, EDITORS, READERS, STRANGER
from tests.stories.chats import Chat, OnTelegram
from tests.stories.conftest import Tell, Town

COLUMN = "Заголовок: Лето в чатах\nМы ответили всем.\n- раз\n- два"


def test_a_column_is_written_with_pictures_and_shown_as_it_will_be_read(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        opened = await chat.writes("/story support", ANNA, until="Рубрика")
        assert "Рубрика «Онлайн-поддержка», выпуск за 1–30 июня" in opened.text

        written = await chat.writes(COLUMN, ANNA, until="Мы ответили всем")
        assert "Лето в чатах" in written.text
        assert "• раз" in written.text
        # One preview stands in the chat, whatever came before it.
        assert "Рубрика «Онлайн-поддержка», выпуск за 1–30 июня. Пришлите" not in written.text
        with_album = await chat.writes("Наш новый зал", ANNA, pictures=3, until="Наш новый зал")
        assert with_album.pictures == 3
        assert with_album.text.count("Мы ответили всем") == 1
        assert {"Готово", "Начать заново", "Отменить"} <= set(with_album.buttons)

        # A question in between is a question.
        answer = await chat.says("/sl inhouse today text", ANNA, until="8 из 10")
        assert "8 из 10 звонков" in answer.text
        sent = await chat.writes("/done", ANNA, until="отправлена")
        assert "«Лето в чатах» (Онлайн-поддержка) отправлена редакторам" in sent.text

    tell(story)


def test_a_stranger_writes_no_column(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        answer = await chat.says("/story support", STRANGER)
        assert chat.id(STRANGER) in answer.text
        assert answer.buttons == ()

    tell(story)


def test_the_draft_goes_to_both_platforms_and_two_presses_publish_it_once(tmp_path: Path) -> None:
    town = Town(tmp_path, "ru")
    telegram, slack = town.telegram, town.slack
    editors, readers = slack.channel(f"C{-EDITORS}"), slack.channel(f"C{-READERS}")

    async def story() -> None:
        chat = OnTelegram(telegram, 0, "ru", town.answered)
        await chat.writes("/story support", ANNA, until="Рубрика")
        await chat.writes(COLUMN, ANNA, until="Мы ответили всем")
        await chat.writes("/done", ANNA, until="отправлена")

        # An editor returns it, in the group: there the bot hears what replies to it.
        telegram.says("/issue", 77, EDITORS)
        await telegram.until(lambda: any("1. Лето в чатах" in each.text for each in telegram.answers(EDITORS)))
        page = telegram.answers(EDITORS)[-1]
        telegram.presses(EDITORS, page.id, page.data("1. Лето в чатах"), 77)
        await telegram.until(lambda: "Вернуть" in str(page.buttons))
        telegram.presses(EDITORS, page.id, page.data("Вернуть с замечанием"), 77)
        await telegram.until(lambda: "За что возвращаем" in page.text)
        telegram.says("Добавьте итог", 77, EDITORS, reply_to=page.id)
        await telegram.until(lambda: any("Добавьте итог" in each.text for each in telegram.answers(ANNA)))
        opened = await chat.writes("/story", ANNA, until="Возвращено с замечанием: Добавьте итог")
        assert "Мы ответили всем" in opened.text
        await chat.writes("Итог: всем.", ANNA, until="Итог: всем.")
        await chat.writes("/done", ANNA, until="отправлена")
        await town.turned("2026-07-01T09:00")
        before = len(telegram.answers(EDITORS))

        button = "Опубликовать сейчас"
        await telegram.until(lambda: any(button in each.labels for each in telegram.answers(EDITORS)[before:]))
        await slack.until(lambda: any("Опубликовать сейчас" in each.buttons for each in editors.of(BOT)))
        asked = next(each for each in telegram.answers(EDITORS)[before:] if "Опубликовать сейчас" in each.labels)
        below = next(each for each in editors.of(BOT) if "Опубликовать сейчас" in each.buttons)
        drafted = [each.text for each in telegram.answers(EDITORS)[before:] if each.id < asked.id]
        telegram.presses(EDITORS, asked.id, asked.data("Опубликовать сейчас"), 77)
        await slack.press("U77", below, "Опубликовать сейчас", editors.id)

        await telegram.until(lambda: len(telegram.answers(READERS)) >= len(drafted))
        await slack.until(lambda: any("раз" in each.shown for each in readers.of(BOT)))
        await town.answered()
        # What readers have is what the editors saw, once.
        assert [each.text for each in telegram.answers(READERS)] == drafted
        assert sum("Мы ответили всем" in each.shown for each in readers.of(BOT)) == 1
        said = " ".join(each.text for each in telegram.answers(EDITORS)) + " ".join(m.shown for m in editors.of(BOT))
        assert said.count("Черновик 1 публикации «team» публикуется.") == 1
        assert said.count("уже принято") == 1
        assert slack.wrongs == []

    try:
        town.run(story())
    finally:
        town.close()
