"""Why: who gave how much of the distance from the plan or from another moment, and what moved together with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import fsum

from digests import contributions, numbers
from digests.answers.evaluate import AnswerSet
from digests.answers.figure import fact_row, moment_notes, reference_row
from digests.answers.view import (
    View,
    as_of_note,
    next_questions,
    period_said,
    subject,
)
from digests.document import Action, Actions, Block, Bullets, Facts, Heading, Item, Note, Paragraph, plain
from digests.numbers import difference, metric_said
from digests.request import Request, Selection, Verb, command
from metrics.answers import Answer, exact
from metrics.causes import Beside, Moved, What
from metrics.coverage import divisible
from metrics.dimensions import TIME_PARTS, by_said
from metrics.model import Better
from metrics.periods import HOUR, Period, series_of, to_local
from metrics.why import Contribution, Why, harm, main_parts, worst_first
from warehouse.messages import N_, Message

_NAMED = 3
"""So many are named in a sentence."""


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The finding, the figure, and the table of contributions."""
    selection, why = answered.request.selection, answered.why
    assert selection is not None
    localizer, result = view.localizer, answered.results[0]
    answer = result.figure.answer
    about = subject(view, selection, result.figure.spec.line)
    period = period_said(view, answer.period)
    about = localizer(N_("Why: {subject}"), subject=about)
    found = ""
    if isinstance(why, Why) and why.parts:
        # Since a later period nothing went better or worse: it is told as of what is neither.
        later = answered.moment is not None and answered.moment.is_later
        told = replace(answer, metric=replace(answer.metric, better=Better.NEUTRAL)) if later else answer
        found = finding(view, told, why, planned=result.reference is None)
    yield Heading(f"{about}, {period}. {found}" if found else f"{about}, {period}", 1)
    if isinstance(why, Message) and answer.fact.value is not None:
        reason = localizer.say(why)
        yield Paragraph(
            plain(localizer(N_("It cannot be broken down: {reason}. Look at its parts instead."), reason=reason))
        )
    rows = [fact_row(view, result.figure, localizer(N_("Actual")))]
    if answered.moment and result.reference:
        rows.append(reference_row(view, result, answered.moment))
    yield Facts(tuple(rows))
    if isinstance(why, Why) and why.parts:
        yield contributions.table(view.calculator, view.localizer, answer, why)
        against = N_("Contributions are measured against the plan to date and add up to the whole difference.")
        if result.reference is not None:
            against = N_("Contributions are measured against the other period and add up to the whole difference.")
        yield Note(localizer(against))
    if answered.beside:
        yield from moved_together(view, answered.beside)
    if answered.remark:
        yield Note(localizer.say(answered.remark))
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [answer], answered.moment)
    yield Actions((*_cuts(view, selection, answer), *next_questions(view, selection, causes=False)))


def finding(view: View, answer: Answer, why: Why, *, planned: bool) -> str:
    """«Норму сорвали 12:00–14:00: −4,1 п. п. из −5,2 п. п.»"""
    localizer, metric = view.localizer, answer.metric
    whole = numbers.signed(localizer, metric, why.difference)
    if not why.difference:
        return localizer(N_("The plan is met to the point.") if planned else N_("There is no difference."))
    if metric.better is not Better.NEUTRAL and harm(metric, why, why.difference) < 0:
        return _good(view, answer, why, planned=planned)
    run = main_parts(answer.metric, why)
    value = fsum(part.value for part in run)
    told = numbers.signed(localizer, metric, value)
    if len(run) == len(why.parts):
        amount = whole
    elif abs(value) > abs(why.difference):
        rest = numbers.signed(localizer, metric, why.difference - value)
        amount = localizer(N_("{value}, all the rest {rest}"), value=told, rest=rest)
    else:
        amount = localizer(N_("{value} of {whole}"), value=told, whole=whole)
    text = N_("{name} missed the plan: {amount}.") if planned else N_("{name} made it worse: {amount}.")
    if planned and metric.better is Better.FLOOR and not metric.spread:
        text = N_("{name} missed the target: {amount}.")
    if metric.better is Better.NEUTRAL or (planned and answer.few):
        most = 2 * abs(value) >= abs(why.difference)
        text = (
            N_("{name} made most of the difference: {amount}.")
            if most
            else N_("{name} gave the largest part: {amount}.")
        )
    return _ended(localizer(text, name=_run_name(view, answer, why, run), amount=amount))


def _good(view: View, answer: Answer, why: Why, *, planned: bool) -> str:
    """That it went well, and who did not."""
    localizer, metric = view.localizer, answer.metric
    first = N_("The plan is met: {whole}.") if planned else N_("It improved: {whole}.")
    text = _ended(localizer(first, whole=numbers.signed(localizer, metric, why.difference)))
    bad = [part for part in worst_first(metric, why) if harm(metric, why, part.value) > 0][:_NAMED]
    if not bad:
        return text
    names = ", ".join(contributions.part_said(view.calculator, view.localizer, answer, why, part) for part in bad)
    value = numbers.signed(localizer, metric, fsum(part.value for part in bad))
    second = localizer(N_("Held back by {names}: {value}."), names=names, value=value)
    return f"{text} {_ended(second)}"


def _ended(sentence: str) -> str:
    """A sentence that ends with an abbreviation has its full stop already."""
    return sentence[:-1] if sentence.endswith("..") else sentence


def _run_name(view: View, answer: Answer, why: Why, run: Sequence[Contribution]) -> str:
    if why.by not in TIME_PARTS:
        return ", ".join(contributions.part_said(view.calculator, view.localizer, answer, why, part) for part in run)
    first, last = run[0].start, run[-1].start
    assert first is not None
    assert last is not None
    if why.by == "hour":
        zone = answer.period.timezone
        ends = to_local(last + HOUR, zone).strftime("%H:%M").replace("00:00", "24:00")
        return f"{to_local(first, zone):%H:%M}\N{EN DASH}{ends}"
    if first == last:
        return contributions.part_said(view.calculator, view.localizer, answer, why, run[0])
    end = next(border for border in answer.period.borders(why.by) if border > last)
    return view.localizer.days(Period(first, end, answer.period.timezone))


def _cuts(view: View, selection: Selection, answer: Answer) -> Iterator[Action]:
    """The other ways to take it apart; where none adds up, to look at its parts."""
    known = view.calculator.catalogue.dimensions(answer.metric)
    whole = not selection.lines or view.calculator.centre.members(selection.lines[0]) != selection.lines
    exact = divisible(view.calculator.catalogue, answer.metric) is None
    for by in (*((series_of(answer.period),) if exact else ()), "line", "agent", "topic"):
        possible = by in TIME_PARTS or (by in known and (by != "line" or whole))
        if possible and (by != selection.by or not exact):
            said = by_said(by)
            verb, label = (Verb.WHY, N_("Why {by}")) if exact else (Verb.FIGURE, N_("See {by}"))
            yield Action(view.localizer(label, by=said), command(Request(verb, replace(selection, by=by))))


_NAMES = {
    What.VOLUME: N_("volume"),
    What.PEOPLE: N_("people on the line"),
    What.BREAKS: N_("breaks"),
    What.HANDLING: N_("handling time"),
    What.TOPIC: N_("topics"),
}
_MINUTE = 60


def moved_together(view: View, found: Beside) -> Iterator[Block]:
    """What was not as usual in the same hours, what was, and that nothing of it is a proof."""
    localizer = view.localizer
    period = period_said(view, found.window)
    if found.moved:
        text = localizer.counted(
            "In the same hours ({period}), against the same ones of {n} week before:",
            "In the same hours ({period}), against the same ones of the {n} weeks before:",
            found.weeks,
            period=period,
        )
        yield Paragraph(plain(text))
        yield Bullets(tuple(Item(plain(moved_said(view, each))) for each in found.moved))
    moved = {each.what for each in found.moved}
    usual = [localizer(_NAMES[what]) for what in found.measured if what not in moved]
    if usual and found.moved:
        yield Note(
            localizer(N_("As usual: {names}. This is a measurement, not proof of a cause."), names=", ".join(usual))
        )
    elif found.moved:
        yield Note(localizer(N_("This is a measurement, not proof of a cause.")))
    else:
        text = N_("As usual in the same hours ({period}): {names}.")
        yield Note(localizer(text, period=period, names=", ".join(usual)))


def moved_said(view: View, moved: Moved) -> str:
    """«звонков 51, обычно 39 (+31%)», «на линии 4 чел., обычно 6»."""
    localizer, metric = view.localizer, moved.metric
    match moved.what:
        case What.PEOPLE:
            fact, usual = (numbers.plain(localizer, exact(each), 1) for each in (moved.fact, moved.usual))
            return localizer(N_("on the line: {fact} people, usually {usual}"), fact=fact, usual=usual)
        case What.BREAKS:
            fact, usual = (numbers.plain(localizer, exact(each / _MINUTE), 0) for each in (moved.fact, moved.usual))
            return localizer(N_("breaks: {fact} min in total, usually {usual}"), fact=fact, usual=usual)
        case _:
            name = metric_said(localizer, metric)
            if moved.topic:
                name = localizer(N_('topic "{name}"'), name=moved.topic)
            fact, usual = (numbers.value(localizer, metric, each, full=True) for each in (moved.fact, moved.usual))
            said = localizer(N_("{name}: {fact}, usually {usual}"), name=name, fact=fact, usual=usual)
            # Of nothing there is no percentage.
            return f"{said} ({difference(localizer, metric, moved.fact, moved.usual)})" if moved.usual else said
