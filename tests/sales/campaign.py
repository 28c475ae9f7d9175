"""A campaign of ten rows and eleven dials, in which every figure can be counted by hand.

c11 is in the first list twice, c12 in both lists; one row has no number, c15's is dead, c17 may not be called. c11 and
c14 agree; c11 comes and signs, c14 does not come. Somebody whom no list has, c99, was dialled and agreed.
"""

from __future__ import annotations

from typing import Any

from tests.sales.deals import STAGES
from tests.sales.world import Row, Sales, at

CAMPAIGN = "Возврат клиентов"
BASE = (
    ("r1", "c11", "1", "А", None, None),
    ("r2", "c11", "1", "А", None, None),
    ("r3", "c12", "1", "А", None, None),
    ("r4", "c13", "1", "Б", None, None),
    ("r5", "c14", "2", "Б", None, None),
    ("r6", None, "1", "А", None, None),
    ("r7", "c15", "1", "А", "dead", None),
    ("r8", "c16", "2", "Б", None, None),
    ("r9", "c12", "2", "Б", None, None),
    ("r10", "c17", "2", "Б", None, "просил не звонить"),
)
DIALS = (
    ("c11", "02 10:00", "no_answer", None),
    ("c11", "02 15:00", "answered", "agreed"),
    ("c12", "02 10:10", "answered", "refused"),
    ("c13", "02 10:20", "no_answer", None),
    ("c13", "03 10:20", "no_answer", None),
    ("c13", "04 10:20", "no_answer", None),
    ("c14", "02 10:30", "busy", None),
    ("c14", "03 10:30", "answered", "call_back"),
    ("c14", "04 10:30", "answered", "agreed"),
    ("c16", "02 10:40", "failed", None),
    ("c16", "03 10:40", "failed", None),
    ("c99", "02 10:50", "answered", "agreed"),
)


def campaign_rows() -> dict[str, list[Row]]:
    """The tables of the campaign and of nothing else."""
    base = [
        {
            "row_id": row,
            "campaign": CAMPAIGN,
            "list": of,
            "client_id": client,
            "script": script,
            "phone_state": state,
            "stop_reason": stop,
            "loaded_at": at(f"06-01 09:{n:02}"),
            "data_updated_at": at("06-03 09:00") if client == "c11" else None,
        }
        for n, (row, client, of, script, state, stop) in enumerate(BASE)
    ]
    calls = [
        {
            "call_id": f"{client}-{n}",
            "line": "out",
            "direction": "out",
            "started_at": at(f"06-{when}"),
            "outcome": outcome,
            "wait_s": 5.0,
            "talk_s": 60.0 if outcome == "answered" else None,
            "agent_id": "a1",
            "client_id": client,
            "campaign": CAMPAIGN,
            "result": result,
        }
        for n, (client, when, outcome, result) in enumerate(DIALS)
    ]
    last: dict[str, Any] = {**calls[0], "call_id": "last", "campaign": None, "started_at": at("06-16 11:00")}
    deals = [{"deal_id": "d11", "created_at": at("06-05 10:00"), "client_id": "c11", "amount": 1_200_000.0}]
    moves = [("m1", "06-05 10:00", "new"), ("m2", "06-12 12:00", "won")]
    return {
        "campaign_clients": base,
        "calls": [*calls, last],
        "deals": [{**each, "pipeline": "p", "stage": "won", "owner_id": "a1"} for each in deals],
        "deal_stages": [
            {"change_id": change, "deal_id": "d11", "entered_at": at(when), "pipeline": "p", "stage": stage}
            for change, when, stage in moves
        ],
        "stages": STAGES,
        "visits": [
            {"visit_id": "v11", "client_id": "c11", "booked_at": at("06-03 10:00"), "scheduled_at": at("06-06 10:00"),
             "at": at("06-03 10:00"), "outcome": "came", "outcome_at": at("06-06 10:30")},
            {"visit_id": "v14", "client_id": "c14", "booked_at": at("06-05 10:00"), "scheduled_at": at("06-06 10:00"),
             "at": at("06-05 10:00"), "outcome": "no_show", "outcome_at": at("06-06 11:00")},
        ],
        "costs": [
            {"cost_id": "k", "campaign": CAMPAIGN, "starts_on": at("06-01 00:00"), "ends_on": at("06-11 00:00"),
             "amount": 44_000.0, "kind": "telephony"},
        ],
    }  # fmt: skip


def campaign(**tables: list[Row]) -> Sales:
    """The campaign, some of its tables replaced."""
    return Sales({**campaign_rows(), **tables})
