"""One figure as an answer: what it is, what it stands beside, and what may be asked next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from digests import numbers
from digests.answers.evaluate import AnswerSet, Result
from digests.answers.view import (
    LookBack,
    PeriodPair,
    View,
    as_of_note,
    headline,
    next_questions,
    offered,
    period_said,
    subject,
)
from digests.document import Action, Actions, Block, FactRow, Facts, Heading, Note, Paragraph, plain
from digests.figures import Figure, detail, fact_text, plan_text
from digests.numbers import difference, percent, terms_said
from digests.request import Request, Selection, Verb, Versus, command
from metrics.answers import Answer, Verdict, printed_share
from metrics.facts import Fact
from metrics.model import Metric
from metrics.periods import Period, to_local
from warehouse.messages import N_

_BACK = {
    LookBack.DAY: N_("Against the day before ({period})"),
    LookBack.WEEK: N_("Against the week before ({period})"),
    LookBack.MONTH: N_("Against the month before ({period})"),
    LookBack.QUARTER: N_("Against the quarter before ({period})"),
    LookBack.YEAR: N_("Against the year before ({period})"),
}


_ON = {
    LookBack.DAY: N_("on the day before"),
    LookBack.WEEK: N_("on the week before"),
    LookBack.MONTH: N_("on the month before"),
    LookBack.QUARTER: N_("on the quarter before"),
    LookBack.YEAR: N_("on the year before"),
}


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The answer in text."""
    selection = answered.request.selection
    assert selection is not None
    localizer, result = view.localizer, answered.results[0]
    figure = result.figure
    about = subject(view, selection, figure.spec.line)
    yield Heading(headline(about, period_said(view, figure.answer.period), finding(view, answered, result)), 1)
    fact = fact_row(view, figure, localizer(N_("Actual")))
    # A number that the first line has said, and nothing beside it, is not said again.
    known = figure.answer.fact.value is not None
    said = fact_text(view.calculator, figure.answer, localizer, full=True) if known else ""
    rows = [fact] if fact.remarks or fact.value != said else []
    if result.to_plan:
        rows.append(to_plan_row(view, result.to_plan))
    if selection.versus is Versus.PLAN:
        rows.extend(plan_rows(view, result.to_plan or figure))
    elif answered.moment and figure.answer.fact.value is not None:
        rows.append(reference_row(view, result, answered.moment))
    if rows:
        yield Facts(tuple(rows))
    text, actions = offered(view, figure)
    if text:
        yield Paragraph(plain(text))
    elif selection.filters:
        yield Note(localizer(N_("A part of a line has no plan of its own.")))
    other = planned_beside(view, figure.answer.metric) if selection.versus is Versus.PLAN else None
    if other:
        name = localizer(other.title)
        yield Note(localizer(N_("The plan is kept for another metric: {name}."), name=name))
        asked = Request(Verb.FIGURE, replace(selection, metric=other.key))
        actions = [Action(name, command(asked)), *actions]
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [figure.answer], answered.moment)
    yield Actions((*actions, *next_questions(view, selection, known=figure.answer.fact.value is not None)))


def fact_row(view: View, figure: Figure, label: str) -> FactRow:
    """A figure with its plan and its verdict; what it was divided from stands beside it."""
    answer = figure.answer
    parts = terms_said(view.localizer, answer.metric, answer.fact) if answer.fact.value is not None else ""
    asides = [view.localizer.say(aside) for aside in answer.fact.asides]
    remarks = tuple(filter(None, (parts, *figure.remarks, *asides)))
    return FactRow(label, figure.text, answer.verdict, False, remarks, detail(view.calculator, figure, view.localizer))


def reference_row(view: View, result: Result, moment: PeriodPair) -> FactRow:
    """What it was at the other moment, and how far the fact is from that."""
    localizer, answer, reference = view.localizer, result.figure.answer, result.reference
    assert reference is not None
    text = compared(view, answer.fact.value, reference.fact, answer.metric, later=moment.is_later)
    remarks = tuple(localizer.say(remark) for remark in reference.fact.remarks)
    return FactRow(_against(view, moment, reference.period), text, Verdict.NONE, remarks=remarks)


def _against(view: View, moment: PeriodPair, period: Period) -> str:
    """Which period is compared with, and by which rule it was chosen."""
    localizer, said = view.localizer, period_said(view, period)
    match moment.back:
        case None:
            return localizer(N_("Against another period ({period})"), period=said)
        case int(weeks):
            return localizer.counted(
                "Against the same weekdays {n} week before ({period})",
                "Against the same weekdays {n} weeks before ({period})",
                weeks,
                period=said,
            )
        case back:
            return localizer(_BACK[back], period=said)


def to_plan_row(view: View, figure: Figure) -> FactRow:
    """The month to date against its plan."""
    period = period_said(view, figure.answer.period)
    label = view.localizer(N_("Against the month's plan ({period})"), period=period)
    return FactRow(label, figure.text, figure.answer.verdict, remarks=figure.remarks)


def moment_notes(view: View, answered: AnswerSet) -> Iterator[Note]:
    """What must be known to compare: that a period was cut, that the records begin in it, that it is shorter."""
    localizer, moment = view.localizer, answered.moment
    if moment is None or not answered.results:
        return
    ours, theirs = moment.asked, moment.period
    metric = answered.results[0].figure.answer.metric
    if moment.running:
        text = N_('"{running}" is not over: as much of both periods is taken from their start, {ours} and {theirs}.')
        said = {"running": moment.running, "ours": ours, "theirs": theirs}
        yield Note(localizer(text, **{name: period_said(view, period) for name, period in said.items()}))
    elif metric.spread and ours.whole_days and theirs.whole_days and len(ours.days) != len(theirs.days):
        text = N_("The periods differ in length: {ours} and {theirs} days.")
        yield Note(localizer(text, ours=len(ours.days), theirs=len(theirs.days)))
    begins = view.calculator.coverage.first_event(metric)
    if begins and theirs.first_day < to_local(begins, theirs.timezone).date() <= theirs.last_day:
        text = N_("Records begin on {day}, so the other period is not fully covered.")
        yield Note(localizer(text, day=to_local(begins, theirs.timezone).date()))


def compared(view: View, value: float | None, reference: Fact, metric: Metric, *, later: bool = False) -> str:
    """«−4,2 п. п., было 86%»: how far a value is from another moment's; nothing "was" in a `later` one."""
    localizer, other = view.localizer, reference.value
    if other is None:
        return localizer.say(reference.missing) if reference.missing else ""
    text = numbers.value(localizer, metric, other, full=True)
    if value is None:
        return localizer(N_("{value} in that period") if later else N_("previously {value}"), value=text)
    if value == other:
        return localizer(N_("the same: {value} in that period") if later else N_("no change from {value}"), value=text)
    form = N_("{difference}; {value} in that period") if later else N_("{difference}, from {value}")
    return localizer(form, difference=difference(localizer, metric, value, other), value=text)


def finding(view: View, answered: AnswerSet, result: Result) -> str:
    """A figure in a few words with what is to be known of it first: the verdict; without one, how it moved."""
    localizer, judge, answer = view.localizer, result.to_plan or result.figure, result.figure.answer
    value, moment, reference = answer.fact.value, answered.moment, result.reference
    if value is None:
        return ""
    text = fact_text(view.calculator, answer, localizer, full=True)
    said = verdict_said(judge.answer)
    if said:
        form = N_("{fact}; the month: {verdict}") if result.to_plan else N_("{fact}, {verdict}")
        return localizer(form, fact=text, verdict=localizer(said))
    if moment is None or reference is None or reference.fact.value is None or moment.is_later or answer.few:
        return text
    if value == reference.fact.value:
        return localizer(N_("{fact}, as before"), fact=text)
    apart = difference(localizer, answer.metric, value, reference.fact.value)
    then = localizer(_ON[moment.back]) if isinstance(moment.back, LookBack) else ""
    return f"{text}, {apart} {then}".strip()


def verdict_said(answer: Answer) -> str:
    """A verdict within a sentence, as a message id; nothing where there is none."""
    goes_on = answer.metric.spread and answer.plan_goes_on
    match answer.verdict:
        case Verdict.MET:
            return N_("on plan so far") if goes_on else N_("the plan is met")
        case Verdict.MISSED:
            return N_("the plan is missed")
        case Verdict.BEHIND:
            return N_("behind the plan to date")
        case _:
            return ""


def plan_rows(view: View, figure: Figure) -> Iterator[FactRow]:
    """Execution, pace and forecast of a volume; the distance of a level from its plan."""
    answer, localizer, calculator = figure.answer, view.localizer, view.calculator
    value, due, full = answer.fact.value, answer.planned.to_date, answer.planned.full
    if value is None:
        return
    if due is None or full is None:
        text = localizer.say(answer.planned.remark) if answer.planned.remark else localizer(N_("no plan"))
        yield FactRow(localizer(N_("Plan")), text, Verdict.NONE)
        return
    if not answer.metric.spread:
        apart = difference(localizer, answer.metric, value, due)
        yield FactRow(
            localizer(N_("Against the plan of {plan}"), plan=plan_text(calculator, answer, due, localizer, full=True)),
            apart,
            Verdict.NONE,
        )
        return
    rounding = calculator.centre.execution_rounding
    if answer.execution is not None:
        yield FactRow(
            localizer(N_("Plan attainment")),
            percent(localizer, printed_share(answer.execution, rounding)),
            Verdict.NONE,
        )
    if answer.pace is not None and full != due:
        pace = percent(localizer, printed_share(answer.pace, rounding))
        text = localizer(
            N_("{pace} of the plan to date, {plan}"),
            pace=pace,
            plan=plan_text(calculator, answer, due, localizer, full=True),
        )
        yield FactRow(localizer(N_("Pace")), text, Verdict.NONE)
        forecast = value + answer.pace / 100 * (full - due)
        text = localizer(
            N_("{forecast} at this pace, against a plan of {plan}"),
            forecast=numbers.value(localizer, answer.metric, forecast, full=True),
            plan=plan_text(calculator, answer, full, localizer, full=True),
        )
        yield FactRow(localizer(N_("Forecast for the whole period")), text, Verdict.NONE)


def planned_beside(view: View, metric: Metric) -> Metric | None:
    """The metric over the same records that has a plan, where this one has none: square metres of reservations."""
    planned = {spec.metric for spec in view.figures.values() if spec.plan}
    if metric.key in planned:
        return None
    every = (view.calculator.catalogue.get(key) for key in sorted(planned))
    return next((each for each in every if each.relation == metric.relation and view.allows(each)), None)


def caption(view: View, selection: Selection, figure: Figure) -> str:
    """A figure in one line, to stand under its picture."""
    about = subject(view, selection, figure.spec.line)
    return f"{about}, {period_said(view, figure.answer.period)}: {figure.text}"
