"""Which files of a table a statement can need: all but those that its own conditions rule out.

What a statement reads is seen in its WHERE, so a relation says once which rows it wants, and no second place can
disagree with it: recovery hours past a period's end, a conversation until now, an interval that began months ago. A
condition of a form that is not known here rules nothing out.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ClauseElement,
    ColumnElement,
    Grouping,
)
from sqlalchemy.sql.functions import coalesce

from warehouse.derived import BY_MONTHS, rows_of
from warehouse.manifest import DataFile
from warehouse.schema import TABLES

_COMPARISONS = (operator.ge, operator.gt, operator.le, operator.lt)
_LONG_AGO, _FOREVER = datetime(1970, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - the records' instants are naive UTC


@dataclass(frozen=True)
class Bound:
    """A comparison of a table's column with an instant, which every row that is read satisfies."""

    column: str
    compare: Any
    """One of `operator.ge`, `gt`, `le` and `lt`."""
    moment: datetime | str
    """A UTC instant, or the name of the statement's parameter for it."""
    or_null: bool = False
    """Whether a row without a value may satisfy it: something else stands in for the value."""


Reading = tuple[Bound, ...]
"""One place where a statement reads a table: all of these hold there."""


def readings(statement: sa.Select[*tuple[Any, ...]]) -> Mapping[str, Set[Reading]]:
    """Every table of a statement, derived relations included, with each place that reads it."""
    return sources_of(statement)[0]


def sources_of(statement: sa.Select[*tuple[Any, ...]]) -> tuple[Mapping[str, Set[Reading]], Mapping[str, sa.Table]]:
    """Return a statement's readings, and those of its tables that are derived from the records, by their names."""
    found, derived = defaultdict[str, set[Reading]](set), dict[str, sa.Table]()
    for element in _elements(statement):
        if isinstance(element, sa.Select):
            # More than it will read from where it is joined or correlated, never less, and without compiling it.
            for source in element.get_children():
                if isinstance(source, sa.FromClause):
                    for table, conditions in _read_by(element, source):
                        found[table].add(conditions)
        elif isinstance(element, sa.Table) and rows_of(element) is not None:
            derived[element.name] = element
    return found, derived


def conditions_on(select: sa.Select[*tuple[Any, ...]], source: sa.FromClause) -> Reading:
    """Return what a SELECT's own conditions say of every row that it reads of a table, or of an alias of one."""
    return tuple(_conditions(select.whereclause, source))


def words_of(select: sa.Select[*tuple[Any, ...]], source: sa.FromClause) -> Mapping[str, str]:
    """Return what columns of a table say in every row that a SELECT reads of it, where that is one word."""
    return {
        part.left.name: part.right.value
        for part in _conjuncts(select.whereclause)
        if isinstance(part, BinaryExpression)
        and part.operator is operator.eq
        and _is_column(part.left, source)
        and isinstance(part.right, BindParameter)
        and isinstance(part.right.value, str)
    }


def may_matter(table: str, file: DataFile, places: Iterable[Reading], moments: Mapping[str, datetime] = {}) -> bool:
    """Whether a file can have a row that any of these places reads; `moments` are the statement's parameters."""
    return any(all(_may_satisfy(table, file, condition, moments) for condition in place) for place in places)


def _elements(statement: sa.Select[Any]) -> Iterator[ClauseElement]:
    """Every element of a statement, once: what several places name (a CTE, a flag) is walked through once."""
    seen, waiting = dict[int, Any](), list[Any]([statement])
    while waiting:
        element = waiting.pop()
        if id(element) not in seen:
            seen[id(element)] = element  # kept, so that no other one gets its id
            yield element
            waiting += element.get_children()


def _read_by(select: sa.Select[Any], source: sa.FromClause) -> Iterator[tuple[str, Reading]]:
    """The tables that a source of a SELECT is made of, each with the conditions on it.

    They hold under outer joins too: a comparison with null is not true, so what a ruled-out row would have been
    joined to does not come back without it.
    """
    match source:
        case sa.Table():
            yield source.name, tuple(_conditions(select.whereclause, source))
        case sa.Alias(element=sa.Table() as table):
            yield table.name, tuple(_conditions(select.whereclause, source))
        case sa.Join(left=left, right=right):
            yield from _read_by(select, left)
            yield from _read_by(select, right)
        case sa.Subquery() | sa.CTE():
            return  # its own SELECT is an element of the statement as well
        case _:
            for element in visitors.iterate(source):
                if isinstance(element, sa.Table):
                    yield element.name, ()


def _conditions(clause: Any, source: sa.FromClause) -> Iterator[Bound]:
    """The comparisons with instants that all rows of the source satisfy, of those in a WHERE."""
    for part in _conjuncts(clause):
        match part:
            case BinaryExpression(left=left, right=BindParameter() as right, operator=compare):
                moment = _moment(right)
                if compare in _COMPARISONS and moment is not None:
                    if _is_column(left, source):
                        yield Bound(left.name, compare, moment)
                    elif isinstance(left, coalesce) and _is_column(first := next(iter(left.clauses)), source):
                        yield Bound(first.name, compare, moment, or_null=True)
            case _:
                pass


def _conjuncts(clause: Any) -> Iterator[Any]:
    """The conditions that hold together in a WHERE."""
    match clause:
        case BooleanClauseList(operator=operators.and_):
            for part in clause.clauses:
                yield from _conjuncts(part)
        case Grouping(element=inner):
            yield from _conjuncts(inner)
        case _:
            yield clause


def _moment(bound: BindParameter[Any]) -> datetime | str | None:
    """The instant that something is compared with, or its parameter's name; None if it is no instant."""
    if bound.required:
        return bound.key
    return bound.value if isinstance(bound.value, datetime) else None


def extent_of(places: Iterable[Reading], moments: Mapping[str, datetime]) -> tuple[datetime, datetime]:
    """Between which instants a derived table is read, by what is asked of its column of time."""
    begins, ends = [], []
    for place in places:
        bounds = [
            (bound.compare, moments[bound.moment] if isinstance(bound.moment, str) else bound.moment)
            for bound in place
            if bound.column == BY_MONTHS
        ]
        begins += [max([_LONG_AGO, *(at for compare, at in bounds if compare in (operator.ge, operator.gt))])]
        ends += [min([_FOREVER, *(at for compare, at in bounds if compare in (operator.le, operator.lt))])]
    return min(begins), max(ends)


def made_of(table: sa.Table) -> sa.Select[Any]:
    rows = rows_of(table)
    assert rows is not None
    return rows


def _is_column(element: ColumnElement[Any], source: sa.FromClause) -> bool:
    return isinstance(element, sa.Column) and element.table is source


def _may_satisfy(table: str, file: DataFile, condition: Bound, moments: Mapping[str, datetime]) -> bool:
    first, last, nulls = file.first, file.last, True
    if condition.column != TABLES[table].info["time"]:
        extent = next((extent for extent in file.extents if extent.column == condition.column), None)
        if extent is None:
            return True  # written before extents were kept
        first, last, nulls = extent.first, extent.last, extent.nulls
    elif first is None or last is None:
        return True
    if condition.or_null and nulls:
        return True
    edge = last if condition.compare in (operator.ge, operator.gt) else first
    moment = moments[condition.moment] if isinstance(condition.moment, str) else condition.moment
    return edge is not None and bool(condition.compare(edge, moment))


STATEMENTS_KEPT = 128
"""How many statements with parameters are kept in words, the latest of them: some 30 MB if all are large."""

cached_readings = lru_cache(STATEMENTS_KEPT)(readings)
"""The readings of a statement that is kept to be asked again."""


@lru_cache(STATEMENTS_KEPT)
def tables_of(statement: sa.Select[*tuple[Any, ...]]) -> frozenset[str]:
    """Return the tables of the records that a statement reads, itself or through what is derived of them."""
    read, derived = sources_of(statement)
    return frozenset(read.keys() - derived.keys()).union(*(tables_of(made_of(table)) for table in derived.values()))
