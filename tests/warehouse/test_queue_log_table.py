"""A queue log kept in a database: its table goes in as the log itself would, in whatever file it was exported."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.warehouse.importing import Desk, rejects
from warehouse.messages import UserError

HEADER = "id,time,callid,queuename,serverid,agent,event,data1,data2,data3,data4,data5"
ROWS = (
    "1,2026-06-01 09:00:00.000000,1.1,600,,NONE,ENTERQUEUE,,79990000001,1,,",
    "2,2026-06-01 09:00:10.000000,1.1,600,,SIP/101,CONNECT,10,1.2,3,,",
    "3,2026-06-01 09:02:10.000000,1.1,600,,SIP/101,COMPLETECALLER,10,120,1,,",
    "4,2026-06-01 09:05:00.000000,2.1,600,,NONE,ENTERQUEUE,,79990000002,1,,",
    "5,2026-06-01 09:05:40.000000,2.1,600,,NONE,ABANDON,1,1,40,,",
)
CALLS = [
    ("600", datetime(2026, 6, 1, 9), "answered", 10.0, 120.0, "SIP/101"),
    ("600", datetime(2026, 6, 1, 9, 5), "abandoned", 40.0, None, None),
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def kept(desk: Desk) -> list[tuple[object, ...]]:
    return desk.kept("line", "started_at", "outcome", "wait_s", "talk_s", "agent_id")


def test_a_table_is_read_in_the_order_of_time(desk: Desk) -> None:
    """Databases show the latest first; rows of one second are in the order in which they were written."""
    at_once = [
        f"{n},2026-06-01 09:10:00,3.1,700,,SIP/102,{event},{rest}"
        for n, (event, rest) in enumerate(
            (("ENTERQUEUE", ",,,,"), ("CONNECT", "0,,,,"), ("COMPLETEAGENT", "0,0,,,")), 6
        )
    ]
    path = desk.file(HEADER, *reversed([*ROWS, *at_once]))

    summary = desk.take(path, format_name="queue_log")

    assert (summary.read, summary.rejected) == (3, 0)
    assert kept(desk) == [*CALLS, ("700", datetime(2026, 6, 1, 9, 10), "answered", 0.0, 0.0, "SIP/102")]
    assert desk.take(desk.file(HEADER, *ROWS, name="b.csv"), format_name="queue_log").unchanged == 2


def test_a_table_may_be_a_workbook_or_packed(desk: Desk) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.worksheets[0].append(row.split(","))
    book.save(desk.root / "log.xlsx")
    (desk.root / "log.gz").write_bytes(gzip.compress(desk.file(HEADER, *ROWS).read_bytes()))

    desk.take(desk.root / "log.xlsx", format_name="queue_log")

    assert kept(desk) == CALLS
    assert desk.take(desk.root / "log.gz", format_name="queue_log").unchanged == 2


def test_parameters_may_stand_in_one_column_and_nulls_be_written_out(desk: Desk) -> None:
    path = desk.file(
        '"time";"callid";"queuename";"agent";"event";"data"',
        '"1780304400";"1.1";"600";"NONE";"ENTERQUEUE";"|79990000001|1"',
        '"1780304410";"1.1";"600";"SIP/101";"CONNECT";"10|1.2|3"',
        '"1780304530";"1.1";"600";"SIP/101";"COMPLETECALLER";"10|120|1"',
        '"1780304700";"2.1";"600";"NULL";"ENTERQUEUE";"\\N"',
        '"01.06.2026 9:05:40";"2.1";"600";"NONE";"ABANDON";"1|1|40"',
    )

    desk.take(path, format_name="queue_log")

    assert kept(desk) == CALLS


def test_a_table_without_a_header_has_its_columns_named(desk: Desk) -> None:
    desk.take(desk.file(*ROWS), format_name="queue_log", header=tuple(HEADER.split(",")))
    assert kept(desk) == CALLS
    with pytest.raises(UserError, match=r"The table calls\.csv of a queue log has no column for event"):
        desk.take(desk.file(*ROWS), format_name="queue_log", header=tuple(HEADER.replace("event", "x").split(",")))


def test_a_bad_row_is_rejected_by_its_number_in_the_table(desk: Desk) -> None:
    summary = desk.take(
        desk.file(HEADER, *ROWS[:2], "x", "", ROWS[2].replace("10,120", "10,long")), format_name="queue_log"
    )

    assert [row[:2] for row in rejects(summary)] == [
        ["4", "a wrong number of columns: 1 ≠ 12"],
        ["6", 'COMPLETECALLER: parameter 2, "long", is not a number of seconds'],
    ]
