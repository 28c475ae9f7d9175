"""The Service Desk: tickets are created, routed, worked on and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import (
    ANSWERED,
    NONE,
    TOPIC_NAMES,
    Calls,
    agent_ids,
    contact_ids,
    ids,
    instants,
    table,
    words,
)
from warehouse.demo.chance import DAY_S, Flags, Floats, HalfMonth, Ints, among, chosen, dealt, shuffled, weibull
from warehouse.demo.people import DESK, Shift, agents, client_ids, residents
from warehouse.demo.scenario import REFERENCE_HALF, Targets, targets
from warehouse.demo.shape import day_weights, moments, moments_on
from warehouse.demo.words import DESKS, TICKET_KINDS, VOICE_LINES
from warehouse.schema import TICKET_EVENTS, TICKET_EVENTS_TABLE

CREATED, ROUTED, CLOSED, TASK_DONE, REOPENED = range(len(TICKET_EVENTS))

_COMPLAINT, _REQUEST = "Жалоба", "Заявка"
_USUAL_LEAKS = 0.586
"""Leaks of an ordinary half month against those of June 2026."""
_LIFTS = 9
_RENAMED, _REOPENED = 0.03, 0.05
_CHASED_TOPIC, _CHASED_AS = "Окна и двери", "гарантия"
"""What clients ask about most, and what their calls would be about else."""
_FROM_CONTACT, _KNOWN = 0.6, 0.81
_DUE_S = 48 * 3600.0

_FROM_BEFORE = 0.1
"""Share of the closings and tasks that concern tickets of the half month before, as far as there are enough."""
_SOON, _LATER = 0.28, 0.45
"""The weight of each next day on which tickets are closed and worked on, relative to the one before."""
_CHASED, _CHASED_SELDOM = 0.85, 0.03
"""Of tickets about windows, and of others, those whose client asks where they are."""


def rows(half: HalfMonth, wanted: Targets, shifts: Sequence[Shift], calls: Calls) -> tuple[pa.Table, Calls]:
    """The rows of `ticket_events`: each kind's count is that of the half month it happened in.

    And the calls, some of which are of clients who ask where their tickets are.
    """
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
    closed_at = _later(half, created[closed], _SOON, rng)
    worked = rng.choice(np.flatnonzero(in_time), wanted.tasks - len(old[1][0]))
    worked_at = _later(half, created[worked], _LATER, rng)
    # Work on a ticket is over when it is closed.
    closing = np.full(wanted.created, np.inf)
    closing[closed] = closed_at
    worked_at = np.minimum(worked_at, closing[worked] - rng.uniform(60, 5400, len(worked)))

    again = closed[_reopened(half, closed_at)]
    again_at = closed_at[_reopened(half, closed_at)] + half.rng("reopened later").uniform(0.2, 2.0, len(again)) * DAY_S

    kind = np.concatenate(
        [
            np.full(n, code)
            for n, code in (
                (wanted.created, CREATED),
                (wanted.routed, ROUTED),
                (len(closed), CLOSED),
                (len(worked), TASK_DONE),
                (len(again), REOPENED),
                (len(old[0][0]), CLOSED),
                (len(old[1][0]), TASK_DONE),
            )
        ]
    )
    at = np.concatenate([created, routed_at[routed], closed_at, worked_at, again_at, old[0][1], old[1][1]])
    number = np.concatenate([tickets, tickets[routed], closed, worked, again, old[0][0], old[1][0]])
    earlier = np.arange(len(at)) >= len(at) - len(old[0][0]) - len(old[1][0])

    sort = np.concatenate([_kinds(half)[number[~earlier]], _kinds(_before(half))[number[earlier]]])
    names = list(TICKET_KINDS)
    renamed = np.concatenate([_renamed(half)[number[~earlier]], _renamed(_before(half))[number[earlier]]])
    complaint = np.array([name[0] == _COMPLAINT for name in names])[sort]
    types = [*dict.fromkeys(name[0] for name in names)]
    type_code = np.array([types.index(name[0]) for name in names])[sort]
    type_code = np.where(complaint & renamed & (kind != CREATED), types.index(_REQUEST), type_code)
    opened = kind == CREATED
    contact, client = _origins(half, created, calls)
    ticket = pa.compute.if_else(pa.array(earlier), ids(_before(half), "s", number), ids(half, "s", number))
    made = table(
        TICKET_EVENTS_TABLE,
        len(at),
        {
            "event_id": ids(half, "e", np.arange(len(at))),
            "ticket_id": ticket,
            "at": instants(half, at),
            "kind": words(kind, TICKET_EVENTS),
            "desk": words(_desk_of_kind()[sort], tuple(DESKS)),
            "agent_id": agent_ids(np.where(kind == CREATED, NONE, _on_shift(half, at, shifts, rng))),
            "type": words(type_code, types),
            "topic": words(sort, [name[1] for name in names]),
            "subtopic": words(sort, [name[2] for name in names]),
            "client_id": client_ids(np.where(opened, client[np.where(opened, number, 0)], NONE)),
            "contact_id": _said_once(
                contact_ids(half, calls), np.where(opened, contact[np.where(opened, number, 0)], NONE)
            ),
            "due_at": instants(half, at + _DUE_S, opened),
        },
        keep=at < half.until,
    )
    return made, _with_chasers(half, calls, created, closing, client, contact)


def _with_chasers(half: HalfMonth, calls: Calls, created: Floats, closing: Floats, client: Ints, origin: Ints) -> Calls:
    """The calls, some of which are of clients who ask where their tickets are: before these are closed."""
    rng = half.rng("chasers")
    topics = [name[1] for name in TICKET_KINDS]
    kinds = _kinds(half)
    odds = np.where(kinds == topics.index(_CHASED_TOPIC), _CHASED, _CHASED_SELDOM)
    asking = np.flatnonzero((client >= 0) & (rng.random(len(created)) < odds))
    plain = ~calls.outbound & (calls.outcome == ANSWERED) & (calls.before < 0) & (calls.to_line == NONE)
    plain &= (calls.line == VOICE_LINES.index("inhouse")) & (calls.topic == TOPIC_NAMES.index(_CHASED_AS))
    plain[origin[origin >= 0]] = False
    free = np.flatnonzero(plain)
    free = free[np.argsort(calls.start[free], kind="stable")]
    of, topic = calls.client.copy(), calls.topic.copy()
    taken = np.zeros(len(free), dtype=np.bool_)
    for ticket, patience in zip(asking, rng.uniform(0.1, 0.9, len(asking)), strict=True):
        until = min(closing[ticket], created[ticket] + 3 * DAY_S, half.days * DAY_S)
        place = int(np.searchsorted(calls.start[free], created[ticket] + patience * (until - created[ticket])))
        if place < len(free) and not taken[place] and calls.ended_at[free[place]] < until:
            taken[place] = True
            of[free[place]], topic[free[place]] = client[ticket], TOPIC_NAMES.index(topics[kinds[ticket]])
    return replace(calls, client=of, topic=topic)


def _before(half: HalfMonth) -> HalfMonth:
    last = half.first - timedelta(days=1)
    return HalfMonth(last.replace(day=16 if half.first.day == 1 else 1))


def _kinds(half: HalfMonth) -> Ints:
    """What each ticket of a half month is about: known without generating its events."""
    weights = np.array([weight for _, weight in TICKET_KINDS.values()], dtype=np.float64)
    names = [name[2] for name in TICKET_KINDS]
    if half.number < REFERENCE_HALF.number - 1:  # the pipes have leaked since the middle of May
        weights[names.index("Протечка")] *= _USUAL_LEAKS
    kinds = dealt(targets(half).created, weights, half.rng("ticket kinds"))
    if half == REFERENCE_HALF:
        # Since 9 June the lift stands still: floors were fewer than it seemed.
        late = np.flatnonzero((kinds == names.index("Полы")) & (np.arange(len(kinds)) > 0.62 * len(kinds)))
        kinds[late[:_LIFTS]] = names.index("Лифт")
    return kinds


def _renamed(half: HalfMonth) -> Flags:
    """The tickets that turn out to be something else when they are routed."""
    flags: Flags = half.rng("renamed tickets").random(targets(half).created) < _RENAMED
    return flags


def _reopened(half: HalfMonth, closed_at: Floats) -> Flags:
    """Which of the tickets that were closed are opened again before the half month ends."""
    soon: Flags = half.rng("reopened").random(len(closed_at)) < _REOPENED
    return soon & (closed_at < (half.days - 2.0) * DAY_S)


def _origins(half: HalfMonth, created: Floats, calls: Calls) -> tuple[Ints, Ints]:
    """Of each ticket the row of the call that it came from, and its client; none: -1."""
    rng = half.rng("ticket origins")
    talked = np.flatnonzero(~calls.outbound & calls.answered & (calls.client >= 0))
    talked = talked[np.argsort(calls.ended_at[talked], kind="stable")]
    place = np.searchsorted(calls.ended_at[talked], created) - 1
    near = (place >= 0) & (created - calls.ended_at[talked[np.maximum(place, 0)]] < 3600)
    from_call = near & (rng.random(len(created)) < _FROM_CONTACT)
    contact = np.where(from_call, talked[np.maximum(place, 0)], NONE)
    known = rng.random(len(created)) < _KNOWN
    others = np.where(known, residents(len(created), rng), NONE)
    return contact, np.where(from_call, calls.client[np.maximum(contact, 0)], others)


def _said_once(values: pa.Array, rows: Ints) -> pa.Array:
    """The values of some rows; none: null."""
    return values.take(pa.array(rows, mask=rows < 0))


def _desk_of_kind() -> Ints:
    desks = list(DESKS)
    return np.array([desks.index(desk) for desk, _ in TICKET_KINDS.values()])


def _first_late(half: HalfMonth) -> int:
    """The number of the first ticket that is left to the next half month."""
    return targets(half).created * 9 // 10


def _older(half: HalfMonth, kind: int, events: int) -> tuple[Ints, Floats]:
    """The late tickets of the half month before that are closed or worked on in this one, and when."""
    rng, before = half.rng(f"older {kind}"), _before(half)
    late = np.arange(_first_late(before), targets(before).created)
    number = rng.permutation(late)[: round(_FROM_BEFORE * events)]
    return number, _later(half, np.full(len(number), -0.5 * DAY_S), _LATER, rng)


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
