"""Why a figure is what it is: its distance from a plan or another period, shared out over its parts exactly.

A ratio r = sum(n)/sum(d) is r - r0 from its reference, and a part gives (n - r0 d)/sum(d) of that. A volume's part
gives its fact less its own reference. The contributions sum to the whole distance; what has no such parts (a
quantile, people counted once) is not taken apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from math import fsum, isclose
from typing import assert_never

from metrics.answers import Answer, BreakdownPart
from metrics.calculator import Calculator
from metrics.coverage import divisible
from metrics.dimensions import TIME_PARTS, WEEKDAY, by_said
from metrics.model import Better, Metric
from metrics.periods import Period, to_local, to_utc
from warehouse.messages import Message, note

Portion = tuple[str, object]
"""A part across two periods: its segment, its hour of the day, or which day (week, month) of its period it is."""
PlaceOf = Callable[[Answer, int, BreakdownPart], Portion]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Contribution:
    """What one part gave, in the metric's own unit (percentage points for percentages)."""

    start: datetime | None
    """The instant at which a part of the period begins; of an hour of several days, the first day's."""
    segment: str | None
    value: float
    fact: float | None
    numerator: float | None
    denominator: float | None
    reference: float | None
    """A volume's own plan or earlier value; a ratio is set against the whole reference."""


@dataclass(frozen=True)
class Why:
    """A distance and its parts, in the order of the breakdown."""

    fact: float
    reference: float
    by: str
    parts: tuple[Contribution, ...]

    @property
    def difference(self) -> float:
        return self.fact - self.reference


def against_plan(calculator: Calculator, answer: Answer) -> Why | Message:
    """The distance from the plan to date; a sentence where it cannot be shared out."""
    plan = answer.planned.to_date
    if plan is None:
        return note("there is no plan for this period")
    if not answer.metric.spread:
        return _ratio(calculator, answer, plan)
    if any(point.plan is None for point in answer.points):
        return note("the plan is not divided {by}", by=_by(answer))
    refused = _volume_refused(calculator, answer)
    if refused:
        return refused
    if not _sums_to((point.plan or 0.0 for point in answer.points), plan):
        return note("the plans {by} do not add up to the plan of the whole", by=_by(answer))
    mine = _gathered(answer, _place)
    return _volume(answer, plan, mine, {place: fsum(p.plan or 0.0 for p in points) for place, points in mine.items()})


def against_period(calculator: Calculator, answer: Answer, reference: Answer) -> Why | Message:
    """The distance from another period, asked with the same breakdown; a sentence where it cannot be shared out."""
    other = reference.fact.value
    if other is None:
        return reference.fact.missing or note("no data")
    if not answer.metric.spread:
        return _ratio(calculator, answer, other)
    refused = _volume_refused(calculator, answer) or _volume_refused(calculator, reference)
    if refused:
        return refused
    by, alike = answer.question.part, _day_by_day(answer.period, reference.period)
    if (by == "week" and not alike) or (by == "month" and len(answer.points) != len(reference.points)):
        return note("the parts {by} of the two periods are not alike", by=_by(answer))
    cut = _weekday if by == "day" and not alike else _place
    theirs = _gathered(reference, cut)
    references = {place: fsum(p.fact.value or 0.0 for p in points) for place, points in theirs.items()}
    # A part that was there only then gives all of what it had less.
    mine = {**{place: [] for place in theirs}, **_gathered(answer, cut)}
    found = _volume(answer, other, mine, references)
    return replace(found, by=WEEKDAY.key) if cut is _weekday else found


def _day_by_day(mine: Period, theirs: Period) -> bool:
    """Whether each day of a period may be set against a day of another: never a Sunday against a Monday of its week."""
    same_weekdays = mine.first_day.weekday() == theirs.first_day.weekday()
    return len(mine.days) == len(theirs.days) and (same_weekdays or len(mine.days) < len(WEEKDAYS))


def worst_first(metric: Metric, why: Why) -> tuple[Contribution, ...]:
    """The parts from those that did most harm to those that did most good.

    Where nothing is good or bad, from those that moved the whole most the way it went.
    """
    return tuple(sorted(why.parts, key=lambda part: -harm(metric, why, part.value)))


_NAMED = 3
"""So many segments are told of as those that did most of it."""


def main_parts(metric: Metric, why: Why) -> tuple[Contribution, ...]:
    """The shortest stretch of time that made half of the difference or more; the segments that did, at most three."""
    half = harm(metric, why, why.difference) / 2
    if why.by not in TIME_PARTS:
        order = worst_first(metric, why)
        done = [harm(metric, why, fsum(part.value for part in order[:n])) for n in range(1, _NAMED + 1)]
        return order[: next((n for n, value in enumerate(done, start=1) if value >= half), _NAMED)]
    begun = [(part.start, n, part) for n, part in enumerate(why.parts) if part.start]
    parts = [part for *_, part in sorted(begun, key=lambda each: each[:2])]
    for length in range(1, len(parts)):
        runs = [parts[i : i + length] for i in range(len(parts) - length + 1)]
        best = max(runs, key=lambda run: harm(metric, why, fsum(part.value for part in run)))
        if harm(metric, why, fsum(part.value for part in best)) >= half:
            return tuple(best)
    return tuple(parts)


def harm(metric: Metric, why: Why, value: float) -> float:
    """How much a contribution did for the worse; in a neutral metric, for the way the whole went."""
    match metric.better:
        case Better.FLOOR:
            return -value
        case Better.CEILING:
            return value
        case Better.NEUTRAL:
            return value if why.difference > 0 else -value
        case better:
            assert_never(better)


def _ratio(calculator: Calculator, answer: Answer, reference: float) -> Why | Message:
    refused = divisible(calculator.catalogue, answer.metric)
    if refused:
        return refused
    fact = answer.fact
    if fact.value is None or not fact.denominator or fact.numerator is None:
        return fact.missing or note("no data")
    numerators = [point.fact.numerator or 0.0 for point in answer.points]
    denominators = [point.fact.denominator or 0.0 for point in answer.points]
    if not (_sums_to(numerators, fact.numerator) and _sums_to(denominators, fact.denominator)):
        return note("its parts {by} do not add up to the whole", by=_by(answer))
    scale = float(answer.metric.unit.scale)
    parts = []
    for place, points in _gathered(answer, _place).items():
        n = fsum(point.fact.numerator or 0.0 for point in points)
        d = fsum(point.fact.denominator or 0.0 for point in points)
        value = (scale * n - reference * d) / fact.denominator
        if n or d:
            parts.append(_part(answer, place, value, scale * n / d if d else None, n, d, None))
    return Why(fact.value, reference, answer.question.part or "", tuple(parts))


def _volume(
    answer: Answer, whole: float, mine: dict[Portion, list[BreakdownPart]], references: dict[Portion, float]
) -> Why:
    parts = []
    for place, points in mine.items():
        fact, reference = fsum(point.fact.value or 0.0 for point in points), references.get(place, 0.0)
        if fact or reference:
            parts.append(_part(answer, place, fact - reference, fact, None, None, reference))
    return Why(answer.fact.value or 0.0, whole, answer.question.part or "", tuple(parts))


def _part(
    answer: Answer,
    place: Portion,
    value: float,
    fact: float | None,
    n: float | None,
    d: float | None,
    reference: float | None,
) -> Contribution:
    segment = str(place[1]) if place[0] == "segment" and place[1] is not None else None
    return Contribution(_begins(answer, place), segment, value, fact, n, d, reference)


def _begins(answer: Answer, place: Portion) -> datetime | None:
    """Where a part begins in the answer's own period, even if only the other period had any."""
    match place:
        case "hour", int(hour):
            return to_utc(datetime.combine(answer.period.first_day, time(hour)), answer.period.timezone)
        case "part", int(number):
            borders = answer.period.borders(answer.question.part or "day")
            return borders[min(number, len(borders) - 2)]
        case _:
            return None


def _volume_refused(calculator: Calculator, answer: Answer) -> Message | None:
    if answer.fact.value is None:
        return answer.fact.missing or note("no data")
    refused = divisible(calculator.catalogue, answer.metric)
    if refused:
        return refused
    if not _sums_to((point.fact.value or 0.0 for point in answer.points), answer.fact.value):
        return note("its parts {by} do not add up to the whole", by=_by(answer))
    return None


def _gathered(answer: Answer, place_of: PlaceOf) -> dict[Portion, list[BreakdownPart]]:
    """The points of each place: hours of several days by the hour of the day, other parts one by one."""
    found: dict[Portion, list[BreakdownPart]] = {}
    for number, point in enumerate(answer.points):
        found.setdefault(place_of(answer, number, point), []).append(point)
    return found


def _place(answer: Answer, number: int, point: BreakdownPart) -> Portion:
    if point.start is None or answer.question.part not in TIME_PARTS:
        return "segment", point.segment
    if answer.question.part == "hour":
        return "hour", to_local(point.start, answer.period.timezone).hour
    return "part", number


def _weekday(answer: Answer, number: int, point: BreakdownPart) -> Portion:
    """The day of the week: months are set against each other by what they have of each."""
    assert point.start is not None
    return "segment", WEEKDAYS[to_local(point.start, answer.period.timezone).weekday()]


def _sums_to(values: Iterable[float], whole: float) -> bool:
    return isclose(fsum(values), whole, rel_tol=1e-9, abs_tol=1e-6)


def _by(answer: Answer) -> Message:
    return by_said(answer.question.part or "")
