"""What it costs to serve: contacts that were handled, and the costs of service shared out to their channels."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_, or_

from metrics.centre import Centre
from metrics.relations.activities import activities
from metrics.relations.base import Relation, Scope, greatest, least, moments_of_month, or_zero
from metrics.relations.calls import answered
from metrics.relations.chats import engaged
from metrics.relations.contacts import CALL, CHAT, contact_facts, contacts_between
from warehouse.derived import derived
from warehouse.schema import CALLS, COSTS
from warehouse.sql import seconds_between, seconds_later, values_rows

DAY_S = 86_400.0
_MARKETING = ("media", "agency")
_COMPENSATION = "compensation"
_BY = ("line", "agent", "topic", "channel")


def contacts(scope: Scope) -> sa.Select[Any]:
    """One row per contact in which somebody of the centre spoke, calls of both directions and chats together."""
    facts = _handled_by_months() if scope.monthly else _handled(scope).subquery("handled_contacts")
    return sa.select(scope.bucket(facts.c["at"]), *facts.c).where(scope.has(facts.c["at"]))


def _handled(scope: Scope) -> sa.Select[Any]:
    """Return a row per contact of the period in which somebody spoke."""
    f = contacts_between(scope, scope.contacts_began, scope.contacts_over).c
    named = ("at", "contact_id", "client_id", "line", "agent", "topic", "channel")
    return sa.select(*(f[name] for name in named)).where(f["at"] >= scope.start, f["at"] < scope.end, f.handled == 1)


@cache
def _handled_by_months() -> sa.Table:
    """The same of every month, as a table that the records keep."""
    return derived("handled_contacts", _handled(Scope(Centre())), moments_of_month)


def service(scope: Scope) -> sa.Select[Any]:
    """One row per contact handled and one per cost and channel it is shared out to, of days that are over.

    Contacts count from the first cost on: before it nobody knows what they cost, which is not nothing.

    What names a channel is the channel's; all else is shared by the seconds of work within its line, or the centre.
    """
    handled = contacts(scope).subquery("handled")
    h = handled.c
    of_contacts = sa.select(
        h.bucket,
        h["at"],
        h.contact_id,
        sa.cast(sa.null(), sa.Text).label("cost_id"),
        h.channel,
        sa.literal(0.0, sa.Double).label("amount"),
        sa.literal(0.0, sa.Double).label("compensation"),
        sa.literal(1, sa.Integer).label("handled"),
    ).where(h["at"] < scope.days_over, h["at"] >= _costs_begin())
    rows = sa.union_all(of_contacts, _shared(scope), _compensations(scope)).subquery("service_rows")
    return sa.select(*rows.c)


def _service_costs() -> Any:
    c = COSTS.c
    return and_(c.origin.is_(None), c.campaign.is_(None), c.kind.not_in(_MARKETING))


def _costs_begin() -> Any:
    """The first day that a cost of service without compensations is for."""
    first = sa.select(sa.func.min(COSTS.c.starts_on)).where(_service_costs(), COSTS.c.kind != _COMPENSATION)
    return first.scalar_subquery()


def costs_of_sites(scope: Scope) -> sa.Select[Any]:
    """One row per cost of service without compensations and part of the period, of days that are over."""
    rows = _of_parts(scope).subquery("costs_of_sites")
    return sa.select(*rows.c)


def _of_parts(scope: Scope) -> sa.Select[Any]:
    """What each cost of service adds to a part of the period: as much as of its days lies there."""
    c = COSTS.c
    ends = seconds_later(sa.func.coalesce(c.ends_on, c.starts_on), sa.literal(DAY_S))
    dated = (
        sa.select(c.cost_id, c.channel, c.line, c.site, c.amount, c.starts_on.label("begins"), ends.label("ends"))
        .where(_service_costs(), c.kind != _COMPENSATION)
        .subquery("dated_costs")
    )
    d = dated.c
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "part_begins": sa.DateTime(),
        "part_ends": sa.DateTime(),
    }
    borders = [(i, a, least(b, scope.days_over)) for i, (a, b) in enumerate(pairwise(scope.borders))]
    parts = values_rows("cost_parts", columns, borders)
    begins, until = greatest(d.begins, parts.c.part_begins), least(d.ends, parts.c.part_ends)
    share = seconds_between(begins, until) / seconds_between(d.begins, d.ends)
    return sa.select(
        parts.c.bucket,
        begins.label("at"),
        d.cost_id,
        d.channel,
        d.line,
        d.site,
        (d.amount * share).label("amount"),
    ).select_from(sa.join(dated, parts, and_(d.begins < parts.c.part_ends, d.ends > parts.c.part_begins)))


def _shared(scope: Scope) -> sa.Select[Any]:
    """The costs of service by part of the period and channel."""
    of_parts = _of_parts(scope).subquery("costs_of_parts")
    o = of_parts.c
    work = _work(scope)
    w = work.c
    alike = and_(o.channel.is_(None), w.bucket == o.bucket, or_(o.line.is_(None), o.line == w.line))
    whole = sa.func.sum(w.seconds).over(partition_by=[o.cost_id, o.bucket])
    own = sa.case((and_(o.channel.is_(None), whole > 0), w.seconds / whole), else_=1.0)
    return sa.select(
        o.bucket,
        o["at"],
        sa.cast(sa.null(), sa.Text).label("contact_id"),
        o.cost_id,
        sa.func.coalesce(o.channel, w.channel).label("channel"),
        (o.amount * own).label("amount"),
        sa.literal(0.0, sa.Double).label("compensation"),
        sa.literal(0, sa.Integer).label("handled"),
    ).select_from(of_parts.outerjoin(work, alike))


def _work(scope: Scope) -> sa.Subquery:
    """Seconds of work by part of the period, line and channel; chats by the time people were engaged in them."""
    c = CALLS.c
    calls = sa.select(
        scope.bucket(c.started_at),
        c.line,
        sa.literal(CALL).label("channel"),
        (or_zero(c.talk_s) + or_zero(c.hold_s) + or_zero(c.wrap_s)).label("seconds"),
    ).where(scope.has(c.started_at), answered(scope))
    chatting = engaged(replace(scope, by=("line", "channel"), lines=None)).subquery("chatting")
    t = chatting.c
    chats = sa.select(t.bucket, t.line, sa.func.coalesce(t.channel, CHAT), t.engaged_s)
    told = activities(scope).subquery("told_time")
    a = told.c
    others = sa.select(a.bucket, a.line, a.channel, a.paid_s).where(
        a.channel.is_not(None), a.channel.not_in((CALL, CHAT))
    )
    every = sa.union_all(calls, chats, others).subquery("every_work")
    e = every.c
    return (
        sa.select(e.bucket, e.line, e.channel, sa.func.sum(e.seconds).label("seconds"))
        .group_by(e.bucket, e.line, e.channel)
        .having(sa.func.sum(e.seconds) > 0)
        .subquery("work")
    )


def _compensations(scope: Scope) -> sa.Select[Any]:
    """What clients were paid, by its first day; its channel is that of the contact it was for."""
    c = COSTS.c
    paid = and_(scope.has(c.starts_on), _service_costs(), c.kind == _COMPENSATION)
    facts = contact_facts(scope, sa.select(c.contact_id).where(paid, c.contact_id.is_not(None)))
    return (
        sa.select(
            scope.bucket(c.starts_on),
            c.starts_on.label("at"),
            c.contact_id,
            c.cost_id,
            sa.func.coalesce(c.channel, facts.c.channel).label("channel"),
            sa.literal(0.0, sa.Double).label("amount"),
            c.amount.label("compensation"),
            sa.literal(0, sa.Integer).label("handled"),
        )
        .select_from(COSTS.outerjoin(facts, c.contact_id == facts.c.contact_id))
        .where(paid)
    )


CONTACTS = Relation(
    "contacts", ("calls",), contacts, _BY, derived=True, lines_from=("calls", "chats"), beside=("chats",)
)
SERVICE = Relation("service", ("costs", "calls"), service, ("channel",), derived=True, beside=("chats",))
COSTS_OF_SITES = Relation("costs_of_sites", ("costs",), costs_of_sites, ("site",), derived=True)
