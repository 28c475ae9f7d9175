"""What the configuration says of a warehouse: where it is, and which of its columns is which of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import sqlalchemy as sa

from warehouse.schema import TABLES, time_of

_BOUNDS = re.compile(r"\{bounds:\s*([^{}]+?)\s*\}")
"""Where a query of theirs takes the bounds of a question, on one of the columns that it reads."""
_NAME = re.compile(r"[^\W\d]\w*|\"[^\"]+\"|`[^`]+`|\[[^\]]+\]")


def bounded(sql: str, on: Callable[[str], str] = lambda column: "1 = 1") -> str:
    """Return SQL with bounds where it takes some: `on` gives the condition on a column; all rows, if none is given."""
    return _BOUNDS.sub(lambda found: on(found[1]), sql)


@dataclass(frozen=True)
class ColumnMapping:
    """A canonical column as an expression over theirs, in their engine's words, with what their values are in ours."""

    of: str
    values: tuple[tuple[str, str], ...] = ()
    """(their word, ours); ours is empty where theirs says nothing."""

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but one of their columns, by which their table may be ordered or indexed."""
        return not self.values and _NAME.fullmatch(self.of.strip()) is not None


@dataclass(frozen=True)
class TableMapping:
    """How one canonical table is read out of theirs. Texts are SQL in their engine's words, by whoever configures."""

    table: str
    """The canonical table's name."""
    source: str
    """A table of theirs, by its name, or a query; `{bounds:COLUMN}` in it is where it takes a question's bounds."""
    columns: Mapping[str, ColumnMapping] = field(hash=False)
    where: str | None = None
    """The rows to keep; all, if None."""
    timezone: str = "UTC"
    """The IANA zone of times that name none."""
    zone_given: bool = False
    """Whether the table has a zone of its own, and not just the centre's."""
    time: str | None = None
    """Their column by which the table is partitioned, indexed or sorted."""
    fresh: str | None = None
    """The table is complete to the greatest of this expression."""
    pulled: bool = False
    """Whether it is read from the lake, into which it is copied."""

    @property
    def canonical(self) -> sa.Table:
        return TABLES[self.table]

    @cached_property
    def is_query(self) -> bool:
        return re.match(r"\s*\(?\s*(select|with)\b", self.source, re.IGNORECASE) is not None

    @property
    def narrowed_by(self) -> str | None:
        """The raw column that is narrowed in place of the time that puts a row into a period; None: there is none."""
        name = time_of(self.canonical)
        if self.time or name is None:
            return self.time
        own = self.columns.get(name)
        return own.of if own and own.is_plain else None


@dataclass(frozen=True)
class WarehouseSettings:
    """A database of records. Its password is no part of it."""

    url: str
    timeout_s: float = 20.0
    connections: int = 4
    tables: Mapping[str, TableMapping] = field(default_factory=dict, hash=False)
    """By the canonical table's name."""

    def of(self, tables: Collection[str]) -> WarehouseSettings:
        """The same database with no more than these tables."""
        return replace(self, tables={name: each for name, each in self.tables.items() if name in tables})

    @property
    def read(self) -> frozenset[str]:
        """The names of the tables that are read there, and not from the lake."""
        return frozenset(name for name, each in self.tables.items() if not each.pulled)
