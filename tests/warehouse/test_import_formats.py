"""Files of every make: encodings, delimiters, workbooks and Parquet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.warehouse.importing import HEADER, Desk, reasons, rejects
from warehouse.ingest.workbooks import workbook_sheets
from warehouse.messages import UserError

ROW = "1,in,Ипотека,2026-06-01 10:00,answered,12"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le"])
def test_the_encoding_and_the_delimiter_are_found(desk: Desk, encoding: str, delimiter: str) -> None:
    lines = [line.replace(",", delimiter) for line in (HEADER, ROW, "bad")]

    rows, refused = desk.opened(desk.file(*lines, encoding=encoding, end="\r\n"))

    assert [(row["line"], row["wait_s"]) for row in rows] == [("Ипотека", "12")]
    assert refused == [(3, "a wrong number of columns: 1 ≠ 6", ["bad"])]


def test_what_is_found_is_imported(desk: Desk) -> None:
    lines = [line.replace(",", ";") for line in (HEADER, ROW, "bad")]

    summary = desk.take(desk.file(*lines, encoding="cp1251", end="\r\n"))

    assert desk.kept("line", "wait_s") == [("Ипотека", 12.0)]
    assert rejects(summary) == [["3", "a wrong number of columns: 1 ≠ 6", "bad"]]


def test_the_first_cyrillic_word_may_come_late(desk: Desk) -> None:
    rows = [ROW.replace("Ипотека", "sales") for _ in range(200_000)]

    desk.take(desk.file(HEADER, *rows, ROW, encoding="cp1251"))

    assert desk.kept("line") == [("Ипотека",)]


def test_the_encoding_and_the_delimiter_may_be_named(desk: Desk) -> None:
    path = desk.file(HEADER.replace(",", "~"), ROW.replace(",", "~"), encoding="koi8-r")

    desk.take(path, encoding="KOI8-R", delimiter="~")
    desk.take(desk.file(HEADER.replace(",", "\t"), ROW.replace(",", "\t"), name="b.tsv"), delimiter="tab")

    assert desk.kept("line") == [("Ипотека",)]


def test_decimal_commas_and_semicolons(desk: Desk) -> None:
    path = desk.file("call_id;direction;started_at;wait_s;talk_s", "1;in;01.06.2026 10:00;1,5;2,25")

    desk.take(path)

    assert desk.kept("wait_s", "talk_s") == [(1.5, 2.25)]


def test_a_header_name_over_two_lines_is_one_row(desk: Desk) -> None:
    path = desk.file('call_id,direction,"wait', 'in seconds",started_at', "1,in,5,2026-06-01", "bad")

    summary = desk.take(path)

    assert summary.ignored_columns == ("wait\nin seconds",)
    assert list(reasons(summary)) == [3]


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, value)
            if isinstance(value, timedelta):
                cell.number_format = "[h]:mm:ss"
    book.save(path)
    return path


def test_a_workbook_is_read_like_a_csv(desk: Desk) -> None:
    path = workbook(
        desk.root / "calls.xlsx",
        ["call_id", "direction", "started_at", "wait_s", "talk_s", "hold_s", "is_target", "topic", None],
        [12, "in", datetime(2026, 6, 1, 9, 59, 59), 12.5, time(0, 2, 23), timedelta(hours=25), True, 0.85],
        ["0013", "in", date(2026, 6, 2), 3, None, None, False, "Гарантия"],
        [],
        [14, "in", "yesterday", 3],
        [15, "in", datetime(2026, 6, 1), -3],
    )

    summary = desk.take(path, timezone="Europe/Moscow")

    columns = ("call_id", "started_at", "wait_s", "talk_s", "hold_s", "is_target", "topic")
    assert desk.kept(*columns) == [
        ("0013", datetime(2026, 6, 1, 21), 3.0, None, None, False, "Гарантия"),
        ("12", datetime(2026, 6, 1, 6, 59, 59), 12.5, 143.0, 90000.0, True, "0.85"),
    ]
    assert summary.read == 4
    assert reasons(summary) == {
        5: 'started_at: "yesterday" is not a time that reads in one way only: map it with strptime',
        6: 'wait_s: "-3" is negative',
    }


@pytest.mark.parametrize("mac", [False, True])
def test_a_duration_of_days_is_taken_whole_whatever_its_format_shows(desk: Desk, mac: bool) -> None:
    """25 hours are 1.0417 days, of which h:mm:ss shows 1:00:00."""
    path = desk.root / "calls.xlsx"
    book = openpyxl.load_workbook(
        workbook(
            path,
            ["call_id", "direction", "started_at", "talk_s"],
            *([n, "in", "2026-06-01", days] for n, days in enumerate((0.5, 1, 25 / 24, 50))),
        )
    )
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in range(2, 6):
        sheet.cell(row, 4).number_format = "h:mm:ss"
    book.save(path)

    desk.take(path)

    assert desk.kept("talk_s") == [(43200,), (86400,), (90000,), (4320000,)]


def test_a_workbook_may_begin_below_its_first_row(desk: Desk) -> None:
    path = workbook(
        desk.root / "calls.xlsx",
        [],
        [],
        [None, "call_id", "direction", "started_at"],
        [None, 1, "in", datetime(2026, 6, 1)],
        [None, 2, "up", datetime(2026, 6, 1)],
    )

    summary = desk.take(path)

    assert desk.kept("call_id") == [("1",)]
    assert list(reasons(summary)) == [5]


def test_a_cell_of_a_workbook_that_went_wrong_is_not_an_empty_one(desk: Desk) -> None:
    """Errors, and formulas whose results are not in the file: openpyxl saves none."""
    path = workbook(
        desk.root / "calls.xlsx",
        ["call_id", "direction", "started_at", "wait_s", "talk_s"],
        [1, "in", datetime(2026, 6, 1), "#DIV/0!", 30],
        [2, "in", datetime(2026, 6, 1), 5, "=C9-C8"],
        [3, "in", datetime(2026, 6, 1), 7, 40],
        [4, "in", datetime(2026, 6, 1), "#N/A", 40],
        [5, "in", "#REF!"],
    )

    summary = desk.take(path)

    assert reasons(summary) == {
        2: 'wait_s: "#DIV/0!" is neither seconds nor h:mm:ss',
        3: 'talk_s: "=C9-C8" is neither seconds nor h:mm:ss',
        6: 'started_at: "#REF!" is not a time that reads in one way only: map it with strptime',
    }
    assert desk.kept("call_id", "wait_s") == [("3", 7), ("4", None)]  # a lookup that found nothing found nothing


def test_formulas_without_results_stand_where_they_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["C3"], sheet["B2"], sheet["E5"], sheet["C4"] = 3, "=1+1", "=1/0", "#N/A"
    book.save(tmp_path / "a.xlsx")
    (read,) = workbook_sheets(tmp_path / "a.xlsx")
    assert [(number, [cell for cell in cells if cell]) for number, cells in read.rows()] == [
        *[(1, []), (2, ["=1+1"]), (3, ["3"]), (4, ["#N/A"]), (5, ["=1/0"])]
    ]
    assert [cells for _, cells in read.rows()][1:3] == [["=1+1", "", "", ""], ["", "3", "", ""]]


@pytest.mark.parametrize("far", ["XFD1048576", "I1048576"])
def test_a_value_far_from_the_table_of_a_workbook_is_named(desk: Desk, far: str) -> None:
    """A sheet takes memory for every cell up to its last one; a format alone is no cell."""
    path = workbook(desk.root / "calls.xlsx", ["call_id", "direction", "started_at"], [1, "in", datetime(2026, 6, 1)])
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet[far].number_format = "0%"
    book.save(path)
    assert desk.take(path).added == 1
    sheet[far] = 1
    book.save(path)
    with pytest.raises(UserError, match=f"The sheet Sheet of calls.xlsx reaches to {far}: delete what is far"):
        desk.take(path)


def test_a_workbook_of_many_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.ingest.sources.BATCH", 3)
    rows = [[n, "in", datetime(2026, 6, 1)] for n in range(2, 12)]
    rows[7][1] = "up"

    summary = desk.take(workbook(desk.root / "c.xlsx", ["call_id", "direction", "started_at"], *rows))

    assert (summary.added, list(reasons(summary))) == (9, [9])


def test_parquet_keeps_its_types(desk: Desk) -> None:
    zoned = pa.timestamp("us", tz="Europe/Berlin")
    table = pa.table(
        {
            "call_id": pa.array([1, 2, 3], pa.int64()),
            "contact_id": pa.array([79161234567.0, 2.5, None]),
            "direction": pa.array(["in", "in", "out"]).dictionary_encode(),
            "started_at": pa.array([datetime(2026, 6, 1, 10)] * 3),
            "ended_at": pa.array([datetime(2026, 6, 1, 8, tzinfo=UTC)] * 3, zoned),
            "wait_s": pa.array([1.5, -1.0, None]),
            "talk_s": pa.array([timedelta(minutes=2), None, None], pa.duration("us")),
            "is_target": pa.array([True, False, None]),
        }
    )
    path = desk.root / "calls.parquet"
    pq.write_table(table, path)

    summary = desk.take(path, timezone="Europe/Moscow")

    assert desk.kept(*table.column_names) == [
        ("1", "79161234567", "in", datetime(2026, 6, 1, 7), datetime(2026, 6, 1, 8), 1.5, 120.0, True),
        ("3", "3", "out", datetime(2026, 6, 1, 7), datetime(2026, 6, 1, 8), None, None, None),
    ]
    assert reasons(summary) == {2: 'wait_s: "-1.0" is negative'}


def test_a_missing_number_of_pandas_is_null(desk: Desk) -> None:
    path = desk.root / "calls.parquet"
    nan = float("nan")
    columns = {"call_id": ["1", "2"], "direction": ["in"] * 2, "started_at": [datetime(2026, 6, 1)] * 2}
    pq.write_table(pa.table(columns | {"wait_s": [nan, 5.0], "client_id": [79161234567.0, nan]}), path)

    assert desk.take(path).added == 2
    assert desk.kept("wait_s", "client_id") == [(None, "79161234567"), (5.0, None)]


def test_parquet_takes_expressions_over_its_types(desk: Desk) -> None:
    path = desk.root / "calls.parquet"
    pq.write_table(pa.table({"id": [7], "epoch": [1780308000], "day": [date(2026, 6, 1)]}), path)

    desk.mapped(
        path, {"call_id": "id", "started_at": "to_timestamp(epoch)", "ended_at": "day + 1", "direction": "'in'"}
    )

    assert desk.kept("call_id", "started_at", "ended_at") == [
        ("7", datetime(2026, 6, 1, 10), datetime(2026, 6, 2)),
    ]
