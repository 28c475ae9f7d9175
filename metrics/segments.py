"""What a centre's dimensions hold: the agents, topics and campaigns that can be asked for by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

import sqlalchemy as sa

from metrics.centre import Centre
from metrics.compute import Reckoner
from metrics.relations import RELATIONS, Relation, Scope, moments_of
from warehouse.records import STATEMENTS_KEPT

LOOK_BACK = timedelta(days=92)
"""Segments that did not occur for longer can still be asked for by their exact `dimension=value` in a script."""
MOST = 2000
"""More values than this of one dimension are no names that people type."""


def segments(reckoner: Reckoner) -> Mapping[str, tuple[str, ...]]:
    """The values of every dimension but lines that occurred lately, in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for relation in RELATIONS.values():
        dimensions = [name for name in relation.dimensions if name != "line"]
        known_to = reckoner.records.complete_to(relation.tables[0])
        if relation.inside or not dimensions or known_to is None:
            continue
        until = min(known_to, reckoner.now)
        moments = moments_of((until - LOOK_BACK, until), until, until)
        for name in dimensions:
            values = _values(reckoner.centre, relation, name)
            found[name].update(str(row[0]) for row in reckoner.records.rows(values, moments))
    return {name: tuple(sorted(values)) for name, values in found.items()}


@lru_cache(STATEMENTS_KEPT)
def _values(centre: Centre, relation: Relation, dimension: str) -> sa.Select[str]:
    rows = relation.rows(Scope(centre)).subquery("rows")
    return sa.select(rows.c[dimension]).where(rows.c[dimension].is_not(None)).distinct().limit(MOST)
