"""The sheet of a breakdown: one row per figure and part, made for pivot tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.figures import Figure, line_title, part_name
from digests.localizer import Localizer
from digests.workbook.sheets import Form, Sheet, SheetCell, SheetColumn, amount, part, said
from metrics.calculator import Calculator
from metrics.dimensions import by_said
from metrics.periods import to_local
from warehouse.messages import N_


def sheet(calculator: Calculator, figures: Sequence[Figure], localizer: Localizer) -> Sheet:
    """All parts of all figures; the figures are asked with one breakdown."""
    by = figures[0].answer.question.part or ""
    columns = (
        SheetColumn(localizer(N_("Figure"))),
        SheetColumn(localizer(N_("Line"))),
        SheetColumn(localizer(N_("Part"))),
        SheetColumn(localizer(N_("Begins"))),
        SheetColumn(localizer(N_("Fact"))),
        SheetColumn(localizer(N_("Plan to date"))),
        SheetColumn(localizer(N_("Numerator"))),
        SheetColumn(localizer(N_("Denominator"))),
        SheetColumn(localizer(N_("Unit"))),
        SheetColumn(localizer(N_("Remarks")), wrap=60),
        SheetColumn(localizer(N_("Metric's key")), aside=True),
        SheetColumn(localizer(N_("Line's key")), aside=True),
    )
    rows = tuple(row for figure in figures for row in _rows(calculator, figure, localizer))
    name = localizer.say(by_said(by))
    return Sheet(name[:1].upper() + name[1:], "Parts", columns, rows, frozen=3)


def _rows(calculator: Calculator, figure: Figure, localizer: Localizer) -> Iterator[tuple[SheetCell, ...]]:
    answer, metric, line = figure.answer, figure.answer.metric, figure.spec.line
    for point in answer.points:
        yield (
            SheetCell(figure.label),
            SheetCell(line_title(calculator, line) if line else None),
            SheetCell(part_name(answer, point.start, point.segment, localizer)),
            SheetCell(to_local(point.start, answer.period.timezone) if point.start else None, Form.MOMENT),
            amount(metric, point.fact.value),
            amount(metric, point.plan),
            part(metric, point.fact.numerator),
            part(metric, point.fact.denominator),
            SheetCell(localizer(metric.unit.words.name)),
            SheetCell(said(localizer, (point.fact.missing, *point.fact.remarks, *point.fact.asides))),
            SheetCell(metric.key),
            SheetCell(line),
        )
