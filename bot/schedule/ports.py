"""What the schedule needs of other rooms: somebody who posts, and somebody who tells the operators."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.delivery import Place
from digests.document import Action, Document
from warehouse.messages import Message

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Target:
    """A place on a platform."""

    platform: str
    place: Place


@dataclass(frozen=True)
class Issue:
    """One issue of something that is posted again and again: posted once per target, whatever restarts."""

    subject: str
    """`digest:biweekly`."""
    period: str
    """What makes it one issue: `2026-06-01..2026-06-15`."""
    document: Document


class Poster(Protocol):
    """Posts an issue into chats, each once; one that was begun before goes on where it stopped."""

    async def post(self, issue: Issue, targets: Sequence[Target], *, late: bool = False) -> Any:
        """Return when every target has an end, of whatever kind; the ledger knows which."""
        ...


class Operators(Protocol):
    """The people who keep it running, in their chats. Telling them never raises."""

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        """Once per episode."""
        ...

    async def over(self, episode: str) -> None:
        """The episode is over: its next time is told again."""
        ...


class Logged:
    """Operators who read the log."""

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        LOG.warning("%s: %s", episode, text)

    async def over(self, episode: str) -> None:
        LOG.info("over: %s", episode)


class Nowhere:
    """A poster that reaches nobody: every post breaks off and says so."""

    async def post(self, issue: Issue, targets: Sequence[Target], *, late: bool = False) -> None:
        raise NotImplementedError("no deliveries are connected to the schedule")
