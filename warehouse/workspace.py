"""Locks between processes, and directories for temporary files that go with the process that made them."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


_PREFIX = ".import-"
_BORN_S = 60.0
"""Younger than this, a directory that nobody holds may be one whose maker is about to."""


@contextmanager
def workspace(parent: Path) -> Iterator[Path]:
    """A directory for one piece of work, on the disk of the lake; what killed processes left behind is removed.

    Its maker holds a lock on it, which the system lets go when that process dies: a directory that can be locked
    is nobody's any more.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(_PREFIX + "*"):
        with suppress(OSError, Locked):
            if time.time() - left.stat().st_mtime > _BORN_S:
                with lock(left):
                    shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent) as name, lock(Path(name)):
        yield Path(name)
