"""What has changed behind the rating that was posted last: late records, and what somebody added or took away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from digests.contest.rated import Rated
from digests.contest.wording import Naming, number, signed, since_said
from digests.document import Block, Bullets, Heading, Item, plain
from digests.wording import Words
from metrics.contests.ledger import Adjustment, Correction
from warehouse.messages import N_


def changes(rated: Rated, naming: Naming, words: Words) -> Iterator[Block]:
    """A list of them, if there are any."""
    told = [
        *(_corrected(rated, each, naming, words) for each in rated.corrections),
        *(_adjusted(rated, each, naming, words) for each in rated.adjustments),
    ]
    if told:
        yield Heading(words(N_("Corrections")), 2)
        yield Bullets(tuple(Item(plain(text)) for text in told))


def _corrected(rated: Rated, correction: Correction, naming: Naming, words: Words) -> str:
    was, now = (number(words, rated.metric, total or Decimal(0)) for total in (correction.was, correction.now))
    return words(
        N_("{name}: {now} instead of {was} as of {moment}, late records have shown it."),
        name=_who(rated, correction.key, naming, words),
        was=was,
        now=now,
        moment=since_said(rated.since, rated.spec.rules.period) if rated.since else "",
    )


def _adjusted(rated: Rated, adjustment: Adjustment, naming: Naming, words: Words) -> str:
    return words(
        N_("{name}: {amount}, {reason} ({author})."),
        name=_who(rated, adjustment.who, naming, words),
        amount=signed(words, rated.metric, adjustment.amount),
        reason=adjustment.reason,
        author=adjustment.author,
    )


def _who(rated: Rated, key: str, naming: Naming, words: Words) -> str:
    """By name, or by the place they have now."""
    placed = rated.standing.of(key)
    if naming.name(key) or key == naming.me or placed is None:
        return naming.label(key)
    return words(N_("place {place}"), place=placed.place)
