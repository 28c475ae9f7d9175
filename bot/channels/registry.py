"""The register of channels that people talk to. Adding one is a folder beside this file and an entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot import tokens
from bot.channels.protocol import Channel, Front
from bot.config import Config
from bot.tokens import Tokens
from warehouse.messages import UserError


@dataclass(frozen=True)
class Platform:
    """A platform: the tokens it needs, and how it is opened."""

    needs: Callable[[Config], tuple[str, ...]]
    open: Callable[[Config, Tokens, Front], Channel]


def _telegram(config: Config, given: Tokens, front: Front) -> Channel:
    from bot.channels.telegram.channel import TelegramChannel

    return TelegramChannel(config.telegram, given[tokens.TELEGRAM], front)


def _slack(config: Config, given: Tokens, front: Front) -> Channel:
    from bot.channels.slack.channel import SlackChannel

    return SlackChannel(config.slack, given, front)


def _slack_tokens(config: Config) -> tuple[str, ...]:
    return tokens.SLACK_BOT, tokens.SLACK_APP if config.slack.mode == "socket" else tokens.SLACK_SIGNING


PLATFORMS: Mapping[str, Platform] = {
    "telegram": Platform(lambda config: (tokens.TELEGRAM,), _telegram),
    "slack": Platform(_slack_tokens, _slack),
}


def open_channels(config: Config, given: Tokens, front: Front) -> list[Channel]:
    """A channel for every platform that has its tokens.

    Raises UserError if none has, or if one has only a part of them.
    """
    opened = []
    for platform in PLATFORMS.values():
        needs = platform.needs(config)
        missing = [name for name in needs if name not in given]
        if not missing:
            opened.append(platform.open(config, given, front))
        elif len(missing) < len(needs):
            raise UserError("{missing} is missing in the environment: Slack needs it too.", missing=", ".join(missing))
    if not opened:
        raise UserError(
            "No platform has a token: set TELEGRAM_BOT_TOKEN, or SLACK_BOT_TOKEN and {other}, or the same names with "
            "_FILE.",
            other=_slack_tokens(config)[1],
        )
    return opened
