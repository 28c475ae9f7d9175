"""Incidents as they are written down, and the minutes at which their lines' numbers left the usual and came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from metrics.answers import Answer, Question
from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.dimensions import QUARTER
from metrics.facts import Query
from metrics.marks import day_marks
from metrics.model import Where
from metrics.peaks import QUARTER_S, Quarter, quarters, weeks_around
from metrics.periods import Period
from metrics.signals import LOST, SIGNALS, Signal
from warehouse.records import Records
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENT_LESSONS, INCIDENTS

BEFORE = timedelta(hours=2)
"""How long before an incident's start its lines are looked at."""
_LEAST, _LIKELY, _BACK = 5, 0.001, 0.05
_MOST_CLIENTS = 10_000
"""Of so many clients of an incident it is looked who was called back first."""


@dataclass(frozen=True)
class Entry:
    """One moment of a timeline. Instants UTC."""

    at: datetime
    kind: str
    text: str
    author: str | None = None
    internal: bool = False
    place: int = 0
    """Its number within the incident, by which it is edited; 0: it was not written down in a chat."""
    entered_at: datetime | None = None
    """When it was written down."""


LESSONS = ("well", "slow", "lucky", "condition", "prevent", "notice", "react")
ACTIONS = LESSONS[-3:]
"""What is learnt of an incident; of these, what is to be done, each by a role and a day."""


@dataclass(frozen=True)
class Lesson:
    """What is learnt of an incident, by one of `LESSONS`. An action is open until `done_at`."""

    section: str
    text: str
    role: str | None = None
    due_on: date | None = None
    done_at: datetime | None = None
    place: int = 0

    def is_overdue(self, today: date) -> bool:
        """Whether it is open past its day."""
        return self.done_at is None and self.due_on is not None and self.due_on < today


@dataclass(frozen=True)
class Incident:
    """An incident with its timeline; `resolved` None: it goes on."""

    number: str
    title: str
    lines: tuple[str, ...]
    severity: float | None
    started: datetime
    resolved: datetime | None
    entries: tuple[Entry, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    published: datetime | None = None
    """When its post-mortem was, and (`revised`) when that was last changed."""
    revised: datetime | None = None

    @property
    def actions(self) -> tuple[Lesson, ...]:
        """What is to be done, done or not."""
        return tuple(lesson for lesson in self.lessons if lesson.section in ACTIONS)

    def first(self, kind: str) -> datetime | None:
        """When it first came to something."""
        return min((entry.at for entry in self.entries if entry.kind == kind), default=None)

    @property
    def noticed(self) -> datetime | None:
        """When it was noticed; if nobody said so, when somebody wrote down that it had started."""
        written = (entry.entered_at for entry in self.entries if entry.kind == "started" and entry.author)
        return self.first("noticed") or min((at for at in written if at is not None), default=None)

    def spans(self, now: datetime) -> tuple[datetime, datetime]:
        """From its start to its end, or to now."""
        ended = self.resolved if self.resolved is not None and self.resolved <= now else now
        return self.started, max(ended, self.started)

    def touches(self, centre: Centre, line: str | None) -> bool:
        """Whether it is of a line or a group of lines; one without lines is of the whole centre."""
        if line is None or not self.lines:
            return line is None  # one of the whole centre is not told to who may see a line
        return not set(centre.members(line)).isdisjoint(member for own in self.lines for member in centre.members(own))


def incidents_of(calculator: Calculator, period: Period) -> list[Incident]:
    """Return the incidents that began in a period, the earliest first, as far as is known now."""
    c = INCIDENTS.c
    until = min(period.end, calculator.now)
    return read_incidents(calculator.records, calculator.now, c.started_at >= period.start, c.started_at < until)


def read_incidents(records: Records, now: datetime, *where: sa.ColumnElement[bool]) -> list[Incident]:
    """Return incidents with their timelines and lessons as of a moment, the earliest first."""
    if records.complete_to(INCIDENTS.name) is None:
        return []
    c, e, n = INCIDENTS.c, INCIDENT_EVENTS_TABLE.c, INCIDENT_LESSONS.c
    chosen = (c.incident_id, c.title, c.lines, c.severity, c.started_at, c.resolved_at, c.published_at, c.revised_at)
    rows = records.rows(sa.select(*chosen).where(*where).order_by(c.started_at, c.incident_id))
    if not rows:
        return []
    numbers = [str(row[0]) for row in rows]
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    lessons: defaultdict[str, list[Lesson]] = defaultdict(list)
    for number, at, kind, text, author, internal, entered in records.rows(
        sa.select(e.incident_id, e.at, e.kind, e.text, e.author, e.internal, e.entered_at)
        .where(e.at <= now, e.incident_id.in_(numbers))
        .order_by(e.at, e.event_id)
    ):
        entries[str(number)].append(Entry(at, kind, text or "", author, bool(internal), entered_at=entered))
    for number, section, text, role, due_on, done_at in records.rows(
        sa.select(n.incident_id, n.section, n.text, n.role, n.due_on, n.done_at)
        .where(n.incident_id.in_(numbers))
        .order_by(n.lesson_id)
    ):
        lessons[str(number)].append(Lesson(section, text or "", role, due_on, done_at))
    return [
        Incident(
            str(number),
            title or "",
            tuple(part.strip() for part in (lines or "").split(",") if part.strip()),
            severity,
            started,
            resolved,
            tuple(entries[str(number)]),
            tuple(lessons[str(number)]),
            published,
            revised,
        )
        for number, title, lines, severity, started, resolved, published, revised in rows
    ]


@dataclass(frozen=True)
class Deviation:
    """A number's way out of the usual, and back (None: not yet)."""

    signal: Signal
    out: Quarter
    back: datetime | None


@dataclass(frozen=True)
class Impact:
    """Whom an incident touched, on its lines between its start and its end; None: nothing to compare with."""

    contacts: float = 0.0
    clients: float = 0.0
    lost: float = 0.0
    usual: float | None = None
    lost_clients: float = 0.0
    recovered: float = 0.0


@dataclass(frozen=True)
class Account:
    """What the numbers say of an incident."""

    impact: Impact
    left: tuple[Deviation, ...]
    """In the order in which they left the usual."""
    compared: bool
    """Whether there were weeks enough to tell what is usual."""
    complaint: tuple[datetime, str | None] | None = None
    """The quarter hour of the first complaint that came within it, and its topic."""
    called_back: datetime | None = None
    """When a client whose call was lost in it was first tried to be called back."""


@dataclass(frozen=True)
class IncidentScope:
    """An incident as the numbers are asked of it: on which lines, and narrowed by what."""

    incident: Incident
    calculator: Calculator
    line: str | None = None
    filters: Where = ()

    @property
    def span(self) -> Period:
        """From its start to its end, or to now."""
        started, ended = self.incident.spans(self.calculator.now)
        return Period(started, max(ended, started + timedelta(seconds=1)), self.calculator.centre.timezone)

    def questions(self) -> list[Question]:
        """All that `account` needs the answers to."""
        touched = [self.question(metric, self.span) for metric in _TOUCHED]
        near = [self.quarters(each, self.around) for each in self.signals]
        return [*touched, self.quarters(LOST, self.span), *near, *([self._complaints] if self._complained else [])]

    @property
    def _complaints(self) -> Question:
        """Complaints of the whole centre: they are of no line, and so tell nothing of an incident of some lines."""
        return Question("complaints", self.span, None, ("topic", QUARTER), planned=False)

    @property
    def _complained(self) -> bool:
        whole = self.line is None and not self.incident.lines and not self.filters
        return whole and self._known("complaints")

    def _known(self, metric: str) -> bool:
        """Whether the records tell of a metric."""
        return self.calculator.coverage.knows(self.calculator.catalogue.get(metric))

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The numbers that the records tell of: losses in any case, so that it is said why there are none."""
        return (LOST, *(signal for signal in SIGNALS if signal is not LOST and self._known(signal.metric)))

    @property
    def around(self) -> Period:
        """From two hours before its start to its end."""
        return around(self.incident, self.calculator.now, self.calculator.centre.timezone)

    def quarters(self, signal: Signal, span: Period) -> Question:
        """A number by the quarter hour, with the weeks that it is compared with."""
        return self.question(signal.metric, weeks_around(span), QUARTER)

    def question(self, metric: str, period: Period, *by: str) -> Question:
        """A metric on the incident's lines, each contact and client once however many of them it met."""
        own = [line for line in self.incident.lines if line in self.calculator.centre.lines]
        together = () if self.line is not None else tuple(own)
        return Question(metric, period, self.line, by, self.filters, planned=False, together=together)

    def account(self, of: Mapping[Question, Answer]) -> Account:
        """What the answers say."""
        span, near = self.span, self.around
        contacts, clients, lost, lost_clients, recovered = (of[self.question(metric, span)] for metric in _TOUCHED)
        usual = usual_of(list(self.row(LOST, of[self.quarters(LOST, span)], span)))
        left, compared = [], True
        for signal in self.signals:
            row = list(self.row(signal, of[self.quarters(signal, near)], near))
            compared = compared and all(each.before is not None for each in row if each.now.cases)
            if (found := left_the_usual(signal, row)) is not None:
                left.append(found)
        impact = Impact(
            contacts.fact.value or 0.0,
            clients.fact.value or 0.0,
            lost.fact.numerator or 0.0,
            usual,
            lost_clients.fact.value or 0.0,
            recovered.fact.value or 0.0,
        )
        complaint = self._first_complaint(of[self._complaints]) if self._complained else None
        in_order = tuple(sorted(left, key=lambda each: each.out.start))
        called_back = self._first_callback() if lost_clients.fact.value else None
        return Account(impact, in_order, compared, complaint, called_back)

    def _first_callback(self) -> datetime | None:
        """When we first tried one of the clients who lost a call in the incident, after that."""
        metric, centre = self.calculator.catalogue.get("clients_with_loss"), self.calculator.centre
        named = [self.line] if self.line is not None else [line for line in self.incident.lines if line in centre.lines]
        lines = tuple(dict.fromkeys(member for line in named for member in centre.members(line))) or None
        behind = self.calculator.rows_behind([Query(metric, self.span, lines, (), self.filters)], _MOST_CLIENTS)
        tried = (row[rows.columns.index("tried_at")] for rows in behind for row in rows.rows)
        return min((at for at in tried if at is not None), default=None)

    def _first_complaint(self, answer: Answer) -> tuple[datetime, str | None] | None:
        found = []
        for point in answer.points:
            topic, quarter = point.values
            if quarter is not None and point.fact.value:
                start = datetime.fromtimestamp(float(quarter) * QUARTER_S, UTC).replace(tzinfo=None)
                found.append((max(start, self.incident.started), topic and str(topic)))
        return min(found, key=lambda each: each[0], default=None)

    def row(self, signal: Signal, answer: Answer, span: Period) -> Iterator[Quarter]:
        """Yield the quarter hours of a span, from the answer to `quarters` of it."""
        begins, known_to = self.calculator.coverage.first_event(answer.metric), answer.as_of or span.end
        return quarters(signal.counts(answer, span), span, begins, known_to, self._left_out(signal, span))

    def _left_out(self, signal: Signal, span: Period) -> frozenset[date]:
        """The local days that teach nothing, for any of the lines that are asked of."""
        marks, channel = day_marks(self.calculator), signal.channel
        lines = (self.line,) if self.line is not None else self.incident.lines or (None,)
        return frozenset().union(*(marks.left_out(line, channel, weeks_around(span)) for line in lines))


_TOUCHED = ("contacts_touched", "clients_touched", "lcr", "clients_with_loss", "clients_back")


def left_the_usual(signal: Signal, row: Sequence[Quarter]) -> Deviation | None:
    """Return the first quarter hour out of the usual, each alone, and the first of two in a row that are not."""
    out = next((n for n, each in enumerate(row) if each.now.cases >= _LEAST and each.p < _LIKELY), None)
    if out is None:
        return None
    usual = [each.p >= _BACK for each in row]
    back = next((n for n in range(out + 1, len(row) - 1) if usual[n] and usual[n + 1]), None)
    return Deviation(signal, row[out], row[back].start if back is not None else None)


def usual_of(quarters_of: Sequence[Quarter]) -> float | None:
    """How many cases some quarter hours usually have; None where there is nothing to compare with."""
    known = [each.usual for each in quarters_of if each.now.cases and each.usual is not None]
    return sum(known) if known else None


def around(incident: Incident, now: datetime, zone: str) -> Period:
    """From two hours before an incident's start to its end."""
    started, ended = incident.spans(now)
    quarter = timedelta(seconds=QUARTER_S)
    return Period(started - BEFORE, ended + quarter, zone)
