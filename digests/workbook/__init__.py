"""The workbook of a report (XLSX): its figures, their days, their definitions, for those who count on.

Values are native numbers and dates; percentages are fractions in a percentage format. What has no fact has an
empty cell and its reason beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.document import Document
from digests.figures import Figure, as_of
from digests.localizer import Localizer
from digests.result import ReportResult, Session
from digests.workbook import daily, figures, matrix
from digests.workbook.cover import Cover, about, definitions
from digests.workbook.report import analysis_sheets, named_apart, record_sheets, table_sheets
from digests.workbook.sheets import Sheet
from digests.workbook.writer import write
from metrics.calculator import Calculator
from metrics.model import Metric
from metrics.periods import Period
from metrics.plans.plans import Plans
from metrics.relations import RELATIONS
from warehouse.messages import N_


def report_workbook(
    session: Session,
    result: ReportResult,
    *,
    records: bool | None = None,
    names: bool = True,
    cover: Document | None = None,
) -> bytes:
    """Return the workbook of a report. `records`: whether those behind its numbers go with it; a report's do.

    `names`: whether agents and clients are shown as what they are called; `cover`: the report as it is said, for the
    first sheet.
    """
    calculator, plans, localizer = session.calculator, session.plans, session.localizer
    shown = result.figures
    by_day = [figure for figure in shown if not _stands(figure.answer.metric)]
    sheets = [*table_sheets(session, result), *analysis_sheets(session, result)]
    if shown or not result.tables:
        sheets[:0] = [
            figures.sheet(calculator, shown, localizer, result.spec, result.history),
            *(_in_time(session, by_day) if by_day and not result.spec.question else ()),
            daily.sheet(calculator, plans, by_day, localizer),
        ]
    if bool(result.tables or result.analyses) if records is None else records:
        sheets += record_sheets(session, result, names=names)
    metrics = [figure.answer.metric for figure in shown]
    metrics += [calculator.catalogue.get(key) for table in result.tables for key in table.spec.metrics]
    sheets += [
        definitions(calculator, metrics, localizer),
        about(calculator, result.as_of, result.period, localizer),
    ]
    front = Cover(localizer(N_("Cover")), localizer.dates(result.period), cover) if cover else None
    return write(named_apart(sheets), figures.marks(localizer), result.period, localizer, front)


def _stands(metric: Metric) -> bool:
    """Whether a figure is of what stands at a moment, whose days are too dear to be asked for a sheet."""
    return metric.relation in RELATIONS and RELATIONS[metric.relation].standing


def _in_time(session: Session, shown: Sequence[Figure]) -> Iterator[Sheet]:
    """Figures of a digest by days and hours. A report, which has one question, has tables of its own."""
    yield matrix.days(session.calculator, session.plans, shown, session.localizer)
    yield from matrix.hours(session.calculator, session.plans, shown, session.localizer)


def workbook(
    calculator: Calculator,
    plans: Plans,
    shown: Sequence[Figure],
    period: Period,
    localizer: Localizer,
) -> bytes:
    """Return the workbook of single figures.

    Figures with a breakdown come with its parts, others with their days.
    """
    broken_down = any(figure.answer.question.part for figure in shown)
    sheets = (
        figures.sheet(calculator, shown, localizer, None),
        daily.parts_sheet(calculator, shown, localizer)
        if broken_down
        else daily.sheet(calculator, plans, shown, localizer),
        definitions(calculator, [figure.answer.metric for figure in shown], localizer),
        about(calculator, as_of(shown), period, localizer),
    )
    return write(sheets, figures.marks(localizer), period, localizer)
