"""Reading records: the few things `metrics` asks of any warehouse, and the lake's answer to them.

The lake's files are read by an in-memory DuckDB through SQLAlchemy. DuckDB gives every thread that connects to an
in-memory URL an empty database of its own, so one connection is opened and its cursors are handed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from warehouse.manifest import Manifest
from warehouse.schema import TABLES

if TYPE_CHECKING:
    import duckdb


class Records(Protocol):
    """One consistent state of the fact tables."""

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Run a Core statement over the canonical tables."""
        ...

    def first_event(self, table: str) -> datetime | None:
        """The table's earliest instant (UTC), None if it is empty."""
        ...

    def complete_to(self, table: str) -> datetime | None:
        """Up to when the table is known: its latest event, or later if its import declares it."""
        ...

    def lines(self, table: str) -> frozenset[str]:
        """The lines that occur in the table."""
        ...

    def filled(self, table: str) -> frozenset[str]:
        """The columns that hold anything but nulls; none if the table is empty."""
        ...


class LakeRecords:
    """The lake as of one manifest."""

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self._root = root
        self._manifest = manifest
        self._views: set[str] = set()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        engine = self._engine()
        for name in tables_of(statement):
            self._show(name)
        with engine.connect() as connection:
            return connection.execute(statement).all()

    def first_event(self, table: str) -> datetime | None:
        return self._manifest.table(table).first

    def complete_to(self, table: str) -> datetime | None:
        state = self._manifest.table(table)
        known = [moment for moment in (state.last, state.complete_to) if moment]
        return max(known, default=None)

    def filled(self, table: str) -> frozenset[str]:
        return self._manifest.table(table).filled

    def lines(self, table: str) -> frozenset[str]:
        return self._manifest.table(table).lines

    def _engine(self) -> sa.Engine:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect()
            # Months are many small files: the footers are worth keeping between statements.
            self._connection.execute("SET TimeZone = 'UTC'; SET enable_object_cache = true")
            connection = self._connection
            self._sql = sa.create_engine(
                "duckdb:///:memory:", creator=lambda: connection.cursor(), poolclass=sa.NullPool
            )
        return self._sql

    def _show(self, name: str) -> None:
        """Give a table's files its name, the first time a statement asks for it."""
        if name in self._views or name not in TABLES or self._connection is None:
            return
        files = [str(self._root / file.path) for file in self._manifest.table(name).files]
        self._connection.execute(f"CREATE VIEW {name} AS {relation_over(files, TABLES[name])}")
        self._views.add(name)


def tables_of(statement: sa.Select[*tuple[Any, ...]]) -> Iterator[str]:
    """The names of the tables that a statement reads, derived relations included."""
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Table):
            yield element.name


def relation_over(files: Sequence[str], table: sa.Table) -> str:
    """The statement (DuckDB) that reads a table from its files; no rows, but the right columns, without files."""
    if files:
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
        return f"SELECT * FROM read_parquet([{listed}])"
    columns = ", ".join(f'CAST(NULL AS {duckdb_type(column)}) AS "{column.name}"' for column in table.columns)
    return f"SELECT {columns} WHERE false"


def duckdb_type(column: sa.Column[Any]) -> str:
    """How the lake stores a column."""
    kinds = {
        "text": "VARCHAR",
        "one_of": "VARCHAR",
        "time": "TIMESTAMP",
        "seconds": "DOUBLE",
        "number": "DOUBLE",
        "flag": "BOOLEAN",
        "date": "DATE",
        "integer": "INTEGER",
    }
    return kinds[column.info.get("kind", "text")]
