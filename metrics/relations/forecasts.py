"""Half hours as they were forecast before their day began, beside what came in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.relations.base import Relation, Scope
from metrics.relations.contacts import CALL, CHAT
from warehouse.schema import CALLS, CHATS, FORECASTS
from warehouse.sql import day_of, local_seconds

_HALF_HOUR_S = 1800.0


def _half_hour(scope: Scope, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number of the half hour of the clock that an instant lies in; a clock that is put back shows new ones."""
    # Clocks are put forward and back by half hours, so that how far they are off a full one never changes.
    offsets = [(since, minutes % 30) for since, minutes in scope.offsets]
    return sa.func.floor(local_seconds(column, offsets) / _HALF_HOUR_S)


def _came(scope: Scope) -> sa.Subquery:
    """How many contacts came to each line and channel in each half hour of the days that are over."""
    c, h = CALLS.c, CHATS.c
    each = [
        sa.select(c.line, sa.literal(CALL).label("channel"), _half_hour(scope, c.started_at).label("half_hour")).where(
            scope.has(c.started_at), c.direction == "in"
        ),
        sa.select(h.line, sa.literal(CHAT), _half_hour(scope, h.started_at)).where(scope.has(h.started_at)),
    ]
    rows = sa.union_all(*each).subquery("contacts_that_came")
    r = rows.c
    return (
        sa.select(r.line, r.channel, r.half_hour, sa.func.count().label("came"))
        .group_by(r.line, r.channel, r.half_hour)
        .subquery("came")
    )


def forecast_half_hours(scope: Scope) -> sa.Select[Any]:
    """One row per half hour of a day that is over and was forecast before it began, by the last such forecast."""
    f = FORECASTS.c
    newest = sa.func.row_number().over(partition_by=(f.line, f.channel, f.starts_at), order_by=f.made_at.desc())
    made = (
        sa.select(f.line, f.channel, f.starts_at, f.value, newest.label("place"))
        .where(
            f.starts_at >= scope.start,
            f.starts_at < scope.end,
            f.starts_at < scope.days_over,
            day_of(f.made_at, scope.offsets) < day_of(f.starts_at, scope.offsets),
        )
        .subquery("forecasts_made")
    )
    m, came = made.c, _came(scope)
    alike = and_(came.c.line == m.line, came.c.channel == m.channel, came.c.half_hour == _half_hour(scope, m.starts_at))
    fact = sa.func.coalesce(came.c.came, sa.literal(0.0, sa.Double), type_=sa.Double)
    return (
        sa.select(
            scope.bucket(m.starts_at),
            m.starts_at.label("at"),
            m.line,
            m.channel,
            m.value,
            fact.label("came"),
            sa.func.abs(m.value - fact).label("off"),
            (m.value - fact).label("over"),
        )
        .select_from(made.outerjoin(came, alike))
        .where(m.place == 1)
    )


FORECAST_HALF_HOURS = Relation(
    "forecasts",
    ("forecasts",),
    forecast_half_hours,
    ("line", "channel"),
    beside=("calls", "chats"),
    by_day=True,
)
