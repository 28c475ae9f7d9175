"""Own and outsourced once more, in plain Python over the values of each row of random small centres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from statistics import variance
from typing import Any

from tests.operations.reference import FIRST, NOW, Row, inside, is_answered
from tests.operations.reference_service import Rows, service_centre

Values = dict[tuple[Any, ...], dict[str, list[float]]]
"""Of each piece of work, what both sites' cases come to."""
PEOPLE = ("p1", "p2", "p3", "p4")


def centre_of_sites(seed: int) -> Rows:
    """A small centre by chance with people on both sites, of whom some move, and one of nowhere."""
    chance = Random(seed * 13 + 5)
    rows = service_centre(seed)
    calls = [row for n in range(8) for row in _more(rows["calls"], n)]  # enough to be compared
    agents = [{"agent_id": who, "name": who, "site": chance.choice(("own", "outsourced"))} for who in PEOPLE[:3]]
    moves = [
        {"agent_id": who, "from_at": _moment(chance), "site": chance.choice(("own", "outsourced"))}
        for who in PEOPLE
        for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    unique = {(row["agent_id"], row["from_at"]): row for row in moves}
    return rows | {"calls": calls, "agents": agents, "agent_moves": list(unique.values())}


def _more(calls: list[Row], n: int) -> list[Row]:
    return [
        row
        | {key: f"{row[key]}.{n}" for key in ("call_id", "contact_id")}
        | ({"talk_s": row["talk_s"] and row["talk_s"] + n})
        for row in calls
    ]


def _moment(chance: Random) -> datetime:
    return FIRST + timedelta(seconds=chance.randrange(int((NOW - FIRST).total_seconds())))


def site_of(rows: Rows, who: str | None, at: datetime) -> str | None:
    """Where somebody was at a moment."""
    moved = [move for move in rows["agent_moves"] if move["agent_id"] == who and move["from_at"] <= at]
    if moved:
        found: str = max(moved, key=lambda move: move["from_at"])["site"]
        return found
    return next((agent["site"] for agent in rows["agents"] if agent["agent_id"] == who), None)


def handling(rows: Rows) -> Values:
    """Handling times by line and topic."""
    found: Values = defaultdict(lambda: defaultdict(list))
    for row in rows["calls"]:
        if row["direction"] == "in" and inside(row) and is_answered(row) and row["ended_at"] <= NOW:
            site = site_of(rows, row["agent_id"], row["started_at"])
            if site:
                found[row["line"], row["topic"]][site].append(row["talk_s"] + row["hold_s"] + row["wrap_s"])
    return found


def transferred(rows: Rows) -> Values:
    """Whether an answer ended in a transfer, by line and topic."""
    found: Values = defaultdict(lambda: defaultdict(list))
    for row in rows["calls"]:
        if row["direction"] == "in" and inside(row) and is_answered(row):
            site = site_of(rows, row["agent_id"], row["started_at"])
            if site:
                found[row["line"], row["topic"]][site].append(float(row["transferred_to"] is not None))
    return found


def three_parts(values: Values, *, shares: bool) -> dict[str, float] | None:
    """The distance and its three parts, walked through; None where there is little work in common."""
    pieces: Values = defaultdict(lambda: defaultdict(list))
    for (line, topic), sides in values.items():
        few = len(sides) == 2 and min(map(len, sides.values())) < 10
        for site, each in sides.items():
            pieces[line, "the rest" if few else topic][site] += each
    common = {key: sides for key, sides in pieces.items() if len(sides) == 2}
    n = {site: sum(len(sides[site]) for sides in common.values()) for site in ("own", "outsourced")}
    if min(n.values()) < 30:
        return None

    def mean(each: list[float]) -> float:
        return sum(each) / len(each)

    whole = {s: mean([v for sides in pieces.values() for v in sides.get(s, [])]) for s in n}
    at_work = {s: mean([v for sides in common.values() for v in sides[s]]) for s in n}
    found = dict.fromkeys(("mix", "performance", "own_standard", "outsourced_standard"), 0.0)
    spread = 0.0
    for sides in common.values():
        a, b = mean(sides["own"]), mean(sides["outsourced"])
        wa, wb = len(sides["own"]) / n["own"], len(sides["outsourced"]) / n["outsourced"]
        pooled = (len(sides["own"]) + len(sides["outsourced"])) / sum(n.values())
        found["mix"] += (wb - wa) * (a + b) / 2
        found["performance"] += (b - a) * (wa + wb) / 2
        found["own_standard"] += pooled * a
        found["outsourced_standard"] += pooled * b
        for each in sides.values():
            spread += pooled**2 * (mean(each) * (1 - mean(each)) if shares else variance(each)) / len(each)
    found["apart"] = (whole["outsourced"] - at_work["outsourced"]) - (whole["own"] - at_work["own"])
    found["naive"] = whole["outsourced"] - whole["own"]
    found["difference"] = found["outsourced_standard"] - found["own_standard"]
    found["low"], found["high"] = (found["difference"] + sign * 1.959964 * spread**0.5 for sign in (-1, 1))
    return found


METRICS: dict[str, tuple[Callable[[Rows], Values], float, bool]] = {
    "aht": (handling, 1.0, False),
    "transfers": (transferred, 100.0, True),
}
"""By what is chosen: the values of each row, what a rate is multiplied by, and whether they are shares."""
