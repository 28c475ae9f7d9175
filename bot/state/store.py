"""The state's database: opened, brought up to date, and written by one thread.

SQLite in WAL mode unless another URL is configured: a process that is killed loses nothing that was committed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from warehouse.messages import Mistake

T = TypeVar("T")

_MIGRATIONS = Path(__file__).parent / "migrations"


class State:
    """The open state. `run` hands work to its own thread, so that the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="state")

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Do some work in one transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.do, work)

    def do(self, work: Callable[[sa.Connection], T]) -> T:
        with self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Finish what was begun, then close."""
        self._thread.shutdown(wait=True)
        self.engine.dispose()


def open_state(url: str, root: Path) -> State:
    """The state at a URL, migrated; a relative SQLite path lies in the project. Raises Mistake if it cannot be used."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        example = "sqlite:///state/svodka.db"
        raise Mistake("state.url is not a database address: write it like {example}.", example=example) from None
    if address.get_backend_name() == "sqlite" and address.database:
        path = root / address.database
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(path, error.strerror) from None
        address = address.set(database=str(path))
    engine = sa.create_engine(address, connect_args=_options(address))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
    try:
        migrate(engine)
    except (sa.exc.OperationalError, sa.exc.DatabaseError) as error:
        # A database's own text may name hosts and people: only SQLite's is told.
        reason = str(error.orig) if engine.dialect.name == "sqlite" else type(error.orig).__name__
        raise _unusable(address.database or "", reason) from None
    return State(engine)


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables to a revision."""
    from alembic import command  # not worth loading for commands that have no state
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _options(address: sa.URL) -> dict[str, Any]:
    return {"check_same_thread": False, "timeout": 30} if address.get_backend_name() == "sqlite" else {}


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # Every commit is on the disk: after a power cut nothing may be posted anew that had been written as sent.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _unusable(path: object, reason: str | None) -> Mistake:
    return Mistake("The bot's state {path} cannot be used: {reason}.", path=str(path), reason=reason or "-")
