"""Directories for temporary files beside the records, which go with the process that made them."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.lock import Locked, lock

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
