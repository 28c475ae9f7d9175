"""Chats, and the time agents were engaged in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, not_, or_

from metrics.dimensions import dimension_columns, dimensions_of
from metrics.relations.base import OPEN_FOR_S, Relation, Scope, Unsplit, flag, or_zero
from warehouse.messages import N_
from warehouse.schema import CHATS
from warehouse.sql import seconds_between

CHATS_BY = dimensions_of(CHATS)


def chats(scope: Scope) -> sa.Select[Any]:
    """One row per chat."""
    c = CHATS.c
    is_answered = and_(
        or_(c.outcome.is_(None), c.outcome != "abandoned"),
        or_(c.accepted_at <= scope.now, and_(c.accepted_at.is_(None), c.outcome == "answered")),
    )
    is_lost = and_(c.outcome == "abandoned", sa.func.coalesce(c.ended_at, c.started_at) <= scope.now)
    is_handled = and_(is_answered, c.ended_at <= scope.now)
    is_open = not_(or_(flag(is_answered) == 1, flag(is_lost) == 1))
    waited = seconds_between(c.started_at, scope.now)
    met, base = _service_level(scope, is_answered, is_lost, and_(is_open, waited <= OPEN_FOR_S))
    return sa.select(
        scope.bucket(c.started_at),
        c.started_at.label("at"),
        c.chat_id,
        *dimension_columns(CHATS, CHATS_BY),
        c.contact_id,
        c.accepted_at,
        c.ended_at,
        flag(is_answered).label("answered"),
        flag(met).label("sl_met"),
        flag(base).label("sl_base"),
        flag(is_lost).label("lost"),
        flag(or_(is_answered, is_lost)).label("answered_or_lost"),
        flag(and_(is_open, waited <= OPEN_FOR_S)).label("in_work"),
        flag(and_(is_open, waited > OPEN_FOR_S)).label("unknown"),
        flag(is_handled).label("handled"),
        flag(and_(is_answered, c.accepted_at.is_(None))).label("answered_without_wait"),
        flag(and_(is_answered, flag(is_handled) == 0, waited > OPEN_FOR_S)).label("without_end"),
        flag(and_(is_handled, c.accepted_at.is_(None))).label("without_accept"),
        flag(and_(is_handled, c.wrap_s.is_(None))).label("without_wrap"),
        seconds_between(c.started_at, c.accepted_at).label("wait_s"),
        (seconds_between(c.accepted_at, c.ended_at) + or_zero(c.wrap_s)).label("session_s"),
        flag(and_(is_answered, c.transferred_to.is_not(None))).label("transferred"),
        flag(c.is_target == sa.true()).label("is_target"),
    ).where(scope.has(c.started_at))


def _service_level(
    scope: Scope, is_answered: ColumnElement[bool], is_lost: ColumnElement[bool], in_work: ColumnElement[bool]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which chats the formula in force counts as met, and which are its base; by the threshold of chats."""
    c, rules = CHATS.c, scope.centre.service_level
    threshold = scope.centre.chat_threshold_s
    wait = seconds_between(c.started_at, c.accepted_at)
    gone = seconds_between(c.started_at, c.ended_at)
    in_time = and_(is_answered, wait <= threshold)
    known = and_(is_answered, wait.is_not(None))
    met, lost = in_time, is_lost
    match rules.formula:
        case "answered_only":
            return met, known
        case "abandons_as_met":
            met = or_(met, and_(is_lost, gone <= threshold))
        case "short_abandons_as_met":
            met = or_(met, and_(is_lost, gone <= rules.short_abandon_s))
        case "abandons_in_threshold_ignored":
            lost = and_(is_lost, gone > threshold)
        case "short_abandons_ignored":
            lost = and_(is_lost, gone > rules.short_abandon_s)
        case _:
            pass
    return met, or_(known, lost, and_(in_work, seconds_between(c.started_at, scope.now) > threshold))


def engaged(scope: Scope) -> sa.Select[Any]:
    """One row per handled chat, with the seconds it adds to its agent's engaged time.

    Engaged time is the union of the agent's half-open chat intervals: in order of their beginning, a chat adds
    what lies past the latest end before it. The intervals of the lines and the segment asked for are united.
    """
    all_chats = chats(scope).where(scope.on_lines(CHATS.c.line)).subquery("chats_in")
    a = all_chats.c
    by = scope.segments(all_chats)
    # A chat of nobody known is engaged on its own.
    person = sa.func.coalesce(a.agent, a.chat_id)
    ended_before = sa.func.max(a.ended_at).over(
        partition_by=[a.bucket, *by, person], order_by=[a.accepted_at, a.chat_id], rows=(None, -1)
    )
    ordered = (
        sa.select(a.bucket, *by, a.accepted_at, a.ended_at, ended_before.label("ended_before"))
        .where(a.handled == 1, a.accepted_at.is_not(None))
        .subquery("ordered_chats")
    )
    o = ordered.c
    begins = sa.case((o.ended_before > o.accepted_at, o.ended_before), else_=o.accepted_at)
    adds = sa.case((o.ended_at > begins, seconds_between(begins, o.ended_at)), else_=0.0)
    return sa.select(
        o.bucket,
        *scope.segments(ordered),
        adds.label("engaged_s"),
        seconds_between(o.accepted_at, o.ended_at).label("session_s"),
    )


CHATS_IN = Relation(
    "chats",
    ("chats",),
    chats,
    CHATS_BY,
    (Unsplit("agent", ("lost", "in_work", "unknown"), N_("a chat that nobody accepted has no agent")),),
)
ENGAGED = Relation("engaged", ("chats",), engaged, CHATS_BY, inside=True)
