"""The register of named formats. Adding one is adding an entry to `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from warehouse.ingest.rejects import Misshapen, Say
from warehouse.ingest.sources import Source
from warehouse.lake import Lake
from warehouse.messages import Mistake, nearest


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


@dataclass(frozen=True)
class Format:
    """A named format: the tables it fills, and how."""

    tables: tuple[str, ...]
    open: Callable[[Given], FormatSource]


def _queue_log(given: Given) -> FormatSource:
    from warehouse.ingest.formats.queue_log.source import QueueLog

    return QueueLog(given)


FORMATS: Mapping[str, Format] = {
    "queue_log": Format(("calls", "activities"), _queue_log),
}


def format_named(name: str, table: str) -> Format:
    """The format of that name. Raises Mistake if there is none, or if it says nothing for the table."""
    if name not in FORMATS:
        raise Mistake(
            'There is no format "{given}". There are: {known}.', given=name, known=nearest(name, tuple(FORMATS))
        )
    found = FORMATS[name]
    if table not in found.tables:
        raise Mistake(
            "The format {format} has nothing for the table {table}: it fills {known}.",
            format=name,
            table=table,
            known=", ".join(found.tables),
        )
    return found
