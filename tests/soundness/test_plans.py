"""A plan covers what the fact covers, sums exactly, never drifts, and is never 0 where there is none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from digests.figures import build
from digests.localizer import Localizer
from digests.model import FigureSpec, specs_for
from metrics.answers import Question, Verdict, ask
from metrics.centre import Centre
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered
from warehouse.messages import UserError

HALF = "2026-06-01..2026-06-15"


def weeks_of_calls(first: str, weeks: int, shape: tuple[int, ...]) -> list[dict[str, object]]:
    """Calls at noon, so many on each weekday from a Monday on."""
    monday = date.fromisoformat(first)
    return [
        answered(f"{monday + timedelta(weeks=week, days=day)} 12:00")
        for week in range(weeks)
        for day, count in enumerate(shape)
        for _ in range(count)
    ]


def test_a_missing_plan_is_no_plan_and_no_verdict(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")

    answer = house.ask("sl", HALF)
    assert (answer.plan, answer.execution, answer.pace) == (None, None, None)
    assert answer.verdict is Verdict.NONE


def test_a_plan_for_a_part_of_the_days_is_no_plan(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")
    house.plan("calls", "half_month", "2026-06-01", 150)

    assert house.ask("calls", "2026-05-31..2026-06-15").plan is None
    assert house.ask("calls", HALF).plan == 150


def test_a_plan_of_zero_gives_no_percentage(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")
    house.plan("calls", "half_month", "2026-06-01", 0)

    answer = house.ask("calls", HALF)
    assert (answer.plan, answer.execution) == (0, None)


def test_days_follow_the_weekdays_of_eight_weeks_and_sum_to_the_plan(tmp_path: Path) -> None:
    house = House(tmp_path)
    # Eight weeks of 2 calls on each working day, 0 at weekends, before Monday 1 June; one Monday more before them.
    house.calls(
        answered("2026-03-29 00:00"),
        *weeks_of_calls("2026-04-06", 8, (2, 2, 2, 2, 2, 0, 0)),
        complete_to="2026-07-01 00:00",
    )
    house.plan("calls", "half_month", "2026-06-01", 1000)

    days = [point.plan for point in house.ask("calls", HALF, by="day").points]
    # 11 working days among 1-15 June: 1000 = 11 * 90 + 10, and the ten earliest take one more.
    assert days == [91, 91, 91, 91, 91, 0, 0, 91, 91, 91, 91, 91, 0, 0, 90]
    assert sum(day or 0 for day in days) == 1000


def test_a_week_with_a_marked_day_of_the_line_teaches_a_plan_nothing(tmp_path: Path) -> None:
    """One call on a Monday and three on the Tuesday, a week later the other way round, and that Tuesday is marked."""
    house = House(tmp_path)
    house.calls(answered("2026-05-15 10:00"))
    came = {"2026-05-18": 1, "2026-05-19": 3, "2026-05-25": 3, "2026-05-26": 1}
    for line in ("sales", "support"):
        house.calls(*(answered(f"{day} 10:00", line=line) for day, n in came.items() for _ in range(n)))
        house.plan("calls", "half_month", "2026-06-01", 900, line)
    house.calls(complete_to="2026-06-30 00:00")
    mark = {"mark_id": "m", "starts_on": "2026-05-26", "kind": "exclude", "line": "sales", "channel": "call"}
    house.put("day_marks", [mark, mark | {"mark_id": "of chats", "starts_on": "2026-05-19", "channel": "chat"}])

    def planned(line: str) -> list[float | None]:
        return [house.ask("calls", f"2026-06-0{day}", line).plan for day in (1, 2)]

    # Three Mondays at a quarter and two Tuesdays at three quarters; without the mark five days alike.
    assert planned("sales") == [100, 300]
    assert planned("support") == [180, 180]


def test_plans_of_many_periods_and_lines_are_spread_in_one_pass_each_by_its_own_weeks(tmp_path: Path) -> None:
    house = House(tmp_path)
    # Both lines are busy on Mondays until 1 June, and on Fridays from then on.
    for line in ("sales", "support"):
        spring = weeks_of_calls("2026-03-30", 9, (10, 0, 0, 0, 0, 0, 0))
        summer = weeks_of_calls("2026-06-01", 9, (0, 0, 0, 0, 10, 0, 0))
        house.calls(*({**call, "line": line} for call in (*spring, *summer)), complete_to="2026-08-05 00:00")
        for month in ("2026-06-01", "2026-08-01"):
            house.plan("calls", "month", month, 500, line)
    house.now = house.utc("2026-08-05 00:00")
    calculator = house.calculator()
    plans, statements, run = Plans(calculator), [], calculator.records.rows
    calculator.records.rows = lambda *asked: statements.append(asked) or run(*asked)  # type: ignore[assignment,func-returns-value,method-assign]

    period, calls = parse("2026-06-01..2026-08-31", MOSCOW), calculator.catalogue.get("calls")
    plans.prepare((calls, line, period) for line in ("sales", "support"))
    assert len(statements) == 1
    # June has five Mondays, August has four Fridays: each takes its part of the 500, every other day nothing.
    for line in ("sales", "support"):
        assert [plans.on_day(calls, line, date(2026, 6, day)) for day in (1, 5, 8, 12)] == [100, 0, 100, 0]
        assert [plans.on_day(calls, line, date(2026, 8, day)) for day in (3, 7, 10, 14)] == [0, 125, 0, 125]


def test_a_holiday_has_sundays_weight_where_no_holiday_is_known(tmp_path: Path) -> None:
    house = House(tmp_path, Centre(timezone=MOSCOW, extra_holidays=frozenset({date(2026, 6, 12)})))
    house.calls(
        answered("2026-03-29 00:00"),
        *weeks_of_calls("2026-04-06", 8, (3, 3, 3, 3, 3, 3, 1)),
        complete_to="2026-07-01 00:00",
    )
    house.plan("calls", "half_month", "2026-06-01", 39)

    days = [point.plan for point in house.ask("calls", HALF, by="day").points]
    assert days == [3, 3, 3, 3, 3, 3, 1, 3, 3, 3, 3, 1, 3, 1, 3]  # 12 June, a Friday, weighs as a Sunday


def test_a_spread_plan_never_drifts_with_late_records(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-08 00:00")
    house.calls(
        answered("2026-03-29 00:00"),
        *weeks_of_calls("2026-04-06", 8, (2, 2, 2, 2, 2, 0, 0)),
        complete_to="2026-06-08 00:00",
    )
    house.plan("calls", "half_month", "2026-06-01", 1100)
    before = house.ask("calls", HALF).plan

    # Records of Saturdays arrive late: they would shift the weights.
    house.calls(*weeks_of_calls("2026-04-06", 8, (0, 0, 0, 0, 0, 50, 0)), complete_to="2026-06-08 00:00")

    assert before == 500  # five of eleven working days
    assert house.ask("calls", HALF).plan == before
    assert house.ask("calls", "2026-06-06").plan == 0


def test_one_period_asked_after_another_is_spread_by_its_own_weights(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered("2026-03-29 00:00"),
        *weeks_of_calls("2026-04-06", 12, (2, 2, 2, 2, 2, 0, 0)),
        complete_to="2026-07-01 00:00",
    )
    for half in ("2026-06-01", "2026-06-16"):
        house.plan("calls", "half_month", half, 1100)
    calculator = house.calculator()
    plans = Plans(calculator)

    def plan(period: str) -> float | None:
        (answer,) = ask(calculator, plans, [Question("calls", parse(period, MOSCOW))])
        return answer.plan

    assert plan(HALF) == 1100
    assert plan("2026-06-20") == 0  # a Saturday
    assert plan("2026-06-22") == 100  # one of eleven working days


def test_a_month_span_plan_is_the_whole_months_and_judged_by_pace(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-16 12:00")
    # 387 m2 from 1 to 15 June, against a month's plan of 900: 43 %. Half of the month's days: pace 86 %.
    house.put(
        "reservations",
        [
            {"reservation_id": str(day), "reserved_at": f"2026-06-{day:02} 12:00", "area_m2": 43.0}
            for day in (1, 2, 3, 4, 5, 6, 7, 8, 15)
        ],
        complete_to="2026-06-16 12:00",
    )
    house.put("reservations", [{"reservation_id": "may", "reserved_at": "2026-05-31 12:00", "area_m2": 99.0}])
    house.plan("reserves_m2", "month", "2026-06-01", 900)

    answer = house.ask("reserves_m2", HALF)
    assert (answer.fact.value, answer.plan, answer.execution) == (387, 900, 43)
    assert (answer.planned.to_date, answer.pace) == (450, 86)
    assert answer.verdict is Verdict.BEHIND
    # From a later day on the fact is its own, and the month's plan is no plan of it.
    part = house.ask("reserves_m2", "2026-06-10..2026-06-15", by="day")
    assert (part.fact.value, part.plan, part.execution, part.verdict) == (43, None, None, Verdict.NONE)
    assert sum(point.plan or 0 for point in part.points) == 6 * 30  # each day's share of the month's
    assert house.ask("reserves_m2", "2026-06-15").fact.value == 43
    assert house.ask("reserves_m2", "2026-06-09").fact.value == 0


def test_a_figure_of_a_digest_covers_its_plan_and_one_asked_by_its_metric_the_period(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-07-01 00:00")
    rows = [{"reservation_id": str(day), "reserved_at": f"2026-06-{day:02} 12:00"} for day in (1, 2, 20)]
    house.put("reservations", rows, complete_to="2026-07-01 00:00")
    calculator, second = house.calculator(), parse("2026-06-16..2026-06-30", MOSCOW)
    of_digest = FigureSpec("pieces", "reserves", None, "Reservations")
    specs = specs_for(["pieces", "reserves"], None, {"pieces": of_digest}, calculator)
    figures = build(calculator, Plans(calculator), specs, second, Localizer("en"))
    assert [figure.answer.fact.value for figure in figures] == [3, 1]


def test_a_level_is_the_same_every_day(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")
    house.plan("sl", "month", "2026-06-01", 80)
    house.plan("sl", "month", "2026-07-01", 85)

    assert house.ask("sl", HALF).plan == 80
    assert [point.plan for point in house.ask("sl", HALF, by="day").points] == [80] * 15
    both = house.ask("sl", "2026-06-01..2026-07-31")
    assert both.plan is None
    assert str(both.planned.remark) == "the plan changes within the period"


def test_a_changed_plan_is_a_new_revision_in_force(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")
    house.plan("calls", "half_month", "2026-06-01", 150)
    house.plan("calls", "half_month", "2026-06-01", 300)

    assert house.ask("calls", HALF).plan == 300


def test_a_half_month_outside_of_the_question_still_takes_its_part(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-07-01 00:00")
    house.plan("calls", "month", "2026-06-01", 300)
    house.plan("calls", "half_month", "2026-06-16", 240)

    assert house.ask("calls", HALF).plan == 60


def test_parts_that_exceed_the_whole_are_an_error(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-30 00:00")
    house.plan("calls", "month", "2026-06-01", 100)
    house.plan("calls", "half_month", "2026-06-01", 150)

    with pytest.raises(UserError, match="calls"):
        house.ask("calls", HALF)


def test_verdicts_come_from_unrounded_values(tmp_path: Path) -> None:
    house = House(tmp_path)
    # 796 of 1000 within the threshold: 79.6 %, printed as 80 %, is not 80 %.
    house.calls(
        *[answered("2026-06-01 10:00", wait=10)] * 796,
        *[answered("2026-06-01 10:00", wait=40)] * 204,
        complete_to="2026-06-30 00:00",
    )
    house.plan("sl", "month", "2026-06-01", 80)

    assert house.ask("sl", HALF).verdict is Verdict.MISSED


def test_a_ceiling_is_met_at_the_plan(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered("2026-06-01 10:00", talk=290), complete_to="2026-06-30 00:00")
    house.plan("aht", "month", "2026-06-01", 290)

    assert house.ask("aht", HALF).verdict is Verdict.MET
    house.plan("aht", "month", "2026-06-01", 289.9)
    assert house.ask("aht", HALF).verdict is Verdict.MISSED
