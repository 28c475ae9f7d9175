"""How things stand: the lines by volume, service level, lost calls, handling time and sales; and the morning brief.

The worst come first, one sentence says what is not as planned, and a picture shows the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from digests.answers import standout
from digests.answers.evaluate import AnswerSet, Result
from digests.answers.figure import moment_notes
from digests.answers.grid import (
    BAD,
    bad_of,
    changes,
    judged,
    known,
    lines_table,
    month_pace,
    rows_of,
    shortfall,
    silent_lines,
    under_groups,
    verdict,
)
from digests.answers.view import View, as_of_note, day_of, headline, line_or, period_said
from digests.document import Action, Actions, Block, Bullets, Facts, Heading, Item, Paragraph, plain
from digests.figures import figure_of, line_title
from digests.numbers import capital, metric_said
from digests.request import Overview, Request, Selection, Verb, When, command
from metrics.answers import Answer, Question, ask
from metrics.coverage import divisible
from metrics.model import Better
from metrics.periods import days, month_end, to_local
from warehouse.messages import N_

_BUTTONS = 3


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The sentence first, then the table; of a single line, its figures with what they were before."""
    localizer, asked = view.localizer, answered.request.overview
    assert asked is not None
    when, lines = asked.when, asked.lines
    results, compared = known(answered), asked.versus is not None
    where = ", ".join(line_title(view.calculator, line) for line in lines) or localizer(N_("How things stand"))
    period = period_said(view, when.period)
    if compared and answered.moment:
        other = period_said(view, answered.moment.period)
        period = localizer(N_("{period} against {other}"), period=period, other=other)
    found = (compared and changes(view, results)) or verdict(view, answered) if results else ""
    yield Heading(headline(where, period, found), 1)
    if not results:
        yield Paragraph(plain(localizer(N_("There are no records for this period yet."))))
        yield Actions((_overview_action(view, N_("Yesterday"), "yesterday", lines),) if when.words == "today" else ())
        return
    order = worst_first(view, results)
    if len(order) == 1:
        yield Facts(tuple(rows_of(view, answered, results)))
    else:
        yield lines_table(view, results, order, compared=compared)
    yield from silent_lines(view, answered)
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [result.figure.answer for result in results], answered.moment)
    yield Actions(tuple(next_asked(view, answered, results, order)))


def worst_first(view: View, results: Sequence[Result]) -> list[str | None]:
    """The lines from the one that is worst off, members right after their group, the whole centre last."""
    lines = list(dict.fromkeys(result.figure.spec.line for result in results))
    of_line = {line: [r for r in results if r.figure.spec.line == line] for line in lines}

    def severity(line: str | None) -> tuple[float, float]:
        bad = [shortfall(result) for result in of_line[line] if judged(result) in BAD]
        return -len(bad), min(bad, default=0.0)

    ordered = sorted(lines, key=lambda line: (line is None, severity(line)))
    inside = [line for line, member in under_groups(view, lines) if member]
    members = view.calculator.centre.members
    # A group stands where the worst of it does.
    found: dict[str | None, None] = {}
    for line in ordered:
        if line in found:
            continue
        groups = [g for g in lines if g and members(g) != (g,) and line in members(g)] if line in inside else []
        for each in (*groups[:1], line):
            found[each] = None
        if groups:
            found |= dict.fromkeys(m for m in ordered if m in members(groups[0]))
    return list(found)


def next_asked(
    view: View, answered: AnswerSet, results: Sequence[Result], order: Sequence[str | None]
) -> Iterator[Action]:
    """Return what is asked next: why the worst is so, the lines one by one, another day."""
    asked = answered.request.overview
    assert asked is not None
    when = asked.when
    worst = next(
        (
            each
            for each in bad_of(results)
            if divisible(view.calculator.catalogue, each.figure.answer.metric) is None and not each.to_plan
        ),
        None,
    )
    if worst:
        line = worst.figure.spec.line
        selection = Selection(worst.figure.answer.metric.key, when, (line,) if line else ())
        name = metric_said(view.localizer, worst.figure.answer.metric)
        label = view.localizer(N_("Why {metric} {line}"), metric=name, line=line_or(view, worst.figure))
        yield Action(label, command(Request(Verb.WHY, selection)))
    for line in [line for line in order if line][:_BUTTONS] if len(order) > 1 else []:
        yield Action(
            line_title(view.calculator, line), command(Request(Verb.OVERVIEW, overview=Overview(when, (line,))))
        )
    for text, words in ((N_("Today"), "today"), (N_("Yesterday"), "yesterday")):
        if when.words != words:
            yield _overview_action(view, text, words, asked.lines)


def _overview_action(view: View, label: str, words: str, lines: tuple[str, ...]) -> Action:
    when = When(words, day_of(view))  # only its words are said
    return Action(capital(view.localizer(label)), command(Request(Verb.OVERVIEW, overview=Overview(when, lines))))


_MONTH = 4
"""So many figures of the month are told of."""


def brief(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The verdict first, the table, then what stood out and how the month stands."""
    localizer, asked = view.localizer, answered.request.overview
    assert asked is not None
    results = known(answered)
    period = period_said(view, asked.when.period)
    found = verdict(view, answered) if results else ""
    yield Heading(headline(localizer(N_("Morning brief")), period, found), 1)
    if not results:
        yield Paragraph(plain(localizer(N_("There are no records for this period yet."))))
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


def _stood_out(view: View, when: When, lines: tuple[str, ...]) -> standout.Highlight | None:
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
