"""Why a platform did not take something, in words for people. What it said itself goes to the log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from bot.chat.message import Answer, Shown, TellShown
from digests.document import Document
from warehouse.messages import N_, Message


class Reason(StrEnum):
    """The words, in English: so the ledger keeps them."""

    UNREACHED = N_("there was no connection to the platform")
    NO_ANSWER = N_("the platform did not answer in time")
    BROKEN_OFF = N_("the connection broke off before an answer came")
    FAULTY = N_("the platform answered with a fault of its own")
    BUSY = N_("the platform asked to wait for too long")
    TOKEN = N_("the platform does not accept the bot's token")
    OTHER_BOT = N_("another program uses the bot's token")
    NO_CHAT = N_("there is no such chat, or the bot is not in it")
    REMOVED = N_("the bot was removed from the chat, or blocked there")
    ARCHIVED = N_("the channel is archived")
    MOVED = N_("the group has become another one")
    TOPIC = N_("the topic or the thread is closed or gone")
    RIGHTS = N_("the bot lacks a right there")
    CONTENT = N_("the platform does not take such a message")
    GONE = N_("the message does not stand there any more")
    FIXED = N_("the platform does not let this message be changed")
    NO_FILES = N_("files that were posted cannot be replaced")
    NO_MESSAGE = N_("it is not known which message it is")
    OTHER_NUMBER = N_("an album cannot become one of more or fewer pictures")
    UNREADABLE = N_("what stands in the channel cannot be read")
    REFUSED = N_("the platform refused it")
    INTERRUPTED = N_("the program ended while it was being sent")
    LOOKED_UP = N_("somebody looked: it did not arrive")


_KNOWN = frozenset(Reason)


def spoken(reason: str) -> Message | str:
    """A reason that the ledger has kept, to be translated; what was kept in the centre's language stays as it is."""
    return Message(reason) if reason in _KNOWN else reason


@dataclass(frozen=True)
class Address:
    """Where to speak: a chat, and the topic or thread within it. Ids are the platform's own, as text."""

    chat: str
    thread: str | None = None
    reply_to: str | None = None
    """A message that what is posted replies to, where a platform shows that so."""


Receipt = Mapping[str, Any]
"""What a platform calls something of ours (ids of messages and files), as plain data that can be kept as JSON."""


class DeliveryFailed(Exception):
    """Nothing was accepted. `permanent`: nothing will be (kicked, chat gone, token revoked), so do not try again.

    `said` is the platform's or a library's own text, for the log; `reason`, for people. `closed`:
    it is the chat that takes nothing from us any more, whatever it is.
    """

    def __init__(self, said: str, reason: Reason = Reason.REFUSED, *, permanent: bool, closed: bool = False) -> None:
        super().__init__(said)
        self.reason = reason
        self.permanent = permanent
        self.closed = closed


class NotEditable(DeliveryFailed):
    """What was sent cannot be made what it should be. `gone`: it does not stand there any more."""

    def __init__(self, said: str, reason: Reason = Reason.FIXED, *, gone: bool = False) -> None:
        super().__init__(said, reason, permanent=True)
        self.gone = gone


class DeliveryUnknown(Exception):
    """It may have been accepted (a time-out or a reset after sending): never send it again by itself.

    Its texts are those of DeliveryFailed.
    """

    def __init__(self, said: str, reason: Reason = Reason.NO_ANSWER) -> None:
        super().__init__(said)
        self.reason = reason


class DeliveryCancelled(asyncio.CancelledError):
    """Cancelled while it waited for its turn: nothing was accepted, and it may be sent again."""


@contextmanager
def nothing_on_its_way() -> Iterator[None]:
    """Turn being cancelled, while waiting before a call or between calls, into DeliveryCancelled."""
    try:
        yield
    except asyncio.CancelledError:
        raise DeliveryCancelled from None


@dataclass(frozen=True)
class CommandHelp:
    """A command as a platform's menu lists it: its name (latin, without a slash) and what it does, by language."""

    name: str
    about: Mapping[str, str]


async def nobody(_: Shown) -> None:
    """Take no notice of where a reply stands."""


@dataclass(frozen=True)
class Front:
    """The bot behind a channel."""

    answer: Answer
    commands: Sequence[CommandHelp]
    language: str
    """The centre's: what is said where no reader is known."""
    shown: TellShown = nobody
    """Is told where replies stand that are turns of a conversation."""


@dataclass(frozen=True)
class Finding:
    """One thing that `svodka check` looked at: in order, what to mend, or (None) nothing but worth knowing."""

    fine: bool | None
    text: Message


CLASSIC = "classic"
"""The layout that every channel has."""

PartT = TypeVar("PartT")
"""One message as a platform's renderer makes it: each channel has its own kinds, and nobody else looks into them."""


class Channel(Protocol[PartT]):
    """A platform, connected."""

    @property
    def key(self) -> str:
        """`telegram`, `slack`."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the platform was reached when it was last tried, and listens to us."""
        ...

    async def start(self) -> None:
        """Connect and begin to listen. Raises UserError for what the operator must mend (a token that is refused)."""
        ...

    async def stop(self) -> None:
        """Stop listening, then finish what was begun."""
        ...

    async def failed(self) -> Message:
        """Wait until it cannot go on (another bot on the token), and say why; for ever, if that does not happen."""
        ...

    async def check(self, chats: Sequence[str]) -> list[Finding]:
        """Look, without listening, whether tokens, chats and rights are as they should be."""
        ...

    def layout(self, place: Address) -> str:
        """How a chat takes documents: the name of one of the channel's layouts, `CLASSIC` where it has but one."""
        ...

    def parts(self, document: Document, layout: str = CLASSIC) -> Sequence[PartT]:
        """The messages of a document in their order. Pure: the same document makes the same parts in a layout."""
        ...

    def opening(self, part: PartT) -> str:
        """How a part begins, for people who are to recognise it."""
        ...

    async def prepare(self, place: Address, part: PartT) -> Receipt:
        """Do what goes before sending and shows nothing yet, such as uploads. Raises DeliveryFailed."""
        ...

    async def send(
        self, place: Address, part: PartT, key: str | None = None, prepared: Receipt | None = None
    ) -> Receipt:
        """Post a part, prepared or not, marked with a key where the platform can: its receipt.

        Raises DeliveryFailed where nothing was accepted, DeliveryUnknown where it may have been.
        """
        ...

    async def find(self, place: Address, key: str, prepared: Receipt, since: datetime) -> Receipt | None:
        """The receipt of a part that may have been accepted at a moment (UTC), or None if it surely was not.

        Raises DeliveryUnknown where that cannot be told, DeliveryFailed where it cannot be told just now.
        """
        ...

    async def edit(self, place: Address, receipt: Receipt, part: PartT, was: PartT | None = None) -> Receipt:
        """Show a part in place of one that was sent: the receipt from now on. May be repeated.

        `was` is what stands there, if that is known for sure: what is the same in both is left alone. Raises
        NotEditable where the platform cannot make the one the other (a picture on Slack, a picture of a text, an album
        of another number of pictures, a message that is gone or too old), DeliveryFailed where it cannot just now.
        """
        ...

    def reply_place(self, place: Address, receipt: Receipt) -> Address:
        """Where to post what belongs under a message that was sent there; the place itself, if that is not known."""
        ...


AnyChannel = Channel[Any]
"""One of several platforms: what it makes is handed back to it alone."""
