"""The sheet of figures: one row each, as the digest lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digests.figures import Figure, line_title
from digests.history import FigureHistory
from digests.localizer import Localizer
from digests.model import ReportSpec
from digests.workbook.sheets import CellForm, Sheet, SheetCell, SheetColumn, Sparkline, amount, part, percent, said
from metrics.answers import Answer, Verdict
from metrics.calculator import Calculator
from metrics.model import Better
from metrics.periods import to_local
from warehouse.messages import N_

_VERDICTS = {
    Verdict.MET: N_("Plan met"),
    Verdict.MISSED: N_("Plan missed"),
    Verdict.BEHIND: N_("Behind the pace"),
}


_FACT, _TO_DATE, _WHOLE = N_("Actual"), N_("Plan to date"), N_("Plan of the whole span")


def sheet(
    calculator: Calculator,
    figures: Sequence[Figure],
    localizer: Localizer,
    digest: ReportSpec | None,
    history: Mapping[str, FigureHistory] | None = None,
) -> Sheet:
    places = _places(digest, localizer) if digest else None
    verdict = localizer(N_("Verdict"))
    past = _past(figures, history or {}, localizer)
    columns: tuple[SheetColumn, ...] = (
        SheetColumn(localizer(N_("Figure")), wrap=40),
        SheetColumn(localizer(_FACT), judged=True),
        SheetColumn(localizer(_TO_DATE)),
        SheetColumn(localizer(_WHOLE)),
        SheetColumn(localizer(N_("Plan attainment")), judged=True),
        SheetColumn(localizer(N_("Gap to plan")), judged=True),
        SheetColumn(localizer(N_("Pace"))),
        SheetColumn(verdict, judged=True),
        SheetColumn(localizer(N_("Numerator"))),
        SheetColumn(localizer(N_("Denominator"))),
        SheetColumn(localizer(N_("Unit"))),
        SheetColumn(localizer(N_("Remarks")), wrap=40),
        SheetColumn(localizer(N_("As printed")), wrap=44, aside=True),
        SheetColumn(localizer(N_("Actual from")), aside=True),
        SheetColumn(localizer(N_("Actual to")), aside=True),
        SheetColumn(localizer(N_("As of")), aside=True),
        SheetColumn(localizer(N_("Line")), aside=True),
        SheetColumn(localizer(N_("Figure's key")), aside=True),
        SheetColumn(localizer(N_("Metric's key")), aside=True),
        *(SheetColumn(title, aside=True) for title in past.titles),
    )
    if past.titles:
        columns = (columns[0], SheetColumn(localizer(N_("The periods before"))), *columns[1:])
    rows: tuple[tuple[SheetCell, ...], ...] = tuple(_row(calculator, figure, localizer, past) for figure in figures)
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


@dataclass(frozen=True)
class _Past:
    """The titles of the columns of the periods before, and the numbers of each figure under them."""

    titles: tuple[str, ...]
    numbers: Mapping[str, tuple[SheetCell, ...]]


def _past(figures: Sequence[Figure], history: Mapping[str, FigureHistory], localizer: Localizer) -> _Past:
    """The past of the figures of one kind of period, which most of them have."""
    spans = {key: tuple(point.start for point in each.points) for key, each in history.items() if each.known}
    if not spans:
        return _Past((), {})
    (starts, _), *_ = Counter(spans.values()).most_common(1)
    zone = figures[0].answer.period.timezone
    titles = tuple(localizer(N_("from {day}"), day=localizer.day(to_local(at, zone).date())) for at in starts if at)
    numbers = {
        figure.spec.key: tuple(
            amount(figure.answer.metric, point.fact.value) for point in history[figure.spec.key].points
        )
        for figure in figures
        if spans.get(figure.spec.key) == starts
    }
    return _Past(titles, numbers)


def _row(calculator: Calculator, figure: Figure, localizer: Localizer, past: _Past) -> tuple[SheetCell, ...]:
    answer, fact, metric = figure.answer, figure.answer.fact, figure.answer.metric
    as_of = to_local(answer.as_of, answer.period.timezone) if answer.as_of else None
    judged = _VERDICTS.get(answer.verdict)
    before = past.numbers.get(figure.spec.key, (SheetCell(None),) * len(past.titles))
    drawn = Sparkline(past.titles[0], past.titles[-1]) if figure.spec.key in past.numbers else None
    return (
        SheetCell(figure.label, CellForm.PART if figure.spec.part_of else CellForm.TEXT),
        *([SheetCell(drawn)] if past.titles else []),
        amount(metric, fact.value),
        amount(metric, answer.planned.to_date),
        amount(metric, answer.planned.full),
        _execution(answer, localizer),
        _gap(answer, localizer),
        percent(answer.pace),
        SheetCell(localizer(judged) if judged else None),
        part(metric, fact.numerator),
        part(metric, fact.denominator),
        SheetCell(localizer(metric.unit.words.name)),
        SheetCell(said(localizer, (fact.missing, answer.planned.remark, *fact.remarks, *fact.asides))),
        SheetCell(figure.text),
        SheetCell(answer.period.first_day, CellForm.DAY),
        SheetCell(answer.period.last_day, CellForm.DAY),
        SheetCell(as_of, CellForm.MOMENT),
        SheetCell(line_title(calculator, figure.spec.line) if figure.spec.line else None),
        SheetCell(figure.spec.key),
        SheetCell(metric.key),
        *before,
    )


def _execution(answer: Answer, localizer: Localizer) -> SheetCell:
    """Fact over plan, as a formula; of a ceiling there is none: 1 % of 5 % is no fifth of anything."""
    if answer.execution is None or answer.metric.better is Better.CEILING:
        return SheetCell(None)
    plan = localizer(_WHOLE if answer.metric.plan_span == "month" else _TO_DATE)
    return replace(percent(answer.execution), formula=f"{{{localizer(_FACT)}}}/{{{plan}}}")


def _gap(answer: Answer, localizer: Localizer) -> SheetCell:
    """Fact less the plan to date, in the metric's own unit, as a formula."""
    fact, plan = answer.fact.value, answer.planned.to_date
    if fact is None or plan is None:
        return SheetCell(None)
    return replace(amount(answer.metric, fact - plan), formula=f"{{{localizer(_FACT)}}}-{{{localizer(_TO_DATE)}}}")


_NOWHERE = (SheetCell(None), SheetCell(None))


def _places(digest: ReportSpec, localizer: Localizer) -> Mapping[str, tuple[SheetCell, SheetCell]]:
    """The section and the group of each figure of a digest."""
    return {
        figure.key: (SheetCell(localizer(section.title)), SheetCell(localizer(group.title) if group.title else None))
        for section in digest.sections
        for group in section.groups
        for figure in group.figures
    }
