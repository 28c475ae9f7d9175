"""Sheets made for pivot tables: one row per figure and day, or per figure and part of a breakdown.

A day that is not known is there with an empty fact and the reason; a zero is a counted zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from digests.figures import Figure, line_title, part_name
from digests.localizer import Localizer
from digests.numbers import capital
from digests.workbook.sheets import CellForm, Sheet, SheetCell, SheetColumn, amount, part, said
from metrics.answers import Answer, BreakdownPart, ask
from metrics.calculator import Calculator
from metrics.dimensions import by_said
from metrics.facts import Fact
from metrics.periods import midnight, to_local
from metrics.plans.plans import Plans
from warehouse.messages import N_, Message, note

_UNKNOWN = Fact(None, None, None)


def sheet(calculator: Calculator, plans: Plans, figures: Sequence[Figure], localizer: Localizer) -> Sheet:
    """All days of all figures, asked for together."""
    columns = (
        SheetColumn(localizer(N_("Date"))),
        SheetColumn(localizer(N_("Figure"))),
        SheetColumn(localizer(N_("Line"))),
        SheetColumn(localizer(N_("Actual"))),
        SheetColumn(localizer(N_("Plan to date"))),
        SheetColumn(localizer(N_("Plan of the whole day"))),
        SheetColumn(localizer(N_("Numerator"))),
        SheetColumn(localizer(N_("Denominator"))),
        SheetColumn(localizer(N_("Unit"))),
        SheetColumn(localizer(N_("Remarks")), wrap=60),
        SheetColumn(localizer(N_("Metric")), aside=True),
        SheetColumn(localizer(N_("Figure's key")), aside=True),
        SheetColumn(localizer(N_("Metric's key")), aside=True),
        SheetColumn(localizer(N_("Line's key")), aside=True),
    )
    answers = ask(calculator, plans, [replace(figure.answer.question, by=("day",)) for figure in figures])
    labels = _labels(figures)
    rows = tuple(
        row
        for figure, answer in zip(figures, answers, strict=True)
        for row in _rows(calculator, plans, figure, answer, labels[figure.spec.key], localizer)
    )
    return Sheet(localizer(N_("By day")), "Daily", columns, rows, frozen=2)


def _rows(
    calculator: Calculator, plans: Plans, figure: Figure, answer: Answer, label: str, localizer: Localizer
) -> Iterator[tuple[SheetCell, ...]]:
    zone, metric, spec = answer.period.timezone, answer.metric, figure.spec
    points = {to_local(point.start, zone).date(): point for point in answer.points if point.start}
    begins = calculator.coverage.first_event(metric)
    line = line_title(calculator, spec.line) if spec.line else None
    for day in answer.period.days:
        point, after = points.get(day), midnight(day + timedelta(days=1), zone)
        unknown = begins is not None and begins >= after
        fact = _UNKNOWN if point is None or unknown else point.fact
        reason = note("no data: the records begin on {moment}", moment=begins) if unknown else _reason(answer, point)
        over = answer.as_of is not None and answer.as_of >= after
        yield (
            SheetCell(day, CellForm.DAY),
            SheetCell(label),
            SheetCell(line),
            amount(metric, fact.value),
            amount(metric, point.plan if point else None),
            amount(metric, point.plan if point and over else _whole(plans, answer, day)),
            part(metric, fact.numerator),
            part(metric, fact.denominator),
            SheetCell(localizer(metric.unit.words.name)),
            SheetCell(said(localizer, (reason, *fact.remarks, *fact.asides))),
            SheetCell(localizer(metric.title)),
            SheetCell(spec.key),
            SheetCell(metric.key),
            SheetCell(spec.line),
        )


def _reason(answer: Answer, point: BreakdownPart | None) -> Message | None:
    """Why a day has no fact, or only a part of one."""
    if point is None:
        return answer.fact.missing or note("no data: the records end on {moment}", moment=answer.as_of)
    if point.fact.missing:
        return point.fact.missing
    local = answer.period.timezone
    day = to_local(point.start, local).date() if point.start else None
    if answer.as_of and day and answer.as_of < min(midnight(day + timedelta(days=1), local), answer.period.end):
        return note("the day is not over: as of {moment}", moment=answer.as_of)
    return None


def _whole(plans: Plans, answer: Answer, day: date) -> float | None:
    """The plan of a day that is not over; part of a line, filtered, has none."""
    return None if answer.question.filters else plans.on_day(answer.metric, answer.question.line, day)


def _labels(figures: Sequence[Figure]) -> dict[str, str]:
    """Labels that stand alone: a part is named with what it is a part of."""
    own = {figure.spec.key: figure.label for figure in figures}
    return {
        figure.spec.key: f"{own[figure.spec.part_of]}: {figure.label}" if figure.spec.part_of in own else figure.label
        for figure in figures
    }


def parts_sheet(calculator: Calculator, figures: Sequence[Figure], localizer: Localizer) -> Sheet:
    """All parts of all figures; the figures are asked with one breakdown."""
    by = figures[0].answer.question.part or ""
    columns = (
        SheetColumn(localizer(N_("Figure"))),
        SheetColumn(localizer(N_("Line"))),
        SheetColumn(localizer(N_("Part"))),
        SheetColumn(localizer(N_("Begins"))),
        SheetColumn(localizer(N_("Actual"))),
        SheetColumn(localizer(N_("Plan to date"))),
        SheetColumn(localizer(N_("Numerator"))),
        SheetColumn(localizer(N_("Denominator"))),
        SheetColumn(localizer(N_("Unit"))),
        SheetColumn(localizer(N_("Remarks")), wrap=60),
        SheetColumn(localizer(N_("Metric's key")), aside=True),
        SheetColumn(localizer(N_("Line's key")), aside=True),
    )
    rows = tuple(row for figure in figures for row in _part_rows(calculator, figure, localizer))
    name = localizer.say(by_said(by))
    return Sheet(capital(name), "Parts", columns, rows, frozen=3)


def _part_rows(calculator: Calculator, figure: Figure, localizer: Localizer) -> Iterator[tuple[SheetCell, ...]]:
    answer, metric, line = figure.answer, figure.answer.metric, figure.spec.line
    for point in answer.points:
        yield (
            SheetCell(figure.label),
            SheetCell(line_title(calculator, line) if line else None),
            SheetCell(part_name(answer, point.start, point.segment, localizer)),
            SheetCell(to_local(point.start, answer.period.timezone) if point.start else None, CellForm.MOMENT),
            amount(metric, point.fact.value),
            amount(metric, point.plan),
            part(metric, point.fact.numerator),
            part(metric, point.fact.denominator),
            SheetCell(localizer(metric.unit.words.name)),
            SheetCell(said(localizer, (point.fact.missing, *point.fact.remarks, *point.fact.asides))),
            SheetCell(metric.key),
            SheetCell(line),
        )
