"""Tickets: one row for the whole life of each, as it is known; complaints among them, and contacts that ask for one.

What a ticket is about is what the newest of its events says, as of then: a missing word keeps the older one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.relations.base import Relation, Scope, flag
from metrics.relations.calls import answered
from metrics.relations.chains import rows_of_contacts
from warehouse.schema import CALLS, CHATS, TICKET_EVENTS_TABLE
from warehouse.sql import seconds_between, seconds_later

SAID = ("type", "topic", "subtopic", "process", "desk", "client_id", "contact_id", "due_at")
LIVES_BY = ("type", "topic", "subtopic", "process", "desk")


def _lives(scope: Scope, tickets: sa.Select[Any], since: ColumnElement[Any] | None) -> sa.Subquery:
    """The lives of some tickets, from their events since a moment; of a ticket created twice, the first time."""
    c = TICKET_EVENTS_TABLE.c
    conditions = [c.ticket_id.in_(tickets), c.at <= scope.now]
    if since is not None:
        conditions.append(c.at >= since)
    place = sa.func.row_number().over(partition_by=c.ticket_id, order_by=[c.at, c.event_id])
    events = sa.select(*c, place.label("place")).where(*conditions).cte("events_of_tickets")
    e = events.c

    def latest(name: str) -> ColumnElement[Any]:
        return sa.func.max(sa.case((e[name].is_not(None), e.place))).label(f"{name}_place")

    def moment(kind: str) -> ColumnElement[Any]:
        return sa.case((e.kind == kind, e.at))

    def last(kind: str) -> ColumnElement[Any]:
        return sa.func.max(sa.case((e.kind == kind, e.place), else_=0))

    complaints = e.type.in_(scope.centre.complaint_types)
    lives = (
        sa.select(
            e.ticket_id,
            sa.func.min(moment("created")).label("created_at"),
            sa.func.max(moment("closed")).label("last_closed_at"),
            last("closed").label("closed_place"),
            last("reopened").label("reopened_place"),
            sa.func.max(flag(complaints)).label("was_complaint"),
            *(latest(name) for name in SAID),
        )
        .group_by(e.ticket_id)
        .subquery("lives_of_tickets")
    )
    v = lives.c
    source: sa.FromClause = lives
    said = {}
    for name in SAID:
        of = events.alias(f"said_{name}")
        source = source.outerjoin(of, and_(of.c.ticket_id == v.ticket_id, of.c.place == v[f"{name}_place"]))
        said[name] = of.c[name]
    is_closed = and_(v.closed_place > 0, v.closed_place > v.reopened_place)
    topic_path = sa.case(
        (said["subtopic"].is_(None), said["topic"]),
        (said["topic"].is_(None), said["subtopic"]),
        else_=said["topic"] + " → " + said["subtopic"],
    )
    words = {**said, "process": sa.func.coalesce(said["process"], topic_path)}
    is_complaint = flag(words["type"].in_(scope.centre.complaint_types))
    return (
        sa.select(
            v.ticket_id,
            v.created_at,
            sa.case((is_closed, v.last_closed_at)).label("closed_at"),
            flag(and_(v.reopened_place > 0)).label("reopened"),
            flag(is_closed).label("closed"),
            is_complaint.label("complaint"),
            flag(and_(v.was_complaint == 1, is_complaint == 0)).label("reclassified"),
            *(column.label(name) for name, column in words.items()),
        )
        .select_from(source)
        .subquery("lives")
    )


def _created(scope: Scope) -> sa.Subquery:
    """The lives of the tickets that were created in the period."""
    c = TICKET_EVENTS_TABLE.c
    tickets = sa.select(c.ticket_id).where(c.kind == "created", scope.has(c.at))
    return _lives(scope, tickets, scope.back)


def _facts(lives: sa.Subquery) -> list[ColumnElement[Any]]:
    v = lives.c
    return [
        v.ticket_id,
        *(v[name] for name in SAID),
        v.created_at,
        v.closed_at,
        v.reopened,
        v.closed,
        flag(v.closed == 0).label("open"),
        flag(v.contact_id.is_not(None)).label("from_contact"),
        v.complaint,
        v.reclassified,
        seconds_between(v.created_at, v.closed_at).label("to_close_s"),
    ]


def ticket_lives(scope: Scope) -> sa.Select[Any]:
    """One row per ticket, by its creation."""
    lives = _created(scope)
    v = lives.c
    at = v.created_at
    return sa.select(scope.bucket(at), at.label("at"), *_facts(lives)).where(scope.has(at))


def closings(scope: Scope) -> sa.Select[Any]:
    """One row per ticket that was created and closed for good, by its last closing."""
    c = TICKET_EVENTS_TABLE.c
    lives = _lives(scope, sa.select(c.ticket_id).where(c.kind == "closed", scope.has(c.at)), None)
    v = lives.c
    at = v.closed_at
    return sa.select(scope.bucket(at), at.label("at"), *_facts(lives)).where(scope.has(at), v.created_at.is_not(None))


def due_tickets(scope: Scope) -> sa.Select[Any]:
    """One row per ticket by the moment that it is due, which the centre's rule tells where the ticket does not."""
    c = TICKET_EVENTS_TABLE.c
    created = and_(c.kind == "created", c.at >= scope.about, c.at < scope.end)
    lives = _lives(scope, sa.select(c.ticket_id).where(or_(scope.has(c.due_at), created)), scope.about)
    v = lives.c
    within_s = sa.literal(scope.centre.ticket_hours * 3600, sa.Double)
    due = sa.select(*v, sa.func.coalesce(v.due_at, seconds_later(v.created_at, within_s)).label("at"))
    rows = due.subquery("due_tickets")
    r = rows.c
    in_time = flag(and_(r.closed == 1, r.closed_at <= r["at"]))
    return sa.select(scope.bucket(r["at"]), r["at"], *_facts(rows), in_time.label("in_time")).where(scope.has(r["at"]))


def chasers(scope: Scope) -> sa.Select[Any]:
    """One row per ticket and answered contact of its client on its topic before it was closed, by the creation."""
    lives, rows = _created(scope), rows_of_contacts(scope).subquery("rows_of_contacts")
    v, r = lives.c, rows.c
    asked = and_(
        r.client_id == v.client_id,
        r.topic == v.topic,
        r.answered == 1,
        r["at"] > v.created_at,
        or_(v.closed_at.is_(None), r["at"] <= v.closed_at),
        or_(v.contact_id.is_(None), r.contact_id != v.contact_id),
    )
    at = v.created_at
    return (
        sa.select(
            scope.bucket(at), at.label("at"), v.ticket_id, *(v[name] for name in LIVES_BY), r.client_id, r.contact_id
        )
        .select_from(lives.join(rows, asked))
        .where(scope.has(at))
    )


TICKET_LIVES = Relation("ticket_lives", ("ticket_events",), ticket_lives, LIVES_BY, derived=True, costly=True)
CLOSINGS = Relation("closings", ("ticket_events",), closings, LIVES_BY, derived=True, costly=True)
DUE_TICKETS = Relation("due_tickets", ("ticket_events",), due_tickets, LIVES_BY, derived=True)
CHASERS = Relation("chasers", ("ticket_events",), chasers, LIVES_BY, derived=True, costly=True)


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
