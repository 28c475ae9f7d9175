"""From questions to facts: what is asked over the same rows is asked in one statement.

This module knows no plan. `metrics.answers` puts plan and verdict beside what is computed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from metrics.aggregate import (
    Key,
    Lines,
    Measure,
    Measures,
    RowsBehind,
    Values,
    cells_of,
    measures_of,
    parts_of,
    rows_behind,
    run,
)
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.clock import BY_THE_CLOCK, by_the_clock
from metrics.dimensions import CUTS, HOUR_OF_DAY, LINE, LOST_HOUR, OF_EVENTS, TIME_PARTS
from metrics.model import Metric, PerTime, Quantile, Where
from metrics.periods import Period, midnight, to_local
from metrics.relations import RELATIONS, Relation, Scope, moments_of
from metrics.relations.calls import FORMULA_TEXTS, WITHOUT_LOST_WAITS
from metrics.statements import Statement, planned
from warehouse.manifest import Gap
from warehouse.messages import N_, Message, UserError, note
from warehouse.records import Records, readings
from warehouse.schema import TABLES, time_of

AT_ONCE = 2
_BEGIN = N_("no data: the records begin on {moment}")
_PLANNED_LASTS = timedelta(days=1)
"""What is planned begins and is over in less than this."""
_GAPS_TOLD = 3
"""Remarks of this kind beside one figure, at most."""


def undivided(catalogue: Catalogue, metric: Metric, dimension: str) -> Message:
    """What is said to who breaks a metric down by what it has not, or by what cannot split it."""
    known = ", ".join((*TIME_PARTS, *catalogue.dimensions(metric)))
    said = {"metric": metric.key, "given": dimension[:40], "known": known}
    if reason := catalogue.unsplit(metric, dimension):
        return note(
            'The metric "{metric}" cannot be broken down by {given}: {reason}. It can by: {known}.',
            reason=reason,
            **said,
        )
    return note('The metric "{metric}" cannot be broken down by {given}. It can by: {known}.', **said)


def unnarrowed(catalogue: Catalogue, metric: Metric, dimension: str) -> Message:
    """What is said to who narrows a metric by what it has not, or by what cannot split it."""
    reason, known = catalogue.unsplit(metric, dimension), ", ".join(catalogue.dimensions(metric))
    said = {"metric": metric.key, "given": dimension[:40]}
    if reason and known:
        return note(
            'The metric "{metric}" cannot be narrowed by {given}: {reason}. It can by: {known}.',
            reason=reason,
            known=known,
            **said,
        )
    if reason:
        return note(
            'The metric "{metric}" cannot be narrowed by {given}: {reason}. Ask for it without one.',
            reason=reason,
            **said,
        )
    if dimension == "line":
        return note('The metric "{metric}" has no lines: ask for it without one.', metric=metric.key)
    return note('The metric "{metric}" cannot be narrowed by {given}. It can by: {known}.', known=known or "-", **said)


def refusal(message: Message) -> UserError:
    """A sentence as what is raised."""
    return UserError(message.id, **message.params)


@dataclass(frozen=True)
class Query:
    """A metric over an interval: in all, or by one part of time, or dimensions, or both."""

    metric: Metric
    period: Period
    lines: Lines = None
    by: tuple[str, ...] = ()
    filters: Where = ()

    @property
    def time(self) -> str | None:
        """The part of time that it is cut by."""
        return next((key for key in self.by if key in CUTS), None)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(key for key in self.by if key not in CUTS)


@dataclass(frozen=True)
class Fact:
    """A computed value with what it was divided from; percentages 0-100.

    `value` is None exactly where `missing` says why; a denominator of None means there is none to have.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    missing: Message | None = None
    remarks: tuple[Message, ...] = ()
    asides: tuple[Message, ...] = ()
    """Remarks for those who ask for an explanation."""


WHOLE: Key = (0, ())


@dataclass(frozen=True)
class Breakdown:
    """What came of a query: the parts in order, by part of the period and values of the dimensions."""

    parts: Mapping[Key, Fact]
    as_of: datetime | None
    """Up to when the tables used are known; None if one of them is empty."""
    borders: tuple[datetime, ...]

    @property
    def total(self) -> Fact:
        return self.parts[WHOLE]


@dataclass(frozen=True)
class Volumes:
    """How much came in each local hour of a period, for the shape of a week; hours without any may be absent."""

    by_hour: Mapping[tuple[date, int], float]
    as_of: datetime | None
    """Up to when the tables used are known; None if one of them is empty."""


class Calculator:
    """Computes facts from the records of one manifest, by a centre's conventions, as of a clock."""

    def __init__(self, records: Records, centre: Centre, catalogue: Catalogue, now: datetime) -> None:
        self.records = records
        self.centre = centre
        self.catalogue = catalogue
        self.now = now
        self._found: dict[Statement, dict[Key, Values]] = defaultdict(dict)
        self._asked: dict[Statement, set[Measure]] = defaultdict(set)

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
        if any(self._why_absent(leaf, as_of) for leaf in leaves):
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
                self._check(leaf)
        known_to = [self._as_of(parts) for parts in leaves]
        asked: dict[Statement, set[Measure]] = defaultdict(set)
        for parts, as_of in zip(leaves, known_to, strict=True):
            for leaf in parts:
                if as_of and self._why_absent(leaf, as_of) is None:
                    asked[self._statement(leaf, as_of, by_hour=by_hour)].update(cells_of(leaf.metric, leaf.lines))
        return leaves, known_to, self._all_results(asked)

    def as_of(self, metric: Metric) -> datetime | None:
        """The earlier of now and the completeness of the tables used; None if one of them is empty."""
        return self._as_of_all(self.catalogue.leaves(metric))

    def lines_of(self, leaf: Metric) -> frozenset[str]:
        """The lines that rows of a metric may have; of one that is no sum of others."""
        tables = RELATIONS[leaf.relation].line_tables
        return frozenset().union(*(self.records.lines(table) for table in tables))

    def why_absent(self, query: Query) -> Message | None:
        """Why nothing can be said of a metric over a period at all; None if something can."""
        leaves = [replace(query, metric=leaf) for leaf in self.catalogue.leaves(query.metric)]
        as_of = self._as_of(leaves)
        if as_of is None:
            return self._no_records(leaves)
        return next((absent for leaf in leaves if (absent := self._why_absent(leaf, as_of))), None)

    def first_event(self, metric: Metric) -> datetime | None:
        """The earliest instant from which all tables used have records; None if one of them is empty."""
        leaves = self.catalogue.leaves(metric)
        moments = [self._begins(leaf) for leaf in leaves]
        known = [moment for moment in moments if moment is not None]
        return max(known) if len(known) == len(moments) else None

    def _known_to(self, tables: Iterable[str]) -> datetime | None:
        moments = [self._complete_to(table) for table in tables]
        known = [moment for moment in moments if moment is not None]
        return min(self.now, *known) if len(known) == len(moments) else None

    def _tables(self, leaf: Metric) -> tuple[str, ...]:
        """The tables that a metric is computed from."""
        return self._tables_of(RELATIONS[leaf.relation])

    def _tables_of(self, relation: Relation) -> tuple[str, ...]:
        """The tables of a relation, those that need not be as far as the records have them."""
        return (*relation.tables, *(table for table in relation.beside if self._complete_to(table) is not None))

    def _complete_to(self, table: str) -> datetime | None:
        """Up to when a table is known; one of what has no time is known as it is."""
        if time_of(TABLES[table]) is None:
            return self.now if self.records.filled(table) else None
        return self.records.complete_to(table)

    def _as_of(self, parts: Sequence[Query]) -> datetime | None:
        return self._as_of_all([leaf.metric for leaf in parts])

    def _as_of_all(self, leaves: Sequence[Metric]) -> datetime | None:
        """Up to when all of these are known together."""
        moments = [self._relation_known_to(RELATIONS[leaf.relation]) for leaf in leaves]
        known = [moment for moment in moments if moment is not None]
        return min(known) if len(known) == len(moments) else None

    def _relation_known_to(self, relation: Relation) -> datetime | None:
        if not relation.ahead:
            return self._known_to(self._tables_of(relation))
        last = self.records.last_event(relation.tables[0])
        return None if last is None else max(self.now, last + _PLANNED_LASTS)

    def _statement(self, leaf: Query, as_of: datetime, *, by_hour: bool = False) -> Statement:
        relation = RELATIONS[leaf.metric.relation]
        own = self._relation_known_to(relation)
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
            results = partial(self._results, records)
            if sum(not cells <= self._asked[statement] for statement, cells in own.items()) < 2:
                found = {statement: results(statement, cells) for statement, cells in own.items()}
            else:
                with ThreadPoolExecutor(AT_ONCE) as threads:
                    found = dict(zip(own, threads.map(results, own, own.values()), strict=True))
        return found | {whole: each.of(found[each.finer], whole) for whole, each in sums.items()}

    def _results(self, records: Records, statement: Statement, cells: set[Measure]) -> Mapping[Key, Values]:
        """The cells of a statement. Records and clock stand still, so what was asked before is not asked again."""
        new = cells - self._asked[statement]
        if new:
            for key, values in self._run(records, statement, new).items():
                self._found[statement].setdefault(key, {}).update(values)
            self._asked[statement] |= new
        return self._found[statement]

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
            as_of = self._as_of(leaves)
            for leaf in leaves:
                self._check(leaf)
                if as_of is not None and self._why_absent(leaf, as_of) is None:
                    statement = replace(self._statement(leaf, as_of), lines=leaf.lines)
                    alike[statement].setdefault(leaf.metric.key, leaf)
        for statement, leaves_of in alike.items():
            by = _inside(statement.relation, statement.by, statement.filters)
            scope = Scope(centre=self.centre, lines=statement.lines, by=by, offsets=_offsets(statement))
            yield rows_behind(
                self.records,
                statement.relation,
                scope,
                self._moments(statement),
                [leaf.metric for leaf in leaves_of.values()],
                statement.filters,
                statement.lines,
                most,
            )

    def _run(self, records: Records, statement: Statement, cells: set[Measure]) -> Mapping[Key, Values]:
        borders = statement.borders
        scope = Scope(
            centre=self.centre,
            parts=len(borders) - 1,
            lines=statement.lines,
            by=_inside(statement.relation, statement.by, statement.filters),
            offsets=_offsets(statement),
        )
        moments = self._moments(statement)
        # A fixed order makes the same question the same statement.
        ordered = tuple(sorted(cells, key=repr))
        return run(records, statement.relation, scope, moments, ordered, statement.filters, statement.by)

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
        whole = not query.by
        for leaf in leaves:
            if as_of is None or (absent := self._why_absent(leaf, as_of)) is not None:
                reason = self._no_records(leaves) if as_of is None else absent
                return Breakdown({WHOLE: Fact(None, None, None, reason)} if whole else {}, as_of, borders)
        assert as_of is not None
        results = [
            (leaf.metric, measures_of(leaf.metric, leaf.lines), found[self._statement(leaf, as_of)]) for leaf in leaves
        ]
        keys: Iterable[Key]
        if whole:
            keys = [WHOLE]
        else:
            seen = {key for *_, values in results for key in values}
            if query.time:
                # A part without rows is there all the same: a count of nothing is a real zero up to the as-of time.
                known = sorted({values for _, values in seen}, key=str) if query.dimensions else [()]
                begun = [(i, begins < as_of) for i, begins in enumerate(borders[:-1])]
                keys = [(i, values) for i, has in begun for values in known if has or (i, values) in seen]
            else:
                keys = sorted(seen, key=str)
        parts = {key: self._added_up([self._fact(m, of, v.get(key, {})) for m, of, v in results]) for key in keys}
        first = max((at for leaf in leaves if (at := self._begins(leaf.metric)) is not None), default=None)
        gaps = self._gaps_of(leaves)
        for key in parts:
            begins, ends = (borders[key[0]], borders[key[0] + 1]) if key[0] + 1 < len(borders) else _ends(query.period)
            if query.time and first is not None and self._day_of(first) >= ends:
                parts[key] = Fact(None, None, None, note(_BEGIN, moment=first))
                continue
            lines = (key[1][query.dimensions.index(LINE)],) if LINE in query.dimensions else query.lines
            fact = _at_once(parts[key], query.metric, begins, min(ends, as_of))
            parts[key] = _with_gaps(fact, gaps, begins, ends, lines) if gaps else fact
        if whole:
            parts[WHOLE] = self._with_late_start(parts[WHOLE], query)
        return Breakdown(parts, as_of, borders)

    def _fact(self, metric: Metric, of: Measures, values: Values) -> Fact:
        """One metric's value from its cells; cells without any row are zeros."""
        is_quantile = isinstance(metric.fact, Quantile)
        numerator = values.get(of.numerator)
        if numerator is None and not is_quantile:
            numerator = 0.0
        remarks: list[Message] = []
        asides: list[Message] = []
        for remark, counted in zip(metric.remarks, of.remarks, strict=True):
            n = int(values.get(counted) or 0)
            if remark.needed:
                if not n:
                    return Fact(None, None, None, self._explained(remark.text, 0))
            elif n:
                text = self._explained(remark.text, n)
                if remark.blocks:
                    return Fact(None, None, None, text)
                (asides if remark.aside else remarks).append(text)
        if of.denominator is None:
            return Fact(numerator, numerator, None, None, tuple(remarks), tuple(asides))
        denominator = values.get(of.denominator) or 0.0
        if denominator == 0 or numerator is None or (metric.above_zero and numerator <= 0):
            return Fact(None, numerator, denominator, note("no data"), tuple(remarks), tuple(asides))
        if is_quantile:
            return Fact(numerator, None, denominator, None, tuple(remarks), tuple(asides))
        # Multiplied first: 29 of 200 is 14.5 exactly, and halves are rounded up.
        value = numerator * metric.unit.scale / denominator
        return Fact(value, numerator, denominator, None, tuple(remarks), tuple(asides))

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

    def _explained(self, text: Message, n: int) -> Message:
        return replace(text, params={**text.params, "n": n, **self.conventions})

    def _added_up(self, facts: Sequence[Fact]) -> Fact:
        """The sum of a metric's parts; itself, if it has one."""
        if len(facts) == 1:
            return facts[0]
        missing = next((fact.missing for fact in facts if fact.missing), None)
        if missing:
            return Fact(None, None, None, missing)
        total = sum(fact.value or 0.0 for fact in facts)
        return Fact(total, total, None, None, tuple(remark for fact in facts for remark in fact.remarks))

    def _check(self, leaf: Query) -> None:
        """Raise UserError for what cannot be asked, whatever the records."""
        dimensions = self.catalogue.dimensions(leaf.metric)
        if leaf.lines is not None and "line" not in dimensions:
            raise refusal(unnarrowed(self.catalogue, leaf.metric, "line"))
        hours = OF_EVENTS if RELATIONS[leaf.metric.relation].of_events else ()
        for key in leaf.by:
            if key not in (*CUTS, *hours, *dimensions):
                raise refusal(undivided(self.catalogue, leaf.metric, key))
        if len(leaf.by) - len(leaf.dimensions) > 1:
            raise UserError("A figure is cut by one part of time at once, not by {given}.", given=", ".join(leaf.by))
        for test in leaf.filters:
            if test.column in BY_THE_CLOCK and not hours:
                raise UserError(
                    'The metric "{metric}" is of time that lasts, and is not narrowed by the clock: ask for it by '
                    "hour, or by weekday.",
                    metric=leaf.metric.key,
                )
            if self.catalogue.unsplit(leaf.metric, test.column):
                raise refusal(unnarrowed(self.catalogue, leaf.metric, test.column))

    def _why_absent(self, leaf: Query, as_of: datetime) -> Message | None:
        """Why nothing can be said at all, whatever the rows."""
        relation = RELATIONS[leaf.metric.relation]
        if (split := self._apart(relation)) is not None:
            return split
        if leaf.lines is not None and not self.lines_of(leaf.metric).intersection(leaf.lines):
            return note("no data: {table} has no line {line}", table=relation.tables[0], line=", ".join(leaf.lines))
        if (lacking := self.lacking(leaf.metric)) is not None:
            return lacking
        if as_of < leaf.period.start:
            return note("no data: the records end on {moment}", moment=as_of)
        return self._before_records(leaf.metric, leaf.period.end)

    def _begins(self, leaf: Metric) -> datetime | None:
        """The instant from which a metric's own rows are recorded; None if there are none."""
        return self.records.first_event(RELATIONS[leaf.relation].tables[0])

    def _day_of(self, moment: datetime) -> datetime:
        """The beginning of the local day of a moment: the first day of the records is taken for known from then on."""
        zone = self.centre.timezone
        return midnight(to_local(moment, zone).date(), zone)

    def _before_records(self, leaf: Metric, end: datetime) -> Message | None:
        """That nothing is known of a time, which is no zero: all of it lies before the first record."""
        begins = self._begins(leaf)
        return note(_BEGIN, moment=begins) if begins and begins >= end else None

    def _apart(self, relation: Relation) -> Message | None:
        """Why a relation cannot be: its tables lie in places that no statement is over together."""
        tables = _read_by(relation, self.centre)
        if self.records.together(tables):
            return None
        return note(
            "cannot be computed: {tables} lie in two places, copy one with svodka warehouse pull",
            tables=", ".join(sorted(tables)),
        )

    def lacking(self, metric: Metric) -> Message | None:
        """Return what a metric needs and the records never tell of; None if there is nothing."""
        needs = (need for leaf in self.catalogue.leaves(metric) for need in leaf.needs)
        return next((lacking for need in needs if (lacking := self._lacking(need))), None)

    def _lacking(self, need: str) -> Message | None:
        """Why a need of a metric is not met by any row of its table; None if it is."""
        table, _, what = need.partition(".")
        column, _, words = what.partition("=")
        if column not in self.records.filled(table):
            return note("cannot be computed: {table} has no {column}", table=table, column=column)
        if words and not self.records.says(table, column, words.split("|")):
            told = words.replace("|", " / ")
            return note(
                "cannot be computed: {table} never says {column} = {told}", table=table, column=column, told=told
            )
        return None

    def _no_records(self, leaves: Sequence[Query]) -> Message:
        empty = [t for leaf in leaves for t in self._tables(leaf.metric) if self._complete_to(t) is None]
        return note("cannot be computed: there are no records in {table}", table=empty[0])

    def _gaps_of(self, leaves: Sequence[Query]) -> list[Gap]:
        """What is known to be missing in the tables that these are computed from."""
        tables = dict.fromkeys(table for leaf in leaves for table in self._tables(leaf.metric))
        return [gap for table in tables for gap in self.records.gaps(table)]

    def _with_late_start(self, fact: Fact, query: Query) -> Fact:
        """Say so where a table begins within the period: its first days are not zero, they are unknown."""
        begins = self.first_event(query.metric)
        if fact.value is None or begins is None:
            return fact
        # The days are only worth looking up for a table that begins after the period.
        if begins <= query.period.start or begins < query.period.borders("day")[1]:
            return fact
        return replace(fact, remarks=(*fact.remarks, note("the records begin on {moment}", moment=begins)))


def _at_once(fact: Fact, metric: Metric, begins: datetime, ends: datetime) -> Fact:
    """A sum of seconds over the time it is of, for metrics that are so."""
    if not isinstance(metric.fact, PerTime) or fact.value is None:
        return fact
    seconds = (ends - begins).total_seconds()
    if seconds <= 0:
        return replace(fact, value=None, denominator=0.0, missing=note("no data"))
    return replace(fact, value=fact.value / seconds, denominator=seconds)


def _offsets(statement: Statement) -> tuple[tuple[datetime, int], ...]:
    """How far local time is ahead, for statements that know hours or days of it."""
    asked = {HOUR_OF_DAY, LOST_HOUR} & {*statement.by} or by_the_clock(statement.filters)
    known = asked or statement.relation.by_day
    return statement.period.offsets() if known else ()


def _with_gaps(fact: Fact, gaps: Sequence[Gap], start: datetime, end: datetime, lines: Lines) -> Fact:
    """Say so where the source of the rows had more of them, which were no random sample."""
    met = [
        gap
        for gap in gaps
        if gap.touches(start, end) and not (lines and gap.lines and set(lines).isdisjoint(gap.lines))
    ]
    return replace(fact, remarks=(*fact.remarks, *map(_gap_remark, met[:_GAPS_TOLD]))) if met else fact


def _gap_remark(gap: Gap) -> Message:
    told = {"n": gap.rows, "read": gap.read, "source": gap.source, "lost": gap.lost}
    if gap.merged and gap.lost:
        return note(
            "without {n} row of {source} that shares its key with another row, {lost} of them lost",
            "without {n} rows of {source} that share their keys with other rows, {lost} of them lost",
            **told,
        )
    if gap.merged:
        return note(
            "without {n} row of {source} that shares its key with another row",
            "without {n} rows of {source} that share their keys with other rows",
            **told,
        )
    if gap.lost:
        return note(
            "without {n} rejected row of {read} in {source}, {lost} of them lost",
            "without {n} rejected rows of {read} in {source}, {lost} of them lost",
            **told,
        )
    return note(
        "without {n} rejected row of {read} in {source}, which may differ from the rest",
        "without {n} rejected rows of {read} in {source}, which may differ from the rest",
        **told,
    )


@lru_cache
def _read_by(relation: Relation, centre: Centre) -> frozenset[str]:
    """The tables that a relation's rows are made of."""
    return frozenset(readings(relation.rows(Scope(centre))))


def _inside(relation: Relation, by: tuple[str, ...], filters: Where) -> tuple[str, ...]:
    """What changes the rows of a relation themselves: what they are cut by, and what they are narrowed by."""
    return tuple(dict.fromkeys((*by, *(test.column for test in filters)))) if relation.inside else ()


def _ends(period: Period) -> tuple[datetime, ...]:
    return period.start, period.end
