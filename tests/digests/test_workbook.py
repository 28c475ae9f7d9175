"""The workbook as a spreadsheet reads it: numbers are numbers, dates are dates, what is unknown is empty."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from digests.compose import make
from digests.document import Headline
from digests.figures import Figure, build
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.result import ReportResult, Session
from digests.workbook import report_workbook, workbook
from metrics.centre import Centre, Line
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost

SPAN = "2026-06-01..2026-06-04"
EN, RU = Localizer("en", MOSCOW), Localizer("ru", MOSCOW)
CENTRE = Centre(timezone=MOSCOW, lines={"sales": Line("sales", "=cmd|' /C calc'!A0")})
SPECS = (
    FigureSpec("calls", "calls", None, "Calls"),
    FigureSpec("calls.sales", "calls", "sales", "{line}", part_of="calls"),
    FigureSpec("lcr", "lcr", None, "@SUM(1) lost", plan=True),
    FigureSpec("aht", "aht", None, "Handling", plan=True),
    FigureSpec("reserves", "reserves_m2", None, "Reserves"),
)
DIGEST = ReportSpec("mine", "Mine", (Section("Load", (Group(SPECS[:2]), Group(SPECS[2:], "Levels"))),))

Rows = list[dict[str, Any]]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two full days and the morning of a third; nothing at all of reservations."""
    house = House(tmp_path, CENTRE, now="2026-06-03 12:00")
    house.calls(
        answered("2026-06-01 10:00", talk=100),
        answered("2026-06-01 11:00", talk=101),
        lost("2026-06-02 10:00"),
        answered("2026-06-03 09:00", talk=90),
        complete_to="2026-06-03 12:00",
    )
    house.plan("lcr", "half_month", "2026-06-01", 3)
    house.plan("aht", "half_month", "2026-06-01", 200)
    return house


def made(house: House, localizer: Localizer = EN, specs: tuple[FigureSpec, ...] = SPECS) -> bytes:
    calculator = house.calculator()
    plans, period = Plans(calculator), parse(SPAN, MOSCOW)
    figures = tuple(build(calculator, plans, specs, period, localizer))
    return report_workbook(Session(calculator, plans, localizer), ReportResult(DIGEST, period, figures))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def rows_of(content: bytes, sheet: str) -> Rows:
    header, *rows = opened(content)[sheet].iter_rows()
    titles = [cell.value for cell in header]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_a_figure_is_a_row_of_numbers_in_their_own_formats(house: House) -> None:
    calls, sales, lcr, aht, _ = rows_of(made(house), "Figures")

    assert (calls["Section"].value, calls["Group"].value, lcr["Group"].value) == ("Load", None, "Levels")
    assert (calls["Actual"].value, calls["Actual"].number_format) == (4, "#,##0")
    assert sales["Figure"].alignment.indent > calls["Figure"].alignment.indent
    assert (lcr["Actual"].value, lcr["Actual"].number_format) == (0.25, "0.0%")
    assert (lcr["Plan to date"].value, lcr["Numerator"].value, lcr["Denominator"].value) == (0.03, 1, 4)
    assert (lcr["Verdict"].value, lcr["Unit"].value) == ("Plan missed", "per cent")
    assert lcr["As printed"].value == "25% against a plan of no more than 3%"
    assert (aht["Actual"].value, aht["Verdict"].value) == (97, "Plan met")
    at = {title: cell.coordinate for title, cell in aht.items()}
    assert aht["Gap to plan"].value == f"={at['Actual']}-{at['Plan to date']}"
    assert aht["Plan attainment"].value is None  # of a ceiling the gap is told, and no share of it


def test_execution_and_gap_are_formulas_with_their_values(house: House) -> None:
    """4 calls against a plan of 5: 80 % and one less; a program that does not compute shows the same."""
    house.plan("calls", "half_month", "2026-06-01", 15)
    content = made(house)
    calls = rows_of(content, "Figures")[0]
    at = {title: cell.coordinate for title, cell in calls.items()}
    assert calls["Plan attainment"].value == f"={at['Actual']}/{at['Plan to date']}"

    sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["Figures"]
    fact, plan = sheet[at["Actual"]].value, sheet[at["Plan to date"]].value
    assert sheet[at["Plan attainment"]].value == pytest.approx(fact / plan)
    assert sheet[at["Gap to plan"]].value == pytest.approx(fact - plan)


def test_days_stand_beside_each_other_judged_by_their_plans_with_a_chart_of_what_failed(house: House) -> None:
    """Of the calls of 1 June none was lost, of 2 June all, of 3 June none; the plan is 3 % each day."""
    sheet = opened(made(house))["Figures by day"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    head, lcr = rows["Figure"], rows["@SUM(1) lost"]

    assert [cell.value for cell in head] == ["Figure", "1 Mon", "2 Tue", "3 Wed", "4 Thu"]
    assert [cell.value for cell in lcr[1:4]] == [0, 1, 0]
    colours = [cell.font.color.rgb for cell in lcr[1:4]]
    assert colours == ["FF0B7A6B", "FFC2371A", "FF0B7A6B"]
    assert len(sheet._charts) == 1


def test_the_hours_of_a_week_are_means_over_the_days_that_are_over(tmp_path: Path) -> None:
    """Two Mondays with 3 and 1 calls at ten are 2 an hour; a Tuesday has 1 at eleven; Sunday 14 June is not over."""
    house = House(tmp_path, CENTRE, now="2026-06-14 12:00")
    house.calls(
        *(answered(f"2026-06-01 10:{minute:02}") for minute in (0, 1, 2)),
        answered("2026-06-02 11:00"),
        answered("2026-06-08 10:00"),
        answered("2026-06-14 09:00"),
        complete_to="2026-06-14 12:00",
    )
    calculator = house.calculator()
    plans, period = Plans(calculator), parse("2026-06-01..2026-06-14", MOSCOW)
    figures = tuple(build(calculator, plans, SPECS[:1], period, EN))
    content = report_workbook(Session(calculator, plans, EN), ReportResult(DIGEST, period, figures))
    _, _, monday, tuesday, *_, sunday = opened(content)["Hours and days, per day"].iter_rows(values_only=True)

    assert (monday[0], monday[11], sum(monday[1:])) == ("Mon", 2, 2)
    assert (tuesday[12], sum(tuesday[1:])) == (0.5, 0.5)
    assert sum(sunday[1:]) == 0


def test_the_cover_has_the_finding_what_failed_and_the_pictures(house: House) -> None:
    calculator = house.calculator()
    session, period = Session(calculator, Plans(calculator), EN), parse(SPAN, MOSCOW)
    made = make(session, replace(DIGEST, pictures=("scoreboard",)), period, pictures=True)
    sheet = opened(report_workbook(session, made.result, cover=made.document)).worksheets[0]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert sheet.title == "Cover"
    assert said[:3] == ["Mine", "June 1–4", next(b.text for b in made.document.blocks if isinstance(b, Headline))]
    assert "! Plan missed: 1   ✓ Plan met: 1" in said
    assert "@SUM(1) lost" in said
    assert "Handling" not in said  # it met its plan
    assert len(sheet._images) == 1


def test_moments_and_days_are_dates_by_the_centres_clock(house: House) -> None:
    calls, *_ = rows_of(made(house), "Figures")

    assert calls["As of"].value == datetime(2026, 6, 3, 12, 0)
    assert calls["As of"].is_date
    assert (calls["Actual from"].value, calls["Actual to"].value) == (datetime(2026, 6, 1), datetime(2026, 6, 4))
    assert rows_of(made(house, RU), "Показатели")[0]["На момент"].number_format == "dd.mm.yyyy hh:mm"


def test_what_is_unknown_is_empty_and_says_why(house: House) -> None:
    *_, reserves = rows_of(made(house), "Figures")
    days = [row for row in rows_of(made(house), "By day") if row["Figure's key"].value == "reserves"]

    assert reserves["Actual"].value is None
    assert "there are no records in reservations" in reserves["Remarks"].value
    assert [day["Actual"].value for day in days] == [None] * 4
    assert all("there are no records" in day["Remarks"].value for day in days)


def test_every_figure_has_every_day_and_a_day_to_come_is_no_zero(house: House) -> None:
    rows = rows_of(made(house), "By day")
    days = [row for row in rows if row["Figure's key"].value == "lcr"]

    assert len(rows) == len(SPECS) * 4
    assert [day["Date"].value.day for day in days] == [1, 2, 3, 4]
    assert [day["Actual"].value for day in days] == [0, 1, 0, None]
    assert [day["Plan to date"].value for day in days] == [0.03, 0.03, 0.03, None]
    assert [day["Plan of the whole day"].value for day in days] == [0.03] * 4
    assert days[2]["Remarks"].value.startswith("the day is not over")
    assert days[3]["Remarks"].value.startswith("no data: the records end on")


def test_a_day_without_calls_is_a_counted_zero_and_has_no_average(house: House) -> None:
    rows = rows_of(made(house), "By day")
    by = {(row["Figure's key"].value, row["Date"].value.day): row for row in rows}

    assert by["aht", 2]["Actual"].value is None
    assert (by["aht", 2]["Denominator"].value, by["aht", 2]["Remarks"].value) == (0, "no data")
    assert by["calls", 2]["Actual"].value == 1


def test_days_before_the_first_record_are_unknown(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, now="2026-06-05 00:00")
    house.calls(answered("2026-06-03 09:00"), complete_to="2026-06-05 00:00")
    days = rows_of(made(house, specs=SPECS[:1]), "By day")

    assert [day["Actual"].value for day in days] == [None, None, 1, 0]
    assert days[0]["Remarks"].value.startswith("no data: the records begin on")


def test_no_text_is_ever_a_formula_or_a_link(house: House) -> None:
    content = made(house)
    cells = [cell for sheet in opened(content) for row in sheet.iter_rows() for cell in row]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    hostile = [cell for cell in cells if str(cell.value).startswith(("=", "@")) and cell not in formulas]

    assert hostile
    assert {cell.data_type for cell in hostile} == {"s"}
    assert all(cell.quotePrefix for cell in hostile)
    assert not any(cell.hyperlink for cell in cells)
    assert all(re.fullmatch(r"=[A-Z]+\d+[-/][A-Z]+\d+", str(cell.value)) for cell in formulas)


def test_a_table_is_ready_to_be_filtered_pivoted_and_printed(house: House) -> None:
    figures, matrix, daily, definitions, about = opened(made(house)).worksheets

    assert (figures.freeze_panes, daily.freeze_panes) == ("D2", "C2")
    for sheet in (figures, daily, definitions):
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
    assert not about.tables
    for sheet in (figures, daily, definitions, about):
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.print_title_rows == "$1:$1"
    assert matrix._charts
    assert matrix.page_setup.fitToHeight is None  # one page, which tears no chart; others are as long as they are


def test_a_verdict_is_marked_by_its_word(house: House) -> None:
    sheet = opened(made(house)).worksheets[0]
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]

    assert {rule.formula[0].split("=")[1] for rule in rules} == {'"Plan met"', '"Plan missed"', '"Behind the pace"'}
    assert any(rule.dxf.numFmt and "!" in rule.dxf.numFmt.formatCode for rule in rules)


def test_definitions_name_the_conventions_in_force(house: House) -> None:
    rows = rows_of(made(house, specs=(FigureSpec("sl", "sl", None, "SL"),)), "Definitions")

    assert [row["Metric's key"].value for row in rows] == ["sl"]
    assert "abandons_in_threshold_ignored" in rows[0]["Definition"].value
    assert (rows[0]["Source tables"].value, rows[0]["Direction"].value) == ("calls", "the more, the better")


def test_about_says_of_when_and_by_which_clock(house: House) -> None:
    told = {row["Property"].value: row["Value"].value for row in rows_of(made(house), "About")}

    assert (told["First day"], told["Last day"]) == (datetime(2026, 6, 1), datetime(2026, 6, 4))
    assert told["Time zone"] == MOSCOW
    assert told["Made by"].startswith("Svodka ")


def test_a_workbook_without_figures_still_opens(house: House) -> None:
    assert [sheet.max_row for sheet in opened(made(house, specs=())).worksheets[:3]] == [1, 1, 1]


def test_what_no_cell_can_hold_is_replaced_and_nothing_is_taken_for_markup(tmp_path: Path) -> None:
    lines = {key: Line(key, name) for key, name in HOSTILE.items()}
    house = House(tmp_path, Centre(timezone=MOSCOW, lines=lines), now="2026-06-03 12:00")
    house.calls(*(answered("2026-06-01 10:00", line=key) for key in lines), complete_to="2026-06-03 12:00")
    specs = tuple(FigureSpec(key, "calls", key, "Calls") for key in lines)

    assert [row["Line"].value for row in rows_of(made(house, specs=specs), "Figures")] == [
        "a b c", "a\nb", "<r><bad</r> ", "half ?", "🏠 Inhouse", "😀" * 16_383 + "…"
    ]  # fmt: skip


HOSTILE = {
    "l1": "a\x07b\tc",
    "l2": "a\nb",
    "l3": "<r><bad</r>",
    "l4": "half \ud800",
    "l5": "🏠 Inhouse",
    "l6": "😀" * 20_000,
}


def test_a_text_of_any_length_fits_into_its_cell(house: House) -> None:
    calculator, period = house.calculator(), parse(SPAN, MOSCOW)
    plans = Plans(calculator)
    (figure,) = build(calculator, plans, SPECS[:1], period, EN)
    long: Figure = replace(figure, label="я" * 40_000)
    (row,) = rows_of(workbook(calculator, plans, [long], period, EN), "Figures")

    assert len(row["Figure"].value) == 32_767
    assert row["Figure"].value.endswith("…")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_reads_it(house: House, tmp_path: Path) -> None:
    (tmp_path / "digest.xlsx").write_bytes(made(house))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), "digest.xlsx"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
        check=True,
    )
    text = (tmp_path / "digest.csv").read_text("utf-8")

    assert done.returncode == 0
    assert "25%" in text
    assert "2026-06-03 12:00" in text
    assert "=cmd|" in text
