"""How a table of theirs reads as one of ours: a SELECT whose columns have our names, types and instants of UTC."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.engines.drivers import Driver, Kind
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.ingest.clock import changes_between
from warehouse.records import Bound
from warehouse.schema import key_of, same_as, time_of

MARGIN = timedelta(days=1)
"""How far a raw column may lie from our instants that it stands for."""
FROM, TO = datetime(2000, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001 - instants are UTC without a zone
"""Between these the changes of clocks are known; before and after there are none."""

_SIGNS = {operator.ge: ">=", operator.gt: ">", operator.le: "<=", operator.lt: "<"}
_NAMES = {operator.ge: "ge", operator.gt: "gt", operator.le: "le", operator.lt: "lt"}


@dataclass(frozen=True)
class RawColumn:
    """A column of theirs that stands for an instant of ours."""

    of: str
    kind: Kind
    scale: float = 1.0
    """How many of what a number counts make a second."""


@dataclass(frozen=True)
class MappedTable:
    """A canonical table in an engine's words."""

    mapping: TableMapping
    driver: Driver
    kinds: Mapping[str, Kind]
    """What each mapped column of theirs holds, by our names."""
    raw: Mapping[str, RawColumn]
    """The columns of theirs that can be narrowed in place of our times, by our names."""
    scales: Mapping[str, float]
    """How many of what a number of theirs counts make a second, of our times that are numbers there."""
    fresh: RawColumn | None = None
    """What tells up to when the table is complete."""

    def select(self, conditions: Sequence[str] = (), more: Mapping[str, str] | None = None) -> str:
        """The SELECT of all our columns, and `more` by their names, over rows of theirs that meet the conditions."""
        columns = {column.name: self.expression(column) for column in self.mapping.canonical.columns}
        where = self._where([*self.kept(), *conditions])
        return f"{self.listed({**columns, **(more or {})})}\nFROM {self.origin}\nWHERE {where}"

    def listed(self, columns: Mapping[str, str]) -> str:
        """Expressions by their names, as a SELECT begins."""
        quote = self.driver.quote
        return "SELECT " + ",\n".join(f"{sql} AS {quote}{name}{quote}" for name, sql in columns.items())

    def said(self, column: sa.Column[Any], value: Any) -> str:
        """A value of ours written out."""
        match column.info["kind"]:
            case "time":
                return self.driver.local.format(value=self._literal(str(value)))
            case "seconds" | "number":
                return self.driver.number.format(value=repr(float(value)))
            case "flag":
                return self.driver.flag.format(value="1" if value else "0")
            case _:
                return self._text(self._literal(str(value)))

    @property
    def origin(self) -> str:
        """What stands after FROM."""
        return f"({self.mapping.source}\n) AS theirs" if self.mapping.is_query else self.mapping.source

    def kept(self) -> Iterator[str]:
        """The conditions on rows that can be ours: theirs, and that nothing is missing that must be there."""
        if self.mapping.where:
            yield self.mapping.where
        for column in self.mapping.canonical.columns:
            if not column.nullable and column.name in self.mapping.columns:
                yield f"({self.mapping.columns[column.name].of}\n) IS NOT NULL"
        for name in self.told():
            yield f"NOT ({self.unknown(name)})"

    def told(self) -> Iterator[str]:
        """The columns of few words whose values are looked up."""
        for name in self.mapping.columns:
            if "values" in self.mapping.canonical.columns[name].info:
                yield name

    def unknown(self, name: str) -> str:
        """Whether theirs says something that is none of our words. Never null."""
        column = self.mapping.columns[name]
        of = self._text(column.of)
        known = ", ".join(map(self._literal, self._words(name)))
        return f"({column.of}\n) IS NOT NULL AND {of} <> '' AND {of} NOT IN ({known})"

    def _words(self, name: str) -> list[str]:
        ours: tuple[str, ...] = self.mapping.canonical.columns[name].info["values"]
        return list(dict.fromkeys([*(theirs for theirs, _ in self.mapping.columns[name].values), *ours]))

    def expression(self, column: sa.Column[Any]) -> str:
        """One of our columns over theirs."""
        given, copied = self.mapping.columns.get(column.name), same_as(self.mapping.canonical).get(column.name)
        if copied is not None:
            values = [self.expression(self.mapping.canonical.columns[name]) for name in copied]
            values[:0] = [] if given is None else [self._given(column, given)]
            return values[0] if len(values) == 1 else f"COALESCE({', '.join(values)})"
        if given is None:
            default = column.info.get("default")
            return self.nothing(column) if default is None else self._text(self._literal(default))
        return self._given(column, given)

    def _given(self, column: sa.Column[Any], given: ColumnMapping) -> str:
        match column.info["kind"]:
            case "time":
                name = column.name
                raw = RawColumn(given.of, self.kinds.get(name, Kind.OTHER), self.scales.get(name, 1.0))
                return self.instant_of(raw)
            case "seconds" | "number":
                return self.driver.number.format(value=f"({given.of}\n)")
            case "flag":
                return self.driver.flag.format(value=self._valued(given) if given.values else f"({given.of}\n)")
            case _:
                return self._said(column, given)

    def _said(self, column: sa.Column[Any], given: ColumnMapping) -> str:
        value = self._valued(given) if given.values else self._text(given.of)
        if not column.primary_key:
            value = f"NULLIF({value}, '')"
        default = column.info.get("default")
        return f"COALESCE({value}, {self._text(self._literal(default))})" if default else value

    def _valued(self, given: ColumnMapping) -> str:
        """What theirs says in our words."""
        of = self._text(given.of)
        cases = " ".join(
            f"WHEN {self._literal(theirs)} THEN {self._text(self._literal(ours))}" for theirs, ours in given.values
        )
        return f"CASE {of} {cases} ELSE {of} END"

    def _text(self, value: str) -> str:
        return self.driver.text.format(value=value if value.startswith("'") else f"({value}\n)")

    def nothing(self, column: sa.Column[Any]) -> str:
        """No value of ours, of its type."""
        kind = column.info["kind"]
        if self.driver.null and kind in self.driver.null:
            return self.driver.null[kind]
        template = {"time": self.driver.local, "seconds": self.driver.number, "number": self.driver.number}
        return {**template, "flag": self.driver.flag}.get(kind, self.driver.text).format(value="NULL")

    def instant_of(self, raw: RawColumn) -> str:
        """A time of theirs as an instant of UTC."""
        value, zone = f"({raw.of}\n)", self.mapping.timezone
        match raw.kind:
            case Kind.INSTANT:
                return self.driver.instant.format(value=value)
            case Kind.UNCLEAR:
                local = self.driver.local.format(value=value)
                return self.utc(local, zone) if self.mapping.zone_given else self.driver.instant.format(value=value)
            case Kind.NUMBER:
                return self.driver.from_epoch.format(value=value if raw.scale == 1 else f"({value} / {raw.scale!r})")
            case Kind.TEXT:
                return self.utc((self.driver.from_text or self.driver.local).format(value=value), zone)
            case _:
                return self.utc(self.driver.local.format(value=value), zone)

    def utc(self, local: str, zone: str) -> str:
        """A timestamp by a zone's clock as one of UTC: a time that came twice is the first, as in all our periods.

        A balanced tree of CASE over the local times at which the offset changes.
        """
        first, changes = offsets_of(zone)

        def branch(low: int, high: int) -> str:
            if low == high:
                return self._shifted(local, changes[low - 1][1] if low else first)
            middle = (low + high) // 2
            border = self.driver.stamp.format(moment=changes[middle][0])
            return f"CASE WHEN {local} < {border} THEN {branch(low, middle)} ELSE {branch(middle + 1, high)} END"

        return branch(0, len(changes))

    def _shifted(self, value: str, minutes: int) -> str:
        return self.driver.shifted.format(value=value, minutes=minutes, negated=f"{-minutes:+d}") if minutes else value

    def _literal(self, text: str) -> str:
        escaped = text.replace("\\", "\\\\") if self.driver.backslash else text
        return "'" + escaped.replace("'", "''") + "'"

    def _where(self, conditions: Sequence[str]) -> str:
        return " AND ".join(f"({each}\n)" for each in conditions) or "1 = 1"

    def narrowed(self, bound: Bound) -> tuple[str, RawColumn] | None:
        """The parameter's name and the raw column that a bound of ours narrows; None: it narrows nothing of theirs."""
        raw = self.raw.get(bound.column)
        if raw is None or not isinstance(bound.moment, str):
            return None
        return f"raw_{self.mapping.table}_{bound.column}_{_NAMES[bound.compare]}_{bound.moment}", raw

    def condition(self, bound: Bound, raw: RawColumn, parameter: str) -> str:
        """A bound on theirs: it holds wherever ours does."""
        template = (self.driver.bound or {}).get(raw.kind, "{value}")
        sign = ">=" if bound.compare in (operator.ge, operator.gt) else "<="
        narrow = f"{raw.of} {sign} {template.format(value=parameter)}"
        return f"({narrow} OR {raw.of} IS NULL)" if bound.or_null else narrow

    def raw_value(self, bound: Bound, raw: RawColumn, moment: datetime) -> Any:
        """What a raw column is compared with, for an instant of ours."""
        lower = bound.compare in (operator.ge, operator.gt)
        at = moment - MARGIN if lower else moment + MARGIN
        match raw.kind:
            case Kind.INSTANT:
                return at.replace(tzinfo=UTC)
            case Kind.NUMBER:
                return at.replace(tzinfo=UTC).timestamp() * raw.scale
            case Kind.DATE:
                return local_of(at, self.mapping.timezone).date()
            case Kind.TEXT:
                # Whatever stands between day and time: only the day is compared.
                day = local_of(at, self.mapping.timezone).date()
                return (day if lower else day + timedelta(days=1)).isoformat()
            case Kind.UNCLEAR:
                # The margin is wider than any zone is far from UTC.
                return at
            case _:
                return local_of(at, self.mapping.timezone)

    @property
    def key(self) -> tuple[str, ...]:
        return key_of(self.mapping.canonical)

    @property
    def time(self) -> str | None:
        return time_of(self.mapping.canonical)


def written_out(driver: Driver, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a SELECT of rows that lie elsewhere, in an engine's words; it has no rows if there are none."""
    mapped = MappedTable(TableMapping(table.name, "", {}), driver, {}, {}, {})
    nothing = {column.name: mapped.nothing(column) for column in table.columns}
    if not rows:
        return mapped.listed(nothing) + " FROM (SELECT 1 AS one) AS nobody WHERE 1 = 0"
    values = ({name: value for name, value in row.items() if value is not None} for row in rows)
    return " UNION ALL ".join(
        mapped.listed({**nothing, **{name: mapped.said(table.c[name], value) for name, value in row.items()}})
        for row in values
    )


def parameter_type(kind: Kind) -> sa.types.TypeEngine[Any]:
    """How the parameter of a raw column is bound."""
    match kind:
        case Kind.INSTANT:
            return sa.DateTime(timezone=True)
        case Kind.NUMBER:
            return sa.Double()
        case Kind.DATE:
            return sa.Date()
        case Kind.TEXT:
            return sa.Text()
        case _:
            return sa.DateTime()


@lru_cache
def offsets_of(zone: str) -> tuple[int, tuple[tuple[datetime, int], ...]]:
    """The first offset of a zone in minutes, and (local time, offset from it on) of each change since.

    Up to a change a clock shows times by the offset before it; of those that come twice, the first are meant, and
    those that never come are counted on by the clock before.
    """
    known = ZoneInfo(zone)
    changes = list(changes_between(known, FROM, TO))
    first = FROM.replace(tzinfo=UTC).astimezone(known).utcoffset() or timedelta()
    found = [
        (change.at + max(change.before, change.after), round(change.after / timedelta(minutes=1))) for change in changes
    ]
    return round(first / timedelta(minutes=1)), tuple(found)


def local_of(moment: datetime, zone: str) -> datetime:
    """What a zone's clock shows at an instant of UTC."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
