"""The lake: immutable monthly Parquet files and one manifest that names those in force.

A reader takes the manifest once and sees one state from start to end, whatever is imported meanwhile. A writer
holds the lock, writes new files under new names, syncs them, and moves the manifest last: kill it at any moment
and the lake is in the previous state or in the new one. Files that no manifest names are removed later.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.manifest import Manifest, from_json, to_json
from warehouse.messages import Mistake
from warehouse.records import LakeRecords

MANIFEST = "manifest.json"
GRACE_S = 3600.0
"""How long a file stays after the last manifest that named it: longer than any reader keeps a manifest."""


class Lake:
    """A directory of records. Nothing is opened or created until it is asked for something."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def manifest(self) -> Manifest:
        """The state in force now; an empty one where nothing was ever imported."""
        try:
            raw = (self.root / MANIFEST).read_text("utf-8")
        except FileNotFoundError:
            return Manifest()
        return from_json(raw)

    def open(self) -> LakeRecords:
        """Records as of the manifest in force now, read-only."""
        return LakeRecords(self.root, self.manifest())

    @contextmanager
    def writing(self) -> Iterator[Manifest]:
        """Hold the lock that only one writer has, and take the manifest it starts from.

        Raises Mistake if another process holds it.
        """
        import fcntl

        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.seek(0)
                raise Mistake(
                    "Another import (process {holder}) is writing these records: wait until it is done.",
                    holder=handle.read().strip() or "?",
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield self.manifest()

    def new_path(self, table: str, month: str) -> Path:
        """Where to write a new file of a table; its directory exists."""
        directory = self.root / table
        directory.mkdir(parents=True, exist_ok=True)
        return directory / f"{month}-{uuid.uuid4().hex[:12]}.parquet"

    def commit(self, manifest: Manifest) -> None:
        """Put a manifest in force, after the files it names are safely on disk; call it under `writing`."""
        before = self.manifest()
        known = {file.path for state in before.tables.values() for file in state.files}
        directories = {self.root}
        for state in manifest.tables.values():
            for file in state.files:
                if file.path not in known:
                    _sync(self.root / file.path)
                    directories.add((self.root / file.path).parent)
        for directory in directories:
            _sync(directory)
        kept = {file.path for state in manifest.tables.values() for file in state.files}
        for path in known - kept:
            # Its age counts from the last manifest that names it: a reader may hold that one for a while.
            os.utime(self.root / path)
        pending = self.root / f".{MANIFEST}.{os.getpid()}"
        pending.write_text(to_json(manifest), "utf-8")
        _sync(pending)
        pending.replace(self.root / MANIFEST)
        _sync(self.root)
        self._sweep(manifest)

    def _sweep(self, manifest: Manifest) -> None:
        """Remove files that no manifest has named for a while, and leave those a reader may still hold."""
        named = {self.root / file.path for state in manifest.tables.values() for file in state.files}
        now = time.time()
        for path in self.root.glob("*/*.parquet"):
            if path not in named and now - path.stat().st_mtime > GRACE_S:
                path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
