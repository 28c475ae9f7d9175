"""Directories for temporary files beside the records, which go with the process that made them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _BORN_S:
                with _held(left):
                    shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent) as name, _held(Path(name)):
        yield Path(name)


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory. Raises BlockingIOError if another process does."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
