"""Losses: one row per lost call, and one row per known client who called with all that followed the last loss.

The lines and the topic asked for belong inside the second: a client who lost calls on two lines is one client of the
centre. What followed may be on any line, and after the period's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import CALLBACK, IN_A_ROW, LOST_HOUR, PATIENCE
from metrics.relations.base import Relation, Scope, flag, only
from metrics.relations.calls import INBOUND_BY, answered, inbound, waited_until
from warehouse.schema import CALLS, CHATS
from warehouse.sql import hour_of, seconds_between

WAITS = (5, 10, 20, 30, 60, 120)
"""Seconds that patience is told in, each bound included."""
CALLBACKS = (300, 900, 1800, 3600, 14_400, 86_400)
"""Seconds that call-backs are told in."""
ALONE, NEVER, LATER = "alone", "none", "later"
_MOST_IN_A_ROW = 4


def lost_calls(scope: Scope) -> sa.Select[Any]:
    """One row per lost call, with how long its caller waited."""
    rows = inbound(scope).subquery("all_calls")
    c = rows.c
    return sa.select(
        c.bucket,
        c.at,
        c.call_id,
        *(rows.c[key] for key in INBOUND_BY),
        c.contact_id,
        c.client_id,
        c.wait_s,
        _class_of(c.wait_s, WAITS, "more").label(PATIENCE),
        flag(c.wait_s <= scope.centre.service_level.short_abandon_s).label("short"),
        c.anonymous,
    ).where(c.lost == 1)


def _class_of(seconds: ColumnElement[Any], bounds: Sequence[int], beyond: str) -> ColumnElement[str]:
    """The least bound that is not passed, as a word."""
    known = [(seconds <= bound, sa.literal(str(bound))) for bound in bounds]
    return sa.case((seconds.is_(None), sa.null()), *known, else_=sa.literal(beyond))


def losses_in_clients(scope: Scope) -> sa.Select[Any]:
    """A client's last loss, our first attempt after it, who came back first, and the most losses in a row.

    Who came back first is told from the client's own answered call and our first attempt, whatever came of it.
    """
    c = CALLS.c
    window_s = scope.centre.recovery_hours * 3600
    inside = [key for key in scope.by if key in _INSIDE]
    needed = {"bucket", "line", "client_id", "call_id", "lost", "gone_at", *inside}
    calls = only(inbound(scope), needed).subquery("client_calls")
    by = [calls.c[key] for key in inside]
    mine = (
        sa.select(calls.c.bucket, *by, calls.c.client_id, calls.c.call_id, calls.c.lost, calls.c.gone_at)
        .where(calls.c.client_id.is_not(None), scope.on_lines(calls.c.line))
        .cte("calls_of_clients")
    )
    m = mine.c
    keys = [m.bucket, *(m[key] for key in inside), m.client_id]
    known = (
        sa.select(*keys, sa.func.max(sa.case((m.lost == 1, m.gone_at))).label("lost_at"))
        .group_by(*keys)
        .cte("clients_known")
    )
    k = known.c
    spoke = answered(scope)
    talks = (
        sa.select(
            c.client_id,
            c.started_at.label("started_at"),
            sa.case((spoke, waited_until()), else_=c.started_at).label("at"),
            flag(spoke).label("spoke"),
            flag(c.direction == "out").label("ours"),
        )
        .where(
            c.client_id.in_(sa.select(k.client_id).where(k.lost_at.is_not(None))),
            or_(spoke, c.direction == "out"),
            c.started_at >= scope.contacts_began,
            c.started_at <= scope.now,
        )
        .cte("talks_of_clients")
    )
    t = talks.c
    tried = sa.case((t.started_at >= k.lost_at, t.started_at), else_=k.lost_at)
    columns = [k.bucket, *(k[key] for key in inside), k.client_id, k.lost_at]
    fates = (
        sa.select(
            *columns,
            sa.func.min(sa.case((t.spoke == 1, t.at))).label("spoke_at"),
            sa.func.min(sa.case((and_(t.spoke == 1, t.ours == 0), t.at))).label("own_at"),
            sa.func.min(sa.case((t.ours == 1, tried))).label("tried_at"),
            sa.func.coalesce(sa.func.sum(t.ours), 0).label("attempts"),
        )
        .select_from(known.outerjoin(talks, and_(t.client_id == k.client_id, t.at >= k.lost_at)))
        .group_by(*columns)
        .subquery("fates_of_clients")
    )
    rows = _in_a_row(mine, talks, inside)
    chats = _written(scope, known, inside)
    f = fates.c

    def of_client(other: sa.Subquery) -> ColumnElement[bool]:
        # Engines join by what is equal: a choice of two conditions alone would compare all with all.
        alike = [f[key] == other.c[key] for key in ("bucket", "client_id")]
        return and_(*alike, *(_same(f[key], other.c[key]) for key in inside))

    recovered = and_(f.spoke_at.is_not(None), seconds_between(f.lost_at, f.spoke_at) <= window_s)
    was_lost = f.lost_at.is_not(None)
    old = seconds_between(f.lost_at, scope.now) >= window_s
    alone = and_(f.own_at.is_not(None), or_(f.tried_at.is_(None), f.own_at < f.tried_at))
    callback_s = seconds_between(f.lost_at, f.tried_at)
    never = and_(f.tried_at.is_(None), f.own_at.is_(None))
    in_a_row = sa.func.coalesce(rows.c.most, 0)
    in_words = [(in_a_row == n, sa.literal(str(n))) for n in range(1, _MOST_IN_A_ROW)]
    hour = hour_of(f.lost_at, scope.offsets) if scope.offsets else sa.cast(sa.null(), sa.Integer)
    return sa.select(
        f.bucket,
        *(f[key] for key in inside),
        f.client_id,
        f.lost_at.label("at"),
        f.lost_at,
        f.tried_at,
        f.spoke_at,
        f.attempts,
        rows.c.losses,
        sa.case((was_lost, hour)).label(LOST_HOUR),
        sa.case(
            (flag(was_lost) == 0, sa.null()),
            (alone, sa.literal(ALONE)),
            (never, sa.literal(NEVER)),
            else_=_class_of(callback_s, CALLBACKS, LATER),
        ).label(CALLBACK),
        sa.case((flag(was_lost) == 0, sa.null()), *in_words, else_=sa.literal(f"{_MOST_IN_A_ROW}+")).label(IN_A_ROW),
        flag(was_lost).label("had_a_loss"),
        flag(and_(was_lost, recovered)).label("recovered"),
        flag(and_(was_lost, recovered, flag(alone) == 1)).label("came_alone"),
        flag(and_(was_lost, recovered, flag(alone) == 0)).label("won_back"),
        flag(and_(was_lost, flag(recovered) == 0, flag(old) == 0)).label("pending"),
        flag(and_(was_lost, flag(recovered) == 0, old)).label("not_recovered"),
        flag(and_(was_lost, or_(recovered, old))).label("settled_loss"),
        flag(and_(was_lost, f.spoke_at.is_not(None))).label("reached"),
        flag(and_(was_lost, flag(recovered) == 0, chats.c.client_id.is_not(None))).label("wrote"),
        flag(in_a_row >= 2).label("lost_twice"),
        sa.case((and_(was_lost, flag(alone) == 0), callback_s)).label("callback_s"),
    ).select_from(fates.outerjoin(rows, of_client(rows)).outerjoin(chats, of_client(chats)))


def _in_a_row(calls: sa.CTE, talks: sa.CTE, inside: Sequence[str]) -> sa.Subquery:
    """The losses of each client, and the most of them without a conversation between."""
    m, t = calls.c, talks.c
    keys = ("bucket", *inside, "client_id")
    losses = sa.select(*(m[key] for key in keys), m.call_id, m.gone_at).where(m.lost == 1).subquery("losses_of_clients")
    x = losses.c
    runs = (
        sa.select(*(x[key] for key in keys), x.call_id, sa.func.count(t.at).label("run"))
        .select_from(losses.outerjoin(talks, and_(t.client_id == x.client_id, t.spoke == 1, t.at <= x.gone_at)))
        .group_by(*(x[key] for key in keys), x.call_id)
        .subquery("runs")
    )
    r = runs.c
    lengths = (
        sa.select(*(r[key] for key in keys), r.run, sa.func.count().label("n"))
        .group_by(*(r[key] for key in keys), r.run)
        .subquery("run_lengths")
    )
    n = lengths.c
    return (
        sa.select(*(n[key] for key in keys), sa.func.max(n.n).label("most"), sa.func.sum(n.n).label("losses"))
        .group_by(*(n[key] for key in keys))
        .subquery("losses_in_a_row")
    )


def _written(scope: Scope, known: sa.CTE, inside: Sequence[str]) -> sa.Subquery:
    """The clients who were answered in a chat within the recovery time after their last loss."""
    h, k = CHATS.c, known.c
    within = seconds_between(k.lost_at, h.accepted_at)
    window_s = scope.centre.recovery_hours * 3600
    keys = [k.bucket, *(k[key] for key in inside), k.client_id]
    return (
        sa.select(*keys)
        .select_from(known.join(CHATS, h.client_id == k.client_id))
        .where(
            h.started_at >= scope.contacts_began,
            h.started_at <= scope.now,
            h.accepted_at.is_not(None),
            h.accepted_at <= scope.now,
            within >= 0,
            within <= window_s,
        )
        .distinct()
        .subquery("clients_who_wrote")
    )


def _same(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    """Equal, or both unknown, as they are grouped."""
    return or_(one == other, and_(one.is_(None), other.is_(None)))


_INSIDE = ("line", "topic")

LOST_CALLS = Relation("lost_calls", ("calls",), lost_calls, (*INBOUND_BY, PATIENCE), derived=True)
LOSSES_IN_CLIENTS = Relation(
    "losses_in_clients",
    ("calls",),
    losses_in_clients,
    (*_INSIDE, CALLBACK, IN_A_ROW, LOST_HOUR),
    derived=True,
    told=("losses", "attempts", "tried_at", "spoke_at"),
    inside=True,
)
