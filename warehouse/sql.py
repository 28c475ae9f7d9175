"""Expressions that no two engines write alike, and how each engine says them. An unknown engine is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from warehouse.messages import UserError


@dataclass(frozen=True)
class Dialect:
    """Templates of one engine, filled with expressions that are already in its words.

    Instants are UTC timestamps without a zone, seconds are doubles with their fraction.
    """

    seconds_between: str
    """From `{start}` to `{end}`; null if either is null."""
    seconds_later: str
    """The instant `{seconds}` after `{start}`; null if either is null.

    A slip of a source may be any number, and no contact lasts for thirty years: more of them are as good as that many.
    """
    quantile: str | None = None
    """The continuous quantile `{share}` (0-1) of `{value}`, nulls left out; None: the rows are ranked instead."""
    count_where: str = "count(CASE WHEN {condition} THEN 1 END)"
    """How many rows meet `{condition}`; 0 of no rows."""
    grouping_sets: bool = False
    """Whether one statement may group the same rows in several ways."""


_WITHIN_GROUP = "percentile_cont({share}) WITHIN GROUP (ORDER BY {value})"

_MYSQL = Dialect(
    # A decimal quotient would lose what is below a tenth of a millisecond.
    seconds_between="(TIMESTAMPDIFF(MICROSECOND, {start}, {end}) / 1e6)",
    seconds_later="DATE_ADD({start}, INTERVAL CAST(ROUND({seconds} * 1e6) AS SIGNED) MICROSECOND)",
)

DIALECTS: Mapping[str, Dialect] = {
    "duckdb": Dialect(
        seconds_between="((epoch_us({end}) - epoch_us({start})) / 1000000)",
        seconds_later="({start} + to_microseconds(CAST(round(least({seconds}, 1e9) * 1000000) AS BIGINT)))",
        quantile=_WITHIN_GROUP,
        # Without any row it would be null.
        count_where="coalesce(count_if({condition}), 0)",
        grouping_sets=True,
    ),
    "postgresql": Dialect(
        seconds_between="date_part('epoch', {end} - {start})",
        seconds_later="({start} + CASE WHEN {seconds} > 1e9 THEN 1e9 ELSE {seconds} END * INTERVAL '1' SECOND)",
        quantile=_WITHIN_GROUP,
        count_where="count(*) FILTER (WHERE {condition})",
    ),
    "clickhousedb": Dialect(
        seconds_between="(dateDiff('microsecond', {start}, {end}) / 1000000)",
        seconds_later=(
            "addMicroseconds({start}, toInt64(round(CASE WHEN {seconds} > 1e9 THEN 1e9 ELSE {seconds} END * 1000000)))"
        ),
        quantile="quantileExactInclusive({share})({value})",
        count_where="countIf({condition})",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "hive": Dialect(
        seconds_between="CAST(CAST({end} AS DECIMAL(20, 6)) - CAST({start} AS DECIMAL(20, 6)) AS DOUBLE)",
        seconds_later="CAST(CAST({start} AS DECIMAL(20, 6)) + CAST({seconds} AS DECIMAL(20, 6)) AS TIMESTAMP)",
        quantile="percentile({value}, {share})",
    ),
    "trino": Dialect(
        # date_diff counts whole milliseconds.
        seconds_between="(to_unixtime({end}) - to_unixtime({start}))",
        seconds_later="date_add('millisecond', CAST(round({seconds} * 1000) AS BIGINT), {start})",
    ),
    "mssql": Dialect(
        seconds_between="(DATEDIFF_BIG(MICROSECOND, {start}, {end}) / 1e6)",
        # DATEADD takes an INT, and 36 minutes are more microseconds than that.
        seconds_later=(
            "DATEADD(MICROSECOND, CAST(ROUND(({seconds} - FLOOR({seconds})) * 1e6, 0) AS INT), "
            "DATEADD(SECOND, CAST(FLOOR({seconds}) AS INT), {start}))"
        ),
    ),
    "bigquery": Dialect(
        seconds_between="(DATETIME_DIFF({end}, {start}, MICROSECOND) / 1000000)",
        seconds_later="DATETIME_ADD({start}, INTERVAL CAST(ROUND({seconds} * 1000000) AS INT64) MICROSECOND)",
    ),
    "sqlite": Dialect(
        # Days as one number would be a tenth of a millisecond off; whole seconds and milliseconds are not.
        seconds_between=(
            "((strftime('%s', {end}) - strftime('%s', {start}))"
            " + (strftime('%f', {end}) - strftime('%S', {end}))"
            " - (strftime('%f', {start}) - strftime('%S', {start})))"
        ),
        # Instants are texts with six decimals of a second, and compared as such.
        seconds_later="(strftime('%Y-%m-%d %H:%M:%f', {start}, ({seconds}) || ' seconds') || '000')",
    ),
}
"""By the name that SQLAlchemy gives the engine. Spark speaks Hive's."""


def dialect_of(name: str) -> Dialect:
    """Return how an engine says things. Raises UserError for one that is not in the table."""
    try:
        return DIALECTS[name]
    except KeyError:
        raise UserError(
            'Records cannot be read from the engine "{given}". They can from: {known}.',
            given=name,
            known=", ".join(sorted(DIALECTS)),
        ) from None


class seconds_between(sa.sql.functions.GenericFunction[float]):  # noqa: N801 - reads as SQL
    """Seconds from the first instant to the second, fractions kept, null if either is null."""

    type = sa.Double()
    inherit_cache = True
    name = "seconds_between"


class seconds_later(sa.sql.functions.GenericFunction[datetime]):  # noqa: N801 - reads as SQL
    """The instant so many seconds after another, null if either is null."""

    type = sa.DateTime()
    inherit_cache = True
    name = "seconds_later"


class quantile(sa.sql.functions.GenericFunction[float]):  # noqa: N801 - reads as SQL
    """The continuous quantile (0-1, first) over the rows where the value (second) is not null."""

    type = sa.Double()
    inherit_cache = True
    name = "quantile"


class count_where(sa.sql.functions.GenericFunction[int]):  # noqa: N801 - reads as SQL
    """How many rows satisfy the condition, 0 over no rows; where it cannot be told a row does not."""

    type = sa.BigInteger()
    inherit_cache = True
    name = "count_where"


@compiles(seconds_between)
def _seconds_between(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return dialect_of(compiler.dialect.name).seconds_between.format(start=start, end=end)


@compiles(seconds_later)
def _seconds_later(element: seconds_later, compiler: SQLCompiler, **kw: Any) -> str:
    start, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    # What is added may be a sum.
    return dialect_of(compiler.dialect.name).seconds_later.format(start=start, seconds=f"({seconds})")


@compiles(quantile)
def _quantile(element: quantile, compiler: SQLCompiler, **kw: Any) -> str:
    share, value = (compiler.process(clause, **kw) for clause in element.clauses)
    template = dialect_of(compiler.dialect.name).quantile
    if template is None:
        raise sa.exc.CompileError(f"{compiler.dialect.name} has no quantile of its own: rank the rows")
    return template.format(share=share, value=value)


@compiles(count_where)
def _count_where(element: count_where, compiler: SQLCompiler, **kw: Any) -> str:
    (condition,) = (compiler.process(clause, **kw) for clause in element.clauses)
    return dialect_of(compiler.dialect.name).count_where.format(condition=condition)


def instant(moment: datetime | str) -> ColumnElement[datetime]:
    """A UTC instant: one that is known, or the parameter of that name, which is told when the statement is run."""
    return sa.bindparam(moment, type_=sa.DateTime) if isinstance(moment, str) else sa.literal(moment, sa.DateTime)


def bucket_of(column: ColumnElement[datetime], borders: Sequence[ColumnElement[datetime]]) -> ColumnElement[int]:
    """The index i with borders[i] <= column < borders[i + 1], for a column known to lie between the outer ones.

    A balanced tree of CASE, so that an engine makes log2(n) comparisons a row. The borders are UTC instants of
    local days or hours, which keeps summer time right without any engine's time zones.
    """

    def branch(low: int, high: int) -> ColumnElement[int]:
        if high - low == 1:
            return sa.literal(low, sa.Integer)
        middle = (low + high) // 2
        return sa.case((column < borders[middle], branch(low, middle)), else_=branch(middle, high))

    return branch(0, len(borders) - 1)


def hour_of(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[int]:
    """The local hour (0-23) of a UTC instant.

    `offsets` are (from this UTC instant on, minutes east of Greenwich), in order; the first one also covers all
    earlier time.
    """
    offset: ColumnElement[int] = sa.literal(offsets[0][1] % 1440, sa.Integer)
    for since, minutes in offsets[1:]:
        offset = sa.case((column >= instant(since), sa.literal(minutes % 1440, sa.Integer)), else_=offset)
    hours, past = (sa.cast(sa.extract(field, column), sa.Integer) for field in ("hour", "minute"))
    # Not every engine has a remainder or a whole division that it writes like the others.
    local = hours * 60 + past + offset
    hour = sa.func.floor(local / sa.literal(60.0, sa.Double))
    return sa.cast(sa.case((local >= sa.literal(1440), hour - 24), else_=hour), sa.Integer)


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - instants of the records are naive UTC
_DAY_S = 86_400.0


def day_of(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[int]:
    """The number of the local day that a UTC instant lies in. `offsets` are those of `hour_of`."""
    return sa.cast(sa.func.floor(local_seconds(column, offsets) / _DAY_S), sa.Integer)


def weekday_of(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[int]:
    """The local day of the week of a UTC instant, Monday being 0. `offsets` are those of `hour_of`."""
    since_monday = day_of(column, offsets) + sa.literal(_EPOCH.weekday(), sa.Integer)
    weeks = sa.func.floor(since_monday / sa.literal(7.0, sa.Double))
    return sa.cast(since_monday - 7 * weeks, sa.Integer)


def minute_of(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[int]:
    """The local minute of the day (0-1439) of a UTC instant. `offsets` are those of `hour_of`."""
    local = local_seconds(column, offsets)
    return sa.cast(sa.func.floor((local - sa.func.floor(local / _DAY_S) * _DAY_S) / 60.0), sa.Integer)


def midnight_after(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[datetime]:
    """The end of the local day that a UTC instant lies in, by the clock as it is then."""
    local = local_seconds(column, offsets)
    return seconds_later(column, (sa.func.floor(local / _DAY_S) + 1) * _DAY_S - local)


def local_seconds(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[float]:
    """The seconds of local time that passed since the epoch began there. `offsets` are those of `hour_of`."""
    return seconds_between(instant(_EPOCH), column) + _offset_s(column, offsets)


def _offset_s(column: ColumnElement[datetime], offsets: Sequence[tuple[datetime, int]]) -> ColumnElement[float]:
    """How far local time is ahead at an instant, in seconds; nothing without offsets."""
    known = offsets or ((_EPOCH, 0),)
    offset: ColumnElement[float] = sa.literal(60.0 * known[0][1], sa.Double)
    for since, minutes in known[1:]:
        offset = sa.case((column >= instant(since), sa.literal(60.0 * minutes, sa.Double)), else_=offset)
    return offset


def values_rows(name: str, columns: Mapping[str, sa.types.TypeEngine[Any]], rows: Sequence[tuple[Any, ...]]) -> sa.CTE:
    """A small relation written into the statement, of values and expressions; at least one row."""

    def cell(value: Any, kind: sa.types.TypeEngine[Any]) -> ColumnElement[Any]:
        return value if isinstance(value, ColumnElement) else sa.literal(value, kind)

    selects = [
        sa.select(*(cell(value, kind).label(name) for value, (name, kind) in zip(row, columns.items(), strict=True)))
        for row in rows
    ]
    return (selects[0] if len(selects) == 1 else sa.union_all(*selects)).cte(name)
