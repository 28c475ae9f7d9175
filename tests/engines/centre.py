"""A small centre of every table, with all that records may lack, over days on which clocks are put forward and back."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from metrics.centre import Centre, Line, ServiceLevel
from tests.kit import House

BERLIN = "Europe/Berlin"
SPRING, AUTUMN = datetime(2026, 3, 27), datetime(2026, 10, 23)
DAYS = 5
CENTRE = Centre(
    timezone=BERLIN,
    lines={
        "sales": Line("sales", "Sales"),
        "akc": Line("akc", "AKC", threshold_s=20),
        "service": Line("service", "Service"),
        "both": Line("both", "Both", members=("sales", "akc")),
    },
    service_level=ServiceLevel(threshold_s=30),
)
LINES = ("sales", "akc", "service")
AGENTS = ("a1", "a2", "a3", "Ä4")


def small_centre(root: Path, calls: int = 400) -> House:
    """Return a lake of the same rows every time: `calls` of them in each of two weeks, and the other tables beside."""
    house, dice = House(root, CENTRE, now="2026-10-29 12:00"), random.Random(20260329)
    rows: dict[str, list[dict[str, Any]]] = {}
    for start in (SPRING, AUTUMN):
        for made in (_calls, _chats, _leads, _reservations, _tickets, _bot, _activities):
            for table, each in made(dice, start, calls, rows).items():
                rows.setdefault(table, []).extend(each)
    rows["agents"] = [
        {"agent_id": "a1", "name": "Анна", "team": "North", "line": "sales", "site": "own"},
        {"agent_id": "a2", "name": "Ben 'B' O\\Hara", "team": "North", "site": "outsourced"},
        {"agent_id": "a3", "team": "South", "active_from": "2026-01-01 00:00"},
    ]
    for table, each in rows.items():
        house.put(table, each)
    return house


def _at(dice: random.Random, start: datetime) -> datetime:
    """An instant of UTC, most of them in the hours in which clocks change or days begin."""
    if dice.random() < 0.3:
        seconds = dice.randrange(-3 * 3600, 4 * 3600)
        return start + timedelta(days=2, seconds=seconds, milliseconds=dice.randrange(1000))
    return start + timedelta(seconds=dice.randrange(DAYS * 86400), milliseconds=dice.randrange(1000))


def _maybe(dice: random.Random, value: Any, share: float = 0.8) -> Any:
    return value if dice.random() < share else None


def _shared(dice: random.Random, at: datetime, count: int) -> str:
    """A contact of several calls and chats, which is over within its day."""
    return f"k{at:%m%d}-{dice.randrange(count // 8)}"


def _calls(dice: random.Random, start: datetime, count: int, _rows: Any) -> dict[str, list[dict[str, Any]]]:
    made = []
    for i in range(count):
        inbound = dice.random() < 0.7
        outcomes = ("answered", "answered", "answered", "abandoned", "flow_out", None)
        outcome = dice.choice(outcomes if inbound else ("answered", "no_answer", "busy", "failed"))
        at, wait, talk = _at(dice, start), dice.randrange(0, 900) / 10, dice.randrange(0, 6000) / 10
        lasted = wait + (talk if outcome == "answered" else 0)
        made.append(
            {
                "call_id": f"{start:%m}-{i:05d}",
                "contact_id": _shared(dice, at, count) if dice.random() < 0.3 else f"{start:%m}-{i:05d}",
                "direction": "in" if inbound else "out",
                "line": dice.choice(LINES),
                "started_at": at,
                "ended_at": _maybe(dice, at + timedelta(seconds=lasted)) if outcome else None,
                "outcome": outcome,
                "wait_s": _maybe(dice, wait, 0.95) if outcome else None,
                "talk_s": _maybe(dice, talk, 0.9) if outcome == "answered" else None,
                "hold_s": _maybe(dice, dice.randrange(0, 300) / 10),
                "wrap_s": _maybe(dice, dice.randrange(0, 600) / 10),
                "client_id": _maybe(dice, f"c{dice.randrange(count // 3)}", 0.85),
                "agent_id": _maybe(dice, dice.choice(AGENTS), 0.9) if outcome == "answered" else None,
                "is_target": _maybe(dice, dice.random() < 0.4, 0.7),
                "topic": _maybe(dice, dice.choice(("Оплата", "delivery", "Delivery", "50% off", "it's")), 0.9),
                "transferred_to": _maybe(dice, dice.choice(LINES), 0.1),
                "campaign": None if inbound else _maybe(dice, dice.choice(("june", "back"))),
            }
        )
    return {"calls": made}


def _chats(dice: random.Random, start: datetime, count: int, _rows: Any) -> dict[str, list[dict[str, Any]]]:
    made = []
    for i in range(count // 2):
        at, outcome = _at(dice, start), dice.choice(("answered", "answered", "answered", "abandoned", None))
        accepted = at + timedelta(seconds=dice.randrange(0, 300)) if outcome != "abandoned" else None
        lasted = timedelta(seconds=dice.randrange(10, 3000))
        made.append(
            {
                "chat_id": f"{start:%m}-{i:05d}",
                "contact_id": _shared(dice, at, count) if dice.random() < 0.3 else f"h{start:%m}-{i:05d}",
                "line": dice.choice(LINES),
                "started_at": at,
                "accepted_at": _maybe(dice, accepted, 0.9),
                "ended_at": _maybe(dice, (accepted or at) + lasted, 0.9),
                "outcome": outcome,
                "wrap_s": _maybe(dice, float(dice.randrange(0, 60))),
                "client_id": _maybe(dice, f"c{dice.randrange(90)}"),
                "agent_id": _maybe(dice, dice.choice(AGENTS), 0.9) if accepted else None,
                "is_target": _maybe(dice, dice.random() < 0.5),
                "topic": _maybe(dice, dice.choice(("Оплата", "delivery"))),
                "transferred_to": _maybe(dice, dice.choice(LINES), 0.1),
            }
        )
    return {"chats": made}


def _leads(dice: random.Random, start: datetime, count: int, _rows: Any) -> dict[str, list[dict[str, Any]]]:
    made = []
    for i in range(count // 5):
        at = _at(dice, start)
        made.append(
            {
                "lead_id": f"{start:%m}-{i:05d}",
                "line": dice.choice(LINES),
                "created_at": at,
                "client_id": _maybe(dice, f"c{i}"),
                "origin": _maybe(dice, dice.choice(("site", "ad"))),
                "is_target": _maybe(dice, dice.random() < 0.6),
                "first_contact_at": _maybe(dice, at + timedelta(minutes=dice.randrange(200)), 0.6),
            }
        )
    return {"leads": made}


def _reservations(dice: random.Random, start: datetime, count: int, _rows: Any) -> dict[str, list[dict[str, Any]]]:
    made = []
    for i in range(count // 8):
        at = _at(dice, start)
        made.append(
            {
                "reservation_id": f"{start:%m}-{i:05d}",
                "reserved_at": at,
                "agent_id": _maybe(dice, dice.choice(AGENTS)),
                "client_id": _maybe(dice, f"c{i}"),
                "area_m2": _maybe(dice, dice.randrange(2000, 9000) / 100, 0.9),
                "price": _maybe(dice, float(dice.randrange(10**6, 10**7))),
                "in_call": _maybe(dice, dice.random() < 0.5),
                "project": _maybe(dice, dice.choice(("Sun", "Moon"))),
                "city": _maybe(dice, dice.choice(("Köln", "Berlin"))),
                "cancelled_at": _maybe(dice, at + timedelta(hours=dice.randrange(100)), 0.2),
            }
        )
    return {"reservations": made}


def _tickets(dice: random.Random, start: datetime, count: int, _rows: Any) -> dict[str, list[dict[str, Any]]]:
    made = [
        {
            "event_id": f"{start:%m}-{i:05d}",
            "ticket_id": f"t{dice.randrange(count // 8)}",
            "at": _at(dice, start),
            "kind": dice.choice(("created", "routed", "closed", "task_done")),
            "desk": _maybe(dice, dice.choice(("first", "second"))),
            "agent_id": _maybe(dice, dice.choice(AGENTS)),
            "topic": _maybe(dice, dice.choice(("Оплата", "delivery"))),
        }
        for i in range(count // 4)
    ]
    return {"ticket_events": made}


def _bot(dice: random.Random, start: datetime, count: int, rows: Any) -> dict[str, list[dict[str, Any]]]:
    inbound = [row for row in rows["calls"] if row["direction"] == "in" and f"{start:%m}-" in row["call_id"]]
    made = []
    for i in range(count // 4):
        outcome = dice.choice(("handed_over", "handed_over", "contained", "hung_up", None))
        call = dice.choice(inbound)
        made.append(
            {
                "bot_call_id": f"{start:%m}-{i:05d}",
                "contact_id": call["contact_id"] if outcome == "handed_over" else f"b{i}",
                "started_at": call["started_at"] - timedelta(seconds=dice.randrange(5, 90)),
                "wait_s": _maybe(dice, dice.randrange(0, 50) / 10),
                "dialogue_s": _maybe(dice, dice.randrange(0, 900) / 10),
                "outcome": outcome,
                "handed_to": dice.choice(LINES) if outcome == "handed_over" else None,
                "client_id": _maybe(dice, f"c{i}"),
                "line": None,
            }
        )
    return {"bot_calls": made}


def _activities(dice: random.Random, start: datetime, _count: int, _rows: Any) -> dict[str, list[dict[str, Any]]]:
    made = []
    for agent in AGENTS:
        at = start - timedelta(days=3)
        while at < start + timedelta(days=DAYS):
            ends = at + timedelta(minutes=dice.randrange(5, 600))
            made.append(
                {
                    "agent_id": agent,
                    "started_at": at,
                    "ended_at": _maybe(dice, ends, 0.97),
                    "status": _maybe(dice, dice.choice(("Talk", "Ready"))),
                    "category": dice.choice(("handling", "ready", "work", "break", "off")),
                    "line": _maybe(dice, dice.choice(LINES)),
                    "activity": _maybe(dice, dice.choice(("routing", "warranty"))),
                }
            )
            at = ends
    return {"activities": made}
