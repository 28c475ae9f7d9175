"""Upkeep: what is in the lake, whether it is whole, what may go."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from tests.kit import House, answered
from warehouse.lake import Lake
from warehouse.manifest import DataFile
from warehouse.merge import connect, describe
from warehouse.messages import UserError
from warehouse.schema import CALLS, FACT_TABLES, LEADS, time_of
from warehouse.upkeep import Compacted, Expired, compact, expire, status, tables_with_time, verify


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two months of calls by Moscow's clock, and a lead."""
    house = House(tmp_path / "the lake's place")
    house.calls(answered("2026-05-03 10:00"), answered("2026-05-31 10:00"), answered("2026-06-03 10:00"))
    house.put("leads", [{"created_at": "2026-06-04 12:00"}], complete_to="2026-06-05 00:00")
    house.plan("calls", "month", "2026-06-01", 100)
    return house


def said(lake: Lake) -> list[str]:
    return [str(problem.message) for problem in verify(lake).problems]


def files(lake: Lake, table: str = "calls") -> tuple[DataFile, ...]:
    return lake.manifest().table(table).files


def scribble(lake: Lake, statement: str, month: str, table: sa.Table = CALLS) -> None:
    """Add a file to the table past the merge, as no program of ours would write it."""
    path = lake.root / table.name / f"{month}-{len(list(lake.root.rglob('*')))}.parquet"
    with connect() as connection, lake.writing() as manifest:
        quoted = str(path).replace("'", "''")
        connection.execute(f"COPY ({statement}) TO '{quoted}' (FORMAT parquet)")
        # Described through the table, since the file may lack a column.
        state = manifest.table(table.name)
        rows = connection.execute(f"SELECT count(*) FROM read_parquet('{quoted}')").fetchone()
        assert rows is not None
        has = tuple(name for name, *_ in connection.execute(f"DESCRIBE FROM read_parquet('{quoted}')").fetchall())
        file = DataFile(path.relative_to(lake.root).as_posix(), month, rows[0], datetime(2026, 5, 3, 7), filled=has)
        lake.commit(manifest.with_table(table.name, replace(state, files=(*state.files, file))))


def stored(lake: Lake, file: DataFile) -> str:
    return "SELECT * FROM read_parquet('{}')".format(str(lake.root / file.path).replace("'", "''"))


def test_the_status_says_what_there_is(house: House) -> None:
    found = status(house.lake)

    calls, leads, plans = found.tables
    assert (calls.name, calls.rows, calls.months, calls.files) == ("calls", 3, 2, 2)
    assert (calls.first, calls.last) == (house.utc("2026-05-03 10:00"), house.utc("2026-06-03 10:00"))
    assert calls.size == sum((house.lake.root / file.path).stat().st_size for file in files(house.lake))
    assert (leads.name, leads.complete_to) == ("leads", house.utc("2026-06-05 00:00"))
    assert (plans.name, plans.rows, plans.months, plans.first) == ("plans", 1, 0, None)
    assert found.orphans == 0


def test_an_empty_lake_has_no_tables_and_nothing_wrong(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "nothing")

    assert status(lake).tables == ()
    assert verify(lake).problems == ()
    assert not lake.root.exists()


def test_a_whole_lake_is_told_in_files_and_rows(house: House) -> None:
    told: list[tuple[int, int]] = []
    found = verify(house.lake, progress=lambda done, total: told.append((done, total)))

    assert (found.files, found.rows, found.problems) == (4, 5, ())
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_rows_that_are_not_those_of_the_manifest_are_found(house: House) -> None:
    may = files(house.lake)[0]
    with duckdb.connect() as connection:
        quoted = str(house.lake.root / may.path).replace("'", "''")
        connection.execute(f"CREATE TABLE kept AS {stored(house.lake, may)} LIMIT 1")
        connection.execute(f"COPY kept TO '{quoted}' (FORMAT parquet)")

    assert said(house.lake) == [f"{may.path} has 1 rows, not 2."]


def test_a_changed_value_that_still_reads_is_found(house: House) -> None:
    may = files(house.lake)[0]
    with duckdb.connect() as connection:
        quoted = str(house.lake.root / may.path).replace("'", "''")
        connection.execute(f"CREATE TABLE kept AS {stored(house.lake, may)}")
        connection.execute("UPDATE kept SET talk_s = 1")
        connection.execute(f"COPY kept TO '{quoted}' (FORMAT parquet)")

    assert said(house.lake) == [f"{may.path} is not as it was written."]


def test_a_key_that_occurs_twice_is_found_in_both_files(house: House) -> None:
    may, june = files(house.lake)
    scribble(house.lake, stored(house.lake, may) + " LIMIT 1", "2026-06")

    first, second = said(house.lake)
    assert first == f"{may.path} has rows with a key that is not unique: 1."
    assert june.path not in second


def test_the_plan_of_a_line_and_of_the_whole_centre_are_two(house: House) -> None:
    house.plan("calls", "month", "2026-06-01", 60, line="rent")

    assert said(house.lake) == []


def test_a_manifest_without_checksums_is_read_as_ever(house: House) -> None:
    path = house.lake.root / "manifest.json"
    data = json.loads(path.read_text())
    for state in data["tables"].values():
        for file in state["files"]:
            assert file.pop("checksum")
    path.write_text(json.dumps(data))

    assert verify(house.lake).problems == ()
    assert status(house.lake).tables[0].rows == 3


def test_a_file_older_than_a_column_reads_as_nulls_in_it(house: House) -> None:
    replaced = "'old' AS call_id, started_at - INTERVAL 1 MONTH AS started_at"
    may = stored(house.lake, files(house.lake)[0])
    scribble(house.lake, f"SELECT * EXCLUDE (campaign, hold_s) REPLACE ({replaced}) FROM ({may}) LIMIT 1", "2026-04")

    c = CALLS.c
    statement = sa.select(c.call_id, c.campaign, c.hold_s, c.talk_s).order_by(c.call_id.desc())
    assert tuple(house.lake.open().rows(statement)[0]) == ("old", None, None, 60.0)
    # And with no file that has it.
    with house.lake.writing() as manifest:
        state = manifest.table("calls")
        only = tuple(file for file in state.files if file.month == "2026-04")
        house.lake.commit(manifest.with_table("calls", replace(state, files=only)))
    assert [tuple(row) for row in house.lake.open().rows(statement)] == [("old", None, None, 60.0)]
    # It takes part in the next import, and gets the column then.
    house.calls(answered("2026-04-03 10:00", call_id="old", campaign="spring"))
    (row,) = house.lake.open().rows(statement)
    assert row.campaign == "spring"


def test_several_files_of_a_month_become_one_in_the_order_of_time(house: House) -> None:
    may = files(house.lake)[0]
    more = f"SELECT * REPLACE (call_id || 'b' AS call_id) FROM ({stored(house.lake, may)}) ORDER BY started_at DESC"
    scribble(house.lake, more, "2026-05")

    assert compact(house.lake) == Compacted(merged=2, sorted=0, removed=0)

    assert [(file.month, file.rows) for file in files(house.lake)] == [("2026-05", 4), ("2026-06", 1)]
    assert said(house.lake) == []
    # What the manifest knows without opening a file is known of the new one.
    assert files(house.lake)[0].last == house.utc("2026-05-31 10:00")
    assert compact(house.lake) == Compacted(merged=0, sorted=0, removed=0)


def test_an_import_leaves_the_other_files_of_a_month_alone_or_takes_them_all(house: House) -> None:
    may = files(house.lake)[0]
    scribble(house.lake, f"SELECT * REPLACE (call_id || 'b' AS call_id) FROM ({stored(house.lake, may)})", "2026-05")

    house.calls(answered("2026-06-05 10:00"))
    assert status(house.lake).tables[0].rows == 6
    house.calls(answered("2026-05-05 10:00"))
    assert [(file.month, file.rows) for file in files(house.lake)] == [("2026-05", 5), ("2026-06", 2)]


def test_an_unsorted_file_is_written_anew(house: House) -> None:
    may = files(house.lake)[0]
    scribble(
        house.lake,
        f"SELECT * REPLACE (call_id || 'b' AS call_id, started_at - INTERVAL 1 MONTH AS started_at) "
        f"FROM ({stored(house.lake, may)}) ORDER BY started_at DESC",
        "2026-04",
    )

    assert compact(house.lake) == Compacted(merged=0, sorted=1, removed=0)
    april = next(file for file in files(house.lake) if file.month == "2026-04")
    with duckdb.connect() as connection:
        times = [row[0] for row in connection.execute(stored(house.lake, april).replace("*", "started_at")).fetchall()]
    assert times == sorted(times)
    assert len(times) == 2


def test_a_file_that_nothing_needs_goes_once_no_reader_can_hold_it(house: House) -> None:
    left = house.lake.root / "calls" / "2026-05-killed.parquet"
    left.write_bytes(b"PAR1 half a fi")

    assert (status(house.lake).orphans, status(house.lake).orphan_size) == (1, 14)
    assert compact(house.lake).removed == 0
    os.utime(left, (0, 0))
    assert compact(house.lake).removed == 1
    assert not left.exists()


def test_only_months_wholly_before_the_day_are_dropped(house: House) -> None:
    assert expire(house.lake, house.utc("2026-05-31 00:00"), tables_with_time(None)) == ()
    dropped = expire(house.lake, house.utc("2026-06-01 00:00"), tables_with_time(None))

    assert dropped == (Expired("calls", ("2026-05",), 2),)
    assert [table.rows for table in status(house.lake).tables] == [1, 1, 1]
    assert house.lake.open().first_event("calls") == house.utc("2026-06-03 10:00")


def test_one_table_may_expire_alone_and_plans_never(house: House) -> None:
    late = house.utc("2027-01-01 00:00")

    assert expire(house.lake, late, tables_with_time("leads")) == (Expired("leads", ("2026-06",), 1),)
    assert {table.name for table in status(house.lake).tables} == {"calls", "plans"}
    with pytest.raises(UserError, match='There is no table "plans" with months'):
        tables_with_time("plans")


def test_what_a_file_says_of_itself_includes_its_checksum(house: House) -> None:
    (lead,) = files(house.lake, "leads")
    with connect() as connection:
        assert describe(house.lake, connection, LEADS, lead.path, lead.month) == lead


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: str(table.name))
def test_every_table_can_be_kept_up_whatever_its_columns_are_called(tmp_path: Path, table: sa.Table) -> None:
    house = House(tmp_path)
    house.put(table.name, [_a_row(table, number) for number in (1, 2)])

    assert verify(house.lake).problems == ()
    assert compact(house.lake) == Compacted(merged=0, sorted=0, removed=0)
    house.put(table.name, [_a_row(table, number) for number in (2, 3)])
    assert verify(house.lake).rows == 3


def _a_row(table: sa.Table, number: int) -> dict[str, object]:
    """A row with a key of its own, an hour after the row before."""
    fillings = {"number": 5.0, "text": f"k{number}", "time": f"2026-06-01 {number:02}:00", "one_of": None}
    row: dict[str, object] = {}
    for column in table.columns:
        if not column.nullable or column.name == time_of(table):
            row[column.name] = fillings[column.info["kind"]] or column.info["values"][0]
    return row
