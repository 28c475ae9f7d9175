"""The bot on Telegram comes and goes: tokens, networks, other bots, webhooks, and what `svodka check` sees."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.channels.talking import FORUM, Bot, channel, free_port, run, talking, texts
from tests.doubles.telegram import NAME, TOKEN, TelegramDouble
from warehouse.messages import UserError


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
            with pytest.raises(UserError, match="TELEGRAM_BOT_TOKEN") as caught:
                await refused.start()
            await refused.stop()
            assert "AAE" not in str(caught.value)

    run(story)
    assert "AAE" not in caplog.text


def test_what_cannot_be_a_setting_is_named() -> None:
    far = TelegramDouble()
    far.url = "http://127.0.0.1:1"
    with pytest.raises(UserError, match=r"telegram\.proxy"):
        channel(far, Bot(), proxy="nonsense")
    with pytest.raises(UserError, match="TELEGRAM_BOT_TOKEN"):
        channel(far, Bot(), token="")
    far.url = "api.example.org"
    with pytest.raises(UserError, match=r"telegram\.api_url"):
        channel(far, Bot())


def test_the_bot_waits_for_telegram_at_its_start_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        away = TelegramDouble()
        away.url = f"http://127.0.0.1:{free_port()}"
        waiting = channel(away, Bot())
        starting = asyncio.create_task(waiting.start())
        while not any("reached" in record.getMessage() for record in caplog.records):
            await asyncio.sleep(0.01)
        async with TelegramDouble(int(away.url.rpartition(":")[2])) as far:
            await starting
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            await waiting.stop()

    caplog.set_level(logging.INFO)
    run(story)
    assert [r.levelname for r in caplog.records if "reached" in r.getMessage()] == ["WARNING", "INFO"]


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
            await far.until(lambda: bot.incoming)
            await connected.stop()

            assert texts(far, 5) == ["You said: /sl"]
            again = channel(far, bot)
            await again.start()
            await asyncio.sleep(0.1)
            await again.stop()
            assert len(bot.incoming) == 1, "and is not asked again by the next start"

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
            await far.until(lambda: len(bot.incoming) == 1 + 1)
            assert not far.called("getUpdates")

    run(story)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # tornado leaves its socket open
def test_a_webhook_that_has_no_port_to_listen_at_says_so() -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            url = "https://bot.example.org/telegram"
            for listen in (far.url.removeprefix("http://"), "8443", "127.0.0.1:http"):
                connected = channel(far, Bot(), webhook_url=url, listen=listen)
                with pytest.raises(UserError, match=r"telegram\.listen"):
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
                (False, "The chat -6 is not reached (there is no such chat, or the bot is not in it):"[:44]),
                (False, '"U1" is no chat of Telegram: one is named by'[:44]),
            ]
            assert not far.called("getUpdates")
            assert not far.called("sendMessage")
            refused = await channel(far, Bot(), token="4242:AAEanotherTokenOfNobody-0123456789").check(["-1"])
            assert [finding.fine for finding in refused] == [False]

    run(story)
