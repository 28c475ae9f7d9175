"""What a channel is: where it speaks, how it fails, and all that the bot asks of a platform."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.channels.limits import Arrivals, Bucket, Ceiling, Limit, Rate, Window
from bot.channels.reasons import Reason
from bot.chat.message import Answer
from digests.document import Document
from warehouse.messages import Message

__all__ = ["Address", "Ceiling", "DeliveryFailed", "DeliveryUnknown", "Limit", "Pace", "Rate", "Receipt"]


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


class Pace:
    """One queue per chat, within a platform's limits; a halt it asks for is kept to its end.

    Messages to a chat go one after another in the order they came; chats do not wait for each other, except for the
    limit on all.
    """

    _KEPT = 2000

    def __init__(
        self, chat: Callable[[str], tuple[Limit, ...]], overall: Limit, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = chat
        self._overall = overall.limiter()
        self._unasked = Arrivals(overall) if isinstance(overall, Ceiling) else None
        self._now = now
        self._halted = 0.0
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, chat: str, messages: int = 1, *, unasked: bool = False) -> AsyncIterator[None]:
        """Wait for a chat's turn; an album counts as its pictures.

        Of what is sent `unasked` never more is on its way, or has just arrived, than the limit on all lets pass: many
        messages at once may arrive much closer to each other than they were sent. Answers are not held up by that.
        """
        queue = self._queues.get(chat) or self._opened(chat)
        queue.waiting += 1
        try:
            async with queue.lock:
                for limiter in (*queue.limiters, self._overall):
                    await limiter.acquire(min(messages, int(limiter.max_rate)))
                await self.calm(chat)
                async with self._strictly(messages if unasked else 0):
                    try:
                        yield
                    finally:
                        for limiter in queue.limiters:
                            limiter.arrived()
        finally:
            queue.waiting -= 1

    @asynccontextmanager
    async def _strictly(self, messages: int) -> AsyncIterator[None]:
        if not messages or self._unasked is None:
            yield
            return
        count = min(messages, self._unasked.max_rate)
        await self._unasked.acquire(count)
        try:
            yield
        finally:
            self._unasked.arrived(count)

    async def calm(self, chat: str) -> None:
        """Wait until nothing is halted; within a turn, before the same message is tried again."""
        queue = self._queues[chat]
        while (left := max(queue.halted, self._halted) - self._now()) > 0:
            await asyncio.sleep(left)

    def halt(self, seconds: float, chat: str | None = None) -> None:
        """Nothing to that chat, or to any, for so long: the platform said so."""
        until = self._now() + seconds
        if chat is None:
            self._halted = max(self._halted, until)
        else:
            queue = self._queues.get(chat) or self._opened(chat)
            queue.halted = max(queue.halted, until)

    def _opened(self, chat: str) -> _Queue:
        if len(self._queues) >= self._KEPT:
            # A chat that nothing waits for may be forgotten: its next message is a new burst at worst.
            self._queues = {name: queue for name, queue in self._queues.items() if queue.busy(self._now())}
        made = _Queue([rate.limiter() for rate in self._rates(chat)])
        self._queues[chat] = made
        return made


class _Queue:
    def __init__(self, limiters: list[Bucket | Window]) -> None:
        self.lock = asyncio.Lock()
        self.limiters = limiters
        self.halted = 0.0
        self.waiting = 0

    def busy(self, now: float) -> bool:
        return (
            self.waiting > 0
            or self.halted > now
            or any(not each.has_capacity(int(each.max_rate)) for each in self.limiters)
        )


@dataclass(frozen=True)
class CommandHelp:
    """A command as a platform's menu lists it: its name (latin, without a slash) and what it does, by language."""

    name: str
    about: Mapping[str, str]


@dataclass(frozen=True)
class Front:
    """The bot behind a channel."""

    answer: Answer
    commands: Sequence[CommandHelp]
    language: str
    """The centre's: what is said where no reader is known."""


@dataclass(frozen=True)
class Finding:
    """One thing that `svodka check` looked at: in order, or what to mend."""

    fine: bool
    text: Message


Part = Any
"""One message as a platform's renderer makes it: each channel has its own kinds, and nobody else looks into them."""


class Channel(Protocol):
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

    def parts(self, document: Document) -> Sequence[Part]:
        """The messages of a document in their order. Pure: the same document makes the same parts."""
        ...

    def opening(self, part: Part) -> str:
        """How a part begins, for people who are to recognise it."""
        ...

    async def prepare(self, place: Address, part: Part) -> Receipt:
        """Do what goes before sending and shows nothing yet, such as uploads. Raises DeliveryFailed."""
        ...

    async def send(
        self, place: Address, part: Part, key: str | None = None, prepared: Receipt | None = None
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

    async def edit(self, place: Address, receipt: Receipt, part: Part, was: Part | None = None) -> Receipt:
        """Show a part in place of one that was sent: the receipt from now on. May be repeated.

        `was` is what stands there, if that is known for sure: what is the same in both is left alone. Raises
        NotEditable where the platform cannot make the one the other (a picture on Slack, a picture of a text, an album
        of another number of pictures, a message that is gone or too old), DeliveryFailed where it cannot just now.
        """
        ...

    def reply_place(self, place: Address, receipt: Receipt) -> Address:
        """Where to post what belongs under a message that was sent there; the place itself, if that is not known."""
        ...
