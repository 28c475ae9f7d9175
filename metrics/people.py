"""The people of the records: what the keys of a breakdown by agent stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from metrics.periods import Period
from warehouse.records import Records
from warehouse.schema import AGENTS


@dataclass(frozen=True)
class Person:
    """An agent as the records know them. Instants are UTC; None is not known, or works on."""

    key: str
    name: str | None
    team: str | None
    active_from: datetime | None = None
    active_to: datetime | None = None

    def works_in(self, period: Period) -> bool:
        """Whether they have a day of work in a period."""
        begun = self.active_from is None or self.active_from < period.end
        return begun and (self.active_to is None or self.active_to >= period.start)


def people_of(records: Records) -> dict[str, Person]:
    """Everybody in the records by their keys."""
    c = AGENTS.c
    rows = records.rows(sa.select(c.agent_id, c.name, c.team, c.active_from, c.active_to))
    return {str(row[0]): Person(str(row[0]), *row[1:]) for row in rows}


def names_of(records: Records) -> dict[str, str]:
    """Agents' names by their keys; a key without a name is not there."""
    rows = records.rows(sa.select(AGENTS.c.agent_id, AGENTS.c.name).where(AGENTS.c.name.is_not(None)))
    return {str(key): str(name) for key, name in rows}
