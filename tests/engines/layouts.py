"""The rows of a lake put into a database of another engine, as they are or as a stranger would keep them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.records import Records
from warehouse.schema import TABLES


def copied(records: Records, engine: sa.Engine, tables: Iterable[str]) -> dict[str, TableMapping]:
    """Copy tables under names of their own, with our columns and instants of UTC; return how they are read back."""
    mappings = {}
    for name in tables:
        theirs = f"dwh_{name}"
        lay(engine, theirs, TABLES[name].columns, [row._asdict() for row in records.rows(sa.select(TABLES[name]))])
        mappings[name] = as_it_is(name, theirs)
    return mappings


def as_it_is(name: str, theirs: str) -> TableMapping:
    """The mapping of a table whose columns are ours already."""
    columns = {
        column.name: ColumnMapping(f'"{column.name}"') for column in TABLES[name].columns if column.name != "source"
    }
    return TableMapping(name, theirs, columns, timezone="UTC", zone_given=True)


def lay(engine: sa.Engine, name: str, columns: Iterable[sa.Column[Any]], rows: list[dict[str, Any]]) -> None:
    """Make a table of rows."""
    made = sa.Table(name, sa.MetaData(), *(sa.Column(column.name, column.type) for column in columns))
    made.create(engine)
    with engine.begin() as connection:
        for begin in range(0, len(rows), 1000):
            connection.execute(made.insert(), rows[begin : begin + 1000])
