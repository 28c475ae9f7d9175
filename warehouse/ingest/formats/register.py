"""The register of named formats. Adding one is adding an entry to `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.messages import Mistake, nearest

if TYPE_CHECKING:
    from warehouse.ingest.formats.given import FormatSource, Given


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
