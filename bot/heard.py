"""What passes between a channel and the bot's answers, whatever the platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from digests.document import Block, Document


@dataclass(frozen=True)
class Attached:
    """A picture or file that came with a message, fetched when it is wanted.

    `fetch` raises Mistake, with one sentence, for what is too big, gone or unreadable.
    """

    name: str
    media_type: str
    size: int
    fetch: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class Content:
    """What somebody wrote, with its emphasis, links, lists and pictures."""

    blocks: tuple[Block, ...] = ()
    pictures: tuple[Attached, ...] = ()


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
    content: Content | None = None
    """What a message says as it was written; None of a press or a slash command."""
    album: str | None = None
    """The same for all messages of one album."""
    reply_to: str | None = None
    """The platform's id of our own message that was replied to."""
    message: str | None = None
    """The platform's id of the message; the same once more, when it was edited."""


@dataclass(frozen=True)
class Reply:
    """What to say. A quiet one is for the person alone, where the platform can say it so."""

    document: Document
    quiet: bool = False
    instead: str | None = None
    """Of the replies of one name in a chat, only the latest stays there."""


Answer = Callable[[Heard], Awaitable[Reply | None]]
"""How a channel gets its replies; None is silence. Never raises: a fault is a reply with a reference."""
