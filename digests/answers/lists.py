"""What there is to ask for, what a metric is, and how fresh the records are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from digests import numbers
from digests.answers.evaluate import AnswerSet
from digests.answers.figure import fact_row
from digests.answers.view import View, as_of_note, day_of, line_or, next_questions, period_said
from digests.document import (
    Action,
    Actions,
    Block,
    Bullets,
    FactRow,
    Facts,
    Heading,
    Item,
    Note,
    Paragraph,
    Span,
    plain,
)
from digests.figures import DIRECTIONS, detail
from digests.localizer import Localizer
from digests.numbers import capital, in_sentence
from digests.request import Request, Selection, Verb, When, command
from metrics.answers import Verdict, exact
from metrics.calculator import Calculator
from metrics.dimensions import TIME_PARTS, by_said
from metrics.model import Metric, SumOf
from metrics.relations import RELATIONS
from warehouse.messages import N_
from warehouse.schema import FACT_TABLES, time_of

_TWO = 2

TITLES = {
    "calls": N_("Calls"),
    "chats": N_("Chats"),
    "leads": N_("Internet leads"),
    "reservations": N_("Reservations"),
    "ticket_events": N_("Service Desk tickets"),
    "bot_calls": N_("Voice bot"),
    "activities": N_("Agents' statuses"),
    "surveys": N_("Clients' scores"),
    "quality_reviews": N_("Quality reviews"),
    "incidents": N_("Incidents"),
    "incident_events": N_("Steps of incidents"),
    "agent_moves": N_("Moves of people"),
    "costs": N_("Costs"),
    "day_marks": N_("Marked days"),
    "shifts": N_("Roster"),
    "client_base": N_("Clients served"),
    "forecasts": N_("Forecasts"),
    "deals": N_("Deals"),
    "deal_stages": N_("Stages of deals"),
    "touches": N_("Touches"),
    "tasks": N_("Managers' tasks"),
    "visits": N_("Visits"),
    "campaign_clients": N_("Bases of campaigns"),
}


def tables_of(calculator: Calculator, metric: Metric) -> tuple[str, ...]:
    """The tables a metric is computed from, each once."""
    leaves = calculator.catalogue.leaves(metric)
    return tuple(dict.fromkeys(table for leaf in leaves for table in RELATIONS[leaf.relation].tables))


def titled(view: View, table: str) -> str:
    """A table's name for people; its own, where it has no other."""
    return view.localizer(TITLES[table]) if table in TITLES else table


def metrics(view: View) -> Iterator[Block]:
    """The metrics that can be computed here, by the records they come from."""
    localizer = view.localizer
    allowed = [metric for metric in view.calculator.catalogue if view.answers(metric)]
    possible = [metric for metric in allowed if view.calculator.coverage.knows(metric)]
    yield Heading(localizer(N_("What can be asked for")), 1)
    families: dict[str, list[Metric]] = {}
    for metric in possible:
        # A sum over several tables is in the family of all of them.
        tables = tables_of(view.calculator, metric)
        told = tables if isinstance(metric.fact, SumOf) else tables[:1]
        families.setdefault(", ".join(titled(view, table) for table in told), []).append(metric)
    for title, members in families.items():
        yield Heading(title, 2)
        yield Bullets(tuple(_item(view, metric) for metric in members))
        yield from _ways(view, members)
    if possible:
        yield Paragraph(plain(localizer(N_("Each of them: {ways}."), ways=_ways_listed(view, TIME_PARTS))))
    if len(possible) < len(allowed):
        lacking = [localizer(metric.title) for metric in allowed if metric not in possible]
        yield Note(localizer(N_("There are no records for: {metrics}."), metrics=", ".join(lacking)))
    yield Actions(tuple(_today(view, metric) for metric in possible[:4]))


def lines(view: View) -> Iterator[Block]:
    """The lines that may be asked for, by which names, and what is recorded of them."""
    localizer, calculator = view.localizer, view.calculator
    tables = [table.name for table in FACT_TABLES if time_of(table)]
    recorded = {table: calculator.records.lines(table) for table in tables}
    present = frozenset[str]().union(*recorded.values())
    yield Heading(localizer(N_("Lines")), 1)
    rows = []
    for line in dict.fromkeys([*calculator.centre.lines, *sorted(present)]):
        known, members = calculator.centre.lines.get(line), calculator.centre.members(line)
        if not view.sees(line) or not present.intersection(members):
            continue
        title = known.title if known else line
        names = dict.fromkeys([line, *(known.aliases if known else ())])
        kinds = [in_sentence(titled(view, table)) for table in tables if recorded[table].intersection(members)]
        remarks = [localizer(N_("records: {kinds}"), kinds=", ".join(kinds))]
        if members != (line,):
            inside = [calculator.centre.lines[m].title if m in calculator.centre.lines else m for m in members]
            remarks.insert(0, localizer(N_("together: {lines}"), lines=", ".join(inside)))
        if known and known.threshold_s is not None:
            seconds = numbers.plain(localizer, exact(known.threshold_s), 1)
            remarks.append(localizer(N_("service level threshold: {seconds} s"), seconds=seconds))
        rows.append(FactRow(title, ", ".join(names), Verdict.NONE, remarks=tuple(remarks)))
    if not rows:
        yield Paragraph(plain(localizer(N_("There are no lines in the records."))))
        return
    yield Facts(tuple(rows))
    yield Note(localizer(N_("A line stands after the metric, by any of its names.")))


def status(view: View) -> Iterator[Block]:
    """Up to when each table is known, and which are empty."""
    localizer, calculator = view.localizer, view.calculator
    records = calculator.records
    known = {table.name: records.complete_to(table.name) for table in FACT_TABLES if time_of(table)}
    moments = [min(moment, calculator.now) for moment in known.values() if moment]
    yield Heading(localizer(N_("How fresh the records are")), 1)
    if not moments:
        yield Paragraph(plain(localizer(N_("There are no records yet."))))
        return
    if min(moments) == max(moments):
        text = localizer(N_("All records are as of {moment}."), moment=min(moments))
    else:
        text = localizer(N_("The records are as of {first} to {last}."), first=min(moments), last=max(moments))
    yield Paragraph((Span(text, strong=True),))
    rows = []
    for table, moment in known.items():
        if moment is None:
            continue
        last = records.last_event(table)
        remark = localizer(N_("last event: {moment}"), moment=last) if last else ""
        rows.append(
            FactRow(titled(view, table), localizer.moment(moment), Verdict.NONE, remarks=tuple(filter(None, [remark])))
        )
    yield Facts(tuple(rows))
    empty = [titled(view, table) for table, moment in known.items() if moment is None]
    if empty:
        yield Note(localizer(N_("Empty: {tables}."), tables=", ".join(empty)))


def _item(view: View, metric: Metric) -> Item:
    return Item((Span(f"/{metric.key}", code=True), *plain(f" \N{EM DASH} {view.localizer(metric.title)}")))


def _ways(view: View, members: list[Metric]) -> Iterator[Note]:
    """By what the metrics of a family can be broken down, and by what only some of them."""
    each = [view.calculator.catalogue.dimensions(metric) for metric in members]
    known = dict.fromkeys(name for names in each for name in names)
    common = [name for name in known if all(name in names for names in each)]
    some = [name for name in known if name not in common and any(name in names for names in each)]
    if common:
        yield Note(view.localizer(N_("Can be broken down: {ways}."), ways=_ways_listed(view, common)))
    if some:
        yield Note(view.localizer(N_("Some of them also: {ways}."), ways=_ways_listed(view, some)))


def _ways_listed(view: View, ways: Iterable[str]) -> str:
    return ", ".join(view.localizer.say(by_said(by)) for by in ways)


def _today(view: View, metric: Metric) -> Action:
    asked = Request(Verb.FIGURE, Selection(metric.key, When("today", day_of(view))))
    return Action(capital(view.localizer(metric.title)), command(asked))


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The definition first: it is what was asked for."""
    selection = answered.request.selection
    assert selection is not None
    localizer, calculator = view.localizer, view.calculator
    metric = calculator.catalogue.get(selection.metric)
    yield Heading(localizer(metric.title), 1)
    yield Paragraph(plain(_without_key(localizer, localizer(metric.about, **calculator.conventions), calculator)))
    yield Facts(tuple(_properties(view, answered)))
    figures = [result.figure for result in answered.results]
    if figures:
        yield Heading(capital(period_said(view, figures[0].answer.period)), 2)
        yield Facts(tuple(fact_row(view, figure, line_or(view, figure)) for figure in figures))
        yield from as_of_note(view, [figure.answer for figure in figures])
    yield Paragraph((*plain(localizer(N_("To ask for it: "))), Span(", ".join(_names(localizer, metric)), code=True)))
    yield Actions(tuple(next_questions(view, replace(selection, by=None))))


_ASKED = 4
"""So many names of a metric are told of."""


def _names(localizer: Localizer, metric: Metric) -> list[str]:
    """The words that ask for a metric, in the reader's language before others."""
    names = [f"/{name}" for name in (metric.key, *metric.aliases) if "_" not in name]
    own = [name for name in names if name.isascii() == (localizer.language == "en")]
    return list(dict.fromkeys([*own, *names] if len(own) < _TWO else own))[:_ASKED] or [f"/{metric.key}"]


def _without_key(localizer: Localizer, text: str, calculator: Calculator) -> str:
    """A text without the name of the setting, which is English, for those who read another language."""
    return text if localizer.language == "en" else text.replace(f" ({calculator.conventions['formula']})", "")


def _properties(view: View, answered: AnswerSet) -> Iterator[FactRow]:
    localizer, calculator = view.localizer, view.calculator
    selection = answered.request.selection
    assert selection is not None
    metric = calculator.catalogue.get(selection.metric)
    if metric.threshold:
        rules = calculator.conventions
        formula = localizer(N_("{formula_text} ({formula}), threshold {threshold} s"), **rules)
        formula = _without_key(localizer, formula, calculator)
        yield FactRow(localizer(N_("Formula in force")), formula, Verdict.NONE)
    yield FactRow(localizer(N_("Direction")), localizer(DIRECTIONS[metric.better]), Verdict.NONE)
    planned = [result.to_plan or result.figure for result in answered.results]
    plans = [(figure, detail(calculator, figure, localizer).plan) for figure in planned]
    told = [f"{line_or(view, figure)}: {plan}" for figure, plan in plans if plan]
    yield FactRow(localizer(N_("Plan in force")), "; ".join(told) or localizer(N_("no plan")), Verdict.NONE)
    for table in tables_of(calculator, metric):
        known_to = calculator.records.complete_to(table)
        source = f"{titled(view, table)} ({table})" if localizer.language == "en" else titled(view, table)
        text = localizer(N_("data to {moment}"), moment=known_to) if known_to else localizer(N_("no records"))
        yield FactRow(localizer(N_("Source: {source}"), source=source), text, Verdict.NONE)
