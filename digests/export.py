"""Figures for scripts: one plain object, the same for a digest and for single figures.

Percentages are 0-100, instants ISO with the centre's offset, numbers unrounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import repeat
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from digests.answers.evaluate import AnswerSet
from digests.figures import Figure, as_of
from digests.localizer import Localizer
from digests.model import Value
from digests.request import command
from digests.result import AnalysisResult, Key, ReportResult, Session, TableResult, TableRow
from metrics.answers import Answer, BreakdownPart, Verdict
from metrics.facts import Fact
from metrics.periods import Period, calendar_key
from metrics.why import Why
from warehouse.messages import Message


def figures_object(figures: Sequence[Figure], period: Period, localizer: Localizer) -> dict[str, Any]:
    """`period`, `as_of` and `figures`; keys as the reference page lists them."""
    zone = period.timezone
    return {
        "period": {"start": _iso(period.start, zone), "end": _iso(period.end, zone), "timezone": zone},
        "as_of": _iso(as_of(tuple(figures)), zone),
        "figures": [_figure(figure, zone, localizer) for figure in figures],
    }


def report_object(session: Session, result: ReportResult) -> dict[str, Any]:
    """`report`, `period`, `as_of`, `figures`, `tables` with the numbers behind each of their cells, and `analyses`."""
    zone = result.period.timezone
    whole = figures_object(result.figures, result.period, session.localizer)
    return {
        "report": result.spec.key,
        **whole,
        "as_of": _iso(result.as_of, zone),
        "figures": [_compared(figure, result, session) for figure in whole["figures"]],
        "tables": [_table(table, session) for table in result.tables],
        "analyses": [_analysis(analysis, session, zone) for analysis in result.analyses],
    }


def _compared(figure: dict[str, Any], result: ReportResult, session: Session) -> dict[str, Any]:
    """A figure with that of the comparable period."""
    before = result.before.get(figure["key"])
    return {**figure, "before": _reference(before, session.localizer)} if before else figure


def _analysis(analysis: AnalysisResult, session: Session, zone: str) -> dict[str, Any]:
    """`header` and `rows` of plain values, the sentences, and its single values by their own names."""
    findings = analysis.findings

    def value(each: Value) -> Any:
        if isinstance(each, Message):
            return session.localizer.say(each)
        if isinstance(each, Period):
            return calendar_key(each)
        if isinstance(each, datetime):
            return _iso(each, zone)
        if isinstance(each, date):
            return each.isoformat()
        return each if isinstance(each, str) else _number(each)

    return {
        "key": analysis.spec.key,
        "title": session.localizer(analysis.spec.title),
        "sentences": [session.localizer.say(sentence) for sentence in findings.sentences],
        "header": [column.key for column in findings.columns],
        "rows": [[value(each) for each in row] for row in findings.rows],
        **({"totals": [value(each) for each in findings.total]} if findings.total else {}),
        "method": session.localizer(analysis.spec.method) if analysis.spec.method else None,
        "as_of": _iso(analysis.as_of, zone),
        "missing": session.localizer.say(findings.missing) if findings.missing else None,
        **{name: value(each) for name, each in findings.values.items()},
    }


def _table(table: TableResult, session: Session) -> dict[str, Any]:
    """`header` and `rows` of plain values; `cells` has numerators and denominators in the same places."""
    zone = table.period.timezone
    header = [table.spec.by[0], *(_of(key, zone) if key else name for key, name in _columns(table))]

    def values(row: TableRow) -> list[Any]:
        name = _of(row.key, zone) if row.key else None
        return [name, *(_number(cell.fact.value) for cell in row.cells)]

    def parts(row: TableRow) -> list[dict[str, Any]]:
        return [_fact(cell.fact) for cell in row.cells]

    total = {"totals": values(table.total)[1:], "total_cells": parts(table.total)} if table.total else {}
    return {
        "key": table.spec.key,
        "title": session.localizer(table.spec.title),
        "by": list(table.spec.by),
        "line": table.spec.line,
        "metrics": list(table.spec.metrics),
        "header": header,
        "rows": [values(row) for row in table.rows],
        "cells": [parts(row) for row in table.rows],
        "rest": {"n": table.rest_count, "values": values(table.rest)[1:]} if table.rest else None,
        **total,
        "as_of": _iso(table.as_of, zone),
        "missing": session.localizer.say(table.missing) if table.missing else None,
        "remarks": [session.localizer.say(remark) for remark in table.remarks],
    }


def _columns(table: TableResult) -> list[tuple[Key | None, str]]:
    """Of each column, what it is of, and its name in a header where it is of everything, or of the rest."""
    by_two = len(table.spec.by) > 1
    cells = next((row.cells for row in reversed(table.every_row)), ())
    names = [
        "rest" if key is None else "total" if by_two else own or cell.metric.key
        for key, cell, own in zip(table.keys, cells, table.spec.headers or repeat(""), strict=False)
    ]
    return list(zip(table.keys, names, strict=True))


def _of(key: Key, zone: str) -> Any:
    (value,) = key
    return _iso(value, zone) if isinstance(value, datetime) else value


def reply_object(found: AnswerSet, localizer: Localizer) -> dict[str, Any]:
    """The numbers of an answer: `asked`, `period`, `as_of`, `figures`, and of what it is compared with.

    A figure has its `series` where a breakdown was asked for, its `reference` where it is compared with another
    moment; the contributions of a why stand under `why`.
    """
    figures = [result.figure for result in found.results]
    if not figures:
        return {"asked": command(found.request)}
    period = figures[0].answer.period
    described: dict[str, Any] = {"asked": command(found.request), **figures_object(figures, period, localizer)}
    for figure, result in zip(described["figures"], found.results, strict=True):
        if result.left_out:
            figure["left_out"] = result.left_out
        if result.reference:
            figure["reference"] = _reference(result.reference, localizer)
    match found.why:
        case Why():
            described["why"] = _why(found.why, period.timezone)
        case Message():
            described["why"] = {"missing": localizer.say(found.why)}
        case None:
            pass
        case why:
            assert_never(why)
    return described


def _reference(answer: Answer, localizer: Localizer) -> dict[str, Any]:
    period, zone = answer.period, answer.period.timezone
    series = {"series": [_point(point, zone, localizer) for point in answer.points]} if answer.points else {}
    missing = {"missing": localizer.say(answer.fact.missing)} if answer.fact.missing else {}
    return {
        "start": _iso(period.start, zone),
        "end": _iso(period.end, zone),
        **_fact(answer.fact),
        **missing,
        **series,
    }


def _why(why: Why, zone: str) -> dict[str, Any]:
    return {
        "by": why.by,
        "fact": _number(why.fact),
        "reference": _number(why.reference),
        "difference": _number(why.difference),
        "parts": [
            {
                **({"start": _iso(part.start, zone)} if part.start else {"segment": part.segment}),
                "contribution": _number(part.value),
                "fact": _number(part.fact),
                "numerator": _number(part.numerator),
                "denominator": _number(part.denominator),
                "reference": _number(part.reference),
            }
            for part in why.parts
        ],
    }


def _figure(figure: Figure, zone: str, localizer: Localizer) -> dict[str, Any]:
    answer, fact = figure.answer, figure.answer.fact
    described: dict[str, Any] = {
        "key": figure.spec.key,
        "metric": answer.metric.key,
        "line": figure.spec.line,
        "label": figure.label,
        "unit": answer.metric.unit.value,
        **_fact(fact),
        "plan": _number(answer.plan),
        "plan_span": answer.metric.plan_span,
        "plan_to_date": _number(answer.planned.to_date),
        "plan_full": _number(answer.planned.full),
        "execution": answer.execution,
        "pace": answer.pace,
        "verdict": None if answer.verdict is Verdict.NONE else answer.verdict.value,
        "text": figure.text,
        "missing": localizer.say(fact.missing) if fact.missing else None,
        "remarks": [localizer.say(remark) for remark in (*fact.remarks, *fact.asides)],
        "as_of": _iso(answer.as_of, zone),
    }
    if answer.question.part:
        described["series"] = [_point(point, zone, localizer) for point in answer.points]
    return described


def _point(point: BreakdownPart, zone: str, localizer: Localizer) -> dict[str, Any]:
    place = {"start": _iso(point.start, zone)} if point.start else {"segment": point.segment}
    return {
        **place,
        **_fact(point.fact),
        "plan": _number(point.plan),
        **({"missing": localizer.say(point.fact.missing)} if point.fact.missing else {}),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    parts = {"fact": fact.value, "numerator": fact.numerator, "denominator": fact.denominator}
    return {name: _number(value) for name, value in parts.items()}


def _number(value: float | None) -> float | int | None:
    """Whole numbers without a decimal point."""
    return int(value) if value is not None and value == int(value) else value


def _iso(instant: datetime | None, zone: str) -> str | None:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat() if instant else None
