"""A distance is shared out over its parts exactly: what the parts gave sums to the whole."""

from __future__ import annotations

from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.answers import Answer, BreakdownPart, Question, ask
from metrics.catalogue import Catalogue
from metrics.facts import Fact
from metrics.periods import parse
from metrics.plans.plans import Planned, Plans
from metrics.why import Why, against_period, against_plan, worst_first
from tests.kit import MOSCOW, House, answered, lost

CATALOGUE = Catalogue()
RECKONER: Any = SimpleNamespace(catalogue=CATALOGUE)
DAY = parse("2026-06-01", MOSCOW)
AGENTS = st.sampled_from([f"a{n}" for n in range(12)] + [None])
PARTS = st.dictionaries(AGENTS, st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(sorted), min_size=1)


def ratio(parts: dict[str | None, list[int]], plan: float | None = None) -> Answer:
    """A service level by agent: calls in time and calls of each."""
    facts = {agent: Fact(100 * n / d if d else None, n, d) for agent, (n, d) in parts.items()}
    n, d = (sum(each[i] for each in parts.values()) for i in (0, 1))
    return answer("sl", Fact(100 * n / d if d else None, n, d), facts, plan)


def volume(parts: dict[str | None, int]) -> Answer:
    facts = {agent: Fact(n, n, None) for agent, n in parts.items()}
    whole = sum(parts.values())
    return answer("calls", Fact(whole, whole, None), facts, None)


def answer(metric: str, whole: Fact, parts: dict[str | None, Fact], plan: float | None) -> Answer:
    points = tuple(BreakdownPart(None, (agent,), fact, None) for agent, fact in parts.items())
    question = Question(metric, DAY, by=("agent",))
    return Answer(question, CATALOGUE.get(metric), DAY, whole, DAY.end, Planned(plan, plan), points)


@given(PARTS.filter(lambda parts: any(d for _, d in parts.values())), st.floats(0, 100))
def test_a_ratio_sums_to_its_distance_from_plan(parts: dict[str | None, list[int]], plan: float) -> None:
    why = against_plan(RECKONER, ratio(parts, plan))

    assert isinstance(why, Why)
    assert fsum(part.value for part in why.parts) == pytest.approx(why.fact - plan, abs=1e-9)


@given(*[PARTS.filter(lambda parts: any(d for _, d in parts.values()))] * 2)
def test_a_ratio_sums_to_its_distance_from_another_period(now: Any, then: Any) -> None:
    why = against_period(RECKONER, ratio(now), ratio(then))

    assert isinstance(why, Why)
    assert fsum(part.value for part in why.parts) == pytest.approx(why.difference, abs=1e-9)


@given(*[st.dictionaries(AGENTS, st.integers(0, 10**6), min_size=1)] * 2)
def test_a_volume_sums_to_its_distance_with_those_known_in_one_period_only(now: Any, then: Any) -> None:
    why = against_period(RECKONER, volume(now), volume(then))

    assert isinstance(why, Why)
    assert fsum(part.value for part in why.parts) == why.difference == sum(now.values()) - sum(then.values())
    gone = {part.segment: part.value for part in why.parts if part.segment in set(then) - set(now)}
    assert gone == {agent: -then[agent] for agent in set(then) - set(now) if then[agent]}


def taken_apart(house: House, metric: str, day: str, by: str, then: str | None = None, line: str | None = None) -> Any:
    calculator = house.calculator()
    plans = Plans(calculator)
    asked = [Question(metric, parse(each, MOSCOW), line, (by,) if by else ()) for each in (day, then) if each]
    found = ask(calculator, plans, asked)
    return against_period(calculator, *found) if then else against_plan(calculator, *found)


def test_two_hours_by_hand(tmp_path: Path) -> None:
    house = House(tmp_path)
    # 10:00: 4 of 4 in time; 11:00: 1 of 4. 5 of 8 is 62.5 % against 80 %: -17.5 = (4-3.2)/8 + (1-3.2)/8 = 10 - 27.5.
    house.calls(
        *[answered("2026-06-01 10:00", wait=10)] * 4,
        answered("2026-06-01 11:00", wait=10),
        *[answered("2026-06-01 11:30", wait=90)] * 3,
        complete_to="2026-06-30 00:00",
    )
    house.plan("sl", "month", "2026-06-01", 80)

    why = taken_apart(house, "sl", "2026-06-01", "hour")
    assert why.difference == pytest.approx(-17.5)
    found = [(part.start, round(part.value, 9), part.fact) for part in worst_first(CATALOGUE.get("sl"), why)]
    assert found == [(house.utc("2026-06-01 11:00"), -27.5, 25), (house.utc("2026-06-01 10:00"), 10, 100)]


def test_hours_of_several_days_are_hours_of_the_day(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered("2026-06-01 10:00"),
        answered("2026-06-02 10:10"),
        answered("2026-05-25 10:00"),
        answered("2026-05-26 12:00"),
        complete_to="2026-06-30 00:00",
    )

    why = taken_apart(house, "calls", "2026-06-01..2026-06-02", "hour", "2026-05-25..2026-05-26")
    found = [(part.start, part.value, part.fact, part.reference) for part in why.parts]
    # At 12:00 there is nothing now: it gives what it had less.
    assert sorted(found) == [
        (house.utc("2026-06-01 10:00"), 1, 2, 1),
        (house.utc("2026-06-01 12:00"), -1, 0, 1),
    ]


def test_a_plan_by_day_sums_to_the_plan(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(*[answered("2026-06-01 10:00")] * 5, answered("2026-06-02 10:00"), complete_to="2026-06-30 00:00")
    house.plan("calls", "half_month", "2026-06-01", 30)

    why = taken_apart(house, "calls", "2026-06-01..2026-06-15", "day")
    # Without a history the plan is 2 a day.
    assert [part.value for part in why.parts][:3] == [3, -1, -2]
    assert fsum(part.value for part in why.parts) == why.difference == 6 - 30


def test_lines_whose_plans_are_not_the_centres_are_not_taken_for_its_parts(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(*(answered("2026-06-01 10:00", line=line) for line in ("sales", "akc")), complete_to="2026-06-30 00:00")
    house.plan("calls", "half_month", "2026-06-01", 30)
    house.plan("calls", "half_month", "2026-06-01", 15, line="sales")
    assert "the plan is not divided" in str(taken_apart(house, "calls", "2026-06-01..2026-06-15", "line").id)

    house.plan("calls", "half_month", "2026-06-01", 10, line="akc")
    assert "do not add up" in str(taken_apart(house, "calls", "2026-06-01..2026-06-15", "line").id)


@pytest.mark.parametrize("metric", ["asa_median", "transfers", "lcr_clients"])
def test_what_is_no_sum_is_not_taken_apart(tmp_path: Path, metric: str) -> None:
    house = House(tmp_path)
    for day in ("2026-06-01", "2026-06-02"):
        house.calls(
            answered(f"{day} 10:00", client_id="1", transferred_to="akc"),
            lost(f"{day} 11:00", client_id="1"),
            complete_to="2026-06-30 00:00",
        )

    found = taken_apart(house, metric, "2026-06-02", "hour", "2026-06-01")
    assert not isinstance(found, Why)
