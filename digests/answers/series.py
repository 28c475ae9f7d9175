"""A figure by the parts of its period, or by agents, topics and whatever else its records have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from digests import numbers
from digests.answers.evaluate import AnswerSet, Result
from digests.answers.figure import compared, fact_row, finding, moment_notes, reference_row, to_plan_row
from digests.answers.view import (
    END_FOUND,
    PeriodPair,
    View,
    as_of_note,
    days_begun,
    headline,
    line_or,
    next_questions,
    order_said,
    part_header,
    period_said,
    so_far,
    subject,
)
from digests.document import Actions, Block, FactRow, Facts, Heading, Note, Paragraph, Table, plain
from digests.figures import part_name
from digests.request import End, Selection
from metrics.aggregate import counts_cases
from metrics.answers import Answer, BreakdownPart, Verdict, exact, half_up, ordered, share, worst_first
from metrics.dimensions import HOUR_OF_DAY, TIME_PARTS, WEEKDAY, by_said
from metrics.periods import HOUR, to_local
from warehouse.messages import N_, note

_IN_TIME = (*TIME_PARTS, HOUR_OF_DAY, WEEKDAY.key)
"""Breakdowns whose parts stand in the order of time."""
TIMES, SEGMENTS = 31, 15
"""So many rows are read on a phone; the others are counted, and stand in the workbook."""
_TWO = 2
_PER_LINE = 5
"""The same of each line, where there are several."""


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The whole first, then its parts."""
    selection = answered.request.selection
    assert selection is not None
    localizer, results = view.localizer, answered.results
    by = selection.by or ""
    line = results[0].figure.spec.line if len(results) == 1 else None
    metric = results[0].figure.answer.metric
    about = subject(view, selection, line) if len(results) == 1 else localizer(metric.title)
    period = period_said(view, results[0].figure.answer.period)
    if results[0].figure.answer.question.part == HOUR_OF_DAY:
        period = so_far(view, results[0].figure.answer)
    found = finding(view, answered, results[0]) if len(results) == 1 else ""
    ends = _asked_end(view, results, selection) if selection.end else ""
    if len(results) == 1 and not selection.end:
        ends = _extremes(view, results[0], selection)
    about = f"{about}, {localizer.say(by_said(by))}"
    yield Heading(headline(about, period, "; ".join(filter(None, (found, ends)))), 1)
    if len(results) == 1:
        yield from _one(view, results[0], answered.moment, selection)
    elif by == "agent" and not metric.spread:
        yield Paragraph(
            plain(localizer(N_("People are ranked within their own line: the work differs from line to line.")))
        )
        for result in results:
            yield Heading(line_or(view, result.figure), 2)
            yield from _one(view, result, answered.moment, selection, _PER_LINE)
    else:
        yield from _several(view, results, answered.moment, selection.top)
    if results[0].figure.answer.question.part == HOUR_OF_DAY:
        n = days_begun(results[0].figure.answer)
        yield Note(localizer.counted("Hours of {n} day together.", "Hours of {n} days together.", n))
    if selection.by == WEEKDAY.key:
        spread = results[0].figure.answer.metric.spread
        rule = N_("The average day for each day of the week; only days that are over.")
        yield Note(localizer(rule if spread else N_("All such days together; only days that are over.")))
    if selection.filters:
        yield Note(localizer(N_("A part of a line has no plan of its own.")))
    yield from moment_notes(view, answered)
    beside = results[0].beside
    if answered.moment and beside and beside.period != answered.moment.period:
        text = N_("Days are compared with the same weekdays: {period}.")
        yield Note(localizer(text, period=period_said(view, beside.period)))
    yield from as_of_note(view, [result.figure.answer for result in results], answered.moment)
    yield Actions(tuple(next_questions(view, selection)))


def _extremes(view: View, result: Result, selection: Selection) -> str:
    """Which part is the worst, and of people which is the best; of a volume the largest. Too few cases are neither."""
    localizer, answer = view.localizer, result.figure.answer
    metric, by = answer.metric, answer.question.part or ""
    points = [point for point in answer.points if _may_stand_out(answer, point)]
    unranked = by == "agent" and not result.ranked
    if len({point.fact.value for point in points}) < _TWO or unranked:
        return ""
    first, *_, last = ordered(metric, points)
    if not worst_first(metric):
        return localizer(N_("the most: {part}"), part=_said(view, answer, first))
    if by in (*TIME_PARTS, HOUR_OF_DAY) or selection.top:
        return localizer(N_("the worst: {part}"), part=_said(view, answer, first))
    return localizer(
        N_("the worst: {worst}, the best: {best}"), worst=_said(view, answer, first), best=_said(view, answer, last)
    )


def _asked_end(view: View, results: Sequence[Result], selection: Selection) -> str:
    """Who or which is at the end that was asked for: the first of the rows; of people, of each line."""
    assert selection.end is not None
    found = []
    for result in results:
        answer = result.figure.answer
        shown, _ = _shown(answer, selection.top, _PER_LINE)
        first = next((point for point in shown if _may_stand_out(answer, point)), None)
        if first is None or (answer.question.part == "agent" and not result.ranked):
            continue
        where = f" ({line_or(view, result.figure)})" if len(results) > 1 else ""
        found.append(_said(view, answer, first) + where)
    return view.localizer(END_FOUND[selection.end], part="; ".join(found)) if found else ""


def _said(view: View, answer: Answer, point: BreakdownPart) -> str:
    """«Дарина Приветова — 257 сек.»."""
    assert point.fact.value is not None
    name = part_name(answer, point.start, point.segment, view.localizer)
    return f"{name} \N{EM DASH} {numbers.value(view.localizer, answer.metric, point.fact.value, full=True)}"


def _may_stand_out(answer: Answer, point: BreakdownPart) -> bool:
    """Whether a part is over, is somebody's, and has cases enough."""
    if point.fact.value is None or point.few or not (point.start or point.segment):
        return False
    by = answer.question.part or "day"
    if point.start is None or by not in TIME_PARTS:
        return True
    end = next(border for border in answer.period.borders(by) if border > point.start)
    return answer.as_of is not None and end <= answer.as_of


def _one(
    view: View, result: Result, moment: PeriodPair | None, selection: Selection, most: int = SEGMENTS
) -> Iterator[Block]:
    top = selection.top
    localizer, figure = view.localizer, result.figure
    answer = figure.answer
    rows = [fact_row(view, figure, localizer(N_("Overall")))]
    if moment and result.reference and answer.fact.value is not None:
        rows.append(reference_row(view, result, moment))
    if result.to_plan:
        rows.append(to_plan_row(view, result.to_plan))
    yield Facts(tuple(rows))
    shown, hidden = _shown(answer, top, most)
    before = _comparable(answer, result.beside) if result.beside else {}
    later = moment is not None and moment.is_later
    parts = tuple(_row(view, answer, point, before.get(_place(answer, point)), later=later) for point in shown)
    if parts:
        yield Facts(parts)
    if answer.question.part not in _IN_TIME or top:
        yield from _order(view, result, selection.end)
    yield from _left_out(view, answer, hidden, result.left_out)


def _order(view: View, result: Result, end: End | None) -> Iterator[Block]:
    """Which end comes first, and who is not ranked for want of cases."""
    localizer, answer = view.localizer, result.figure.answer
    named = [point for point in answer.points if point.start or point.segment]
    if len(named) + result.left_out < 2 and not result.few:
        return
    least = view.calculator.centre.min_cases
    if answer.question.part != "agent" or not counts_cases(answer.metric):
        yield Note(order_said(view, answer.metric, end))
    elif not result.ranked:
        nobody = N_(
            "Nobody has {least} cases in this period, so nobody is ranked: those with the most cases come first."
        )
        yield Note(localizer(nobody, least=least))
    else:
        said = [
            order_said(view, answer.metric, end),
            localizer(N_("Only those with at least {least} cases are ranked."), least=least),
        ]
        if result.few:
            n = result.few
            said.append(
                localizer.counted("{n} person with fewer is not ranked.", "{n} people with fewer are not ranked.", n)
            )
        yield Note(" ".join(said))


def _several(view: View, results: Sequence[Result], moment: PeriodPair | None, top: int | None) -> Iterator[Block]:
    """A column for each line; what each is compared with stands beside its whole."""
    localizer = view.localizer
    wholes = []
    for result in results:
        wholes.append(fact_row(view, result.figure, line_or(view, result.figure)))
        if moment and result.reference and result.figure.answer.fact.value is not None:
            wholes.append(reference_row(view, result, moment))
    yield Facts(tuple(wholes))
    answers = [result.figure.answer for result in results]
    columns = [{_place(answer, point): point for point in answer.points} for answer in answers]
    shown = [_shown(answer, top, beside=answers) for answer in answers]
    places = dict.fromkeys(
        _place(answer, point) for answer, (points, _) in zip(answers, shown, strict=True) for point in points
    )
    names = {_place(a, p): part_name(a, p.start, p.segment, localizer) for a in answers for p in a.points}
    rows = tuple(
        (
            names[place],
            *(_cell(view, answer, column.get(place)) for answer, column in zip(answers, columns, strict=True)),
        )
        for place in places
    )
    yield Table(
        (part_header(view, answers[0].question.part or ""), *(line_or(view, result.figure) for result in results)), rows
    )
    yield from _left_out(view, answers[0], max(hidden for _, hidden in shown), results[0].left_out)


def _cell(view: View, answer: Answer, point: BreakdownPart | None) -> str:
    if point is None or point.fact.value is None:
        return "\N{EN DASH}"
    return numbers.value(view.localizer, answer.metric, point.fact.value, full=True)


def _shown(
    answer: Answer, top: int | None, most: int = SEGMENTS, beside: Sequence[Answer] = ()
) -> tuple[Sequence[BreakdownPart], int]:
    """The rows that are read, and how many there are besides; `beside` are all that share a table.

    What is nobody's is always read: it may be all that is counted.
    """
    by_clock = answer.question.part in ("half-hour", "hour")
    points = _in_use(answer, beside or (answer,)) if by_clock else answer.points
    if answer.question.part in _IN_TIME and top is None:
        most = 2 * TIMES if answer.question.part == "half-hour" else TIMES
        return points[-most:], max(len(points) - most, 0)
    named = [point for point in points if point.start or point.segment]
    most = max(most, top or 0) if most < SEGMENTS else most
    return [*named[:most], *(point for point in points if point not in named)], max(len(named) - most, 0)


def _in_use(answer: Answer, beside: Sequence[Answer]) -> tuple[BreakdownPart, ...]:
    """The hours of each day from the first to the last, by the clock, in which anything happened in any of the answers.

    Before and after them nobody expects anything; a zero between is a figure.
    """
    used = [hour for each in beside for hour, point in _hours(each) if point.fact.value or point.fact.denominator]
    return tuple(point for hour, point in _hours(answer) if min(used) <= hour <= max(used)) if used else ()


def _hours(answer: Answer) -> list[tuple[int, BreakdownPart]]:
    zone = answer.period.timezone
    return [(to_local(point.start, zone).hour, point) for point in answer.points if point.start is not None]


def _left_out(view: View, answer: Answer, hidden: int, by_top: int) -> Iterator[Block]:
    n = hidden + by_top
    if not n:
        return
    localizer = view.localizer
    if answer.question.part in TIME_PARTS and not by_top:
        yield Note(localizer.counted("{n} earlier row is not shown.", "{n} earlier rows are not shown.", n))
    else:
        yield Note(localizer.counted("{n} more row is not shown.", "{n} more rows are not shown.", n))


def _row(view: View, answer: Answer, point: BreakdownPart, before: BreakdownPart | None, *, later: bool) -> FactRow:
    localizer, metric, value = view.localizer, answer.metric, point.fact.value
    label = part_name(answer, point.start, point.segment, localizer)
    if value is None:
        return FactRow(label, localizer.say(point.fact.missing or note("no data")), Verdict.NONE)
    text = numbers.value(localizer, metric, value, full=True)
    if metric.spread and point.plan is not None:
        plan = numbers.value(localizer, metric, point.plan, full=True)
        text = localizer(N_("{fact} against a plan of {plan}"), fact=text, plan=plan)
    elif metric.spread and answer.question.part == WEEKDAY.key:
        n, whole = (
            int(point.fact.denominator or 0),
            numbers.value(localizer, metric, point.fact.numerator or 0, full=True),
        )
        text = localizer.say(
            note(
                "{value} a day, {total} on {n} day", "{value} a day, {total} on {n} days", n=n, value=text, total=whole
            )
        )
    elif metric.spread and point.start is None and answer.fact.value:
        part = share(value, answer.fact.value) or 0.0
        text = f"{text} ({numbers.percent(localizer, half_up(exact(part), 0))})"
    else:
        over = numbers.terms_brief(localizer, metric, point.fact)
        text = f"{text}, {over}" if over else text
    remarks = []
    if before is not None and before.fact.value is not None:
        remarks.append(compared(view, value, before.fact, metric, later=later))
    remarks.extend(localizer.say(remark) for remark in point.fact.remarks)
    return FactRow(label, text, _verdict(answer, point), remarks=tuple(remarks))


def _verdict(answer: Answer, point: BreakdownPart) -> Verdict:
    """Of a level, by the plan. A volume's plan of an hour or a day is an estimate that nobody is judged by."""
    return Verdict.NONE if answer.metric.spread else point.judged(answer.metric.better)


def _comparable(answer: Answer, reference: Answer) -> Mapping[object, BreakdownPart]:
    """The parts of another period that are as long as ours: a week cut short by a month's end is not a whole one."""
    mine = {_place(answer, point): _length(answer, point) for point in answer.points}
    theirs = {_place(reference, point): point for point in reference.points}
    return {
        place: point
        for place, point in theirs.items()
        if place in mine and (point.start is None or _alike(answer, mine[place], _length(reference, point)))
    }


def _alike(answer: Answer, mine: timedelta, theirs: timedelta) -> bool:
    # A month is compared with a month; a day may have 23 or 25 hours.
    return answer.question.part == "month" or abs(mine - theirs) <= HOUR


def _length(answer: Answer, point: BreakdownPart) -> timedelta:
    """How much of a part is over."""
    if point.start is None:
        return timedelta()
    end = next(border for border in answer.period.borders(answer.question.part or "day") if border > point.start)
    return min(end, answer.as_of or end) - point.start


def _place(answer: Answer, point: BreakdownPart) -> object:
    """What is the same part in two periods: the segment, or its number."""
    if point.start is None:
        return point.segment
    return answer.period.borders(answer.question.part or "day").index(point.start)
