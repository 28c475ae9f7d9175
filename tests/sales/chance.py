"""Random small towns with all tables of sales, for those who count the same in another way.

The half month is 1-15 June 2026, as of the 16th, noon; clocks are those of UTC, to the minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tests.sales.deals import STAGES
from tests.sales.world import Row

START, END, NOW = datetime(2026, 6, 1), datetime(2026, 6, 16), datetime(2026, 6, 16, 12)
PERIOD = "2026-06-01..2026-06-15"
PEOPLE = ("a1", "a2", "a3")
_FIRST = datetime(2026, 5, 20)


def records(seed: int) -> dict[str, list[Row]]:
    """The rows of a town, of a deal of April before which nothing is recorded and of up to fifteen others."""
    chance = Random(seed)
    clients = [f"c{n}" for n in range(chance.randint(2, 8))]
    deals = [_deal("z", datetime(2026, 4, 1), None, "a1")]
    moves = [_move("z", 0, datetime(2026, 4, 1), "new")]
    for n in range(chance.randint(3, 15)):
        deal, created = f"d{n}", _moment(chance)
        deals.append(_deal(deal, created, chance.choice([*clients, None]), chance.choice(PEOPLE)))
        if chance.random() < 0.1:
            deals[-1]["deleted"] = True
        elif chance.random() < 0.1:
            deals[-1]["merged_into"] = "d0" if n else None
        moves += _way(chance, deal, created)
    touches = [_touch(chance, n, clients, deals) for n in range(chance.randint(5, 40))]
    touches += [_copy(chance, touch) for touch in touches if touch["channel"] == "call" and chance.random() < 0.3]
    return {
        "deals": deals,
        "deal_stages": moves,
        "stages": STAGES,
        "touches": touches,
        "tasks": [_task(chance, n) for n in range(chance.randint(3, 25))],
        "visits": [_visit(chance, n, len(deals) - 1) for n in range(chance.randint(2, 15))],
        "costs": [_cost(chance, n) for n in range(chance.randint(1, 6))],
    }


def _moment(chance: Random) -> datetime:
    return _FIRST + timedelta(minutes=chance.randrange(27 * 24 * 60))


def _deal(deal: str, created: datetime, client: str | None, owner: str) -> Row:
    return {"deal_id": deal, "created_at": created, "pipeline": "p", "stage": "new", "client_id": client} | {
        "owner_id": owner
    }


def _move(deal: str, n: int, when: datetime, stage: str) -> Row:
    return {"change_id": f"{deal}-{n}", "deal_id": deal, "entered_at": when, "pipeline": "p", "stage": stage}


def _way(chance: Random, deal: str, created: datetime) -> list[Row]:
    """Up to seven entries at random, some at once, those after now left out."""
    when, rows = created + timedelta(hours=chance.choice((0, 0, 0, 5))), []
    for n in range(chance.randint(1, 7)):
        stage = "new" if not n and when == created else chance.choice([str(stage["stage"]) for stage in STAGES])
        rows.append(_move(deal, n, when, stage))
        when += timedelta(hours=chance.choice((0, 1, 24, 100)))
    return [row for row in rows if row["entered_at"] <= NOW]


def _touch(chance: Random, n: int, clients: list[str], deals: list[Row]) -> Row:
    """A touch of a deal, or of the client alone, or of nobody; many about the time when a deal was made."""
    channel, near = chance.choice(("call", "call", "call", "sms", "message", "meeting")), chance.choice(deals)
    about = near["created_at"] + timedelta(minutes=chance.randrange(-90, 90))
    soon = chance.random() < 0.4
    return {
        "touch_id": f"t{n:02}",
        "at": about if soon else _moment(chance),
        "channel": channel,
        "direction": chance.choice(("in", "out")),
        "outcome": chance.choice(("answered", "no_answer", "busy")) if channel == "call" else None,
        "duration_s": 60.0 * chance.randrange(5),
        "client_id": near["client_id"] if soon else chance.choice([*clients, None]),
        "deal_id": chance.choice(deals)["deal_id"] if chance.random() < 0.5 else None,
        "agent_id": chance.choice(PEOPLE),
        "is_auto": chance.random() < 0.15 or None,
        "call_id": f"u{n}" if channel == "call" else None,
    }


def _copy(chance: Random, touch: Row) -> Row:
    """The same call, written once more on the client alone or on the same deal."""
    return {**touch, "touch_id": touch["touch_id"] + "b", "deal_id": chance.choice((None, touch["deal_id"]))}


def _task(chance: Random, n: int) -> Row:
    due = datetime(2026, 6, 1, 8) + timedelta(days=chance.randrange(16), minutes=10 * chance.randrange(60))
    done = chance.choice((None, due + timedelta(minutes=chance.randrange(-60, 600), seconds=chance.randrange(60))))
    return {
        "task_id": f"k{n:02}",
        "agent_id": chance.choice(PEOPLE),
        "due_at": due,
        "at": due,
        "duration_s": 600.0 * chance.randrange(6),
        "all_day": chance.random() < 0.2 or None,
        "completed_at": done if done and done <= NOW else None,
    }


def _visit(chance: Random, n: int, deals: int) -> Row:
    booked = chance.choice((None, _moment(chance), _moment(chance)))
    scheduled = (booked or _moment(chance)) + timedelta(hours=chance.randrange(1, 200))
    outcome = chance.choice((None, "came", "no_show", "cancelled", "moved"))
    return {
        "visit_id": f"v{n:02}",
        "deal_id": f"d{chance.randrange(deals)}",
        "kind": chance.choice((None, "consultation", "consultation", "contract")),
        "booked_at": booked,
        "scheduled_at": scheduled,
        "outcome": outcome,
        "outcome_at": scheduled + timedelta(hours=1) if outcome else None,
        "moved_from": f"v{n - 1:02}" if n and chance.random() < 0.2 else None,
        "at": booked or scheduled,
    }


def _cost(chance: Random, n: int) -> Row:
    first = datetime(2026, 5, 20) + timedelta(days=chance.randrange(25))
    return {
        "cost_id": f"m{n}",
        "origin": chance.choice((None, "o1", "o2")),
        "starts_on": first,
        "ends_on": chance.choice((None, first, first + timedelta(days=chance.randrange(30)))),
        "amount": float(chance.choice((30000, 6000, -900))),
        "kind": chance.choice(("media", "agency", "staff")),
    }
