"""A database file of DuckDB as SQLAlchemy opens one: read-only, in the words that the lake is asked in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import QueuePool

from warehouse.records import QuotedNames


class DuckDBFiles(DefaultDialect):
    """DuckDB's own module is a DB-API; it only needs to be told which file, and that nothing is written."""

    name = "duckdb"
    driver = "duckdb"
    preparer = QuotedNames
    supports_native_boolean = True
    supports_statement_cache = True
    div_is_floordiv = False
    default_paramstyle = "qmark"

    @classmethod
    def import_dbapi(cls) -> Any:
        import duckdb

        return duckdb

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[sa.Pool]:
        return QueuePool

    def create_connect_args(self, url: sa.URL) -> Any:
        return ([url.database], {"read_only": True})

    def initialize(self, connection: sa.Connection) -> None:
        return

    def do_rollback(self, dbapi_connection: DBAPIConnection) -> None:
        try:
            dbapi_connection.rollback()
        except Exception:
            return  # it is in no transaction

    def do_ping(self, dbapi_connection: DBAPIConnection) -> bool:
        dbapi_connection.cursor().execute("SELECT 1")
        return True
