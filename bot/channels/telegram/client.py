"""The library's bot, connected as the settings say."""

from __future__ import annotations

import logging
import os
from functools import cache
from ssl import SSLContext

from httpx import create_ssl_context
from telegram import Bot
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from bot.channels.telegram.platform import Policies
from bot.channels.telegram.settings import TELEGRAM_BOT, TelegramConfig
from warehouse.messages import UserError

_CONNECTIONS = 64


def client(settings: TelegramConfig, token: str, policies: Policies) -> Bot:
    """A bot that is not initialized yet. Raises UserError for what cannot be a token, a server or a proxy."""
    # The library's durations as timedelta, which is what it will return in future; asked for by this name alone.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # It logs every address it calls, and a bot's address holds its token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # A gateway's page in place of an answer is an error that we say ourselves, without the page.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    server = settings.api_url.rstrip("/")
    if not server.startswith(("https://", "http://")):
        raise UserError(
            'In svodka.toml, telegram.api_url: "{given}" is no address; one begins with https://.',
            given=settings.api_url,
        )
    try:
        return Bot(
            token,
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=_request(settings, policies, _CONNECTIONS),
            get_updates_request=_request(settings, policies, 2),
        )
    except InvalidToken:
        raise refused() from None
    except ValueError:
        raise UserError(
            'In svodka.toml, telegram.proxy: "{given}" is no proxy; one is named like socks5://127.0.0.1:1080.',
            given=settings.proxy or "",
        ) from None


def refused() -> UserError:
    """The token is not one of a bot's."""
    return UserError(
        "Telegram does not know the token in {name}. Copy it again from @BotFather, whole and without spaces.",
        name=TELEGRAM_BOT,
    )


def _request(settings: TelegramConfig, policies: Policies, connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        proxy=settings.proxy,
        read_timeout=policies.answer_s,
        write_timeout=policies.answer_s,
        media_write_timeout=policies.upload_s,
        connect_timeout=5.0,
        pool_timeout=5.0,
        httpx_kwargs={"verify": _certificates()},
    )


@cache
def _certificates() -> SSLContext:
    """Return what servers are trusted by, read once: each client would read all authorities anew."""
    return create_ssl_context()
