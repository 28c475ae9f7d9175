"""The lake: merged by key, month by month, one state from start to end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from warehouse.lake import Lake
from warehouse.merge import Merged, connect, merge
from warehouse.messages import UserError
from warehouse.schema import LEADS
from warehouse.sql import instant


def put(lake: Lake, *rows: dict[str, Any], provided: set[str] | None = None) -> Merged:
    connection = connect()
    columns = ", ".join(column.name for column in LEADS.columns)
    connection.execute(
        "CREATE TABLE staged (lead_id VARCHAR, line VARCHAR, created_at TIMESTAMP, client_id VARCHAR, "
        "origin VARCHAR, is_target BOOLEAN, first_contact_at TIMESTAMP, source VARCHAR)"
    )
    for row in rows:
        values = [row.get(column.name) for column in LEADS.columns]
        connection.execute(f"INSERT INTO staged ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    with lake.writing() as manifest:
        manifest, merged = merge(lake, manifest, connection, LEADS, "staged", provided=provided)
        lake.commit(manifest)
    return merged


def lead(key: str, at: datetime, line: str = "sales", **more: Any) -> dict[str, Any]:
    return {"lead_id": key, "created_at": at, "line": line, **more}


def keys(lake: Lake) -> list[tuple[str, str]]:
    statement = sa.select(LEADS.c.lead_id, LEADS.c.line).order_by(LEADS.c.lead_id)
    return [tuple(row) for row in lake.open().rows(statement)]


JUNE, JULY = datetime(2026, 6, 3, 9), datetime(2026, 7, 3, 9)


def test_rows_are_added_updated_or_left_alone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)

    assert put(lake, lead("1", JUNE), lead("2", JULY)) == Merged(added=2, updated=0, unchanged=0)
    assert put(lake, lead("1", JUNE), lead("2", JULY)) == Merged(added=0, updated=0, unchanged=2)
    assert put(lake, lead("2", JULY, "rent"), lead("3", JULY)) == Merged(added=1, updated=1, unchanged=0)

    assert keys(lake) == [("1", "sales"), ("2", "rent"), ("3", "sales")]


def test_a_row_whose_time_moved_leaves_its_old_month(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    put(lake, lead("1", JUNE), lead("2", JUNE))

    assert put(lake, lead("1", JULY)) == Merged(added=0, updated=1, unchanged=0)

    assert keys(lake) == [("1", "sales"), ("2", "sales")]
    assert [(file.month, file.rows) for file in lake.manifest().table("leads").files] == [
        ("2026-06", 1),
        ("2026-07", 1),
    ]


def test_columns_that_a_file_does_not_bring_keep_their_value(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    put(lake, lead("1", JUNE, origin="site"))

    put(lake, lead("1", JUNE, "rent"), provided={"lead_id", "created_at", "line"})

    (row,) = lake.open().rows(sa.select(LEADS.c.line, LEADS.c.origin))
    assert tuple(row) == ("rent", "site")


def test_a_reader_keeps_the_state_it_began_with(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    put(lake, lead("1", JUNE))
    before = lake.open()

    put(lake, lead("1", JUNE, "rent"))

    assert [row.line for row in before.rows(sa.select(LEADS.c.line))] == ["sales"]
    assert [row.line for row in lake.open().rows(sa.select(LEADS.c.line))] == ["rent"]


def test_an_empty_lake_answers_with_no_rows(tmp_path: Path) -> None:
    records = Lake(tmp_path / "nothing").open()

    assert records.rows(sa.select(LEADS.c.line)) == []
    assert records.complete_to("leads") is None
    assert records.filled("leads") == frozenset()


def test_completeness_is_the_latest_event_or_what_an_import_declares(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    put(lake, lead("1", JUNE), lead("2", JULY))
    assert lake.open().complete_to("leads") == JULY
    assert lake.open().first_event("leads") == JUNE
    assert lake.open().filled("leads") == {"lead_id", "created_at", "line"}


def test_a_second_writer_is_told_who_is_first(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.writing(), pytest.raises(UserError, match="Another import"), lake.writing():
        pass


@pytest.mark.parametrize(
    "text",
    ["it's", "100 %", "%(start)s", ":start", "$1", "$start", "?", "{start}", "\\", "__[POSTCOMPILE_start]", "a\nb"],
)
def test_what_a_text_says_is_never_read_as_sql(tmp_path: Path, text: str) -> None:
    lake, c = Lake(tmp_path), LEADS.c
    put(lake, lead("1", JUNE, text), lead("2", JUNE), lead("3", JULY, text))
    statement = sa.select(c.lead_id, sa.literal(text)).where(c.created_at < instant("start"), c.line == text)

    assert [tuple(row) for row in lake.open().rows(statement, {"start": JULY})] == [("1", text)]
    assert [tuple(row) for row in lake.open().rows(statement, {"start": JUNE})] == []
