"""The sheets of a report: one for each table, and the records behind every number, to be counted with a filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from digests.localizer import Localizer
from digests.model import Column, Value
from digests.result import Cell as Number
from digests.result import ReportResult, Session, TableRow, head_of
from digests.workbook.sheets import CellForm, Sheet, SheetCell, SheetColumn, amount, part, percent, said
from metrics.aggregate import DENOMINATOR, NUMERATOR, RowsBehind
from metrics.dimensions import DIMENSIONS, PEOPLE, TO_LINE
from metrics.facts import Query
from metrics.model import Distinct, Unit
from metrics.people import names_of
from metrics.periods import Period, to_local
from warehouse.messages import N_, Message

MOST = 100_000
"""Records of one figure that a workbook holds."""
_LONGEST_NAME = 31
_OTHER_LINES = (TO_LINE, "transferred_to", "next_line")
_PERSONAL = ("client_id", "agent_id", "day_of_person", *PEOPLE)
"""Columns for those who may see whom the records are about."""


def table_sheets(session: Session, result: ReportResult) -> Iterator[Sheet]:
    """Yield a sheet for each table, with the numerator and the denominator beside every number."""
    for n, table in enumerate(result.tables, start=1):
        columns = [SheetColumn(head_of(session.localizer, table.spec), wrap=36)]
        for title in table.columns:
            columns += [
                SheetColumn(title),
                SheetColumn(f"{title}: {session.localizer(N_('numerator'))}"),
                SheetColumn(f"{title}: {session.localizer(N_('denominator'))}"),
            ]
        columns.append(SheetColumn(session.localizer(N_("Remarks")), wrap=40))
        rows = tuple(_row(row, session.localizer) for row in table.every_row)
        if table.missing:
            rows = ((SheetCell(session.localizer.say(table.missing)), *(SheetCell(None) for _ in columns[1:])),)
        yield Sheet(session.localizer(table.spec.title), f"Table{n}", tuple(columns), rows)


def analysis_sheets(session: Session, result: ReportResult) -> Iterator[Sheet]:
    """Yield a sheet for each analysis: its rows, and under them what it says and how it was computed."""
    localizer = session.localizer
    for n, analysis in enumerate(result.analyses, start=1):
        spec, findings = analysis.spec, analysis.findings
        heads = [SheetColumn(localizer(column.title), wrap=36) for column in findings.columns]
        zone = result.period.timezone
        rows = [
            tuple(
                SheetCell(text) if isinstance(each, str | Period) else _value(localizer, column, each, zone)
                for column, each, text in zip(findings.columns, row, said, strict=True)
            )
            for row, said in zip(
                (*findings.rows, *([findings.total] if findings.total else ())),
                (*analysis.text, *(analysis.under[-1:] if findings.total else ())),
                strict=True,
            )
        ]
        said = [localizer.say(sentence) for sentence in findings.sentences]
        said += filter(None, [localizer(spec.method) if spec.method else ""])
        said += [localizer.say(findings.missing)] if findings.missing else []
        columns = (*heads, SheetColumn(localizer(N_("Remarks")), wrap=60))
        for k, sentence in enumerate(said):
            if k < len(rows):
                rows[k] = (*rows[k], SheetCell(sentence))
            else:
                rows.append((*(SheetCell(None) for _ in heads), SheetCell(sentence)))
        full = tuple((*row, *(SheetCell(None) for _ in range(len(columns) - len(row)))) for row in rows)
        yield Sheet(localizer(spec.title), f"Analysis{n}", columns, full)


def _value(localizer: Localizer, column: Column, value: Value, zone: str) -> SheetCell:
    match value:
        case datetime():
            return SheetCell(to_local(value, zone), CellForm.MOMENT)
        case date():
            return SheetCell(value, CellForm.DAY)
        case Message():
            return SheetCell(localizer.say(value))
        case None | str():
            return SheetCell(value)
        case Period():
            return SheetCell(localizer.days(value))
        case _ if column.unit is Unit.PERCENT:
            return percent(value)
        case _:
            return SheetCell(value, CellForm.WHOLE if float(value).is_integer() else CellForm.HUNDREDTHS)


def _row(row: TableRow, localizer: Localizer) -> tuple[SheetCell, ...]:
    remarks = said(localizer, (*(cell.fact.missing for cell in row.cells), *_remarks(row.cells)))
    numbers = (
        each
        for cell in row.cells
        for each in (
            amount(cell.metric, cell.fact.value),
            part(cell.metric, cell.fact.numerator),
            part(cell.metric, cell.fact.denominator),
        )
    )
    return (SheetCell(row.label), *numbers, SheetCell(remarks))


def _remarks(cells: Sequence[Number]) -> Iterator[Message]:
    return (remark for cell in cells for remark in cell.fact.remarks)


def record_sheets(session: Session, result: ReportResult, *, names: bool) -> Iterator[Sheet]:
    """Yield the records behind the figures, tables and analyses, one sheet for all that count over the same ones.

    The cut is said in the heads. `names`: whether agents and clients are shown by what they are called.
    """
    called = names_of(session.calculator.records) if names else {}
    for n, behind in enumerate(session.calculator.rows_behind(_asked(session, result), MOST), start=1):
        # What names other lines is not for who asked for one.
        told = behind.without(*_OTHER_LINES) if _line_of(result) is not None else behind
        yield _records(session, told if names else _without_people(told), f"Records{n}", called, names=names)


def _line_of(result: ReportResult) -> str | None:
    """The line that all numbers of a report are of."""
    lines = {figure.spec.line for figure in result.figures} | {table.spec.line for table in result.tables}
    lines |= {question.line for analysis in result.analyses for question in analysis.asked}
    return next(iter(lines)) if len(lines) == 1 else None


def _without_people(behind: RowsBehind) -> RowsBehind:
    """The rows with places in place of the people that metrics count: each is one, whoever it is."""
    width = len(behind.columns)
    personal = {
        width + n
        for n, each in enumerate(behind.added)
        if isinstance(each.part, Distinct) and each.part.of in _PERSONAL
    }
    places: dict[object, int] = {}
    rows = (
        tuple(
            places.setdefault(value, len(places) + 1) if place in personal and value is not None else value
            for place, value in enumerate(row)
        )
        for row in behind.rows
    )
    return replace(behind, rows=tuple(rows)).without(*_PERSONAL)


def _asked(session: Session, result: ReportResult) -> list[Query]:
    """What the numbers of a report are computed from, over its own period."""
    catalogue, members = session.calculator.catalogue, session.calculator.centre.members
    figures = [(figure.spec.metric, figure.spec.line, figure.answer.question.filters) for figure in result.figures]
    tables = [(key, table.spec.line, table.spec.filters) for table in result.tables for key in table.spec.metrics]
    analyses = [
        (question.metric, question.line, question.filters)
        for analysis in result.analyses
        for question in analysis.asked
        if question.period == result.period
    ]
    return [
        Query(catalogue.get(key), result.period, members(line) if line else None, (), filters)
        for key, line, filters in dict.fromkeys((*figures, *tables, *analyses))
    ]


def _records(session: Session, behind: RowsBehind, table: str, called: Mapping[str, str], *, names: bool) -> Sheet:
    localizer, zone = session.localizer, session.calculator.centre.timezone
    people = {place for place, name in enumerate(behind.columns) if name in PEOPLE}

    def cell(place: int, value: Any) -> SheetCell:
        match value:
            case None:
                return _EMPTY
            case datetime():
                return SheetCell(to_local(value, zone), CellForm.MOMENT)
            case bool() | int():
                return _whole(int(value))
            case float():
                return SheetCell(value, CellForm.WHOLE if value.is_integer() else CellForm.HUNDREDTHS)
            case _:
                return SheetCell(called.get(value, value) if place in people else str(value))

    rows = tuple(tuple(cell(place, value) for place, value in enumerate(row)) for row in behind.rows)
    columns = [SheetColumn(_head(localizer, name)) for name in behind.columns]
    columns += [SheetColumn(localizer(_SIDES[each.side], metric=localizer(each.metric.title))) for each in behind.added]
    titles = dict.fromkeys(localizer(each.metric.title) for each in behind.added)
    if behind.cut:
        cut = localizer(N_("Only the first {n} records are here."), n=MOST)
        columns.append(SheetColumn(cut, wrap=40))
        rows = tuple((*row, _EMPTY) for row in rows)
    return Sheet(
        localizer(N_("Records: {metric}"), metric=next(iter(titles))), table, tuple(columns), rows, ruled=False
    )


_EMPTY = SheetCell(None)


@cache
def _whole(number: int) -> SheetCell:
    return SheetCell(float(number), CellForm.WHOLE)


_SIDES = {
    NUMERATOR: N_("{metric}: adds to the numerator"),
    DENOMINATOR: N_("{metric}: adds to the denominator"),
}
_HEADS = {
    "at": N_("Time"),
    "contact_id": N_("Contact"),
    "client_id": N_("Client"),
}


def _head(localizer: Localizer, name: str) -> str:
    """What a column is called: a dimension by its title, a column that decided by its own name."""
    if name in _HEADS:
        return localizer(_HEADS[name])
    return localizer(DIMENSIONS[name].title) if name in DIMENSIONS else name


def named_apart(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Return sheets with names that no two of them share and that XLSX takes."""
    taken: set[str] = set()
    made = []
    for sheet in sheets:
        plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in sheet.name).strip() or "Sheet"
        name, n = plain[:_LONGEST_NAME], 2
        while name.casefold() in taken:
            name, n = f"{plain[: _LONGEST_NAME - len(str(n)) - 1]} {n}", n + 1
        taken.add(name.casefold())
        made.append(replace(sheet, name=name))
    return tuple(made)
