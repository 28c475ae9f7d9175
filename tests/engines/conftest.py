"""One small centre, and a warehouse of its records on each engine: those in this process always run here.

Servers are started by `make engines`, or where SVODKA_ENGINES names them. A real PostgreSQL is always asked too, by
`tests/warehouse`: of its grants, its tables and its plans.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.engines.centre import small_centre
from tests.engines.layouts import copied
from tests.engines.servers import ENGINES, Server
from tests.kit import House
from warehouse.engines.mapping import WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.schema import FACT_TABLES

QUICK = ("sqlite", "duckdb")
EVERYTHING = os.environ.get("SVODKA_ENGINES", "")
"""Empty: the engines in this process, and few questions; 1: all; else those named, with commas."""


@dataclass(frozen=True)
class Copy:
    """The centre's records on another engine."""

    server: Server
    warehouse: Warehouse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return small_centre(tmp_path_factory.mktemp("centre"), calls=150 if EVERYTHING else 60)


@pytest.fixture(scope="session", params=ENGINES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of each engine."""
    name = request.param
    if name == "yours" and "SVODKA_TEST_URL" not in os.environ:
        pytest.skip("SVODKA_TEST_URL names no server")
    if name not in (*QUICK, "yours") and name not in EVERYTHING.split(",") and EVERYTHING != "1":
        pytest.skip(f"{name} is run by: make engines")
    with ENGINES[name](tmp_path_factory.mktemp(name)) as started:
        yield started


@pytest.fixture(scope="session")
def copy(server: Server, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """The centre's records there, each table with a name of its own, and nothing in the lake."""
    tables = copied(house.lake.open(), server, [table.name for table in FACT_TABLES])
    settings = WarehouseSettings(server.url, timeout_s=120, tables=tables)
    warehouse = Warehouse(Lake(tmp_path_factory.mktemp("nothing") / "records"), settings, server.password)
    yield Copy(server, warehouse)
    warehouse.database.close()
