"""Agents' status intervals, cut at the borders of the period: time counts where it lies, not where it began."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_

from metrics.dimensions import dimension_columns, dimensions_of
from metrics.relations.base import Relation, Scope, Unsplit, flag
from warehouse.messages import N_
from warehouse.schema import ACTIVITIES, ACTIVITY_CATEGORIES
from warehouse.sql import seconds_between, values_rows

ACTIVITIES_BY = dimensions_of(ACTIVITIES)


def activities(scope: Scope) -> sa.Select[Any]:
    """One row per interval and part of the period, with the seconds and hours of it that lie there.

    An interval without an end lasts to the as-of time.
    """
    c = ACTIVITIES.c
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "begins": sa.DateTime(),
        "ends": sa.DateTime(),
    }
    borders = scope.borders
    rows = [
        (i, begins, sa.case((ends < scope.until, ends), else_=scope.until))
        for i, (begins, ends) in enumerate(pairwise(borders))
    ]
    parts = values_rows("parts", columns, rows)
    ended = sa.func.coalesce(c.ended_at, scope.now)
    begins = sa.case((c.started_at > parts.c.begins, c.started_at), else_=parts.c.begins)
    ends = sa.case((ended < parts.c.ends, ended), else_=parts.c.ends)
    spent = seconds_between(begins, ends)
    # A source that does not tell of handling makes an agent's whole day ready: that is not known to be a zero.
    handles = sa.func.max(flag(c.category == "handling")).over(partition_by=c.agent_id)
    return (
        sa.select(
            parts.c.bucket,
            begins.label("at"),
            c.started_at,
            c.ended_at,
            *dimension_columns(ACTIVITIES, ACTIVITIES_BY),
            flag(and_(c.category == "ready", handles == 0)).label("without_handling"),
            spent.label("seconds"),
            (spent / 3600.0).label("hours"),
            *(sa.case((c.category == name, spent), else_=0.0).label(f"{name}_s") for name in ACTIVITY_CATEGORIES),
            sa.case((c.category.in_(("handling", "ready")), spent), else_=0.0).label("available_s"),
            sa.case((c.category.in_(("work", "break")), spent), else_=0.0).label("off_queue_s"),
            sa.case((c.category != "off", spent), else_=0.0).label("paid_s"),
        )
        .select_from(sa.join(ACTIVITIES, parts, and_(c.started_at < parts.c.ends, ended > parts.c.begins)))
        .where(c.started_at < scope.until, ended > scope.start, parts.c.begins < scope.until)
    )


_OF_CATEGORIES = (*(f"{name}_s" for name in ACTIVITY_CATEGORIES), "available_s", "off_queue_s", "paid_s")
_DECIDED = N_("which part of the time counts is decided by it, so that each would be all or nothing")

ACTIVITY = Relation(
    "activities",
    ("activities",),
    activities,
    ACTIVITIES_BY,
    tuple(Unsplit(dimension, _OF_CATEGORIES, _DECIDED) for dimension in ("status", "category")),
)
