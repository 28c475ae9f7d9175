"""From a report's declaration to its numbers: everything that its parts ask is asked at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import assert_never

from digests import numbers
from digests.catalogue import analysis_of
from digests.figures import figures_of, line_title, part_name, questions_of, value_title
from digests.localizer import Localizer
from digests.model import (
    CLIENT,
    PERIOD,
    AnalysisSpec,
    Column,
    Findings,
    Group,
    Part,
    ReportSpec,
    Slice,
    TableSpec,
    Value,
)
from digests.result import AnalysisResult, Cell, Key, ReportResult, Session, TableResult, TableRow
from metrics.answers import Answer, BreakdownPart, Question, ask, exact, is_split
from metrics.calculator import Calculator
from metrics.coverage import undivided, unnarrowed
from metrics.dimensions import DERIVED, DIMENSIONS, LINE, OF_EVENTS, PEOPLE, TIME_PARTS, TO_LINE, breakdown_title
from metrics.facts import Fact
from metrics.model import Metric, Unit, Where
from metrics.people import names_of
from metrics.periods import Period, earlier, year_before
from metrics.plans.plans import NO_PLAN
from warehouse.messages import N_, Message, note


def evaluate(
    session: Session, spec: ReportSpec, period: Period, *, line: str | None = None, filters: Where = ()
) -> ReportResult:
    """Compute a report, of one line if one is given, and narrowed to some values of dimensions.

    What cannot be asked of a part is said in its place, and the others stand. Raises UserError for what names nothing
    that there is.
    """
    calculator = session.calculator
    if line is not None:
        spec = _of_line(calculator, spec, line)
    within = Slice(calculator, period, line, filters, spec.chosen, year_before if spec.year_ago else earlier)
    asked = _all_questions(within, spec)
    answers = _answers(session, [question for questions in asked for question in questions])
    parts = iter(_shared_out(asked, answers))
    figures = tuple(figures_of(calculator, spec.figures, next(parts), session.localizer))
    before = {each.spec.key: answer for each, answer in zip(figures, next(parts), strict=False)}
    # What a table was narrowed by stays with it: its records are looked up by that.
    narrowed = (replace(table, filters=(*table.filters, *filters)) for table in spec.tables)
    tables = tuple(_table(session, table, period, next(parts)) for table in narrowed)
    analyses = tuple(_analysis(session, within, part, next(parts)) for part in spec.analyses)
    return ReportResult(spec, period, figures, tables, analyses, before, line, filters)


def _all_questions(within: Slice, spec: ReportSpec) -> list[list[Question]]:
    """What the parts ask: the figures, the same of the period before, then every table and every analysis."""
    calculator, period, filters = within.calculator, within.period, within.filters
    of_figures = questions_of(calculator, spec.figures, period, filters=filters)
    before = [
        replace(question, period=replace(within, period=question.period).before(question.metric), planned=False)
        for question in of_figures[: len(spec.figures)]
    ]
    return [
        of_figures,
        before if spec.compared else [],
        *(list(_questions(within, table)) for table in spec.tables),
        *(list(analysis_of(part.key).questions(within)) for part in spec.analyses),
    ]


def _answers(session: Session, questions: Sequence[Question]) -> list[Answer]:
    """The answers in order, asked for at once; of what a metric has not, an answer that says so."""
    refused = {question: problem for question in questions if (problem := _problem(session.calculator, question))}
    asked = list(dict.fromkeys(question for question in questions if question not in refused))
    found = dict(zip(asked, ask(session.calculator, session.plans, asked), strict=True))
    return [found[each] if each in found else _unanswered(session, each, refused[each]) for each in questions]


def _problem(calculator: Calculator, question: Question) -> Message | None:
    """Why a question cannot be asked, whatever the records; None where it can."""
    metric, catalogue = calculator.catalogue.get(question.metric), calculator.catalogue
    dimensions = catalogue.dimensions(metric)
    narrowed = [*([LINE] if question.line else []), *(test.column for test in question.filters)]
    if lacking := next((each for each in narrowed if each not in dimensions), None):
        return unnarrowed(catalogue, metric, lacking)
    cut = next((each for each in question.by if each not in (*TIME_PARTS, *OF_EVENTS, *dimensions)), None)
    return undivided(catalogue, metric, cut) if cut else None


def _unanswered(session: Session, question: Question, problem: Message) -> Answer:
    metric = session.calculator.catalogue.get(question.metric)
    return Answer(question, metric, question.period, Fact(None, None, None, problem), None, NO_PLAN)


def _shared_out(asked: Sequence[Sequence[Question]], answers: Sequence[Answer]) -> Iterator[list[Answer]]:
    """Yield each part's answers."""
    left = iter(answers)
    for questions in asked:
        yield list(islice(left, len(questions)))


def _of_line(calculator: Calculator, spec: ReportSpec, line: str) -> ReportSpec:
    """The report of one line: what names another line is left out, and so is what has no lines."""

    def has_lines(metric: str) -> bool:
        return LINE in calculator.catalogue.dimensions(calculator.catalogue.get(metric))

    def of_line(part: Part) -> Part | None:
        match part:
            case TableSpec():
                own = part.line in (None, line) and not {LINE, TO_LINE} & {*part.by}
                return replace(part, line=line) if own and all(map(has_lines, part.metrics)) else None
            case Group():
                figures = tuple(
                    replace(figure, line=line)
                    for figure in part.figures
                    if figure.line in (None, line) and has_lines(figure.metric)
                )
                return replace(part, figures=figures) if figures else None
            case AnalysisSpec():
                return part
            case _:
                assert_never(part)

    sections = (
        replace(section, parts=tuple(part for each in section.parts if (part := of_line(each))))
        for section in spec.sections
    )
    return replace(spec, sections=tuple(section for section in sections if section.parts))


def _questions(within: Slice, spec: TableSpec) -> Iterator[Question]:
    """Yield a table's questions: every metric by all its dimensions, and the margins by their own rows."""
    for metric in spec.metrics:
        whole = Question(metric, within.period, spec.line, (), (*spec.filters, *within.filters), planned=False)
        if spec.by == (PERIOD,):
            yield from (replace(whole, period=earlier(within.period, n)) for n in reversed(range(1, spec.limit)))
            yield whole
            continue
        yield replace(whole, by=spec.by)
        if len(spec.by) == 2:
            yield replace(whole, by=spec.by[:1])
            yield replace(whole, by=spec.by[1:])


def _analysis(session: Session, within: Slice, spec: AnalysisSpec, answers: Sequence[Answer]) -> AnalysisResult:
    known = [answer.as_of for answer in answers if answer.as_of]
    as_of = min(known) if known and len(known) == len(answers) else None
    missing = next((answer.fact.missing for answer in answers if answer.fact.missing and as_of is None), None)
    findings = Findings(missing=missing) if missing else analysis_of(spec.key).conclude(within, answers)
    findings = _named(session, findings)

    def text(row: Sequence[Value]) -> tuple[str, ...]:
        values = zip(findings.columns, row, strict=True)
        return tuple(_value_text(session.localizer, column, value) for column, value in values)

    told = tuple(answer.question for answer in answers if answer.as_of)
    under = tuple(text(row) for row in (findings.rest, findings.total) if row)
    return AnalysisResult(spec, findings, tuple(map(text, findings.rows)), as_of, told, under)


def _named(session: Session, findings: Findings) -> Findings:
    """The findings with people's names, or with their places for who may not see names; without clients."""
    if not session.clients and any(column.of == CLIENT for column in findings.columns):
        return Findings(missing=note("clients are named to those who ask for it and may see them"))
    place = next((n for n, column in enumerate(findings.columns) if column.of in PEOPLE), None)
    if place is None:
        return findings
    names = names_of(session.calculator.records) if session.names else {}
    rows, people = [], dict[str, int]()
    for row in findings.rows:
        who = row[place]
        if isinstance(who, Message):  # the others, who are nobody
            rows.append(row)
            continue
        n = people.setdefault(str(who), len(people) + 1)
        called = names.get(str(who), who) if session.names else session.localizer(N_("No. {n}"), n=n)
        rows.append((*row[:place], called, *row[place + 1 :]))
    return replace(findings, rows=tuple(rows))


def _value_text(localizer: Localizer, column: Column, value: Value) -> str:
    match value:
        case None:
            return localizer(DIMENSIONS[column.of].nothing) if column.of in DIMENSIONS else "—"
        case datetime():
            return localizer.moment(value)
        case date():
            return f"{localizer.weekday(value)}, {localizer.day(value)}"
        case Message():
            return localizer.say(value)
        case Period():
            return localizer.calendar(value) or localizer.days(value)
        case str():
            title = column.titles.get(value)
            return localizer(title) if title else value_title(localizer, column.of, value)
        case _ if column.apart:
            return numbers.apart(localizer, column.unit or Unit.COUNT, value, column.decimals)
        case _ if column.unit is None:
            return numbers.at_least(localizer, exact(value), column.decimals)
        case _:
            return numbers.in_unit(localizer, column.unit, value, column.decimals)


def _table(session: Session, spec: TableSpec, period: Period, answers: Sequence[Answer]) -> TableResult:
    known = [answer.as_of for answer in answers if answer.as_of]
    as_of = min(known) if len(known) == len(answers) else None
    if spec.by == (PERIOD,) and any(answer.fact.value is not None for answer in answers):
        return _trend(session, spec, period, answers, as_of)
    lacking = [answer.fact.missing for answer in answers if answer.fact.missing and not answer.points]
    by_two = len(spec.by) == 2
    missing = lacking[0] if lacking and (by_two or len(lacking) == len(answers)) else None
    missing = missing or next(_unsplit(session, answers), None)
    if missing or not any(answer.points for answer in answers):
        return TableResult(spec, period, (), (), (), None, 0, None, as_of, missing or note("no data"))
    made = _by_two(session, spec, answers) if by_two else _by_one(session, spec, answers)
    columns, keys, rows, rest, rest_count, total = made
    said = (*(remark for answer in answers for remark in answer.fact.remarks), *lacking)
    remarks = tuple(remark for n, remark in enumerate(said) if remark not in said[:n])
    return TableResult(spec, period, columns, keys, rows, rest, rest_count, total, as_of, None, remarks)


def _trend(
    session: Session, spec: TableSpec, period: Period, answers: Sequence[Answer], as_of: datetime | None
) -> TableResult:
    """Metrics as columns, periods as rows; there is nothing that they add up to."""
    columns = [answers[n : n + spec.limit] for n in range(0, len(answers), spec.limit)]
    rows = tuple(
        TableRow(
            (of_period[0].period.start,),
            session.localizer.days(of_period[0].period),
            tuple(_of_fact(session, answer.metric, answer.fact, few=answer.few) for answer in of_period),
        )
        for of_period in zip(*columns, strict=True)
    )
    heads = tuple(session.localizer(column[0].metric.title) for column in columns)
    return TableResult(spec, period, heads, tuple(() for _ in columns), rows, None, 0, None, as_of)


def _unsplit(session: Session, answers: Sequence[Answer]) -> Iterator[Message]:
    """Say of which metrics the records do not tell the values of a dimension: their parts would all be near nought."""
    for answer in answers:
        (by, *others) = answer.question.by
        if others or by in (*TIME_PARTS, *DERIVED) or answer.fact.value is None or is_split(answer):
            continue
        yield note(
            'The metric "{metric}" cannot be told apart {by}: {reason}.',
            metric=answer.metric.keyed_title,
            by=breakdown_title(by),
            reason=note("too much of it has no value of it in the records"),
        )


def _has_any(key: Key, points: Sequence[Mapping[Key, BreakdownPart]]) -> bool:
    """Whether there is anything at all of a part."""
    facts = [each[key].fact for each in points if key in each]
    return any(fact.numerator or fact.denominator for fact in facts)


_Made = tuple[tuple[str, ...], tuple[Key | None, ...], tuple[TableRow, ...], TableRow | None, int, TableRow]


def _by_one(session: Session, spec: TableSpec, answers: Sequence[Answer]) -> _Made:
    """Metrics as columns."""
    localizer = session.localizer
    points = [{_key(answer.question, point): point for point in answer.points} for answer in answers]
    every = dict.fromkeys(key for each in points for key in each)
    order = _in_order(session, spec, answers[0], [key for key in every if key[0] is not None or _has_any(key, points)])
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
    rows, every = (
        _in_order(
            session, replace(spec, by=(by,)), answer, [key for key in of if key != (None,) or _has_any(key, [of])]
        )
        for by, answer, of in zip(spec.by, (of_rows, of_columns), (row_points, column_points), strict=True)
    )
    columns, others = every[: spec.limit], every[spec.limit :]
    row_label, column_label = (
        _labels(session, by, answer, keys)
        for by, answer, keys in zip(spec.by, (of_rows, of_columns), (rows, columns), strict=True)
    )
    adds = session.calculator.catalogue.adds_up(metric)

    def left_over(points: Mapping[Key, BreakdownPart], row: Key) -> tuple[Cell, ...]:
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


def _key(question: Question, point: BreakdownPart) -> Key:
    values = iter(point.values)
    return tuple(point.start if key in TIME_PARTS else next(values) for key in question.by)


def _in_order(session: Session, spec: TableSpec, answer: Answer, keys: list[Key]) -> list[Key]:
    """Parts of time as they follow each other, lines as the centre has them, all else by how much there is of it."""
    (by,) = spec.by
    if by in TIME_PARTS:
        return sorted(keys, key=lambda key: (str(type(key[0])), key[0]))
    if by in (LINE, TO_LINE):
        places = {line: n for n, line in enumerate(session.calculator.centre.lines)}
        return sorted(keys, key=lambda key: places.get(str(key[0]), len(places)))
    if by in DIMENSIONS and DIMENSIONS[by].ordered:
        order = list(DIMENSIONS[by].titles)
        return sorted(keys, key=lambda key: (key[0] is None, order.index(str(key[0])) if key[0] in order else 0))
    weight = {_key(answer.question, point): _weight(point) for point in answer.points}
    return sorted(keys, key=lambda key: (key[0] is None, -weight.get(key, 0.0), str(key)))


def _weight(point: BreakdownPart) -> float:
    """How much a part is of: its cases, or its amount where it is no share."""
    return (point.fact.denominator if point.fact.denominator is not None else point.fact.value) or 0.0


def _labels(session: Session, by: str, answer: Answer, keys: Sequence[Key]) -> dict[Key, str]:
    """What rows or columns are called."""
    names: dict[str, str] = {}
    if by in PEOPLE and session.names:
        names = names_of(session.calculator.records)
    elif by in PEOPLE:
        people = [str(value) for (value,) in keys if value is not None]
        names = {who: session.localizer(N_("No. {n}"), n=n) for n, who in enumerate(people, start=1)}

    def called(value: datetime | str | None) -> str:
        if isinstance(value, datetime):
            return part_name(
                replace(answer, question=replace(answer.question, by=(by,))), value, None, session.localizer
            )
        if value is None:
            return session.localizer(DIMENSIONS[by].nothing)
        if by in (LINE, TO_LINE):
            return line_title(session.calculator, value)
        return names.get(value) or value_title(session.localizer, by, value)

    return {key: called(key[0]) for key in keys}


def _cell(session: Session, answer: Answer, point: BreakdownPart | None) -> Cell:
    """A number of a part; a part without any row is a zero where things are counted, else it has no value."""
    if point is None and answer.fact.missing:
        return _of_fact(session, answer.metric, answer.fact)
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
    known = [fact for fact in facts if fact.value is not None]
    if all(fact.denominator is None for fact in known or facts):
        return Fact(numerator, numerator, None)
    denominator = sum(fact.denominator or 0.0 for fact in facts)
    if not denominator:
        return Fact(None, numerator, denominator, note("no data"))
    return Fact(numerator * metric.unit.scale / denominator, numerator, denominator)
