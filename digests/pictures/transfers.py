"""Transfers as a picture: bands from line to line, and from too many of them the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charts.forms.bars import Bars
from charts.forms.flows import Flow, FlowNode, Flows
from charts.forms.matrix import Matrix
from charts.model import Amount
from digests import numbers
from digests.localizer import Localizer
from digests.pictures import tables, wording
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session, TableResult
from metrics.answers import Answer, exact
from metrics.load import CALL, CHAT
from warehouse.messages import N_

_FLOWS = 8
"""More bands than this are not told apart."""
_LINES = 5
_TOLD = 0.3
"""Percentage points from which on a change of the share is the finding."""
_LOST_SHARE, _LOST_CASES = 5.0, 10
"""From when on what is lost after a transfer is the finding."""


_SUBTITLES = {
    CALL: N_("Calls, {period}. A transfer ends {share} of answers"),
    CHAT: N_("Chats, {period}. A transfer ends {share} of answers"),
    "all": N_("Calls and chats, {period}. A transfer ends {share} of answers"),
}


@dataclass(frozen=True)
class _Sent:
    """From a line to another: their places among those that are drawn, and how many."""

    source: int
    target: int
    n: float


def flows(session: Session, result: ReportResult) -> Flows | Bars | Matrix | None:
    """Return the picture of a report of transfers; None where nothing was transferred between lines."""
    matrix, lines, where = (result.table(key) for key in ("matrix", "lines", "destinations"))
    if not matrix or matrix.missing or not lines or lines.missing or not where or where.missing:
        return None
    if len(matrix.rows) == 1 and len(matrix.columns) <= 2:
        return tables.bars(session, where)
    assert matrix.total is not None
    most = [cell.fact.value or 0.0 for cell in matrix.total.cells]
    sources = sorted(matrix.rows, key=lambda row: -(row.cells[-1].fact.value or 0.0))
    shown = sorted((n for n, key in enumerate(matrix.keys) if key), key=lambda n: (matrix.keys[n] == (None,), -most[n]))
    sent = [
        _Sent(place, to, value)
        for place, row in enumerate(sources)
        for to, column in enumerate(shown)
        if (value := row.cells[column].fact.value)
    ]
    if len(sent) > _FLOWS or max(len(sources), len(shown)) > _LINES:
        return tables.matrix(session, matrix)
    localizer = session.localizer
    return Flows(
        titles(*_captions(session, result, matrix, where)),
        chart_labels(localizer),
        (localizer(N_("Answered")), localizer(N_("Transferred to"))),
        tuple(_source(localizer, lines, row.key, row.label, row.cells[-1].fact.value) for row in sources),
        tuple(_target(localizer, where, matrix, column) for column in shown),
        tuple(Flow(each.source, each.target, _amount(localizer, each.n)) for each in sent),
    )


def _amount(localizer: Localizer, n: float | None) -> Amount:
    return Amount(n or 0.0, numbers.plain(localizer, exact(n or 0.0), 0))


def _source(localizer: Localizer, lines: TableResult, key: object, name: str, sent: float | None) -> FlowNode:
    row = next((row for row in lines.rows if row.key == key), None)
    amount = _amount(localizer, sent)
    if row is None:
        return FlowNode(name, amount)
    answered = row.cells[lines.spec.headers.index("answered")].fact.value or 0.0
    # Of the answers, as the width is of transfers: both count rows.
    share = 100 * amount.value / answered if answered else None
    note = localizer.counted(
        "{number} answer", "{number} answers", int(answered), number=_amount(localizer, answered).text
    )
    said = "" if share is None else localizer(N_("{number} %"), number=numbers.plain(localizer, exact(share), 1))
    return FlowNode(name, amount, note, said)


def _target(localizer: Localizer, where: TableResult, matrix: TableResult, column: int) -> FlowNode:
    assert matrix.total is not None
    key, name = matrix.keys[column], matrix.columns[column]
    amount = _amount(localizer, matrix.total.cells[column].fact.value)
    row = next((row for row in where.rows if row.key == key), None)
    lost = 0 if row is None else int(row.cells[3].fact.value or 0)
    if key == (None,):
        return FlowNode(name, amount, localizer(N_("how they ended is not known")))
    return FlowNode(name, amount, localizer.counted("{n} did not wait", "{n} did not wait", lost) if lost else "")


def _captions(
    session: Session, result: ReportResult, matrix: TableResult, where: TableResult
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    clients, answers = (result.figure(key).answer for key in ("transfers", "per_answer"))
    before = result.before.get("transfers")
    headline = _headline(session, result, matrix)
    subtitle = localizer(
        _SUBTITLES[result.spec.chosen.get("channel", CALL)],
        period=span(localizer, result.period),
        share=_value(localizer, answers),
    )
    assert where.total is not None
    outside = int(where.total.cells[4].fact.value or 0)
    footnote = sentences(
        localizer(N_("A band is as wide as it has transfers; shares are of the line's answers")),
        localizer(
            N_("{period}: {share} of clients"), period=localizer.days(before.period), share=_value(localizer, before)
        )
        if before and before.fact.value is not None
        else "",
        localizer.counted(
            "{n} reached no queue: what became of it is not known",
            "{n} reached no queue: what became of them is not known",
            outside,
        )
        if outside
        else "",
        data_as_of(localizer, matrix.as_of),
    )
    words = [f"{row.label}: {row.cells[-1].text}" for row in matrix.rows]
    return headline, subtitle, footnote, (subtitle, *words, _value(localizer, clients))


def _value(localizer: Localizer, answer: Answer) -> str:
    value = answer.fact.value
    return "" if value is None else wording.value(localizer, answer.metric, value)


def _headline(session: Session, result: ReportResult, matrix: TableResult) -> str:
    """What was lost after transfers if that is much; the rate with its change, or with the largest flow."""
    localizer = session.localizer
    clients, lost = result.figure("transfers").answer, result.figure("lost").answer
    if (lost.fact.value or 0.0) >= _LOST_SHARE and (lost.fact.numerator or 0) >= _LOST_CASES:
        return localizer(
            N_("After a transfer {share} did not wait for an answer: {n}"),
            share=_value(localizer, lost),
            n=int(lost.fact.numerator or 0),
        )
    rate = localizer(N_("{share} of clients are transferred"), share=_value(localizer, clients))
    before = result.before.get("transfers")
    cases = min(clients.fact.denominator or 0, (before.fact.denominator or 0) if before else 0)
    if before and before.fact.value is not None and clients.fact.value is not None and cases >= tables.LEAST:
        change = clients.fact.value - before.fact.value
        if abs(change) >= _TOLD:
            was = localizer(
                N_("{before} it was {was}"), before=localizer.days(before.period), was=_value(localizer, before)
            )
            return f"{rate}, {was}"
    return _with_flow(localizer, rate, matrix)


def _with_flow(localizer: Localizer, rate: str, matrix: TableResult) -> str:
    assert matrix.total is not None
    total = matrix.total.cells[-1].fact.value or 0.0
    cells = [
        (cell.fact.value or 0.0, row.label, column)
        for row in matrix.rows
        for key, column, cell in zip(matrix.keys, matrix.columns, row.cells, strict=True)
        if key and key != (None,)
    ]
    most, source, target = max(cells, default=(0.0, "", ""))
    if not most or total < tables.LEAST:
        return rate
    share = wording.part(localizer, 100 * most / total)
    flow = localizer(N_("{share} of transfers go {source} → {target}"), share=share, source=source, target=target)
    return f"{rate},\n{flow}"
