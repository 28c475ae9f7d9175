"""Several metrics beside each other: lines by metrics in one table, or the metrics of one line under each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from digests import numbers
from digests.answers.evaluate import AnswerSet, Result
from digests.answers.figure import compared, fact_row, moment_notes, plan_rows
from digests.answers.view import View, as_of_note, headline, line_or, next_questions, part_header, period_said
from digests.document import Actions, Block, FactRow, Facts, Heading, Note, Table
from digests.figures import line_title, part_name, plan_text
from digests.numbers import capital, difference, metric_name, metric_said
from digests.request import Versus
from metrics.answers import Answer, BreakdownPart, Verdict, margin, printed_share
from metrics.dimensions import TIME_PARTS, by_said
from metrics.model import Metric
from warehouse.messages import N_

BAD = (Verdict.MISSED, Verdict.BEHIND)
NOTHING = "\N{EN DASH}"
_NAMED = 3
"""So many figures are named in a sentence."""
_HEADS = {
    "calls": N_("Calls"),
    "chats": N_("Chats"),
    "target_in": N_("Target"),
    "reserves": N_("Reserved"),
    "reserves_m2": N_("Reserved"),
}
"""What is shorter at the head of a column than within a sentence."""
_ROWS = 31
"""So many rows are read on a phone; the others are counted."""


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """One table of all metrics that are asked for."""
    selection = answered.request.selection
    assert selection is not None
    localizer = view.localizer
    # Parts are rows of all lines; a line of a list is a row of its own.
    results = list(answered.results) if selection.by not in (None, "line") else known(answered) or answered.results
    metrics = [view.calculator.catalogue.get(key) for key in selection.metrics]
    names = ", ".join(metric_said(localizer, metric) for metric in metrics)
    lines = list(dict.fromkeys(result.figure.spec.line for result in results))
    where = [line_title(view.calculator, line) for line in lines if line] if selection.lines else []
    by = [localizer.say(by_said(selection.by))] if selection.by else []
    about = ", ".join([capital(names), *where, *by])
    found = verdict(view, answered) if not selection.by or selection.by == "line" else ""
    yield Heading(headline(about, period_said(view, results[0].figure.answer.period), found), 1)
    if selection.by and selection.by != "line":
        for line in lines:
            here = [result for result in results if result.figure.spec.line == line]
            if len(lines) > 1:
                yield Heading(line_or(view, here[0].figure), 2)
            yield from _parts(view, here)
    elif len(lines) == 1:
        yield Facts(tuple(rows_of(view, answered, results)))
        if selection.versus is Versus.PLAN:
            yield Facts(tuple(row for result in results for row in plan_rows(view, result.to_plan or result.figure)))
    else:
        yield lines_table(view, results, lines)
        yield from silent_lines(view, answered)
    if answered.remark:
        yield Note(localizer.say(answered.remark))
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [result.figure.answer for result in results], answered.moment)
    any_known = any(result.figure.answer.fact.value is not None for result in results)
    yield Actions(tuple(next_questions(view, selection, known=any_known, causes=False)))


def rows_of(view: View, answered: AnswerSet, results: Sequence[Result]) -> Iterator[FactRow]:
    """The metrics of one line under each other, each with what it was at the other moment."""
    for result in results:
        figure, reference = result.figure, result.reference
        row = fact_row(view, figure, metric_name(view.localizer, figure.answer.metric))
        remarks = row.remarks
        if answered.moment and reference and figure.answer.fact.value is not None:
            later, value = answered.moment.is_later, figure.answer.fact.value
            text = compared(view, value, reference.fact, figure.answer.metric, later=later)
            when = period_said(view, reference.period)
            remarks = (*remarks, view.localizer(N_("{period}: {comparison}"), period=when, comparison=text))
        yield FactRow(row.label, row.value, judged(result), remarks=remarks, detail=row.detail)


def lines_table(view: View, results: Sequence[Result], lines: Sequence[str | None], *, compared: bool = False) -> Table:
    """The lines as rows, members under their group, and a column for each metric; `compared` with the other moment."""
    columns = list({result.figure.spec.metric: result.figure.answer.metric for result in results}.values())
    found = {(result.figure.spec.line, result.figure.spec.metric): result for result in results}
    header = (view.localizer(N_("Line")), *(column_head(view, metric) for metric in columns))
    rows = []
    for line, member in under_groups(view, lines):
        cells = [found.get((line, metric.key)) for metric in columns]
        some = next(each for each in cells if each)
        name = line_or(view, some.figure)
        rows.append(
            (f"\N{EN DASH} {name}" if member else name, *(cell(view, each, compared=compared) for each in cells))
        )
    return Table(header, tuple(rows))


def column_head(view: View, metric: Metric) -> str:
    """A metric at the head of a column, as short as may be."""
    if metric.key in _HEADS:
        return view.localizer(_HEADS[metric.key])
    return capital(metric_said(view.localizer, metric))


def under_groups(view: View, lines: Sequence[str | None]) -> list[tuple[str | None, bool]]:
    """Lines in their order with whether each is a member that stands under its group: the first that is there."""
    members = view.calculator.centre.members
    found: dict[str | None, bool] = {}
    inside = {m for line in lines if line and members(line) != (line,) for m in members(line)}
    for line in lines:
        if line in found or line in inside:
            continue
        found[line] = False
        if line and members(line) != (line,):
            found |= {m: True for m in lines if m in members(line) and m not in found}
    return list(found.items())


def cell(view: View, result: Result | None, *, compared: bool = False) -> str:
    """A figure in its column; its plan where it is not met, its cases where they are few, or how far it has moved."""
    if result is None:
        return ""
    answer = result.figure.answer
    if answer.fact.value is None:
        return NOTHING
    text = numbers.value(view.localizer, answer.metric, answer.fact.value, full=True)
    if compared and (apart := moved(view, result)):
        return f"{text} ({apart})"
    if answer.few:
        return view.localizer(N_("{value} (of {n})"), value=text, n=int(answer.fact.denominator or 0))
    return f"{text} {bad_plan(view, result)}".strip()


def bad_plan(view: View, result: Result) -> str:
    """The plan that is not met, in brackets; of a month's plan how far the month has come."""
    judge = result.to_plan or result.figure
    answer = judge.answer
    if answer.verdict not in BAD or answer.planned.to_date is None:
        return ""
    if result.to_plan and answer.pace is not None:
        return view.localizer(N_("(the month: {pace} of the plan to date)"), pace=month_pace(view, answer.pace))
    plan = _due(view, answer, answer.planned.to_date)
    return view.localizer(N_("(plan {plan})"), plan=plan)


def month_pace(view: View, pace: float) -> str:
    """How much of what is due a month has come to."""
    return numbers.percent(view.localizer, printed_share(pace, view.calculator.centre.execution_rounding))


def judged(result: Result) -> Verdict:
    """The verdict on a figure; of a month's plan, that on the month to date."""
    return (result.to_plan or result.figure).answer.verdict


def _parts(view: View, results: Sequence[Result]) -> Iterator[Block]:
    """The parts as rows and the metrics as columns; the whole last."""
    localizer = view.localizer
    answers = [result.figure.answer for result in results]
    names: dict[object, str] = {}
    for answer in answers:
        for point in answer.points:
            names.setdefault(point.start or point.segment, part_name(answer, point.start, point.segment, localizer))
    by_place: list[dict[object, BreakdownPart]] = [
        {point.start or point.segment: point for point in answer.points} for answer in answers
    ]
    rows = []
    for place, name in names.items():
        cells = [column.get(place) for column in by_place]
        if any(point and (point.fact.value or point.fact.denominator) for point in cells):
            values = [
                NOTHING
                if point is None or point.fact.value is None
                else numbers.value(localizer, answer.metric, point.fact.value, full=True)
                for answer, point in zip(answers, cells, strict=True)
            ]
            rows.append((name, *values))
    by = answers[0].question.part or ""
    shown = rows[-_ROWS:] if by in TIME_PARTS else rows[:_ROWS]
    whole = (localizer(N_("Overall")), *(cell(view, result) or NOTHING for result in results))
    heads = (column_head(view, answer.metric) for answer in answers)
    yield Table((part_header(view, by), *heads), (*shown, whole))
    hidden = len(rows) - len(shown)
    if hidden:
        yield Note(localizer.counted("{n} more row is not shown.", "{n} more rows are not shown.", hidden))


def _due(view: View, answer: Answer, plan: float) -> str:
    """A plan without the threshold, which is the same in all rows."""
    if answer.metric.bound:
        return plan_text(view.calculator, answer, plan, view.localizer, full=True)
    return numbers.value(view.localizer, answer.metric, plan, more_decimals=0 if answer.metric.spread else 1, full=True)


def verdict(view: View, answered: AnswerSet, most: int = _NAMED) -> str:
    """What is not as planned, the furthest off first, at most so many; that all is, where all is; else the volume."""
    localizer = view.localizer
    results = known(answered)
    bad = bad_of(results)
    several = len({result.figure.spec.line for result in results}) > 1
    if bad:
        # A group is no other news than its members.
        told = [result for result in bad if not _told_of_members(view, result, bad)]
        named = [_bad_said(view, result, several=several) for result in told[:most]]
        more = len(told) - len(named)
        text = "; ".join(named)
        if more:
            text = localizer.counted("{named}; and {n} more", "{named}; and {n} more", more, named=text)
        return localizer(N_("off plan: {figures}"), figures=text)
    met = [result for result in results if judged(result) is Verdict.MET]
    if met:
        n = len(met)
        return localizer.counted("on plan, {n} figure of {n}", "on plan, all {n} figures that have one", n)
    return _moved(view, answered, results)


def known(answered: AnswerSet) -> list[Result]:
    """The results that have a value, without the lines of which nothing came.

    Nothing is known of a period that the records have not come to.
    """
    answers = ((result, result.figure.answer) for result in answered.results)
    found = [r for r, each in answers if each.fact.value is not None and each.as_of and each.as_of > each.period.start]
    silent = _silent(found)
    return [result for result in found if result.figure.spec.line not in silent] or found


def silent_lines(view: View, answered: AnswerSet) -> Iterator[Note]:
    """The lines that have no row, since nothing came."""
    shown = {result.figure.spec.line for result in known(answered)}
    hidden = {r.figure.spec.line: r for r in answered.results if r.figure.answer.fact.value == 0}
    names = [line_or(view, result.figure) for line, result in hidden.items() if line not in shown]
    if names and shown:
        yield Note(view.localizer(N_("Zero: {lines}."), lines=", ".join(names)))


def _silent(results: Sequence[Result]) -> set[str | None]:
    """The lines of which every figure is a zero without a plan."""
    silent: set[str | None] = {result.figure.spec.line for result in results if result.figure.spec.line}
    for result in results:
        answer = result.figure.answer
        if answer.fact.value or answer.fact.denominator or answer.plan:
            silent.discard(result.figure.spec.line)
    return silent


def _told_of_members(view: View, result: Result, bad: Sequence[Result]) -> bool:
    line, metric = result.figure.spec.line, result.figure.spec.metric
    inside = view.calculator.centre.members(line) if line else view.calculator.centre.lines
    of_metric = [each.figure.spec.line for each in bad if each.figure.spec.metric == metric]
    return any(each in inside and each != line for each in of_metric)


def _bad_said(view: View, result: Result, *, several: bool) -> str:
    """«Inhouse — SL 76% (план 80%)»."""
    localizer, answer = view.localizer, result.figure.answer
    assert answer.fact.value is not None
    value = numbers.value(localizer, answer.metric, answer.fact.value, full=True)
    what = f"{metric_said(localizer, answer.metric)} {value} {bad_plan(view, result)}".strip()
    return f"{line_or(view, result.figure)} \N{EM DASH} {what}" if several else what


def moved(view: View, result: Result) -> str:
    """How far a figure is from the other moment's; nothing where there is none."""
    answer, reference = result.figure.answer, result.reference
    if answer.fact.value is None or reference is None or reference.fact.value is None:
        return ""
    return difference(view.localizer, answer.metric, answer.fact.value, reference.fact.value)


def changes(view: View, results: Sequence[Result]) -> str:
    """How the figures of the whole, or of the only line, have moved: «звонки 47 051 (+2%), SL 91% (−1 п. п.)»."""
    lines = list(dict.fromkeys(result.figure.spec.line for result in results))
    whole = None if None in lines else lines[0]
    told = []
    for result in results:
        answer, apart = result.figure.answer, moved(view, result)
        if result.figure.spec.line == whole and apart:
            value = numbers.value(view.localizer, answer.metric, answer.fact.value or 0.0, full=True)
            told.append(f"{metric_said(view.localizer, answer.metric)} {value} ({apart})")
    return ", ".join(told)


def _moved(view: View, answered: AnswerSet, results: Sequence[Result]) -> str:
    """Without any plan: the volume of the whole against the same moment before."""
    localizer = view.localizer
    whole = next(
        (r for r in reversed(results) if r.figure.answer.metric.spread and r.reference and r.reference.fact.value), None
    )
    if whole is None or whole.reference is None:
        return ""
    answer = whole.figure.answer
    value, then = answer.fact.value or 0.0, whole.reference.fact.value or 0.0
    return localizer(
        N_("{metric} {value}, {difference} vs. {period}"),
        metric=metric_said(localizer, answer.metric),
        value=numbers.value(localizer, answer.metric, value, full=True),
        difference=difference(localizer, answer.metric, value, then),
        period=period_said(view, whole.reference.period),
    )


def bad_of(results: Sequence[Result]) -> list[Result]:
    """The figures that are not as planned, the furthest off first."""
    return sorted((result for result in results if judged(result) in BAD), key=shortfall)


def shortfall(result: Result) -> float:
    """How far a figure is on the good side of its plan, as a share of it; nothing where it is not judged."""
    answer = (result.to_plan or result.figure).answer
    if answer.verdict not in (*BAD, Verdict.MET):
        return inf
    found = margin(answer.metric.better, answer.fact.value, answer.planned.to_date)
    return inf if found is None else found
