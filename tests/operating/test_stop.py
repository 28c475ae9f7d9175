"""A real process is told to stop: it finishes what it does, in time; told twice, it ends at once."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.operating.living import BOSS, found, lines, process, run


def test_an_answer_in_flight_is_finished_and_the_process_ends_in_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            found(tmp_path, far.url)
            # Telegram takes nothing for two seconds: the answer is on its way when the word to stop comes.
            far.fault("429", "sendMessage", seconds=2)
            with process(tmp_path) as bot:
                far.says("/calls today text", BOSS)
                await far.until(lambda: far.called("sendMessage"), 40)
                assert far.answers(BOSS) == []
                told = time.monotonic()
                bot.send_signal(signal.SIGTERM)
                _, log = await asyncio.to_thread(bot.communicate, timeout=20)

                assert time.monotonic() - told < 10
                assert bot.returncode == 0
                (answer,) = far.answers(BOSS)
                assert "Inbound calls" in answer.text
                # What a machine reads, one object a line, and no token in it.
                assert [each["level"] for each in lines(log)].count("error") == 0
                assert "stopping" in [each["text"] for each in lines(log)]
                assert TOKEN not in log

    run(story)


def test_told_twice_it_ends_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            found(tmp_path, far.url)
            far.fault("429", "sendMessage", seconds=60)
            with process(tmp_path) as bot:
                far.says("/calls today text", BOSS)
                await far.until(lambda: far.called("sendMessage"), 40)
                bot.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.5)
                assert bot.poll() is None
                told = time.monotonic()
                bot.send_signal(signal.SIGTERM)

                assert await asyncio.to_thread(bot.wait, 5) == 128 + signal.SIGTERM
                assert time.monotonic() - told < 3

    run(story)


def test_it_stops_though_telegram_was_never_reached(tmp_path: Path) -> None:
    async def story() -> None:
        found(tmp_path, "http://127.0.0.1:9")
        with process(tmp_path) as bot:
            while not (tmp_path / "state" / "svodka.db").exists():
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            bot.send_signal(signal.SIGTERM)

            assert await asyncio.to_thread(bot.wait, 10) == 0

    run(story)
