"""The morning brief: how the day before went, what stood out in it, and how the month stands against its plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from digests.answers import standout
from digests.answers.evaluate import AnswerSet
from digests.answers.grid import known, lines_table, month_pace, rows_of, silent_lines, verdict
from digests.answers.overview import next_asked, worst_first
from digests.answers.view import View, as_of_note, headline, line_or, period_said
from digests.document import Action, Actions, Block, Bullets, Facts, Heading, Item, Paragraph, plain
from digests.figures import figure_of
from digests.request import When
from digests.terms import metric_said
from metrics.answers import Answer, Question, ask
from metrics.model import Better
from metrics.periods import days, month_end, to_local
from warehouse.messages import N_

_MONTH = 4
"""So many figures of the month are told of."""


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The verdict first, the table, then what stood out and how the month stands."""
    localizer, asked = view.localizer, answered.request.overview
    assert asked is not None
    results = known(answered)
    period = period_said(view, asked.when.period)
    found = verdict(view, answered) if results else ""
    yield Heading(headline(localizer(N_("Morning brief")), period, found), 1)
    if not results:
        yield Paragraph(plain(localizer(N_("There are no records of this period yet."))))
        yield Actions(())
        return
    order = worst_first(view, results)
    if len(order) == 1:
        yield Facts(tuple(rows_of(view, answered, results)))
    else:
        yield lines_table(view, results, order)
    yield from silent_lines(view, answered)
    notice = _stood_out(view, asked.when, asked.lines)
    month = _month(view, asked.when, asked.lines)
    told = [text for text in (notice.text if notice else "", month) if text]
    if told:
        yield Bullets(tuple(Item(plain(text)) for text in told))
    yield from as_of_note(view, [result.figure.answer for result in results], answered.moment)
    actions: list[Action] = [notice.action] if notice else []
    yield Actions((*actions, *next_asked(view, answered, results, order)))


def _stood_out(view: View, when: When, lines: tuple[str, ...]) -> standout.Notice | None:
    """The hours of a day that were furthest outside their band; of more days nothing is told."""
    if len(when.period.days) > 1 or not when.period.whole_days:
        return None
    return standout.on(view, when, lines)


def _month(view: View, when: When, lines: tuple[str, ...]) -> str:
    """The volumes that have a plan: how much of what is due their month has come to, the furthest behind first."""
    zone = view.timezone
    last = to_local(min(when.period.end, view.calculator.now) - timedelta(microseconds=1), zone).date()
    month = days(last.replace(day=1), month_end(last), zone)
    specs = [
        spec
        for spec in view.figures.values()
        if spec.plan
        and view.calculator.catalogue.get(spec.metric).spread
        and view.calculator.catalogue.get(spec.metric).better is not Better.NEUTRAL
        and standout.may_see(view, spec.metric, spec.line, lines)
    ]
    questions = list(dict.fromkeys(Question(spec.metric, month, spec.line) for spec in specs))
    paced = [(each.pace, each) for each in ask(view.calculator, view.plans, questions)]
    judged = sorted(((pace, n) for n, (pace, _) in enumerate(paced) if pace is not None))[:_MONTH]
    if not judged:
        return ""
    told = ", ".join(_paced(view, paced[n][1], pace) for pace, n in judged)
    return view.localizer(N_("The month against its plan to date: {figures}."), figures=told)


def _paced(view: View, answer: Answer, pace: float) -> str:
    """«продажи — целевые 92%»."""
    figure = figure_of(view.calculator, view.spec(answer.metric, answer.question.line), answer, view.localizer)
    name = metric_said(view.localizer, answer.metric)
    where = f"{line_or(view, figure)} \N{EM DASH} " if answer.question.line else ""
    return f"{where}{name} {month_pace(view, pace)}"
