"""The Service Desk: tickets are created, routed, worked on and closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import NONE
from warehouse.demo.chance import DAY_S, Floats, HalfMonth, Ints, among, chosen, dealt, shuffled, weibull
from warehouse.demo.columns import agent_ids, ids, instants, table, words
from warehouse.demo.people import DESK, Shift, agents
from warehouse.demo.scenario import Targets, targets
from warehouse.demo.shape import day_weights, moments, moments_on
from warehouse.demo.words import DESKS, TICKET_KINDS
from warehouse.schema import TICKET_EVENTS, TICKET_EVENTS_TABLE

CREATED, ROUTED, CLOSED, TASK_DONE, REOPENED = range(len(TICKET_EVENTS))

_FROM_BEFORE = 0.3
"""Share of the closings and tasks that concern tickets of the half month before, as far as there are enough."""


def rows(half: HalfMonth, wanted: Targets, shifts: Sequence[Shift]) -> pa.Table:
    """The rows of `ticket_events`: each kind's count is that of the half month it happened in."""
    rng = half.rng("desk")
    created = moments(half, wanted.created, "desk", rng)
    created.sort()
    tickets = np.arange(wanted.created)
    routed = chosen(wanted.created, wanted.routed, rng)
    routed_at = created + shuffled(weibull(wanted.created, 900.0, 0.8, rng, floor=20.0), rng)

    old = [_older(half, kind, n) for kind, n in ((CLOSED, wanted.closed), (TASK_DONE, wanted.tasks))]
    # What comes late in the half month is left to the next one.
    in_time = routed & (tickets < _first_late(half))
    closed = np.flatnonzero(among(in_time, wanted.closed - len(old[0][0]), rng))
    closed_at = _later(half, created[closed], 0.75, rng)
    worked = rng.choice(np.flatnonzero(in_time), wanted.tasks - len(old[1][0]))
    worked_at = _later(half, created[worked], 0.6, rng)
    # Work on a ticket is over when it is closed.
    closing = np.full(wanted.created, np.inf)
    closing[closed] = closed_at
    worked_at = np.minimum(worked_at, closing[worked] - rng.uniform(60, 5400, len(worked)))

    kind = np.concatenate(
        [
            np.full(n, code)
            for n, code in (
                (wanted.created, CREATED),
                (wanted.routed, ROUTED),
                (len(closed), CLOSED),
                (len(worked), TASK_DONE),
                (len(old[0][0]), CLOSED),
                (len(old[1][0]), TASK_DONE),
            )
        ]
    )
    at = np.concatenate([created, routed_at[routed], closed_at, worked_at, old[0][1], old[1][1]])
    number = np.concatenate([tickets, tickets[routed], closed, worked, old[0][0], old[1][0]])
    earlier = np.arange(len(at)) >= len(at) - len(old[0][0]) - len(old[1][0])

    sort = np.concatenate([_kinds(half)[number[~earlier]], _kinds(_before(half))[number[earlier]]])
    names = list(TICKET_KINDS)
    ticket = pa.compute.if_else(pa.array(earlier), ids(_before(half), "s", number), ids(half, "s", number))
    return table(
        TICKET_EVENTS_TABLE,
        len(at),
        {
            "event_id": ids(half, "e", np.arange(len(at))),
            "ticket_id": ticket,
            "at": instants(half, at),
            "kind": words(kind, TICKET_EVENTS),
            "desk": words(_desk_of_kind()[sort], tuple(DESKS)),
            "agent_id": agent_ids(np.where(kind == CREATED, NONE, _on_shift(half, at, shifts, rng))),
            "type": words(sort, [name[0] for name in names]),
            "topic": words(sort, [name[1] for name in names]),
            "subtopic": words(sort, [name[2] for name in names]),
        },
        keep=at < half.until,
    )


def _before(half: HalfMonth) -> HalfMonth:
    last = half.first - timedelta(days=1)
    return HalfMonth(last.replace(day=16 if half.first.day == 1 else 1))


def _kinds(half: HalfMonth) -> Ints:
    """What each ticket of a half month is about: known without generating its events."""
    weights = np.array([weight for _, weight in TICKET_KINDS.values()], dtype=np.float64)
    return dealt(targets(half).created, weights, half.rng("ticket kinds"))


def _desk_of_kind() -> Ints:
    desks = list(DESKS)
    return np.array([desks.index(desk) for desk, _ in TICKET_KINDS.values()])


def _first_late(half: HalfMonth) -> int:
    """The number of the first ticket that is left to the next half month."""
    return targets(half).created * 3 // 5


def _older(half: HalfMonth, kind: int, events: int) -> tuple[Ints, Floats]:
    """The late tickets of the half month before that are closed or worked on in this one, and when."""
    rng, before = half.rng(f"older {kind}"), _before(half)
    late = np.arange(_first_late(before), targets(before).created)
    number = rng.permutation(late)[: round(_FROM_BEFORE * events)]
    return number, _later(half, np.full(len(number), -0.5 * DAY_S), 0.75, rng)


def _later(half: HalfMonth, since: Floats, patience: float, rng: np.random.Generator) -> Floats:
    """A moment in working hours on one of the days after `since`, within the half month, sooner rather than later.

    `patience` is the weight of each next day relative to the one before.
    """
    days = np.arange(half.days)
    first = np.floor(since / DAY_S).astype(np.int64) + 1
    ahead = days[None, :] - first[:, None]
    odds = np.where(ahead >= 0, patience ** np.maximum(ahead, 0), 0.0) * day_weights(half, "desk")
    grown = np.cumsum(odds, axis=1)
    chosen_day = (grown < (rng.random(len(since)) * grown[:, -1])[:, None]).sum(axis=1)
    return moments_on(half, chosen_day, "desk", rng)


def _on_shift(half: HalfMonth, at: Floats, shifts: Sequence[Shift], rng: np.random.Generator) -> Ints:
    """Somebody of the desk who works on the day of each event."""
    people = agents()
    taker = np.full(len(at), NONE)
    day = np.floor(at / DAY_S).astype(np.int64)
    luck = rng.random(len(at))
    for number in range(half.days):
        here = sorted({s.agent for s in shifts if people[s.agent].pool == DESK and s.start // DAY_S == number}) or [
            next(i for i, person in enumerate(people) if person.pool == DESK)
        ]
        rows = day == number
        taker[rows] = np.array(here)[(luck[rows] * len(here)).astype(np.int64)]
    return taker
