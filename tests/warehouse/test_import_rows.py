"""Importing rows: good ones are kept, bad ones go to the rejects file with their number and the reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from tests.warehouse.importing import HEADER, Desk, reasons, rejects
from warehouse import merge as merging
from warehouse.manifest import Manifest
from warehouse.messages import UserError
from warehouse.schema import ACTIVITIES, AGENTS, CHATS, FACT_TABLES, LEADS, RESERVATIONS

GOOD = "1,in,sales,2026-06-01 10:00:00,answered,12"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


BAD = (
    (",in,sales,2026-06-01,answered,1", "nothing in call_id"),
    ("2,in,sales,,answered,1", "nothing in started_at"),
    ("2,NULL,sales,2026-06-01,answered,1", "nothing in direction"),
    ("2,in,sales,31.02.2026 10:00,answered,1", 'started_at: "31.02.2026 10:00" is not a time'),
    ("2,in,sales,2026-06-01 25:00,answered,1", 'started_at: "2026-06-01 25:00" is not a time'),
    (
        "2,in,sales,03/04/2026,answered,1",
        'started_at: "03/04/2026" is not a time that reads in one way only: map it with strptime',
    ),
    (
        "2,in,sales,1780300800,answered,1",
        'started_at: "1780300800" is not a time: if it counts seconds since 1970, map it with to_timestamp',
    ),
    ("2,in,sales,1970-01-01,answered,1", 'started_at: "1970-01-01" is before 1990 or after 2099'),
    ("2,in,sales,9999-12-31,answered,1", 'started_at: "9999-12-31" is before 1990 or after 2099'),
    ("2,in,sales,2026-06-01,answered,-1", 'wait_s: "-1" is negative'),
    ("2,in,sales,2026-06-01,answered,-0:00:05", 'wait_s: "-0:00:05" is negative'),
    ("2,in,sales,2026-06-01,answered,1e999", 'wait_s: "1e999" is not finite'),
    ("2,in,sales,2026-06-01,answered,01:30", 'wait_s: "01:30" is neither seconds nor h:mm:ss'),
    ("2,in,sales,2026-06-01,answered,inf", 'wait_s: "inf" is neither seconds nor h:mm:ss'),
    (
        '2,in,sales,2026-06-01,answered,"1,234"',
        'wait_s: "1,234" may be thousands or a fraction: write it as 1234 or 1.234, or map it with replace',
    ),
    (
        "2,in,sales,2026-06-01,ANSWERED?,1",
        'outcome: "ANSWERED?" is none of answered, abandoned, flow_out, no_answer, busy, failed',
    ),
    ("2,in,sales,2026-06-01,answered", "a wrong number of columns: 5 ≠ 6"),
    ("2,in,sales,2026-06-01,answered,1,1", "a wrong number of columns: 7 ≠ 6"),
)
"""Rows under the usual header, each with what is wrong with it."""


def test_bad_rows_are_rejected_with_their_reasons_and_the_others_are_kept(desk: Desk) -> None:
    good = [f"{n},out,sales,2026-06-02 10:00,busy," for n in range(3, 3 + len(BAD))]

    summary = desk.calls(GOOD, *(row for (bad, _), after in zip(BAD, good, strict=True) for row in (bad, after)))

    assert (summary.read, summary.added, summary.rejected) == (2 * len(BAD) + 1, len(BAD) + 1, len(BAD))
    assert {call_id for (call_id,) in desk.kept("call_id")} == {"1", *(row.split(",")[0] for row in good)}
    assert reasons(summary) == {3 + 2 * n: reason for n, (_, reason) in enumerate(BAD)}


def test_all_that_is_wrong_with_a_row_is_said_at_once(desk: Desk) -> None:
    summary = desk.calls("2,up,sales,yesterday,answered,-1")

    assert reasons(summary)[2] == (
        'direction: "up" is none of in, out; '
        'started_at: "yesterday" is not a time that reads in one way only: map it with strptime; '
        'wait_s: "-1" is negative'
    )


def test_the_rejects_file_holds_the_row_as_it_was(desk: Desk) -> None:
    summary = desk.calls(GOOD, '=2,in,"a, b",-,answered,@1', "2;in", encoding="utf-8")

    file = summary.rejects_file
    assert file is not None
    assert file.parent == desk.root / "rejects"
    assert file.name.startswith("calls-")
    assert file.name.endswith("Z-rejects.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfrow,reason," + HEADER.encode())
    assert [cells for _, _, *cells in rejects(summary)] == [
        ["=2", "in", "a, b", "-", "answered", "@1"],
        ["2;in"],
    ]


def test_without_bad_rows_there_is_no_rejects_file(desk: Desk) -> None:
    assert desk.calls(GOOD).rejects_file is None
    assert not (desk.root / "rejects").exists()


def test_row_numbers_are_those_of_a_spreadsheet(desk: Desk) -> None:
    """Blank lines are rows there, and a cell of several lines is one."""
    path = desk.file(
        "", HEADER, GOOD, "", '2,in,"two', 'lines",2026-06-01,answered,1', "bad", ",,,,,", "4,in,x,bad,answered,1"
    )

    summary = desk.take(path)

    assert (summary.read, summary.added) == (4, 2)
    assert list(reasons(summary)) == [6, 8]
    assert desk.kept("line") == [("sales",), ("two\nlines",)]


def test_row_numbers_stay_right_over_many_blocks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.ingest.delimited.BLOCK", 4096)
    rows = [f"{n},in,sales,2026-06-01 10:00,answered,{n}" for n in range(2, 3002)]
    for row in (2, 700, 701, 2999):
        rows[row - 2] = "short"
    for row in (3, 702, 1500, 3001):
        rows[row - 2] = f"{row},in,sales,{row},answered,1"

    summary = desk.calls(*rows)

    assert list(reasons(summary)) == [2, 3, 700, 701, 702, 1500, 2999, 3001]
    assert summary.added == 3000 - 8


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    rows = (GOOD, "2,in,sales,2026-07-01 10:00,abandoned,30")
    assert desk.calls(*rows).added == 2
    before = desk.lake.manifest()

    summary = desk.calls(*rows)

    assert (summary.added, summary.updated, summary.unchanged) == (0, 0, 2)
    assert desk.lake.manifest() == before


def test_an_overlapping_file_updates(desk: Desk) -> None:
    desk.calls(GOOD, "2,in,sales,2026-06-01 10:00,abandoned,30")

    summary = desk.calls("2,in,sales,2026-06-01 10:00,answered,30", "3,in,sales,2026-06-01 10:00,answered,3")

    assert (summary.added, summary.updated, summary.unchanged) == (1, 1, 0)
    assert desk.kept("call_id", "outcome") == [("1", "answered"), ("2", "answered"), ("3", "answered")]


def test_of_a_key_that_a_file_repeats_the_last_row_wins(desk: Desk) -> None:
    """Rows 2 and 4 differ from the last one with their key; row 3 is the same."""
    summary = desk.calls(
        "1,in,sales,2026-06-01 10:00,abandoned,1",
        "1,in,sales,2026-06-01 10:00,answered,9",
        "1,in,rent,2026-07-01 10:00,answered,9",
        "1,in,sales,2026-06-01 10:00,answered,9",
    )

    assert (summary.read, summary.added, summary.updated, summary.unchanged) == (4, 1, 2, 1)
    assert desk.kept("line", "outcome", "wait_s") == [("sales", "answered", 9.0)]


def test_too_many_bad_rows_and_nothing_is_taken(desk: Desk) -> None:
    with pytest.raises(UserError, match=r"1 of 4 rows of calls\.csv are bad, which is over 5%: nothing was taken") as e:
        desk.calls(GOOD, "2,in,a,2026-06-01,busy,", "3,in,a,2026-06-01,busy,", "bad", max_rejects=0.05)

    assert desk.lake.manifest() == Manifest()
    assert Path(e.value.message.params["rejects"]).exists()
    assert not list((desk.lake.root).glob(".import-*"))


def test_just_as_many_bad_rows_as_allowed_are_allowed(desk: Desk) -> None:
    summary = desk.calls(GOOD, "2,in,a,2026-06-01,busy,", "3,in,a,2026-06-01,busy,", "bad", max_rejects=0.25)

    assert (summary.added, summary.rejected) == (3, 1)


def test_cells_are_read_by_their_kind(desk: Desk) -> None:
    path = desk.file(
        "reservation_id;reserved_at;area_m2;price;in_call;project;client_id",
        "0012;01.06.2026;45,5;12 345 678,50;да;  A ;NULL",
        "0013;2026-06-01T10:00:00.25Z;45.5;-1;0;;\\N",
        "0014;2026-06-01 10:00:00+0300;;1\u00a0000;T;NULLABLE;x",
        "0015;2026-06-01T10:00+03:00;1e2;;No;x;y",
    )

    desk.take(path, RESERVATIONS, timezone="Europe/Moscow")

    assert desk.kept(*path.read_text().split("\n")[0].split(";"), table=RESERVATIONS) == [
        ("0012", datetime(2026, 5, 31, 21), 45.5, 12345678.5, True, "A", None),
        ("0013", datetime(2026, 6, 1, 10, 0, 0, 250000), 45.5, -1.0, False, None, None),
        ("0014", datetime(2026, 6, 1, 7), None, 1000.0, True, "NULLABLE", "x"),
        ("0015", datetime(2026, 6, 1, 7), 100.0, None, False, "x", "y"),
    ]


def test_a_written_out_null_says_nothing(desk: Desk) -> None:
    words = ["NULL", "null", "\\N", "(null)", "None", "NONE", "-", "nan", "NaN", " N/A ", "#N/A", "\u2014"]
    words += ["\u2013", "--", "NaT", "Н/Д", "\u00a0н/д", "-\t", "\u202fnull\u202f"]
    path = desk.file(
        "call_id;direction;line;started_at;ended_at;outcome;wait_s;client_id;is_target",
        *(";".join([str(n), "in", word, "2026-06-01 10:00", *[word] * 5]) for n, word in enumerate(words)),
    )

    assert desk.take(path).other_line == len(words)
    names = ("line", "ended_at", "outcome", "wait_s", "client_id", "is_target")
    assert set(desk.kept(*names)) == {("other", None, None, None, None, None)}
    assert desk.kept("contact_id") == desk.kept("call_id")
    without_key = reasons(desk.calls(*(f"{word},in,a,2026-06-01,busy," for word in words)))
    assert without_key == dict.fromkeys(range(2, 2 + len(words)), "nothing in call_id")


def test_what_only_begins_like_a_null_is_a_value(desk: Desk) -> None:
    words = ["Nullo", "nannette", "none of them", "-5", "N", "n/a/b", "(null", ".", "\u2014 x"]

    desk.take(
        desk.file("reservation_id;reserved_at;project", *(f"{n};2026-06-01;{w}" for n, w in enumerate(words))),
        RESERVATIONS,
    )

    assert [row for (row,) in desk.kept("project", table=RESERVATIONS)] == words


def test_durations_are_seconds_or_hours_minutes_seconds(desk: Desk) -> None:
    cells = ["90", "90.5", '"90,5"', "0:01:30", "26:00:00", "0:00:01.5", "1.234", '"0,234"', '"1234,567"']

    desk.calls(*(f"{n},in,a,2026-06-01,answered,{cell}" for n, cell in enumerate(cells)))

    assert desk.kept("wait_s") == [
        (90.0,),
        (90.5,),
        (90.5,),
        (90.0,),
        (93600.0,),
        (1.5,),
        (1.234,),
        (0.234,),
        (1234.567,),
    ]


def waits(desk: Desk, *cells: str, **options: Any) -> list[float]:
    desk.calls(*(f"{n},in,a,2026-06-01,answered,{cell}" for n, cell in enumerate(cells)), **options)
    return [wait for (wait,) in desk.kept("wait_s")]


@pytest.mark.parametrize(
    ("cells", "sentence", "unit"),
    [
        # Ten seconds, five minutes and 25 hours, as a workbook counts them.
        (
            ["0.00011574074", "0", "0.0034722222"],
            "looks like days, which is how a workbook counts time: 0.0034",
            "days",
        ),
        (
            ["0.00011574074074", "1.0416666666666667"],
            "looks like days, which is how a workbook counts time: 1.0",
            "days",
        ),
        (["0.0034722222", "0:05:00"], "looks like days", "days"),
        (["0.5", "0.25", "0"], "is under one second in 2 of 2 rows, as in 0.5", "minutes"),
        (["12000", "300000", "900"], "is over an hour in 2 of 3 rows, as in 300000: milliseconds?", "milliseconds"),
    ],
)
def test_what_can_hardly_be_seconds_is_asked_about(desk: Desk, cells: list[str], sentence: str, unit: str) -> None:
    with pytest.raises(UserError) as e:
        waits(desk, *cells)

    assert str(e.value).startswith(f"wait_s of calls.csv {sentence}")
    assert str(e.value).endswith(
        f"Nothing was taken: say what it counts, as in --durations {unit}, or in a mapping [durations] "
        f'wait_s = "{unit}". '
        "It may be seconds, milliseconds, minutes, hours, days."
    )
    assert not desk.lake.manifest().tables
    assert waits(desk, *cells, durations="seconds")[0] == float(cells[0])


def calls_of(*rows: tuple[float, float, float | None, str], step: float = 1000) -> list[str]:
    """Answered calls of `wait talk lasts agent`, each beginning so many seconds after the one before."""
    lines = ["call_id,direction,line,started_at,ended_at,outcome,wait_s,talk_s,agent_id"]
    for number, (wait, talk, lasts, agent) in enumerate(rows):
        start = datetime(2026, 6, 1, 10) + timedelta(seconds=number * step)
        end = "" if lasts is None else start + timedelta(seconds=lasts)
        lines.append(f"{number},in,x,{start},{end},answered,{wait},{talk},{agent}")
    return lines


TALKS = [25, 61, 94, 130, 170, 203, 277, 311, 344, 380, 419, 437, 460, 488, 511, 547, 602, 641, 707, 850, 899, 943]
"""Seconds that people talk."""


@pytest.mark.parametrize(
    ("lines", "column", "sentence", "unit"),
    [
        pytest.param(
            calls_of(*((9, talk, 9 + talk * 60, "") for talk in (3, 5, 7, 4))),
            "talk_s",
            "is in 4 of 4 rows not the seconds from the beginning to the end, as in 7.",
            "minutes",
            id="minutes of talk beside seconds of waiting, by the ends",
        ),
        pytest.param(
            calls_of(*((0.1, talk, 3600 * (0.1 + talk), "") for talk in (0.5, 1, 1.5))),
            "talk_s",
            "is in 3 of 3 rows not the seconds from the beginning to the end, as in 1.5.",
            "hours",
            id="hours, by the ends",
        ),
        pytest.param(
            calls_of(*((9, round(talk / 60, 2), None, "") for talk in TALKS)),
            "talk_s",
            "looks like a fraction of something longer than a second: 15.72.",
            "minutes",
            id="hundredths of minutes, each a whole number of seconds",
        ),
        pytest.param(
            calls_of(*((9, talk / 60, None, "") for talk in TALKS[:4])),
            "talk_s",
            "looks like a fraction of something longer than a second: 1.56667.",
            "minutes",
            id="minutes without end",
        ),
        pytest.param(
            calls_of(*((9, round(talk / 60, 1), None, "") for talk in TALKS)),
            "talk_s",
            "is 15.7 at most in 22 answered calls, with fractions: minutes?",
            "minutes",
            id="tenths of minutes",
        ),
        pytest.param(
            [
                "call_id,direction,line,started_at,outcome,talk_s,agent_id",
                *(
                    f"{number},in,x,{datetime(2026, 6, 1, 10) + timedelta(minutes=10 * number - 4 * (number % 2))},"
                    f"answered,{10 if number % 2 else 3},kim"
                    for number in range(40)
                ),
            ],
            "talk_s",
            "is 10 at most, and as minutes it ends before the agent's next call in 39 of 39 rows.",
            "minutes",
            id="whole minutes, by the agent's next call: six minutes after a short one, fourteen after a long one",
        ),
    ],
)
def test_minutes_and_hours_are_asked_about(desk: Desk, lines: list[str], column: str, sentence: str, unit: str) -> None:
    with pytest.raises(UserError) as e:
        desk.take(desk.file(*lines))

    assert str(e.value).startswith(f"{column} of calls.csv {sentence} Nothing was taken")
    assert f"--durations {unit}," in str(e.value)
    assert desk.take(desk.file(*lines), durations=unit).added == len(lines) - 1


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(calls_of(*((1.5, talk / 50, 2 + talk / 50, "bot") for talk in TALKS)), id="a bot's, with ends"),
        pytest.param(calls_of(*((1, talk % 9 + 1, None, "bot") for talk in TALKS), step=20), id="a bot's, one by one"),
        pytest.param(calls_of(*((1, talk % 9 + 1, None, "") for talk in TALKS)), id="short ones of nobody"),
        pytest.param(
            calls_of(*((talk / 100, talk, None, "") for talk in TALKS)), id="hundredths of seconds of waiting"
        ),
        pytest.param(calls_of(*((9, talk / 7.013, None, "") for talk in TALKS)), id="thousandths of seconds"),
        pytest.param(calls_of(*((9, 3600 + talk, 3609 + talk, "") for talk in TALKS)), id="over an hour, with ends"),
        pytest.param(calls_of(*((talk % 3 + 1 / 3, talk, None, "") for talk in TALKS)), id="means of three"),
        pytest.param(calls_of((1, 5, 300, ""), (2, 5, 400, ""), (1, 9, 20, ""), (1, 9, 10, "")), id="ends by chance"),
    ],
)
def test_short_and_long_seconds_are_taken_as_such(desk: Desk, lines: list[str]) -> None:
    assert desk.take(desk.file(*lines)).added == len(lines) - 1


def test_the_unit_of_durations_may_be_named(desk: Desk) -> None:
    """What is written as h:mm:ss says itself what it is; what is ten seconds is no trillionth more."""
    assert waits(desk, "0.00011574074074074", "0:00:07", durations="days") == [10.0, 7.0]
    assert waits(desk, "10000", "0:00:07", durations="milliseconds") == [10.0, 7.0]
    with pytest.raises(UserError, match="Durations are not counted in weeks: they may be in seconds, milliseconds"):
        waits(desk, "1", durations="weeks")


@pytest.mark.parametrize("cells", [["0.5", "12", "700"], ["26:00:00"], ["0"], [""], ["4000", "5", "5"], ["1.123456"]])
def test_what_can_be_seconds_is_taken_as_such(desk: Desk, cells: list[str]) -> None:
    assert len(waits(desk, *cells)) == len(cells)


def test_outcomes_are_read_without_regard_to_capitals_and_blanks(desk: Desk) -> None:
    desk.calls("1,IN,sales,2026-06-01, Answered ,1")

    assert desk.kept("direction", "outcome") == [("in", "answered")]


def test_local_times_are_put_into_utc_through_summer_time(desk: Desk) -> None:
    """Berlin goes from +1 to +2 on 29 March 2026 at 2:00 and back on 25 October at 3:00."""
    times = ["2026-03-29 01:59", "2026-03-29 03:00", "2026-10-25 01:59", "2026-10-25 03:00"]

    desk.calls(*(f"{n},in,a,{t},answered,1" for n, t in enumerate(times)), timezone="Europe/Berlin")

    assert desk.kept("started_at") == [
        (datetime(2026, 3, 29, 0, 59),),
        (datetime(2026, 3, 29, 1, 0),),
        (datetime(2026, 10, 24, 23, 59),),
        (datetime(2026, 10, 25, 2, 0),),
    ]


def test_what_ends_before_it_starts_is_rejected(desk: Desk) -> None:
    header = "chat_id,started_at,accepted_at,ended_at"
    path = desk.file(
        header,
        "1,2026-06-01 10:00,2026-06-01 10:01,2026-06-01 10:05",
        "2,2026-06-01 10:00,2026-06-01 09:59,2026-06-01 10:05",
        "3,2026-06-01 10:00,,2026-06-01 09:59",
        "4,2026-06-01 10:00,2026-06-01 10:05,2026-06-01 10:04",
        "5,2026-06-01 10:00,2026-06-01 10:00,2026-06-01 10:00",
    )

    summary = desk.take(path, CHATS)

    assert summary.added == 2
    assert reasons(summary) == {
        3: "it is accepted before it starts",
        4: "it ends before it starts",
        5: "it ends before it is accepted",
    }


TORN = b"\xa5\xa5"
"""Bytes that are no character of UTF-8."""


def spoiled(desk: Desk, *rows: str, where: bytes = TORN, encoding: str = "utf-8") -> Path:
    """A file with a topic and a remark that nothing needs, in which X stands for the bytes."""
    path = desk.root / "calls.csv"
    text = "\n".join(("call_id,direction,line,started_at,topic,remark", *rows, ""))
    bare = "utf-16-le" if encoding == "utf-16" else "ascii"
    path.write_bytes(text.encode(encoding).replace("X".encode(bare), where))
    return path


@pytest.mark.parametrize("options", [{}, {"encoding": "utf-8"}])
def test_a_bad_byte_costs_no_more_than_its_own_cell_or_row(desk: Desk, options: dict[str, str]) -> None:
    """Of a word that describes the row its letters; of a column that nothing is read from, nothing; else the row."""
    path = spoiled(
        desk,
        "1,in,Продажи,2026-06-01 10:00,Вопрос X,да",
        "2,in,Продажи,2026-06-01 10:00,Вопрос,X",
        "3,in,ПродажиX,2026-06-01 10:00,Вопрос,да",
        "X,in,Продажи,2026-06-01 10:00,Вопрос,да",
        '5,in,Продажи,2026-06-01 10:00,"Вопрос',
        'и ответ",да',
        "6,in,X",
    )

    summary = desk.take(path, **options)

    assert desk.kept("call_id", "line", "topic") == [
        ("1", "Продажи", "Вопрос \ufffd\ufffd"),
        ("2", "Продажи", "Вопрос"),
        ("5", "Продажи", "Вопрос\nи ответ"),
    ]
    assert (summary.added, summary.illegible) == (3, 1)
    assert [row[:3] for row in rejects(summary)] == [
        ["4", "line: has bytes that are no characters in utf-8", "3"],
        ["5", "call_id: has bytes that are no characters in utf-8", "\ufffd\ufffd"],
        ["7", "a wrong number of columns: 3 ≠ 6", "6,in,\ufffd\ufffd"],
    ]


def test_a_bad_byte_that_an_expression_or_the_condition_reads_costs_the_row(desk: Desk) -> None:
    path = spoiled(desk, "1,in,Аренда,2026-06-01,X,да", "2,in,Аренда,2026-06-01,да,X", "3,in,Аренда,2026-06-01,да,да")

    summary = desk.mapped(path, {"topic": "upper(topic)"}, where="remark <> ''")

    assert desk.kept("call_id", "topic") == [("3", "ДА")]
    assert sorted(reasons(summary)) == [2, 3]


def test_bytes_of_other_encodings_are_lost_one_by_one_too(desk: Desk) -> None:
    """0x98 is no character of Windows-1251; half of a surrogate pair is none of UTF-16."""
    rows = ("1,in,Продажи,2026-06-01,вопрос X,да", "2,in,Продажи,2026-06-01,ещё вопрос о договоре,да")
    for encoding, where in (("cp1251", b"\x98"), ("utf-16", b"\x00\xd8")):
        desk.take(spoiled(desk, *rows, where=where, encoding=encoding))
        assert desk.kept("line", "topic")[0] == ("Продажи", "вопрос \ufffd")


def test_a_mark_of_utf_8_promises_no_more_than_most_bytes(desk: Desk) -> None:
    desk.take(spoiled(desk, "1,in,Продажи,2026-06-01,X,да", encoding="utf-8-sig"))

    assert desk.kept("line", "topic") == [("Продажи", "\ufffd\ufffd")]


def test_a_row_without_a_line_goes_to_other_and_is_counted(desk: Desk) -> None:
    summary = desk.calls(GOOD, "2,in,,2026-06-01,answered,1", "3,in,NULL,2026-06-01,answered,1")

    assert summary.other_line == 2
    assert desk.kept("line") == [("sales",), ("other",), ("other",)]


def test_a_file_without_a_column_for_the_line_leaves_known_lines_alone(desk: Desk) -> None:
    desk.calls(GOOD)
    path = desk.file("call_id,direction,started_at", "1,in,2026-06-01 10:00", "2,in,2026-06-01 10:00")

    summary = desk.take(path)

    assert (summary.added, summary.unchanged, summary.other_line) == (1, 1, 1)
    assert desk.kept("line", "wait_s") == [("sales", 12.0), ("other", None)]


def test_a_contact_is_its_call_where_the_file_names_none(desk: Desk) -> None:
    desk.calls(GOOD)
    assert desk.kept("contact_id") == [("1",)]
    header = "call_id,contact_id,direction,started_at"

    desk.take(desk.file(header, "1,k7,in,2026-06-01 10:00", "2,,in,2026-06-01 10:00"))
    desk.calls(GOOD)

    assert desk.kept("contact_id") == [("k7",), ("2",)]


def test_the_source_is_the_name_of_the_file(desk: Desk) -> None:
    summary = desk.take(desk.file(HEADER + ",Source", GOOD + ",pbx", name="июнь.csv"))

    assert desk.kept("source") == [("июнь.csv",)]
    assert summary.ignored_columns == ("Source",)


def test_headers_are_matched_without_regard_to_capitals_and_blanks(desk: Desk) -> None:
    path = desk.file(" Call_ID ,DIRECTION,started_at, Mood", "1,in,2026-06-01,good")

    summary = desk.take(path)

    assert summary.added == 1
    assert summary.ignored_columns == ("Mood",)


def test_a_key_of_two_columns(desk: Desk) -> None:
    path = desk.file(
        "agent_id,started_at,category,status",
        "7,2026-06-01 10:00,ready,Готов",
        "7,2026-06-01 10:05,break,Обед",
        "7,2026-06-01 10:00,ready,Готов",
        "8,2026-06-01 10:00,lunch,Обед",
        name="activities.csv",
    )

    summary = desk.take(path, ACTIVITIES)

    assert (summary.added, summary.unchanged, summary.rejected) == (2, 1, 1)
    assert reasons(summary) == {5: 'category: "lunch" is none of handling, ready, work, break, off'}


def test_people_have_no_time_and_are_kept_too(desk: Desk) -> None:
    path = desk.file(
        "agent_id\tname\tactive_from\tactive_to", "7\tAnna\t01.06.2026\t", "8\tBoris\t01.06.2026\t31.05.2026"
    )

    summary = desk.take(path, AGENTS)

    assert desk.kept("agent_id", "name", table=AGENTS) == [("7", "Anna")]
    assert reasons(summary) == {3: "it ends before it starts"}


def test_an_import_may_declare_up_to_when_it_is_complete(desk: Desk) -> None:
    path = desk.file("lead_id,created_at", "1,2026-06-01 10:00")

    desk.take(path, LEADS, complete_to=datetime(2026, 6, 2))

    assert desk.lake.open().complete_to("leads") == datetime(2026, 6, 2)


def test_a_header_without_rows_is_an_import_of_nothing(desk: Desk) -> None:
    for text in (HEADER, HEADER + "\n", HEADER + "\n\n\n"):
        path = desk.root / "calls.csv"
        path.write_text(text)
        assert desk.take(path).read == 0


def test_progress_is_told_in_bytes_and_ends_at_the_file_s_size(desk: Desk) -> None:
    path = desk.file(HEADER, *(f"{n},in,sales,2026-06-01,answered,1" for n in range(200)))
    told: list[tuple[int, int]] = []

    desk.take(path, progress=lambda done, total: told.append((done, total)))

    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert all(total == size for _, total in told)


def test_a_merge_that_needs_more_memory_than_is_usual_gets_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[Any] = []
    merge = merging.merge

    def hungry(*args: Any, **options: Any) -> Any:
        connection = args[2]
        limits.append(connection.execute("SELECT current_setting('memory_limit')").fetchone()[0])
        if len(limits) == 1:
            raise duckdb.OutOfMemoryException("no")
        return merge(*args, **options)

    monkeypatch.setattr(merging, "merge", hungry)

    assert desk.calls(GOOD).added == 1
    assert limits[0] == "244.1 MiB"
    assert limits[1] != limits[0]


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: str(table.name))
def test_every_fact_table_takes_every_column_it_has(desk: Desk, table: sa.Table) -> None:
    """Two rows with one key, of which the first lacks the last column that it may lack and no other stands in for."""
    samples = {"text": "x", "time": "2026-06-01 10:00", "seconds": "5", "number": "5", "flag": "1"}
    samples |= {"date": "2026-06-01", "integer": "5"}
    others = dict.fromkeys(("merged_into", "alias", "moved_from"), "y")
    agreeing = {"ends_at": "2026-06-01 18:00", "channel": "call", "like_weekday": "5", **others}
    columns = [column for column in table.columns if column.name != "source"]
    cells = [agreeing.get(c.name) or samples.get(c.info["kind"]) or c.info["values"][0] for c in columns]
    copies = table.info.get("same_as", {})
    last = max((n for n, column in enumerate(columns) if column.nullable and column.name not in copies), default=None)
    first = cells if last is None else [*cells[:last], "", *cells[last + 1 :]]
    path = desk.file(",".join(c.name for c in columns), ",".join(first), ",".join(cells))

    summary = desk.take(path, table)

    assert (summary.added, summary.updated) == (1, int(last is not None))
    assert desk.lake.manifest().table(table.name).filled == {column.name for column in table.columns}
    assert desk.take(path, table).unchanged >= 1
