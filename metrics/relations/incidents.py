"""Incidents, with how soon they were noticed, told of and over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.relations.base import Relation, Scope, flag
from warehouse.schema import INCIDENT_EVENTS_TABLE, INCIDENTS
from warehouse.sql import seconds_between


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
