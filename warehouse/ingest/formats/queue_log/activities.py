"""Log-ins and pauses followed into intervals of agents: ready while logged in, break while paused, else nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from warehouse.ingest.formats.base import Bad, time_text
from warehouse.ingest.formats.queue_log.calls import RefusedEvent
from warehouse.ingest.formats.queue_log.events import AGENTS, Event
from warehouse.messages import note

COLUMNS = ("agent_id", "started_at", "ended_at", "status", "category", "activity")
EVERY = "*"
"""Stands for all queues: of PAUSEALL, and of an agent whose log-ins lie in an older file."""


@dataclass(frozen=True, slots=True)
class ActivityInterval:
    agent_id: str
    started_at: datetime
    status: str
    category: str
    row: int
    activity: str | None = None
    ended_at: datetime | None = None
    carried: bool = False
    """It began in an older file and this one has not spoken of its agent yet."""
    in_doubt: bool = False
    """Whether any of its times came twice, and nothing tells which of the two it is."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where an agent stands: queues he is in, queues he is paused in, and since when it is so."""

    queues: frozenset[str] = frozenset()
    paused: frozenset[str] = frozenset()
    now: ActivityInterval | None = None

    @property
    def category(self) -> str | None:
        if EVERY in self.paused or (self.paused and self.queues - {EVERY} <= self.paused):
            return "break"
        return "ready" if self.queues else None


def intervals_of(
    events: Iterable[Event], carried: Iterable[ActivityInterval] = ()
) -> Iterator[ActivityInterval | RefusedEvent]:
    """The intervals of events in the order of time, each when it is over; `carried` are those older files left open.

    A pause or its end shows that the agent is logged in, though the log-in may lie in an older file. Paused in
    some of his queues only, an agent is ready. A restart ends what is under way.
    """
    standings = {
        each.agent_id: _Standing(
            frozenset({EVERY}), frozenset({EVERY}) if each.category == "break" else frozenset(), each
        )
        for each in carried
    }
    for event in events:
        if event.name == "QUEUESTART":
            for standing in standings.values():
                if standing.now and not standing.now.carried and standing.now.started_at < event.at:
                    yield replace(standing.now, ended_at=event.at)
            standings = {agent: each for agent, each in standings.items() if each.now and each.now.carried}
        elif event.name in AGENTS:
            if not event.agent:
                yield RefusedEvent(event, note("{event}: no agent", event=event.name))
                continue
            before = standings.get(event.agent, _Standing())
            try:
                after = _after(before, event)
            except Bad as bad:
                yield RefusedEvent(event, bad.message)
                continue
            if before.now and before.now != after.now and before.now.started_at < event.at:
                in_doubt = before.now.in_doubt or event.in_doubt
                yield replace(before.now, ended_at=event.at, carried=False, in_doubt=in_doubt)
            standings[event.agent] = after
    for standing in standings.values():
        if standing.now and not standing.now.carried:
            yield standing.now


def _after(before: _Standing, event: Event) -> _Standing:
    queues, paused = _moved(before, event)
    after = _Standing(queues, paused)
    category, now = after.category, before.now
    if category is None:
        return after
    reason = event.parameter(1) if event.name in ("PAUSE", "PAUSEALL") else ""
    same = now is not None and now.category == category
    if same and (category == "ready" or not reason or reason == (now.activity if now else None)):
        return replace(after, now=now)
    began = ActivityInterval(
        event.agent,
        event.at,
        reason or event.name,
        category,
        event.row,
        reason or None,
        in_doubt=event.in_doubt,
    )
    return replace(after, now=began)


def _moved(before: _Standing, event: Event) -> tuple[frozenset[str], frozenset[str]]:
    """The queues after an event, and those of them that are paused."""
    queues, paused, queue = before.queues, before.paused, frozenset({event.queue})
    match event.name:
        case "ADDMEMBER" | "AGENTLOGIN" | "AGENTCALLBACKLOGIN":
            held = event.name == "ADDMEMBER" and event.parameter(1).upper() == "PAUSED"
            return queues | queue, (paused | queue if held else paused - queue)
        case "REMOVEMEMBER":
            left = queues - queue - {EVERY}
            return left, paused - queue if left else frozenset()
        case "AGENTLOGOFF" | "AGENTCALLBACKLOGOFF":
            return frozenset(), frozenset()
        case "PAUSEALL":
            return queues or frozenset({EVERY}), paused | {EVERY}
        case "UNPAUSEALL":
            return queues or frozenset({EVERY}), frozenset()
        case "PAUSE":
            if not event.queue:
                return queues or frozenset({EVERY}), paused | {EVERY}
            return queues | queue, paused | queue
        case _:
            if not event.queue:
                return queues or frozenset({EVERY}), frozenset()
            rest = queues - {EVERY} if EVERY in paused else paused
            return queues | queue, rest - queue


def cells_of(interval: ActivityInterval) -> tuple[str, ...]:
    """An interval as text, in the order of `COLUMNS`."""
    return (
        interval.agent_id,
        time_text(interval.started_at),
        time_text(interval.ended_at),
        interval.status,
        interval.category,
        interval.activity or "",
    )
