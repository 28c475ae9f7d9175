"""The calendar of people: half-hours, hours of several days, every weekend, and days of the week by hours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from digests.answers.evaluate import evaluate
from digests.request import Request
from metrics.answers import Question, ask
from metrics.centre import Centre
from metrics.clock import condition_on
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.digests.replying import answer, figure, view, when
from tests.kit import MOSCOW, House, answered
from warehouse.messages import UserError

CALLS = (
    "2026-06-01 10:10",  # Monday
    "2026-06-01 10:40",
    "2026-06-01 11:05",
    "2026-06-06 10:15",  # Saturday
    "2026-06-06 10:45",
    "2026-06-07 23:30",  # Sunday
    "2026-06-08 00:30",  # Monday
    "2026-06-08 10:59",
    "2026-06-09 12:00",  # Tuesday
)
JUNE = when("2026-06-01..2026-06-14")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("calendar"), Centre(timezone=MOSCOW, min_cases=1), now="2026-06-15 12:00")
    made.calls(*map(answered, CALLS), complete_to="2026-06-15 12:00")
    return made


def counted(house: House, *filters: tuple[str, str]) -> float | None:
    return evaluated(house, figure("calls", JUNE, filters=filters)).fact.value


def evaluated(house: House, request: Request) -> Any:
    return evaluate(view(house), request).results[-1].figure.answer


@pytest.mark.parametrize(
    ("hours", "calls"),
    [("10:00-11:00", 5), ("10:30-11:00", 3), ("10:00-24:00", 8), ("22:00-06:00", 2), ("00:00-00:30", 0)],
)
def test_hours_of_several_days_are_counted_on_each_of_them(house: House, hours: str, calls: int) -> None:
    assert counted(house, ("clock", hours)) == calls


@pytest.mark.parametrize(("days", "calls"), [("weekend", 3), ("weekdays", 6), ("monday", 5), ("sunday", 1)])
def test_days_of_the_week_are_counted_whenever_they_come(house: House, days: str, calls: int) -> None:
    assert counted(house, ("weekday", days)) == calls


def test_hours_of_weekends_meet_both(house: House) -> None:
    assert counted(house, ("weekday", "weekend"), ("clock", "10:00-11:00")) == 2
    # The night from Sunday to Monday is Sunday's until midnight.
    assert counted(house, ("weekday", "sunday"), ("clock", "22:00-06:00")) == 1


def test_half_hours_cut_a_day(house: House) -> None:
    found = evaluated(house, figure("calls", when("2026-06-01"), by="half-hour"))
    assert [point.fact.value for point in found.points][19:24] == [0, 1, 1, 1, 0]  # from 09:30 on
    told = answer(house, figure("calls", when("2026-06-01"), by="half-hour"))
    assert "10:30: 1" in told


def test_half_hours_of_several_days_are_refused_with_what_to_ask(house: House) -> None:
    with pytest.raises(UserError, match="name the day, or ask by hour"):
        answer(house, figure("calls", JUNE, by="half-hour"))


def test_days_of_the_week_by_hours_are_means_of_all_such_days(house: House) -> None:
    found = evaluated(house, figure("calls", JUNE, by="weekday-hour"))
    at = {point.values: point.fact.value for point in found.points}
    # Two Mondays: three calls at ten o'clock, one at eleven, one past midnight.
    assert (at["0", "10:00"], at["0", "11:00"], at["0", "00:00"]) == (1.5, 0.5, 0.5)
    assert at["5", "10:00"] == 1.0
    told = answer(house, figure("calls", JUNE, by="weekday-hour"))
    assert "the most: Monday, 10:00" in told


def test_only_days_that_are_over_are_in_the_mean(house: House) -> None:
    found = evaluated(house, figure("calls", when("2026-06-01..2026-06-30"), by="weekday-hour"))
    # The third Monday goes on.
    assert {point.values: point.fact.value for point in found.points}["0", "10:00"] == 1.5


def test_the_clock_is_that_on_the_wall_on_both_sides_of_a_change(tmp_path: Path) -> None:
    berlin = House(tmp_path, Centre(timezone="Europe/Berlin"), now="2026-04-07 00:00")
    berlin.calls(answered("2026-03-28 10:30"), answered("2026-03-30 10:30"), complete_to="2026-04-07 00:00")
    calculator = berlin.calculator()
    period = parse("2026-03-27..2026-03-31", "Europe/Berlin")
    ten, monday = condition_on("clock", ("10:00-11:00",)), condition_on("weekday", ("monday",))
    found = ask(
        calculator,
        Plans(calculator),
        [Question("calls", period, None, (), filters, planned=False) for filters in ((ten,), (ten, monday))],
    )
    assert [each.fact.value for each in found] == [2, 1]


def test_time_that_lasts_is_of_the_hours_it_lies_in_and_not_of_the_one_it_began_in(tmp_path: Path) -> None:
    made = House(tmp_path, Centre(timezone=MOSCOW), now="2026-06-15 12:00")
    statuses = [
        ("2026-06-01 09:30", "2026-06-01 10:30", "handling"),
        ("2026-06-01 10:30", "2026-06-01 11:00", "ready"),
        ("2026-06-02 10:00", "2026-06-02 10:30", "ready"),
    ]
    made.put(
        "activities",
        [
            {"agent_id": "a1", "started_at": start, "ended_at": end, "status": kind, "category": kind, "line": "sales"}
            for start, end, kind in statuses
        ],
        complete_to="2026-06-15 12:00",
    )
    found = evaluated(made, figure("occupancy", when("2026-06-01..2026-06-02"), by="hour"))
    # At nine half an hour of handling and nothing else; at ten one of handling, and two of being ready.
    assert {point.segment: round(point.fact.value, 1) for point in found.points} == {"09:00": 100.0, "10:00": 33.3}
    with pytest.raises(UserError, match="not narrowed by the clock"):
        answer(made, figure("occupancy", when("2026-06-01..2026-06-02"), filters=(("clock", "10:00-11:00"),)))


@pytest.mark.parametrize("hours", ["10-12", "25:00-26:00", "10:00-10:00", "24:30-25:00"])
def test_hours_that_there_are_not_are_refused(hours: str) -> None:
    with pytest.raises(UserError, match="not understood"):
        condition_on("clock", (hours,))


def test_a_day_of_the_week_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(UserError, match="There are: monday"):
        condition_on("weekday", ("someday",))
