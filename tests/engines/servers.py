"""Servers of the tests: each empty, with a user who writes for the tests and a URL by which the program reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests.postgres import postgres
from warehouse.engines import duckdb_files  # noqa: F401 - its dialect is known once a database is opened


@dataclass(frozen=True)
class Server:
    """A database as the tests fill it and the program reads it."""

    writer: sa.Engine
    url: str
    password: str | None = None


@contextmanager
def sqlite(directory: Path) -> Iterator[Server]:
    url = f"sqlite:///{directory}/centre.db"
    yield Server(sa.create_engine(url), url)


@contextmanager
def duckdb(directory: Path) -> Iterator[Server]:
    url = f"duckdb:///{directory}/centre.duckdb"
    sa.dialects.registry.register("duckdb", "warehouse.engines.duckdb_files", "DuckDBFiles")
    yield Server(sa.create_engine(url, connect_args={"read_only": False}), url)


@contextmanager
def postgresql(_directory: Path) -> Iterator[Server]:
    with postgres() as url:
        yield Server(sa.create_engine(url), url)


ENGINES: Mapping[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "sqlite": sqlite,
    "duckdb": duckdb,
    "postgresql": postgresql,
}
