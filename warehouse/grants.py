"""The least that a warehouse's user must be allowed: to read the tables that are mapped, and nothing else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.messages import UserError

if TYPE_CHECKING:
    from warehouse.engines.mapping import TableMapping, WarehouseSettings

_NAME = r"(?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])"
_READ = re.compile(rf"\b(?:from|join)\s+({_NAME}(?:\s*\.\s*{_NAME})*)", re.IGNORECASE)
_NAMED = re.compile(rf"(?:\bwith|,)\s+({_NAME})\s+as\s*(?:materialized\s*)?\(", re.IGNORECASE)
_NOT_SQL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_FUNCTIONS = re.compile(r"\b(?:extract|trim|substring|overlay)\s*\([^()]*\bfrom\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reader:
    """Who reads what of a warehouse."""

    user: str
    database: str | None
    tables: tuple[str, ...]
    """Of theirs, as they are named in the mappings."""
    connections: int
    timeout_s: float
    root: Path
    """Where a file that is named without a directory lies."""

    @property
    def schemas(self) -> tuple[str, ...]:
        """The schemas that tables are named with, each once."""
        return tuple(dict.fromkeys(_parts(table)[-2] for table in self.tables if len(_parts(table)) > 1))

    @property
    def seconds(self) -> int:
        return max(1, round(self.timeout_s))


def tables_of(mapping: TableMapping) -> tuple[str, ...]:
    """Return the names of their tables that a mapping reads, as they stand in it."""
    if not mapping.is_query:
        return (mapping.source.strip(),)
    text = _FUNCTIONS.sub("", _NOT_SQL.sub("''", mapping.source))
    own = {name.casefold() for name in _NAMED.findall(text)}
    found = (re.sub(r"\s*\.\s*", ".", name) for name in _READ.findall(text))
    return tuple(dict.fromkeys(name for name in found if name.casefold() not in own))


def script(settings: WarehouseSettings, root: Path) -> str:
    """Return what an administrator runs so that the bot's user can read what is mapped, in the engine's words.

    Raises UserError if nothing is mapped.
    """
    address = sa.make_url(settings.url)
    tables = tuple(dict.fromkeys(name for mapping in settings.tables.values() for name in tables_of(mapping)))
    if not tables:
        raise UserError(
            "No table of the warehouse is mapped: svodka warehouse init proposes [warehouse.calls] and the others."
        )
    reader = Reader(
        address.username or "svodka", address.database, tables, settings.connections, settings.timeout_s, root
    )
    return "\n".join(_ENGINES[address.get_backend_name()](reader)) + "\n"


def _postgresql(reader: Reader) -> Iterable[str]:
    user = _quoted(reader.user, '"')
    yield f"CREATE ROLE {user} LOGIN PASSWORD 'CHANGE ME' CONNECTION LIMIT {reader.connections + 2};"
    if reader.database:
        database = _quoted(reader.database, '"')
        yield f"GRANT CONNECT ON DATABASE {database} TO {user};"
    for schema in reader.schemas:
        yield f"GRANT USAGE ON SCHEMA {schema} TO {user};"
    yield from (f"GRANT SELECT ON {table} TO {user};" for table in reader.tables)
    yield f"ALTER ROLE {user} SET default_transaction_read_only = on;"
    yield f"ALTER ROLE {user} SET statement_timeout = '{reader.seconds}s';"


def _mysql(reader: Reader) -> Iterable[str]:
    user = f"'{reader.user.replace(chr(39), chr(39) * 2)}'@'%'"
    yield "-- Instead of '%', name the host that the bot runs on."
    yield f"CREATE USER {user} IDENTIFIED BY 'CHANGE ME' WITH MAX_USER_CONNECTIONS {reader.connections + 2};"
    for table in reader.tables:
        yield f"GRANT SELECT ON {_with_database(table, reader)} TO {user};"


def _clickhouse(reader: Reader) -> Iterable[str]:
    user = _quoted(reader.user, "`")
    yield "-- readonly = 2: nothing is written, and settings of a statement may be given."
    limits = f"max_execution_time = {reader.seconds}, max_concurrent_queries_for_user = {reader.connections}"
    yield f"CREATE USER {user} IDENTIFIED BY 'CHANGE ME' SETTINGS readonly = 2, {limits};"
    for table in reader.tables:
        yield f"GRANT SELECT ON {_with_database(table, reader)} TO {user};"


def _mssql(reader: Reader) -> Iterable[str]:
    user = f"[{reader.user}]"
    yield f"CREATE LOGIN {user} WITH PASSWORD = 'CHANGE ME';"
    if reader.database:
        yield f"USE [{reader.database}];"
    yield f"CREATE USER {user} FOR LOGIN {user};"
    yield from (f"GRANT SELECT ON OBJECT::{table} TO {user};" for table in reader.tables)
    yield "-- So that what is asked together is of one state:"
    yield f"-- ALTER DATABASE [{reader.database or 'name'}] SET ALLOW_SNAPSHOT_ISOLATION ON;"


def _trino(reader: Reader) -> Iterable[str]:
    yield "-- Where the catalog's access control takes grants; in a rules file, allow SELECT on the same tables."
    yield from (f'GRANT SELECT ON {table} TO USER "{reader.user}";' for table in reader.tables)


def _hive(reader: Reader) -> Iterable[str]:
    yield "-- Where SQL standard authorization is on; with Ranger or file rights, allow to read the same tables."
    yield from (f"GRANT SELECT ON TABLE {table} TO USER `{reader.user}`;" for table in reader.tables)


def _bigquery(reader: Reader) -> Iterable[str]:
    yield "-- For a service account, write serviceAccount: instead of user:."
    for table in reader.tables:
        yield f'GRANT `roles/bigquery.dataViewer` ON TABLE {table} TO "user:{reader.user}";'
    project = reader.database or "PROJECT"
    yield "-- It runs its statements as jobs of the project:"
    yield (
        f"-- gcloud projects add-iam-policy-binding {project} --member=user:{reader.user} --role=roles/bigquery.jobUser"
    )


def _file(reader: Reader) -> Iterable[str]:
    path = reader.root / (reader.database or "")
    user = "svodka"
    yield "# It is a file: whoever the bot runs as must be able to read it, and need not be able to write it."
    yield f"setfacl -m u:{user}:r-- {_shell(path)}"
    yield f"setfacl -m u:{user}:r-x {_shell(path.parent)}"


_ENGINES: Mapping[str, Callable[[Reader], Iterable[str]]] = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mariadb": _mysql,
    "clickhousedb": _clickhouse,
    "mssql": _mssql,
    "trino": _trino,
    "hive": _hive,
    "bigquery": _bigquery,
    "sqlite": _file,
    "duckdb": _file,
}


def _with_database(table: str, reader: Reader) -> str:
    if len(_parts(table)) > 1 or not reader.database:
        return table
    return f"{_quoted(reader.database, '`')}.{table}"


def _parts(table: str) -> list[str]:
    return re.findall(_NAME, table)


def _quoted(name: str, quote: str) -> str:
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        return name
    return f"{quote}{name.replace(quote, quote * 2)}{quote}"


def _shell(path: Path) -> str:
    return shlex.quote(str(path))
