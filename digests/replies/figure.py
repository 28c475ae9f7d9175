"""One number: the fact with its plan, what it was divided from, and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator

from digests import numbers
from digests.details import detail
from digests.document import Actions, Block, FactRow, Facts, Heading, Note, Paragraph, plain
from digests.enquiry import Enquiry, Versus
from digests.figures import Figure, plan_text
from digests.numbers import difference, percent
from digests.replies import terms
from digests.replies.asking import Answered, Result
from digests.replies.moments import Back, Moment
from digests.replies.parts import as_of_note, next_questions, offered, period_said, subject
from digests.replies.view import View
from metrics.compute import Fact
from metrics.model import Metric
from metrics.periods import Period, to_local
from metrics.verdict import Verdict, printed_share
from warehouse.messages import N_

_BACK = {
    Back.DAY: N_("Against the day before ({period})"),
    Back.WEEK: N_("Against the week before ({period})"),
    Back.MONTH: N_("Against the month before ({period})"),
    Back.QUARTER: N_("Against the quarter before ({period})"),
    Back.YEAR: N_("Against the year before ({period})"),
}


def blocks(view: View, answered: Answered) -> Iterator[Block]:
    """The answer in text."""
    enquiry = answered.request.enquiry
    assert enquiry is not None
    words, result = view.words, answered.results[0]
    figure = result.figure
    about = subject(view, enquiry, figure.spec.line)
    yield Heading(f"{about}: {period_said(view, figure.answer.period)}", 1)
    rows = [fact_row(view, figure, words(N_("Fact")))]
    if result.to_plan:
        rows.append(to_plan_row(view, result.to_plan))
    if enquiry.versus is Versus.PLAN:
        rows.extend(plan_rows(view, result.to_plan or figure))
    elif answered.moment and figure.answer.fact.value is not None:
        rows.append(reference_row(view, result, answered.moment))
    yield Facts(tuple(rows))
    text, actions = offered(view, figure)
    if text:
        yield Paragraph(plain(text))
    elif enquiry.filters:
        yield Note(words(N_("A part of a line has no plan of its own.")))
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [figure.answer], answered.moment)
    yield Actions((*actions, *next_questions(view, enquiry, known=figure.answer.fact.value is not None)))


def fact_row(view: View, figure: Figure, label: str) -> FactRow:
    """A figure with its plan and its verdict; what it was divided from stands beside it."""
    answer = figure.answer
    parts = terms.whole(view.words, answer.metric, answer.fact) if answer.fact.value is not None else ""
    asides = [view.words.say(aside) for aside in answer.fact.asides]
    remarks = tuple(filter(None, (parts, *figure.remarks, *asides)))
    return FactRow(label, figure.text, answer.verdict, False, remarks, detail(view.reckoner, figure, view.words))


def reference_row(view: View, result: Result, moment: Moment) -> FactRow:
    """What it was at the other moment, and how far the fact is from that."""
    words, answer, reference = view.words, result.figure.answer, result.reference
    assert reference is not None
    text = compared(view, answer.fact.value, reference.fact, answer.metric, later=moment.is_later)
    remarks = tuple(words.say(remark) for remark in reference.fact.remarks)
    return FactRow(_against(view, moment, reference.period), text, Verdict.NONE, remarks=remarks)


def _against(view: View, moment: Moment, period: Period) -> str:
    """Which period is compared with, and by which rule it was chosen."""
    words, said = view.words, period_said(view, period)
    match moment.back:
        case None:
            return words(N_("Against another period ({period})"), period=said)
        case int(weeks):
            return words.counted(
                "Against the same weekdays {n} week before ({period})",
                "Against the same weekdays {n} weeks before ({period})",
                weeks,
                period=said,
            )
        case back:
            return words(_BACK[back], period=said)


def to_plan_row(view: View, figure: Figure) -> FactRow:
    """The month to date against its plan."""
    period = period_said(view, figure.answer.period)
    label = view.words(N_("Against the month's plan ({period})"), period=period)
    return FactRow(label, figure.text, figure.answer.verdict, remarks=figure.remarks)


def moment_notes(view: View, answered: Answered) -> Iterator[Note]:
    """What must be known to compare: that a period was cut, that the records begin in it, that it is shorter."""
    words, moment = view.words, answered.moment
    if moment is None or not answered.results:
        return
    ours, theirs = moment.asked, moment.period
    metric = answered.results[0].figure.answer.metric
    if moment.running:
        text = N_('"{running}" is not over: as much of both periods is taken from their start, {ours} and {theirs}.')
        said = {"running": moment.running, "ours": ours, "theirs": theirs}
        yield Note(words(text, **{name: period_said(view, period) for name, period in said.items()}))
    elif metric.spread and ours.whole_days and theirs.whole_days and len(ours.days) != len(theirs.days):
        text = N_("The periods differ in length, in days: {ours} and {theirs}.")
        yield Note(words(text, ours=len(ours.days), theirs=len(theirs.days)))
    begins = view.reckoner.first_event(metric)
    if begins and theirs.first_day < to_local(begins, theirs.timezone).date() <= theirs.last_day:
        text = N_("Records begin on {day}: the other period is not covered from its start.")
        yield Note(words(text, day=to_local(begins, theirs.timezone).date()))


def compared(view: View, value: float | None, reference: Fact, metric: Metric, *, later: bool = False) -> str:
    """«−4,2 п. п., было 86%»: how far a value is from another moment's; nothing "was" in a `later` one."""
    words, other = view.words, reference.value
    if other is None:
        return words.say(reference.missing) if reference.missing else ""
    text = numbers.value(words, metric, other)
    if value is None:
        return words(N_("in that period {value}") if later else N_("it was {value}"), value=text)
    if value == other:
        return words(N_("the same, in that period {value}") if later else N_("no change, it was {value}"), value=text)
    form = N_("{difference}, in that period {value}") if later else N_("{difference}, it was {value}")
    return words(form, difference=difference(words, metric, value, other), value=text)


def plan_rows(view: View, figure: Figure) -> Iterator[FactRow]:
    """Execution, pace and forecast of a volume; the distance of a level from its plan."""
    answer, words, reckoner = figure.answer, view.words, view.reckoner
    value, due, full = answer.fact.value, answer.planned.to_date, answer.planned.full
    if value is None:
        return
    if due is None or full is None:
        text = words.say(answer.planned.remark) if answer.planned.remark else words(N_("no plan"))
        yield FactRow(words(N_("Plan")), text, Verdict.NONE)
        return
    if not answer.metric.spread:
        apart = difference(words, answer.metric, value, due)
        yield FactRow(
            words(N_("Against the plan of {plan}"), plan=plan_text(reckoner, answer, due, words)), apart, Verdict.NONE
        )
        return
    rounding = reckoner.centre.execution_rounding
    if answer.execution is not None:
        yield FactRow(words(N_("Execution")), percent(words, printed_share(answer.execution, rounding)), Verdict.NONE)
    if answer.pace is not None and full != due:
        pace = percent(words, printed_share(answer.pace, rounding))
        text = words(N_("{pace} of the plan to date, {plan}"), pace=pace, plan=plan_text(reckoner, answer, due, words))
        yield FactRow(words(N_("Pace")), text, Verdict.NONE)
        forecast = value + answer.pace / 100 * (full - due)
        text = words(
            N_("{forecast} at this pace, against a plan of {plan}"),
            forecast=numbers.value(words, answer.metric, forecast),
            plan=plan_text(reckoner, answer, full, words),
        )
        yield FactRow(words(N_("Forecast to the end")), text, Verdict.NONE)


def caption(view: View, enquiry: Enquiry, figure: Figure) -> str:
    """A figure in one line, to stand under its picture."""
    about = subject(view, enquiry, figure.spec.line)
    return f"{about}, {period_said(view, figure.answer.period)}: {figure.text}"
