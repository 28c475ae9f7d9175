"""Which statements compute what is asked, and which are sums of what others compute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from metrics.aggregate import Key, Lines, Measure, Values
from metrics.model import Count, Sum, Test, Where
from metrics.periods import Period
from metrics.relations import Relation


@dataclass(frozen=True)
class Statement:
    """What must be equal for two figures to be computed in one statement."""

    relation: Relation
    period: Period
    until: datetime | None
    as_of: datetime
    cut_by: str | None
    by: tuple[str, ...]
    filters: Where
    lines: Lines
    periods: tuple[Period, ...] = ()
    """What its period is made of, one after another, where it answers for several."""

    @property
    def fineness(self) -> tuple[bool, bool, int, int, tuple[str, ...]]:
        """Of two statements one of which may be summed from the other, the greater is the finer."""
        return bool(self.periods), self.cut_by is not None, len(self.by), -len(self.filters), self.by

    @property
    def borders(self) -> tuple[datetime, ...]:
        if self.periods:
            return (*(period.start for period in self.periods), self.period.end)
        return self.period.borders(self.cut_by) if self.cut_by else (self.period.start, self.period.end)


@dataclass(frozen=True)
class SumOfParts:
    """That a statement's cells are sums of a finer one's: of fewer dimensions, of one of its periods, of some rows."""

    finer: Statement
    cells: Set[Measure]

    def of(self, parts: Mapping[Key, Values], whole: Statement) -> Mapping[Key, Values]:
        """Return the whole's cells from those of the finer statement."""
        places = [self.finer.by.index(key) for key in whole.by]
        tests = [(self.finer.by.index(test.column), test.values) for test in _more(whole, self.finer)]
        only = self.finer.periods.index(whole.period) if self.finer.periods else None
        sums: dict[Key, Values] = {}
        for (bucket, of), values in parts.items():
            if only not in (None, bucket) or any(of[place] not in wanted for place, wanted in tests):
                continue
            into = sums.setdefault((0, tuple(of[place] for place in places)), dict.fromkeys(self.cells, 0.0))
            for cell in self.cells:
                # A cell of other lines than those of the key has no rows there, and so no value.
                into[cell] = (into[cell] or 0.0) + (values.get(cell) or 0.0)
        return sums


def planned(
    asked: Mapping[Statement, set[Measure]],
) -> tuple[Mapping[Statement, set[Measure]], Mapping[Statement, SumOfParts]]:
    """Return the statements to be run with their cells, and those that are sums of them."""
    asked = _together(asked)
    in_parts = {whole: parts for whole in asked if (parts := _parts_of(whole, asked))}
    # What is itself a sum of others' cells is no source: its finer one has all that it has.
    sums = {whole: SumOfParts(_finest(parts, in_parts), asked[whole]) for whole, parts in in_parts.items()}
    return {statement: cells for statement, cells in asked.items() if statement not in sums}, sums


def _parts_of(whole: Statement, asked: Mapping[Statement, set[Measure]]) -> Statement | None:
    """The statement by parts of the period whose cells add up to another's over all of it, if both are asked."""
    if whole.cut_by or whole.periods or not all(isinstance(cell.part, Count | Sum) for cell in asked[whole]):
        return None
    for finer, cells in asked.items():
        if finer.fineness > whole.fineness and _covers(finer, whole) and asked[whole] <= cells:
            return finer
    return None


def _rows_of(statement: Statement) -> tuple[Relation, datetime, Lines, frozenset[str], str | None]:
    """What must be equal for the rows of one statement to be among those of another.

    What rows are made of within a part of time is one row in each: a client of two days is one client of both.
    """
    relation = statement.relation
    asked = {*statement.by, *(test.column for test in statement.filters)} if relation.inside else set()
    within = statement.cut_by if relation.inside else None
    return relation, statement.as_of, statement.lines, frozenset(asked - {*relation.tells_apart}), within


def _covers(finer: Statement, whole: Statement) -> bool:
    """Whether a statement tells apart all that another one asks for."""
    narrowed = _more(whole, finer)
    told = all(_is_value(whole.relation, test) for test in narrowed) and {*finer.filters} <= {*whole.filters}
    known = whole.period in (finer.periods or (finer.period,)) and whole.until == _until(finer, whole.period)
    needed = {*whole.by, *(test.column for test in narrowed)}
    return known and told and _rows_of(whole) == _rows_of(finer) and needed <= {*finer.by}


def _until(statement: Statement, period: Period) -> datetime | None:
    """Up to when a statement knows a part of its period; None: all of it."""
    return statement.until if statement.until and statement.until < period.end else None


def _more(whole: Statement, finer: Statement) -> Where:
    """What a statement is narrowed by and a finer one is not."""
    return tuple(test for test in whole.filters if test not in finer.filters)


def _together(asked: Mapping[Statement, set[Measure]]) -> Mapping[Statement, set[Measure]]:
    """The statements, and for those over rows that are dear to make one more, that all alike are sums of."""
    alike: dict[Hashable, list[Statement]] = defaultdict(list)
    for statement, cells in asked.items():
        sums = all(isinstance(cell.part, Count | Sum) for cell in cells)
        if statement.relation.costly and not statement.cut_by and sums:
            of_time = tuple(test for test in statement.filters if not _is_value(statement.relation, test))
            alike[*_rows_of(statement), of_time].append(statement)
    made = {statement: set(cells) for statement, cells in asked.items()}
    for statements in alike.values():
        for periods in _runs({statement.period for statement in statements}):
            members = [statement for statement in statements if statement.period in periods]
            if len(members) > 1:
                made.setdefault(_finest_of(members, periods), set()).update(*(asked[member] for member in members))
    return made


def _is_value(relation: Relation, test: Test) -> bool:
    """Whether rows that meet a test are told apart by what they are broken down by."""
    return test.operator == "=" and test.column in relation.all_dimensions


def _runs(periods: Set[Period]) -> list[tuple[Period, ...]]:
    """Periods that follow one another: their rows are looked for around each, and around all of them once.

    Around long ones so little more is read that nothing is won.
    """
    runs: list[list[Period]] = []
    for period in sorted(periods, key=lambda each: (each.start, each.end)):
        short = period.end - period.start <= _SHORT
        if runs and short and runs[-1][-1].end == period.start and runs[-1][-1].start >= period.start - _SHORT:
            runs[-1].append(period)
        else:
            runs.append([period])
    return [tuple(run) for run in runs]


_SHORT = timedelta(days=31, hours=1)
"""A month, in which the clock may have been put back."""


def _finest_of(members: Sequence[Statement], periods: tuple[Period, ...]) -> Statement:
    """The statement that all of these are sums of."""
    shared = [test for test in members[0].filters if all(test in each.filters for each in members)]
    narrowed = {test.column for each in members for test in each.filters if test not in shared}
    by = tuple(sorted({*narrowed, *(key for each in members for key in each.by)}))
    last = max(members, key=lambda each: each.period.end)
    whole = replace(last, by=by, filters=tuple(shared))
    if len(periods) == 1:
        return whole
    return replace(whole, period=replace(last.period, start=periods[0].start), periods=periods)


def _finest(parts: Statement, in_parts: Mapping[Statement, Statement]) -> Statement:
    while parts in in_parts:
        parts = in_parts[parts]
    return parts
