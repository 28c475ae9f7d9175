from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.channels.slack.settings import SLACK_APP, SLACK_BOT
from bot.channels.telegram.settings import TELEGRAM_BOT
from bot.project import open_project
from bot.service import serve
from bot.settings import Tokens
from tests.doubles.clock import LONGEST_S
from tests.doubles.platforms import unpaced
from tests.doubles.slack import APP_TOKEN, BOT_TOKEN, Slack
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.stories.centre import found
from tests.stories.chats import Chat, OnSlack, OnTelegram

Story = Callable[[Chat], Awaitable[None]]
Tell = Callable[..., None]
_TURNS = 10
"""Bolt hands on what it has taken some turns later."""


class Town:
    """The whole program on both platforms at once, its far ends on loopback, in a thread with a loop of its own."""

    def __init__(self, root: Path, language: str) -> None:
        self.language = language
        self.telegram, self.slack = TelegramDouble(), Slack()
        self._root = root
        self._stories = count()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = AsyncExitStack()
        self._channels = self._stack.enter_context(unpaced())
        self.run(self._open())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def chat(self, platform: str) -> Chat:
        story = next(self._stories)
        if platform == "telegram":
            return OnTelegram(self.telegram, story, self.language, self.answered)
        return OnSlack(self.slack, story, self.answered)

    async def answered(self) -> None:
        """Wait until all that was said to the bot has come to its end, and stays so for some turns of the loop."""

        def at_rest() -> bool:
            return not (self.telegram.pending or self.slack.unacknowledged or self._channels.busy)

        quiet = 0
        async with asyncio.timeout(LONGEST_S):
            while quiet < _TURNS:
                quiet = quiet + 1 if at_rest() else 0
                await asyncio.sleep(0 if quiet else 0.003)

    async def _open(self) -> None:
        await self._stack.enter_async_context(self.telegram)
        await self._stack.enter_async_context(self.slack)
        found(self._root, self.language, self.telegram.url, self.slack.base)
        await self._serve(None)

    async def turned(self, local: str) -> None:
        """Stop, and begin again with the clock at another moment."""
        self._stop.set()
        await self._bot
        await self._serve(local)

    async def _serve(self, now: str | None) -> None:
        tokens = Tokens({TELEGRAM_BOT: TOKEN, SLACK_BOT: BOT_TOKEN, SLACK_APP: APP_TOKEN})
        ready, self._stop = asyncio.Event(), asyncio.Event()
        self._bot = asyncio.ensure_future(serve(open_project(self._root, now), tokens, self._stop, ready.set))
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait([self._bot, waiting], timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not ready.is_set():
            await self._bot

    async def _close(self) -> None:
        self._stop.set()
        await self._bot
        await self._stack.aclose()

    def close(self) -> None:
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Town]]:
    open_now: dict[str, Town] = {}

    def town(language: str) -> Town:
        if language not in open_now:
            open_now[language] = Town(tmp_path_factory.mktemp(f"town-{language}"), language)
        return open_now[language]

    yield town
    for each in open_now.values():
        each.close()


@pytest.fixture(params=["telegram", "slack"])
def tell(request: pytest.FixtureRequest, towns: Callable[[str], Town]) -> Tell:
    """Tell a story on a platform."""

    def told(story: Story, language: str = "ru") -> None:
        town = towns(language)

        async def played() -> None:
            await story(town.chat(request.param))
            assert town.slack.wrongs == []

        town.run(played())

    return told
