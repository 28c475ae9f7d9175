"""From questions to facts: what is asked over the same rows is asked in one statement.

This module knows no plan. `metrics.answers` puts plan and verdict beside what is computed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from metrics import coverage
from metrics.aggregate import (
    Aggregate,
    Key,
    Measure,
    RowsBehind,
    Values,
    build,
    cells_of,
    measures_of,
    parts_of,
    rows_behind,
    run,
    run_sets,
)
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.clock import by_the_clock
from metrics.coverage import Coverage, gap_remarks, tables_read
from metrics.dimensions import HOUR_OF_DAY, LINE, LOST_HOUR, OF_EVENTS, QUARTER
from metrics.facts import WHOLE, Breakdown, Fact, Query, Volumes, added_up, fact_of, per_time
from metrics.model import Metric, Where
from metrics.periods import Period, days, midnight, to_local
from metrics.relations import RELATIONS, Relation, Scope, moments_of
from metrics.relations.calls import FORMULA_TEXTS, WITHOUT_LOST_WAITS
from metrics.statements import Statement, planned
from warehouse.records import Records
from warehouse.schema import DEALS

Made = TypeVar("Made")
AT_ONCE = 2
"""Statements that the database is given at the same time."""


class Calculator:
    """Computes facts from the records of one manifest, by a centre's conventions, as of a clock."""

    def __init__(self, records: Records, centre: Centre, catalogue: Catalogue, now: datetime) -> None:
        self.records = records
        self.centre = centre
        self.catalogue = catalogue
        self.now = now
        self.coverage = Coverage(records, centre, catalogue, now)
        self._found: dict[Statement, dict[Key, Values]] = defaultdict(dict)
        self._asked: dict[Statement, set[Measure]] = defaultdict(set)
        self._made: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is made of these records, made when it is first asked for."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def compute(self, queries: Sequence[Query]) -> list[Breakdown]:
        """Return facts in the order of the queries. Raises UserError for a dimension that a metric does not have."""
        leaves, known_to, found = self._gathered(queries)
        return [
            self._facts(query, parts, as_of, found)
            for query, parts, as_of in zip(queries, leaves, known_to, strict=True)
        ]

    def volumes(self, queries: Sequence[Query]) -> list[Volumes]:
        """Return the volumes by local day and hour of counts and sums, in the order of the queries.

        Queries over one relation and period are one statement, whatever their lines.
        """
        leaves, known_to, found = self._gathered(queries, by_hour=True)
        return [
            Volumes(self._volumes(query.period, parts, as_of, found) if as_of else {}, as_of)
            for query, parts, as_of in zip(queries, leaves, known_to, strict=True)
        ]

    def _volumes(
        self, period: Period, leaves: Sequence[Query], as_of: datetime, found: Mapping[Statement, Mapping[Key, Values]]
    ) -> dict[tuple[date, int], float]:
        days = period.days
        volumes: dict[tuple[date, int], float] = defaultdict(float)
        if self.coverage.why_none(leaves, as_of):
            return {}
        for leaf in leaves:
            cell = Measure(parts_of(leaf.metric).numerator, leaf.lines)
            for (bucket, (hour,)), values in found[self._statement(leaf, as_of, by_hour=True)].items():
                volumes[days[bucket], int(hour)] += values.get(cell) or 0.0
        return volumes

    def _gathered(
        self, queries: Sequence[Query], *, by_hour: bool = False
    ) -> tuple[list[list[Query]], list[datetime | None], Mapping[Statement, Mapping[Key, Values]]]:
        """Return the leaves of the queries, up to when each is known, and the cells of all statements they need."""
        leaves = [[replace(query, metric=leaf) for leaf in self.catalogue.leaves(query.metric)] for query in queries]
        for parts in leaves:
            for leaf in parts:
                coverage.check(self.catalogue, leaf)
        known_to = [self.coverage.of_all(leaf.metric for leaf in parts) for parts in leaves]
        asked: dict[Statement, set[Measure]] = defaultdict(set)
        for parts, as_of in zip(leaves, known_to, strict=True):
            for leaf in parts:
                if as_of and self.coverage.why_none([leaf], as_of) is None:
                    asked[self._statement(leaf, as_of, by_hour=by_hour)].update(cells_of(leaf.metric, leaf.lines))
        return leaves, known_to, self._all_results(asked)

    def _statement(self, leaf: Query, as_of: datetime, *, by_hour: bool = False) -> Statement:
        relation = RELATIONS[leaf.metric.relation]
        own = self.coverage.known_to(relation)
        assert own is not None  # as_of, the least of them, is known
        return Statement(
            relation=relation,
            period=leaf.period,
            until=as_of if as_of < leaf.period.end else None,
            as_of=own,
            cut_by="day" if by_hour else leaf.time,
            by=(HOUR_OF_DAY,) if by_hour else leaf.dimensions,
            filters=leaf.filters,
            # A breakdown must not list the values of other lines.
            lines=leaf.lines if relation.inside or leaf.dimensions else None,
        )

    def _all_results(self, asked: Mapping[Statement, set[Measure]]) -> Mapping[Statement, Mapping[Key, Values]]:
        """The cells of all statements, as far as they are not sums of others' cells.

        While the database works on one statement, the text of the next is written.
        """
        own, sums = planned(asked)
        with self.records.at_once() as records:
            families = _families(own, records)
            results = partial(self._of_family, records)
            if sum(any(not own[each] <= self._asked[each] for each in family) for family in families) < 2:
                of_families = [results({each: own[each] for each in family}) for family in families]
            else:
                with ThreadPoolExecutor(AT_ONCE) as threads:
                    given = [{each: own[each] for each in family} for family in families]
                    of_families = list(threads.map(results, given))
        found = {statement: cells for each in of_families for statement, cells in each.items()}
        return found | {whole: each.of(found[each.finer], whole) for whole, each in sums.items()}

    def _of_family(
        self, records: Records, family: Mapping[Statement, set[Measure]]
    ) -> Mapping[Statement, Mapping[Key, Values]]:
        """The cells of statements that group the same rows, each by its own dimensions."""
        new = {each: cells - self._asked[each] for each, cells in family.items()}
        asked = [statement for statement, cells in new.items() if cells]
        if len(asked) < 2:
            return {statement: self._results(records, statement, cells) for statement, cells in family.items()}
        first = asked[0]
        cells = set().union(*(new[statement] for statement in asked))
        ordered = tuple(sorted(cells, key=repr))
        sets = tuple(sorted(statement.by for statement in asked))
        scope, moments = self._scope(first), self._moments(first)
        found = run_sets(records, first.relation, scope, moments, ordered, first.filters, sets)
        for statement in asked:
            for key, values in found[statement.by].items():
                self._found[statement].setdefault(key, {}).update(values)
            self._asked[statement] |= cells
        return {statement: self._found[statement] for statement in family}

    def _results(self, records: Records, statement: Statement, cells: set[Measure]) -> Mapping[Key, Values]:
        """The cells of a statement. Records and clock stand still, so what was asked before is not asked again."""
        new = cells - self._asked[statement]
        if new:
            for key, values in self._run(records, statement, new).items():
                self._found[statement].setdefault(key, {}).update(values)
            self._asked[statement] |= new
        return self._found[statement]

    def by_quarter(
        self, metric: Metric, parts: Sequence[Aggregate], period: Period, filters: Where = ()
    ) -> Sequence[sa.Row[Any]]:
        """Return counts and sums over a metric's rows: a nought, the line (if it has any), the quarter hour, the parts.

        There may be millions of rows, and nothing of them is remembered here. None, where there are no records.
        """
        by = (LINE, QUARTER) if LINE in self.catalogue.dimensions(metric) else (QUARTER,)
        query, as_of = Query(metric, period, None, by, filters), self.coverage.as_of(metric)
        if as_of is None or self.coverage.why_none([query], as_of):
            return ()
        statement = self._statement(query, as_of)
        cells = tuple(Measure(part, None) for part in parts)
        asked = build(statement.relation, self._scope(statement), cells, filters, statement.by)
        return self.records.rows(asked, self._moments(statement))

    def derive(self) -> None:
        """Make what figures of deals begin with and the records keep, so that no question has to wait for it.

        One figure of each relation of deals is computed, of the last day.
        """
        asked: dict[str, Query] = {}
        for metric in self.catalogue:
            relation = RELATIONS.get(metric.relation)
            known_to = self.coverage.known_to(relation) if relation and DEALS.name in relation.tables else None
            if known_to is not None:
                day = to_local(known_to, self.centre.timezone).date()
                asked.setdefault(metric.relation, Query(metric, days(day, day, self.centre.timezone)))
        self.compute(list(asked.values()))

    def rows_behind(self, queries: Sequence[Query], most: int) -> Iterator[RowsBehind]:
        """Yield the rows that figures are made of, read once for all that count over the same ones.

        At most so many each time, the earliest first.
        """
        alike: dict[Statement, dict[str, Query]] = defaultdict(dict)
        for query in queries:
            leaves = [
                replace(query, metric=leaf, by=query.by if RELATIONS[leaf.relation].inside else ())
                for leaf in self.catalogue.leaves(query.metric)
            ]
            as_of = self.coverage.of_all(leaf.metric for leaf in leaves)
            for leaf in leaves:
                coverage.check(self.catalogue, leaf)
                if as_of and self.coverage.why_none([leaf], as_of) is None:
                    statement = replace(self._statement(leaf, as_of), lines=leaf.lines)
                    alike[statement].setdefault(leaf.metric.key, leaf)
        for statement, leaves_of in alike.items():
            yield rows_behind(
                self.records,
                statement.relation,
                replace(self._scope(statement), parts=1),
                self._moments(statement),
                [leaf.metric for leaf in leaves_of.values()],
                statement.filters,
                statement.lines,
                most,
            )

    def _run(self, records: Records, statement: Statement, cells: set[Measure]) -> Mapping[Key, Values]:
        scope, moments = self._scope(statement), self._moments(statement)
        # A fixed order makes the same question the same statement.
        ordered = tuple(sorted(cells, key=repr))
        return run(records, statement.relation, scope, moments, ordered, statement.filters, statement.by)

    def _scope(self, statement: Statement) -> Scope:
        return Scope(
            centre=self.centre,
            parts=len(statement.borders) - 1,
            lines=statement.lines,
            by=_inside(statement.relation, statement.by, statement.filters),
            offsets=_offsets(statement),
            derived=self._is_derived(statement),
            monthly=self.records.derives(tables_read(statement.relation, self.centre)),
        )

    def _is_derived(self, statement: Statement) -> bool:
        """Whether what a statement begins with is derived once: as of a moving clock it would be at each question."""
        tables = statement.relation.tables
        stands = any(self.records.complete_to(table) == statement.as_of for table in tables)
        return stands and self.records.derives(tables_read(statement.relation, self.centre))

    def _moments(self, statement: Statement) -> dict[str, datetime]:
        """What the parameters of a statement stand for."""
        until, zone = statement.until or statement.period.end, statement.period.timezone
        known = min(until, statement.as_of)
        return moments_of(
            statement.borders,
            until,
            statement.as_of,
            days_over=midnight(to_local(known, zone).date(), zone),
            begins=self.records.first_event(statement.relation.tables[0]),
            reach_days=self.centre.fcr_days,
        )

    def _facts(
        self,
        query: Query,
        leaves: Sequence[Query],
        as_of: datetime | None,
        found: Mapping[Statement, Mapping[Key, Values]],
    ) -> Breakdown:
        borders = query.period.borders(query.time) if query.time else _ends(query.period)
        absent = self.coverage.why_none(leaves, as_of)
        if absent is not None or as_of is None:
            return Breakdown({} if query.by else {WHOLE: Fact(None, None, None, absent)}, as_of, borders)
        results = [
            (leaf.metric, measures_of(leaf.metric, leaf.lines), found[self._statement(leaf, as_of)]) for leaf in leaves
        ]
        keys = _keys(query, {key for *_, cells in results for key in cells}, borders, as_of)
        first_day = self.coverage.first_day(leaves) if query.time else None
        gaps, conventions = self.coverage.gaps(leaves), self.conventions
        line_at = query.dimensions.index(LINE) if LINE in query.dimensions else None
        parts = {}
        for key in keys:
            begins, ends = borders[key[0]], borders[key[0] + 1]
            if first_day and ends <= first_day[0]:
                parts[key] = Fact(None, None, None, first_day[1])
                continue
            fact = added_up([fact_of(metric, of, cells.get(key, {}), conventions) for metric, of, cells in results])
            fact = per_time(fact, query.metric, begins, min(ends, as_of))
            late = None if query.by or fact.value is None else self.coverage.late_start(query)
            lines = query.lines if line_at is None else (key[1][line_at],)
            remarks = (*gap_remarks(gaps, begins, ends, lines), *((late,) if late else ()))
            parts[key] = replace(fact, remarks=(*fact.remarks, *remarks)) if remarks else fact
        return Breakdown(parts, as_of, borders)

    @property
    def conventions(self) -> dict[str, Any]:
        """What remarks and definitions of metrics may name: the formula in force, the recovery time, ..."""
        rules = self.centre.service_level
        return {
            "formula": rules.formula,
            "formula_text": FORMULA_TEXTS[rules.formula],
            "computable": ", ".join(WITHOUT_LOST_WAITS),
            "threshold": rules.threshold_s,
            "recovery_hours": self.centre.recovery_hours,
            "chat_threshold": self.centre.chat_threshold_s,
            "fcr_days": self.centre.fcr_days,
        }


def _families(own: Mapping[Statement, Set[Measure]], records: Records) -> list[list[Statement]]:
    """Statements over the same rows that differ by their dimensions alone, where the engine groups in several ways."""
    families: dict[Hashable, list[Statement]] = defaultdict(list)
    for statement, cells in own.items():
        relation = statement.relation
        plain = not relation.inside and statement.lines is None and all(cell.lines is None for cell in cells)
        together = records.dialect.grouping_sets and plain and not {*OF_EVENTS, LINE} & {*statement.by}
        families[together, replace(statement, by=()) if together else statement].append(statement)
    return list(families.values())


def _keys(query: Query, seen: set[Key], borders: Sequence[datetime], as_of: datetime) -> Iterable[Key]:
    """Return the parts of a query in order, those without any row that are there all the same among them."""
    if not query.by:
        return [WHOLE]
    if not query.time:
        return sorted(seen, key=str)
    # A part of time without rows is there: a count of nothing is a real zero up to the as-of time.
    known = sorted({values for _, values in seen}, key=str) if query.dimensions else [()]
    begun = [(i, begins < as_of) for i, begins in enumerate(borders[:-1])]
    return [(i, values) for i, has in begun for values in known if has or (i, values) in seen]


def _offsets(statement: Statement) -> tuple[tuple[datetime, int], ...]:
    """How far local time is ahead, for statements that know hours or days of it."""
    asked = {HOUR_OF_DAY, LOST_HOUR} & {*statement.by} or by_the_clock(statement.filters)
    known = asked or statement.relation.by_day
    return statement.period.offsets() if known else ()


def _inside(relation: Relation, by: tuple[str, ...], filters: Where) -> tuple[str, ...]:
    """What changes the rows of a relation themselves: what they are cut by, and what they are narrowed by."""
    return tuple(dict.fromkeys((*by, *(test.column for test in filters)))) if relation.inside else ()


def _ends(period: Period) -> tuple[datetime, datetime]:
    return period.start, period.end
