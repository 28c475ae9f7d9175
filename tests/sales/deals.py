"""One deal and its way, for stories of a single trap."""

from __future__ import annotations

from tests.sales.world import Row, Sales, at

STAGES: list[Row] = [
    {"pipeline": "p", "stage": stage, "position": position, "kind": kind}
    for stage, position, kind in (
        ("new", 1.0, "incoming"),
        ("call", 2.0, "phone"),
        ("visit", 3.0, "booked"),
        ("here", 4.0, "came"),
        ("won", 5.0, "won"),
        ("lost", 900.0, "lost"),
        ("away", None, "no_show"),
    )
]


def one(*way: tuple[str, str], **deal: object) -> Sales:
    """One deal of the first of June, with its way; a deal of April lets the records begin before it."""
    entered = [("z", "04-01 10:00", "new"), *(("d", when, stage) for when, stage in way)]
    history = [
        {"change_id": f"{n}", "deal_id": of, "entered_at": at(when), "pipeline": "p", "stage": stage}
        for n, (of, when, stage) in enumerate(entered)
    ]
    deals = [
        {"deal_id": "z", "created_at": at("04-01 10:00"), "pipeline": "p", "stage": "new"},
        {"deal_id": "d", "created_at": at("06-01 10:00"), "pipeline": "p", "stage": "new", **deal},
    ]
    return Sales({"deals": deals, "deal_stages": history, "stages": STAGES})


NEW = ("06-01 10:00", "new")
