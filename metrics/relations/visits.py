"""Appointments of clients: booked, moved, come to and missed, and what came of those who came."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.centre import Centre
from metrics.dimensions import AHEAD, OWNER, SPAN
from metrics.relations.base import Relation, Scope, flag
from metrics.relations.deals import DEALS_BY
from metrics.relations.funnel import spans
from metrics.relations.lives import eventful, histories, is_not, of_deal, owned, titled
from warehouse.derived import derived
from warehouse.schema import DEALS, VISITS
from warehouse.sql import day_of, seconds_between

_DAY_S = 86_400.0
AHEAD_DAYS = (("0", 2), ("2", 4), ("4", 7), ("7", 11))
"""Whole days from booking to appointment, and below how many."""
_TABLES = ("visits", "deals")


def appointments(scope: Scope) -> sa.FromClause:
    """Return appointments up to now, of live deals or of none, with their outcome as it is known by now."""
    return _derived()[0] if scope.derived else _appointments(scope).cte("appointments")


def _booked(scope: Scope, visit: sa.FromClause) -> sa.FromClause:
    """Return the consultations that deals booked, moves left out, in their order."""
    return _derived()[1] if scope.derived else _consultations(scope, visit).cte("consultations_booked")


@cache
def _derived() -> tuple[sa.Table, sa.Table]:
    """All appointments and the consultations that deals booked, as tables that the records keep."""
    scope = Scope(Centre())
    every = derived("deal_appointments", _appointments(scope))
    return every, derived("deal_consultations", _consultations(scope, every))


def _appointments(scope: Scope) -> sa.Select[Any]:
    v, own, d = VISITS.c, DEALS.alias("own_deal"), DEALS.alias("deal_of_visit")
    known = or_(v.outcome_at.is_(None), v.outcome_at <= scope.now)
    deal_id = sa.func.coalesce(own.c.merged_into, v.deal_id)
    return (
        sa.select(
            v.visit_id,
            deal_id.label("deal_id"),
            sa.func.coalesce(v.client_id, d.c.client_id).label("client_id"),
            sa.func.coalesce(v.kind, "consultation").label("kind"),
            v.booked_at,
            v.scheduled_at,
            v.confirmed_at,
            v.moved_from,
            sa.case((known, v.outcome)).label("outcome"),
            sa.case((known, v.outcome_at)).label("outcome_at"),
            sa.func.coalesce(v.scheduled_at, v.outcome_at).label("held_at"),
            sa.func.coalesce(v.city, d.c.city).label("city"),
            sa.func.coalesce(v.campaign, d.c.campaign).label("campaign"),
            d.c.pipeline,
            d.c.origin,
            v.agent_id,
        )
        .select_from(
            VISITS.outerjoin(own, own.c.deal_id == v.deal_id).outerjoin(
                d, and_(d.c.deal_id == deal_id, is_not(d.c.deleted), d.c.merged_into.is_(None))
            )
        )
        .where(or_(v.deal_id.is_(None), d.c.deal_id.is_not(None)), v["at"] <= scope.now)
    )


def visit_marks(scope: Scope) -> sa.Select[Any]:
    """One row per appointment and what marks it: booked, moved, cancelled, due; each by its own time."""
    visit = appointments(scope)
    v = visit.c
    owner = histories(scope, sa.select(v.deal_id).where(v.deal_id.is_not(None))).owners

    def marked(mark: str, at: ColumnElement[Any], *where: ColumnElement[bool]) -> sa.Select[Any]:
        return sa.select(
            at.label("at"),
            sa.literal(mark).label("mark"),
            *(v[n] for n in ("visit_id", "deal_id", "client_id", "kind", "booked_at", "scheduled_at", "confirmed_at")),
            *(v[n] for n in ("outcome", "city", "campaign", "pipeline", "origin", "agent_id")),
        ).where(at.is_not(None), scope.has(at), *where)

    ended = sa.func.coalesce(v.outcome_at, v.scheduled_at)
    every = sa.union_all(
        marked("booked", v.booked_at, v.moved_from.is_(None)),
        marked("moved", ended, v.outcome == "moved"),
        marked("cancelled", ended, v.outcome == "cancelled"),
        marked("due", v.held_at, or_(v.outcome.is_(None), v.outcome.in_(("came", "no_show")))),
    ).subquery("visits_marked")
    m = every.c
    source, pipeline = titled(every.outerjoin(owner, owned(owner, m.deal_id, m["at"])), m.pipeline)
    consultation, due = m.kind == "consultation", m.mark == "due"
    came, missed = m.outcome == "came", m.outcome == "no_show"
    ahead = sa.func.floor(seconds_between(m.booked_at, m.scheduled_at) / _DAY_S)
    same_day = day_of(m.confirmed_at, scope.offsets) == day_of(m.scheduled_at, scope.offsets)
    held = and_(due, consultation, m.booked_at.is_not(None))
    return sa.select(
        scope.bucket(m["at"]),
        m["at"],
        m.visit_id,
        m.deal_id,
        m.client_id,
        *of_deal(scope, m, pipeline),
        sa.func.coalesce(owner.c.owner_id, m.agent_id).label(OWNER),
        flag(and_(m.mark == "booked", consultation)).label("booked"),
        flag(and_(m.mark == "moved", consultation)).label("moved"),
        flag(and_(m.mark == "cancelled", consultation)).label("cancelled"),
        flag(and_(held, m.scheduled_at.is_not(None))).label("due"),
        flag(and_(due, consultation, came)).label("came"),
        flag(and_(due, consultation, missed)).label("no_show"),
        flag(and_(due, m.kind == "contract", came)).label("signing_came"),
        flag(and_(due, m.kind == "contract", missed)).label("signing_no_show"),
        flag(and_(held, or_(came, missed))).label("settled"),
        flag(and_(held, missed)).label("booked_no_show"),
        flag(and_(due, consultation, came, m.booked_at.is_(None))).label("unbooked"),
        flag(and_(held, m.outcome.is_(None))).label("waiting"),
        flag(and_(held, same_day)).label("confirmed"),
        flag(and_(held, or_(m.confirmed_at.is_(None), sa.not_(same_day)))).label("unconfirmed"),
        sa.case(
            (ahead.is_(None), sa.null()),
            *((ahead < below, sa.literal(word)) for word, below in AHEAD_DAYS),
            else_=sa.literal("11"),
        ).label(AHEAD),
    ).select_from(source)


def _consultations(scope: Scope, visit: sa.FromClause) -> sa.Select[Any]:
    v = visit.c
    in_order: dict[str, Any] = {"partition_by": v.deal_id, "order_by": [v.booked_at, v.visit_id]}
    return sa.select(
        *(v[n] for n in ("visit_id", "deal_id", "booked_at", "outcome", "held_at")),
        sa.func.row_number().over(**in_order).label("n"),
        sa.func.lead(v.booked_at).over(**in_order).label("next_at"),
    ).where(
        v.kind == "consultation",
        v.booked_at.is_not(None),
        v.booked_at <= scope.now,
        v.moved_from.is_(None),
        v.deal_id.is_not(None),
    )


def rebookings(scope: Scope) -> sa.Select[Any]:
    """One row per deal whose first booking was missed and that booked again, by the next booking."""
    visit = appointments(scope)
    booking = _booked(scope, visit)
    b = booking.c
    of = histories(scope, sa.select(b.deal_id))
    deals, owner = of.deals, of.owners
    d = deals.c
    source, pipeline = titled(booking.join(deals, d.deal_id == b.deal_id), d.pipeline)
    return (
        sa.select(
            scope.bucket(b.next_at),
            b.next_at.label("at"),
            b.deal_id,
            *of_deal(scope, d, pipeline),
            owner.c.owner_id.label(OWNER),
            b.booked_at,
            *spans(seconds_between(b.booked_at, b.next_at)),
        )
        .select_from(source.outerjoin(owner, owned(owner, b.deal_id, b.next_at)))
        .where(b.n == 1, b.outcome == "no_show", b.next_at.is_not(None), scope.has(b.next_at))
    )


def first_misses(scope: Scope) -> sa.Select[Any]:
    """One row per deal whose first booking was missed, by the appointment, with what became of it."""
    visit = appointments(scope)
    booking, v = _booked(scope, visit), visit.c
    b = booking.c
    came = (
        sa.select(v.deal_id, sa.func.max(v.held_at).label("came_at"))
        .where(v.kind == "consultation", v.outcome == "came", v.deal_id.is_not(None))
        .group_by(v.deal_id)
        .subquery("came_ever")
    )
    of = histories(scope, sa.select(b.deal_id))
    deals, owner = of.deals, of.owners
    d = deals.c
    source, pipeline = titled(booking.join(deals, d.deal_id == b.deal_id), d.pipeline)
    again, at_last = b.next_at.is_not(None), came.c.came_at > b.held_at
    return (
        sa.select(
            scope.bucket(b.held_at),
            b.held_at.label("at"),
            b.deal_id,
            *of_deal(scope, d, pipeline),
            owner.c.owner_id.label(OWNER),
            flag(again).label("booked_again"),
            flag(at_last).label("came_at_last"),
            flag(and_(flag(again) == 0, flag(at_last) == 0)).label("never"),
        )
        .select_from(
            source.outerjoin(came, came.c.deal_id == b.deal_id).outerjoin(owner, owned(owner, b.deal_id, b.held_at))
        )
        .where(b.n == 1, b.outcome == "no_show", scope.has(b.held_at))
    )


def contracts_booked(scope: Scope) -> sa.Select[Any]:
    """One row per deal signed, by that moment, with the consultations that were booked up to it."""
    visit = appointments(scope)
    booking = _booked(scope, visit)
    of = histories(scope, eventful(scope))
    life, owner = of.lives, of.owners
    y, b = life.c, booking.c
    booked = (
        sa.select(y.deal_id, sa.func.count(b.visit_id).label("bookings"))
        .select_from(life.outerjoin(booking, and_(b.deal_id == y.deal_id, b.booked_at <= y.contract_at)))
        .where(y.contract_at.is_not(None), scope.has(y.contract_at))
        .group_by(y.deal_id)
        .subquery("bookings_of_contracts")
    )
    k = booked.c
    return sa.select(
        scope.bucket(y.contract_at),
        y.contract_at.label("at"),
        y.deal_id,
        *of_deal(scope, y, y.pipeline_title),
        owner.c.owner_id.label(OWNER),
        k.bookings,
    ).select_from(booked.join(life, y.deal_id == k.deal_id).outerjoin(owner, owned(owner, y.deal_id, y.contract_at)))


VISIT_MARKS = Relation("visits", _TABLES, visit_marks, (*DEALS_BY, AHEAD), derived=True, by_day=True)
REBOOKINGS = Relation("rebookings", _TABLES, rebookings, (*DEALS_BY, SPAN), derived=True)
FIRST_MISSES = Relation("first_misses", _TABLES, first_misses, DEALS_BY, derived=True)
CONTRACTS_BOOKED = Relation("contracts_booked", (*_TABLES, "deal_stages"), contracts_booked, DEALS_BY, derived=True)
