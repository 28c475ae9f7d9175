"""What people let themselves be told: made and ended in a chat, by the whole program."""

from __future__ import annotations

from tests.stories.centre import ANNA, BORIS
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_a_subscription_is_made_listed_and_cancelled_by_buttons(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        never = await chat.says("/subscribe sl inhouse", ANNA)
        assert "Как часто присылать: sl inhouse? Допишите ежедневно 09:30" in never.text.replace("`", "")
        made = await chat.presses("по будням 09:30", ANNA, until="Впервые придёт 17 июня, 09:30")
        assert "Service level, Inhouse, вчера, по будням в 09:30" in made.text.replace("`", "")

        assert "Подписки: " in (await chat.says("/status", ANNA)).text
        listed = await chat.says("/подписки", ANNA)
        (label,) = listed.buttons
        cancelled = await chat.presses(label, ANNA, until="отменена")
        assert "Service level, Inhouse, вчера" in cancelled.text

    tell(story)


def test_an_alert_says_how_the_figure_stands_and_keeps_to_the_role(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        refused = await chat.says("/alert sl акц < 80%", BORIS)
        assert "«АКЦ Заселение»" in refused.text
        assert "Inhouse" in refused.text
        # From 10:00 on Inhouse has four in time, one late and one lost: 4 of 6.
        made = await chat.says("/alert sl inhouse ниже 80% 2 часа", BORIS)
        assert "Service level, Inhouse ниже 80% за последние 120 минут данных." in made.text
        assert "Сейчас: 67% (вовремя: 4 из 6 звонков), данные на 16 июня, 12:00." in made.text
        (label,) = made.buttons
        off = await chat.presses(label, BORIS, until="выключено")
        assert "Service level" in off.text

    tell(story)
