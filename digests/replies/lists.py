"""What there is to ask for: the metrics and the lines; and how fresh the records are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from digests import numbers
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
from digests.enquiry import Enquiry, Request, Verb, When, command
from digests.replies.parts import capital, day_of, in_sentence
from digests.replies.records import computable, tables_of, titled
from digests.replies.view import View
from metrics.compute import TIME_PARTS
from metrics.model import Metric, SumOf
from metrics.verdict import Verdict, exact
from metrics.why import BY
from warehouse.messages import N_, note
from warehouse.schema import FACT_TABLES, time_of


def metrics(view: View) -> Iterator[Block]:
    """The metrics that can be computed here, by the records they come from."""
    words = view.words
    allowed = [metric for metric in view.reckoner.catalogue if view.answers(metric)]
    possible = [metric for metric in allowed if computable(view, metric)]
    yield Heading(words(N_("What can be asked for")), 1)
    families: dict[str, list[Metric]] = {}
    for metric in possible:
        # A sum over several tables is in the family of all of them.
        tables = tables_of(view.reckoner, metric)
        told = tables if isinstance(metric.fact, SumOf) else tables[:1]
        families.setdefault(", ".join(titled(view, table) for table in told), []).append(metric)
    for title, members in families.items():
        yield Heading(title, 2)
        yield Bullets(tuple(_item(view, metric) for metric in members))
        yield from _ways(view, members)
    if possible:
        yield Paragraph(plain(words(N_("Each of them: {ways}."), ways=_said(view, TIME_PARTS))))
    if len(possible) < len(allowed):
        lacking = [words(metric.title) for metric in allowed if metric not in possible]
        yield Note(words(N_("There are no records for: {metrics}."), metrics=", ".join(lacking)))
    yield Actions(tuple(_today(view, metric) for metric in possible[:4]))


def lines(view: View) -> Iterator[Block]:
    """The lines that may be asked for, by which names, and what is recorded of them."""
    words, reckoner = view.words, view.reckoner
    tables = [table.name for table in FACT_TABLES if time_of(table)]
    recorded = {table: reckoner.records.lines(table) for table in tables}
    present = frozenset[str]().union(*recorded.values())
    yield Heading(words(N_("Lines")), 1)
    rows = []
    for line in dict.fromkeys([*reckoner.centre.lines, *sorted(present)]):
        known, members = reckoner.centre.lines.get(line), reckoner.centre.members(line)
        if not view.sees(line) or not present.intersection(members):
            continue
        title = known.title if known else line
        names = dict.fromkeys([line, *(known.aliases if known else ())])
        kinds = [in_sentence(titled(view, table)) for table in tables if recorded[table].intersection(members)]
        remarks = [words(N_("records: {kinds}"), kinds=", ".join(kinds))]
        if members != (line,):
            inside = [reckoner.centre.lines[m].title if m in reckoner.centre.lines else m for m in members]
            remarks.insert(0, words(N_("together: {lines}"), lines=", ".join(inside)))
        if known and known.threshold_s is not None:
            seconds = numbers.plain(words, exact(known.threshold_s), 1)
            remarks.append(words(N_("service level threshold: {seconds} s"), seconds=seconds))
        rows.append(FactRow(title, ", ".join(names), Verdict.NONE, remarks=tuple(remarks)))
    if not rows:
        yield Paragraph(plain(words(N_("There are no lines in the records."))))
        return
    yield Facts(tuple(rows))
    yield Note(words(N_("A line stands after the metric, by any of its names.")))


def status(view: View) -> Iterator[Block]:
    """Up to when each table is known, and which are empty."""
    words, reckoner = view.words, view.reckoner
    records = reckoner.records
    known = {table.name: records.complete_to(table.name) for table in FACT_TABLES if time_of(table)}
    moments = [min(moment, reckoner.now) for moment in known.values() if moment]
    yield Heading(words(N_("How fresh the records are")), 1)
    if not moments:
        yield Paragraph(plain(words(N_("There are no records yet."))))
        return
    if min(moments) == max(moments):
        text = words(N_("All records are as of {moment}."), moment=min(moments))
    else:
        text = words(N_("The records are as of {first} to {last}."), first=min(moments), last=max(moments))
    yield Paragraph((Span(text, strong=True),))
    rows = []
    for table, moment in known.items():
        if moment is None:
            continue
        last = records.last_event(table)
        remark = words(N_("last event: {moment}"), moment=last) if last else ""
        rows.append(
            FactRow(titled(view, table), words.moment(moment), Verdict.NONE, remarks=tuple(filter(None, [remark])))
        )
    yield Facts(tuple(rows))
    empty = [titled(view, table) for table, moment in known.items() if moment is None]
    if empty:
        yield Note(words(N_("Empty: {tables}."), tables=", ".join(empty)))


def _item(view: View, metric: Metric) -> Item:
    return Item((Span(f"/{metric.key}", code=True), *plain(f" \N{EM DASH} {view.words(metric.title)}")))


def _ways(view: View, members: list[Metric]) -> Iterator[Note]:
    """By what the metrics of a family can be broken down, and by what only some of them."""
    each = [view.reckoner.catalogue.dimensions(metric) for metric in members]
    known = dict.fromkeys(name for names in each for name in names)
    common = [name for name in known if all(name in names for names in each)]
    some = [name for name in known if name not in common and any(name in names for names in each)]
    if common:
        yield Note(view.words(N_("Can be broken down: {ways}."), ways=_said(view, common)))
    if some:
        yield Note(view.words(N_("Some of them also: {ways}."), ways=_said(view, some)))


def _said(view: View, ways: Iterable[str]) -> str:
    return ", ".join(view.words.say(BY.get(by) or note("by {name}", name=by)) for by in ways)


def _today(view: View, metric: Metric) -> Action:
    asked = Request(Verb.FIGURE, Enquiry(metric.key, When("today", day_of(view))))
    return Action(capital(view.words(metric.title)), command(asked))
