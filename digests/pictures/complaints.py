"""Complaints as a picture: the tree with what is usual, the branch that grew dark, a new one with a star."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from charts.forms.branches import Branch, Branches, Growth
from charts.model import Amount
from digests import numbers
from digests.catalogue.complaints import PERIODS, signed
from digests.localizer import Localizer
from digests.model import Value
from digests.numbers import capital
from digests.pictures.tables import LEAST
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import AnalysisResult, ReportResult, Session
from metrics.answers import exact
from warehouse.messages import N_, note

_MOST = 14
Row = Mapping[str, Value]


def tree(session: Session, result: ReportResult) -> Branches | None:
    """Return the picture of a report of complaints; None where there are none."""
    found = next((each for each in result.analyses if each.spec.key == "complaints.tree"), None)
    if found is None or found.findings.missing:
        return None
    localizer = session.localizer
    rows = [dict(zip((c.key for c in found.findings.columns), row, strict=True)) for row in found.findings.rows]
    # With one type only, the tree begins at its topics.
    tops = [row for row in rows if row["level"] == "type"]
    base = 0 if len(tops) > 1 else 1
    shown = [row for row in rows if _depth(row) >= base]
    return Branches(
        titles(*_captions(session, result, found, rows)),
        chart_labels(localizer),
        (localizer(N_("complaints")), localizer(N_("to the usual"))),
        tuple(_branch(localizer, row, base) for row in _shown_rows(shown or rows)),
        _statement(localizer, rows),
    )


def _depth(row: Row) -> int:
    return ("type", "topic", "subtopic").index(str(row["level"]))


def _shown_rows(rows: Sequence[Row]) -> list[Row]:
    """All branches, or the findings with what is above them and the largest."""
    if len(rows) <= _MOST:
        return list(rows)
    told = {str(row["node"]) for row in rows if row["new"] is not None}
    above = {" → ".join(node.split(" → ")[:depth]) for node in told for depth in range(1, node.count(" → ") + 2)}
    kept = [n for n, row in enumerate(rows) if str(row["node"]) in above][:_MOST]
    by_size = sorted(range(len(rows)), key=lambda n: -_n(rows[n]))
    for n in by_size:
        if len(kept) >= _MOST:
            break
        parent = " → ".join(str(rows[n]["node"]).split(" → ")[:-1])
        names = {str(rows[k]["node"]) for k in kept}
        if n not in kept and (not parent or parent in names or not any(str(r["node"]) == parent for r in rows)):
            kept.append(n)
    return [rows[n] for n in sorted(kept)]


def _n(row: Row) -> float:
    return row["n"] if isinstance(row["n"], float) else 0.0


def _branch(localizer: Localizer, row: Row, base: int) -> Branch:
    name = str(row["node"]).split(" → ")[-1]
    usual, growth = row["usual"], row["growth"]
    kind = (
        Growth.NEW if row["new"] == note("new branch") else Growth.GROWN if row["new"] == note("grew") else Growth.USUAL
    )
    said = ""
    if kind is Growth.NEW:
        said = localizer(N_("new branch"))
    elif isinstance(growth, float):
        said = signed(localizer, growth)
    amount = Amount(_n(row), numbers.plain(localizer, exact(_n(row)), 0))
    return Branch(name, _depth(row) - base, amount, usual if isinstance(usual, float) else None, said, kind)


def _statement(localizer: Localizer, rows: Sequence[Row]) -> str:
    new = [row for row in rows if row["new"] == note("new branch") and row["level"] == "subtopic"]
    if not new:
        return ""
    first = max(new, key=_n)
    return localizer(
        N_("“{node}”: {n}, and none in six periods before."),
        node=str(first["node"]).split(" → ")[-1],
        n=numbers.plain(localizer, exact(_n(first)), 0),
    )


def _captions(
    session: Session, result: ReportResult, found: AnalysisResult, rows: Sequence[Row]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    answer = result.figure("complaints").answer
    n, contacts = answer.fact.value or 0.0, found.findings.values.get("contacts")
    per = 1000 * n / contacts if isinstance(contacts, float) and contacts else 0.0
    subtitle = localizer(
        N_("Complaints, {period}: {n}, {per} per 1,000 contacts. The stroke: usual"),
        period=span(localizer, result.period),
        n=numbers.plain(localizer, exact(n), 0),
        per=numbers.plain(localizer, exact(per), 1),
    )
    footnote = sentences(
        localizer(N_("Usual: the mean of {n} such periods for as many contacts"), n=PERIODS),
        localizer(N_("Dark: growth that chance does not explain")) if any(row["new"] for row in rows) else "",
        *(capital(localizer.say(remark)) for remark in answer.fact.remarks[:1]),
        data_as_of(localizer, found.as_of),
    )
    headline = _headline(localizer, n, rows)
    return headline, subtitle, footnote, (subtitle, _statement(localizer, rows), footnote)


def _headline(localizer: Localizer, n: float, rows: Sequence[Row]) -> str:
    """The deepest branch that grew and holds half of what its parent has more; none: as usual."""
    usual = fsum(value for row in rows if row["level"] == "type" and isinstance(value := row["usual"], float))
    number = numbers.plain(localizer, exact(n), 0)
    grown = [row for row in rows if row["new"] == note("grew") and _holds(row, rows)]
    if n < LEAST or not grown:
        return (
            localizer(N_("Complaints as usual: {n}"), n=number) if usual else localizer(N_("Complaints: {n}"), n=number)
        )
    worst = max(grown, key=lambda row: (_depth(row), _n(row)))
    growth = worst["growth"]
    return localizer(
        N_("Complaints: {n}, {growth} to the usual;\n“{node}” {more}"),
        n=number,
        growth=signed(localizer, 100 * (n / usual - 1) if usual else 0.0),
        node=str(worst["node"]).split(" → ")[-1],
        more=signed(localizer, growth) if isinstance(growth, float) else "",
    )


def _holds(row: Row, rows: Sequence[Row]) -> bool:
    parent = " → ".join(str(row["node"]).split(" → ")[:-1])
    above = next((each for each in rows if str(each["node"]) == parent), None)
    own = row["excess"]
    if above is None or not isinstance(own, float) or not isinstance(above["excess"], float):
        return True
    return own >= above["excess"] / 2
