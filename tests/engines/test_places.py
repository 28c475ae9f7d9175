"""A centre whose tables lie in two places, the warehouse and the lake."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.facts import Query
from metrics.periods import parse
from tests.engines.centre import BERLIN
from tests.engines.layouts import copied
from tests.engines.questions import differences
from tests.engines.servers import postgresql, sqlite
from tests.kit import House
from warehouse.engines.mapping import WarehouseSettings
from warehouse.messages import UserError
from warehouse.open import Warehouse
from warehouse.schema import CALLS, CHATS

CATALOGUE = Catalogue()
OCTOBER = parse("2026-10-24..2026-10-26", BERLIN)


def with_tables(house: House, directory: Path, names: Collection[str]) -> Warehouse:
    """The house's lake, with some of its tables read from a database instead."""
    with sqlite(directory) as server:
        tables = copied(house.lake.open(), server, names)
        return Warehouse(house.lake, WarehouseSettings(server.url, tables=tables), None)


@pytest.mark.parametrize("there", [("calls",), ("calls", "agents"), ("chats", "agents"), ("agents",)])
def test_teams_are_known_wherever_people_are(house: House, tmp_path: Path, there: tuple[str, ...]) -> None:
    queries = [
        Query(CATALOGUE.get(metric), OCTOBER, None, by)
        for metric in ("aht", "chat_aht", "calls")
        for by in ((), ("team",), ("agent", "site"), ("day", "team"))
        if set(by) - {"day"} <= set(CATALOGUE.dimensions(CATALOGUE.get(metric)))
    ]
    assert differences(house.calculator(), with_tables(house, tmp_path, there).open(), queries) == []


def test_people_are_taken_along_into_a_server(house: House, tmp_path: Path) -> None:
    with postgresql(tmp_path) as server:
        tables = copied(house.lake.open(), server, ["calls"])
        warehouse = Warehouse(house.lake, WarehouseSettings(server.url, tables=tables), None)
        queries = [Query(CATALOGUE.get("aht"), OCTOBER, None, by) for by in (("team",), ("site", "line"))]
        assert differences(house.calculator(), warehouse.open(), queries) == []
        warehouse.database.close()


def test_what_needs_two_tables_of_two_places_says_so(house: House, tmp_path: Path) -> None:
    """What the bot handed over is in the lake, and who took it in the warehouse."""
    records = with_tables(house, tmp_path, ["calls"]).open()
    calculator = Calculator(records, house.centre, CATALOGUE, house.now)
    handed, calls = calculator.compute([Query(CATALOGUE.get(key), OCTOBER) for key in ("bot_correct", "calls")])

    assert handed.total.value is None
    assert str(handed.total.missing) == (
        "cannot be computed: bot_calls, calls lie in two places, copy one with svodka warehouse pull"
    )
    assert calls.total.value == house.ask("calls", "2026-10-24..2026-10-26").fact.value


def test_a_statement_over_two_places_is_refused(house: House, tmp_path: Path) -> None:
    records = with_tables(house, tmp_path, ["calls"]).open()
    with pytest.raises(UserError, match="svodka warehouse pull calls"):
        records.rows(sa.select(CALLS.c.call_id).join(CHATS, CHATS.c.client_id == CALLS.c.client_id))
