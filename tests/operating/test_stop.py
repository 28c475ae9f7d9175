"""A real process is told to stop: it finishes what it does, in time; told twice, it ends at once."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot import service
from bot.channels.telegram.settings import TELEGRAM_BOT
from bot.project import open_project
from bot.service import Remaining, serve
from bot.settings import Tokens
from bot.state.lease import Lease, read
from bot.state.store import open_state
from tests.doubles.clock import LONGEST_S
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.operating.living import BOSS, OPERATORS, found, lines, process, run
from tests.operating.test_migrating import old_state
from warehouse.workspace import lock


def test_an_answer_in_flight_is_finished_and_the_process_ends_in_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            found(tmp_path, far.url)
            # Telegram takes nothing for two seconds: the answer is on its way when the word to stop comes.
            far.fault("429", "sendMessage", seconds=2)
            with process(tmp_path) as bot:
                far.says("/calls today text", BOSS)
                await far.until(lambda: far.called("sendMessage"))
                assert far.answers(BOSS) == []
                bot.send_signal(signal.SIGTERM)
                _, log = await asyncio.to_thread(bot.communicate, timeout=LONGEST_S)

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
            far.fault("429", "sendMessage", seconds=600)
            with process(tmp_path) as bot:
                far.says("/calls today text", BOSS)
                await far.until(lambda: far.called("sendMessage"))
                bot.send_signal(signal.SIGTERM)
                await until_logged(bot, "stopping")
                assert bot.poll() is None
                bot.send_signal(signal.SIGTERM)

                assert await asyncio.to_thread(bot.wait, LONGEST_S) == 128 + signal.SIGTERM

    run(story)


LATE_POST = """
[[posts]]
key = "team"
digest = "biweekly"
schedule = "1,16 10:00"
chats = ["telegram:-800"]
"""
COMPOSING = """
import sys, time
from functools import partial
from bot import service
from bot.chat import answering
from bot.schedule.writers import DigestWriter
def composing(what):
    def compose(*_):
        print("composing", what, file=sys.stderr, flush=True)
        time.sleep(600)
    return compose
DigestWriter._draft = composing("a digest")
answering.replied = composing("an answer")
service.Remaining = partial(service.Remaining, 1.0)
"""
"""A thread that computes cannot be told to stop, nor can one that sleeps."""
STATE = """
import time
from bot import service
from bot.state.store import State
State.close = lambda _: time.sleep(600)
service.LAST_S = 1.0
"""


async def until_logged(bot: subprocess.Popen[str], words: str) -> None:
    assert bot.stderr
    while words not in (line := await asyncio.to_thread(bot.stderr.readline)):
        assert line, f"it ended before it logged: {words}"


def test_nothing_that_is_computed_keeps_the_process_alive(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            far.chat(OPERATORS)
            found(tmp_path, far.url, LATE_POST)
            with process(tmp_path, COMPOSING) as bot:
                await until_logged(bot, "composing a digest")
                far.says("/calls today text", BOSS)
                await until_logged(bot, "composing an answer")
                bot.send_signal(signal.SIGTERM)

                assert await asyncio.to_thread(bot.wait, LONGEST_S) == 0

    run(story)


def test_whatever_hangs_at_the_end_the_process_ends(tmp_path: Path) -> None:
    async def story() -> None:
        async with TelegramDouble() as far:
            found(tmp_path, far.url)
            with process(tmp_path, STATE) as bot:
                await until_logged(bot, "ready in")
                bot.send_signal(signal.SIGTERM)

                assert await asyncio.to_thread(bot.wait, LONGEST_S) == 0
                assert bot.stderr
                assert "did not end in time" in bot.stderr.read()

    run(story)


def test_it_stops_while_it_waits_for_a_process_that_died(tmp_path: Path) -> None:
    async def story() -> None:
        found(tmp_path, "http://127.0.0.1:9")
        project = open_project(tmp_path, None)
        state = open_state(project.config.state.url, project.root)
        await Lease(state, holder="host, 1, dead").take()
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.2, stop.set)
        async with asyncio.timeout(LONGEST_S):
            await serve(project, Tokens({TELEGRAM_BOT: TOKEN}), stop)
        held = await state.run(read)
        assert held is not None
        assert held.holder == "host, 1, dead"
        state.close()

    run(story)


def test_it_stops_at_once_while_another_process_migrates_the_state(tmp_path: Path) -> None:
    found(tmp_path, "http://127.0.0.1:9")
    file = old_state(tmp_path)
    stop = asyncio.Event()

    async def story() -> None:
        serving = asyncio.create_task(serve(open_project(tmp_path, None), Tokens({TELEGRAM_BOT: TOKEN}), stop))
        stop.set()
        async with asyncio.timeout(LONGEST_S):
            await serving
        # Now the other one is done; who waited for it in vain lets go of the state.
        migrating.close()

    with ExitStack() as migrating:
        migrating.enter_context(lock(file.with_name(f"{file.name}.migrating")))
        run(story)


def test_it_stops_while_another_process_holds_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(tmp_path, "http://127.0.0.1:9")
    project = open_project(tmp_path, None)
    open_state(project.config.state.url, project.root).close()
    stop, taking = asyncio.Event(), Lease.take

    async def take(lease: Lease) -> None:
        stop.set()
        await taking(lease)

    monkeypatch.setattr(Lease, "take", take)
    monkeypatch.setattr(service, "Remaining", lambda: Remaining(0.1))

    async def story() -> None:
        async with asyncio.timeout(LONGEST_S):
            await serve(project, Tokens({TELEGRAM_BOT: TOKEN}), stop)
        other.execute("ROLLBACK")

    with closing(sqlite3.connect(tmp_path / "state" / "svodka.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run(story)


def test_it_stops_though_telegram_was_never_reached(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        found(tmp_path, "http://127.0.0.1:9")
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(open_project(tmp_path, None), Tokens({TELEGRAM_BOT: TOKEN}), stop))
        while "cannot be reached" not in caplog.text:
            await asyncio.sleep(0)
        stop.set()
        async with asyncio.timeout(LONGEST_S):
            await serving

    run(story)
