"""The tables of contests in the bot's state. Instants are naive UTC, amounts decimal texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.delivery.ledger import DELIVERIES, ISSUES, PARTS
from bot.delivery.model import PartStatus, Target
from bot.state.schema import METADATA
from metrics.contests.rules import Adjustment, Ledger, PostedRating

ADJUSTMENTS = sa.Table(
    "contest_adjustments",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest", sa.String(64), nullable=False, index=True),
    sa.Column("who", sa.String(128), nullable=False),
    sa.Column("amount", sa.String(32), nullable=False),
    sa.Column("author", sa.String(64), nullable=False),
    sa.Column("reason", sa.String(255), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""What somebody added to an agent's or a team's total, or took from it, and why."""

OPT_OUTS = sa.Table(
    "contest_opt_outs",
    METADATA,
    sa.Column("contest", sa.String(64), primary_key=True),
    sa.Column("who", sa.String(128), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)
"""Who does not wish to be ranked."""


SUBJECT = "rating"
"""What issues of ratings are about: `rating:june`."""
_ARRIVED = (PartStatus.SENT, PartStatus.UNKNOWN)


def read_ledger(
    connection: sa.Connection, contest: str, *, before: date | None = None, targets: Sequence[Target] = ()
) -> Ledger:
    """All that was added to a contest beside the records, and what was posted last.

    `before`: before the post of a day; `targets`: into any of these chats.
    """
    a, o = ADJUSTMENTS.c, OPT_OUTS.c
    adjusted = sa.select(a.id, a.who, a.amount, a.author, a.reason, a.at).where(a.contest == contest).order_by(a.id)
    out = sa.select(o.who).where(o.contest == contest).order_by(o.who)
    return Ledger(
        tuple(Adjustment(i, who, Decimal(n), *rest) for i, who, n, *rest in connection.execute(adjusted)),
        tuple(who for (who,) in connection.execute(out)),
        last_posted(connection, contest, before=before, targets=targets),
    )


def last_posted(
    connection: sa.Connection, contest: str, *, before: date | None = None, targets: Sequence[Target] = ()
) -> PostedRating | None:
    """The rating that was posted last: that came, or may have come, into a chat at least in part."""
    d, i, p = DELIVERIES.c, ISSUES.c, PARTS.c
    there = sa.exists().where(p.delivery == d.id, p.status.in_(_ARRIVED))
    asked = sa.select(i.period, i.memo).join(DELIVERIES, d.issue == i.id).where(there)
    asked = asked.where(i.subject == subject_of(contest), i.memo.is_not(None))
    if before:
        asked = asked.where(i.period < f"{before}")
    if targets:
        places = ((d.platform == each.platform) & (d.chat == each.place.chat) for each in targets)
        asked = asked.where(sa.or_(*places))
    row = connection.execute(asked.order_by(i.id.desc()).limit(1)).first()
    return posted_of(row.memo, date.fromisoformat(row.period)) if row else None


def subject_of(contest: str) -> str:
    return f"{SUBJECT}:{contest}"


def memo_of(posted: PostedRating) -> str:
    """A rating as it goes with its issue, as JSON; the issue's period is its day."""
    return _memo().dump_json(posted, exclude={"day"}).decode()


def posted_of(memo: str, day: date) -> PostedRating:
    """The rating that `memo_of` was given, as that of a day."""
    return replace(_memo().validate_json(memo), day=day)


@cache
def _memo() -> TypeAdapter[PostedRating]:
    return TypeAdapter(PostedRating)


def adjust(
    connection: sa.Connection, contest: str, who: str, amount: Decimal, *, author: str, reason: str, at: datetime
) -> None:
    """Add an amount to the total of an agent or a team; below 0 it is taken away."""
    values = {"contest": contest, "who": who, "amount": f"{amount:f}", "author": author, "reason": reason, "at": at}
    connection.execute(ADJUSTMENTS.insert().values(values))


def opt_out(connection: sa.Connection, contest: str, who: str, at: datetime) -> None:
    """Rank somebody no more; said twice it is the same."""
    opt_in(connection, contest, who)
    connection.execute(OPT_OUTS.insert().values(contest=contest, who=who, at=at))


def opt_in(connection: sa.Connection, contest: str, who: str) -> None:
    """Rank somebody again."""
    connection.execute(OPT_OUTS.delete().where(OPT_OUTS.c.contest == contest, OPT_OUTS.c.who == who))
