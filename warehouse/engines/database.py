"""A warehouse's server: its pool of connections, read-only sessions of one state, and what takes too long cancelled."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from warehouse.engines.drivers import Driver, driver_of
from warehouse.engines.faults import busy, fault, missing_driver
from warehouse.engines.mapping import WarehouseSettings
from warehouse.messages import UserError

_CONNECT_S = 10
"""How long a server may take to answer at all."""


class Database:
    """Connections to a warehouse, opened when they are needed and again when they were lost. For any threads."""

    def __init__(self, settings: WarehouseSettings, password: str | None, root: Path) -> None:
        """`root` is where relative files lie. Raises UserError for an engine that nobody reads, or without driver."""
        self.settings = settings
        address = sa.make_url(settings.url)
        self.driver: Driver = driver_of(address.get_backend_name())
        if password is not None:
            address = address.set(password=password)
        if find_spec(self.driver.module) is None:
            raise missing_driver(self.driver)
        self.engine = _engine(address, self.driver, settings, root)

    @contextmanager
    def session(self, table: str, limit_s: float | None = None) -> Iterator[sa.Connection]:
        """Open a transaction in which nothing can be written and, where the engine can, one state is seen.

        Every statement in it may take so long, and no longer than the settings say. Raises UserError, about `table`,
        for whatever the database refuses; TimeoutError among them.
        """
        limit = min(limit_s or self.settings.timeout_s, self.settings.timeout_s)
        try:
            with self.engine.connect() as connection:
                for statement in self.driver.begin:
                    text = statement.format(seconds=f"{limit:g}", milliseconds=max(1, round(limit * 1000)))
                    connection.exec_driver_sql(text)
                yield connection
        except UserError:
            raise
        except sa.exc.TimeoutError:
            raise busy(self.settings.connections) from None
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise fault(error, table) from None

    def execute(
        self, connection: sa.Connection, statement: sa.Select[Any], values: Mapping[str, Any], limit_s: float | None
    ) -> sa.CursorResult[Any]:
        """Run a statement in a session, and give it up after so long where the server itself does not."""
        limit = min(limit_s or self.settings.timeout_s, self.settings.timeout_s)
        # Values that are no parameters are part of what narrows it: only statements of parameters are kept in words.
        options = {} if values else {"compiled_cache": None}
        if self.driver.limited:
            return connection.execute(statement, dict(values), execution_options=options)
        late = threading.Event()

        def cancel() -> None:
            late.set()
            _interrupt(connection)

        timer = threading.Timer(limit, cancel)
        timer.daemon = True
        timer.start()
        try:
            return connection.execute(statement, dict(values), execution_options=options)
        finally:
            timer.cancel()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _interrupt(connection: sa.Connection) -> None:
    raw: Any = connection.connection.driver_connection
    raw.interrupt()


def _engine(address: sa.URL, driver: Driver, settings: WarehouseSettings, root: Path) -> sa.Engine:
    options: dict[str, Any] = {
        "pool_size": settings.connections,
        "max_overflow": 0,
        "pool_timeout": settings.timeout_s,
        "pool_pre_ping": True,
        "enable_from_linting": False,
        "hide_parameters": True,
    }
    match address.get_backend_name():
        case "postgresql":
            options["connect_args"] = {
                "connect_timeout": _CONNECT_S,
                "application_name": "svodka",
                "options": "-c default_transaction_read_only=on -c TimeZone=UTC",
            }
        case "sqlite":
            file = (root / (address.database or "")).resolve()
            address = address.set(database=f"file:{file}", query={"mode": "ro", "uri": "true"})
            options["connect_args"] = {"check_same_thread": False}
        case "duckdb":
            address = address.set(database=str((root / (address.database or "")).resolve()))
        case _:
            pass
    sa.dialects.registry.register("duckdb", "warehouse.engines.duckdb_files", "DuckDBFiles")
    import_module(driver.module)
    return sa.create_engine(address, **options)
