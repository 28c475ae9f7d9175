"""Which deals somebody sees: rows of the others are not there for them, whatever is asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from warehouse.schema import (
    CAMPAIGN_CLIENTS,
    COSTS,
    DEAL_CLIENTS,
    DEAL_OWNERS,
    DEAL_STAGES,
    DEALS,
    PLANS,
    TASKS,
    TOUCHES,
    VISITS,
)

_OF_DEALS = frozenset(table.name for table in (DEAL_STAGES, DEAL_OWNERS, DEAL_CLIENTS, TOUCHES, TASKS, VISITS))
_MARKETING = "(kind IN ('media', 'agency') OR origin IS NOT NULL OR campaign IS NOT NULL)"


@dataclass(frozen=True)
class DealScope:
    """The deals that are seen: of these cities, pipelines and present owners. None: of all."""

    cities: frozenset[str] | None = None
    pipelines: frozenset[str] | None = None
    owners: frozenset[str] | None = None
    unplanned: frozenset[str] = frozenset()
    """Metrics whose plans are of all deals: nothing that is seen here is to be held against them."""

    @property
    def limits(self) -> frozenset[str]:
        """By which dimensions deals are limited."""
        given = {"city": self.cities, "pipeline": self.pipelines, "owner": self.owners}
        return frozenset(dimension for dimension, values in given.items() if values is not None)

    @property
    def tables(self) -> frozenset[str]:
        """The tables of which not every row is seen."""
        whole = {DEALS.name, COSTS.name, CAMPAIGN_CLIENTS.name, *_OF_DEALS}
        return frozenset({*whole, PLANS.name} if self.unplanned else whole)

    def narrowed(self, table: str, rows: str, deals: str) -> str:
        """Return the SQL (DuckDB) of the rows of a table that are seen; `rows` and `deals` select all there are."""
        return f"SELECT * FROM ({rows}) WHERE {self._seen(table, deals)}"

    def _seen(self, table: str, deals: str) -> str:
        if table == DEALS.name:
            return self._deal
        if table in _OF_DEALS:
            # What belongs to no deal belongs to no city and to nobody.
            return f"deal_id IN (SELECT deal_id FROM ({deals}) WHERE {self._deal})"
        if table == COSTS.name:
            mine = "true" if self.cities is None else f"coalesce({_among('city', self.cities)}, false)"
            return f"(NOT {_MARKETING} OR ({mine}))"
        if table == CAMPAIGN_CLIENTS.name:
            return "false"
        if table == PLANS.name and self.unplanned:
            return f"NOT ({_among('metric', self.unplanned)})"
        return "true"

    @property
    def _deal(self) -> str:
        given = (("city", self.cities), ("pipeline", self.pipelines), ("owner_id", self.owners))
        conditions = [f"coalesce({_among(column, words)}, false)" for column, words in given if words is not None]
        return " AND ".join(conditions) or "true"


def _among(column: str, words: Collection[str]) -> str:
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in sorted(words))
    return f"{column} IN ({listed})" if listed else "false"
