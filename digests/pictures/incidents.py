"""An incident as a picture: lost calls by quarter hour beside what is usual, and its timeline below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from charts.forms.moments import Moment, Moments, Stretch
from charts.model import Amount
from digests import numbers
from digests.catalogue.incidents import KINDS
from digests.localizer import Localizer
from digests.model import Value
from digests.pictures.wording import chart_labels, data_as_of, sentences, titles
from digests.result import ReportResult, Session
from metrics.answers import Question, ask, exact
from metrics.dimensions import QUARTER
from metrics.incidents import Incident, around, incidents_of
from metrics.marks import day_marks
from metrics.peaks import Count, Quarter, quarters, weeks_around
from metrics.periods import Period, to_local
from warehouse.messages import N_

_MOST = 9
_LONG = timedelta(hours=12)
"""From so long on hours would be too many columns: the moments stand alone."""
_LIKELY, _LEAST = 0.001, 5
_SOON = timedelta(minutes=30)
Row = Mapping[str, Value]


def moments(session: Session, result: ReportResult) -> Moments | None:
    """Return the picture of the incident that lost most calls; None without any."""
    found = next((each for each in result.analyses if each.spec.key == "incidents.list"), None)
    if found is None or found.findings.missing or not found.findings.rows:
        return None
    keys = [column.key for column in found.findings.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in found.findings.rows]
    worst = max(rows, key=lambda row: _float(row["lost"]))
    calculator = session.calculator
    incident = next((i for i in incidents_of(calculator, result.period) if i.number == worst["number"]), None)
    if incident is None:
        return None
    zone, now = result.period.timezone, calculator.now
    _, ended = incident.spans(now)
    start, end = incident.started - _SOON * 2, ended + _SOON
    start = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    line = _line(incident, result)
    stretch = _quarters(session, incident, line, start, end) if ended - incident.started <= _LONG else []
    localizer = session.localizer

    def place(at: datetime) -> float:
        return (at - start) / (end - start)

    usual = max((q.usual or 0.0 for q in stretch if q.usual is not None), default=None)
    return Moments(
        titles(*_captions(session, incident, worst, found.as_of)),
        chart_labels(localizer),
        localizer(N_("Lost in 15 minutes")) if stretch else "",
        tuple(
            Stretch(
                Amount(q.now.cases, numbers.plain(localizer, exact(q.now.cases), 0)),
                q.now.cases >= _LEAST and q.p < _LIKELY,
            )
            for q in stretch
        ),
        (place(incident.started), place(ended)),
        None if usual is None else Amount(usual, numbers.plain(localizer, exact(usual), 1)),
        _ticks(start, end, zone),
        tuple(_entries(session, incident, place, zone)),
        _statement(localizer, worst),
    )


def _float(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _line(incident: Incident, result: ReportResult) -> str | None:
    """The line that the report is of, or the incident's only one."""
    asked = next((q.line for analysis in result.analyses for q in analysis.asked if q.line is not None), None)
    return asked if asked is not None else incident.lines[0] if len(incident.lines) == 1 else None


def _quarters(session: Session, incident: Incident, line: str | None, start: datetime, end: datetime) -> list[Quarter]:
    """The quarter hours of the picture, each beside its like of the weeks before."""
    calculator = session.calculator
    near = around(incident, calculator.now, calculator.centre.timezone)
    question = Question("lcr", weeks_around(near), line, (QUARTER,), planned=False)
    (answer,) = ask(calculator, session.plans, [question])
    counts = {
        int(float(point.values[-1])): Count(point.fact.numerator or 0.0, point.fact.denominator or 0.0)
        for point in answer.points
        if point.values[-1] is not None
    }
    known_to = answer.as_of or end
    begins = calculator.first_event(answer.metric)
    left_out = day_marks(calculator).left_out(line, "call", weeks_around(near))
    return list(quarters(counts, Period(start, end, near.timezone), begins, known_to, left_out))


def _ticks(start: datetime, end: datetime, zone: str) -> tuple[tuple[float, str], ...]:
    """The full hours."""
    ticks = []
    at = start.replace(minute=0) + (timedelta(hours=1) if start.minute else timedelta())
    while at <= end:
        ticks.append(((at - start) / (end - start), to_local(at, zone).strftime("%H:%M")))
        at += timedelta(hours=1)
    return tuple(ticks)


def _entries(session: Session, incident: Incident, place: Callable[[datetime], float], zone: str) -> Sequence[Moment]:
    """The entries; of many, those that are no notes."""
    told = [entry for entry in incident.entries if not entry.internal]
    if len(told) > _MOST:
        told = [entry for entry in told if entry.kind != "note"][:_MOST]
    first = next((n for n, entry in enumerate(told) if entry.kind == "message"), None)
    made = []
    for n, entry in enumerate(told):
        kind = session.localizer(KINDS.get(entry.kind, entry.kind))
        words = f"{kind[:1].upper()}{kind[1:]}: {entry.text}" if entry.text else kind[:1].upper() + kind[1:]
        made.append(Moment(place(entry.at), to_local(entry.at, zone).strftime("%H:%M"), words, n == first))
    return made


def _statement(localizer: Localizer, row: Row) -> str:
    def plain(value: Value) -> str:
        return numbers.plain(localizer, exact(_float(value)), 0)

    return localizer(
        N_("Lost {lost} (usually {usual}), won back {back} of {clients} clients."),
        lost=plain(row["lost"]),
        usual="—" if row["usual"] is None else plain(row["usual"]),
        back=plain(row["recovered"]),
        clients=plain(row["lost_clients"]),
    )


def _captions(
    session: Session, incident: Incident, row: Row, as_of: datetime | None
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    lines = row["lines"] if isinstance(row["lines"], str) else localizer(N_("the whole centre"))
    subtitle = localizer(
        N_("Incident No. {number} “{title}”, {lines}, {day}"),
        number=incident.number,
        title=incident.title,
        lines=lines,
        day=localizer.local_day(incident.started),
    )
    footnote = sentences(
        localizer(N_("The band: from its start to its end. Dashed: the most that is usual")),
        data_as_of(localizer, as_of),
    )
    headline = _headline(localizer, row)
    return headline, subtitle, footnote, (subtitle, _statement(localizer, row))


def _headline(localizer: Localizer, row: Row) -> str:
    """How long and whom; how late clients were told, if that was late."""

    def minutes(value: Value) -> str:
        return localizer.counted("{n} minute", "{n} minutes", round(_float(value)))

    clients = localizer.counted("{n} client", "{n} clients", round(_float(row["clients"])))
    lasted = minutes(row["time_to_resolve"]) if row["time_to_resolve"] is not None else localizer(N_("It goes on"))
    told = row["time_to_message"]
    if told is None:
        return f"{lasted}, {clients};\n{localizer(N_('clients were not told'))}"
    said = localizer(N_("the first message to clients after {time}"), time=minutes(told))
    return f"{lasted}, {clients};\n{said}"
