"""The life of deals: what they entered and when, what that proves, and where they stood at a moment.

Deleted and merged deals have none. Creation is an entry; what a deal did before anybody kept its history is proved
without a time. A sale that was taken back, and the closing of a lost deal, prove nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.centre import Centre
from metrics.dimensions import OWNER
from metrics.relations.base import FOREVER, LONG_AGO, Scope, flag, until_next
from warehouse.derived import derived
from warehouse.schema import DEAL_OWNERS, DEAL_STAGES, DEALS, STAGES, VISITS
from warehouse.sql import instant

SALE = ("contract", "won", "after")
ASIDE = ("no_answer", "not_booked", "no_show", "lost")
STEPS = {"phone": 1, "booked": 2, "came": 3, "contract": 4}
"""The steps of the common funnel behind creation, in their order."""
CENTRE = "centre"
"""The value of the dimension city of deals in the centre's own pipelines."""


def is_not(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a flag of the records is not set."""
    return or_(column.is_(None), column == sa.false())


@dataclass(frozen=True)
class Histories:
    """Live deals, what they entered, what that proves, what became of them, and whose they were."""

    deals: sa.FromClause
    entries: sa.FromClause
    proofs: sa.FromClause
    lives: sa.FromClause
    owners: sa.FromClause


def histories(scope: Scope, among: sa.Select[Any] | None = None) -> Histories:
    """Return the histories of deals, of `among`, a selection of ids; of others it may have deals, lives and owners too.

    Where the records keep them, all histories are made at once, and a statement takes its own. Where nobody asks for
    owners, there are none.
    """
    if not scope.derived:
        deals = live_deals(scope, among)
        entered = entries(scope, deals, places()).cte("entries")
        proof, life = proofs(scope, deals, entered).cte("proofs"), lives(deals, entered).cte("lives")
        owner = owners(deals) if scope.wants(OWNER) else owners(deals).where(sa.false())
        return Histories(deals, entered, proof, life, owner.cte("owners"))
    every = _derived()
    if not scope.wants(OWNER):
        every = replace(every, owners=sa.select(every.owners).where(sa.false()).cte("nobody"))
    if among is None:
        return every

    def of(rows: sa.FromClause, name: str) -> sa.CTE:
        return sa.select(rows).where(rows.c.deal_id.in_(among)).cte(name)

    return replace(every, entries=of(every.entries, "entries"), proofs=of(every.proofs, "proofs"))


@cache
def _derived() -> Histories:
    """All histories as of now, as tables that the records keep."""
    scope = Scope(Centre())
    deals = live_deals(scope)
    entered = derived("deal_entries", entries(scope, deals, places()))
    proof, life = derived("deal_proofs", proofs(scope, deals, entered)), derived("deal_lives", lives(deals, entered))
    return Histories(deals, entered, proof, life, derived("owners_of_deals", owners(deals)))


def live_deals(scope: Scope, among: sa.Select[Any] | None = None) -> sa.CTE:
    """Return the deals that are neither deleted nor merged and exist by now; of `among`, a selection of ids."""
    c = DEALS.c
    return (
        sa.select(*(c[name] for name in ("deal_id", "created_at", "client_id", "pipeline", "stage", "closed_at")))
        .add_columns(c.amount, c.owner_id, c.origin, c.campaign, c.city, c.loss_reason, c.phone_at)
        .where(is_not(c.deleted), c.merged_into.is_(None), c.created_at <= scope.now)
        .where(c.deal_id.in_(among) if among is not None else sa.true())
        .cte("live_deals")
    )


@cache
def places() -> sa.CTE:
    """Return the stages with the step that standing there proves, and their place along the path of their pipeline."""
    s = STAGES.c
    on_path = and_(s.kind.not_in(ASIDE), s.position.is_not(None))

    def lowest(*kinds: str) -> ColumnElement[Any]:
        return sa.func.min(sa.case((and_(s.kind.in_(kinds), s.position.is_not(None)), s.position)))

    lows = (
        sa.select(
            s.pipeline,
            lowest("phone").label("phone"),
            lowest("booked").label("booked"),
            lowest("came").label("came"),
            lowest(*SALE).label("contract"),
        )
        .group_by(s.pipeline)
        .subquery("lowest_places")
    )
    w = lows.c
    position = sa.case((on_path, s.position))
    own_kind = sa.case(
        (s.kind.in_(SALE), 4), (s.kind == "came", 3), (s.kind == "booked", 2), (s.kind == "phone", 1), else_=0
    )
    step = sa.case(
        (s.kind.in_(ASIDE), 0),
        (s.position.is_(None), own_kind),
        *((w[name] <= s.position, n) for name, n in reversed(STEPS.items())),
        else_=0,
    )
    in_order: dict[str, Any] = {
        "partition_by": s.pipeline,
        "order_by": [sa.case((on_path, 0), else_=1), position, s.stage],
    }
    place = sa.func.row_number().over(**in_order)
    titled = sa.func.coalesce(s.title, s.stage)
    own = (
        sa.select(
            s.pipeline,
            s.stage,
            s.kind,
            s.implies,
            s.stuck_after_days,
            titled.label("title"),
            sa.func.coalesce(s.pipeline_title, s.pipeline).label("pipeline_title"),
            position.label("position"),
            step.label("step"),
            w.booked.label("booked_position"),
            sa.case((on_path, sa.func.lag(s.stage).over(**in_order))).label("stage_before"),
            sa.case((on_path, sa.func.lag(titled).over(**in_order))).label("title_of_before"),
            sa.case((on_path, place)).label("place"),
        )
        .select_from(STAGES.outerjoin(lows, w.pipeline == s.pipeline))
        .cte("own_places")
    )
    o, implied, booked = own.c, own.alias("implied_places"), own.alias("booked_places")
    first = (
        sa.select(booked.c.pipeline, sa.func.min(booked.c.place).label("place"))
        .where(booked.c.kind == "booked")
        .group_by(booked.c.pipeline)
        .subquery("first_booked")
    )
    missed = and_(o.kind == "no_show", o.implies.is_(None), o.booked_position.is_not(None))
    proves = sa.case(
        (o.kind == "lost", 0),
        (o.kind.not_in(ASIDE), o.step),
        (implied.c.step.is_not(None), implied.c.step),
        (missed, 2),
        else_=0,
    )
    return (
        sa.select(*(o[name] for name in ("pipeline", "stage", "kind", "stuck_after_days", "title", "pipeline_title")))
        .add_columns(o.position, o.place, o.stage_before, o.title_of_before, proves.label("step"))
        .add_columns(
            sa.case((o.kind == "lost", 0), else_=sa.func.coalesce(o.place, implied.c.place, first.c.place, 0)).label(
                "proves_place"
            )
        )
        .select_from(
            own.outerjoin(implied, and_(implied.c.pipeline == o.pipeline, implied.c.stage == o.implies)).outerjoin(
                first, and_(missed, first.c.pipeline == o.pipeline)
            )
        )
        .cte("places")
    )


def entries(scope: Scope, deals: sa.CTE, place: sa.CTE) -> sa.Select[Any]:
    """Return what deals entered up to now, in order: creation first, a stage that they stood in already left out.

    `timed` is 0 where nobody knows when; `step` is what the entry proves, `proved_before` what was proved before it.
    """
    h, d, p = DEAL_STAGES.c, deals.c, place.c
    begun = sa.select(sa.func.min(h.entered_at)).scalar_subquery()
    order = sa.func.row_number().over(partition_by=h.deal_id, order_by=[h.entered_at, h.change_id])
    moves = (
        sa.select(
            h.deal_id, h.change_id, h.entered_at, h.pipeline, h.stage, h.from_pipeline, h.from_stage, order.label("n")
        )
        .where(h.deal_id.in_(sa.select(d.deal_id)))
        .cte("moves")
    )
    m, first = moves.c, moves.alias("first_moves")
    f = first.c
    lowest, own = place.alias("lowest_of_pipeline"), place.alias("first_place")
    known = place.alias("present_place")
    late = d.created_at < begun
    closed = and_(f.deal_id.is_(None), known.c.kind.in_((*SALE, "lost")))
    by_card = and_(closed, d.closed_at.is_not(None), d.closed_at >= d.created_at)
    unknown_before = and_(f.deal_id.is_not(None), f.from_stage.is_(None), late)
    pipeline = sa.case(
        (f.deal_id.is_(None), d.pipeline),
        (f.from_stage.is_not(None), sa.func.coalesce(f.from_pipeline, f.pipeline)),
        else_=f.pipeline,
    )
    stage = sa.case(
        (by_card, lowest.c.stage),
        (f.deal_id.is_(None), d.stage),
        (f.from_stage.is_not(None), f.from_stage),
        (late, sa.null()),
        else_=lowest.c.stage,
    )
    of_creation = (
        deals.outerjoin(first, and_(f.deal_id == d.deal_id, f.n == 1))
        .outerjoin(lowest, and_(lowest.c.pipeline == sa.func.coalesce(f.pipeline, d.pipeline), lowest.c.place == 1))
        .outerjoin(own, and_(own.c.pipeline == f.pipeline, own.c.stage == f.stage))
        .outerjoin(known, and_(known.c.pipeline == d.pipeline, known.c.stage == d.stage))
    )
    below = sa.case((and_(unknown_before, own.c.step > 0), own.c.step - 1), else_=0)
    created = (
        sa.select(
            d.deal_id,
            sa.literal("").label("change_id"),
            d.created_at.label("entered_at"),
            pipeline.label("pipeline"),
            stage.label("stage"),
            sa.literal(0).label("n"),
            sa.case((late, 0), (and_(closed, sa.not_(by_card)), 0), else_=1).label("timed"),
            below.label("proved"),
        )
        .select_from(of_creation)
        .where(or_(f.deal_id.is_(None), f.entered_at > d.created_at))
    )
    ended = (
        sa.select(d.deal_id, sa.literal("closed"), d.closed_at, d.pipeline, d.stage, sa.literal(1), sa.literal(1))
        .add_columns(sa.literal(0))
        .select_from(
            deals.outerjoin(first, and_(f.deal_id == d.deal_id, f.n == 1)).join(
                known, and_(known.c.pipeline == d.pipeline, known.c.stage == d.stage)
            )
        )
        .where(by_card, d.closed_at <= scope.now)
    )
    moved = sa.select(
        m.deal_id, m.change_id, m.entered_at, m.pipeline, m.stage, m.n, sa.literal(1), sa.literal(0)
    ).where(m.entered_at <= scope.now)
    every = sa.union_all(created, moved, ended).subquery("every_entry")
    e = every.c
    in_order: dict[str, Any] = {"partition_by": e.deal_id, "order_by": [e.entered_at, e.n]}
    beside = sa.select(
        *e,
        sa.func.lag(e.pipeline).over(**in_order).label("pipeline_before"),
        sa.func.lag(e.stage).over(**in_order).label("stage_was"),
        sa.func.row_number().over(**in_order).label("raw"),
    ).subquery("entries_beside")
    b = beside.c
    new = or_(
        b.raw == 1, b.stage_was.is_(None), b.stage.is_(None), b.pipeline != b.pipeline_before, b.stage != b.stage_was
    )
    of_deal: dict[str, Any] = {"partition_by": b.deal_id, "order_by": [b.entered_at, b.n]}
    numbered = (
        sa.select(
            *(b[name] for name in ("deal_id", "change_id", "entered_at", "pipeline", "stage", "timed", "proved")),
            p.kind,
            p.position,
            p.stage_before,
            p.title_of_before,
            p.place,
            sa.func.coalesce(p.proves_place, 0).label("proves_place"),
            sa.func.coalesce(p.step, 0).label("place_step"),
            sa.func.coalesce(p.title, b.stage).label("title"),
            sa.func.coalesce(p.pipeline_title, b.pipeline).label("pipeline_title"),
            p.stuck_after_days,
            sa.func.row_number().over(**of_deal).label("seq"),
            sa.func.lead(b.entered_at).over(**of_deal).label("left_at"),
            sa.func.lag(p.kind).over(**of_deal).label("kind_before"),
            sa.func.lag(b.entered_at).over(**of_deal).label("before_at"),
            sa.func.lag(b.timed).over(**of_deal).label("before_timed"),
            sa.func.lag(p.position).over(**of_deal).label("position_before"),
            sa.func.lag(p.title).over(**of_deal).label("title_before"),
            sa.func.lag(b.pipeline).over(**of_deal).label("pipeline_before"),
        )
        .select_from(beside.outerjoin(place, and_(p.pipeline == b.pipeline, p.stage == b.stage)))
        .where(new)
        .subquery("numbered_entries")
    )
    n = numbered.c
    other = sa.case((or_(n.kind.is_(None), n.kind.not_in((*SALE, "lost"))), n.seq), else_=0)
    decided = sa.select(*n, sa.func.max(other).over(partition_by=n.deal_id).label("last_other")).subquery(
        "decided_entries"
    )
    k = decided.c
    stands = and_(k.kind.in_(SALE), k.seq > k.last_other)
    taken_back = and_(k.kind.in_(SALE), k.seq <= k.last_other)
    step = sa.case((taken_back, 0), (k.proved > k.place_step, k.proved), else_=k.place_step)
    so_far: dict[str, Any] = {"partition_by": k.deal_id, "order_by": k.seq, "rows": (None, 0)}
    return sa.select(
        *k,
        flag(stands).label("stands"),
        flag(taken_back).label("taken_back"),
        step.label("step"),
        sa.func.max(step).over(**so_far).label("step_so_far"),
        sa.func.count(sa.case((k.kind == "came", 1))).over(**so_far).label("came_so_far"),
    )


def proofs(scope: Scope, deals: sa.CTE, entered: sa.FromClause) -> sa.Select[Any]:
    """Return what proves steps of the funnel: entries, and for a step that no stage is of, visits or a phone number.

    `proved_before` is what was proved before; `own` is the step whose kind the stage is of, 0 for none.
    """
    e, d, v, s = entered.c, deals.c, VISITS.c, STAGES.c

    def unknown(kind: str) -> ColumnElement[bool]:
        return sa.not_(sa.exists(sa.select(s.stage).where(s.kind == kind)))

    def further(at: ColumnElement[Any], deal: ColumnElement[Any], step: int, kind: str, *where: Any) -> sa.Select[Any]:
        return sa.select(deal, at, sa.literal(0), sa.literal(1), sa.null(), sa.literal(step), sa.literal(step)).where(
            at.is_not(None), at <= scope.now, unknown(kind), *where
        )

    own = sa.case((e.timed == 0, 0), (e.kind == "phone", 1), (e.kind == "booked", 2), (e.kind == "came", 3), else_=0)
    of_entries = sa.select(
        e.deal_id,
        e.entered_at.label("at"),
        e.seq,
        e.timed,
        e.pipeline_title.label("pipeline"),
        e.step,
        own.label("own"),
    )
    consultation = sa.func.coalesce(v.kind, "consultation") == "consultation"
    here = v.deal_id.in_(sa.select(d.deal_id))
    came_at = sa.func.coalesce(v.scheduled_at, v.outcome_at)
    every = sa.union_all(
        of_entries,
        further(d.phone_at, d.deal_id, 1, "phone"),
        further(v.booked_at, v.deal_id, 2, "booked", consultation, here),
        further(came_at, v.deal_id, 3, "came", consultation, here, v.outcome == "came"),
    ).subquery("every_proof")
    p = every.c
    before = sa.func.max(p.step).over(partition_by=p.deal_id, order_by=[p["at"], p.seq], rows=(None, -1))
    return sa.select(*p, sa.func.coalesce(before, 0).label("proved_before"))


def lives(deals: sa.CTE, entered: sa.FromClause) -> sa.Select[Any]:
    """Return one row per deal: where it stands, since when, and when it was signed and lost."""
    e, d = entered.c, deals.c
    last = e.left_at.is_(None)
    signed = sa.func.min(sa.case((e.stands == 1, e.seq)))
    untimed = sa.func.max(sa.case((and_(e.stands == 1, e.timed == 0), 1), else_=0))

    def now(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return sa.func.max(sa.case((last, column)))

    first_came = and_(e.kind == "came", e.came_so_far == 1)
    phone_before = and_(e.kind == "phone", e.came_so_far == 0, e.timed == 1)

    of_entries = (
        sa.select(
            e.deal_id,
            now(e.kind).label("kind"),
            now(e.title).label("title"),
            now(e.pipeline_title).label("pipeline"),
            now(e.pipeline).label("pipeline_id"),
            now(e.stage).label("stage_id"),
            now(e.entered_at).label("since"),
            now(e.timed).label("timed"),
            now(e.kind_before).label("kind_before"),
            now(sa.case((e.before_timed == 1, e.before_at))).label("before_at"),
            now(e.stuck_after_days).label("stuck_after_days"),
            sa.func.min(sa.case((e.stands == 1, e.entered_at))).label("first_sale_at"),
            signed.label("signed_seq"),
            untimed.label("untimed_sale"),
            sa.func.max(e.taken_back).label("taken_back"),
            sa.func.max(e.step).label("step"),
            sa.func.max(sa.case((and_(first_came, e.timed == 1), e.entered_at))).label("came_at"),
            sa.func.max(sa.case((phone_before, e.entered_at))).label("phone_before_at"),
        )
        .group_by(e.deal_id)
        .subquery("last_entries")
    )
    n = of_entries.c
    lost = n.kind == "lost"
    ended = and_(n.kind.in_(("won", "lost")), n.timed == 1)
    return sa.select(
        *d,
        *(n[name] for name in ("kind", "title", "pipeline_id", "stage_id", "since", "timed", "kind_before")),
        *(n[name] for name in ("before_at", "stuck_after_days", "taken_back", "untimed_sale", "step")),
        n.came_at,
        n.phone_before_at,
        n.pipeline.label("pipeline_title"),
        sa.case((n.untimed_sale == 0, n.first_sale_at)).label("contract_at"),
        sa.case((and_(lost, n.timed == 1), n.since)).label("lost_at"),
        flag(n.signed_seq.is_not(None)).label("signed"),
        flag(lost).label("lost"),
        flag(or_(n.kind.is_(None), n.kind.not_in(("won", "after", "lost")))).label("open"),
        sa.case((ended, n.since)).label("ended_at"),
    ).select_from(deals.join(of_entries, n.deal_id == d.deal_id))


def owners(deals: sa.CTE) -> sa.Select[Any]:
    """Return whose deals were, each from a moment to another; those nobody ever moved are their present owner's."""
    o, d = DEAL_OWNERS.c, deals.c
    until = until_next(sa.func.lead(o.from_at).over(partition_by=o.deal_id, order_by=o.from_at))
    moved = sa.select(o.deal_id, o.from_at, until.label("to_at"), o.owner_id).where(o.deal_id.in_(sa.select(d.deal_id)))
    ever = DEAL_OWNERS.alias("ever_moved")
    stayed = sa.select(d.deal_id, instant(LONG_AGO), instant(FOREVER), d.owner_id).where(
        sa.not_(sa.exists(sa.select(ever.c.deal_id).where(ever.c.deal_id == d.deal_id)))
    )
    return sa.select(sa.union_all(moved, stayed).subquery("stays_with_owners"))


def owned(owner: sa.FromClause, deal: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a row of `owners` is that of a deal at a moment."""
    o = owner.c
    return and_(o.deal_id == deal, o.from_at <= at, o.to_at > at)


def of_deal(scope: Scope, deal: Any, pipeline: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return the dimensions of a deal but for its owner; deals of the centre's own pipelines stand in no city."""
    centre = scope.centre.sales.centre_pipelines
    city = sa.case((deal.pipeline.in_(centre), sa.literal(CENTRE)), else_=deal.city) if centre else deal.city
    return [city.label("city"), pipeline.label("pipeline"), deal.origin, deal.campaign]


def row_of_deal(
    scope: Scope,
    at: ColumnElement[Any],
    deal_id: ColumnElement[Any],
    deal: Any,
    pipeline: ColumnElement[Any],
    owner: sa.FromClause,
) -> list[ColumnElement[Any]]:
    """Return what every row about a deal begins with: its part of time, when, which deal, its dimensions and owner."""
    dimensions = of_deal(scope, deal, pipeline)
    return [scope.bucket(at), at.label("at"), deal_id, *dimensions, owner.c.owner_id.label(OWNER)]


def pipelines() -> sa.CTE:
    """Return what each pipeline is called, which its deals and visits are told apart by."""
    s = STAGES.alias("titled_stages").c
    title = sa.func.max(s.pipeline_title)
    return (
        sa.select(s.pipeline, sa.func.coalesce(title, s.pipeline).label("title")).group_by(s.pipeline).cte("pipelines")
    )


def titled(source: sa.FromClause, pipeline: ColumnElement[Any]) -> tuple[sa.FromClause, ColumnElement[Any]]:
    """Return rows with what their pipeline is called: its key, if it has no title."""
    known = pipelines()
    return source.outerjoin(known, known.c.pipeline == pipeline), sa.func.coalesce(known.c.title, pipeline)


def eventful(scope: Scope) -> sa.Select[Any]:
    """Return the ids of deals to which anything happened in the period."""
    d, h = DEALS.c, DEAL_STAGES.c
    return sa.select(
        sa.union(
            sa.select(d.deal_id).where(scope.has(d.created_at)),
            sa.select(d.deal_id).where(scope.has(d.closed_at)),
            sa.select(h.deal_id).where(scope.has(h.entered_at)),
        )
        .subquery("eventful")
        .c.deal_id
    )
