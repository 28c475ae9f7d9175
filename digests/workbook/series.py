"""The sheet of a breakdown: one row per figure and part, made for pivot tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.figures import Figure, line_title, part_name
from digests.localizer import Localizer
from digests.workbook.sheets import UNITS, Cell, Column, Form, Sheet, amount, part, said
from metrics.calculator import Calculator
from metrics.dimensions import by_said
from metrics.periods import to_local
from warehouse.messages import N_


def sheet(calculator: Calculator, figures: Sequence[Figure], localizer: Localizer) -> Sheet:
    """All parts of all figures; the figures are asked with one breakdown."""
    by = figures[0].answer.question.part or ""
    columns = (
        Column(localizer(N_("Figure"))),
        Column(localizer(N_("Line"))),
        Column(localizer(N_("Part"))),
        Column(localizer(N_("Begins"))),
        Column(localizer(N_("Fact"))),
        Column(localizer(N_("Plan to date"))),
        Column(localizer(N_("Numerator"))),
        Column(localizer(N_("Denominator"))),
        Column(localizer(N_("Unit"))),
        Column(localizer(N_("Remarks")), wrap=60),
        Column(localizer(N_("Metric's key")), aside=True),
        Column(localizer(N_("Line's key")), aside=True),
    )
    rows = tuple(row for figure in figures for row in _rows(calculator, figure, localizer))
    name = localizer.say(by_said(by))
    return Sheet(name[:1].upper() + name[1:], "Parts", columns, rows, frozen=3)


def _rows(calculator: Calculator, figure: Figure, localizer: Localizer) -> Iterator[tuple[Cell, ...]]:
    answer, metric, line = figure.answer, figure.answer.metric, figure.spec.line
    for point in answer.points:
        yield (
            Cell(figure.label),
            Cell(line_title(calculator, line) if line else None),
            Cell(part_name(answer, point.start, point.segment, localizer)),
            Cell(to_local(point.start, answer.period.timezone) if point.start else None, Form.MOMENT),
            amount(metric, point.fact.value),
            amount(metric, point.plan),
            part(metric, point.fact.numerator),
            part(metric, point.fact.denominator),
            Cell(localizer(UNITS[metric.unit])),
            Cell(said(localizer, (point.fact.missing, *point.fact.remarks, *point.fact.asides))),
            Cell(metric.key),
            Cell(line),
        )
