"""The script of grants lets the bot's user read what is mapped, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.mariadb import mariadb
from tests.postgres import postgres
from warehouse.engines.mapping import ColumnMapping, TableMapping, WarehouseSettings
from warehouse.grants import script, tables_of
from warehouse.messages import UserError

QUERY = """
WITH recent AS (SELECT * FROM pbx.cdr WHERE day > '2026' /* FROM nowhere */)
SELECT r.*, EXTRACT(HOUR FROM r.at), 'x FROM y' FROM recent r LEFT JOIN "pbx"."Queue names" USING (queue)
"""


def mapping(source: str, table: str = "calls") -> TableMapping:
    return TableMapping(table, source, {"call_id": ColumnMapping("id")})


def settings(url: str, *sources: str) -> WarehouseSettings:
    tables = dict(zip(("calls", "chats", "leads"), map(mapping, sources), strict=False))
    return WarehouseSettings(url, 20.0, 4, tables)


def test_the_tables_of_a_query_are_found() -> None:
    assert tables_of(mapping(QUERY)) == ("pbx.cdr", '"pbx"."Queue names"')
    assert tables_of(mapping("pbx.cdr")) == ("pbx.cdr",)


def test_postgresql_lets_the_reader_read_just_that() -> None:
    with postgres() as url:
        admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for statement in (
                "CREATE SCHEMA pbx",
                "CREATE TABLE pbx.cdr (id int)",
                "CREATE TABLE pbx.salaries (id int)",
            ):
                connection.execute(sa.text(statement))
            text = script(settings(url.replace("svodka@", "reader@"), "pbx.cdr"), Path("/"))
            connection.exec_driver_sql(text)
        reader = sa.create_engine(url.replace("svodka@", "reader@"))
        with reader.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM pbx.cdr")) == 0
            assert connection.scalar(sa.text("SHOW statement_timeout")) == "20s"
        for forbidden in (
            "SELECT * FROM pbx.salaries",
            "INSERT INTO pbx.cdr VALUES (1)",
            "CREATE TABLE pbx.mine (id int)",
        ):
            with pytest.raises(sa.exc.DBAPIError), reader.connect() as connection:
                connection.execute(sa.text(forbidden))
        reader.dispose()
        admin.dispose()


def test_mariadb_lets_the_reader_read_just_that() -> None:
    with mariadb() as url:
        admin = sa.create_engine(url)
        address = sa.make_url(url).set(username="reader", password="CHANGE ME", database="pbx")
        with admin.begin() as connection:
            for statement in (
                "CREATE DATABASE pbx",
                "CREATE TABLE pbx.cdr (id int)",
                "CREATE TABLE pbx.salaries (id int)",
            ):
                connection.execute(sa.text(statement))
            text = script(settings(address.set(password=None).render_as_string(), "cdr"), Path("/"))
            for statement in text.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement.replace("%", "%%"))
        reader = sa.create_engine(address)
        with reader.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM cdr")) == 0
        for forbidden in ("SELECT * FROM salaries", "INSERT INTO cdr VALUES (1)"):
            with pytest.raises(sa.exc.DBAPIError), reader.connect() as connection:
                connection.execute(sa.text(forbidden))
        reader.dispose()
        admin.dispose()


CLICKHOUSE = "max_execution_time = 20, max_concurrent_queries_for_user = 4"


@pytest.mark.parametrize(
    ("url", "statements"),
    [
        (
            "clickhousedb://reader@h/dwh",
            [
                f"CREATE USER reader IDENTIFIED BY 'CHANGE ME' SETTINGS readonly = 2, {CLICKHOUSE};",
                "GRANT SELECT ON dwh.calls TO reader;",
            ],
        ),
        (
            "mssql+pymssql://reader@h/centre",
            [
                "CREATE LOGIN [reader] WITH PASSWORD = 'CHANGE ME';",
                "USE [centre];",
                "CREATE USER [reader] FOR LOGIN [reader];",
                "GRANT SELECT ON OBJECT::calls TO [reader];",
            ],
        ),
        ("trino://reader@h/hive", ['GRANT SELECT ON calls TO USER "reader";']),
        ("hive://reader@h/dwh", ["GRANT SELECT ON TABLE calls TO USER `reader`;"]),
        ("bigquery://project", ['GRANT `roles/bigquery.dataViewer` ON TABLE calls TO "user:svodka";']),
    ],
)
def test_other_engines_get_a_script_in_their_words(url: str, statements: list[str]) -> None:
    lines = script(settings(url, "calls"), Path("/")).splitlines()

    assert [line for line in lines if not line.startswith("--")] == statements


def test_a_file_has_rights_of_its_own() -> None:
    assert script(settings("sqlite:///their calls.db", "calls"), Path("/srv/svodka")).splitlines()[1:] == [
        "setfacl -m u:svodka:r-- '/srv/svodka/their calls.db'",
        "setfacl -m u:svodka:r-x /srv/svodka",
    ]


def test_without_a_mapping_nothing_is_granted() -> None:
    with pytest.raises(UserError, match="No table of the warehouse is mapped"):
        script(settings("sqlite:///x"), Path("/"))
