"""A ratio is divided once, after its parts were summed, and says so when there is nothing to divide by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from metrics.centre import Centre, Line, ServiceLevel
from tests.kit import MOSCOW, House, answered, lost

DAY = "2026-06-01"

ICMI = {
    "abandons_as_met": 83.02,
    "answered_only": 86.00,
    "abandons_as_missed": 81.13,
    "abandons_in_threshold_ignored": 82.69,
    "short_abandons_as_met": 82.08,
    "short_abandons_ignored": 81.90,
}


@pytest.mark.parametrize(("formula", "percent"), ICMI.items())
def test_six_formulas_on_one_row_of_numbers(tmp_path: Path, formula: str, percent: float) -> None:
    # A=1000 answered, of them Ai=860 within 30 s; B=60 lost, of them Bi=20 within 30 s and Bs=10 within 5 s.
    house = House(tmp_path, Centre(timezone=MOSCOW, service_level=ServiceLevel(formula)))
    at = f"{DAY} 10:00"
    house.calls(
        *[answered(at, wait=30)] * 860,
        *[answered(at, wait=31)] * 140,
        *[lost(at, wait=5)] * 10,
        *[lost(at, wait=30)] * 10,
        *[lost(at, wait=31)] * 40,
        complete_to="2026-06-30 00:00",
    )

    value = house.ask("sl", DAY).fact.value
    assert value is not None
    assert round(value, 2) == percent


def test_nothing_to_divide_by_is_no_data(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-05-01 10:00"), complete_to="2026-06-30 00:00")

    for metric in ("sl", "lcr", "asa", "aht"):
        fact = house.ask(metric, DAY).fact
        assert (fact.value, fact.denominator) == (None, 0)
        assert str(fact.missing) == "no data"
    assert house.ask("calls", DAY).fact.value == 0


def test_a_mean_over_lines_and_days_is_sum_over_sum(tmp_path: Path) -> None:
    centre = Centre(timezone=MOSCOW, lines={"service": Line("service", "Service", members=("inhouse", "akc"))})
    house = House(tmp_path, centre)
    # 56 contacts of 294 s and 13 of 208 s: 19168/69 = 277.8 s, not 251 s.
    house.calls(
        *[answered("2026-06-01 10:00", talk=294, line="inhouse")] * 56,
        *[answered("2026-06-02 10:00", talk=208, line="akc")] * 13,
        answered("2026-06-02 10:00", talk=9999, line="sales"),
        complete_to="2026-06-30 00:00",
    )

    fact = house.ask("aht", "2026-06-01..2026-06-02", line="service").fact
    assert (fact.numerator, fact.denominator) == (19168, 69)
    assert fact.value == pytest.approx(277.797, abs=0.001)


def test_speed_of_answer_counts_zero_waits_and_no_lost_calls(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered(f"{DAY} 10:00", wait=0),
        answered(f"{DAY} 10:01", wait=10),
        answered(f"{DAY} 10:02", wait=50),
        lost(f"{DAY} 10:03", wait=500),
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("asa", DAY).fact.value == 20
    assert house.ask("asa_median", DAY).fact.value == 10
    assert house.ask("asa_p90", DAY).fact.value == pytest.approx(42)  # 10 + 0.8 * (50 - 10)


def test_lost_calls_without_waits_make_some_formulas_impossible(tmp_path: Path) -> None:
    centre = Centre(timezone=MOSCOW)
    house = House(tmp_path, centre)
    house.calls(
        answered(f"{DAY} 10:00", wait=10),
        lost(f"{DAY} 10:01") | {"wait_s": None},
        complete_to="2026-06-30 00:00",
    )

    fact = house.ask("sl", DAY).fact
    assert fact.value is None
    assert "the lost calls have no waits" in str(fact.missing)
    assert "answered_only, abandons_as_missed" in str(fact.missing)

    house.centre = replace(centre, service_level=ServiceLevel("abandons_as_missed"))
    assert house.ask("sl", DAY).fact.value == 50


def test_missing_parts_of_handling_count_nothing_and_are_said(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered(f"{DAY} 10:00", talk=100, hold_s=None, wrap_s=None),
        answered(f"{DAY} 10:01", talk=100, hold_s=20.0, wrap_s=None),
        answered(f"{DAY} 10:02", talk=100, hold_s=20.0, wrap_s=60.0),
        answered(f"{DAY} 10:03") | {"talk_s": None},
        complete_to="2026-06-30 00:00",
    )

    fact = house.ask("aht", DAY).fact
    assert (fact.numerator, fact.denominator) == (400, 3)  # 100 + 120 + 180
    assert [str(remark) for remark in fact.remarks] == [
        "talk only: 1 call without hold and wrap-up",
        "without wrap-up: 1 call",
        "1 call without talk time left out",
    ]


def test_a_column_that_nobody_fills_makes_no_zero(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered(f"{DAY} 10:00"), complete_to="2026-06-30 00:00")

    assert str(house.ask("target_calls_in", DAY).fact.missing) == "cannot be computed: calls has no is_target"
    assert str(house.ask("transfers", DAY).fact.missing) == "cannot be computed: calls has no transferred_to"
    assert str(house.ask("leads", DAY).fact.missing) == "cannot be computed: there are no records in leads"
    assert house.ask("target_in", DAY).fact.value is None


def test_a_line_without_records_is_no_zero(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered(f"{DAY} 10:00", line="sales"), complete_to="2026-06-30 00:00")

    assert house.ask("calls", DAY, line="sales").fact.value == 1
    assert str(house.ask("calls", DAY, line="akc").fact.missing) == "no data: there are no such records of akc"


def test_time_before_the_records_is_no_zero(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-10 10:00"), complete_to="2026-06-30 00:00")

    assert house.ask("calls", "2026-05-01..2026-05-31").fact.value is None
    late = house.ask("calls", "2026-06-01..2026-06-15").fact
    assert late.value == 1
    assert "the records begin on" in str(late.remarks[0])


def test_flow_outs_are_in_no_denominator_unless_wanted(tmp_path: Path) -> None:
    centre = Centre(timezone=MOSCOW)
    house = House(tmp_path, centre)
    house.calls(
        answered(f"{DAY} 10:00"),
        answered(f"{DAY} 10:01"),
        answered(f"{DAY} 10:02"),
        lost(f"{DAY} 10:03"),
        lost(f"{DAY} 10:04") | {"outcome": "flow_out"},
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("lcr", DAY).fact.value == 25
    assert house.ask("sl", DAY).fact.value == 75
    assert house.ask("calls", DAY).fact.value == 5
    house.centre = replace(centre, service_level=ServiceLevel(flow_outs_as_missed=True))
    assert house.ask("sl", DAY).fact.value == 60


def test_a_line_has_its_own_threshold(tmp_path: Path) -> None:
    lines = {"akc": Line("akc", "AKC", threshold_s=20.0)}
    house = House(tmp_path, Centre(timezone=MOSCOW, lines=lines))
    house.calls(
        *(answered(f"{DAY} 10:00", wait=25, line=line) for line in ("akc", "inhouse")),
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("sl", DAY, line="akc").fact.value == 0
    assert house.ask("sl", DAY, line="inhouse").fact.value == 100
    assert house.ask("sl", DAY).fact.value == 50
