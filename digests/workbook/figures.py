"""The sheet of figures: one row each, as the digest lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digests.definition import DigestSpec
from digests.figures import Figure, line_title
from digests.wording import Words
from digests.workbook.sheets import UNITS, Cell, Column, Form, Sheet, amount, part, percent, said
from metrics.compute import Reckoner
from metrics.periods import to_local
from metrics.verdict import Verdict
from warehouse.messages import N_

_VERDICTS = {
    Verdict.MET: N_("Plan met"),
    Verdict.MISSED: N_("Plan missed"),
    Verdict.BEHIND: N_("Behind the pace"),
}


def sheet(reckoner: Reckoner, figures: Sequence[Figure], words: Words, digest: DigestSpec | None) -> Sheet:
    places = _places(digest, words) if digest else None
    verdict = words(N_("Verdict"))
    columns: tuple[Column, ...] = (
        Column(words(N_("Figure")), wrap=40),
        Column(words(N_("Fact")), judged=True),
        Column(words(N_("Plan to date"))),
        Column(words(N_("Plan of the whole span"))),
        Column(words(N_("Execution")), judged=True),
        Column(words(N_("Pace"))),
        Column(verdict, judged=True),
        Column(words(N_("Numerator"))),
        Column(words(N_("Denominator"))),
        Column(words(N_("Unit"))),
        Column(words(N_("Remarks")), wrap=40),
        Column(words(N_("As printed")), wrap=44, aside=True),
        Column(words(N_("Fact from")), aside=True),
        Column(words(N_("Fact to")), aside=True),
        Column(words(N_("As of")), aside=True),
        Column(words(N_("Line")), aside=True),
        Column(words(N_("Figure's key")), aside=True),
        Column(words(N_("Metric's key")), aside=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(_row(reckoner, figure, words) for figure in figures)
    if places is not None:
        columns = (Column(words(N_("Section")), wrap=18), Column(words(N_("Group")), wrap=18), *columns)
        rows = tuple((*places.get(figure.spec.key, _NOWHERE), *row) for figure, row in zip(figures, rows, strict=True))
    return Sheet(words(N_("Figures")), "Figures", columns, rows, 1 if places is None else 3, verdict)


def marks(words: Words) -> dict[Verdict, str]:
    """The words of the column of verdicts, by which its rows are marked."""
    return {verdict: words(text) for verdict, text in _VERDICTS.items()}


def _row(reckoner: Reckoner, figure: Figure, words: Words) -> tuple[Cell, ...]:
    answer, fact, metric = figure.answer, figure.answer.fact, figure.answer.metric
    as_of = to_local(answer.as_of, answer.period.timezone) if answer.as_of else None
    judged = _VERDICTS.get(answer.verdict)
    return (
        Cell(figure.label, Form.PART if figure.spec.part_of else Form.TEXT),
        amount(metric, fact.value),
        amount(metric, answer.planned.to_date),
        amount(metric, answer.planned.full),
        percent(answer.execution),
        percent(answer.pace),
        Cell(words(judged) if judged else None),
        part(metric, fact.numerator),
        part(metric, fact.denominator),
        Cell(words(UNITS[metric.unit])),
        Cell(said(words, (fact.missing, answer.planned.remark, *fact.remarks, *fact.asides))),
        Cell(figure.text),
        Cell(answer.period.first_day, Form.DAY),
        Cell(answer.period.last_day, Form.DAY),
        Cell(as_of, Form.MOMENT),
        Cell(line_title(reckoner, figure.spec.line) if figure.spec.line else None),
        Cell(figure.spec.key),
        Cell(metric.key),
    )


_NOWHERE = (Cell(None), Cell(None))


def _places(digest: DigestSpec, words: Words) -> Mapping[str, tuple[Cell, Cell]]:
    """The section and the group of each figure of a digest."""
    return {
        figure.key: (Cell(words(section.title)), Cell(words(group.title) if group.title else None))
        for section in digest.sections
        for group in section.groups
        for figure in group.figures
    }
