"""People talk to the bot on Telegram: the real library over HTTP, and what stands in the chats afterwards."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.channel import CommandHelp, Front
from bot.channels.telegram.channel import TelegramChannel
from bot.config import TelegramConfig
from bot.heard import Answer, Heard, Reply
from digests.document import Action, Actions, Attachment, Block, Document, Heading, Paragraph, plain
from tests.channels.documents import picture, words
from tests.doubles.telegram import NAME, TOKEN, TelegramDouble
from warehouse.messages import Mistake

GROUP, FORUM = -400, -1001000000000
LONG = "sl " + "очень длинная линия " * 4


def said(text: str, *blocks: Block) -> Document:
    return Document("Answer", (Paragraph(plain(text)), *blocks), "en")


BUTTONS = Actions((Action("Text", "text"), Action("Chart", "chart"), Action("Both", "both"), Action("Long", LONG)))


class Bot:
    """A front that answers with what it heard, in the shape that the words ask for."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.slow_s = 0.0

    async def __call__(self, heard: Heard) -> Reply | None:
        self.heard.append(heard)
        await asyncio.sleep(self.slow_s)
        match heard.text:
            case "silence":
                return None
            case "secret":
                return Reply(said("That is not for you"), quiet=True)
            case "chart":
                return Reply(said("A chart", picture(), BUTTONS))
            case "both":
                return Reply(Document("Both", (Heading("Both", 1), picture(1), Paragraph(plain(words(300))), BUTTONS)))
            case "file":
                return Reply(said("A file", Attachment("a.csv", b"1;2", "Rows", "text/csv")))
            case "album":
                return Reply(said("An album", *(picture(n) for n in range(3)), BUTTONS))
            case text:
                return Reply(said(f"You said: {text}", BUTTONS))


COMMANDS = (
    CommandHelp("sl", {"ru": "Уровень сервиса", "en": "Service level"}),
    CommandHelp("help", {"ru": "Помощь", "en": "Help"}),
)


def channel(far: TelegramDouble, answer: Answer, token: str = TOKEN, **settings: Any) -> TelegramChannel:
    return TelegramChannel(TelegramConfig(api_url=far.url, **settings), token, Front(answer, COMMANDS, "ru"))


@asynccontextmanager
async def talking(**settings: Any) -> AsyncIterator[tuple[TelegramDouble, Bot, TelegramChannel]]:
    bot = Bot()
    async with TelegramDouble() as far:
        connected = channel(far, bot, **settings)
        await connected.start()
        yield far, bot, connected
        await connected.stop()


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(_all_of(story), 20))


async def _all_of(story: Callable[[], Awaitable[None]]) -> None:
    await story()


def texts(far: TelegramDouble, chat: int) -> list[str]:
    return [message.text for message in far.answers(chat)]


# Questions


def test_a_private_message_is_answered() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl inhouse <today>", person=5)
            await far.until(lambda: far.answers(5))

            (answer,) = far.answers(5)
            assert answer.text == "You said: /sl inhouse <today>"
            assert answer.reply_to is None
            assert [[label for label, _ in row] for row in answer.buttons] == [["Text", "Chart", "Both"], ["Long"]]
            assert bot.heard == [Heard("telegram", "5", "5", True, "/sl inhouse <today>", "1001", "en")]

    run(story)


def test_in_a_group_only_what_is_addressed_to_the_bot_is_heard_and_the_answer_replies_to_it() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
            origin = {"type": "hidden_user", "date": 1, "sender_user_name": "X"}
            for text, more in (
                ("good morning", {}),
                ("/sl@another_bot", {}),
                ("a /sl within", {}),
                (f"@{NAME}2 sl", {}),
                ("/sl forwarded", {"forward_origin": origin}),
                ("/sl of a bot", {"from": {"id": 9, "is_bot": True, "first_name": "Bot"}}),
                ("/sl", {}),
                (f"/aht@{NAME.upper()} today", {}),
                (f"so, @{NAME}, how many calls?", {}),
                (f"@{NAME}", {}),
                ("/lcr", {"from": anonymous, "sender_chat": {"id": GROUP, "type": "group", "title": "A chat"}}),
            ):
                far.says(text, person=7, chat=GROUP, **more)
            far.push("message", {"message_id": 90, "date": 1, "chat": far.chat(GROUP).json(), "new_chat_title": "New"})
            await far.until(lambda: len(far.answers(GROUP)) == 5, 8)

            assert [(h.text, h.person) for h in bot.heard] == [
                ("/sl", "7"),
                ("/aht today", "7"),
                ("so, , how many calls?", "7"),
                ("/help", "7"),
                ("/lcr", str(GROUP)),
            ]
            assert {h.chat for h in bot.heard} == {str(GROUP)}
            replied = {answer.text: answer.reply_to for answer in far.answers(GROUP)}
            assert (replied["You said: /sl"], replied["You said: /lcr"]) == (7, 11)

    run(story)


def test_an_answer_stays_in_its_topic_and_a_channel_is_answered_too() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl", chat=FORUM, message_thread_id=77)
            far.chat(-500, "channel")
            far.says("/sl", chat=-500, sender_chat={"id": -500, "type": "channel", "title": "News"})
            await far.until(lambda: far.answers(FORUM) and far.answers(-500))

            assert [(m.text, m.thread, m.reply_to) for m in far.answers(FORUM)] == [("You said: /sl", 77, 1)]
            assert {h.person for h in bot.heard} == {"5", "-500"}

    run(story)


def test_a_message_that_is_edited_has_its_answer_edited() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            question = far.says("/sl inhuose", chat=GROUP)
            await far.until(lambda: far.answers(GROUP))
            far.edits(GROUP, question, "/sl inhouse")
            await far.until(lambda: far.answers(GROUP)[0].edited)
            far.edits(GROUP, question, "/sl inhouse")  # a preview was added, say
            older = far.says("just a talk", chat=GROUP)
            far.edits(GROUP, older, "/aht", date=1)  # of 1970, and nobody waits for its answer
            meant = far.says("sl?", chat=GROUP)
            far.edits(GROUP, meant, "/lcr")
            await far.until(lambda: len(far.answers(GROUP)) == 2)

            assert texts(far, GROUP) == ["You said: /sl inhouse", "You said: /lcr"]
            assert [h.text for h in bot.heard] == ["/sl inhuose", "/sl inhouse", "/lcr"]

    run(story)


def test_an_update_that_is_delivered_twice_is_answered_once_and_a_silent_answer_is_none() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("silence")
            far.says("/sl")
            far.pending.append(dict(far.pending[-1]))
            await far.until(lambda: far.answers(5))
            far.says("/aht")
            await far.until(lambda: len(far.answers(5)) == 2)

            assert [h.text for h in bot.heard] == ["silence", "/sl", "/aht"]
            assert texts(far, 5) == ["You said: /sl", "You said: /aht"]

    run(story)


def test_typing_is_shown_only_while_an_answer_takes_long() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/quick", person=5)
            await far.until(lambda: far.answers(5))
            assert not far.called("sendChatAction")
            bot.slow_s = 0.9
            far.says("/slow", chat=FORUM, message_thread_id=77)
            await far.until(lambda: far.answers(FORUM))

            (typing,) = far.called("sendChatAction")
            assert (typing.given["action"], typing.given["message_thread_id"]) == ("typing", "77")

    run(story)


# Buttons


def test_a_press_is_acknowledged_at_once_and_its_answer_stands_in_the_same_message() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            answer = far.answers(5)[0]
            bot.slow_s = 0.4
            query = far.presses(5, answer.id, answer.data("Text"))
            await far.until(lambda: query in far.pressed)
            assert not far.called("editMessageText"), "first the button's clock is stopped"
            await far.until(lambda: far.called("editMessageText"))
            far.presses(5, answer.id, answer.data("Text"))  # the same again: nothing changes, and that is no error
            far.presses(5, answer.id, answer.data("Long"))
            await far.until(lambda: answer.text.startswith("You said: sl очень"))

            assert [h.text for h in bot.heard] == ["/sl", "text", "text", LONG]
            assert bot.heard[1].locale == "ru"
            assert len(far.answers(5)) == 1

    run(story)


@pytest.mark.parametrize("asked", ["text", "chart", "both", "album"])
@pytest.mark.parametrize("pressed", ["text", "chart", "both"])
def test_whatever_an_answer_becomes_no_part_of_the_old_one_stays(asked: str, pressed: str) -> None:
    """Text, a picture with its text, a picture and a longer text, an album: from each to each."""

    async def story() -> None:
        async with talking() as (far, _, _):
            far.says(pressed, person=6)
            far.says(asked, person=5)
            pause = {"text": 1, "chart": 1, "both": 2, "album": 4}
            await far.until(lambda: len(far.answers(6)) == pause[pressed] and len(far.answers(5)) == pause[asked])
            wanted = [(m.text, m.picture) for m in far.answers(6)]
            last = far.answers(5)[-1]
            far.presses(5, last.id, last.data(pressed.capitalize()))
            await far.until(lambda: [(m.text, m.picture) for m in far.answers(5)] == wanted, 8)

            assert far.answers(5)[-1].buttons
            in_place = {("text", "chart"), ("chart", "chart"), ("both", "chart"), ("both", "both"), ("text", "text")}
            assert bool(far.answers(5)[0].id == 2) == ((asked, pressed) in in_place)

    run(story)


def test_what_is_for_one_person_does_not_take_away_what_a_group_reads() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            far.says("/sl", chat=GROUP)
            await far.until(lambda: far.answers(GROUP))
            far.presses(GROUP, 2, "secret", person=8)
            await far.until(lambda: len(far.answers(GROUP)) == 2)

            assert [(m.text, m.reply_to) for m in far.answers(GROUP)] == [
                ("You said: /sl", 1),
                ("That is not for you", 2),
            ]

    run(story)


def test_after_a_restart_buttons_work_and_a_forgotten_one_says_so() -> None:
    async def story() -> None:
        async with talking() as (far, _, first):
            for person, text in ((5, "/sl"), (6, "both")):
                far.says(text, person=person)
            await far.until(lambda: far.answers(5) and len(far.answers(6)) == 2)
            await first.stop()
            again = channel(far, Bot())
            await again.start()
            one, (_, last) = far.answers(5)[0], far.answers(6)
            far.presses(5, one.id, one.data("Text"))
            far.presses(6, last.id, last.data("Text"))
            query = far.presses(5, one.id, one.data("Long"))
            await far.until(lambda: one.edited and len(far.answers(6)) == 3 and query in far.pressed)

            assert texts(far, 5) == ["You said: text"]
            assert texts(far, 6)[2] == "You said: text", "its picture is not known any more, so all of it stays"
            assert far.pressed[query] == (
                "Эта кнопка слишком старая: не помню, о\N{NO-BREAK SPACE}чём она спрашивала. "
                "Спросите, пожалуйста, командой."
            )
            await again.stop()

    run(story)


def test_an_answer_that_somebody_has_deleted_is_said_anew() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            question = far.says("/sl")
            await far.until(lambda: far.answers(5))
            del far.chat(5).messages[2]
            far.edits(5, question, "/aht")
            await far.until(lambda: far.answers(5))

            assert texts(far, 5) == ["You said: /aht"]

    run(story)


# Groups come and go


def test_the_bot_greets_a_group_it_is_taken_into_once() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.membership(GROUP, "left", "member", person=8)
            far.membership(GROUP, "member", "administrator", person=8)
            far.membership(5, "kicked", "member")  # a person unblocks it, and will say something
            far.says("/sl", chat=GROUP)
            await far.until(lambda: len(far.answers(GROUP)) == 2)

            assert texts(far, GROUP) == ["You said: /start", "You said: /sl"]
            assert (bot.heard[0].person, bot.heard[0].private) == ("8", False)

    run(story)


def test_a_group_that_throws_the_bot_out_is_no_trouble_to_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            far.says("/sl", chat=GROUP)
            far.chat(GROUP).status = "kicked"
            far.says("/sl", person=5)
            await far.until(lambda: far.answers(5))
            far.membership(GROUP, "member", "kicked")
            await far.until(lambda: "not accepted" in caplog.text)

            assert not far.answers(GROUP)

    run(story)


# Connecting


def test_the_commands_are_told_by_language_and_chat_and_only_when_they_change() -> None:
    async def story() -> None:
        async with talking() as (far, _, first):
            await far.until(lambda: len(far.commands) == 6)
            await first.stop()
            again = channel(far, Bot())
            await again.start()
            await far.until(lambda: len(far.called("getMyCommands")) == 12)
            await again.stop()

            assert len(far.called("setMyCommands")) == 6
            scopes = ("all_private_chats", "all_group_chats")
            assert set(far.commands) == {(scope, language) for scope in scopes for language in ("", "ru", "en")}
            assert far.commands["all_group_chats", ""] == far.commands["all_group_chats", "ru"]
            assert far.commands["all_group_chats", "en"][0] == {"command": "sl", "description": "Service level"}

    run(story)


def test_a_token_that_is_refused_is_named_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            refused = channel(far, Bot(), token="4242:AAEanotherTokenOfNobody-0123456789")
            with pytest.raises(Mistake, match="TELEGRAM_BOT_TOKEN") as caught:
                await refused.start()
            await refused.stop()
            assert "AAE" not in str(caught.value)

    run(story)
    assert "AAE" not in caplog.text


def test_what_cannot_be_a_setting_is_named() -> None:
    far = TelegramDouble()
    far.url = "http://127.0.0.1:1"
    with pytest.raises(Mistake, match=r"telegram\.proxy"):
        channel(far, Bot(), proxy="nonsense")
    with pytest.raises(Mistake, match="TELEGRAM_BOT_TOKEN"):
        channel(far, Bot(), token="")
    far.url = "api.example.org"
    with pytest.raises(Mistake, match=r"telegram\.api_url"):
        channel(far, Bot())


def test_the_bot_waits_for_telegram_at_its_start_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        away = TelegramDouble()
        away.url = f"http://127.0.0.1:{free_port()}"
        waiting = channel(away, Bot())
        starting = asyncio.create_task(waiting.start())
        await asyncio.sleep(1.5)
        async with TelegramDouble(int(away.url.rpartition(":")[2])) as far:
            await starting
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            await waiting.stop()

    caplog.set_level(logging.INFO)
    run(story)
    assert [r.levelname for r in caplog.records if "reached" in r.getMessage()] == ["WARNING", "INFO"]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def test_polling_goes_on_after_faults() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            far.fault("502", "getUpdates")
            far.says("/one")
            far.fault("before", "getUpdates")
            await far.until(lambda: far.answers(5))
            far.says("/two")
            await far.until(lambda: len(far.answers(5)) == 2)

            assert texts(far, 5) == ["You said: /one", "You said: /two"]

    run(story)


def test_one_conflict_is_a_predecessor_that_takes_its_leave() -> None:
    async def story() -> None:
        async with talking() as (far, _, connected):
            far.fault("conflict", "getUpdates")
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            failed = asyncio.create_task(connected.failed())
            await asyncio.sleep(0.1)

            assert not failed.done()
            failed.cancel()

    run(story)


def test_of_two_bots_on_one_token_the_first_ends_with_a_sentence_and_the_second_goes_on() -> None:
    async def story() -> None:
        async with talking() as (far, _, first):
            second = channel(far, Bot())
            await second.start()
            reason = str(await first.failed())
            await first.stop()
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            await second.stop()

            assert reason.startswith("Another program asks Telegram")
            assert "TELEGRAM_BOT_TOKEN" in reason

    run(story)


def test_a_token_that_is_revoked_meanwhile_ends_it_with_a_sentence() -> None:
    async def story() -> None:
        async with talking() as (far, _, connected):
            far.token = "4242:revoked"
            far.says("/wake")

            assert "TELEGRAM_BOT_TOKEN" in str(await connected.failed())

    run(story)


def test_what_was_begun_is_finished_before_the_end() -> None:
    async def story() -> None:
        bot = Bot()
        bot.slow_s = 0.3
        async with TelegramDouble() as far:
            connected = channel(far, bot)
            await connected.start()
            far.says("/sl")
            await far.until(lambda: bot.heard)
            await connected.stop()

            assert texts(far, 5) == ["You said: /sl"]
            again = channel(far, bot)
            await again.start()
            await asyncio.sleep(0.1)
            await again.stop()
            assert len(bot.heard) == 1, "and is not asked again by the next start"

    run(story)


def test_a_webhook_takes_only_what_shows_its_secret() -> None:
    async def story() -> None:
        port = free_port()
        url = f"http://127.0.0.1:{port}/telegram"
        async with talking(webhook_url=url, listen=f"127.0.0.1:{port}") as (far, bot, _):
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            forged = {"update_id": 1, "message": far.said(far.chat(5), 1, 5, text="/aht", message_id=9)}

            assert await far.deliver(forged, secret="guessed") == 403
            assert await far.deliver(forged) == 200
            await far.until(lambda: len(bot.heard) == 1 + 1)
            assert not far.called("getUpdates")

    run(story)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # tornado leaves its socket open
def test_a_webhook_that_has_no_port_to_listen_at_says_so() -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            url = "https://bot.example.org/telegram"
            for listen in (far.url.removeprefix("http://"), "8443", "127.0.0.1:http"):
                connected = channel(far, Bot(), webhook_url=url, listen=listen)
                with pytest.raises(Mistake, match=r"telegram\.listen"):
                    await connected.start()
                await connected.stop()

    run(story)


def test_no_log_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def story() -> None:
        async with talking() as (far, _, _):
            far.fault("500", "getUpdates")
            far.says("/sl")
            await far.until(lambda: far.answers(5))

    run(story)
    assert caplog.records
    assert TOKEN not in caplog.text
    assert logging.getLogger("httpx").level == logging.WARNING


# What `svodka check` sees


def test_check_says_what_is_in_order_and_what_to_mend() -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            for chat in (-1, -2, -3, -4, -5):
                far.chat(chat)
            far.chat(-2).status = "left"
            far.chat(-3).permissions["can_send_photos"] = False
            far.chat(-4).moved_to = FORUM
            far.chat(-5).status = "administrator"
            far.chat(-5).permissions["can_send_messages"] = False
            far.chat(5)
            found = await channel(far, Bot()).check(["-1", "-2", "-3", "-4", "-5", "5", "-6", "U1"])

            assert [(finding.fine, str(finding.text)[:44]) for finding in found] == [
                (True, f"Telegram knows the bot as @{NAME}."[:44]),
                (True, f"Privacy mode is on: in groups @{NAME}"[:44]),
                (True, "The bot may post in the chat -1: A chat."),
                (False, "The bot is not in the chat -2, A chat: add i"[:44]),
                (False, "In the chat -3, A chat, the bot may not send"),
                (False, "The chat -4 is a supergroup now: name it -10"[:44]),
                (True, "The bot may post in the chat -5: A chat."),
                (True, "The chat 5 is reached: Somebody."),
                (False, "The chat -6 is not reached (Chat not found):"[:44]),
                (False, '"U1" is no chat of Telegram: one is named by'[:44]),
            ]
            assert not far.called("getUpdates")
            assert not far.called("sendMessage")
            refused = await channel(far, Bot(), token="4242:AAEanotherTokenOfNobody-0123456789").check(["-1"])
            assert [finding.fine for finding in refused] == [False]

    run(story)
