"""Satisfaction, hours, channels and sites once more, in plain Python over plain rows of random small centres."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from tests.operations.reference import END, FIRST, LINES, NOW, START, Parts, Row, centre

Place = tuple[str | None, str | None]
"""A dimension and its value; nothing and nothing: all of it."""
Rows = dict[str, list[Row]]


def service_centre(seed: int) -> Rows:
    """A small centre by chance, with what its clients say."""
    chance = Random(seed * 7 + 1)
    rows: Rows = centre(seed)
    contacts = [row["contact_id"] for table in ("calls", "chats") for row in rows[table]] or ["x0"]
    return rows | {
        "surveys": [_survey(chance, n, contacts) for n in range(chance.randint(5, 60))],
        "quality_reviews": [_review(chance, n, contacts) for n in range(chance.randint(2, 20))],
        "activities": [_status(chance, n) for n in range(chance.randint(10, 80))],
        "ticket_events": [_event(chance, n) for n in range(chance.randint(5, 60))],
    }


RESULTS = {"routed": ("routing",), "closed": ("warranty", "enquiries"), "task_done": ("tasks",)}


def _status(chance: Random, n: int) -> Row:
    begins = _moment(chance) + timedelta(microseconds=n)
    lasts = chance.choice((0.2, 1, 3, 8, 13, 30))
    ends = None if chance.random() < 0.1 else begins + timedelta(hours=lasts)
    return {
        "agent_id": f"p{chance.randint(1, 4)}",
        "started_at": begins,
        "ended_at": ends,
        "status": "any",
        "category": chance.choice(("handling", "ready", "work", "work", "break", "off")),
        "line": chance.choice(LINES),
        "activity": chance.choice((None, "routing", "routing", "warranty", "enquiries", "tasks")),
    }


def _event(chance: Random, n: int) -> Row:
    return {
        "event_id": f"e{n}",
        "ticket_id": f"t{n % 9}",
        "at": _moment(chance),
        "kind": chance.choice(("created", "routed", "routed", "closed", "task_done")),
        "agent_id": chance.choice((None, "p1", "p2", "p3", "p4")),
    }


def _moment(chance: Random) -> Any:
    return FIRST + timedelta(seconds=chance.randrange(int((NOW - FIRST).total_seconds())))


def _survey(chance: Random, n: int, contacts: list[str]) -> Row:
    low, high = chance.choice(((1, 5), (1, 10), (0, 10)))
    kind = chance.choice(("csat", "csat", "nps", "mood", "csi", "other"))
    if kind in ("nps", "mood"):
        low, high = 0, 10
    sent = _moment(chance)
    answered = sent + timedelta(minutes=chance.choice((0, 5, 5000))) if chance.random() < 0.6 else None
    return {
        "survey_id": f"v{n}",
        "question": "q",
        "kind": kind,
        "scale_low": float(low),
        "scale_high": float(high),
        "sent_at": sent,
        "answered_at": answered,
        "score": float(chance.randint(low, high)) if answered else None,
        "channel": chance.choice((None, None, "call", "ticket")),
        "contact_id": chance.choice((None, *contacts)),
        "client_id": chance.choice((None, "c1", "c2", "c3", "c4")),
        "agent_id": chance.choice((None, None, "p1", "p2")),
        "line": chance.choice((None, None, "alpha")),
        "topic": chance.choice((None, None, "keys")),
    }


def _review(chance: Random, n: int, contacts: list[str]) -> Row:
    of = _moment(chance)
    most = chance.choice((None, 5.0, 100.0))
    return {
        "review_id": f"r{n}",
        "contact_id": chance.choice((None, *contacts[:3])),
        "channel": chance.choice((None, "call")),
        "agent_id": chance.choice((None, "p1", "p2")),
        "reviewed_at": of + timedelta(days=chance.randint(0, 3)),
        "contact_at": of,
        "score": float(chance.randint(0, int(most or 100))),
        "max_score": most,
        "critical": chance.choice((None, None, True, False)),
        "calibration": chance.choice((None, None, None, True)),
        "form": chance.choice((None, "f1")),
    }


def spoke(row: Row) -> bool:
    """Whether somebody of the centre spoke in a row of a contact, whatever it was."""
    if "chat_id" in row:
        return row["accepted_at"] is not None and row["outcome"] != "abandoned"
    return bool(row["outcome"] == "answered")


def contacts_of(rows: Rows) -> dict[str, list[Row]]:
    """The rows of every contact in their order."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in (*rows["calls"], *rows["chats"]):
        found[row["contact_id"]].append(row)
    for legs in found.values():
        legs.sort(key=lambda row: (row["started_at"], row.get("call_id") or row["chat_id"]))
    return found


def _about(row: Row, legs: list[Row]) -> Row:
    """What an answer or a review is about: what it says itself, else what its contact does."""
    told = [leg for leg in legs if spoke(leg)]
    last = told[-1] if told else {}
    topic = next((leg["topic"] for leg in reversed(told) if leg["topic"]), None)
    channel = ("chat" if "chat_id" in legs[0] else "call") if legs else None
    client = next((leg["client_id"] for leg in legs if leg["client_id"]), None)
    return {
        "line": row.get("line") or last.get("line"),
        "agent": row.get("agent_id") or last.get("agent_id"),
        "topic": row.get("topic") or topic,
        "channel": row.get("channel") or channel,
        "client": row.get("client_id") or client,
    }


def satisfaction(rows: Rows, place: Place) -> dict[str, Parts]:
    """Every figure of satisfaction, of all or of a value of a dimension."""
    by, value = place
    legs = contacts_of(rows)
    n: dict[str, float] = defaultdict(float)
    within = [row for row in rows["surveys"] if START <= row["sent_at"] < END]
    has_csi = any(row["kind"] == "csi" for row in within)
    known = Counter((row["client_id"], row["kind"]) for row in within if row["client_id"] and row["score"] is not None)
    again = set()
    for row in within:
        about = _about(row, legs.get(row["contact_id"], []))
        if by is not None and about[by] != value:
            continue
        answered = row["score"] is not None and row["answered_at"] <= NOW
        told = row["answered_at"] != row["sent_at"]
        young = NOW - row["sent_at"] < timedelta(hours=72)
        n["asked"] += 1
        n["answered"] += answered
        n["waiting"] += told and not answered and young
        n["settled"] += told and (answered or not young)
        n["responded"] += told and answered
        if not answered:
            continue
        if row["client_id"] and known[row["client_id"], row["kind"]] > 1:
            again.add(row["client_id"])
        share = (row["score"] - row["scale_low"]) / (row["scale_high"] - row["scale_low"])
        if row["kind"] == "csat":
            n["csat"] += 1
            n["satisfied"] += share >= 0.75
        if row["kind"] == ("csi" if has_csi else "csat"):
            n["csi"] += 1
            n["share"] += share
        if row["kind"] in ("nps", "mood"):
            n[row["kind"]] += 1
            n[f"{row['kind']} votes"] += (row["score"] >= 9) - (row["score"] <= 6)
    return {
        "surveys": (n["asked"], None),
        "survey_answers": (n["answered"], None),
        "surveys_waiting": (n["waiting"], None),
        "response_rate": (n["responded"], n["settled"]),
        "csat": (n["satisfied"], n["csat"]),
        "csi": (n["share"], n["csi"]),
        "nps": (n["nps votes"], n["nps"]),
        "smile": (n["mood votes"], n["mood"]),
        "survey_clients_again": (len(again), None),
        "qa": _quality(rows, place, legs),
    }


def _quality(rows: Rows, place: Place, legs: dict[str, list[Row]]) -> Parts:
    by, value = place
    latest: dict[tuple[str, str], Row] = {}
    for row in sorted(rows["quality_reviews"], key=lambda row: (row["reviewed_at"], row["review_id"])):
        if START <= row["contact_at"] < END and row["reviewed_at"] <= NOW and not row["calibration"]:
            latest[row["contact_id"] or row["review_id"], row["form"] or ""] = row
    scores = [
        0.0 if row["critical"] else row["score"] / (row["max_score"] or 100)
        for row in latest.values()
        if by is None or _about(row, legs.get(row["contact_id"], []))[by] == value
    ]
    return sum(scores), len(scores)


def stretches(rows: Rows) -> list[Row]:
    """What everybody's time went to, one thing at a time; the forgotten is marked."""
    found = []
    for row in rows["activities"]:
        later = [
            other["started_at"]
            for other in rows["activities"]
            if other["agent_id"] == row["agent_id"] and row["started_at"] < other["started_at"] <= NOW
        ]
        ends = min([row["ended_at"] or NOW, *later])
        forgotten = row["category"] != "off" and ends - row["started_at"] > timedelta(hours=12)
        found.append(row | {"ends": ends, "forgotten": forgotten})
    return found


def hours(rows: Rows, place: Place) -> dict[str, Parts]:
    """Every figure of hours, of all or of a value of a dimension."""
    by, value = place
    if by not in (None, "line", "agent"):
        return {}
    n: dict[str, float] = defaultdict(float)
    logged: set[tuple[str, Any, str]] = set()
    days: dict[tuple[str, Any], list[tuple[Any, Any, float]]] = defaultdict(list)
    for row in stretches(rows):
        begins, ends = max(row["started_at"], START), min(row["ends"], END)
        if row["forgotten"] or ends <= begins:
            continue
        makes = next((kind for kind, names in RESULTS.items() if row["activity"] in names), None)
        makes = makes if row["category"] in ("work", "handling") else None
        own = by is None or row["line" if by == "line" else "agent_id"] == value
        seconds = (ends - begins).total_seconds()
        if own:
            n[row["category"]] += seconds
            if row["category"] != "off":
                n["paid"] += seconds
            if makes:
                n[makes] += seconds
        while begins < ends and row["category"] != "off":
            midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            until = min(ends, midnight)
            days[row["agent_id"], begins.date()].append((begins, until, 1.0 if makes else 0.0))
            if makes:
                logged.add((row["agent_id"], begins.date(), makes))
            begins = until
    parts: dict[str, Parts] = {"paid_hours": (n["paid"] / 3600, None)}
    parts["occupancy"] = (n["handling"], n["handling"] + n["ready"])
    parts["utilisation"] = (n["handling"] + n["ready"], n["paid"])
    parts["shrinkage"] = (n["work"] + n["break"], n["paid"])
    if by == "line":
        return parts
    unlogged = 0.0
    for (agent, _), pieces in days.items():
        if by is None or agent == value:
            whole = max(b for _, b, _ in pieces) - min(a for a, _, _ in pieces)
            unlogged += whole.total_seconds() - sum((b - a).total_seconds() for a, b, _ in pieces)
            if any(makes for *_, makes in pieces):
                n["of results"] += sum((b - a).total_seconds() for a, b, makes in pieces if makes)
                n["of days"] += sum((b - a).total_seconds() for a, b, _ in pieces)
    parts["unlogged_hours"] = (unlogged / 3600, None)
    parts["result_share"] = (n["of results"], n["of days"])
    for kind, key in (("routed", "time_per_routed"), ("closed", "time_per_closed"), ("task_done", "time_per_task")):
        events = [e for e in rows["ticket_events"] if e["kind"] == kind and START <= e["at"] < END]
        counted = [e for e in events if (e["agent_id"], e["at"].date(), kind) in logged]
        if events and len(counted) < 0.3 * len(events):
            continue  # too few to say anything, which has a story of its own
        parts[key] = (n[kind], sum(by is None or e["agent_id"] == value for e in counted))
    return parts


FIGURES: dict[str, Callable[[Rows, Place], dict[str, Parts]]] = {"satisfaction": satisfaction, "hours": hours}
