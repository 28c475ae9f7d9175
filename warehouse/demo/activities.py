"""What everybody's shift was spent on, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import NONE, Calls, agent_ids, instants, table, words
from warehouse.demo.chance import DAY_S, Floats, HalfMonth, Ints
from warehouse.demo.chats import Chats
from warehouse.demo.people import POOLS, Shift, agents
from warehouse.demo.scenario import REFERENCE_HALF
from warehouse.schema import ACTIVITIES, ACTIVITY_CATEGORIES

HANDLING, READY, WORK, BREAK, OFF = range(len(ACTIVITY_CATEGORIES))

STATUSES = (
    *("Разговор", "Чат", "Готов", "Постобработка вне звонка", "Задачи", "Обед", "Перерыв"),
    *("Маршрутизация", "Гарантия", "Не гарантия", "Общие вопросы"),
)
_IN_CALL, _IN_CHAT, _READY, _AFTER_CALL, _TASKS, _LUNCH, _PAUSE, _ROUTING = range(8)

GIVEN_TO = (
    *("продажи", "звонки сервиса", "звонки по гарантии", "заселение", "телемаркетинг", "чаты"),
    *("маршрутизация", "отдых", "задачи", "гарантия", "общие вопросы", "не гарантия"),
)
MARKED_FROM = date(2026, 6, 8)
"""Since then the Service Desk marks what its time goes to."""
_DESK = (
    # status, what it was given to, share of the work
    (_ROUTING, 6, 0.44),
    (_ROUTING + 1, 9, 0.237),
    (_TASKS, 8, 0.118),
    (_ROUTING + 3, 10, 0.086),
    (_ROUTING + 2, 11, 0.054),
    (_TASKS, NONE, 0.065),
)
_CHANNELS = ("ticket", "call", "chat")
_GAP, _OVERLAP = 0.03, 0.03
_FORGOTTEN = 2
_NEVER = 1e7
"""The end of a status that nobody ended, in seconds from the half month's start."""
_OF_POOL = np.array([0, 1, 3, 4, 5, 5, 6])
_WARRANTY, _REST = 2, 7
_STRETCH_S = 7200.0
_KEY_S = 1e8
"""Keeps the agents' times apart on one axis."""


def rows(half: HalfMonth, calls: Calls, chats: Chats, shifts: Sequence[Shift]) -> pa.Table:
    """The rows of `activities`: each two hours of a shift as handling, other work and readiness, the breaks apart.

    The handling of a stretch is as long as the person was really engaged in it; it is told in one piece.
    """
    rng = half.rng("activities")
    agent, start, end = _stretches(shifts)
    seated = calls.agent >= 0
    engaged = _Engagement(
        np.concatenate([calls.agent[seated], chats.agent[chats.answered]]),
        np.concatenate([calls.engaged_from[seated], chats.accepted_at[chats.answered]]),
        np.concatenate([calls.engaged_to[seated], (chats.ended_at + chats.wrap)[chats.answered]]),
    )
    handled = np.round(np.clip(engaged.until(agent, end) - engaged.until(agent, start), 0.0, end - start), 1)
    pool = np.array([person.pool for person in agents()])[agent]
    of_pool = np.array([key.key for key in POOLS])[pool]
    at_desk, in_chats = of_pool == "desk", np.char.endswith(of_pool, "_chats")
    marked = at_desk & (start >= (MARKED_FROM - half.first).days * DAY_S)
    left = end - start - handled
    aside = np.where(rng.random(len(agent)) < 0.2, rng.uniform(0.1, 0.5, len(agent)), 0.0)
    worked = np.round(left * np.where(at_desk, rng.uniform(0.75, 1.0, len(agent)), aside), 1)

    given_to = np.where(at_desk, NONE, _OF_POOL[pool])
    handled_for = np.where((of_pool == "inhouse") & (rng.random(len(agent)) < 0.35), _WARRANTY, given_to)
    plain = ~marked
    desk = _desk_work(agent[marked], start[marked], end[marked], half)
    agent, start, end, handled, worked = (each[plain] for each in (agent, start, end, handled, worked))
    in_chats, at_desk, handled_for, given_to = (each[plain] for each in (in_chats, at_desk, handled_for, given_to))
    rest = [(s.agent, *pause) for s in shifts for pause in s.breaks]
    resting = np.array([person for person, *_ in rest], dtype=np.int64)
    parts = [
        (agent, start, start + handled, np.where(in_chats, _IN_CHAT, _IN_CALL), HANDLING, handled_for),
        (agent, start + handled, start + handled + worked, np.where(at_desk, _TASKS, _AFTER_CALL), WORK, given_to),
        (agent, start + handled + worked, end, np.full(len(agent), _READY), READY, given_to),
        desk,
        (
            resting,
            np.array([begins for _, begins, _, _ in rest]),
            np.array([ends for _, _, ends, _ in rest]),
            np.array([STATUSES.index(word) for *_, word in rest]),
            BREAK,
            np.full(len(rest), _REST),
        ),
    ]
    who, begins, ends, status, given = (np.concatenate([part[i] for part in parts]) for i in (0, 1, 2, 3, 5))
    category = np.concatenate([np.full(len(part[0]), part[4]) for part in parts])
    order = np.lexsort((begins, who))
    order = order[(ends - begins)[order] >= 0.1]
    who, begins, ends, status, given, category = (x[order] for x in (who, begins, ends, status, given, category))
    lines = [POOLS[person.pool].lines[0] for person in agents()]
    names = sorted(set(lines))
    channel = np.array([_CHANNELS.index(_channel_of(POOLS[person.pool].key)) for person in agents()])
    return table(
        ACTIVITIES,
        len(who),
        {
            "agent_id": agent_ids(who),
            "started_at": instants(half, begins),
            "ended_at": instants(half, ends, ends <= half.until),
            "status": words(status, STATUSES),
            "category": words(category, ACTIVITY_CATEGORIES),
            "line": words(np.array([names.index(line) for line in lines])[who], names),
            "activity": words(given, GIVEN_TO),
            "channel": words(np.where(category == BREAK, NONE, channel[who]), _CHANNELS),
        },
        keep=begins < half.until,
    )


def _channel_of(pool: str) -> str:
    return "ticket" if pool == "desk" else "chat" if pool.endswith("_chats") else "call"


def _desk_work(
    agent: Ints, start: Floats, end: Floats, half: HalfMonth
) -> tuple[Ints, Floats, Floats, Ints, int, Ints]:
    """What the Service Desk marks: each stretch in parts, in an order of its own, with gaps, overlaps and slips."""
    rng = half.rng("desk activities")
    n, kinds = len(agent), len(_DESK)
    of_person = rng.uniform(0.8, 1.2, (len(agents()), kinds))
    shares = np.array([share for *_, share in _DESK]) * of_person[agent] * rng.uniform(0.8, 1.2, (n, kinds))
    order = rng.permuted(np.tile(np.arange(kinds), (n, 1)), axis=1)
    shares = np.take_along_axis(shares / shares.sum(axis=1, keepdims=True), order, axis=1)
    lasts = np.round(shares * (end - start)[:, None] * (1 - _GAP), 1)
    begins = np.round(start[:, None] + np.cumsum(lasts, axis=1) - lasts, 1)
    overlaps = np.where(rng.random((n, kinds)) < _OVERLAP, 0.5 * lasts, 0.0)
    ends = np.minimum(np.round(begins + lasts + overlaps, 1), end[:, None])
    if half == REFERENCE_HALF:
        last_of_day = np.flatnonzero(np.append(np.diff(start) < 0, n > 0) | np.append(np.diff(start) > 8 * 3600, n > 0))
        ends[rng.choice(last_of_day, _FORGOTTEN, replace=False), -1] = _NEVER
    status, given = (np.array([kind[i] for kind in _DESK])[order] for i in (0, 1))
    return np.repeat(agent, kinds), begins.ravel(), ends.ravel(), status.ravel(), WORK, given.ravel()


def _stretches(shifts: Sequence[Shift]) -> tuple[Ints, Floats, Floats]:
    """The shifts' stretches of work cut every two hours: agent, start, end."""
    found: list[tuple[int, float, float]] = []
    for shift in shifts:
        for start, end in shift.pieces:
            while start < end:
                cut = min(end, (start + 1800) // _STRETCH_S * _STRETCH_S + _STRETCH_S)
                found.append((shift.agent, start, cut))
                start = cut
    agent, starts, ends = zip(*found, strict=True)
    return np.array(agent, dtype=np.int64), np.array(starts), np.array(ends)


class _Engagement:
    """How long each agent was engaged up to a moment: the union of their contacts, piecewise linear in time."""

    def __init__(self, agent: Ints, start: Floats, end: Floats) -> None:
        begins, ends = agent * _KEY_S + start, agent * _KEY_S + end
        order = np.argsort(begins, kind="stable")
        begins, ends = begins[order], np.maximum.accumulate(ends[order])
        # What overlaps the stretch before it begins where that one ends.
        begins[1:] = np.maximum(begins[1:], ends[:-1])
        ends = np.maximum(begins, ends)
        self._edges = np.stack([begins, ends], axis=1).ravel()
        self._sums = np.repeat(np.concatenate([[0.0], np.cumsum(ends - begins)]), 2)[1:-1]

    def until(self, agent: Ints, moment: Floats) -> Floats:
        seconds: Floats = np.interp(agent * _KEY_S + moment, self._edges, self._sums)
        return seconds
