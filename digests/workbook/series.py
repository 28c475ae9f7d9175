"""The sheet of a breakdown: one row per figure and part, made for pivot tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.figures import Figure, line_title, part_name
from digests.wording import Words
from digests.workbook.sheets import UNITS, Cell, Column, Form, Sheet, amount, part, said
from metrics.compute import Reckoner
from metrics.periods import to_local
from metrics.why import BY
from warehouse.messages import N_, note


def sheet(reckoner: Reckoner, figures: Sequence[Figure], words: Words) -> Sheet:
    """All parts of all figures; the figures are asked with one breakdown."""
    by = figures[0].answer.question.by or ""
    columns = (
        Column(words(N_("Figure"))),
        Column(words(N_("Line"))),
        Column(words(N_("Part"))),
        Column(words(N_("Begins"))),
        Column(words(N_("Fact"))),
        Column(words(N_("Plan to date"))),
        Column(words(N_("Numerator"))),
        Column(words(N_("Denominator"))),
        Column(words(N_("Unit"))),
        Column(words(N_("Remarks")), wrap=60),
        Column(words(N_("Metric's key")), aside=True),
        Column(words(N_("Line's key")), aside=True),
    )
    rows = tuple(row for figure in figures for row in _rows(reckoner, figure, words))
    name = words.say(BY.get(by) or note("by {name}", name=by))
    return Sheet(name[:1].upper() + name[1:], "Parts", columns, rows, frozen=3)


def _rows(reckoner: Reckoner, figure: Figure, words: Words) -> Iterator[tuple[Cell, ...]]:
    answer, metric, line = figure.answer, figure.answer.metric, figure.spec.line
    for point in answer.points:
        yield (
            Cell(figure.label),
            Cell(line_title(reckoner, line) if line else None),
            Cell(part_name(answer, point.start, point.segment, words)),
            Cell(to_local(point.start, answer.period.timezone) if point.start else None, Form.MOMENT),
            amount(metric, point.fact.value),
            amount(metric, point.plan),
            part(metric, point.fact.numerator),
            part(metric, point.fact.denominator),
            Cell(words(UNITS[metric.unit])),
            Cell(said(words, (point.fact.missing, *point.fact.remarks, *point.fact.asides))),
            Cell(metric.key),
            Cell(line),
        )
