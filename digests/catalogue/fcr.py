"""First contact resolution: what makes clients come back, and which processes create tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.model import (
    PERIOD,
    Analysis,
    AnalysisSpec,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, BreakdownPart, Question
from metrics.catalogue.resolution import UNCHAINED
from metrics.comparison import contributions
from metrics.dimensions import FROM_CHANNEL, GAP
from metrics.intervals import wilson
from metrics.model import Unit
from metrics.periods import to_local
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_FEW, _TOLD = 30, 12
_UNKNOWN = 30.0
"""Per cent of contacts without a client or a topic beyond which nothing is concluded."""

SPEC = ReportSpec(
    "fcr",
    N_("First contact resolution"),
    (
        Section(
            N_("First contacts"),
            (
                Group(
                    (
                        FigureSpec("fcr", "fcr", None, N_("Resolved at the first contact")),
                        FigureSpec("first_line", "fcr_first_line", None, N_("By the first line")),
                        FigureSpec("repeats", "repeats", None, N_("Repeated contacts")),
                        FigureSpec("tickets", "tickets_per_contact", None, N_("Tickets per contact")),
                    )
                ),
                TableSpec(
                    "topics",
                    N_("What became of first contacts"),
                    ("fcr_first", "ladder_first_line", "ladder_transfer", "ladder_ticket", "ladder_repeated", "fcr"),
                    ("topic",),
                    headers=("first", "first_line", "by_transfer", "ticket", "repeated", "fcr"),
                    remark=N_(
                        "Each first contact is one of the four: a repeat goes before a ticket, "
                        "a ticket before a transfer"
                    ),
                ),
                AnalysisSpec(
                    "fcr.why",
                    N_("Which topics changed it"),
                    N_(
                        "The change against the comparable period by topic: its own rate at the mean share of both "
                        "periods, and the shift between topics. The parts add up to the change exactly."
                    ),
                ),
                TableSpec(
                    "lines",
                    N_("Lines"),
                    ("fcr_first", "fcr", "repeats"),
                    ("line",),
                    headers=("first", "fcr", "repeats"),
                ),
            ),
        ),
        Section(
            N_("Repeats"),
            (
                TableSpec("gaps", N_("How soon they come back"), ("repeated_contacts",), (GAP,), headers=("repeats",)),
                TableSpec("channels", N_("From channel to channel"), ("repeated_contacts",), (FROM_CHANNEL, "channel")),
            ),
        ),
        Section(
            N_("Processes"),
            (
                AnalysisSpec(
                    "fcr.processes",
                    N_("Processes to change"),
                    N_(
                        "In the order of tickets and of the contacts that ask where a ticket is. "
                        "The time to close is of tickets closed in the period."
                    ),
                ),
                TableSpec(
                    "trend",
                    N_("Six periods"),
                    ("fcr", "fcr_first_line", "repeats", "tickets_per_contact"),
                    (PERIOD,),
                    limit=6,
                ),
            ),
        ),
    ),
    question=N_("What makes clients come back, and which processes create tickets?"),
    aliases=(
        "фцр",
        "решение с первого касания",
        "решение с первого обращения",
        "first contact resolution",
        "first call resolution",
        "repeats",
    ),
    pictures=("fcr",),
    drawn=("topics", "fcr.why"),
    short=("fcr", "repeats"),
    compared=True,
)


def _why_asked(within: Slice) -> Sequence[Question]:
    return [within.question("fcr", "topic"), within.question("fcr", "topic", period=within.before("fcr"))]


def _why(_: Slice, answers: Sequence[Answer]) -> Findings:
    now, before = answers
    if now.fact.value is None or before.fact.value is None:
        return Findings(missing=note("nothing to compare with: one of the periods has no first contact that is ripe"))
    of = [{point.segment: point.fact.value for point in answer.points} for answer in answers]
    rows: list[tuple[Value, ...]] = [
        (segment or note("not given"), of[0].get(segment), of[1].get(segment), rate, shift, rate + shift)
        for segment, rate, shift in contributions(now, before)
    ]
    columns = (
        Column("topic", N_("Topic")),
        Column("fcr", N_("Now"), Unit.PERCENT, 1),
        Column("before", N_("Before"), Unit.PERCENT, 1),
        Column("rate", N_("Own rate, pp"), None, 2),
        Column("shift", N_("Shift, pp"), None, 2),
        Column("change", N_("Together, pp"), None, 2),
    )
    return Findings((), columns, tuple(rows), {"change": now.fact.value - before.fact.value}, told=_TOLD)


_OF_PROCESS = (
    *("tickets", "tickets_from_contacts", "time_to_close_median", "tickets_open", "tickets_reopened", "chasers"),
)


def _processes_asked(within: Slice) -> Sequence[Question]:
    asked = [within.question(metric, "process") for metric in _OF_PROCESS]
    return [*asked, within.question("tickets", "process", period=within.before("tickets"))]


def _processes(_: Slice, answers: Sequence[Answer]) -> Findings:
    """Processes by tickets and by those who ask where they are."""
    found: dict[str | None, dict[int, BreakdownPart]] = defaultdict(dict)
    for n, answer in enumerate(answers):
        for point in answer.points:
            found[point.segment][n] = point
    total = answers[0].fact.value or 0.0
    known = [not (answer.fact.missing and not answer.points) for answer in answers]

    def value(process: str | None, n: int) -> float | None:
        point = found[process].get(n)
        if point is None:
            return 0.0 if known[n] and n != 2 else None
        return point.fact.value

    rows: list[tuple[Value, ...]] = []
    for process in found:
        tickets, asking = value(process, 0) or 0.0, value(process, 5)
        if not tickets and not asking:
            continue
        before = value(process, 6)
        rows.append(
            (
                process or note("not given"),
                tickets,
                100 * tickets / total if total else None,
                100 * (tickets - before) / before if before else None,
                *(value(process, n) for n in range(1, 6)),
            )
        )
    rows.sort(key=lambda row: (isinstance(row[0], Message), -_number(row[1]) - _number(row[8]), str(row[0])))
    columns = (
        Column("process", N_("Process")),
        Column("tickets", N_("Tickets"), Unit.COUNT),
        Column("share", N_("Of all"), Unit.PERCENT, 1),
        Column("change", N_("Change, %"), None, 0),
        Column("from_contacts", N_("From contacts"), Unit.COUNT),
        Column("time_to_close_median", N_("Median time to close"), Unit.DURATION),
        Column("open", N_("Open"), Unit.COUNT),
        Column("reopened", N_("Reopened"), Unit.COUNT),
        Column("chasers", N_("Asked where it is"), Unit.COUNT),
    )
    return Findings((), columns, tuple(rows[:12]))


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what the numbers below bear; of a period that is not ripe, when it will be."""
    localizer, days = session.localizer, session.calculator.centre.fcr_days
    fcr = result.fact("fcr")
    if fcr.value is None:
        if any(remark.params.get("fcr_days") for remark in fcr.remarks):
            yield note(
                "Nothing is ripe yet: it will be on {day}.", day=result.period.last_day + timedelta(days=days + 1)
            )
        return
    if not is_concluded(result):
        yield note(
            "{share} of contacts have no client or no topic: nothing is concluded.",
            share=numbers.in_unit(localizer, Unit.PERCENT, unknown_share(result), 0),
        )
        return
    share = result.figure("fcr").fact
    if (was := result.was("fcr").value) is not None:
        before = result.before["fcr"]
        yield note(
            "{share} were resolved at the first contact ({before}: {was}); who comes back within {days} days was not.",
            before=localizer.days(before.period),
            was=numbers.value(localizer, before.metric, was),
            share=share,
            days=days,
        )
    else:
        yield note(
            "{share} were resolved at the first contact; who comes back within {days} days was not.",
            share=share,
            days=days,
        )
    ripe = ripe_until(result, days)
    if ripe:
        yield note("Contacts up to {day} are ripe.", day=ripe)
    topics = result.table("topics")
    if topics and not topics.missing:
        back = {
            row.label: (cells["ladder_repeated"], cells["fcr_first"])
            for row in topics.every_row
            for cells in [{cell.metric.key: cell.fact.value or 0.0 for cell in row.cells}]
            if cells["fcr_first"] >= _FEW and (row is topics.total or (row.key and row.key != (None,)))
        }
        whole = back.pop(topics.total.label, None) if topics.total else None
        worst = max(back, key=lambda topic: back[topic][0] / back[topic][1], default=None)
        if whole and worst and _stands_out(back[worst], whole):
            n, of = back[worst]
            yield note(
                "Clients come back most often with “{topic}”: {share} within {days} days.",
                topic=worst,
                share=numbers.in_unit(localizer, Unit.PERCENT, 100 * n / of, 1),
                days=days,
            )
    yield from _process_said(session, result)


def _stands_out(part: tuple[float, float], whole: tuple[float, float]) -> bool:
    """Whether a topic's share lies above that of all others, their intervals apart: chance makes a worst one, too."""
    own, rest = wilson(*part), wilson(whole[0] - part[0], whole[1] - part[1])
    return own is not None and rest is not None and own.low > rest.high


def unknown_share(result: ReportResult) -> float:
    """Return how many contacts are in no chain, having no client or no topic, in per cent of all."""
    lacking = next((each.params["n"] for each in result.fact("fcr").remarks if each.id == UNCHAINED.text.id), 0)
    of = lacking + (result.fact("repeats").denominator or 0.0)
    return 100 * lacking / of if of else 0.0


def is_concluded(result: ReportResult) -> bool:
    """Whether enough contacts have a client and a topic for a headline to rest on them."""
    return unknown_share(result) <= _UNKNOWN


def ripe_until(result: ReportResult, days: int) -> object:
    """The last day whose contacts are all old enough, where the period has younger ones; None if all are."""
    known_to = result.figure("fcr").answer.as_of
    if known_to is None or known_to >= result.period.end + timedelta(days=days):
        return None
    return (to_local(known_to, result.period.timezone) - timedelta(days=days)).date()


def _process_said(session: Session, result: ReportResult) -> Iterator[Message]:
    processes = next((each for each in result.analyses if each.spec.key == "fcr.processes"), None)
    rows = processes.findings.rows[:1] if processes else ()
    for process, tickets, *rest in rows:
        chasers = rest[-1]
        if not isinstance(tickets, float) or tickets < _FEW or isinstance(process, Message):
            continue
        if isinstance(chasers, float) and chasers:
            yield note(
                "Most tickets are made by “{process}”, {n}; {chasers} contacts ask where theirs is.",
                process=process,
                n=int(tickets),
                chasers=int(chasers),
            )
        else:
            yield note("Most tickets are made by “{process}”, {n}.", process=process, n=int(tickets))


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.fcr import ladders  # charts are not worth loading for a text

    return ladders(session, result)


FCR = Declared(
    SPEC,
    analyses={"fcr.why": Analysis(_why_asked, _why), "fcr.processes": Analysis(_processes_asked, _processes)},
    pictures={"fcr": _picture},
    summary=_summary,
)
