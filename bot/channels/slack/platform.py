"""How fast and how patiently the bot works with Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.platform import Platform
from bot.channels.protocol import Channel, Front
from bot.channels.rate_limit import Limit, Rate, RateLimit
from bot.channels.retry import Clock, RetryPolicy
from bot.channels.slack.settings import PLATFORM, SLACK_APP, SLACK_BOT, SLACK_SIGNING, SlackConfig
from bot.settings import Tokens

if TYPE_CHECKING:
    from bot.channels.slack.render import SlackPart


@dataclass(frozen=True)
class Policies:
    """Limits, time-outs in seconds, and retries.

    Slack allows a message a second in a channel, with some at once, and several hundred a minute in all. A little less
    in a channel: two messages may come closer to each other than they were sent.
    """

    in_channel: tuple[Limit, ...] = (Rate(3, 3.5),)
    overall: Limit = Rate(240, 60)
    timeout_s: float = 20.0
    """What one call of the Web API may take."""
    connecting: RetryPolicy = RetryPolicy(1, longest=30, jitter=0.5)
    sending: RetryPolicy = RetryPolicy(0.5, tries=5)
    """A halt that Slack asks for is kept besides."""
    fetching: RetryPolicy = RetryPolicy(0.5, factor=3, tries=3)
    """Asking for a file twice does no harm."""
    finding: RetryPolicy = RetryPolicy(2, factor=1, window=30)
    """What is not seen so long after it was sent will not come: files are shared some time after Slack took them."""
    clock: Clock = Clock()

    def rate_limit(self) -> RateLimit:
        """Return the limits of one bot."""
        return RateLimit(lambda _: self.in_channel, self.overall, self.clock)


def _needs(settings: SlackConfig) -> tuple[str, ...]:
    return SLACK_BOT, SLACK_APP if settings.mode == "socket" else SLACK_SIGNING


def _open(settings: SlackConfig, tokens: Tokens, front: Front) -> Channel[SlackPart]:
    from bot.channels.slack.channel import SlackChannel  # its library takes a while to load

    return SlackChannel(settings, tokens, front)


SLACK = Platform(
    key=PLATFORM,
    about="The bot on Slack; its tokens come from the environment.",
    settings=SlackConfig,
    needs=_needs,
    open=_open,
    tokens=(SLACK_BOT, SLACK_APP, SLACK_SIGNING),
    secrets=r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{4,}",
    person="U024BE7LH",
    chat="C024BE7LH",
    loggers=("slack_bolt", "slack_sdk", "aiohttp.access"),
    commands=(("slack-manifest", "bot.channels.slack.cli:slack_manifest"),),
)
