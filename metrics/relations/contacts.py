"""What is known of whole contacts, whatever rows and channels they have: for what is said about them later."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.relations.base import Scope, flag, least
from warehouse.schema import CALLS, CHATS
from warehouse.sql import seconds_between

CALL, CHAT = "call", "chat"


def contact_facts(scope: Scope, contacts: sa.Select[Any]) -> sa.Subquery:
    """Return a row per contact of `contacts`, a selection of ids, with what its calls and chats up to now say of it.

    Line, agent and wait are the last answered row's, the topic that of the last answered row that has one, the
    channel the first row's, and the client the first known one. Contacts are looked for a month back.
    """
    return _facts(scope.about, scope.now, contacts)


def contacts_between(scope: Scope, begins: ColumnElement[Any], ends: ColumnElement[Any]) -> sa.Subquery:
    """Return the same of every contact with rows between two moments that are known by now."""
    return _facts(begins, least(ends, scope.now), None)


def _facts(begins: ColumnElement[Any], ends: ColumnElement[Any], contacts: sa.Select[Any] | None) -> sa.Subquery:
    rows = sa.union_all(_calls(contacts, begins, ends), _chats(contacts, begins, ends)).subquery("contact_rows")
    r = rows.c
    has_topic = flag(and_(r.answered == 1, r.topic.is_not(None)))

    def place(*order: ColumnElement[Any]) -> ColumnElement[int]:
        return sa.func.row_number().over(partition_by=r.contact_id, order_by=order)

    latest = (r.at.desc(), r.id.desc())
    placed = sa.select(
        r.contact_id,
        r["at"],
        r.channel,
        r.line,
        r.agent,
        r.topic,
        r.client_id,
        r.wait_s,
        r.answered,
        place(r.at, r.id).label("first"),
        place(r.answered.desc(), *latest).label("last"),
        place(has_topic.desc(), *latest).label("topical"),
        place(flag(r.client_id.is_(None)), r.at, r.id).label("known"),
    ).subquery("placed_rows")
    p = placed.c

    def of(place: ColumnElement[int], value: ColumnElement[Any]) -> ColumnElement[Any]:
        return sa.func.max(sa.case((place == 1, value)))

    answered = p.answered == 1
    return (
        sa.select(
            p.contact_id,
            sa.func.min(p["at"]).label("at"),
            sa.func.max(p.answered).label("handled"),
            of(p.first, p.channel).label("channel"),
            sa.func.max(sa.case((and_(p.last == 1, answered), p.line))).label("line"),
            sa.func.max(sa.case((and_(p.last == 1, answered), p.agent))).label("agent"),
            sa.func.max(sa.case((and_(p.last == 1, answered), p.wait_s))).label("wait_s"),
            sa.func.max(sa.case((and_(p.topical == 1, answered), p.topic))).label("topic"),
            of(p.known, p.client_id).label("client_id"),
        )
        .group_by(p.contact_id)
        .subquery("contact_facts")
    )


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
    ).where(
        c.started_at >= begins, c.started_at <= ends, c.contact_id.in_(contacts) if contacts is not None else sa.true()
    )


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
    ).where(
        c.started_at >= begins, c.started_at <= ends, c.contact_id.in_(contacts) if contacts is not None else sa.true()
    )


def _among(contact: ColumnElement[str], contacts: sa.Select[Any] | None) -> ColumnElement[bool]:
    return sa.true() if contacts is None else contact.in_(contacts)
