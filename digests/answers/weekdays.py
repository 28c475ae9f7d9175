"""The days of a period put together by the day of the week, or by it and the hour.

Of a volume the mean day, or the mean hour; of a level all its cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum

from digests.answers.view import View
from metrics.answers import Answer, BreakdownPart, too_few
from metrics.dimensions import HOUR_OF_DAY, WEEK_HOURS, WEEKDAY
from metrics.facts import Fact
from metrics.model import Metric
from metrics.periods import days, to_local
from warehouse.messages import UserError


def check(view: View, metric: Metric) -> None:
    """Raise UserError for a metric whose days cannot be added up."""
    if not view.calculator.catalogue.adds_up(metric):
        raise UserError(
            'The days of "{metric}" cannot be added up by the day of the week: ask for it by day.',
            metric=metric.keyed_title,
        )


def by_weekday(view: View, answer: Answer) -> Answer:
    """Return an answer by days as one by the day of the week, from Monday on.

    Only days that are over count: of a volume a part of a day would make the mean day smaller than any.
    """
    metric, zone = answer.metric, answer.period.timezone
    names = view.localizer.locale.days["stand-alone"]["wide"]
    found: dict[int, list[Fact]] = {}
    for point in answer.points:
        assert point.start is not None
        day = to_local(point.start, zone).date()
        if answer.as_of is not None and days(day, day, zone).end <= answer.as_of and point.fact.missing is None:
            found.setdefault(day.weekday(), []).append(point.fact)
    points = []
    for weekday, facts in sorted(found.items()):
        fact = _mean_day(facts) if metric.spread else _together(metric, facts)
        points.append(
            BreakdownPart(None, (str(names[weekday]),), fact, None, too_few(view.calculator.centre, metric, fact))
        )
    return replace(answer, question=replace(answer.question, by=(WEEKDAY.key,)), points=tuple(points))


def by_week_hour(view: View, answer: Answer) -> Answer:
    """Return an answer by days and hours as one by the day of the week (0 is Monday) and the hour.

    Only days that are over count, and hours of them in which nothing came count as nothing.
    """
    metric, zone, as_of = answer.metric, answer.period.timezone, answer.as_of
    begins = view.calculator.coverage.first_event(metric)
    known = {
        day
        for day in answer.period.days
        if as_of is not None and days(day, day, zone).end <= as_of and begins and days(day, day, zone).end > begins
    }
    found: dict[tuple[int, str], list[Fact]] = {}
    for point in answer.points:
        assert point.start is not None
        day = to_local(point.start, zone).date()
        if day in known and point.fact.missing is None:
            of_day = to_local(point.start, zone).hour if point.segment is None else int(point.segment)
            found.setdefault((day.weekday(), f"{of_day:02}:00"), []).append(point.fact)
    points = []
    for (weekday, hour), facts in sorted(found.items()):
        n = sum(day.weekday() == weekday for day in known)
        fact = _mean_of(facts, n) if metric.spread else _together(metric, facts)
        points.append(
            BreakdownPart(None, (str(weekday), hour), fact, None, too_few(view.calculator.centre, metric, fact))
        )
    return replace(answer, question=replace(answer.question, by=(WEEK_HOURS.key,)), points=tuple(points))


def by_hour(view: View, answer: Answer) -> Answer:
    """Return an answer by the hours of several days as one by the hour of the clock, all days together."""
    metric, zone = answer.metric, answer.period.timezone
    found: dict[int, list[Fact]] = {}
    for point in answer.points:
        if point.start is not None and point.fact.missing is None:
            found.setdefault(to_local(point.start, zone).hour, []).append(point.fact)
    points = []
    for hour, facts in sorted(found.items()):
        fact = _together(metric, facts) if not metric.spread else _sum(facts)
        if fact.numerator or fact.denominator:
            few = too_few(view.calculator.centre, metric, fact)
            points.append(BreakdownPart(None, (f"{hour:02}:00",), fact, None, few))
    return replace(answer, question=replace(answer.question, by=(HOUR_OF_DAY,)), points=tuple(points))


def _sum(facts: Sequence[Fact]) -> Fact:
    total = fsum(fact.value or 0.0 for fact in facts)
    return Fact(total, total, None, None)


def _mean_day(facts: Sequence[Fact]) -> Fact:
    return _mean_of(facts, len(facts))


def _mean_of(facts: Sequence[Fact], n: int) -> Fact:
    total = fsum(fact.value or 0.0 for fact in facts)
    return Fact(total / n, total, float(n), None)


def _together(metric: Metric, facts: Sequence[Fact]) -> Fact:
    numerator = fsum(fact.numerator or 0.0 for fact in facts)
    denominator = fsum(fact.denominator or 0.0 for fact in facts)
    value = numerator * metric.unit.scale / denominator if denominator else None
    return Fact(value, numerator, denominator, None)
