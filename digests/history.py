"""What figures were in the periods before: twelve of the same kind, the comparable one, and the one a year ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digests.figures import Figure
from metrics.answers import Answer, BreakdownPart, Question, ask
from metrics.calculator import Calculator
from metrics.dimensions import HALF_MONTH
from metrics.periods import Period, as_much, earlier, half_month, midnight, months_before
from metrics.plans.plans import Plans

PERIODS = 12
_WEEKS, _DAYS = 7, 1


@dataclass(frozen=True)
class FigureHistory:
    """A figure's past, the oldest first. The last point is of the report's own period."""

    points: tuple[BreakdownPart, ...]
    before: Answer | None
    """Of the comparable period before, as much of it as is over of the report's own."""
    year_before: Answer | None

    @property
    def known(self) -> bool:
        """Whether there is anything to draw a line through."""
        return sum(point.fact.value is not None for point in self.points) > 1


def history(
    calculator: Calculator, plans: Plans, figures: Sequence[Figure], period: Period
) -> Mapping[str, FigureHistory]:
    """Return the past of a report's figures by their keys, all asked at once; nothing for a period of no kind."""
    part = part_of(period)
    figures = [figure for figure in figures if figure.answer.fact.value is not None]
    if part is None or not figures:
        return {}
    asked = [_questions_of(figure, part) for figure in figures]
    answers = iter(ask(calculator, plans, [question for each in asked for question in each]))
    return {
        figure.spec.key: FigureHistory(_points(figure, next(answers)), _known(next(answers)), _known(next(answers)))
        for figure, _ in zip(figures, asked, strict=True)
    }


def part_of(period: Period) -> str | None:
    """What the periods before it are cut into: those that are of its own kind."""
    if period == period.whole_months():
        return "month" if len(period.days) <= 31 else None
    if period == half_month(period.first_day, period.timezone):
        return HALF_MONTH
    if not period.whole_days:
        return None
    if len(period.days) == _WEEKS and period.first_day.weekday() == 0:
        return "week"
    return "day" if len(period.days) == _DAYS else None


def _questions_of(figure: Figure, part: str) -> tuple[Question, Question, Question]:
    question = figure.answer.question
    if figure.answer.metric.plan_span == "month":
        part = "month"  # a plan of whole months is not told of their halves
    span = _span(question.period, part)
    until = figure.answer.as_of or question.period.end
    alone = replace(question, planned=False)
    return (
        replace(question, period=span, by=(part,)),
        replace(alone, period=as_much(question.period, until, earlier(question.period))),
        replace(alone, period=as_much(question.period, until, _year_before(question.period, part))),
    )


def _span(period: Period, part: str) -> Period:
    """From the first of the periods that are drawn to the end of its own."""
    zone, first = period.timezone, period.first_day
    match part:
        case "month":
            start = months_before(first.replace(day=1), PERIODS)
        case "week" | "day":
            start = earlier(period, PERIODS if part == "week" else 2).first_day
        case _:
            start = months_before(first.replace(day=1), PERIODS // 2).replace(day=first.day)
    return Period(midnight(start, zone), period.end, zone)


def _year_before(period: Period, part: str) -> Period:
    """The same months a year ago; of weeks and days the same weekdays, 52 weeks ago."""
    return earlier(period, 52 if part in ("week", "day") else 12)


def _points(figure: Figure, answer: Answer) -> tuple[BreakdownPart, ...]:
    """Its points; of a volume that is not over the last one has neither value nor plan, since it is no fall."""
    if not (figure.answer.metric.spread and figure.answer.plan_goes_on):
        return answer.points
    *points, last = answer.points
    return (*points, replace(last, fact=replace(last.fact, value=None), plan=None))


def _known(answer: Answer) -> Answer | None:
    return answer if answer.fact.value is not None else None
