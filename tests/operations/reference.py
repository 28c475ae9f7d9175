"""The definitions of the reports of operations once more, in plain Python over plain rows, and random centres.

Nothing here is shared with the program: rows are walked through one by one, as one would by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
LINES = ("alpha", "beta", "gamma")
START, END, NOW = datetime(2026, 6, 1), datetime(2026, 6, 16), datetime(2026, 6, 16, 12)
"""The centre's clock is that of Greenwich."""
FIRST = datetime(2026, 5, 20)


def centre(seed: int) -> dict[str, list[Row]]:
    """A small centre by chance: few clients and topics, so that everything happens to somebody."""
    chance = Random(seed)
    calls: list[Row] = []
    for n in range(chance.randint(30, 120)):
        start = FIRST + timedelta(seconds=chance.randrange(int((NOW - FIRST).total_seconds())))
        client = chance.choice([None, *(f"c{k}" for k in range(12))])
        out = chance.random() < 0.15
        for leg in range(1 if out else chance.choice((1, 1, 1, 2, 3))):
            row = _call(chance, f"{n}-{leg}", f"x{n}", start, client, out=out)
            calls.append(row)
            start += timedelta(seconds=chance.choice((0, 30, 300, 4000)))
            if start >= NOW:
                break
    chats = list(_chats(chance, calls))
    return {"calls": calls, "chats": chats, "ticket_events": list(_tickets(chance, [*calls, *chats]))}


def _call(chance: Random, call: str, contact: str, start: datetime, client: str | None, *, out: bool) -> Row:
    outcomes = ("answered", "no_answer") if out else ("answered", "answered", "answered", "abandoned", "flow_out")
    outcome = chance.choice(outcomes)
    spoke = outcome == "answered"
    wait, talk = float(chance.choice((0, 3, 5, 6, 20, 40, 90))), float(chance.randint(10, 600))
    return {
        "call_id": call,
        "contact_id": contact,
        "direction": "out" if out else "in",
        "line": chance.choice(LINES),
        "started_at": start,
        "ended_at": start + timedelta(seconds=wait + (talk if spoke else 0)),
        "outcome": outcome,
        "wait_s": wait,
        "talk_s": talk if spoke else None,
        "hold_s": 0.0 if spoke else None,
        "wrap_s": 0.0 if spoke else None,
        "client_id": client,
        "agent_id": f"p{chance.randint(1, 4)}" if spoke or out else None,
        "topic": chance.choice((None, "keys", "payments", "repair")) if spoke else None,
        "transferred_to": chance.choice((None, None, "alpha", "beta", "205")) if not out else None,
    }


def _chats(chance: Random, calls: list[Row]) -> Iterator[Row]:
    for n in range(chance.randint(0, 40)):
        start = FIRST + timedelta(seconds=chance.randrange(int((NOW - FIRST).total_seconds())))
        accepted = chance.random() < 0.8
        contact = f"y{n}"
        if calls and chance.random() < 0.2:  # the same matter, on the phone and in writing
            call = chance.choice(calls)
            start, contact = call["started_at"] + timedelta(seconds=chance.choice((-600, 0, 600))), call["contact_id"]
            if start > NOW or call["direction"] == "out":
                continue
        yield {
            "chat_id": f"h{n}",
            "contact_id": contact,
            "line": chance.choice(LINES),
            "started_at": start,
            "accepted_at": start if accepted else None,
            "ended_at": start + timedelta(seconds=60),
            "outcome": "answered" if accepted else "abandoned",
            "wrap_s": 0.0,
            "client_id": chance.choice([None, *(f"c{k}" for k in range(12))]),
            "agent_id": "p1" if accepted else None,
            "topic": chance.choice((None, "keys", "payments", "repair")),
        }


def _tickets(chance: Random, contacts: list[Row]) -> Iterator[Row]:
    """Tickets that are created, some from a contact, closed, opened again and called something else on the way."""
    number = 0
    for n in range(chance.randint(1, 25)):
        at = FIRST + timedelta(seconds=chance.randrange(int((NOW - FIRST).total_seconds())))
        contact = chance.choice([None, *contacts])
        if contact:
            at = contact["started_at"] + timedelta(seconds=chance.choice((0, 900)))
        for kind in ("created", *chance.choices(("routed", "closed", "reopened", "closed"), k=chance.randint(0, 4))):
            if at > NOW:
                break
            yield {
                "event_id": f"e{number:04}",
                "ticket_id": f"z{n}",
                "at": at,
                "kind": kind,
                "type": chance.choice((None, "Complaint", "Request")),
                "topic": chance.choice((None, "keys", "repair")),
                "subtopic": chance.choice((None, "leak", "floors")),
                "contact_id": contact["contact_id"] if contact else None,
                "client_id": chance.choice([None, *(f"c{k}" for k in range(12))]),
                "due_at": at + timedelta(hours=chance.choice((0, 1, 24, 300))) if chance.random() < 0.2 else None,
            }
            number += 1
            at += timedelta(seconds=chance.choice((0, 60, 90_000)))


Parts = tuple[float, float | None]
"""A numerator and a denominator; None: there is none."""


def over(row: Row) -> bool:
    """Whether an answer or the end of a wait was before the moment asked about."""
    waited: datetime = row["started_at"] + timedelta(seconds=row["wait_s"] or 0)
    return (waited if row["outcome"] == "answered" else row["ended_at"]) <= NOW


def is_answered(row: Row) -> bool:
    return row["outcome"] == "answered" and over(row)


def is_lost(row: Row) -> bool:
    return row["outcome"] == "abandoned" and over(row)


def inside(row: Row) -> bool:
    return START <= row["started_at"] < END


def transfers(rows: dict[str, list[Row]], line: str | None) -> dict[str, Parts]:
    """Every figure of transfers, of a line or of all."""
    contacts = defaultdict(list)
    for row in rows["calls"]:
        if row["direction"] == "in":
            contacts[row["contact_id"]].append(row)
    count: dict[str, float] = defaultdict(float)
    passed, spoke = set(), set()
    for contact, legs in contacts.items():
        legs.sort(key=lambda row: (row["started_at"], row["call_id"]))
        for n, leg in enumerate(legs):
            if not inside(leg) or not is_answered(leg):
                continue
            to = leg["transferred_to"]
            following = legs[n + 1] if n + 1 < len(legs) else None
            arrived = to is not None and following is not None and following["line"] == to
            if arrived and line in (None, to):
                count["received"] += 1
            if line not in (None, leg["line"]):
                continue
            count["answers"] += 1
            spoke.add(contact)
            if to is None:
                continue
            passed.add(contact)
            count["made"] += 1
            count["outside"] += following is None
            if following and arrived:
                count["arrived"] += 1
                count["answered_there"] += is_answered(following)
                count["lost_there"] += is_lost(following)
            count["returned"] += any(is_answered(before) and before["line"] == to for before in legs[:n])
    return {
        "transfers": (len(passed), len(spoke)),
        "transfers_per_answer": (count["made"], count["answers"]),
        "transfers_lost": (count["lost_there"], count["arrived"]),
        "transfers_returned": (count["returned"], count["made"]),
        "transfers_received": (count["received"], None),
        "transfers_answered": (count["answered_there"], None),
        "transfers_outside": (count["outside"], None),
        "calls_kept": (count["answers"] - count["made"], None),
    }


def losses(rows: dict[str, list[Row]], line: str | None) -> dict[str, Parts]:
    """Every figure of losses, of a line or of all."""
    calls = [r for r in rows["calls"] if r["direction"] == "in" and inside(r) and line in (None, r["line"])]
    entered = [r for r in calls if is_answered(r) or is_lost(r)]
    count: dict[str, float] = defaultdict(float)
    speeds = []
    clients = {r["client_id"] for r in calls if r["client_id"]}
    for client in clients:
        mine = sorted((r for r in calls if r["client_id"] == client and is_lost(r)), key=lambda r: r["ended_at"])
        if not mine:
            continue
        count["with_loss"] += 1
        last = mine[-1]["ended_at"]
        every = [r for r in rows["calls"] if r["client_id"] == client]
        talks = [(r["started_at"] + timedelta(seconds=r["wait_s"]), r["direction"]) for r in every if is_answered(r)]
        talks = [talk for talk in talks if talk[0] >= START - timedelta(days=1)]
        after = [moment for moment, _ in talks if moment >= last]
        own = min((moment for moment, way in talks if moment >= last and way == "in"), default=None)
        tries = []
        for r in every:
            reached = r["started_at"] + timedelta(seconds=r["wait_s"]) if is_answered(r) else r["started_at"]
            if r["direction"] == "out" and reached >= last and r["started_at"] >= START - timedelta(days=1):
                tries.append(max(r["started_at"], last))
        tried = min(tries, default=None)
        alone = own is not None and (tried is None or own < tried)
        recovered = bool(after) and min(after) - last <= timedelta(hours=24)
        old = NOW - last >= timedelta(hours=24)
        count["recovered"] += recovered
        count["settled"] += recovered or old
        count["pending"] += not recovered and not old
        count["left"] += not recovered and old
        count["won"] += recovered and not alone
        count["alone"] += recovered and alone
        if tried is not None and not alone:
            speeds.append((tried - last).total_seconds())
        runs: dict[int, int] = defaultdict(int)
        for each in mine:
            runs[sum(moment <= each["ended_at"] for moment, _ in talks)] += 1
        count["twice"] += max(runs.values()) >= 2
    short = [r for r in calls if is_lost(r) and r["wait_s"] <= 5]
    return {
        "losses": (sum(map(is_lost, calls)), None),
        "lcr": (sum(map(is_lost, entered)), len(entered)),
        "clients_with_loss": (count["with_loss"], None),
        "clients_recovered": (count["recovered"], count["settled"]),
        "clients_pending": (count["pending"], None),
        "clients_not_recovered": (count["left"], None),
        "clients_won_back": (count["won"], None),
        "clients_alone": (count["alone"], None),
        "callback_speed": (sum(speeds), len(speeds)),
        "lost_twice": (count["twice"], None),
        "losses_short": (len(short), None),
    }


DAYS = timedelta(days=7)


def is_taken(row: Row) -> bool:
    """Whether a call or a chat was answered."""
    return is_answered(row) if "call_id" in row else row["outcome"] == "answered"


def handled(rows: dict[str, list[Row]]) -> list[Row]:
    """Every contact that somebody answered inbound, by time."""
    contacts = defaultdict(list)
    for row in (*(r for r in rows["calls"] if r["direction"] == "in"), *rows["chats"]):
        contacts[row["contact_id"]].append(row)
    found = []
    for contact, legs in contacts.items():
        legs.sort(key=lambda r: (r["started_at"], r.get("call_id") or r.get("chat_id")))
        taken = [leg for leg in legs if is_taken(leg)]
        if taken:
            found.append(
                {
                    "contact": contact,
                    "at": legs[0]["started_at"],
                    "client": next((leg["client_id"] for leg in legs if leg["client_id"]), None),
                    "topic": next((leg["topic"] for leg in reversed(taken) if leg["topic"]), None),
                    "line": taken[-1]["line"],
                    "transferred": any(leg.get("transferred_to") for leg in taken),
                }
            )
    return sorted(found, key=lambda each: (each["at"], each["contact"]))


def resolution(rows: dict[str, list[Row]], line: str | None) -> dict[str, Parts]:
    """Every figure of first contacts, of a line or of all."""
    begins = min(row["started_at"] for row in rows["calls"])
    every = handled(rows)
    tickets = {row["contact_id"] for row in rows["ticket_events"] if row["kind"] == "created"}
    count: dict[str, float] = defaultdict(float)
    for n, each in enumerate(every):
        if not START <= each["at"] < END or line not in (None, each["line"]):
            continue
        count["contacts"] += 1
        count["ticketed"] += each["contact"] in tickets
        if not each["client"] or not each["topic"]:
            continue
        count["chained"] += 1
        same = [(k, o) for k, o in enumerate(every) if (o["client"], o["topic"]) == (each["client"], each["topic"])]
        repeat = any(k < n and each["at"] - other["at"] <= DAYS for k, other in same)
        count["repeat"] += repeat
        if repeat or each["at"] - begins < DAYS or NOW - each["at"] < DAYS:
            continue
        count["first"] += 1
        if any(k > n and other["at"] - each["at"] <= DAYS for k, other in same):
            count["back"] += 1
        elif each["contact"] in tickets:
            count["ticket"] += 1
        elif each["transferred"]:
            count["transfer"] += 1
        else:
            count["line"] += 1
    once = count["ticket"] + count["transfer"] + count["line"]
    return {
        "fcr": (once, count["first"]),
        "fcr_first_line": (count["line"], count["first"]),
        "repeats": (count["repeat"], count["chained"]),
        "tickets_per_contact": (count["ticketed"], count["contacts"]),
        "ladder_ticket": (count["ticket"], None),
        "ladder_transfer": (count["transfer"], None),
        "ladder_repeated": (count["back"], None),
    }


def contacts_handled(rows: dict[str, list[Row]]) -> float:
    """Contacts that somebody spoke in, either way, by their first row."""
    contacts = defaultdict(list)
    for row in (*rows["calls"], *rows["chats"]):
        contacts[row["contact_id"]].append(row)
    return sum(
        any(map(is_taken, legs)) and START <= min(leg["started_at"] for leg in legs) < END for legs in contacts.values()
    )


def tickets(rows: dict[str, list[Row]], line: str | None) -> dict[str, Parts]:
    """Every figure of tickets; they have no lines."""
    if line is not None:
        return {}
    count: dict[str, float] = defaultdict(float)
    spans = []
    lives = defaultdict(list)
    for row in rows["ticket_events"]:
        lives[row["ticket_id"]].append(row)
    for events in lives.values():
        events.sort(key=lambda row: (row["at"], row["event_id"]))
        said = [row["type"] for row in events if row["type"]]
        closed = [n for n, row in enumerate(events) if row["kind"] == "closed"]
        reopened = [n for n, row in enumerate(events) if row["kind"] == "reopened"]
        for_good = bool(closed) and (not reopened or reopened[-1] < closed[-1])
        if START <= events[0]["at"] < END:
            count["tickets"] += 1
            count["open"] += not for_good
            count["complaints"] += said[-1:] == ["Complaint"]
            count["reclassified"] += "Complaint" in said and said[-1] != "Complaint"
        dues = [row["due_at"] for row in events if row["due_at"]]
        due = dues[-1] if dues else events[0]["at"] + timedelta(hours=48)
        if START <= due < END:
            count["due"] += 1
            count["in time"] += for_good and events[closed[-1]]["at"] <= due
        if for_good and START <= events[closed[-1]]["at"] < END:
            spans.append((events[closed[-1]]["at"] - events[0]["at"]).total_seconds())
    return {
        "tickets": (count["tickets"], None),
        "tickets_open": (count["open"], None),
        "complaints": (count["complaints"], None),
        "complaint_rate": (count["complaints"], contacts_handled(rows)),
        "time_to_close": (sum(spans), len(spans)),
        "ticket_sl": (count["in time"], count["due"]),
    }


REPORTS: dict[str, Callable[[dict[str, list[Row]], str | None], dict[str, Parts]]] = {
    "transfers": transfers,
    "losses": losses,
    "fcr": resolution,
    "tickets": tickets,
}
