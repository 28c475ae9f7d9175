"""The bot on the double of Slack, with the real libraries between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from socket import create_server

import pytest

from bot.channels.protocol import CommandHelp, Front
from bot.channels.retry import RetryPolicy
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.platform import Policies
from bot.channels.slack.settings import SLACK_APP, SLACK_BOT, SLACK_SIGNING, SlackConfig
from bot.chat.message import Incoming, Reply
from bot.settings import Tokens
from tests.channels.slack_documents import answer
from tests.doubles.slack import APP_TOKEN, BOT, BOT_TOKEN, SECRET, Slack

GIVEN = {SLACK_BOT: BOT_TOKEN, SLACK_APP: APP_TOKEN, SLACK_SIGNING: SECRET}
COMMANDS = [CommandHelp(name, {"ru": name, "en": name}) for name in ("sl", "lcr_clients", "status")]


class Answers:
    """A bot behind the channel: «Answer to: ...» to everything but what was set.

    `incoming` is what it heard; while its gate is shut, its answers wait."""

    def __init__(self) -> None:
        self.incoming: list[Incoming] = []
        self.set: dict[str, Reply | None] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.silent = False

    async def __call__(self, incoming: Incoming) -> Reply | None:
        self.incoming.append(incoming)
        await self.gate.wait()
        return None if self.silent else self.set.get(incoming.text, Reply(answer(f"Answer to: {incoming.text}")))


Story = Callable[[Slack, Answers], Awaitable[None]]


def story(test: Story) -> Callable[[str], None]:
    """Run a test with the bot on a Slack, in both modes; nothing wrong may have happened there."""

    @pytest.mark.parametrize("mode", ["socket", "http"])
    @wraps(test)
    def run(mode: str) -> None:
        async def told() -> None:
            async with Slack() as slack, bot_on(slack, mode) as answers:
                await test(slack, answers)
                assert slack.wrongs == []

        asyncio.run(told())

    del run.__wrapped__  # type: ignore[attr-defined]  # pytest asks for the mode alone
    return run


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


QUICK = Policies(connecting=RetryPolicy(0.05, longest=0.2), fetching=RetryPolicy(0.01, tries=3))


def channel_on(slack: Slack, answers: Answers, mode: str = "socket", proxy: str | None = None) -> SlackChannel:
    listen = f"127.0.0.1:{free_port()}"
    if mode == "http":
        slack.hook = f"http://{listen}/slack/events"
    given = {"api_url": f"{slack.base}/api/", "mode": mode, "listen": listen, "proxy": proxy}
    return SlackChannel(SlackConfig.model_validate(given), Tokens(GIVEN), Front(answers, COMMANDS, "en"), QUICK)


@asynccontextmanager
async def bot_on(slack: Slack, mode: str = "socket") -> AsyncIterator[Answers]:
    slack.channel("C1", "U1", "U2")
    slack.channel("D1", "U1")
    answers = Answers()
    channel = channel_on(slack, answers, mode)
    await channel.start()
    try:
        yield answers
    finally:
        await channel.stop()


def titles(slack: Slack, channel: str = "C1") -> list[str]:
    return [message.shown.split("\n")[0] for message in slack.channels[channel].of(BOT)]
