"""The people of the records, and what a centre's dimensions hold: agents, topics, campaigns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

import sqlalchemy as sa

from metrics.calculator import AT_ONCE, Calculator
from metrics.dimensions import DIMENSIONS, FROM_STAGE, LINE, OF_AGENTS, STAGE
from metrics.periods import Period
from metrics.relations import RELATIONS
from warehouse.messages import KeyedTitle, UserError, nearest
from warehouse.readings import STATEMENTS_KEPT
from warehouse.records import Records
from warehouse.schema import AGENTS, STAGES, TABLES, time_of
from warehouse.sql import instant


@dataclass(frozen=True)
class Person:
    """An agent as the records know them. Instants are UTC; None is not known, or works on."""

    key: str
    name: str | None
    team: str | None
    active_from: datetime | None = None
    active_to: datetime | None = None

    def works_in(self, period: Period) -> bool:
        """Whether they have a day of work in a period."""
        begun = self.active_from is None or self.active_from < period.end
        return begun and (self.active_to is None or self.active_to >= period.start)


def people_of(records: Records) -> dict[str, Person]:
    """Everybody in the records by their keys."""
    c = AGENTS.c
    rows = records.rows(sa.select(c.agent_id, c.name, c.team, c.active_from, c.active_to))
    return {str(row[0]): Person(str(row[0]), *row[1:]) for row in rows}


def names_of(records: Records) -> dict[str, str]:
    """Agents' names by their keys; a key without a name is not there."""
    rows = records.rows(sa.select(AGENTS.c.agent_id, AGENTS.c.name).where(AGENTS.c.name.is_not(None)))
    return {str(key): str(name) for key, name in rows}


LOOK_BACK = timedelta(days=92)
"""Segments that did not occur for longer can still be asked for by their exact `dimension=value` in a script."""
MOST = 2000
"""More values than this of one dimension are no names that people type."""


def segments(calculator: Calculator) -> Mapping[str, tuple[str, ...]]:
    """Return the values of every dimension but lines that occurred lately, in order."""
    found: dict[str, set[str]] = defaultdict(set)
    statements: list[sa.Select[str, str]] = []
    moments: list[Mapping[str, datetime]] = []
    for table, dimensions in _of_tables().items():
        if (known_to := calculator.records.complete_to(table)) is not None:
            until = min(known_to, calculator.now)
            statements.append(_values(table, dimensions))
            moments.append({"start": until - LOOK_BACK, "until": until})
    # While the database works on one statement, the next is put into words.
    with calculator.records.at_once() as records, ThreadPoolExecutor(AT_ONCE) as threads:
        for rows in threads.map(records.rows, statements, moments):
            for name, value in rows:
                found[name].add(str(value))
    if PIPELINE in found:
        titles = titles_of(calculator.records, PIPELINE)
        found[PIPELINE] = {titles.get(key, key) for key in found[PIPELINE]}
    for key in OF_AGENTS:
        found[key].update(str(row[0]) for row in calculator.records.rows(_of_agents(key)))
    return {name: tuple(sorted(values)) for name, values in found.items() if values}


PIPELINE = "pipeline"
_TITLED: Mapping[str, tuple[sa.Column[str], sa.Column[str]]] = {
    PIPELINE: (STAGES.c.pipeline, STAGES.c.pipeline_title),
    STAGE: (STAGES.c.stage, STAGES.c.title),
    FROM_STAGE: (STAGES.c.stage, STAGES.c.title),
}
"""Dimensions whose values are titles that no table of events has: the columns of their keys and of these."""


def titles_of(records: Records, dimension: str) -> Mapping[str, str]:
    """Return what the pipelines or the stages of the records are called, by their keys."""
    key, title = _TITLED[dimension]
    rows = records.rows(sa.select(key, sa.func.coalesce(title, key)).distinct())
    return {str(of): str(called) for of, called in rows}


def known_value(calculator: Calculator, dimension: str, given: str, period: Period) -> str:
    """Return the value of a dimension that a text names, or begins, ends or is part of, if it is the only one.

    A pipeline and a stage may be named by their keys, too. Raises UserError where nothing is called so since the
    period began or lately, with the nearest that is.
    """
    titles = titles_of(calculator.records, dimension) if dimension in _TITLED else {}
    if given in titles:
        return titles[given]
    values = tuple(sorted({*titles.values()})) or _values_since(calculator, dimension, period.start)
    if given in values or not values or given in DIMENSIONS[dimension].titles:
        return given
    like = [value for value in values if given.casefold() in value.casefold()]
    if len(like) == 1:
        return like[0]
    raise UserError(
        '{dimension}: there is no "{given}". There are: {known}.',
        dimension=KeyedTitle(DIMENSIONS[dimension].title, key=dimension),
        given=given[:60],
        known=nearest(given, like or values),
    )


def _values_since(calculator: Calculator, dimension: str, start: datetime) -> tuple[str, ...]:
    """Return the values that a dimension had since a moment, or lately if that is longer ago; none: any may be."""
    if DIMENSIONS[dimension].derived:
        return tuple(DIMENSIONS[dimension].titles)
    if dimension in OF_AGENTS:
        return tuple(str(row[0]) for row in calculator.records.rows(_of_agents(dimension)))
    found: set[str] = set()
    for table, dimensions in _of_tables().items():
        known_to = calculator.records.complete_to(table)
        if dimension in dimensions and known_to is not None:
            until = min(known_to, calculator.now)
            moments = {"start": min(start, until - LOOK_BACK), "until": until}
            found.update(str(value) for _, value in calculator.records.rows(_values(table, (dimension,)), moments))
    return tuple(sorted(found))


def _of_agents(dimension: str) -> sa.Select[str]:
    return sa.select(AGENTS.c[dimension]).where(AGENTS.c[dimension].is_not(None)).distinct().limit(MOST)


@cache
def _of_tables() -> Mapping[str, tuple[str, ...]]:
    """Return the dimensions whose values stand in columns of tables of events, by table.

    What a relation takes from other tables has the values that it has there.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for relation in RELATIONS.values():
        table = relation.tables[0]
        if time_of(TABLES[table]) is not None:
            found[table] |= dict.fromkeys(
                each for each in relation.dimensions if each != LINE and _stands_in(table, each)
            )
    return {table: tuple(dimensions) for table, dimensions in found.items() if dimensions}


def _stands_in(table: str, dimension: str) -> bool:
    known = DIMENSIONS[dimension]
    return dimension != LINE and not known.derived and (known.column or dimension) in TABLES[table].c


@lru_cache(STATEMENTS_KEPT)
def _values(table: str, dimensions: tuple[str, ...]) -> sa.Select[str, str]:
    """Return the statement of the values of several dimensions, whose rows are read once for all of them."""
    columns, at = TABLES[table].c, TABLES[table].c[str(time_of(TABLES[table]))]
    named = (columns[DIMENSIONS[name].column or name].label(name) for name in dimensions)
    rows = sa.select(*named).where(at >= instant("start"), at <= instant("until")).cte("rows")
    values = (
        sa.select(sa.literal(name).label("dimension"), rows.c[name].label("value"))
        .where(rows.c[name].is_not(None))
        .distinct()
        .limit(MOST)
        .subquery(f"of_{name}")
        for name in dimensions
    )
    found = sa.union_all(*(sa.select(each.c.dimension, each.c.value) for each in values)).subquery("found")
    return sa.select(found.c.dimension, found.c.value)
