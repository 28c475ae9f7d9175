"""What is particular to each engine when its tables are read: its driver, its types, its sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from warehouse.sql import dialect_of


class ColumnKind(Enum):
    """What a column of theirs holds, as far as it matters how it becomes one of ours."""

    LOCAL = "a time without a zone"
    INSTANT = "a time with a zone"
    UNCLEAR = "a time that does not tell whether it has a zone"
    DATE = "a date"
    NUMBER = "a number"
    FLAG = "true or false"
    TEXT = "text"
    OTHER = "something else"


AS_IT_STANDS = "{value}"


@dataclass(frozen=True)
class Driver:
    """One engine. Templates are filled with expressions that are in its words already.

    A canonical instant is a UTC timestamp without a zone, to the microsecond where the engine keeps it.
    """

    name: str
    """What people call it."""
    module: str
    """The Python module that speaks to it."""
    extra: str | None
    """Which extra of the package brings that; None: it is always there."""
    drivername: str
    """What SQLAlchemy calls engine and driver."""
    kinds: tuple[tuple[str, ColumnKind], ...]
    """The engine's types as regular expressions over their names in lower case, with what they hold."""
    numbered: Mapping[str, str] = field(default_factory=dict)
    """What types are called that the driver tells by a number."""
    quote: str = '"'
    """What stands around names."""
    backslash: bool = False
    """Whether a backslash within quotes begins an escape."""
    text: str = "CAST({value} AS VARCHAR)"
    number: str = "CAST({value} AS DOUBLE PRECISION)"
    flag: str = "CAST({value} AS BOOLEAN)"
    local: str = "CAST({value} AS TIMESTAMP)"
    """A time or a text without a zone as a timestamp."""
    instant: str = "({value} AT TIME ZONE 'UTC')"
    """A time with a zone as a timestamp of UTC without one."""
    from_text: str | None = None
    """A text as a timestamp, where that is not `local`."""
    from_epoch: str = "(TIMESTAMP '1970-01-01 00:00:00' + {value} * INTERVAL '1' SECOND)"
    """Seconds since 1970 as a timestamp of UTC."""
    shifted: str = "({value} - INTERVAL '{minutes} minutes')"
    """A timestamp so many minutes earlier; they may be negative."""
    stamp: str = "TIMESTAMP '{moment}'"
    """A timestamp written out."""
    ready: Mapping[str, str] | None = None
    """Their types that need no cast, as regular expressions like those of `kinds`, by the kind of our column."""
    made_nullable: str = "{value}"
    """A column of a type that needs no cast, but is not `nullable`."""
    nullable: str = ".*"
    """The types that hold nulls, as a regular expression."""
    null: Mapping[str, str] | None = None
    """How nothing is written out, by the kind of our column; cast like a value where that is not said."""
    fence: str = ""
    """What ends a SELECT whose columns are to be computed once a row, and not in each place that names them."""
    bound: Mapping[ColumnKind, str] | None = None
    """How a raw column's bound is written, `{value}` being the parameter; as it is where that is not said."""
    connect: tuple[str, ...] = ()
    """Statements that a new connection begins with; what cannot be said by them is done by `database`."""
    begin: tuple[str, ...] = ()
    """Statements that a transaction begins with; `{seconds}` and `{milliseconds}` are how long a statement may take."""
    typed_by_rows: bool = False
    """Whether a column has no type, but each of its values."""
    snapshot: bool = False
    """Whether what is asked in one transaction is of one state."""
    limited: bool = False
    """Whether the server itself gives up what takes longer than it may, by what `begin` says."""

    def ready_as(self, kind: str, type_name: str) -> str | None:
        """How a column of theirs stands for one of ours of a kind without a cast; None if it needs one."""
        pattern = (self.ready or {}).get("text" if kind == "one_of" else kind)
        folded = type_name.lower()
        if pattern is None or re.fullmatch(pattern, folded) is None:
            return None
        return AS_IT_STANDS if re.fullmatch(self.nullable, folded) else self.made_nullable

    def kind_of(self, type_name: str) -> ColumnKind:
        """What a type of theirs holds."""
        folded = type_name.lower()
        return next((kind for pattern, kind in self.kinds if re.fullmatch(pattern, folded)), ColumnKind.OTHER)


_PLAIN = (
    (r"timestamp.* with time zone|timestamptz.*", ColumnKind.INSTANT),
    (r"timestamp.*|datetime.*", ColumnKind.LOCAL),
    (r"date", ColumnKind.DATE),
    (r"bool.*", ColumnKind.FLAG),
    (r"(tiny|small|big|huge|u\w*)?int.*|integer|float.*|double.*|real|decimal.*|numeric.*|number", ColumnKind.NUMBER),
    (r"(n?var)?char.*|text|string.*|uuid", ColumnKind.TEXT),
)

_POSTGRESQL = Driver(
    "PostgreSQL",
    "psycopg",
    "postgres",
    "postgresql+psycopg",
    kinds=(
        (r"timestamptz", ColumnKind.INSTANT),
        (r"timestamp", ColumnKind.LOCAL),
        (r"date", ColumnKind.DATE),
        (r"bigint|smallint|integer|oid|real|double precision|money|numeric", ColumnKind.NUMBER),
        (r"boolean", ColumnKind.FLAG),
        (r"\"char\"|name|text|unknown|char|varchar|uuid", ColumnKind.TEXT),
    ),
    numbered={
        "16": "boolean",
        "20": "bigint",
        "21": "smallint",
        "23": "integer",
        "26": "oid",
        "700": "real",
        "701": "double precision",
        "790": "money",
        "1700": "numeric",
        "1082": "date",
        "1114": "timestamp",
        "1184": "timestamptz",
        "18": '"char"',
        "19": "name",
        "25": "text",
        "705": "unknown",
        "1042": "char",
        "1043": "varchar",
        "2950": "uuid",
        "1083": "time",
        "1186": "interval",
        "114": "json",
        "3802": "jsonb",
    },
    # As bytes: the order and the likeness of texts are then the lake's.
    text='(CAST({value} AS text) COLLATE "C")',
    ready={"time": "timestamp", "number": "double precision", "seconds": "double precision"},
    fence=" OFFSET 0",
    begin=(
        # All at once: a question is so short that each way to the server and back counts.
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; "
        "SET LOCAL statement_timeout = {milliseconds}; "
        # It takes what is narrowed by an expression for a row or two, and would look through a table for each of them.
        "SET LOCAL enable_nestloop = off; "
        # Where it cannot do without such a loop the plan costs so much that machine code is made of hundreds of
        # expressions, for a handful of rows: most of a question's time. Servers before 11 have no such setting.
        "SELECT CASE WHEN current_setting('server_version_num')::int >= 110000 "
        "THEN set_config('jit', 'off', true) END",
    ),
    snapshot=True,
    limited=True,
)

_SQLITE_ZONED = "({value} GLOB '*[Zz]' OR {value} GLOB '*[+-][0-9][0-9]:[0-9][0-9]')"

_SQLITE = Driver(
    "SQLite",
    "sqlite3",
    None,
    "sqlite",
    kinds=((r"integer|real", ColumnKind.NUMBER), (r"text", ColumnKind.TEXT)),
    text="CAST({value} AS TEXT)",
    number="CAST({value} AS REAL)",
    flag="({value} IN (1, '1', 't', 'true', 'TRUE', 'True', 'y', 'yes'))",
    # Times are texts with six decimals, and compared as such.
    local="(strftime('%Y-%m-%d %H:%M:%f', {value}) || '000')",
    instant="(strftime('%Y-%m-%d %H:%M:%f', {value}) || '000')",
    from_epoch="(strftime('%Y-%m-%d %H:%M:%f', {value}, 'unixepoch') || '000')",
    shifted="(strftime('%Y-%m-%d %H:%M:%f', {value}, '{negated} minutes') || '000')",
    stamp="'{moment}.000000'",
    begin=("BEGIN",),
    typed_by_rows=True,
    snapshot=True,
)

_DUCKDB = Driver(
    "DuckDB",
    "duckdb",
    None,
    "duckdb",
    kinds=_PLAIN,
    number="CAST({value} AS DOUBLE)",
    instant="make_timestamp(epoch_us({value}))",
    from_epoch="make_timestamp(CAST(round({value} * 1000000) AS BIGINT))",
    begin=("BEGIN TRANSACTION READ ONLY",),
    snapshot=True,
)

# ClickHouse wraps a type in what it may be besides.
_WRAPPED = r"(?:nullable\(|lowcardinality\()*"

_CLICKHOUSE = Driver(
    "ClickHouse",
    "clickhouse_connect",
    "clickhouse",
    "clickhousedb",
    kinds=(
        (_WRAPPED + r"datetime(64)?\((\d, ?)?'.*", ColumnKind.INSTANT),
        (_WRAPPED + r"datetime.*", ColumnKind.UNCLEAR),
        (_WRAPPED + r"date.*", ColumnKind.DATE),
        (_WRAPPED + r"(u?int|float|decimal|bfloat).*", ColumnKind.NUMBER),
        (_WRAPPED + r"bool.*", ColumnKind.FLAG),
        (_WRAPPED + r"(string|fixedstring|enum|uuid).*", ColumnKind.TEXT),
    ),
    quote="`",
    backslash=True,
    text="CAST({value} AS Nullable(String))",
    number="CAST({value} AS Nullable(Float64))",
    flag="CAST({value} AS Nullable(Bool))",
    # What is not nullable has no null before its first row and after its last, but 1970.
    local="toDateTime64(toString(toNullable({value})), 6, 'UTC')",
    instant="toDateTime64(toNullable({value}), 6, 'UTC')",
    made_nullable="toNullable({value})",
    nullable=r"(lowcardinality\()?nullable\(.*",
    # Texts of a dictionary are compared by their numbers in it, as long as nobody makes other texts of them.
    ready={
        "text": _WRAPPED + r"string\)*",
        "time": _WRAPPED + r"datetime64\(6, ?'utc'\)\)*",
        "number": _WRAPPED + r"float64\)*",
        "seconds": _WRAPPED + r"float64\)*",
    },
    from_text="parseDateTime64BestEffortOrNull({value}, 6, 'UTC')",
    from_epoch="fromUnixTimestamp64Micro(toInt64(round({value} * 1000000)), 'UTC')",
    shifted="subtractMinutes({value}, {minutes})",
    stamp="toDateTime64('{moment}', 6, 'UTC')",
    null={"time": "CAST(NULL AS Nullable(DateTime64(6, 'UTC')))"},
)

_MYSQL = Driver(
    "MariaDB or MySQL",
    "pymysql",
    "mysql",
    "mysql+pymysql",
    kinds=(
        (r"timestamp", ColumnKind.INSTANT),
        (r"datetime", ColumnKind.LOCAL),
        (r"date", ColumnKind.DATE),
        (r"(tiny|small|medium|big)?int|decimal|float|double|year", ColumnKind.NUMBER),
        (r"varchar|char|enum|(tiny|medium|long)?text", ColumnKind.TEXT),
    ),
    numbered={
        "0": "decimal",
        "246": "decimal",
        "1": "tinyint",
        "2": "smallint",
        "9": "mediumint",
        "3": "int",
        "8": "bigint",
        "4": "float",
        "5": "double",
        "13": "year",
        "7": "timestamp",
        "12": "datetime",
        "10": "date",
        "14": "date",
        "11": "time",
        "15": "varchar",
        "253": "varchar",
        "254": "char",
        "247": "enum",
        "249": "tinytext",
        "250": "mediumtext",
        "251": "longtext",
        "252": "text",
    },
    quote="`",
    backslash=True,
    # As bytes: most of its collations take capitals and accents for the same.
    text="(CONVERT({value} USING utf8mb4) COLLATE utf8mb4_bin)",
    number="CAST({value} AS DOUBLE)",
    flag="(LOWER(CONVERT({value} USING utf8mb4)) IN ('1', 't', 'true', 'y', 'yes'))",
    local="CAST({value} AS DATETIME(6))",
    # The zone of the session is UTC.
    instant="CAST({value} AS DATETIME(6))",
    from_epoch="TIMESTAMPADD(MICROSECOND, CAST(ROUND({value} * 1e6) AS SIGNED), CAST('1970-01-01' AS DATETIME(6)))",
    shifted="({value} - INTERVAL {minutes} MINUTE)",
    stamp="CAST('{moment}' AS DATETIME(6))",
    null={
        "flag": "CAST(NULL AS SIGNED)",
        "text": "CAST(NULL AS CHAR)",
        "one_of": "CAST(NULL AS CHAR)",
    },
    begin=(
        # Comments that only the one of them, or the other, takes for more.
        "SET /*M! SESSION max_statement_time = {seconds}, */ /*!80000 SESSION max_execution_time = {milliseconds}, */ "
        "SESSION time_zone = '+00:00'",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
    snapshot=True,
    limited=True,
)

_HIVE = Driver(
    "Hive or Spark",
    "pyhive",
    "hive",
    "hive",
    kinds=(
        (r"timestamp.*", ColumnKind.UNCLEAR),
        (r"date.*", ColumnKind.DATE),
        (r"(tiny|small|big)?int_type|(float|double|decimal)_type", ColumnKind.NUMBER),
        (r"boolean_type", ColumnKind.FLAG),
        (r"(string|varchar|char)_type", ColumnKind.TEXT),
    ),
    quote="`",
    backslash=True,
    text="CAST({value} AS STRING)",
    number="CAST({value} AS DOUBLE)",
    # The zone of the session is UTC.
    instant="CAST({value} AS TIMESTAMP)",
    from_epoch="CAST(CAST({value} AS DECIMAL(20, 6)) AS TIMESTAMP)",
    shifted="({value} - INTERVAL '{minutes}' MINUTE)",
    stamp="CAST('{moment}' AS TIMESTAMP)",
    connect=(
        "SET TIME ZONE 'UTC'",
        # Spark 4.1 refuses nested statements that this rule of its optimizer has made invalid.
        "SET spark.sql.optimizer.excludedRules=org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
    ),
)

_TRINO = Driver(
    "Trino",
    "trino",
    "trino",
    "trino",
    kinds=_PLAIN,
    number="CAST({value} AS DOUBLE)",
    local="CAST({value} AS TIMESTAMP(6))",
    instant="CAST({value} AT TIME ZONE 'UTC' AS TIMESTAMP(6))",
    from_epoch="CAST(from_unixtime({value}) AT TIME ZONE 'UTC' AS TIMESTAMP(6))",
    shifted="date_add('minute', {negated}, {value})",
)

_MSSQL = Driver(
    "MS SQL Server",
    "pymssql",
    "mssql",
    "mssql+pymssql",
    kinds=(
        (r"datetime", ColumnKind.LOCAL),
        (r"datetimeoffset", ColumnKind.INSTANT),
        (r"number|decimal", ColumnKind.NUMBER),
        (r"text", ColumnKind.TEXT),
    ),
    numbered={"1": "text", "2": "datetimeoffset", "3": "number", "4": "datetime", "5": "decimal"},
    text="(CAST({value} AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)",
    number="CAST({value} AS FLOAT)",
    flag="CAST({value} AS BIT)",
    local="CAST({value} AS DATETIME2(6))",
    instant="CAST(SWITCHOFFSET({value}, '+00:00') AS DATETIME2(6))",
    from_epoch=(
        "DATEADD(MICROSECOND, CAST(ROUND(({value} - FLOOR({value})) * 1e6, 0) AS INT), "
        "DATEADD(SECOND, CAST(FLOOR({value}) AS INT), CAST('1970-01-01' AS DATETIME2(6))))"
    ),
    shifted="DATEADD(MINUTE, {negated}, {value})",
    stamp="CAST('{moment}' AS DATETIME2(6))",
    begin=("SET LOCK_TIMEOUT {milliseconds}",),
)

_BIGQUERY = Driver(
    "BigQuery",
    "sqlalchemy_bigquery",
    "bigquery",
    "bigquery",
    kinds=((r"timestamp", ColumnKind.INSTANT), *_PLAIN),
    quote="`",
    backslash=True,
    text="CAST({value} AS STRING)",
    number="CAST({value} AS FLOAT64)",
    flag="CAST({value} AS BOOL)",
    local="CAST({value} AS DATETIME)",
    instant="DATETIME({value}, 'UTC')",
    from_epoch="DATETIME(TIMESTAMP_MICROS(CAST(ROUND({value} * 1000000) AS INT64)), 'UTC')",
    shifted="DATETIME_SUB({value}, INTERVAL {minutes} MINUTE)",
    stamp="DATETIME '{moment}'",
)

DRIVERS: Mapping[str, Driver] = {
    "postgresql": _POSTGRESQL,
    "clickhousedb": _CLICKHOUSE,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "hive": _HIVE,
    "trino": _TRINO,
    "mssql": _MSSQL,
    "bigquery": _BIGQUERY,
    "sqlite": _SQLITE,
    "duckdb": _DUCKDB,
}
"""By the name that SQLAlchemy gives the engine."""


def driver_of(name: str) -> Driver:
    """What is particular to an engine. Raises UserError for one that records are not read from."""
    dialect_of(name)
    return DRIVERS[name]
