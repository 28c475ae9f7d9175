"""The roster: planned time of people, cut at the borders of the period, and how it was kept.

Rows of one person that overlap count once, by the one that began first. What is not work is cut out of the person's
work: as time of its own that counts backwards, where the two overlap.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_

from metrics.relations.activities import statuses
from metrics.relations.base import Relation, Scope, greatest, least
from warehouse.schema import AGENTS, SHIFTS
from warehouse.sql import seconds_between, values_rows

_BY = ("line", "channel", "agent")
_KEPT = ("handling", "ready", "work")
"""Categories of time in which a person is at work."""


def _spans(scope: Scope, *, work: bool) -> sa.Subquery:
    """The spans of work, or of what is not, of each person, none of which overlap."""
    s = SHIFTS.c
    kind = sa.func.coalesce(s.kind, "work")
    whose = sa.func.coalesce(s.agent_id, s.shift_id)
    wanted = (
        sa.select(
            whose.label("whose"),
            s.agent_id,
            s.line,
            sa.func.coalesce(s.channel, "call").label("channel"),
            s.starts_at,
            s.ends_at,
            sa.func.max(s.ends_at)
            .over(partition_by=whose, order_by=(s.starts_at, s.shift_id), rows=(None, -1))
            .label("taken_to"),
        )
        .where(s.starts_at < scope.end, s.starts_at >= scope.contacts_began, kind == "work" if work else kind != "work")
        .subquery("wanted_work" if work else "wanted_else")
    )
    w = wanted.c
    begins = greatest(w.starts_at, sa.func.coalesce(w.taken_to, w.starts_at))
    return (
        sa.select(w.whose, w.agent_id, w.line, w.channel, begins.label("begins"), w.ends_at.label("ends"))
        .where(begins < w.ends_at)
        .subquery("work_spans" if work else "other_spans")
    )


def _pieces(scope: Scope) -> sa.Subquery:
    """Planned time with its sign: work, and against it what is cut out of it."""
    work, other = _spans(scope, work=True), _spans(scope, work=False)
    w, o = work.c, other.c
    planned = sa.select(w.agent_id, w.line, w.channel, w.begins, w.ends, sa.literal(1.0, sa.Double).label("sign"))
    begins, ends = greatest(w.begins, o.begins), least(w.ends, o.ends)
    cut = sa.select(
        w.agent_id, w.line, w.channel, begins.label("begins"), ends.label("ends"), sa.literal(-1.0, sa.Double)
    ).select_from(work.join(other, and_(w.whose == o.whose, o.begins < w.ends, o.ends > w.begins)))
    signed = sa.union_all(planned, cut).subquery("signed")
    p, a = signed.c, AGENTS.c
    return (
        sa.select(
            p.agent_id,
            sa.func.coalesce(p.line, a.line).label("line"),
            p.channel,
            p.begins,
            p.ends,
            p.sign,
        )
        .select_from(signed.outerjoin(AGENTS, p.agent_id == a.agent_id))
        .subquery("pieces")
    )


def _parts(scope: Scope) -> sa.CTE:
    columns: dict[str, sa.types.TypeEngine[Any]] = {
        "bucket": sa.Integer(),
        "begins": sa.DateTime(),
        "ends": sa.DateTime(),
    }
    rows = [(i, begins, least(ends, scope.until)) for i, (begins, ends) in enumerate(pairwise(scope.borders))]
    return values_rows("parts", columns, rows)


def planned(scope: Scope) -> sa.Select[Any]:
    """One row per piece of planned time and part of the period, with its seconds there; what is cut out is negative."""
    pieces, parts = _pieces(scope), _parts(scope)
    c = pieces.c
    begins, ends = greatest(c.begins, parts.c.begins), least(c.ends, parts.c.ends)
    seconds = c.sign * seconds_between(begins, ends)
    return (
        sa.select(
            parts.c.bucket,
            begins.label("at"),
            ends.label("ends"),
            c.agent_id.label("agent"),
            c.line,
            c.channel,
            seconds.label("planned_s"),
            (seconds / 3600.0).label("hours"),
        )
        .select_from(sa.join(pieces, parts, and_(c.begins < parts.c.ends, c.ends > parts.c.begins)))
        .where(parts.c.begins < scope.until)
    )


def adherence(scope: Scope) -> sa.Select[Any]:
    """Planned time of people whose statuses are known, and what of it they were at work in.

    One row per piece of planned time, and one for each status that it meets.
    """
    cut = planned(scope).subquery("planned")
    all_statuses = statuses(scope)
    p, c = cut.c, all_statuses.c
    known = sa.select(c.agent_id).where(c.begins < scope.until, c.ends > scope.start).distinct().subquery("known")
    due = sa.select(
        p.bucket, p["at"], p.agent, p.line, p.channel, p.planned_s, sa.literal(0.0, sa.Double).label("kept_s")
    ).select_from(cut.join(known, known.c.agent_id == p.agent))
    begins, ends = greatest(p["at"], c.begins), least(p.ends, c.ends)
    sign = sa.case((p.planned_s < 0, -1.0), else_=1.0)
    kept = (
        sa.select(
            p.bucket,
            begins.label("at"),
            p.agent,
            p.line,
            p.channel,
            sa.literal(0.0, sa.Double).label("planned_s"),
            (sign * seconds_between(begins, ends)).label("kept_s"),
        )
        .select_from(cut.join(all_statuses, and_(c.agent_id == p.agent, c.begins < p.ends, c.ends > p["at"])))
        .where(c.category.in_(_KEPT), c.forgotten == 0)
    )
    both = sa.union_all(due, kept).subquery("adherence_rows")
    return sa.select(*both.c)


PLANNED_TIME = Relation("shifts", ("shifts", "agents"), planned, _BY, lines_from=("shifts", "agents"), ahead=True)
ADHERENCE = Relation(
    "adherence", ("shifts", "activities", "agents"), adherence, _BY, derived=True, lines_from=("shifts", "agents")
)
