"""What everybody's shift was spent on, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import Calls
from warehouse.demo.chance import Floats, HalfMonth, Ints
from warehouse.demo.chats import Chats
from warehouse.demo.columns import agent_ids, instants, table, words
from warehouse.demo.people import POOLS, Shift, agents
from warehouse.schema import ACTIVITIES, ACTIVITY_CATEGORIES

HANDLING, READY, WORK, BREAK, OFF = range(len(ACTIVITY_CATEGORIES))

STATUSES = ("Разговор", "Чат", "Готов", "Постобработка вне звонка", "Задачи", "Обед", "Перерыв")
_IN_CALL, _IN_CHAT, _READY, _AFTER_CALL, _TASKS, _LUNCH, _PAUSE = range(len(STATUSES))

GIVEN_TO = ("продажи", "общие вопросы", "гарантия", "заселение", "телемаркетинг", "чаты", "маршрутизация", "отдых")
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
    left = end - start - handled
    aside = np.where(rng.random(len(agent)) < 0.2, rng.uniform(0.1, 0.5, len(agent)), 0.0)
    worked = np.round(left * np.where(at_desk, rng.uniform(0.75, 1.0, len(agent)), aside), 1)

    given_to = _OF_POOL[pool]
    handled_for = np.where((of_pool == "inhouse") & (rng.random(len(agent)) < 0.35), _WARRANTY, given_to)
    rest = [(s.agent, *pause) for s in shifts for pause in s.breaks]
    resting = np.array([person for person, *_ in rest], dtype=np.int64)
    parts = [
        (agent, start, start + handled, np.where(in_chats, _IN_CHAT, _IN_CALL), HANDLING, handled_for),
        (agent, start + handled, start + handled + worked, np.where(at_desk, _TASKS, _AFTER_CALL), WORK, given_to),
        (agent, start + handled + worked, end, np.full(len(agent), _READY), READY, given_to),
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
        },
        keep=begins < half.until,
    )


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
