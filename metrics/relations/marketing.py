"""What a contact costs: calls, chats and leads beside the costs of marketing, of the days that are over.

A cost is spread over its days in hundredths, what is left over to the earlier days. What is paid for no origin is in
no origin's costs. A cost of neither origin nor campaign that is no media and no agency is a cost of service.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.relations.base import Relation, Scope, flag, greatest, least
from metrics.relations.deals import deal_marks
from warehouse.schema import CALLS, CHATS, COSTS, LEADS
from warehouse.sql import seconds_between, values_rows

UNALLOCATED = "unallocated"
"""The origin of costs that are paid for none: what they are never divided by is the contacts of unknown origin."""
_DAY_S = 86_400.0
_MARKETING = ("media", "agency")
_BY = ("origin", "campaign", "city")


def _days(begins: ColumnElement[Any], ends: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return how many local days lie between two midnights, whatever the clocks did between them."""
    return sa.func.floor(seconds_between(begins, ends) / _DAY_S + 0.5)


def cost_days(scope: Scope) -> sa.Select[Any]:
    """One row per cost of marketing and part of the period, with what its days cost that are over."""
    c = COSTS.c
    last = sa.func.coalesce(c.ends_on, c.starts_on)
    dated = (
        sa.select(
            *(c[name] for name in ("cost_id", "campaign", "city", "starts_on")),
            sa.func.coalesce(c.origin, UNALLOCATED).label("origin"),
            (_days(c.starts_on, last) + 1).label("days"),
            sa.func.floor(sa.func.abs(c.amount) * 100 + 0.5).label("hundredths"),
            sa.case((c.amount < 0, -1.0), else_=1.0).label("sign"),
        )
        .where(or_(c.origin.is_not(None), c.campaign.is_not(None), c.kind.in_(_MARKETING)), last >= c.starts_on)
        .subquery("dated_costs")
    )
    d = dated.c
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "begins_at": sa.DateTime(),
        "ends_at": sa.DateTime(),
    }
    borders = [(i, a, least(b, scope.days_over)) for i, (a, b) in enumerate(pairwise(scope.borders))]
    parts = values_rows("cost_parts", columns, borders)
    p = parts.c
    base = sa.func.floor(d.hundredths / d.days)
    more = d.hundredths - base * d.days
    first = sa.case((p.begins_at > d.starts_on, _days(d.starts_on, p.begins_at)), else_=0.0)
    until = _days(d.starts_on, p.ends_at)

    def up_to(day: ColumnElement[Any]) -> ColumnElement[Any]:
        return base * day + sa.case((day < more, day), else_=more)

    end = sa.case((until > d.days, d.days), else_=until)
    spread = (
        sa.select(
            p.bucket,
            greatest(d.starts_on, p.begins_at).label("at"),
            *(d[name] for name in ("cost_id", "origin", "campaign", "city")),
            (d.sign * (up_to(end) - up_to(first)) / 100).label("amount"),
            (end - first).label("days"),
        )
        .select_from(sa.join(dated, parts, and_(end > first, p.ends_at > p.begins_at)))
        .subquery("costs_spread")
    )
    return sa.select(*spread.c)


def marketing(scope: Scope) -> sa.Select[Any]:
    """One row per cost and contact of the days that are over: what a contact costs of the same days."""
    none, calls, chats, leads = sa.cast(sa.null(), sa.Text), CALLS.c, CHATS.c, LEADS.c

    def contacts(
        at: Any, key: ColumnElement[Any], target: Any, origin: Any, campaign: Any, *where: ColumnElement[bool]
    ) -> sa.Select[Any]:
        return sa.select(
            scope.bucket(at),
            at,
            key,
            origin,
            campaign,
            none,
            sa.literal(0.0, sa.Double),
            sa.literal(1),
            flag(target == sa.true()),
        ).where(scope.has(at), at < scope.days_over, *where)

    every = sa.union_all(
        _paid(scope, "contact", "target"),
        contacts(
            calls.started_at, calls.call_id, calls.is_target, calls.origin, calls.campaign, calls.direction == "in"
        ),
        contacts(chats.started_at, chats.chat_id, chats.is_target, chats.origin, none),
        contacts(leads.created_at, leads.lead_id, leads.is_target, leads.origin, none),
    ).subquery("marketing_rows")
    return sa.select(*every.c)


def marketed_sales(scope: Scope) -> sa.Select[Any]:
    """One row per cost and contract of the days that are over: what a contract costs of the same days."""
    m = deal_marks(scope).subquery("marks_of_deals").c
    contracts = sa.select(
        m.bucket, m["at"], m.deal_id, m.origin, m.campaign, m.city, sa.literal(0.0, sa.Double), m.contract
    ).where(m["at"] < scope.days_over)
    every = sa.union_all(_paid(scope, "contract"), contracts).subquery("marketed_sales_rows")
    return sa.select(*every.c)


def _paid(scope: Scope, *counts: str) -> sa.Select[Any]:
    """The costs of the days that are over; what is counted beside them they are none of."""
    k = cost_days(scope).subquery("costs_of_parts").c
    return sa.select(
        k.bucket,
        k["at"],
        k.cost_id.label("id"),
        k.origin,
        k.campaign,
        k.city,
        k.amount,
        *(sa.literal(0).label(count) for count in counts),
    )


_OF_COSTS = ("pipeline", "owner")
"""What a cost is not of: who sees some deals by it is told nothing of costs, rather than of others' too."""
COST_DAYS = Relation("cost_days", ("costs",), cost_days, _BY, derived=True, whole=_OF_COSTS)
MARKETING = Relation("marketing", ("costs",), marketing, _BY, derived=True, whole=("city", *_OF_COSTS))
MARKETED_SALES = Relation("marketed_sales", ("costs",), marketed_sales, _BY, derived=True, whole=_OF_COSTS)
