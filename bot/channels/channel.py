"""What a channel that people talk to is, and what it is given: `svodka run` knows no more of a platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.delivery import Place
from bot.heard import Answer
from digests.document import Document
from warehouse.messages import Message


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

    def parts(self, document: Document) -> Sequence[Any]:
        """A document as what the platform takes, one message each."""
        ...

    async def send(self, place: Place, part: Any) -> object:
        """Send a part that nobody has asked for. Raises DeliveryFailed or DeliveryUnknown."""
        ...

    async def start(self) -> None:
        """Connect and begin to listen. Raises Mistake for what the operator must mend (a token that is refused)."""
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
