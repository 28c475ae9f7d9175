"""Posting into the doubles of both platforms, by the real channels: quick, and with what the operators were told."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.protocol import Address, Front, Pace, Rate
from bot.channels.slack import channel as slack_channel
from bot.channels.slack import send as slack_find
from bot.channels.slack import send as slack_send
from bot.channels.slack.channel import SlackChannel
from bot.channels.telegram import channel as telegram_channel
from bot.channels.telegram import client as telegram_client
from bot.channels.telegram import send as telegram_send
from bot.channels.telegram.channel import TelegramChannel
from bot.chat.message import Incoming, Reply
from bot.config import SlackConfig, TelegramConfig
from bot.delivery.ledger import PARTS
from bot.delivery.poster import Issue, Patience, Poster, Target
from bot.state.store import State, open_state
from bot.tokens import SLACK_APP, SLACK_BOT, SLACK_SIGNING, Tokens
from digests.document import Action, Actions, Attachment, Document, Heading, Paragraph, Picture, plain
from digests.localizer import Localizer
from tests.doubles.slack import APP_TOKEN, BOT, BOT_TOKEN, SECRET, Slack
from tests.doubles.telegram import TOKEN, TelegramDouble
from warehouse.messages import Message

GROUPS, ROOMS = (-101, -102, -103), ("C1", "C2", "C3")
TARGETS = tuple(Target("telegram", Address(str(chat))) for chat in GROUPS) + tuple(
    Target("slack", Address(chat)) for chat in ROOMS
)
GROUP, ROOM = TARGETS[0], TARGETS[3]
SUBJECT, PERIOD = "digest:biweekly", "2026-06-01..2026-06-15"
_FAST = Rate(1000, 1)

QUICK: Sequence[tuple[Any, str, Any]] = (
    (telegram_channel, "pace", lambda: Pace(lambda _: (_FAST,), _FAST)),
    (telegram_client, "_PATIENCE_S", 0.4),
    (telegram_client, "_UPLOAD_S", 0.4),
    (telegram_send, "_PAUSE_S", 0.02),
    (slack_channel, "_TIMEOUT", 0.4),
    (slack_send, "_PER_CHANNEL", _FAST),
    (slack_send, "_OVERALL", _FAST),
    (slack_send, "_PAUSES", (0.02, 0.02)),
    (slack_find, "_SETTLED", timedelta(seconds=0.2)),
    (slack_find, "_AGAIN_S", 0.05),
)
"""What a test has no time for: the platforms' pace, and waiting for what will not come."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a conftest that has it: the platforms are as quick as `QUICK` says."""
    for module, name, value in QUICK:
        monkeypatch.setattr(module, name, value)


PATIENCE = Patience(timedelta(seconds=3), timedelta(seconds=0.02), timedelta(seconds=0.2))


def words(count: int, word: str) -> str:
    return " ".join(f"{word}{n}" for n in range(count))


def chart(number: int) -> Picture:
    """A picture as heavy as a real one, of which the services look at the size alone."""
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 1200, 900)
    return Picture(f"chart-{number}", header + Random(number).randbytes(60_000), f"Chart {number}")


def sheet(number: int) -> Attachment:
    content = Random(100 + number).randbytes(150_000)
    return Attachment(f"sheet-{number}.xlsx", content, f"Sheet {number}", "application/octet-stream")


def digest(title: str = "Digest") -> Document:
    """Eight parts on each platform: texts and files by turns on Slack; an album, five texts, two files on Telegram."""
    blocks = [
        each
        for number, file in enumerate((chart(1), chart(2), sheet(1), sheet(2)))
        for each in (
            Heading(f"Column {number}"),
            Paragraph(plain(words((600, 600, 600, 850)[number], f"{'abcd'[number]}w"))),
            file,
        )
    ]
    return Document(title, (Heading(title, 1), *blocks), "en")


def note(title: str = "Leader board", *actions: Action) -> Document:
    """One part."""
    return Document(title, (Paragraph(plain(title)), *([Actions(actions)] if actions else [])), "en")


def issue(document: Document | None = None, period: str = PERIOD, subject: str = SUBJECT) -> Issue:
    return Issue(subject, period, document or digest())


@dataclass
class Told:
    """Operators who note what they are told, once an episode."""

    words: dict[str, str] = field(default_factory=dict)
    actions: dict[str, tuple[Action, ...]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    texts: list[Message] = field(default_factory=list)

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        if episode not in self.localizer:
            self.localizer[episode] = str(text)
            self.texts.append(text)
            self.actions[episode] = tuple(actions)

    async def over(self, episode: str, text: Message | None = None) -> None:
        self.localizer.pop(episode, None)
        self.ended.append(episode)

    @property
    def asked(self) -> list[tuple[Action, ...]]:
        """The buttons of what is asked still."""
        return [self.actions[episode] for episode in self.localizer if self.actions[episode]]


async def _silent(incoming: Incoming) -> Reply | None:
    return None


def channels(telegram: str, slack: str) -> list[TelegramChannel | SlackChannel]:
    """Both channels, which can send; nothing is listened to."""
    front = Front(_silent, (), "en")
    tokens = Tokens({SLACK_BOT: BOT_TOKEN, SLACK_APP: APP_TOKEN, SLACK_SIGNING: SECRET})
    slack_config = SlackConfig.model_validate({"api_url": f"{slack}/api/"})
    return [
        TelegramChannel(TelegramConfig(api_url=telegram), TOKEN, front),
        SlackChannel(slack_config, tokens, front),
    ]


def poster(state: State, connected: Sequence[Any], operators: Told, patience: Patience = PATIENCE) -> Poster:
    return Poster(state, connected, operators, Localizer("en"), patience=patience)


@dataclass
class Scene:
    """Both services, the bot's state and a poster between them."""

    far: TelegramDouble
    slack: Slack
    root: Path
    told: Told
    connected: Sequence[Any]
    state: State
    poster: Poster

    def restart(self) -> None:
        """Another process: nothing is known but what was written."""
        self.state.close()
        self.state = open_state("sqlite:///state.db", self.root)
        self.poster = poster(self.state, self.connected, self.told)

    def there(self, target: Target) -> list[str]:
        return stands(self.far, self.slack, target)


@asynccontextmanager
async def scene(root: Path) -> AsyncIterator[Scene]:
    async with TelegramDouble() as far, Slack() as slack:
        for group in GROUPS:
            far.chat(group)
        for room in ROOMS:
            slack.channel(room)
        connected = channels(far.url, slack.base)
        await connected[0]._bot.initialize()  # type: ignore[union-attr]
        state, told = open_state("sqlite:///state.db", root), Told()
        made = Scene(far, slack, root, told, connected, state, poster(state, connected, told))
        try:
            yield made
        finally:
            await made.poster.stop()
            made.state.close()
            await connected[0]._bot.shutdown()  # type: ignore[union-attr]


def stands(far: TelegramDouble, slack: Slack, target: Target) -> list[str]:
    """What stands in a chat, a line for each part: files by a number that their content gives."""
    if target.platform == "slack":
        return [
            "+".join(f"{file['name']}#{sum(file['content'])}" for file in message.files) or message.shown
            for message in slack.channels[target.place.chat].of(BOT)
        ]
    lines: dict[object, list[str]] = {}
    for message in far.answers(int(target.place.chat)):
        content = message.picture or (message.file[1] if message.file else b"")
        said = f"{message.text}#{sum(content)}" if content else message.text
        lines.setdefault(("album", message.album) if message.album else message.id, []).append(said)
    return ["+".join(each) for each in lines.values()]


def statuses(at: Scene) -> list[str]:
    """The parts' states in the order of deliveries and positions."""
    with at.state.engine.connect() as connection:
        return list(connection.scalars(sa.select(PARTS.c.status).order_by(PARTS.c.delivery, PARTS.c.position)))


Story = Callable[[Scene], Awaitable[None]]
Tell = Callable[[Story], None]
