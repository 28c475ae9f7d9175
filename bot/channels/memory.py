"""What a channel remembers of its conversations, as long as it runs: the latest of each, older ones are forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cachetools import LRUCache

MOST = 4000

K = TypeVar("K", bound=Hashable)


class Recent(Generic[K]):
    """Keys that came of late, such as of events, which platforms deliver twice."""

    def __init__(self, most: int = MOST) -> None:
        self._keys: LRUCache[K, bool] = LRUCache(most)

    def __contains__(self, key: K) -> bool:
        return key in self._keys

    def add(self, key: K) -> bool:
        """Remember a key; whether it is new."""
        known = self._keys.get(key, False)
        self._keys[key] = True
        return not known


@dataclass(kw_only=True)
class RememberedAnswer:
    """An answer as it stands in a chat. Whoever changes it holds the lock."""

    name: str | None = None
    """Of answers with one name, only the latest stays."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


A = TypeVar("A", bound=RememberedAnswer)


class Memory(Generic[A]):
    """The latest answers, by the messages that they are made of and were asked with, and by their names."""

    def __init__(self, most: int = MOST) -> None:
        self._answers: LRUCache[tuple[str, Hashable], A] = LRUCache(most)
        self._named: LRUCache[tuple[str, str], A] = LRUCache(most)

    def find(self, chat: str, message: Hashable) -> A | None:
        """Return the answer that a message of a chat belongs to."""
        return self._answers.get((chat, message))

    def add(self, chat: str, answer: A, *messages: Hashable) -> None:
        """Remember to which answer messages belong."""
        for message in messages:
            self._answers[chat, message] = answer

    def name(self, chat: str, answer: A, name: str | None) -> A | None:
        """Let an answer bear a name from now on, or none. Return the one that bore it before."""
        if answer.name and self._named.get((chat, answer.name)) is answer:
            del self._named[chat, answer.name]
        answer.name = name
        if name is None:
            return None
        before = self._named.pop((chat, name), None)
        self._named[chat, name] = answer
        if before:
            before.name = None
        return before

    def forget(self, chat: str) -> None:
        """Forget a chat's answers: nothing there will be changed any more."""
        for cache in (self._answers, self._named):
            for key in [key for key in cache if key[0] == chat]:
                del cache[key]  # type: ignore[arg-type]
