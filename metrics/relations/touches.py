"""Touches: calls, messages and meetings with clients, each of one deal at most, and what they say of the deals.

A touch of a deal is its own. One of the client alone belongs to the latest deal that was open then, else to the one
that it made within the next hour, else to none. One call written twice is one touch. `calls` are another table, and
never added.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.centre import Centre
from metrics.dimensions import DIRECTION, OWNER, SPAN, STAGE, TOUCH_NO, TOUCHES_MADE
from metrics.relations.base import Relation, Scope, flag, or_zero
from metrics.relations.deals import DEALS_BY, moments_of_state, standing
from metrics.relations.funnel import spans
from metrics.relations.lives import SALE, Histories, eventful, histories, of_deal, owned
from warehouse.derived import derived
from warehouse.schema import CLIENT_ALIASES, DEAL_CLIENTS, DEAL_STAGES, DEALS, STAGES, TOUCHES
from warehouse.sql import day_of, local_seconds, seconds_between, seconds_later

_MINUTE_S, _DAY_S, _HOUR_S = 60.0, 86_400.0, 3600.0
SOON_S = 900.0
"""How soon a deal is to be touched."""
_MOST = 12
"""So many touches and more are one group."""
_TABLES = ("touches", "deals", "deal_stages")


def one_client(client: ColumnElement[Any], alias: Any) -> ColumnElement[Any]:
    """Return who a client is: the one that an alias stands for."""
    return sa.func.coalesce(alias.c.client_id, client)


def people(name: str = "deal_people") -> sa.CTE:
    """Return whose deals are: every contact of each, by one id."""
    d, c = DEALS.c, DEAL_CLIENTS.c
    main = sa.select(d.deal_id, d.client_id).where(d.client_id.is_not(None))
    every = sa.union(main, sa.select(c.deal_id, c.client_id)).subquery(f"contacts_of_{name}")
    alias = CLIENT_ALIASES.alias(f"alias_of_{name}")
    e = every.c
    return (
        sa.select(e.deal_id, one_client(e.client_id, alias).label("client_id"))
        .select_from(every.outerjoin(alias, alias.c.alias == e.client_id))
        .distinct()
        .cte(name)
    )


def _logged(scope: Scope, name: str, *where: ColumnElement[bool]) -> sa.CTE:
    """Return touches up to now with the client's one id and the deal that they were logged on, if any."""
    t, own, alias = TOUCHES.c, DEALS.alias(f"own_of_{name}"), CLIENT_ALIASES.alias(f"alias_of_{name}")
    return (
        sa.select(
            *(t[column] for column in ("touch_id", "channel", "direction", "outcome", "duration_s", "agent_id")),
            t["at"],
            t.call_id,
            flag(t.is_auto == sa.true()).label("auto"),
            flag(t.deal_id.is_not(None)).label("on_deal"),
            one_client(sa.func.coalesce(t.client_id, own.c.client_id), alias).label("client_id"),
            sa.case((own.c.merged_into.is_not(None), own.c.merged_into), else_=t.deal_id).label("deal_id"),
        )
        .select_from(
            TOUCHES.outerjoin(own, own.c.deal_id == t.deal_id).outerjoin(
                alias, alias.c.alias == sa.func.coalesce(t.client_id, own.c.client_id)
            )
        )
        .where(t["at"] <= scope.now, *where)
        .cte(name)
    )


def _once(scope: Scope, logged: sa.CTE) -> sa.CTE:
    """Return touches without the copies of a call: the copy that has a deal stays."""
    k, t = logged.c, TOUCHES.c
    rank = sa.case((t.deal_id.is_not(None), "0"), else_="1") + t.touch_id
    best = (
        sa.select(t.call_id, t.direction, sa.func.min(rank).label("best"))
        .where(t.call_id.in_(sa.select(k.call_id).where(k.call_id.is_not(None))), t["at"] <= scope.now)
        .group_by(t.call_id, t.direction)
        .subquery("best_copies")
    )
    b = best.c
    own = sa.case((k.on_deal == 1, "0"), else_="1") + k.touch_id
    return (
        sa.select(*k)
        .select_from(logged.outerjoin(best, and_(b.call_id == k.call_id, b.direction == k.direction)))
        .where(or_(b.best.is_(None), b.best == own))
        .cte("touches_once")
    )


def _assigned(lead_in_minutes: float, once: sa.CTE, person: sa.CTE, life: sa.FromClause) -> sa.Select[Any]:
    """Return touches with the deal that each is of; `life` has every deal that one may be of."""
    t, p, v = once.c, person.c, life.c
    lead_in = seconds_later(t["at"], sa.literal(lead_in_minutes * _MINUTE_S))
    was_open = and_(v.created_at <= t["at"], or_(v.ended_at.is_(None), v.ended_at >= t["at"]))
    to_be = and_(v.created_at > t["at"], v.created_at <= lead_in)
    before = sa.case((was_open, seconds_between(v.created_at, t["at"])), else_=seconds_between(t["at"], v.created_at))
    place = sa.func.row_number().over(partition_by=t.touch_id, order_by=[flag(to_be), before, v.deal_id.desc()])
    found = (
        sa.select(t.touch_id, v.deal_id, place.label("place"))
        .select_from(once.join(person, p.client_id == t.client_id).join(life, v.deal_id == p.deal_id))
        .where(t.on_deal == 0, or_(was_open, to_be))
        .subquery("deals_of_clients")
    )
    given = life.alias("given_deal")
    f, g = found.c, given.c
    is_call = t.channel == "call"
    spoke = or_(
        and_(is_call, t.outcome == "answered"),
        t.channel == "meeting",
        and_(t.direction == "in", t.channel.in_(("sms", "message", "email"))),
    )
    person_did = t.auto == 0
    return sa.select(
        *(t[name] for name in ("touch_id", "client_id", "channel", "direction", "agent_id", "auto")),
        t["at"],
        sa.func.coalesce(g.deal_id, f.deal_id).label("deal_id"),
        flag(is_call).label("call"),
        flag(t.channel == "sms").label("sms"),
        flag(and_(spoke, person_did)).label("spoke"),
        flag(and_(is_call, t.outcome == "answered")).label("answered"),
        flag(and_(is_call, t.direction == "out", person_did)).label("own_call"),
        flag(
            and_(
                person_did,
                or_(t.direction == "out", and_(is_call, t.outcome == "answered"), t.channel == "meeting"),
            )
        ).label("attempt"),
        sa.case((and_(is_call, t.outcome == "answered"), t.duration_s)).label("talk_s"),
    ).select_from(
        once.outerjoin(given, g.deal_id == t.deal_id).outerjoin(found, and_(f.touch_id == t.touch_id, f.place == 1))
    )


def _of_deals(scope: Scope, wanted: sa.Select[Any]) -> tuple[Histories, sa.FromClause]:
    """Return the histories of deals that are wanted or of the same clients, and all touches of the wanted ones."""
    minutes = scope.centre.sales.touch_lead_in_minutes
    if scope.derived:  # whose touches are not wanted has none joined to it
        return histories(scope), _derived(minutes)
    person = people()
    p = person.c
    theirs = sa.select(p.client_id).where(p.deal_id.in_(wanted))
    both = sa.union(wanted, sa.select(p.deal_id).where(p.client_id.in_(theirs))).subquery("wanted_deals")
    of = histories(scope, sa.select(both.c.deal_id))
    t, d = TOUCHES.c, DEALS.alias("merged_deals").c
    merged = sa.select(d.deal_id).where(d.merged_into.in_(wanted))
    logged = _logged(scope, "logged_touches", or_(t.deal_id.is_(None), t.deal_id.in_(wanted), t.deal_id.in_(merged)))
    k = logged.c
    near = sa.select(*k).where(or_(k.on_deal == 1, k.client_id.in_(theirs))).cte("near_touches")
    return of, _assigned(minutes, _once(scope, near), person, of.lives).cte("assigned_touches")


@cache
def _derived(lead_in_minutes: float) -> sa.Table:
    """All touches up to now with the deal that each is of, as a table that the records keep."""
    scope = Scope(Centre(), derived=True)
    once = _once(scope, _logged(scope, "logged_touches"))
    return derived("touches_of_deals", _assigned(lead_in_minutes, once, people(), histories(scope).lives))


def _made(scope: Scope) -> tuple[sa.CTE, sa.FromClause]:
    """Return the touches of the period with the deal that each is of, and the lives of these."""
    t, minutes = TOUCHES.c, scope.centre.sales.touch_lead_in_minutes
    if scope.derived:
        every = _derived(minutes)
        return sa.select(every).where(scope.has(every.c["at"])).cte("assigned_touches"), histories(scope).lives
    once = _once(scope, _logged(scope, "logged_touches", scope.has(t["at"])))
    k, person = once.c, people()
    alone = sa.select(k.client_id).where(k.on_deal == 0)
    ids = sa.union(
        sa.select(k.deal_id).where(k.on_deal == 1), sa.select(person.c.deal_id).where(person.c.client_id.in_(alone))
    ).subquery("deals_touched")
    life = histories(scope, sa.select(ids.c.deal_id)).lives
    return _assigned(minutes, once, person, life).cte("assigned_touches"), life


def touches(scope: Scope) -> sa.Select[Any]:
    """One row per touch by its moment, with the deal it is of; whose it is is who called or wrote."""
    made, life = _made(scope)
    m, v = made.c, life.c
    return sa.select(
        scope.bucket(m["at"]),
        m["at"],
        *(m[name] for name in ("touch_id", "client_id", "deal_id", "channel", "direction")),
        *of_deal(scope, v, v.pipeline_title),
        m.agent_id.label(OWNER),
        m.agent_id,
        *(m[name] for name in ("call", "sms", "auto", "answered", "own_call", "spoke", "talk_s")),
        flag(and_(m.own_call == 1, m.answered == 1)).label("own_answered"),
        (or_zero(m.talk_s) / _MINUTE_S).label("talk_min"),
        flag(m.deal_id.is_(None)).label("without_deal"),
        flag(m.client_id.is_(None)).label("without_client"),
    ).select_from(made.outerjoin(life, v.deal_id == m.deal_id))


def first_touches(scope: Scope) -> sa.Select[Any]:
    """One row per deal by its creation: how soon somebody tried, and how soon they talked.

    Who was talking already when the deal was made waited for nobody.
    """
    wanted = sa.select(DEALS.c.deal_id).where(scope.has(DEALS.c.created_at))
    of, made = _of_deals(scope, wanted)
    life, owner = of.lives, of.owners
    v, m = life.c, made.c
    born = flag(and_(m.call == 1, m.spoke == 1, m["at"] <= v.created_at))
    firsts = (
        sa.select(
            v.deal_id,
            sa.func.max(born).label("born"),
            sa.func.min(sa.case((m.attempt == 1, m["at"]))).label("touched_at"),
            sa.func.min(sa.case((m.spoke == 1, m["at"]))).label("spoke_at"),
        )
        .select_from(life.outerjoin(made, m.deal_id == v.deal_id))
        .where(scope.has(v.created_at))
        .group_by(v.deal_id)
        .subquery("firsts")
    )
    f = firsts.c
    counts = f.born == 0
    touch_s = sa.case((counts, seconds_between(v.created_at, f.touched_at)))
    contact_s = sa.case((counts, seconds_between(v.created_at, f.spoke_at)))
    ripe = and_(counts, seconds_between(v.created_at, scope.now) >= SOON_S)
    work_s = _selling(scope, v.created_at, f.touched_at)
    touch, _, turned = spans(touch_s)
    contact, span, _ = spans(contact_s)
    return sa.select(
        scope.bucket(v.created_at),
        v.created_at.label("at"),
        v.deal_id,
        *of_deal(scope, v, v.pipeline_title),
        owner.c.owner_id.label(OWNER),
        f.touched_at,
        f.spoke_at,
        touch.label("touch_s"),
        contact.label("contact_s"),
        sa.case((and_(counts, work_s < 0), 0.0), (counts, work_s)).label("touch_work_s"),
        span,
        turned,
        flag(f.born == 1).label("born"),
        flag(and_(counts, f.spoke_at.is_not(None))).label("spoken"),
        flag(ripe).label("ripe"),
        flag(and_(ripe, touch_s <= SOON_S)).label("soon"),
        flag(and_(counts, f.spoke_at.is_(None), v.open == 1)).label("waits"),
        sa.literal(1 if scope.centre.sales.hours is None else 0).label("no_hours"),
    ).select_from(firsts.join(life, v.deal_id == f.deal_id).outerjoin(owner, owned(owner, v.deal_id, v.created_at)))


def _selling(scope: Scope, begins: ColumnElement[Any], ends: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the seconds between two moments in which somebody sells."""
    if scope.centre.sales.hours is None:
        return sa.cast(sa.null(), sa.Numeric(20, 6))  # to a DOUBLE nothing can be cast in MySQL
    opens, closes = (hour * _HOUR_S for hour in scope.centre.sales.hours)

    def passed(at: ColumnElement[Any]) -> ColumnElement[Any]:
        day = day_of(at, scope.offsets)
        of_day = local_seconds(at, scope.offsets) - day * _DAY_S
        today = sa.case((of_day <= opens, 0.0), (of_day >= closes, closes - opens), else_=of_day - opens)
        return day * (closes - opens) + today

    return passed(ends) - passed(begins)


def _closing(scope: Scope) -> sa.Select[Any]:
    """Return the ids of deals that may have been signed or lost in the period."""
    h, s, d = DEAL_STAGES.c, STAGES.c, DEALS.c
    ids = sa.union(
        sa.select(h.deal_id)
        .select_from(sa.join(DEAL_STAGES, STAGES, and_(s.pipeline == h.pipeline, s.stage == h.stage)))
        .where(scope.has(h.entered_at), s.kind.in_((*SALE, "lost"))),
        sa.select(d.deal_id).where(scope.has(d.closed_at)),
        sa.select(d.deal_id).where(scope.has(d.created_at)),
    ).subquery("closing")
    return sa.select(ids.c.deal_id)


def marks_touched(scope: Scope) -> sa.Select[Any]:
    """One row per deal signed and per deal lost, by that moment, with the touches up to it."""
    of, made = _of_deals(scope, _closing(scope))
    v, m, e, owner = of.lives.c, made.c, of.entries.c, of.owners
    missed = (
        sa.select(e.deal_id, sa.func.max(e.entered_at).label("missed_at"))
        .where(e.kind == "no_show")
        .group_by(e.deal_id)
        .subquery("missed")
    )
    columns = [*of_deal(scope, v, v.pipeline_title), v.kind_before]
    marks = sa.union_all(
        sa.select(v.deal_id, v.contract_at.label("at"), sa.literal(1).label("contract"), *columns).where(
            v.contract_at.is_not(None), scope.has(v.contract_at)
        ),
        sa.select(v.deal_id, v.lost_at, sa.literal(0), *columns).where(v.lost_at.is_not(None), scope.has(v.lost_at)),
    ).subquery("closings_marked")
    k = marks.c
    before = m["at"] <= k["at"]

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
        return sa.func.sum(sa.case((and_(m.touch_id.is_not(None), *conditions), 1.0), else_=0.0))

    by = (k["at"], *(k[n] for n in ("deal_id", "contract", "city", "pipeline", "origin", "campaign", "kind_before")))
    counted = (
        sa.select(
            *by,
            missed.c.missed_at,
            count().label("touches"),
            count(m.call == 1).label("calls"),
            count(m.sms == 1).label("sms"),
            count(m.auto == 1).label("auto"),
            count(m["at"] > missed.c.missed_at).label("after_no_show"),
        )
        .select_from(
            marks.outerjoin(made, and_(m.deal_id == k.deal_id, before)).outerjoin(missed, missed.c.deal_id == k.deal_id)
        )
        .group_by(*by, missed.c.missed_at)
        .subquery("marks_counted")
    )
    c = counted.c
    lost = c.contract == 0
    group = sa.case((c.touches >= _MOST, str(_MOST) + "+"), else_=sa.cast(sa.cast(c.touches, sa.Integer), sa.Text))
    return sa.select(
        scope.bucket(c["at"]),
        c["at"],
        c.deal_id,
        *(c[name] for name in ("city", "pipeline", "origin", "campaign")),
        owner.c.owner_id.label(OWNER),
        c.contract,
        flag(lost).label("disposal"),
        flag(and_(lost, c.kind_before == "no_answer")).label("no_answer"),
        flag(and_(lost, c.missed_at.is_not(None))).label("had_no_show"),
        *(c[name] for name in ("touches", "calls", "sms", "auto", "after_no_show")),
        group.label(TOUCHES_MADE),
    ).select_from(counted.outerjoin(owner, owned(owner, c.deal_id, c["at"])))


def _touched(scope: Scope) -> sa.Select[Any]:
    """Return the ids of deals that may have been touched in the period."""
    t, d = TOUCHES.c, DEALS.c
    if scope.derived:
        made = _derived(scope.centre.sales.touch_lead_in_minutes).c
        return sa.select(made.deal_id).where(scope.has(made["at"]), made.auto == 0)
    alias, person = CLIENT_ALIASES.alias("alias_touched"), people("people_touched")
    clients = (
        sa.select(one_client(t.client_id, alias))
        .select_from(TOUCHES.outerjoin(alias, alias.c.alias == t.client_id))
        .where(scope.has(t["at"]), t.deal_id.is_(None), t.client_id.is_not(None))
    )
    ids = sa.union(
        sa.select(sa.func.coalesce(d.merged_into, t.deal_id).label("deal_id"))
        .select_from(TOUCHES.join(DEALS, d.deal_id == t.deal_id))
        .where(scope.has(t["at"])),
        sa.select(person.c.deal_id).where(person.c.client_id.in_(clients)),
    ).subquery("touched")
    return sa.select(ids.c.deal_id)


def touch_gaps(scope: Scope) -> sa.Select[Any]:
    """One row per two neighbouring touches of a deal by people, by the later one."""
    touched = _touched(scope)
    of, made = _of_deals(scope, touched)
    life = of.lives
    m, v = made.c, life.c
    in_order: dict[str, Any] = {"partition_by": m.deal_id, "order_by": [m["at"], m.touch_id]}
    beside = (
        sa.select(
            *(m[name] for name in ("touch_id", "deal_id", "client_id", "agent_id")),
            m["at"],
            sa.func.lag(m["at"]).over(**in_order).label("before_at"),
            sa.func.row_number().over(**in_order).label("n"),
        )
        .where(m.auto == 0, m.deal_id.in_(touched) if scope.derived else m.deal_id.is_not(None))
        .subquery("touches_beside")
    )
    b = beside.c
    return (
        sa.select(
            scope.bucket(b["at"]),
            b["at"],
            b.touch_id,
            b.deal_id,
            *of_deal(scope, v, v.pipeline_title),
            b.agent_id.label(OWNER),
            b.before_at,
            seconds_between(b.before_at, b["at"]).label("gap_s"),
            sa.case((b.n > _MOST, str(_MOST + 1) + "+"), else_=sa.cast(b.n, sa.Text)).label(TOUCH_NO),
        )
        .select_from(beside.join(life, v.deal_id == b.deal_id))
        .where(b.before_at.is_not(None), scope.has(b["at"]))
    )


def touch_to_stage(scope: Scope) -> sa.Select[Any]:
    """One row per entry into a stage that a touch by a person came before, with the time from the last one."""
    of, made = _of_deals(scope, eventful(scope))
    if scope.derived:  # else each entry is held against all touches of all times
        made = sa.select(made).where(made.c.deal_id.in_(eventful(scope))).cte("touches_of_eventful")
    entered, life, owner = of.entries, of.lives, of.owners
    e, m, v = entered.c, made.c, life.c
    touched = (
        sa.select(
            e.deal_id,
            e.change_id,
            e.entered_at.label("at"),
            e.title,
            e.pipeline_title,
            sa.func.max(m["at"]).label("touched_at"),
        )
        .select_from(entered.join(made, and_(m.deal_id == e.deal_id, m.auto == 0, m["at"] <= e.entered_at)))
        .where(e.timed == 1, e.seq > 1, scope.has(e.entered_at))
        .group_by(e.deal_id, e.change_id, e.entered_at, e.title, e.pipeline_title)
        .subquery("entries_touched")
    )
    t = touched.c
    return sa.select(
        scope.bucket(t["at"]),
        t["at"],
        t.deal_id,
        *of_deal(scope, v, t.pipeline_title),
        owner.c.owner_id.label(OWNER),
        t.title.label(STAGE),
        t.touched_at,
        seconds_between(t.touched_at, t["at"]).label("since_s"),
    ).select_from(touched.join(life, v.deal_id == t.deal_id).outerjoin(owner, owned(owner, t.deal_id, t["at"])))


def out_of_reach(scope: Scope) -> sa.Select[Any]:
    """One row per deal that stands with those who do not answer or did not book, with its touches until then."""
    s, h = STAGES.c, DEAL_STAGES.c
    wanted = (
        sa.select(h.deal_id)
        .select_from(sa.join(DEAL_STAGES, STAGES, and_(s.pipeline == h.pipeline, s.stage == h.stage)))
        .where(s.kind.in_(("no_answer", "not_booked")), h.entered_at < scope.end)
    )
    of, made = _of_deals(scope, wanted)
    state, owner = standing(scope, of, moments_of_state(scope)), of.owners
    t, m = state.c, made.c

    def count(*conditions: ColumnElement[bool], of: Any = 1.0) -> ColumnElement[Any]:
        return sa.func.sum(sa.case((and_(m.touch_id.is_not(None), *conditions), of), else_=0.0))

    by = [t[name] for name in ("bucket", "moment", "deal_id", "city", "pipeline_title", "origin", "campaign", "kind")]
    counted = (
        sa.select(
            *by,
            t.card_pipeline,
            count().label("touches"),
            count(m.call == 1).label("calls"),
            count(m.answered == 1).label("conversations"),
            count(m.talk_s.is_not(None), of=m.talk_s).label("talk_s"),
        )
        .select_from(state.outerjoin(made, and_(m.deal_id == t.deal_id, m["at"] < t.ends_at)))
        .where(t.kind.in_(("no_answer", "not_booked")))
        .group_by(*by, t.card_pipeline)
        .subquery("out_of_reach_counted")
    )
    c = counted.c
    return sa.select(
        c.bucket,
        c.moment.label("at"),
        c.deal_id,
        c.city,
        c.pipeline_title.label("pipeline"),
        c.origin,
        c.campaign,
        owner.c.owner_id.label(OWNER),
        *(c[name] for name in ("touches", "calls", "conversations", "talk_s")),
    ).select_from(counted.outerjoin(owner, owned(owner, c.deal_id, c.moment)))


TOUCHES_IN = Relation("touches", _TABLES, touches, (*DEALS_BY, "channel", DIRECTION), derived=True)
FIRST_TOUCHES = Relation(
    "first_touches", _TABLES, first_touches, (*DEALS_BY, SPAN), by_day=True, derived=True, costly=True
)
MARKS_TOUCHED = Relation("marks_touched", _TABLES, marks_touched, (*DEALS_BY, TOUCHES_MADE), derived=True, costly=True)
TOUCH_GAPS = Relation("touch_gaps", _TABLES, touch_gaps, (*DEALS_BY, TOUCH_NO), derived=True, costly=True)
TOUCH_TO_STAGE = Relation("touch_to_stage", _TABLES, touch_to_stage, (*DEALS_BY, STAGE), derived=True, costly=True)
OUT_OF_REACH = Relation("out_of_reach", _TABLES, out_of_reach, DEALS_BY, derived=True, costly=True)
