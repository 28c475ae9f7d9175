"""The lake: immutable monthly Parquet files and one manifest that names those in force.

A reader takes the manifest once and sees one state from start to end, whatever is imported meanwhile. A writer
holds the lock, writes new files under new names, syncs them, and moves the manifest last: kill it at any moment
and the lake is in the previous state or in the new one. Files that no manifest names are removed later.
"""

from __future__ import annotations

import errno
import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from warehouse.derived import LASTING, LASTS_S
from warehouse.manifest import NAME as MANIFEST
from warehouse.manifest import Manifest, read, to_json
from warehouse.messages import UserError, system_reason
from warehouse.records import LakeRecords, find_damage, unreadable
from warehouse.workspace import Locked, lock

LOG = logging.getLogger(__name__)
GRACE_S = 3600.0
"""How long a file stays after the last manifest that named it: longer than any reader keeps a manifest."""


class Lake:
    """A directory of records. Nothing is opened or created until it is asked for something."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._new: list[Path] = []
        """What this writer began, until it is in force or gone."""

    def manifest(self) -> Manifest:
        """The state in force now; an empty one where nothing was ever imported."""
        return read(self.root)

    def stamp(self) -> tuple[int, int, int] | None:
        """What changes whenever another manifest is in force; None where nothing was ever imported."""
        try:
            stat = (self.root / MANIFEST).stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def open(self, limit_s: float | None = None) -> LakeRecords:
        """Records as of the manifest in force now, read-only; a statement may take `limit_s`."""
        return LakeRecords(self.root, self.manifest(), limit_s)

    def unreadable(self, met: UserError | None = None) -> UserError | None:
        """What is wrong with the records in force at a quick look; `met` is what a question stumbled upon before."""
        return unreadable(self.root, met)

    @contextmanager
    def writing(self) -> Iterator[Manifest]:
        """Hold the lock that only one writer has, and take the manifest it starts from.

        Raises UserError if another process holds it, or if the disk does not take what is written or give back what
        was; the lake is then as it was before.
        """
        with self.storing(), self._locked():
            try:
                manifest = self.manifest()
                # Not only after a commit: where one writer after another is killed, what they leave must not pile up.
                self._sweep(manifest)
                yield manifest
            except BaseException:
                self._forget_new()
                raise

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Turn what the lake's disk refuses into a UserError, for work there that needs no lock as well."""
        import duckdb

        try:
            yield
        except (OSError, duckdb.Error) as error:
            refusal = self._told(error)
            if refusal is None:
                raise
            raise refusal from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        file = self.root / ".lock"
        with ExitStack() as stack:
            try:
                descriptor = stack.enter_context(lock(file))
            except Locked:
                raise UserError(
                    "Another import (process {holder}) is writing these records: wait until it is done.",
                    holder=file.read_text().strip() or "?",
                ) from None
            os.truncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield

    def new_path(self, table: str, month: str) -> Path:
        """Where to write a new file of a table; its directory exists."""
        directory = self.root / table
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{month}-{uuid.uuid4().hex[:12]}.parquet"
        self._new.append(path)
        return path

    def commit(self, manifest: Manifest) -> None:
        """Put a manifest in force, after the files it names are safely on disk; call it under `writing`."""
        before = self.manifest()
        known = {file.path for state in before.tables.values() for file in state.files}
        directories = {self.root}
        for state in manifest.tables.values():
            for file in state.files:
                if file.path not in known:
                    sync(self.root / file.path)
                    directories.add((self.root / file.path).parent)
        for directory in directories:
            sync(directory)
        kept = {file.path for state in manifest.tables.values() for file in state.files}
        for path in known - kept:
            # Its age counts from the last manifest that names it: a reader may hold that one for a while.
            with suppress(FileNotFoundError):
                os.utime(self.root / path)
        pending = self.root / f".{MANIFEST}.{os.getpid()}"
        pending.write_text(to_json(manifest), "utf-8")
        sync(pending)
        pending.replace(self.root / MANIFEST)
        sync(self.root)
        self._sweep(manifest)

    def _sweep(self, manifest: Manifest) -> None:
        """Remove files that no manifest has named for a while, and leave those a reader may still hold."""
        named = {self.root / file.path for state in manifest.tables.values() for file in state.files}
        begun, self._new = set(self._new), []
        now = time.time()
        # What is left is only untidy: a commit that is done does not fail for it.
        with suppress(OSError):
            for path in self.root.glob(f".{MANIFEST}.*"):
                path.unlink(missing_ok=True)
            for path in self.root.glob("*/*.parquet"):
                kept_s = LASTS_S if path.name.endswith(LASTING) else GRACE_S
                if path not in named and (path in begun or now - path.stat().st_mtime > kept_s):
                    path.unlink(missing_ok=True)

    def _forget_new(self) -> None:
        """Give the disk back what a writer that failed had written: it may be full."""
        begun, self._new = self._new, []
        with suppress(OSError, UserError):
            named = {self.root / file.path for state in self.manifest().tables.values() for file in state.files}
            for path in begun:
                if path not in named:
                    path.unlink(missing_ok=True)
            (self.root / f".{MANIFEST}.{os.getpid()}").unlink(missing_ok=True)

    def _told(self, error: Exception) -> UserError | None:
        """What to tell people of an error while writing; None if it is a fault of ours."""
        import duckdb

        if _code(error) in (errno.ENOSPC, errno.EDQUOT):
            return UserError(
                "The disk with {directory} is full: the records are as they were. Make room and run it again.",
                directory=self.root,
            )
        if isinstance(error, duckdb.OutOfMemoryException):
            return UserError("There is not enough memory for so many rows at once: nothing was changed.")
        try:
            damage = find_damage(self.root, {name: state.files for name, state in self.manifest().tables.items()})
        except UserError as refusal:
            damage = refusal
        if damage or not isinstance(error, OSError | duckdb.IOException):
            return damage
        LOG.warning("the records are not written: %s", error)
        return UserError(
            "The records in {directory} cannot be written: {reason}.",
            directory=self.root,
            reason=system_reason(OSError(_code(error), "")),
        )


def _code(error: Exception) -> int:
    """Return what the system said. DuckDB has no codes for that, only its words."""
    codes = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENOENT)
    said = str(error)
    return getattr(error, "errno", None) or next((code for code in codes if os.strerror(code) in said), 0)


def sync(path: Path) -> None:
    """Have a file or a directory on the disk, whatever happens to the machine. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
