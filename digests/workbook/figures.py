"""The sheet of figures: one row each, as the digest lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digests.figures import Figure, line_title
from digests.localizer import Localizer
from digests.model import ReportSpec
from digests.workbook.sheets import Form, Sheet, SheetCell, SheetColumn, amount, part, percent, said
from metrics.answers import Verdict
from metrics.calculator import Calculator
from metrics.periods import to_local
from warehouse.messages import N_

_VERDICTS = {
    Verdict.MET: N_("Plan met"),
    Verdict.MISSED: N_("Plan missed"),
    Verdict.BEHIND: N_("Behind the pace"),
}


def sheet(calculator: Calculator, figures: Sequence[Figure], localizer: Localizer, digest: ReportSpec | None) -> Sheet:
    places = _places(digest, localizer) if digest else None
    verdict = localizer(N_("Verdict"))
    columns: tuple[SheetColumn, ...] = (
        SheetColumn(localizer(N_("Figure")), wrap=40),
        SheetColumn(localizer(N_("Fact")), judged=True),
        SheetColumn(localizer(N_("Plan to date"))),
        SheetColumn(localizer(N_("Plan of the whole span"))),
        SheetColumn(localizer(N_("Execution")), judged=True),
        SheetColumn(localizer(N_("Pace"))),
        SheetColumn(verdict, judged=True),
        SheetColumn(localizer(N_("Numerator"))),
        SheetColumn(localizer(N_("Denominator"))),
        SheetColumn(localizer(N_("Unit"))),
        SheetColumn(localizer(N_("Remarks")), wrap=40),
        SheetColumn(localizer(N_("As printed")), wrap=44, aside=True),
        SheetColumn(localizer(N_("Fact from")), aside=True),
        SheetColumn(localizer(N_("Fact to")), aside=True),
        SheetColumn(localizer(N_("As of")), aside=True),
        SheetColumn(localizer(N_("Line")), aside=True),
        SheetColumn(localizer(N_("Figure's key")), aside=True),
        SheetColumn(localizer(N_("Metric's key")), aside=True),
    )
    rows: tuple[tuple[SheetCell, ...], ...] = tuple(_row(calculator, figure, localizer) for figure in figures)
    if places is not None:
        columns = (
            SheetColumn(localizer(N_("Section")), wrap=18),
            SheetColumn(localizer(N_("Group")), wrap=18),
            *columns,
        )
        rows = tuple((*places.get(figure.spec.key, _NOWHERE), *row) for figure, row in zip(figures, rows, strict=True))
    return Sheet(localizer(N_("Figures")), "Figures", columns, rows, 1 if places is None else 3, verdict)


def marks(localizer: Localizer) -> dict[Verdict, str]:
    """The words of the column of verdicts, by which its rows are marked."""
    return {verdict: localizer(text) for verdict, text in _VERDICTS.items()}


def _row(calculator: Calculator, figure: Figure, localizer: Localizer) -> tuple[SheetCell, ...]:
    answer, fact, metric = figure.answer, figure.answer.fact, figure.answer.metric
    as_of = to_local(answer.as_of, answer.period.timezone) if answer.as_of else None
    judged = _VERDICTS.get(answer.verdict)
    return (
        SheetCell(figure.label, Form.PART if figure.spec.part_of else Form.TEXT),
        amount(metric, fact.value),
        amount(metric, answer.planned.to_date),
        amount(metric, answer.planned.full),
        percent(answer.execution),
        percent(answer.pace),
        SheetCell(localizer(judged) if judged else None),
        part(metric, fact.numerator),
        part(metric, fact.denominator),
        SheetCell(localizer(metric.unit.words.name)),
        SheetCell(said(localizer, (fact.missing, answer.planned.remark, *fact.remarks, *fact.asides))),
        SheetCell(figure.text),
        SheetCell(answer.period.first_day, Form.DAY),
        SheetCell(answer.period.last_day, Form.DAY),
        SheetCell(as_of, Form.MOMENT),
        SheetCell(line_title(calculator, figure.spec.line) if figure.spec.line else None),
        SheetCell(figure.spec.key),
        SheetCell(metric.key),
    )


_NOWHERE = (SheetCell(None), SheetCell(None))


def _places(digest: ReportSpec, localizer: Localizer) -> Mapping[str, tuple[SheetCell, SheetCell]]:
    """The section and the group of each figure of a digest."""
    return {
        figure.key: (SheetCell(localizer(section.title)), SheetCell(localizer(group.title) if group.title else None))
        for section in digest.sections
        for group in section.groups
        for figure in group.figures
    }
