"""Clients: one row per known client who called and lost, and how often those who are served get in touch.

The lines and the dimension asked for belong inside: a client who called two lines is one client of the centre,
and one of each line.

The lines and dimensions asked for belong inside: clients that every line serves are each line's, and the centre's once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_, or_

from metrics.dimensions import LINE
from metrics.relations.base import Relation, Scope, flag, greatest, least, only
from metrics.relations.calls import answered, inbound, waited_until
from metrics.relations.contacts import CALL, CHAT
from warehouse.derived import kept
from warehouse.schema import CALLS, CHATS, CLIENT_BASE
from warehouse.sql import seconds_between, seconds_later, values_rows


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


_DAY_S = 86_400.0


def _served() -> sa.Subquery:
    """How many clients each segment has, from when to when: until its next row begins, or its last day is over."""
    b = CLIENT_BASE.c
    following = sa.func.lead(b.starts_on).over(partition_by=b.segment, order_by=b.starts_on)
    spans = sa.select(b.segment, b.line, b.clients, b.starts_on, b.ends_on, following.label("next_on")).subquery(
        "spans"
    )
    s = spans.c
    never = sa.cast(sa.literal("2200-01-01 00:00:00"), sa.DateTime)
    over = sa.func.coalesce(seconds_later(s.ends_on, sa.literal(_DAY_S)), never)
    ends = least(over, sa.func.coalesce(s.next_on, never))
    return sa.select(s.line, s.clients, s.starts_on.label("begins"), ends.label("ends")).subquery("served")


def _contacts(scope: Scope, served: sa.Subquery) -> sa.CTE:
    """Inbound calls and chats of the lines whose clients are known, on days that are over."""
    s = served.c

    def of_known(table: sa.Table, channel: str) -> sa.Select[Any]:
        at, line = table.c.started_at, table.c.line
        known = sa.exists().where(s.begins <= at, at < s.ends, or_(s.line.is_(None), s.line == line))
        return sa.select(scope.bucket(at), at.label("at"), line, sa.literal(channel).label("channel")).where(
            scope.has(at), at < scope.days_over, scope.on_lines(line), known
        )

    calls, chats = of_known(CALLS, CALL).where(CALLS.c.direction == "in"), of_known(CHATS, CHAT)
    return sa.union_all(calls, chats).cte("contacts_of_clients")


def contacts_and_clients(scope: Scope) -> sa.Select[Any]:
    """One row per contact, and one per span of clients and part of the period: thousands of clients times days."""
    served = _served()
    came = _contacts(scope, served)
    of_contacts = sa.select(
        came.c.bucket,
        came.c["at"],
        *scope.segments(came),
        sa.literal(1.0, sa.Double).label("contacts"),
        sa.literal(0.0, sa.Double).label("thousands"),
    )
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "part_begins": sa.DateTime(),
        "part_ends": sa.DateTime(),
    }
    borders = [(i, a, least(b, scope.days_over)) for i, (a, b) in enumerate(pairwise(scope.borders))]
    parts = values_rows("client_parts", columns, borders)
    s, p = served.c, parts.c
    begins, ends = greatest(s.begins, p.part_begins), least(s.ends, p.part_ends)
    source: Any = sa.join(served, parts, and_(s.begins < p.part_ends, s.ends > p.part_begins))
    segments: list[Any] = []
    if scope.by:
        seen = sa.select(*scope.segments(came)).distinct().subquery("segments_seen")
        own = or_(s.line.is_(None), s.line == seen.c.line) if LINE in scope.by else sa.true()
        source, segments = source.join(seen, own), scope.segments(seen)
    of_clients = sa.select(
        p.bucket,
        begins.label("at"),
        *segments,
        sa.literal(0.0, sa.Double),
        (s.clients / 1000.0 * seconds_between(begins, ends) / _DAY_S),
    ).select_from(source)
    if scope.lines is not None:
        of_clients = of_clients.where(or_(s.line.is_(None), scope.on_lines(s.line)))
    rows = sa.union_all(of_contacts, of_clients).subquery("contacts_and_clients")
    return sa.select(*rows.c)


CONTACTS_AND_CLIENTS = Relation(
    "client_base",
    ("calls", "client_base"),
    contacts_and_clients,
    ("line", "channel"),
    derived=True,
    beside=("chats",),
    lines_from=("calls", "chats"),
    inside=True,
)
