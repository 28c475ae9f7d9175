"""Slack as it is declared: its table, its tokens, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from bot.channels.platform import Platform
from bot.channels.protocol import Channel, Front
from bot.settings import ConfigTable
from bot.tokens import Tokens

if TYPE_CHECKING:
    from bot.channels.slack.render import SlackPart

SLACK_BOT, SLACK_APP, SLACK_SIGNING = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"


class SlackConfig(ConfigTable):
    api_url: str = "https://slack.com/api/"
    """The Web API's address."""
    proxy: str | None = None
    """A proxy for all requests to it: http:// or https://."""
    mode: Literal["socket", "http"] = "socket"
    """How Slack delivers: by Socket Mode, or to an address of yours with signed requests."""
    listen: str = "127.0.0.1:3000"
    """Where the server of the mode http listens, behind your own https."""


def _needs(settings: SlackConfig) -> tuple[str, ...]:
    return SLACK_BOT, SLACK_APP if settings.mode == "socket" else SLACK_SIGNING


def _open(settings: SlackConfig, tokens: Tokens, front: Front) -> Channel[SlackPart]:
    from bot.channels.slack.channel import SlackChannel  # its library takes a while to load

    return SlackChannel(settings, tokens, front)


def _cli() -> Mapping[str, Callable[..., None]]:
    from bot.channels.slack.cli import slack_manifest

    return {"slack-manifest": slack_manifest}


SLACK = Platform(
    key="slack",
    about="The bot on Slack; its tokens come from the environment.",
    settings=SlackConfig,
    needs=_needs,
    open=_open,
    tokens=(SLACK_BOT, SLACK_APP, SLACK_SIGNING),
    secrets=r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{4,}",
    person="U024BE7LH",
    chat="C024BE7LH",
    loggers=("slack_bolt", "slack_sdk", "aiohttp.access"),
    cli=_cli,
)
