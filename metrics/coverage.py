"""What can be asked of a metric at all, and what the records tell of: from when to when, and which needs they meet.

Nothing of this looks at rows that a figure is of: it is the same whatever is asked over a period.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from metrics.aggregate import Lines
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.clock import BY_THE_CLOCK
from metrics.dimensions import CUTS, OF_EVENTS, TIME_PARTS, breakdown_title
from metrics.facts import Query
from metrics.model import Distinct, Metric, Quantile, Ratio
from metrics.periods import midnight, to_local
from metrics.relations import RELATIONS, Relation, Scope
from warehouse.manifest import Gap
from warehouse.messages import N_, Message, UserError, note
from warehouse.readings import tables_of
from warehouse.records import Records
from warehouse.schema import TABLES, time_of


def check(catalogue: Catalogue, leaf: Query) -> None:
    """Raise UserError for what cannot be asked of a metric that is no sum of others."""
    dimensions = catalogue.dimensions(leaf.metric)
    if leaf.lines is not None and "line" not in dimensions:
        raise refusal(unnarrowed(catalogue, leaf.metric, "line"))
    hours = OF_EVENTS if RELATIONS[leaf.metric.relation].of_events else ()
    for key in leaf.by:
        if key not in (*CUTS, *hours, *dimensions):
            raise refusal(undivided(catalogue, leaf.metric, key))
    if len(leaf.by) - len(leaf.dimensions) > 1:
        raise UserError(
            "A figure is cut by one part of time at once, not {given}.", given=tuple(map(breakdown_title, leaf.by))
        )
    for test in leaf.filters:
        if test.column in BY_THE_CLOCK and not hours:
            raise UserError(
                'The metric "{metric}" is of time that lasts, and is not narrowed by the clock: ask for it by '
                "hour, or by weekday.",
                metric=leaf.metric.keyed_title,
            )
        if catalogue.unsplit(leaf.metric, test.column):
            raise refusal(unnarrowed(catalogue, leaf.metric, test.column))


def undivided(catalogue: Catalogue, metric: Metric, dimension: str) -> Message:
    """What is said to who breaks a metric down by what it has not, or by what cannot split it."""
    known = tuple(map(breakdown_title, (*TIME_PARTS, *catalogue.dimensions(metric))))
    said: dict[str, Any] = {"metric": metric.keyed_title, "by": breakdown_title(dimension), "known": known}
    if reason := catalogue.unsplit(metric, dimension):
        return note(
            'The metric "{metric}" cannot be broken down {by}: {reason}. It can be {known}.',
            reason=reason,
            **said,
        )
    return note('The metric "{metric}" cannot be broken down {by}. It can be {known}.', **said)


def unnarrowed(catalogue: Catalogue, metric: Metric, dimension: str) -> Message:
    """What is said to who narrows a metric by what it has not, or by what cannot split it."""
    reason, known = catalogue.unsplit(metric, dimension), tuple(map(breakdown_title, catalogue.dimensions(metric)))
    said: dict[str, Any] = {"metric": metric.keyed_title, "by": breakdown_title(dimension)}
    if reason and known:
        return note(
            'The metric "{metric}" cannot be narrowed {by}: {reason}. It can be {known}.',
            reason=reason,
            known=known,
            **said,
        )
    if reason:
        return note(
            'The metric "{metric}" cannot be narrowed {by}: {reason}. Ask for it without one.',
            reason=reason,
            **said,
        )
    if dimension == "line":
        return note('The metric "{metric}" has no lines: ask for it without one.', metric=metric.keyed_title)
    if not known:
        return note('The metric "{metric}" cannot be narrowed at all: ask for it as it is.', metric=metric.keyed_title)
    return note('The metric "{metric}" cannot be narrowed {by}. It can be {known}.', known=known, **said)


def refusal(message: Message) -> UserError:
    """A sentence as what is raised."""
    return UserError(message.id, **message.params)


_BEGIN = N_("no data: the records begin on {moment}")
_PLANNED_LASTS = timedelta(days=1)
"""What is planned begins and is over in less than this."""
_GAPS_TOLD = 3
"""Remarks of this kind beside one figure, at most."""


def divisible(catalogue: Catalogue, metric: Metric) -> Message | None:
    """Return why a metric has no parts that add up, whatever the records; None if it has."""
    for leaf in catalogue.leaves(metric):
        parts = (leaf.fact.numerator, leaf.fact.denominator) if isinstance(leaf.fact, Ratio) else (leaf.fact,)
        if any(isinstance(part, Quantile) for part in parts):
            return note("a median or another quantile is not a sum of parts")
        if RELATIONS[leaf.relation].inside or any(isinstance(part, Distinct) for part in parts):
            return note("those who are counted once in the whole may be in several parts")
    return None


class Coverage:
    """What the records of one manifest know of metrics, as of a clock."""

    def __init__(self, records: Records, centre: Centre, catalogue: Catalogue, now: datetime) -> None:
        self._records = records
        self._centre = centre
        self._catalogue = catalogue
        self._now = now

    def as_of(self, metric: Metric) -> datetime | None:
        """The earlier of now and the completeness of the tables used; None if one of them is empty."""
        return self.of_all(self._catalogue.leaves(metric))

    def of_all(self, leaves: Iterable[Metric]) -> datetime | None:
        """Up to when all of these, which are no sums of others, are known together."""
        moments = [self.known_to(RELATIONS[leaf.relation]) for leaf in leaves]
        known = [moment for moment in moments if moment is not None]
        return min(known) if len(known) == len(moments) else None

    def known_to(self, relation: Relation) -> datetime | None:
        """Up to when the rows of a relation are known; of what is planned, up to where it is."""
        if relation.ahead:
            last = self._records.last_event(relation.tables[0])
            return None if last is None else max(self._now, last + _PLANNED_LASTS)
        moments = [self._complete_to(table) for table in self._tables_of(relation)]
        known = [moment for moment in moments if moment is not None]
        return min(self._now, *known) if len(known) == len(moments) else None

    def first_event(self, metric: Metric) -> datetime | None:
        """The earliest instant from which all tables used have records; None if one of them is empty."""
        leaves = self._catalogue.leaves(metric)
        moments = [self.begins(leaf) for leaf in leaves]
        known = [moment for moment in moments if moment is not None]
        return max(known) if len(known) == len(moments) else None

    def begins(self, leaf: Metric) -> datetime | None:
        """The instant from which a metric's own rows are recorded; None if there are none."""
        return self._records.first_event(RELATIONS[leaf.relation].tables[0])

    def first_day(self, leaves: Iterable[Query]) -> tuple[datetime, Message] | None:
        """Return when the first day of the records begins, which is taken for known as a whole, and why not before."""
        first = max((at for leaf in leaves if (at := self.begins(leaf.metric)) is not None), default=None)
        zone = self._centre.timezone
        return (midnight(to_local(first, zone).date(), zone), note(_BEGIN, moment=first)) if first else None

    def lines_of(self, leaf: Metric) -> frozenset[str]:
        """The lines that rows of a metric may have; of one that is no sum of others."""
        tables = RELATIONS[leaf.relation].line_tables
        return frozenset().union(*(self._records.lines(table) for table in tables))

    def why_absent(self, query: Query) -> Message | None:
        """Why nothing can be said of a metric over a period at all; None if something can."""
        leaves = [replace(query, metric=leaf) for leaf in self._catalogue.leaves(query.metric)]
        return self.why_none(leaves, self.of_all(leaf.metric for leaf in leaves))

    def why_none(self, leaves: Sequence[Query], as_of: datetime | None) -> Message | None:
        """Why nothing can be said of leaves that are known up to a moment together; None if something can."""
        if as_of is None:
            return self._no_records(leaves)
        return next((absent for leaf in leaves if (absent := self._why_absent(leaf, as_of))), None)

    def lacking(self, metric: Metric) -> Message | None:
        """Return what a metric needs and the records never tell of; None if there is nothing."""
        leaves = self._catalogue.leaves(metric)
        if any(self._records.limits.intersection(RELATIONS[leaf.relation].whole) for leaf in leaves):
            return note("cannot be computed of some deals: costs are of all of them together")
        needs = (need for leaf in leaves for need in leaf.needs)
        return next((lacking for need in needs if (lacking := self._lacking(need))), None)

    def knows(self, metric: Metric) -> bool:
        """Whether its tables have records, and tell of all it needs."""
        return self.as_of(metric) is not None and self.lacking(metric) is None

    def gaps(self, leaves: Sequence[Query]) -> Sequence[Gap]:
        """Return where the source of the rows had more of them, which were no random sample."""
        tables = dict.fromkeys(table for leaf in leaves for table in self._tables_of(RELATIONS[leaf.metric.relation]))
        return [gap for table in tables for gap in self._records.gaps(table)]

    def late_start(self, query: Query) -> Message | None:
        """Say where a table begins within the period: its first days are not zero, they are unknown."""
        begins = self.first_event(query.metric)
        if begins is None:
            return None
        # The days are only worth looking up for a table that begins after the period.
        if begins <= query.period.start or begins < query.period.borders("day")[1]:
            return None
        return note("the records begin on {moment}", moment=begins)

    def _tables_of(self, relation: Relation) -> tuple[str, ...]:
        """The tables of a relation, those that need not be as far as the records have them."""
        return (*relation.tables, *(table for table in relation.beside if self._complete_to(table) is not None))

    def _complete_to(self, table: str) -> datetime | None:
        """Up to when a table is known; one of what has no time is known as it is."""
        if time_of(TABLES[table]) is None:
            return self._now if self._records.filled(table) else None
        return self._records.complete_to(table)

    def _why_absent(self, leaf: Query, as_of: datetime) -> Message | None:
        """Why nothing can be said at all, whatever the rows."""
        relation = RELATIONS[leaf.metric.relation]
        if (split := self._apart(relation)) is not None:
            return split
        if leaf.lines is not None and not self.lines_of(leaf.metric).intersection(leaf.lines):
            lines = self._centre.lines
            titles = ", ".join(lines[key].title if key in lines else key for key in leaf.lines)
            return note("no data: there are no such records of {line}", line=titles)
        if (lacking := self.lacking(leaf.metric)) is not None:
            return lacking
        if as_of < leaf.period.start:
            return note("no data: the records end on {moment}", moment=as_of)
        begins = self.begins(leaf.metric)
        # Nothing is known of a time before the first record, which is no zero.
        return note(_BEGIN, moment=begins) if begins and begins >= leaf.period.end else None

    def _apart(self, relation: Relation) -> Message | None:
        """Why a relation cannot be: its tables lie in places that no statement is over together."""
        tables = tables_read(relation, self._centre)
        if self._records.together(tables):
            return None
        return note(
            "cannot be computed: {tables} lie in two places, copy one with svodka warehouse pull",
            tables=", ".join(sorted(tables)),
        )

    def _lacking(self, need: str) -> Message | None:
        """Why a need of a metric is not met by any row of its table; None if it is."""
        table, _, what = need.partition(".")
        column, _, words = what.partition("=")
        if column not in self._records.filled(table):
            return note("cannot be computed: {table} has no {column}", table=table, column=column)
        if words and not self._records.says(table, column, words.split("|")):
            told = words.replace("|", " / ")
            return note(
                "cannot be computed: {table} never says {column} = {told}", table=table, column=column, told=told
            )
        return None

    def _no_records(self, leaves: Sequence[Query]) -> Message:
        empty = [
            t
            for leaf in leaves
            for t in self._tables_of(RELATIONS[leaf.metric.relation])
            if self._complete_to(t) is None
        ]
        return note("cannot be computed: there are no records in {table}", table=empty[0])


def gap_remarks(gaps: Sequence[Gap], start: datetime, end: datetime, lines: Lines) -> tuple[Message, ...]:
    """Say which gaps a figure of a part of time, and of some lines, may suffer from."""
    met = (
        gap
        for gap in gaps
        if gap.touches(start, end) and not (lines and gap.lines and set(lines).isdisjoint(gap.lines))
    )
    return tuple(map(_gap_remark, islice(met, _GAPS_TOLD)))


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
def tables_read(relation: Relation, centre: Centre) -> frozenset[str]:
    """The tables that a relation's rows are made of."""
    return tables_of(relation.rows(Scope(centre, derived=True)))
