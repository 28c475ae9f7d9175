"""A print never says what the unrounded value does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from digests import numbers
from digests.figures import build
from digests.localizer import Localizer
from digests.model import FigureSpec
from metrics.answers import printed_share, share
from metrics.catalogue import Catalogue
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import House, answered, lost

RU, EN = Localizer("ru", "Europe/Moscow"), Localizer("en", "Europe/Moscow")
HALF = "2026-06-01..2026-06-15"
NB = "\N{NO-BREAK SPACE}"


def printed(metric: str, value: float, localizer: Localizer = RU) -> str:
    return numbers.value(localizer, Catalogue().get(metric), value)


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("calls", 22_900, f"22,9{NB}тыс."),
        ("calls", 5_952, f"6{NB}тыс."),  # no ,0
        ("calls", 950, "950"),
        ("calls", 999.6, f"1{NB}тыс."),  # rounds to a thousand
        ("calls", 22_950, f"23{NB}тыс."),  # half up, not to even
        ("calls", 22_850, f"22,9{NB}тыс."),  # half to even would give 22,8
        ("calls", 1_234_567, f"1,2{NB}млн"),
        ("aht", 294.5, f"295{NB}сек."),
        ("aht", 292.5, f"293{NB}сек."),  # half to even would give 292
        ("aht", 208.4999, f"208{NB}сек."),
        ("sl", 88.5, "89%"),
        ("sl", 86.5, "87%"),
        ("lcr", 1.45, "1,5%"),  # 1.45 is 1.4500000000000000 to a person
        ("lcr", 1.0, "1%"),
        ("lcr", 0.96, "1%"),
        ("reserves_m2", 912.345, f"912{NB}кв.{NB}м"),
    ],
)
def test_rounding_is_half_up_once(metric: str, value: float, text: str) -> None:
    assert printed(metric, value) == text


def test_english_prints_in_its_own_notation() -> None:
    assert printed("calls", 22_900, EN) == "22.9k"
    assert printed("lcr", 1.5, EN) == "1.5%"


@pytest.mark.parametrize(
    ("fact", "plan", "down", "half_up"),
    [
        (22_900, 28_400, 80, 81),  # 80.63 %
        (5_952, 7_445, 79, 80),  # 79.95 %: the plan is not at 80 %
        (99.99, 100, 99, 100),
        (100, 100, 100, 100),
        (0.29, 0.29, 100, 100),
        (7.35, 7.0, 105, 105),  # exactly 105, not 104.99999
    ],
)
def test_execution_is_truncated_unless_configured(fact: float, plan: float, down: int, half_up: int) -> None:
    execution = share(fact, plan)
    assert execution is not None
    assert printed_share(execution, "down") == down
    assert printed_share(execution, "half_up") == half_up


def figure_text(house: House, metric: str, *, plan: bool = True, localizer: Localizer = RU) -> str:
    calculator = house.calculator()
    spec = FigureSpec(metric, metric, None, metric, plan=plan)
    (figure,) = build(calculator, Plans(calculator), [spec], parse(HALF, "Europe/Moscow"), localizer)
    return figure.text.replace(NB, " ")


def test_a_missed_plan_is_not_printed_as_the_plan(tmp_path: Path) -> None:
    house = House(tmp_path)
    # 796 of 1000 within the threshold.
    house.calls(
        *[answered("2026-06-01 10:00", wait=10)] * 796,
        *[answered("2026-06-01 10:00", wait=40)] * 204,
        complete_to="2026-06-30 00:00",
    )
    house.plan("sl", "month", "2026-06-01", 80)
    assert figure_text(house, "sl") == "79,6% / 30 сек. при плане 80% / 30 сек."

    house.plan("sl", "month", "2026-06-01", 79.6)
    assert figure_text(house, "sl") == "80% / 30 сек. при плане 79,6% / 30 сек."


def test_one_more_decimal_only_where_it_is_needed(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00", talk=290.4), complete_to="2026-06-30 00:00")
    house.plan("aht", "month", "2026-06-01", 290)
    assert figure_text(house, "aht") == "290,4 сек. при плане 290 сек."

    house.plan("aht", "month", "2026-06-01", 280)
    assert figure_text(house, "aht") == "290 сек. при плане 280 сек."


def test_a_missing_plan_is_said_where_one_is_expected(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")

    assert figure_text(house, "aht") == "60 сек. (плана нет)"
    assert figure_text(house, "aht", plan=False) == "60 сек."


def test_no_data_is_said_and_is_no_zero(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-05-31 10:00"), complete_to="2026-06-30 00:00")

    assert figure_text(house, "sl") == "нет данных"
    assert figure_text(house, "calls", plan=False) == "0"
    assert figure_text(house, "leads") == "не рассчитывается: в таблице leads нет записей"


def test_all_called_back_is_printed_only_where_it_is_true(tmp_path: Path) -> None:
    house = House(tmp_path)
    missed = [lost("2026-06-01 10:00", client_id=client) for client in ("a", "b")]
    back = {"direction": "out", "outcome": "no_answer", "started_at": "2026-06-01 12:00"}
    house.calls(answered("2026-06-01 10:00"), *missed, {**back, "client_id": "a"}, complete_to="2026-06-30 00:00")
    spec = FigureSpec("lcr", "lcr", "sales", "lcr", remark="all_called_back")

    def text() -> str:
        calculator = house.calculator()
        (figure,) = build(calculator, Plans(calculator), [spec], parse(HALF, "Europe/Moscow"), RU)
        return figure.text

    assert text() == "66,7%"
    house.calls({**back, "client_id": "b"})
    assert text() == "66,7% (всем клиентам перезвонили)"


def test_a_period_in_progress_shows_the_plan_to_date_and_the_whole(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-06 00:00")
    house.calls(*[answered("2026-06-01 10:00")] * 40, complete_to="2026-06-06 00:00")
    house.plan("calls", "half_month", "2026-06-01", 150)

    assert figure_text(house, "calls") == "40 при плане на дату 50, на весь период 150"
