"""Transfers of calls, and what became of each: one row per answered queue entry that an agent handed on.

What became of it is the next row of the same contact, matched by the contact's id alone. On the line that was named
it arrived, on another it was rerouted; without one it went outside the queues, and how it ended is not known.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_

from metrics.centre import Centre
from metrics.dimensions import LINE, TO_LINE, dimension_columns, dimensions_of
from metrics.relations.base import Relation, Scope, flag, happened
from metrics.relations.calls import answered
from warehouse.derived import kept
from warehouse.schema import CALLS

ARRIVALS_BY = (*dimensions_of(CALLS, but=("campaign",)), TO_LINE)


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
    firsts = (
        sa.select(g.contact_id, g.line, sa.func.min(g.place).label("place"))
        .where(g.is_answered == 1)
        .group_by(g.contact_id, g.line)
        .subquery("firsts")
    )
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
