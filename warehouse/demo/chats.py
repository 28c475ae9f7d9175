"""Chats: one person holds up to four at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import NONE, TOPIC_NAMES, agent_ids, floats, ids, instants, origins, table, words
from warehouse.demo.chance import Flags, Floats, HalfMonth, Ints, among, dealt, ranked, shuffled, tenths, weibull
from warehouse.demo.people import SALES_CHATS, SERVICE_CHATS, Shift, buyers, client_ids, residents, seat, with_anonymous
from warehouse.demo.scenario import Targets
from warehouse.demo.shape import load, moments
from warehouse.demo.words import CHAT_LINES, TOPICS
from warehouse.schema import CHAT_OUTCOMES, CHATS

_POOLS = np.array([SALES_CHATS, SERVICE_CHATS, SALES_CHATS])
_WRAP_S = 16.0
_PASSED_ON = 0.022
_ELSEWHERE = np.array([1, 0, 1])
"""Where a chat of each line is passed on to, if it is: buyers to service, residents to sales."""


@dataclass(frozen=True)
class Chats:
    """Chats of one half month; codes index CHAT_LINES, TOPIC_NAMES and the agents, times are seconds."""

    line: Ints
    start: Floats
    wait: Floats
    session: Floats
    wrap: Floats
    answered: Flags
    client: Ints
    target: Flags
    topic: Ints
    to_line: Ints
    agent: Ints

    @property
    def accepted_at(self) -> Floats:
        return self.start + self.wait

    @property
    def ended_at(self) -> Floats:
        return self.accepted_at + np.nan_to_num(self.session)


def chats(half: HalfMonth, targets: Targets, shifts: Sequence[Shift]) -> Chats:
    """All chats of a half month, with the people who take them."""
    rng = half.rng("chats")
    wanted = [targets.chats[name] for name in CHAT_LINES]
    line = np.repeat(np.arange(len(CHAT_LINES)), [of_line.entries for of_line in wanted])
    start = np.concatenate([moments(half, of_line.entries, "chats", rng) for of_line in wanted])
    n = len(line)
    answered: Flags = np.ones(n, dtype=np.bool_)
    target: Flags = np.zeros(n, dtype=np.bool_)
    client, topic, to_line = np.empty(n, dtype=np.int64), np.full(n, NONE), np.full(n, NONE)
    wait, session, wrap = (np.full(n, np.nan) for _ in range(3))
    score = load("chats", start) + rng.random(n)
    for code, of_line in enumerate(wanted):
        here = line == code
        answered &= ~among(here, round(of_line.lost * of_line.entries), rng)
        target |= among(here & answered, of_line.target, rng)
        rows, lost = np.flatnonzero(here & answered), np.flatnonzero(here & ~answered)
        wait[rows] = ranked(tenths(weibull(len(rows), 24.0, 1.05, rng, floor=1.0)), score[rows])
        wait[lost] = shuffled(tenths(weibull(len(lost), 140.0, 1.3, rng, floor=3.0)), rng)
        session[rows] = shuffled(tenths(weibull(len(rows), of_line.aht_s - _WRAP_S, 1.3, rng, floor=20.0)), rng)
        wrap[rows] = shuffled(tenths(weibull(len(rows), _WRAP_S, 1.5, rng, floor=1.0)), rng)
        people = residents(int(here.sum()), rng) if code == 1 else buyers(half, int(here.sum()), rng)
        client[here] = with_anonymous(people, 0.07, rng)
        names = TOPICS[CHAT_LINES[code]]
        numbers = np.array([TOPIC_NAMES.index(word) for word in names])
        topic[rows] = numbers[dealt(len(rows), np.array(list(names.values()), dtype=np.float64), rng)]
        to_line[among(here & answered, round(_PASSED_ON * of_line.entries), rng)] = _ELSEWHERE[code]

    taken = np.flatnonzero(answered)
    alone = np.full(len(taken), NONE)
    moments_taken, takers = seat(
        (start + wait)[taken], (session + wrap)[taken], _POOLS[line[taken]], alone, np.zeros(len(taken)), shifts
    )
    start[taken] = np.round(moments_taken - wait[taken], 1)
    agent = np.full(n, NONE)
    agent[taken] = takers
    return Chats(line, start, wait, session, wrap, answered, client, target, topic, to_line, agent)


def rows(half: HalfMonth, of: Chats) -> pa.Table:
    """The rows of `chats` as they are known when the records are taken."""
    until = half.until
    accepted = of.answered & (of.accepted_at <= until)
    ended = of.ended_at <= until
    outcome = np.where(of.answered, 0, 1)
    return table(
        CHATS,
        len(of.line),
        {
            "chat_id": ids(half, "t", np.arange(len(of.line))),
            "contact_id": ids(half, "t", np.arange(len(of.line))),
            "line": words(of.line, CHAT_LINES),
            "started_at": instants(half, of.start),
            "accepted_at": instants(half, of.accepted_at, accepted),
            "ended_at": instants(half, of.ended_at, ended),
            "outcome": words(outcome, CHAT_OUTCOMES, np.where(of.answered, accepted, ended)),
            "wrap_s": floats(of.wrap, of.ended_at + np.nan_to_num(of.wrap) <= until),
            "client_id": client_ids(of.client),
            "agent_id": agent_ids(of.agent, accepted),
            "is_target": pa.array(of.target),
            "topic": words(of.topic, TOPIC_NAMES, ended),
            "transferred_to": words(of.to_line, CHAT_LINES, ended),
            "origin": origins(half, "chats", of.target),
        },
        keep=of.start < until,
    )
