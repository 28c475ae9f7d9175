"""May a report be posted? What is missing in it, or cannot be right, as sentences. Pure but for reading records.

Looked at are the tables its figures are computed from (are they in up to the period's end?), the volumes of its days
and lines (is any of them far below what is usual?), and the figures themselves (are there data, and the plans?).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from digests.answers.lists import TITLES
from digests.figures import line_title
from digests.localizer import Localizer
from digests.result import ReportResult, Session
from metrics.calculator import Calculator
from metrics.expected import Usual, by_day, usual, with_history
from metrics.facts import Query
from metrics.marks import channel_of, day_marks
from metrics.model import Better, Count, Metric, Unit
from metrics.periods import Period, midnight, to_local
from metrics.relations import RELATIONS
from warehouse.messages import N_, Message, note

FEW = 10
"""Where usually fewer than so many come, none of them may well be right: by chance that is one time in 20 000."""
FAR_BELOW = 0.2
"""A day with less of its usual volume than this is not believed."""
EVENTS = {
    "calls": "calls",
    "attempts": "calls",
    "chats": "chats",
    "leads": "leads",
    "reservations": "reservations",
    "tickets": "ticket_events",
    "bot": "bot_calls",
}
"""The relations that hold each event once, and their tables: their volumes have a usual size."""
NO_DATA, NO_PLAN = N_("no data: {figures}"), N_("no plan: {figures}")
"""The gaps of figures; all others are of the records behind them."""

_MetricOfLine = tuple[Metric, str | None]
"""A metric, and the line that it is asked of."""


@dataclass(frozen=True)
class _Stream:
    """One relation's events: when they end, and what was usual before the period."""

    relation: str
    table: str
    known_to: datetime
    usual: Usual | None
    days: dict[date, float]


def gaps(session: Session, result: ReportResult) -> tuple[Message, ...]:
    """What is missing in a report's numbers or cannot be right; nothing, if it may be posted.

    A period that is not over is looked at up to today's midnight.
    """
    calculator, localizer, period = session.calculator, session.localizer, result.period
    today = to_local(calculator.now, period.timezone).date()
    end = min(period.end, max(period.start, midnight(today, period.timezone)))
    if end <= period.start:
        return ()
    seen = Period(period.start, end, period.timezone)
    asked = _metrics_with_lines(calculator, result)
    relations = tuple(dict.fromkeys(name for metric, _ in asked for name in _relations(calculator, metric)))
    streams = list(_streams(calculator, relations, seen))
    return (
        *_ends(calculator, relations, streams, seen, localizer),
        *_days(streams, seen, localizer),
        *_lines(calculator, asked, streams, seen, localizer),
        *_figures(session, result),
    )


def late(
    calculator: Calculator, metric: Metric, period: Period, localizer: Localizer, *, lacking: float = FEW
) -> tuple[Message, ...]:
    """The tables of a metric that are not in up to a period's end, as sentences.

    `lacking`: so many events that are usually still to come are too many; 0: the records must reach the end. Where
    nobody knows what is usual, fewer than FEW may as well be lacking as not.
    """
    if period.end <= period.start:
        return ()
    relations = tuple(dict.fromkeys(leaf.relation for leaf in calculator.catalogue.leaves(metric)))
    streams = list(_streams(calculator, relations, period))
    return tuple(_ends(calculator, relations, streams, period, localizer, lacking))


def marked(gaps: Sequence[Message], localizer: Localizer) -> str:
    """The gaps in one sentence, for the reader of the digest."""
    return localizer(N_("This digest is not complete: {gaps}."), gaps="; ".join(map(localizer.say, gaps)))


def marked_rating(gaps: Sequence[Message], localizer: Localizer) -> str:
    """The same for the reader of a contest's rating."""
    return localizer(N_("This rating is not complete: {gaps}."), gaps="; ".join(map(localizer.say, gaps)))


def _streams(calculator: Calculator, relations: Sequence[str], period: Period) -> Iterator[_Stream]:
    """The streams of events that the relations come from and that have begun."""
    names = [name for name in dict.fromkeys(map(_events, relations)) if name in EVENTS]
    span, marks = with_history(period), day_marks(calculator)
    found = calculator.volumes([Query(_volume(name), span) for name in names])
    for name, volumes in zip(names, found, strict=True):
        known_to, begins = calculator.records.complete_to(EVENTS[name]), calculator.coverage.first_event(_volume(name))
        if known_to is None or begins is None:
            continue  # its figures have no data, and say so
        first = _first_whole_day(begins, period.timezone)
        left_out = marks.left_out(None, channel_of(EVENTS[name]), span)
        habit = usual(volumes.by_hour, period.first_day, first, calculator.centre, left_out)
        yield _Stream(name, EVENTS[name], known_to, habit, _sums(volumes.by_hour, period))


def _ends(
    calculator: Calculator,
    relations: Sequence[str],
    streams: Sequence[_Stream],
    period: Period,
    localizer: Localizer,
    lacking: float = FEW,
) -> Iterator[Message]:
    """Tables that are not in up to the period's end: more would usually have come, or a whole day is missing."""
    for table in dict.fromkeys(table for name in relations for table in RELATIONS[name].tables):
        known_to = calculator.records.complete_to(table)
        if known_to is None or known_to >= period.end:
            continue
        habits = [stream.usual for stream in streams if stream.table == table and stream.usual]
        if habits:
            ended = max(_to_come(habit, known_to, period) for habit in habits) >= lacking
        else:
            ended = lacking < FEW or known_to < midnight(period.last_day, period.timezone)
        if ended:
            yield note("{table}: the records end on {moment}", table=_titled(table, localizer), moment=known_to)


def _days(streams: Sequence[_Stream], period: Period, localizer: Localizer) -> Iterator[Message]:
    """Days far below their usual volume."""
    for stream in streams:
        for day, expected in _poor(stream, period).items():
            yield note(
                "{table}, {day}: {n}, and {usual} are usual",
                table=_titled(stream.table, localizer),
                day=day,
                n=int(stream.days[day]),
                usual=round(expected),
            )


def _poor(stream: _Stream, period: Period) -> dict[date, float]:
    """Days far below their usual volume, and what that is."""
    usual = {day: stream.usual.on(day) for day in _judged(stream, period)} if stream.usual else {}
    return {day: most for day, most in usual.items() if most >= FEW and stream.days[day] < FAR_BELOW * most}


def _lines(
    calculator: Calculator,
    asked: Sequence[_MetricOfLine],
    streams: Sequence[_Stream],
    period: Period,
    localizer: Localizer,
) -> Iterator[Message]:
    """Lines of the figures on which nothing came on a working day."""
    by_name = {stream.relation: stream for stream in streams}
    named = [(by_name[name], line) for name, line in _named_lines(calculator, asked) if name in by_name]
    named = [(stream, line) for stream, line in named if line in calculator.records.lines(stream.table)]
    span, marks = with_history(period), day_marks(calculator)
    found = calculator.compute([Query(_volume(stream.relation), span, (line,), ("day",)) for stream, line in named])
    for (stream, line), facts in zip(named, found, strict=True):
        poor = _poor(stream, period)  # told of before
        left_out = marks.left_out(line, channel_of(stream.table), span)
        silent = [day for day in _silent(calculator, stream, by_day(facts, span), left_out, period) if day not in poor]
        if silent:
            yield note(
                "{table}, {line}: none on {days}",
                table=_titled(stream.table, localizer),
                line=line_title(calculator, line),
                days=", ".join(map(localizer.day, silent)),
            )


def _silent(
    calculator: Calculator,
    stream: _Stream,
    volumes: Mapping[tuple[date, int], float],
    left_out: Collection[date],
    period: Period,
) -> Iterator[date]:
    """Working days without anything on a line that usually has something then, or of which nobody knows what is."""
    begins = next((day for (day, _), volume in sorted(volumes.items()) if volume), None)
    if begins is None:
        return
    habit = usual(volumes, period.first_day, begins, calculator.centre, left_out)
    for day in _judged(stream, period):
        silent = day >= begins and not volumes.get((day, 0)) and calculator.centre.is_working_day(day)
        if silent and (habit is None or habit.on(day) >= FEW):
            yield day


def _figures(session: Session, result: ReportResult) -> Iterator[Message]:
    empty = [figure.label for figure in result.figures if figure.answer.fact.value is None]
    empty += [session.localizer(table.spec.title) for table in result.tables if table.missing]
    empty += [session.localizer(each.spec.title) for each in result.analyses if each.findings.missing]
    if empty:
        yield note(NO_DATA, figures=", ".join(empty))
    unplanned = [figure.label for figure in result.figures if figure.spec.plan and figure.answer.planned.full is None]
    if unplanned:
        yield note(NO_PLAN, figures=", ".join(unplanned))


def _judged(stream: _Stream, period: Period) -> Iterator[date]:
    """The days whose volume may be judged: before the day the records end on, and that one too if no more was usual."""
    ended = to_local(stream.known_to, period.timezone).date()
    whole = stream.usual is not None and _to_come(stream.usual, stream.known_to, period) < FEW
    return (day for day in period.days if whole or day < ended)


def _to_come(habit: Usual, known_to: datetime, period: Period) -> float:
    """How much usually comes from the records' end to the period's."""
    start = to_local(max(known_to, period.start), period.timezone)
    whole_days = [day for day in period.days if day > start.date()]
    rest = start - datetime.combine(start.date(), time())
    hour, part = divmod(rest, timedelta(hours=1))
    first = habit.on(start.date(), hour, part / timedelta(hours=1)) if start.date() <= period.last_day else 0.0
    return first + sum(map(habit.on, whole_days))


def _metrics_with_lines(calculator: Calculator, result: ReportResult) -> list[_MetricOfLine]:
    """The metrics of a report with the lines they are asked of, each once."""
    figures = [(figure.answer.metric, figure.spec.line) for figure in result.figures]
    tables = [(calculator.catalogue.get(key), table.spec.line) for table in result.tables for key in table.spec.metrics]
    return list({(metric.key, line): (metric, line) for metric, line in (*figures, *tables)}.values())


def _relations(calculator: Calculator, metric: Metric) -> Iterator[str]:
    return (leaf.relation for leaf in calculator.catalogue.leaves(metric))


def _events(relation: str) -> str:
    """The relation of events that a relation is derived from, if it is."""
    if relation in EVENTS:
        return relation
    table = RELATIONS[relation].tables[0]
    return next((name for name, of in EVENTS.items() if of == table), relation)


def _named_lines(calculator: Calculator, asked: Sequence[_MetricOfLine]) -> list[tuple[str, str]]:
    """(relation of events, line) of what names a line, each once; of a group, its members."""
    named = [
        (_events(name), member)
        for metric, line in asked
        if line
        for name in _relations(calculator, metric)
        for member in calculator.centre.members(line)
    ]
    return [(name, line) for name, line in dict.fromkeys(named) if name in EVENTS and RELATIONS[name].has_lines]


def _sums(volumes: Mapping[tuple[date, int], float], period: Period) -> dict[date, float]:
    sums = dict.fromkeys(period.days, 0.0)
    for (day, _), volume in volumes.items():
        if day in sums:
            sums[day] += volume
    return sums


def _first_whole_day(begins: datetime, timezone: str) -> date:
    local = to_local(begins, timezone)
    return local.date() if local.time() == time() else local.date() + timedelta(days=1)


def _volume(relation: str) -> Metric:
    """How many events there are, whatever their kind."""
    return Metric(f"volume.{relation}", "", "", Unit.COUNT, Better.NEUTRAL, relation, Count())


def _titled(table: str, localizer: Localizer) -> str:
    return localizer(TITLES[table]) if table in TITLES else table
