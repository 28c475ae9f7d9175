"""Deals by what marks them, and by where they stood at a moment."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import OWNER, STAGE
from metrics.relations.base import Relation, Scope, flag, least
from metrics.relations.lives import CENTRE, Histories, eventful, histories, of_deal, owned, titled
from warehouse.schema import DEAL_OWNERS, DEALS, TASKS
from warehouse.sql import quantile, seconds_between, seconds_later, values_rows

DEALS_BY = ("city", "pipeline", OWNER, "origin", "campaign")
CONTRACT = "contract"
DAY_S = 86_400.0
_STUCK_DAYS, _STAYS_NEEDED, _STAYS_OF_DAYS, _P90 = 14.0, 30, 180.0, 0.9


def deal_marks(scope: Scope) -> sa.Select[Any]:
    """One row per deal and what marks it: created, signed, lost, each by its own time and whose it was then."""
    of = histories(scope, eventful(scope))
    v, owner = of.lives.c, of.owners

    def marked(mark: str, at: ColumnElement[Any]) -> sa.Select[Any]:
        return sa.select(
            at.label("at"),
            v.deal_id,
            v.client_id,
            v.amount,
            v.loss_reason,
            *of_deal(scope, v, v.pipeline_title),
            sa.literal(mark).label("mark"),
            v.signed,
            v.taken_back,
        ).where(at.is_not(None), scope.has(at))

    c = DEALS.c
    cards, pipeline = titled(DEALS, c.pipeline)
    gone = (
        sa.select(
            c.created_at,
            c.deal_id,
            c.client_id,
            c.amount,
            c.loss_reason,
            *of_deal(scope, c, pipeline),
            sa.case((c.merged_into.is_(None), "deleted"), else_="merged"),
            sa.literal(0),
            sa.literal(0),
        )
        .select_from(cards)
        .where(scope.has(c.created_at), or_(c.deleted == sa.true(), c.merged_into.is_not(None)))
    )
    every = sa.union_all(
        marked("created", v.created_at), marked(CONTRACT, v.contract_at), marked("disposal", v.lost_at), gone
    ).subquery("every_mark")
    m = every.c
    is_contract = m.mark == CONTRACT
    lost = m.mark == "disposal"
    return sa.select(
        scope.bucket(m["at"]),
        m["at"],
        m.deal_id,
        m.client_id,
        *(m[name] for name in ("city", "pipeline", "origin", "campaign", "loss_reason")),
        owner.c.owner_id.label(OWNER),
        flag(m.mark == "created").label("created"),
        flag(is_contract).label("contract"),
        flag(lost).label("disposal"),
        flag(and_(lost, m.signed == 1)).label("cancelled"),
        flag(and_(m.mark == "created", m.taken_back == 1)).label("taken_back"),
        sa.case((is_contract, m.amount)).label("amount"),
        flag(and_(is_contract, m.amount.is_(None))).label("without_amount"),
        flag(m.mark == "deleted").label("deleted"),
        flag(m.mark == "merged").label("merged"),
    ).select_from(every.outerjoin(owner, owned(owner, m.deal_id, m["at"])))


def moments_of_state(scope: Scope) -> sa.CTE:
    """Return the moments at which state is taken: the ends of the period's parts, as far as they have begun."""
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "ends_at": sa.DateTime(),
        "moment": sa.DateTime(),
        "begins_at": sa.DateTime(),
    }
    parts = [(i, b, least(b, scope.now), a) for i, (a, b) in enumerate(pairwise(scope.borders))]
    every = values_rows("moments", columns, parts)
    return sa.select(*every.c).where(every.c.begins_at <= scope.now).cte("moments_of_state")


def standing(scope: Scope, of: Histories, moments: sa.CTE) -> sa.CTE:
    """Return where deals stood at each moment, and for how long."""
    of_all = of.entries.c
    # What was left before the first moment or entered after the last stood at none of them.
    left_first = or_(of_all.left_at.is_(None), of_all.left_at >= scope.borders[1])
    entered = sa.select(of.entries).where(of_all.entered_at < scope.end, left_first).cte("entries_standing")
    e, d, t = entered.c, of.deals.c, moments.c
    there = and_(e.entered_at < t.ends_at, or_(e.left_at.is_(None), e.left_at >= t.ends_at))
    return (
        sa.select(
            t.bucket,
            t.moment,
            t.ends_at,
            *(d[name] for name in ("deal_id", "client_id", "city", "origin", "campaign", "created_at")),
            d.pipeline.label("card_pipeline"),
            e.pipeline,
            e.stage,
            e.kind,
            e.title,
            e.pipeline_title,
            e.entered_at,
            e.timed,
            e.step_so_far,
            e.stuck_after_days,
        )
        .select_from(entered.join(moments, there).join(of.deals, d.deal_id == e.deal_id))
        .cte("standing")
    )


def usual_stays(scope: Scope, entered: sa.FromClause) -> sa.CTE:
    """Return the time that nine of ten deals left a stage within, of stages that enough of them left lately."""
    e = entered.c
    stay = seconds_between(e.entered_at, e.left_at)
    since = seconds_later(scope.until, sa.literal(-_STAYS_OF_DAYS * DAY_S))
    of_stage: list[ColumnElement[Any]] = [e.pipeline, e.stage]
    left_lately = and_(e.timed == 1, e.left_at.is_not(None), e.left_at >= since, e.left_at <= scope.until)
    if scope.derived:  # of so many rows a quantile takes a fifth of what their order takes
        usual = quantile(sa.literal(_P90, sa.Double), stay)
        stays = sa.select(*of_stage, usual.label("usual_s")).where(left_lately).group_by(*of_stage)
        return stays.having(sa.func.count() >= _STAYS_NEEDED).cte("usual_stays")
    ranked = (
        sa.select(
            e.pipeline,
            e.stage,
            stay.label("stay_s"),
            sa.func.row_number().over(partition_by=of_stage, order_by=stay).label("place"),
            sa.func.count().over(partition_by=of_stage).label("n"),
        )
        .where(left_lately)
        .subquery("ranked_stays")
    )
    r = ranked.c
    at = 1 + sa.literal(_P90, sa.Double) * (r.n - 1)
    below = sa.func.max(sa.case((r.place == sa.func.floor(at), r.stay_s)))
    above = sa.func.max(sa.case((r.place == sa.func.ceiling(at), r.stay_s)))
    between = below + (above - below) * sa.func.max(at - sa.func.floor(at))
    return (
        sa.select(r.pipeline, r.stage, between.label("usual_s"))
        .where(r.n >= _STAYS_NEEDED)
        .group_by(r.pipeline, r.stage)
        .cte("usual_stays")
    )


def deal_states(scope: Scope) -> sa.Select[Any]:
    """One row per open deal, and where it stood at the end of the period or now, whichever is earlier."""
    of = histories(scope)
    moments, owner = moments_of_state(scope), of.owners
    every = standing(scope, of, moments)
    kind = every.c.kind
    state = sa.select(every).where(or_(kind.is_(None), kind.not_in(("won", "after", "lost")))).cte("standing_open")
    s, source = state.c, state.outerjoin(owner, owned(owner, state.c.deal_id, state.c.moment))
    stood_s = seconds_between(s.entered_at, s.moment)
    limits: list[ColumnElement[Any]] = [s.stuck_after_days * DAY_S]
    no_task: ColumnElement[Any] = sa.literal(0)
    if scope.wants("stuck", "limit_days"):
        usual = usual_stays(scope, of.entries)
        u = usual.c
        source = source.outerjoin(usual, and_(u.pipeline == s.pipeline, u.stage == s.stage))
        limits.append(u.usual_s)
    if scope.wants("no_task"):
        task = tasks_open(scope, moments)
        source = source.outerjoin(task, and_(task.c.bucket == s.bucket, task.c.deal_id == s.deal_id))
        no_task = flag(task.c.deal_id.is_(None))
    limit_s = sa.func.coalesce(*limits, sa.literal(_STUCK_DAYS * DAY_S))
    of_city = sa.case((s.card_pipeline.in_(scope.centre.sales.centre_pipelines), CENTRE), else_=s.city)
    return sa.select(
        s.bucket,
        s.moment.label("at"),
        s.deal_id,
        s.client_id,
        (of_city if scope.centre.sales.centre_pipelines else s.city).label("city"),
        s.pipeline_title.label("pipeline"),
        s.origin,
        s.campaign,
        owner.c.owner_id.label(OWNER),
        s.title.label(STAGE),
        s.entered_at,
        s.kind,
        flag(and_(s.step_so_far > 0, s.step_so_far < 3)).label("before_consultation"),
        sa.literal(1).label("open"),
        flag(and_(s.timed == 1, stood_s > limit_s)).label("stuck"),
        no_task.label("no_task"),
        flag(s.kind == "no_answer").label("no_answer"),
        flag(s.kind == "not_booked").label("not_booked"),
        flag(or_(s.kind == "no_answer", s.kind == "not_booked")).label("out_of_reach"),
        flag(s.timed == 0).label("since_unknown"),
        sa.case((s.timed == 1, stood_s / DAY_S)).label("stood_days"),
        (limit_s / DAY_S).label("limit_days"),
    ).select_from(source)


def tasks_open(scope: Scope, moments: sa.CTE) -> sa.Subquery:
    """Return the deals that somebody had an open task about at each moment."""
    k, t, d = TASKS.c, moments.c, DEALS.c
    is_open = and_(
        or_(k.created_at.is_(None), k.created_at < t.ends_at),
        or_(k.completed_at.is_(None), k.completed_at >= t.ends_at),
    )
    deal = sa.func.coalesce(d.merged_into, k.deal_id)
    return (
        sa.select(t.bucket, deal.label("deal_id"))
        .select_from(sa.join(TASKS, moments, is_open).join(DEALS, d.deal_id == k.deal_id))
        .distinct()
        .subquery("deals_with_tasks")
    )


def receipts(scope: Scope) -> sa.Select[Any]:
    """One row per time that a deal became somebody's."""
    o, c = DEAL_OWNERS.c, DEALS.c
    ids = sa.union(
        sa.select(o.deal_id).where(scope.has(o.from_at)), sa.select(c.deal_id).where(scope.has(c.created_at))
    ).subquery("deals_received")
    of = histories(replace(scope, wanted=None), sa.select(ids.c.deal_id))  # its rows are those of owners
    deals, owner = of.deals, of.owners
    d, w = deals.c, owner.c
    at = sa.case((w.from_at < d.created_at, d.created_at), else_=w.from_at)
    every = (
        sa.select(at.label("at"), w.deal_id, w.owner_id)
        .select_from(owner.join(deals, d.deal_id == w.deal_id))
        .where(w.owner_id.is_not(None))
        .subquery("every_receipt")
    )
    e = every.c
    source, pipeline = titled(every.join(deals, d.deal_id == e.deal_id), d.pipeline)
    return (
        sa.select(scope.bucket(e["at"]), e["at"], e.deal_id, *of_deal(scope, d, pipeline), e.owner_id.label(OWNER))
        .select_from(source)
        .where(scope.has(e["at"]))
    )


DEAL_MARKS = Relation("deal_marks", ("deals", "deal_stages"), deal_marks, (*DEALS_BY, "loss_reason"))
DEAL_STATES = Relation(
    "deal_states", ("deals", "deal_stages"), deal_states, (*DEALS_BY, STAGE), derived=True, standing=True, costly=True
)
RECEIPTS = Relation("receipts", ("deals",), receipts, DEALS_BY, derived=True)
