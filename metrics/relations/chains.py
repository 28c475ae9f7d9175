"""Contacts handled inbound, in calls and chats together, each beside the one before and after of its chain.

A chain is one client with one topic. A contact is one `contact_id`, whatever rows and channels it has.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import FROM_CHANNEL, GAP
from metrics.relations.base import Relation, Scope, flag
from metrics.relations.calls import answered
from metrics.relations.contacts import CALL, CHAT, facts_of
from warehouse.schema import CALLS, CHATS, TICKET_EVENTS_TABLE
from warehouse.sql import seconds_between

CHANNEL = "channel"
DAY_S = 86_400.0
_GAPS = (("0", 1), ("1", 2), ("2", 3), ("3", 4))
"""Days between, and below how many days' seconds."""


def rows_of_contacts(scope: Scope) -> sa.CompoundSelect[Any]:
    """Every queue entry and chat from so many days before the period to so many after it, as far as it is known."""
    c, h = CALLS.c, CHATS.c
    spoke = answered(scope)
    calls = sa.select(
        c.contact_id,
        c.call_id.label("id"),
        c.started_at.label("at"),
        c.client_id,
        c.topic,
        c.line,
        c.agent_id.label("agent"),
        c.wait_s,
        sa.literal(CALL).label(CHANNEL),
        flag(spoke).label("answered"),
        flag(and_(spoke, c.transferred_to.is_not(None))).label("transferred"),
    ).where(c.direction == "in", c.started_at >= scope.back, c.started_at < scope.ahead, c.started_at <= scope.now)
    taken = and_(
        or_(h.outcome.is_(None), h.outcome != "abandoned"),
        or_(h.accepted_at <= scope.now, and_(h.accepted_at.is_(None), h.outcome == "answered")),
    )
    chats = sa.select(
        h.contact_id,
        h.chat_id.label("id"),
        h.started_at.label("at"),
        h.client_id,
        h.topic,
        h.line,
        h.agent_id.label("agent"),
        seconds_between(h.started_at, h.accepted_at).label("wait_s"),
        sa.func.coalesce(h.channel, CHAT).label(CHANNEL),
        flag(taken).label("answered"),
        flag(and_(taken, h.transferred_to.is_not(None))).label("transferred"),
    ).where(h.started_at >= scope.back, h.started_at < scope.ahead, h.started_at <= scope.now)
    return sa.union_all(calls, chats)


def handled_contacts(scope: Scope) -> sa.Subquery:
    """One row per contact that somebody answered."""
    facts = facts_of(rows_of_contacts(scope))
    return sa.select(facts).where(facts.c.handled == 1).subquery("handled_contacts")


def chains(scope: Scope) -> sa.Select[Any]:
    """One row per contact, with what became of it: solved on the line, by a transfer, by a ticket, or repeated.

    Where nobody writes topics down, a chain is all that one client asks. Exactly so many days later is a repeat. Within
    so many days of the records' beginning nothing is known to be first.
    """
    contacts = handled_contacts(scope)
    k = contacts.c
    created = TICKET_EVENTS_TABLE.c
    tickets = (
        sa.select(created.contact_id)
        .where(
            created.kind == "created",
            created.contact_id.is_not(None),
            created.at >= scope.back,
            created.at <= scope.now,
        )
        .distinct()
        .subquery("contacts_with_tickets")
    )

    def beside(function: Any, column: ColumnElement[Any]) -> ColumnElement[Any]:
        over: ColumnElement[Any] = function(column).over(
            partition_by=[k.client_id, k.topic], order_by=[k["at"], k.contact_id]
        )
        return over

    linked = sa.select(
        *k,
        flag(sa.not_(_topics_told(scope))).label("untold"),
        beside(sa.func.lag, k["at"]).label("before_at"),
        beside(sa.func.lag, k[CHANNEL]).label("before_channel"),
        beside(sa.func.lead, k["at"]).label("after_at"),
    ).subquery("linked_contacts")
    n = linked.c
    within_s = scope.centre.fcr_days * DAY_S
    chained = and_(n.client_id.is_not(None), or_(n.topic.is_not(None), n.untold == 1))
    gap = seconds_between(n.before_at, n["at"])
    repeats = and_(chained, n.before_at.is_not(None), gap <= within_s)
    known = seconds_between(scope.begins, n["at"]) >= within_s
    first = and_(chained, known, or_(n.before_at.is_(None), gap > within_s))
    ripe = seconds_between(n["at"], scope.now) >= within_s
    again = and_(n.after_at.is_not(None), seconds_between(n["at"], n.after_at) <= within_s)
    ticketed = tickets.c.contact_id.is_not(None)
    decided = (
        sa.select(
            scope.bucket(n["at"]),
            n["at"],
            n.contact_id,
            n.client_id,
            n.topic,
            n.line,
            n.agent,
            n[CHANNEL],
            n.before_at,
            n.after_at,
            n.transferred,
            flag(ticketed).label("ticketed"),
            flag(chained).label("chained"),
            flag(and_(chained, n.topic.is_(None))).label("by_client"),
            flag(repeats).label("repeat"),
            flag(and_(first, ripe)).label("ripe_first"),
            flag(and_(first, flag(ripe) == 0)).label("unripe_first"),
            flag(and_(first, ripe, again)).label("repeated"),
            flag(and_(chained, flag(known) == 0, flag(repeats) == 0)).label("too_early"),
            sa.case((repeats, n.before_channel)).label(FROM_CHANNEL),
            sa.case(
                (flag(repeats) == 0, sa.null()),
                *((gap < days * DAY_S, sa.literal(word)) for word, days in _GAPS),
                else_=sa.literal("more"),
            ).label(GAP),
        )
        .select_from(linked.outerjoin(tickets, tickets.c.contact_id == n.contact_id))
        .where(scope.has(n["at"]))
        .subquery("decided_contacts")
    )
    d = decided.c
    ripe_first, once = d.ripe_first == 1, and_(d.ripe_first == 1, d.repeated == 0)
    return sa.select(
        *d,
        flag(and_(d.chained == 0)).label("unchained"),
        flag(once).label("solved"),
        flag(and_(once, d.ticketed == 1)).label("by_ticket"),
        flag(and_(once, d.ticketed == 0, d.transferred == 1)).label("by_transfer"),
        flag(and_(once, d.ticketed == 0, d.transferred == 0)).label("first_line"),
        flag(and_(ripe_first, d.repeated == 1)).label("came_back"),
    )


def _topics_told(scope: Scope) -> ColumnElement[bool]:
    """Whether any contact in reach has a topic."""
    return or_(
        *(
            sa.exists().where(t.topic.is_not(None), t.started_at >= scope.back, t.started_at < scope.ahead)
            for t in (CALLS.c, CHATS.c)
        )
    )


CHAINS = Relation(
    "chains",
    ("calls",),
    chains,
    ("line", "agent", "topic", CHANNEL, FROM_CHANNEL, GAP),
    derived=True,
    lines_from=("calls", "chats"),
    costly=True,
    beside=("chats",),
)
