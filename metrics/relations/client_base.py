"""How often clients get in touch: contacts beside the days of the clients who were served.

The lines and dimensions asked for belong inside: clients that every line serves are each line's, and the centre's once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_, or_

from metrics.dimensions import LINE
from metrics.relations.base import Relation, Scope, greatest, least
from metrics.relations.contacts import CALL, CHAT
from warehouse.schema import CALLS, CHATS, CLIENT_BASE
from warehouse.sql import seconds_between, seconds_later, values_rows

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
