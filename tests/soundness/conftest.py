"""Every story is told again of records that lie in a database, where `make engines` starts one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from tests.engines.conftest import EVERYTHING
from tests.engines.layouts import as_it_is
from tests.engines.servers import ENGINES, Server
from tests.kit import House
from warehouse.engines.drivers import driver_of
from warehouse.engines.mapping import TableMapping, WarehouseSettings
from warehouse.open import Warehouse
from warehouse.schema import FACT_TABLES

_OF_THE_LAKE = ("test_engines", "test_pruning", "test_printing")
"""What is told there is of files, words and texts."""
_COUNTING = (
    "test_a_whole_asked_with_its_days_is_divided_once_and_read_once",
    "test_all_that_adds_up_is_one_statement",
    "test_plans_of_many_periods_and_lines_are_spread_in_one_pass_each_by_its_own_weeks",
)
"""Stories that count the lake's statements."""
_BY_ALL = ("postgresql", "clickhouse", "mariadb")
"""Where all is run that can be, some hundreds of stories take a minute or two on an engine: others are named for it."""
STARTED = ExitStack()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell each story of the engines that are asked for, in place of the lake."""
    asked = [name for name in ENGINES if name in (_BY_ALL if EVERYTHING == "1" else EVERYTHING.split(","))]
    module, function = metafunc.module.__name__.rpartition(".")[2], metafunc.function.__name__
    if asked and module not in _OF_THE_LAKE and function not in _COUNTING:
        metafunc.fixturenames.append("place")
        metafunc.parametrize("place", asked)


@pytest.fixture(scope="session")
def started_for_all() -> Iterator[None]:
    yield
    STARTED.close()
    server.cache_clear()


@cache
def server(name: str, directory: Path) -> Server:
    return STARTED.enter_context(ENGINES[name](directory))


@pytest.fixture(autouse=True)
def records_there(
    request: pytest.FixtureRequest,
    started_for_all: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Have a house compute from a copy of its records on the engine that the test is told of."""
    place = request.node.callspec.params.get("place") if hasattr(request.node, "callspec") else None
    if place is None:
        yield
        return
    copies = Copies(server(place, tmp_path_factory.getbasetemp()))

    def calculator(house: House) -> Calculator:
        return Calculator(copies.of(house).open(), house.centre, Catalogue(), house.now)

    monkeypatch.setattr(House, "calculator", calculator)
    yield
    copies.close()


class Copies:
    """The records of houses on one server, each state of them in tables of its own."""

    _made = 0

    def __init__(self, there: Server) -> None:
        self._server = there
        self._driver = driver_of(sa.make_url(there.url).get_backend_name())
        self._opened: dict[object, Warehouse] = {}

    def of(self, house: House) -> Warehouse:
        state = (house.lake.root, house.lake.stamp())
        if state not in self._opened:
            tables = {table.name: self._copied(house, table) for table in FACT_TABLES}
            settings = WarehouseSettings(self._server.url, timeout_s=60, tables=tables)
            self._opened[state] = Warehouse(house.lake, settings, self._server.password)
        return self._opened[state]

    def close(self) -> None:
        for warehouse in self._opened.values():
            warehouse.close()

    def _copied(self, house: House, table: sa.Table) -> TableMapping:
        records = house.lake.open()
        rows = [dict(row._mapping) for row in records.rows(sa.select(table))]
        name = f"told_{Copies._made}_{table.name}" if rows else f"empty_{table.name}"
        if rows or (self._server.url, name) not in EMPTY:
            self._server.lay(name, list(table.columns), rows)
            EMPTY.add((self._server.url, name))
        Copies._made += 1
        made = as_it_is(table.name, name, self._server.quote)
        known = records.complete_to(table.name)
        fresh = self._driver.stamp.format(moment=known.replace(microsecond=0)) if known and rows else None
        return TableMapping(table.name, name, made.columns, timezone="UTC", zone_given=True, fresh=fresh)


EMPTY: set[tuple[str, str]] = set()
"""Tables without rows that were made already: the stories share them."""
