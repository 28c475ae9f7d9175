"""What is kept of a report that is posted, to see later whether late records changed what was printed.

Kept figures are compared and shown as proof of what was posted; nothing is ever computed from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from digests.components import Components
from digests.localizer import Localizer
from digests.model import ReportSpec
from metrics.answers import Verdict
from metrics.periods import Period, calendar_key
from warehouse.messages import N_

if TYPE_CHECKING:
    from digests.figures import Figure
    from digests.result import AnalysisResult, Key, ReportResult, Session, TableResult


@dataclass(frozen=True)
class PostedFigure:
    """A figure as it was printed, and what it was printed from; percentages are 0-100."""

    key: str
    label: str
    text: str
    """Fact, plan and execution, as printed after the label."""
    fact: str
    """The fact alone; empty where it is not printed."""
    verdict: Verdict
    value: float | None
    numerator: float | None
    denominator: float | None
    plan: float | None
    as_of: datetime | None
    """UTC."""


@dataclass(frozen=True)
class PrintedChange:
    """What was printed of a figure, and what is printed now."""

    key: str
    label: str
    was: str
    now: str


@dataclass(frozen=True)
class PastCorrection:
    """A correction that was made: its local day, and what it changed."""

    day: date
    changes: tuple[PrintedChange, ...]


@dataclass(frozen=True)
class PostedReport:
    """A digest as it stands in chats, beside its document."""

    spec: ReportSpec
    figures: tuple[PostedFigure, ...]
    columns: tuple[int, int]
    """Where its columns begin and end among the document's blocks."""
    gaps: tuple[str, ...] = ()
    """What it says is missing in it."""
    late_since: datetime | None = None
    """When it was due, if it says that it is late."""
    marks: tuple[PastCorrection, ...] = ()
    components: Components | None = None
    """What a reader of its page narrows its figures by, where it has a page."""
    names: bool = True
    """Whether its chats see people by their names."""


def printed_figures(session: Session, result: ReportResult) -> tuple[PostedFigure, ...]:
    """Return a report's figures and the cells of its tables as they are printed now; nothing of what is to come."""
    if result.spec.ahead:
        return ()
    tables = (cell for table in result.tables for cell in _cells(session, table))
    analyses = (cell for analysis in result.analyses for cell in _concluded(session, analysis))
    return (*_printed(result.figures), *tables, *analyses)


def _concluded(session: Session, analysis: AnalysisResult) -> Iterator[PostedFigure]:
    """The numbers of an analysis by what their rows are of, which its first column says."""
    findings, title = analysis.findings, session.localizer(analysis.spec.title)
    for row, texts in zip(findings.rows, analysis.text, strict=True):
        for column, value, text in list(zip(findings.columns, row, texts, strict=True))[1:]:
            number = value if isinstance(value, float | int) else None
            of = calendar_key(row[0]) if isinstance(row[0], Period) else row[0]
            key = f"{analysis.spec.key}:{of}:{column.key}"
            label = f"{title}, {texts[0]}, {session.localizer(column.title)}"
            yield PostedFigure(key, label, text, text, Verdict.NONE, number, number, None, None, analysis.as_of)


def _cells(session: Session, table: TableResult) -> Iterator[PostedFigure]:
    for row in table.every_row:
        if row.key is None:
            continue  # which rows are the rest changes with the others
        for column, of, cell in zip(table.columns, table.keys, row.cells, strict=True):
            if of is None:
                continue
            key = f"{table.spec.key}:{_named(row.key)}:{_named(of)}:{cell.metric.key}"
            label = f"{session.localizer(table.spec.title)}, {row.label}, {column}"
            fact = cell.fact
            yield PostedFigure(
                key,
                label,
                cell.text,
                cell.text,
                Verdict.NONE,
                fact.value,
                fact.numerator,
                fact.denominator,
                None,
                table.as_of,
            )


def _named(key: Key) -> str:
    return "/".join("" if part is None else str(part) for part in key)


def _printed(figures: Sequence[Figure]) -> tuple[PostedFigure, ...]:
    labels = {figure.spec.key: figure.label for figure in figures}
    return tuple(
        PostedFigure(
            figure.spec.key,
            # «Inhouse» alone, as it stands under the figure that it is a part of, says too little.
            ", ".join(filter(None, (labels.get(figure.spec.part_of or ""), figure.label))),
            figure.text,
            figure.fact,
            figure.answer.verdict,
            figure.answer.fact.value,
            figure.answer.fact.numerator,
            figure.answer.fact.denominator,
            figure.answer.plan,
            figure.answer.as_of,
        )
        for figure in figures
    )


def changes(
    before: Sequence[PostedFigure], after: Sequence[PostedFigure], localizer: Localizer
) -> tuple[PrintedChange, ...]:
    """Figures whose printed text or verdict is another now, in their order."""
    now = {figure.key: figure for figure in after}
    return tuple(
        PrintedChange(was.key, was.label, *_texts(was, now[was.key], localizer))
        for was in before
        if was.key in now and (was.text, was.verdict) != (now[was.key].text, now[was.key].verdict)
    )


def lost_figures(before: Sequence[PostedFigure], after: Sequence[PostedFigure]) -> list[str]:
    """The labels of figures that had data, or a plan, and have none now."""
    now = {figure.key: figure for figure in after}

    def is_gone(was: PostedFigure) -> bool:
        found = now.get(was.key)
        return (was.value is not None and (found is None or found.value is None)) or (
            was.plan is not None and (found is None or found.plan is None)
        )

    return [was.label for was in before if is_gone(was)]


def change_text(change: PrintedChange) -> str:
    """«Service level, Inhouse: 84% → 83%»."""
    return f"{change.label}: {change.was} → {change.now}"


def mark_text(mark: PastCorrection, localizer: Localizer) -> str:
    """«Исправлено 18 июня: Service level, Inhouse 84% → 83%»."""
    told = "; ".join(f"{change.label} {change.was} → {change.now}" for change in mark.changes)
    return localizer(N_("Corrected on {day}: {changes}"), day=mark.day, changes=told)


def _texts(was: PostedFigure, now: PostedFigure, localizer: Localizer) -> Iterator[str]:
    """Both texts: facts alone where the rest is the same, with their verdicts where those alone are others."""
    if was.text == now.text:
        return iter([f"{each.text} ({localizer(_VERDICTS[each.verdict])})" for each in (was, now)])
    rest = [each.text.removeprefix(each.fact) if each.fact else each.text for each in (was, now)]
    if was.fact and now.fact and rest[0] == rest[1]:
        return iter((was.fact, now.fact))
    return iter((was.text, now.text))


_VERDICTS = {
    Verdict.MET: N_("the plan is met"),
    Verdict.MISSED: N_("the plan is missed"),
    Verdict.BEHIND: N_("behind the pace"),
    Verdict.NONE: N_("without a verdict"),
}
