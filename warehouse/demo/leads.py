"""Internet leads: they come at any hour and are answered in the centre's hours."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from warehouse.demo.chance import DAY_S, Floats, HalfMonth, chosen, dealt, shuffled, weibull
from warehouse.demo.clients import buyers, client_ids, with_anonymous
from warehouse.demo.columns import ids, instants, table, words
from warehouse.demo.scenario import Targets
from warehouse.demo.shape import moments
from warehouse.demo.words import ORIGINS
from warehouse.schema import LEADS

_OPENS_S, _CLOSES_S = 9 * 3600.0, 21.5 * 3600.0
_NEVER_REACHED = 0.07


def rows(half: HalfMonth, targets: Targets) -> pa.Table:
    """The rows of `leads`."""
    rng, n = half.rng("leads"), targets.leads
    created = moments(half, n, "leads", rng)
    contacted = _in_hours(created, rng) + shuffled(weibull(n, 1500.0, 0.7, rng, floor=40.0), rng)
    reached = ~chosen(n, round(_NEVER_REACHED * n), rng)
    return table(
        LEADS,
        n,
        {
            "lead_id": ids(half, "l", np.arange(n)),
            "line": words(np.zeros(n, dtype=np.int64), ("sales",)),
            "created_at": instants(half, created),
            "client_id": client_ids(with_anonymous(buyers(half, n, rng), 0.03, rng)),
            "origin": words(dealt(n, np.array(list(ORIGINS.values()), dtype=np.float64), rng), tuple(ORIGINS)),
            "is_target": pa.array(chosen(n, targets.target_leads, rng)),
            "first_contact_at": instants(half, contacted, reached & (contacted <= half.until)),
        },
        keep=created < half.until,
    )


def _in_hours(created: Floats, rng: np.random.Generator) -> Floats:
    """From when on somebody can answer: at once, or in the first hour of the next opening."""
    midnight = np.floor(created / DAY_S) * DAY_S
    early, late = created < midnight + _OPENS_S, created > midnight + _CLOSES_S
    opening = midnight + _OPENS_S + np.where(late, DAY_S, 0.0) + rng.uniform(0, 3600, len(created))
    return np.where(early | late, opening, created)
