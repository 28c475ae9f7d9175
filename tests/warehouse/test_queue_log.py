"""Importing Asterisk's queue_log into calls: one row per entry into a queue, told by the events of the log.

1780300800 is 2026-06-01 08:00:00 UTC; a story's events happen so many seconds after it.
"""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.importing import Desk, reasons, rejects
from warehouse.ingest.load import Summary
from warehouse.messages import UserError
from warehouse.schema import CHATS

EPOCH = 1780300800
EIGHT = datetime(2026, 6, 1, 8)


def after(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def log(*events: str) -> list[str]:
    """Lines of a log out of `seconds callid queue agent EVENT|parameters`."""
    lines = []
    for event in events:
        seconds, callid, queue, agent, rest = event.split(" ", 4)
        lines.append(f"{EPOCH + int(seconds)}|{callid}|{queue}|{agent}|{rest}")
    return lines


class Asterisk(Desk):
    def log(self, *events: str, name: str = "queue_log", **options: Any) -> Path:
        return self.file(*log(*events), name=name, **options)

    def take_log(self, path: Path, **options: Any) -> Summary:
        return self.take(path, format_name="queue_log", **options)

    def row(self, *names: str) -> tuple[Any, ...]:
        (row,) = self.kept(*names)
        return row


@pytest.fixture
def desk(tmp_path: Path) -> Asterisk:
    return Asterisk(tmp_path)


ENTERS = "0 1.1 sales NONE ENTERQUEUE||79161234567|1"
ANSWERED = "12 1.1 sales SIP/100 CONNECT|12|1.2|3"


def test_an_answered_call(desk: Asterisk) -> None:
    path = desk.log(
        ENTERS, "8 1.1 sales SIP/101 RINGNOANSWER|5000", ANSWERED, "72 1.1 sales SIP/100 COMPLETEAGENT|12|60|1"
    )

    summary = desk.take_log(path)

    assert (summary.read, summary.added, summary.rejects_file) == (1, 1, None)
    assert desk.row("call_id", "contact_id", "direction", "line", "source") == (
        f"1.1/sales/{EPOCH}",
        "1.1",
        "in",
        "sales",
        "queue_log",
    )
    assert desk.row("started_at", "ended_at", "outcome", "wait_s", "talk_s", "hold_s", "wrap_s") == (
        EIGHT, after(72), "answered", 12.0, 60.0, None, None,
    )  # fmt: skip
    assert desk.row("client_id", "agent_id", "transferred_to") == ("79161234567", "SIP/100", None)


@pytest.mark.parametrize(
    ("end", "outcome", "wait", "talk"),
    [
        ("30 1.1 sales NONE ABANDON|2|1|29", "abandoned", 29, None),
        ("30 1.1 sales NONE ABANDON|2|1|29|", "abandoned", 29, None),
        ("30 1.1 sales NONE ABANDON|2|1", "abandoned", 30, None),
        ("30 1.1 sales NONE ABANDON", "abandoned", 30, None),
        ("30 1.1 sales NONE EXITWITHTIMEOUT|2|1|29", "flow_out", 29, None),
        ("30 1.1 sales NONE EXITWITHTIMEOUT|2", "flow_out", 30, None),
        ("30 1.1 sales NONE EXITEMPTY|2|1|29", "flow_out", 29, None),
        ("30 1.1 sales NONE EXITWITHKEY|9|2|1|29", "flow_out", 29, None),
        ("30 1.1 sales NONE EXITWITHKEY|9|2", "flow_out", 30, None),
        ("30 1.1 sales SIP/100 COMPLETECALLER|10|20|1", "answered", 10, 20),
        ("30 1.1 sales SIP/100 SYSCOMPAT", None, None, None),
    ],
)
def test_how_a_call_ends(desk: Asterisk, end: str, outcome: str | None, wait: float | None, talk: float | None) -> None:
    read = desk.read(desk.log(ENTERS, end), "queue_log", "outcome", "wait_s", "talk_s", "ended_at")

    assert read == [(outcome, wait, talk, "2026-06-01 08:00:30Z")]


@pytest.mark.parametrize(
    ("end", "talk", "target"),
    [
        ("72 1.1 sales SIP/100 BLINDTRANSFER|rent|default|12|59|1", 59, "rent"),
        ("72 1.1 sales SIP/100 BLINDTRANSFER|600|default|12|59|1", 59, "600"),
        ("72 1.1 sales SIP/100 ATTENDEDTRANSFER|BRIDGE|f00-ba7|12|59|1", 59, "other"),
        ("72 1.1 sales SIP/100 ATTENDEDTRANSFER|APP|VoiceMail|12|59|1", 59, "other"),
        ("72 1.1 sales SIP/100 ATTENDEDTRANSFER|LINK|SIP/100-1|SIP/7-2|12|59|1", 59, "other"),
        ("72 1.1 sales SIP/100 ATTENDEDTRANSFER|LINK|SIP/100-1|12|59|1", 59, "other"),
        ("72 1.1 sales SIP/100 ATTENDEDTRANSFER|LINK", 60, "other"),
        ("72 1.1 sales SIP/100 TRANSFER|rent|default|12|59", 59, "rent"),
        ("72 1.1 sales SIP/100 TRANSFER|rent|default", 60, "rent"),
        ("72 1.1 sales SIP/100 BLINDTRANSFER", 60, "other"),
    ],
)
def test_a_transfer_ends_the_talk(desk: Asterisk, end: str, talk: float, target: str | None) -> None:
    """A transfer is one wherever it leads; of an attended one the log does not tell where."""
    later = "73 1.1 rent NONE ENTERQUEUE||79161234567|1"

    names = ("contact_id", "line", "outcome", "wait_s", "talk_s", "transferred_to")
    read = desk.read(desk.log(ENTERS, ANSWERED, end, later), "queue_log", *names)

    assert sorted(read, key=str) == [
        ("1.1", "rent", None, None, None, None),
        ("1.1", "sales", "answered", 12.0, talk, target),
    ]


def test_old_logs_leave_away_the_last_parameters(desk: Asterisk) -> None:
    desk.take_log(
        desk.log("0 1.1 sales NONE ENTERQUEUE||", "9 1.1 sales SIP/1 CONNECT", "50 1.1 sales SIP/1 COMPLETEAGENT")
    )

    assert desk.row("outcome", "wait_s", "talk_s", "ended_at") == ("answered", 9.0, 41.0, after(50))


def test_a_call_may_enter_several_queues_and_one_queue_again(desk: Asterisk) -> None:
    """Of those three entries, two are in the same second."""
    path = desk.log(
        "0 1.1 sales NONE ENTERQUEUE||7|1",
        "0 1.1 sales NONE EXITEMPTY|1|1|0",
        "0 1.1 sales NONE ENTERQUEUE||7|1",
        "5 1.1 sales NONE EXITWITHTIMEOUT|1|1|5",
        "6 1.1 rent NONE ENTERQUEUE||7|1",
        "8 1.1 rent NONE EXITEMPTY|1|1|2",
        "9 1.1 sales NONE ENTERQUEUE||7|1",
        "19 1.1 sales NONE ABANDON|1|1|10",
    )

    assert desk.take_log(path).added == 4
    assert sorted(desk.kept("contact_id", "call_id", "outcome", "wait_s"), key=lambda row: row[1]) == [
        ("1.1", f"1.1/rent/{EPOCH + 6}", "flow_out", 2.0),
        ("1.1", f"1.1/sales/{EPOCH}", "flow_out", 0.0),
        ("1.1", f"1.1/sales/{EPOCH}/2", "flow_out", 5.0),
        ("1.1", f"1.1/sales/{EPOCH + 9}", "abandoned", 10.0),
    ]


def test_a_call_that_never_ends_stays_open(desk: Asterisk) -> None:
    desk.take_log(desk.log(ENTERS, "5 1.2 sales NONE ENTERQUEUE||8|2", "9 1.2 sales SIP/1 CONNECT|4"))

    assert desk.kept("contact_id", "outcome", "wait_s", "talk_s", "ended_at") == [
        ("1.1", None, None, None, None),
        ("1.2", "answered", 4.0, None, None),
    ]


def test_a_restart_ends_open_calls_without_an_outcome(desk: Asterisk) -> None:
    """The one that is being talked to was answered all the same; how long it lasted is unknown."""
    path = desk.log(
        ENTERS,
        "1 1.2 sales NONE ENTERQUEUE||8|2",
        "5 1.2 sales SIP/1 CONNECT|4",
        "60 NONE NONE NONE QUEUESTART|",
        "61 1.2 sales SIP/1 COMPLETEAGENT|4|56|1",
    )

    summary = desk.take_log(path)

    assert desk.kept("contact_id", "outcome", "wait_s", "talk_s", "ended_at") == [
        ("1.1", None, None, None, after(60)),
        ("1.2", "answered", 4.0, None, after(60)),
    ]
    assert list(reasons(summary)) == [5]


@pytest.mark.parametrize(
    ("caller", "client"),
    [
        ("79161234567", "79161234567"),
        ("+7 916 1234567", "+7 916 1234567"),
        ('"Ivan" <79161234567>', "79161234567"),
        ("anonymous", None),
        ("Unknown", None),
        ('"Anonymous" <anonymous>', None),
        ("", None),
    ],
)
def test_who_calls(desk: Asterisk, caller: str, client: str | None) -> None:
    path = desk.log(f"0 1.1 sales NONE ENTERQUEUE||{caller}|1")

    assert desk.read(path, "queue_log", "client_id") == [(client,)]


def test_dates_with_microseconds_are_local(desk: Asterisk) -> None:
    path = desk.file(
        "2024-05-06 07:08:09.123456|1.1|sales|NONE|ENTERQUEUE||7|1|Ivan|",
        "2024-05-06 07:08:19.623456|1.1|sales|NONE|ABANDON|1|1|||",
        name="queue_log",
    )

    desk.take_log(path, timezone="Europe/Moscow")

    assert desk.row("started_at", "ended_at", "wait_s") == (
        datetime(2024, 5, 6, 4, 8, 9, 123456),
        datetime(2024, 5, 6, 4, 8, 19, 623456),
        10.5,
    )


def test_dates_may_name_their_offset(desk: Asterisk) -> None:
    desk.take_log(desk.file("2026-06-01 11:00:00.5+03|1.1|sales|NONE|ENTERQUEUE||7|1", name="queue_log"))

    assert desk.row("started_at") == (after(0.5),)


def test_seconds_since_1970_are_utc_whatever_the_zone(desk: Asterisk) -> None:
    desk.take_log(desk.log(ENTERS, end="\r\n"), timezone="Asia/Yekaterinburg")

    assert desk.row("started_at", "client_id") == (EIGHT, "79161234567")


def test_bad_lines_are_rejected_and_the_others_are_kept(desk: Asterisk) -> None:
    good = log(ENTERS, "30 1.1 sales NONE ABANDON|1|1|30")
    path = desk.file(
        good[0],
        "yesterday|1.9|sales|NONE|ENTERQUEUE||7|1",
        f"{EPOCH}|1.9|sales",
        "",
        f"{EPOCH}|NONE|sales|NONE|ENTERQUEUE||7|1",
        f"{EPOCH}|1.1|sales|SIP/1|CONNECT|soon",
        f"{EPOCH}|1.8|sales|SIP/1|COMPLETEAGENT|1|2|1",
        f"{EPOCH}|1.1|sales|NONE|rubbish, this",
        good[1],
        name="queue_log",
    )

    summary = desk.take_log(path)

    assert (summary.read, summary.added, summary.rejected) == (7, 1, 6)
    assert desk.row("outcome", "wait_s") == ("abandoned", 30.0)
    assert reasons(summary) == {
        2: '"yesterday" is neither seconds since 1970 nor a date as in 2026-06-01 10:00:00',
        3: "fewer fields than time|callid|queue|agent|EVENT",
        5: "ENTERQUEUE: no call",
        6: 'CONNECT: parameter 1, "soon", is not a number of seconds',
        7: "COMPLETEAGENT: no call 1.8 is open in the queue sales. If it entered in an older file, "
        "import that one first, or the directory of both, and then this one again",
        8: '"rubbish, this" is not the name of an event',
    }
    assert rejects(summary)[0][2] == "yesterday|1.9|sales|NONE|ENTERQUEUE||7|1"


def test_reasons_are_said_in_the_reader_s_language(desk: Asterisk) -> None:
    summary = desk.take_log(desk.log("0 1.8 sales SIP/1 CONNECT|1"), say=lambda text: f"<{text}>")

    assert reasons(summary)[1].startswith("<CONNECT: no call 1.8 is open in the queue sales.")


def test_a_line_in_another_encoding_is_rejected_until_it_is_named(desk: Asterisk) -> None:
    path = desk.log("0 1.1 продажи NONE ENTERQUEUE||7|1", encoding="cp1251")

    assert reasons(desk.take_log(path)) == {
        1: "queue: bytes that are no characters. If the whole file is in another encoding, name it: --encoding"
    }
    desk.take_log(path, encoding="windows-1251")
    assert desk.row("line") == ("продажи",)
    with pytest.raises(UserError, match="A log is not written in the encoding utf-16"):
        desk.take_log(path, encoding="utf-16")


def test_a_bad_byte_costs_a_line_only_where_the_line_is_needed(desk: Asterisk) -> None:
    """The caller's name is nothing to the import, his number and the queue are."""
    path = desk.log(
        "0 1.1 sales NONE ENTERQUEUE||7|1|X",
        "1 1.1 sales NONE INFO|X",
        "2 1.2 sales NONE ENTERQUEUE||X|1",
        "3 1.3 X NONE ENTERQUEUE||7|1",
        "4 1.1 sales NONE ABANDON|1|1|4",
    )
    path.write_bytes(path.read_bytes().replace(b"X", b"\xa5"))

    summary = desk.take_log(path)

    assert desk.kept("call_id", "client_id", "outcome") == [("1.1/sales/1780300800", "7", "abandoned")]
    assert list(reasons(summary)) == [3, 4]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_of_windows_and_of_an_old_mac(desk: Asterisk, end: str) -> None:
    path = desk.log(ENTERS, ANSWERED, "72 1.1 sales SIP/100 COMPLETEAGENT|12|60|1", end=end)

    assert (desk.take_log(path).lines, desk.row("talk_s")) == (3, (60.0,))


def test_refused_lines_are_a_share_of_lines_not_of_calls(desk: Asterisk) -> None:
    """One line of twenty-one is torn, and there is one call."""
    rings = [f"{n} 1.1 sales SIP/100 RINGNOANSWER|1000" for n in range(1, 19)]
    path = desk.file(*log(ENTERS, *rings, "20 1.1 sales NONE ABANDON|1|1|20"), "1780300", name="queue_log")

    summary = desk.take_log(path, max_rejects=0.05)
    assert (summary.added, summary.rejected, summary.lines) == (1, 1, 21)

    with pytest.raises(UserError, match=r"1 of 21 lines of queue_log are bad, which is over 4%"):
        desk.take_log(path, max_rejects=0.04)


def test_dates_of_the_hour_that_comes_twice_follow_the_lines_before_and_the_call_s_id(desk: Asterisk) -> None:
    """In Berlin 02:30 of 26 October 2025 was 0:30 UTC and 1:30 UTC; 1761442200 is the latter."""
    night = "2025-10-26 "
    path = desk.file(
        night + "02:50:00.5|1.1|sales|NONE|ENTERQUEUE||7|1",
        night + "02:51:00.5|1.1|sales|SIP/1|CONNECT|60|1.2|3",
        night + "02:10:00.5|1.1|sales|SIP/1|COMPLETEAGENT|60|1140|1",
        night + "02:30:00|1761442200.5|sales|NONE|ENTERQUEUE||7|1",
        night + "02:31:00|1761442200.5|sales|NONE|ABANDON|1|1|60",
        "2025-03-30 02:30:00|1.9|sales|NONE|ENTERQUEUE||7|1",
        name="queue_log",
    )

    summary = desk.take_log(path, timezone="Europe/Berlin")

    assert [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in desk.kept("started_at", "ended_at")] == [
        ("00:50", "01:10"),
        ("01:30", "01:31"),
    ]
    assert reasons(summary) == {6: '"2025-03-30 02:30:00" was never shown: the clock was put forward over it'}


@pytest.mark.parametrize(
    ("lines", "starts", "doubtful"),
    [
        pytest.param(
            ["02:10:00|1|ENTERQUEUE||7|1", "02:50:00|1|ABANDON|1|1|2400", "02:05:00|2|ENTERQUEUE||8|1"],
            ["00:10", "01:05"],
            0,
            id="a step back below",
        ),
        pytest.param(
            ["02:50:00|1|ENTERQUEUE||7|1", "02:30:00|2|ENTERQUEUE||8|1"],
            ["00:50", "01:30"],
            0,
            id="less than half an hour",
        ),
        pytest.param(
            ["02:20:00|1|ENTERQUEUE||7|1", "02:21:00|2|ENTERQUEUE||8|1", "03:10:00|1|ABANDON|1|1|3000"],
            ["01:20", "01:21"],
            0,
            id="fifty minutes of waiting up to 03:10",
        ),
        pytest.param(
            ["01:58:00|1|ENTERQUEUE||7|1", "02:30:00|2|ENTERQUEUE||8|1", "02:40:00|1|ABANDON|1|1|2520"],
            ["23:58", "00:30"],
            0,
            id="forty-two minutes of waiting since 01:58",
        ),
        pytest.param(
            ["02:30:00|1761439800.5|ENTERQUEUE||7|1", "02:40:00|2|ENTERQUEUE||8|1"],
            ["01:30", "01:40"],
            0,
            id="a call made at 02:50 of the first pass",
        ),
        pytest.param(
            ["01:50:00|1|ENTERQUEUE||7|1", "02:10:00|2|ENTERQUEUE||8|1", "02:11:00|2|ABANDON|1|1|60"],
            ["23:50", "00:10"],
            1,
            id="nothing tells",
        ),
        pytest.param(
            ["02:10:05.4|1|ENTERQUEUE||7|1", "02:10:05.3|2|ENTERQUEUE||8|1"],
            ["00:10", "00:10"],
            2,
            id="written at once",
        ),
        pytest.param(
            ["02:30:00|1|ENTERQUEUE||7|1", "02:10:00|2|ENTERQUEUE||8|1", "02:05:00|3|ENTERQUEUE||9|1"],
            ["00:10", "00:30", "01:05"],
            3,
            id="in no order",
        ),
    ],
)
def test_what_tells_the_pass_of_a_line_with_a_date(
    desk: Asterisk, lines: list[str], starts: list[str], doubtful: int
) -> None:
    """Lines of `clock|call|event`; the first line of a file has none above it that could tell."""
    parts = (line.split("|", 2) for line in lines)
    path = desk.file(*(f"2025-10-26 {at}|{call}|q|NONE|{event}" for at, call, event in parts), name="queue_log")

    summary = desk.take_log(path, timezone="Europe/Berlin")

    assert summary.doubtful == doubtful
    assert sorted(f"{start:%H:%M}" for (start,) in desk.kept("started_at")) == sorted(starts)


def test_rotated_files_with_dates_are_merged_in_the_order_of_both_passes(desk: Asterisk) -> None:
    """The older file ends in the first pass, and the newer one begins in the second."""
    night = "2025-10-26 "
    older = [night + "01:55:00|1|q|NONE|ENTERQUEUE||7|1", night + "02:40:00|1|q|NONE|ABANDON|1|1|2700"]
    newer = [night + "02:20:00|2|q|NONE|ENTERQUEUE||8|1", night + "03:10:00|2|q|NONE|ABANDON|1|1|3000"]
    (desk.root / "logs").mkdir()
    for name, lines in {"queue_log": newer, "queue_log.1": older}.items():
        (desk.root / "logs" / name).write_text("\n".join(lines) + "\n")

    summary = desk.take_log(desk.root / "logs", timezone="Europe/Berlin")

    assert (summary.doubtful, summary.rejected) == (0, 0)
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in desk.kept("started_at", "ended_at")] == [
        ("23:55", "00:40"),
        ("01:20", "02:10"),
    ]


def test_events_of_add_ons_are_skipped_and_counted(desk: Asterisk) -> None:
    path = desk.log(
        ENTERS,
        "0 1.1 NONE NONE DID|100",
        "1 1.1 sales NONE INFO|x",
        "2 1.1 NONE NONE DID|1",
        "3 NONE NONE NONE CONFIGRELOAD",
    )

    summary = desk.take_log(path)

    assert (summary.read, summary.added, summary.rejected) == (1, 1, 0)
    assert summary.skipped == {"DID": 2, "INFO": 1}


def test_a_log_that_is_being_written_is_taken_up_again(desk: Asterisk) -> None:
    """The last line has no end yet: 7 would be the beginning of 72 or of 712."""
    path = desk.log(ENTERS, "1 1.2 sales NONE ENTERQUEUE||8|2", "5 1.2 sales NONE ABANDON|1|1|4")
    with path.open("a") as file:
        file.write(f"{EPOCH + 20}|1.1|sales|NONE|ABANDON|1|1|2")

    first = desk.take_log(path)
    assert (first.added, first.unfinished, first.rejected) == (2, 1, 0)
    assert desk.kept("outcome") == [(None,), ("abandoned",)]

    with path.open("a") as file:
        file.write("0\n" + f"{EPOCH + 30}|1.3|sales|NONE|ENTERQUEUE||9|1\n")
    second = desk.take_log(path)
    assert (second.added, second.updated, second.unchanged, second.unfinished) == (1, 1, 1, 0)
    assert desk.kept("outcome", "wait_s") == [("abandoned", 20.0), ("abandoned", 4.0), (None, None)]

    before = desk.lake.manifest()
    assert desk.take_log(path).unchanged == 3
    assert desk.lake.manifest() == before


OLDER = (ENTERS, "1 1.2 sales NONE ENTERQUEUE||8|2", "12 1.1 sales SIP/100 CONNECT|12|x|3")
NEWER = (
    "60 1.1 sales SIP/100 COMPLETECALLER|12|48|1",
    "61 1.2 sales NONE ABANDON|1|1|60",
    "70 1.2 sales NONE ENTERQUEUE||8|1",
)
WHOLE = [
    ("1.1", EIGHT, "answered", 12.0, 48.0, after(60)),
    ("1.2", after(1), "abandoned", 60.0, None, after(61)),
    ("1.2", after(70), None, None, None, None),
]


def whole(desk: Asterisk) -> list[tuple[Any, ...]]:
    return desk.kept("contact_id", "started_at", "outcome", "wait_s", "talk_s", "ended_at")


def test_a_directory_of_rotated_files_is_one_log(desk: Asterisk) -> None:
    """Names say nothing of the order, copies overlap, one is packed, and other logs are left alone."""
    desk.log(*OLDER, name="queue_log.2")
    desk.log(OLDER[-1], *NEWER, name="a-queue_log")
    desk.file("something else", name="messages")
    (desk.root / "queue_log-1.gz").write_bytes(gzip.compress(("\n".join(log(*OLDER)) + "\n").encode()))

    summary = desk.take_log(desk.root)

    assert (summary.read, summary.added) == (3, 3)
    assert whole(desk) == WHOLE
    assert desk.take_log(desk.root).unchanged == 3


def test_a_reject_of_a_directory_says_which_file_and_line(desk: Asterisk) -> None:
    desk.log(*OLDER, name="queue_log.1")
    path = desk.log(*NEWER, name="queue_log")
    with path.open("a") as file:
        file.write("bad\n")

    assert reasons(desk.take_log(desk.root)) == {7: "queue_log:4: fewer fields than time|callid|queue|agent|EVENT"}


def test_rotated_files_one_after_another(desk: Asterisk) -> None:
    older, newer = desk.log(*OLDER, name="queue_log.1"), desk.log(*NEWER, name="queue_log")

    assert desk.take_log(older).added == 2
    second = desk.take_log(newer)

    assert (second.added, second.updated, second.rejected) == (1, 2, 0)
    assert whole(desk) == WHOLE
    for path in (newer, older, newer):
        again = desk.take_log(path)
        assert (again.read, again.rejected) == (again.unchanged, 0)
    assert whole(desk) == WHOLE


@pytest.mark.parametrize("last", ["90 NONE NONE NONE CONFIGRELOAD|", "90 1.9 NONE NONE DID|74950000000"])
def test_a_log_is_complete_to_its_last_line_whatever_that_says(desk: Asterisk, last: str) -> None:
    desk.take_log(desk.log(ENTERS, "30 1.1 sales NONE ABANDON|1|1|30", last))

    assert desk.lake.open().complete_to("calls") == after(90)


def test_wherever_a_log_is_cut_it_says_the_same(tmp_path: Path) -> None:
    events = [
        "0 1.1 sales NONE ENTERQUEUE||7|1",
        "1 1.2 sales NONE ENTERQUEUE||8|2",
        "4 1.1 sales SIP/1 CONNECT|4|x|1",
        "9 1.2 sales NONE EXITWITHTIMEOUT|1|2|8",
        "10 1.2 rent NONE ENTERQUEUE||8|1",
        "11 1.1 sales SIP/1 BLINDTRANSFER|rent|in|4|7|1",
        "12 1.1 rent NONE ENTERQUEUE||7|2",
        "13 1.2 rent SIP/2 CONNECT|3|x|1",
        "15 1.2 rent SIP/2 COMPLETECALLER|3|2|1",
        "17 1.1 rent NONE ABANDON|1|2|5",
    ]
    names = ("call_id", "line", "started_at", "ended_at", "outcome", "wait_s", "talk_s", "client_id", "agent_id")
    names += ("transferred_to",)
    uncut = Asterisk(tmp_path / "uncut")
    uncut.root.mkdir()
    uncut.take_log(uncut.log(*events))
    assert len(uncut.kept(*names)) == 4

    for cut in (2, 3, 5, 6, 8):
        desk = Asterisk(tmp_path / str(cut))
        desk.root.mkdir()
        older = desk.log(*events[:cut], name="queue_log.1")
        newer = desk.log(*events[cut:], name="queue_log")
        for path in (older, newer, older):
            assert desk.take_log(path).rejected == 0
            if path == newer:
                assert desk.kept(*names) == uncut.kept(*names)
        assert desk.kept(*names) == uncut.kept(*names)


def test_rotated_files_go_on_under_mapped_names_of_lines(desk: Asterisk) -> None:
    older, newer = desk.log(*OLDER, name="queue_log.1"), desk.log(*NEWER, name="queue_log")
    for path in (older, newer, older, newer):
        summary = desk.mapped(path, {}, values={"line": {"sales": "Продажи"}}, format_name="queue_log")
        assert summary.rejected == 0

    assert whole(desk) == WHOLE
    assert set(desk.kept("line")) == {("Продажи",)}


def test_a_newer_file_first_says_what_it_lacks_and_nothing_is_lost(desk: Asterisk) -> None:
    older, newer = desk.log(*OLDER, name="queue_log.1"), desk.log(*NEWER, name="queue_log")

    assert list(reasons(desk.take_log(newer))) == [1, 2]
    desk.take_log(older)
    desk.take_log(newer)

    assert whole(desk) == WHOLE


def test_a_restart_in_a_log_leaves_the_calls_of_other_logs_alone(desk: Asterisk) -> None:
    desk.take_log(desk.log(ENTERS, name="one/queue_log".replace("/", "-")))
    desk.take_log(desk.log("5 NONE NONE NONE QUEUESTART", name="two-queue_log"))

    assert desk.row("outcome", "ended_at") == (None, None)


def test_a_log_without_calls_is_an_import_of_nothing(desk: Asterisk) -> None:
    empty = desk.root / "queue_log"
    empty.write_text("")

    assert desk.take_log(empty).read == 0
    assert desk.take_log(desk.log("0 NONE NONE NONE QUEUESTART")).read == 0


def test_a_mapping_goes_on_from_the_canonical_columns(desk: Asterisk) -> None:
    path = desk.log(ENTERS, "1 1.2 test NONE ENTERQUEUE||8|2")

    summary = desk.mapped(
        path, {}, where="line <> 'test'", values={"line": {"sales": "Продажи"}}, format_name="queue_log"
    )

    assert (summary.added, summary.left_out) == (1, 1)
    assert desk.row("line") == ("Продажи",)


def test_progress_ends_at_the_size_of_the_files(desk: Asterisk) -> None:
    desk.log(*OLDER, name="queue_log.1")
    desk.log(*NEWER, name="queue_log")
    told: list[tuple[int, int]] = []

    desk.take_log(desk.root, progress=lambda done, total: told.append((done, total)))

    size = sum(path.stat().st_size for path in desk.root.glob("queue_log*"))
    assert told[-1] == (size, size)
    assert all(done <= size for done, _ in told)


def test_what_cannot_be_imported_so(desk: Asterisk) -> None:
    path = desk.log(ENTERS)
    with pytest.raises(UserError, match=r'There is no format "queue-log"\. There are: queue_log'):
        desk.take(path, format_name="queue-log")
    with pytest.raises(
        UserError, match="The format queue_log has nothing for the table chats: it fills calls, activities"
    ):
        desk.take(path, CHATS, format_name="queue_log")
    with pytest.raises(UserError, match="There is no file"):
        desk.take_log(desk.root / "nothing")
    (desk.root / "empty").mkdir()
    with pytest.raises(UserError, match="has no file with queue_log in its name"):
        desk.take_log(desk.root / "empty")


@pytest.mark.parametrize("word", ["NONE", "NULL", "\\N", "-"])
def test_a_written_out_null_is_nobody(desk: Asterisk, word: str) -> None:
    """As a log kept in a database table has it: no caller, and seconds that nobody wrote."""
    desk.take_log(
        desk.log(
            f"0 1.1 sales {word} ENTERQUEUE|{word}|{word}|1",
            f"12 1.1 sales {word} CONNECT|{word}|1.2|3",
            f"72 1.1 sales SIP/100 COMPLETEAGENT|{word}|{word}|{word}",
            f"80 {word} {word} {word} CONFIGRELOAD|{word}",
        )
    )

    assert desk.row("client_id", "wait_s", "talk_s", "agent_id") == (None, 12, 60, "SIP/100")
