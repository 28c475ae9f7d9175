"""An incident from its start to its end, told in a chat by the whole program on both platforms."""

from __future__ import annotations

from tests.stories.centre import ANNA, BORIS
from tests.stories.chats import Chat
from tests.stories.conftest import Tell


def test_a_timeline_grows_where_it_stands(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        begun = await chat.says("/инцидент начало 11:40 Не грузится кабинет линия inhouse", ANNA, until="началось")
        assert "«Не грузится кабинет»" in begun.text
        assert begun.buttons == ("Взяли", "Починили", "Кончилось")
        number = begun.text.partition("№ ")[2].split()[0]
        noted = await chat.says("истёк сертификат", ANNA, under=True)
        assert f"Записано: {number}:2, 12:00, заметка." in noted.text
        shown = await chat.says(f"/инцидент показать {number}", ANNA)
        assert "11:40 началось (1)" in shown.text
        assert "12:00 заметка: истёк сертификат (2)" in shown.text
        refused = await chat.says(f"/incident resolve #{number}", BORIS)
        assert "incident = note" in refused.text
        stands = await chat.writes(f"/incident resolve #{number} 11:50", ANNA, until="11:50 кончилось")
        # The timeline grew in its own message, and of what was written down only the latest is said.
        assert stands.text.count("11:40 началось") == 2
        assert f"{number}:3, 11:50" in stands.text
        assert f"{number}:2, 12:00" not in stands.text
        shown = await chat.says(f"/инцидент показать {number}", ANNA)
        assert "10 минут" in shown.text

    tell(story)


def test_a_button_under_the_timeline_writes_into_it(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        begun = await chat.says(
            f"/incident start 11:45 Нет лифта у {chat.id(ANNA)} line inhouse", ANNA, until="началось"
        )
        number = begun.text.partition("№ ")[2].split()[0]
        pressed = await chat.presses("Взяли", ANNA, until=f"Записано: {number}:2")
        assert "Убрать" in pressed.buttons
        shown = await chat.says(f"/incident show {number}", ANNA)
        assert "12:00 взяли в работу (2)" in shown.text
        dropped = await chat.writes(f"/incident drop {number}:2", ANNA, until="Убрано")
        assert f"Убрано: {number}:2." in dropped.text

    tell(story)


def test_in_english_too(tell: Tell) -> None:
    async def story(chat: Chat) -> None:
        begun = await chat.says(
            f"/incident start 11:45 No lift for {chat.id(ANNA)} line inhouse", ANNA, until="started"
        )
        assert begun.buttons == ("Taken up", "Fixed", "Over")
        number = begun.text.partition("No. ")[2].split()[0]
        noted = await chat.says("the motor is hot", ANNA, under=True)
        assert f"Written down as {number}:2: 12:00, note." in noted.text
        draft = await chat.says(f"/incident postmortem {number}", ANNA, until="To react faster")
        assert "11:45–12:00, 15 minutes without an entry: what did we wait for?" in draft.text
        assert draft.pictures == 1

    tell(story, "en")
