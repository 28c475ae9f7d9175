"""From a report's declaration to its numbers: everything that its parts ask is asked at once.

A result is plain data that the gate, the snapshot, the page, the workbook and the exports work on; none of them knows
a particular report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digests import numbers
from digests.figures import Figure, as_of, figures_of, line_title, part_name, questions_of
from digests.localizer import Localizer
from digests.model import Part, ReportSpec, TableSpec
from metrics.answers import Answer, Point, Question, ask, is_split
from metrics.calculator import Calculator, Fact
from metrics.dimensions import AGENT, EVERY, LINE, TIME_PARTS, by_said
from metrics.model import Metric, Unit
from metrics.people import names_of
from metrics.periods import Period
from metrics.plans.plans import Plans
from warehouse.messages import N_, Message, note

Key = tuple[datetime | str | None, ...]
"""What a row or a column of a table is of; nothing: the total."""


@dataclass(frozen=True)
class Session:
    """The numbers as they are at one moment: one state of the records, its plans, and the reader's language."""

    calculator: Calculator
    plans: Plans
    localizer: Localizer
    names: bool = True
    """Whether agents are named; without it they have places."""


@dataclass(frozen=True)
class Cell:
    """One number of a table, with what it was divided from."""

    metric: Metric
    fact: Fact
    text: str
    few: bool = False
    """Whether it is of too few cases to be compared with others."""


@dataclass(frozen=True)
class TableRow:
    """A row of a table. `key` is empty in the total, None in what is left of the rows that are not shown."""

    key: Key | None
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TableResult:
    """A table as it came out: columns are metrics, or the values of its second dimension and their total."""

    spec: TableSpec
    period: Period
    columns: tuple[str, ...]
    """The heads of the columns behind the rows' names."""
    keys: tuple[Key | None, ...]
    """Of each column, what it is of; empty: the total, or a metric; None: the values that are not shown."""
    rows: tuple[TableRow, ...]
    rest: TableRow | None
    """What is not shown, taken together."""
    rest_count: int
    total: TableRow | None
    as_of: datetime | None
    missing: Message | None = None
    """Why there are no rows, if that is so."""
    remarks: tuple[Message, ...] = ()

    @property
    def every_row(self) -> tuple[TableRow, ...]:
        """The rows in their order, with the rest and the total."""
        return (*self.rows, *(row for row in (self.rest, self.total) if row))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return tuple({cell.metric.key: cell.metric for row in self.every_row for cell in row.cells}.values())


@dataclass(frozen=True)
class ReportResult:
    """A report of one period, computed."""

    spec: ReportSpec
    period: Period
    figures: tuple[Figure, ...]
    tables: tuple[TableResult, ...] = ()

    @property
    def as_of(self) -> datetime | None:
        """Up to when all of it is known; None if nothing has any records."""
        known = [table.as_of for table in self.tables if table.as_of]
        figures = as_of(self.figures)
        return min([*known, *([figures] if figures else [])], default=None)

    def table(self, key: str) -> TableResult | None:
        return next((table for table in self.tables if table.spec.key == key), None)


def evaluate(session: Session, spec: ReportSpec, period: Period, *, line: str | None = None) -> ReportResult:
    """Compute a report, of one line if one is given. Raises UserError for what cannot be asked."""
    if line is not None:
        spec = _of_line(session.calculator, spec, line)
    asked = questions_of(session.calculator, spec.figures, period)
    tables = [list(_questions(session.calculator, table, period)) for table in spec.tables]
    answers = iter(ask(session.calculator, session.plans, [*asked, *(each for table in tables for each in table)]))
    figures = figures_of(session.calculator, spec.figures, [next(answers) for _ in asked], session.localizer)
    made = [
        _table(session, table, period, [next(answers) for _ in questions])
        for table, questions in zip(spec.tables, tables, strict=True)
    ]
    return ReportResult(spec, period, tuple(figures), tuple(made))


def _of_line(calculator: Calculator, spec: ReportSpec, line: str) -> ReportSpec:
    """The report of one line: what names another line is left out, and so is what has no lines."""

    def has_lines(metric: str) -> bool:
        return LINE in calculator.catalogue.dimensions(calculator.catalogue.get(metric))

    sections = []
    for section in spec.sections:
        parts: list[Part] = []
        for part in section.parts:
            if isinstance(part, TableSpec):
                if part.line in (None, line) and LINE not in part.by and all(map(has_lines, part.metrics)):
                    parts.append(replace(part, line=line))
                continue
            figures = tuple(
                replace(figure, line=line)
                for figure in part.figures
                if figure.line in (None, line) and has_lines(figure.metric)
            )
            if figures:
                parts.append(replace(part, figures=figures))
        if parts:
            sections.append(replace(section, parts=tuple(parts)))
    return replace(spec, sections=tuple(sections))


def _questions(calculator: Calculator, spec: TableSpec, period: Period) -> Iterator[Question]:
    """Yield a table's questions: every metric by all its dimensions, and the margins by their own rows."""
    for metric in spec.metrics:
        whole = Question(metric, period, spec.line, (), spec.filters, planned=False)
        yield replace(whole, by=spec.by)
        if len(spec.by) == 2:
            yield replace(whole, by=spec.by[:1])
            yield replace(whole, by=spec.by[1:])


def _table(session: Session, spec: TableSpec, period: Period, answers: Sequence[Answer]) -> TableResult:
    known = [answer.as_of for answer in answers if answer.as_of]
    as_of = min(known) if len(known) == len(answers) else None
    missing = next((answer.fact.missing for answer in answers if answer.fact.missing and not answer.points), None)
    missing = missing or next(_unsplit(session, answers), None)
    if missing or not any(answer.points for answer in answers):
        return TableResult(spec, period, (), (), (), None, 0, None, as_of, missing or note("no data"))
    by_two = len(spec.by) == 2
    made = _by_two(session, spec, answers) if by_two else _by_one(session, spec, answers)
    columns, keys, rows, rest, rest_count, total = made
    remarks = tuple(dict.fromkeys(remark for answer in answers for remark in answer.fact.remarks))
    return TableResult(spec, period, columns, keys, rows, rest, rest_count, total, as_of, None, remarks)


def _unsplit(session: Session, answers: Sequence[Answer]) -> Iterator[Message]:
    """Say of which metrics the records do not tell the values of a dimension: their parts would all be near nought."""
    for answer in answers:
        (by, *others) = answer.question.by
        if others or by in TIME_PARTS or answer.fact.value is None or is_split(answer.points):
            continue
        yield note(
            'The metric "{metric}" cannot be told apart {by}: {reason}.',
            metric=answer.metric.key,
            by=by_said(by),
            reason=note("too much of it has no value of it in the records"),
        )


_Made = tuple[tuple[str, ...], tuple[Key | None, ...], tuple[TableRow, ...], TableRow | None, int, TableRow]


def _by_one(session: Session, spec: TableSpec, answers: Sequence[Answer]) -> _Made:
    """Metrics as columns."""
    localizer = session.localizer
    points = [{_key(answer.question, point): point for point in answer.points} for answer in answers]
    order = _in_order(session, spec, answers[0], list(dict.fromkeys(key for each in points for key in each)))
    label = _labels(session, spec.by[0], answers[0], order)
    rows = [
        TableRow(
            key, label[key], tuple(_cell(session, a, each.get(key)) for a, each in zip(answers, points, strict=True))
        )
        for key in order
    ]
    shown, left = rows[: spec.limit], rows[spec.limit :]
    rest = _rest(session, left, [answer.metric for answer in answers]) if left else None
    cells = tuple(_of_fact(session, answer.metric, answer.fact, few=answer.few) for answer in answers)
    heads = tuple(localizer(answer.metric.title) for answer in answers)
    total = TableRow((), localizer(N_("Total")), cells)
    return heads, tuple(() for _ in answers), tuple(shown), rest, len(left), total


def _by_two(session: Session, spec: TableSpec, answers: Sequence[Answer]) -> _Made:
    """One metric; the values of the second dimension are columns, and each margin is of its own rows."""
    localizer = session.localizer
    cells, of_rows, of_columns = answers
    metric = cells.metric
    by_key = {_key(cells.question, point): point for point in cells.points}
    row_points = {_key(of_rows.question, point): point for point in of_rows.points}
    column_points = {_key(of_columns.question, point): point for point in of_columns.points}
    rows = _in_order(session, replace(spec, by=spec.by[:1]), of_rows, list(row_points))
    every = _in_order(session, replace(spec, by=spec.by[1:]), of_columns, list(column_points))
    columns, others = every[: spec.limit], every[spec.limit :]
    row_label, column_label = (
        _labels(session, by, answer, keys)
        for by, answer, keys in zip(spec.by, (of_rows, of_columns), (rows, columns), strict=True)
    )
    adds = session.calculator.catalogue.adds_up(metric)

    def left_over(points: Mapping[Key, Point], row: Key) -> tuple[Cell, ...]:
        """What is of the columns that are not shown, as one."""
        facts = [point.fact for column in others if (point := points.get((*row, *column)))]
        return (_of_fact(session, metric, _sum(metric, facts, adds)),) if others else ()

    made = [
        TableRow(
            row,
            row_label[row],
            (
                *(_cell(session, cells, by_key.get((*row, *column))) for column in columns),
                *left_over(by_key, row),
                _cell(session, of_rows, row_points[row]),
            ),
        )
        for row in rows
    ]
    shown, left = made[: spec.limit], made[spec.limit :]
    rest = _rest(session, left, [metric] * len(made[0].cells)) if left else None
    foot = (
        *(_cell(session, of_columns, column_points[column]) for column in columns),
        *left_over(column_points, ()),
        _of_fact(session, metric, cells.fact, few=cells.few),
    )
    more = [localizer.counted("{n} other", "{n} others", len(others))] if others else []
    heads = (*(column_label[column] for column in columns), *more, localizer(N_("Total")))
    return (
        heads,
        (*columns, *([None] if others else []), ()),
        tuple(shown),
        rest,
        len(left),
        TableRow((), localizer(N_("Total")), foot),
    )


def _key(question: Question, point: Point) -> Key:
    values = iter(point.values)
    return tuple(point.start if key in TIME_PARTS else next(values) for key in question.by)


def _in_order(session: Session, spec: TableSpec, answer: Answer, keys: list[Key]) -> list[Key]:
    """Parts of time as they follow each other, lines as the centre has them, all else by how much there is of it."""
    (by,) = spec.by
    if by in TIME_PARTS:
        return sorted(keys, key=lambda key: (str(type(key[0])), key[0]))
    if by == LINE:
        places = {line: n for n, line in enumerate(session.calculator.centre.lines)}
        return sorted(keys, key=lambda key: places.get(str(key[0]), len(places)))
    weight = {_key(answer.question, point): _weight(point) for point in answer.points}
    return sorted(keys, key=lambda key: (key[0] is None, -weight.get(key, 0.0), str(key)))


def _weight(point: Point) -> float:
    """How much a part is of: its cases, or its amount where it is no share."""
    return (point.fact.denominator if point.fact.denominator is not None else point.fact.value) or 0.0


def _labels(session: Session, by: str, answer: Answer, keys: Sequence[Key]) -> dict[Key, str]:
    """What rows or columns are called."""
    names: dict[str, str] = {}
    if by == AGENT and session.names:
        names = names_of(session.calculator.records)
    elif by == AGENT:
        people = [str(value) for (value,) in keys if value is not None]
        names = {who: session.localizer(N_("No. {n}"), n=n) for n, who in enumerate(people, start=1)}

    def called(value: datetime | str | None) -> str:
        if isinstance(value, datetime):
            return part_name(
                replace(answer, question=replace(answer.question, by=(by,))), value, None, session.localizer
            )
        if value is None:
            return session.localizer(N_("not given"))
        return line_title(session.calculator, value) if by == LINE else names.get(value, value)

    return {key: called(key[0]) for key in keys}


def _cell(session: Session, answer: Answer, point: Point | None) -> Cell:
    """A number of a part; a part without any row is a zero where things are counted, else it has no value."""
    if point is None:
        zero = 0.0 if answer.metric.spread else None
        fact = Fact(
            zero, zero, None if answer.metric.spread else 0.0, None if answer.metric.spread else note("no data")
        )
        return _of_fact(session, answer.metric, fact)
    return _of_fact(session, answer.metric, point.fact, few=point.few)


def _of_fact(session: Session, metric: Metric, fact: Fact, *, few: bool = False) -> Cell:
    text = "—" if fact.value is None else numbers.value(session.localizer, metric, fact.value)
    return Cell(metric, fact, text, few)


def _rest(session: Session, rows: Sequence[TableRow], metrics: Sequence[Metric]) -> TableRow:
    """What is not shown, of its own numerators and denominators; a number that cannot be added up is absent."""
    n = len(rows)
    cells = []
    for place, metric in enumerate(metrics):
        facts = [row.cells[place].fact for row in rows]
        cells.append(_of_fact(session, metric, _sum(metric, facts, session.calculator.catalogue.adds_up(metric))))
    label = session.localizer.counted("{n} other", "{n} others", n)
    return TableRow(None, label, tuple(cells))


def _sum(metric: Metric, facts: Sequence[Fact], adds: bool) -> Fact:
    if not adds:
        return Fact(None, None, None, note("these numbers cannot be added up"))
    numerator = sum(fact.numerator or 0.0 for fact in facts)
    if all(fact.denominator is None for fact in facts):
        return Fact(numerator, numerator, None)
    denominator = sum(fact.denominator or 0.0 for fact in facts)
    if not denominator:
        return Fact(None, numerator, denominator, note("no data"))
    return Fact(numerator * (100 if metric.unit is Unit.PERCENT else 1) / denominator, numerator, denominator)


def head_of(localizer: Localizer, spec: TableSpec) -> str:
    """Return the head of the column of rows' names."""
    return localizer(EVERY[spec.by[0]].title)
