"""What the worked half month has besides its contacts: answers, reviews, hours, tickets, moves and money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from metrics.centre import TimeRules
from tests.kit import House
from tests.operations.world import NOW, at, world
from warehouse.schema import TABLES

# id, question, kind, scale, asked, answered, score, channel, contact, client, agent
SURVEYS: tuple[tuple[Any, ...], ...] = (
    ("v1", "q1", "csat", (1, 5), "1 10:10", "1 10:12", 5, "call", "x1", "c1", "p2"),
    ("v2", "q1", "csat", (1, 5), "2 11:05", "2 11:06", 2, "call", "x2", "c2", "p1"),
    ("v3", "q1", "csat", (1, 5), "1 12:11", "1 12:13", 4, "chat", "y2", "c9", "p1"),
    ("v4", "q1", "csat", (1, 5), "1 12:16", None, None, "chat", "y3", "c10", "p1"),
    ("v5", "q1", "csat", (1, 5), "15 18:00", None, None, "call", "x15", "c4", "p2"),
    ("v10", "q1", "csat", (1, 10), "9 11:11", "9 11:20", 8, "chat", "y1", "c2", "p1"),
    ("v6", "q2", "nps", (0, 10), "4 10:00", "4 10:05", 9, "call", "x3", "c3", "p1"),
    ("v7", "q2", "nps", (0, 10), "5 13:00", "5 13:05", 6, "call", "x4", "c4", "p2"),
    ("v8", "q2", "nps", (0, 10), "6 10:00", "7 10:00", 7, "call", "x5", "c1", "p1"),
    ("v9", "q2", "nps", (0, 10), "6 15:00", "6 15:30", 10, "call", "x9", "c5", "p1"),
    ("v6", "q3", "mood", (0, 10), "4 10:00", "4 10:05", 10, "call", "x3", "c3", "p1"),
    ("v7", "q3", "mood", (0, 10), "5 13:00", "5 13:05", 3, "call", "x4", "c4", "p2"),
)

# id, contact, channel, agent, reviewed, contact's time, score, of, critical, calibration, form
REVIEWS: tuple[tuple[Any, ...], ...] = (
    ("r1", "x1", "call", "p2", "3 12:00", "1 10:00", 80, 100, None, None, "f1"),
    ("r2", "y2", "chat", "p1", "3 12:00", "1 12:00", 5, 5, None, None, "f2"),
    ("r3", "x3", "call", "p1", "5 12:00", "3 23:59:30", 90, 100, True, None, "f1"),
    ("r4", "x1", "call", "p2", "6 12:00", "1 10:00", 60, 100, None, True, "f1"),
    ("r5", "x1", "call", "p2", "8 12:00", "1 10:00", 90, 100, None, None, "f1"),
)


def survey_rows() -> Iterator[dict[str, Any]]:
    for survey, question, kind, (low, high), sent, answered, score, channel, contact, client, agent in SURVEYS:
        yield {
            "survey_id": survey,
            "question": question,
            "kind": kind,
            "scale_low": float(low),
            "scale_high": float(high),
            "sent_at": at(sent),
            "answered_at": at(answered) if answered else None,
            "score": None if score is None else float(score),
            "channel": channel,
            "contact_id": contact,
            "client_id": client,
            "agent_id": agent,
        }


def review_rows() -> Iterator[dict[str, Any]]:
    for review, contact, channel, agent, reviewed, of, score, highest, critical, calibration, form in REVIEWS:
        yield {
            "review_id": review,
            "contact_id": contact,
            "channel": channel,
            "agent_id": agent,
            "reviewed_at": at(reviewed),
            "contact_at": at(of),
            "score": float(score),
            "max_score": float(highest),
            "critical": critical,
            "calibration": calibration,
            "form": form,
        }


# agent, begins, ends, status, category, activity; all on the desk
ACTIVITIES: tuple[tuple[Any, ...], ...] = (
    ("p4", "8 09:00", "8 11:00", "routing", "work", "routing"),
    ("p4", "8 11:00", "8 12:00", "tasks", "work", "tasks"),
    ("p4", "8 12:00", "8 13:00", "lunch", "break", "rest"),
    ("p4", "8 13:00", "8 15:30", "warranty", "work", "warranty"),
    ("p4", "8 15:00", "8 16:00", "routing", "work", "routing"),
    ("p4", "8 16:30", "8 17:30", "talk", "handling", "enquiries"),
    ("p4", "8 17:30", "8 18:00", "ready", "ready", "enquiries"),
    ("p5", "1 10:00", "1 12:00", "talk", "handling", None),
    ("p5", "8 22:00", "9 02:00", "routing", "work", "routing"),
    ("p5", "9 02:00", None, "routing", "work", "routing"),
)

# ticket, at, kind, agent, type, topic, subtopic, client, contact
TICKETS: tuple[tuple[Any, ...], ...] = (
    ("z1", "5 12:06", "created", "p2", "Complaint", "Repair", "Leak", "c4", "x4"),
    ("z1", "5 12:30", "routed", "p4", "Request", "Repair", "Leak", "c4", "x4"),
    ("z1", "6 12:06", "closed", "p6", None, None, None, "c4", "x4"),
    ("z1", "8 12:06", "closed", "p6", None, None, None, "c4", "x4"),
    ("z2", "5 16:05", "created", "p1", "Enquiry", "Papers", "Receipt", "c12", "x17"),
    ("z2", "5 17:05", "closed", "p6", None, None, None, "c12", "x17"),
    ("z3", "15 10:00", "created", None, "Complaint", "Repair", "Floors", "c14", None),
    *((f"w{n}", "8 10:00", "routed", "p4", None, None, None, None, None) for n in range(12)),
    *((f"w{n}", "8 23:30", "routed", "p5", None, None, None, None, None) for n in range(12, 17)),
    *((f"w{n}", "9 01:00", "routed", "p5", None, None, None, None, None) for n in range(17, 24)),
    *((f"w{n}", "1 11:00", "routed", "p5", None, None, None, None, None) for n in range(24, 27)),
    *((f"w{n}", "10 11:00", "routed", None, None, None, None, None, None) for n in range(27, 31)),
    *((f"w{n}", "8 14:00", "closed", "p4", None, None, None, None, None) for n in range(6)),
    *((f"w{n}", "8 11:30", "task_done", "p4", None, None, None, None, None) for n in range(4)),
)
TIME = TimeRules(
    results=(("closed", ("warranty", "not warranty", "enquiries")), ("routed", ("routing",)), ("task_done", ("tasks",)))
)


# id, first day, last day, amount, origin, kind, channel, contact
COSTS: tuple[tuple[Any, ...], ...] = (
    ("g1", "1", "30", 30_000, None, "staff", None, None),
    ("g2", "1", "15", 3_000, None, "telephony", "call", None),
    ("g3", "1", "15", 1_500, None, "licence", "chat", None),
    ("g4", "9", None, 2_000, None, "compensation", None, "x2"),
    ("g5", "1", "15", 50_000, "search", "media", None, None),
)


def cost_rows() -> Iterator[dict[str, Any]]:
    for cost, first, last, amount, origin, kind, channel, contact in COSTS:
        yield {
            "cost_id": cost,
            "starts_on": at(f"{first} 00:00"),
            "ends_on": at(f"{last} 00:00") if last else None,
            "amount": float(amount),
            "origin": origin,
            "kind": kind,
            "channel": channel,
            "contact_id": contact,
        }


def activity_rows() -> Iterator[dict[str, Any]]:
    for agent, begins, ends, status, category, activity in ACTIVITIES:
        yield {
            "agent_id": agent,
            "started_at": at(begins),
            "ended_at": at(ends) if ends else None,
            "status": status,
            "category": category,
            "line": "desk",
            "activity": activity,
        }


def ticket_rows() -> Iterator[dict[str, Any]]:
    names = ("ticket_id", "at", "kind", "agent_id", "type", "topic", "subtopic", "client_id", "contact_id")
    for n, row in enumerate(TICKETS):
        told = dict(zip(names, row, strict=True))
        known = {name: value for name, value in told.items() if name in TABLES["ticket_events"].c}
        yield {**known, "event_id": f"e{n}", "at": at(told["at"])}


def service_world(root: Path, now: str = NOW) -> House:
    """The records of the centre, with what clients said of it and what it was paid for."""
    house = world(root, now)
    house.put("surveys", survey_rows(), complete_to=now)
    house.put("quality_reviews", review_rows(), complete_to=now)
    house.put("activities", activity_rows(), complete_to=now)
    house.put("ticket_events", ticket_rows(), complete_to=now)
    move = {"agent_id": "p2", "from_at": at("8 00:00"), "team": "C", "line": "beta", "site": "outsourced"}
    house.put("agent_moves", [move])
    house.put("costs", cost_rows())
    house.centre = replace(house.centre, time=TIME)
    return house
