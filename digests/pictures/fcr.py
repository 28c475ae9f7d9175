"""First contacts as a picture: a ladder for each topic, in the order of the clients who came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charts.forms.ladders import Ladder, Ladders, Rung
from charts.forms.outcomes import Shade
from charts.model import Amount
from digests import numbers
from digests.catalogue.fcr import is_concluded, ripe_until
from digests.localizer import Localizer
from digests.pictures import wording
from digests.pictures.tables import LEAST
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session, TableResult, TableRow
from metrics.answers import exact
from warehouse.messages import N_

_ROWS = 8
_FALL = 0.5
"""Percentage points from which on a fall is the finding."""
_SHADES = {
    "ladder_first_line": Shade.LIGHT,
    "ladder_transfer": Shade.MID,
    "ladder_ticket": Shade.HOLLOW,
    "ladder_repeated": Shade.DARK,
}


@dataclass(frozen=True)
class _Topic:
    """A topic's first contacts and how many of them came back, now and before (per cent)."""

    name: str
    first: float
    counts: dict[str, float]
    before: float | None

    @property
    def back(self) -> float:
        return 100 * self.counts["ladder_repeated"] / self.first


def ladders(session: Session, result: ReportResult) -> Ladders | None:
    """Return the picture of a report of first contacts; None where none is ripe."""
    table, fcr = result.table("topics"), result.figure("fcr").answer
    if table is None or table.missing or fcr.fact.value is None:
        return None
    topics = [topic for row in table.rows if row.key and row.key != (None,) if (topic := _topic(row, result))]
    topics.sort(key=lambda topic: -topic.counts["ladder_repeated"])
    shown = topics[:_ROWS]
    if not shown:
        return None
    localizer = session.localizer
    strong = max((t for t in shown if t.first >= LEAST), key=lambda t: t.back, default=None)
    return Ladders(
        titles(*_captions(session, result, table, strong)),
        chart_labels(localizer),
        (localizer(N_("first line")), localizer(N_("transfer")), localizer(N_("came back"))),
        tuple(_ladder(localizer, topic, topic is strong) for topic in shown),
        _statement(localizer, result, table),
    )


def _topic(row: TableRow, result: ReportResult) -> _Topic | None:
    counts = {cell.metric.key: cell.fact.value or 0.0 for cell in row.cells}
    first = counts.get("fcr_first", 0.0)
    if not first:
        return None
    return _Topic(row.label, first, counts, _before(result, row.label))


def _before(result: ReportResult, topic: str) -> float | None:
    """What share of a topic's first contacts came back in the comparable period."""
    why = next((each for each in result.analyses if each.spec.key == "fcr.why"), None)
    row = next((row for row in (why.findings.rows if why else ()) if row[0] == topic), None)
    return 100 - row[2] if row and isinstance(row[2], float) else None


def _whole(localizer: Localizer, n: float, decimals: int = 0) -> str:
    return numbers.plain(localizer, exact(n), decimals)


def _ladder(localizer: Localizer, topic: _Topic, strong: bool) -> Ladder:
    rungs = tuple(
        Rung(Amount(share := 100 * topic.counts[key] / topic.first, _whole(localizer, share)), shade)
        for key, shade in _SHADES.items()
        if key in topic.counts
    )
    if topic.first < LEAST:
        value = localizer(N_("{n} of {all}"), n=int(topic.counts["ladder_repeated"]), all=int(topic.first))
    else:
        value = _whole(localizer, topic.back, 1)
    before = None if topic.before is None else Amount(topic.before, _whole(localizer, topic.before, 1))
    return Ladder(topic.name, rungs, value, before if topic.first >= LEAST else None, strong)


def _statement(localizer: Localizer, result: ReportResult, table: TableResult) -> str:
    """The whole centre's ladder in words."""
    assert table.total is not None
    counts = {cell.metric.key: cell.fact.value or 0.0 for cell in table.total.cells}
    first, fcr = counts["fcr_first"], result.figure("fcr").answer
    if not first or fcr.fact.value is None:
        return ""
    said = [
        localizer(text, share=_whole(localizer, 100 * counts[key] / first, 1))
        for key, text in (
            ("ladder_first_line", N_("first line {share}")),
            ("ladder_transfer", N_("transfer {share}")),
            ("ladder_ticket", N_("ticket {share}")),
        )
        if key in counts
    ]
    return localizer(
        N_("At the first contact {share}: {parts}."),
        share=wording.value(localizer, fcr.metric, fcr.fact.value),
        parts=", ".join(said),
    )


def _captions(
    session: Session, result: ReportResult, table: TableResult, strong: _Topic | None
) -> tuple[str, str, str, Sequence[str]]:
    localizer, days = session.localizer, session.calculator.centre.fcr_days
    assert table.total is not None
    first = next(c.fact.value or 0.0 for c in table.total.cells if c.metric.key == "fcr_first")
    ripe = ripe_until(result, days)
    subtitle = localizer(N_("What became of first contacts, %, {period}"), period=span(localizer, result.period))
    if isinstance(ripe, date):
        subtitle += ". " + localizer(N_("Ripe up to {day}: {n}"), day=ripe, n=_whole(localizer, first))
    before = result.before.get("fcr")
    has_marks = before is not None and before.fact.value is not None
    footnote = sentences(
        localizer(N_("The stroke and the second number: {period}"), period=localizer.days(before.period))
        if has_marks and before
        else "",
        localizer(N_("Outlined: a ticket was created"))
        if any(c.metric.key == "ladder_ticket" for c in table.total.cells)
        else "",
        localizer(N_("Came back: the same client, the same topic, within {days} days, in any channel"), days=days),
        data_as_of(localizer, table.as_of),
    )
    headline = _headline(session, result, strong)
    return headline, subtitle, footnote, (subtitle, _statement(localizer, result, table), footnote)


def _headline(session: Session, result: ReportResult, strong: _Topic | None) -> str:
    """A fall and the topic that gave most of it; the process with most tickets; what clients come back with."""
    localizer, fcr = session.localizer, result.figure("fcr").answer
    before = result.before.get("fcr")
    cases = min(fcr.fact.denominator or 0, (before.fact.denominator or 0) if before else 0)
    rate = localizer(
        N_("{share} resolved at the first contact"), share=wording.value(localizer, fcr.metric, fcr.fact.value or 0.0)
    )
    if not is_concluded(result):
        return localizer(N_("What became of first contacts"))
    if strong is None or (fcr.fact.denominator or 0) < LEAST:
        return rate
    if before and before.fact.value is not None and fcr.fact.value is not None and cases >= LEAST:
        why = next((each for each in result.analyses if each.spec.key == "fcr.why"), None)
        rows = [row for row in (why.findings.rows if why else ()) if isinstance(row[5], float) and row[5] < 0]
        if before.fact.value - fcr.fact.value >= _FALL and rows and isinstance(rows[0][0], str):
            return localizer(
                N_("At the first contact {share}, {before} it was {was};\nmost of the fall: “{topic}”"),
                share=wording.value(localizer, fcr.metric, fcr.fact.value),
                before=localizer.days(before.period),
                was=wording.value(localizer, fcr.metric, before.fact.value),
                topic=rows[0][0],
            )
    said = localizer(
        N_("Clients come back with “{topic}”:\n{share}% within {days} days"),
        topic=strong.name,
        share=_whole(localizer, strong.back, 1),
        days=session.calculator.centre.fcr_days,
    )
    if strong.before is not None:
        return localizer(N_("{finding}, previously {was}"), finding=said, was=_whole(localizer, strong.before, 1))
    return said
