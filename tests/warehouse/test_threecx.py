"""Importing 3CX's call records: the columns are named by the user, the records of a call are one call.

Local times are Moscow's, three hours before UTC. Numbers are made up: 7000000xxxx call in, 101 and 102 are people,
800 and 801 queues.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.kit import House
from tests.warehouse.importing import Desk, is_of_lines, reasons, rejects
from warehouse.ingest.load import Summary
from warehouse.ingest.mapping import load_mapping
from warehouse.messages import UserError

ELEVEN = datetime(2026, 6, 1, 11)
EIGHT = datetime(2026, 6, 1, 8)
ALL = (
    "historyid,callid,duration,time-start,time-answered,time-end,reason-terminated,from-no,to-no,from-dn,to-dn,"
    "dial-no,reason-changed,final-number,final-dn,bill-code,bill-rate,bill-cost,bill-name,chain,from-type,to-type,"
    "final-type,from-dispname,to-dispname,final-dispname,missed-queue-calls"
)


def after(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def at(seconds: int | None) -> str:
    return "" if seconds is None else f"{ELEVEN + timedelta(seconds=seconds):%Y/%m/%d %H:%M:%S}"


def record(start: int, answered: int | None, end: int, columns: str = ALL, **fields: str) -> str:
    """A record of a call from outside to 101, with the seconds after eleven at which it began, and so on."""
    told = {
        "historyid": "Call 7",
        "callid": "00000D2B_1",
        "duration": str(timedelta(seconds=end - answered)) if answered is not None else "",
        "time-start": at(start),
        "time-answered": at(answered),
        "time-end": at(end),
        "reason-terminated": "TerminatedBySrc",
        "from-no": "70000000001",
        "to-no": "Ext.101",
        "from-dn": "10001",
        "to-dn": "101",
        "from-type": "Line",
        "to-type": "Extension",
        "from-dispname": '"A, B"',
        "chain": "Chain: 70000000001;Ext.101;",
    }
    told |= {name.replace("_", "-"): value for name, value in fields.items()}
    return ",".join(told.get(name, "") for name in columns.split(","))


def to_queue(start: int, answered: int | None, end: int, **fields: str) -> str:
    told = {"to_no": "Ext.800", "to_dn": "800", "to_type": "Queue", "to_dispname": "Sales"}
    return record(start, answered, end, **{**told, "chain": "Chain: 70000000001;Ext.800;", **fields})


REACHED = {"final_number": "Ext.101", "final_dn": "101", "final_type": "Extension", "reason_changed": "ReplacedDst"}


class Pbx(Desk):
    def log(self, *records: str, name: str = "cdr.log", end: str = "\r\n\r\n") -> Path:
        return self.file(*records, name=name, end=end)

    def take_3cx(self, path: Path, **options: Any) -> Summary:
        settled = {"columns": ALL} | {name: options.pop(name) for name in list(options) if name in OPTIONS}
        zone = options.pop("zone", "Europe/Moscow")
        return self.take(path, format_name="3cx", options=settled, timezone=zone, **options)

    def read_3cx(self, path: Path, *names: str, **options: str) -> list[Any]:
        return self.read(path, "3cx", *names, timezone="Europe/Moscow", columns=ALL, **options)

    def row(self, *names: str) -> tuple[Any, ...]:
        (found,) = self.kept(*names)
        return found


OPTIONS = ("columns", "queues", "line", "answers_first", "timezone")


@pytest.fixture
def desk(tmp_path: Path) -> Pbx:
    return Pbx(tmp_path)


def test_a_call_to_a_person(desk: Pbx) -> None:
    """Rang for 12 s, talked for 60 s; blank lines stand between the records."""
    summary = desk.take_3cx(desk.log(record(0, 12, 72), record(100, None, 125, historyid="Call 8")))

    assert (summary.read, summary.added, summary.rejects_file, summary.skipped) == (2, 2, None, {})
    answered, lost = desk.kept("call_id", "contact_id", "direction", "line", "started_at", "ended_at", "client_id")
    assert answered == ("Call 7", "Call 7", "in", "101", EIGHT, after(72), "70000000001")
    assert lost == ("Call 8", "Call 8", "in", "101", after(100), after(125), "70000000001")
    assert desk.kept("outcome", "wait_s", "talk_s", "agent_id", "hold_s", "wrap_s", "transferred_to") == [
        ("answered", 12, 60, "101", None, None, None),
        ("abandoned", 25, None, None, None, None, None),
    ]


def test_columns_in_another_order_and_fewer_of_them(desk: Pbx) -> None:
    columns = "time-start,time-answered,-,duration,callid,from-no,to-no,chain"
    path = desk.log(record(0, 12, 72, columns=columns))

    desk.take_3cx(path, columns=columns.replace("-", "_").replace(",_,", ",-,"), queues="800")

    assert desk.row("call_id", "outcome", "wait_s", "talk_s", "ended_at") == (
        "00000D2B_1", "answered", 12, 60, after(72),
    )  # fmt: skip


def test_a_queue_answers_before_a_person_does(desk: Pbx) -> None:
    """When 101 took the call is not told, unless the centre knows that its queue's time is the person's."""
    path = desk.log(to_queue(0, 2, 72, **REACHED))

    desk.take_3cx(path)
    assert desk.row("line", "outcome", "agent_id", "wait_s", "talk_s", "transferred_to") == (
        "800", "answered", "101", None, None, None,
    )  # fmt: skip

    desk.take_3cx(path, answers_first="menu")
    assert desk.row("outcome", "agent_id", "wait_s", "talk_s") == ("answered", "101", 2, 70)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, "abandoned"),
        ({"final_number": "Ext.800", "final_type": "Queue"}, "abandoned"),
        ({"final_number": "Ext.999", "final_type": "VMail"}, "flow_out"),
    ],
)
def test_whoever_heard_a_queue_only_is_lost(desk: Pbx, fields: dict[str, str], outcome: str) -> None:
    read = desk.read_3cx(desk.log(to_queue(0, 2, 72, **fields)), "outcome", "wait_s", "talk_s", "agent_id")

    assert read == [(outcome, None, None, None)]


def test_voicemail_of_a_person_is_no_conversation(desk: Pbx) -> None:
    desk.take_3cx(desk.log(record(0, 20, 40, final_number="Ext.101", final_type="VMail", reason_changed="ReplacedDst")))

    assert desk.row("outcome", "talk_s", "agent_id") == ("flow_out", None, None)


def test_the_chain_tells_where_a_call_came_to_if_nothing_else_does(desk: Pbx) -> None:
    """Without the columns final-*: 801 is a queue by its number."""
    columns = "historyid,time-start,time-answered,time-end,from-no,to-no,chain"
    calls = (("1", "70000000001;Ext.801;Ext.102;"), ("2", "70000000001;Ext.801;"), ("3", "70000000001;Ext.101;"))
    told = [
        record(0, 2, 72, columns=columns, historyid=id_, to_no="Ext.101" if id_ == "3" else "Ext.801", chain=chain)
        for id_, chain in calls
    ]

    desk.take_3cx(desk.log(*told), columns=columns, queues="800, 801")

    assert desk.kept("line", "outcome", "agent_id", "talk_s") == [
        ("801", "answered", "102", None),
        ("801", "abandoned", None, None),
        ("101", "answered", "101", 70),
    ]


def test_the_records_of_one_call_are_put_together(desk: Pbx) -> None:
    """The queue's own record, and that of the member who took the call after 30 s and talked for 42 s."""
    members = record(25, 30, 72, from_no="Ext.800", from_type="Queue")

    summary = desk.take_3cx(desk.log(members, to_queue(0, 2, 72, **REACHED)))

    assert summary.added == 1
    assert desk.row("line", "started_at", "outcome", "agent_id", "wait_s", "talk_s") == (
        "800", EIGHT, "answered", "101", None, 42,
    )  # fmt: skip


def test_replaced_after_a_person_answered_is_a_transfer(desk: Pbx) -> None:
    """101 handed the call to the queue 801, in one record or in two."""
    handed = {"reason_changed": "ReplacedDst", "final_number": "Ext.801", "final_type": "Queue"}
    other = record(72, 80, 100, historyid="Call 8", to_no="Ext.102", to_dn="102")

    desk.take_3cx(desk.log(record(0, 12, 72, **handed), record(0, 12, 72, historyid="Call 8"), other))

    assert desk.kept("agent_id", "talk_s", "transferred_to") == [("101", 60, "801"), ("101", 80, "102")]


@pytest.mark.parametrize(
    ("answered", "reason", "outcome", "wait", "talk"),
    [
        (10, "TerminatedByDst", "answered", 10, 40),
        (None, "NoAnswerTimeout", "no_answer", 50, None),
        (None, "Failed_Cancelled", "no_answer", 50, None),
        (None, "TargetBusy", "busy", 50, None),
        (None, "RouteNotFound", "failed", 50, None),
    ],
)
def test_an_attempt(
    desk: Pbx, answered: int | None, reason: str, outcome: str, wait: float, talk: float | None
) -> None:
    told = {"from_no": "Ext.101", "from_type": "Extension", "to_no": "70000000009", "to_type": "Line"}

    log = desk.log(record(0, answered, 50, **told, reason_terminated=reason, bill_code="sales"))
    names = ("direction", "line", "outcome", "wait_s", "talk_s", "client_id", "agent_id")
    read = desk.read_3cx(log, *names, line="bill-code")

    assert read == [("out", "sales", outcome, wait, talk, "70000000009", "101")]


def test_calls_inside_and_calls_that_reach_only_a_menu_are_counted(desk: Pbx) -> None:
    summary = desk.take_3cx(
        desk.log(
            record(0, 1, 9, from_no="Ext.102", from_type="Extension"),
            record(0, 1, 9, historyid="Call 8", to_no="Ext.900", to_type="IVR", chain=""),
        )
    )

    assert (summary.read, summary.skipped) == (0, {"calls that reached no queue and nobody": 1, "internal calls": 1})


def test_a_menu_before_a_queue(desk: Pbx) -> None:
    """The line is the queue's, and the wait is unknown: the time in the menu is none."""
    menu = record(0, 0, 20, to_no="Ext.900", to_type="IVR", final_number="Ext.800", final_type="Queue")
    queue = to_queue(20, 22, 90, **REACHED)

    desk.take_3cx(desk.log(menu, queue), answers_first="menu")

    assert desk.row("line", "outcome", "wait_s", "talk_s", "agent_id") == ("800", "answered", None, 68, "101")


@pytest.mark.parametrize(
    ("line", "expected"), [("to-dispname", "Sales"), ("dial-no, queue", "800"), ("from-dn", "10001")]
)
def test_where_the_line_comes_from(desk: Pbx, line: str, expected: str) -> None:
    assert desk.read_3cx(desk.log(to_queue(0, 2, 72, **REACHED)), "line", line=line) == [(expected,)]


def test_a_directory_with_a_file_for_each_call(desk: Pbx) -> None:
    """Files of one call need not end their line; the log of all calls may be being written."""
    calls = desk.root / "calls"
    calls.mkdir()
    (calls / "1.log").write_text(record(0, 12, 72))
    (calls / "2.log").write_text(record(100, 110, 130, historyid="Call 8") + "\r\n\r\n")
    (calls / "3.log").write_text("\r\n")
    (calls / "4.log").write_text(record(200, 210, 230, historyid="Call 9")[:40])

    summary = desk.take_3cx(calls)

    assert (summary.added, summary.unfinished, summary.rejected) == (2, 1, 0)
    assert desk.kept("talk_s") == [(60,), (20,)]
    (calls / "4.log").write_text(record(200, 210, 230, historyid="Call 9"))
    again = desk.take_3cx(calls)
    assert (again.added, again.unchanged, again.unfinished) == (1, 2, 0)


def test_a_log_that_is_being_written_is_taken_up_again(desk: Pbx) -> None:
    path = desk.root / "cdr.log"
    first, second = record(0, 12, 72), record(100, 110, 130, historyid="Call 8")
    path.write_text(f"{first}\r\n{second}")

    begun = desk.take_3cx(path)
    assert (begun.added, begun.unfinished) == (1, 1)

    path.write_text(f"{first}\r\n{second}\r\n")
    again = desk.take_3cx(path)
    assert (again.added, again.unchanged, again.unfinished) == (1, 1, 0)


def test_times_may_be_of_another_zone_and_in_the_hour_that_comes_twice(desk: Pbx) -> None:
    """In Berlin 02:59:50 on 2026-10-25 is 00:59:50 UTC for the first time; 02:00:02 comes again twelve seconds on."""
    day = "2026/10/25"
    told = {"time_start": f"{day} 02:59:50", "time_answered": f"{day} 02:00:02", "time_end": f"{day} 02:01:02"}
    path = desk.log(record(0, 12, 72, **told))

    desk.take_3cx(path, zone="Europe/Berlin")
    assert desk.row("started_at", "wait_s", "talk_s") == (datetime(2026, 10, 25, 0, 59, 50), 12, 60)

    desk.take_3cx(desk.log(record(0, 12, 72)), timezone="UTC")
    assert desk.row("started_at") == (EIGHT + timedelta(hours=3),)


@pytest.mark.parametrize(
    ("end", "duration", "start", "doubtful"),
    [
        ("02:10:00", "", "00:50", 0),
        ("03:10:00", "0:20:00", "01:50", 0),
        ("03:10:00", "1:20:00", "00:50", 0),
        ("02:55:00", "0:05:00", "00:50", 1),
    ],
)
def test_the_hour_that_comes_twice_is_told_by_the_end_and_the_duration(
    desk: Pbx, end: str, duration: str, start: str, doubtful: int
) -> None:
    """Berlin's clock went from 3:00 back to 2:00 on 26 October 2025; answered at once at 02:50."""
    night = "2025/10/26 "
    told = {"time_start": night + "02:50:00", "time_answered": night + "02:50:00", "time_end": night + end}

    summary = desk.take_3cx(desk.log(record(0, 0, 60, **told, duration=duration)), zone="Europe/Berlin")

    assert summary.doubtful == doubtful
    assert f"{desk.row('started_at')[0]:%H:%M}" == start


def test_the_order_of_records_tells_the_pass(desk: Pbx) -> None:
    """Five minutes each from 01:50, 02:40, 02:20 and 03:10: the third began after the clock was put back."""
    night = "2025/10/26 "
    records = []
    for number, clock in enumerate(["01:50", "02:40", "02:20", "03:10"]):
        hour, minute = clock.split(":")
        begin, end = f"{night}{clock}:00", f"{night}{hour}:{int(minute) + 5}:00"
        told = {"time_start": begin, "time_answered": begin, "time_end": end, "duration": "0:05:00"}
        records.append(record(0, 0, 60, **told, historyid=f"Call {number}"))

    summary = desk.take_3cx(desk.log(*records), zone="Europe/Berlin")

    assert summary.doubtful == 0
    assert [f"{at:%H:%M}" for (at,) in desk.kept("started_at")] == ["23:50", "00:40", "01:20", "02:10"]


def test_a_time_that_never_was_is_rejected_by_its_name(desk: Pbx) -> None:
    told = dict.fromkeys(("time_start", "time_answered", "time_end"), "2025/03/30 02:50:00")

    summary = desk.take_3cx(desk.log(record(0, 0, 60, **told)), zone="Europe/Berlin")

    assert reasons(summary) == {1: '"2025-03-30 02:50:00" was never shown: the clock was put forward over it'}


def test_a_bad_byte_costs_a_record_only_where_it_is_needed(desk: Pbx) -> None:
    path = desk.log(
        record(0, 12, 72, from_dispname="X"),
        record(0, 12, 72, from_no="X", historyid="Call 8"),
        record(0, 12, 72, from_dispname="Иван", historyid="Call 9"),
    )
    path.write_bytes(path.read_bytes().replace(b"X", b"\xa5"))

    summary = desk.take_3cx(path)
    assert (summary.added, list(reasons(summary))) == (2, [3])
    assert list(reasons(desk.take_3cx(path, line="from-dispname"))) == [1, 3]


def test_bad_records_are_rejected_and_the_others_are_kept(desk: Pbx) -> None:
    good = record(0, 12, 72)
    path = desk.log(
        good,
        good + ",",
        record(0, 12, 72, time_start="soon"),
        record(0, 12, 72, time_start=""),
        record(0, 12, 72, historyid="", callid=""),
        record(0, 12, 72, time_end="", duration="long"),
        record(20, 12, 72),
        end="\n",
    )

    summary = desk.take_3cx(path)

    assert (summary.read, summary.added, summary.rejected) == (7, 1, 6)
    assert reasons(summary) == {
        2: "28 fields instead of 27",
        3: 'time-start: "soon" is not a time as in 2026/06/01 10:00:00',
        4: "no time-start",
        5: "no historyid and no callid",
        6: 'duration: "long" is not a number of seconds',
        7: "time-answered is before the start",
    }
    assert rejects(summary)[0][2] == good + ","
    with pytest.raises(UserError, match=r"6 of 7 lines of cdr\.log are bad"):
        desk.take_3cx(path, max_rejects=0.5)


def test_without_its_columns_nothing_can_be_read(desk: Pbx) -> None:
    path = desk.log(record(0, 12, 72))

    with pytest.raises(UserError) as said:
        desk.take(path, format_name="3cx")
    assert str(said.value).endswith(f"that is --option columns={ALL}")
    for columns, reason in {
        ALL.replace("to-type", "to-tipe"): "The option columns cannot be to-tipe: it may be to-type, ",
        ALL + ",callid": "The option columns names callid twice",
        "callid,time-start": r"A row of cdr\.log has no time-answered, time-end / duration, from-no / from-dn",
        ALL.replace(",to-type", ""): "Without to-type nobody can tell a queue from a person",
    }.items():
        with pytest.raises(UserError, match=reason):
            desk.take_3cx(path, columns=columns)
    with pytest.raises(UserError, match="The option answers_first cannot be ivr: it may be "):
        desk.take_3cx(path, answers_first="ivr")
    (desk.root / "empty").mkdir()
    with pytest.raises(UserError, match="has no files"):
        desk.take_3cx(desk.root / "empty")


def test_a_mapping_has_the_columns_as_a_list(desk: Pbx) -> None:
    mapping = desk.root / "mapping.toml"
    names = ", ".join(f'"{name}"' for name in ALL.split(","))
    mapping.write_text(f'table = "calls"\n[values.line]\n"800" = "inhouse"\n[format]\ncolumns = [{names}]\n')

    desk.take(desk.log(to_queue(0, 2, 72, **REACHED)), format_name="3cx", mapping=load_mapping(mapping))

    assert desk.row("line") == ("inhouse",)
    mapping.write_text('table = "calls"\n[format]\nqueues = 800\n')
    with pytest.raises(UserError, match=r"queues in the mapping's \[format\] is text in quotes, not 800"):
        load_mapping(mapping)


def test_the_figures_of_a_day(desk: Pbx) -> None:
    """Three calls in: 101 talked 60 s, a member of the queue 42 s, and one caller was lost; one attempt, one inside."""
    attempt = {"from_no": "Ext.101", "from_type": "Extension", "to_no": "70000000009", "to_type": "Line"}
    desk.take_3cx(
        desk.log(
            record(0, 12, 72),
            to_queue(0, 2, 72, **REACHED, historyid="Call 8"),
            record(25, 30, 72, from_no="Ext.800", from_type="Queue", historyid="Call 8"),
            to_queue(100, 102, 140, historyid="Call 9"),
            record(200, None, 220, **attempt, historyid="Call 10"),
            record(300, 301, 310, from_no="Ext.102", from_type="Extension", historyid="Call 11"),
        ),
        complete_to=after(3600),
    )
    house = House(desk.lake.root)

    keys = ("calls", "lcr", "aht", "sl", "calls_out")
    calls, lcr, aht, sl, tried = (house.ask(key, "2026-06-01").fact for key in keys)

    assert (calls.value, tried.value) == (3, 1)
    assert (lcr.numerator, lcr.denominator) == (1, 3)
    assert (aht.numerator, aht.denominator, aht.value) == (102, 2, 51)
    assert sl.value is None


GOOD = record(0, 12, 72, historyid="77")
PIECES = [*GOOD.encode().split(b","), b'"x', b"\xff", b"9" * 30, b"99:59:59", b"Ext.", b"Queue", b"\0", b""]
AWKWARD = st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(PIECES), min_size=20, max_size=30).map(b",".join))


@given(st.lists(AWKWARD, max_size=30), st.integers(0, 30))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_it_and_no_good_record_is_lost(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], place: int
) -> None:
    desk = Pbx(tmp_path_factory.mktemp("desk"))
    lines = [line.replace(b"77", b"66") for line in lines]
    lines.insert(place, GOOD.encode())
    path = desk.root / "cdr.log"
    path.write_bytes(b"\n".join(lines) + b"\n")

    assume(is_of_lines(path))
    assert ("77", 60.0) in desk.read_3cx(path, "call_id", "talk_s")


def test_a_written_out_null_says_nothing(desk: Pbx) -> None:
    """Rang 101 for 30 s and was not answered: neither `time-answered` nor `final-number` says anything."""
    words = dict.fromkeys(
        ("final_number", "final_dn", "time_answered", "reason_changed", "historyid", "dial_no"), "NULL"
    )
    rows = [record(60 * n, None, 60 * n + 30, callid=f"0000_{n}", **words) for n in range(2)]

    desk.take_3cx(desk.log(*rows))

    assert [row[1:] for row in desk.kept("call_id", "outcome", "agent_id", "wait_s", "transferred_to")] == [
        ("abandoned", None, 30.0, None)
    ] * 2
