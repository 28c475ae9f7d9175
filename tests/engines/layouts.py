"""The rows of a lake put into a database of another engine, as they are or as a stranger would keep them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from tests.engines.servers import Server
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.ingest.mapping import mappable
from warehouse.records import Records
from warehouse.schema import TABLES


def copied(records: Records, server: Server, tables: Iterable[str]) -> dict[str, TableMapping]:
    """Copy tables under names of their own, with our columns and instants of UTC; return how they are read back."""
    mappings = {}
    for name in tables:
        theirs = f"dwh_{name}"
        rows = [dict(row._mapping) for row in records.rows(sa.select(TABLES[name]))]
        server.lay(theirs, list(TABLES[name].columns), rows)
        mappings[name] = as_it_is(name, theirs, server.quote)
    return mappings


def as_it_is(name: str, theirs: str, quote: str = '"') -> TableMapping:
    """The mapping of a table whose columns are ours already."""
    columns = {each: ColumnMapping(f"{quote}{each}{quote}") for each in mappable(TABLES[name])}
    return TableMapping(name, theirs, columns, timezone="UTC", zone_given=True)
