"""Chats, and the time agents were engaged in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.dimensions import dimension_columns, dimensions_of
from metrics.relations.base import HANDLED, LOST, OPEN, TALKING, Relation, Scope, Unsplit, flag, once, or_zero
from warehouse.messages import N_
from warehouse.schema import CHATS
from warehouse.sql import seconds_between, seconds_later

CHATS_BY = dimensions_of(CHATS)


def accepted(scope: Scope) -> ColumnElement[bool]:
    """Whether somebody took a chat."""
    c = CHATS.c
    return and_(
        or_(c.outcome.is_(None), c.outcome != "abandoned"),
        or_(c.accepted_at <= scope.now, and_(c.accepted_at.is_(None), c.outcome == "answered")),
    )


def given_up(scope: Scope) -> ColumnElement[bool]:
    """Whether a chat was lost."""
    c = CHATS.c
    return and_(c.outcome == "abandoned", sa.func.coalesce(c.ended_at, c.started_at) <= scope.now)


def chats(scope: Scope) -> sa.Select[Any]:
    """One row per chat."""
    fates = _fates(scope)
    d = fates.c
    is_handled, is_lost = d.fate == HANDLED, d.fate == LOST
    is_answered = d.fate.between(TALKING, HANDLED)
    is_open, is_old = d.fate == OPEN, d.started_at < scope.open_since
    in_work = and_(is_open, d.started_at >= scope.open_since)
    met, base = _service_level(scope, d, is_answered, is_lost, in_work)
    return sa.select(
        d.bucket,
        d.started_at.label("at"),
        d.chat_id,
        *dimension_columns(fates, CHATS_BY),
        d.contact_id,
        d.accepted_at,
        d.ended_at,
        flag(is_answered).label("answered"),
        flag(met).label("sl_met"),
        flag(base).label("sl_base"),
        flag(is_lost).label("lost"),
        flag(d.fate.between(TALKING, LOST)).label("answered_or_lost"),
        flag(in_work).label("in_work"),
        flag(and_(is_open, is_old)).label("unknown"),
        flag(is_handled).label("handled"),
        flag(and_(is_answered, d.accepted_at.is_(None))).label("answered_without_wait"),
        flag(and_(d.fate == TALKING, is_old)).label("without_end"),
        flag(and_(is_handled, d.accepted_at.is_(None))).label("without_accept"),
        flag(and_(is_handled, d.wrap_s.is_(None))).label("without_wrap"),
        d.wait_s,
        (seconds_between(d.accepted_at, d.ended_at) + or_zero(d.wrap_s)).label("session_s"),
        flag(and_(is_answered, d.transferred_to.is_not(None))).label("transferred"),
        flag(d.is_target == sa.true()).label("is_target"),
    )


def _fates(scope: Scope) -> sa.Subquery:
    """What has become of each chat, decided once a row and in one go."""
    c = CHATS.c
    taken = accepted(scope)
    over = and_(taken, c.ended_at <= scope.now)
    fate = sa.case((over, HANDLED), (taken, TALKING), (given_up(scope), LOST), else_=OPEN)
    return once(
        sa.select(
            scope.bucket(c.started_at),
            *(column for column in c if column.name not in ("outcome", "source")),
            seconds_between(c.started_at, c.accepted_at).label("wait_s"),
            fate.label("fate"),
        ).where(scope.has(c.started_at), scope.on_lines(c.line))
    )


def _service_level(
    scope: Scope,
    c: sa.sql.expression.ColumnCollection[str, Any],
    is_answered: ColumnElement[bool],
    is_lost: ColumnElement[bool],
    in_work: ColumnElement[bool],
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which chats the formula in force counts as met, and which are its base; by the threshold of chats."""
    rules, threshold = scope.centre.service_level, scope.centre.chat_threshold_s
    gone = seconds_between(c.started_at, c.ended_at)
    in_time = and_(is_answered, c.wait_s <= threshold)
    known = and_(is_answered, c.wait_s.is_not(None))
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
    waiting_past = and_(in_work, seconds_later(c.started_at, sa.literal(threshold, sa.Double)) < scope.now)
    return met, or_(known, lost, waiting_past)


def engaged(scope: Scope) -> sa.Select[Any]:
    """One row per handled chat, with the seconds it adds to its agent's engaged time.

    Engaged time is the union of the agent's half-open chat intervals: in order of their beginning, a chat adds
    what lies past the latest end before it. The intervals of the lines and the segment asked for are united.
    """
    all_chats = chats(scope).subquery("chats_in")
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
