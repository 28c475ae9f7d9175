"""A contest's ledger in the bot's state: read it whole, and write into it one line at a time."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from bot.contests.tables import ADJUSTMENTS, OPT_OUTS, POSTS
from metrics.contests.ledger import Adjustment, Ledger, Posted


def read_ledger(connection: sa.Connection, contest: str) -> Ledger:
    """All that was added to a contest beside the records."""
    a, o = ADJUSTMENTS.c, OPT_OUTS.c
    adjusted = sa.select(a.id, a.who, a.amount, a.author, a.reason, a.at).where(a.contest == contest).order_by(a.id)
    out = sa.select(o.who).where(o.contest == contest).order_by(o.who)
    return Ledger(
        tuple(Adjustment(i, who, Decimal(n), *rest) for i, who, n, *rest in connection.execute(adjusted)),
        tuple(who for (who,) in connection.execute(out)),
        last_posted(connection, contest),
    )


def last_posted(connection: sa.Connection, contest: str) -> Posted | None:
    """The rating that was posted last."""
    c = POSTS.c
    latest = sa.select(c.as_of, c.places, c.adjustment, c.closing).where(c.contest == contest)
    row = connection.execute(latest.order_by(c.id.desc()).limit(1)).first()
    if row is None:
        return None
    places = tuple((str(who), int(place), Decimal(total)) for who, place, total in json.loads(row.places))
    return Posted(row.as_of, places, row.adjustment, row.closing)


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


def keep_posted(connection: sa.Connection, contest: str, posted: Posted, at: datetime) -> None:
    """Remember a rating as it was posted: the next one is compared with it."""
    values = {
        "contest": contest,
        "as_of": posted.as_of,
        "posted_at": at,
        "adjustment": posted.adjustment,
        "closing": posted.closing,
        "places": json.dumps([[who, place, f"{total:f}"] for who, place, total in posted.places]),
    }
    connection.execute(POSTS.insert().values(values))
