"""Calls, with their state as of the moment asked about: queue entries, outbound attempts, and those the bot took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, or_

from metrics.centre import Centre
from metrics.dimensions import dimension_columns, dimensions_of
from metrics.relations.base import (
    FLOW_OUT,
    HANDLED,
    LOST,
    OPEN,
    TALKING,
    Relation,
    Scope,
    Unsplit,
    either,
    flag,
    happened,
    once,
    or_zero,
)
from warehouse.messages import N_
from warehouse.schema import BOT_CALLS, CALLS
from warehouse.sql import seconds_later

NEEDS_LOST_WAITS = (
    "abandons_as_met",
    "abandons_in_threshold_ignored",
    "short_abandons_as_met",
    "short_abandons_ignored",
)
"""The formulas that must know how long the lost calls waited."""

WITHOUT_LOST_WAITS = ("answered_only", "abandons_as_missed")

FORMULAS = (*NEEDS_LOST_WAITS, *WITHOUT_LOST_WAITS)

INBOUND_BY = dimensions_of(CALLS, but=("campaign",))
ATTEMPTS_BY = dimensions_of(CALLS)

FORMULA_TEXTS = {
    "abandons_as_met": "(Ai + Bi) / (A + B)",
    "answered_only": "Ai / A",
    "abandons_as_missed": "Ai / (A + B)",
    "abandons_in_threshold_ignored": "Ai / (A + B − Bi)",
    "short_abandons_as_met": "(Ai + Bs) / (A + B)",
    "short_abandons_ignored": "Ai / (A + B − Bs)",
}
"""A answered, Ai within the threshold, B lost, Bi within the threshold, Bs within the short bound."""


def answered(scope: Scope) -> ColumnElement[bool]:
    c = CALLS.c
    return and_(c.outcome == "answered", happened(scope, c.started_at, c.wait_s))


def waited_until() -> ColumnElement[datetime]:
    """When a call was answered or lost; a wait that is not known is taken to have been none."""
    return seconds_later(CALLS.c.started_at, or_zero(CALLS.c.wait_s))


def inbound(scope: Scope) -> sa.Select[Any]:
    """One row per queue entry."""
    fates = _fates(scope)
    d = fates.c
    is_handled, is_lost, is_flow_out = d.fate == HANDLED, d.fate == LOST, d.fate == FLOW_OUT
    is_answered = d.fate.between(TALKING, HANDLED)
    is_open, is_old = d.fate == OPEN, d.started_at < scope.open_since
    in_work = and_(is_open, d.started_at >= scope.open_since)
    handle_s = d.talk_s + or_zero(d.hold_s) + or_zero(d.wrap_s)
    met, base, unknowable = service_level(scope, d, is_answered, is_lost, is_flow_out, in_work)
    return sa.select(
        d.bucket,
        d.started_at.label("at"),
        d.call_id,
        *dimension_columns(fates, INBOUND_BY),
        d.contact_id,
        d.client_id,
        d.gone_at,
        d.wait_s,
        flag(is_answered).label("answered"),
        flag(is_lost).label("lost"),
        flag(d.fate.between(TALKING, LOST)).label("answered_or_lost"),
        flag(is_flow_out).label("flow_out"),
        flag(in_work).label("in_work"),
        flag(and_(is_open, is_old)).label("unknown"),
        flag(met).label("within_threshold"),
        flag(or_(is_lost, and_(is_answered, d.wait_s > threshold_of(scope.centre, d.line)))).label("touched"),
        flag(base).label("service_level_base"),
        flag(unknowable).label("wait_unknowable"),
        flag(and_(is_answered, d.wait_s.is_(None))).label("answered_without_wait"),
        flag(is_handled).label("handled"),
        flag(and_(is_handled, d.talk_s.is_(None))).label("without_talk"),
        flag(and_(d.fate == TALKING, is_old)).label("without_end"),
        flag(and_(is_handled, d.hold_s.is_(None), d.wrap_s.is_(None))).label("talk_only"),
        flag(and_(is_handled, d.hold_s.is_not(None), d.wrap_s.is_(None))).label("without_wrap"),
        flag(and_(is_handled, d.hold_s.is_(None), d.wrap_s.is_not(None))).label("without_hold"),
        d.talk_s,
        handle_s.label("handle_s"),
        (handle_s * handle_s).label("handle_squared"),
        flag(and_(is_answered, d.transferred_to.is_not(None))).label("transferred"),
        flag(and_(is_lost, d.transferred_to.is_not(None))).label("transferred_unanswered"),
        flag(d.is_target == sa.true()).label("is_target"),
        flag(d.client_id.is_(None)).label("anonymous"),
        flag(d.contact_id != d.call_id).label("joined"),
    )


def _fates(scope: Scope) -> sa.Subquery:
    """What has become of each queue entry, decided once a row and in one go."""
    c = CALLS.c
    gone = happened(scope, c.started_at, c.wait_s, c.ended_at)
    over = either(c.ended_at.is_not(None), c.ended_at <= scope.now, c.talk_s.is_not(None))
    fate = sa.case(
        (answered(scope), sa.case((over, HANDLED), else_=TALKING)),
        (
            and_(c.outcome.in_(("abandoned", "flow_out")), gone),
            sa.case((c.outcome == "abandoned", LOST), else_=FLOW_OUT),
        ),
        (or_(c.outcome.is_(None), c.outcome.in_(("answered", "abandoned", "flow_out"))), OPEN),
        else_=0,
    )
    return once(
        sa.select(
            scope.bucket(c.started_at),
            *(column for column in c if column.name not in ("direction", "outcome", "campaign", "source")),
            sa.func.coalesce(c.ended_at, waited_until()).label("gone_at"),
            fate.label("fate"),
        ).where(scope.has(c.started_at), c.direction == "in", scope.on_lines(c.line))
    )


def service_level(
    scope: Scope,
    c: sa.sql.expression.ColumnCollection[str, Any],
    is_answered: ColumnElement[bool],
    is_lost: ColumnElement[bool],
    is_flow_out: ColumnElement[bool],
    in_work: ColumnElement[bool],
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Which calls the formula in force counts as met, which are its base, and which make it impossible.

    The calls still waiting past the threshold are misses: they join the base of every formula but `answered_only`.
    """
    rules = scope.centre.service_level
    threshold = threshold_of(scope.centre, c.line)
    known_wait = c.wait_s.is_not(None)
    in_time = c.wait_s <= threshold
    short = c.wait_s <= rules.short_abandon_s
    answered_known = and_(is_answered, known_wait)
    met: ColumnElement[bool] = and_(is_answered, in_time)
    lost_in_base: ColumnElement[bool] = is_lost
    match rules.formula:
        case "abandons_as_met":
            met = or_(met, and_(is_lost, in_time))
        case "short_abandons_as_met":
            met = or_(met, and_(is_lost, short))
        case "abandons_in_threshold_ignored":
            lost_in_base = and_(is_lost, c.wait_s > threshold)
        case "short_abandons_ignored":
            lost_in_base = and_(is_lost, c.wait_s > rules.short_abandon_s)
        case "answered_only":
            return met, answered_known, sa.false()
        case _:
            pass
    waiting_past = and_(in_work, seconds_later(c.started_at, threshold) < scope.now)
    base = or_(answered_known, lost_in_base, waiting_past)
    if rules.flow_outs_as_missed:
        base = or_(base, is_flow_out)
    if rules.formula in NEEDS_LOST_WAITS:
        return met, base, and_(is_lost, c.wait_s.is_(None))
    return met, base, sa.false()


def threshold_of(centre: Centre, line: ColumnElement[Any]) -> ColumnElement[float]:
    """A call's threshold in seconds: its line's own, or the centre's."""
    usual = sa.literal(centre.service_level.threshold_s, sa.Double)
    own = [
        (line == key, sa.literal(known.threshold_s, sa.Double))
        for key, known in centre.lines.items()
        if known.threshold_s is not None and not known.members
    ]
    return sa.case(*own, else_=usual) if own else usual


def attempts(scope: Scope) -> sa.Select[Any]:
    """One row per outbound attempt."""
    c = CALLS.c
    connected = answered(scope)
    return sa.select(
        scope.bucket(c.started_at),
        c.started_at.label("at"),
        c.call_id,
        *dimension_columns(CALLS, ATTEMPTS_BY),
        c.client_id,
        c.talk_s,
        flag(connected).label("connected"),
        flag(c.is_target == sa.true()).label("is_target"),
    ).where(scope.has(c.started_at), c.direction == "out")


INBOUND = Relation(
    "calls",
    ("calls",),
    inbound,
    INBOUND_BY,
    (
        Unsplit(
            "agent",
            ("lost", "flow_out", "in_work", "unknown", "wait_unknowable"),
            N_("a call that nobody answered has no agent"),
        ),
    ),
)
ATTEMPTS = Relation("attempts", ("calls",), attempts, ATTEMPTS_BY)


def bot_calls(scope: Scope) -> sa.Select[Any]:
    """One row per call that entered the bot."""
    c = BOT_CALLS.c
    return sa.select(
        scope.bucket(c.started_at),
        c.started_at.label("at"),
        c.handed_to.label("line"),
        c.wait_s,
        c.dialogue_s,
        flag(c.outcome == "contained").label("contained"),
        flag(c.outcome == "handed_over").label("handed_over"),
        flag(c.outcome == "hung_up").label("hung_up"),
        flag(c.outcome.is_(None)).label("in_work"),
    ).where(scope.has(c.started_at))


def handovers(scope: Scope) -> sa.Select[Any]:
    """One row per handover: whether a human answered, and whether the first human line closed the contact.

    `first_line` and `last_line` are the lines of the contact's first and last answered queue entries.
    """
    b, c = BOT_CALLS.c, CALLS.c
    handed = (
        sa.select(b.contact_id, b.started_at, b.handed_to)
        .where(scope.has(b.started_at), b.outcome == "handed_over")
        .cte("handed")
    )
    in_order: dict[str, Any] = {"partition_by": c.contact_id, "order_by": [c.started_at, c.call_id]}
    by_people = (
        sa.select(
            c.contact_id,
            sa.func.first_value(c.line).over(**in_order, rows=(None, None)).label("first_line"),
            sa.func.last_value(c.line).over(**in_order, rows=(None, None)).label("last_line"),
        )
        .where(
            c.contact_id.in_(sa.select(handed.c.contact_id)),
            c.direction == "in",
            answered(scope),
            c.started_at >= scope.start,
            c.started_at < scope.contacts_over,
            c.started_at <= scope.now,
        )
        .subquery("answered_entries")
    )
    contacts = (
        sa.select(
            by_people.c.contact_id,
            sa.func.max(by_people.c.first_line).label("first_line"),
            sa.func.max(by_people.c.last_line).label("last_line"),
        )
        .group_by(by_people.c.contact_id)
        .subquery("contacts")
    )
    by_human = contacts.c.first_line.is_not(None)
    return sa.select(
        scope.bucket(handed.c.started_at),
        handed.c.handed_to.label("line"),
        flag(by_human).label("answered_by_human"),
        flag(and_(by_human, contacts.c.first_line == contacts.c.last_line)).label("correct"),
    ).select_from(handed.outerjoin(contacts, contacts.c.contact_id == handed.c.contact_id))


BOT = Relation(
    "bot",
    ("bot_calls",),
    bot_calls,
    ("line",),
    (
        Unsplit(
            "line",
            ("contained", "hung_up", "in_work"),
            N_("only a call that the bot hands over comes to a line"),
        ),
    ),
)
HANDOVERS = Relation("handovers", ("bot_calls", "calls"), handovers, ("line",))
