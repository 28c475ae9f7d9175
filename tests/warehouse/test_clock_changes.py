"""Times in the hour that comes twice in autumn, and in the one that never comes in spring.

Berlin's clock went from 3:00 back to 2:00 on 26 October 2025 at 1:00 UTC: 02:30 was 0:30 UTC and 1:30 UTC. On
30 March 2025 it went from 2:00 to 3:00.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.importing import Desk, reasons
from warehouse.ingest.load import Summary
from warehouse.schema import LEADS

NIGHT = "2025-10-26"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def calls(desk: Desk, *rows: str, **options: Any) -> Summary:
    """Rows of `start end talk` in the night of the change, in the file's order."""
    lines = [
        f"{n},in,night,{NIGHT} {start},{NIGHT + ' ' + end if end != '-' else ''},answered,0,{talk.strip('-')}"
        for n, (start, end, talk) in enumerate(map(str.split, rows))
    ]
    header = "call_id,direction,line,started_at,ended_at,outcome,wait_s,talk_s"
    return desk.take(desk.file(header, *lines), timezone="Europe/Berlin", **options)


def utc(desk: Desk) -> list[str]:
    """The beginnings of the calls in UTC."""
    return [f"{start:%H:%M}" for (start,) in desk.kept("started_at")]


def test_what_seems_to_end_before_it_starts_began_in_the_first_pass(desk: Desk) -> None:
    summary = calls(desk, "02:50:00 02:10:00 -")

    assert (summary.added, summary.doubtful) == (1, 0)
    assert desk.kept("started_at", "ended_at") == [
        (datetime(2025, 10, 26, 0, 50), datetime(2025, 10, 26, 1, 10)),
    ]


def test_the_duration_tells_the_pass(desk: Desk) -> None:
    """From 02:20 to 03:20 is two hours or one; from 01:40 to 02:20 forty minutes or a hundred."""
    summary = calls(desk, "02:20 03:20 3600", "02:20 03:20 7200", "01:40 02:20 2400", "01:40 02:20 6000")

    assert (summary.added, summary.doubtful) == (4, 0)
    assert utc(desk) == ["01:20", "00:20", "23:40", "23:40"]
    assert [f"{end:%H:%M}" for (end,) in desk.kept("ended_at")] == ["02:20", "02:20", "00:20", "01:20"]


@pytest.mark.parametrize("step", [1, -1])
def test_the_order_of_rows_tells_the_pass(desk: Desk, step: int) -> None:
    """Oldest first or newest first; where the clock falls back the second pass begins."""
    rows = ["01:50 01:55 300", "02:10 02:15 300", "02:40 02:45 300", "02:05 02:10 300", "02:41 02:45 240", "03:10 - -"]

    summary = calls(desk, *rows[::step])

    assert summary.doubtful == 0
    assert utc(desk)[::step] == ["23:50", "00:10", "00:40", "01:05", "01:41", "02:10"]


def test_rows_may_be_in_the_order_of_their_ends(desk: Desk) -> None:
    """What began at 00:10 ended after what began at 00:30: 02:30 below 02:50 is forty minutes later."""
    rows = ["00:30 01:30 3600", "00:10 01:40 5400", "02:10 02:50 2400", "02:20 02:30 600", "03:10 03:11 60"]

    assert calls(desk, *rows).doubtful == 0
    assert utc(desk) == ["22:30", "22:10", "00:10", "01:20", "02:10"]


def test_rows_whose_beginnings_and_ends_tell_different_things_are_counted(desk: Desk) -> None:
    """02:10 below 02:20 is fifty minutes later in the order of beginnings, and both one pass in that of ends."""
    assert calls(desk, "01:50 01:55 300", "02:20 02:30 600", "02:10 02:40 1800", "03:10 03:11 60").doubtful == 2
    assert utc(desk) == ["23:50", "00:20", "00:10", "02:10"]


def test_what_nothing_tells_is_counted(desk: Desk) -> None:
    """Between 01:50 and 03:10 both may have been in either pass; the second file has no order."""
    assert calls(desk, "01:50 01:55 300", "02:10 02:15 300", "02:40 02:45 300", "03:10 - -").doubtful == 2
    assert utc(desk) == ["23:50", "00:10", "00:40", "02:10"]

    assert calls(desk, "03:30 - -", "01:10 - -", "02:40 - -", "02:10 - -", "04:00 - -").doubtful == 2


def test_a_time_that_never_was_is_rejected_by_its_name(desk: Desk) -> None:
    header = "call_id,direction,line,started_at"
    path = desk.file(header, "1,in,a,2025-03-30 01:59", "2,in,a,30.03.2025 02:30", "3,in,a,2025-03-30 03:00")

    summary = desk.take(path, timezone="Europe/Berlin")

    assert reasons(summary) == {
        3: 'started_at: "30.03.2025 02:30" was never shown: the clock was put forward over it',
    }
    assert utc(desk) == ["00:59", "01:00"]
    assert desk.take(path, timezone="Europe/Moscow").rejected == 0


def test_times_with_an_offset_are_in_no_doubt(desk: Desk) -> None:
    header = "call_id,direction,line,started_at"
    path = desk.file(header, "1,in,a,2025-10-26T02:30:00+02:00", "2,in,a,2025-10-26T01:30:00Z", "3,in,a,bad", "4,in")

    summary = desk.take(path, timezone="Europe/Berlin")

    assert (summary.doubtful, summary.rejected, utc(desk)) == (0, 2, ["00:30", "01:30"])


def test_times_of_an_expression_are_read_so_too(desk: Desk) -> None:
    path = desk.file("id,day,start,finish", "1,26.10.2025,02:50,02:10", "2,30.03.2025,02:50,03:10")
    columns = {
        "call_id": "id",
        "direction": "'in'",
        "started_at": "strptime(day || start, '%d.%m.%Y%H:%M')",
        "ended_at": "strptime(day || finish, '%d.%m.%Y%H:%M')",
    }

    summary = desk.mapped(path, columns, timezone="Europe/Berlin")

    assert utc(desk) == ["00:50"]
    assert list(reasons(summary)) == [3]


def test_of_tables_with_one_time_the_order_tells(desk: Desk) -> None:
    times = ["01:00", "02:50", "02:20", "03:00"]
    path = desk.file("lead_id,created_at", *(f"{n},{NIGHT} {at}" for n, at in enumerate(times)))

    assert desk.take(path, LEADS, timezone="Europe/Berlin").doubtful == 0
    assert [f"{at:%H:%M}" for (at,) in desk.kept("created_at", table=LEADS)] == ["23:00", "00:50", "01:20", "02:00"]


def test_each_file_of_a_directory_has_an_order_of_its_own(desk: Desk) -> None:
    """One goes on from before the change, one goes up to after it; one is of another night."""
    header = "call_id,direction,line,started_at"
    files = {
        "a.csv": [
            "1,in,x,2025-10-26 01:59",
            "2,in,x,2025-10-26 02:30",
            "3,in,x,2025-10-26 02:20",
            "4,in,x,2025-10-26 03:10",
        ],
        "b.csv": ["5,in,x,2025-10-27 02:30"],
    }
    (desk.root / "d").mkdir()
    for name, rows in files.items():
        (desk.root / "d" / name).write_text("\n".join([header, *rows]) + "\n")

    summary = desk.take(desk.root / "d", timezone="Europe/Berlin")

    assert (summary.files, summary.read, summary.doubtful) == (2, 5, 0)
    assert utc(desk) == ["23:59", "00:30", "01:20", "02:10", "01:30"]
