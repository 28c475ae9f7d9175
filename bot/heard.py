"""What passes between a channel and the bot's answers, whatever the platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from digests.document import Document


@dataclass(frozen=True)
class Heard:
    """Words said to the bot: a command, a mention, a private message or a press of a button.

    Ids are the platform's own, as text; `event` is what the platform calls this one delivery, so that what it
    delivers twice is answered once.
    """

    platform: str
    person: str
    chat: str
    private: bool
    text: str
    event: str
    locale: str | None = None
    """The person's language, where the platform tells it."""
    thread: str | None = None
    """The topic of the chat that it was said in, where a chat is divided into topics."""


@dataclass(frozen=True)
class Reply:
    """What to say. A quiet one is for the person alone, where the platform can say it so."""

    document: Document
    quiet: bool = False


Answer = Callable[[Heard], Awaitable[Reply | None]]
"""How a channel gets its replies; None is silence. Never raises: a fault is a reply with a reference."""
