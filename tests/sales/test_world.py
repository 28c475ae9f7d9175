"""Every figure of sales in the world that can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sales.world import JUNE, Sales, world


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = world()
    yield made
    made.records.close()


FIGURES = {
    "deals": (6, None),
    "deals_open": (3, None),
    "deals_stuck": (1, None),
    "deals_no_task": (2, None),
    "deals_no_answer": (0, None),
    "deals_not_booked": (1, None),
    "contracts": (2, None),
    "revenue": (150000, None),
    "contracts_cancelled": (0, None),
    "disposals": (2, None),
    "conversion_gross": (2, 6),
    "conversion": (1, 6),
    "visit_conversion": (2, 3),
    "first_touch": (36620, 4),
    "first_touch_work": (1220, 4),
    "first_touch_15m": (1, 5),
    "first_contact": (39180, 4),
    "time_to_consultation": (2 * 607200, 2),
    "time_to_contract": (2 * 1279740, 2),
    "time_to_disposal": (2 * 682500, 2),
    "no_answer_to_disposal": (280200, 1),
    "rebooking": (342000, 1),
    "touches": (15, None),
    "touches_to_contract": (6, 2),
    "touches_to_disposal": (5, 2),
    "calls_to_disposal": (4, 2),
    "sms_to_disposal": (1, 2),
    "touches_after_no_show": (2, 1),
    "touch_gap": (8 * 352951.25, 8),
    "touch_to_stage": (3110970, 19),
    "calls_per_client": (13, 6),
    "sms_per_client": (2, 6),
    "touches_no_answer": (2, 1),
    "talk_no_answer": (240, 1),
    "touch_reach": (5, 10),
    "deal_calls": (13, None),
    "deal_minutes": (19.75, None),
    "tasks_done": (10, None),
    "tasks_late": (3, 10),
    "tasks_overdue": (1, None),
    "tasks_per_manager": (10, 2),
    "task_window": (2 * 12300, 2),
    "task_window_done": (5 * 9300, 5),
    "bookings": (4, None),
    "bookings_moved": (1, None),
    "came": (3, None),
    "no_shows": (2, None),
    "no_show_rate": (2, 4),
    "bookings_per_contract": (3, 2),
    "signings_come_to": (1, None),
    "signings_missed": (0, None),
    "marketing_cost": (301666.67, None),
    "cost_per_target": (301666.67, 40),
}
"""What is counted, and over how many: a mean is a sum over cases, in seconds."""


@pytest.mark.parametrize("metric", FIGURES)
def test_every_figure_of_the_world(town: Sales, metric: str) -> None:
    fact = town.ask(metric).fact
    assert (fact.numerator, fact.denominator) == (pytest.approx(FIGURES[metric][0]), FIGURES[metric][1])


def test_medians_and_what_is_not_ripe(town: Sales) -> None:
    medians = ("first_touch_median", "first_contact_median", "touch_gap_median")
    assert [town.value(key) for key in medians] == [1800, 2490, 268200]
    assert town.ask("conversion_window").fact.missing is not None  # the oldest deal is two weeks old


def test_costs_by_origin_are_never_of_those_of_unknown_origin(town: Sales) -> None:
    costs = {"контекст": 130000, "соцсети": 45000, "партнёры": 66666.67, "unallocated": 60000}
    found = town.parts("marketing_cost", "origin")
    assert {key: found[key] for key in costs} == {key: pytest.approx(value) for key, value in costs.items()}
    per = town.parts("cost_per_target", "origin")
    assert per == {"контекст": 5000, "соцсети": 9000, "партнёры": None, "unallocated": None, None: None}


def test_people_of_the_world(town: Sales) -> None:
    assert town.parts("deal_calls", "owner") == {"a1": 8, "a2": 5, None: 0}
    assert town.parts("deal_minutes", "owner") == {"a1": 7.5, "a2": 12.25, None: 0}
    assert town.parts("tasks_done", "owner") == {"a1": 5, "a2": 5}
    assert town.parts("work_days", "owner") == {"a1": 6, "a2": 6}
    assert town.parts("task_window", "owner") == {"a1": 8400, "a2": 16200}
    assert town.parts("contracts", "owner") == {"a1": 1, "a2": 1, None: 0}


def test_status_on_a_day(town: Sales) -> None:
    """d3 was reopened in the morning, and d6 not yet signed."""
    on = town.parts("deals_open", "city", "stage", period="2026-06-08")
    assert on == {
        ("Лужки", "booked"): 1,
        ("Лужки", "came"): 1,
        ("Лужки", "no_answer"): 1,
        ("Заречье", "booked"): 1,
        ("Заречье", "came"): 1,
        ("Заречье", "not_booked"): 1,
    }


def test_touches_are_of_one_deal(town: Sales) -> None:
    """The call before d2 made it, the one on c1 alone was of d1, and that of the 13th is of none."""
    assert town.parts("touches", "city", period=JUNE) == {"Лужки": 9, "Заречье": 5, None: 1}
