"""Losses: one row per lost call, and one row per known client with a loss, with all that followed the last one.

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
from warehouse.derived import kept
from warehouse.schema import CALLS, CHATS
from warehouse.sql import hour_of, seconds_between

WAITS = (5, 10, 20, 30, 60, 120)
"""Seconds that patience is told in, each bound included."""
CALLBACKS = (300, 900, 1800, 3600, 14_400, 86_400)
"""Seconds that call-backs are told in."""
ALONE, NEVER, LATER = "alone", "none", "later"
_MOST_IN_A_ROW = 4
_INSIDE = ("line", "topic")
_OF_CLIENT = (CALLBACK, IN_A_ROW, LOST_HOUR)
_OF_LOSS = ("client_id", "call_id", "gone_at")


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
    """One row per known client with a loss in a part of the period."""
    return kept("losses_in_clients", _losses_in_clients(scope)) if scope.derived else _losses_in_clients(scope)


def _losses_in_clients(scope: Scope) -> sa.Select[Any]:
    """A client's last loss, our first attempt after it, who came back first, and the most losses in a row.

    Who came back first is told from the client's own answered call and our first attempt, whatever came of it.
    """
    c = CALLS.c
    window_s = scope.centre.recovery_hours * 3600
    inside = [key for key in scope.by if key in _INSIDE]
    calls = only(inbound(scope), {"bucket", "line", "client_id", "call_id", "lost", "gone_at", *inside}).subquery(
        "lost"
    )
    losses = (
        sa.select(calls.c.bucket, *(calls.c[key] for key in inside), *(calls.c[key] for key in _OF_LOSS))
        .where(calls.c.lost == 1, calls.c.client_id.is_not(None), scope.on_lines(calls.c.line))
        .cte("losses_of_clients")
    )
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
            c.client_id.in_(sa.select(losses.c.client_id)),
            or_(spoke, c.direction == "out"),
            c.started_at >= scope.contacts_began,
            c.started_at <= scope.now,
        )
        .cte("talks_of_clients")
    )
    known = _in_a_row(losses, talks, inside)
    fates, chats = _fates(known, talks), _written(scope, known)
    k, f = known.c, fates.c

    def of_loss(other: sa.Subquery) -> ColumnElement[bool]:
        return and_(other.c.client_id == k.client_id, other.c.lost_at == k.lost_at)

    recovered = and_(f.spoke_at.is_not(None), seconds_between(k.lost_at, f.spoke_at) <= window_s)
    old = seconds_between(k.lost_at, scope.now) >= window_s
    alone = and_(f.own_at.is_not(None), or_(f.tried_at.is_(None), f.own_at < f.tried_at))
    callback_s = seconds_between(k.lost_at, f.tried_at)
    never = and_(f.tried_at.is_(None), f.own_at.is_(None))
    in_words = [(k.most == n, sa.literal(str(n))) for n in range(1, _MOST_IN_A_ROW)]
    hour = hour_of(k.lost_at, scope.offsets) if scope.offsets else sa.cast(sa.null(), sa.Integer)
    return sa.select(
        k.bucket,
        *(k[key] for key in inside),
        k.client_id,
        k.lost_at.label("at"),
        k.lost_at,
        f.tried_at,
        f.spoke_at,
        sa.func.coalesce(f.attempts, 0).label("attempts"),
        k.losses,
        hour.label(LOST_HOUR),
        sa.case(
            (alone, sa.literal(ALONE)), (never, sa.literal(NEVER)), else_=_class_of(callback_s, CALLBACKS, LATER)
        ).label(CALLBACK),
        sa.case(*in_words, else_=sa.literal(f"{_MOST_IN_A_ROW}+")).label(IN_A_ROW),
        flag(recovered).label("recovered"),
        flag(and_(recovered, flag(alone) == 1)).label("came_alone"),
        flag(and_(recovered, flag(alone) == 0)).label("won_back"),
        flag(and_(flag(recovered) == 0, flag(old) == 0)).label("pending"),
        flag(and_(flag(recovered) == 0, old)).label("not_recovered"),
        flag(or_(recovered, old)).label("settled_loss"),
        flag(f.spoke_at.is_not(None)).label("reached"),
        flag(and_(flag(recovered) == 0, chats.c.client_id.is_not(None))).label("wrote"),
        flag(k.most >= 2).label("lost_twice"),
        sa.case((flag(alone) == 0, callback_s)).label("callback_s"),
    ).select_from(known.outerjoin(fates, of_loss(fates)).outerjoin(chats, of_loss(chats)))


def _in_a_row(losses: sa.CTE, talks: sa.CTE, inside: Sequence[str]) -> sa.CTE:
    """The clients with their losses, the last of them, and the most of them without a conversation between."""
    x, t = losses.c, talks.c
    keys = ("bucket", *inside, "client_id")
    runs = (
        sa.select(*(x[key] for key in keys), x.call_id, x.gone_at, sa.func.count(t.at).label("run"))
        .select_from(losses.outerjoin(talks, and_(t.client_id == x.client_id, t.spoke == 1, t.at <= x.gone_at)))
        .group_by(*(x[key] for key in keys), x.call_id, x.gone_at)
        .subquery("runs")
    )
    r = runs.c
    lengths = (
        sa.select(*(r[key] for key in keys), r.run, sa.func.count().label("n"), sa.func.max(r.gone_at).label("last_at"))
        .group_by(*(r[key] for key in keys), r.run)
        .subquery("run_lengths")
    )
    n = lengths.c
    return (
        sa.select(
            *(n[key] for key in keys),
            sa.func.max(n.last_at).label("lost_at"),
            sa.func.max(n.n).label("most"),
            sa.func.sum(n.n).label("losses"),
        )
        .group_by(*(n[key] for key in keys))
        .cte("clients_with_losses")
    )


def _fates(known: sa.CTE, talks: sa.CTE) -> sa.Subquery:
    """What followed each last loss: a conversation, the client's own one, and our first attempt."""
    k, t = known.c, talks.c
    last = sa.select(k.client_id, k.lost_at).distinct().subquery("last_losses")
    x = last.c
    # A call that already waited when the other was lost, and is answered after, was tried no sooner.
    tried = sa.case((t.started_at >= x.lost_at, t.started_at), else_=x.lost_at)
    return (
        sa.select(
            x.client_id,
            x.lost_at,
            sa.func.min(sa.case((t.spoke == 1, t.at))).label("spoke_at"),
            sa.func.min(sa.case((and_(t.spoke == 1, t.ours == 0), t.at))).label("own_at"),
            sa.func.min(sa.case((t.ours == 1, tried))).label("tried_at"),
            sa.func.sum(t.ours).label("attempts"),
        )
        .select_from(last.join(talks, and_(t.client_id == x.client_id, t.at >= x.lost_at)))
        .group_by(x.client_id, x.lost_at)
        .subquery("fates_of_clients")
    )


def _written(scope: Scope, known: sa.CTE) -> sa.Subquery:
    """The last losses whose clients were answered in a chat within the recovery time after them."""
    h, k = CHATS.c, known.c
    within = seconds_between(k.lost_at, h.accepted_at)
    window_s = scope.centre.recovery_hours * 3600
    return (
        sa.select(k.client_id, k.lost_at)
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


LOST_CALLS = Relation("lost_calls", ("calls",), lost_calls, (*INBOUND_BY, PATIENCE), derived=True)
LOSSES_IN_CLIENTS = Relation(
    "losses_in_clients",
    ("calls",),
    losses_in_clients,
    (*_INSIDE, *_OF_CLIENT),
    derived=True,
    told=("losses", "attempts", "tried_at", "spoke_at"),
    costly=True,
    inside=True,
    tells_apart=_OF_CLIENT,
)
