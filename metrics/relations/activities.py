"""Agents' status intervals, cut at the borders of the period: time counts where it lies, not where it began.

One person has one status: an interval ends at the latest where the person's next one begins. One that lasts for
longer than anybody works is a forgotten status, and in nothing.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.centre import Centre
from metrics.dimensions import dimension_columns, dimensions_of
from metrics.relations.base import (
    LONG_AGO,
    Relation,
    Scope,
    Unsplit,
    flag,
    greatest,
    least,
    moments_of_month,
    until_next,
)
from warehouse.derived import Moments, derived
from warehouse.messages import N_
from warehouse.schema import ACTIVITIES, ACTIVITY_CATEGORIES, AGENT_MOVES, TICKET_EVENTS_TABLE
from warehouse.sql import day_of, instant, midnight_after, seconds_between, values_rows

ACTIVITIES_BY = dimensions_of(ACTIVITIES)
RESULTS = ("routed", "closed", "task_done")
"""Kinds of events of tickets that time is set against."""
_ENOUGH = 0.3
"""Of fewer events than this share nobody logged time for, minutes for one say nothing."""


def statuses(scope: Scope) -> sa.Subquery:
    """Return the intervals up to now with `begins`, `ends`, whether they were cut and whether they were forgotten.

    Where a person moved, an interval is two.
    """
    r = (_followed_by_months() if scope.monthly else _followed(scope).subquery("followed_statuses")).c
    said = sa.func.coalesce(r.ended_at, scope.now)
    ends = least(said, sa.func.coalesce(r.next_at, said))
    cut = flag(and_(r.ended_at.is_not(None), r.next_at < r.ended_at)).label("cut")
    known = sa.select(*r, ends.label("over_at"), cut).where(
        r["at"] >= scope.about, r["at"] < scope.end, r["at"] <= scope.now
    )
    whole = known.subquery("whole_statuses")
    w, stay = whole.c, stays()
    s = stay.c
    there = and_(s.agent_id == w.agent_id, s.from_at < w.over_at, s.to_at > w.started_at)
    longest = scope.centre.time.forgotten_h * 3600
    lasted = seconds_between(w.started_at, w.over_at)
    return (
        sa.select(
            *w,
            greatest(w.started_at, sa.func.coalesce(s.from_at, w.started_at)).label("begins"),
            least(w.over_at, sa.func.coalesce(s.to_at, w.over_at)).label("ends"),
            flag(and_(w.category != "off", lasted > longest)).label("forgotten"),
        )
        .select_from(whole.outerjoin(stay, there))
        .subquery("statuses")
    )


def _followed(scope: Scope) -> sa.Select[Any]:
    """Return what began from a month before the period on, each with when the person's next status began.

    What nothing follows for days after the period is a forgotten status, whenever the next one begins.
    """
    a = ACTIVITIES.c
    following = sa.func.lead(a.started_at).over(partition_by=a.agent_id, order_by=a.started_at)
    own = (column for column in a if column.name != "source")
    return sa.select(a.started_at.label("at"), *own, following.label("next_at")).where(
        a.started_at >= scope.about, a.started_at < scope.ahead, a.started_at <= scope.now
    )


@cache
def _followed_by_months() -> sa.Table:
    """The same of every month, as a table that the records keep."""

    def of_month(start: datetime, end: datetime, moments: Moments) -> Moments:
        return {**moments_of_month(start, end, moments), "about": start}

    every = _followed(Scope(Centre())).subquery("every_status")
    return derived("followed_statuses", sa.select(every).where(every.c["at"] < instant("end")), of_month)


def activities(scope: Scope) -> sa.Select[Any]:
    """One row per interval and part of the period, with the seconds and hours of it that lie there.

    An interval without an end lasts to the as-of time.
    """
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "begins": sa.DateTime(),
        "ends": sa.DateTime(),
    }
    rows = [(i, begins, least(ends, scope.until)) for i, (begins, ends) in enumerate(pairwise(scope.borders))]
    parts = values_rows("parts", columns, rows)
    all_statuses = statuses(scope)
    c = all_statuses.c
    begins, ends = greatest(c.begins, parts.c.begins), least(c.ends, parts.c.ends)
    spent = sa.case((c.forgotten == 0, seconds_between(begins, ends)), else_=0.0)
    # A source that does not tell of handling makes an agent's whole day ready: that is not known to be a zero.
    handles = sa.func.max(flag(c.category == "handling")).over(partition_by=c.agent_id)
    return (
        sa.select(
            parts.c.bucket,
            begins.label("at"),
            c.started_at,
            c.ended_at,
            *dimension_columns(all_statuses, ACTIVITIES_BY),
            c.forgotten,
            c.cut,
            flag(and_(c.category == "ready", handles == 0)).label("without_handling"),
            spent.label("seconds"),
            (spent / 3600.0).label("hours"),
            *(sa.case((c.category == name, spent), else_=0.0).label(f"{name}_s") for name in ACTIVITY_CATEGORIES),
            sa.case((c.category.in_(("handling", "ready")), spent), else_=0.0).label("available_s"),
            sa.case((c.category.in_(("work", "break")), spent), else_=0.0).label("off_queue_s"),
            sa.case((c.category != "off", spent), else_=0.0).label("paid_s"),
            sa.case((c.category != "off", spent / 3600.0), else_=0.0).label("paid_h"),
        )
        .select_from(sa.join(all_statuses, parts, and_(c.begins < parts.c.ends, c.ends > parts.c.begins)))
        .where(c.begins < scope.until, c.ends > scope.start, parts.c.begins < scope.until)
    )


def person_days(scope: Scope) -> sa.Select[Any]:
    """One row per person and local day with any status but off: from the first to the last, and what lies between."""
    pieces = _pieces(scope).subquery("pieces")
    p = pieces.c
    days = (
        sa.select(
            p.agent,
            p.day,
            sa.func.min(p.line).label("line"),
            sa.func.min(p.begins).label("at"),
            sa.func.max(p.ends).label("until"),
            sa.func.sum(p.seconds).label("logged_s"),
            sa.func.sum(p.result_s).label("result_s"),
        )
        .group_by(p.agent, p.day)
        .subquery("days_of_people")
    )
    d = days.c
    unlogged = seconds_between(d.at, d.until) - d.logged_s
    return sa.select(
        scope.bucket(d.at),
        d.at,
        d.agent,
        d.line,
        d.until,
        d.logged_s,
        d.result_s,
        (d.logged_s / 3600.0).label("logged_h"),
        (unlogged / 3600.0).label("unlogged_h"),
        flag(d.result_s > 0).label("logs_results"),
    )


def workload(scope: Scope) -> sa.Select[Any]:
    """One row per piece of time in an activity that makes results, and one per result of a person.

    A result counts if its person logged one of the activities that make it on that local day; the others are left
    out and told.
    """
    pieces = _pieces(scope).where(sa.true()).subquery("pieces")
    p = pieces.c
    logged = sa.select(p.agent, p.day, p.result).where(p.result.is_not(None)).distinct().subquery("logged")
    e = TICKET_EVENTS_TABLE.c
    events = (
        sa.select(e.at, e.event_id, e.ticket_id, e.agent_id, e.kind, day_of(e.at, scope.offsets).label("day"))
        .where(scope.has(e.at), e.kind.in_(RESULTS))
        .subquery("results")
    )
    v = events.c
    known = and_(logged.c.agent == v.agent_id, logged.c.day == v.day, logged.c.result == v.kind)
    done = (
        sa.select(
            scope.bucket(v.at),
            v.at,
            v.event_id,
            v.ticket_id,
            v.agent_id.label("agent"),
            v.kind.label("result"),
            sa.literal(0.0, sa.Double).label("seconds"),
            flag(logged.c.agent.is_not(None)).label("counted"),
            sa.literal(1, sa.Integer).label("done"),
        )
        .select_from(events.outerjoin(logged, known))
        .subquery("done")
    )
    n = done.c
    made = dict(scope.centre.time.results)
    of_kind = [n.bucket, n.result]
    covered = sa.func.sum(n.counted).over(partition_by=of_kind) * 1.0 / sa.func.count().over(partition_by=of_kind)
    unset = sa.false() if all(kind in made for kind in RESULTS) else n.result.not_in(tuple(made) or ("",))
    results = sa.select(
        *n,
        flag(and_(n.counted == 0)).label("left_out"),
        flag(covered < _ENOUGH).label("uncovered"),
        flag(unset).label("unset"),
    )
    time = sa.select(
        scope.bucket(p.begins),
        p.begins.label("at"),
        sa.cast(sa.null(), sa.Text).label("event_id"),
        sa.cast(sa.null(), sa.Text).label("ticket_id"),
        p.agent,
        p.result,
        p.result_s.label("seconds"),
        *(sa.literal(0, sa.Integer).label(name) for name in ("counted", "done", "left_out", "uncovered", "unset")),
    ).where(p.result.is_not(None))
    both = sa.union_all(results, time).subquery("workload_rows")
    return sa.select(*both.c)


def _pieces(scope: Scope) -> sa.Select[Any]:
    """The time of a period but for what is off or forgotten, cut at local midnights, with the result it makes.

    Nothing lasts long enough to lie in three days.
    """
    all_statuses = statuses(scope)
    c = all_statuses.c
    begins, ends = greatest(c.begins, scope.start), least(c.ends, scope.until)
    own = [(kind, names) for kind, names in scope.centre.time.results if names]
    made = sa.case(*((c.activity.in_(names), kind) for kind, names in own), else_=None) if own else sa.null()
    within = (
        sa.select(
            c.agent_id.label("agent"),
            c.line,
            c.category,
            begins.label("begins"),
            ends.label("ends"),
            sa.cast(sa.case((c.category.in_(("work", "handling")), made)), sa.Text).label("result"),
            day_of(begins, scope.offsets).label("day"),
        )
        .where(c.forgotten == 0, c.category != "off", c.begins < scope.until, c.ends > scope.start)
        .subquery("within")
    )
    w = within.c
    midnight = midnight_after(w.begins, scope.offsets)
    today = sa.select(w.agent, w.line, w.result, w.day, w.begins, least(w.ends, midnight).label("ends"))
    tomorrow = sa.select(w.agent, w.line, w.result, (w.day + 1).label("day"), midnight.label("begins"), w.ends).where(
        w.ends > midnight
    )
    both = sa.union_all(today, tomorrow).subquery("by_day")
    b = both.c
    spent = seconds_between(b.begins, b.ends)
    return sa.select(*b, spent.label("seconds"), sa.case((b.result.is_not(None), spent), else_=0.0).label("result_s"))


_OF_CATEGORIES = (*(f"{name}_s" for name in ACTIVITY_CATEGORIES), "available_s", "off_queue_s", "paid_s")
_DECIDED = N_("which part of the time counts is decided by it, so that each would be all or nothing")

ACTIVITY = Relation(
    "activities",
    ("activities",),
    activities,
    ACTIVITIES_BY,
    tuple(Unsplit(dimension, _OF_CATEGORIES, _DECIDED) for dimension in ("status", "category")),
    lasting=True,
)
PERSON_DAYS = Relation("person_days", ("activities",), person_days, ("line", "agent"), derived=True, by_day=True)
WORKLOAD = Relation("workload", ("activities", "ticket_events"), workload, ("agent",), derived=True, by_day=True)


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
