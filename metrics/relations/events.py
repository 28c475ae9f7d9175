"""Events that need no more than their own row: leads, reservations, Service Desk tickets."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_

from metrics.relations.base import Relation, Scope, flag
from warehouse.schema import LEADS, RESERVATIONS, TICKET_EVENTS, TICKET_EVENTS_TABLE


def leads(scope: Scope) -> sa.Select[Any]:
    c = LEADS.c
    return sa.select(
        scope.bucket(c.created_at),
        c.created_at.label("at"),
        c.line,
        c.origin,
        flag(c.is_target == sa.true()).label("is_target"),
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
        c.agent_id.label("agent"),
        c.project,
        c.city,
        c.area_m2,
        flag(c.area_m2.is_(None)).label("without_area"),
        flag(c.in_call == sa.true()).label("in_call"),
    ).where(scope.has(at))


def tickets(scope: Scope) -> sa.Select[Any]:
    c = TICKET_EVENTS_TABLE.c
    return sa.select(
        scope.bucket(c.at),
        c.at,
        c.desk,
        c.agent_id.label("agent"),
        c.topic,
        *(flag(and_(c.kind == kind)).label(kind) for kind in TICKET_EVENTS),
    ).where(scope.has(c.at))


LEADS_IN = Relation("leads", ("leads",), leads, ("line", "origin"))
RESERVED = Relation("reservations", ("reservations",), reservations, ("agent", "project", "city"))
CANCELLED = Relation("cancellations", ("reservations",), cancellations, ("agent", "project", "city"))
TICKETS = Relation("tickets", ("ticket_events",), tickets, ("desk", "agent", "topic"))
