"""Incidents: what happened minute by minute, whom it touched, and what burned without being written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.figures import line_title
from digests.model import (
    PERIOD,
    Analysis,
    AnalysisSpec,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question, exact
from metrics.dimensions import LINE, QUARTER
from metrics.incidents import Incident, around, incidents_of, left_the_usual, usual_of
from metrics.marks import day_marks
from metrics.model import Unit
from metrics.peaks import Count, episodes, quarters, weeks_around
from metrics.periods import Period
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

KINDS = {
    "started": N_("started"),
    "noticed": N_("noticed"),
    "complaint": N_("first complaint"),
    "escalated": N_("escalated"),
    "taken": N_("taken up"),
    "cause": N_("cause"),
    "message": N_("message to clients"),
    "metric": N_("numbers"),
    "note": N_("note"),
    "fixed": N_("fixed"),
    "resolved": N_("over"),
}
_TOUCHED = ("lcr", "contacts_touched", "clients_touched", "clients_with_loss", "clients_back")
_LATE_S = 1800
"""After so long without a word to clients, that is the finding."""

SPEC = ReportSpec(
    "incidents",
    N_("Incidents"),
    (
        Section(
            N_("Incidents"),
            (
                Group(
                    (
                        FigureSpec("incidents", "incidents", None, N_("Incidents")),
                        FigureSpec("time", "incident_time", None, N_("In all")),
                        FigureSpec("notice", "time_to_notice", None, N_("To notice, mean")),
                        FigureSpec("message", "time_to_message", None, N_("To tell clients, mean")),
                        FigureSpec("resolve", "time_to_resolve", None, N_("To resolve, mean")),
                    )
                ),
                AnalysisSpec(
                    "incidents.list",
                    N_("What happened"),
                    N_(
                        "Touched: contacts on the incident's lines, from its start to its end, whose call was lost or "
                        "waited past the threshold. Usually: the same quarter hours of the eight weeks before, for as "
                        "many calls."
                    ),
                ),
                AnalysisSpec(
                    "incidents.timeline",
                    N_("Minute by minute"),
                    N_(
                        "The numbers' own minutes: the first quarter hour with at least 5 lost calls that chance "
                        "explains less than once in 1,000 times, and the first of two in a row that are as usual."
                    ),
                ),
                AnalysisSpec(
                    "incidents.unusual",
                    N_("Episodes without an incident"),
                    N_("Losses out of the usual, as in the report of losses, that no incident covers."),
                ),
                TableSpec(
                    "trend", N_("Six periods"), ("incidents", "incident_time", "time_to_message"), (PERIOD,), limit=6
                ),
            ),
        ),
    ),
    question=N_("What happened minute by minute, and what do we learn?"),
    aliases=("инциденты", "сбои", "incidents", "outages"),
    pictures=("incidents",),
    short=("incidents", "time"),
    compared=True,
)


def _incidents(within: Slice) -> list[Incident]:
    """The incidents of the report's period and line."""
    centre = within.calculator.centre
    return [each for each in incidents_of(within.calculator, within.period) if each.touches(centre, within.line)]


def _lines(within: Slice, incident: Incident) -> list[str | None]:
    """The lines that an incident is asked of: its own, or the one that is asked about; None: the whole centre."""
    if within.line is not None:
        return [within.line]
    known = within.calculator.centre.lines
    return [line for line in incident.lines if line in known] or [None]


def _spans(within: Slice, incident: Incident) -> Period:
    started, ended = incident.spans(within.calculator.now)
    return Period(started, ended, within.period.timezone)


def _question(within: Slice, metric: str, line: str | None, period: Period, *by: str) -> Question:
    return Question(metric, period, line, by, within.filters, planned=False)


def _list_asked(within: Slice) -> Sequence[Question]:
    asked = [within.question("incidents")] if within.line is None else []
    for incident in _incidents(within):
        span = _spans(within, incident)
        for line in _lines(within, incident):
            if span.end > span.start:
                asked += [_question(within, metric, line, span) for metric in _TOUCHED]
                asked.append(_question(within, "lcr", line, weeks_around(span), QUARTER))
    return asked or [within.question("lcr")]


def _counts(answer: Answer) -> dict[int, Count]:
    return {
        int(float(point.values[-1])): Count(point.fact.numerator or 0.0, point.fact.denominator or 0.0)
        for point in answer.points
        if point.values[-1] is not None
    }


def _list(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Each incident with how soon it was noticed, told of and over, and with whom it touched."""
    marks = day_marks(within.calculator)
    of = {answer.question: answer for answer in answers}
    rows: list[tuple[Value, ...]] = []
    for incident in _incidents(within):
        span = _spans(within, incident)
        sums: dict[str, float] = defaultdict(float)
        usual: float | None = None
        for line in _lines(within, incident):
            if span.end <= span.start:
                continue
            for metric in _TOUCHED:
                fact = of[_question(within, metric, line, span)].fact
                sums[metric] += (fact.numerator if metric == "lcr" else fact.value) or 0.0
            counted = of[_question(within, "lcr", line, weeks_around(span), QUARTER)]
            begins, known_to = within.calculator.first_event(counted.metric), counted.as_of or span.end
            left_out = marks.left_out(line, "call", weeks_around(span))
            found = usual_of(list(quarters(_counts(counted), span, begins, known_to, left_out)))
            usual = found if usual is None else usual + (found or 0.0)
        noticed, told = incident.first("noticed"), incident.first("message")
        over = incident.resolved is not None and incident.resolved <= within.calculator.now
        rows.append(
            (
                incident.number,
                incident.title,
                ", ".join(line_title(within.calculator, line) for line in incident.lines) or None,
                incident.severity,
                incident.started,
                _minutes(incident.started, noticed),
                _minutes(incident.started, told),
                _minutes(incident.started, incident.resolved if over else None),
                sums["contacts_touched"],
                sums["clients_touched"],
                sums["lcr"],
                usual,
                sums["clients_with_loss"],
                sums["clients_back"],
            )
        )
    columns = (
        Column("number", N_("No.")),
        Column("title", N_("Incident")),
        Column("lines", N_("Lines")),
        Column("severity", N_("Severity")),
        Column("started", N_("Started")),
        Column("time_to_notice", N_("Noticed after, min")),
        Column("time_to_message", N_("Told after, min")),
        Column("time_to_resolve", N_("Over after, min")),
        Column("contacts", N_("Contacts touched"), Unit.COUNT),
        Column("clients", N_("Clients touched"), Unit.COUNT),
        Column("lost", N_("Lost"), Unit.COUNT),
        Column("usual", N_("Usually"), None, 1),
        Column("lost_clients", N_("Clients with a loss"), Unit.COUNT),
        Column("recovered", N_("Won back"), Unit.COUNT),
    )
    return Findings((), columns, tuple(rows)) if rows else Findings(missing=note("there are no incidents"))


def _minutes(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 60


def _timeline_asked(within: Slice) -> Sequence[Question]:
    asked = [
        _question(
            within, "lcr", line, weeks_around(around(incident, within.calculator.now, within.period.timezone)), QUARTER
        )
        for incident in _incidents(within)
        for line in _lines(within, incident)
    ]
    return asked or [within.question("lcr")]


def _timeline(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The entries of each timeline with the minutes that the numbers add, in their order."""
    marks = day_marks(within.calculator)
    of = {answer.question: answer for answer in answers}
    rows: list[tuple[Value, ...]] = []
    for incident in _incidents(within):
        near = around(incident, within.calculator.now, within.period.timezone)
        entries: list[tuple[datetime, Value, Value]] = [
            (entry.at, note(KINDS.get(entry.kind, entry.kind)), entry.text or None) for entry in incident.entries
        ]
        for line in _lines(within, incident):
            answer = of[_question(within, "lcr", line, weeks_around(near), QUARTER)]
            begins, known_to = within.calculator.first_event(answer.metric), answer.as_of or near.end
            left_out = marks.left_out(line, "call", weeks_around(near))
            left = left_the_usual(_counts(answer), near, begins, known_to, left_out)
            if left is None:
                continue
            entries.append(
                (
                    left.out.start,
                    note(KINDS["metric"]),
                    note(
                        "losses out of the usual: {n} in 15 minutes, usually {usual}",
                        n=int(left.out.now.cases),
                        usual=round(left.out.usual or 0.0, 1),
                    ),
                )
            )
            if left.back is not None:
                entries.append((left.back, note(KINDS["metric"]), note("losses are as usual again")))
        rows += [(incident.number, at, kind, text) for at, kind, text in sorted(entries, key=lambda each: each[0])]
    columns = (
        Column("incident", N_("No.")),
        Column("at", N_("Time")),
        Column("kind", N_("What")),
        Column("text", N_("Said")),
    )
    return Findings((), columns, tuple(rows)) if rows else Findings(missing=note("there are no incidents"))


def _unusual_asked(within: Slice) -> Sequence[Question]:
    by = (QUARTER,) if within.line is not None else (LINE, QUARTER)
    return [within.question("lcr", *by, period=weeks_around(within.period))]


def _unusual(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The episodes of losses that no incident covers."""
    (answer,) = answers
    counts: dict[str | None, dict[int, Count]] = defaultdict(dict)
    for point in answer.points:
        *named, quarter = point.values
        if quarter is not None:
            counts[named[0] if named else within.line][int(float(quarter))] = Count(
                point.fact.numerator or 0.0, point.fact.denominator or 0.0
            )
    begins, known_to = within.calculator.first_event(answer.metric), answer.as_of or within.period.end
    known, marks = incidents_of(within.calculator, within.period), day_marks(within.calculator)
    rows: list[tuple[Value, ...]] = []
    for line, of_line in counts.items():
        left_out = marks.left_out(line, "call", weeks_around(within.period))
        for episode in episodes(of_line, within.period, begins, known_to, left_out):
            covered = any(
                start < episode.end and end > episode.start
                for each in known
                if not each.lines or (line is not None and each.touches(within.calculator.centre, line))
                for start, end in [each.spans(within.calculator.now)]
            )
            if not covered:
                rows.append(
                    (
                        line_title(within.calculator, line) if line else None,
                        episode.start,
                        episode.end,
                        episode.cases,
                        episode.usual,
                    )
                )
    columns = (
        Column("line", N_("Line")),
        Column("start", N_("From")),
        Column("end", N_("Until")),
        Column("lost", N_("Lost"), Unit.COUNT),
        Column("usual", N_("Usually"), None, 1),
    )
    return Findings((), columns, tuple(sorted(rows, key=lambda row: str(row[1]))))


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what the numbers below bear: the longest incident, and how many there were."""
    found = next((each for each in result.analyses if each.spec.key == "incidents.list"), None)
    if found is None or found.findings.missing or not found.findings.rows:
        return
    keys = [column.key for column in found.findings.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in found.findings.rows]
    if len(rows) > 1:
        yield note("{n} incident.", "{n} incidents.", n=len(rows))
    worst = max(rows, key=lambda row: _float(row["lost"]))
    localizer = session.localizer

    def plain(value: Value) -> str:
        return numbers.plain(localizer, exact(_float(value)), 0)

    if worst["time_to_resolve"] is None:
        yield note("No. {number} “{title}” goes on.", number=worst["number"], title=worst["title"])
    else:
        yield note(
            "No. {number} “{title}”: {minutes} minutes.",
            number=worst["number"],
            title=worst["title"],
            minutes=plain(worst["time_to_resolve"]),
        )
    if worst["time_to_notice"] is not None and worst["time_to_message"] is not None:
        yield note(
            "Noticed after {notice} minutes, clients were told after {message}.",
            notice=plain(worst["time_to_notice"]),
            message=plain(worst["time_to_message"]),
        )
    elif worst["time_to_message"] is None:
        yield note("Clients were not told.")
    yield note(
        "Touched: {contacts} contacts, {clients} clients; {lost} calls were lost, usually {usual}.",
        contacts=plain(worst["contacts"]),
        clients=plain(worst["clients"]),
        lost=plain(worst["lost"]),
        usual="—" if worst["usual"] is None else plain(worst["usual"]),
    )


def _float(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.incidents import moments  # charts are not worth loading for a text

    return moments(session, result)


INCIDENTS = Declared(
    SPEC,
    analyses={
        "incidents.list": Analysis(_list_asked, _list),
        "incidents.timeline": Analysis(_timeline_asked, _timeline),
        "incidents.unusual": Analysis(_unusual_asked, _unusual),
    },
    pictures={"incidents": _picture},
    summary=_summary,
)
