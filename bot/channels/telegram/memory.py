"""Which answer belongs to which question, as long as it may change."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.channels.delivery import Place

_KEPT = 4000


@dataclass(frozen=True)
class Shown:
    """A message of ours. A text may become a picture or a file; those become no text again, and an album nothing."""

    message: int
    text: bool = False
    album: bool = False


@dataclass
class Answered:
    """A question's words and the messages that answer it now. Whoever changes them holds the lock."""

    place: Place
    question: int | None
    """The message to reply to; None in a private chat."""
    said: object
    """What was asked with: as long as it is the same, so is the answer."""
    shown: list[Shown] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Memory:
    """The latest answers by the ids of their messages, question and answers alike: a chat counts them all together."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Answered] = OrderedDict()
        self._named: OrderedDict[tuple[str, str], Answered] = OrderedDict()

    def find(self, chat: str, message: int | None) -> Answered | None:
        return self._kept.get((chat, message)) if message else None

    def keep(self, answered: Answered, *messages: int) -> None:
        for message in messages:
            self._kept[(answered.place.chat, message)] = answered
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def name(self, answered: Answered, name: str | None) -> Answered | None:
        """Let an answer bear a name from now on, or none; who bore it before, if that was another."""
        for key in [key for key, each in self._named.items() if each is answered]:
            del self._named[key]
        if name is None:
            return None
        before = self._named.pop((answered.place.chat, name), None)
        self._named[(answered.place.chat, name)] = answered
        if len(self._named) > _KEPT:
            self._named.popitem(last=False)
        return before

    def forget(self, chat: str) -> None:
        self._kept = OrderedDict((key, kept) for key, kept in self._kept.items() if key[0] != chat)
        self._named = OrderedDict((key, named) for key, named in self._named.items() if key[0] != chat)
