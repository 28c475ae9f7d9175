"""Telegram as it is declared: its table, its token, and how it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.platform import Platform
from bot.channels.protocol import Channel, Front
from bot.settings import ConfigTable
from bot.tokens import Tokens

if TYPE_CHECKING:
    from bot.channels.telegram.render import TelegramPart

TELEGRAM_BOT = "TELEGRAM_BOT_TOKEN"


class TelegramConfig(ConfigTable):
    api_url: str = "https://api.telegram.org"
    """The Bot API's server; one of your own, if you run one."""
    proxy: str | None = None
    """A proxy for all requests to it: http://, https:// or socks5://."""
    webhook_url: str | None = None
    """Where Telegram is to deliver to, https; without it the bot asks Telegram by long polling."""
    listen: str = "127.0.0.1:8443"
    """Where the webhook's server listens, behind your own https."""


def _needs(_settings: TelegramConfig) -> tuple[str, ...]:
    return (TELEGRAM_BOT,)


def _open(settings: TelegramConfig, tokens: Tokens, front: Front) -> Channel[TelegramPart]:
    from bot.channels.telegram.channel import TelegramChannel  # its library takes a while to load

    return TelegramChannel(settings, tokens[TELEGRAM_BOT], front)


TELEGRAM = Platform(
    key="telegram",
    about="The bot on Telegram; its token comes from the environment.",
    settings=TelegramConfig,
    needs=_needs,
    open=_open,
    tokens=(TELEGRAM_BOT,),
    secrets=r"\b\d{3,}:[A-Za-z0-9_-]{10,}",
    person="12345",
    chat="-1001234567890",
    topic="-1001234567890/5",
    loggers=("httpx", "httpcore", "telegram"),
)
