"""Deals of random small worlds against the definitions walked through by hand: entries, steps, contracts, closings.

A few worlds each time; `make reference`, or SVODKA_SEEDS=200, tries as many as one likes. Nothing is shared with the
program: the ways are walked row by row.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from random import Random

import pytest

from metrics.centre import Centre
from tests.sales.deals import STAGES
from tests.sales.world import Row, Sales

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "2")))
START, END, NOW = datetime(2026, 6, 1), datetime(2026, 6, 16), datetime(2026, 6, 16, 12)
KINDS = {str(stage["stage"]): str(stage["kind"]) for stage in STAGES}
PROVES = {"new": 0, "call": 1, "visit": 2, "here": 3, "won": 4, "lost": 0, "away": 2}
STEPS = ("created", "phone", "booked", "came", "contract")
OWN = {"call": 1, "visit": 2, "here": 3}


def _records(seed: int) -> dict[str, list[Row]]:
    chance = Random(seed)
    deals: list[Row] = [{"deal_id": "z", "created_at": datetime(2026, 4, 1), "pipeline": "p", "stage": "new"}]
    rows: list[Row] = [
        {"change_id": "z", "deal_id": "z", "entered_at": datetime(2026, 4, 1), "pipeline": "p", "stage": "new"}
    ]
    for n in range(chance.randint(3, 25)):
        created = datetime(2026, 5, 20) + timedelta(hours=chance.randrange(26 * 24))
        gone = {"deleted": True} if chance.random() < 0.1 else {}
        deals.append({"deal_id": f"d{n}", "created_at": created, "pipeline": "p", "stage": "new", **gone})
        when = created + timedelta(hours=chance.choice((0, 0, 0, 5)))
        for k in range(chance.randint(1, 7)):
            stage = "new" if not k and when == created else chance.choice(tuple(KINDS))
            rows.append(
                {"change_id": f"{n}-{k}", "deal_id": f"d{n}", "entered_at": when, "pipeline": "p", "stage": stage}
            )
            when += timedelta(hours=chance.choice((0, 1, 24, 100)))
    return {"deals": deals, "deal_stages": [row for row in rows if row["entered_at"] <= NOW], "stages": STAGES}


def _counted(records: dict[str, list[Row]]) -> dict[str, float]:
    """Walk every deal's way, as the definitions say."""
    found = dict.fromkeys(("deals", "contracts", "disposals", "contracts_cancelled", "deals_open", *STEPS), 0.0)
    for deal in records["deals"]:
        rows = [row for row in records["deal_stages"] if row["deal_id"] == deal["deal_id"]]
        if deal.get("deleted") or deal["created_at"] > NOW:
            continue
        way = [
            (row["entered_at"], row["stage"]) for row in sorted(rows, key=lambda r: (r["entered_at"], r["change_id"]))
        ]
        if not way or way[0][0] > deal["created_at"]:
            way.insert(0, (deal["created_at"], "new"))
        way = [each for n, each in enumerate(way) if not n or each[1] != way[n - 1][1]]
        others = [n for n, (_, stage) in enumerate(way) if KINDS[stage] not in ("won", "lost")]
        sales = [n for n, (_, stage) in enumerate(way) if stage == "won"]
        standing = [n for n in sales if not others or n > others[-1]]
        signed = way[standing[0]][0] if standing else None
        lost = way[-1][0] if way[-1][1] == "lost" else None
        passed = set()
        proved = 0
        for n, (when, stage) in enumerate(way):
            step = PROVES[stage] if stage != "won" or n in standing else 0
            now = {k for k in (1, 2, 3) if OWN.get(stage) == k or proved < k <= step}
            proved = max(proved, step)
            if START <= when < END:
                passed |= now
        found["created"] += START <= deal["created_at"] < END
        found["deals"] += START <= deal["created_at"] < END
        for k in passed:
            found[STEPS[k]] += 1
        if signed and START <= signed < END:
            found["contracts"] += 1
            found["contract"] += 1
        if lost and START <= lost < END:
            found["disposals"] += 1
            found["contracts_cancelled"] += bool(standing)
        before = [stage for when, stage in way if when < END]
        found["deals_open"] += bool(before) and KINDS[before[-1]] not in ("won", "lost")
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_deals_are_what_walking_their_ways_gives(seed: int) -> None:
    records = _records(seed)
    expected = _counted(records)
    town = Sales(records, "06-16 15:00", Centre(timezone="UTC"), derives=seed % 2 == 0)
    period = "2026-06-01..2026-06-15"
    keys = ("deals", "contracts", "disposals", "contracts_cancelled", "deals_open")
    found = {key: town.value(key, period) for key in keys}
    passed = town.parts("deals_passed", "step", period=period)
    town.records.close()
    told = {key: value for key, value in found.items() if value is not None}
    assert {**told, **{step: passed.get(step) or 0.0 for step in STEPS}} == {
        key: expected[key] for key in (*told, *STEPS)
    }
