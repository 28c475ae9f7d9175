"""The sheet of days: one row per figure and day, made for pivot tables.

A day that is not known is there with an empty fact and the reason; a zero is a counted zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from digests.figures import Figure, line_title
from digests.wording import Words
from digests.workbook.sheets import UNITS, Cell, Column, Form, Sheet, amount, part, said
from metrics.answers import Answer, Point, ask
from metrics.compute import Fact, Reckoner
from metrics.periods import midnight, to_local
from metrics.planning import PlanBook
from warehouse.messages import N_, Message, note

_UNKNOWN = Fact(None, None, None)


def sheet(reckoner: Reckoner, book: PlanBook, figures: Sequence[Figure], words: Words) -> Sheet:
    """All days of all figures, asked for together."""
    columns = (
        Column(words(N_("Date"))),
        Column(words(N_("Figure"))),
        Column(words(N_("Line"))),
        Column(words(N_("Fact"))),
        Column(words(N_("Plan to date"))),
        Column(words(N_("Plan of the whole day"))),
        Column(words(N_("Numerator"))),
        Column(words(N_("Denominator"))),
        Column(words(N_("Unit"))),
        Column(words(N_("Remarks")), wrap=60),
        Column(words(N_("Metric")), aside=True),
        Column(words(N_("Figure's key")), aside=True),
        Column(words(N_("Metric's key")), aside=True),
        Column(words(N_("Line's key")), aside=True),
    )
    answers = ask(reckoner, book, [replace(figure.answer.question, by="day") for figure in figures])
    labels = _labels(figures)
    rows = tuple(
        row
        for figure, answer in zip(figures, answers, strict=True)
        for row in _rows(reckoner, book, figure, answer, labels[figure.spec.key], words)
    )
    return Sheet(words(N_("By day")), "Daily", columns, rows, frozen=2)


def _rows(
    reckoner: Reckoner, book: PlanBook, figure: Figure, answer: Answer, label: str, words: Words
) -> Iterator[tuple[Cell, ...]]:
    zone, metric, spec = answer.period.timezone, answer.metric, figure.spec
    points = {to_local(point.start, zone).date(): point for point in answer.points if point.start}
    begins = reckoner.first_event(metric)
    line = line_title(reckoner, spec.line) if spec.line else None
    for day in answer.period.days:
        point, after = points.get(day), midnight(day + timedelta(days=1), zone)
        unknown = begins is not None and begins >= after
        fact = _UNKNOWN if point is None or unknown else point.fact
        reason = note("no data: the records begin on {moment}", moment=begins) if unknown else _reason(answer, point)
        over = answer.as_of is not None and answer.as_of >= after
        yield (
            Cell(day, Form.DAY),
            Cell(label),
            Cell(line),
            amount(metric, fact.value),
            amount(metric, point.plan if point else None),
            amount(metric, point.plan if point and over else _whole(book, answer, day)),
            part(metric, fact.numerator),
            part(metric, fact.denominator),
            Cell(words(UNITS[metric.unit])),
            Cell(said(words, (reason, *fact.remarks, *fact.asides))),
            Cell(words(metric.title)),
            Cell(spec.key),
            Cell(metric.key),
            Cell(spec.line),
        )


def _reason(answer: Answer, point: Point | None) -> Message | None:
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


def _whole(book: PlanBook, answer: Answer, day: date) -> float | None:
    """The plan of a day that is not over; part of a line, filtered, has none."""
    return None if answer.question.filters else book.on_day(answer.metric, answer.question.line, day)


def _labels(figures: Sequence[Figure]) -> dict[str, str]:
    """Labels that stand alone: a part is named with what it is a part of."""
    own = {figure.spec.key: figure.label for figure in figures}
    return {
        figure.spec.key: f"{own[figure.spec.part_of]}: {figure.label}" if figure.spec.part_of in own else figure.label
        for figure in figures
    }
