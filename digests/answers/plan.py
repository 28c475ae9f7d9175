"""What is planned, and whether it will be met: the plan of any period, of one to come too, and the pace of a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from digests import numbers
from digests.answers.figure import planned_beside
from digests.answers.view import View, as_of_note, period_said
from digests.document import Action, Actions, Block, FactRow, Facts, Heading, Note, Paragraph, plain
from digests.figures import figure_text, line_title, plan_text
from digests.numbers import capital
from digests.request import Overview, Request, Selection, Verb, Versus, When, command
from metrics.answers import Answer, Question, Verdict, ask, exact, printed_share, verdict
from metrics.facts import Fact
from metrics.model import Better, Metric
from metrics.periods import Period, to_local
from metrics.plans.plans import forecast
from warehouse.messages import N_, UserError, note

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_MOST_BUTTONS = 4
_FEW = 100
"""Below it a number needed a day has a decimal."""

_NO_FACT = Fact(None, None, None, None)

_Subject = tuple[Metric, str | None]
"""A metric of a line, or of the whole centre."""


def plan_blocks(view: View, request: Request) -> Iterator[Block]:
    """What is planned for a period: of a metric by lines, or of every figure that has a plan."""
    localizer, when = view.localizer, _when(request)
    spans = [(metric, line, _span(metric, when.period)) for metric, line in _subjects(view, request)]
    view.plans.prepare(spans)
    rows, other_spans = [], set[Period]()
    for metric, line, span in spans:
        planned = view.plans.planned(metric, line, span, span.start)
        if planned.full is None:
            continue
        answer = Answer(Question(metric.key, span, line), metric, span, _NO_FACT, None, planned)
        text = plan_text(view.calculator, answer, planned.full, localizer, full=True)
        if span != when.period:
            other_spans.add(span)
            text = localizer(N_("{plan} for {period}"), plan=text, period=localizer.month(span.first_day))
        rows.append(FactRow(_label(view, request, metric, line), text, Verdict.NONE))
    title = localizer(N_("Plan: {period}"), period=period_said(view, when.period))
    if selection := request.selection:
        name = localizer(view.calculator.catalogue.get(selection.metric).title)
        title = localizer(N_("{metric}, plan: {period}"), metric=name, period=period_said(view, when.period))
    yield Heading(title, 1)
    if not rows:
        yield Paragraph(plain(localizer(N_("There is no plan for this period: plans are loaded by an administrator."))))
    else:
        yield Facts(tuple(rows))
    if other_spans:
        yield Note(localizer(N_("Where the plan covers a whole month, the whole month's plan is shown.")))
    yield Actions(tuple(_beside_the_plan(view, request, when)))


def pace_blocks(view: View, request: Request) -> Iterator[Block]:
    """Whether the plan will be met: the fact and the plan to date, the forecast by that pace, what is needed a day."""
    localizer, when = view.localizer, _when(request)
    subjects = [(metric, line) for metric, line in _subjects(view, request) if metric.spread]
    if request.selection and not subjects:
        named = view.metric(request.selection.metric)
        raise UserError(
            'A pace is of volumes, and "{metric}" is a level: ask for it against its plan, {example}.',
            metric=named.keyed_title,
            example=command(Request(Verb.FIGURE, Selection(named.key, when, versus=Versus.PLAN))),
        )
    questions = [Question(metric.key, _span(metric, when.period), line) for metric, line in subjects]
    answers = [
        answer
        for answer in ask(view.calculator, view.plans, questions)
        if answer.fact.value is not None and answer.planned.full is not None
    ]
    order = sorted(answers, key=_shortfall)
    named_one = view.metric(request.selection.metric) if request.selection and not request.selection.also else None
    other = planned_beside(view, named_one) if named_one and not order else None
    if other and request.selection and other.spread:
        asked = replace(request, selection=replace(request.selection, metric=other.key))
        title = localizer(other.title)
        yield Note(localizer(N_("The plan is kept for another metric: {name}."), name=title))
        yield from pace_blocks(view, asked)
        return
    yield Heading(_finding(view, request, when, order), 1)
    if not order:
        nothing = N_("There is no plan for this in the period, or there are no records, so there is no pace to show.")
        yield Paragraph(plain(localizer(nothing)))
    else:
        yield Facts(tuple(row for answer in order for row in _pace_rows(view, request, answer)))
        rule = N_(
            "Forecast: the actual so far plus the plan for the days left, at the pace of actual over plan to date."
        )
        yield Note(localizer(rule))
    yield from as_of_note(view, order)
    if not order and request.selection:
        of_all = Request(Verb.PACE, overview=Overview(when))
        yield Actions((Action(localizer(N_("Pace of everything planned")), command(of_all)),))
    else:
        yield Actions(tuple(_of_the_worst(view, when, order)))


def _pace_rows(view: View, request: Request, answer: Answer) -> Iterator[FactRow]:
    localizer, calculator, metric = view.localizer, view.calculator, answer.metric
    label = _label(view, request, metric, answer.question.line)
    spec = view.spec(metric, answer.question.line)
    remarks = [localizer.say(remark) for remark in answer.fact.remarks]
    due, full, value = answer.planned.to_date, answer.planned.full, answer.fact.value
    assert value is not None
    assert full is not None
    if due is not None and answer.pace is not None:
        share = numbers.percent(localizer, printed_share(answer.pace, calculator.centre.execution_rounding))
        remarks.append(
            localizer(N_("pace: {share} of the plan to date, {plan}"), share=share, plan=_amount(view, metric, due))
        )
    ahead = _forecast(answer)
    if answer.in_progress and ahead is not None:
        remarks.append(
            localizer(
                N_("forecast for the whole period: {forecast} against a plan of {plan}"),
                forecast=_amount(view, metric, ahead),
                plan=_amount(view, metric, full),
            )
        )
    left, n = full - value, _days_left(answer)
    if left > 0 and n and metric.better is Better.FLOOR:
        needed = exact(left) / Decimal(n)
        remarks.append(
            localizer.say(
                note(
                    "left: {left}, that is {needed} a day over {n} day",
                    "left: {left}, that is {needed} a day over {n} days",
                    n=n,
                    left=_amount(view, metric, left),
                    needed=numbers.plain(localizer, needed, 1 if needed < _FEW else 0),
                )
            )
        )
    elif left <= 0 and metric.better is Better.FLOOR:
        remarks.append(localizer(N_("the plan for the whole period is already met")))
    yield FactRow(
        label, figure_text(calculator, spec, answer, localizer, full=True), _verdict(answer), remarks=tuple(remarks)
    )


def _finding(view: View, request: Request, when: When, answers: Sequence[Answer]) -> str:
    """Whether it will be met, in one line: of one figure with its numbers, of several with their count."""
    localizer, said = view.localizer, period_said(view, when.period)
    judged = [answer for answer in answers if answer.metric.better is not Better.NEUTRAL]
    if len(answers) == 1 and (ahead := _forecast(answers[0])) is not None:
        (answer,) = answers
        name = _label(view, request, answer.metric, answer.question.line, whole=True)
        plan = _amount(view, answer.metric, answer.planned.full or 0.0)
        form = (
            N_("{name}, {period}: {forecast} at this pace, the plan of {plan} will be met")
            if _verdict(answer) is Verdict.MET
            else N_("{name}, {period}: {forecast} at this pace, the plan of {plan} will not be met")
        )
        if answer.metric.better is Better.NEUTRAL:
            form = N_("{name}, {period}: {forecast} at this pace, the plan is {plan}")
        return localizer(form, name=name, period=said, forecast=_amount(view, answer.metric, ahead), plan=plan)
    behind = sum(_verdict(answer) is not Verdict.MET for answer in judged)
    if not judged:
        return localizer(N_("Pace: {period}"), period=said)
    if not behind:
        return localizer(N_("Pace, {period}: at this pace every plan will be met"), period=said)
    form = N_("Pace, {period}: at this pace {behind} of {all} plans will not be met")
    return localizer(form, period=said, behind=behind, all=len(judged))


def _subjects(view: View, request: Request) -> list[_Subject]:
    """What the plan is asked of: the metric's lines, or all that the digests have a plan for, that may be seen."""
    selection, overview = request.selection, request.overview
    if selection:
        if selection.filters:
            raise UserError("A plan is for all of a line: ask for it without the condition.")
        view.check_lines(selection.lines)
        found: list[_Subject] = []
        for metric in map(view.metric, selection.metrics):
            whole: list[str | None] = [None] if view.sees_whole(metric) else []
            named: list[str | None] = [*selection.lines] if view.has_lines(metric) else []
            found += [(metric, line) for line in named or [*view.lines_of(metric), *whole]]
        if not found:
            raise view.refuse_whole()
        return found
    lines = overview.lines if overview else ()
    view.check_lines(lines)
    inside = {member for line in lines for member in (line, *view.calculator.centre.members(line))}
    told = dict.fromkeys((figure.metric, figure.line) for figure in view.figures.values() if figure.plan)
    catalogue = view.calculator.catalogue
    return [
        (catalogue.get(key), line)
        for key, line in told
        if view.allows(catalogue.get(key))
        and (view.sees(line) if line else view.sees_whole(catalogue.get(key)))
        and (not lines or line in inside)
    ]


def _span(metric: Metric, period: Period) -> Period:
    """What a plan is of: of a metric whose plan is a month's, the whole months."""
    return period.whole_months() if metric.plan_span == "month" else period


def _when(request: Request) -> When:
    found = request.selection.when if request.selection else request.overview.when if request.overview else None
    assert found is not None
    return found


def _forecast(answer: Answer) -> float | None:
    due, full, value = answer.planned.to_date, answer.planned.full, answer.fact.value
    if value is None or full is None or due is None:
        return None
    return forecast(value, value / due if due else None, full - due)


def _verdict(answer: Answer) -> Verdict:
    """By the forecast; behind, where it falls short of the plan and the period goes on."""
    found = verdict(answer.metric.better, _forecast(answer), answer.planned.full)
    return Verdict.BEHIND if found is Verdict.MISSED and answer.in_progress else found


def _shortfall(answer: Answer) -> tuple[bool, float]:
    """The order in which paces are read: those that will not be met first, the farthest from their plans before."""
    ahead, full = _forecast(answer), answer.planned.full
    reached = ahead / full if ahead is not None and full else 1.0
    return _verdict(answer) is Verdict.MET, -reached if answer.metric.better is Better.CEILING else reached


def _days_left(answer: Answer) -> int:
    """Local days that are not over, today included."""
    if answer.as_of is None or not answer.in_progress:
        return 0
    zone = answer.period.timezone
    return (to_local(answer.period.end - _INSTANT, zone).date() - to_local(answer.as_of, zone).date()).days + 1


def _amount(view: View, metric: Metric, number: float) -> str:
    return numbers.value(view.localizer, metric, number, full=True)


def _label(view: View, request: Request, metric: Metric, line: str | None, *, whole: bool = False) -> str:
    """The line, where one metric is asked for; else the metric with its line."""
    where = line_title(view.calculator, line) if line else view.localizer(N_("the whole centre"))
    title = view.localizer(metric.title)
    if not whole and request.selection and not request.selection.also:
        return capital(where) if view.has_lines(metric) else title
    return f"{title}, {where}" if view.has_lines(metric) else title


def _beside_the_plan(view: View, request: Request, when: When) -> Iterator[Action]:
    """The fact against the plan, of a period that has begun; the pace of this month."""
    localizer = view.localizer
    if request.selection:
        of_it = request.selection
        if when.period.start < view.calculator.now:
            selection = Selection(of_it.metric, when, of_it.lines, versus=Versus.PLAN)
            yield Action(localizer(N_("Actual")), command(Request(Verb.FIGURE, selection)))
        if view.calculator.catalogue.get(of_it.metric).spread:
            month = When("month", when.period)  # only its words are said
            yield Action(
                localizer(N_("Pace")), command(Request(Verb.PACE, Selection(of_it.metric, month, of_it.lines)))
            )


def _of_the_worst(view: View, when: When, answers: Sequence[Answer]) -> Iterator[Action]:
    for answer in answers[: _MOST_BUTTONS if len(answers) > 1 else 1]:
        line = answer.question.line
        selection = Selection(answer.metric.key, when, (line,) if line else (), by="day")
        about = view.localizer(answer.metric.title) + (f", {line_title(view.calculator, line)}" if line else "")
        yield Action(view.localizer(N_("{about}, by day"), about=about), command(Request(Verb.FIGURE, selection)))
