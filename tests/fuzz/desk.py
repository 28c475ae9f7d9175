"""What must hold after an import of anything: it was taken as a whole, or refused with a sentence and no trace."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import sqlalchemy as sa

from digests.localizer import Localizer
from tests.warehouse.importing import Desk, rejects
from warehouse.ingest.load import Summary
from warehouse.lake import Lake
from warehouse.messages import UserError
from warehouse.schema import CALLS
from warehouse.upkeep import verify

WORDS = Localizer("ru")
MEMORY = "/dev/shm"
"""Where there is one, a disk that need not be waited for: what survives a crash is another story."""


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk with a lake that has a few calls."""
    with TemporaryDirectory(dir=MEMORY if os.path.isdir(MEMORY) else None) as name:  # noqa: PTH112
        found = Desk(Path(name))
        shutil.copytree(_seed(), found.lake.root)
        yield found


@cache
def _seed() -> Path:
    first = Desk(Path(mkdtemp(prefix="svodka-fuzz-")))
    first.calls("known,in,sales,2026-06-01 10:00,answered,12", "old,in,sales,2026-05-01 10:00,abandoned,30")
    return first.lake.root


def take(desk: Desk, path: Path, table: sa.Table = CALLS, **options: Any) -> Summary | None:
    """Import a file; None if it was refused. Whatever comes of it, the lake is whole."""
    # As the program does: a reason is translated, and then its places are filled.
    options = {"say": WORDS.translated, **options}
    before, rows = state(desk.lake), desk.lake.manifest().table(table.name).rows
    try:
        summary = desk.take(path, table, **options)
    except UserError as error:
        sound(error)
        assert state(desk.lake) == before
        return None
    assert verify(desk.lake).problems == ()
    assert desk.lake.manifest().table(table.name).rows == rows + summary.added
    assert len(rejects(summary) if summary.rejects_file else []) == summary.rejected
    assert not list(desk.lake.root.glob(".import-*"))
    after = desk.lake.manifest()
    if summary.read % 3 == 1:  # twice takes twice as long
        desk.take(path, table, **options)
        assert desk.lake.manifest() == after, "the same file twice changes something"
    return summary


def sound(error: UserError) -> None:
    """One line that any terminal takes."""
    said = str(error)
    assert said.encode()
    assert WORDS.say(error.message).encode()
    assert "\n" not in said
    assert "Error" not in said, said


def state(lake: Lake) -> dict[str, bytes]:
    """All that is on the lake's disk."""
    return {str(path): path.read_bytes() for path in lake.root.rglob("*") if path.is_file() and path.name != ".lock"}
