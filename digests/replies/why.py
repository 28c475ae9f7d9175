"""Why: who gave how much of the distance from the plan or from another moment, summing to the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from math import fsum

from digests import numbers
from digests.document import Action, Actions, Block, Facts, Heading, Note, Paragraph, Span, Table, plain
from digests.enquiry import Enquiry, Request, Verb, command
from digests.figures import part_name
from digests.replies import terms
from digests.replies.asking import Answered
from digests.replies.figure import fact_row, reference_row
from digests.replies.parts import as_of_note, next_questions, period_said, series_of, subject
from digests.replies.view import View
from metrics.answers import Answer
from metrics.compute import TIME_PARTS, Fact
from metrics.model import Better, Unit
from metrics.periods import HOUR, to_local
from metrics.relations import RELATIONS
from metrics.why import BY, Contribution, Why, harm, worst_first
from warehouse.messages import N_, Message, note

_SHOWN = 8
"""Parts in the table; the others are folded into one row with their sum."""


def blocks(view: View, answered: Answered) -> Iterator[Block]:
    """The finding, the figure, and the table of contributions."""
    enquiry, why = answered.request.enquiry, answered.why
    assert enquiry is not None
    words, result = view.words, answered.results[0]
    answer = result.figure.answer
    about = subject(view, enquiry, result.figure.spec.line)
    period = period_said(view, answer.period)
    yield Heading(words(N_("Why: {subject}, {period}"), subject=about, period=period), 1)
    if isinstance(why, Why) and why.parts:
        yield Paragraph((Span(finding(view, answer, why, planned=result.reference is None), strong=True),))
    elif isinstance(why, Message) and answer.fact.value is not None:
        yield Paragraph(plain(words(N_("It cannot be taken apart: {reason}."), reason=words.say(why))))
    rows = [fact_row(view, result.figure, words(N_("Fact")))]
    if answered.moment and result.reference:
        rows.append(reference_row(view, result, answered.moment))
    yield Facts(tuple(rows))
    if isinstance(why, Why) and why.parts:
        yield table(view, answer, why)
        against = N_("Contributions are against the plan to date and sum to the whole difference.")
        if result.reference is not None:
            against = N_("Contributions are against the other moment and sum to the whole difference.")
        yield Note(words(against))
    yield from as_of_note(view, [answer])
    yield Actions((*_cuts(view, enquiry, answer), *next_questions(view, enquiry, shown_why=True)))


def finding(view: View, answer: Answer, why: Why, *, planned: bool) -> str:
    """«Норму сорвали 12:00–14:00: −4,1 п. п. из −5,2 п. п.»"""
    words, metric = view.words, answer.metric
    whole = numbers.signed(words, metric, why.difference)
    if not why.difference:
        return words(N_("The plan is met to the point.") if planned else N_("Nothing has changed."))
    bad = metric.better is Better.NEUTRAL or harm(metric, why, why.difference) > 0
    run = _run(answer, why, 1 if bad else -1)
    value = fsum(part.value for part in run)
    name, rest = _run_name(view, answer, why, run), why.difference - value
    if len(run) == len(why.parts) > 1 or not run:
        name = words(N_("Everything went one way: {difference}"), difference=whole)
        return f"{name}."
    told = numbers.signed(words, metric, value)
    if abs(value) > abs(why.difference):
        amount = words(N_("{value}, all the rest {rest}"), value=told, rest=numbers.signed(words, metric, rest))
    else:
        amount = words(N_("{value} of {whole}"), value=told, whole=whole)
    if metric.better is Better.NEUTRAL:
        text = N_("Most of the difference: {name}: {amount}.")
    elif planned:
        text = N_("What missed the plan: {name}: {amount}.") if bad else N_("What met the plan: {name}: {amount}.")
    else:
        text = N_("What made it worse: {name}: {amount}.") if bad else N_("What made it better: {name}: {amount}.")
    return words(text, name=name, amount=amount)


def _run(answer: Answer, why: Why, sign: int) -> list[Contribution]:
    """The stretch of time that did most, or the one segment that did."""
    metric = answer.metric
    if why.by not in TIME_PARTS:
        order = worst_first(metric, why)
        return [order[0] if sign > 0 else order[-1]]
    best: tuple[float, list[Contribution]] = (0.0, [])
    current: list[Contribution] = []
    for part in sorted(why.parts, key=lambda part: part.start or datetime.min):  # noqa: DTZ901 - instants are naive UTC
        current.append(part)
        total = fsum(sign * harm(metric, why, each.value) for each in current)
        if total <= 0:
            current = []
        elif total > best[0]:
            best = (total, list(current))
    return best[1]


def _run_name(view: View, answer: Answer, why: Why, run: Sequence[Contribution]) -> str:
    if not run:
        return ""
    if why.by not in TIME_PARTS:
        return _name(view, answer, why, run[0])
    first, last = run[0].start, run[-1].start
    assert first is not None
    assert last is not None
    if why.by == "hour":
        zone = answer.period.timezone
        ends = to_local(last + HOUR, zone).strftime("%H:%M").replace("00:00", "24:00")
        return f"{to_local(first, zone):%H:%M}\N{EN DASH}{ends}"
    if first == last:
        return _name(view, answer, why, run[0])
    names = (_name(view, answer, why, run[0]), _name(view, answer, why, run[-1]))
    return f"{names[0]} \N{EN DASH} {names[1]}"


def table(view: View, answer: Answer, why: Why) -> Table:
    """The parts from the worst, the others as one row, the whole last."""
    words, metric = view.words, answer.metric
    parts = worst_first(metric, why)
    # One part alone is not worth folding.
    shown = parts if len(parts) <= _SHOWN + 1 else parts[:_SHOWN]
    folded = parts[len(shown) :]
    rows = [_row(view, answer, why, part) for part in shown]
    if folded:
        name = words.counted("{n} other", "{n} others", len(folded))
        rows.append((name, numbers.signed(words, metric, fsum(part.value for part in folded)), ""))
    total = numbers.value(words, metric, why.fact)
    rows.append((words(N_("In all")), numbers.signed(words, metric, why.difference), total))
    header = (_header(view, why.by), words(N_("Contribution")), words(N_("Fact")))
    return Table(header, tuple(rows))


def _row(view: View, answer: Answer, why: Why, part: Contribution) -> tuple[str, str, str]:
    words, metric = view.words, answer.metric
    fact = "\N{EN DASH}" if part.fact is None else numbers.value(words, metric, part.fact)
    if part.denominator is not None:
        over = terms.brief(words, metric, Fact(part.fact, part.numerator, part.denominator))
        fact = words(N_("{value}, {over}"), value=fact, over=over) if over else fact
    elif part.reference is not None:
        reference = numbers.value(words, metric, part.reference)
        fact = words(N_("{fact} against {reference}"), fact=fact, reference=reference)
    decimals = 0 if metric.unit is Unit.COUNT else 1
    return _name(view, answer, why, part), numbers.signed(words, metric, part.value, decimals), fact


def _name(view: View, answer: Answer, why: Why, part: Contribution) -> str:
    if why.by == "hour" and part.start is not None:
        return to_local(part.start, answer.period.timezone).strftime("%H:%M")
    if why.by == "line" and part.segment:
        known = view.reckoner.centre.lines.get(part.segment)
        return known.title if known else part.segment
    return part_name(answer, part.start, part.segment, view.words)


_HEADERS = {
    "hour": N_("Hour"),
    "day": N_("Day"),
    "week": N_("The week"),
    "month": N_("The month"),
    "line": N_("Line"),
    "agent": N_("Agent"),
    "topic": N_("Topic"),
}


def _header(view: View, by: str) -> str:
    return view.words(_HEADERS[by]) if by in _HEADERS else by


def _cuts(view: View, enquiry: Enquiry, answer: Answer) -> Iterator[Action]:
    """The other ways to take it apart."""
    leaves = view.reckoner.catalogue.leaves(answer.metric)
    known = set.intersection(*(set(RELATIONS[leaf.relation].dimensions) for leaf in leaves))
    whole = not enquiry.lines or view.reckoner.centre.members(enquiry.lines[0]) != tuple(enquiry.lines)
    for by in (series_of(answer.period), "line", "agent", "topic"):
        possible = by in TIME_PARTS or (by in known and (by != "line" or whole))
        if possible and by != enquiry.by:
            label = view.words(N_("Why {by}"), by=BY.get(by) or note("by {name}", name=by))
            yield Action(label, command(Request(Verb.WHY, replace(enquiry, by=by))))
