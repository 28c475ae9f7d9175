"""What a proposal writes in an engine's own words: durations between times, numbers out of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from warehouse.discovery.found import FoundColumn
from warehouse.discovery.values import time_form
from warehouse.sql import dialect_of


@dataclass(frozen=True)
class _Words:
    text: str
    """The moment that the text `{0}` tells: 2026-06-01 10:00:00."""
    number: str
    """The number that the text `{0}` is."""
    clock: str
    """The seconds of `{0}`, an interval or a time of the day."""
    joined: str = "concat({0})"
    endpoint: str = ""
    """101 of the channel `{0}`, SIP/101-0000001a or Local/101@from-queue-0000001b;1; empty where nobody says it."""
    first: str = ""
    """What stands before the first comma of `{0}`."""
    matches: str = ""
    """The condition that the text `{0}` is of the form `{1}`, a regular expression without backslashes."""
    stamp: str = ""
    """The time `{0}` as a text of 19 characters that is in order."""


_MYSQL = _Words(
    "CAST({0} AS DATETIME(6))",
    "CASE WHEN {0} REGEXP '^[0-9]+([.][0-9]+)?$' THEN CAST({0} AS DECIMAL(20, 3)) END",
    "TIME_TO_SEC({0})",
    endpoint="SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX({0}, '/', -1), '@', 1), '-', 1)",
    first="SUBSTRING_INDEX({0}, ',', 1)",
    matches="{0} REGEXP '{1}'",
    stamp="DATE_FORMAT({0}, '%Y-%m-%d %H:%i:%s')",
)
_WORDS: Mapping[str, _Words] = {
    "postgresql": _Words(
        "CAST({0} AS TIMESTAMP)",
        "CASE WHEN {0} ~ '^[0-9]+([.][0-9]+)?$' THEN CAST({0} AS NUMERIC) END",
        "EXTRACT(EPOCH FROM {0})",
        endpoint="split_part(split_part(split_part({0}, '/', 2), '@', 1), '-', 1)",
        first="split_part({0}, ',', 1)",
        matches="{0} ~ '{1}'",
        stamp="to_char({0}, 'YYYY-MM-DD HH24:MI:SS')",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": _Words(
        "strftime('%Y-%m-%d %H:%M:%f', {0})",
        "CASE WHEN {0} GLOB '[0-9]*' THEN CAST({0} AS REAL) END",
        "(strftime('%s', {0}) - strftime('%s', '00:00:00'))",
        joined="({0})",
    ),
    "duckdb": _Words(
        "CAST({0} AS TIMESTAMP)",
        "TRY_CAST({0} AS DOUBLE)",
        "epoch(CAST({0} AS INTERVAL))",
    ),
    "clickhousedb": _Words(
        "parseDateTime64BestEffort({0}, 6, 'UTC')",
        "toFloat64OrNull({0})",
        "toFloat64(toUnixTimestamp(parseDateTimeBestEffort(concat('1970-01-01 ', {0}), 'UTC')))",
    ),
    "mssql": _Words(
        "CAST({0} AS DATETIME2)",
        "TRY_CAST({0} AS FLOAT)",
        "DATEDIFF(SECOND, '00:00:00', {0})",
    ),
    "trino": _Words(
        "CAST({0} AS TIMESTAMP(6))",
        "TRY_CAST({0} AS DOUBLE)",
        "date_diff('second', TIME '00:00:00', CAST({0} AS TIME))",
    ),
    "bigquery": _Words(
        "CAST({0} AS DATETIME)",
        "SAFE_CAST({0} AS FLOAT64)",
        "TIME_DIFF(CAST({0} AS TIME), TIME '00:00:00', SECOND)",
    ),
    "hive": _Words(
        "CAST({0} AS TIMESTAMP)",
        "CAST({0} AS DOUBLE)",
        "(unix_timestamp(concat('1970-01-01 ', {0})) - unix_timestamp('1970-01-01 00:00:00'))",
    ),
}


class Expressions:
    """An engine's words, over columns of theirs."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._quote = dialect.identifier_preparer.quote
        self._name = dialect.name
        self._words = _WORDS[dialect.name]
        self._between = dialect_of(dialect.name)

    @property
    def engine(self) -> str:
        return self._name

    def name(self, column: str) -> str:
        """A column's name, quoted where it must be."""
        return str(self._quote(column))

    def moment(self, column: FoundColumn) -> str:
        """The timestamp that a column of times tells, whatever it tells it in, to reckon with."""
        return self._words.text.format(self.name(column.name)) if _is_text(column) else self.name(column.name)

    def number(self, column: str) -> str:
        """The number that a column of text is."""
        return self.number_of(self.name(column))

    def number_of(self, text: str) -> str:
        """The number that an expression of text is."""
        return self._words.number.format(text)

    def holds(self, column: str) -> str:
        """The condition that a column of flags says yes."""
        return f"{self.name(column)} = 1" if self._name == "mssql" else self.name(column)

    def clock(self, column: str) -> str:
        """The seconds of an interval, or of a duration written as h:mm:ss."""
        return self._words.clock.format(self.name(column))

    def seconds(self, start: FoundColumn, end: FoundColumn, otherwise: FoundColumn | None = None) -> str:
        """Seconds from one time to another, or to a third where there is no other."""
        until = self.moment(end) if otherwise is None else f"coalesce({self.moment(end)}, {self.moment(otherwise)})"
        form = time_form(start)
        if form in ("seconds", "milliseconds"):
            return f"({until} - {self.moment(start)})" + (" / 1000.0" if form == "milliseconds" else "")
        return self._between.seconds_between.format(start=self.moment(start), end=until)

    def later(self, start: FoundColumn, seconds: str) -> str:
        """The moment so many seconds after another."""
        form = time_form(start)
        if form in ("seconds", "milliseconds"):
            return f"{self.moment(start)} + {seconds}" + (" * 1000" if form == "milliseconds" else "")
        return self._between.seconds_later.format(start=self.moment(start), seconds=seconds)

    def joined(self, expressions: Sequence[str]) -> str:
        """Texts one after another."""
        return self._words.joined.format((" || " if self._name == "sqlite" else ", ").join(expressions))

    @property
    def knows_channels(self) -> bool:
        """Whether Asterisk's channels can be taken to pieces in the engine's words."""
        return bool(self._words.endpoint and self._words.first and self._words.matches and self._words.stamp)

    def endpoint(self, channel: str) -> str:
        """Whose channel of Asterisk's it is: 101 of SIP/101-0000001a."""
        return self._words.endpoint.format(channel)

    def first(self, text: str) -> str:
        """What stands before the first comma of a text."""
        return self._words.first.format(text)

    def matches(self, text: str, pattern: str) -> str:
        """The condition that a text is of a form."""
        return self._words.matches.format(text, pattern)

    def stamp(self, time: str) -> str:
        """A time as a text of 19 characters."""
        return self._words.stamp.format(time)


def _is_text(column: FoundColumn) -> bool:
    return time_form(column) == "text" or (column.kind == "text" and time_form(column) is None)
