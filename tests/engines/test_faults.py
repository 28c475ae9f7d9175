"""What a warehouse cannot do is one sentence that names the table and the remedy, with no SQL and no secret in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.operations.warehouse import age
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.facts import Query
from metrics.periods import parse
from tests.engines.centre import BERLIN, CENTRE
from tests.engines.layouts import copied
from tests.engines.servers import Server, postgresql, sqlite
from tests.kit import House
from warehouse.engines import database, jobs
from warehouse.engines.faults import fault
from warehouse.engines.mapping import ColumnMapping, TableMapping, WarehouseSettings
from warehouse.lake import Lake
from warehouse.messages import Unreadable, UserError
from warehouse.open import Warehouse
from warehouse.schema import CALLS

CATALOGUE = Catalogue()
OCTOBER = parse("2026-10-24..2026-10-26", BERLIN)
SECRETS = ("right-1", "wrong-1", "SELECT", "dwh_calls", "127.0.0.1")


@pytest.fixture(scope="module")
def centre(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, TableMapping]]]:
    """A PostgreSQL with calls and chats, and a reader who must give a password and may read calls only."""
    with postgresql(tmp_path_factory.mktemp("postgresql")) as server:
        tables = copied(house.lake.open(), server, ["calls", "chats"])
        file = value(server, "SHOW hba_file")
        trusted = "host all svodka 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        Path(file).write_text(trusted, "utf-8")
        server.run("SELECT pg_reload_conf()")
        server.run("CREATE ROLE reader LOGIN PASSWORD 'right-1'")
        server.run("GRANT SELECT ON dwh_calls TO reader")
        yield server, tables


def value(server: Server, statement: str) -> Any:
    engine = sa.create_engine(server.url)
    with engine.connect() as connection:
        found = connection.execute(sa.text(statement)).scalar()
    engine.dispose()
    return found


def as_reader(server: Server) -> str:
    return sa.make_url(server.url).set(username="reader").render_as_string()


def opened(
    tmp_path: Path, url: str, tables: dict[str, TableMapping], password: str | None = None, **given: Any
) -> Warehouse:
    made = Warehouse(Lake(tmp_path / "records"), WarehouseSettings(url, tables=tables, **given), password)
    OPENED.append(made)
    return made


OPENED: list[Warehouse] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Leave no connection open, whatever became of a test."""
    yield
    while OPENED:
        with suppress(UserError):
            OPENED.pop().database.close()


def refusal(warehouse: Warehouse, caplog: pytest.LogCaptureFixture) -> UserError:
    """What is said; it and the log tell nothing that must stay within."""
    with pytest.raises(UserError) as caught:
        warehouse.open()
    said = f"{caught.value} {caplog.text}"
    assert [secret for secret in SECRETS if secret in said] == []
    return caught.value


def test_a_server_that_is_not_there(tmp_path: Path, centre: Any, caplog: pytest.LogCaptureFixture) -> None:
    url = "postgresql+psycopg://reader@127.0.0.1:9/centre"
    found = refusal(opened(tmp_path, url, centre[1], "right-1"), caplog)
    assert isinstance(found, Unreadable)
    assert "cannot be reached" in str(found)


def test_a_wrong_password(tmp_path: Path, centre: Any, caplog: pytest.LogCaptureFixture) -> None:
    server, tables = centre
    found = refusal(opened(tmp_path, as_reader(server), tables, "wrong-1"), caplog)
    assert "WAREHOUSE_PASSWORD" in str(found)
    assert isinstance(found, Unreadable)


def test_a_database_that_is_not_there(tmp_path: Path, centre: Any, caplog: pytest.LogCaptureFixture) -> None:
    server, tables = centre
    url = sa.make_url(as_reader(server)).set(database="nowhere").render_as_string()
    assert "no such database" in str(refusal(opened(tmp_path, url, tables, "right-1"), caplog))


def test_a_table_that_may_not_be_read(tmp_path: Path, centre: Any, caplog: pytest.LogCaptureFixture) -> None:
    server, tables = centre
    found = refusal(opened(tmp_path, as_reader(server), {"chats": tables["chats"]}, "right-1"), caplog)
    assert str(found) == "In the warehouse, chats may not be read: svodka warehouse grants prints what its user needs."


def test_a_driver_that_is_not_installed(
    tmp_path: Path, centre: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "find_spec", lambda _name: None)
    found = refusal(opened(tmp_path, "trino://reader@h/c", centre[1]), caplog)
    assert str(found) == "To read records from Trino, install its driver: pip install 'svodka[trino]'."


def test_a_type_that_does_not_fit_where_it_is_cast(
    tmp_path: Path, centre: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server, tables = centre
    columns = {**tables["calls"].columns, "wait_s": ColumnMapping("CAST(call_id AS double precision)")}
    found = refusal(opened(tmp_path, server.url, {"calls": replace(tables["calls"], columns=columns)}), caplog)
    assert str(found).startswith("In the warehouse, calls holds what does not fit its type: mend [warehouse.calls.")


def test_a_statement_over_its_limit_is_cancelled_on_the_server(tmp_path: Path, centre: Any) -> None:
    server, tables = centre
    slow = replace(tables["calls"], source="SELECT c.* FROM dwh_calls c, (SELECT pg_sleep(60)) AS slowly")
    with pytest.raises(TimeoutError, match=r"took too long over calls.*warehouse\.timeout") as caught:
        opened(tmp_path, server.url, {"calls": slow}, timeout_s=0.3).open()
    assert isinstance(caught.value, UserError)
    assert value(server, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 0


def test_a_file_gives_up_as_well(tmp_path: Path, house: House) -> None:
    with sqlite(tmp_path) as server:
        tables = copied(house.lake.open(), server, ["calls"])
        endless = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT c.* FROM dwh_calls c, n WHERE i < 0"
        )
        slow = replace(tables["calls"], source=endless)
        with pytest.raises(TimeoutError, match="took too long over calls"):
            opened(tmp_path, server.url, {"calls": slow}, timeout_s=0.3).open()


def test_all_connections_are_taken(tmp_path: Path, centre: Any) -> None:
    server, tables = centre
    warehouse = opened(tmp_path, server.url, {"calls": tables["calls"]}, connections=1, timeout_s=0.5)
    records = warehouse.open()
    with warehouse.database.session("calls"), pytest.raises(UserError, match="All 1 connections to the warehouse are"):
        records.rows(sa.select(CALLS.c.call_id))
    assert records.rows(sa.select(sa.func.count()).select_from(CALLS))[0][0] > 0


def test_connections_that_were_lost_are_made_anew(tmp_path: Path, centre: Any) -> None:
    server, tables = centre
    warehouse = opened(tmp_path, server.url, {"calls": tables["calls"]})
    records = warehouse.open()
    before = records.rows(sa.select(sa.func.count()).select_from(CALLS))[0][0]
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'svodka'")
    assert records.rows(sa.select(sa.func.count()).select_from(CALLS))[0][0] == before


def test_a_server_that_dies_among_the_figures_leaves_none(tmp_path: Path, centre: Any) -> None:
    """Calls are counted at once, chats never come to an end: when their connection breaks there is no answer at all."""
    server, tables = centre
    slow = replace(tables["chats"], source="SELECT c.* FROM dwh_chats c, slow_if_asked() AS slowly")
    server.run("CREATE FUNCTION slow_if_asked() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'")
    warehouse = opened(tmp_path, server.url, {"calls": tables["calls"], "chats": slow})
    calculator = Calculator(warehouse.open(), CENTRE, CATALOGUE, parse("2026-11-01", BERLIN).start)
    server.run(
        "CREATE OR REPLACE FUNCTION slow_if_asked() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1 FROM pg_sleep(60)'"
    )

    def kill() -> None:
        killed = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        until = time.monotonic() + 30
        while not value(server, killed) and time.monotonic() < until:
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(Unreadable, match="cannot be reached"):
        calculator.compute([Query(CATALOGUE.get(key), OCTOBER) for key in ("calls", "chats")])
    killer.join()


def test_a_table_that_is_changed_meanwhile(tmp_path: Path, centre: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A column goes: the sentence names it; when it is back, as another type, the next look is at the new table."""
    server, tables = centre
    server.run("CREATE TABLE other_calls AS SELECT * FROM dwh_calls")
    given = {"calls": replace(tables["calls"], source="other_calls")}
    warehouse = opened(tmp_path, server.url, given)
    records = warehouse.open()
    talked = sa.select(sa.func.sum(CALLS.c.talk_s))
    before = records.rows(talked)[0][0]
    server.run("ALTER TABLE other_calls RENAME talk_s TO talked")
    with pytest.raises(UserError, match=r"calls cannot be read: there is no talk_s\. Mend \[warehouse\.calls\]"):
        records.rows(talked)
    with pytest.raises(UserError, match=r"calls\.talk_s cannot be read: there is no talk_s"):
        warehouse.open()
    server.run("ALTER TABLE other_calls ADD talk_s numeric")
    server.run("UPDATE other_calls SET talk_s = talked")
    assert warehouse.open().rows(talked)[0][0] == pytest.approx(before)
    assert [secret for secret in SECRETS if secret in caplog.text] == []


def test_no_value_becomes_a_part_of_a_statement(tmp_path: Path, centre: Any) -> None:
    server, tables = centre
    warehouse = opened(tmp_path, server.url, {"calls": tables["calls"]})
    spiteful = "x'; DELETE FROM dwh_calls; --"
    found = warehouse.open().rows(sa.select(sa.func.count()).select_from(CALLS).where(CALLS.c.line == spiteful))
    assert found[0][0] == 0
    assert not warehouse.open().says("calls", "topic", [spiteful])
    assert value(server, "SELECT count(*) FROM dwh_calls") > 0


def test_what_postgresql_takes_for_few_rows_is_not_looked_up_row_by_row(tmp_path: Path, centre: Any) -> None:
    """Behind a mapping it expects a row or two: lost clients of six thousand calls took fourteen seconds."""
    server, tables = centre
    warehouse = opened(tmp_path, server.url, {"calls": tables["calls"]})
    with warehouse.database.session("calls") as connection:
        assert connection.exec_driver_sql("SHOW enable_nestloop").scalar() == "off"


def test_of_several_tables_none_is_blamed(caplog: pytest.LogCaptureFixture) -> None:
    error = sa.exc.OperationalError("SELECT", {}, Exception("something of its own"))
    assert str(fault(error, "calls, chats")) == (
        "In the warehouse, calls, chats cannot be read: the mapping [warehouse.*] in svodka.toml does not work there. "
        "svodka warehouse check shows why."
    )


class Jobs:
    """BigQuery's client and cursor, as far as a job is begun, waited for and cancelled."""

    def __init__(self) -> None:
        self.begun, self.cancelled = list[str](), list[str]()
        self.info: dict[str, Any] = {}

    def execute(self, _statement: str, _parameters: Any, job_id: str, job_config: Any) -> None:
        assert job_config is not None
        self.begun.append(job_id)
        jobs.cancel_in_bigquery(self, self.info)  # the limit is over while it waits

    def cancel_job(self, job_id: str) -> None:
        self.cancelled.append(job_id)

    @property
    def _client(self) -> Jobs:
        return self

    @property
    def root_connection(self) -> Jobs:
        return self


def test_bigquery_is_told_which_job_to_cancel() -> None:
    server = Jobs()
    assert jobs.execute_in_bigquery(server, "SELECT 1", {}, server)
    assert len(server.begun) == 1
    assert server.cancelled == server.begun
    # When nothing is waited for there is nothing to cancel.
    jobs.cancel_in_bigquery(server, server.info)
    assert len(server.cancelled) == 1
    stopped = sa.exc.DatabaseError("SELECT", {}, Exception("499 Job execution was cancelled: User requested"))
    assert isinstance(fault(stopped, "calls"), TimeoutError)


@pytest.mark.parametrize(
    ("version", "maria", "old"),
    [((5, 7, 44), False, "5.7.44"), ((8, 0, 36), False, None), ((10, 1, 9), True, "10.1.9"), ((10, 2, 1), True, None)],
)
def test_a_server_without_window_functions_is_told(version: tuple[int, ...], maria: bool, old: str | None) -> None:
    dialect = sa.make_url("mysql+pymysql://").get_dialect()()
    dialect.server_version_info, dialect.is_mariadb = version, maria
    assert database.too_old(dialect) == old
    said = [str(proof.text) for proof in age(dialect)]
    assert (said == []) is (old is None)
    assert all(f"of version {old} and knows no window functions" in each for each in said)


def test_a_trace_behind_an_error_does_not_say_what_it_is() -> None:
    """Spark's own fault, and the frames of Java under it, which are of connections that are there."""
    words = "Rule RemoveRedundantAliases: the plan was previously resolved and now became unresolved." + " " * 600
    error = sa.exc.OperationalError("SELECT", {}, Exception(words + "HiveConnection.run timed out"))
    assert "the mapping [warehouse.calls] in svodka.toml does not work there" in str(fault(error, "calls"))
    gone = sa.exc.OperationalError("SELECT", {}, Exception("Connection refused"))
    assert "cannot be reached" in str(fault(gone, "calls"))
