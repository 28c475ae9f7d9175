"""What passes between a channel and the bot's answers, whatever the platform, and where it waits until it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from digests.document import Block, Document


@dataclass(frozen=True)
class IncomingFile:
    """A file that somebody sent along, as its platform tells of it; what it does not tell is empty."""

    name: str
    media_type: str
    size: int
    """In bytes."""
    fetch: Callable[[], Awaitable[bytes]] = field(repr=False, compare=False)
    """The picture itself: a whole PNG or JPEG (`digests.images` knows which). Raises UserError with one sentence."""


@dataclass(frozen=True)
class Content:
    """A message as it was written, a command at its beginning included; only our name is left out."""

    blocks: tuple[Block, ...]
    """Paragraphs and lists, with the marks and links that stood in them."""
    pictures: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True)
class Incoming:
    """Words said to the bot: a command, a mention, a private message or a press of a button.

    A message without words for the bot has an empty text and content: pictures alone, or a reply to the bot in a group.

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
    """What was written, with its formatting and pictures; None for a press of a button."""
    album: str | None = None
    """The same for all messages of one album, each of which comes by itself."""
    reply_to: str | None = None
    """Our own message that was replied to, as its platform calls it."""
    under: str | None = None
    """The message whose thread it was said in, whoever wrote that, where a platform has threads."""
    pressed: str | None = None
    """Our own message whose button was pressed."""
    message: str | None = None
    """The message itself; the same again when it is edited."""
    edited: bool = False
    """Whether it stands in the place of what was said before."""
    thread: str | None = None
    """The topic of the chat that it was said in, where a chat is divided into topics."""
    aside: bool = False
    """Whether nobody named us: people talk where we have spoken, and only a question is answered."""


@dataclass(frozen=True)
class Reply:
    """What to say. A quiet one is for the person alone, where the platform can say it so."""

    document: Document
    quiet: bool = False
    instead: str | None = None
    """Of the replies of one name in a chat, only the latest stays there."""
    beside: bool = False
    """Whether it stands beside the answer whose button was pressed, or whose question was edited, not in its place."""
    turn: int | None = None
    """The turn of a conversation that it is; channels say where it stands (`Shown`)."""


@dataclass(frozen=True)
class CommandLine:
    """The first line of a message as a command: its name, without a slash, and the words after it."""

    name: str
    words: tuple[str, ...]


def command_line(text: str) -> CommandLine:
    """Return the first line of a text as a command; of none, an empty name."""
    first, _, _ = text.strip().partition("\n")
    name, *words = first.removeprefix("/").split() or [""]
    return CommandLine(name, tuple(words))


@dataclass(frozen=True)
class Shown:
    """Where a reply stands: messages of a chat, as its platform calls them, that answer a turn from now on."""

    platform: str
    chat: str
    messages: tuple[str, ...]
    turn: int


TellShown = Callable[[Shown], Awaitable[None]]
"""How a channel says where a reply stands. Never raises."""

Answer = Callable[[Incoming], Awaitable[Reply | None]]
"""How a channel gets its replies; None is silence. Never raises: a fault is a reply with a reference."""


class Inbox:
    """Given to channels to ask, and to whoever answers to serve."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[Incoming, asyncio.Future[Reply | None]]] = asyncio.Queue()

    async def ask(self, incoming: Incoming) -> Reply | None:
        """Wait for the reply to what was said; None is silence."""
        reply: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((incoming, reply))
        return await reply

    async def serve(self, answer: Answer) -> None:
        """Have everything answered, each beside the others, until cancelled; who asks no longer is not answered."""
        answering: set[asyncio.Task[None]] = set()
        try:
            while True:
                incoming, reply = await self._waiting.get()
                task = asyncio.create_task(_answered(answer, incoming, reply))
                answering.add(task)
                task.add_done_callback(answering.discard)
                reply.add_done_callback(lambda _, task=task: task.cancel())  # type: ignore[misc]
        finally:
            for task in answering:
                task.cancel()


async def _answered(answer: Answer, incoming: Incoming, reply: asyncio.Future[Reply | None]) -> None:
    try:
        said = await answer(incoming)
    except BaseException as error:
        if not reply.done():
            reply.set_exception(error)
        raise
    if not reply.done():
        reply.set_result(said)
