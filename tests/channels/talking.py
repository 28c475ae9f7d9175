"""A bot that answers with what it heard, connected to the double of Telegram."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.protocol import CommandHelp, Front
from bot.channels.retry import RetryPolicy
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.platform import Policies
from bot.channels.telegram.settings import TelegramConfig
from bot.chat.message import Answer, Incoming, Reply
from digests.document import Action, Actions, Attachment, Block, Document, Heading, Paragraph, plain
from tests.channels.documents import picture, words
from tests.doubles.clock import LONGEST_S
from tests.doubles.telegram import TOKEN, TelegramDouble

GROUP, FORUM = -400, -1001000000000
QUICK = Policies(connecting=RetryPolicy(0.05, longest=0.2), fetching=RetryPolicy(0.01, tries=3))
LONG = "sl " + "очень длинная линия " * 4


def said(text: str, *blocks: Block) -> Document:
    return Document("Answer", (Paragraph(plain(text)), *blocks), "en")


BUTTONS = Actions((Action("Text", "text"), Action("Chart", "chart"), Action("Both", "both"), Action("Long", LONG)))


class Bot:
    """A front that answers with what it heard, in the shape that the words ask for."""

    def __init__(self) -> None:
        self.incoming: list[Incoming] = []
        self.slow_s = 0.0

    async def __call__(self, incoming: Incoming) -> Reply | None:
        self.incoming.append(incoming)
        await asyncio.sleep(self.slow_s)
        match incoming.text:
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
            case "beside":
                return Reply(said("A file", Attachment("a.csv", b"1;2", "Rows", "text/csv")), beside=True)
            case "album":
                return Reply(said("An album", *(picture(n) for n in range(3)), BUTTONS))
            case text:
                return Reply(said(f"You said: {text}", BUTTONS))


COMMANDS = (
    CommandHelp("sl", {"ru": "Уровень сервиса", "en": "Service level"}),
    CommandHelp("help", {"ru": "Помощь", "en": "Help"}),
)


def channel(far: TelegramDouble, answer: Answer, token: str = TOKEN, **settings: Any) -> TelegramChannel:
    return TelegramChannel(TelegramConfig(api_url=far.url, **settings), token, Front(answer, COMMANDS, "ru"), QUICK)


@asynccontextmanager
async def talking(**settings: Any) -> AsyncIterator[tuple[TelegramDouble, Bot, TelegramChannel]]:
    bot = Bot()
    async with TelegramDouble() as far:
        connected = channel(far, bot, **settings)
        await connected.start()
        yield far, bot, connected
        await connected.stop()


def run(story: Callable[[], Awaitable[None]]) -> None:
    """A story, which may take twenty seconds at most."""

    async def within() -> None:
        async with asyncio.timeout(LONGEST_S):
            await story()

    asyncio.run(within())


def texts(far: TelegramDouble, chat: int) -> list[str]:
    return [message.text for message in far.answers(chat)]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
