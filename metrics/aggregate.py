"""Many figures from one statement.

The parts of all metrics asked for over the same rows become columns of one `SELECT`, each conditioned on the lines
it is asked for; the database reads the rows once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.clock import BY_THE_CLOCK, meets
from metrics.dimensions import HOUR_OF_DAY, LINE, OF_AGENTS, OF_EVENTS, PEOPLE
from metrics.model import Count, Distinct, Mean, Metric, PerTime, Quantile, Ratio, Sum, SumOf, Test, Where
from metrics.relations import Relation, Scope
from metrics.relations.activities import stays, there
from metrics.relations.base import Flag, only
from warehouse.readings import STATEMENTS_KEPT
from warehouse.records import Records
from warehouse.schema import AGENTS, TABLES
from warehouse.sql import count_where, hour_of, quantile, seconds_between

Lines = tuple[str, ...] | None
"""The lines of the records that a figure is over; None: all."""

Aggregate = Count | Distinct | Sum | Quantile


@dataclass(frozen=True)
class Measure:
    """One aggregate over some lines: a column of the statement."""

    part: Aggregate
    lines: Lines

    def __post_init__(self) -> None:
        # Looked up once a cell of every row: what it is made of is not walked through each time.
        object.__setattr__(self, "_hash", hash((self.part, self.lines)))

    def __hash__(self) -> int:
        return int(self._hash)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Measures:
    """The columns that a metric is read off; a denominator of None: there is none."""

    numerator: Measure
    denominator: Measure | None
    remarks: tuple[Measure, ...]


@dataclass(frozen=True)
class MetricParts:
    """What a metric is made of: numerator, denominator (None: there is none), and its remarks' counts."""

    numerator: Aggregate
    denominator: Aggregate | None
    remarks: tuple[Count, ...]


Values = dict[Measure, float | None]
Key = tuple[int, tuple[Any, ...]]
"""The part of the period, and the values of the dimensions asked for in their order."""


def parts_of(metric: Metric) -> MetricParts:
    """The aggregates a metric needs (`SumOf` is taken apart before)."""
    remarks = tuple(Count(remark.where) for remark in metric.remarks)
    match metric.fact:
        case Ratio(numerator, denominator):
            return MetricParts(numerator, denominator, remarks)
        case PerTime(of, where):
            return MetricParts(Sum(of, where), None, remarks)
        case Mean(of, where):
            return MetricParts(Sum(of, where), Count((*where, Test(of, (), "known"))), remarks)
        case Quantile(_, of, where) as fact:
            return MetricParts(fact, Count((*where, Test(of, (), "known"))), remarks)
        case Count() | Distinct() | Sum() as fact:
            return MetricParts(fact, None, remarks)
        case SumOf():
            raise TypeError(f"{metric.key} has no parts of its own")
        case fact:
            assert_never(fact)


def counts_cases(metric: Metric) -> bool:
    """Whether a metric is a share or a mean over something that is counted: calls, clients; not hours, not people."""
    match metric.fact:
        case Ratio(_, denominator):
            of_people = isinstance(denominator, Distinct) and denominator.of in PEOPLE
            return isinstance(denominator, Count | Distinct) and not of_people
        case fact:
            return isinstance(fact, Mean | Quantile)


def measures_of(metric: Metric, lines: Lines) -> Measures:
    """The columns of a metric over some lines."""
    parts = parts_of(metric)
    denominator = None if parts.denominator is None else Measure(parts.denominator, lines)
    return Measures(Measure(parts.numerator, lines), denominator, tuple(Measure(part, lines) for part in parts.remarks))


def cells_of(metric: Metric, lines: Lines) -> Iterable[Measure]:
    measures = measures_of(metric, lines)
    yield from (each for each in (measures.numerator, measures.denominator, *measures.remarks) if each is not None)


def run(
    records: Records,
    relation: Relation,
    scope: Scope,
    moments: Mapping[str, datetime],
    cells: tuple[Measure, ...],
    filters: Where,
    by: tuple[str, ...],
) -> dict[Key, Values]:
    """Compute all cells, per part of the period and values of the dimensions; keys without any row are absent."""
    by_line = _adds_up_over_lines(relation, cells, by)
    scope = scope if relation.inside else _of_their_lines(scope, cells)
    asked = tuple(dict.fromkeys(Measure(cell.part, None) for cell in cells)) if by_line else cells
    ranked = records.dialect.quantile is None
    rows = records.rows(build(relation, scope, asked, filters, by, by_line=by_line, ranked=ranked), moments)
    return _summed_over_lines(rows, asked, cells, len(by)) if by_line else _as_they_are(rows, cells, len(by))


def run_sets(
    records: Records,
    relation: Relation,
    scope: Scope,
    moments: Mapping[str, datetime],
    cells: tuple[Measure, ...],
    filters: Where,
    sets: tuple[tuple[str, ...], ...],
) -> dict[tuple[str, ...], dict[Key, Values]]:
    """Compute all cells by several sets of dimensions at once: the rows are made once and grouped in each way."""
    every = _all_of(sets)
    alike: dict[int, list[tuple[str, ...]]] = {}  # the same dimensions in another order are the same groups
    for by in sets:
        alike.setdefault(_mask(by, every), []).append(by)
    found: dict[tuple[str, ...], dict[Key, Values]] = {by: {} for by in sets}
    for row in records.rows(build_sets(relation, scope, cells, filters, sets), moments):
        mask, bucket, *values = tuple(row)
        numbers = [None if value is None else float(value) for value in values[len(every) :]]
        for by in alike[int(mask)]:
            key = (int(bucket), tuple(values[every.index(name)] for name in by))
            found[by][key] = dict(zip(cells, numbers, strict=True))
    return found


def _all_of(sets: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The dimensions of several sets, each once."""
    return tuple(dict.fromkeys(key for by in sets for key in by))


def _mask(by: tuple[str, ...], every: tuple[str, ...]) -> int:
    """What GROUPING says of rows grouped by these: a bit for each dimension that they are not told apart by."""
    return sum(1 << place for place, key in enumerate(reversed(every)) if key not in by)


def _of_their_lines(scope: Scope, cells: Collection[Measure]) -> Scope:
    """Return the scope of no more lines than some cell is over: rows of others need not be looked at."""
    each = [cell.lines for cell in cells]
    named = {line for lines in each if lines is not None for line in lines}
    return scope if None in each or scope.lines is not None else replace(scope, lines=tuple(sorted(named)))


def _as_they_are(rows: Iterable[sa.Row[Any]], cells: Sequence[Measure], dimensions: int) -> dict[Key, Values]:
    found: dict[Key, Values] = {}
    for row in rows:
        values = tuple(row)
        key = (int(values[0]), values[1 : 1 + dimensions])
        numbers = (None if value is None else float(value) for value in values[1 + dimensions :])
        found[key] = dict(zip(cells, numbers, strict=True))
    return found


def _adds_up_over_lines(relation: Relation, cells: Sequence[Measure], by: tuple[str, ...]) -> bool:
    """Whether cells of different lines are sums over the lines: each row's line is then looked at once for all."""
    several = not relation.inside and len({cell.lines for cell in cells}) > 1
    return several and LINE not in by and all(isinstance(cell.part, Count | Sum) for cell in cells)


def _summed_over_lines(
    rows: Iterable[sa.Row[Any]], asked: Sequence[Measure], cells: Sequence[Measure], dimensions: int
) -> dict[Key, Values]:
    found: dict[Key, Values] = {}
    places = {cell.part: place for place, cell in enumerate(asked)}

    @cache
    def cells_with(line: Any) -> list[tuple[Measure, int]]:
        return [(cell, places[cell.part]) for cell in cells if cell.lines is None or line in cell.lines]

    for row in rows:
        bucket, *rest = tuple(row)
        line, *values = rest[dimensions:]
        key = (int(bucket), tuple(rest[:dimensions]))
        sums = found.get(key)
        if sums is None:
            sums = found[key] = dict.fromkeys(cells, 0.0)
        for cell, place in cells_with(line):
            sums[cell] = (sums[cell] or 0.0) + float(values[place])
    return found


@lru_cache(STATEMENTS_KEPT)
def build(
    relation: Relation,
    scope: Scope,
    cells: tuple[Measure, ...],
    filters: Where,
    by: tuple[str, ...],
    *,
    by_line: bool = False,
    ranked: bool = False,
) -> sa.Select[Any]:
    """Return the one statement over a relation's rows. Its moments are parameters: tomorrow's is the same one.

    `ranked`: for an engine without a quantile of its own, which is then read off the rows in order.
    """
    names = {"bucket", *_columns_of(cells, filters), *("at" if key in OF_EVENTS else key for key in by)}
    names |= {LINE} if not relation.inside and (by_line or scope.lines or any(c.lines for c in cells)) else set()
    narrowed = set(scope.lines or ())
    asked = [
        Measure(cell.part, None) if relation.inside or narrowed == set(cell.lines or ()) else cell for cell in cells
    ]
    in_parts = scope.parts > 1
    source = _source(_with_events(rows_of(relation, scope, names), by, scope), _grouped_by(by, by_line, in_parts))
    conditions = _narrowed(source.c, filters, scope)
    if scope.lines is not None and not relation.inside:
        conditions.append(source.c[LINE].in_(scope.lines))
    rows = source.rows.where(*conditions)
    if ranked and any(isinstance(cell.part, Quantile) for cell in asked):
        source = _source(_ranked(rows, source.c, asked, _keys(source.c, by, by_line, in_parts)), None)
        rows = source.rows
    keys = _keys(source.c, by, by_line, in_parts)
    figures = [
        _read_off(source.c, i, cell.part.share)
        if ranked and isinstance(cell.part, Quantile)
        else aggregate_of(source.c, cell.part, cell.lines)
        for i, cell in enumerate(asked)
    ]
    named = [figure.label(f"c{i}") for i, figure in enumerate(figures)]
    whole = [] if in_parts else [sa.literal(0, sa.Integer).label("bucket")]
    columns = [*whole, *keys, *named]
    return rows.with_only_columns(*columns, maintain_column_froms=True).group_by(*keys)


@lru_cache(STATEMENTS_KEPT)
def build_sets(
    relation: Relation, scope: Scope, cells: tuple[Measure, ...], filters: Where, sets: tuple[tuple[str, ...], ...]
) -> sa.Select[Any]:
    """Return the one statement that groups a relation's rows in several ways; cells of which are over all lines."""
    every = _all_of(sets)
    in_parts = scope.parts > 1
    names = {"bucket", *_columns_of(cells, filters), *every}
    source = _source(rows_of(relation, scope, names), _grouped_by(every, False, in_parts))
    rows = source.rows.where(*_narrowed(source.c, filters, scope))
    keys = [source.c[name] for name in every]
    bucket = source.c["bucket"] if in_parts else sa.literal(0, sa.Integer)
    mask = sa.func.grouping(*keys) if keys else sa.literal(0, sa.Integer)
    figures = [aggregate_of(source.c, cell.part, None).label(f"c{i}") for i, cell in enumerate(cells)]
    each = {frozenset(by): by for by in sets}.values()
    grouped = [sa.tuple_(*([bucket] if in_parts else []), *(source.c[name] for name in by)) for by in each]
    columns = [mask.label("grouped"), bucket.label("bucket"), *keys, *figures]
    selected = rows.with_only_columns(*columns, maintain_column_froms=True)
    return selected.group_by(sa.func.grouping_sets(*grouped))


Columns = Mapping[str, ColumnElement[Any]] | ReadOnlyColumnCollection[str, Any]
"""The columns of rows, or the expressions that they are, by name."""


@dataclass(frozen=True)
class _Source:
    """Rows that a statement goes on from."""

    rows: sa.Select[Any]
    c: Columns


def _source(rows: sa.Select[Any], grouped_by: Collection[str] | None) -> _Source:
    """Return rows to be grouped: as they stand, where an engine can tell its keys, or else as a source of their own.

    As they stand a condition is computed as one, and not first put into a flag. `grouped_by`: None, if it must not be.
    """
    named = rows.selected_columns.items()
    bare = {name: column.element if isinstance(column, sa.Label) else column for name, column in named}
    # Engines do not see that two expressions with parameters in them are one.
    if grouped_by is not None and all(isinstance(bare.get(name), sa.ColumnClause) for name in grouped_by):
        windows = (isinstance(part, sa.Over) for column in bare.values() for part in visitors.iterate(column))
        if not any(windows):
            return _Source(rows, bare)
    facts = rows.subquery("facts")
    return _Source(sa.select(facts), facts.c)


def rows_of(relation: Relation, scope: Scope, names: Collection[str]) -> sa.Select[Any]:
    """Return a relation's rows with these columns, what is known of their agents at their moments among them."""
    people = [key for key in OF_AGENTS if key in names and key not in relation.dimensions and not relation.inside]
    person = relation.person
    own = {*(set(names) - set(people)), *((person, "at") if people and person else ())}
    rows = only(relation.rows(replace(scope, wanted=frozenset(own))), own)
    if not people or person is None:
        return rows
    facts, stay = rows.subquery("facts_of_agents"), stays()
    known = facts.outerjoin(AGENTS, facts.c[person] == AGENTS.c.agent_id)
    moved = known.outerjoin(stay, there(stay, facts.c[person], facts.c.at))
    places = (sa.func.coalesce(stay.c[key], AGENTS.c[key]).label(key) for key in people)
    return sa.select(*facts.c, *places).select_from(moved)


NUMERATOR, DENOMINATOR = "numerator", "denominator"
_IDS = ("contact_id", "client_id")


@dataclass(frozen=True)
class Added:
    """What each row adds to the numerator or the denominator of a metric."""

    metric: Metric
    side: str
    part: Aggregate


@dataclass(frozen=True)
class RowsBehind:
    """The rows of one relation that some metrics are made of, each with what it adds to each of them."""

    relation: str
    columns: tuple[str, ...]
    added: tuple[Added, ...]
    rows: tuple[tuple[Any, ...], ...]
    """The values of the columns, and behind them what is added; None, where that is nothing."""
    cut: bool
    """Whether there are more than these."""

    def without(self, *names: str) -> RowsBehind:
        """The same rows without some of their columns."""
        width = len(self.columns)
        places = [place for place, name in enumerate(self.columns) if name not in names]
        rows = tuple((*(row[place] for place in places), *row[width:]) for row in self.rows)
        return replace(self, columns=tuple(self.columns[place] for place in places), rows=rows)


def rows_behind(
    records: Records,
    relation: Relation,
    scope: Scope,
    moments: Mapping[str, datetime],
    metrics: Sequence[Metric],
    filters: Where,
    lines: Lines,
    most: int,
) -> RowsBehind:
    """Return the rows that count in any of some metrics: when, whose, the columns that decided, and what they add."""
    sides = [
        Added(metric, side, part)
        for metric in metrics
        for side, part in zip((NUMERATOR, DENOMINATOR), _sides(metric), strict=True)
        if part is not None
    ]
    has = set(relation.rows(scope).selected_columns.keys())
    keys = [column.name for column in TABLES[relation.tables[0]].primary_key]
    decided = _columns_of([Measure(each.part, None) for each in sides], filters)
    listed = dict.fromkeys(("at", *keys, *_IDS, *relation.all_dimensions, *relation.told, *sorted(decided)))
    shown = [name for name in listed if name in has or name in OF_AGENTS]
    facts = rows_of(relation, scope, {*shown, *([LINE] if lines and not relation.inside else ())}).subquery("facts")
    rows = facts.c
    conditions = _narrowed(rows, filters, scope)
    if lines is not None and not relation.inside:
        conditions.append(rows[LINE].in_(lines))
    counted = sa.or_(*(and_(sa.true(), *_conditions_of_part(rows, each.part)) for each in sides))
    added = [_adds(rows, each.part).label(f"added_{n}") for n, each in enumerate(sides)]
    columns = [rows[name] for name in shown]
    order = [rows[name] for name in ("at", *keys) if name in shown]
    found = records.rows(
        sa.select(*columns, *added).where(*conditions, counted).order_by(*order).limit(most + 1), moments
    )
    values = tuple(tuple(row) for row in found)
    return RowsBehind(relation.key, tuple(shown), tuple(sides), values[:most], len(values) > most)


def _sides(metric: Metric) -> tuple[Aggregate, Aggregate | None]:
    parts = parts_of(metric)
    return parts.numerator, parts.denominator


def _conditions_of_part(rows: Columns, part: Aggregate) -> list[ColumnElement[bool]]:
    known = [] if isinstance(part, Count) else [rows[part.of].is_not(None)]
    return [*conditions_of(rows, part.where), *known]


def _adds(rows: Columns, part: Aggregate) -> ColumnElement[Any]:
    """Return what a row adds to a part: one, an amount, or the value that is counted once; null: nothing."""
    of = sa.literal(1) if isinstance(part, Count) else rows[part.of]
    conditions = conditions_of(rows, part.where)
    return sa.case((and_(*conditions), of)) if conditions else of


def _grouped_by(by: tuple[str, ...], by_line: bool, in_parts: bool) -> list[str]:
    """Return the names of what the rows are grouped by, as far as it is columns of theirs."""
    return [*(["bucket"] if in_parts else []), *by, *([LINE] if by_line else [])]


def _keys(rows: Columns, by: tuple[str, ...], by_line: bool, in_parts: bool) -> list[ColumnElement[Any]]:
    """Return what the rows are grouped by."""
    return [rows[name] for name in _grouped_by(by, by_line, in_parts)]


def _with_events(rows: sa.Select[Any], by: tuple[str, ...], scope: Scope) -> sa.Select[Any]:
    """Return the rows with what events are told apart by as columns: keys with parameters are none for engines."""
    wanted = [key for key in by if key in OF_EVENTS]
    if not wanted:
        return rows
    events = rows.subquery("events")
    return sa.select(events, *(_of_event(events.c, key, scope).label(key) for key in wanted))


def _of_event(rows: Columns, key: str, scope: Scope) -> ColumnElement[int]:
    """Return the local hour of the day, or the quarter hour from the epoch on, of events."""
    if key == HOUR_OF_DAY:
        return hour_of(rows["at"], scope.offsets)
    seconds = seconds_between(sa.literal(_EPOCH, sa.DateTime), rows["at"])
    return sa.cast(sa.func.floor(seconds / sa.literal(_QUARTER_S, sa.Double)), sa.Integer)


_EPOCH, _QUARTER_S = datetime(1970, 1, 1), 900.0  # noqa: DTZ001 - the records' instants are naive UTC


def _ranked(
    rows: sa.Select[Any], columns: Columns, cells: Sequence[Measure], by: Sequence[ColumnElement[Any]]
) -> sa.Select[Any]:
    """Return the rows with the values of every quantile's cell, their places in order and how many there are."""
    places: list[ColumnElement[Any]] = []
    for i, cell in enumerate(cells):
        if isinstance(cell.part, Quantile):
            value = _values_of(columns, cell.part.of, cell.part.where, cell.lines)
            absent = sa.case((value.is_(None), 1), else_=0)
            place = sa.func.row_number().over(partition_by=[*by, absent], order_by=value)
            count = sa.func.count(value).over(partition_by=by or None)
            places += [value.label(f"value_{i}"), place.label(f"place_{i}"), count.label(f"count_{i}")]
    return rows.add_columns(*places)


def _read_off(rows: Columns, i: int, share: float) -> ColumnElement[float]:
    """Return a quantile of ranked rows: between the two values that its place lies between."""
    value, place, count = (rows[f"{name}_{i}"] for name in ("value", "place", "count"))
    at = 1 + sa.literal(share, sa.Double) * (count - 1)
    below = sa.func.max(sa.case((and_(value.is_not(None), place == sa.func.floor(at)), value)))
    above = sa.func.max(sa.case((and_(value.is_not(None), place == sa.func.ceiling(at)), value)))
    return below + (above - below) * sa.func.max(at - sa.func.floor(at))


def _columns_of(cells: Iterable[Measure], filters: Where) -> set[str]:
    """The columns of a relation that the cells and filters look at."""
    parts = [cell.part for cell in cells]
    tests = [test for where in (filters, *(part.where for part in parts)) for test in where]
    looked_at = {"at" if test.column in BY_THE_CLOCK else test.column for test in tests}
    return looked_at | {part.of for part in parts if not isinstance(part, Count)}


def aggregate_of(rows: Columns, part: Aggregate, lines: Lines) -> ColumnElement[Any]:
    """Return one aggregate over a relation's rows, of those that meet its own conditions."""
    match part:
        case Count(where):
            conditions = _conditions(rows, where, lines)
            return count_where(and_(*conditions)) if conditions else sa.func.count()
        case Distinct(of, where):
            return sa.func.count(sa.distinct(_values_of(rows, of, where, lines)))
        case Sum(of, where):
            return sa.func.coalesce(sa.func.sum(_values_of(rows, of, where, lines)), 0.0)
        case Quantile(share, of, where):
            return quantile(sa.literal(share, sa.Double), _values_of(rows, of, where, lines))


def _conditions(rows: Columns, where: Where, lines: Lines) -> list[ColumnElement[bool]]:
    """Return what the rows of a cell meet."""
    return [*conditions_of(rows, where), *([rows[LINE].in_(lines)] if lines is not None else [])]


def _values_of(rows: Columns, of: str, where: Where, lines: Lines) -> ColumnElement[Any]:
    """Return a column of the rows of a cell, null for all others."""
    conditions = _conditions(rows, where, lines)
    return sa.case((and_(*conditions), rows[of])) if conditions else rows[of]


def _narrowed(rows: Columns, filters: Where, scope: Scope) -> list[ColumnElement[bool]]:
    """What every row must meet to be asked for, by its columns or by the clock."""
    plain = tuple(test for test in filters if test.column not in BY_THE_CLOCK)
    clock = [meets(rows["at"], scope.offsets, test) for test in filters if test.column in BY_THE_CLOCK]
    return [*conditions_of(rows, plain), *clock]


def conditions_of(rows: Columns, where: Where) -> list[ColumnElement[bool]]:
    """What every row must meet."""
    return [_condition(rows[test.column], test) for test in where]


def _condition(column: ColumnElement[Any], test: Test) -> ColumnElement[bool]:
    if test.operator == "known":
        return column.is_not(None)
    values = [int(value) if isinstance(value, bool) else value for value in test.values]
    if isinstance(column, Flag) and test.operator == "=" and values == [1]:
        return column.condition
    match test.operator:
        case "=":
            return column == values[0] if len(values) == 1 else column.in_(values)
        case "!=":
            return column.not_in(values)
        case "<":
            return column < values[0]
        case "<=":
            return column <= values[0]
        case ">":
            return column > values[0]
        case ">=":
            return column >= values[0]
        case _:
            raise ValueError(test.operator)
