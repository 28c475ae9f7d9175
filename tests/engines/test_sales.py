"""Sales out of tables in a database: the worked half month and random ones give the numbers they give in memory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.facts import Query
from metrics.periods import parse
from metrics.relations import RELATIONS
from tests.engines.conftest import EVERYTHING
from tests.engines.layouts import as_it_is
from tests.engines.questions import differences
from tests.engines.servers import Server
from tests.operations.memory import Memory
from tests.sales import chance, world
from tests.sales.world import JUNE, Row
from warehouse.engines.drivers import driver_of
from warehouse.engines.mapping import TableMapping, WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.schema import SALES_TABLES, TABLES

TOLD = (*(table.name for table in SALES_TABLES), "leads")
SEEDS = (1, 2)
OF_SALES = [
    metric
    for metric in Catalogue()
    if {each.relation for each in Catalogue().leaves(metric)}
    <= {key for key, relation in RELATIONS.items() if set(relation.tables) <= set(TOLD)}
]
LAID = iter(range(10_000))


def laid(server: Server, rows: dict[str, list[Row]], known: datetime, directory: Path) -> Warehouse:
    """The tables of a town on a server, each known up to one moment."""
    driver, tables, number = driver_of(sa.make_url(server.url).get_backend_name()), {}, next(LAID)
    for name in TOLD:
        columns = list(TABLES[name].columns)
        theirs = f"town{number}_{name}"
        of = [{column.name: row.get(column.name) for column in columns} for row in rows.get(name, ())]
        server.lay(theirs, columns, of)
        columns_of = as_it_is(name, theirs, server.quote).columns
        fresh = driver.stamp.format(moment=known) if of and TABLES[name].info["time"] else None
        tables[name] = TableMapping(name, theirs, columns_of, timezone="UTC", zone_given=True, fresh=fresh)
    return Warehouse(
        Lake(directory / "records"), WarehouseSettings(server.url, timeout_s=120, tables=tables), server.password
    )


@pytest.mark.skipif(not EVERYTHING, reason="run by: make engines")
@pytest.mark.parametrize("seed", [None, *SEEDS])
def test_every_metric_of_sales_is_the_same(server: Server, seed: int | None, tmp_path: Path) -> None:
    rows = world.rows() if seed is None else chance.records(seed)
    now = world.at(world.NOW) if seed is None else chance.NOW
    centre = world.CENTRE if seed is None else Centre()
    assert now is not None
    warehouse = laid(server, rows, now, tmp_path)
    period = parse(JUNE, centre.timezone)
    queries = [Query(metric, period) for metric in OF_SALES]
    queries += [
        Query(metric, period, by=("owner",)) for metric in OF_SALES if "owner" in Catalogue().dimensions(metric)
    ]
    try:
        wrong = differences(Calculator(Memory(rows, now), centre, Catalogue(), now), warehouse.open(), queries)
    finally:
        warehouse.close()
    assert [(query.metric.key, query.by, left, right) for query, left, right in wrong] == []
