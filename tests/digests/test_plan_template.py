"""The plan's template: in words, with the last facts beside the empty cell, and read back as it was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from digests.localizer import Localizer
from digests.workbook.plan_template import plan_template
from metrics.centre import Centre, Line
from metrics.plans.files import PlanFile, PlanNames, read_plan
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost
from warehouse.messages import UserError
from warehouse.plans import PlanKey

CALLS = "Объём входящих звонков"
KEYS: list[PlanKey] = [
    ("calls", "sales", "half_month", date(2026, 6, 16)),
    ("lcr", None, "month", date(2026, 7, 1)),
    ("calls", "sales", "day", date(2026, 6, 18)),
    ("calls", "night", "quarter", date(2026, 7, 1)),
]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two calls in each half of May, one of the four lost, and two until 15 June; complete to the end of the 17th."""
    lines = {"sales": Line("sales", "Продажи"), "night": Line("night", "=Ночь")}
    house = House(tmp_path, Centre(timezone=MOSCOW, lines=lines), now="2026-06-18 09:00")
    house.calls(
        *(answered(f"2026-05-{day} 10:00") for day in (11, 12)),
        answered("2026-05-20 10:00"),
        lost("2026-05-21 10:00"),
        *(answered(f"2026-06-{day} 10:00") for day in ("02", "15")),
        complete_to="2026-06-18 00:00",
    )
    return house


def template(house: House, language: str = "ru") -> bytes:
    calculator = house.calculator()
    return plan_template(calculator, Plans(calculator), KEYS, Localizer(language, MOSCOW, house.now.date()))


def read(house: House, path: Path, language: str = "ru") -> PlanFile:
    return read_plan(path, PlanNames.of(house.calculator(), Localizer(language, MOSCOW)))


def sheets(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content)).worksheets


def test_a_row_says_in_words_what_is_planned_and_what_was(house: House) -> None:
    plan, known = sheets(template(house))
    assert [[cell.value for cell in row] for row in plan] == [
        ["метрика", "линия", "период", "значение", "единица", "за 3 периода до", "за 2 периода до", "за 1 период до"],
        # Half months: two calls were in each half.
        [CALLS, "Продажи", "16–30 июня 2026", None, "штуки", 2, 2, 2],
        # One of May's four was lost; June is not over.
        ["% сорвавшихся звонков (LCR)", "весь центр", "июль 2026", None, "проценты, 0-100", None, 25, None],
        [CALLS, "Продажи", "18 июня 2026", None, "штуки", 1, 0, 0],
        [CALLS, "=Ночь", "2026-Q3", None, "штуки", None, None, None],
    ]
    assert (CALLS, "calls", "штуки") in list(known.iter_rows(values_only=True))
    assert plan["B5"].data_type == "s"  # a name is never a formula


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_filled_in_is_read_back(house: House, tmp_path: Path, language: str) -> None:
    path = tmp_path / "plan.xlsx"
    book = openpyxl.load_workbook(BytesIO(template(house, language)))
    for cell, value in {"D2": 28400, "D3": 0.05, "D5": "1 290"}.items():
        book.worksheets[0][cell] = value
    book.worksheets[0]["D3"].number_format = "0%"  # as Excel does when 5% is typed into a cell without a format
    book.save(path)

    plan = read(house, path, language)

    assert [(row.key, row.value) for row in plan.rows] == [(KEYS[0], 28400), (KEYS[1], 5), (KEYS[3], 1290)]
    assert plan.empty == 1


def test_a_template_left_untouched_has_no_plan(house: House, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(template(house))
    with pytest.raises(UserError, match=r"t\.xlsx has no plan in it: no row has a value"):
        read(house, path)


def test_the_spreadsheet_refuses_what_is_no_plan(house: House) -> None:
    plan, _ = sheets(template(house))
    rules = {
        str(rule.sqref): (rule.formula1, rule.formula2, rule.error) for rule in plan.data_validations.dataValidation
    }
    assert rules["D3"] == ("0", "100", "Число от 0 до 100.")
    assert rules["D2"][0] == "0"
    assert rules["D2"][2] == "Число, не меньше 0."


def test_two_metrics_of_one_title_are_told_apart_by_their_units_or_keys(house: House) -> None:
    known = {metric.key: metric for metric in house.calculator().catalogue}
    calls, area = known["calls"], replace(known["reserves_m2"], title=known["calls"].title)
    metrics = {"calls": calls, "twin": calls, "area": area, "sl": known["sl"]}
    names = PlanNames(metrics, {"a": ("Night",), "b": ("Night",)})
    words = [names.metric_words(key) for key in metrics]
    assert words == ["calls", "twin", "Inbound calls, square metres", "Service level"]
    assert [names.metric(each) for each in words] == list(metrics)
    assert names.line_words("b") == "b"
