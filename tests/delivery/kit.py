"""Posting into the doubles of both platforms, by the real channels: quick, and with what the operators were told."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from bot.channels.protocol import Address, Front
from bot.channels.rate_limit import Rate
from bot.channels.retry import RetryPolicy
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.platform import Policies as SlackPolicies
from bot.channels.slack.settings import SLACK_APP, SLACK_BOT, SLACK_SIGNING, SlackConfig
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.platform import Policies as TelegramPolicies
from bot.channels.telegram.settings import TelegramConfig
from bot.chat.message import Incoming, Reply
from bot.delivery.ledger import PARTS
from bot.delivery.model import Publication, Target
from bot.delivery.poster import Poster
from bot.settings import Tokens
from bot.state.store import State, open_state
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
TELEGRAM = TelegramPolicies(
    in_chat=(_FAST,),
    in_group=(_FAST,),
    overall=_FAST,
    sending=RetryPolicy(0.02, tries=5),
)
SLACK = SlackPolicies(
    in_channel=(_FAST,),
    overall=_FAST,
    sending=RetryPolicy(0.02, factor=1, tries=3),
    finding=RetryPolicy(0.05, factor=1, window=0.2),
)
IMPATIENT_S = 0.4
"""What a call may take where a platform is slow on purpose; elsewhere the machine may be."""
POSTING = RetryPolicy(0.02, longest=0.2, window=15)
"""Of all these, tests have no time for more: the platforms' pace, and waiting for what will not come."""


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


def issue(document: Document | None = None, period: str = PERIOD, subject: str = SUBJECT) -> Publication:
    return Publication(subject, period, document or digest())


@dataclass
class Told:
    """Operators who note what they are told, once an episode."""

    words: dict[str, str] = field(default_factory=dict)
    actions: dict[str, tuple[Action, ...]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    texts: list[Message] = field(default_factory=list)

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        if episode not in self.words:
            self.words[episode] = str(text)
            self.texts.append(text)
            self.actions[episode] = tuple(actions)

    async def over(self, episode: str, text: Message | None = None) -> None:
        self.words.pop(episode, None)
        self.ended.append(episode)

    @property
    def asked(self) -> list[tuple[Action, ...]]:
        """The buttons of what is asked still."""
        return [self.actions[episode] for episode in self.words if self.actions[episode]]


async def _silent(incoming: Incoming) -> Reply | None:
    return None


def channels(
    telegram: str,
    slack: str,
    telegram_policies: TelegramPolicies = TELEGRAM,
    slack_policies: SlackPolicies = SLACK,
) -> list[TelegramChannel | SlackChannel]:
    """Both channels, which can send; nothing is listened to."""
    front = Front(_silent, (), "en")
    tokens = Tokens({SLACK_BOT: BOT_TOKEN, SLACK_APP: APP_TOKEN, SLACK_SIGNING: SECRET})
    slack_config = SlackConfig.model_validate({"api_url": f"{slack}/api/"})
    return [
        TelegramChannel(TelegramConfig(api_url=telegram), TOKEN, front, telegram_policies),
        SlackChannel(slack_config, tokens, front, slack_policies),
    ]


def poster(state: State, connected: Sequence[Any], operators: Told, retry: RetryPolicy = POSTING) -> Poster:
    return Poster(state, connected, operators, Localizer("en"), retry=retry)


Connect = Callable[[str, str], list[TelegramChannel | SlackChannel]]


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


def impatient(telegram: str, slack: str) -> list[TelegramChannel | SlackChannel]:
    """Both channels, for which a slow platform is none."""
    hasty = replace(TELEGRAM, answer_s=IMPATIENT_S, upload_s=IMPATIENT_S)
    return channels(telegram, slack, hasty, replace(SLACK, timeout_s=IMPATIENT_S))


@asynccontextmanager
async def scene(root: Path, connect: Connect = channels) -> AsyncIterator[Scene]:
    async with TelegramDouble() as far, Slack() as slack:
        for group in GROUPS:
            far.chat(group)
        for room in ROOMS:
            slack.channel(room)
        connected = connect(far.url, slack.base)
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
Tell = Callable[..., None]
