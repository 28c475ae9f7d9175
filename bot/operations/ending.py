"""The end of the program: what is in flight gets a limited time, and nothing keeps the process alive after it."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor

LOG = logging.getLogger(__name__)

STOP_S = 7.5
"""What is in flight may take so long to finish after the word to stop, all of it together."""
LAST_S = 8.5
"""The process lives no longer than this after the word to stop; supervisors kill after ten seconds."""


class Remaining:
    """The time that is left of `STOP_S`, which the steps of stopping share."""

    def __init__(self, within_s: float = STOP_S) -> None:
        self._within_s = within_s
        self._until: float | None = None

    def begin(self) -> None:
        """Count from now."""
        self._until = asyncio.get_running_loop().time() + self._within_s

    def seconds(self, keep: float = 0.0) -> float:
        """What a step may take, where those after it are to have `keep` seconds; never less than nothing."""
        if self._until is None:
            self.begin()
        assert self._until is not None
        return max(0.0, self._until - asyncio.get_running_loop().time() - keep)


def exit_within(seconds: float, code: int) -> None:
    """End the process after so long, whatever it does then: a thread that computes cannot be told to stop.

    Like a kill, it loses nothing that was written before.
    """

    def end() -> None:
        LOG.warning("something did not end in time: the process ends without it")
        os._exit(code)

    last = threading.Timer(seconds, end)
    last.daemon = True
    last.start()


class Unawaited(ThreadPoolExecutor):
    """Threads whose work nobody waits for at the end: an event loop waits for those of its own as long as they take."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)
