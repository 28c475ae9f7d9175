"""Locks between processes, which the system releases when a process ends, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Locked(Exception):
    """Another process holds the lock."""


@contextmanager
def lock(path: Path, *, shared: bool = False, wait: bool = False) -> Iterator[int]:
    """Hold the lock of a file, which is made if there is none, or of a directory: its descriptor.

    `shared`: beside others who hold it so. Raises Locked if another holds it, unless told to `wait`.
    """
    import fcntl

    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    descriptor = os.open(path, flags, 0o666)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Locked from None
        yield descriptor
    finally:
        os.close(descriptor)
