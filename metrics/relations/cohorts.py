"""Cohorts: what began in a period, and what became of it by now, however long that took.

Of deals a contract or a first consultation, of first consultations a contract.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.dimensions import AGE_DAYS, BAD_OFFER, GOOD_OFFER, LIFE_DAYS, OFFER
from metrics.relations.base import Relation, Scope, flag
from metrics.relations.deals import DAY_S, DEALS_BY
from metrics.relations.lives import histories, is_not, owned, row_of_deal
from metrics.relations.visits import appointments
from warehouse.schema import CLIENT_ALIASES, DEALS
from warehouse.sql import seconds_between

WINDOWS = (14, 30, 60, 90)
"""Days after which conversions are compared."""
AGAIN_DAYS = 30.0
"""A client's deal within so many days of another one is counted apart."""


def _became(scope: Scope, begun: ColumnElement[Any], won_at: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return whether something was won by now, and within which windows; its days until then or now, and its age."""
    age_s, won_s = seconds_between(begun, scope.now), seconds_between(begun, won_at)
    taken_s = sa.case((won_s < 0, 0.0), else_=won_s)
    won = won_at.is_not(None)

    def days(seconds: ColumnElement[Any]) -> ColumnElement[Any]:
        return sa.cast(sa.cast(sa.func.floor(seconds / DAY_S), sa.Integer), sa.Text)

    windows = []
    for window in WINDOWS:
        ripe = age_s >= window * DAY_S
        windows.append(flag(ripe).label(f"ripe_{window}"))
        windows.append(flag(and_(ripe, won, taken_s <= window * DAY_S)).label(f"won_{window}"))
    return [
        flag(won).label("won"),
        *windows,
        days(sa.case((won, taken_s), else_=age_s)).label(LIFE_DAYS),
        days(age_s).label(AGE_DAYS),
    ]


def deal_cohorts(scope: Scope) -> sa.Select[Any]:
    """One row per deal by its creation, with what became of it by now; its owner is who it was given to first."""
    of = histories(scope, sa.select(DEALS.c.deal_id).where(scope.has(DEALS.c.created_at)))
    v, owner = of.lives.c, of.owners
    unsigned = v.contract_at.is_(None)
    return (
        sa.select(
            *row_of_deal(scope, v.created_at, v.deal_id, v, v.pipeline_title, owner),
            v.client_id,
            v.contract_at,
            flag(and_(v.signed == 1, unsigned)).label("signed_untimed"),
            flag(and_(v.kind.is_(None), v.stage_id.is_(None))).label("unknown"),
            flag(seconds_between(v.created_at, scope.now) < scope.centre.sales.window_days * DAY_S).label("young"),
            *_became(scope, v.created_at, v.contract_at),
        )
        .select_from(of.lives.outerjoin(owner, owned(owner, v.deal_id, v.created_at)))
        .where(scope.has(v.created_at))
    )


def _first_visits(scope: Scope) -> sa.CTE:
    """Return the first consultation that each deal was come to."""
    v = appointments(scope).c
    return (
        sa.select(v.deal_id, sa.func.min(v.held_at).label("at"))
        .where(v.kind == "consultation", v.outcome == "came", v.held_at.is_not(None), v.deal_id.is_not(None))
        .group_by(v.deal_id)
        .cte("first_come_to")
    )


def first_visits(scope: Scope) -> sa.Select[Any]:
    """One row per deal by its first consultation that was come to, with whether it was signed since."""
    first = _first_visits(scope)
    f = first.c
    of = histories(scope, sa.select(f.deal_id).where(scope.has(f["at"])))
    life, owner = of.lives, of.owners
    y = life.c
    signed_at = sa.case((y.contract_at >= f["at"], y.contract_at))
    source = first.join(life, y.deal_id == f.deal_id).outerjoin(owner, owned(owner, f.deal_id, f["at"]))
    offer: ColumnElement[Any] = sa.cast(sa.null(), sa.Text)
    if scope.wants(OFFER):
        priced = DEALS.alias("priced_deals")
        source, offer = source.join(priced, priced.c.deal_id == f.deal_id), _offer(scope, priced.c)
    return (
        sa.select(
            *row_of_deal(scope, f["at"], f.deal_id, y, y.pipeline_title, owner),
            y.contract_at,
            offer.label(OFFER),
            *_became(scope, f["at"], signed_at),
        )
        .select_from(source)
        .where(scope.has(f["at"]))
    )


def _offer(scope: Scope, deal: Any) -> ColumnElement[Any]:
    """Return whether a deal's price is good for the client, beside what they expected; null where either is unknown."""
    rules = scope.centre.smile
    limit = sa.literal(rules.price_cut, sa.Double) * deal.reference_price
    good = deal.offer_price <= limit if rules.price_good == "low" else deal.offer_price >= limit
    known = and_(deal.offer_price > 0, deal.reference_price > 0)
    return sa.case((and_(known, good), GOOD_OFFER), (known, BAD_OFFER))


def deals_visited(scope: Scope) -> sa.Select[Any]:
    """One row per deal by its creation, with whether its client came to a consultation by now."""
    first = _first_visits(scope)
    f = first.c
    of = histories(scope, sa.select(DEALS.c.deal_id).where(scope.has(DEALS.c.created_at)))
    life, owner = of.lives, of.owners
    v = life.c
    return (
        sa.select(
            *row_of_deal(scope, v.created_at, v.deal_id, v, v.pipeline_title, owner),
            f["at"].label("came_at"),
            *_became(scope, v.created_at, f["at"]),
        )
        .select_from(
            life.outerjoin(first, f.deal_id == v.deal_id).outerjoin(owner, owned(owner, v.deal_id, v.created_at))
        )
        .where(scope.has(v.created_at))
    )


def deals_again(scope: Scope) -> sa.Select[Any]:
    """One row per deal by its creation, of clients who had another one created lately before it."""
    d, alias = DEALS.c, CLIENT_ALIASES.alias("alias_of_again")
    client = sa.func.coalesce(alias.c.client_id, d.client_id)
    before = sa.func.lag(d.created_at).over(partition_by=client, order_by=[d.created_at, d.deal_id])
    created = (
        sa.select(d.deal_id, d.created_at, d.city, d.pipeline, d.origin, d.campaign, before.label("before_at"))
        .select_from(DEALS.outerjoin(alias, alias.c.alias == d.client_id))
        .where(d.created_at >= scope.about, d.created_at < scope.end, d.created_at <= scope.now)
        .where(d.client_id.is_not(None), is_not(d.deleted), d.merged_into.is_(None))
        .subquery("created_lately")
    )
    c = created.c
    of = histories(scope, sa.select(c.deal_id))
    owner, life = of.owners, of.lives
    return (
        sa.select(
            *row_of_deal(scope, c.created_at, c.deal_id, life.c, life.c.pipeline_title, owner),
            c.before_at,
        )
        .select_from(
            created.join(life, life.c.deal_id == c.deal_id).outerjoin(owner, owned(owner, c.deal_id, c.created_at))
        )
        .where(scope.has(c.created_at), seconds_between(c.before_at, c.created_at) <= AGAIN_DAYS * DAY_S)
    )


_BY = (*DEALS_BY, LIFE_DAYS, AGE_DAYS)
_VISITED = ("visits", "deals", "deal_stages")
DEAL_COHORTS = Relation("deal_cohorts", ("deals", "deal_stages"), deal_cohorts, _BY, derived=True)
FIRST_VISITS = Relation("first_visits", _VISITED, first_visits, (*_BY, OFFER), derived=True)
DEALS_VISITED = Relation("deals_visited", ("deals", "visits", "deal_stages"), deals_visited, _BY, derived=True)
DEALS_AGAIN = Relation("deals_again", ("deals", "deal_stages"), deals_again, DEALS_BY, derived=True)
