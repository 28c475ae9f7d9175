"""A report's tables as pictures: bars for one dimension, a matrix for two. The finding is who stands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt

from charts.forms.bars import Bar, Bars
from charts.forms.matrix import Matrix, MatrixCell, MatrixRow
from charts.model import Amount
from digests import result
from digests.document import Picture
from digests.images import attempt
from digests.localizer import Localizer
from digests.numbers import capital, metric_name
from digests.pictures import findings, wording
from digests.pictures.setting import render
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import Session, TableResult
from metrics.aggregate import counts_cases
from metrics.dimensions import by_said
from metrics.model import Better, Metric, Unit
from warehouse.messages import N_

LEAST = 30
"""No headline rests on a share or a mean of fewer cases."""
_LIMITS = 3.0
"""Standard deviations of chance around the share of all, within which nobody stands out: a control chart's."""
_MEASURES = 2


@dataclass(frozen=True)
class _Candidate:
    """A part of a table that may stand out."""

    name: str
    cell: result.Cell
    named: bool = True
    """Whether it is of somebody or something, and not of what was not given."""


def table_pictures(session: Session, tables: Sequence[TableResult]) -> list[Picture]:
    """Return the pictures of the tables that are to be drawn; one without data is left out."""
    wanted = [table for table in tables if table.spec.picture and not table.missing]
    drawn = (attempt(table.spec.key, partial(picture, session, table), None) for table in wanted)
    return [each for each in drawn if each]


def picture(session: Session, table: TableResult) -> Picture | None:
    """Return the picture of a table, named by its key; None if no number of it has data."""
    build = matrix if len(table.spec.by) > 1 else bars
    return render(session.localizer, table.spec.key, build(session, table))


def bars(session: Session, table: TableResult) -> Bars:
    """Return a table of one dimension; of more metrics than two, the first two are drawn."""
    localizer = session.localizer
    metrics = [cell.metric for cell in table.rows[0].cells][:_MEASURES]

    def bar(row: result.TableRow) -> Bar:
        first, *rest = (_amount(localizer, cell) for cell in row.cells[:_MEASURES])
        return Bar(row.label, first, rest[0] if rest else None)

    candidates = [_Candidate(row.label, row.cells[0], None not in (row.key or ())) for row in table.rows]
    return Bars(
        titles(*_captions(session, table, metrics[0], candidates)),
        chart_labels(localizer),
        tuple(map(bar, table.rows)),
        tuple(metric_name(localizer, metric) for metric in metrics) if len(metrics) > 1 else ("",),
        bar(table.rest) if table.rest else None,
        bar(table.total) if table.total else None,
    )


def matrix(session: Session, table: TableResult) -> Matrix:
    """Return a table of two dimensions with the totals of its rows and columns."""
    localizer = session.localizer
    metric = table.rows[0].cells[0].metric

    def row(each: result.TableRow) -> MatrixRow:
        *cells, total = (MatrixCell(_amount(localizer, cell), note=_cases(localizer, cell)) for cell in each.cells)
        return MatrixRow(each.label, tuple(cells), total)

    candidates = [
        _Candidate(f"{each.label}, {column}", cell, None not in (*(each.key or ()), *(key or (None,))))
        for each in table.rows
        for column, key, cell in zip(table.columns[:-1], table.keys[:-1], each.cells[:-1], strict=True)
    ]
    rows = [*table.rows, *([table.rest] if table.rest else [])]
    return Matrix(
        titles(*_captions(session, table, metric, candidates)),
        chart_labels(localizer),
        table.columns[:-1],
        tuple(map(row, rows)),
        row(table.total) if table.total else None,
        table.columns[-1],
        volume=metric.spread,
    )


def _amount(localizer: Localizer, cell: result.Cell) -> Amount | None:
    value = cell.fact.value
    return None if value is None else Amount(value, wording.value(localizer, cell.metric, value))


def _cases(localizer: Localizer, cell: result.Cell) -> str:
    """Of how many cases a share is, where they are few."""
    n = cell.fact.denominator
    if not counts_cases(cell.metric) or not n or n >= LEAST:
        return ""
    return localizer(N_("of {n}"), n=int(n))


def _captions(
    session: Session, table: TableResult, metric: Metric, candidates: Sequence[_Candidate]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    by, *more = (localizer.say(by_said(key)) for key in table.spec.by)
    for each in more:
        by = localizer(N_("{by} and {more}"), by=by, more=each)
    subtitle = f"{localizer(metric.title)} {by}, {span(localizer, table.period)}"
    remarks = [capital(localizer.say(remark)) for remark in table.remarks]
    footnote = sentences(*remarks[:1], data_as_of(localizer, table.as_of))
    whole = table.total.cells[-1 if len(table.spec.by) > 1 else 0] if table.total else None
    headline = _headline(localizer, metric, candidates, whole) or localizer(table.spec.title)
    return headline, subtitle, footnote, (subtitle, *_spoken(localizer, candidates), footnote)


def _headline(localizer: Localizer, metric: Metric, candidates: Sequence[_Candidate], whole: result.Cell | None) -> str:
    """Who stands out: most of a volume, the bad end of a level; nothing where too few cases could say so.

    A share of cases stands out only beyond what chance alone does; where none does, that is the finding.
    """
    judged = [each for each in candidates if each.cell.fact.value is not None and _is_sound(each.cell)]
    values = [each.cell.fact.value or 0.0 for each in judged]
    if len(judged) < _MEASURES or max(values) == min(values):
        return ""
    lowest = metric.better is Better.FLOOR and not metric.spread
    pick = min if lowest else max
    apart = [each for each in judged if each.named and _is_beyond(each.cell, whole, below=lowest)]
    if not apart:
        return localizer(N_("{metric}: no difference beyond chance"), metric=metric_name(localizer, metric))
    extreme = pick(each.cell.fact.value or 0.0 for each in apart)
    if metric.spread and extreme != pick(values):
        return ""  # there is most of what nobody gave a name to
    names = [each.name for each in apart if each.cell.fact.value == extreme]
    said = wording.value(localizer, metric, extreme)
    if metric.spread or metric.better is Better.NEUTRAL:
        return capital(findings.most_said(localizer, names, said))
    return capital(findings.worst_said(localizer, names, said))


def _is_sound(cell: result.Cell) -> bool:
    return not counts_cases(cell.metric) or (cell.fact.denominator or 0.0) >= LEAST


def _is_beyond(cell: result.Cell, whole: result.Cell | None, *, below: bool) -> bool:
    """Whether a share of cases lies outside the control limits of the share of all on a side; all else does."""
    n, of_all = cell.fact.denominator, whole.fact if whole else None
    if cell.metric.unit is not Unit.PERCENT or not counts_cases(cell.metric) or not n:
        return True
    if of_all is None or not of_all.denominator or of_all.numerator is None or cell.fact.numerator is None:
        return True
    share = of_all.numerator / of_all.denominator
    distance = (cell.fact.numerator / n - share) * (-1 if below else 1)
    return distance > _LIMITS * sqrt(share * (1 - share) / n)


def _spoken(localizer: Localizer, candidates: Sequence[_Candidate]) -> Iterator[str]:
    """The table in words, as far as a listener bears."""
    for each in candidates:
        if each.cell.fact.value is not None:
            yield f"{each.name}: {wording.value(localizer, each.cell.metric, each.cell.fact.value)}"
