"""What incidents touched, and when numbers left the usual, once more in plain Python over random small centres."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import comb
from random import Random
from typing import Any

from tests.operations.reference import END, LINES, NOW, START, Parts, Row, is_answered, is_lost

Rows = dict[str, list[Row]]
_QUARTER = timedelta(minutes=15)
_THRESHOLD_S = 30.0
_FIRST = datetime(2026, 3, 20)
_OPENS, _CLOSES = 9, 21


def incidents_centre(seed: int) -> Rows:
    """A line with its usual calls in weeks of one hour of the day, and incidents in some of which more are lost."""
    chance = Random(seed * 13 + 5)
    incidents, events, calls = [], [], []
    for n in range(chance.randint(1, 3)):
        started = START + timedelta(
            days=chance.randint(0, 13), hours=chance.randint(10, 18), minutes=chance.randint(0, 59)
        )
        lasts = chance.choice((0, 20, 79, None))
        resolved = None if lasts is None else started + timedelta(minutes=lasts)
        lines = chance.choice(("alpha", "alpha,beta", None))
        incidents.append(
            {"incident_id": str(n), "title": "t", "lines": lines, "started_at": started, "resolved_at": resolved}
        )
        kinds = ["started", *chance.sample(("noticed", "message", "cause", "note"), chance.randint(0, 4)), "message"]
        for place, kind in enumerate(kinds[: chance.randint(1, 6)]):
            at = started + timedelta(minutes=chance.choice((0, 9, 26, 60)) if place else 0)
            entered = at + timedelta(minutes=3)
            events.append(
                {
                    "event_id": f"{n}-{place}",
                    "incident_id": str(n),
                    "at": at,
                    "kind": kind,
                    "text": None,
                    "author": chance.choice((None, "x:1")),
                    "entered_at": entered,
                }
            )
        burns = chance.random() < 0.7
        weeks = chance.choice((2, 3, 8))
        for week in range(weeks + 1):
            for quarter in range(-8, 9):
                begins = started.replace(minute=0) + quarter * _QUARTER - timedelta(weeks=week)
                if begins >= NOW:
                    continue
                bad = burns and not week and 0 <= quarter <= 4
                for k in range(chance.randint(0, 14)):
                    calls.append(
                        _call(
                            chance, f"{n}-{week}-{quarter}-{k}", begins, lost=chance.random() < (0.6 if bad else 0.06)
                        )
                    )
    return {"calls": calls, "incidents": incidents, "incident_events": events}


def _call(chance: Random, name: str, begins: datetime, *, lost: bool) -> Row:
    start = begins + timedelta(seconds=chance.randrange(900))
    wait, talk = float(chance.choice((3, 29, 30, 31, 90))), 0.0 if lost else float(chance.randint(10, 300))
    return {
        "call_id": name,
        "contact_id": chance.choice((name, f"x{chance.randint(1, 9)}{begins:%d%H%M}")),
        "direction": "in",
        "line": chance.choice(LINES[:2]),
        "started_at": start,
        "ended_at": start + timedelta(seconds=wait + talk),
        "outcome": "abandoned" if lost else "answered",
        "wait_s": wait,
        "talk_s": None if lost else talk,
        "client_id": chance.choice((None, *(f"c{k}" for k in range(9)))),
        "agent_id": None if lost else "p1",
    }


def figures(rows: Rows) -> dict[str, Parts]:
    """How many incidents, and how soon they are noticed, told of and over: sums of seconds over those that were."""
    known = [row for row in rows["incidents"] if START <= row["started_at"] < END and row["started_at"] <= NOW]
    over = [row for row in known if row["resolved_at"] and row["resolved_at"] <= NOW]
    found: dict[str, Parts] = {"incidents": (len(known), None)}
    found["incident_time"] = (
        sum(((row["resolved_at"] if row in over else NOW) - row["started_at"]).total_seconds() for row in known),
        None,
    )
    found["time_to_resolve"] = _mean((row["resolved_at"] - row["started_at"]).total_seconds() for row in over)
    for key, first in (("time_to_notice", _noticed), ("time_to_message", _told)):
        when = [(row["started_at"], first(_events(rows, row))) for row in known]
        found[key] = _mean((at - start).total_seconds() for start, at in when if at is not None)
    return found


def _mean(seconds: Any) -> Parts:
    every = list(seconds)
    return sum(every), len(every)


def _events(rows: Rows, incident: Row) -> list[Row]:
    of = incident["incident_id"]
    return [row for row in rows["incident_events"] if row["incident_id"] == of and row["at"] <= NOW]


def _told(events: list[Row]) -> datetime | None:
    return min((row["at"] for row in events if row["kind"] == "message"), default=None)


def _noticed(events: list[Row]) -> datetime | None:
    """When somebody noticed it; else when a person wrote that it started."""
    noticed = [row["at"] for row in events if row["kind"] == "noticed"]
    written = [row["entered_at"] for row in events if row["kind"] == "started" and row["author"]]
    return min(noticed or written, default=None)


def touched(rows: Rows, incident: Row) -> tuple[int, int, int]:
    """Contacts and clients whose call was lost or waited too long on its lines while it went on, and lost calls."""
    ends = min(incident["resolved_at"] or NOW, NOW)
    ends = max(ends, incident["started_at"] + timedelta(seconds=1))
    calls = [c for c in _of_lines(rows, incident) if incident["started_at"] <= c["started_at"] < ends]
    bad = [c for c in calls if is_lost(c) or (is_answered(c) and c["wait_s"] > _THRESHOLD_S)]
    clients = {c["client_id"] for c in bad} - {None}
    return len({c["contact_id"] for c in bad}), len(clients), sum(map(is_lost, calls))


def _of_lines(rows: Rows, incident: Row) -> list[Row]:
    lines = (incident["lines"] or ",".join(LINES)).split(",")
    return [call for call in rows["calls"] if call["line"] in lines]


def losses_left(rows: Rows, incident: Row) -> tuple[datetime | None, datetime | None]:
    """When the losses of its lines left the usual, each quarter hour alone, and when two in a row were usual again."""
    calls = _of_lines(rows, incident)
    ends = max(min(incident["resolved_at"] or NOW, NOW), incident["started_at"]) + _QUARTER
    quarter = _quarter(incident["started_at"] - timedelta(hours=2))
    row: list[tuple[datetime, int, Fraction]] = []
    first = min(call["started_at"] for call in rows["calls"])
    while quarter < min(ends, NOW):
        cases, exposure = _count(calls, quarter)
        weeks = [quarter - timedelta(weeks=n) for n in range(1, 9) if quarter - timedelta(weeks=n) >= first]
        if len(weeks) < 4:
            after = [quarter + timedelta(weeks=n) for n in range(1, 9)]
            weeks += [week for week in after if week + _QUARTER <= NOW]
        before = [_count(calls, week) for week in weeks]
        usual = len(weeks) < 3 or not cases
        p = Fraction(1) if usual else chance_of(cases, exposure, sum(c for c, _ in before), sum(e for _, e in before))
        row.append((quarter, cases, p))
        quarter += _QUARTER
    out = next((n for n, (_, cases, p) in enumerate(row) if cases >= 5 and p < Fraction(1, 1000)), None)
    if out is None:
        return None, None
    calm = [p >= Fraction(1, 20) for *_, p in row]
    back = next((n for n in range(out + 1, len(row) - 1) if calm[n] and calm[n + 1]), None)
    return row[out][0], row[back][0] if back is not None else None


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def _count(calls: list[Row], quarter: datetime) -> tuple[int, int]:
    here = [call for call in calls if quarter <= call["started_at"] < quarter + _QUARTER]
    return sum(map(is_lost, here)), sum(is_lost(call) or is_answered(call) for call in here)


def chance_of(cases: int, exposure: int, before: int, exposure_before: int) -> Fraction:
    """P(X >= cases), exactly: X of all cases falls into now as its share of the exposure."""
    if exposure + exposure_before == 0:
        return Fraction(1)
    n, share = cases + before, Fraction(exposure, exposure + exposure_before)
    return sum((comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(cases, n + 1)), Fraction(0))
