"""Records in memory, for worlds so small and so many that a lake's files would cost more than the questions."""

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
from sqlalchemy.sql.compiler import SQLCompiler

from tests.kit import TYPES, writer
from warehouse.manifest import Gap
from warehouse.records import DUCKDB, STATEMENTS_KEPT
from warehouse.schema import TABLES, line_of, time_of
from warehouse.sql import DIALECTS, Dialect

Row = dict[str, Any]


class Memory:
    """Rows by table (instants UTC), known up to one moment."""

    def __init__(self, rows: Mapping[str, Sequence[Row]], complete_to: datetime) -> None:
        self._rows = rows
        self._complete_to = complete_to
        self._connection = writer().cursor()
        self._lock = Lock()
        for table in TABLES.values():
            of = rows.get(table.name, ())
            arrays = [pa.array([row.get(c.name) for row in of], TYPES[c.info["kind"]]) for c in table.columns]
            self._connection.register(table.name, pa.table(arrays, names=[c.name for c in table.columns]))

    @property
    def dialect(self) -> Dialect:
        return DIALECTS["duckdb"]

    def rows(self, statement: sa.Select[Any], moments: Mapping[str, datetime] = {}) -> Sequence[sa.Row[Any]]:
        words = _words(statement).construct_expanded_state(dict(moments)).statement
        with self._lock:  # two statements are asked at once, and a cursor has one result
            self._connection.execute(words)
            names = [column[0] for column in self._connection.description or ()]
            return IteratorResult(SimpleResultMetaData(names), iter(self._connection.fetchall())).all()

    @contextmanager
    def at_once(self) -> Iterator[Memory]:
        yield self

    def together(self, tables: Collection[str]) -> bool:
        return True

    def derives(self, tables: Collection[str]) -> bool:
        return False

    def close(self) -> None:
        for table in TABLES:
            self._connection.unregister(table)
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


@lru_cache(STATEMENTS_KEPT)
def _words(statement: sa.Select[Any]) -> SQLCompiler:
    compiled = statement.compile(dialect=DUCKDB, compile_kwargs={"literal_execute": True})
    assert isinstance(compiled, SQLCompiler)
    return compiled
