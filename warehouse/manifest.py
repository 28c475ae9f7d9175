"""The manifest: which files of which tables are in force, and what is known of them without opening them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from warehouse.messages import Unreadable, system_reason

NAME = "manifest.json"
FORMAT = 1
"""Raised when a program of today could not read what is written tomorrow."""


@dataclass(frozen=True)
class Extent:
    """From when to when a column goes in a file; both None if it holds nothing but nulls."""

    column: str
    first: datetime | None
    last: datetime | None
    nulls: bool


@dataclass(frozen=True)
class DataFile:
    """One Parquet file: the rows of a table that fall into one UTC month (or all rows of a small table)."""

    path: str
    month: str
    rows: int
    first: datetime | None = None
    last: datetime | None = None
    filled: tuple[str, ...] = ()
    """The columns that hold anything but nulls."""
    lines: tuple[str, ...] = ()
    checksum: str | None = None
    """Of the file's bytes; none in the manifests of older programs."""
    extents: tuple[Extent, ...] = ()
    """Of the columns of times beside the one that puts a row into a month; none in older manifests."""
    latest: datetime | None = None
    """The latest instant that a row tells of by a time or a duration; none in older manifests."""

    values: tuple[str, ...] | None = None
    """What the columns of few words say in it, as `column=word`; none in older manifests."""

    @property
    def known_to(self) -> datetime | None:
        """Return the latest beginning, answer, loss or end in the file."""
        if self.latest is not None:
            return self.latest
        ends = (extent.last for extent in self.extents)
        return max((moment for moment in (self.last, *ends) if moment), default=None)


@dataclass(frozen=True)
class Gap:
    """Rows that a source has and the table lacks, which are no random sample: figures over them are wrong unseen."""

    source: str
    rows: int
    read: int
    """How many rows the source has."""
    lost: int
    """How many of the missing ones are known to be lost contacts."""
    first: datetime | None
    last: datetime | None
    """From when to when they are, as far as anything tells; None: nothing does."""
    lines: tuple[str, ...] = ()
    """The lines they are of; none if that is not known."""
    merged: bool = False
    """Whether they went into other rows of their source for having the same key, rather than being rejected."""

    def touches(self, start: datetime, end: datetime) -> bool:
        """Return whether a period [start, end) may lack any of its rows."""
        return (self.first is None or self.first < end) and (self.last is None or self.last >= start)

    def is_mended_by(self, source: str, rows: int, first: datetime | None, last: datetime | None) -> bool:
        """Return whether an import from `first` to `last` brings what is missing: the same source, or its rejects.

        A name may be used again every day, so days that an import does not reach stay as they are.
        """
        if source == self.source:
            return self._within(first, last)
        stem = self.source.rpartition(".")[0] or self.source
        of_rejects = source.startswith(f"{stem}-") and source.endswith("-rejects.csv")
        return of_rejects and not self.merged and rows >= self.rows

    def _within(self, first: datetime | None, last: datetime | None) -> bool:
        if self.first is None or self.last is None:
            return True
        return bool(first and last and first.date() <= self.first.date() and self.last.date() <= last.date())


@dataclass(frozen=True)
class TableState:
    files: tuple[DataFile, ...] = ()
    complete_to: datetime | None = None
    """Declared by an import; the table may still be complete to the latest that it tells of only."""
    gaps: tuple[Gap, ...] = ()
    """What is known to be missing until its source is imported whole."""

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @cached_property
    def first(self) -> datetime | None:
        return min((file.first for file in self.files if file.first), default=None)

    @cached_property
    def last(self) -> datetime | None:
        return max((file.last for file in self.files if file.last), default=None)

    @cached_property
    def known_to(self) -> datetime | None:
        """Return up to when the table is complete: to the latest that it tells of, or later if an import declares it.

        What an import declares of a table without rows is kept.
        """
        told = (file.known_to for file in self.files)
        return max((moment for moment in (*told, self.complete_to) if moment), default=None)

    @cached_property
    def filled(self) -> frozenset[str]:
        return frozenset(name for file in self.files for name in file.filled)

    def says(self, column: str, words: Collection[str]) -> bool:
        """Return whether a column of few words says one of these anywhere; True where an older file may."""
        wanted = {f"{column}={word}" for word in words}
        return any(file.values is None or not wanted.isdisjoint(file.values) for file in self.files)

    @cached_property
    def lines(self) -> frozenset[str]:
        return frozenset(name for file in self.files for name in file.lines)


@dataclass(frozen=True)
class Manifest:
    tables: dict[str, TableState] = field(default_factory=dict)
    cursors: dict[str, Any] = field(default_factory=dict)
    """How far a source was pulled, by its name: it moves in one commit with the rows."""

    def table(self, name: str) -> TableState:
        return self.tables.get(name, TableState())

    def with_table(self, name: str, state: TableState) -> Manifest:
        return replace(self, tables={**self.tables, name: state})

    def with_cursor(self, source: str, cursor: Mapping[str, Any]) -> Manifest:
        return replace(self, cursors={**self.cursors, source: dict(cursor)})


def to_json(manifest: Manifest) -> str:
    """The manifest as its file has it."""
    tables = {name: asdict(state) for name, state in manifest.tables.items()}
    return json.dumps(
        {"format": FORMAT, "tables": tables, "cursors": manifest.cursors}, indent=1, default=datetime.isoformat
    )


def from_json(raw: str) -> Manifest:
    """A manifest from its file. Raises UserError if a newer program wrote it, or if it is no manifest."""
    try:
        data = json.loads(raw)
        if data["format"] <= FORMAT:
            return _parsed(data)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Unreadable(
            "The file {file} of the records is damaged: put back a copy of it, or move the records away and import "
            "them again.",
            file=NAME,
        ) from None
    raise Unreadable("These records were written by a newer Svodka: update this one to read them.")


def read(root: Path) -> Manifest:
    """The manifest in force in a directory; an empty one where nothing was ever imported.

    Raises UserError if it cannot be read.
    """
    try:
        raw = (root / NAME).read_text("utf-8", "replace")
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        raise Unreadable("The records cannot be read: {reason}.", reason=system_reason(error)) from None
    return from_json(raw)


def checksum_of(path: Path) -> str:
    """A file's checksum: a changed bit in it may still decode, to another number."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _parsed(data: Any) -> Manifest:

    def instant(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    def gap(told: Any) -> Gap:
        moments = {"first": instant(told["first"]), "last": instant(told["last"])}
        return Gap(**{**told, **moments, "lines": tuple(told["lines"])})

    return Manifest(
        {
            name: TableState(
                tuple(
                    DataFile(
                        f["path"],
                        f["month"],
                        f["rows"],
                        instant(f["first"]),
                        instant(f["last"]),
                        tuple(f["filled"]),
                        tuple(f["lines"]),
                        f.get("checksum"),
                        tuple(
                            Extent(e["column"], instant(e["first"]), instant(e["last"]), e["nulls"])
                            for e in f.get("extents", ())
                        ),
                        instant(f.get("latest")),
                        None if f.get("values") is None else tuple(f["values"]),
                    )
                    for f in state["files"]
                ),
                instant(state["complete_to"]),
                tuple(map(gap, state.get("gaps", ()))),
            )
            for name, state in data["tables"].items()
        },
        data.get("cursors", {}),
    )
