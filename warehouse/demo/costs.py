"""What the demo's centre pays for: traffic, people, telephony, licences, a partner, and clients for their trouble."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import ids, table, words
from warehouse.demo.campaign import BEGAN, CAMPAIGN
from warehouse.demo.chance import START, UTC_OFFSET, HalfMonth, spread
from warehouse.demo.scenario import REFERENCE_HALF, size_of
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
_MEDIA = {"сайт": 21, "агрегатор": 31, "контекстная реклама": 33, "соцсети": 9, "партнёры": 6}
"""Shares of what a month's traffic costs, by its source."""
_DIALLING = 1_640_000
"""What a month of the campaign takes: people and lines."""
_TRAFFIC, _AGENCY = 252_000_000, 28_000_000
"""A month's traffic and what the agency takes, as of June 2026."""


def marketing(half: HalfMonth) -> pa.Table:
    """The rows of `costs` for traffic: month by month, with the month's first half."""
    rng, size = half.rng("marketing"), size_of(half)
    start = datetime(half.first.year, half.first.month, 1) - UTC_OFFSET  # noqa: DTZ001
    last = start + timedelta(days=monthrange(half.first.year, half.first.month)[1] - 1)
    # It grew dearer: a year ago the same traffic cost a seventh less.
    size *= 1 - 0.0055 * max(REFERENCE_HALF.number - half.number, 0)
    paid: list[tuple[float, str, str | None, str | None]] = [
        (share * _TRAFFIC / 100 * size * rng.uniform(0.94, 1.06), "media", origin, None)
        for origin, share in _MEDIA.items()
    ]
    paid.append((_AGENCY * size, "agency", None, None))
    if start >= START + timedelta(seconds=BEGAN):
        paid.append((_DIALLING, "telephony", None, CAMPAIGN))
    paid = paid if half.first.day == 1 else []
    kinds = np.array([COST_KINDS.index(kind) for _, kind, _, _ in paid], dtype=np.int64)
    nothing = np.full(len(paid), -1)
    return table(
        COSTS,
        len(paid),
        {
            "cost_id": ids(half, "m", np.arange(len(paid))),
            "starts_on": pa.array([start] * len(paid), pa.timestamp("us")),
            "ends_on": pa.array([last] * len(paid), pa.timestamp("us")),
            "amount": pa.array([float(round(amount, -3)) for amount, *_ in paid], pa.float64()),
            "origin": pa.array([origin for _, _, origin, _ in paid], pa.string()),
            "campaign": pa.array([campaign for *_, campaign in paid], pa.string()),
            "kind": words(kinds, COST_KINDS),
            "channel": words(nothing, _CHANNELS),
            "site": words(nothing, SITES),
        },
    )


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
