"""The funnel: which steps deals passed in a period, and which those reached that were created in it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import FROM_STAGE, MOMENT, PLACE, SPAN, STAGE, STEP
from metrics.relations.base import Relation, Scope, flag
from metrics.relations.deals import CONTRACT, DEALS_BY
from metrics.relations.lives import ASIDE, STEPS, eventful, histories, owned, places, row_of_deal
from warehouse.schema import DEALS
from warehouse.sql import seconds_between, values_rows

CREATED = "created"
SPANS = (
    ("15m", 900.0),
    ("1h", 3600.0),
    ("4h", 14_400.0),
    ("1d", 86_400.0),
    ("3d", 259_200.0),
    ("7d", 604_800.0),
    ("14d", 1_209_600.0),
    ("30d", 2_592_000.0),
)
"""What times are counted in, up to and with so many seconds."""


def deal_passes(scope: Scope) -> sa.Select[Any]:
    """One row per deal and step it passed, whenever it did, and one per stage at the side that it entered."""
    of = histories(scope, None if scope.derived else eventful(scope))  # derived, they are found by their times
    proof, life, owner = of.proofs, of.lives, of.owners
    p, v, e = proof.c, life.c, of.entries.c
    numbers = values_rows("steps", {"step": sa.Text(), "n": sa.Integer()}, [*STEPS.items()][:3])
    n = numbers.c
    proves = or_(p.own == n.n, and_(p.timed == 1, p.proved_before < n.n, n.n <= p.step))
    steps = (
        sa.select(p.deal_id, p["at"], p.pipeline, n.step)
        .select_from(proof.join(numbers, proves))
        .where(scope.has(p["at"]))
    )

    def moment(at: ColumnElement[Any], step: str) -> sa.Select[Any]:
        return sa.select(v.deal_id, at, v.pipeline_title, sa.literal(step)).where(at.is_not(None), scope.has(at))

    aside = sa.select(e.deal_id, e.entered_at, e.pipeline_title, e.kind).where(
        e.kind.in_(ASIDE), e.timed == 1, scope.has(e.entered_at)
    )
    every = sa.union_all(steps, moment(v.created_at, CREATED), moment(v.contract_at, CONTRACT), aside).subquery(
        "passed"
    )
    a = every.c
    return sa.select(
        *row_of_deal(scope, a["at"], a.deal_id, v, sa.func.coalesce(a.pipeline, v.pipeline_title), owner),
        a.step,
    ).select_from(every.join(life, v.deal_id == a.deal_id).outerjoin(owner, owned(owner, a.deal_id, a["at"])))


def deal_steps(scope: Scope) -> sa.Select[Any]:
    """One row per deal created in the period and step that it reached by now; `here` is the last of them."""
    of = histories(scope, sa.select(DEALS.c.deal_id).where(scope.has(DEALS.c.created_at)))
    life, owner = of.lives, of.owners
    p, v = of.proofs.c, life.c
    furthest = (
        sa.select(p.deal_id, sa.func.max(sa.case((p.step < 4, p.step), else_=3)).label("step"))
        .group_by(p.deal_id)
        .subquery("furthest")
    )
    far = sa.case((v.signed == 1, 4), else_=furthest.c.step)
    numbers = values_rows("steps", {"step": sa.Text(), "n": sa.Integer()}, [(CREATED, 0), *STEPS.items()])
    n = numbers.c
    here = far == n.n
    return (
        sa.select(
            *row_of_deal(scope, v.created_at, v.deal_id, v, v.pipeline_title, owner),
            n.step.label(STEP),
            v.title.label(STAGE),
            sa.case((here, v.loss_reason)).label("loss_reason"),
            flag(n.n == 0).label("first"),
            flag(and_(here, v.open == 1, v.signed == 0)).label("here_open"),
            flag(and_(here, v.lost == 1)).label("here_lost"),
        )
        .select_from(
            life.join(furthest, furthest.c.deal_id == v.deal_id)
            .join(numbers, n.n <= far)
            .outerjoin(owner, owned(owner, v.deal_id, v.created_at))
        )
        .where(scope.has(v.created_at))
    )


def passing(scope: Scope, entered: sa.FromClause) -> tuple[sa.CTE, sa.Select[Any]]:
    """Return entries with what they prove of their own pipeline, and the stages of its path that they passed.

    A stage is passed by an entry into it, or by the first that proves it. A sale that was taken back passed nothing.
    """
    e, place = entered.c, places()
    p = place.c
    of_pipeline: dict[str, Any] = {"partition_by": [e.deal_id, e.pipeline], "order_by": e.seq}
    proves = sa.case((e.taken_back == 1, 0), else_=e.proves_place)
    proving = sa.select(
        *(e[name] for name in ("deal_id", "entered_at", "seq", "pipeline", "stage", "timed", "taken_back")),
        proves.label("proves"),
        sa.func.coalesce(sa.func.max(proves).over(**of_pipeline, rows=(None, -1)), 0).label("proved"),
        sa.func.lag(e.seq).over(partition_by=[e.deal_id, e.pipeline, e.stage], order_by=e.seq).label("seq_before"),
    ).cte("proving")
    b = proving.c
    here = and_(b.stage == p.stage, b.taken_back == 0)
    passes = or_(here, and_(b.timed == 1, b.proved < p.place, p.place <= b.proves))
    passed = (
        sa.select(
            b.deal_id,
            b.entered_at,
            b.seq,
            b.pipeline,
            p.title,
            p.title_of_before,
            p.place,
            sa.case((and_(here, b.timed == 1), p.stage_before)).label("stage_before"),
            sa.func.coalesce(b.seq_before, 0).label("seq_before"),
            sa.func.coalesce(p.pipeline_title, p.pipeline).label("pipeline_title"),
        )
        .select_from(proving.join(place, and_(p.pipeline == b.pipeline, p.place.is_not(None), passes)))
        .where(scope.has(b.entered_at), b.timed == 1)
    )
    return proving, passed


def stage_passes(scope: Scope) -> sa.Select[Any]:
    """One row per deal and stage of a pipeline that it passed, those at its side among them, which have no place."""
    of = histories(scope, eventful(scope))
    e, d, owner = of.entries.c, of.deals.c, of.owners
    on_path = passing(scope, of.entries)[1].subquery("passed_stages").c
    aside = sa.select(e.deal_id, e.entered_at, e.title, sa.null(), e.pipeline_title).where(
        e.kind.in_(ASIDE), e.timed == 1, scope.has(e.entered_at)
    )
    path = sa.select(*(on_path[name] for name in ("deal_id", "entered_at", "title", "place", "pipeline_title")))
    every = sa.union_all(path, aside).subquery("every_stage_passed")
    a = every.c
    return sa.select(
        *row_of_deal(scope, a.entered_at, a.deal_id, d, a.pipeline_title, owner),
        a.title.label(STAGE),
        sa.cast(a.place, sa.Text).label(PLACE),
    ).select_from(every.join(of.deals, d.deal_id == a.deal_id).outerjoin(owner, owned(owner, a.deal_id, a.entered_at)))


def stage_steps(scope: Scope) -> sa.Select[Any]:
    """One row per deal created in the period and stage of its present pipeline that it reached by now."""
    of, place = histories(scope, sa.select(DEALS.c.deal_id).where(scope.has(DEALS.c.created_at))), places()
    life, owner, e, p = of.lives, of.owners, of.entries.c, place.c
    v = life.c
    proves = sa.case((and_(e.pipeline == v.pipeline_id, e.taken_back == 0), e.proves_place), else_=1)
    furthest = (
        sa.select(e.deal_id, sa.func.max(proves).label("place"))
        .select_from(of.entries.join(life, v.deal_id == e.deal_id))
        .where(scope.has(v.created_at))
        .group_by(e.deal_id)
        .subquery("furthest_stages")
    )
    here = p.place == furthest.c.place
    return (
        sa.select(
            *row_of_deal(scope, v.created_at, v.deal_id, v, v.pipeline_title, owner),
            p.title.label(STAGE),
            sa.cast(p.place, sa.Text).label(PLACE),
            flag(and_(here, v.open == 1, v.signed == 0)).label("here_open"),
            flag(and_(here, v.lost == 1)).label("here_lost"),
        )
        .select_from(
            life.join(furthest, furthest.c.deal_id == v.deal_id)
            .join(place, and_(p.pipeline == v.pipeline_id, p.place <= furthest.c.place))
            .outerjoin(owner, owned(owner, v.deal_id, v.created_at))
        )
        .where(scope.has(v.created_at))
    )


def transitions(scope: Scope) -> sa.Select[Any]:
    """One row per deal and stage of the path that it passed: from the last entry of the stage before, if there was one.

    Who came another way has no time. A sale that was taken back passed nothing.
    """
    of = histories(scope, eventful(scope))
    proving, every = passing(scope, of.entries)
    passed, a = every.where(places().c.stage_before.is_not(None)).subquery("passed_stages"), proving.alias("departures")
    s = passed.c
    from_there = and_(
        a.c.deal_id == s.deal_id,
        a.c.pipeline == s.pipeline,
        a.c.stage == s.stage_before,
        a.c.timed == 1,
        a.c.seq < s.seq,
        a.c.seq > s.seq_before,
    )
    named = ("deal_id", "entered_at", "seq", "title", "title_of_before", "place", "pipeline_title")
    begun = (
        sa.select(*(s[name] for name in named), sa.func.max(a.c.entered_at).label("left_at"))
        .select_from(passed.outerjoin(a, from_there))
        .group_by(*(s[name] for name in named))
        .subquery("begun")
    )
    g, d, owner = begun.c, of.deals.c, of.owners
    return sa.select(
        *row_of_deal(scope, g.entered_at, g.deal_id, d, g.pipeline_title, owner),
        g.title_of_before.label(FROM_STAGE),
        g.title.label(STAGE),
        sa.cast(g.place, sa.Text).label(PLACE),
        *spans(seconds_between(g.left_at, g.entered_at)),
        flag(g.left_at.is_not(None)).label("timed"),
    ).select_from(begun.join(of.deals, d.deal_id == g.deal_id).outerjoin(owner, owned(owner, g.deal_id, g.entered_at)))


def returns(scope: Scope) -> sa.Select[Any]:
    """One row per move of a deal to an earlier stage of its path."""
    of = histories(scope, None if scope.derived else eventful(scope))
    e, d, owner = of.entries.c, of.deals.c, of.owners
    return (
        sa.select(
            *row_of_deal(scope, e.entered_at, e.deal_id, d, e.pipeline_title, owner),
            e.title_before.label(FROM_STAGE),
            e.title.label(STAGE),
        )
        .select_from(
            of.entries.join(of.deals, d.deal_id == e.deal_id).outerjoin(owner, owned(owner, e.deal_id, e.entered_at))
        )
        .where(e.position < e.position_before, scope.has(e.entered_at), e.pipeline == e.pipeline_before)
    )


def durations(scope: Scope) -> sa.Select[Any]:
    """One row per step that took a time and ended in the period; `moment` says which, `span` how long it was."""
    histories_of = histories(scope, eventful(scope))
    life, owner = histories_of.lives, histories_of.owners
    v = life.c

    def of(moment: str, since: ColumnElement[Any], at: ColumnElement[Any], *where: Any) -> sa.Select[Any]:
        return sa.select(v.deal_id, at.label("at"), since.label("since"), sa.literal(moment).label("moment")).where(
            at.is_not(None), since.is_not(None), scope.has(at), *where
        )

    every = sa.union_all(
        of("contract", v.created_at, v.contract_at),
        of("disposal", v.created_at, v.lost_at),
        of("no_answer", v.before_at, v.lost_at, v.kind_before == "no_answer"),
        of("consultation", v.phone_before_at, v.came_at),
    ).subquery("every_duration")
    m = every.c
    took = seconds_between(m.since, m["at"])
    return sa.select(
        *row_of_deal(scope, m["at"], m.deal_id, v, v.pipeline_title, owner),
        m.moment.label(MOMENT),
        m.since,
        *spans(took),
    ).select_from(every.join(life, v.deal_id == m.deal_id).outerjoin(owner, owned(owner, m.deal_id, m["at"])))


def spans(took: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return a time in seconds, none below nought, the span it falls into, and whether it ended before it began."""
    span = sa.case(*((took <= up_to, word) for word, up_to in SPANS), else_=sa.literal("more"))
    return [
        sa.case((took < 0, 0.0), else_=took).label("took_s"),
        sa.case((took.is_not(None), span)).label(SPAN),
        flag(took < 0).label("turned"),
    ]


DEAL_PASSES = Relation("passes", ("deals", "deal_stages"), deal_passes, (*DEALS_BY, STEP), derived=True)
DEAL_STEPS = Relation(
    "deal_steps", ("deals", "deal_stages"), deal_steps, (*DEALS_BY, STEP, STAGE, "loss_reason"), derived=True
)

TRANSITIONS = Relation(
    "transitions",
    ("deals", "deal_stages"),
    transitions,
    (*DEALS_BY, PLACE, FROM_STAGE, STAGE, SPAN),
    derived=True,
)
STAGE_PASSES = Relation("stage_passes", ("deals", "deal_stages"), stage_passes, (*DEALS_BY, PLACE, STAGE), derived=True)
STAGE_STEPS = Relation("stage_steps", ("deals", "deal_stages"), stage_steps, (*DEALS_BY, PLACE, STAGE), derived=True)
RETURNS = Relation("returns", ("deals", "deal_stages"), returns, (*DEALS_BY, FROM_STAGE, STAGE), derived=True)
DURATIONS = Relation("durations", ("deals", "deal_stages"), durations, (*DEALS_BY, MOMENT, SPAN), derived=True)
