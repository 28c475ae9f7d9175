"""What is known of whole contacts, whatever rows and channels they have.

Line, agent and wait are the last answered row's, the topic that of the last answered row that has one, the channel
the first row's, and the client the first known one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.relations.base import Scope, flag, least
from warehouse.schema import CALLS, CHATS
from warehouse.sql import seconds_between

CALL, CHAT = "call", "chat"
_OF_ANSWERED = ("line", "agent", "wait_s", "topic")


def contact_facts(scope: Scope, contacts: sa.Select[Any]) -> sa.Subquery:
    """Return a row per contact of `contacts`, a selection of ids, by its calls and chats up to now.

    Contacts are looked for a month back.
    """
    return _facts(scope.about, scope.now, contacts)


def contacts_between(scope: Scope, begins: ColumnElement[Any], ends: ColumnElement[Any]) -> sa.Subquery:
    """Return the same of every contact with rows between two moments that are known by now."""
    return _facts(begins, least(ends, scope.now), None)


def facts_of(rows: sa.CompoundSelect[Any]) -> sa.Subquery:
    """Return a row per contact of calls and chats: `contact_id`, `id`, `at`, what they say, and flags.

    Most contacts are one row, which says all there is to say: only those of several are put in order.
    """
    every = rows.cte()
    r = every.c
    several = sa.select(r.contact_id).group_by(r.contact_id).having(sa.func.count() > 1).cte()
    s = several.c
    answered = r.answered == 1
    alone = (
        sa.select(
            r.contact_id,
            r["at"],
            r.answered.label("handled"),
            r.transferred,
            r.channel,
            r.client_id,
            *(sa.case((answered, r[name])).label(name) for name in _OF_ANSWERED),
        )
        .select_from(every.outerjoin(several, s.contact_id == r.contact_id))
        .where(s.contact_id.is_(None))
    )
    return sa.union_all(alone, _joined(every, several)).subquery("contact_facts")


def _joined(every: sa.CTE, several: sa.CTE) -> sa.Select[Any]:
    """The facts of contacts that have several rows: each from the row that tells it, which its place names."""
    r = every.c
    place = sa.func.row_number().over(partition_by=r.contact_id, order_by=[r["at"], r.id])
    rows = (
        sa.select(*r, place.label("place")).select_from(every.join(several, several.c.contact_id == r.contact_id)).cte()
    )
    p = rows.c
    answered = p.answered == 1
    places = (
        sa.select(
            p.contact_id,
            sa.func.min(p["at"]).label("at"),
            sa.func.max(p.answered).label("handled"),
            sa.func.max(p.transferred).label("transferred"),
            sa.func.min(sa.case((p.client_id.is_not(None), p.place))).label("known"),
            sa.func.max(sa.case((answered, p.place))).label("last"),
            sa.func.max(sa.case((and_(answered, p.topic.is_not(None)), p.place))).label("topical"),
        )
        .group_by(p.contact_id)
        .subquery("places_of_contacts")
    )
    of = places.c

    def told(place: ColumnElement[int], name: str) -> ColumnElement[Any]:
        return sa.func.max(sa.case((p.place == place, p[name]))).label(name)

    return (
        sa.select(
            p.contact_id,
            sa.func.min(of["at"]),
            sa.func.max(of.handled),
            sa.func.max(of.transferred),
            told(sa.literal(1), "channel"),
            told(of.known, "client_id"),
            *(told(of.topical if name == "topic" else of.last, name) for name in _OF_ANSWERED),
        )
        .select_from(rows.join(places, of.contact_id == p.contact_id))
        .group_by(p.contact_id)
    )


def _facts(begins: ColumnElement[Any], ends: ColumnElement[Any], contacts: sa.Select[Any] | None) -> sa.Subquery:
    return facts_of(sa.union_all(_calls(contacts, begins, ends), _chats(contacts, begins, ends)))


def _calls(contacts: sa.Select[Any] | None, begins: ColumnElement[Any], ends: ColumnElement[Any]) -> sa.Select[Any]:
    c = CALLS.c
    return sa.select(
        c.contact_id,
        sa.literal(CALL).label("channel"),
        c.started_at.label("at"),
        c.call_id.label("id"),
        c.line,
        c.agent_id.label("agent"),
        c.topic,
        c.client_id,
        c.wait_s,
        flag(c.outcome == "answered").label("answered"),
        sa.literal(0, sa.Integer).label("transferred"),
    ).where(c.started_at >= begins, c.started_at <= ends, _among(c.contact_id, contacts))


def _chats(contacts: sa.Select[Any] | None, begins: ColumnElement[Any], ends: ColumnElement[Any]) -> sa.Select[Any]:
    c = CHATS.c
    return sa.select(
        c.contact_id,
        sa.func.coalesce(c.channel, CHAT).label("channel"),
        c.started_at.label("at"),
        c.chat_id.label("id"),
        c.line,
        c.agent_id.label("agent"),
        c.topic,
        c.client_id,
        seconds_between(c.started_at, c.accepted_at).label("wait_s"),
        flag(and_(c.accepted_at.is_not(None), sa.func.coalesce(c.outcome, "answered") == "answered")).label("answered"),
        sa.literal(0, sa.Integer).label("transferred"),
    ).where(c.started_at >= begins, c.started_at <= ends, _among(c.contact_id, contacts))


def _among(contact: ColumnElement[str], contacts: sa.Select[Any] | None) -> ColumnElement[bool]:
    return sa.true() if contacts is None else contact.in_(contacts)
