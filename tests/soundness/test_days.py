"""A call belongs to the local day and the period in which it entered the queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metrics.aggregate import build
from metrics.centre import Centre, ServiceLevel
from tests.kit import House, answered, lost
from warehouse.readings import readings
from warehouse.records import LakeRecords

JUNE_1 = "2026-06-01"


def counts(house: House, period: str, by: str = "day") -> list[float | None]:
    return [point.fact.value for point in house.ask("calls", period, by=by).points]


def test_a_moscow_day_begins_at_moscow_midnight(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered("2026-05-31 23:59:59"),  # 20:59:59 UTC of 31 May
        answered("2026-06-01 00:00:00"),  # 21:00:00 UTC of 31 May
        answered("2026-06-01 23:59:59"),
        answered("2026-06-02 00:00:00"),
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("calls", JUNE_1).fact.value == 2
    assert counts(house, "2026-05-31..2026-06-02") == [1, 2, 1]


def test_a_day_of_23_hours_has_23_hours(tmp_path: Path) -> None:
    house = House(tmp_path, Centre(timezone="Europe/Berlin"), now="2026-07-01 00:00")
    house.calls(
        *(answered(f"2026-03-29 {hour:02}:30") for hour in range(24) if hour != 2),  # 02:30 does not exist
        answered("2026-03-28 23:30"),
        answered("2026-03-30 00:00"),
        complete_to="2026-06-30 00:00",
    )

    answer = house.ask("calls", "2026-03-29", by="hour")

    assert answer.fact.value == 23
    assert [point.fact.value for point in answer.points] == [1] * 23
    assert counts(house, "2026-03-28..2026-03-30") == [1, 23, 1]


def test_a_day_of_25_hours_has_25_hours(tmp_path: Path) -> None:
    house = House(tmp_path, Centre(timezone="Europe/Berlin"), now="2026-12-01 00:00")
    repeated_hour = answered("2026-10-25 02:30"), answered("2026-10-25 02:30")
    house.calls(*repeated_hour, answered("2026-10-25 23:59:59"), complete_to="2026-11-01 00:00")
    house.put("calls", [answered("2026-10-25 03:30")])  # 02:30 UTC

    answer = house.ask("calls", "2026-10-25", by="hour")

    assert answer.fact.value == 4
    assert len(answer.points) == 25
    assert [i for i, point in enumerate(answer.points) if point.fact.value] == [2, 4, 24]


def test_a_call_across_midnight_counts_whole_on_the_day_it_entered(tmp_path: Path) -> None:
    house = House(tmp_path)
    # Waits 20 s and talks 300 s into the next day and the next period.
    house.calls(answered("2026-06-15 23:59:50", wait=20, talk=300, wrap_s=30.0), complete_to="2026-06-30 00:00")

    first, second = "2026-06-01..2026-06-15", "2026-06-16..2026-06-30"
    assert house.ask("aht", first).fact.value == 330
    assert house.ask("calls", second).fact.value == 0
    assert house.ask("aht", second).fact.value is None


def test_hours_of_the_day_are_local_on_both_sides_of_a_clock_change(tmp_path: Path) -> None:
    house = House(tmp_path, Centre(timezone="Europe/Berlin"), now="2026-04-06 00:00")
    house.calls(
        *(answered(f"2026-03-{day} 09:15") for day in range(22, 32)),
        complete_to="2026-04-05 00:00",
    )
    house.plan("calls", "month", "2026-04-01", 300)

    # The whole history lies between nine and ten, before and after the change: so does the plan of a day.
    whole = house.ask("calls", "2026-04-01")
    hours = house.ask("calls", "2026-04-01", by="hour")
    planned = [point.plan for point in hours.points]

    assert whole.plan is not None
    assert planned[9] == whole.plan
    assert sum(value or 0 for value in planned) == whole.plan


def test_a_whole_asked_with_its_days_is_divided_once_and_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    in_time = [answered(f"2026-06-01 10:0{n}", wait=10) for n in range(3)]
    too_late = [answered(f"2026-06-02 10:0{n}", wait=60) for n in range(2)]
    house.calls(*in_time, *too_late, lost("2026-06-01 11:00", wait=5, client_id="a"), complete_to="2026-06-05 00:00")
    house.calls(lost("2026-06-02 11:00", wait=5, client_id="a"), complete_to="2026-06-05 00:00")
    asked: list[str] = []
    rows = LakeRecords.rows

    def counted(records: LakeRecords, statement: Any, *moments: Any) -> Any:
        asked.extend(readings(statement))
        return rows(records, statement, *moments)

    monkeypatch.setattr(LakeRecords, "rows", counted)

    def of_both_days(metric: str) -> tuple[float | None, int]:
        asked.clear()
        return house.ask(metric, "2026-06-01..2026-06-02", by="day").fact.value, asked.count("calls")

    # The days have 3 of 3 and 0 of 2: their mean would be 50 %.
    assert of_both_days("sl") == (60, 1)
    assert of_both_days("calls") == (7, 1)
    # Neither medians nor clients add up: 10 and 60 s, and a client who was lost on both days.
    assert of_both_days("asa_median") == (10, 2)
    clients = house.ask("lcr_clients", "2026-06-01..2026-06-02", by="day")
    assert clients.fact.denominator == 1
    assert [point.fact.denominator for point in clients.points] == [1, 1]


def test_the_statement_of_one_day_is_the_statement_of_the_next(tmp_path: Path) -> None:
    """And of no other convention: a threshold is written into it, a day is not."""
    calls = [answered("2026-06-01 10:00", wait=10), *(answered(f"2026-06-02 10:0{n}", wait=25) for n in range(2))]

    def asked(name: str, threshold_s: float) -> list[float | None]:
        house = House(tmp_path / name, Centre(service_level=ServiceLevel(threshold_s=threshold_s)))
        house.calls(*calls, complete_to="2026-06-05 00:00")
        return [house.ask("sl", day).fact.value for day in (JUNE_1, "2026-06-02", JUNE_1)]

    before = build.cache_info()
    assert asked("patient", 30) == [100, 100, 100]
    assert build.cache_info().misses - before.misses <= 1
    assert asked("hasty", 20) == [100, 0, 100]
