"""The platforms as the program opens them, without their paces: the doubles here count no messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from bot.channels.protocol import Channel, Front
from bot.channels.registry import PLATFORMS
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.platform import SLACK
from bot.channels.slack.platform import Policies as SlackPolicies
from bot.channels.slack.render import SlackPart
from bot.channels.slack.settings import SlackConfig
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.platform import TELEGRAM
from bot.channels.telegram.platform import Policies as TelegramPolicies
from bot.channels.telegram.render import TelegramPart
from bot.channels.telegram.settings import TELEGRAM_BOT, TelegramConfig
from bot.settings import Tokens


@dataclass
class Opened:
    """The channels that were opened last."""

    telegram: TelegramChannel | None = None
    slack: SlackChannel | None = None

    @property
    def busy(self) -> bool:
        """Whether something that came is not answered yet."""
        ours = [self.telegram._tasks] if self.telegram else []
        if self.slack and self.slack._socket:
            ours.append(self.slack._socket._taking)
        if self.slack and self.slack._listener:
            ours.append(self.slack._listener._tasks)
        return any(ours)


@contextmanager
def unpaced() -> Iterator[Opened]:
    """Open both platforms without limits of a chat; what those are is proved on a clock of its own."""
    opened = Opened()

    def telegram(settings: TelegramConfig, tokens: Tokens, front: Front) -> Channel[TelegramPart]:
        policies = TelegramPolicies(in_chat=(), in_group=())
        opened.telegram = TelegramChannel(settings, tokens[TELEGRAM_BOT], front, policies)
        return opened.telegram

    def slack(settings: SlackConfig, tokens: Tokens, front: Front) -> Channel[SlackPart]:
        opened.slack = SlackChannel(settings, tokens, front, SlackPolicies(in_channel=()))
        return opened.slack

    both = {TELEGRAM.key: replace(TELEGRAM, open=telegram), SLACK.key: replace(SLACK, open=slack)}
    with patch.dict(PLATFORMS, both):
        yield opened
