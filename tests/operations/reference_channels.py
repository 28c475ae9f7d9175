"""What channels carry and cost once more, in plain Python over plain rows of random small centres."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

from tests.operations.reference import END, LINES, NOW, START, Parts, Row
from tests.operations.reference_service import Place, Rows, contacts_of, service_centre, spoke, stretches

_KINDS = ("staff", "telephony", "licence", "outsourcing", "compensation", "media", "agency")


def channels_centre(seed: int) -> Rows:
    """A small centre by chance with what it is paid for; chats are long enough to overlap."""
    chance = Random(seed * 11 + 3)
    rows = service_centre(seed)
    contacts = [row["contact_id"] for table in ("calls", "chats") for row in rows[table]] or ["x0"]
    for chat in rows["chats"]:
        lasts = chance.choice((1, 30, 600, 6000)) if chat["accepted_at"] else chance.choice((0.5, 1, 2))
        chat["ended_at"] = chat["started_at"] + timedelta(minutes=lasts)
    for status in rows["activities"]:
        status["channel"] = chance.choice((None, None, "ticket", "lead", "call"))
    leads = [
        {
            "lead_id": f"l{n}",
            "line": "alpha",
            "created_at": (created := _moment(chance)),
            "first_contact_at": created + timedelta(minutes=chance.choice((1, 15, 16, 500)))
            if chance.random() < 0.8
            else None,
        }
        for n in range(chance.randint(0, 20))
    ]
    leads.append({"lead_id": "young", "line": "alpha", "created_at": NOW - timedelta(minutes=14)})
    return rows | {"costs": [_cost(chance, n, contacts) for n in range(chance.randint(0, 9))], "leads": leads}


def _moment(chance: Random) -> Any:
    return START + timedelta(seconds=chance.randrange(int((NOW - START).total_seconds())))


def _cost(chance: Random, n: int, contacts: list[str]) -> Row:
    first = START + timedelta(days=chance.randint(-12, 20))
    return {
        "cost_id": f"g{n}",
        "starts_on": first,
        "ends_on": first + timedelta(days=chance.choice((0, 3, 29))) if chance.random() < 0.8 else None,
        "amount": float(chance.randint(1, 90) * 1000),
        "origin": chance.choice((None, None, None, "search")),
        "kind": chance.choice(_KINDS),
        "channel": chance.choice((None, None, "call", "chat", "ticket")),
        "line": chance.choice((None, None, *LINES)),
        "contact_id": chance.choice((None, *contacts)),
    }


def channels(rows: Rows, place: Place) -> dict[str, Parts]:
    """Volume, money and promptness, of all or of one channel."""
    by, channel = place
    if by not in (None, "channel"):
        return {}
    handled = [legs[0]["started_at"] for legs in _handled(rows, channel)]
    service = [row for row in rows["costs"] if row["origin"] is None and row["kind"] not in ("media", "agency")]
    spent = [row for row in service if row["kind"] != "compensation"]
    cost = sum(amount for of, amount in _shared(rows, spent) if channel in (None, of))
    paid = [row for row in service if row["kind"] == "compensation" and START <= row["starts_on"] < END]
    legs = contacts_of(rows)
    begun = min((row["starts_on"] for row in spent), default=None)
    found: dict[str, Parts] = {
        "contacts_handled": (len(handled), None),
        "compensations": (
            sum(row["amount"] for row in paid if channel in (None, row["channel"] or _channel_of(row, legs))),
            None,
        ),
    }
    if begun is not None:
        found["service_cost"] = (cost, None)
        found["cost_to_serve"] = (cost, sum(at >= begun for at in handled))
    if by is None:
        found |= {"chat_sl": _chats_in_time(rows), "lead_sl": _leads_in_time(rows)}
    return found


def _handled(rows: Rows, channel: str | None) -> list[list[Row]]:
    """The contacts of the period in which somebody spoke, by their first rows."""
    return [
        legs
        for legs in contacts_of(rows).values()
        if START <= legs[0]["started_at"] < END
        and any(map(spoke, legs))
        and channel in (None, "chat" if "chat_id" in legs[0] else "call")
    ]


def _channel_of(row: Row, legs: dict[str, list[Row]]) -> str | None:
    """The channel of the contact that a compensation was for."""
    of = legs.get(row["contact_id"])
    return ("chat" if "chat_id" in of[0] else "call") if of else None


def _shared(rows: Rows, spent: list[Row]) -> list[tuple[str | None, float]]:
    """The costs of the period by channel: what names none is shared out by the seconds of work in its line."""
    work, found = _work(rows), list[tuple[str | None, float]]()
    for row in spent:
        ends = (row["ends_on"] or row["starts_on"]) + timedelta(days=1)
        within = (min(ends, END) - max(row["starts_on"], START)).total_seconds()
        if within <= 0:
            continue
        amount = row["amount"] * within / (ends - row["starts_on"]).total_seconds()
        alike = {key: seconds for key, seconds in work.items() if row["line"] in (None, key[0])}
        if row["channel"] or not alike:
            found.append((row["channel"], amount))
        else:
            found += [(key[1], amount * seconds / sum(alike.values())) for key, seconds in alike.items()]
    return found


def _work(rows: Rows) -> dict[tuple[str, str], float]:
    """Seconds of work by line and channel."""
    n: dict[tuple[str, str], float] = defaultdict(float)
    for call in rows["calls"]:
        if START <= call["started_at"] < END and call["outcome"] == "answered":
            n[call["line"], "call"] += (call["talk_s"] or 0) + (call["hold_s"] or 0) + (call["wrap_s"] or 0)
    ended: dict[tuple[str, str | None], Any] = {}
    chats = [chat for chat in rows["chats"] if START <= chat["started_at"] < END and spoke(chat)]
    for chat in sorted(chats, key=lambda chat: (chat["accepted_at"], chat["chat_id"])):
        if chat["ended_at"] > NOW:
            continue
        person = (chat["line"], chat["agent_id"])
        begins = max(chat["accepted_at"], ended.get(person, chat["accepted_at"]))
        n[chat["line"], "chat"] += max((chat["ended_at"] - begins).total_seconds(), 0)
        ended[person] = max(chat["ended_at"], ended.get(person, chat["ended_at"]))
    for status in stretches(rows):
        begins, ends = max(status["started_at"], START), min(status["ends"], END)
        if status["channel"] in ("ticket", "lead") and not status["forgotten"] and status["category"] != "off":
            n[status["line"], status["channel"]] += max((ends - begins).total_seconds(), 0)
    return {key: seconds for key, seconds in n.items() if seconds > 0}


def _chats_in_time(rows: Rows) -> Parts:
    """Chats answered at once, over those answered, and lost after more than the threshold."""
    chats = [chat for chat in rows["chats"] if START <= chat["started_at"] < END]
    lost = [chat for chat in chats if not spoke(chat) and chat["ended_at"] <= NOW]
    waiting = [chat for chat in chats if not spoke(chat) and chat["ended_at"] > NOW]
    taken = len(chats) - len(lost) - len(waiting)
    late = sum(chat["started_at"] + timedelta(seconds=60) < NOW for chat in waiting)
    return taken, taken + sum(chat["ended_at"] - chat["started_at"] > timedelta(seconds=60) for chat in lost) + late


def _leads_in_time(rows: Rows) -> Parts:
    leads = [lead for lead in rows["leads"] if START <= lead["created_at"] < END]
    old = [lead for lead in leads if lead["created_at"] <= NOW - timedelta(minutes=15)]
    soon = [
        lead
        for lead in old
        if lead.get("first_contact_at") and lead["first_contact_at"] - lead["created_at"] <= timedelta(minutes=15)
    ]
    return len(soon), len(old)
