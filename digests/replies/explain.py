"""What a metric is: its definition, the formula in force, its records, today's numbers, its names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from digests.details import DIRECTIONS, detail
from digests.document import Actions, Block, FactRow, Facts, Heading, Paragraph, Span, plain
from digests.replies.asking import Answered
from digests.replies.figure import fact_row
from digests.replies.parts import as_of_note, capital, line_or, next_questions, period_said
from digests.replies.records import tables_of, titled
from digests.replies.view import View
from metrics.verdict import Verdict
from warehouse.messages import N_


def blocks(view: View, answered: Answered) -> Iterator[Block]:
    """The definition first: it is what was asked for."""
    enquiry = answered.request.enquiry
    assert enquiry is not None
    words, reckoner = view.words, view.reckoner
    metric = reckoner.catalogue.get(enquiry.metric)
    yield Heading(words(metric.title), 1)
    yield Paragraph(plain(words(metric.about, **reckoner.conventions)))
    yield Facts(tuple(_properties(view, answered)))
    figures = [result.figure for result in answered.results]
    if figures:
        yield Heading(capital(period_said(view, figures[0].answer.period)), 2)
        yield Facts(tuple(fact_row(view, figure, line_or(view, figure)) for figure in figures))
        yield from as_of_note(view, [figure.answer for figure in figures])
    names = ", ".join(f"/{name}" for name in (metric.key, *metric.aliases))
    yield Paragraph((*plain(words(N_("To ask for it: "))), Span(names, code=True)))
    yield Actions(tuple(next_questions(view, replace(enquiry, by=None))))


def _properties(view: View, answered: Answered) -> Iterator[FactRow]:
    words, reckoner = view.words, view.reckoner
    enquiry = answered.request.enquiry
    assert enquiry is not None
    metric = reckoner.catalogue.get(enquiry.metric)
    if metric.threshold:
        rules = reckoner.conventions
        formula = words(N_("{formula_text} ({formula}), threshold {threshold} s"), **rules)
        yield FactRow(words(N_("Formula in force")), formula, Verdict.NONE)
    yield FactRow(words(N_("Direction")), words(DIRECTIONS[metric.better]), Verdict.NONE)
    planned = [result.to_plan or result.figure for result in answered.results]
    plans = [(figure, detail(reckoner, figure, words).plan) for figure in planned]
    told = [f"{line_or(view, figure)}: {plan}" for figure, plan in plans if plan]
    yield FactRow(words(N_("Plan in force")), "; ".join(told) or words(N_("no plan")), Verdict.NONE)
    for table in tables_of(reckoner, metric):
        known_to = reckoner.records.complete_to(table)
        source = f"{titled(view, table)} ({table})"
        text = words(N_("data to {moment}"), moment=known_to) if known_to else words(N_("no records"))
        yield FactRow(words(N_("Source: {source}"), source=source), text, Verdict.NONE)
