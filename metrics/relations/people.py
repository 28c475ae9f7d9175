"""Where people were: `agents` until their first move, and what their moves say from then on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.relations.base import LONG_AGO, until_next
from warehouse.schema import AGENT_MOVES
from warehouse.sql import instant


def stays() -> sa.Subquery:
    """Return the stays of people who ever moved, each from a moment to the next move's, with team and site.

    Those before the first move are empty: `agents` says where they were.
    """
    m = AGENT_MOVES.c
    following = until_next(sa.func.lead(m.from_at).over(partition_by=m.agent_id, order_by=m.from_at))
    first = sa.select(
        m.agent_id,
        instant(LONG_AGO).label("from_at"),
        sa.func.min(m.from_at).label("to_at"),
        sa.cast(sa.null(), sa.Text).label("team"),
        sa.cast(sa.null(), sa.Text).label("site"),
    ).group_by(m.agent_id)
    later = sa.select(m.agent_id, m.from_at, following.label("to_at"), m.team, m.site)
    return sa.union_all(first, later).subquery("stays")


def there(stay: sa.Subquery, agent: ColumnElement[str], at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a stay is that of an agent at a moment."""
    return and_(stay.c.agent_id == agent, stay.c.from_at <= at, stay.c.to_at > at)
