"""Incidents: what happened minute by minute, whom it touched, and what burned without being written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.document import Action
from digests.figures import line_title
from digests.incidents import KINDS, moments
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
from digests.numbers import capital
from metrics.answers import Answer, Question, exact
from metrics.incidents import Account, Incident, IncidentScope, incidents_of
from metrics.marks import day_marks
from metrics.model import Unit
from metrics.peaks import Peak, episodes, weeks_around
from metrics.periods import to_local
from metrics.signals import Signal
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_UNUSUAL = {"lost": N_("lost calls"), "late": N_("not answered in time"), "lost_chats": N_("lost chats")}
_OFFERED = 2
"""Buttons that open an incident."""
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
                        FigureSpec("time", "incident_time", None, N_("Overall")),
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
                        "The numbers' own minutes, of lost calls, of answers past the threshold, of calls and of lost "
                        "chats: the first quarter hour with at least 5 cases that chance explains less than once in "
                        "1,000 times, and the first of two in a row that are as usual."
                    ),
                ),
                AnalysisSpec(
                    "incidents.unusual",
                    N_("Episodes without an incident"),
                    N_(
                        "Lost calls, late answers and lost chats out of the usual, as in the report of losses, "
                        "that no incident covers."
                    ),
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


def _asked(within: Slice) -> list[IncidentScope]:
    """The incidents as the numbers are asked of them."""
    return [IncidentScope(each, within.calculator, within.line, within.filters) for each in _incidents(within)]


def _accounts_asked(within: Slice) -> Sequence[Question]:
    return [question for each in _asked(within) for question in each.questions()] or [within.question("lcr")]


def _accounts(within: Slice, answers: Sequence[Answer]) -> list[tuple[Incident, Account]]:
    of = {answer.question: answer for answer in answers}
    return [(each.incident, each.account(of)) for each in _asked(within)]


def _list(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Each incident with how soon it was noticed, told of and over, and with whom it touched."""
    rows: list[tuple[Value, ...]] = []
    today = to_local(within.calculator.now, within.period.timezone).date()
    for incident, account in _accounts(within, answers):
        noticed, told, impact = incident.noticed, incident.first("message"), account.impact
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
                impact.contacts,
                impact.clients,
                impact.lost,
                impact.usual,
                impact.lost_clients,
                impact.recovered,
                incident.published,
                len([each for each in incident.actions if each.done_at is None]) if incident.actions else None,
                len([each for each in incident.actions if each.is_overdue(today)]) if incident.actions else None,
                len(incident.actions) or None,
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
        Column("published", N_("Post-mortem")),
        Column("open_actions", N_("Open actions"), Unit.COUNT),
        Column("overdue", N_("Past their day"), Unit.COUNT),
        Column("actions", N_("Actions"), Unit.COUNT),
    )
    return Findings((), columns, tuple(rows)) if rows else Findings(missing=note("there are no incidents"))


def _minutes(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 60


def _timeline(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The entries of each timeline with the minutes that the numbers add, in their order."""
    rows: list[tuple[Value, ...]] = []
    remarks = []
    for incident, account in _accounts(within, answers):
        for each in moments(incident, account):
            rows.append((incident.number, each.at, note(KINDS.get(each.kind, each.kind)), each.text or None))
        if not account.compared:
            remarks.append(note("No. {number}: fewer than 3 weeks of records to compare with.", number=incident.number))
    columns = (
        Column("incident", N_("No.")),
        Column("at", N_("Time")),
        Column("kind", N_("What")),
        Column("text", N_("Said")),
    )
    missing = None if rows else note("there are no incidents")
    return Findings(tuple(remarks), columns if rows else (), tuple(rows), missing=missing)


def _watched(within: Slice) -> list[Signal]:
    """What may have burned without being written down: all that may be lost or missed, as the records tell of it."""
    asked = IncidentScope(Incident("", "", (), None, within.period.start, within.period.end), within.calculator)
    return [signal for signal in asked.signals if not signal.volume]


def _unusual_asked(within: Slice) -> Sequence[Question]:
    return [within.question(signal.metric) for signal in _watched(within)]


def _unusual(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The episodes out of the usual that no incident covers, the earliest first."""
    known, marks = incidents_of(within.calculator, within.period), day_marks(within.calculator)
    rows: list[tuple[Value, ...]] = []
    for signal, answer in zip(_watched(within), answers, strict=True):
        begins, known_to = within.calculator.coverage.first_event(answer.metric), answer.as_of or within.period.end
        counts = signal.by_line(within.calculator, within.line, within.filters, weeks_around(within.period))
        for line, of_line in counts.items():
            left_out = marks.left_out(line, signal.channel, weeks_around(within.period))
            for episode in episodes(of_line, within.period, begins, known_to, left_out):
                # A lost call is not answered in time either: the same is said once.
                told = any(row[0] == _title(within, line) and _overlap(row, episode) for row in rows)
                if not told and not any(_covers(within, each, line, episode) for each in known):
                    what = note(_UNUSUAL[signal.key])
                    rows.append((_title(within, line), what, episode.start, episode.end, episode.cases, episode.usual))
    columns = (
        Column("line", N_("Line")),
        Column("what", N_("What")),
        Column("start", N_("From")),
        Column("end", N_("Until")),
        Column("cases", N_("Cases"), Unit.COUNT),
        Column("usual", N_("Usually"), None, 1),
    )
    return Findings((), columns, tuple(sorted(rows, key=lambda row: (str(row[2]), str(row[0])))))


def _title(within: Slice, line: str | None) -> str | None:
    return line_title(within.calculator, line) if line else None


def _overlap(row: Sequence[Value], episode: Peak) -> bool:
    return _moment(row[2]) < episode.end and _moment(row[3]) > episode.start


def _covers(within: Slice, incident: Incident, line: str | None, episode: Peak) -> bool:
    start, end = incident.spans(within.calculator.now)
    if not (start < episode.end and end > episode.start):
        return False
    return not incident.lines or (line is not None and incident.touches(within.calculator.centre, line))


def _actions(session: Session, result: ReportResult) -> Iterator[Action]:
    """Yield buttons that open an incident for what burned without one."""
    found = next((each for each in result.analyses if each.spec.key == "incidents.unusual"), None)
    if found is None or found.findings.missing:
        return
    localizer, calculator = session.localizer, session.calculator
    keys = {line_title(calculator, key): key for key in calculator.centre.lines}
    for row in found.findings.rows[:_OFFERED]:
        named, what, start, _, cases, usual = row
        line = keys.get(named if isinstance(named, str) else "")
        local = to_local(_moment(start), result.period.timezone)
        title = localizer(
            N_("{what}: {n}, usually {usual}"),
            what=localizer.say(what) if isinstance(what, Message) else "",
            n=numbers.plain(localizer, exact(_float(cases)), 0),
            usual=numbers.plain(localizer, exact(_float(usual)), 1),
        )
        order = f"/incident start {local:%Y-%m-%d %H:%M} {capital(title)}"
        label = localizer(N_("Open an incident: {moment}"), moment=_moment(start))
        yield Action(label, f"{order} line {line}" if line else order)


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

    told = worst["time_to_message"]
    if told is not None and _float(told) * 60 > _LATE_S:
        yield note(
            "No. {number} “{title}”: clients were told after {minutes} minutes only.",
            number=worst["number"],
            title=worst["title"],
            minutes=plain(told),
        )
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
        "Touched: {contacts} contacts, {clients} clients; {lost} calls were lost, usually {usual}; "
        "won back {back} of {all}.",
        contacts=plain(worst["contacts"]),
        clients=plain(worst["clients"]),
        lost=plain(worst["lost"]),
        usual="—" if worst["usual"] is None else numbers.plain(localizer, exact(_float(worst["usual"])), 1),
        back=plain(worst["recovered"]),
        all=plain(worst["lost_clients"]),
    )
    if worst["published"] is not None and worst["actions"]:
        yield note(
            "Post-mortem published on {day}: {open} of {all} actions are open, {overdue} past their day.",
            day=localizer.local_day(_moment(worst["published"])),
            open=plain(worst["open_actions"]),
            all=plain(worst["actions"]),
            overdue=plain(worst["overdue"]),
        )


def _moment(value: Value) -> datetime:
    assert isinstance(value, datetime)
    return value


def _float(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.incidents import moments  # charts are not worth loading for a text

    return moments(session, result)


INCIDENTS = Declared(
    SPEC,
    analyses={
        "incidents.list": Analysis(_accounts_asked, _list),
        "incidents.timeline": Analysis(_accounts_asked, _timeline),
        "incidents.unusual": Analysis(_unusual_asked, _unusual),
    },
    pictures={"incidents": _picture},
    summary=_summary,
    actions=_actions,
)
