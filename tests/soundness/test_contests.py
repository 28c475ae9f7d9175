"""A contest's totals are the metric's figure, to the last one, whoever they are of."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from metrics.contests.rules import Adjustment, ContestRules, matching
from metrics.contests.standing import rank, tally
from metrics.facts import Query
from metrics.people import people_of
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered

JUNE = parse("2026-06", MOSCOW)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Reservations of 30 agents (and of nobody) around June, three of them without a team, made by a fixed die."""
    die = random.Random(6)
    house = House(tmp_path_factory.mktemp("house"))
    agents = [f"a{n}" for n in range(30)]
    house.put(
        "agents", [{"agent_id": a, "name": a, "team": f"t{n % 4}" if n > 2 else None} for n, a in enumerate(agents)]
    )
    house.put(
        "reservations",
        [
            {
                "reservation_id": str(n),
                "reserved_at": (datetime(2026, 5, 28) + timedelta(minutes=die.randrange(60 * 24 * 36))).isoformat(),
                "agent_id": die.choice([*agents, None]),
                "area_m2": die.choice([None, round(die.uniform(25, 110), 2)]),
                "in_call": die.choice([True, False, None]),
                "city": die.choice(["Москва", "Тула"]),
            }
            for n in range(2000)
        ],
        complete_to="2026-07-05 00:00",
    )
    return house


@pytest.mark.parametrize("metric", ["reserves_in_call", "reserves", "reserves_m2"])
@pytest.mark.parametrize("teams", [False, True])
@pytest.mark.parametrize("until", ["2026-06-01T00:00", "2026-06-15T11:37", "2026-07-01T00:00"])
@pytest.mark.parametrize("filters", [{}, {"city": ("Тула",)}])
def test_standings_add_up_to_the_metrics_figure_and_the_adjustments(
    house: House, metric: str, teams: bool, until: str, filters: dict[str, tuple[str, ...]]
) -> None:
    house.now = house.utc(until)
    calculator = house.calculator()
    measured = calculator.catalogue.get(metric)
    which = ContestRules(measured, JUNE, matching(filters), teams=teams)
    adjusted = [
        Adjustment(1, "t1" if teams else "a5", Decimal("2.5"), "x", "y", house.now),
        Adjustment(2, "t2" if teams else "a6", Decimal(-4), "x", "y", house.now),
    ]
    done = tally(calculator, which, house.now)
    standing = rank(which, house.now, done, people_of(calculator.records), adjusted, ("a7", "t3"))

    (facts,) = calculator.compute([Query(measured, JUNE, None, (), matching(filters))])
    assert facts.total.value is not None
    ranked = sum(placed.total for placed in standing.places) + sum(standing.outside.values())
    assert float(ranked) == pytest.approx(facts.total.value - 1.5, abs=0.001)
    assert metric == "reserves_m2" or ranked == Decimal(int(facts.total.value)) - Decimal("1.5")


def test_a_total_is_reached_by_the_last_event_that_counts_up_to_the_moment(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-15 12:00")
    moments = ["05-31T23:59", "06-01T00:00", "06-14T10:00", "06-15T11:59", "06-15T12:01"]
    house.put(
        "reservations",
        [
            *(
                {"reservation_id": at, "reserved_at": f"2026-{at}", "agent_id": "ann", "in_call": True}
                for at in moments
            ),
            # What is not made during a call does not count, nor does it move the moment.
            {"reservation_id": "x", "reserved_at": "2026-06-15T11:59:30", "agent_id": "ann", "in_call": False},
            {"reservation_id": "y", "reserved_at": "2026-06-10T10:00", "agent_id": "bob", "in_call": False},
        ],
    )
    calculator = house.calculator()
    done = tally(calculator, ContestRules(calculator.catalogue.get("reserves_in_call"), JUNE), house.now)

    assert {key: (each.total, each.reached) for key, each in done.items()} == {
        "ann": (3, house.utc("2026-06-15 11:59"))
    }


def test_calls_count_by_the_agent_who_answered_on_the_lines_that_take_part(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        *[answered("2026-06-02 10:00", line="sales", agent_id="ann")] * 3,
        *[answered("2026-06-02 10:00", line="service", agent_id="ann")] * 5,
        answered("2026-06-02 10:00", line="sales", agent_id="bob"),
        complete_to="2026-07-01 00:00",
    )
    calculator = house.calculator()
    which = ContestRules(calculator.catalogue.get("calls"), JUNE, matching({"line": ("sales",)}))

    assert {key: each.total for key, each in tally(calculator, which, house.now).items()} == {"ann": 3, "bob": 1}
