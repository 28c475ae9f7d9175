"""The state's database: opened, brought up to date, and written by one thread.

SQLite in WAL mode unless another URL is configured: a process that is killed loses nothing that was committed.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from bot.state import backups
from bot.state.database import StateLocation, database_reason, is_due, location_of, migrate, newest, revision_of
from warehouse.messages import Message, UserError, system_reason
from warehouse.workspace import Locked, lock

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class State:
    """The open state. `run` hands work to its own thread, so that the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine, held: ExitStack | None = None) -> None:
        self.engine = engine
        self._held = held or ExitStack()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="state")

    async def run(self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what some work makes of a connection and these arguments, in one transaction."""
        done = functools.partial(self.do, work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, done)

    def do(self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the same at once, in the thread that calls."""
        with self.engine.begin() as connection:
            return work(connection, *args, **kwargs)

    def close(self) -> None:
        """Finish what was begun, then close."""
        self._thread.shutdown(wait=True)
        self.engine.dispose()
        self._held.close()


def open_state(url: str, root: Path, backup_to: Path | None = None) -> State:
    """The state at a URL, migrated; a relative SQLite path lies in the project.

    Where a migration is due, the state is backed up into `backup_to` first. Raises UserError if it cannot be used.
    """
    place = location_of(url, root)
    try:
        engine = sa.create_engine(place.address, connect_args=_options(place.address))
    except ModuleNotFoundError as error:
        raise _no_driver(place.address, error.name) from None
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        held = stack.enter_context(_held(place))
        try:
            if is_due(revision_of(engine)):
                _migrate(engine, place, backup_to)
        except (sa.exc.OperationalError, sa.exc.DatabaseError) as error:
            raise _unusable(place.address.database or "", database_reason(error)) from None
        stack.pop_all()
    return State(engine, held)


def _no_driver(address: sa.URL, module: str | None) -> UserError:
    if address.get_backend_name() == "postgresql":
        return UserError(
            "state.url is a PostgreSQL, and its driver {driver} is not installed: install {package}.",
            driver=module,
            package='"svodka[postgres]"',
        )
    return UserError("state.url needs the driver {driver}, which is not installed.", driver=module)


def _held(place: StateLocation) -> ExitStack:
    """Hold the state beside others: who puts another in its place waits until nobody does."""
    stack = ExitStack()
    if place.file is None or place.lock is None:
        return stack
    try:
        place.file.parent.mkdir(parents=True, exist_ok=True)
        stack.enter_context(lock(place.lock, shared=True))
    except Locked:
        raise UserError("The bot's state is being restored just now: start again when that is done.") from None
    except OSError as error:
        raise _unusable(place.file, system_reason(error)) from None
    return stack


def _migrate(engine: sa.Engine, place: StateLocation, backup_to: Path | None) -> None:
    with ExitStack() as stack:
        if place.file:
            # Of two processes that start at once, the second finds it done.
            stack.enter_context(lock(place.file.with_name(place.file.name + ".migrating"), wait=True))
        before = revision_of(engine)
        if not is_due(before):
            return
        if before is not None and backup_to is not None:
            if place.file:
                kept = backups.make(place.file, backup_to, why=f"before-{newest()}")
                LOG.info("the state was backed up as %s before its migration", kept.name)
            else:
                LOG.warning("the state is migrated without a backup: it is no file of SQLite's")
        migrate(engine)
        if before is not None:
            LOG.info("the state was migrated from %s to %s", before, newest())


def _options(address: sa.URL) -> dict[str, Any]:
    return {"check_same_thread": False, "timeout": 30} if address.get_backend_name() == "sqlite" else {}


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # Every commit is on the disk: after a power cut nothing may be posted anew that had been written as sent.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _unusable(path: object, reason: Message) -> UserError:
    return UserError("The bot's state {path} cannot be used: {reason}.", path=str(path), reason=reason)
