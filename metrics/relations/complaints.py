"""Contacts handled and complaints side by side: for how many contacts there is one complaint."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_, or_

from metrics.relations.base import Relation, Scope, flag
from metrics.relations.calls import answered
from metrics.relations.tickets import ticket_lives
from warehouse.schema import CALLS, CHATS


def contacts_and_complaints(scope: Scope) -> sa.Select[Any]:
    """One row per contact that was handled in a call or a chat, either way, by its first row; one row per complaint."""
    c, h = CALLS.c, CHATS.c
    began = (scope.contacts_began, scope.contacts_over)
    calls = sa.select(c.contact_id, c.started_at, flag(answered(scope)).label("answered")).where(
        c.started_at >= began[0], c.started_at < began[1], c.started_at <= scope.now
    )
    taken = and_(
        or_(h.outcome.is_(None), h.outcome != "abandoned"),
        or_(h.accepted_at <= scope.now, and_(h.accepted_at.is_(None), h.outcome == "answered")),
    )
    chats = sa.select(h.contact_id, h.started_at, flag(taken).label("answered")).where(
        h.started_at >= began[0], h.started_at < began[1], h.started_at <= scope.now
    )
    rows = sa.union_all(calls, chats).subquery("rows_of_handled")
    r = rows.c
    contacts = (
        sa.select(r.contact_id, sa.func.min(r.started_at).label("at"))
        .group_by(r.contact_id)
        .having(sa.func.max(r.answered) == 1)
        .subquery("handled")
    )
    k = contacts.c
    lives = ticket_lives(scope).subquery("complaining")
    v = lives.c
    handled = sa.select(
        scope.bucket(k["at"]),
        k["at"].label("at"),
        k.contact_id.label("contact_id"),
        sa.cast(sa.null(), sa.Text).label("ticket_id"),
        sa.literal(1).label("handled"),
        sa.literal(0).label("complaint"),
    ).where(scope.has(k["at"]))
    complaints = sa.select(
        v.bucket, v["at"], v.contact_id, v.ticket_id, sa.literal(0).label("handled"), sa.literal(1).label("complaint")
    ).where(v.complaint == 1)
    both = sa.union_all(handled, complaints).subquery("contacts_and_complaints")
    return sa.select(*both.c)


CONTACTS_AND_COMPLAINTS = Relation(
    "contacts_and_complaints",
    ("calls", "ticket_events"),
    contacts_and_complaints,
    (),
    derived=True,
    beside=("chats",),
)
