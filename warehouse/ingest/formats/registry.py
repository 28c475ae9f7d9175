"""The register of named formats. Adding one is adding an entry to `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
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
    sheets: bool = False
    """Whether it reads workbooks itself, sheet by sheet; otherwise it gets lines of text."""
    recognises: Callable[[Path], bool] = lambda _: False
    """Whether a file that nobody has named the format of is of this one."""


def _queue_log(given: Given) -> FormatSource:
    from warehouse.ingest.formats.queue_log.source import QueueLog

    return QueueLog(given)


def _cdr(given: Given) -> FormatSource:
    from warehouse.ingest.formats.cdr.calls import cdr

    return cdr(given)


def _threecx(given: Given) -> FormatSource:
    from warehouse.ingest.formats.threecx.source import threecx

    return threecx(given)


def _roster(given: Given) -> FormatSource:
    from warehouse.ingest.formats.roster.source import Roster

    return Roster(given)


def _is_roster(path: Path) -> bool:
    from warehouse.ingest.formats.roster.source import is_roster

    return is_roster(path)


FORMATS: Mapping[str, Format] = {
    "queue_log": Format(("calls", "activities"), _queue_log),
    "cdr": Format(
        ("calls",),
        _cdr,
        ("columns", "extensions", "in_contexts", "out_contexts", "line", "answers_first", "timezone"),
    ),
    "3cx": Format(("calls",), _threecx, ("columns", "queues", "line", "answers_first", "timezone")),
    "roster": Format(
        ("shifts",),
        _roster,
        ("month", "line", "channel", "codes", "breaks", "timezone"),
        sheets=True,
        recognises=_is_roster,
    ),
}


def recognised_format(table: str, path: Path) -> str | None:
    """Return the name of the format of the table's that a file is of, as far as the file shows it."""
    found = (name for name, each in FORMATS.items() if table in each.tables and each.recognises(path))
    return next(found, None) if path.is_file() else None


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
