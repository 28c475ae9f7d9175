"""Transfers, and what became of each: one row per answered queue entry, or chat, that an agent handed on.

What became of it is the next row of the same contact, matched by the contact's id alone. On the line that was named
it arrived, on another it was rerouted; without one it went outside the queues, and how it ended is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.centre import Centre
from metrics.dimensions import LINE, TO_LINE, dimension_columns, dimensions_of
from metrics.relations.base import Relation, Scope, flag, happened
from metrics.relations.calls import answered
from metrics.relations.chats import accepted, given_up
from metrics.relations.contacts import CALL, CHAT
from warehouse.derived import kept
from warehouse.schema import CALLS, CHATS

ARRIVALS_BY = (*dimensions_of(CALLS, but=("campaign",)), TO_LINE)
QUEUED_BY = (LINE, "agent", "topic", "channel")
"""What both calls and chats are told apart by."""


def arrivals(scope: Scope) -> sa.Select[Any]:
    """One row per transfer by the row it began at; `line` is whose agent handed the contact on."""
    return _kept(scope, _transfers(scope, CALLS.c.line))


def received(scope: Scope) -> sa.Select[Any]:
    """One row per transfer that arrived, at its own beginning; `line` is the line it arrived at."""
    rows = _kept(scope, _transfers(scope, None)).subquery("sent")
    return sa.select(*rows.c).where(rows.c.arrived == 1)


def _kept(scope: Scope, rows: sa.Select[Any]) -> sa.Select[Any]:
    return kept("transfers", rows) if scope.derived else rows


def _transfers(scope: Scope, line: ColumnElement[Any] | None) -> sa.Select[Any]:
    c = CALLS.c
    handed_on = (
        sa.select(c.contact_id)
        .where(scope.has(c.started_at), c.direction == "in", c.transferred_to.is_not(None), c.outcome == "answered")
        .distinct()
    )
    lost = and_(c.outcome == "abandoned", happened(scope, c.started_at, c.wait_s, c.ended_at))

    def of_contact(column: sa.sql.functions.FunctionElement[Any]) -> ColumnElement[Any]:
        return column.over(partition_by=c.contact_id, order_by=[c.started_at, c.call_id])

    legs = (
        sa.select(
            *c,
            flag(answered(scope)).label("is_answered"),
            flag(lost).label("is_lost"),
            of_contact(sa.func.row_number()).label("place"),
            of_contact(sa.func.lead(c.line)).label("next_line"),
            of_contact(sa.func.lead(flag(answered(scope)))).label("next_answered"),
            of_contact(sa.func.lead(flag(lost))).label("next_lost"),
        )
        .where(
            c.contact_id.in_(handed_on),
            c.direction == "in",
            c.started_at >= scope.contacts_began,
            c.started_at < scope.contacts_over,
            c.started_at <= scope.now,
        )
        .cte("legs")
    )
    g = legs.c
    firsts = _first_answers(g)
    named = _line_of_name(scope.centre, g.transferred_to)
    arrived = and_(g.next_line.is_not(None), g.next_line == named)
    back = and_(firsts.c.place.is_not(None), firsts.c.place < g.place)
    known = sa.case((_is_line(scope, named), named))
    own = [key for key in ARRIVALS_BY if key not in (LINE, TO_LINE)]
    return (
        sa.select(
            scope.bucket(g.started_at),
            g.started_at.label("at"),
            g.call_id,
            (g.next_line if line is None else g.line).label("line"),
            *dimension_columns(legs, own),
            known.label("to_line"),
            g.contact_id,
            g.client_id,
            g.transferred_to,
            g.next_line,
            flag(arrived).label("arrived"),
            flag(and_(g.next_line.is_not(None), flag(arrived) == 0)).label("rerouted"),
            flag(g.next_line.is_(None)).label("outside"),
            flag(and_(arrived, g.next_answered == 1)).label("answered_there"),
            flag(and_(arrived, g.next_lost == 1)).label("lost_there"),
            flag(back).label("returned"),
        )
        .select_from(legs.outerjoin(firsts, and_(firsts.c.contact_id == g.contact_id, firsts.c.line == named)))
        .where(scope.has(g.started_at), g.is_answered == 1, g.transferred_to.is_not(None))
    )


def queued(scope: Scope) -> sa.Select[Any]:
    """One row per queue entry of a call, and per chat."""
    rows = _queued(scope, lambda at: scope.has(at)).subquery("queued")
    r = rows.c
    handed_on = r.transferred_to.is_not(None)
    return sa.select(
        scope.bucket(r["at"]),
        r["at"],
        *(r[name] for name in ("id", *QUEUED_BY, "contact_id", "client_id", "transferred_to")),
        r.is_answered.label("answered"),
        r.is_lost.label("lost"),
        r.is_flow_out.label("flow_out"),
        flag(and_(r.is_answered == 1, handed_on)).label("transferred"),
    )


def passed(scope: Scope) -> sa.Select[Any]:
    """One row per transfer of a call or a chat by the row it began at; `line` is whose agent handed the contact on."""
    return _passed(scope, received=False)


def passed_in(scope: Scope) -> sa.Select[Any]:
    """One row per transfer of a call or a chat that arrived, at its own beginning; `line` is where it arrived."""
    rows = _passed(scope, received=True).subquery("passed")
    return sa.select(*rows.c).where(rows.c.arrived == 1)


def _queued(scope: Scope, within: Callable[[ColumnElement[Any]], ColumnElement[bool]]) -> sa.CompoundSelect[Any]:
    """Queue entries of calls, and chats, of the contacts and the time wanted."""
    c, h = CALLS.c, CHATS.c
    left = happened(scope, c.started_at, c.wait_s, c.ended_at)
    calls = sa.select(
        c.call_id.label("id"),
        c.started_at.label("at"),
        c.line,
        c.agent_id.label("agent"),
        c.topic,
        sa.literal(CALL).label("channel"),
        c.contact_id,
        c.client_id,
        c.transferred_to,
        flag(answered(scope)).label("is_answered"),
        flag(and_(c.outcome == "abandoned", left)).label("is_lost"),
        flag(and_(c.outcome == "flow_out", left)).label("is_flow_out"),
    ).where(c.direction == "in", within(c.started_at))
    chats = sa.select(
        h.chat_id,
        h.started_at,
        h.line,
        h.agent_id,
        h.topic,
        sa.literal(CHAT),
        h.contact_id,
        h.client_id,
        h.transferred_to,
        flag(accepted(scope)),
        flag(given_up(scope)),
        sa.literal(0, sa.Integer),
    ).where(within(h.started_at))
    return sa.union_all(calls, chats)


def _passed(scope: Scope, *, received: bool) -> sa.Select[Any]:
    c, h = CALLS.c, CHATS.c
    handed_on = sa.union(
        sa.select(c.contact_id).where(scope.has(c.started_at), c.direction == "in", c.transferred_to.is_not(None)),
        sa.select(h.contact_id).where(scope.has(h.started_at), h.transferred_to.is_not(None)),
    ).subquery("handed_on")

    def around(at: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(at >= scope.contacts_began, at < scope.contacts_over, at <= scope.now)

    rows = _queued(scope, around).subquery("rows_handed_on")
    r = rows.c

    def of_contact(column: sa.sql.functions.FunctionElement[Any]) -> ColumnElement[Any]:
        return column.over(partition_by=r.contact_id, order_by=[r["at"], r.id])

    legs = (
        sa.select(
            *r,
            of_contact(sa.func.row_number()).label("place"),
            of_contact(sa.func.lead(r.line)).label("next_line"),
            of_contact(sa.func.lead(r.is_answered)).label("next_answered"),
            of_contact(sa.func.lead(r.is_lost)).label("next_lost"),
        )
        .where(r.contact_id.in_(sa.select(handed_on.c.contact_id)))
        .cte("legs_passed")
    )
    g = legs.c
    firsts = _first_answers(g)
    named = _line_of_name(scope.centre, g.transferred_to)
    arrived = and_(g.next_line.is_not(None), g.next_line == named)
    back = and_(firsts.c.place.is_not(None), firsts.c.place < g.place)
    return (
        sa.select(
            scope.bucket(g["at"]),
            g["at"],
            g.id,
            (g.next_line if received else g.line).label("line"),
            *(g[name] for name in QUEUED_BY if name != LINE),
            sa.case((_is_line(scope, named), named)).label("to_line"),
            g.contact_id,
            g.client_id,
            g.transferred_to,
            g.next_line,
            flag(arrived).label("arrived"),
            flag(g.next_line.is_(None)).label("outside"),
            flag(and_(arrived, g.next_answered == 1)).label("answered_there"),
            flag(and_(arrived, g.next_lost == 1)).label("lost_there"),
            flag(back).label("returned"),
        )
        .select_from(legs.outerjoin(firsts, and_(firsts.c.contact_id == g.contact_id, firsts.c.line == named)))
        .where(scope.has(g["at"]), g.is_answered == 1, g.transferred_to.is_not(None))
    )


def _first_answers(legs: Any) -> sa.Subquery:
    """Return where in its contact each line first answered, of legs with their places."""
    return (
        sa.select(legs.contact_id, legs.line, sa.func.min(legs.place).label("place"))
        .where(legs.is_answered == 1)
        .group_by(legs.contact_id, legs.line)
        .subquery("firsts")
    )


def _line_of_name(centre: Centre, name: ColumnElement[Any]) -> ColumnElement[Any]:
    """The key of the line that a transfer names, by its title and its aliases too: lines are renamed."""
    keys = {
        called: key
        for key, known in centre.lines.items()
        if not known.members
        for called in (known.title, *known.aliases)
        if called != key and called not in centre.lines
    }
    return sa.case(*((name == called, sa.literal(key)) for called, key in keys.items()), else_=name) if keys else name


def _is_line(scope: Scope, name: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a name is a line of the centre: one of its settings, or without these one that took a call."""
    keys = [key for key, known in scope.centre.lines.items() if not known.members]
    if keys:
        return name.in_(keys)
    c = CALLS.c
    took = sa.select(c.line).where(
        c.direction == "in", c.started_at >= scope.contacts_began, c.started_at < scope.contacts_over
    )
    return name.in_(took.distinct())


ARRIVALS = Relation("arrivals", ("calls",), arrivals, ARRIVALS_BY, derived=True, costly=True)
RECEIVED = Relation("received", ("calls",), received, ARRIVALS_BY, derived=True, costly=True)
_BOTH: tuple[str, ...] = ("calls", "chats")
QUEUED = Relation("queued", _BOTH[:1], queued, QUEUED_BY, beside=_BOTH[1:], lines_from=_BOTH)
PASSED = Relation(
    "passed", _BOTH[:1], passed, (*QUEUED_BY, TO_LINE), beside=_BOTH[1:], lines_from=_BOTH, derived=True, costly=True
)
PASSED_IN = Relation(
    "passed_in",
    _BOTH[:1],
    passed_in,
    (*QUEUED_BY, TO_LINE),
    beside=_BOTH[1:],
    lines_from=_BOTH,
    derived=True,
    costly=True,
)
