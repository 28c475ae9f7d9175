"""How a table of theirs reads as one of ours: a SELECT whose columns have our names, types and instants of UTC."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.engines.drivers import AS_IT_STANDS, ColumnKind, Driver
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.ingest.clock import changes_between
from warehouse.readings import Bound
from warehouse.schema import key_of, same_as, time_of

MARGIN = timedelta(days=1)
"""How far a raw column may lie from our instants that it stands for."""
OF_CLOCKS = timedelta(hours=3)
"""The same of a column that is one of our times itself, by a clock that is put forward and back."""
FROM, TO = datetime(2000, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001 - instants are UTC without a zone
"""Between these the changes of clocks are known; before and after there are none."""


@dataclass(frozen=True)
class RawColumn:
    """A column of theirs that stands for an instant of ours."""

    of: str
    kind: ColumnKind
    scale: float = 1.0
    """How many of what a number counts make a second."""
    margin: timedelta = MARGIN
    """How far it may lie from the instant."""


@dataclass(frozen=True)
class Narrowing:
    """What a raw column is compared with, in one parameter, wherever all of some bounds of ours hold."""

    raw: RawColumn
    lower: bool
    """Whether its values are at least that, and not at most."""
    bounds: tuple[Bound, ...]

    @property
    def or_null(self) -> bool:
        return self.bounds[0].or_null

    def parameter(self, table: str) -> str:
        side = "from" if self.lower else "to"
        return "_".join(("raw", table, self.bounds[0].column, side, *(str(bound.moment) for bound in self.bounds)))


@dataclass(frozen=True)
class MappedTable:
    """A canonical table in an engine's words."""

    mapping: TableMapping
    driver: Driver
    kinds: Mapping[str, ColumnKind]
    """What each mapped column of theirs holds, by our names."""
    raw: Mapping[str, RawColumn]
    """The columns of theirs that can be narrowed in place of our times, by our names."""
    scales: Mapping[str, float]
    """How many of what a number of theirs counts make a second, of our times that are numbers there."""
    fresh: RawColumn | None = None
    """What tells up to when the table is complete."""
    ready: Mapping[str, str] = field(default_factory=dict)
    """How mapped columns that hold what ours do, as the engine keeps it, are written, by our names."""

    def select(
        self,
        conditions: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
        names: Collection[str] | None = None,
        said: Collection[str] = (),
    ) -> str:
        """The SELECT of our columns (all, or those of `names`) and `more` by their names.

        It is over rows of theirs that meet the conditions; whoever reads it asks for certain words in those `said`.
        """
        ours = (column for column in self.mapping.canonical.columns if names is None or column.name in names)
        columns = {column.name: self.expression(column) for column in ours}
        where = self._where([*self.kept(said), *conditions])
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

    def kept(self, said: Collection[str] = ()) -> Iterator[str]:
        """The conditions on rows that can be ours: theirs, and that nothing is missing that must be there.

        What is `said` is one of our words whatever the row: nothing need be proved of it.
        """
        if self.mapping.where:
            yield self.mapping.where
        for column in self.mapping.canonical.columns:
            if not column.nullable and column.name in self.mapping.columns and "values" not in column.info:
                yield f"({self.mapping.columns[column.name].of}\n) IS NOT NULL"
        for name in self.told():
            if name not in said:
                yield self._known(name)

    def saying(self, words: Mapping[str, str]) -> list[str]:
        """The conditions on rows whose columns say these words of ours."""
        columns = self.mapping.canonical.columns
        return [f"{self.expression(columns[name])} = {self._literal(word)}" for name, word in words.items()]

    def told(self) -> Iterator[str]:
        """The columns of few words whose values are looked up."""
        for name in self.mapping.columns:
            if "values" in self.mapping.canonical.columns[name].info:
                yield name

    def unknown(self, name: str) -> str:
        """Whether theirs says something that is none of our words, or nothing where it must. Never null."""
        of = self.mapping.columns[name].of
        known = ", ".join(map(self._literal, self._words(name)))
        return f"({of}\n) IS NOT NULL AND {self._text_of(name)} NOT IN ({known})"

    def _known(self, name: str) -> str:
        """Whether theirs says one of our words, or nothing where it may."""
        of = self.mapping.columns[name].of
        text = f"({of}\n)" if name in self.ready else self._text_of(name)
        words = [self._literal(word) for word in self._words(name)]
        # Most rows say one of the first words: one comparison is cheaper than to look into a list.
        plain = self.kinds.get(name) is ColumnKind.TEXT
        said = " OR ".join(f"{text} = {word}" for word in words) if plain else f"{text} IN ({', '.join(words)})"
        return f"({of}\n) IS NULL OR {said}" if self.mapping.canonical.columns[name].nullable else said

    def _words(self, name: str) -> list[str]:
        column = self.mapping.canonical.columns[name]
        ours: tuple[str, ...] = column.info["values"]
        nothing = [""] if column.nullable else []
        return list(dict.fromkeys([*(theirs for theirs, _ in self.mapping.columns[name].values), *ours, *nothing]))

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
                raw = RawColumn(given.of, self.kinds.get(name, ColumnKind.OTHER), self.scales.get(name, 1.0))
                return self._as_is(name) or self.instant_of(raw)
            case "seconds" | "number":
                return self._as_is(column.name) or self.driver.number.format(value=f"({given.of}\n)")
            case "flag":
                return self.driver.flag.format(
                    value=self._valued(column.name, given) if given.values else f"({given.of}\n)"
                )
            case _:
                return self._said(column, given)

    def _said(self, column: sa.Column[Any], given: ColumnMapping) -> str:
        value = self._valued(column.name, given) if given.values else self._text_of(column.name)
        # What must say one of our words says one wherever a row is kept.
        if column.nullable or not (column.primary_key or "values" in column.info):
            value = f"NULLIF({value}, '')"
        default = column.info.get("default")
        return f"COALESCE({value}, {self._text(self._literal(default))})" if default else value

    def _valued(self, name: str, given: ColumnMapping) -> str:
        """What theirs says in our words."""
        of = self._text_of(name)
        cases = " ".join(
            f"WHEN {self._literal(theirs)} THEN {self._text(self._literal(ours))}" for theirs, ours in given.values
        )
        return f"CASE {of} {cases} ELSE {of} END"

    def _text_of(self, name: str) -> str:
        """A mapped column of theirs as a text."""
        return self._as_is(name) or self._text(self.mapping.columns[name].of)

    def _as_is(self, name: str) -> str | None:
        """A mapped column of theirs that needs no cast."""
        return self.ready[name].format(value=f"({self.mapping.columns[name].of}\n)") if name in self.ready else None

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
            case ColumnKind.INSTANT:
                return self.driver.instant.format(value=value)
            case ColumnKind.UNCLEAR:
                local = self.driver.local.format(value=value)
                return self.utc(local, zone) if self.mapping.zone_given else self.driver.instant.format(value=value)
            case ColumnKind.NUMBER:
                return self.driver.from_epoch.format(value=value if raw.scale == 1 else f"({value} / {raw.scale!r})")
            case ColumnKind.TEXT:
                return self.utc((self.driver.from_text or self.driver.local).format(value=value), zone)
            case _:
                return self.utc(self.driver.local.format(value=value), zone)

    def utc(self, local: str, zone: str) -> str:
        """A timestamp by a zone's clock as one of UTC: a time that came twice is the first, as in all our periods.

        A tree of CASE over the local times at which the offset changes, balanced by time: where a clock is left alone
        since long ago, one comparison tells.
        """
        first, changes = offsets_of(zone)

        def branch(low: int, high: int, begins: datetime, ends: datetime) -> str:
            if low == high:
                return self._shifted(local, changes[low - 1][1] if low else first)
            half = begins + (ends - begins) / 2
            middle = min(range(low, high), key=lambda i: abs(changes[i][0] - half))
            at = changes[middle][0]
            before, after = branch(low, middle, begins, at), branch(middle + 1, high, at, ends)
            return f"CASE WHEN {local} < {self.driver.stamp.format(moment=at)} THEN {before} ELSE {after} END"

        return branch(0, len(changes), FROM, TO)

    def _shifted(self, value: str, minutes: int) -> str:
        return self.driver.shifted.format(value=value, minutes=minutes, negated=f"{-minutes:+d}") if minutes else value

    def _literal(self, text: str) -> str:
        escaped = text.replace("\\", "\\\\") if self.driver.backslash else text
        return "'" + escaped.replace("'", "''") + "'"

    def _where(self, conditions: Sequence[str]) -> str:
        return " AND ".join(f"({each}\n)" for each in conditions) or "1 = 1"

    def narrowed(self, place: Iterable[Bound]) -> list[Narrowing]:
        """What the bounds that hold at a place say of theirs: one narrowing for each side of a raw column."""
        sides = defaultdict[tuple[str, bool, bool], list[Bound]](list)
        for bound in place:
            if bound.column in self.raw and isinstance(bound.moment, str):
                sides[bound.column, is_lower(bound), bound.or_null].append(bound)
        return [
            Narrowing(self.raw[column], lower, tuple(sorted(bounds, key=lambda bound: str(bound.moment))))
            for (column, lower, _), bounds in sides.items()
        ]

    def sees_through(self, narrowing: Narrowing) -> bool:
        """Whether our time is the raw column as it stands: the engine narrows it by our own conditions."""
        name = narrowing.bounds[0].column
        own = self.mapping.columns.get(name)
        stands = self.ready.get(name) == AS_IT_STANDS and not self.mapping.is_query
        return stands and own is not None and own.is_plain and own.of == narrowing.raw.of

    def is_dear(self, names: Collection[str]) -> bool:
        """Whether one of our columns costs more than a look at theirs each time it is named."""
        mapped = self.mapping.columns
        return any(
            mapped[name].values
            or (self.mapping.canonical.columns[name].info["kind"] == "time" and name not in self.ready)
            for name in names
            if name in mapped
        )

    def condition(self, narrowing: Narrowing, parameter: str, of: str | None = None) -> str:
        """A bound on theirs, or on a column of the same kind: it holds wherever ours do."""
        raw = narrowing.raw
        template = (self.driver.bound or {}).get(raw.kind, "{value}")
        sign, column = (">=" if narrowing.lower else "<="), of or raw.of
        narrow = f"{column} {sign} {template.format(value=parameter)}"
        return f"({narrow} OR {column} IS NULL)" if narrowing.or_null else narrow

    def raw_value(self, narrowing: Narrowing, moments: Mapping[str, datetime]) -> Any:
        """What a raw column is compared with, where the bounds' parameters stand for these instants."""
        raw, lower = narrowing.raw, narrowing.lower
        tightest = (max if lower else min)(moments[str(bound.moment)] for bound in narrowing.bounds)
        at = tightest - raw.margin if lower else tightest + raw.margin
        match raw.kind:
            case ColumnKind.INSTANT:
                return at.replace(tzinfo=UTC)
            case ColumnKind.NUMBER:
                return at.replace(tzinfo=UTC).timestamp() * raw.scale
            case ColumnKind.DATE:
                return local_of(at, self.mapping.timezone).date()
            case ColumnKind.TEXT:
                # Whatever stands between day and time: only the day is compared.
                day = local_of(at, self.mapping.timezone).date()
                return (day if lower else day + timedelta(days=1)).isoformat()
            case ColumnKind.UNCLEAR:
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


def is_lower(bound: Bound) -> bool:
    return bound.compare in (operator.ge, operator.gt)


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


def parameter_type(kind: ColumnKind) -> sa.types.TypeEngine[Any]:
    """How the parameter of a raw column is bound."""
    match kind:
        case ColumnKind.INSTANT:
            return sa.DateTime(timezone=True)
        case ColumnKind.NUMBER:
            return sa.Double()
        case ColumnKind.DATE:
            return sa.Date()
        case ColumnKind.TEXT:
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
