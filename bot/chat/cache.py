"""Answers that are kept while the data are the same: whoever asks the same gets the same, computed and drawn once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress

from cachetools import LRUCache

from digests.document import Attachment, Document, Picture

BUDGET = 24 * 2**20
"""Bytes of pictures and files that are kept."""
_WORDS = 4096
"""What the text of an answer is taken to weigh."""


class AnswerCache:
    """Documents by what was asked. A document that is being made is awaited by all who ask for it meanwhile."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._ready: LRUCache[Hashable, Document] = LRUCache(budget, weight)
        self._making: dict[Hashable, asyncio.Task[Document]] = {}

    @property
    def making(self) -> int:
        """How many documents are being made."""
        return len(self._making)

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Document]]) -> Document:
        """The document of a key. It goes on being made where who asked stops waiting. Raises what `make` raises."""
        if ready := self._ready.get(key):
            return ready
        if key not in self._making:
            task = asyncio.ensure_future(self._made(key, make))
            self._making[key] = task
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(self._making[key])

    def clear(self) -> None:
        """Forget what is ready: the data are others now."""
        self._ready.clear()

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[Document]]) -> Document:
        document = await make()
        with suppress(ValueError):  # heavier than all that may be kept
            self._ready[key] = document
        return document

    def _over(self, key: Hashable, done: asyncio.Task[Document]) -> None:
        self._making.pop(key, None)
        if not done.cancelled():
            done.exception()  # told to whoever waited; nobody may have


def weight(document: Document) -> int:
    """Roughly how many bytes a document holds."""
    held = [_WORDS]
    for block in document.blocks:
        match block:
            case Picture(image=content) | Attachment(content=content):
                held.append(len(content))
            case _:
                pass
    return sum(held)
