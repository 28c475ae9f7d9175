"""The days of the week by the hours of the day: where the most is, or the worst, and a map of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests import numbers
from digests.answers.evaluate import AnswerSet, Result
from digests.answers.figure import fact_row
from digests.answers.view import (
    View,
    as_of_note,
    headline,
    line_or,
    narrowed,
    next_questions,
    order_said,
    so_far,
    subject,
)
from digests.document import Actions, Block, FactRow, Facts, Heading, Note, Picture
from digests.figures import line_title
from digests.localizer import Localizer
from digests.numbers import terms_brief
from metrics.answers import Answer, BreakdownPart, Verdict, ordered, worst_first
from metrics.dimensions import WEEK_HOURS, by_said
from metrics.model import Metric
from warehouse.messages import N_

_TOLD = 5
"""So many of the hours are told in words; the picture has them all."""


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """What is found first, then the hours that stand out, line by line."""
    selection, results = answered.request.selection, answered.results
    assert selection is not None
    localizer, first = view.localizer, results[0]
    line = first.figure.spec.line if len(results) == 1 else None
    metric = first.figure.answer.metric
    about = subject(view, selection, line) if len(results) == 1 else localizer(metric.title)
    found = finding(view, first.figure.answer) if len(results) == 1 else ""
    about = f"{about}, {localizer.say(by_said(WEEK_HOURS.key))}"
    yield Heading(headline(about, so_far(view, first.figure.answer), found), 1)
    for result in results:
        if len(results) > 1:
            yield Heading(line_or(view, result.figure), 2)
        yield from _one(view, result)
    rule = N_("The average for each hour of each day of the week; only days that are over.")
    yield Note(localizer(rule if metric.spread else N_("All such hours together; only days that are over.")))
    yield from as_of_note(view, [result.figure.answer for result in results])
    yield Actions(tuple(next_questions(view, selection)))


def _one(view: View, result: Result) -> Iterator[Block]:
    localizer, answer = view.localizer, result.figure.answer
    yield Facts((fact_row(view, result.figure, localizer(N_("Overall"))),))
    told = _standing_out(answer)[:_TOLD]
    if not told:
        return
    yield Facts(tuple(_row(view, answer, point) for point in told))
    yield Note(order_said(view, answer.metric))


def _row(view: View, answer: Answer, point: BreakdownPart) -> FactRow:
    metric, value = answer.metric, point.fact.value
    assert value is not None
    text = numbers.value(view.localizer, metric, value, full=True, more_decimals=int(metric.spread and value < 10))
    over = "" if metric.spread else terms_brief(view.localizer, metric, point.fact)
    return FactRow(place_said(view.localizer, point), f"{text}, {over}" if over else text, Verdict.NONE)


def finding(view: View, answer: Answer) -> str:
    """«больше всего — пн, 11:00»; nothing where no hour has cases enough."""
    told = _standing_out(answer)
    if not told:
        return ""
    form = N_("the worst: {part}") if worst_first(answer.metric) else N_("the most: {part}")
    said = numbers.value(view.localizer, answer.metric, told[0].fact.value or 0.0, full=True)
    return view.localizer(form, part=f"{place_said(view.localizer, told[0])} \N{EM DASH} {said}")


def _standing_out(answer: Answer) -> Sequence[BreakdownPart]:
    """The hours from what one looks for first on, of those that have cases enough."""
    known = [point for point in answer.points if point.fact.value is not None and not point.few]
    return ordered(answer.metric, [point for point in known if point.fact.value or not answer.metric.spread])


def place_said(localizer: Localizer, point: BreakdownPart) -> str:
    """«понедельник, 11:00»."""
    weekday, hour = point.values
    return f"{localizer.locale.days['stand-alone']['wide'][int(weekday or 0)]}, {hour}"


def picture(view: View, answered: AnswerSet) -> Picture | None:
    """Return the map of one line, or of the whole centre; None of several."""
    from digests.pictures import grid

    if len(answered.results) != 1:
        return None
    (result,) = answered.results
    selection = answered.request.selection
    assert selection is not None
    answer, line = result.figure.answer, result.figure.spec.line
    where = [line_title(view.calculator, line)] if line else []
    name = ", ".join(filter(None, [_title(view, answer.metric), *where, narrowed(view, selection)]))
    return grid.heatmap(view.localizer, answer, name, finding(view, answer))


def _title(view: View, metric: Metric) -> str:
    return view.localizer(metric.title)
