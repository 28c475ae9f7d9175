"""A mapping is proposed for databases as centres have them, and says their calls right without a touch."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.config.warehouse import WarehouseConfig
from tests.mariadb import mariadb
from tests.postgres import postgres
from tests.warehouse import foreign
from tests.warehouse.detail import AGENT_S_OWN, FREEPBX, LOCAL, Asterisk, in_queue, row
from warehouse.discovery.proposal import to_toml
from warehouse.discovery.propose import discover
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.schema import CALLS, TABLES

COLUMNS = ("direction", "line", "started_at", "outcome", "wait_s", "talk_s", "client_id", "agent_id")


def proposed(engine: sa.Engine) -> str:
    """The sections that are proposed for a database."""
    with engine.connect() as connection:
        proposals, _ = discover(connection, foreign.NOW, "Europe/Moscow")
    return to_toml(proposals, str(engine.url), str)


def read(toml: str, root: Path, table: str, *names: str) -> list[tuple[Any, ...]]:
    """The rows of one of our tables as the sections say, in the order of their beginning."""
    settings = WarehouseConfig(**tomllib.loads(toml)["warehouse"]).settings("Europe/Moscow")
    assert settings is not None
    ours = TABLES[table]
    statement = sa.select(*(ours.c[name] for name in names)).order_by(ours.c[ours.info["time"] or names[0]])
    return [tuple(each) for each in Warehouse(Lake(root / "records"), settings, None).open().rows(statement)]


@pytest.fixture
def database(tmp_path: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{tmp_path / 'theirs.db'}")


@pytest.fixture(scope="module")
def mysql() -> Iterator[str]:
    with mariadb() as url:
        yield url


def made(url: str, name: str) -> sa.Engine:
    """A new database of a MariaDB."""
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    return sa.create_engine(sa.make_url(url).set(database=name))


def truth(*without: str, inbound: bool = False) -> list[tuple[Any, ...]]:
    """The calls as they happened, without some columns."""
    kept = [number for number, name in enumerate(COLUMNS) if name not in without]
    return [
        tuple(call.row[number] for number in kept) for call in foreign.calls() if not inbound or call.direction == "in"
    ]


def found(toml: str, root: Path, *without: str) -> list[tuple[Any, ...]]:
    """The calls as the sections say; what was talked counts of answered calls."""
    names = [name for name in COLUMNS if name not in without]
    rows = read(toml, root, "calls", *names)
    talk, outcome = names.index("talk_s"), names.index("outcome")
    return [
        tuple(None if number == talk and each[outcome] != "answered" else value for number, value in enumerate(each))
        for each in rows
    ]


def test_a_stranger_s_table_of_facts(database: sa.Engine, tmp_path: Path) -> None:
    foreign.stranger(database)

    toml = proposed(database)

    assert found(toml, tmp_path) == truth()
    assert read(toml, tmp_path, "agents", "agent_id", "name", "team")[0] == ("a0", "Agent 0", "team 0")
    assert "orders" not in toml


def test_the_same_in_a_schema_of_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE SCHEMA dwh"))
        foreign.stranger(engine, "dwh")

        toml = proposed(engine)

        assert 'from = "dwh.fact_calls"' in toml
        assert found(toml, tmp_path) == truth()


def test_a_table_in_russian_with_durations_as_a_clock_shows_them(database: sa.Engine, tmp_path: Path) -> None:
    foreign.russian(database)

    assert found(proposed(database), tmp_path) == truth()


def test_bitrix24(database: sa.Engine, tmp_path: Path) -> None:
    """It does not tell how long anybody waited: that is said, and a queue's time-out is a lost call like others."""
    foreign.bitrix(database)

    toml = proposed(database)

    assert '# wait_s = "..."' in toml
    expected = [tuple("abandoned" if value == "flow_out" else value for value in each) for each in truth("wait_s")]
    assert found(toml, tmp_path, "wait_s") == expected
    assert len(read(toml, tmp_path, "leads", "lead_id")) == 100


def test_amocrm(database: sa.Engine, tmp_path: Path) -> None:
    foreign.amocrm(database)

    rows = read(proposed(database), tmp_path, "leads", "lead_id", "line", "created_at", "origin")

    first = foreign.calls()[0]
    assert rows[0] == ("1", "77", first.at - foreign.MOSCOW, "site")
    assert len(rows) == 119


@pytest.mark.parametrize("fill", [foreign.queue_log, foreign.queuemetrics])
def test_the_log_of_asterisk_s_queues(database: sa.Engine, tmp_path: Path, fill: Callable[[sa.Engine], None]) -> None:
    fill(database)

    assert found(proposed(database), tmp_path) == truth(inbound=True)


@pytest.mark.parametrize("fill", [foreign.queue_log, foreign.queuemetrics])
def test_the_log_of_asterisk_s_queues_in_mariadb(mysql: str, tmp_path: Path, fill: Callable[[sa.Engine], None]) -> None:
    engine = made(mysql, fill.__name__)
    fill(engine)

    assert found(proposed(engine), tmp_path) == truth(inbound=True)


def test_the_log_is_told_as_its_import_tells_it(database: sa.Engine, tmp_path: Path) -> None:
    """Into one queue twice, transfers of each kind, and one that is still waiting."""


def test_freepbx_is_read_as_its_records_are_imported(mysql: str, tmp_path: Path) -> None:
    engine = made(mysql, "asteriskcdrdb")
    desk = Asterisk(tmp_path)
