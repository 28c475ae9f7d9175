"""Servers of the tests: each empty, filled by the tests and read by the program as somebody who may write nothing."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.dialects.mssql import DATETIME2

from tests.clickhouse import clickhouse
from tests.kit import TYPES
from tests.mariadb import mariadb
from tests.postgres import postgres
from tests.spark import spark
from warehouse.engines.drivers import driver_of

Rows = Sequence[Mapping[str, Any]]
Lay = Callable[[str, Sequence[sa.Column[Any]], Rows], None]
"""Makes a table of a name, of columns, with rows."""


@dataclass(frozen=True)
class Server:
    """A database as the tests fill it and the program reads it."""

    url: str
    lay: Lay
    run: Callable[[str], None]
    """Run a statement of theirs as somebody who may write."""
    password: str | None = None

    @property
    def quote(self) -> str:
        return driver_of(sa.make_url(self.url).get_backend_name()).quote


def _by_sqlalchemy(url: str, **options: Any) -> Server:
    def lay(name: str, columns: Sequence[sa.Column[Any]], rows: Rows) -> None:
        made = sa.Table(name, sa.MetaData(), *(sa.Column(each.name, each.type) for each in columns))
        engine = sa.create_engine(url, **options)
        made.create(engine)
        with engine.begin() as connection:
            for begin in range(0, len(rows), 1000):
                connection.execute(made.insert(), [dict(row) for row in rows[begin : begin + 1000]])
        engine.dispose()

    def run(statement: str) -> None:
        engine = sa.create_engine(url, **options)
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    return Server(url, lay, run)


@contextmanager
def sqlite(directory: Path) -> Iterator[Server]:
    yield _by_sqlalchemy(f"sqlite:///{directory}/centre.db")


@contextmanager
def duckdb(directory: Path) -> Iterator[Server]:
    sa.dialects.registry.register("duckdb", "warehouse.engines.duckdb_files", "DuckDBFiles")
    yield _by_sqlalchemy(f"duckdb:///{directory}/centre.duckdb", connect_args={"read_only": False})


@contextmanager
def postgresql(_directory: Path) -> Iterator[Server]:
    with postgres() as url:
        server = _by_sqlalchemy(url)

        def lay(name: str, columns: Sequence[sa.Column[Any]], rows: Rows) -> None:
            server.lay(name, columns, rows)
            server.run(f"ANALYZE {name}")  # a server of a centre does so by itself, within a minute

        yield replace(server, lay=lay)


@contextmanager
def maria(_directory: Path) -> Iterator[Server]:
    with mariadb() as url:

        @sa.event.listens_for(sa.Table, "before_create")
        def to_the_microsecond(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
            for column in table.columns if connection.dialect.name in ("mysql", "mariadb") else ():
                if isinstance(column.type, sa.DateTime):
                    column.type = sa.dialects.mysql.DATETIME(fsp=6)

        try:
            _by_sqlalchemy(url).run("CREATE DATABASE centre CHARACTER SET utf8mb4")
            yield _by_sqlalchemy(sa.make_url(url).set(database="centre").render_as_string())
        finally:
            sa.event.remove(sa.Table, "before_create", to_the_microsecond)


_CLICKHOUSE = {
    "time": "DateTime64(6, 'UTC')",
    "local": "DateTime64(3)",
    "integer": "Int64",
    "seconds": "Float64",
    "number": "Float64",
    "flag": "Bool",
}


@contextmanager
def click(_directory: Path) -> Iterator[Server]:
    with clickhouse() as url:
        address = sa.make_url(url)

        def run(statement: str) -> None:
            request = urllib.request.Request(
                f"http://{address.host}:{address.port}/", statement.encode(), method="POST"
            )
            urllib.request.urlopen(request).close()

        def lay(name: str, columns: Sequence[sa.Column[Any]], rows: Rows) -> None:
            def typed(column: sa.Column[Any]) -> str:
                # As people make them: what is always there cannot be null, and texts of few words are numbered.
                kind = _CLICKHOUSE.get(column.info.get("kind", ""), "String")
                kind = f"Nullable({kind})" if any(row[column.name] is None for row in rows) else kind
                return f"LowCardinality({kind})" if column.info.get("kind") == "one_of" else kind

            made = ", ".join(f"`{each.name}` {typed(each)}" for each in columns)
            run(f"CREATE TABLE {name} ({made}) ENGINE = MergeTree ORDER BY tuple()")
            for begin in range(0, len(rows), 1000):
                lines = "\n".join(json.dumps(dict(row), default=str) for row in rows[begin : begin + 1000])
                run(f"INSERT INTO {name} FORMAT JSONEachRow\n{lines}")

        yield Server(url, lay, run)


_PARQUET = {**TYPES, "integer": pa.int64(), "local": pa.timestamp("ms")}


@contextmanager
def sparks(directory: Path) -> Iterator[Server]:
    with spark() as url:
        engine = sa.create_engine(url)

        def run(statement: str) -> None:
            with engine.connect() as connection:
                connection.exec_driver_sql(statement)

        def lay(name: str, columns: Sequence[sa.Column[Any]], rows: Rows) -> None:
            file = directory / f"{name}.parquet"
            arrays = [pa.array([row[each.name] for row in rows], _PARQUET[each.info["kind"]]) for each in columns]
            pq.write_table(pa.table(arrays, names=[each.name for each in columns]), file, coerce_timestamps="us")
            run(f"CREATE TABLE {name} USING parquet LOCATION '{file}'")

        yield Server(url, lay, run)
        engine.dispose()


@contextmanager
def yours(_directory: Path) -> Iterator[Server]:
    """A server of whoever runs the tests, where SVODKA_TEST_URL names one: tables are made and dropped."""
    address = sa.make_url(os.environ["SVODKA_TEST_URL"])
    password = os.environ.get("WAREHOUSE_PASSWORD")
    given = address.set(password=password) if password else address
    server = _by_sqlalchemy(given.render_as_string(hide_password=False))
    made: list[str] = []

    def lay(name: str, columns: Sequence[sa.Column[Any]], rows: Rows) -> None:
        made.append(name)
        if address.get_backend_name() == "mssql":
            columns = [sa.Column(c.name, DATETIME2(6)) if isinstance(c.type, sa.DateTime) else c for c in columns]
        server.lay(name, columns, rows)

    try:
        yield Server(address.render_as_string(), lay, server.run, password)
    finally:
        for name in made:
            server.run(f"DROP TABLE {name}")


ENGINES: Mapping[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "sqlite": sqlite,
    "duckdb": duckdb,
    "postgresql": postgresql,
    "clickhouse": click,
    "mariadb": maria,
    "spark": sparks,
    "yours": yours,
}
