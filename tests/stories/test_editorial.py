"""From a column to press, with the whole program on both platforms."""

from __future__ import annotations

from tests.stories.centre import ANNA, STRANGER
from tests.stories.chats import Chat
from tests.stories.conftest import Tell

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
