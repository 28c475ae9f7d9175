"""Transfers: who passes clients on, to whom, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from digests import numbers
from digests.catalogue.declared import Declared
from digests.figures import line_title
from digests.model import (
    PERIOD,
    Analysis,
    AnalysisSpec,
    Choice,
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
from metrics.answers import Answer, Question, exact
from metrics.comparison import contributions
from metrics.dimensions import LINE, TO_LINE
from metrics.load import CALL, CHAT
from metrics.model import Unit, Where, where
from metrics.periods import Period
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_PER_ANSWER = "transfers_per_answer"
_TAUGHT = 2
_FEW = 30
"""No sentence rests on fewer transfers."""

CHANNEL, BOTH = "channel", "all"
_OF_BOTH = {
    "transfers": "transfers_of_both",
    _PER_ANSWER: "transfers_per_answer_of_both",
    "transfers_lost": "passed_lost",
    "transfers_returned": "passed_returned",
    "calls": "queued",
    "transfers_received": "passed_in",
    "flow_outs": "queued_flow_outs",
    "losses": "queued_lost",
    "calls_answered": "queued_answered",
    "calls_kept": "queued_kept",
    "transfers_made": "queued_transferred",
    "transfers_arrived": "passed_arrived",
    "transfers_answered": "passed_answered",
    "transfers_dropped": "passed_dropped",
    "transfers_outside": "passed_outside",
    "transfers_back": "passed_back",
    "transfers_sent": "passed",
}
"""What tells of calls and chats what a metric tells of calls."""
TITLES = {CALL: N_("Transfers of calls"), CHAT: N_("Transfers of chats"), BOTH: N_("Transfers of calls and chats")}


def _metric(channel: str, key: str) -> str:
    return key if channel == CALL else _OF_BOTH[key]


def _filters(channel: str) -> Where:
    return where(channel=CHAT) if channel == CHAT else ()


def _sections(channel: str) -> tuple[Section, ...]:
    filters = _filters(channel)

    def figure(key: str, metric: str, label: str) -> FigureSpec:
        return FigureSpec(key, _metric(channel, metric), None, label, filters=filters)

    def table(key: str, title: str, metrics: tuple[str, ...], by: tuple[str, ...], **more: Any) -> TableSpec:
        of = tuple(_metric(channel, each) for each in metrics)
        return TableSpec(key, title, of, by, filters=filters, **more)

    titled = TITLES[channel]
    return (
        Section(
            titled,
            (
                Group(
                    (
                        figure("transfers", "transfers", N_("Share of clients transferred")),
                        figure("per_answer", _PER_ANSWER, N_("Share of answers that end with a transfer")),
                        figure("lost", "transfers_lost", N_("Lost after a transfer")),
                        figure("returned", "transfers_returned", N_("Transferred back")),
                    )
                ),
                table(
                    "lines",
                    N_("Lines"),
                    (
                        *("calls", "transfers_received", "flow_outs", "losses", "calls_answered", "calls_kept"),
                        *("transfers_made", "transfers", "transfers_arrived", "transfers_answered"),
                        *("transfers_dropped", "transfers_outside", "transfers_back"),
                    ),
                    (LINE,),
                    headers=(
                        *("entered", "received", "flow_out", "lost", "answered", "kept", "transferred", "share"),
                        *("arrived", "answered_there", "lost_there", "outside", "returned"),
                    ),
                    remark=N_("The share counts each contact once: lines do not add up to the centre in it."),
                ),
                table("matrix", N_("From line to line"), ("transfers_sent",), (LINE, TO_LINE)),
                table(
                    "destinations",
                    N_("Where transfers go"),
                    (
                        *("transfers_sent", "transfers_arrived", "transfers_answered", "transfers_dropped"),
                        *("transfers_outside", "transfers_back"),
                    ),
                    (TO_LINE,),
                    headers=("sent", "arrived", "answered_there", "lost_there", "outside", "returned"),
                ),
                AnalysisSpec(
                    "transfers.change",
                    N_("Where the change comes from"),
                    N_(
                        "The change of the share of answers against the comparable period, line by line: its own rate "
                        "at the mean load of both periods, and the shift of load at the mean rate of both. The parts "
                        "add up to the change exactly."
                    ),
                ),
            ),
        ),
        Section(
            N_("What to teach"),
            (
                table(
                    "topics",
                    N_("Topics"),
                    ("transfers_made", "calls_answered", _PER_ANSWER),
                    ("topic",),
                    headers=("transferred", "answered", "share"),
                ),
                AnalysisSpec(
                    "transfers.teach",
                    N_("Where topics are passed on to"),
                    N_("Of the topics most often transferred: the line that most of their transfers name."),
                ),
                table(
                    "agents",
                    N_("Agents"),
                    ("calls_answered", "transfers_made", _PER_ANSWER),
                    ("agent",),
                    headers=("answered", "transferred", "share"),
                ),
            ),
        ),
        Section(
            N_("By time"),
            (
                table(
                    "by_day",
                    N_("By day"),
                    ("transfers_made", "calls_answered", _PER_ANSWER),
                    ("day",),
                    limit=31,
                    headers=("transferred", "answered", "share"),
                ),
                table("trend", N_("Six periods"), ("transfers", _PER_ANSWER), (PERIOD,), limit=6),
            ),
        ),
    )


SPEC = ReportSpec(
    "transfers",
    TITLES[CALL],
    _sections(CALL),
    question=N_("Who passes clients on, to whom, and what becomes of them?"),
    aliases=("трансферы", "переводы", "transfers", "call transfers"),
    pictures=("transfers",),
    drawn=("matrix", "lines", "destinations"),
    short=("transfers", "per_answer"),
    compared=True,
    choices=(
        Choice(
            CHANNEL,
            CALL,
            tuple(TITLES),
            shaped=lambda spec, chosen: replace(spec, title=TITLES[chosen], sections=_sections(chosen)),
        ),
    ),
)


def _asked(within: Slice, metric: str, *by: str, period: Period | None = None) -> Question:
    """A question about the channel that was chosen."""
    channel = within.chosen.get(CHANNEL, CALL)
    narrowed = replace(within, filters=(*within.filters, *_filters(channel)))
    return narrowed.question(_metric(channel, metric), *by, period=period)


def _change_asked(within: Slice) -> Sequence[Question]:
    before = within.before(_PER_ANSWER)
    return [_asked(within, _PER_ANSWER, LINE), _asked(within, _PER_ANSWER, LINE, period=before)]


def _change(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The change line by line."""
    now, before = answers
    if now.fact.value is None or before.fact.value is None:
        return Findings(missing=note("nothing to compare with: no answers in one of the periods"))
    rows: list[tuple[Value, ...]] = [
        (line_title(within.calculator, line) if line else None, rate, load, rate + load)
        for line, rate, load in contributions(now, before)
    ]
    total = now.fact.value - before.fact.value
    columns = (
        Column("line", N_("Line")),
        Column("rate", N_("Own rate, pp"), None, 2),
        Column("load", N_("Load, pp"), None, 2),
        Column("change", N_("Together, pp"), None, 2),
    )
    return Findings((), columns, tuple(rows), {"change": total})


def _teach_asked(within: Slice) -> Sequence[Question]:
    if within.line is not None:  # where they go names other lines
        return [_asked(within, "transfers_sent", "topic")]
    return [_asked(within, "transfers_sent", "topic"), _asked(within, "transfers_sent", "topic", TO_LINE)]


def _teach(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The topics with most transfers, and the line that most of them name."""
    topics, *by_line = answers
    total = topics.fact.value or 0.0
    named = sorted((p for p in topics.points if p.segment), key=lambda p: (-(p.fact.value or 0), p.segment or ""))
    columns = [Column("topic", N_("Topic")), Column("transferred", N_("Transferred"), Unit.COUNT)]
    columns += [Column("share", N_("Of all transfers"), Unit.PERCENT, 1)]
    columns += [Column("to", N_("Most often to")), Column("to_share", N_("Of the topic's"), Unit.PERCENT, 1)]
    rows: list[tuple[Value, ...]] = []
    for point in named[:12]:
        n = point.fact.value or 0.0
        row: tuple[Value, ...] = (point.segment, n, 100 * n / total if total else None)
        if by_line:
            ways = [each for each in by_line[0].points if each.values[0] == point.segment and each.values[1]]
            most = max(ways, key=lambda each: each.fact.value or 0.0, default=None)
            to = line_title(within.calculator, most.values[1]) if most and most.values[1] else None
            row = (*row, to, 100 * (most.fact.value or 0.0) / n if most and n else None)
        rows.append(row)
    return Findings((), tuple(columns if by_line else columns[:3]), tuple(rows))


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what the numbers below bear: the rates, the largest flow, what to teach."""
    localizer = session.localizer
    if result.fact("transfers").value is None or result.fact("per_answer").value is None:
        return
    said = {"share": result.figure("transfers").fact, "answers": result.figure("per_answer").fact}
    if (was := result.was("transfers").value) is not None:
        before = result.before["transfers"]
        yield note(
            "{share} of clients were transferred ({before}: {was}); {answers} of answers end with a transfer.",
            before=localizer.days(before.period),
            was=numbers.value(localizer, before.metric, was),
            **said,
        )
    else:
        yield note("{share} of clients were transferred; {answers} of answers end with a transfer.", **said)
    yield from _flow_said(session, result)
    yield from _taught(session, result)


def _flow_said(session: Session, result: ReportResult) -> Iterator[Message]:
    """The largest flow, and how many were lost after a transfer."""
    matrix, where = result.table("matrix"), result.table("destinations")
    if matrix and not matrix.missing and matrix.total:
        cells = [
            (row.label, column, cell.fact.value or 0.0)
            for row in matrix.rows
            for key, column, cell in zip(matrix.keys, matrix.columns, row.cells, strict=True)
            if key and key != (None,)
        ]
        source, target, most = max(cells, key=lambda cell: cell[2], default=("", "", 0.0))
        if most and (matrix.total.cells[-1].fact.value or 0.0) >= _FEW:
            yield note(
                "Most often: {source} → {target}, {n} of {all}.",
                source=source,
                target=target,
                n=_whole(session, most),
                all=_whole(session, matrix.total.cells[-1].fact.value or 0.0),
            )
    if where and not where.missing and where.total:
        lost = int(where.total.cells[3].fact.value or 0)
        if lost:
            yield note(
                "{n} did not wait for an answer after a transfer.",
                "{n} did not wait for an answer after a transfer.",
                n=lost,
            )


def _taught(session: Session, result: ReportResult) -> Iterator[Message]:
    """The topics to teach, with their share of all transfers."""
    taught = next((each for each in result.analyses if each.spec.key == "transfers.teach"), None)
    topics = [
        (topic, n, share)
        for topic, n, share, *_ in (taught.findings.rows[:_TAUGHT] if taught else ())
        if isinstance(n, float) and isinstance(share, float)
    ]
    if len(topics) < _TAUGHT or sum(n for _, n, _ in topics) < _FEW:
        return
    yield note(
        "What to teach the first line: “{first}” and “{second}”, together {share} of transfers.",
        first=topics[0][0],
        second=topics[1][0],
        share=numbers.in_unit(session.localizer, Unit.PERCENT, sum(share for *_, share in topics), 0),
    )


def _whole(session: Session, value: float) -> str:
    return numbers.plain(session.localizer, exact(value), 0)


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.transfers import flows  # charts are not worth loading for a text

    return flows(session, result)


TRANSFERS = Declared(
    SPEC,
    analyses={"transfers.change": Analysis(_change_asked, _change), "transfers.teach": Analysis(_teach_asked, _teach)},
    pictures={"transfers": _picture},
    summary=_summary,
)
