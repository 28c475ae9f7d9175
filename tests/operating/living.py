"""A bot that lives on Telegram's double: within the test's own loop, or as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.channels.telegram.settings import TELEGRAM_BOT
from bot.operations.watch import Intervals
from bot.project import open_project
from bot.service import serve
from bot.settings import Tokens
from metrics.centre import Centre
from tests.channels.talking import free_port
from tests.doubles.clock import LONGEST_S
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.kit import MOSCOW, House, answered

OPERATORS, BOSS = -700, 5
OFTEN = Intervals(every_s=0.1, soon_s=0.1, calm_s=0.2, away_s=0.2)
ROOT = Path(__file__).parent.parent.parent

SETTINGS = """
clock = "2026-06-16T12:00"

[centre]
timezone = "Europe/Moscow"
language = "ru"

[telegram]
api_url = "{url}"

[operators]
chats = ["telegram:-700"]
language = "en"

[health]
listen = "127.0.0.1:{port}"

[roles.head]

[[people]]
id = "telegram:5"
role = "head"
"""


def found(root: Path, url: str, more: str = "") -> int:
    """Make a project with one call in it; the port that its health is asked at."""
    port = free_port()
    (root / "svodka.toml").write_text(SETTINGS.format(url=url, port=port) + more, "utf-8")
    house = House(root / "records", Centre(timezone=MOSCOW), now="2026-06-16 12:00")
    house.calls(answered("2026-06-16T09:00", line="inhouse"), complete_to="2026-06-16 12:00")
    return port


@dataclass
class Living:
    """The bot's far end, its project and its health."""

    far: TelegramDouble
    root: Path
    port: int

    async def asked(self, page: str) -> tuple[int, Any]:
        async with ClientSession() as http, http.get(f"http://127.0.0.1:{self.port}{page}") as answer:
            return answer.status, await answer.json()

    def told(self) -> list[str]:
        return [message.text for message in self.far.answers(OPERATORS)]

    async def until_told(self, words: str) -> None:
        await self.far.until(lambda: any(words in text for text in self.told()))


@asynccontextmanager
async def living(root: Path, more: str = "", *, far: TelegramDouble | None = None) -> AsyncIterator[Living]:
    """A bot that is ready, on a far end of its own or on one that outlives it."""
    async with AsyncExitStack() as stack:
        telegram = far or await stack.enter_async_context(TelegramDouble())
        telegram.chat(OPERATORS)
        if not (root / "svodka.toml").exists():
            found(root, telegram.url, more)
        project = open_project(root, None)
        stop, ready = asyncio.Event(), asyncio.Event()
        bot = asyncio.ensure_future(serve(project, Tokens({TELEGRAM_BOT: TOKEN}), stop, ready.set, intervals=OFTEN))
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait([bot, waiting], timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if bot.done():
            await bot
        listen = project.config.health.listen or ":0"
        yield Living(telegram, root, int(listen.rpartition(":")[2]))
        stop.set()
        await bot


@contextmanager
def process(root: Path, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """`svodka run` as a supervisor starts it: its log on stderr, one JSON object a line. `before` runs first in it."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), "TELEGRAM_BOT_TOKEN": TOKEN}
    given.pop("SVODKA_NOW", None)
    started = subprocess.Popen(
        [sys.executable, "-c", f"{before}\nfrom bot.__main__ import main\nmain()", "run", "--home", str(root)],
        env=given,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        assert started.stderr
        started.stderr.close()


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines()]


def run(story: Callable[[], Awaitable[None]]) -> None:
    """A story, which may take a minute at most: the machine may be busy."""

    async def within() -> None:
        async with asyncio.timeout(LONGEST_S):
            await story()

    asyncio.run(within())
