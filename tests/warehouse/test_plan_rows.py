"""How many rows a question reads is told by the engine's own plan."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
import sqlalchemy as sa

from bot.config.warehouse import WarehouseConfig
from tests.postgres import postgres
from warehouse import proofs
from warehouse.lake import Lake
from warehouse.open import Warehouse
from warehouse.plan_rows import RowsRead, rows_read

ROWS = 20_000
"""One a minute, the last at noon of 15 June."""
NOW = datetime.fromisoformat("2026-06-16 12:00")


def proved(url: str, root: Path, **given: str) -> list[tuple[bool | None, str]]:
    columns = {"call_id": "id", "direction": "'in'", "started_at": "started"}
    calls = {"from": "calls", "timezone": "UTC", "columns": columns, **given}
    settings = WarehouseConfig(url=url, calls=calls).settings("UTC")
    assert settings is not None
    warehouse = Warehouse(Lake(root / "records"), settings, None)
    found = proofs.prove(warehouse, "calls", NOW, "UTC")
    warehouse.close()
    return [(proof.holds, str(proof.text)) for proof in found.proofs]


def test_postgresql_tells_what_it_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before there is an index it reads all rows, of which there are too many; with one, those of the bounds."""
    monkeypatch.setattr(proofs, "_MANY", ROWS)
    with postgres() as url:
        engine = sa.create_engine(url)
        first = NOW - timedelta(days=1, minutes=ROWS - 1)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE calls (id int PRIMARY KEY, started timestamp)"))
            filled = "INSERT INTO calls SELECT i, :first + i * interval '1 minute' FROM generate_series(0, :last) i"
            connection.execute(sa.text(filled), {"first": first, "last": ROWS - 1})
        without = proved(url, tmp_path)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE INDEX by_start ON calls (started)"))
            connection.execute(sa.text("ANALYZE calls"))
        with_index = proved(url, tmp_path)
        engine.dispose()

    assert (
        False,
        "A question about a day reads all rows, 20000 of them: make an index or partitions on started, or name a "
        "column that has them in warehouse.calls.time.",
    ) in without
    # The day is 15 June, of which there are the rows up to noon.
    assert (True, "Rows read for a question about a day: 721 of 20000.") in with_index


def test_duckdb_tells_which_blocks_of_rows_it_read(tmp_path: Path) -> None:
    """Of 300,000 minutes in their order one block, or two, has the day; without an order it would be all of them."""
    said = []
    for name, order in (("ordered", "i"), ("mixed", "hash(i)")):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute(
                "CREATE TABLE calls AS SELECT i AS id, TIMESTAMP '2026-06-15 12:00' - i * INTERVAL 1 MINUTE AS started "
                f"FROM range(300000) AS rows(i) ORDER BY {order}"
            )
        said.append(proved(f"duckdb:///{tmp_path / name}.duckdb", tmp_path))

    (ordered,) = (text for holds, text in said[0] if holds and text.startswith("Rows read"))
    assert 721 <= int(ordered.split(":")[1].split()[0]) <= 2 * 122_880
    assert any(not holds and text.startswith("A question about a day reads all rows") for holds, text in said[1])


def test_sqlite_reads_what_an_index_finds(tmp_path: Path) -> None:
    """Rows of every third minute are kept, and an index of all minutes is looked through for them."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/centre.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE calls (id INTEGER PRIMARY KEY, started TEXT)")
        first = NOW - timedelta(days=1, minutes=ROWS - 1)
        rows = [(i, str(first + timedelta(minutes=i))) for i in range(ROWS)]
        connection.exec_driver_sql("INSERT INTO calls VALUES (?, ?)", rows)
    without = proved(str(engine.url), tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX by_start ON calls (started)")
    with_index = proved(str(engine.url), tmp_path, where="id % 3 = 0")
    engine.dispose()

    assert (True, "A question about a day reads all rows: they are few, 20000.") in without
    # A text is narrowed by whole days, one more on each side: the 14th, and the 15th up to noon.
    assert [text for holds, text in with_index if holds and text.startswith("Rows read")] == [
        f"Rows read for a question about a day: {24 * 60 + 721} of {-(-ROWS // 3)}."
    ]


SHOWPLAN = "http://schemas.microsoft.com/sqlserver/2004/07/showplan"
TRINO = {"constraint": {"columnConstraints": [{"columnName": "calldate"}]}, "estimate": {"outputRowCount": 721.0}}
UNKNOWN = {"constraint": {"columnConstraints": []}, "estimate": {"outputRowCount": "NaN"}}


@pytest.mark.parametrize(
    ("engine", "said", "told"),
    [
        ("trino", json.dumps({"inputTableColumnInfos": [TRINO]}), RowsRead(721, False)),
        ("trino", json.dumps({"inputTableColumnInfos": [UNKNOWN]}), RowsRead(None, True)),
        (
            "hive",
            "TableScan filterExpr: (day > 1) Statistics: Num rows: 721 Data size",
            RowsRead(721, False),
        ),
        ("hive", "FileScan parquet PartitionFilters: [], PushedFilters: [IsNotNull(at)]", RowsRead(None, False)),
        ("hive", "FileScan parquet PartitionFilters: [], PushedFilters: []", RowsRead(None, True)),
        ("hive", "LocalTableScan", None),
        ("mssql", ("Index Seek", "721.4"), RowsRead(721, False)),
        ("mssql", ("Clustered Index Scan", "20000"), RowsRead(20000, True)),
    ],
)
def test_plans_of_engines_that_do_not_run_here(engine: str, said: Any, told: RowsRead | None) -> None:
    """As their documentation shows them; MS SQL is told first that it shall only plan, and to go on after that."""
    if engine == "mssql":
        how, rows = said
        said = f'<ShowPlanXML xmlns="{SHOWPLAN}"><RelOp PhysicalOp="{how}" EstimatedRowsRead="{rows}"/></ShowPlanXML>'
    asked: list[str] = []

    class Server:
        dialect = sa.make_url(f"{engine}://").get_dialect()()

        def exec_driver_sql(self, statement: str) -> None:
            asked.append(statement)

        def execute(self, statement: Any, _values: Any) -> list[Any]:
            asked.append(str(statement.compile(dialect=self.dialect)))
            return [SimpleNamespace(_mapping={"plan": said})]

    assert rows_read(cast("sa.Connection", Server()), sa.select(sa.literal_column("1")), {}) == told
    first = {"trino": "EXPLAIN (TYPE IO, FORMAT JSON)", "hive": "EXPLAIN EXTENDED", "mssql": "SET SHOWPLAN_XML ON"}
    assert asked[0].startswith(first[engine])
    assert (asked[-1] == "SET SHOWPLAN_XML OFF") is (engine == "mssql")
