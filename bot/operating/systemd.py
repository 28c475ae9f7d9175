"""Telling systemd that the bot has begun, that it lives and that it ends; nobody, where systemd does not ask."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def tell(what: str) -> None:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1` to where NOTIFY_SOCKET says."""
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return
    # The supervisor's socket that is gone is no reason not to serve.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
        speaker.connect("\0" + where[1:] if where.startswith("@") else where)
        speaker.sendall(what.encode())
