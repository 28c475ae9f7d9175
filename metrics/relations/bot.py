"""The voice bot's calls, and what became of those it handed over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import and_

from metrics.relations.base import Relation, Scope, Unsplit, flag
from metrics.relations.calls import answered
from warehouse.messages import N_
from warehouse.schema import BOT_CALLS, CALLS


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
