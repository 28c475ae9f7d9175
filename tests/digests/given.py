"""Answers to everything that pictures ask, made of given numbers instead of records.

The numbers are of hours or days; longer parts and whole periods are their sums, so that a picture and its headline
are made of the same cases. A level is given by its numerators and denominators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

from digests import pictures
from digests.catalogue import BIWEEKLY
from digests.figures import figure_of
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.pictures.setting import Setting
from metrics.answers import Answer, BreakdownPart, Question, too_few
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from metrics.facts import Fact
from metrics.model import Metric, Unit, Where
from metrics.periods import HOUR, Period, days, parse, to_local, to_utc
from metrics.plans.plans import NO_PLAN, Planned, Plans
from tests.kit import MOSCOW, House, answered
from warehouse.messages import note

LINES = {f"l{n}": Line(f"l{n}", f"Line {'ABCDEFGHIJ'[n]}") for n in range(10)}
CATALOGUE = Catalogue()
EN = Localizer("en", MOSCOW, datetime(2026, 6, 16).date())

Count = float | None
Cases = tuple[float, float] | None
Key = tuple[str, str | None, Where]


@cache
def calculator(least: int = 1) -> Calculator:
    """Of records that began long before all periods; nothing is asked of it but when that was."""
    centre = Centre(timezone=MOSCOW, lines=LINES, min_cases=least)
    if least != 1:
        return Calculator(calculator().records, centre, CATALOGUE, calculator().now)
    house, old = House(Path(mkdtemp()), centre, "2027-01-01 00:00"), "2025-01-01 12:00"
    house.calls(answered(old, line="l0"), complete_to="2027-01-01 00:00")
    rows = {"chats": "started_at", "leads": "created_at", "reservations": "reserved_at", "bot_calls": "started_at"}
    for table, column in rows.items():
        house.put(table, [{"reservation_id": "1", column: old}], complete_to="2027-01-01 00:00")
    return house.calculator()


@dataclass
class Given:
    """What happened in the hours or days (`step`) of a period, as of `now`."""

    period: Period
    now: datetime
    step: str = "day"
    least: int = 1
    facts: dict[Key, dict[datetime, tuple[float, float] | None]] = field(default_factory=dict)
    plans: dict[tuple[str, str | None], dict[datetime, float | None]] = field(default_factory=dict)

    def put(
        self,
        metric: str,
        values: Sequence[Count] | Sequence[Cases],
        plan: float | Sequence[float | None] | None = None,
        *,
        line: str | None = None,
        filters: Where = (),
        over: Period | None = None,
    ) -> None:
        """Counts, or cases as (numerator, denominator), by hour or day; a plan of each of them, or of all alike."""
        starts = (over or self.period).borders(self.step)[:-1]
        rows = {
            start: value if value is None or isinstance(value, tuple) else (value, 0.0)
            for start, value in zip(starts, values, strict=False)
        }
        self.facts.setdefault((metric, line, filters), {}).update(rows)
        if plan is not None:
            plans = [plan] * len(starts) if isinstance(plan, int | float) else plan
            self.plans.setdefault((metric, line), {}).update(zip(starts, plans, strict=False))

    def fact(self, metric: Metric, key: Key, start: datetime, end: datetime) -> Fact:
        """The sum of what is known of a span."""
        given = self.facts.get(key, {})
        known = [each for at, each in given.items() if start <= at < end and at < self.now and each is not None]
        numerator, denominator = sum(each[0] for each in known), sum(each[1] for each in known)
        if metric.spread:
            value: float | None = float(numerator) if known else None
        else:
            scale = 100 if metric.unit is Unit.PERCENT else 1
            value = scale * numerator / denominator if denominator else None
        missing = note("no data") if value is None else None
        return Fact(value, numerator, None if metric.spread else denominator, missing)

    def answer(self, question: Question) -> Answer:
        metric = CATALOGUE.get(question.metric)
        span = question.period.month_to_date() if metric.plan_span == "month" else question.period
        key = (metric.key, question.line, question.filters)
        fact = self.fact(metric, key, span.start, span.end)
        whole = span.whole_months() if metric.plan_span == "month" else span
        book, centre = Book(self), calculator(self.least).centre
        planned = NO_PLAN if question.filters else book.planned(metric, question.line, whole, min(self.now, whole.end))
        points: list[BreakdownPart] = []
        if question.by == ("line",):
            for line in {line for name, line, _ in self.facts if name == metric.key and line}:
                part = self.fact(metric, (metric.key, line, ()), span.start, span.end)
                due = book.planned(metric, line, span, min(self.now, span.end)).to_date
                points.append(BreakdownPart(None, (line,), part, due, too_few(centre, metric, part)))
        elif question.by:
            for start, end in pairwise(span.borders(question.part or "day")):
                if start < self.now:
                    part = self.fact(metric, key, start, end)
                    until = min(end, self.now)
                    due = book.planned(metric, question.line, Period(start, end, MOSCOW), until).to_date
                    due = None if question.filters else due
                    points.append(BreakdownPart(start, (), part, due, too_few(centre, metric, part)))
        few = too_few(centre, metric, fact)
        return Answer(question, metric, span, fact, self.now, planned, tuple(points), few)

    def setting(self, *figures: FigureSpec, localizer: Localizer = EN) -> Setting:
        """A digest of these figures, with everything its pictures ask."""
        spec = ReportSpec("digest", "Digest", (Section("Section", (Group(figures),)),), pictures=BIWEEKLY.pictures)
        asked = [Question(each.metric, self.period, each.line) for each in figures]
        base = calculator(self.least)
        made = tuple(
            figure_of(base, each, self.answer(question), localizer)
            for each, question in zip(figures, asked, strict=True)
        )
        with patch.object(pictures, "ask", lambda _, __, questions: [self.answer(each) for each in questions]):
            return pictures.prepared(base, Book(self), made, spec, self.period, localizer)


class Book(Plans):
    """The plans that are given, spread evenly over the hours or days they are of."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def on_day(self, metric: Metric, line: str | None, day: Any) -> float | None:
        span = days(day, day, MOSCOW)
        return self.planned(metric, line, span, span.end).full

    def planned(self, metric: Metric, line: str | None, span: Period, until: datetime) -> Planned:
        given = self._given.plans.get((metric.key, line), {})
        length = HOUR * (1 if self._given.step == "hour" else 24)
        within = {start: plan for start, plan in given.items() if start < span.end and start + length > span.start}
        if not within or any(plan is None for plan in within.values()):
            return NO_PLAN
        if not metric.spread:
            values = set(within.values())
            return Planned(*[values.pop()] * 2) if len(values) == 1 else NO_PLAN

        def spread(end: datetime) -> float:
            over = {start: min(start + length, end) - max(start, span.start) for start in within}
            return sum((plan or 0.0) * max(over[start] / length, 0.0) for start, plan in within.items())

        return Planned(spread(min(until, span.end)), spread(span.end))


def given(period: str, now: str | None = None, *, least: int = 1, step: str = "day") -> Given:
    """Numbers for a period, which is over unless it is `now`."""
    span = parse(period, MOSCOW)
    moment = to_utc(datetime.fromisoformat(now), MOSCOW) if now else span.end
    return Given(span, moment, step, least)


def hours_in_use(_: Calculator, answers: Sequence[Answer]) -> set[datetime]:
    """The beginnings of the hours of which anything is given."""
    return {
        point.start
        for answer in answers
        for point in answer.points
        if point.start is not None and (point.fact.value or point.fact.denominator)
    }


def hour(moment: datetime) -> int:
    return to_local(moment, MOSCOW).hour
