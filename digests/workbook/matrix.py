"""Figures by days, each cell judged by its own plan, with a chart under it; and hours by days of the week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from digests.figures import Figure
from digests.localizer import Localizer
from digests.workbook.sheets import CellForm, LineChart, Sheet, SheetCell, SheetColumn, amount
from metrics.answers import Answer, Verdict, ask
from metrics.calculator import Calculator
from metrics.model import Unit
from metrics.periods import to_local
from metrics.plans.plans import Plans
from warehouse.messages import N_

_CHARTS = 4
_MONDAY = date(2024, 1, 1)
_HOURS, _DAYS = 24, 7
_VOLUMES = 4
"""Of so many volumes, the largest, the hours are shown."""


def days(calculator: Calculator, plans: Plans, figures: Sequence[Figure], localizer: Localizer) -> Sheet:
    """A row of each figure, a column of each day; under a figure with a plan the plan's row."""
    answers = ask(calculator, plans, [replace(figure.answer.question, by=("day",)) for figure in figures])
    period = figures[0].answer.period
    every = sorted({day for figure in figures for day in figure.answer.period.days})
    columns = (
        SheetColumn(localizer(N_("Figure")), wrap=44),
        *(SheetColumn(f"{day.day} {localizer.weekday(day)}", narrow=True) for day in every),
    )
    rows: list[tuple[SheetCell, ...]] = []
    charts: list[LineChart] = []
    for figure, answer in zip(figures, answers, strict=True):
        points = {to_local(point.start, period.timezone).date(): point for point in answer.points if point.start}
        shown = [points.get(day) for day in every]
        facts = [
            replace(amount(answer.metric, point.fact.value), verdict=point.judged(answer.metric.better))
            if point
            else SheetCell(None)
            for point in shown
        ]
        rows.append((SheetCell(figure.label, CellForm.PART if figure.spec.part_of else CellForm.TEXT), *facts))
        planned = any(point and point.plan is not None for point in shown)
        if planned:
            plan = [amount(answer.metric, point.plan) if point else SheetCell(None) for point in shown]
            rows.append((SheetCell(localizer(N_("plan")), CellForm.PART), *plan))
        if figure.answer.verdict in (Verdict.MISSED, Verdict.BEHIND) and len(charts) < _CHARTS:
            charts.append(LineChart(figure.label, len(rows) - 1 - planned, len(rows) - 1 if planned else None))
    return Sheet(localizer(N_("Figures by day")), None, columns, tuple(rows), charts=tuple(charts))


def hours(calculator: Calculator, plans: Plans, figures: Sequence[Figure], localizer: Localizer) -> Iterator[Sheet]:
    """A sheet of the hours of each day of the week, of the largest volumes; of a period of at least a week."""
    volumes = [figure for figure in figures if _is_volume(calculator, figure)]
    volumes.sort(key=lambda figure: figure.answer.fact.value or 0.0, reverse=True)
    chosen = [figure for figure in volumes if len(figure.answer.period.days) >= _DAYS][:_VOLUMES]
    asked = [replace(figure.answer.question, by=("hour",), planned=False) for figure in chosen]
    answers = ask(calculator, plans, asked)
    if not answers:
        return
    columns = (
        SheetColumn(localizer(N_("Day of the week")), wrap=30),
        *(SheetColumn(f"{hour:02}", narrow=True) for hour in range(_HOURS)),
    )
    rows: list[tuple[SheetCell, ...]] = []
    blocks: list[tuple[int, int]] = []
    for figure, answer in zip(chosen, answers, strict=True):
        rows.append((SheetCell(figure.label), *(SheetCell(None) for _ in range(_HOURS))))
        first = len(rows)
        rows += _week(answer, localizer)
        blocks.append((first, len(rows) - 1))
    title = localizer(N_("Hours and days, per day"))
    yield Sheet(title, None, columns, tuple(rows), heat=tuple(blocks))


def _is_volume(calculator: Calculator, figure: Figure) -> bool:
    metric = figure.answer.metric
    return (
        metric.unit is Unit.COUNT
        and figure.spec.part_of is None
        and bool(figure.answer.fact.value)
        and calculator.catalogue.of_events(metric)
    )


def _week(answer: Answer, localizer: Localizer) -> Iterator[tuple[SheetCell, ...]]:
    """The mean of each hour over the days of one weekday that are known to their end."""
    zone = answer.period.timezone
    over = [day for day in answer.period.days if answer.as_of and to_local(answer.as_of, zone).date() > day]
    sums: dict[tuple[int, int], float] = {}
    for point in answer.points:
        if point.start is None or point.fact.value is None:
            continue
        local = to_local(point.start, zone)
        if local.date() in over:
            key = local.weekday(), local.hour
            sums[key] = sums.get(key, 0.0) + point.fact.value
    for weekday in range(_DAYS):
        count = sum(day.weekday() == weekday for day in over)
        name = localizer.weekday(_MONDAY + timedelta(days=weekday))
        cells = (
            SheetCell(sums.get((weekday, hour), 0.0) / count if count else None, CellForm.TENTHS)
            for hour in range(_HOURS)
        )
        yield (SheetCell(name, CellForm.PART), *cells)
