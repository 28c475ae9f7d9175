"""Events that need no more than their own row: leads, reservations, Service Desk tickets, incidents."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.dimensions import dimension_columns, dimensions_of
from metrics.relations.base import Relation, Scope, flag
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENTS, LEADS, RESERVATIONS, TICKET_EVENTS, TICKET_EVENTS_TABLE
from warehouse.sql import seconds_between

LEAD_WAITS_S = 900.0
"""How soon a lead is to be contacted."""
LEADS_BY = dimensions_of(LEADS)
RESERVATIONS_BY = dimensions_of(RESERVATIONS)
TICKETS_BY = dimensions_of(TICKET_EVENTS_TABLE)


def leads(scope: Scope) -> sa.Select[Any]:
    c = LEADS.c
    return sa.select(
        scope.bucket(c.created_at),
        c.created_at.label("at"),
        c.lead_id,
        *dimension_columns(LEADS, LEADS_BY),
        flag(c.is_target == sa.true()).label("is_target"),
        flag(seconds_between(c.created_at, scope.now) >= LEAD_WAITS_S).label("old_enough"),
        flag(
            and_(
                seconds_between(c.created_at, scope.now) >= LEAD_WAITS_S,
                seconds_between(c.created_at, c.first_contact_at) <= LEAD_WAITS_S,
            )
        ).label("in_time"),
    ).where(scope.has(c.created_at))


def reservations(scope: Scope) -> sa.Select[Any]:
    """By the day they were made on, cancelled or not."""
    return _reservations_by(scope, RESERVATIONS.c.reserved_at)


def cancellations(scope: Scope) -> sa.Select[Any]:
    """By the day they were cancelled on."""
    return _reservations_by(scope, RESERVATIONS.c.cancelled_at)


def _reservations_by(scope: Scope, at: sa.Column[Any]) -> sa.Select[Any]:
    c = RESERVATIONS.c
    return sa.select(
        scope.bucket(at),
        at.label("at"),
        c.reservation_id,
        *dimension_columns(RESERVATIONS, RESERVATIONS_BY),
        c.area_m2,
        flag(c.area_m2.is_(None)).label("without_area"),
        flag(c.in_call == sa.true()).label("in_call"),
    ).where(scope.has(at))


def tickets(scope: Scope) -> sa.Select[Any]:
    c = TICKET_EVENTS_TABLE.c
    return sa.select(
        scope.bucket(c.at),
        c.at,
        c.event_id,
        c.ticket_id,
        *dimension_columns(TICKET_EVENTS_TABLE, TICKETS_BY),
        *(flag(and_(c.kind == kind)).label(kind) for kind in TICKET_EVENTS),
    ).where(scope.has(c.at))


LEADS_IN = Relation("leads", ("leads",), leads, LEADS_BY)
RESERVED = Relation("reservations", ("reservations",), reservations, RESERVATIONS_BY)
CANCELLED = Relation("cancellations", ("reservations",), cancellations, RESERVATIONS_BY)
TICKETS = Relation("tickets", ("ticket_events",), tickets, TICKETS_BY)


def incidents(scope: Scope) -> sa.Select[Any]:
    """One row per incident, by its start. What has not happened as of now takes no time."""
    c, e = INCIDENTS.c, INCIDENT_EVENTS_TABLE.c

    def first(kind: str) -> ColumnElement[Any]:
        return sa.func.min(sa.case((e.kind == kind, e.at))).label(f"{kind}_at")

    # Whoever writes down that it started has noticed it.
    written = sa.func.min(sa.case((and_(e.kind == "started", e.author.is_not(None)), e.entered_at)))
    noticed = sa.func.coalesce(first("noticed").element, written).label("noticed_at")
    events = (
        sa.select(e.incident_id, noticed, first("message"))
        .where(e.at <= scope.now)
        .group_by(e.incident_id)
        .subquery("firsts_of_incidents")
    )
    v = events.c
    over = and_(c.resolved_at.is_not(None), c.resolved_at <= scope.now)
    until = sa.case((over, c.resolved_at), else_=scope.now)
    return (
        sa.select(
            scope.bucket(c.started_at),
            c.started_at.label("at"),
            c.incident_id,
            c.title,
            c.severity,
            c.resolved_at,
            v.noticed_at,
            v.message_at,
            flag(over).label("resolved"),
            seconds_between(c.started_at, v.noticed_at).label("to_notice_s"),
            seconds_between(c.started_at, v.message_at).label("to_message_s"),
            sa.case((over, seconds_between(c.started_at, c.resolved_at))).label("to_resolve_s"),
            seconds_between(c.started_at, until).label("lasted_s"),
        )
        .select_from(sa.outerjoin(INCIDENTS, events, v.incident_id == c.incident_id))
        .where(scope.has(c.started_at))
    )


INCIDENTS_BY_START = Relation("incidents", ("incidents",), incidents, (), derived=True)
