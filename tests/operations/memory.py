"""Records in memory, for worlds so small and so many that a lake's files would cost more than the questions.

As in the lake, what is derived of deals is made once, or else by each statement, as other engines do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

from tests.kit import TYPES, writer
from warehouse.manifest import Gap
from warehouse.readings import STATEMENTS_KEPT, made_of
from warehouse.records import Words
from warehouse.schema import SALES_TABLES, TABLES, line_of, time_of
from warehouse.sql import DIALECTS, Dialect

Row = dict[str, Any]
_OF_DEALS = frozenset(table.name for table in SALES_TABLES)


class Memory:
    """Rows by table (instants UTC), known up to one moment."""

    def __init__(self, rows: Mapping[str, Sequence[Row]], complete_to: datetime, *, derives: bool = True) -> None:
        self._rows = rows
        self._derives = derives
        self._complete_to = complete_to
        self._connection = writer().cursor()
        self._lock = Lock()
        self._made: dict[str, str] = {}
        """What is derived, by its name, and the words that it was made by."""
        for name, of in rows.items():
            columns = list(TABLES[name].columns)
            arrays = [pa.array([row.get(c.name) for row in of], TYPES[c.info["kind"]]) for c in columns]
            self._connection.register(name, pa.table(arrays, names=[c.name for c in columns]))

    @property
    def dialect(self) -> Dialect:
        return DIALECTS["duckdb"]

    def rows(self, statement: sa.Select[Any], moments: Mapping[str, datetime] = {}) -> Sequence[sa.Row[Any]]:
        words = _words(statement).with_values(moments)
        with self._lock:  # two statements are asked at once, and a cursor has one result
            self._make(_words(statement), moments)
            self._connection.execute(words)
            names = [column[0] for column in self._connection.description or ()]
            return IteratorResult(SimpleResultMetaData(names), iter(self._connection.fetchall())).all()

    def _make(self, words: Words, moments: Mapping[str, datetime]) -> None:
        """Make what a statement reads: tables without rows, and what is derived of others."""
        for name in words.read.keys() - words.derived.keys() - self._rows.keys() - self._made.keys():
            columns = TABLES[name].columns
            arrays = [pa.array([], TYPES[c.info["kind"]]) for c in columns]
            self._connection.register(name, pa.table(arrays, names=[c.name for c in columns]))
            self._made[name] = ""
        for name, table in words.derived.items():
            made_by = _words(made_of(table))
            text = made_by.with_values(moments)
            if self._made.get(name) != text:
                self._make(made_by, moments)
                self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {text}")
                self._made[name] = text

    @contextmanager
    def at_once(self) -> Iterator[Memory]:
        yield self

    def together(self, tables: Collection[str]) -> bool:
        return True

    @property
    def limits(self) -> frozenset[str]:
        return frozenset()

    def derives(self, tables: Collection[str]) -> bool:
        return self._derives and not _OF_DEALS.isdisjoint(tables)

    def close(self) -> None:
        for name in (*self._rows, *(name for name, made_by in self._made.items() if not made_by)):
            self._connection.unregister(name)
        self._connection.close()

    def _column(self, table: str, column: str | None) -> Iterable[Any]:
        return (row[column] for row in self._rows.get(table, ()) if column and row.get(column) is not None)

    def first_event(self, table: str) -> datetime | None:
        return min(self._column(table, time_of(TABLES[table])), default=None)

    def last_event(self, table: str) -> datetime | None:
        return max(self._column(table, time_of(TABLES[table])), default=None)

    def complete_to(self, table: str) -> datetime | None:
        return self._complete_to if self._rows.get(table) else None

    def lines(self, table: str) -> frozenset[str]:
        return frozenset(self._column(table, line_of(TABLES[table])))

    def says(self, table: str, column: str, words: Collection[str]) -> bool:
        return not set(words).isdisjoint(self._column(table, column))

    def edition(self, table: str, start: datetime, end: datetime) -> None:
        return None

    def gaps(self, table: str) -> Sequence[Gap]:
        return ()

    def filled(self, table: str) -> frozenset[str]:
        return frozenset(c.name for c in TABLES[table].columns if any(True for _ in self._column(table, c.name)))


_words = lru_cache(STATEMENTS_KEPT)(Words.of)
