"""What the demo's centre is paid for: people, telephony, licences, a partner, and what clients are paid for trouble."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from warehouse.demo.chance import UTC_OFFSET, HalfMonth, spread
from warehouse.demo.columns import ids, table, words
from warehouse.demo.scenario import size_of
from warehouse.schema import COST_KINDS, COSTS, SITES

_CHANNELS = ("call", "chat", "ticket")
_COSTS = (
    # kind, amount of a half month, channel, site
    ("staff", 6_900_000, -1, 0),
    ("outsourcing", 400_000, 0, 1),
    ("telephony", 350_000, 0, -1),
    ("licence", 220_000, 1, -1),
)
_PAID = ((2, 29, 255_000), (0, 8, 22_000), (1, 4, 9_000))
"""Compensations of a half month: channel, how many, together."""


def rows(half: HalfMonth) -> pa.Table:
    """The rows of `costs`: what is paid for the half month, and compensations day by day."""
    rng, size = half.rng("costs"), size_of(half)
    first, last = 0, half.days - 1
    made = [
        (COST_KINDS.index(kind), round(of * size), first, last, channel, site) for kind, of, channel, site in _COSTS
    ]
    paid = COST_KINDS.index("compensation")
    for channel, n, whole in _PAID:
        amounts = spread(whole, rng.uniform(0.5, 2.0, n))
        days = rng.integers(0, half.days, n)
        made += [(paid, int(a), int(day), -1, channel, -1) for a, day in zip(amounts, days, strict=True)]
    kind, amount, begins, ends, of, site = (np.array(column) for column in zip(*made, strict=True))

    def midnights(days: list[int]) -> pa.Array:
        start = datetime(half.first.year, half.first.month, half.first.day) - UTC_OFFSET  # noqa: DTZ001
        return pa.array([start + timedelta(days=day) if day >= 0 else None for day in days], pa.timestamp("us"))

    return table(
        COSTS,
        len(made),
        {
            "cost_id": ids(half, "c", np.arange(len(made))),
            "starts_on": midnights(begins.tolist()),
            "ends_on": midnights(ends.tolist()),
            "amount": pa.array(amount.astype(np.float64)),
            "kind": words(kind, COST_KINDS),
            "channel": words(of, _CHANNELS),
            "site": words(site, SITES),
        },
    )
