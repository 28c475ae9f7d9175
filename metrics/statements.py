"""Which statements compute what is asked, and which are sums of what others compute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from metrics.aggregate import Key, Lines, Measure, Values
from metrics.model import Count, Sum, Where
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

    @property
    def borders(self) -> tuple[datetime, ...]:
        return self.period.borders(self.cut_by) if self.cut_by else (self.period.start, self.period.end)


@dataclass(frozen=True)
class SumOfParts:
    """That a statement's cells are sums of a finer one's: by fewer dimensions, and over the whole period."""

    finer: Statement
    cells: Set[Measure]

    def of(self, parts: Mapping[Key, Values], whole: Statement) -> Mapping[Key, Values]:
        """Return the whole's cells from those of the finer statement."""
        places = [self.finer.by.index(key) for key in whole.by]
        sums: dict[Key, Values] = {}
        for (_, of), values in parts.items():
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
    each_row_counts_once = not whole.relation.inside and not whole.cut_by
    if not each_row_counts_once or not all(isinstance(cell.part, Count | Sum) for cell in asked[whole]):
        return None
    alike = replace(whole, by=(), cut_by=None)
    for finer, cells in asked.items():
        more = len(finer.by) > len(whole.by) or finer.cut_by
        if (
            more
            and set(whole.by) <= set(finer.by)
            and replace(finer, by=(), cut_by=None) == alike
            and asked[whole] <= cells
        ):
            return finer
    return None


def _together(asked: Mapping[Statement, set[Measure]]) -> Mapping[Statement, set[Measure]]:
    """The statements, and for those over rows that are dear to make one more, that all alike are sums of."""
    alike: dict[Statement, list[Statement]] = defaultdict(list)
    for statement, cells in asked.items():
        sums = all(isinstance(cell.part, Count | Sum) for cell in cells)
        if statement.relation.costly and not statement.cut_by and sums:
            alike[replace(statement, by=())].append(statement)
    made = {statement: set(cells) for statement, cells in asked.items()}
    for whole, statements in alike.items():
        if len(statements) > 1:
            by = tuple(sorted({key for statement in statements for key in statement.by}))
            finest = replace(whole, by=by)
            made.setdefault(finest, set()).update(*(asked[statement] for statement in statements))
    return made


def _finest(parts: Statement, in_parts: Mapping[Statement, Statement]) -> Statement:
    while parts in in_parts:
        parts = in_parts[parts]
    return parts
