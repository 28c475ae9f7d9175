"""Reading records: the few things `metrics` asks of any warehouse, and the lake's answer to them.

The lake's files are read by an in-memory DuckDB through SQLAlchemy. DuckDB gives every thread that connects to an
in-memory URL an empty database of its own, so one connection is opened and its cursors are handed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from warehouse.manifest import DataFile, Manifest, read
from warehouse.messages import Mistake
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

    def last_event(self, table: str) -> datetime | None:
        """The table's latest instant (UTC), None if it is empty."""
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
        try:
            engine = self._engine()
            for name in tables_of(statement):
                self._show(name)
            with engine.connect() as connection:
                return connection.execute(statement).all()
        except Exception:
            # Whatever a damaged file makes DuckDB say, people hear which file it is. Other faults stay ours.
            tables = set(tables_of(statement))
            damage = find_damage(self._root, {name: self._manifest.table(name).files for name in tables})
            if damage:
                raise damage from None
            raise

    def first_event(self, table: str) -> datetime | None:
        return self._manifest.table(table).first

    def last_event(self, table: str) -> datetime | None:
        return self._manifest.table(table).last

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
        # By name, and after a typed row of no table at all: a file older than a column reads as nulls in it.
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        stored = f"SELECT * FROM read_parquet([{_listed(files)}], union_by_name = true)"
        return f"SELECT {names} FROM ({relation_over((), table)} UNION ALL BY NAME {stored})"
    columns = ", ".join(f'CAST(NULL AS {duckdb_type(column)}) AS "{column.name}"' for column in table.columns)
    return f"SELECT {columns} WHERE false"


def _listed(files: Sequence[str]) -> str:
    return ", ".join("'" + path.replace("'", "''") + "'" for path in files)


def rows_in(connection: duckdb.DuckDBPyConnection, path: Path) -> int | None:
    """How many rows a file has, every value of it read; None if it is missing or damaged."""
    try:
        # DuckDB reads no column that nobody looks at, so every one is counted.
        found = connection.execute(f"SELECT count(*), count(COLUMNS(*)) FROM read_parquet([{_listed([str(path)])}])")
        row = found.fetchone()
    except Exception:
        return None
    return int(row[0]) if row else None


def find_damage(root: Path, tables: Mapping[str, Sequence[DataFile]]) -> Mistake | None:
    """What to tell about the first of these files that cannot be read, None if all can."""
    import duckdb

    with duckdb.connect() as connection:
        for name, files in tables.items():
            for file in files:
                if rows_in(connection, root / file.path) is None:
                    return _damaged(root, name, file)
    return None


def _damaged(root: Path, table: str, file: DataFile) -> Mistake:
    if file not in read(root).table(table).files:
        return Mistake("The records were changed more than an hour ago, while they were read: ask again.")
    return Mistake(
        "The records of {table} for {month} cannot be read: {file} is missing or damaged. Run svodka lake verify "
        "--drop, then import that month again.",
        table=table,
        month=file.month,
        file=file.path,
    )


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
