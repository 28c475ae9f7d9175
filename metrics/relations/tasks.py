"""Tasks of people: done, late, open past their time, and the windows between them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import OWNER
from metrics.relations.base import Relation, Scope, flag, or_zero
from metrics.relations.deals import moments_of_state
from warehouse.schema import TASKS, TOUCHES
from warehouse.sql import day_of, midnight_after, seconds_between, seconds_later

_BY = (OWNER,)
_TOGETHER_S = 60.0
"""What is completed sooner after another than this was completed with it."""


def _due(scope: Scope) -> ColumnElement[Any]:
    """When a task should have been done: at the end of the time set aside for it, or of its day."""
    k = TASKS.c
    return sa.case(
        (k.all_day == sa.true(), midnight_after(k.due_at, scope.offsets)),
        else_=seconds_later(k.due_at, or_zero(k.duration_s)),
    )


def tasks_done(scope: Scope) -> sa.Select[Any]:
    """One row per task that was completed, by that moment."""
    k = TASKS.c
    return sa.select(
        scope.bucket(k.completed_at),
        k.completed_at.label("at"),
        k.task_id,
        k.agent_id.label(OWNER),
        k.deal_id,
        k.due_at,
        flag(k.completed_at > _due(scope)).label("late"),
    ).where(scope.has(k.completed_at))


def tasks_overdue(scope: Scope) -> sa.Select[Any]:
    """One row per task that is open past its time at the end of the period or now."""
    k, moments = TASKS.c, moments_of_state(scope)
    t = moments.c
    is_open = and_(
        or_(k.completed_at.is_(None), k.completed_at >= t.ends_at),
        or_(k.created_at.is_(None), k.created_at < t.ends_at),
        _due(scope) < t.moment,
    )
    return sa.select(
        t.bucket, t.moment.label("at"), k.task_id, k.agent_id.label(OWNER), k.deal_id, k.due_at
    ).select_from(sa.join(TASKS, moments, is_open))


def work_of_people(scope: Scope) -> sa.Select[Any]:
    """One row per task done and per touch of a person: who had anything to do, and on which days."""
    k, t = TASKS.c, TOUCHES.c
    tasks = sa.select(
        k.completed_at.label("at"), k.agent_id.label(OWNER), k.task_id.label("task_id"), sa.literal(1).label("task")
    ).where(scope.has(k.completed_at), k.agent_id.is_not(None))
    touches = sa.select(t["at"], t.agent_id, sa.cast(sa.null(), sa.Text), sa.literal(0)).where(
        scope.has(t["at"]), t.agent_id.is_not(None), or_(t.is_auto.is_(None), t.is_auto == sa.false())
    )
    every = sa.union_all(tasks, touches).subquery("work_done")
    w = every.c
    day = sa.cast(day_of(w["at"], scope.offsets), sa.Text)
    return sa.select(
        scope.bucket(w["at"]),
        w["at"],
        w.task_id,
        w[OWNER],
        w.task,
        (w[OWNER] + " " + day).label("day_of_person"),
    )


def task_windows(scope: Scope) -> sa.Select[Any]:
    """One row per gap between the tasks that somebody had planned on a day, whole days left out."""
    k = TASKS.c
    planned = (
        sa.select(
            k.agent_id,
            k.task_id,
            k.due_at,
            seconds_later(k.due_at, or_zero(k.duration_s)).label("ends_at"),
            day_of(k.due_at, scope.offsets).label("day"),
        )
        .where(
            k.due_at.is_not(None), scope.has(k.due_at), k.agent_id.is_not(None),
            or_(k.all_day.is_(None), k.all_day == sa.false()),
        )
        .subquery("tasks_planned")
    )  # fmt: skip
    p = planned.c
    busy = sa.func.max(p.ends_at).over(
        partition_by=[p.agent_id, p.day], order_by=[p.due_at, p.task_id], rows=(None, -1)
    )
    beside = sa.select(*p, busy.label("free_at")).subquery("tasks_beside")
    b = beside.c
    return sa.select(
        scope.bucket(b.due_at),
        b.due_at.label("at"),
        b.task_id,
        b.agent_id.label(OWNER),
        b.free_at,
        seconds_between(b.free_at, b.due_at).label("gap_s"),
    ).where(b.free_at.is_not(None), b.due_at > b.free_at)


def done_windows(scope: Scope) -> sa.Select[Any]:
    """One row per gap between the tasks that somebody completed on a day; closed together, they are one."""
    k = TASKS.c
    done = (
        sa.select(k.agent_id, k.task_id, k.completed_at, day_of(k.completed_at, scope.offsets).label("day"))
        .where(k.completed_at.is_not(None), scope.has(k.completed_at), k.agent_id.is_not(None))
        .subquery("tasks_completed")
    )
    d = done.c
    order: dict[str, Any] = {"partition_by": [d.agent_id, d.day], "order_by": [d.completed_at, d.task_id]}
    beside = sa.select(*d, sa.func.lag(d.completed_at).over(**order).label("before_at")).subquery("completed_beside")
    b = beside.c
    starts = (
        sa.select(*b)
        .where(or_(b.before_at.is_(None), seconds_between(b.before_at, b.completed_at) >= _TOGETHER_S))
        .subquery("points")
    )
    s = starts.c
    before = sa.func.lag(s.completed_at).over(partition_by=[s.agent_id, s.day], order_by=[s.completed_at, s.task_id])
    points = sa.select(s.agent_id, s.task_id, s.completed_at, before.label("free_at")).subquery("points_beside")
    p = points.c
    return sa.select(
        scope.bucket(p.completed_at),
        p.completed_at.label("at"),
        p.task_id,
        p.agent_id.label(OWNER),
        p.free_at,
        seconds_between(p.free_at, p.completed_at).label("gap_s"),
    ).where(p.free_at.is_not(None))


TASKS_DONE = Relation("tasks_done", ("tasks",), tasks_done, _BY, derived=True, by_day=True)
TASKS_OVERDUE = Relation("tasks_overdue", ("tasks",), tasks_overdue, _BY, derived=True, by_day=True)
WORK_OF_PEOPLE = Relation("work_of_people", ("tasks", "touches"), work_of_people, _BY, derived=True, by_day=True)
TASK_WINDOWS = Relation("task_windows", ("tasks",), task_windows, _BY, derived=True, by_day=True)
DONE_WINDOWS = Relation("done_windows", ("tasks",), done_windows, _BY, derived=True, by_day=True)
