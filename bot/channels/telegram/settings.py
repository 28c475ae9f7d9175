"""Telegram's table in `svodka.toml`, and its token."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.settings import ConfigTable

Layout = Literal["classic", "rich"]

PLATFORM = "telegram"
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
    layout: dict[str, Layout] = Field(default={})
    """How reports are posted, by chat: rich, as one message under the cover, for readers whose applications show it."""
