"""Lost calls counted in clients: one row per known client who called, with the fate of the client's last loss.

The lines and the dimension asked for belong inside: a client who called two lines is one client of the centre,
and one of each line.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_, or_

from metrics.relations.base import Relation, Scope, flag, only
from metrics.relations.calls import answered, inbound, waited_until
from warehouse.derived import kept
from warehouse.schema import CALLS
from warehouse.sql import seconds_between


def clients(scope: Scope) -> sa.Select[Any]:
    """One row per known client of a part of the period."""
    return kept("clients", _clients(scope)) if scope.derived else _clients(scope)


def _clients(scope: Scope) -> sa.Select[Any]:
    """A loss is recovered by the client's own answered call or by ours, answered, within the recovery time.

    What counts is the moment of the answer: who waits on another line while a call is lost is recovered by it.
    A loss younger than that and not yet recovered is pending. Recovery may lie after the period's end.
    """
    c = CALLS.c
    window_s = scope.centre.recovery_hours * 3600
    needed = {"bucket", "line", "client_id", "lost", "gone_at", *scope.by}
    calls = only(inbound(scope), needed).subquery("client_calls")
    by = scope.segments(calls)
    known = (
        sa.select(
            calls.c.bucket,
            *by,
            calls.c.client_id,
            sa.func.max(sa.case((calls.c.lost == 1, calls.c.gone_at))).label("lost_at"),
        )
        .where(calls.c.client_id.is_not(None), scope.on_lines(calls.c.line))
        .group_by(calls.c.bucket, *by, calls.c.client_id)
        .cte("known_clients")
    )
    # Whatever might recover somebody, on any line, after the period's end too.
    spoke = answered(scope)
    talks = (
        sa.select(
            c.client_id,
            sa.case((spoke, waited_until()), else_=c.started_at).label("at"),
            flag(spoke).label("spoke"),
        )
        .where(
            c.client_id.in_(sa.select(known.c.client_id).where(known.c.lost_at.is_not(None))),
            or_(spoke, c.direction == "out"),
            c.started_at >= scope.contacts_began,
            c.started_at <= scope.now,
        )
        .subquery("talks")
    )
    k, t = known.c, talks.c
    last = sa.select(k.client_id, k.lost_at).where(k.lost_at.is_not(None)).distinct().subquery("last_losses")
    fates = (
        sa.select(
            last.c.client_id,
            last.c.lost_at,
            sa.func.min(sa.case((t.spoke == 1, t.at))).label("spoke_at"),
            sa.func.min(t.at).label("tried_at"),
        )
        .select_from(last.join(talks, and_(t.client_id == last.c.client_id, t.at >= last.c.lost_at)))
        .group_by(last.c.client_id, last.c.lost_at)
        .subquery("fates")
    )
    f = fates.c
    recovered = and_(f.spoke_at.is_not(None), seconds_between(k.lost_at, f.spoke_at) <= window_s)
    was_lost = k.lost_at.is_not(None)
    not_recovered = and_(was_lost, flag(recovered) == 0)
    old = seconds_between(k.lost_at, scope.now) >= window_s
    return sa.select(
        k.bucket,
        *scope.segments(known),
        k.client_id,
        k.lost_at,
        f.spoke_at,
        flag(was_lost).label("had_a_loss"),
        flag(and_(not_recovered, flag(old) == 0)).label("pending"),
        flag(and_(not_recovered, old)).label("lost"),
        flag(or_(k.lost_at.is_(None), recovered, old)).label("settled"),
        flag(and_(was_lost, f.tried_at.is_not(None))).label("called_back"),
    ).select_from(known.outerjoin(fates, and_(f.client_id == k.client_id, f.lost_at == k.lost_at)))


CLIENTS = Relation("clients", ("calls",), clients, ("line", "topic"), costly=True, inside=True)
