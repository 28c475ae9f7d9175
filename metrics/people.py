"""The people of the records: what the keys of a breakdown by agent stand for."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.records import Records
from warehouse.schema import AGENTS


def names_of(records: Records) -> dict[str, str]:
    """Agents' names by their keys; a key without a name is not there."""
    rows = records.rows(sa.select(AGENTS.c.agent_id, AGENTS.c.name).where(AGENTS.c.name.is_not(None)))
    return {str(key): str(name) for key, name in rows}
