"""What everybody has done in a contest, and when they did the last of it: one statement over the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from metrics.aggregate import aggregate_of, conditions_of
from metrics.centre import Centre
from metrics.compute import Reckoner, Want
from metrics.contests.rules import AGENT, Rules
from metrics.model import Count, Sum, Where
from metrics.relations import RELATIONS, Scope, moments_of
from metrics.verdict import exact
from warehouse.messages import Mistake
from warehouse.records import STATEMENTS_KEPT

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Tally:
    """A total, and the moment (UTC) at which it was reached."""

    total: Decimal
    reached: datetime | None = None


def tally(reckoner: Reckoner, rules: Rules, as_of: datetime) -> dict[str | None, Tally]:
    """What every agent has done up to and with a moment. None: the records name nobody.

    Raises Mistake if the records cannot tell.
    """
    if as_of < rules.period.start:
        return {}
    absent = reckoner.why_absent(Want(rules.metric, rules.period, None, None, rules.filters))
    if absent is not None:
        raise Mistake(absent.id, **absent.params)
    fact = rules.metric.fact
    assert isinstance(fact, Count | Sum)
    borders = (rules.period.start, rules.period.end)
    moments = moments_of(borders, min(as_of, rules.period.end), as_of)
    rows = reckoner.records.rows(_statement(reckoner.centre, rules.metric.relation, fact, rules.filters), moments)
    return {None if key is None else str(key): Tally(_decimal(total), reached) for key, total, reached in rows}


@lru_cache(STATEMENTS_KEPT)
def _statement(centre: Centre, relation: str, fact: Count | Sum, filters: Where) -> sa.Select[Any]:
    rows = RELATIONS[relation].rows(Scope(centre)).subquery("rows")
    counting = conditions_of(rows, fact.where)
    if isinstance(fact, Sum):
        counting.append(rows.c[fact.of] != 0)
    total = aggregate_of(rows, fact, None)
    reached = sa.func.max(sa.case((sa.and_(*counting), rows.c.at)) if counting else rows.c.at)
    return (
        sa.select(rows.c[AGENT], total.label("total"), reached.label("reached"))
        .where(*conditions_of(rows, filters))
        .group_by(rows.c[AGENT])
        .having(total != 0)
    )


def _decimal(total: float) -> Decimal:
    """As a person would write it: the engine's sums of square metres are exact to 0.01 and no further."""
    found = exact(total)
    return Decimal(int(found)) if found == int(found) else found.quantize(_CENT)
