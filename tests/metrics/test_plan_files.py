"""Plan files: every way to write a period and a value, and a sentence for every mistake."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from metrics.model import Better, Count, Metric, Unit
from metrics.plans.cells import FileCell, parse_period, period_text, read_sheets
from metrics.plans.files import PlanCell, PlanErrors, PlanFile, PlanNames, read_plan
from warehouse.messages import UserError
from warehouse.plans import Plan

JUNE = date(2026, 6, 1)


def metric(key: str, unit: Unit = Unit.COUNT, *, spread: bool = True) -> Metric:
    return Metric(key, key, "", unit, Better.NEUTRAL, "calls", Count(), spread=spread)


METRICS = {
    each.key: each
    for each in (
        metric("calls"),
        metric("area", Unit.M2),
        metric("sl", Unit.PERCENT, spread=False),
        metric("aht", Unit.SECONDS, spread=False),
    )
}
LINES = {"inhouse": ("Inhouse",), "rent": ("Rent",), "0012": ("Night",)}


def read(path: Path, *existing: Plan) -> PlanFile:
    return read_plan(path, PlanNames(METRICS, LINES), existing=existing)


def csv(path: Path, *rows: str, header: str = "metric;line;period;value", encoding: str = "utf-8") -> Path:
    file = path / "plan.csv"
    file.write_bytes("\n".join([header, *rows]).encode(encoding))
    return file


def xlsx(path: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = ("metric", "line", "period", "value")) -> Path:
    """A workbook; a value (number, format) is a cell shown in that format."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if isinstance(value, tuple):
                cell.value, cell.number_format = value
            else:
                cell.value = value
    file = path / "plan.xlsx"
    book.save(file)
    return file


def problems(file: Path, *existing: Plan) -> list[str]:
    with pytest.raises(PlanErrors) as caught:
        read(file, *existing)
    return [str(error) for error in caught.value.errors]


def sentence(file: Path) -> str:
    with pytest.raises(UserError) as caught:
        read(file)
    return str(caught.value)


# Periods


@pytest.mark.parametrize(
    ("text", "granularity", "starts_on"),
    [
        ("2026-06", "month", JUNE),
        ("06.2026", "month", JUNE),
        ("июнь 2026", "month", JUNE),
        ("Июнь\u00a02026 г.", "month", JUNE),
        ("June 2026", "month", JUNE),
        ("2026-06-01..2026-06-30", "month", JUNE),
        ("2026-Q2", "quarter", date(2026, 4, 1)),
        ("2 квартал 2026", "quarter", date(2026, 4, 1)),
        ("II кв. 2026 года", "quarter", date(2026, 4, 1)),
        ("2-й квартал 2026 года", "quarter", date(2026, 4, 1)),
        ("01.04.2026-30.06.2026", "quarter", date(2026, 4, 1)),
        ("2026-06-H1", "half_month", JUNE),
        ("2026-02-h2", "half_month", date(2026, 2, 16)),
        ("2026-06-01..2026-06-15", "half_month", JUNE),
        ("2026-06-16 - 2026-06-30", "half_month", date(2026, 6, 16)),
        ("01.06.2026-15.06.2026", "half_month", JUNE),
        ("1.06.2026 – 15.06.2026", "half_month", JUNE),
        ("01.06.2026..15.06.2026", "half_month", JUNE),
        ("1-15 июня 2026", "half_month", JUNE),
        ("16–28 февраля 2026", "half_month", date(2026, 2, 16)),
        ("16 - 29 февраля 2024", "half_month", date(2024, 2, 16)),
        ("2026-06-05", "day", date(2026, 6, 5)),
        ("05.06.2026", "day", date(2026, 6, 5)),
        ("5 июня 2026", "day", date(2026, 6, 5)),
        ("2026-06-05..2026-06-05", "day", date(2026, 6, 5)),
    ],
)
def test_a_period_is_read_however_it_is_written(text: str, granularity: str, starts_on: date) -> None:
    assert parse_period(text) == (granularity, starts_on)
    assert parse_period(period_text(granularity, starts_on)) == (granularity, starts_on)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "июнь",
        "2026-13",
        "2026-6",
        "31.06.2026",
        "5 квартал 2026",
        "июнь 2206",
        "9999-12-31",
        "0000-01",
        "1-15 юня 2026",
        "0-15 июня 2026",
        "46174",
    ],
)
def test_a_period_that_cannot_be_read_says_what_can(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_period(text)
    assert str(caught.value) == (
        f'cannot read the period "{text}". Write 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05 or 2026-06-01..2026-06-15.'
    )


@pytest.mark.parametrize(
    "text", ["2026-06-01..2026-06-16", "2026-06-15..2026-06-01", "16-29 февраля 2026", "2-15 июня 2026"]
)
def test_a_range_that_is_no_period_of_plans_says_so(text: str) -> None:
    if text.startswith("16-29"):  # 2026 is no leap year
        with pytest.raises(UserError, match="cannot read"):
            parse_period(text)
        return
    with pytest.raises(UserError) as caught:
        parse_period(text)
    assert str(caught.value) == (
        f'"{text}" is not a day, a half month (1-15 or 16 to the end), a month or a quarter: plans are for these.'
    )


# Files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_csv_is_read_with_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = ["период;ПЛАН;Показатель;комментарий;Линия", "июнь 2026;28 400;calls;да;inhouse", ";;;;", "2026-06;80%;sl"]
    head, *body = (row.replace(";", delimiter) for row in rows)
    file = read(csv(tmp_path, *body, header=head, encoding=encoding))
    assert file == PlanFile(
        (
            PlanCell("calls", "inhouse", "month", JUNE, 28400.0, "B2"),
            PlanCell("sl", None, "month", JUNE, 80.0, "B4"),
        )
    )


def test_a_workbook_is_read_as_it_is_seen(tmp_path: Path) -> None:
    file = xlsx(
        tmp_path,
        ("SL", None, "2026-06", (0.8, "0%")),
        ("sl", "inhouse", "2026-06", (0.07, '0.0\\ %;[Red]-0.0"руб"%')),
        ("sl", "rent", "2026-06", (80, '0"%"')),
        ("sl", 12, "2026-06", 80),
        ("calls", "Inhouse", datetime(2026, 6, 5), (28400, "# ##0")),
        ("calls", "rent", (datetime(2026, 6, 1), "[$-419]mmmm\\ yyyy;@"), "28\u00a0400"),
        ("area", None, (datetime(2026, 6, 1), "dd.mm.yyyy"), 0.29),
        ("aht", None, "2026-06", 290.5),
    )
    known = {**LINES, "12": ("Twelve",)}
    rows = read_plan(file, PlanNames(METRICS, known)).rows
    assert [(row.metric, row.line, row.granularity, row.starts_on.day, row.value, row.cell) for row in rows] == [
        ("sl", None, "month", 1, 80.0, "D2"),
        ("sl", "inhouse", "month", 1, 7.0, "D3"),
        ("sl", "rent", "month", 1, 80.0, "D4"),
        ("sl", "12", "month", 1, 80.0, "D5"),
        ("calls", "inhouse", "day", 5, 28400.0, "D6"),
        ("calls", "rent", "month", 1, 28400.0, "D7"),
        ("area", None, "day", 1, 0.29, "D8"),
        ("aht", None, "month", 1, 290.5, "D9"),
    ]


def test_the_header_may_stand_under_a_title(tmp_path: Path) -> None:
    file = xlsx(
        tmp_path, (), ("Metric", "LINE", "Period", "Plan"), ("calls", None, "2026-06", 5), header=("Plans", "", "", "")
    )
    assert [row.cell for row in read(file).rows] == ["D4"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("28400", 28400),
        ("28 400", 28400),
        ("1 028 400", 1028400),
        ("28\u202f400", 28400),
        ("1 234,56", 1234.56),
        ("1234.567", 1234.57),
        ("0,125", 0.13),
        ("28.4", 28.4),
        ("0", 0),
    ],
)
def test_a_text_is_read_as_the_number_it_is(tmp_path: Path, text: str, value: float) -> None:
    (row,) = read(csv(tmp_path, f"area;;2026-06;{text}")).rows
    assert row.value == value


def test_a_value_between_two_steps_is_rounded_half_up_and_said_to_be(tmp_path: Path) -> None:
    file = read(csv(tmp_path, "calls;;2026-06;28 400,5", "area;;2026-06;0.125", "aht;;2026-06;290,55"))
    assert [row.value for row in file.rows] == [28401, 0.13, 290.55]
    assert [str(remark) for remark in file.notes] == [
        "D2: 28400.5 is rounded to 28401, as calls is planned in steps of 1.",
        "D3: 0.125 is rounded to 0.13, as area is planned in steps of 0.01.",
    ]


def test_the_noise_of_a_computed_cell_is_no_rounding(tmp_path: Path) -> None:
    file = read(xlsx(tmp_path, ("area", None, "2026-06", 0.1 + 0.2)))
    assert ([row.value for row in file.rows], file.notes) == ([0.3], ())


# Mistakes


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("cals", None, "2026-06", 5), 'A2: there is no metric "cals". There are: calls, area, sl, aht.'),
        (
            ("calls", "inhose", "2026-06", 5),
            'B2: there is no line "inhose". There are: inhouse, rent, 0012; an empty cell is the whole centre.',
        ),
        (
            ("calls", None, "soon", 5),
            'C2: cannot read the period "soon". Write 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05 or '
            "2026-06-01..2026-06-15.",
        ),
        (
            ("calls", None, "2026-06-01..2026-06-07", 5),
            'C2: "2026-06-01..2026-06-07" is not a day, a half month (1-15 or 16 to the end), a month or a quarter: '
            "plans are for these.",
        ),
        (("calls", None, "2026-06", -5), "D2: a plan cannot be negative: -5."),
        (("calls", None, "2026-06", "−5"), "D2: a plan cannot be negative: −5."),
        (("calls", None, "2026-06", None), "D2: there is no value. Write one, or remove the row."),
        (("calls", None, "2026-06", " "), "D2: there is no value. Write one, or remove the row."),
        (("calls", None, "2026-06", "80%"), "D2: 80% is a percentage, and calls is not measured in per cent."),
        (
            ("sl", None, "2026-06", "28,400"),
            'D2: "28,400" may be thousands or a fraction. Write 28400 or 28 400 for thousands, 28.4 for a fraction.',
        ),
    ],
)
def test_a_mistake_names_its_cell_in_either_kind_of_file(tmp_path: Path, row: tuple[Any, ...], problem: str) -> None:
    assert problems(xlsx(tmp_path, row)) == [problem]
    cells = ";".join("" if value is None else str(value) for value in row)
    assert problems(csv(tmp_path, cells)) == [problem]


@pytest.mark.parametrize(
    "given", ["двести", "inf", "1e5", "28 40", "2 8", "1,2,3", "12 %%", "−", "1" * 400, "#REF!", "=5"]
)
def test_whatever_else_is_no_number(tmp_path: Path, given: str) -> None:
    problem = f'D2: "{given}" is not a number. Write digits: 28400, 28 400,5 or 80%.'
    assert problems(csv(tmp_path, f"calls;;2026-06;{given}")) == [problem]


def test_cells_of_other_kinds_are_no_numbers(tmp_path: Path) -> None:
    file = xlsx(
        tmp_path,
        ("calls", None, "2026-06", True),
        ("calls", None, "2026-07", datetime(2026, 6, 1)),
        ("calls", None, "2026-08", "=D2*2"),
        ("calls", None, "2026-09", (0.8, "0%")),
        ("calls", None, datetime(2026, 6, 1, 12), 5),
    )
    assert problems(file) == [
        'D2: "True" is not a number. Write digits: 28400, 28 400,5 or 80%.',
        'D3: "2026-06-01" is not a number. Write digits: 28400, 28 400,5 or 80%.',
        "D4: the result of the formula is not in the file. Open it in Excel, save it, and try again.",
        "D5: 80% is a percentage, and calls is not measured in per cent.",
        'C6: cannot read the period "2026-06-01 12:00:00". Write 2026-06, 2026-06-H1, 2026-Q2, 2026-06-05 or '
        "2026-06-01..2026-06-15.",
    ]


def test_a_formula_is_what_it_came_to(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "plan.xlsx") as book:
        sheet = book.add_worksheet("Plan")
        for row, name in enumerate(("metric", "calls", "calls", "area", "aht")):
            sheet.write_row(row, 0, [name, None if row else "line", f"2026-0{row}" if row else "period"])
        sheet.write_string("D1", "value")
        sheet.write_formula("D2", "=2+3", None, 5)
        sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("D4", "=B9*2", None, "")
        sheet.write_formula("D5", '=IF(B9,5,"")', None, "-")
    assert problems(tmp_path / "plan.xlsx") == [
        'D3: "#DIV/0!" is not a number. Write digits: 28400, 28 400,5 or 80%.',
        "D4: the result of the formula is not in the file. Open it in Excel, save it, and try again.",
        "D5: there is no value. Write one, or remove the row.",
    ]
    assert raw_cell(tmp_path, "<f>1+1</f><v>2</v>").value == 2
    assert raw_cell(tmp_path, "<f>1+1</f><v/>").formula
    assert raw_cell(tmp_path, "<f>1+1</f>").formula
    assert raw_cell(tmp_path, "<f/><v></v>", 't="str"') == FileCell("B2")  # an empty text is a result too
    assert raw_cell(tmp_path, "<v>#N/A</v>", 't="e"').value == "#N/A"


def raw_cell(path: Path, content: str, attributes: str = "") -> FileCell:
    """The only cell of a workbook whose sheet says this, in another namespace than Excel's and without its place."""
    with xlsxwriter.Workbook(path / "whole.xlsx") as book:
        book.add_worksheet("1")
    space = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    row = f'<row r="2"><c r="A2"><v>1</v></c><c {attributes}>{content}</c></row>'
    with zipfile.ZipFile(path / "whole.xlsx") as whole, zipfile.ZipFile(path / "raw.xlsx", "w") as raw:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = f'<worksheet xmlns="{space}"><sheetData>{row}</sheetData></worksheet>'.encode()
            raw.writestr(name, part)
    ((_, (_, cell)),) = [sheet.rows for sheet in read_sheets(path / "raw.xlsx")]
    return cell


def test_a_workbook_is_known_by_its_bytes_whatever_it_is_called(tmp_path: Path) -> None:
    xlsx(tmp_path, ("sl", None, "2026-06", (0.8, "0%"))).rename(tmp_path / "plan.csv")
    assert [row.value for row in read(tmp_path / "plan.csv").rows] == [80]


def test_what_lies_far_from_the_table_costs_nothing_or_is_named(tmp_path: Path) -> None:
    file = xlsx(tmp_path, ("calls", None, "2026-06", 5))
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["XFD1048576"].number_format = "0%"
    book.save(file)
    assert [row.value for row in read(file).rows] == [5]
    book.worksheets[0]["XFD1048576"] = 1
    book.save(file)
    assert sentence(file) == ("The sheet Sheet of plan.xlsx reaches to XFD1048576: delete what is far from the table.")


def test_all_mistakes_are_told_and_counted(tmp_path: Path) -> None:
    file = csv(tmp_path, "cals;inhose;soon;двести", "calls;;2026-06;5")
    assert len(problems(file)) == 4
    first = 'A2: there is no metric "cals". There are: calls, area, sl, aht.'
    assert sentence(file) == f"{first} There are 3 more mistakes in the file."
    assert sentence(csv(tmp_path, "cals;inhose;2026-06;5")) == f"{first} There is 1 more mistake in the file."
    assert sentence(csv(tmp_path, "cals;;2026-06;5")) == first


def test_a_period_given_twice_names_both_cells(tmp_path: Path) -> None:
    rows = ["calls;;2026-06;5", "calls;rent;2026-06;5", "calls;;июнь 2026;5"]
    assert problems(csv(tmp_path, *rows)) == [
        "D4: the plan of calls, the whole centre for 2026-06 is already given in D2."
    ]


def test_plans_that_do_not_fit_name_the_row_that_is_too_much(tmp_path: Path) -> None:
    rows = ["calls;rent;2026-06;100", "calls;rent;2026-06-H1;150", "sl;rent;2026-06;80", "sl;rent;2026-06-H1;95"]
    assert problems(csv(tmp_path, *rows)) == [
        "D2: The plan of calls, rent for 2026-06 is 100, less than its parts (2026-06-H1), which make 150."
    ]


def test_plans_must_fit_those_loaded_before(tmp_path: Path) -> None:
    month = Plan("calls", "rent", "month", JUNE, 100)
    half = csv(tmp_path, "calls;rent;2026-06-H1;150")
    assert problems(half, month) == [
        "D2: The plan of calls, rent for 2026-06 is 100, less than its parts (2026-06-H1), which make 150."
    ]
    assert read(half, Plan("calls", None, "month", JUNE, 100), Plan("area", "rent", "month", JUNE, 1)).rows
    assert read(half, month, Plan("calls", "rent", "month", JUNE, 200, revision=2)).rows
    assert read(csv(tmp_path, "calls;rent;2026-06-H1;150", "calls;rent;2026-06;150"), month).rows


def test_an_old_misfit_is_no_mistake_of_a_new_file(tmp_path: Path) -> None:
    old = Plan("calls", None, "month", JUNE, 1), Plan("calls", None, "day", JUNE, 2)
    assert read(csv(tmp_path, "calls;;2026-07;5"), *old).rows


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (
            "metric;period;sum",
            "plan.csv has no header with the columns metric, line, period and value (or метрика, линия, период, "
            "значение). Missing: line, value.",
        ),
        ("metric;line;period;value;plan", "E1: a second column for value; the first is D1."),
        ("metric;line;period;value", "plan.csv has no plan in it: no row has a value."),
    ],
)
def test_a_table_that_is_none_says_what_is_missing(tmp_path: Path, header: str, problem: str) -> None:
    assert sentence(csv(tmp_path, header=header)) == problem


def test_a_value_that_lost_its_quotes_is_not_cut_at_the_comma(tmp_path: Path) -> None:
    file = csv(tmp_path, "calls,,2026-06,28,4", header="metric,line,period,value")
    assert sentence(file) == ("E2: the row has more cells than the header. Put a value with a comma in it into quotes.")


def test_a_file_of_another_kind_says_so(tmp_path: Path) -> None:
    (tmp_path / "plan.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    assert sentence(tmp_path / "plan.xls") == "plan.xls is neither XLSX nor CSV: save it as one of these."
    assert sentence(tmp_path / "none.csv") == "There is no file none.csv."
    damaged = "plan.xlsx cannot be opened as XLSX: is it damaged, or protected by a password?"
    (tmp_path / "plan.xlsx").write_bytes(b"\xd0\xcf\x11\xe0")
    assert sentence(tmp_path / "plan.xlsx") == damaged
    with zipfile.ZipFile(tmp_path / "plan.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    assert sentence(tmp_path / "plan.xlsx") == damaged
    (tmp_path / "plan.csv").write_bytes(b"\x98\xff")
    assert sentence(tmp_path / "plan.csv") == "plan.csv is neither in UTF-8 nor in Windows-1251: save it as UTF-8."
    assert sentence(csv(tmp_path, 'calls;"";2026-06;"5')) == "plan.csv cannot be read as CSV: a quote may be missing."


def test_a_byte_that_is_no_character_does_not_change_the_letters_of_others(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_bytes("metric,line,period,value\ncalls,Продаж".encode() + b"\xd0,2026-06,5\n")
    assert "Продаж\ufffd" in sentence(tmp_path / "plan.csv")


@pytest.mark.parametrize("word", ["NULL", "-", "n/a", "None"])
def test_a_written_out_null_is_an_empty_cell(tmp_path: Path, word: str) -> None:
    assert read(csv(tmp_path, f"sl;{word};2026-06;80")).rows[0].line is None
    assert problems(csv(tmp_path, f"sl;;2026-06;{word}")) == ["D2: there is no value. Write one, or remove the row."]
