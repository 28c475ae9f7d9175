"""Plans with their months or days across, and in the words of people."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from metrics.model import Better, Count, Metric, Unit
from metrics.plans.cells import parse_period, period_text
from metrics.plans.files import PlanFile, PlanNames, read_plan
from warehouse.messages import UserError

METRICS = {
    key: Metric(key, title, "", unit, Better.NEUTRAL, "calls", Count(), spread=unit is Unit.COUNT, aliases=aliases)
    for key, title, unit, aliases in (
        ("calls", "Inbound calls", Unit.COUNT, ("звонки", "calls_in")),
        ("sl", "Service level", Unit.PERCENT, ()),
    )
}
LINES = {"sales": ("Продажи", "Отдел"), "rent": ("Аренда", "Отдел")}


def sheet(path: Path, *rows: list[Any], name: str = "Plan", merged: str = "", formats: str = "") -> Path:
    book = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
    if not path.exists():
        book.remove(book.worksheets[0])
    page = book.create_sheet(name)
    for row in rows:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    for cell in formats.split():
        page[cell].number_format = "0%"
    book.save(path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.xlsx"


def read(path: Path, wanted: str | None = None) -> PlanFile:
    russian = {"Service level": "Уровень сервиса"}
    return read_plan(path, PlanNames(METRICS, LINES, lambda text: russian.get(text, text)), sheet=wanted)


def plans(file: PlanFile) -> list[tuple[str, str | None, str, float]]:
    return [(row.metric, row.line, period_text(row.granularity, row.starts_on), row.value) for row in file.rows]


def test_days_across_with_a_row_of_totals(path: Path) -> None:
    days = [datetime(2026, 7, day) for day in (1, 2)]
    file = read(sheet(path, ["Линия", "Показатель", *days], ["sales", "calls", 100, 120], ["Итого", None, 100, 120]))
    assert plans(file) == [("calls", "sales", "2026-07-01", 100.0), ("calls", "sales", "2026-07-02", 120.0)]
    assert [row.cell for row in file.rows] == ["C2", "D2"]
    assert [str(each) for each in file.notes] == ["1 row of totals left out."]


def test_months_across_take_their_year_from_a_title(path: Path) -> None:
    file = read(
        sheet(
            path,
            ["План на 2026 год"],
            [],
            ["Линия", "Показатель", "Июль", "авг.", "Sept", "Q4", "Итого", "Комментарий"],
            ["Продажи", "Звонки", 1, 2, 3, 40, 46, "x"],
            ["аренда", "Inbound calls", 5, None, "—", 60],
            [None, "УРОВЕНЬ СЕРВИСА", 0.8, None, None, None],
            ["Всего", "Звонки", 6, 2, 3, 100],
            formats="C6",
        )
    )
    assert plans(file) == [
        ("calls", "sales", "2026-07", 1.0),
        ("calls", "sales", "2026-08", 2.0),
        ("calls", "sales", "2026-09", 3.0),
        ("calls", "sales", "2026-Q4", 40.0),
        ("calls", "rent", "2026-07", 5.0),
        ("calls", "rent", "2026-Q4", 60.0),
        ("sl", None, "2026-07", 80.0),
    ]
    assert [str(each) for each in file.notes] == [
        "1 row of totals left out.",
        "5 cells without a plan were skipped.",
        "Columns not used: Итого, Комментарий.",
    ]


def test_a_year_may_stand_over_its_months(path: Path) -> None:
    rows = [[None, 2026, None, 2027], ["metric", "November", "December", "January"], ["calls", 1, 2, 3]]
    assert [period for _, _, period, _ in plans(read(sheet(path, *rows)))] == ["2026-11", "2026-12", "2027-01"]


def test_a_month_without_a_year_is_asked_about(path: Path) -> None:
    with pytest.raises(UserError, match=r'B1: "Июль" names no year\. Write it with one, as in Июль 2026'):
        read(sheet(path, ["Показатель", "Июль"], ["calls", 1]))


@pytest.mark.parametrize("title", [["Июль 2026"], ["План", "на июль 2026 года"], [datetime(2026, 7, 1)]])
def test_the_days_of_a_month_that_the_title_names(path: Path, title: list[Any]) -> None:
    file = read(sheet(path, title, ["Показатель", 1, 2, 31], ["calls", 5, 6, 7]))
    assert [period for _, _, period, _ in plans(file)] == ["2026-07-01", "2026-07-02", "2026-07-31"]


def test_the_days_of_a_month_that_the_sheet_names(path: Path) -> None:
    file = read(sheet(path, ["Показатель", 1, 2], ["calls", 5, 6], name="июль 2026"))
    assert [period for _, _, period, _ in plans(file)] == ["2026-07-01", "2026-07-02"]


def test_the_first_days_of_months_are_the_months(path: Path) -> None:
    """Excel makes the 1st of July of a typed "July 2026"; two of them in a row are no days."""
    file = read(sheet(path, ["Показатель", datetime(2026, 7, 1), datetime(2026, 8, 1)], ["calls", 5, 6]))
    assert [period for _, _, period, _ in plans(file)] == ["2026-07", "2026-08"]


def test_a_merged_line_is_that_of_all_its_rows(path: Path) -> None:
    rows = [["Линия", "Показатель", "Июль 2026"], ["Продажи", "calls", 5], [None, "sl", 80]]
    assert [row[:2] for row in plans(read(sheet(path, *rows, merged="A2:A3")))] == [("calls", "sales"), ("sl", "sales")]


def test_a_null_word_is_no_plan_left_out(path: Path) -> None:
    with pytest.raises(UserError, match=r"C2: there is no value\. Write one, or remove the row\."):
        read(sheet(path, ["metric", "2026-07", "2026-08"], ["calls", 1, "n/a"]))


def test_the_sheet_with_plans_is_found_or_named(path: Path) -> None:
    sheet(path, ["What this is"], ["for"], name="About")
    sheet(path, ["metric", "Jul-26"], ["calls", 1], name="July")
    sheet(path, ["metric", "Aug-26"], ["calls", 2], name="August")

    file = read(path)

    assert plans(file) == [("calls", None, "2026-07", 1.0)]
    assert [str(each) for each in file.notes] == ["Only the sheet July was read, and August has plans too."]
    assert plans(read(path, "august")) == plans(read(path, "3")) == [("calls", None, "2026-08", 2.0)]
    with pytest.raises(UserError, match=r"There is no sheet May in plan\.xlsx\. There are: About, July, August\."):
        read(path, "May")


def test_a_csv_with_a_title_and_titles_for_lines(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("План на 2026\nЛиния;Метрика;01.07;2 июля;итого\nПродажи;Звонки;5;1 200;1 205\nИтого;;5;6;\n")
    assert plans(read(path)) == [("calls", "sales", "2026-07-01", 5.0), ("calls", "sales", "2026-07-02", 1200.0)]


def test_a_name_that_two_lines_have_is_none(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("line,metric,2026-07\nОтдел,calls,5\n")
    with pytest.raises(UserError, match=r'A2: there is no line "Отдел"\. There are: sales, rent'):
        read(path)


def test_what_is_wrong_with_a_row_is_said_once(path: Path) -> None:
    file = sheet(path, ["Линия", "Показатель", "2026-07", "2026-08"], ["Продажи", "cals", 1, 2], ["sles", "sl", 1, 2])
    with pytest.raises(UserError, match=r'B2: there is no metric "cals"\. .* There is 1 more mistake in the file\.'):
        read(file)
    with pytest.raises(UserError, match=r'A2: no line is known yet, so "Продажи" cannot be checked\. Import records'):
        read_plan(sheet(path, name="2"), PlanNames(METRICS | {"cals": METRICS["calls"]}, {}))


def test_rows_of_totals_in_a_long_file_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("metric,line,period,value\ncalls,sales,июл.26,5\nИтого,,,5\n")
    file = read(path)
    assert (plans(file), [str(each) for each in file.notes]) == (
        [("calls", "sales", "2026-07", 5.0)],
        ["1 row of totals left out."],
    )


@pytest.mark.parametrize(
    ("text", "granularity", "first"),
    [
        ("июл. 2026", "month", date(2026, 7, 1)),
        ("Jul-26", "month", date(2026, 7, 1)),
        ("сент.26 г.", "month", date(2026, 9, 1)),
        ("Q3 2026", "quarter", date(2026, 7, 1)),
        ("III кв. 2026 г.", "quarter", date(2026, 7, 1)),
        ("5 сен 2026", "day", date(2026, 9, 5)),
        ("1-15 Sept 2026", "half_month", date(2026, 9, 1)),
    ],
)
def test_months_are_written_short_too(text: str, granularity: str, first: date) -> None:
    assert parse_period(text) == (granularity, first)


@pytest.mark.parametrize("text", ["July 26", "26 July", "июл", "Q3", "ию 2026"])
def test_what_may_be_a_day_is_no_month(text: str) -> None:
    with pytest.raises(UserError):
        parse_period(text)
