"""Several lines beside each other: each against its plan, the whole centre last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from digests.answers.evaluate import AnswerSet, Result
from digests.answers.figure import finding as change
from digests.answers.figure import moment_notes, reference_row, to_plan_row
from digests.answers.grid import under_groups
from digests.answers.view import END_FOUND, View, as_of_note, headline, line_or, next_questions, order_said, period_said
from digests.document import Action, Actions, Block, FactRow, Facts, Heading, Note
from digests.figures import Figure, fact_text, line_title
from digests.numbers import terms_said
from digests.request import Request, Selection, Verb, command
from metrics.answers import Verdict
from metrics.dimensions import LINE, by_said
from warehouse.messages import N_

_BUTTONS = 4


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The lines in the digest's order: people look for theirs where it was yesterday."""
    selection = answered.request.selection
    assert selection is not None
    localizer, results = view.localizer, answered.results
    metric = results[0].figure.answer.metric
    period = period_said(view, results[0].figure.answer.period)
    about = f"{localizer(metric.title)} {localizer.say(by_said(LINE))}"
    found = finding(view, [result.figure for result in results])
    first = results[0].figure
    if selection.end and first.spec.line and first.answer.fact.value is not None:
        name = f"{line_or(view, first)} \N{EM DASH} {fact_text(view.calculator, first.answer, localizer, full=True)}"
        found = localizer(END_FOUND[selection.end], part=name)
    whole = next((result for result in results if not result.figure.spec.line), None)
    if whole and whole.reference and answered.moment and selection.versus and not selection.end:
        moved = change(view, answered, whole)  # who compares asks how far it moved
        now, _, apart = moved.partition(", ")
        of_all = N_("{value} in total") if metric.spread else N_("{value} in the whole centre")
        found = f"{localizer(of_all, value=now)}, {apart}" if apart else found
    yield Heading(headline(about, period, found), 1)
    shown = _with_rows(answered.results)
    yield Facts(tuple(_rows(view, answered, shown)))
    yield from _folded(view, [result for result in answered.results if result not in shown])
    if selection.top and results[0].figure.spec.line:
        yield Note(order_said(view, metric, selection.end))
    if answered.remark:
        yield Note(localizer.say(answered.remark))
    left = sum(result.left_out for result in results)
    if left:
        yield Note(localizer.counted("{n} more line is not shown.", "{n} more lines are not shown.", left))
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [result.figure.answer for result in results], answered.moment)
    known = any(result.figure.answer.fact.value is not None for result in results)
    # A list has its lines to press; their hours are asked of one of them.
    yield Actions((*_lines(results, selection, view), *next_questions(view, selection, known=known, series=False)))


def _with_rows(results: Sequence[Result]) -> list[Result]:
    """The results that have a row of their own: a line of which there is nothing has none, unless there is no other."""
    told = [result for result in results if not result.figure.spec.line or not _is_nothing(result)]
    return told if any(result.figure.spec.line for result in told) else list(results)


def _is_nothing(result: Result) -> bool:
    """Whether nothing came and nothing was planned, or nothing is known for want of cases."""
    answer = result.figure.answer
    return not (answer.fact.value or answer.fact.denominator or answer.fact.remarks) and answer.plan is None


def _folded(view: View, results: Sequence[Result]) -> Iterator[Note]:
    """The lines without a row: a zero is told apart from no data."""
    for zero, text in ((True, N_("Zero: {lines}.")), (False, N_("No data: {lines}."))):
        names = [line_or(view, r.figure) for r in results if (r.figure.answer.fact.value is not None) is zero]
        if names:
            yield Note(view.localizer(text, lines=", ".join(names)))


def _rows(view: View, answered: AnswerSet, shown: Sequence[Result]) -> Iterator[FactRow]:
    """The lines, members under their group, what is of none of them, and the whole centre last."""
    of_line = {result.figure.spec.line: result for result in shown}
    placed = [(line, False) for line in of_line]
    if not (answered.request.selection and answered.request.selection.top):
        placed = under_groups(view, list(of_line))
    rows = []
    for n, (line, member) in enumerate(placed):
        one = row(view, answered, of_line[line])
        if member:
            first = not placed[n - 1][1]
            label = view.localizer(N_("including {line}"), line=one.label) if first else one.label
            one = replace(one, label=label, part=True)
        rows.append(one)
    if answered.unnamed:
        of_none = answered.unnamed
        parts = terms_said(view.localizer, of_none.answer.metric, of_none.answer.fact)
        remarks = tuple(filter(None, (parts, *of_none.remarks)))
        at = len(rows) if answered.results[-1].figure.spec.line else -1
        rows[at:at] = [FactRow(view.localizer(N_("not given")), of_none.text, Verdict.NONE, remarks=remarks)]
    yield from rows


def row(view: View, answered: AnswerSet, result: Result) -> FactRow:
    """A line with what it was divided from, and with the other moment if one was asked for."""
    localizer, figure = view.localizer, result.figure
    answer = figure.answer
    parts = terms_said(localizer, answer.metric, answer.fact) if answer.fact.value is not None else ""
    then = ""
    if answered.moment and result.reference:
        other = reference_row(view, result, answered.moment)
        then = f"{other.label}: {other.value}"
    month = to_plan_row(view, result.to_plan) if result.to_plan else None
    to_plan = f"{month.label}: {month.value}" if month else ""
    remarks = tuple(filter(None, (parts, to_plan, then, *figure.remarks)))
    return FactRow(line_or(view, figure), figure.text, answer.verdict, remarks=remarks)


def finding(view: View, figures: Sequence[Figure]) -> str:
    """Which lines miss their plan, or that none does; nothing where nothing is judged."""
    localizer = view.localizer
    by = {verdict: [line_or(view, f) for f in figures if f.answer.verdict is verdict] for verdict in Verdict}
    missed, behind = by[Verdict.MISSED], by[Verdict.BEHIND]
    if missed:
        return localizer(N_("the plan is missed by {lines}"), lines=", ".join(missed))
    if behind:
        return localizer(N_("behind the plan to date: {lines}"), lines=", ".join(behind))
    met = len(by[Verdict.MET])
    if met < 2:
        terms_said = next((figure for figure in figures if not figure.spec.line), None)
        if met or terms_said is None or terms_said.answer.fact.value is None:
            return ""
        text = fact_text(view.calculator, terms_said.answer, localizer, full=True)
        return localizer(
            N_("{value} in total") if terms_said.answer.metric.spread else N_("{value} in the whole centre"), value=text
        )
    everywhere = met == len(figures)
    if any(figure.answer.metric.spread and figure.answer.plan_goes_on for figure in figures):
        to_date = N_("on plan to date wherever there is one")
        return localizer(N_("on plan to date everywhere") if everywhere else to_date)
    if any(figure.answer.few and figure.answer.plan is not None for figure in figures):
        return localizer(N_("the plan is met wherever there are enough cases to judge"))
    return localizer(N_("the plan is met everywhere") if everywhere else N_("the plan is met wherever there is one"))


def _lines(results: Sequence[Result], selection: Selection, view: View) -> Iterator[Action]:
    named = [result.figure.spec.line for result in results if result.figure.spec.line]
    for line in named[:_BUTTONS]:
        asked = replace(selection, lines=(line,), by=None, top=None)
        yield Action(line_title(view.calculator, line), command(Request(Verb.FIGURE, asked)))
