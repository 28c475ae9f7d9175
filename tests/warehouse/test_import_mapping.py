"""Mappings: their columns and words become ours; what an expression cannot do is said before or per row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.warehouse.importing import Desk, reasons
from warehouse.ingest.mapping import Mapping, load_mapping
from warehouse.messages import UserError
from warehouse.schema import ACTIVITIES

PBX = """
table = "calls"
timezone = "Europe/Moscow"
where = "state <> 'test'"
[columns]
call_id = "id"
started_at = "strptime(day || ' ' || \\"queue+time\\", '%d.%m.%Y %H:%M:%S')"
direction = "'in'"
outcome = "case answered when 'Y' then 'answered' else 'abandoned' end"
wait_s = "speed"
line = "Skill, name"
"""
PBX_HEADER = 'id,day,queue+time,state,answered,speed,"Skill, name",note'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def written(desk: Desk, text: str) -> Path:
    path = desk.root / "mapping.toml"
    path.write_text(text, "utf-8")
    return path


def test_columns_and_expressions(desk: Desk) -> None:
    path = desk.file(
        PBX_HEADER,
        "1,01.06.2026,10:00:00,live,Y,12,sales,x",
        "2,01.06.2026,10:00:01,test,Y,12,sales,x",
        "3,31.06.2026,10:00:02,live,N,12,sales,x",
        '4,01.06.2026,10:00:03,live,N,"1,5",,x',
    )

    summary = desk.take(path, mapping=load_mapping(written(desk, PBX)))

    assert (summary.read, summary.added, summary.left_out, summary.rejected) == (4, 2, 1, 1)
    assert summary.ignored_columns == ("note",)
    assert reasons(summary) == {4: "started_at: its expression in the mapping fails on this row"}
    assert desk.kept("call_id", "direction", "started_at", "outcome", "wait_s", "line") == [
        ("1", "in", datetime(2026, 6, 1, 7, 0, 0), "answered", 12.0, "sales"),
        ("4", "in", datetime(2026, 6, 1, 7, 0, 3), "abandoned", 1.5, "other"),
    ]


def test_an_expression_that_gives_null_has_not_failed(desk: Desk) -> None:
    path = desk.file("id,start,end", "1,2026-06-01,", "2,2026-06-01,2026-06-02", "3,2026-06-01,x")
    columns = {
        "call_id": "id",
        "direction": "'in'",
        "started_at": "start",
        "ended_at": "strptime(nullif(\"end\", ''), '%Y-%m-%d')",
    }

    summary = desk.mapped(path, columns)

    assert desk.kept("ended_at") == [(None,), (datetime(2026, 6, 2),)]
    assert reasons(summary) == {4: "ended_at: its expression in the mapping fails on this row"}


def test_one_failing_row_among_thousands(desk: Desk) -> None:
    rows = [f"{n},2026-06-01" for n in range(5000)]
    rows[4321] = "4321,soon"
    path = desk.file("id,start", *rows)

    summary = desk.mapped(
        path, {"call_id": "id", "direction": "'in'", "started_at": "strptime(start, '%Y-%m-%d')"}, max_rejects=0.05
    )

    assert (summary.added, list(reasons(summary))) == (4999, [4323])


def test_their_words_become_ours_before_the_cast(desk: Desk) -> None:
    path = desk.file(
        "agent_id;started_at;status;activity",
        "7;2026-06-01 10:00;Разговор;",
        "7;2026-06-01 10:05; Обед ;",
        "7;2026-06-01 10:10;ready;-",
        "7;2026-06-01 10:15;Курит;",
        encoding="cp1251",
        name="activities.csv",
    )
    mapping = Mapping(
        "activities",
        columns={"category": "status"},
        values={"category": {"Разговор": "handling", "Обед": "break"}, "activity": {"-": "", "": "routing"}},
    )

    summary = desk.take(path, ACTIVITIES, mapping=mapping)

    assert desk.kept("category", "status", "activity", table=ACTIVITIES) == [
        ("handling", "Разговор", "routing"),
        ("break", "Обед", "routing"),
        ("ready", "ready", None),
    ]
    assert reasons(summary) == {5: 'category: "Курит" is none of handling, ready, work, break, off'}


def test_the_file_s_own_canonical_columns_need_no_mapping(desk: Desk) -> None:
    path = desk.file("id,direction,started_at,topic", "1,in,2026-06-01 10:00,x")

    desk.mapped(path, {"call_id": "id"})

    assert desk.kept("call_id", "topic") == [("1", "x")]


def test_a_name_that_is_a_column_is_that_column(desk: Desk) -> None:
    path = desk.file("id,a + b,a,b,direction,started_at", "1,x,5,6,in,2026-06-01")

    desk.mapped(path, {"call_id": "id", "topic": "a + b", "campaign": "a || b"})

    assert desk.kept("topic", "campaign") == [("x", "56")]


def test_a_condition_that_fails_rejects_its_row(desk: Desk) -> None:
    path = desk.file("call_id,direction,started_at,n", "1,in,2026-06-01,5", "2,in,2026-06-01,x", "3,in,2026-06-01,")

    summary = desk.mapped(path, {}, where="CAST(nullif(n, '') AS INTEGER) > 1")

    assert (summary.added, summary.left_out) == (1, 1)
    assert reasons(summary) == {3: "where: the condition in the mapping fails on this row"}


def test_an_expression_may_end_in_a_comment(desk: Desk) -> None:
    path = desk.file("id,started_at", "1,2026-06-01")

    desk.mapped(path, {"call_id": "id", "direction": "'in' -- always"})

    assert desk.kept("direction") == [("in",)]


def test_an_expression_that_fails_twice_is_a_reject_like_one_that_fails_once(desk: Desk) -> None:
    path = desk.file("id,day", "1,01.06.2026", "2,02")
    failing = "strptime(day, '%d')"

    columns = {
        "call_id": "id",
        "direction": "'in'",
        "started_at": "'2026-06-01'",
        "line": f"CAST({failing} AS VARCHAR)",
    }
    summary = desk.mapped(path, columns, where=f"{failing} IS NOT NULL", max_rejects=1.0)

    assert (summary.read, summary.rejected) == (2, 1)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (
            "out",
            "In the mapping, direction names out, which calls.csv has no column for: it may be call_id, way. "
            "A fixed word stands in single quotes.",
        ),
        (
            "upper(wya)",
            "In the mapping, direction names wya, which calls.csv has no column for: it may be way, call_id. "
            "A fixed word stands in single quotes.",
        ),
        (
            "lower(way",
            "In the mapping, direction is neither a column of calls.csv nor an expression that works: "
            "it breaks off before its end. Its columns are: call_id, way.",
        ),
        ("way, way", "it is not one expression"),
        ("(select 1)", "it asks for other rows, and may only look at its own"),
        ("max(way)", "it counts over several rows, and may only look at one"),
        ("random()", "it gives another value each time"),
        ("?", "nor an expression that works"),
        ("'in'; select 2", "it is not one expression"),
        ("way from incoming", "nor an expression that works"),
        ("*", "nor an expression that works"),
        ("COLUMNS(*)", "it is not one expression"),
        ("incoming", "names incoming, which calls.csv has no column for"),
        ("unnest([1, 2])", "nor an expression that works"),
        ("strptime(way)", '"strptime" does not take such values'),
        ("", "nor an expression that works"),
        ("way)), ((way", 'there is a mistake in it at ")"'),
        ("uper(way)", 'there is no function "uper"'),
    ],
)
def test_an_expression_that_does_not_work_is_named_before_a_row_is_read(
    desk: Desk, expression: str, sentence: str
) -> None:
    path = desk.file("call_id,way", "1,in")

    with pytest.raises(UserError) as e:
        desk.mapped(path, {"direction": expression, "started_at": "'2026-06-01'"})

    assert sentence in str(e.value)
    assert "\n" not in str(e.value)


def test_an_expression_cannot_read_other_files(desk: Desk) -> None:
    path = desk.file("call_id,direction", "1,in")

    with pytest.raises(UserError):
        desk.mapped(path, {"started_at": "(SELECT content FROM read_text('/etc/hostname'))"})


def test_a_mapping_is_for_one_table(desk: Desk) -> None:
    with pytest.raises(UserError, match=r"The mapping is for the table leads, not for calls\."):
        desk.take(desk.file("a"), mapping=Mapping("leads"))


def test_words_need_a_column(desk: Desk) -> None:
    path = desk.file("call_id,direction,started_at", "1,in,2026-06-01")

    with pytest.raises(UserError, match=r"gives words for topic, which neither it nor calls\.csv has a column for"):
        desk.mapped(path, {}, values={"topic": {"a": "b"}})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "table = \n[columns]",
            "The mapping mapping.toml cannot be read: it is no TOML at line 1, column 9.",
        ),
        ("timezone = 'UTC'", "The mapping mapping.toml does not say which table it is for"),
        ("table = 'call'", "There is no table call to import into: it may be calls,"),
        ("table = 5", "table in a mapping is text in quotes, not 5."),
        ("table = 'calls'\ncolums = {}", "A mapping has no key colums: its keys are columns,"),
        ("table = 'calls'\ncolumns = 5", "columns in a mapping is a section of its own: [columns]."),
        ("table = 'calls'\n[columns]\nwait = 'a'", "The table calls has no column wait to map to: it may be wait_s,"),
        ("table = 'calls'\n[columns]\nsource = 'a'", "The table calls has no column source to map to"),
        ("table = 'calls'\n[columns]\nwait_s = 5", "wait_s in the mapping's [columns] is text in quotes, not 5."),
        (
            "table = 'calls'\n[values.outcom]\na = 'b'",
            "The table calls has no column outcom to map to: it may be outcome",
        ),
        ("table = 'calls'\n[values]\noutcome = 'b'", "values.outcome in a mapping is a section of its own"),
        ("table = 'calls'\n[values.outcome]\nY = 1", "Y in the mapping's [values.outcome] is text in quotes, not 1."),
        ("table = 'calls'\ntimezone = 'Moscow'", "There is no time zone Moscow: it is written as in Europe/Moscow"),
        ("table = 'calls'\nwhere = true", "where in a mapping is text in quotes, not True."),
    ],
)
def test_a_mapping_file_with_a_slip_is_refused_with_what_was_meant(desk: Desk, text: str, sentence: str) -> None:
    with pytest.raises(UserError) as e:
        load_mapping(written(desk, text))

    assert sentence in str(e.value)


def test_a_mapping_that_is_not_there_or_not_text(desk: Desk) -> None:
    with pytest.raises(UserError, match="There is no mapping file"):
        load_mapping(desk.root / "no.toml")
    with pytest.raises(UserError, match="cannot be read"):
        load_mapping(desk.root)
    path = desk.root / "m.toml"
    path.write_bytes("table = 'Звонки'".encode("cp1251"))
    with pytest.raises(UserError, match=r"m\.toml is not UTF-8 text"):
        load_mapping(path)
    path.write_text("table = 'calls'", "utf-8-sig")
    assert load_mapping(path) == Mapping("calls")


@pytest.mark.parametrize("word", ["NULL", "-", "(null)", ""])
def test_an_expression_sees_a_written_out_null_as_an_empty_cell(desk: Desk, word: str) -> None:
    path = desk.file("id;ended;speed", "1;01.06.2026 10:10;5", f"2;{word};{word}")
    columns = {
        "call_id": "id",
        "direction": "'in'",
        "started_at": "'2026-06-01'",
        "ended_at": "strptime(ended, '%d.%m.%Y %H:%M')",
        "outcome": "case when ended = '' then 'abandoned' else 'answered' end",
        "wait_s": "CAST(speed AS DOUBLE) + 1",
    }

    assert desk.mapped(path, columns).rejected == 0
    assert desk.kept("ended_at", "outcome", "wait_s") == [
        (datetime(2026, 6, 1, 10, 10), "answered", 6.0),
        (None, "abandoned", None),
    ]


def test_an_expression_that_names_a_null_word_sees_it(desk: Desk) -> None:
    path = desk.file("id;state", "1;NULL", "2;x")
    columns = {"call_id": "id", "direction": "'in'", "started_at": "'2026-06-01'", "topic": "coalesce(state, 'none')"}

    assert desk.mapped(path, columns, where="state = 'NULL'").added == 1
    assert desk.kept("call_id", "topic") == [("1", None)]


def test_a_mapping_says_what_durations_count(desk: Desk) -> None:
    path = desk.file("id,wait,talk,direction,started_at", "1,0.00347222222222,1500,in,2026-06-01")
    mapping = desk.root / "map.toml"
    mapping.write_text(
        'table = "calls"\n[columns]\ncall_id = "id"\nwait_s = "wait"\ntalk_s = "CAST(talk AS INTEGER) * 2"\n'
        '[durations]\nwait_s = "days"\ntalk_s = "milliseconds"\n'
    )

    desk.take(path, mapping=load_mapping(mapping))
    assert desk.kept("wait_s", "talk_s") == [(300, 3)]

    mapping.write_text('table = "calls"\n[durations]\nwait_s = "weeks"\n')
    with pytest.raises(UserError, match="Durations are not counted in weeks"):
        load_mapping(mapping)
