"""What the demo's planner keeps: plans set before the facts, the roster, clients served, days unlike others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import NONE, agent_ids, ids, instants, table, words
from warehouse.demo.chance import DAY_S, UTC_OFFSET, HalfMonth, half_months
from warehouse.demo.people import DESK, INHOUSE, SALES_CHATS, SERVICE_CHATS, agents, planned
from warehouse.demo.scenario import REFERENCE_HALF, Targets, targets
from warehouse.demo.shape import free
from warehouse.schema import CHANNELS, CLIENT_BASE, DAY_MARK_KINDS, DAY_MARKS, SHIFT_KINDS, SHIFTS

CALL, CHAT = CHANNELS.index("call"), CHANNELS.index("chat")
_CHANNEL_OF = {SALES_CHATS: CHAT, SERVICE_CHATS: CHAT, DESK: CHANNELS.index("desk")}
"""What pools are rostered for that do not take or make calls."""
_SUPPORT = 3
"""Every third of the people of sales' chats is for those of support."""
_LAST_DAY = date(2026, 6, 28)
_WORK, _BREAK, _TRAINING = (SHIFT_KINDS.index(kind) for kind in ("work", "break", "training"))
_BAD_DAY = date(2026, 6, 22)
"""A Monday on which the agency comes late, and those of the line `inhouse` learn in its busiest hours."""
_TRAINING_HOURS, _TRAINED = (10.0, 12.0), 3
_AGENCY_FROM = date(2026, 6, 17)
_AGENCY = ((9.0, 13.0, 3), (18.0, 22.0, 3))
_AGENCY_LATE = ((12.0, 16.0, 3), (18.0, 22.0, 3))
"""Places without names on working days: from when to when, and how many."""

CLIENTS = (
    ("flats", date(2024, 12, 1), 75_000),
    ("flats", date(2025, 4, 1), 76_300),
    ("flats", date(2025, 9, 1), 77_600),
    ("flats", date(2026, 3, 16), 79_400),
    ("flats", date(2026, 5, 18), 81_300),
    ("flats", date(2026, 6, 1), 84_000),
    ("insured", date(2026, 6, 22), 7_000),
)
"""Whom the centre serves, since when: since February three joins of a whole estate at once, and from the bad Monday on
the insured of one corporate client."""


def roster(half: HalfMonth) -> pa.Table:
    """The rows of `shifts` of a half month: everybody's work and breaks, and the agency's places."""
    days = (_LAST_DAY - half.first).days + 1
    people = agents()
    rows: list[_Row] = []
    for shift in planned(half):
        if shift.start < days * DAY_S:
            rows.append((shift.agent, shift.start, shift.end, _WORK))
            rows += [(shift.agent, start, end, _BREAK) for start, end, _ in shift.breaks]
    rows += [*_training(half), *_agency(half)]
    agent, start, end, kind = (np.array(column) for column in zip(*rows, strict=True))
    of_agency = agent == NONE
    pool = np.where(of_agency, INHOUSE, np.array([person.pool for person in people])[agent])
    rank = np.array([person.rank for person in people])[agent]
    support = (pool == SALES_CHATS) & (rank % _SUPPORT == _SUPPORT - 1)
    return table(
        SHIFTS,
        len(rows),
        {
            "shift_id": ids(half, "s", np.arange(len(rows))),
            "agent_id": agent_ids(agent),
            "line": words(np.select([of_agency, support], [0, 1], NONE), ["inhouse", "support"]),
            "channel": words(np.array([_CHANNEL_OF.get(each, CALL) for each in pool.tolist()]), CHANNELS),
            "starts_at": instants(half, start),
            "ends_at": instants(half, end),
            "kind": words(kind, SHIFT_KINDS),
        },
    )


_Row = tuple[int, float, float, int]
"""Whose it is, from when to when (s since the half month's start), and of which kind."""


def _training(half: HalfMonth) -> Iterator[_Row]:
    first, last = ((_BAD_DAY - half.first).days * DAY_S + hour * 3600 for hour in _TRAINING_HOURS)
    there = (s.agent for s in planned(half) if s.start <= first < s.end and agents()[s.agent].pool == INHOUSE)
    return ((agent, first, last, _TRAINING) for agent in islice(there, _TRAINED))


def _agency(half: HalfMonth) -> Iterator[_Row]:
    for day, day_date in enumerate(half.dates):
        if _AGENCY_FROM <= day_date <= _LAST_DAY and not free(day_date):
            for first, last, count in _AGENCY_LATE if day_date == _BAD_DAY else _AGENCY:
                yield from [(NONE, day * DAY_S + first * 3600, day * DAY_S + last * 3600, _WORK)] * count


def client_base() -> pa.Table:
    """The rows of `client_base`."""
    return table(
        CLIENT_BASE,
        len(CLIENTS),
        {
            "segment": pa.array([segment for segment, _, _ in CLIENTS]),
            "starts_on": _midnights([day for _, day, _ in CLIENTS]),
            "clients": pa.array([float(count) for _, _, count in CLIENTS]),
            "line": pa.array(["inhouse"] * len(CLIENTS)),
        },
    )


def day_marks() -> pa.Table:
    """The rows of `day_marks`: days whose records teach nothing."""
    marks = (
        ("m1", date(2025, 7, 24), "call", "the telephony was moved"),
        ("m2", date(2026, 3, 12), "chat", "the chat of the site was down in the morning"),
    )
    return table(
        DAY_MARKS,
        len(marks),
        {
            "mark_id": pa.array([mark for mark, *_ in marks]),
            "starts_on": _midnights([day for _, day, *_ in marks]),
            "channel": pa.array([channel for *_, channel, _ in marks]),
            "kind": words(np.full(len(marks), DAY_MARK_KINDS.index("exclude")), DAY_MARK_KINDS),
            "note": pa.array([said for *_, said in marks]),
        },
    )


def _midnights(days: list[date]) -> pa.Array:
    return pa.array([datetime.combine(day, time()) - UTC_OFFSET for day in days], pa.timestamp("us"))


@dataclass(frozen=True)
class PlanRow:
    """One plan: `line` None is the whole centre; percentages are 0-100, durations seconds, areas m2."""

    metric: str
    line: str | None
    granularity: str
    starts_on: date
    value: float


_GIVEN = {
    ("target_in", None): 28_400.0,
    ("target_out", None): 7_445.0,
    ("calls", "sales"): 16_300.0,
    ("chats", "sales"): 10_200.0,
    ("chats", "support"): 6_500.0,
}
"""The volumes planned for 1-15 June 2026."""
_JUNE_M2 = 52_000.0


def plan_rows() -> list[PlanRow]:
    """The plans of all half months and months up to the end of June 2026."""
    halves = list(half_months())
    rows = [row for half in halves for row in _half_month(half)]
    return rows + [
        PlanRow("reserves_m2", None, "month", first.first, _area(first, second))
        for first, second in zip(halves[::2], halves[1::2], strict=True)
    ]


def _half_month(half: HalfMonth) -> Iterator[PlanRow]:
    volumes = _GIVEN if half == REFERENCE_HALF else _volumes(half, targets(half))
    for (metric, line), value in {**volumes, **_levels(half)}.items():
        yield PlanRow(metric, line, "half_month", half.first, value)


def _volumes(half: HalfMonth, wanted: Targets) -> dict[tuple[str, str | None], float]:
    target_in = wanted.target_calls + wanted.target_leads + sum(line.target for line in wanted.chats.values())
    expected: dict[tuple[str, str | None], float] = {
        ("target_in", None): target_in * 1.08,
        ("target_out", None): wanted.target_conversations * 1.06,
        ("calls", "sales"): wanted.voice["sales"].entries * 0.97,
        ("chats", "sales"): wanted.chats["sales"].entries * 0.96,
        ("chats", "support"): wanted.chats["support"].entries,
    }
    return {key: float(round(value * _guess(half, key[0], 0.07), -2)) for key, value in expected.items()}


def _levels(half: HalfMonth) -> dict[tuple[str, str | None], float]:
    """Standards change rarely: handling times are tightened once a year, the rest stays."""
    year = half.first.year
    return {
        ("lcr", "sales"): 3.0,
        ("lcr", "inhouse"): 5.0,
        ("lcr", "akc"): 5.0,
        ("sl", "inhouse"): 80.0,
        ("sl", "akc"): 80.0,
        ("aht", "inhouse"): 290.0 if year >= 2026 else 300.0,
        ("aht", "akc"): 200.0 if year >= 2026 else 215.0,
        ("chat_aht", "inhouse"): 400.0,
        ("bot_wait", None): 3.0,
    }


def _area(first: HalfMonth, second: HalfMonth) -> float:
    if first == REFERENCE_HALF:
        return _JUNE_M2
    expected = targets(first).reserved_m2 + targets(second).reserved_m2
    return float(round(expected * 1.04 * _guess(first, "reserves", 0.08), -2))


def _guess(half: HalfMonth, name: str, width: float) -> float:
    """How far off a plan was: a deterministic factor about 1."""
    return 1 + width * float(half.rng(f"plan {name}").uniform(-1.0, 1.0))
