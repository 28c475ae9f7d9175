"""The days of a period put together by the day of the week: of a volume the mean day, of a level all its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum

from digests.answers.view import View
from metrics.answers import Answer, Point, too_few
from metrics.calculator import Fact
from metrics.dimensions import WEEKDAY
from metrics.model import Metric
from metrics.periods import days, to_local
from warehouse.messages import UserError


def check(view: View, metric: Metric) -> None:
    """Raise UserError for a metric whose days cannot be added up."""
    if not view.calculator.catalogue.adds_up(metric):
        raise UserError(
            'The days of "{metric}" cannot be added up by the day of the week: ask for it by day.', metric=metric.key
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
        points.append(Point(None, (str(names[weekday]),), fact, None, too_few(view.calculator.centre, metric, fact)))
    return replace(answer, question=replace(answer.question, by=(WEEKDAY.key,)), points=tuple(points))


def _mean_day(facts: Sequence[Fact]) -> Fact:
    total = fsum(fact.value or 0.0 for fact in facts)
    return Fact(total / len(facts), total, float(len(facts)), None)


def _together(metric: Metric, facts: Sequence[Fact]) -> Fact:
    numerator = fsum(fact.numerator or 0.0 for fact in facts)
    denominator = fsum(fact.denominator or 0.0 for fact in facts)
    value = numerator * metric.unit.scale / denominator if denominator else None
    return Fact(value, numerator, denominator, None)
