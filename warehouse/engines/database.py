"""A warehouse's server: its pool of connections, read-only sessions of one state, and what takes too long cancelled."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from math import floor
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from warehouse.engines import jobs
from warehouse.engines.drivers import Driver, driver_of
from warehouse.engines.faults import busy, fault, missing_driver
from warehouse.engines.mapping import WarehouseSettings
from warehouse.engines.statements import WRITTEN
from warehouse.engines.types import INSTANTS
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
        self.refused = 0
        """How many statements failed: what is known of its tables may be out of date."""

    @contextmanager
    def session(self, table: str, limit_s: float | None = None) -> Iterator[sa.Connection]:
        """Open a transaction in which nothing can be written and, where the engine can, one state is seen.

        Every statement in it may take so long, and no longer than the settings say. Raises UserError, about `table`,
        for whatever the database refuses; TimeoutError among them.
        """
        limit = min(limit_s or self.settings.timeout_s, self.settings.timeout_s)
        try:
            with self.engine.connect() as connection, self._watched(connection, limit):
                connection.info[jobs.LIMIT_S] = limit
                self._begin(connection, limit)
                yield connection
        except UserError:
            raise
        except sa.exc.TimeoutError:
            raise busy(self.settings.connections) from None
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise fault(error, table) from None

    @contextmanager
    def _watched(self, connection: sa.Connection, limit_s: float) -> Iterator[None]:
        """Give up each statement after so long, with what is fetched of it, where the server itself does not."""
        if self.driver.limited:
            yield
            return
        timers: list[threading.Timer] = []

        def restart(*_: object) -> None:
            for timer in timers:
                timer.cancel()
            timers[:] = [threading.Timer(limit_s, _interrupt, (connection,))]
            timers[0].daemon = True
            timers[0].start()

        sa.event.listen(connection, "before_cursor_execute", restart)
        try:
            yield
        finally:
            for timer in timers:
                timer.cancel()

    def begin_again(self, connection: sa.Connection) -> None:
        """Leave a transaction in which a statement failed, and begin another."""
        connection.rollback()
        self._begin(connection, self.settings.timeout_s)

    def _begin(self, connection: sa.Connection, limit_s: float) -> None:
        for statement in self.driver.begin:
            text = statement.format(seconds=f"{limit_s:g}", milliseconds=max(1, round(limit_s * 1000)))
            connection.exec_driver_sql(text)

    def execute(
        self,
        connection: sa.Connection,
        statement: sa.Select[Any],
        values: Mapping[str, Any],
        written: Mapping[str, str] = {},
    ) -> sa.CursorResult[Any]:
        """Run a statement in a session, with tables that lie elsewhere `written` into it."""
        # Rows that are written into it are no part of what it is looked up by.
        options: Any = {"compiled_cache": None} if written else {}
        before = WRITTEN.set(written)
        try:
            return connection.execute(statement, dict(values), execution_options=options)
        finally:
            WRITTEN.reset(before)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


_WINDOWS = {"mysql": (8, 0), "mariadb": (10, 2)}
"""Since which version a server knows window functions."""


def too_old(dialect: sa.Dialect) -> str | None:
    """The version of a connected server that knows no window functions; None of any other."""
    name = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
    version = dialect.server_version_info or (99,)
    return None if version >= _WINDOWS.get(name, (0,)) else ".".join(map(str, version))


def _interrupt(connection: sa.Connection) -> None:
    """Cancel what a connection does, where the server does not by itself."""
    raw: Any = connection.connection.driver_connection
    if hasattr(raw, "interrupt"):
        raw.interrupt()
    else:
        jobs.cancel_in_bigquery(raw, connection.info)


def _engine(address: sa.URL, driver: Driver, settings: WarehouseSettings, root: Path) -> sa.Engine:
    options: dict[str, Any] = {
        "pool_size": settings.connections,
        "max_overflow": 0,
        "pool_timeout": settings.timeout_s,
        # Over HTTP there is nothing to be lost between two statements, and each would be asked for twice.
        "pool_pre_ping": address.get_backend_name() != "clickhousedb",
        "enable_from_linting": False,
        "hide_parameters": True,
    }
    seconds = max(1, round(settings.timeout_s))
    match address.get_backend_name():
        case "postgresql":
            options["connect_args"] = {
                "connect_timeout": _CONNECT_S,
                "application_name": "svodka",
                "options": "-c default_transaction_read_only=on -c TimeZone=UTC",
            }
        case "clickhousedb":
            # A join without a match brings nulls, not zeros; a sum of nothing is null, and nothing may be cast.
            told = {
                "join_use_nulls": "1",
                "aggregate_functions_null_for_empty": "1",
                "cast_keep_nullable": "1",
                "max_execution_time": str(seconds),
            }
            limits = {"connect_timeout": str(_CONNECT_S), "send_receive_timeout": str(seconds + _CONNECT_S)}
            address = address.update_query_dict({**told, **limits, "readonly": "2"})
        case "mysql" | "mariadb":
            options["connect_args"] = {"connect_timeout": _CONNECT_S, "charset": "utf8mb4"}
        case "trino":
            options["connect_args"] = {"session_properties": {"query_max_run_time": f"{seconds}s"}}
        case "mssql":
            options["connect_args"] = {"timeout": seconds, "login_timeout": _CONNECT_S}
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
    engine = sa.create_engine(address, **options)
    if (instants := INSTANTS.get(engine.dialect.name)) is not None:
        engine.dialect.colspecs = {**engine.dialect.colspecs, sa.DateTime: instants}
    if address.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _round_nulls)
    if address.get_backend_name() == "clickhousedb":
        sa.event.listen(engine, "connect", partial(_keep_ctes, engine.dialect))
        # Its dialect says of itself that it was not tried with kept statements. Ours hold no value that it would write
        # into them, and to put a digest's into words anew takes longer than to run them.
        engine.dialect._supports_statement_cache = True
    if address.get_backend_name() == "hive":
        sa.event.listen(engine, "do_execute", jobs.execute_in_hive)
    if address.get_backend_name() == "bigquery":
        sa.event.listen(engine, "do_execute", jobs.execute_in_bigquery)
    if driver.connect:
        sa.event.listen(engine, "connect", partial(_begin_connection, driver.connect))
    return engine


def _round_nulls(connection: Any, _record: object) -> None:
    """Give SQLite a floor for nulls too: SQLAlchemy's own raises an error for them."""
    connection.create_function("floor", 1, lambda value: None if value is None else floor(value), deterministic=True)


def _keep_ctes(dialect: sa.Dialect, connection: Any, _record: object) -> None:
    """Have ClickHouse compute once what a statement names once, if the server is new enough to know how."""
    setting = "enable_materialized_cte"
    known = setting in connection.client.server_settings
    if known:
        connection.client.set_client_setting(setting, "1")
    dialect.keeps_ctes = known  # type: ignore[attr-defined]


def _begin_connection(statements: Sequence[str], connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
