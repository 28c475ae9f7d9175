"""Internet leads, which are answered in the centre's hours, and reservations, some while the client is on the line."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.calls import NONE, Calls, agent_ids, ids, instants, table, words
from warehouse.demo.chance import (
    DAY_S,
    Floats,
    HalfMonth,
    Ints,
    among,
    chosen,
    dealt,
    shuffled,
    spread,
    strata,
    weibull,
)
from warehouse.demo.people import SALES, agents, buyers, client_ids, with_anonymous
from warehouse.demo.scenario import Targets
from warehouse.demo.shape import moments
from warehouse.demo.words import ORIGINS, PROJECTS
from warehouse.schema import LEADS, RESERVATIONS

MEAN_AREA_M2 = 52.0
_IN_CALL = 0.46
_CANCELLED = 0.09

_TALENT = np.array(
    (1.0, 0.99, 0.97, 0.96, 0.93, 0.9, 0.84, 0.8, 0.74, 0.7, 0.64, 0.58, 0.5, 0.44, 0.36, 0.3, 0.24, 0.18)
)
"""How well those who may reserve do it: a few rivals close together, and a long tail."""


@cache
def _closers() -> Ints:
    """Those who may reserve: the longest-serving of the sales line, in no order of merit."""
    veterans = [i for i, agent in enumerate(agents()) if agent.pool == SALES and agent.rank < len(_TALENT)]
    return np.array(veterans)[np.argsort([(i * 7) % len(veterans) for i in range(len(veterans))])]


def rows(half: HalfMonth, targets: Targets, calls: Calls) -> pa.Table:
    """The rows of `reservations`; those in a call lie within it and belong to the one who took it."""
    rng = half.rng("reservations")
    n = round(targets.reserved_m2 / MEAN_AREA_M2)
    call = _calls_with_one(half, calls, round(_IN_CALL * n), rng)
    within = rng.uniform(0.45, 0.97, len(call)) * calls.talk[call]
    n_other = n - len(call)
    other = moments(half, n_other, "reservations", rng)
    at = np.round(np.concatenate([calls.answered_at[call] + within, other]), 1)
    agent = np.concatenate([calls.agent[call], _closers()[dealt(n_other, _TALENT**0.5, rng)]])
    client = calls.client[call]
    client = np.where(client < 0, buyers(half, len(call), rng), client)

    area = shuffled(_areas(n, targets.reserved_m2 / n, rng), rng)
    names = list(PROJECTS)
    project = dealt(n, np.array([PROJECTS[name][1] for name in names], dtype=np.float64), rng)
    per_m2 = np.array([PROJECTS[name][2] for name in names])[project] * rng.uniform(0.93, 1.08, n)
    cancelled = chosen(n, round(_CANCELLED * n), rng)
    # Second thoughts come in office hours.
    cancelled_at = (np.floor(at / DAY_S) + np.ceil(rng.exponential(5.0, n))) * DAY_S + rng.uniform(10, 19, n) * 3600
    in_call = np.arange(n) < len(call)
    call_ids = pc.binary_join_element_wise(
        ids(half, "i", np.concatenate([calls.contact[call], np.zeros(n_other, dtype=np.int64)])),
        pa.array(np.concatenate([np.where(calls.before[call] >= 0, "-2", "-1"), np.full(n_other, "")])),
        "",
    )
    return table(
        RESERVATIONS,
        n,
        {
            "reservation_id": ids(half, "r", np.arange(n)),
            "reserved_at": instants(half, at),
            "agent_id": agent_ids(agent),
            "client_id": client_ids(np.concatenate([client, buyers(half, n_other, rng)])),
            "area_m2": pa.array(area),
            "price": pa.array(np.round(area * per_m2, -3)),
            "in_call": pa.array(in_call),
            "call_id": pc.if_else(pa.array(in_call), call_ids, pa.scalar(None, pa.string())),
            "project": words(project, names),
            "city": words(project, [PROJECTS[name][0] for name in names]),
            "cancelled_at": instants(half, cancelled_at, cancelled & (cancelled_at <= half.until)),
        },
        keep=at < half.until,
    )


def _calls_with_one(half: HalfMonth, calls: Calls, n: int, rng: np.random.Generator) -> Ints:
    """The n calls in which something was reserved: long ones of those who may, by talent and the form of the day."""
    fit = ~calls.outbound & calls.answered & (calls.line == 0) & (calls.to_line == NONE) & (calls.talk > 200)
    closers = _closers()
    form = _TALENT * np.exp(0.12 * rng.standard_normal(len(closers)))
    found = []
    for closer, wanted in zip(closers, spread(n, form), strict=True):
        mine = fit & (calls.agent == closer)
        # Some days go well and some do not: that is what makes a contest.
        of_day = np.exp(0.7 * rng.standard_normal(half.days + 1))
        found.append(np.flatnonzero(among(mine, int(wanted), rng, of_day[(calls.start // DAY_S).astype(np.int64)])))
    return np.concatenate(found)


def _areas(n: int, mean: float, rng: np.random.Generator) -> Floats:
    """Flats of 25-110 m2, to 0.01, many small and few large: 25 + 85 u^p has the mean 25 + 85 / (p + 1)."""
    power = 85.0 / (mean - 25.0) - 1.0
    return np.round(25.0 + 85.0 * strata(n, rng) ** power, 2)


_OPENS_S, _CLOSES_S = 9 * 3600.0, 21.5 * 3600.0
_NEVER_REACHED = 0.07


def lead_rows(half: HalfMonth, targets: Targets) -> pa.Table:
    """The lead_rows of `leads`."""
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
