"""Contacts handled inbound, in calls and chats together, each beside the one before and after of its chain.

A chain is one client with one topic. A contact is one `contact_id`, whatever rows and channels it has.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.centre import Centre
from metrics.dimensions import FROM_CHANNEL, GAP
from metrics.relations.base import Relation, Scope, flag, moments_of_month
from metrics.relations.calls import answered
from metrics.relations.contacts import CALL, CHAT, facts_of
from warehouse.derived import derived
from warehouse.schema import CALLS, CHATS, TICKET_EVENTS_TABLE
from warehouse.sql import seconds_between, seconds_later

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


def linked_contacts(scope: Scope) -> sa.Select[Any]:
    """Return a row per contact that somebody answered in the period, with those of its chain before and after."""
    facts = facts_of(rows_of_contacts(scope))
    contacts = sa.select(facts).where(facts.c.handled == 1).subquery("handled_contacts")
    k = contacts.c

    def beside(function: Any, column: ColumnElement[Any]) -> ColumnElement[Any]:
        over: ColumnElement[Any] = function(column).over(
            partition_by=[k.client_id, k.topic], order_by=[k["at"], k.contact_id]
        )
        return over

    linked = sa.select(
        *(k[name] for name in ("at", "contact_id", "client_id", "topic", "line", "agent", CHANNEL, "transferred")),
        beside(sa.func.lag, k["at"]).label("before_at"),
        beside(sa.func.lag, k[CHANNEL]).label("before_channel"),
        beside(sa.func.lead, k["at"]).label("after_at"),
    ).subquery("linked")
    n = linked.c
    return sa.select(
        *n,
        seconds_between(n.before_at, n["at"]).label("before_s"),
        seconds_between(n["at"], n.after_at).label("after_s"),
    ).where(n["at"] >= scope.start, n["at"] < scope.end)


@cache
def _linked_by_months() -> sa.Table:
    """The same of every month, as a table that the records keep."""
    return derived("linked_contacts", linked_contacts(Scope(Centre())), moments_of_month)


def chains(scope: Scope) -> sa.Select[Any]:
    """One row per contact, with what became of it: solved on the line, by a transfer, by a ticket, or repeated.

    Where nobody writes topics down, a chain is all that one client asks. Exactly so many days later is a repeat. Within
    so many days of the records' beginning nothing is known to be first.
    """
    linked = _linked_by_months() if scope.monthly else linked_contacts(scope).subquery("linked_contacts")
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

    k = linked.c
    within_s = scope.centre.fcr_days * DAY_S
    told = sa.select(flag(_topics_told(scope)).label("told")).subquery("topics")
    chained = and_(k.client_id.is_not(None), or_(k.topic.is_not(None), told.c.told == 0))
    # What several flags look at is decided once a row.
    beside = (
        sa.select(
            *k,
            flag(chained).label("chained"),
            flag(and_(chained, k.before_s <= within_s)).label("repeat"),
            flag(k["at"] >= seconds_later(scope.begins, sa.literal(within_s))).label("known"),
            flag(k["at"] <= seconds_later(scope.now, sa.literal(-within_s))).label("ripe"),
        )
        .select_from(sa.join(linked, told, sa.true()))
        .where(scope.has(k["at"]))
        .subquery("beside")
    )
    n = beside.c
    is_chained, repeats, known, ripe = n.chained == 1, n.repeat == 1, n.known == 1, n.ripe == 1
    first = and_(is_chained, known, n.repeat == 0)
    again = n.after_s <= within_s
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
            n.chained,
            flag(and_(is_chained, n.topic.is_(None))).label("by_client"),
            n.repeat,
            flag(and_(first, ripe)).label("ripe_first"),
            flag(and_(first, n.ripe == 0)).label("unripe_first"),
            flag(and_(first, ripe, again)).label("repeated"),
            flag(and_(is_chained, n.known == 0, n.repeat == 0)).label("too_early"),
            sa.case((repeats, n.before_channel)).label(FROM_CHANNEL),
            sa.case(
                (n.repeat == 0, sa.null()),
                *((n.before_s < days * DAY_S, sa.literal(word)) for word, days in _GAPS),
                else_=sa.literal("more"),
            ).label(GAP),
        )
        .select_from(beside.outerjoin(tickets, tickets.c.contact_id == n.contact_id))
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
