"""How fast and how patiently the bot works with Telegram."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.platform import Platform
from bot.channels.protocol import Channel, Front
from bot.channels.rate_limit import Ceiling, Limit, Rate, RateLimit
from bot.channels.retry import Clock, RetryPolicy
from bot.channels.telegram.settings import PLATFORM, TELEGRAM_BOT, TelegramConfig
from bot.settings import Tokens

if TYPE_CHECKING:
    from bot.channels.telegram.render import TelegramPart


_BURSTS = Rate(3, 3.1)


@dataclass(frozen=True)
class Policies:
    """Limits, time-outs in seconds, and retries. Telegram's own limits: a message a second in a chat with short bursts,
    20 a minute in a group, 30 a second in all.

    In a chat a little slower than that, since what counts is when a message arrives; in all exactly so, or as many
    questions a second would wait for each other for ever.
    """

    in_chat: tuple[Limit, ...] = (_BURSTS,)
    in_group: tuple[Limit, ...] = (_BURSTS, Ceiling(20, 61))
    overall: Limit = Ceiling(30, 1)
    answer_s: float = 20.0
    upload_s: float = 60.0
    connecting: RetryPolicy = RetryPolicy(1, longest=30)
    sending: RetryPolicy = RetryPolicy(0.5, tries=5)
    fetching: RetryPolicy = RetryPolicy(0.5, factor=3, tries=3)
    """Asking for a file twice does no harm."""
    clock: Clock = Clock()

    def rate_limit(self) -> RateLimit:
        """Return the limits of one bot."""

        def limits(chat: str) -> tuple[Limit, ...]:
            return self.in_group if chat.startswith(("-", "@")) else self.in_chat

        return RateLimit(limits, self.overall, self.clock)


def _needs(_settings: TelegramConfig) -> tuple[str, ...]:
    return (TELEGRAM_BOT,)


def _open(settings: TelegramConfig, tokens: Tokens, front: Front) -> Channel[TelegramPart]:
    with _without("cryptography", "httpx._main"):
        from bot.channels.telegram.channel import TelegramChannel  # its library takes a while to load

    return TelegramChannel(settings, tokens[TELEGRAM_BOT], front)


@contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Let modules count as not installed while others are loaded that can do without them.

    Telegram's library decrypts passports, which nobody sends us, and its HTTP client is a program for terminals, too:
    together 20 MB and a fifth of a second.
    """
    absent = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


TELEGRAM = Platform(
    key=PLATFORM,
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
