"""An incident as a picture: lost calls by quarter hour beside what is usual, and its timeline below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from charts.forms.moments import Moment, Moments, Stretch
from charts.model import Amount
from digests import numbers
from digests.figures import line_title
from digests.incidents import KINDS, account_of, learnt
from digests.localizer import Localizer
from digests.numbers import capital
from digests.pictures.wording import chart_labels, data_as_of, sentences, titles
from digests.result import ReportResult, Session
from metrics.answers import ask, exact
from metrics.incidents import Account, Impact, Incident, IncidentScope, incidents_of
from metrics.peaks import CaseCount, Quarter, chance
from metrics.periods import Period, to_local
from metrics.signals import LOST
from warehouse.messages import N_

_MOST = 9
_LONG = timedelta(hours=12)
"""From so long on quarter hours would be too many columns: they are hours."""
_QUARTERS_OF_HOUR = 4
_LIKELY, _LEAST = 0.001, 5
_SOON = timedelta(minutes=30)


def moments(session: Session, result: ReportResult) -> Moments | None:
    """Return the picture of the incident that lost most calls; None without any."""
    found = next((each for each in result.analyses if each.spec.key == "incidents.list"), None)
    if found is None or found.findings.missing or not found.findings.rows:
        return None
    line = next((q.line for q in found.asked if q.line is not None), None)
    listed = {str(row[0]) for row in found.findings.rows}
    asked = [
        IncidentScope(each, session.calculator, line)
        for each in incidents_of(session.calculator, result.period)
        if each.number in listed
    ]
    accounts = [(each, account_of(session, each)) for each in asked]
    return of_incident(session, *max(accounts, key=lambda each: each[1].impact.lost), found.as_of)


def of_incident(
    session: Session, asked: IncidentScope, account: Account, as_of: datetime | None, *, outside: bool = False
) -> Moments:
    """Return the picture of an incident; `outside`: as clients see it, without what was lost and is to be done."""
    incident, localizer, zone = asked.incident, session.localizer, asked.span.timezone
    _, ended = incident.spans(session.calculator.now)
    start, end = incident.started - _SOON * 2, ended + _SOON
    start = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    long = ended - incident.started > _LONG
    if long:
        start = start.replace(minute=0)
    quarters = _quarters(session, asked, start, end)
    stretch = _by_hour(quarters) if long else [_column(q.now.cases, q.usual, q.p) for q in quarters]

    def place(at: datetime) -> float:
        return (at - start) / (end - start)

    usual = max((each.usual for each in stretch if each.usual is not None), default=None)
    return Moments(
        titles(*_captions(session, incident, account.impact, as_of, outside=outside)),
        chart_labels(localizer),
        _heading(localizer, usual, long=long) if stretch else "",
        tuple(
            Stretch(
                Amount(each.lost, numbers.plain(localizer, exact(each.lost), 0)),
                each.unusual,
            )
            for each in stretch
        ),
        (place(incident.started), place(ended)),
        None if usual is None else Amount(usual, numbers.plain(localizer, exact(usual), 1)),
        _ticks(start, end, zone),
        tuple(_entries(session, incident, place, zone)),
        "" if outside else _statement(localizer, account.impact),
    )


@dataclass(frozen=True)
class _Column:
    """What was lost in a stretch of time, beside what usually is."""

    lost: float
    usual: float | None
    unusual: bool


def _column(lost: float, usual: float | None, p: float) -> _Column:
    return _Column(lost, usual, lost >= _LEAST and p < _LIKELY)


def _by_hour(quarters: Sequence[Quarter]) -> list[_Column]:
    """The hours of an incident that is too long for its quarter hours."""
    hours = []
    for n in range(0, len(quarters), _QUARTERS_OF_HOUR):
        hour = quarters[n : n + _QUARTERS_OF_HOUR]
        now, before = sum((q.now for q in hour), CaseCount()), sum((q.before for q in hour if q.before), CaseCount())
        known = any(q.before is not None for q in hour)
        usual = sum(q.usual or 0.0 for q in hour) if known else None
        p = chance(now.cases, now.exposure, before.cases, before.exposure) if known and before.exposure else 1.0
        hours.append(_column(now.cases, usual, p))
    return hours


def _heading(localizer: Localizer, usual: float | None, *, long: bool) -> str:
    heading = localizer(N_("Lost in an hour") if long else N_("Lost in 15 minutes"))
    if usual is None:
        return heading
    most = numbers.plain(localizer, exact(usual), 1)
    if long:
        return localizer(N_("Lost in an hour; dashed: usually up to {usual}"), usual=most)
    return localizer(N_("Lost in 15 minutes; dashed: usually up to {usual}"), usual=most)


def _quarters(session: Session, asked: IncidentScope, start: datetime, end: datetime) -> list[Quarter]:
    """The quarter hours of the picture, each beside its like of the weeks before."""
    span = Period(start, end, asked.span.timezone)
    (answer,) = ask(session.calculator, session.plans, [asked.quarters(LOST, span)])
    return list(asked.row(LOST, answer, span))


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
        kind = capital(session.localizer(KINDS.get(entry.kind, entry.kind)))
        words = f"{kind}: {entry.text}" if entry.text else kind
        made.append(Moment(place(entry.at), to_local(entry.at, zone).strftime("%H:%M"), words, n == first))
    return made


def _statement(localizer: Localizer, impact: Impact) -> str:
    return localizer(
        N_("Lost {lost} (usually {usual}), won back {back} of {clients} clients."),
        lost=_plain(localizer, impact.lost),
        usual="—" if impact.usual is None else numbers.plain(localizer, exact(impact.usual), 1),
        back=_plain(localizer, impact.recovered),
        clients=_plain(localizer, impact.lost_clients),
    )


def _plain(localizer: Localizer, value: float) -> str:
    return numbers.plain(localizer, exact(value), 0)


def _captions(
    session: Session, incident: Incident, impact: Impact, as_of: datetime | None, *, outside: bool
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    named = ", ".join(line_title(session.calculator, line) for line in incident.lines)
    subtitle = localizer(
        N_("Incident No. {number} “{title}”, {lines}, {day}"),
        number=incident.number,
        title=incident.title,
        lines=named or localizer(N_("the whole centre")),
        day=localizer.local_day(incident.started),
    )
    band = localizer(N_("The band: from its start to its end"))
    if not outside:
        band = learnt(incident, localizer) or band
    footnote = sentences(band, data_as_of(localizer, as_of))
    headline = _headline(localizer, incident, impact, session.calculator.now)
    return headline, subtitle, footnote, (subtitle,) if outside else (subtitle, _statement(localizer, impact))


def _headline(localizer: Localizer, incident: Incident, impact: Impact, now: datetime) -> str:
    """How long and whom; how soon clients were told."""

    def minutes(until: datetime) -> str:
        return localizer.counted("{n} minute", "{n} minutes", round((until - incident.started).total_seconds() / 60))

    clients = localizer.counted("{n} client", "{n} clients", round(impact.clients))
    ended = incident.resolved if incident.resolved is not None and incident.resolved <= now else None
    lasted = localizer(N_("It goes on")) if ended is None else minutes(ended)
    told = incident.first("message")
    if told is None:
        return f"{lasted}, {clients};\n{localizer(N_('clients were not told'))}"
    said = localizer(N_("the first message to clients after {time}"), time=minutes(told))
    return f"{lasted}, {clients};\n{said}"
