"""How each engine says what engines say differently; everything else is plain SQLAlchemy Core.

An engine that is not in the table is refused: what one engine takes for seconds is days to the next one. Adding an
engine is adding a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.messages import UserError


@dataclass(frozen=True)
class Dialect:
    """Templates of one engine, filled with expressions that are already in its words.

    Instants are UTC timestamps without a zone, seconds are doubles with their fraction.
    """

    seconds_between: str
    """From `{start}` to `{end}`; null if either is null."""
    seconds_later: str
    """The instant `{seconds}` after `{start}`; null if either is null."""
    quantile: str | None = None
    """The continuous quantile `{share}` (0-1) of `{value}`, nulls left out; None: the rows are ranked instead."""
    count_where: str = "count(CASE WHEN {condition} THEN 1 END)"
    """How many rows meet `{condition}`; 0 of no rows."""


_WITHIN_GROUP = "percentile_cont({share}) WITHIN GROUP (ORDER BY {value})"

_MYSQL = Dialect(
    # A decimal quotient would lose what is below a tenth of a millisecond.
    seconds_between="(TIMESTAMPDIFF(MICROSECOND, {start}, {end}) / 1e6)",
    seconds_later="DATE_ADD({start}, INTERVAL CAST(ROUND({seconds} * 1e6) AS SIGNED) MICROSECOND)",
)

DIALECTS: Mapping[str, Dialect] = {
    "duckdb": Dialect(
        seconds_between="((epoch_us({end}) - epoch_us({start})) / 1000000)",
        # A slip of a source may be any number: no contact lasts for thirty years.
        seconds_later="({start} + to_microseconds(CAST(round(least({seconds}, 1e9) * 1000000) AS BIGINT)))",
        quantile=_WITHIN_GROUP,
        # Without any row it would be null.
        count_where="coalesce(count_if({condition}), 0)",
    ),
    "postgresql": Dialect(
        seconds_between="EXTRACT(EPOCH FROM ({end} - {start}))",
        seconds_later="({start} + {seconds} * INTERVAL '1' SECOND)",
        quantile=_WITHIN_GROUP,
    ),
    "clickhousedb": Dialect(
        seconds_between="(dateDiff('microsecond', {start}, {end}) / 1000000)",
        seconds_later="addMicroseconds({start}, toInt64(round({seconds} * 1000000)))",
        quantile="quantileExactInclusive({share})({value})",
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
