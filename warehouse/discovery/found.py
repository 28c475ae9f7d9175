"""What a database has: its tables with their columns, types and a sample of their latest rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind

SAMPLE = 3000
"""Rows that are looked at of a table: enough for the words of a column and the hours of a day."""

_SYSTEM = frozenset(
    [
        "information_schema",
        "INFORMATION_SCHEMA",
        "pg_catalog",
        "pg_toast",
        "mysql",
        "performance_schema",
        "sys",
        "system",
    ]
)
_TIMES = (sa.DateTime, sa.TIMESTAMP)


@dataclass(frozen=True)
class FoundColumn:
    """A column of theirs with the values of the sample, in the order of its rows."""

    name: str
    kind: str
    """text, integer, number, time (without a zone), instant (with one), date, duration, flag or other."""
    key: bool = False
    """Whether it is the whole of the table's primary key."""
    indexed: bool = False
    values: tuple[Any, ...] = field(default=(), repr=False)

    @cached_property
    def filled(self) -> tuple[Any, ...]:
        """The values that say something."""
        return tuple(value for value in self.values if value is not None and value != "")

    @cached_property
    def words(self) -> Mapping[str, int]:
        """What it says, as text, and how often: the most frequent first."""
        counts: dict[str, int] = {}
        for value in self.filled:
            word = str(value).strip()
            counts[word] = counts.get(word, 0) + 1
        return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))

    @property
    def is_unique(self) -> bool:
        """Whether no value of the sample comes twice, and none is missing."""
        return self.key or (len(self.filled) == len(self.values) > 0 and len(self.words) == len(self.values))


@dataclass(frozen=True)
class FoundTable:
    """A table of theirs."""

    name: str
    columns: tuple[FoundColumn, ...]
    schema: str | None = None
    """None for the one that the connection is in."""

    def column(self, name: str) -> FoundColumn | None:
        """Return the column of that name, whatever its case."""
        return self._by_name.get(name.casefold())

    def has(self, *names: str) -> bool:
        """Whether there are columns of all these names."""
        return all(name in self._by_name for name in names)

    @cached_property
    def rows(self) -> int:
        """How many rows the sample has."""
        return max((len(column.values) for column in self.columns), default=0)

    @cached_property
    def _by_name(self) -> Mapping[str, FoundColumn]:
        return {column.name.casefold(): column for column in self.columns}


def tables(connection: sa.Connection) -> Iterator[FoundTable]:
    """Return the tables and views of a database that people filled, without samples."""
    if connection.dialect.name == "hive":
        yield from _shown_by_hive(connection)
        return
    inspector = sa.inspect(connection)
    try:
        schemas = _schemas(inspector, inspector.default_schema_name)
    except NotImplementedError:
        yield from _told_by_itself(connection)
        return
    for schema in schemas:
        yield from _inspected(inspector, schema)


def _inspected(inspector: sa.Inspector, schema: str | None) -> Iterator[FoundTable]:
    described = {
        what: getattr(inspector, f"get_multi_{what}")(schema=schema, kind=ObjectKind.ANY)
        for what in ("columns", "pk_constraint", "indexes")
    }
    for place, columns in sorted(described["columns"].items(), key=lambda each: str(each[0])):
        key = (described["pk_constraint"].get(place) or {}).get("constrained_columns") or []
        indexes = described["indexes"].get(place) or []
        first = {index["column_names"][0] for index in indexes if index["column_names"]} | {*key[:1]}
        single = [index for index in indexes if len(index["column_names"]) == 1]
        unique = {index["column_names"][0] for index in single if index["unique"]}
        yield FoundTable(
            place[1],
            tuple(
                FoundColumn(
                    column["name"],
                    _kind(column["type"]),
                    key == [column["name"]] or (not key and column["name"] in unique),
                    column["name"] in first,
                )
                for column in columns
            ),
            None if schema == inspector.default_schema_name else schema,
        )


def _told_by_itself(connection: sa.Connection) -> Iterator[FoundTable]:
    """The tables of an engine that SQLAlchemy cannot look into, by its own lists of them; keys are not among these."""
    rows = connection.execute(
        sa.text(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
            "ORDER BY table_schema, table_name, ordinal_position"
        )
    ).all()
    for (schema, name), group in groupby(rows, key=lambda row: (row[0], row[1])):
        if schema not in _SYSTEM:
            columns = tuple(FoundColumn(row[2], _kind_named(row[3])) for row in group)
            yield FoundTable(name, columns, None if schema == "main" else schema)


def _shown_by_hive(connection: sa.Connection) -> Iterator[FoundTable]:
    """The tables of Hive and of Spark, which shows the database of each before its name; keys are not among these."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    own = connection.exec_driver_sql("SELECT current_database()").scalar()
    schemas = [row[0] for row in connection.exec_driver_sql("SHOW DATABASES") if row[0] not in _SYSTEM]
    for schema in sorted(schemas, key=lambda name: (name != own, name)):
        for shown in connection.exec_driver_sql(f"SHOW TABLES IN {quote(schema)}").all():
            name = shown[1] if len(shown) > 1 else shown[0]
            columns = list[FoundColumn]()
            for column, type_, *_ in connection.exec_driver_sql(f"DESCRIBE {quote(schema)}.{quote(name)}").all():
                if not column or column.startswith("#"):
                    break  # what comes after is of its partitions
                columns.append(FoundColumn(column, _kind_named(type_)))
            yield FoundTable(name, tuple(columns), None if schema == own else schema)


def with_sample(connection: sa.Connection, table: FoundTable, rows: int = SAMPLE) -> FoundTable:
    """Return the table with the latest rows it has, as far as an index tells which these are."""
    looked = [column for column in table.columns if column.kind != "other"]
    them = sa.table(table.name, *(sa.column(column.name) for column in looked), schema=table.schema)
    # Of a time with a zone, DuckDB's driver makes a moment only beside a library that nothing else needs.
    plain = connection.dialect.name != "duckdb"
    selected = (them.c[each.name] if plain else sa.cast(them.c[each.name], sa.Text) for each in looked)
    statement = sa.select(*selected).limit(rows)
    ordered = next((column for column in looked if column.indexed and column.kind in ("time", "instant")), None)
    ordered = ordered or next((column for column in looked if column.key and column.kind == "integer"), None)
    if ordered:
        statement = statement.order_by(them.c[ordered.name].desc())
    found = connection.execute(statement).all()
    values = dict(zip((column.name for column in looked), zip(*found, strict=True), strict=False)) if found else {}
    return FoundTable(
        table.name, tuple(_filled(each, values.get(each.name, ())) for each in table.columns), table.schema
    )


def _filled(column: FoundColumn, values: Sequence[Any]) -> FoundColumn:
    return FoundColumn(column.name, _kind_of(values) or column.kind, column.key, column.indexed, tuple(values))


def _kind_of(values: Collection[Any]) -> str | None:
    """What values show that a type does not: SQLite has none for times, and drivers read some zones away."""
    some = [value for value in values if value is not None][:50]
    if some and all(isinstance(value, datetime) for value in some):
        return "instant" if all(value.tzinfo for value in some) else "time"
    if some and all(type(value) is date for value in some):
        return "date"
    return None


def _schemas(inspector: sa.Inspector, default: str | None) -> list[str | None]:
    """The schemas that people fill; the connection's own first."""
    if inspector.dialect.name == "sqlite":
        return [default]
    found = [name for name in inspector.get_schema_names() if name not in _SYSTEM and not name.startswith("pg_")]
    if inspector.dialect.name in ("mysql", "mariadb", "clickhousedb") and default and default != "default":
        # A schema is a database there, and the URL names the one that is meant.
        return [default]
    return sorted(found, key=lambda name: (name != default, name))


def _kind(type_: sa.types.TypeEngine[Any]) -> str:
    if isinstance(type_, _TIMES):
        return "instant" if getattr(type_, "timezone", False) else "time"
    for kind, types in _KINDS.items():
        if isinstance(type_, types):
            return kind
    return _kind_named(str(type_))


def _kind_named(type_: str) -> str:
    """What a type holds by its name, with what is around it: Nullable(DateTime64(6, 'UTC'))."""
    name = type_.upper()
    return next((kind for pattern, kind in _NAMES if re.search(pattern, name)), "other")


_NAMES = (
    (r"WITH TIME ZONE|TIMESTAMPTZ|DATETIMEOFFSET|DATETIME64\(\d, '", "instant"),
    (r"DATETIME|TIMESTAMP", "time"),
    (r"\bDATE", "date"),
    (r"INTERVAL|\bTIME\b", "duration"),
    (r"\[\]|ARRAY|MAP|STRUCT|JSON|BLOB|BYTE", "other"),
    (r"BOOL", "flag"),
    (r"INT", "integer"),
    (r"DECIMAL|NUMERIC|DOUBLE|FLOAT|REAL", "number"),
    (r"CHAR|STRING|TEXT|ENUM|UUID", "text"),
)
_KINDS: Mapping[str, tuple[type[Any], ...]] = {
    "flag": (sa.Boolean,),
    "integer": (sa.Integer,),
    "number": (sa.Numeric, sa.Float),
    "date": (sa.Date,),
    "duration": (sa.Interval, sa.Time),
    "other": (sa.LargeBinary, sa.JSON, sa.ARRAY),
    "text": (sa.String, sa.Uuid, sa.Enum),
}
