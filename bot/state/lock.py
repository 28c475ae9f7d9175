"""Locks between processes, as files that the system lets go of when a process ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Held(Exception):
    """Another process holds it."""


@contextmanager
def locked(path: Path, *, alone: bool, wait: bool = False) -> Iterator[None]:
    """Hold a lock, alone or beside others who do not ask to be alone. Raises Held if it cannot be had."""
    import fcntl

    with path.open("a") as handle:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Held from None
        yield
