"""Importing Asterisk's call detail records: the rows of a contact are one call, and a machine is no person.

Local times are Moscow's, three hours before UTC; 1780300800 is 2026-06-01 08:00:00 UTC, 11:00:00 there.
Numbers are made up: 7000000xxxx call in, 100 to 199 are people, 600 and 700 queues.
"""

from __future__ import annotations

import csv
import gzip
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import House
from tests.warehouse.importing import Desk, reasons, rejects
from warehouse.ingest.load import Summary
from warehouse.messages import Mistake
from warehouse.schema import CHATS

ELEVEN = datetime(2026, 6, 1, 11)
EIGHT = datetime(2026, 6, 1, 8)
MASTER = (
    "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,"
    "disposition,amaflags,uniqueid,userfield,peeraccount,linkedid,sequence"
)
FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,recordingfile,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,linkedid,"
    "peeraccount,sequence"
)
TRUNK = "SIP/trunk-0000000a"


def after(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def row(at: int, duration: int, billsec: int | None = None, **fields: str) -> dict[str, str]:
    """A row that begins so many seconds after eleven; billsec makes it an answered one."""
    start = ELEVEN + timedelta(seconds=at)
    answered = billsec is not None
    told = {
        "src": "70000000001",
        "dst": "600",
        "dcontext": "from-trunk",
        "clid": '"A, B" <70000000001>',
        "channel": TRUNK,
        "lastapp": "Dial",
        "start": str(start),
        "calldate": str(start),
        "answer": str(start + timedelta(seconds=duration - (billsec or 0))) if answered else "",
        "end": str(start + timedelta(seconds=duration)),
        "duration": str(duration),
        "billsec": str(billsec or 0),
        "disposition": "ANSWERED" if answered else "NO ANSWER",
        "amaflags": "DOCUMENTATION",
        "uniqueid": "1780300800.1",
        "linkedid": "1780300800.1",
    }
    return {**told, **fields}


def text(columns: str, *rows: dict[str, str]) -> list[str]:
    """Rows as lines: text in quotes, as Asterisk writes it."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([each.get(name, "") for name in columns.split(",")] for each in rows)
    return written.getvalue().splitlines()


class Asterisk(Desk):
    def master(self, *rows: dict[str, str], columns: str = MASTER, name: str = "Master.csv", **more: Any) -> Path:
        return self.file(*text(columns, *rows), name=name, **more)

    def table(self, *rows: dict[str, str], columns: str = FREEPBX, delimiter: str = ",", **more: Any) -> Path:
        lines = [line.replace('","', f'"{delimiter}"') for line in text(columns, *rows)]
        return self.file(columns.replace(",", delimiter), *lines, name="cdr.csv", **more)

    def take_cdr(self, path: Path, **options: Any) -> Summary:
        settled = {name: options.pop(name) for name in list(options) if name in OPTIONS}
        zone = options.pop("zone", "Europe/Moscow")
        return self.take(path, format_name="cdr", options=settled, timezone=zone, **options)

    def row(self, *names: str) -> tuple[Any, ...]:
        (found,) = self.kept(*names)
        return found


OPTIONS = ("columns", "extensions", "in_contexts", "out_contexts", "line", "answers_first", "timezone")


@pytest.fixture
def desk(tmp_path: Path) -> Asterisk:
    return Asterisk(tmp_path)


def in_queue(member: str = "SIP/101-0000000b", at: int = 0, duration: int = 90, **fields: str) -> dict[str, str]:
    """The caller's row of a queue that answered at once: billed from the first second."""
    answered = {"lastapp": "Queue", "lastdata": "600,t,,,,,", "dcontext": "ext-queues", "dstchannel": member, **fields}
    return row(at, duration, duration, **answered)


LOCAL = "Local/101@from-queue-0000000c;1"
AGENT_S_OWN = row(
    5,
    85,
    60,
    src="70000000001",
    dst="101",
    dcontext="from-queue",
    channel="Local/101@from-queue-0000000c;2",
    dstchannel="SIP/101-0000000d",
    uniqueid="1780300805.3",
)
"""The row of the member whom the queue rang: he answered after 30 s and talked 60."""


def test_a_call_to_a_person(desk: Asterisk) -> None:
    """Rang from 11:00:00, answered at 11:00:12, ended at 11:01:12."""
    summary = desk.take_cdr(desk.master(row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b")))

    assert (summary.read, summary.added, summary.rejects_file, summary.skipped) == (1, 1, None, {})
    assert desk.row("call_id", "contact_id", "direction", "line", "source") == (
        "1780300800.1", "1780300800.1", "in", "101", "Master.csv",
    )  # fmt: skip
    assert desk.row("started_at", "ended_at", "outcome", "wait_s", "talk_s") == (EIGHT, after(72), "answered", 12, 60)
    assert desk.row("client_id", "agent_id") == ("70000000001", "101")
    assert desk.row("hold_s", "wrap_s", "transferred_to") == (None, None, None)


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


def test_the_rows_of_a_linkedid_are_one_call(desk: Asterisk) -> None:
    """Two members did not answer, the third one did; the queue's billed seconds are not the conversation's."""
    path = desk.master(
        AGENT_S_OWN,
        in_queue("SIP/102-0000000e") | {"disposition": "NO ANSWER"},
        in_queue("SIP/103-0000000f") | {"disposition": "NO ANSWER"},
        in_queue(LOCAL),
    )

    assert desk.take_cdr(path).added == 1
    assert desk.row("contact_id", "line", "outcome", "agent_id") == ("1780300800.1", "600", "answered", "101")
    assert desk.row("started_at", "ended_at", "wait_s", "talk_s") == (EIGHT, after(90), None, 60)


def test_a_queue_s_own_seconds_are_not_taken_for_a_conversation(desk: Asterisk) -> None:
    """Without a row of the member's own nobody can tell when he answered, unless the queue answers nothing itself."""
    path = desk.master(in_queue())

    desk.take_cdr(path)
    assert desk.row("outcome", "agent_id", "wait_s", "talk_s") == ("answered", "101", None, None)

    desk.take_cdr(desk.master(in_queue() | {"billsec": "60"}), answers_first="")
    assert desk.row("outcome", "agent_id", "wait_s", "talk_s") == ("answered", "101", 30, 60)


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([in_queue("")], "abandoned"),
        ([in_queue(LOCAL), AGENT_S_OWN | {"disposition": "NO ANSWER", "billsec": "0"}], "abandoned"),
        ([in_queue("SIP/101-0000000b") | {"disposition": "NO ANSWER"}], "abandoned"),
        (
            [row(0, 20, dst="101", dstchannel="SIP/101-b"), row(20, 9, 9, dst="vmu101", lastapp="VoiceMail")],
            "flow_out",
        ),
    ],
)
def test_answered_by_a_machine_is_not_answered(desk: Asterisk, rows: list[dict[str, str]], outcome: str) -> None:
    desk.take_cdr(desk.master(*rows))

    assert desk.row("outcome", "wait_s", "talk_s", "agent_id") == (outcome, None, None, None)


def test_a_call_that_nothing_answered_waited_all_its_time(desk: Asterisk) -> None:
    desk.take_cdr(desk.master(row(0, 25, dst="101", dstchannel="SIP/101-0000000b")))

    assert desk.row("outcome", "wait_s", "ended_at") == ("abandoned", 25, after(25))


def test_a_menu_before_a_person_leaves_the_wait_unknown(desk: Asterisk) -> None:
    path = desk.master(
        row(0, 10, 10, dst="s", dcontext="ivr-1", lastapp="BackGround"),
        row(10, 72, 60, dst="101", dstchannel="SIP/101-0000000b"),
    )

    desk.take_cdr(path)

    assert desk.row("started_at", "line", "wait_s", "talk_s") == (EIGHT, "101", None, 60)


def test_whoever_reaches_only_a_menu_and_people_among_themselves_are_left_alone_and_counted(desk: Asterisk) -> None:
    summary = desk.take_cdr(
        desk.master(
            row(0, 10, 10, dst="s", dcontext="ivr-1", lastapp="BackGround"),
            row(0, 10, 9, src="101", dst="102", channel="SIP/101-1a2b", uniqueid="2.1", linkedid="2.1"),
            row(0, 10, 9, src="101", dst="*97", channel="SIP/101-1a2c", uniqueid="2.2", linkedid="2.2"),
            AGENT_S_OWN | {"linkedid": ""},
        )
    )

    assert (summary.read, summary.added, summary.rejected) == (0, 0, 0)
    assert summary.skipped == {
        "calls that reached no queue and nobody": 1,
        "internal calls": 2,
        "parts of calls that do not say of which": 1,
    }


def out(disposition: str, billsec: str = "0", **fields: str) -> dict[str, str]:
    told = {"src": "74950000000", "dst": "70000000009", "dcontext": "from-internal", "channel": "PJSIP/101-0000001a"}
    told |= {"dstchannel": "SIP/trunk-0000001b", "disposition": disposition, "billsec": billsec, "accountcode": "sales"}
    return row(0, 50) | told | fields


@pytest.mark.parametrize(
    ("disposition", "billsec", "outcome", "wait", "talk"),
    [
        ("ANSWERED", "40", "answered", 10, 40),
        ("NO ANSWER", "0", "no_answer", 50, None),
        ("BUSY", "0", "busy", 50, None),
        ("FAILED", "0", "failed", 50, None),
        ("CONGESTION", "0", "failed", 50, None),
    ],
)
def test_an_attempt(
    desk: Asterisk, disposition: str, billsec: str, outcome: str, wait: float, talk: float | None
) -> None:
    """FreePBX shows the centre's number as the caller's: the channel tells who dialled."""
    desk.take_cdr(desk.table(out(disposition, billsec)), line="accountcode")

    assert desk.row("direction", "line", "outcome", "wait_s", "talk_s") == ("out", "sales", outcome, wait, talk)
    assert desk.row("client_id", "agent_id") == ("70000000009", "101")


def test_an_attempt_over_a_second_trunk_is_the_same_attempt(desk: Asterisk) -> None:
    second = out("ANSWERED", "40") | {"calldate": str(ELEVEN + timedelta(seconds=2)), "sequence": "2"}

    summary = desk.take_cdr(desk.table(second, out("CONGESTION", dstchannel="SIP/other-0000001c", duration="2")))

    assert (summary.added, summary.other_line) == (1, 1)
    assert desk.row("outcome", "wait_s", "talk_s", "line") == ("answered", 12, 40, "other")


def test_which_way_a_call_goes_is_told_by_numbers_or_contexts(desk: Asterisk) -> None:
    """By default 2 to 5 digits are a number inside: a partner's short number calls from the trunk's context."""
    partner = row(0, 72, 60, src="3333", dst="101", dstchannel="SIP/101-0000000b")
    path = desk.master(partner)

    assert desk.take_cdr(path).skipped == {"internal calls": 1}
    desk.take_cdr(path, in_contexts="from-trunk, from-pstn")
    assert desk.row("direction", "client_id") == ("in", "3333")
    desk.take_cdr(path, extensions=r"1\d\d")
    assert desk.row("direction", "client_id") == ("in", "3333")
    desk.take_cdr(desk.master(partner | {"dst": "0611", "dcontext": "out"}), extensions=r"1\d\d", out_contexts="out")
    assert desk.row("direction", "client_id") == ("out", "0611")


@pytest.mark.parametrize(
    ("line", "expected"),
    [("queue", "600"), ("did,queue", "74950000000"), ("dcontext", "ext-queues"), ("userfield, dst", "600x")],
)
def test_where_the_line_comes_from(desk: Asterisk, line: str, expected: str) -> None:
    desk.take_cdr(desk.table(in_queue(dst="600x", did="74950000000")), line=line)

    assert desk.row("line") == (expected,)


@pytest.mark.parametrize(("src", "clid", "client"), [("anonymous", "", None), ("", '"X" <70000000005>', "70000000005")])
def test_who_calls(desk: Asterisk, src: str, clid: str, client: str | None) -> None:
    desk.take_cdr(desk.master(in_queue(src=src, clid=clid)))

    assert desk.row("client_id") == (client,)


def test_a_transfer_to_another_person(desk: Asterisk) -> None:
    """101 talked from second 12 to 72; 102 was called at 72, answered at 80 and talked to 100."""
    path = desk.master(
        row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b"),
        row(72, 28, 20, dst="102", dcontext="from-internal-xfer", dstchannel="SIP/102-0000000c"),
    )

    desk.take_cdr(path)

    assert desk.row("agent_id", "wait_s", "talk_s", "transferred_to", "ended_at") == ("101", 12, 80, "102", after(100))


def test_a_transfer_to_another_queue(desk: Asterisk) -> None:
    again = in_queue(LOCAL.replace("101", "102"), at=90, duration=40, lastdata="700,t", dst="700")
    other = {"channel": "Local/102@from-queue-0000000c;2", "dstchannel": "SIP/102-0000000d", "uniqueid": "1780300891.9"}
    told = row(91, 39, 30, dst="102", **other)

    desk.take_cdr(desk.master(in_queue(LOCAL), AGENT_S_OWN, again, told))

    assert desk.row("agent_id", "line", "talk_s", "transferred_to") == ("101", "600", 90, "700")


def test_a_question_to_a_colleague_is_no_transfer(desk: Asterisk) -> None:
    asked = row(40, 20, 15, src="101", dst="102", channel="SIP/101-00000020", dstchannel="SIP/102-00000021")

    desk.take_cdr(
        desk.master(row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b"), asked | {"uniqueid": "1780300840.7"})
    )

    assert desk.row("agent_id", "talk_s", "transferred_to") == ("101", 60, None)


def test_the_zone_is_the_centre_s_or_an_option(desk: Asterisk) -> None:
    path = desk.master(in_queue())

    desk.take_cdr(path, timezone="UTC")
    assert desk.row("started_at") == (EIGHT + timedelta(hours=3),)
    with pytest.raises(Mistake, match="There is no time zone Moscow: it is written as in"):
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
        9: "quotation marks that do not close, or text after them",
    }
    assert rejects(summary)[5][2] == "a,b"
    with pytest.raises(Mistake, match=r"7 of 8 rows of calls\.csv are bad"):
        desk.take_cdr(path, max_rejects=0.5)


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


def test_a_mapping_goes_on_from_the_calls_and_has_the_options(desk: Asterisk) -> None:
    mapping = desk.root / "mapping.toml"
    mapping.write_text(
        'table = "calls"\nwhere = "line <> \'700\'"\n[columns]\nagent_id = "\'SIP/\' || agent_id"\n'
        '[values.line]\n"600" = "inhouse"\n[format]\nline = ["queue", "dst"]\nextensions = \'1\\d\\d\'\n'
    )
    from warehouse.ingest.mapping import load_mapping

    other = in_queue(lastdata="700", uniqueid="1780300900.5", linkedid="1780300900.5")
    summary = desk.take_cdr(desk.master(in_queue(src="3333"), other), mapping=load_mapping(mapping))

    assert (summary.added, summary.left_out) == (1, 1)
    assert desk.row("line", "agent_id", "client_id") == ("inhouse", "SIP/101", "3333")


def test_the_figures_of_a_day(desk: Asterisk) -> None:
    """Four calls in: two members of the queue talked 60 and 30 s, a person 60 s, and one caller was lost."""
    second = {"uniqueid": "1780300900.5", "linkedid": "1780300900.5"}
    member = AGENT_S_OWN | {"uniqueid": "1780300905.6", "linkedid": "1780300900.5", "billsec": "30"}
    direct = row(300, 72, 60, dst="101", dstchannel="SIP/101-0000000b")
    inside = row(0, 10, 9, src="101", dst="102", channel="SIP/101-1a2b", uniqueid="2.1", linkedid="2.1")
    desk.take_cdr(
        desk.master(
            *(in_queue(LOCAL), AGENT_S_OWN),
            *(in_queue(LOCAL) | second, member),
            in_queue("") | {"uniqueid": "1780301000.7", "linkedid": "1780301000.7"},
            direct | {"uniqueid": "1780301100.8", "linkedid": "1780301100.8"},
            out("BUSY") | {"uniqueid": "1780301200.9", "linkedid": "1780301200.9"},
            inside,
        ),
        complete_to=after(3600),
    )
    house = House(desk.lake.root)

    keys = ("calls", "lcr", "aht", "sl", "calls_out")
    calls, lcr, aht, sl, tried = (house.ask(key, "2026-06-01").fact for key in keys)

    assert (calls.value, tried.value) == (4, 1)
    assert (lcr.numerator, lcr.denominator, lcr.value) == (1, 4, 25)
    assert (aht.numerator, aht.denominator, aht.value) == (150, 3, 50)
    assert sl.value is None
    assert house.ask("calls", "2026-06-01", "600").fact.value == 3


def test_what_cannot_be_imported_so(desk: Asterisk) -> None:
    path = desk.master(in_queue())
    for wrong, said in {
        "colums": r"The format cdr has no option colums: its options are columns, ",
        "queues": r"The format cdr has no option queues: its options are ",
    }.items():
        with pytest.raises(Mistake, match=said):
            desk.take(path, format_name="cdr", options={wrong: "x"})
    with pytest.raises(Mistake, match="The format queue_log has no options"):
        desk.take(path, format_name="queue_log", options={"line": "did"})
    with pytest.raises(Mistake, match="There are options of a format, but no format"):
        desk.take(path, options={"line": "did"})
    with pytest.raises(Mistake, match="The option line cannot be dids: it may be did, "):
        desk.take_cdr(path, line="dids")
    with pytest.raises(Mistake, match="The option columns cannot be sorce: it may be src, "):
        desk.take_cdr(path, columns="sorce,dst")
    with pytest.raises(Mistake, match="The option columns names dst twice"):
        desk.take_cdr(path, columns="dst,dst")
    with pytest.raises(Mistake, match=r"A row of Master\.csv has no src, channel"):
        desk.take_cdr(path, columns="dst")
    with pytest.raises(Mistake, match=r"A row of t\.csv has no dstchannel, lastapp, without which"):
        desk.take_cdr(desk.file("calldate,src,dst,channel,duration,billsec,disposition", name="t.csv"))
    with pytest.raises(Mistake, match="The option extensions is not a regular expression"):
        desk.take_cdr(path, extensions="(")
    with pytest.raises(Mistake, match="The format cdr has nothing for the table chats: it fills calls"):
        desk.take(path, CHATS, format_name="cdr")
    (desk.root / "empty").mkdir()
    with pytest.raises(Mistake, match=r"has no file with \.csv in its name"):
        desk.take_cdr(desk.root / "empty")


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

    desk.take_cdr(path)

    assert ("77.7", 60.0) in desk.kept("call_id", "talk_s")
