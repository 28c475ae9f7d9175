"""Questions to the records, and whether two answers are the same numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from metrics.aggregate import Lines
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.dimensions import LINE, TIME_PARTS
from metrics.facts import Breakdown, Query
from metrics.periods import parse
from tests.engines.centre import BERLIN
from tests.kit import House
from warehouse.records import Records

CATALOGUE = Catalogue()
TO_THE_END = parse("2026-10-20..2026-10-29", BERLIN)
"""Rows after which there are none: what looks at the next one finds nothing."""
PERIODS = tuple(parse(text, BERLIN) for text in ("2026-03-28..2026-03-30", "2026-10-24..2026-10-26"))


def few_questions() -> Iterator[Query]:
    """Every metric in all, and by days: of a group of lines where it has lines; a few by each of their dimensions."""
    for metric in CATALOGUE:
        dimensions = CATALOGUE.dimensions(metric)
        yield Query(metric, PERIODS[1])
        yield Query(metric, PERIODS[1], ("sales", "akc") if LINE in dimensions else None, ("day",))
        if metric.key in ("sl", "lcr_clients", "aht"):
            yield from (Query(metric, PERIODS[1], None, (each,)) for each in dimensions)


_MIXED = ("calls", "sl", "aht", "asa_p90", "lcr_clients", "called_back", "chat_aht_adjusted", "transfers", "fcr")
"""Counts, shares, means, a quantile, clients and chains: what is computed in one way or another."""


def mixed_questions(*, everything: bool) -> Iterator[Query]:
    """Every metric, or a few, of the centre and of one line: in all, by days, by lines and by agents."""
    for metric in CATALOGUE if everything else map(CATALOGUE.get, _MIXED):
        dimensions = [each for each in (LINE, "agent") if each in CATALOGUE.dimensions(metric)]
        split = [each for each in dimensions if not CATALOGUE.unsplit(metric, each)]
        for lines in (None, ("sales",)) if LINE in dimensions else (None,):
            yield from (Query(metric, PERIODS[1], lines, by) for by in ((), ("day",), *((each,) for each in split)))


def questions(*, everything: bool) -> Iterator[Query]:
    """Every metric in all, by days, hours and each of its dimensions; of a line and of a group where it has lines."""
    for metric in CATALOGUE:
        dimensions = CATALOGUE.dimensions(metric)
        if any(leaf.relation in ("activities", "chains", "arrivals") for leaf in CATALOGUE.leaves(metric)):
            yield Query(metric, TO_THE_END)
        for period in PERIODS if everything else PERIODS[1:]:
            yield Query(metric, period)
            yield from (Query(metric, period, None, (part,)) for part in TIME_PARTS if everything or part == "day")
            if everything or metric.key in ("sl", "lcr_clients", "aht"):
                yield from (Query(metric, period, None, (each,)) for each in dimensions)
            if LINE in dimensions:
                yield Query(metric, period, ("akc",))
                yield Query(metric, period, ("sales", "akc"), ("day",))


@cache
def calculator_of(house: House, zone: str = BERLIN) -> Calculator:
    """One for all engines that are compared with a lake: it remembers what it has computed."""
    return Calculator(house.lake.open(), replace(house.centre, timezone=zone), CATALOGUE, house.now)


@cache
def answered_alone(house: House, *, everything: bool) -> list[tuple[Query, Breakdown]]:
    """Each of the mixed questions with what the lake answers to whom asks for nothing else."""
    asked = mixed_questions(everything=everything)
    return [(query, _asker(house, house.lake.open()).compute([query])[0]) for query in asked]


def not_alone(house: House, records: Records, *, everything: bool) -> list[tuple[str, Lines, tuple[str, ...]]]:
    """Return the mixed questions that some records answer otherwise when they are asked at once.

    Once without those by lines: wherever these are asked, the whole is mostly their sum.
    """
    known, wrong = answered_alone(house, everything=everything), []
    for asked in (known, [(query, own) for query, own in known if query.by != (LINE,)]):
        together = _asker(house, records).compute([query for query, _ in asked])
        wrong += [query for (query, own), found in zip(asked, together, strict=True) if not same(own, found)]
    return [(query.metric.key, query.lines, query.by) for query in wrong]


def _asker(house: House, records: Records) -> Calculator:
    return Calculator(records, house.centre, CATALOGUE, house.now)


def same(ours: Breakdown, theirs: Breakdown) -> bool:
    """Whether two answers say the same of the same parts: counts exactly, sums of floats to a billionth."""
    return (
        ours.as_of == theirs.as_of
        and list(ours.parts) == list(theirs.parts)
        and all(
            left.missing == right.missing
            and left.remarks == right.remarks
            and left.asides == right.asides
            and all(
                _close(*pair)
                for pair in (
                    (left.value, right.value),
                    (left.numerator, right.numerator),
                    (left.denominator, right.denominator),
                )
            )
            for left, right in zip(ours.parts.values(), theirs.parts.values(), strict=True)
        )
    )


def _close(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return left == right or math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9 if left % 1 else 0.0)


def differences(ours: Calculator, records: Records, queries: list[Query]) -> list[tuple[Query, Breakdown, Breakdown]]:
    """Return the questions that other records answer otherwise than ours."""
    theirs = Calculator(records, ours.centre, ours.catalogue, ours.now)
    both = zip(queries, ours.compute(queries), theirs.compute(queries), strict=True)
    return [(query, left, right) for query, left, right in both if not same(left, right)]
