"""Incidents as they are written down, and the minutes at which their lines' numbers left the usual and came back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.peaks import QUARTER_S, Count, Quarter, quarters
from metrics.periods import Period
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENTS

BEFORE = timedelta(hours=2)
"""How long before an incident's start its lines are looked at."""
_LEAST, _LIKELY, _BACK = 5, 0.001, 0.05


@dataclass(frozen=True)
class Entry:
    """One moment of a timeline. Instants UTC."""

    at: datetime
    kind: str
    text: str
    author: str | None = None
    internal: bool = False


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

    def first(self, kind: str) -> datetime | None:
        """When it first came to something."""
        return min((entry.at for entry in self.entries if entry.kind == kind), default=None)

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
    if calculator.records.complete_to(INCIDENTS.name) is None:
        return []
    c, e = INCIDENTS.c, INCIDENT_EVENTS_TABLE.c
    until = min(period.end, calculator.now)
    rows = calculator.records.rows(
        sa.select(c.incident_id, c.title, c.lines, c.severity, c.started_at, c.resolved_at)
        .where(c.started_at >= period.start, c.started_at < until)
        .order_by(c.started_at, c.incident_id)
    )
    events: dict[str, list[Entry]] = {}
    told = calculator.records.rows(
        sa.select(e.incident_id, e.at, e.kind, e.text, e.author, e.internal)
        .where(e.at <= calculator.now)
        .order_by(e.at, e.event_id)
    )
    for number, at, kind, text, author, internal in told:
        events.setdefault(str(number), []).append(Entry(at, kind, text or "", author, bool(internal)))
    return [
        Incident(
            str(number),
            title or "",
            tuple(part.strip() for part in (lines or "").split(",") if part.strip()),
            severity,
            started,
            resolved,
            tuple(events.get(str(number), ())),
        )
        for number, title, lines, severity, started, resolved in rows
    ]


@dataclass(frozen=True)
class Left:
    """A number's way out of the usual, and back (None: not yet)."""

    out: Quarter
    back: datetime | None


def left_the_usual(
    counts: Mapping[int, Count],
    around: Period,
    begins: datetime | None,
    known_to: datetime,
    left_out: Collection[date] = (),
) -> Left | None:
    """Return the first quarter hour out of the usual, each alone, and the first of two in a row that are not."""
    row = list(quarters(counts, around, begins, known_to, left_out))
    out = next((n for n, each in enumerate(row) if each.now.cases >= _LEAST and each.p < _LIKELY), None)
    if out is None:
        return None
    usual = [each.p >= _BACK for each in row]
    back = next((n for n in range(out + 1, len(row) - 1) if usual[n] and usual[n + 1]), None)
    return Left(row[out], row[back].start if back is not None else None)


def usual_of(quarters_of: Sequence[Quarter]) -> float | None:
    """How many cases some quarter hours usually have; None where there is nothing to compare with."""
    known = [each.usual for each in quarters_of if each.now.cases and each.usual is not None]
    return sum(known) if known else None


def around(incident: Incident, now: datetime, zone: str) -> Period:
    """From two hours before an incident's start to its end."""
    started, ended = incident.spans(now)
    quarter = timedelta(seconds=QUARTER_S)
    return Period(started - BEFORE, ended + quarter, zone)
