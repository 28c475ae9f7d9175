"""Importing Asterisk's call detail records: the rows of a contact are one call, and a machine is no person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.kit import House
from tests.warehouse.detail import (
    AGENT_S_OWN,
    EIGHT,
    ELEVEN,
    LOCAL,
    Asterisk,
    after,
    in_queue,
    row,
)
from warehouse.ingest.mapping import load_mapping


@pytest.fixture
def desk(tmp_path: Path) -> Asterisk:
    return Asterisk(tmp_path)


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
    read = desk.read(desk.master(*rows), "cdr", "outcome", "wait_s", "talk_s", "agent_id")

    assert read == [(outcome, None, None, None)]


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
    names = ("direction", "line", "outcome", "wait_s", "talk_s", "client_id", "agent_id")
    read = desk.read(desk.table(out(disposition, billsec)), "cdr", *names, line="accountcode")

    assert read == [("out", "sales", outcome, wait, talk, "70000000009", "101")]


def test_a_menu_before_dial_does_not_touch_attempts(desk: Asterisk) -> None:
    desk.take_cdr(desk.table(out("ANSWERED", "40")), answers_first="Queue,Dial")
    assert desk.row("wait_s", "talk_s") == (10, 40)

    desk.take_cdr(desk.master(row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b")), answers_first="Queue,Dial")
    assert desk.row("direction", "outcome", "wait_s", "talk_s") == ("in", "answered", None, None)


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
    read = desk.read(desk.table(in_queue(dst="600x", did="74950000000")), "cdr", "line", line=line)

    assert read == [(expected,)]


@pytest.mark.parametrize(("src", "clid", "client"), [("anonymous", "", None), ("", '"X" <70000000005>', "70000000005")])
def test_who_calls(desk: Asterisk, src: str, clid: str, client: str | None) -> None:
    assert desk.read(desk.master(in_queue(src=src, clid=clid)), "cdr", "client_id") == [(client,)]


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


def test_a_mapping_goes_on_from_the_calls_and_has_the_options(desk: Asterisk) -> None:
    mapping = desk.root / "mapping.toml"
    mapping.write_text(
        'table = "calls"\nwhere = "line <> \'700\'"\n[columns]\nagent_id = "\'SIP/\' || agent_id"\n'
        '[values.line]\n"600" = "inhouse"\n[format]\nline = ["queue", "dst"]\nextensions = \'1\\d\\d\'\n'
    )
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


def test_records_are_complete_to_the_last_of_them_one_that_is_left_alone_too(desk: Asterisk) -> None:
    """A call at 11:00 for 72 s, then one from 101 to 102 that began at 11:10 and lasted 30 s."""
    inside = row(600, 30, 20, src="101", dst="102", channel="SIP/101-0000000e", dstchannel="SIP/102-0000000f")
    call = row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b")

    summary = desk.take_cdr(desk.master(call, inside | {"uniqueid": "1780301400.9", "linkedid": "1780301400.9"}))

    assert summary.skipped == {"internal calls": 1}
    assert desk.lake.open().complete_to("calls") == after(630)


@pytest.mark.parametrize("word", ["NULL", "\\N", "(null)", "None", "-", "nan"])
def test_a_written_out_null_is_no_channel_and_no_id(desk: Asterisk, word: str) -> None:
    """Two callers whom a queue lost and one who was answered; no row has a linkedid."""
    nothing = dict.fromkeys(("linkedid", "did", "accountcode"), word)
    calls = [in_queue(at=60 * n, dstchannel=word, uniqueid=f"17803008{n}0.{n}", **nothing) for n in (1, 2)]
    spoken = in_queue(at=180, uniqueid="1780300980.3", **nothing)

    read = desk.read(desk.table(*calls, spoken), "cdr", "outcome", "line", "call_id")

    assert sorted((outcome, line) for outcome, line, _ in read) == [
        ("abandoned", "600"), ("abandoned", "600"), ("answered", "600")
    ]  # fmt: skip
    assert len({call_id for *_, call_id in read}) == 3


def test_sixty_calls_without_any_id_are_sixty(desk: Asterisk) -> None:
    rows = [
        in_queue(at=60 * n, channel=f"SIP/trunk-{n:08x}", uniqueid="NULL", linkedid="NULL", dstchannel="NULL")
        for n in range(60)
    ]

    assert desk.take_cdr(desk.table(*rows)).added == 60
