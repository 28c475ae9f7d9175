"""Importing the wide sheet: people down, days across, `9-18` or a code in the cells. Times are Moscow's, UTC+3."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from tests.kit import writer
from tests.warehouse.importing import Desk, rejects
from warehouse.ingest.formats.base import Bad
from warehouse.ingest.formats.roster.days import MONTHS, dates, headings
from warehouse.ingest.formats.roster.sheet import WorkingHours, codes_of, fold, read_cell
from warehouse.ingest.load import Summary
from warehouse.merge import merge
from warehouse.messages import UserError
from warehouse.schema import AGENTS, SHIFTS

JUNE = "График работы, июнь 2026;;;;"
HEAD = ";1;2;3;4"
WEEK = ";пн;вт;ср;чт"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    rows = [("p1", "Первая Анна Петровна", "alpha"), ("p2", "Вторая Белла", "alpha")]
    everybody = pa.table(
        {name: [row[n] for row in rows] for n, name in enumerate(("agent_id", "name", "line"))}
        | {name: pa.nulls(2, pa.string()) for name in ("team", "site", "source")}
        | {name: pa.nulls(2, pa.timestamp("us")) for name in ("active_from", "active_to")}
    )
    lake = made.lake
    with lake.writing() as manifest:
        writer().register("staged", everybody)
        manifest, _ = merge(lake, manifest, writer(), AGENTS, "staged")
        lake.commit(manifest)
    return made


def _take(desk: Desk, *lines: str, name: str = "roster.csv", **options: Any) -> Summary:
    given = {key: options.pop(key) for key in ("month", "line", "channel", "codes", "breaks") if key in options}
    path = desk.file(*lines, name=name)
    return desk.take(path, SHIFTS, format_name="roster", options=given, timezone="Europe/Moscow", **options)


def _kept(desk: Desk) -> list[tuple[Any, ...]]:
    return sorted(
        desk.kept("agent_id", "starts_at", "ends_at", "kind", table=SHIFTS), key=lambda row: [str(each) for each in row]
    )


def _reasons(done: Summary) -> list[str]:
    return [reason for _, reason, *_ in rejects(done)]


def _june(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute)


def test_hours_codes_and_absences_of_people(desk: Desk) -> None:
    done = _take(
        desk,
        JUNE,
        HEAD,
        WEEK,
        "Команда А;;;;",
        "Первая А. П.;9-18;9:00–18:00;Н;В",  # the surname with initials that only one has
        "вторая белла;10-14, 16-20;;О;Б",
        "На линии;2;1;1;0",
        "Итого;2;1;1;0",
        ";;;;",
        "Н = 21-9;;;;",
    )
    assert _kept(desk) == [
        ("p1", _june(1, 6), _june(1, 15), "work"),
        ("p1", _june(2, 6), _june(2, 15), "work"),
        ("p1", _june(3, 18), _june(4, 6), "work"),
        ("p2", _june(1, 7), _june(1, 11), "work"),
        ("p2", _june(1, 13), _june(1, 17), "work"),
    ]
    assert done.skipped == {"days off": 1, "days of leave": 1, "sick days": 1}
    assert not done.notes


def test_a_bad_cell_is_named_and_the_good_ones_are_taken(desk: Desk) -> None:
    done = _take(desk, JUNE, HEAD, "Первая А.;9-18;Ж;9;25-30", codes="Д=9-18")
    assert (done.added, done.rejected, done.lines) == (1, 3, 4)
    why = _reasons(done)
    assert why[0].startswith('C3: "Ж" is neither hours such as 9-18 nor a known code: Д')
    assert why[1] == 'D3: "9" says either the beginning or how long, and a shift needs both ends: 9-18'
    assert why[2].startswith('E3: "25-30" is neither hours')


def test_a_month_again_replaces_it(desk: Desk) -> None:
    first = (JUNE, HEAD, "Первая А.;9-18;9-18;;", "Вторая Б.;9-18;;;")
    _take(desk, *first)
    assert _take(desk, *first).unchanged == 3, "the same file changes nothing"
    may = _take(desk, "май 2026;;;;", HEAD, "Первая А.;9-18;;;")
    done = _take(desk, JUNE, HEAD, "Первая А.;9-17;10-19;;", name="again.csv")
    assert (may.superseded, done.superseded) == (0, 2), "the 2nd begins later, and the other person is not there"
    assert _kept(desk) == [
        ("p1", datetime(2026, 5, 1, 6), datetime(2026, 5, 1, 15), "work"),
        ("p1", _june(1, 6), _june(1, 14), "work"),
        ("p1", _june(2, 7), _june(2, 16), "work"),
    ]


def test_the_sheets_of_two_lines_stand_side_by_side(desk: Desk) -> None:
    _take(desk, JUNE, HEAD, "Первая А.;9-18;;;", line="alpha")
    done = _take(desk, JUNE, HEAD, "Вторая Б.;9-18;;;", line="beta", channel="chat")
    assert done.superseded == 0
    assert desk.kept("agent_id", "line", "channel", table=SHIFTS) == [("p1", "alpha", "call"), ("p2", "beta", "chat")]


def test_breaks_by_turns_and_by_the_clock(desk: Desk) -> None:
    sheet = (JUNE, HEAD, "Первая А.;9-18;;;", "Вторая Б.;9-18;;;", "вакансия;9-18;;;")
    _take(desk, *sheet, breaks="60")
    # The middle third of 9-18 is 12-15: they go one after another; a place without a name is there in two parts.
    assert _kept(desk) == [
        (None, _june(1, 6), _june(1, 11), "work"),
        (None, _june(1, 12), _june(1, 15), "work"),
        ("p1", _june(1, 6), _june(1, 15), "work"),
        ("p1", _june(1, 9), _june(1, 10), "break"),
        ("p2", _june(1, 6), _june(1, 15), "work"),
        ("p2", _june(1, 10), _june(1, 11), "break"),
    ]
    _take(desk, JUNE, HEAD, "Первая А.;9-18;10-12;;", breaks="13:00-13:30")
    assert [row for row in _kept(desk) if row[3] == "break"] == [("p1", _june(1, 10), _june(1, 10, 30), "break")]


def test_people_who_are_no_agents_are_named(desk: Desk) -> None:
    done = _take(desk, JUNE, HEAD, "Вторая Беллла;9-18;;;")
    assert [note.params.get("names") for note in done.notes] == ["Вторая Беллла", None]
    assert "Вторая Белла" in str(done.notes[0].params["known"])
    assert _kept(desk)[0][0] == "Вторая Беллла"


def test_a_workbook_with_a_sheet_for_each_month(desk: Desk) -> None:
    book = openpyxl.Workbook()
    for sheet, first in ((book.active, date(2026, 6, 1)), (book.create_sheet("июль 2026"), 1)):
        assert sheet is not None
        sheet.append(["ФИО", "id", "Линия", first, *([date(2026, 6, 2)] if first != 1 else [2, 3])])
        sheet.append(["кто-то", "p1", "alpha", "9-18", datetime(2026, 9, 18)])
    path = desk.root / "roster.xlsx"
    book.create_sheet("пусто")
    book.save(path)
    done = desk.take(path, SHIFTS, timezone="Europe/Moscow")  # what it is, the file shows
    assert desk.kept("agent_id", "line", "starts_at", table=SHIFTS) == [
        ("p1", "alpha", _june(1, 6)),
        ("p1", "alpha", datetime(2026, 7, 1, 6)),
    ]
    assert done.rejected == 2, "Excel made a date of 9-18"
    assert "has made the date 2026-09-18 of the hours" in _reasons(done)[0]
    assert done.skipped == {"sheets without days across": 1}


@pytest.mark.parametrize(
    ("head", "titles", "days"),
    [
        ("1 2 3", ["Июнь 2026"], "2026-06-01 2026-06-02 2026-06-03"),
        ("1 2 3", ["", "roster_2026-06"], "2026-06-01 2026-06-02 2026-06-03"),
        ("01.06 02.06 03.06", ["2026"], "2026-06-01 2026-06-02 2026-06-03"),
        ("1,пн 2,вт 3,ср", ["июня 2026 г."], "2026-06-01 2026-06-02 2026-06-03"),
        ("30,вс 31,пн 1,вт", ["Сентябрь 2026"], "2026-08-30 2026-08-31 2026-09-01"),
        ("30.12.2026 31.12.2026 01.01.2027", [""], "2026-12-30 2026-12-31 2027-01-01"),
    ],
)
def test_days_across(head: str, titles: list[str], days: str) -> None:
    found = headings(head.split())
    assert [each.isoformat() for each in dates(found, {}, titles, None, "sheet").values()] == days.split()


@pytest.mark.parametrize(
    ("head", "titles", "said"),
    [
        ("1 2 3", ["Июнь"], "nothing says of which month"),
        ("29 30 31", ["June 2026"], "there is no day 31 in 2026-06"),
        ("1,вт 2,ср 3,чт", ["June 2026"], "2026-06-01 is another day of the week"),
        ("30 31 1", ["Сентябрь 2026"], "days of two months"),
    ],
)
def test_days_that_cannot_be(head: str, titles: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        dates(headings(head.split()), {}, titles, None, "sheet")


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("9-18", [(540, 1080)]),
        ("с 9 до 18", [(540, 1080)]),
        ("09.30—18.00", [(570, 1080)]),
        ("21-9", [(1260, 1980)]),
        ("0-24", [(0, 1440)]),
        ("9-9", [(540, 1980)]),
        ("9-13\n14-18", [(540, 780), (840, 1080)]),
        ("д", [(540, 1080)]),
        ("Д/20-22", [(540, 1080), (1200, 1320)]),
        ("-", []),
    ],
)
def test_hours_in_a_cell(cell: str, hours: list[tuple[int, int]]) -> None:
    assert read_cell(cell, codes_of("Д=9-18, О2=off")) == tuple(WorkingHours(*pair) for pair in hours)


def test_a_latin_letter_is_the_cyrillic_one_that_looks_like_it() -> None:
    assert fold("B") == fold("в")
    assert read_cell("B", {}) == "days off"
    assert read_cell("обучение 10-14", {}) == (WorkingHours(600, 840, "training"),)
    with pytest.raises(Bad):
        read_cell("9-18 и ещё", {})
    assert MONTHS["мая"] == 5


def test_what_is_no_roster_and_what_is_no_option(desk: Desk) -> None:
    with pytest.raises(UserError, match="is no roster: no row of it has days across"):
        _take(desk, "call_id;line;started_at", "1;alpha;2026-06-01 10:00")
    with pytest.raises(UserError, match="codes cannot be Д: it is a list such as"):
        _take(desk, JUNE, HEAD, "Первая А.;Д;;;", codes="Д")
    with pytest.raises(UserError, match="breaks cannot be long"):
        _take(desk, JUNE, HEAD, "Первая А.;9-18;;;", breaks="long")
