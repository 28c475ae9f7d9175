"""One half month of a small centre, in which every number of the reports of operations can be counted by hand.

Lines alpha and beta are its own, gamma is outsourced; 1-15 June 2026, as of 16 June, noon, in Moscow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from digests.catalogue import REPORTS
from digests.engine import evaluate
from digests.export import report_object
from digests.localizer import Localizer
from digests.result import ReportResult, Session
from metrics.calculator import Calculator
from metrics.centre import Centre, Line
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House

JUNE = "2026-06-01..2026-06-15"
NOW = "2026-06-16 12:00"
CENTRE = Centre(
    timezone=MOSCOW,
    lines={key: Line(key, key) for key in ("alpha", "beta", "gamma")},
    complaint_types=("Complaint",),
)

# id, contact, line, start (day of June, or m and the day of May), outcome, wait, handling, client, agent, topic, to
CALLS: tuple[tuple[Any, ...], ...] = (
    ("k0", "x0", "alpha", "m24 10:00", "answered", 5, 60, "c9", "p1", "keys", None),
    ("k00", "x00", "alpha", "m26 12:00", "answered", 5, 60, "c13", "p1", "payments", None),
    ("k1", "x1", "alpha", "1 10:00", "answered", 10, 120, "c1", "p1", "keys", "beta"),
    ("k2", "x1", "beta", "1 10:02:30", "answered", 20, 500, "c1", "p2", "keys", None),
    ("k3", "x2", "alpha", "2 11:00", "answered", 5, 100, "c2", "p1", "payments", "beta"),
    ("k4", "x2", "beta", "2 11:03", "abandoned", 40, None, "c2", None, None, None),
    ("k5", "x3", "alpha", "3 23:59:30", "answered", 8, 150, "c3", "p1", "contract", "gamma"),
    ("k6", "x3", "gamma", "4 00:04", "answered", 30, 180, "c3", "p3", "contract", "alpha"),
    ("k7", "x3", "alpha", "4 00:10", "answered", 45, 90, "c3", "p1", "contract", None),
    ("k8", "x4", "beta", "5 12:00", "answered", 12, 540, "c4", "p2", "repair", "205"),
    ("k9", "x5", "alpha", "6 09:00", "answered", 15, 160, "c1", "p1", "keys", None),
    ("k10", "x6", "alpha", "6 13:00", "abandoned", 3, None, "c5", None, None, None),
    ("k11", "x7", "alpha", "6 13:05", "abandoned", 35, None, "c5", None, None, None),
    ("k12", "x8", "alpha", "6 13:20", "no_answer", None, None, "c5", "p1", None, None),
    ("k13", "x9", "alpha", "6 14:00", "answered", 0, 60, "c5", "p1", None, None),
    ("k14", "x10", "alpha", "7 10:00", "abandoned", 50, None, None, None, None, None),
    ("k15", "x11", "beta", "15 15:00", "abandoned", 25, None, "c6", None, None, None),
    ("k16", "x12", "alpha", "8 18:00", "abandoned", 12, None, "c7", None, None, None),
    ("k17", "x13", "alpha", "9 18:00:20", "answered", 10, 130, "c7", "p1", "contract", None),
    ("k18", "x14", "beta", "10 10:00", "flow_out", 60, None, "c8", None, None, None),
    ("k19", "x15", "beta", "13 10:00", "answered", 28, 460, "c4", "p2", "repair", None),
    ("k20", "x16", "alpha", "4 10:00", "answered", 7, 110, "c10", "p1", "payments", None),
    ("k21", "x17", "alpha", "5 16:00", "answered", 9, 80, "c12", "p1", None, None),
    ("k22", "x18", "alpha", "1 09:00", "answered", 6, 140, "c13", "p1", "payments", None),
)
OURS = ("k12", "k13")
"""The calls that are attempts of ours."""

# id, contact, started, accepted, ended, client, topic; all on alpha, by p1
CHATS = (
    ("h1", "y1", "9 11:00", "9 11:00:30", "9 11:10:30", "c2", "payments"),
    ("h2", "y2", "1 12:00", "1 12:01:40", "1 12:10", "c9", "keys"),
    ("h3", "y3", "1 12:05", "1 12:05:10", "1 12:15:10", "c10", "keys"),
    ("h4", "y4", "3 12:00", None, "3 12:02", "c11", None),
)


_TICKETS: tuple[tuple[Any, ...], ...] = (
    ("z1", "5 12:06", "created", "p2", "Complaint", "Repair", "Leak", "c4", "x4"),
    ("z1", "5 12:30", "routed", "p4", "Request", "Repair", "Leak", "c4", "x4"),
    ("z1", "6 12:06", "closed", "p6", None, None, None, "c4", "x4"),
    ("z1", "7 09:00", "reopened", None, None, None, None, "c4", "x4"),
    ("z1", "8 12:06", "closed", "p6", None, None, None, "c4", "x4"),
    ("z2", "5 16:05", "created", "p1", "Question", "Papers", "Payment slip", "c12", "x17"),
    ("z2", "5 17:05", "closed", "p6", None, None, None, "c12", "x17"),
    ("z3", "15 10:00", "created", None, "Complaint", "Repair", "Floors", "c14", None),
)


def ticket_rows() -> Iterator[dict[str, Any]]:
    for n, (ticket, when, kind, agent, type_, topic, subtopic, client, contact) in enumerate(_TICKETS):
        yield {
            "event_id": f"e{n}",
            "ticket_id": ticket,
            "at": at(when),
            "kind": kind,
            "agent_id": agent,
            "type": type_,
            "topic": topic,
            "subtopic": subtopic,
            "client_id": client,
            "contact_id": contact,
        }


def at(text: str) -> str:
    """A local moment as it is written above."""
    day, clock = text.split(" ")
    month, number = ("05", day[1:]) if day[0] == "m" else ("06", day)
    return f"2026-{month}-{int(number):02d}T{clock}"


def _later(text: str, seconds: float) -> str:
    return (datetime.fromisoformat(at(text)) + timedelta(seconds=seconds)).isoformat()


def call_rows() -> Iterator[dict[str, Any]]:
    for call, contact, line, start, outcome, wait, talk, client, agent, topic, to in CALLS:
        yield {
            "call_id": call,
            "contact_id": contact,
            "direction": "out" if call in OURS else "in",
            "line": line,
            "started_at": at(start),
            "ended_at": _later(start, (wait or 0) + (talk or 0)),
            "outcome": outcome,
            "wait_s": None if wait is None else float(wait),
            "talk_s": None if talk is None else float(talk),
            "hold_s": 0.0 if talk else None,
            "wrap_s": 0.0 if talk else None,
            "client_id": client,
            "agent_id": agent,
            "topic": topic,
            "transferred_to": to,
        }


def chat_rows() -> Iterator[dict[str, Any]]:
    for chat, contact, start, accepted, ended, client, topic in CHATS:
        yield {
            "chat_id": chat,
            "contact_id": contact,
            "line": "alpha",
            "started_at": at(start),
            "accepted_at": at(accepted) if accepted else None,
            "ended_at": at(ended),
            "outcome": "answered" if accepted else "abandoned",
            "wrap_s": 0.0 if accepted else None,
            "client_id": client,
            "agent_id": "p1" if accepted else None,
            "topic": topic,
        }


AGENTS = (("p1", "First A.", "A", "alpha", "own"), ("p2", "Second B.", "B", "beta", "own"))
AGENTS += (("p3", "Third C.", "C", "gamma", "outsourced"), ("p4", "Fourth D.", "Desk", "desk", "own"))


def world(root: Path, now: str = NOW) -> House:
    """The records of the centre in a lake."""
    house = House(root, CENTRE, now)
    house.put("calls", call_rows(), complete_to=now)
    house.put("chats", chat_rows(), complete_to=now)
    house.put("ticket_events", ticket_rows(), complete_to=now)
    people = [dict(zip(("agent_id", "name", "team", "line", "site"), row, strict=True)) for row in AGENTS]
    house.put("agents", people)
    return house


def session(calculator: Calculator, language: str = "en", *, names: bool = True) -> Session:
    localizer = Localizer(language, MOSCOW, calculator.now.date())
    return Session(calculator, Plans(calculator), localizer, names)


def report(house: House, key: str, period: str = JUNE, **narrowed: Any) -> ReportResult:
    return evaluate(session(house.calculator()), REPORTS[key].spec, parse(period, MOSCOW), **narrowed)


def described(house: House, key: str, period: str = JUNE, **narrowed: Any) -> dict[str, Any]:
    """A report as scripts get it, its parts by their keys."""
    of = session(house.calculator())
    whole = report_object(of, evaluate(of, REPORTS[key].spec, parse(period, MOSCOW), **narrowed))
    for part in ("figures", "tables", "analyses"):
        whole |= {each["key"]: each for each in whole[part]}
    return whole


def row(part: dict[str, Any], name: Any) -> dict[str, Any]:
    """A row of a table by the name in its first column."""
    return next(dict(zip(part["header"], each, strict=True)) for each in part["rows"] if each[0] == name)
