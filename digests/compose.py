"""A report's result in words and pictures, as one document: a digest with its columns, or any other report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import compress, islice
from typing import TYPE_CHECKING, assert_never

from digests import numbers
from digests.catalogue import REPORTS, ReportPicture
from digests.contributions import reasons, short_table
from digests.document import (
    Action,
    Actions,
    Block,
    Document,
    FactRow,
    Facts,
    FactTrend,
    Heading,
    Headline,
    Note,
    Paragraph,
    Picture,
    Span,
    Table,
    plain,
)
from digests.engine import evaluate
from digests.figures import TOGETHER, Figure, as_of_among, detail
from digests.history import history
from digests.images import attempt
from digests.localizer import Localizer
from digests.model import AnalysisSpec, Group, ReportSpec, TableSpec, choose, picture_form
from digests.numbers import capital
from digests.request import ReportRequest, Request, Selection, Shape, Verb, When, command
from digests.result import AnalysisResult, Cell, ReportResult, Session, TableResult, TableRow, head_of
from digests.snapshot import PastCorrection, mark_text
from metrics.answers import Answer
from metrics.model import Where
from metrics.periods import Period, midnight
from warehouse.messages import N_

if TYPE_CHECKING:
    from digests.pictures.setting import Setting
    from digests.stories import Story

COVER = "scoreboard"
"""The key of a digest's picture that stands under the title; of a report it is the first that it declares."""
_MATTER, _LEAST_MATTER = 5, 3
"""How many figures stand under the finding: those that failed, or the first ones that are judged."""


@dataclass(frozen=True)
class Report:
    """A report of one period, computed and worded."""

    result: ReportResult
    document: Document
    columns: tuple[int, int] = (0, 0)
    """Where its columns begin and end among the document's blocks."""

    @property
    def spec(self) -> ReportSpec:
        return self.result.spec

    @property
    def period(self) -> Period:
        return self.result.period

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.result.figures

    @property
    def as_of(self) -> datetime | None:
        """Up to when all of it is known; None if nothing has any records."""
        return self.result.as_of


def make(
    session: Session,
    spec: ReportSpec,
    period: Period,
    *,
    line: str | None = None,
    filters: Where = (),
    stories: Sequence[Story] = (),
    pictures: bool = False,
) -> Report:
    """Compute, draw and word a report, of one line if one is given; all of it comes from one state of the records."""
    result = evaluate(session, spec, period, line=line, filters=filters)
    return worded(session, result, stories=stories, pictures=pictures)


def worded(session: Session, result: ReportResult, *, stories: Sequence[Story] = (), pictures: bool = False) -> Report:
    """Draw and word a report that is computed."""
    drawn: Sequence[Picture] = ()
    if pictures:
        result = with_background(session, result)
        drawn = attempt("of the report", lambda: pictures_of(session, result), ())
    columns = tuple(block for story in stories for block in _column(story))
    return composed(session, result, drawn, columns)


def with_background(session: Session, result: ReportResult) -> ReportResult:
    """The report with what its figures were before and what made them miss their plans, where it has a scoreboard."""
    if COVER not in result.spec.pictures:
        return result
    asked = (session.calculator, session.plans, result.figures)
    return replace(result, history=history(*asked, result.period), reasons=reasons(*asked))


def pictures_of(session: Session, result: ReportResult) -> Sequence[Picture]:
    """Draw what a report's parts show."""
    from digests.pictures import draw_all  # matplotlib is not worth loading for a text
    from digests.pictures.tables import table_pictures

    calculator, plans, localizer = session.calculator, session.plans, session.localizer
    of_figures = draw_all(calculator, plans, result.figures, result.spec, result.period, localizer, result.history)
    return (*of_figures, *table_pictures(session, result.tables), *_declared(session, result))


def _built(key: str, build: ReportPicture, session: Session, result: ReportResult) -> Picture | None:
    from digests.pictures.setting import render

    return render(session.localizer, key, build(session, result))


def _declared(session: Session, result: ReportResult) -> Iterator[Picture]:
    """Draw what the report has pictures of its own of; of one that is in its short form, its first."""
    in_short = [section.report for section in result.spec.sections if section.report]
    if result.spec.key not in in_short:
        yield from _own(session, result)
    for key in in_short:
        spec = REPORTS[key].spec
        if key == result.spec.key:
            spec = choose(spec, result.spec.chosen)
        whole = evaluate(session, picture_form(spec), result.period, line=result.line, filters=result.filters)
        yield from islice(_first(session, whole), 1)


def _first(session: Session, result: ReportResult) -> Iterator[Picture]:
    """Draw what a report shows first, of its own or a table."""
    from digests.pictures.tables import table_pictures

    yield from _own(session, result)
    yield from table_pictures(session, result.tables)


def _own(session: Session, result: ReportResult) -> Iterator[Picture]:
    own = REPORTS[result.spec.key].pictures if result.spec.key in REPORTS else {}
    for key in filter(own.__contains__, result.spec.pictures):
        drawn = attempt(key, partial(_built, key, own[key], session, result), None)
        yield from filter(None, [drawn])


def composed(
    session: Session,
    result: ReportResult,
    drawn: Sequence[Picture],
    columns: tuple[Block, ...],
    marks: Sequence[PastCorrection] = (),
) -> Report:
    """Return a report of what is computed and drawn; corrections are told under the parts that they changed."""
    localizer = session.localizer
    at_once = _as_of_together(result)
    charts_of = _charts_of(session, result, drawn)
    rows = {figure.spec.key: _row(session, figure, result, at_once, charts_of) for figure in result.figures}
    own = {table.spec.key for table in result.tables}
    charts = [each for each in drawn if each.key not in own]
    cover = _cover_of(result, charts)
    opening = (
        *_opening(session, result, rows),
        *([cover] if cover else []),
        *_sections(session, result, rows, {each.key: each for each in drawn if each.key in own}, marks),
    )
    blocks = (
        *opening,
        *columns,
        *_charts([each for each in charts if each is not cover], localizer),
        *_closing(result, localizer),
    )
    where = (len(opening), len(opening) + len(columns))
    return Report(result, Document(localizer(result.spec.title), blocks, localizer.language), where)


def _cover_of(result: ReportResult, charts: Sequence[Picture]) -> Picture | None:
    """The picture that is seen first: the scoreboard, or the first of a report's own."""
    first = COVER if COVER in result.spec.pictures else next(iter(result.spec.pictures), None)
    return next((picture for picture in charts if picture.key == first), None)


def _opening(session: Session, result: ReportResult, rows: Mapping[str, FactRow]) -> Iterator[Block]:
    """What a reader has in five seconds: the finding, the figures it rests on, and as of when all of it is."""
    localizer = session.localizer
    yield Heading(localizer(result.spec.title), 1)
    yield Paragraph(plain(localizer.period(result.period)))
    if COVER in result.spec.pictures:
        yield from _verdict(session, result, rows)
    elif result.spec.key in REPORTS and (said := tuple(REPORTS[result.spec.key].summary(session, result))):
        yield Headline(" ".join(map(localizer.say, said)))
    together = _as_of_together(result)
    if together:
        text = N_("The period is not over in the records: facts and plans are as of {moment}.")
        yield Note(localizer(text, moment=together))
    elif any(_lags(figure) for figure in result.figures):
        yield Note(localizer(N_("Some records end before the period does: these figures say as of when they are.")))


def _verdict(session: Session, result: ReportResult, rows: Mapping[str, FactRow]) -> Iterator[Block]:
    """How many plans were missed, and the figures furthest from theirs."""
    from digests.pictures import scoreboard  # matplotlib is not worth loading for a report without a verdict

    said, failed, judged = scoreboard.finding(_setting(session, result))
    yield Headline(said)
    matter = (failed or judged)[:_MATTER] if len(failed) >= _LEAST_MATTER else (*failed, *judged)[:_LEAST_MATTER]
    if matter:
        yield Facts(tuple(replace(rows[figure.spec.key], part=False) for figure in matter))


def _setting(session: Session, result: ReportResult) -> Setting:
    from digests.pictures.setting import Setting

    return Setting(session.calculator, session.plans, result.figures, result.spec, result.period, session.localizer, {})


def _lags(figure: Figure) -> bool:
    """Whether a figure's records end before its period's last day: the last event of a day is not its last second."""
    known_to, period = figure.answer.as_of, figure.answer.period
    return known_to is not None and known_to < midnight(period.last_day, period.timezone)


def _as_of_together(result: ReportResult) -> datetime | None:
    """The moment that all of it is as of, if the period is not over and there is one: the earliest of a few."""
    moments = [figure.answer.as_of for figure in result.figures if figure.answer.as_of is not None]
    moments += [part.as_of for part in result.tables if part.as_of is not None]
    moments += [part.as_of for part in result.analyses if part.as_of is not None]
    if not moments or max(moments) >= result.period.end or max(moments) - min(moments) > TOGETHER:
        return None
    return min(moments)


def _column(story: Story) -> Iterator[Block]:
    yield Heading(story.title, 2)
    yield from story.blocks
    if story.author:
        yield Paragraph((Span(story.author, emphasis=True),))


def _sections(
    session: Session,
    result: ReportResult,
    rows: Mapping[str, FactRow],
    drawn: Mapping[str, Picture],
    marks: Sequence[PastCorrection],
) -> Iterator[Block]:
    tables = {table.spec.key: table for table in result.tables}
    analyses = {analysis.spec.key: analysis for analysis in result.analyses}
    for section in result.spec.sections:
        yield Heading(session.localizer(section.title), 2)
        for part in section.parts:
            match part:
                case Group():
                    yield from _group(part, rows, marks, session.localizer)
                case TableSpec():
                    yield from _table(session, tables[part.key], marks)
                    yield from filter(None, [drawn.get(part.key)])
                case AnalysisSpec():
                    yield from _analysis(analyses[part.key], marks, session.localizer)
                case _:
                    assert_never(part)


def _group(
    group: Group, rows: Mapping[str, FactRow], marks: Sequence[PastCorrection], localizer: Localizer
) -> Iterator[Block]:
    if group.title:
        yield Heading(localizer(group.title), 3)
    yield Facts(tuple(rows[spec.key] for spec in group.figures))
    keys = {spec.key for spec in group.figures}
    yield from _marks(marks, lambda key: key in keys, localizer)


def _table(session: Session, table: TableResult, marks: Sequence[PastCorrection]) -> Iterator[Block]:
    localizer = session.localizer
    yield Heading(localizer(table.spec.title), 3)
    if table.missing:
        yield Note(localizer.say(table.missing))
        return
    header = (head_of(localizer, table.spec), *table.columns)
    yield Table(header, tuple((row.label, *map(_cell_text, row.cells)) for row in table.every_row))
    notes = [localizer(table.spec.remark).rstrip(".")] if table.spec.remark else []
    notes += [localizer.say(remark) for remark in table.remarks]
    few = _few(session, table)
    if few:
        notes.append(few)
    if notes:
        yield Note("; ".join(notes))
    yield from _marks(marks, lambda key: key.startswith(f"{table.spec.key}:"), localizer)


def _cell_text(cell: Cell) -> str:
    """A number, that of few cases with how many they are beside it."""
    n = cell.fact.denominator
    return f"{cell.text} ({n:.0f})" if cell.few and n else cell.text


def _analysis(analysis: AnalysisResult, marks: Sequence[PastCorrection], localizer: Localizer) -> Iterator[Block]:
    spec, findings = analysis.spec, analysis.findings
    yield Heading(localizer(spec.title), 3)
    if findings.missing:
        yield Note(localizer.say(findings.missing))
        return
    if findings.sentences:
        yield Paragraph(plain(" ".join(map(localizer.say, findings.sentences))))
    shown = findings.places_told
    if shown:
        told = [column.told for column in findings.columns]
        head = (localizer(column.title) for column in findings.columns)
        lines = [tuple(compress(line, told)) for line in (*(analysis.text[place] for place in shown), *analysis.under)]
        rows = [tuple(compress(head, told)), *lines]
        if findings.across:
            rows = [row for row in zip(*rows, strict=True) if {*row[1:]} != {"—"}]
        yield Table(rows[0], tuple(rows[1:]))
    if len(shown) < len(findings.rows):
        yield Note(localizer(N_("The workbook has all {n} rows."), n=len(findings.rows)))
    if spec.method:
        yield Note(localizer(spec.method))
    yield from _marks(marks, lambda key: key.startswith(f"{spec.key}:"), localizer)


def _few(session: Session, table: TableResult) -> str | None:
    """That some rows are of too few cases to be compared with the others, and which."""

    def is_few(row: TableRow) -> bool:
        return bool(row.key) and any(cell.few for cell in row.cells)

    few = [row.label for row in table.rows if is_few(row)]
    if not few:
        return None
    least = session.calculator.centre.min_cases
    text = N_("fewer than {least} cases, not to be compared: {rows}")
    return session.localizer(text, least=least, rows=", ".join(few))


def _marks(marks: Sequence[PastCorrection], is_own: Callable[[str], bool], localizer: Localizer) -> Iterator[Block]:
    for mark in marks:
        if within := tuple(change for change in mark.changes if is_own(change.key)):
            yield Note(mark_text(PastCorrection(mark.day, within), localizer))


def _charts_of(
    session: Session, result: ReportResult, drawn: Sequence[Picture]
) -> Mapping[tuple[str, str | None], str]:
    """Return the key of the picture that shows a metric of a line."""
    if not drawn or COVER not in result.spec.pictures:
        return {}
    from digests.pictures import PICTURES  # matplotlib is not worth loading for a text

    setting = _setting(session, result)
    shown = [each.key for each in drawn if each.key != COVER and each.key in PICTURES]
    return {(asked.metric, asked.line): key for key in shown for asked in PICTURES[key].questions(setting)}


def _row(
    session: Session,
    figure: Figure,
    result: ReportResult,
    together: datetime | None,
    charts: Mapping[tuple[str, str | None], str],
) -> FactRow:
    localizer = session.localizer
    part = figure.spec.part_of is not None
    known_to = as_of_among(figure.answer.as_of, result.figures)
    verdict, explained = figure.answer.verdict, detail(session.calculator, figure, localizer, known_to)
    remarks = figure.remarks
    if _lags(figure) and together is None and figure.answer.fact.value is not None:
        remarks = (*remarks, localizer(N_("as of {moment}"), moment=figure.answer.as_of))
    if before := result.before.get(figure.spec.key):
        remarks = (*_few_cases(figure, localizer), _compared(before, localizer), *remarks)
    reason = result.reasons.get(figure.spec.key)
    return FactRow(
        figure.label,
        figure.text,
        verdict,
        part,
        remarks,
        explained,
        _trend(figure, result, localizer),
        short_table(session.calculator, localizer, reason) if reason else None,
        charts.get((figure.spec.metric, figure.answer.question.line)),
    )


def _trend(figure: Figure, result: ReportResult, localizer: Localizer) -> FactTrend | None:
    """What a figure was: a line for a page, and «1–15 мая: 20,7 тыс., год назад: 18 тыс.»."""
    trend = result.history.get(figure.spec.key)
    if trend is None or not trend.known:
        return None
    said = [_compared(trend.before, localizer)] if trend.before else []
    if trend.year_before and trend.year_before.fact.value is not None:
        year = numbers.value(localizer, trend.year_before.metric, trend.year_before.fact.value)
        said.append(localizer(N_("a year ago: {value}"), value=year))
    values, plans = (point.fact.value for point in trend.points), (point.plan for point in trend.points)
    return FactTrend(tuple(values), tuple(plans), ", ".join(said))


def _compared(before: Answer, localizer: Localizer) -> str:
    """«1–15 мая: 10,9%»."""
    fact = before.fact.value
    value = localizer(N_("no data")) if fact is None else numbers.value(localizer, before.metric, fact)
    return localizer(N_("{period}: {value}"), period=localizer.days(before.period), value=value)


def _few_cases(figure: Figure, localizer: Localizer) -> Iterator[str]:
    """Of how many cases a share or a mean is, where they are too few to be judged."""
    if figure.answer.few and figure.answer.fact.denominator is not None:
        n = int(figure.answer.fact.denominator)
        yield localizer.counted("of {n} case", "of {n} cases", n)


def _charts(charts: Sequence[Picture], localizer: Localizer) -> Iterator[Block]:
    if charts:
        yield Heading(localizer(N_("Charts")), 2)
        yield from charts


def next_actions(session: Session, result: ReportResult) -> Actions:
    """What may be asked under a posted report: why its worst figure is what it is, and all of it as a workbook."""
    first, last = result.period.first_day, result.period.last_day
    when = When(f"{first}" if first == last else f"{first}..{last}", result.period)
    actions = []
    if COVER in result.spec.pictures:
        from digests.pictures import scoreboard
        from digests.pictures.setting import names_said

        setting = _setting(session, result)
        for figure in scoreboard.finding(setting)[1][:1]:
            lines = (figure.spec.line,) if figure.spec.line else ()
            asked = Request(Verb.WHY, Selection(figure.spec.metric, when, lines))
            name = capital(names_said(setting, [figure], result.figures)[0][0])
            actions.append(Action(session.localizer(N_("Why? {line}"), line=name), command(asked)))
    if result.spec.key in REPORTS:
        actions += REPORTS[result.spec.key].actions(session, result)
    workbook = Request(Verb.REPORT, when=when, report=ReportRequest(result.spec.key, shape=Shape.XLSX))
    return Actions((*actions, Action(session.localizer(N_("Excel")), command(workbook))))


def _closing(result: ReportResult, localizer: Localizer) -> Iterator[Block]:
    if result.as_of is not None:
        # A page is forwarded and kept: here the year always stands.
        yield Note(localizer.dated(N_("Computed from the records as of {moment}."), moment=result.as_of))
