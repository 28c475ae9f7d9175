"""Tables of two dimensions as pictures: lines by metrics, parts of a period by metrics, weekdays by hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charts.forms.matrix import Matrix, MatrixCell, MatrixRow
from charts.model import Amount
from digests.document import Picture
from digests.localizer import Localizer
from digests.numbers import capital
from digests.pictures import wording
from digests.pictures.setting import render
from digests.pictures.timeline import MARKS
from digests.pictures.wording import chart_labels, sentences, titles
from metrics.answers import Answer, BreakdownPart, Verdict
from metrics.model import Metric
from warehouse.messages import N_

KEY = "grid"


@dataclass(frozen=True)
class GridHeading:
    """What stands over the picture, finished."""

    finding: str
    subtitle: str
    footnote: str


@dataclass(frozen=True)
class GridCell:
    """A figure of the grid, with the verdict that counts for it; of a month's plan, how much of it is reached."""

    answer: Answer
    verdict: Verdict
    pace: str = ""
    moved: str = ""
    """How far it is from another moment's, where it is compared with that."""


def of_lines(
    localizer: Localizer,
    heading: GridHeading,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[GridCell | None]]],
) -> Picture | None:
    """Return lines by metrics; None if nothing has data."""
    shown = tuple(MatrixRow(name, tuple(_cell(localizer, cell) for cell in cells)) for name, cells in rows)
    captions = titles(heading.finding, heading.subtitle, heading.footnote, ())
    return render(localizer, KEY, Matrix(captions, chart_labels(localizer), tuple(columns), shown, shaded=False))


def of_parts(
    localizer: Localizer,
    heading: GridHeading,
    parts: Sequence[str],
    rows: Sequence[tuple[str, Metric, Sequence[BreakdownPart | None]]],
) -> Picture | None:
    """Return metrics by the parts of a period, each shaded on its own scale."""
    shown = tuple(
        MatrixRow(name, tuple(_part(localizer, metric, point) for point in points)) for name, metric, points in rows
    )
    captions = titles(heading.finding, heading.subtitle, heading.footnote, ())
    form = Matrix(captions, chart_labels(localizer), tuple(parts), shown, by_row=True, volume=False)
    return render(localizer, KEY, form)


def _cell(localizer: Localizer, cell: GridCell | None) -> MatrixCell:
    if cell is None or cell.answer.fact.value is None:
        return MatrixCell(None, blank=cell is None)
    text = wording.fact(localizer, cell.answer)
    return MatrixCell(Amount(cell.answer.fact.value, text), MARKS[cell.verdict], _note(localizer, cell))


def _note(localizer: Localizer, cell: GridCell) -> str:
    """What stands under a figure: few cases, or the plan that it does not come to."""
    answer = cell.answer
    if cell.moved:
        return cell.moved
    if answer.few:
        return localizer(N_("of {n}"), n=int(answer.fact.denominator or 0))
    if cell.verdict not in (Verdict.MISSED, Verdict.BEHIND):
        return ""
    if cell.pace:
        return localizer(N_("month: {pace}"), pace=cell.pace)
    due = answer.planned.to_date
    return "" if due is None else wording.bounded(localizer, answer.metric, due)


def _part(localizer: Localizer, metric: Metric, point: BreakdownPart | None) -> MatrixCell:
    if point is None or point.fact.value is None:
        return MatrixCell(None, blank=point is None)
    text = wording.series(localizer, metric, [point.fact.value])(point.fact.value)
    verdict = Verdict.NONE if metric.spread else point.judged(metric.better)
    return MatrixCell(Amount(point.fact.value, text), MARKS[verdict])


HEATMAP = "heatmap"


def heatmap(localizer: Localizer, answer: Answer, name: str, finding: str) -> Picture | None:
    """Return days of the week by the hours from the first to the last in which there is anything; None without any."""
    found = {point.values: point for point in answer.points}
    used = [hour for (_, hour), point in found.items() if point.fact.value or point.fact.denominator]
    if not used:
        return None
    hours = [f"{hour:02}:00" for hour in range(24)]
    hours = hours[hours.index(str(min(used, key=str))) : hours.index(str(max(used, key=str))) + 1]
    days = localizer.locale.days["stand-alone"]["abbreviated"]
    of_metric = [point.fact.value for point in found.values() if point.fact.value is not None]
    said = wording.series(localizer, answer.metric, of_metric)
    rows = []
    for weekday in sorted({str(weekday) for weekday, _ in found}):
        cells = []
        for hour in hours:
            point = found.get((weekday, hour))
            value = point.fact.value if point else 0.0 if answer.metric.spread else None
            few = localizer(N_("of {n}"), n=int(point.fact.denominator or 0)) if point and point.few else ""
            cells.append(MatrixCell(None if value is None else Amount(value, said(value)), note=few))
        rows.append(MatrixRow(str(days[int(weekday)]), tuple(cells)))
    subtitle = localizer(N_("{name}, by day of the week and hour, {dates}"), name=name, dates=answer.period)
    of_mean = N_("The mean of days that are over") if answer.metric.spread else N_("All such hours together")
    footnote = sentences(localizer(of_mean), wording.data_as_of(localizer, answer.as_of))
    headline = capital(finding) or name
    columns = tuple(str(int(hour[:2])) for hour in hours)
    captions = titles(headline, subtitle, footnote, ())
    form = Matrix(captions, chart_labels(localizer), columns, tuple(rows), volume=answer.metric.spread)
    return render(localizer, HEATMAP, form)
