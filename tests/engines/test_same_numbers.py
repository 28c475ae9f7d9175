"""The same records give the same numbers, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.engines.centre import small_centre
from tests.engines.layouts import copied
from tests.engines.questions import differences, questions
from tests.engines.servers import ENGINES
from tests.kit import House
from warehouse.engines.mapping import WarehouseSettings
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.schema import FACT_TABLES


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return small_centre(tmp_path_factory.mktemp("centre"), calls=150)


@pytest.fixture(scope="module", params=ENGINES)
def warehouse(
    request: pytest.FixtureRequest, house: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """The records of the lake on another engine, each table with a name of its own."""
    with ENGINES[request.param](tmp_path_factory.mktemp("engine")) as server:
        tables = copied(house.lake.open(), server.writer, [table.name for table in FACT_TABLES])
        server.writer.dispose()
        nowhere = Lake(tmp_path_factory.mktemp("empty") / "records")
        made = Warehouse(nowhere, WarehouseSettings(server.url, tables=tables), server.password)
        yield made
        made.database.close()


def test_every_metric_is_the_same(house: House, warehouse: Warehouse) -> None:
    calculator = house.calculator()
    wrong = differences(calculator, warehouse.open(), list(questions(everything=False)))
    assert [(query.metric.key, query.lines, query.by) for query, *_ in wrong] == []


def test_what_is_known_of_a_table_is_the_same(house: House, warehouse: Warehouse) -> None:
    ours, theirs = house.lake.open(), warehouse.open()
    for table in FACT_TABLES:
        assert theirs.first_event(table.name) == ours.first_event(table.name)
        assert theirs.lines(table.name) == ours.lines(table.name)
        assert theirs.filled(table.name) == ours.filled(table.name) - {"source"}
    assert theirs.says("calls", "outcome", ["busy"])
    assert not theirs.says("calls", "outcome", ["nobody"])


def test_nothing_can_be_written(warehouse: Warehouse) -> None:
    with warehouse.database.engine.connect() as connection:
        for statement in warehouse.database.driver.begin:
            connection.exec_driver_sql(statement.format(seconds=5, milliseconds=5000))
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql("DELETE FROM dwh_leads")
