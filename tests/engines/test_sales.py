"""Sales of made-up towns, by days and by whom, are the same numbers wherever their records lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from metrics.catalogue import Catalogue
from metrics.facts import Query
from metrics.periods import parse
from metrics.relations import RELATIONS
from tests.engines.conftest import EVERYTHING
from tests.engines.layouts import as_it_is
from tests.engines.questions import differences
from tests.engines.servers import ENGINES, Server
from tests.sales.chance import records
from tests.sales.world import CENTRE, JUNE, Sales, world
from warehouse.engines.drivers import driver_of
from warehouse.engines.mapping import WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.schema import TABLES

CATALOGUE = Catalogue()


@pytest.fixture
def apart(server: Server, tmp_path: Path) -> Iterator[Server]:
    """The server; of DuckDB a file of its own, since one that is read cannot be written by the same process."""
    if not server.url.startswith("duckdb"):
        yield server
        return
    with ENGINES["duckdb"](tmp_path) as own:
        yield own


def test_sales_are_the_same(apart: Server, tmp_path: Path) -> None:
    """Deals are read under several names in one statement: their own, the one of a visit, the one merged into them."""
    assert wrong(apart, world(), "sold", tmp_path) == []


@pytest.mark.skipif(not EVERYTHING, reason="random towns are laid on servers by: make engines")
def test_sales_of_a_random_town_are_the_same(apart: Server, tmp_path: Path) -> None:
    """Each engine has a town of its own."""
    if apart.url.startswith("clickhouse"):
        pytest.skip("ClickHouse takes minutes on a busy machine, and has the town that is not drawn")
    seed = sum(map(ord, sa.make_url(apart.url).get_backend_name()))
    assert wrong(apart, Sales(records(seed), centre=CENTRE), f"town_{seed}", tmp_path) == []


def wrong(server: Server, sales: Sales, prefix: str, directory: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return which metrics of a town come out otherwise of its tables on a server, and by what."""
    if server.url.startswith("hive"):
        pytest.skip("Spark takes seconds for each of a hundred statements over deals")
    for name, rows in sales.rows.items():
        columns = list(TABLES[name].columns)
        server.lay(f"{prefix}_{name}", columns, [{each.name: row.get(each.name) for each in columns} for row in rows])
    stamp = driver_of(sa.make_url(server.url).get_backend_name()).stamp.format(moment=sales.now)
    tables = {name: replace(as_it_is(name, f"{prefix}_{name}", server.quote), fresh=stamp) for name in sales.rows}
    warehouse = Warehouse(
        Lake(directory / "records"), WarehouseSettings(server.url, timeout_s=60, tables=tables), server.password
    )
    period = parse(JUNE, sales.centre.timezone)
    of_sales = [
        metric
        for metric in CATALOGUE
        if all(sales.rows.keys() & set(RELATIONS[leaf.relation].tables) for leaf in CATALOGUE.leaves(metric))
    ]
    # One of each relation tells whether its rows are the same: a statement over deals takes a server a second or more.
    each = {CATALOGUE.leaves(metric)[0].relation: metric for metric in of_sales}.values()
    asked = [Query(metric, period, None, ()) for metric in each]
    assert len(asked) > 15
    try:
        return [(query.metric.key, query.by) for query, *_ in differences(sales.calculator, warehouse.open(), asked)]
    finally:
        warehouse.close()
