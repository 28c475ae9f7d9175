"""What a named format is given, and what it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from warehouse.ingest.rejects import Misshapen, Say
from warehouse.ingest.sources import Source
from warehouse.lake import Lake


@dataclass(frozen=True)
class Given:
    """What a format is read with."""

    table: sa.Table
    path: Path
    """A file, or a directory of rotated ones."""
    misshapen: Misshapen
    """Where lines go that no row can be made of."""
    timezone: str
    """Of times that name none."""
    encoding: str | None
    lake: Lake
    """What earlier files said: a call may begin in one and end in the next."""
    say: Say = str
    """Puts the reasons of rejects into the reader's language."""


class FormatSource(Source, Protocol):
    """A source that also tells, once it is read, what it left alone."""

    @property
    def skipped(self) -> Mapping[str, int]:
        """Kinds of lines that are nothing to the import, and how many there were."""
        ...

    @property
    def unfinished(self) -> int:
        """Last lines that are still being written: they are taken the next time."""
        ...
