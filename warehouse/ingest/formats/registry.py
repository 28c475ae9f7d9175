"""The register of named formats. Adding one is adding an entry to `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.messages import UserError, nearest

if TYPE_CHECKING:
    from warehouse.ingest.formats.base import FormatSource, Given


@dataclass(frozen=True)
class Format:
    """A named format: the tables it fills, and how."""

    tables: tuple[str, ...]
    open: Callable[[Given], FormatSource]
    options: tuple[str, ...] = ()
    """The names of what may be said of its files."""


def _queue_log(given: Given) -> FormatSource:
    from warehouse.ingest.formats.queue_log.source import QueueLog

    return QueueLog(given)


def _cdr(given: Given) -> FormatSource:
    from warehouse.ingest.formats.cdr.source import cdr

    return cdr(given)


def _threecx(given: Given) -> FormatSource:
    from warehouse.ingest.formats.threecx.source import threecx

    return threecx(given)


FORMATS: Mapping[str, Format] = {
    "queue_log": Format(("calls", "activities"), _queue_log),
    "cdr": Format(
        ("calls",),
        _cdr,
        ("columns", "extensions", "in_contexts", "out_contexts", "line", "answers_first", "timezone"),
    ),
    "3cx": Format(("calls",), _threecx, ("columns", "queues", "line", "answers_first", "timezone")),
}


def format_named(name: str, table: str, options: Collection[str] = ()) -> Format:
    """The format of that name. Raises UserError if there is none, or if it lacks the table or one of the options."""
    if name not in FORMATS:
        raise UserError(
            'There is no format "{given}". There are: {known}.', given=name, known=nearest(name, tuple(FORMATS))
        )
    found = FORMATS[name]
    if table not in found.tables:
        raise UserError(
            "The format {format} has nothing for the table {table}: it fills {known}.",
            format=name,
            table=table,
            known=", ".join(found.tables),
        )
    for option in options:
        if not found.options:
            raise UserError("The format {format} has no options.", format=name)
        if option not in found.options:
            raise UserError(
                "The format {format} has no option {name}: its options are {known}.",
                format=name,
                name=option,
                known=nearest(option, found.options),
            )
    return found
