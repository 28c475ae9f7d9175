"""Files of call detail records: with a header and without, zones, bad rows, rotated and unfinished files."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.warehouse.detail import (
    AGENT_S_OWN,
    EIGHT,
    FREEPBX,
    LOCAL,
    MASTER,
    TRUNK,
    Asterisk,
    after,
    in_queue,
    row,
    text,
)
from tests.warehouse.importing import is_of_lines, reasons, rejects
from warehouse.messages import UserError
from warehouse.schema import CHATS


@pytest.fixture
def desk(tmp_path: Path) -> Asterisk:
    return Asterisk(tmp_path)


@pytest.mark.parametrize("kept", [16, 17, 18, 21])
def test_master_csv_with_and_without_its_last_fields(desk: Asterisk, kept: int) -> None:
    columns = ",".join(MASTER.split(",")[:kept])
    path = desk.master(row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b", userfield="x"), columns=columns)

    assert desk.take_cdr(path).rejected == 0
    assert desk.row("call_id", "talk_s") == (f"2026-06-01 08:00:00/{TRUNK}" if kept == 16 else "1780300800.1", 60)


def test_a_table_has_a_header_any_order_and_delimiter_and_no_answer_or_end(desk: Asterisk) -> None:
    path = desk.table(
        row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b", did="74950000000"),
        columns=",".join(FREEPBX.split(",")[::-1]),
        delimiter=";",
        end="\r\n",
        encoding="utf-8-sig",
    )

    desk.take_cdr(path)

    assert desk.row("started_at", "ended_at", "wait_s", "talk_s", "line") == (EIGHT, after(72), 12, 60, "74950000000")


def test_the_zone_is_the_centre_s_or_an_option(desk: Asterisk) -> None:
    path = desk.master(in_queue())

    desk.take_cdr(path, timezone="UTC")
    assert desk.row("started_at") == (EIGHT + timedelta(hours=3),)
    with pytest.raises(UserError, match="There is no time zone Moscow: it is written as in"):
        desk.take_cdr(path, timezone="Moscow")


def test_the_hour_that_comes_twice(desk: Asterisk) -> None:
    """In Berlin 2026-10-25 02:30 is 00:30 UTC and 01:30 UTC; 1792891800 is the latter. Durations know no clocks."""
    told = {"start": "2026-10-25 02:30:00", "answer": "2026-10-25 02:30:12", "end": "2026-10-25 02:31:12"}
    first = row(0, 72, 60, dst="101", dstchannel="SIP/101-b", **told, uniqueid="1792888200.1", linkedid="1792888200.1")
    second = first | {"uniqueid": "1792891800.2", "linkedid": "1792891800.2"}
    over = first | {"start": "2026-10-25 02:59:50", "answer": "2026-10-25 02:00:02", "end": "2026-10-25 02:01:02"}
    over |= {"uniqueid": "1792889990.3", "linkedid": "1792889990.3"}

    desk.take_cdr(desk.master(first, second, over), zone="Europe/Berlin")

    assert desk.kept("started_at", "wait_s", "talk_s") == [
        (datetime(2026, 10, 25, 0, 30), 12, 60),
        (datetime(2026, 10, 25, 0, 59, 50), 12, 60),
        (datetime(2026, 10, 25, 1, 30), 12, 60),
    ]


def test_without_an_id_the_end_tells_the_pass_and_a_time_that_never_was_is_named(desk: Asterisk) -> None:
    """From 02:50 to 03:10 in twenty minutes: the second pass. In spring 02:50 was left out."""
    bare = row(0, 1200, 1200, dst="101", dstchannel="SIP/101-b", uniqueid="", linkedid="")
    autumn = bare | {"start": "2026-10-25 02:50:00", "end": "2026-10-25 03:10:00"}
    spring = bare | {"start": "2026-03-29 02:50:00", "end": "2026-03-29 03:10:00"}

    summary = desk.take_cdr(desk.master(autumn, spring), zone="Europe/Berlin")

    assert desk.row("started_at") == (datetime(2026, 10, 25, 1, 50),)
    assert summary.doubtful == 0
    assert reasons(summary) == {2: '"2026-03-29 02:50:00" was never shown: the clock was put forward over it'}


def test_where_nothing_tells_the_pass_the_first_is_taken_and_counted(desk: Asterisk) -> None:
    """From 02:30 to 02:31 in a minute, without an id: it may have been either pass. 04:30 was once."""
    bare = row(0, 60, 60, dst="101", dstchannel="SIP/101-b", uniqueid="", linkedid="")
    either = bare | {"start": "2026-10-25 02:30:00", "end": "2026-10-25 02:31:00"}
    endless = bare | {"start": "2026-10-25 02:40:00", "end": "", "channel": "SIP/trunk-c"}
    once = bare | {"start": "2026-10-25 04:30:00", "end": "2026-10-25 04:31:00"}

    summary = desk.take_cdr(desk.master(either, endless, once), zone="Europe/Berlin")

    assert summary.doubtful == 2
    assert desk.kept("started_at")[0] == (datetime(2026, 10, 25, 0, 30),)


@pytest.mark.parametrize(
    ("times", "starts", "doubtful"),
    [
        (["01:50 01:51", "02:40 02:41", "02:20 02:21", "03:10 03:11"], ["23:50", "00:40", "01:20", "02:10"], 0),
        (["03:10 03:11", "02:20 02:21", "02:40 02:41", "01:50 01:51"], ["02:10", "01:20", "00:40", "23:50"], 0),
        (["01:50 01:51", "02:20 02:30", "02:10 02:40", "03:10 03:11"], ["23:50", "00:20", "00:10", "02:10"], 2),
        (
            ["03:30 03:31", "02:40 02:41", "01:50 01:51", "02:20 02:21", "03:10 03:11"],
            ["02:30", "00:40", "23:50", "00:20", "02:10"],
            2,
        ),
    ],
    ids=["oldest first", "newest first", "perhaps in the order of the ends", "in no order"],
)
def test_without_an_id_the_order_of_rows_tells_the_pass(
    desk: Asterisk, times: list[str], starts: list[str], doubtful: int
) -> None:
    """Rows of `start end`; Asterisk writes them when they end, a table is shown by their beginnings."""
    night, bare = "2026-10-25 ", row(0, 60, 60, dst="101", dstchannel="SIP/101-b", uniqueid="", linkedid="")
    rows = []
    for number, (start, end) in enumerate(map(str.split, times)):
        lasts = 60 * (int(end[3:]) - int(start[3:]))
        told = {"start": night + start + ":00", "end": night + end + ":00", "channel": f"SIP/trunk-{number:08x}"}
        rows.append(bare | told | {"duration": str(lasts), "billsec": str(lasts)})

    summary = desk.take_cdr(desk.master(*rows), zone="Europe/Berlin")

    assert summary.doubtful == doubtful
    assert [f"{at:%H:%M}" for (at,) in desk.kept("started_at")] == sorted(starts, key=lambda at: (at < "23", at))


def test_bad_rows_are_rejected_and_the_others_are_kept(desk: Asterisk) -> None:
    good = text(MASTER, in_queue())[0]
    bad = [in_queue() | each for each in ({"start": "yesterday"}, {"duration": "soon"}, {"disposition": "MAYBE"})]
    bad += [in_queue() | each for each in ({"billsec": "900"}, {"duration": "", "end": ""})]
    path = desk.file(good, "", *text(MASTER, *[each | {"linkedid": "9.9"} for each in bad]), "a,b", f'{good},"x', good)

    summary = desk.take_cdr(path)

    assert (summary.read, summary.added, summary.rejected) == (8, 1, 7)
    assert reasons(summary) == {
        3: '"yesterday" is not a time as in 2026-06-01 10:00:00',
        4: 'duration: "soon" is not a number of seconds',
        5: '"MAYBE" is no disposition: ANSWERED, NO ANSWER, BUSY, FAILED or CONGESTION',
        6: "billsec 900 is more than the duration 90",
        7: "neither a duration nor an end after the start",
        8: "2 fields, and a row of Master.csv has 16 to 21",
        9: "22 fields, and a row of Master.csv has 16 to 21",
    }
    assert rejects(summary)[5][2] == "a,b"
    with pytest.raises(UserError, match=r"7 of 9 lines of calls\.csv are bad"):
        desk.take_cdr(path, max_rejects=0.5)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_quotation_marks_and_ends_of_lines_are_read_as_leniently_as_in_a_plain_import(desk: Asterisk, end: str) -> None:
    """FreePBX does not double the marks inside a cell; a cell may go on in the next line, or have a stray mark."""
    told = [in_queue(uniqueid=f"178030080{n}.1", linkedid=f"178030080{n}.1") for n in range(5)]
    lines = text(FREEPBX, *(each | {"clid": f"C{n}"} for n, each in enumerate(told)))
    clids = ('"A" <114>', f'"A, B{end}{end}C"', 'a "b c', '"never, closed', '"Anna ""B"" C"')
    rows = [line.replace(f'"C{n}"', clid) for n, (line, clid) in enumerate(zip(lines, clids, strict=True))]

    summary = desk.take_cdr(desk.file(FREEPBX, *rows, end=end))

    assert desk.kept("call_id") == [("1780300800.1",), ("1780300801.1",), ("1780300802.1",), ("1780300804.1",)]
    assert (summary.lines, list(reasons(summary).values())) == (5, ["25 fields instead of 26"])


def test_a_bad_byte_costs_a_row_only_where_the_row_needs_it(desk: Asterisk) -> None:
    """Names are for people; the queue in `lastdata` and the channel are not."""
    told = [in_queue(uniqueid=f"178030080{n}.1", linkedid=f"178030080{n}.1") for n in range(5)]
    told[0] |= {"clid": '"Петров, Иванов, Сидоров X" <1>', "cnam": "X", "recordingfile": "X"}
    told[1] |= {"lastdata": "600X,t"}
    told[2] |= {"dstchannel": "SIP/X-0000000b"}
    told[3] |= {"lastdata": "X", "lastapp": "Dial"}
    told[4] |= {"clid": "X", "src": ""}
    path = desk.root / "cdr.csv"
    path.write_bytes("\n".join([FREEPBX, *text(FREEPBX, *told), ""]).encode().replace(b"X", b"\xa5\xe2"))

    summary = desk.take_cdr(path)

    assert desk.kept("call_id") == [("1780300800.1",), ("1780300803.1",)]
    torn = "{}: bytes that are no characters. If the whole file is in another encoding, name it: --encoding"
    assert reasons(summary) == {3: torn.format("lastdata"), 4: torn.format("dstchannel"), 6: torn.format("clid")}
    with pytest.raises(UserError, match="in UTF-8: in cp1251 its letters would be"):
        desk.take_cdr(path, encoding="cp1251")


def test_a_file_that_is_being_written_is_taken_up_again(desk: Asterisk) -> None:
    first, second = text(MASTER, in_queue(), in_queue(uniqueid="1780300900.5", linkedid="1780300900.5"))
    path = desk.root / "Master.csv"
    path.write_text(f"{first}\n{second[:-9]}")

    begun = desk.take_cdr(path)
    assert (begun.added, begun.unfinished, begun.rejected) == (1, 1, 0)

    path.write_text(f"{first}\n{second}\n")
    again = desk.take_cdr(path)
    assert (again.added, again.unchanged, again.unfinished) == (1, 1, 0)

    before = desk.lake.manifest()
    assert desk.take_cdr(path).unchanged == 2
    assert desk.lake.manifest() == before


def test_an_export_is_whole_though_its_last_line_does_not_end(desk: Asterisk) -> None:
    path = desk.table(in_queue())
    path.write_bytes(path.read_bytes().rstrip(b"\n"))

    summary = desk.take_cdr(path)

    assert (summary.added, summary.unfinished) == (1, 0)


def names() -> tuple[str, ...]:
    return ("call_id", "line", "started_at", "ended_at", "outcome", "wait_s", "talk_s", "agent_id", "transferred_to")


WHOLE = [("1780300800.1", "600", EIGHT, after(90), "answered", None, 60, "101", None)]


def test_a_directory_of_rotated_files_is_one(desk: Asterisk) -> None:
    """The member's row is in one file and the caller's in another, copies overlap, one is packed."""
    (desk.root / "Master.csv-2.gz").write_bytes(gzip.compress(f"{text(MASTER, AGENT_S_OWN)[0]}\n".encode()))
    desk.master(in_queue(LOCAL), AGENT_S_OWN, name="Master.csv")
    desk.master(in_queue(LOCAL), name="Master.csv.1")
    desk.file("something else", name="messages")

    assert desk.take_cdr(desk.root).added == 1
    assert desk.kept(*names()) == WHOLE
    assert desk.take_cdr(desk.root).unchanged == 1


@pytest.mark.parametrize("order", [("older", "newer", "older", "newer"), ("newer", "older", "newer")])
def test_a_call_that_two_files_divide(desk: Asterisk, order: tuple[str, ...]) -> None:
    files = {
        "older": desk.master(AGENT_S_OWN, name="older.csv"),
        "newer": desk.master(in_queue(LOCAL), name="newer.csv"),
    }

    for name in order:
        assert desk.take_cdr(files[name]).rejected == 0

    assert desk.kept(*names()) == WHOLE


def test_a_reject_of_a_directory_says_which_file_and_line(desk: Asterisk) -> None:
    desk.master(in_queue(), name="a.csv")
    desk.file("bad", name="b.csv")

    assert reasons(desk.take_cdr(desk.root)) == {2: "b.csv:1: 1 fields, and a row of Master.csv has 16 to 21"}


def test_columns_of_one_s_own(desk: Asterisk) -> None:
    columns = "src,dst,-,channel,dstchannel,lastapp,start,duration,billsec,disposition,uniqueid,linkedid"
    path = desk.master(row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b"), columns=columns)

    desk.take_cdr(path, columns=columns)

    assert desk.row("wait_s", "talk_s") == (12, 60)


def test_what_cannot_be_imported_so(desk: Asterisk) -> None:
    path = desk.master(in_queue())
    for wrong, said in {
        "colums": r"The format cdr has no option colums: its options are columns, ",
        "queues": r"The format cdr has no option queues: its options are ",
    }.items():
        with pytest.raises(UserError, match=said):
            desk.take(path, format_name="cdr", options={wrong: "x"})
    with pytest.raises(UserError, match="The format queue_log has no options"):
        desk.take(path, format_name="queue_log", options={"line": "did"})
    with pytest.raises(UserError, match="There are options of a format, but no format"):
        desk.take(path, options={"line": "did"})
    with pytest.raises(UserError, match="The option line cannot be dids: it may be did, "):
        desk.take_cdr(path, line="dids")
    with pytest.raises(UserError, match="The option columns cannot be sorce: it may be src, "):
        desk.take_cdr(path, columns="sorce,dst")
    with pytest.raises(UserError, match="The option columns names dst twice"):
        desk.take_cdr(path, columns="dst,dst")
    with pytest.raises(UserError, match=r"A row of Master\.csv has no src, channel"):
        desk.take_cdr(path, columns="dst")
    with pytest.raises(UserError, match=r"A row of t\.csv has no dstchannel, lastapp, without which"):
        desk.take_cdr(desk.file("calldate,src,dst,channel,duration,billsec,disposition", name="t.csv"))
    with pytest.raises(UserError, match="The option extensions is not a regular expression"):
        desk.take_cdr(path, extensions="(")
    with pytest.raises(UserError, match="The format cdr has nothing for the table chats: it fills calls"):
        desk.take(path, CHATS, format_name="cdr")
    (desk.root / "empty").mkdir()
    with pytest.raises(UserError, match=r"has no file with \.csv in its name"):
        desk.take_cdr(desk.root / "empty")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xef\xbb\xbf\r\n \n", b""])
def test_a_file_of_nothing_but_the_mark_before_a_text_is_an_empty_one(desk: Asterisk, content: bytes) -> None:
    path = desk.root / "Master.csv"
    path.write_bytes(content)
    summary = desk.take_cdr(path)
    assert (summary.lines, summary.rejected, summary.unfinished) == (0, 0, 0)


GOOD = text(MASTER, row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b", uniqueid="77.7", linkedid="77.7"))[0]
AWKWARD = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from([*GOOD.encode().split(b","), b'""', b'"x', b"\xff", b"9" * 30, b"\0", b""]), max_size=24
    ).map(b",".join),
)


@given(st.lists(AWKWARD, max_size=30), st.integers(0, 30))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_it_and_no_good_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], at: int
) -> None:
    desk = Asterisk(tmp_path_factory.mktemp("desk"))
    lines = [line.replace(b"77.7", b"66.6") for line in lines]
    lines.insert(at, GOOD.encode())
    path = desk.root / "Master.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")

    assume(is_of_lines(path))
    assert ("77.7", 60.0) in desk.read(path, "cdr", "call_id", "talk_s")


def test_call_records_of_a_database_may_be_in_any_file_too(desk: Asterisk) -> None:
    header = "calldate;clid;src;dst;dcontext;channel;dstchannel;lastapp;lastdata;duration;billsec;disposition;uniqueid"
    row = "2026-06-01 10:00:00;;79160000001;101;in;SIP/t-1;SIP/101-1;Dial;x;20;12;ANSWERED;1780308000.1"
    book = openpyxl.Workbook()
    for each in (header, row):
        book.worksheets[0].append(each.split(";"))
    book.save(desk.root / "cdr.xlsx")
    (desk.root / "cdr.csv").write_bytes(f"{header}\n{row}\n".encode("utf-16"))
    records = dict(zip(header.split(";"), row.split(";"), strict=True))
    (desk.root / "cdr.json").write_text(json.dumps({"rows": [records]}))

    assert desk.take(desk.root / "cdr.xlsx", format_name="cdr").added == 1
    assert desk.take(desk.root / "cdr.csv", format_name="cdr").unchanged == 1
    assert desk.take(desk.root / "cdr.json", format_name="cdr").unchanged == 1
    assert desk.kept("started_at", "outcome", "talk_s") == [(datetime(2026, 6, 1, 10), "answered", 12.0)]
