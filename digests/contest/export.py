"""A rating for scripts: one plain object. Instants are ISO with the centre's offset, totals plain numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from digests.contest.rating import Rated
from digests.contest.wording import Naming
from metrics.contests.standing import Placed, Standing


def rating_object(rated: Rated, naming: Naming) -> dict[str, Any]:
    """`contest`, `phase`, `as_of`, `threshold`, `places`, `corrections`, `adjustments`, and what is ranked nowhere."""
    standing, zone = rated.standing, rated.spec.rules.period.timezone
    return {
        "contest": rated.spec.key,
        "metric": rated.metric.key,
        "phase": rated.phase.name.lower(),
        "start": _iso(rated.spec.rules.period.start, zone),
        "end": _iso(rated.spec.rules.period.end, zone),
        "as_of": _iso(standing.as_of, zone),
        "since": _iso(rated.since, zone),
        "threshold": _number(standing.threshold),
        "places": [_place(rated, placed, naming, zone) for placed in standing.places],
        "outside": {reason: _number(total) for reason, total in standing.outside.items()},
        "corrections": [{"key": c.key, "was": _number(c.was), "now": _number(c.now)} for c in rated.corrections],
        "adjustments": [
            {"key": a.who, "amount": _number(a.amount), "author": a.author, "reason": a.reason, "at": _iso(a.at, zone)}
            for a in rated.adjustments
        ],
    }


def teams_object(rated: Rated, ranked: Standing) -> dict[str, Any]:
    """The teams' places, whoever competes."""
    return {
        "contest": rated.spec.key,
        "as_of": _iso(ranked.as_of, rated.spec.rules.period.timezone),
        "teams": [{"key": p.key, "place": p.place, "total": _number(p.total)} for p in ranked.places],
    }


def _place(rated: Rated, placed: Placed, naming: Naming, zone: str) -> dict[str, Any]:
    gap = rated.standing.to_next(placed)
    return {
        "place": placed.place,
        "key": placed.key,
        "name": naming.name(placed.key) or None,
        "total": _number(placed.total),
        "reached": _iso(placed.reached, zone),
        "finalist": rated.standing.is_finalist(placed),
        "moved": rated.moved(placed),
        "to_next": _number(gap[1]) if gap else None,
        "to_final": _number(rated.standing.to_final(placed)),
    }


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)


def _iso(moment: datetime | None, zone: str) -> str | None:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat() if moment else None
