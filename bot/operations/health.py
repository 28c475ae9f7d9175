"""Whether the bot lives: its heart, and what systemd is told of it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress


class Heartbeat:
    """When the event loop last came round."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._at = now()

    def beat(self) -> None:
        """It comes round."""
        self._at = self._now()

    @property
    def age_s(self) -> float:
        return self._now() - self._at


def tell(what: str) -> None:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1` to where NOTIFY_SOCKET says."""
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return
    # The supervisor's socket that is gone is no reason not to serve.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
        speaker.connect("\0" + where[1:] if where.startswith("@") else where)
        speaker.sendall(what.encode())


STALE_S = 30.0
"""A loop that has not come round for so long hangs."""
