"""What became due by a decision is done at once, and not at the next beat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Hurry:
    """Asked for by whoever takes decisions, run beside everything else."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._working: set[asyncio.Future[object]] = set()

    def ask(self) -> None:
        """Something was decided."""
        self._asked.set()

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is done."""
        return not self._asked.is_set() and not self._working

    async def run(self, *works: Callable[[], Awaitable[object]]) -> None:
        """Do these whenever it is asked, until cancelled; what takes long holds up nothing that is asked later."""
        try:
            while True:
                await self._asked.wait()
                self._asked.clear()
                for work in works:
                    task: asyncio.Future[object] = asyncio.ensure_future(work())
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)
        finally:
            for task in self._working:
                task.cancel()
