"""What the lake already knows of a log: what older files left open, and how it ended in newer ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from warehouse.ingest.formats.queue_log.activities import Interval
from warehouse.ingest.formats.queue_log.calls import QueueCall, queue_of
from warehouse.lake import Lake
from warehouse.schema import ACTIVITIES, CALLS

LONGEST = timedelta(days=1)
"""A call that entered longer ago is not waited for."""
_AT_ONCE = 500


def carried_calls(lake: Lake, begins: datetime) -> list[QueueCall]:
    """The calls of older files that may go on at that moment, as they stood then.

    Also those that a newer file has ended since: it may be that very file, being imported again.
    """
    c = CALLS.c
    rows = lake.open().rows(
        _calls().where(
            c.started_at < begins,
            c.started_at >= begins - LONGEST,
            sa.or_(c.ended_at.is_(None), c.ended_at >= begins),
            sa.func.starts_with(c.call_id, c.contact_id + "/"),
        )
    )
    return [_as_of(call, begins) for call in map(_call, rows) if call.queue]


def finished_calls(lake: Lake, calls: Sequence[QueueCall]) -> Iterator[QueueCall]:
    """The calls as they are, or as the lake has them if it knows more: an older file imported again undoes nothing."""
    for start in range(0, len(calls), _AT_ONCE):
        some = calls[start : start + _AT_ONCE]
        rows = lake.open().rows(_calls().where(CALLS.c.call_id.in_([call.call_id for call in some])))
        known = {row[0]: _call(row) for row in rows}
        for call in some:
            other = known.get(call.call_id)
            more = other and (other.ended_at or (other.outcome and not call.outcome))
            yield replace(other, row=call.row) if other and more else call


def carried_intervals(lake: Lake, begins: datetime) -> list[Interval]:
    """Each agent's latest interval that lasts at that moment, as it stood then."""
    c = ACTIVITIES.c
    lasting = sa.and_(
        c.started_at < begins,
        sa.or_(c.ended_at.is_(None), c.ended_at >= begins),
        c.category.in_(["ready", "break"]),
    )
    rows = lake.open().rows(_intervals().where(lasting).order_by(c.started_at))
    latest = {row[0]: replace(_interval(row), ended_at=None, carried=True) for row in rows}
    return list(latest.values())


def finished_intervals(lake: Lake, intervals: Sequence[Interval]) -> Iterator[Interval]:
    """The intervals as they are, or with the end that the lake has."""
    c = ACTIVITIES.c
    for start in range(0, len(intervals), _AT_ONCE):
        some = intervals[start : start + _AT_ONCE]
        agents = c.agent_id.in_([each.agent_id for each in some])
        rows = lake.open().rows(_intervals().where(agents, c.started_at >= min(each.started_at for each in some)))
        known = {(row[0], row[1]): row[2] for row in rows}
        for each in some:
            yield replace(each, ended_at=known.get((each.agent_id, each.started_at)))


def _calls() -> sa.Select[*tuple[Any, ...]]:
    c = CALLS.c
    return sa.select(
        c.call_id,
        c.contact_id,
        c.started_at,
        c.client_id,
        c.outcome,
        c.wait_s,
        c.agent_id,
        c.talk_s,
        c.ended_at,
        c.transferred_to,
    )


def _call(row: Sequence[Any]) -> QueueCall:
    call_id, callid, started_at, client, outcome, wait_s, agent, talk_s, ended_at, target = row
    answered_at = started_at + timedelta(seconds=wait_s) if outcome == "answered" and wait_s is not None else None
    return QueueCall(
        call_id,
        callid,
        queue_of(call_id, callid),
        started_at,
        0,
        client_id=client,
        outcome=outcome,
        wait_s=wait_s,
        answered_at=answered_at,
        agent_id=agent,
        talk_s=talk_s,
        ended_at=ended_at,
        transferred_to=target,
    )


def _as_of(call: QueueCall, moment: datetime) -> QueueCall:
    call = replace(call, ended_at=None, talk_s=None, transferred_to=None, carried=True)
    if call.answered_at and call.answered_at < moment:
        return call
    return replace(call, outcome=None, wait_s=None, answered_at=None, agent_id=None)


def _intervals() -> sa.Select[*tuple[Any, ...]]:
    c = ACTIVITIES.c
    return sa.select(c.agent_id, c.started_at, c.ended_at, c.status, c.category, c.activity)


def _interval(row: Sequence[Any]) -> Interval:
    agent, started_at, ended_at, status, category, activity = row
    return Interval(agent, started_at, status or "", category, 0, activity, ended_at)
