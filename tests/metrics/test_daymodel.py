"""The day model: days sum exactly to the plan, specific plans replace, and nothing is ever summed in part."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.plans.plans import (
    HISTORY_WEEKS,
    HOLIDAY,
    VolumeHistory,
    Weights,
    day_plans,
    forecast,
    in_force,
    level_on,
    near,
    plan_between,
    plan_on,
    spread,
    steps_of,
)
from warehouse.messages import UserError
from warehouse.plans import Plan, days_of

JUNE = date(2026, 6, 1)  # a Monday
WEEK = days_of("half_month", JUNE)[:7]
EQUAL = Weights.equal()


def no_holiday(day: date) -> bool:
    return False


def by_weekday(*shares: float) -> Weights:
    """Weights with the whole day in its first hour: Monday to Sunday, then holidays."""
    return Weights({(weekday, 0): share for weekday, share in enumerate(shares)})


def plan(granularity: str, starts_on: date, value: float, revision: int = 1) -> Plan:
    return Plan("calls", "inhouse", granularity, starts_on, value, revision)


def june(*plans: Plan, weights: Weights = EQUAL, step: float = 1) -> dict[date, float]:
    return day_plans(plans, lambda plan: weights, no_holiday, step)


# Periods


@pytest.mark.parametrize(
    ("granularity", "starts_on", "last", "count"),
    [
        ("day", date(2026, 6, 5), date(2026, 6, 5), 1),
        ("half_month", date(2026, 6, 1), date(2026, 6, 15), 15),
        ("half_month", date(2026, 2, 16), date(2026, 2, 28), 13),
        ("month", date(2024, 2, 1), date(2024, 2, 29), 29),
        ("month", date(2026, 12, 1), date(2026, 12, 31), 31),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31), 92),
    ],
)
def test_a_plan_covers_its_period(granularity: str, starts_on: date, last: date, count: int) -> None:
    days = plan(granularity, starts_on, 1).days
    assert (days[0], days[-1], len(days)) == (starts_on, last, count)


@pytest.mark.parametrize(
    ("granularity", "starts_on"),
    [("half_month", date(2026, 6, 10)), ("month", date(2026, 6, 2)), ("quarter", date(2026, 5, 1))],
)
def test_a_period_that_cannot_start_there_is_refused(granularity: str, starts_on: date) -> None:
    with pytest.raises(UserError) as caught:
        plan(granularity, starts_on, 1)
    assert str(caught.value) == (
        f"No {granularity} starts on {starts_on}: a half month starts on the 1st or the 16th, a month on the 1st, "
        "a quarter on the 1st of January, April, July or October."
    )


def test_an_unknown_granularity_and_a_value_that_is_no_number_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        plan("week", JUNE, 1)
    assert str(caught.value) == 'A plan cannot be for a "week": plans are for a day, half_month, month, quarter.'
    with pytest.raises(UserError) as caught:
        plan("month", JUNE, float("nan"))
    assert str(caught.value) == "The plan of calls from 2026-06-01 is not a number: nan."


# Spreading


def test_a_volume_is_spread_by_its_weights() -> None:
    weights = by_weekday(0.2, 0.2, 0.2, 0.2, 0.1, 0.05, 0.05, 0.05)
    assert list(spread(200, WEEK, weights, no_holiday, 1).values()) == [40, 40, 40, 40, 20, 10, 10]


def test_a_holiday_takes_its_own_weight() -> None:
    # Friday the 5th is a holiday and weighs 0.05: 0.8 + 0.05 + 0.1 = 0.95.
    weights = by_weekday(0.2, 0.2, 0.2, 0.2, 0.1, 0.05, 0.05, 0.05)
    days = spread(190, WEEK, weights, lambda day: day == date(2026, 6, 5), 1)
    assert list(days.values()) == [40, 40, 40, 40, 10, 10, 10]


def test_what_is_left_over_goes_to_the_largest_remainders_and_ties_to_the_earlier_day() -> None:
    assert list(spread(10, WEEK, EQUAL, no_holiday, 1).values()) == [2, 2, 2, 1, 1, 1, 1]
    # 5 x (0.5, 0.3, 0.2) = 2.5, 1.5, 1.0: the tie of the halves goes to Monday.
    weights = by_weekday(0.5, 0.3, 0.2)
    assert list(spread(5, WEEK[:3], weights, no_holiday, 1).values()) == [3, 1, 1]
    # 4 x (0.4, 0.35, 0.25) = 1.6, 1.4, 1.0.
    weights = by_weekday(0.4, 0.35, 0.25)
    assert list(spread(4, WEEK[:3], weights, no_holiday, 1).values()) == [2, 1, 1]


def test_days_that_tie_by_hand_tie_in_floats() -> None:
    # 0.1 + 0.2 is 0.30000000000000004 and stands on Tuesday: Monday still comes first.
    weights = Weights({(0, 0): 0.3, (1, 0): 0.1 + 0.2})
    assert list(spread(1, WEEK[:2], weights, no_holiday, 1).values()) == [1, 0]


def test_square_metres_are_spread_to_hundredths() -> None:
    assert list(spread(1.0, WEEK[:3], EQUAL, no_holiday, 0.01).values()) == [0.34, 0.33, 0.33]


def test_a_plan_between_two_steps_is_taken_half_up() -> None:
    assert steps_of(2.5, 1) == 3
    assert steps_of(2.4999, 1) == 2
    assert steps_of(1.005, 0.01) == 101  # the decimal that was written, not the float below it
    assert sum(spread(9.5, WEEK, EQUAL, no_holiday, 1).values()) == 10


def test_where_no_day_has_weight_all_are_equal() -> None:
    sundays_closed = by_weekday(1, 1, 1, 1, 1, 1, 0)
    sunday, monday = date(2026, 6, 7), date(2026, 6, 8)
    assert spread(3, [sunday], sundays_closed, no_holiday, 1) == {sunday: 3}
    assert spread(3, [sunday, monday], sundays_closed, no_holiday, 1) == {sunday: 0, monday: 3}


def test_what_cannot_be_spread_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="cannot be spread"):
        spread(-1, WEEK, EQUAL, no_holiday, 1)
    with pytest.raises(ValueError, match="cannot be spread"):
        spread(1, [], EQUAL, no_holiday, 1)


shares = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=8, max_size=8)
steps = st.sampled_from([1, 0.01])


@given(total=st.integers(0, 10**7), shares=shares, step=steps, length=st.integers(1, 92))
def test_days_always_sum_exactly_to_the_plan(total: int, shares: list[float], step: float, length: int) -> None:
    days = [JUNE + timedelta(days=number) for number in range(length)]
    value = float(total * Decimal(str(step)))
    volumes = spread(value, days, by_weekday(*shares), lambda day: day.day == 12, step)

    assert sum(Decimal(str(volume)) for volume in volumes.values()) == Decimal(str(value))
    assert sum(steps_of(volume, step) for volume in volumes.values()) == total
    assert min(volumes.values()) >= 0
    for weekday in range(7):  # equal weights: the earlier day has as much or one step more
        same = [steps_of(volumes[day], step) for day in days if day.weekday() == weekday and day.day != 12]
        assert same == sorted(same, reverse=True)
        assert not same or same[0] - same[-1] <= 1


# Plans inside plans


def test_a_more_specific_plan_replaces_its_days() -> None:
    first, second = date(2026, 6, 1), date(2026, 6, 16)
    days = june(plan("month", JUNE, 450), plan("half_month", first, 150), plan("day", first, 24))
    assert days[first] == 24
    assert [days[first + timedelta(days=n)] for n in range(1, 15)] == [9] * 14  # (150 - 24) / 14
    assert [days[second + timedelta(days=n)] for n in range(15)] == [20] * 15  # (450 - 150) / 15


def test_a_day_inside_a_month_without_halves_leaves_the_rest_to_the_month() -> None:
    days = june(plan("month", JUNE, 300), plan("day", date(2026, 6, 12), 10))
    assert days[date(2026, 6, 12)] == 10
    assert sum(days.values()) == 300
    assert {value for day, value in days.items() if day.day != 12} == {10}


def test_parts_that_make_the_whole_need_no_day_left() -> None:
    halves = plan("half_month", JUNE, 100), plan("half_month", date(2026, 6, 16), 200)
    days = june(plan("month", JUNE, 300), *halves)
    assert sum(value for day, value in days.items() if day.day <= 15) == 100
    assert sum(days.values()) == 300


def test_a_quarter_leaves_to_its_other_months_what_a_month_does_not_take() -> None:
    april = date(2026, 4, 1)
    days = june(plan("quarter", april, 910), plan("month", JUNE, 300))
    assert {days[day] for day in days_of("month", april)} == {10}  # (910 - 300) / 61
    assert sum(days.values()) == 910


def test_only_the_highest_revision_counts() -> None:
    days = june(plan("month", JUNE, 900, 2), plan("month", JUNE, 300, 1), plan("month", JUNE, 600, 3))
    assert set(days.values()) == {20}
    assert [p.value for p in in_force([plan("month", JUNE, 900, 2), plan("month", JUNE, 300, 1)])] == [900]


@pytest.mark.parametrize(
    ("plans", "sentence"),
    [
        (
            [plan("month", JUNE, 100), plan("half_month", JUNE, 150)],
            "The plan of calls, inhouse for 2026-06 is 100, less than its parts (2026-06-H1), which make 150.",
        ),
        (
            [
                plan("month", JUNE, 310),
                plan("half_month", JUNE, 100),
                plan("half_month", date(2026, 6, 16), 200),
            ],
            "The plan of calls, inhouse for 2026-06 is 310, but its parts (2026-06-H1, 2026-06-H2) cover every day "
            "of it and make 300.",
        ),
        (
            [plan("half_month", JUNE, 4), *(plan("day", JUNE + timedelta(days=n), 1) for n in range(5))],
            "The plan of calls, inhouse for 2026-06-H1 is 4, less than its parts (2026-06-01, 2026-06-02, "
            "2026-06-03, 2026-06-04, …), which make 5.",
        ),
        ([plan("month", JUNE, -5)], "The plan of calls, inhouse for 2026-06 is negative: -5."),
        (
            [plan("month", JUNE, 300), plan("month", JUNE, 200)],
            "Two plans of calls, inhouse overlap: 2026-06 is both 200 and 300.",
        ),
        (
            [Plan("area", None, "month", JUNE, 0.5), Plan("area", None, "day", JUNE, 0.75)],
            "The plan of area, the whole centre for 2026-06 is 0.5, less than its parts (2026-06-01), which make 0.75.",
        ),
    ],
)
def test_plans_that_do_not_fit_say_which(plans: list[Plan], sentence: str) -> None:
    for order in (plans, plans[::-1]):
        with pytest.raises(UserError) as caught:
            june(*order, step=0.01 if plans[0].metric == "area" else 1)
        assert str(caught.value) == sentence


def test_a_conflict_in_an_old_revision_is_settled_by_a_later_one() -> None:
    conflict = plan("month", JUNE, 300), plan("month", JUNE, 200)
    assert sum(june(*conflict, plan("month", JUNE, 600, 2)).values()) == 600
    assert sum(june(conflict[0], conflict[0]).values()) == 300  # one plan given twice is one plan


def test_plans_of_several_lines_are_never_taken_for_one() -> None:
    with pytest.raises(ValueError, match="several"):
        june(plan("month", JUNE, 300), Plan("calls", None, "month", JUNE, 300))


@given(
    day_values=st.dictionaries(st.integers(1, 15), st.integers(0, 50), max_size=14),
    half=st.integers(0, 1000),
    month=st.integers(0, 1000),
    seed=st.randoms(use_true_random=False),
)
def test_whatever_is_planned_inside_the_whole_is_kept_and_order_does_not_matter(
    day_values: dict[int, int], half: int, month: int, seed: random.Random
) -> None:
    half += sum(day_values.values())
    month += half
    plans = [plan("month", JUNE, month), plan("half_month", JUNE, half)]
    plans += [plan("day", JUNE.replace(day=number), value) for number, value in day_values.items()]
    days = june(*plans)
    seed.shuffle(plans)

    assert june(*plans) == days
    assert sum(days.values()) == month
    assert sum(value for day, value in days.items() if day.day <= 15) == half
    assert all(days[JUNE.replace(day=number)] == value for number, value in day_values.items())
    assert min(days.values()) >= 0


def test_a_half_month_outside_of_the_days_asked_for_still_takes_its_part() -> None:
    plans = [
        plan("month", JUNE, 300),
        plan("half_month", date(2026, 6, 16), 240),
        plan("month", date(2026, 7, 1), 5),
    ]
    asked = near(plans, date(2026, 6, 1), date(2026, 6, 15))
    assert asked == plans[:2]
    assert june(*asked)[JUNE] == 4  # (300 - 240) / 15


# Levels


def test_a_level_is_the_most_specific_plan_of_the_day() -> None:
    plans = [plan("month", JUNE, 80), plan("half_month", JUNE, 85), plan("day", date(2026, 6, 12), 70)]
    assert level_on(plans, date(2026, 6, 12)) == 70
    assert level_on(plans, date(2026, 6, 13)) == 85
    assert level_on(plans, date(2026, 6, 16)) == 80
    assert level_on(plans, date(2026, 7, 1)) is None
    assert level_on([*plans, plan("month", JUNE, 90, 2)], date(2026, 6, 16)) == 90
    assert plan_on(plans, date(2026, 6, 13)) == plans[1]


# Weights

Volumes = dict[tuple[date, int], float]
BEFORE = JUNE


def weeks_of(history: Volumes, *weeks_back: int, volumes: tuple[float, ...]) -> Volumes:
    """Weeks before June 2026 with these volumes from Monday on, all at noon."""
    for back in weeks_back:
        for weekday, volume in enumerate(volumes):
            history[BEFORE - timedelta(weeks=back) + timedelta(days=weekday), 12] = volume
    return history


NORMAL = (20.0, 20.0, 20.0, 20.0, 10.0, 6.0, 4.0)
ODD = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 100.0)


def day_shares(weights: Weights | None) -> list[float]:
    assert weights is not None
    return [round(weights.day(weekday), 6) for weekday in range(8)]


def test_weights_are_mean_shares_of_weeks_whatever_their_volume() -> None:
    history = weeks_of({}, 1, volumes=(20, 20, 20, 20, 10, 5, 5))
    weeks_of(history, 2, volumes=(400, 0, 0, 0, 300, 200, 100))  # ten times as much weighs the same
    assert day_shares(VolumeHistory(history, no_holiday).weights(BEFORE)) == [
        0.3,
        0.1,
        0.1,
        0.1,
        0.2,
        0.125,
        0.075,
        0.075,
    ]


def test_only_the_last_eight_normal_weeks_count() -> None:
    history = weeks_of({}, 9, volumes=ODD)
    weeks_of(history, *range(1, 9), volumes=NORMAL)
    assert day_shares(VolumeHistory(history, no_holiday).weights(BEFORE))[0] == 0.2
    # The latest week has a holiday: the ninth takes its place, with a share of 1/8 of its own.
    holiday = BEFORE - timedelta(days=5)
    weights = VolumeHistory(history, lambda day: day == holiday).weights(BEFORE)
    assert day_shares(weights)[0] == round(0.2 * 7 / 8, 6)


def test_a_week_not_over_yet_and_a_week_without_volume_do_not_count() -> None:
    history = weeks_of({}, 2, volumes=NORMAL)
    weeks_of(history, 0, volumes=ODD)
    weeks_of(history, 1, volumes=(0,) * 7)
    assert day_shares(VolumeHistory(history, no_holiday).weights(BEFORE + timedelta(days=3)))[0] == 0.2
    assert day_shares(VolumeHistory(history, no_holiday).weights(BEFORE))[0] == 0.2


def test_a_week_cut_by_the_first_or_the_last_record_does_not_count() -> None:
    history = weeks_of({}, 2, volumes=NORMAL)
    weeks_of(history, 3, volumes=(0, 0, 0, 0, 10, 6, 4))
    weeks_of(history, 1, volumes=(20, 20, 0, 0, 0, 0, 0))
    covers = BEFORE - timedelta(weeks=3) + timedelta(days=4), BEFORE - timedelta(days=5)
    assert day_shares(VolumeHistory(history, no_holiday, covers=covers).weights(BEFORE))[:2] == [0.2, 0.2]


def test_a_week_with_a_day_that_teaches_nothing_does_not_count_nor_does_a_holiday_that_is_one() -> None:
    history = weeks_of({}, 1, volumes=ODD)
    weeks_of(history, 2, volumes=NORMAL)
    marked = BEFORE - timedelta(days=1)
    assert day_shares(VolumeHistory(history, no_holiday).weights(BEFORE))[0] == 0.1  # the mean of 0.2 and 0
    assert day_shares(VolumeHistory(history, no_holiday, left_out=[marked]).weights(BEFORE))[0] == 0.2
    # Its volume was all of that week: as the only holiday it would weigh as much as a normal week.
    weights = VolumeHistory(history, lambda day: day == marked, left_out=[marked]).weights(BEFORE)
    assert day_shares(weights)[HOLIDAY] == 0.04  # Sunday's


def test_history_is_sought_26_weeks_back_and_no_further() -> None:
    assert VolumeHistory(weeks_of({}, 26, volumes=NORMAL), no_holiday).weights(BEFORE) is not None
    assert VolumeHistory(weeks_of({}, 27, volumes=NORMAL), no_holiday).weights(BEFORE) is None
    assert VolumeHistory({}, no_holiday).weights(BEFORE) is None


def test_holidays_weigh_their_mean_over_the_normal_week_before_each() -> None:
    history = weeks_of({}, *range(1, 60), volumes=NORMAL)
    one, other = BEFORE - timedelta(days=21), BEFORE - timedelta(days=70)
    for day, volume in ((one, 5.0), (other, 15.0)):
        history[day, 12] = 0.0
        history[day, 9] = volume
    weights = VolumeHistory(history, lambda day: day in (one, other)).weights(BEFORE)
    assert weights is not None
    assert day_shares(weights)[HOLIDAY] == 0.1  # (5 + 15) / 2 of a week of 100
    assert weights.elapsed(HOLIDAY, 10) == 1


def test_a_holiday_a_year_ago_is_within_the_history_asked_for() -> None:
    start = BEFORE - timedelta(weeks=HISTORY_WEEKS)
    holiday = BEFORE - timedelta(days=364)
    history = weeks_of({}, *range(1, HISTORY_WEEKS + 1), volumes=NORMAL)
    history = {place: volume for place, volume in history.items() if place[0] >= start}
    history[holiday, 12] = 8.0
    assert day_shares(VolumeHistory(history, lambda day: day == holiday).weights(BEFORE))[HOLIDAY] == 0.08
    earlier = holiday - timedelta(days=1)
    assert day_shares(VolumeHistory(history, lambda day: day == earlier).weights(BEFORE))[HOLIDAY] == 0.04  # Sunday's


def test_a_holiday_that_was_closed_weighs_nothing_and_an_unknown_one_as_sunday() -> None:
    holiday = BEFORE - timedelta(days=21)
    history = weeks_of({}, *range(1, 12), volumes=NORMAL)
    del history[holiday, 12]
    assert day_shares(VolumeHistory(history, lambda day: day == holiday).weights(BEFORE))[HOLIDAY] == 0
    assert (
        day_shares(VolumeHistory(history, lambda day: day == BEFORE).weights(BEFORE))[HOLIDAY] == 0.04125
    )  # 4/100, 4/80
    # A gap in the records is not a closed day.
    for number in range(7):
        history.pop((holiday + timedelta(days=number), 12), None)
    assert day_shares(VolumeHistory(history, lambda day: day == holiday).weights(BEFORE))[HOLIDAY] == 0.04


def test_without_history_all_days_and_hours_are_equal() -> None:
    assert day_shares(EQUAL) == [round(1 / 7, 6)] * 8
    assert EQUAL.elapsed(3, 12) == pytest.approx(0.5)
    assert EQUAL.elapsed(3, 6, 0.5) == pytest.approx(6.5 / 24)


# Parts of a day

PROFILE = Weights({(weekday, hour): share for weekday in range(8) for hour, share in ((9, 0.3), (12, 0.6), (15, 0.1))})


def test_the_share_of_a_day_is_linear_within_the_hour() -> None:
    assert PROFILE.elapsed(0, 0) == 0
    assert PROFILE.elapsed(0, 12) == pytest.approx(0.3)
    assert PROFILE.elapsed(0, 12, 0.5) == pytest.approx(0.6)
    assert PROFILE.elapsed(0, 24) == pytest.approx(1)
    assert Weights({}).elapsed(0, 12) == 0.5  # a day without volume goes by the clock


def between(days: dict[date, float], start: datetime, end: datetime) -> float | None:
    return plan_between(days, lambda day: PROFILE, no_holiday, start, end)


def test_the_plan_to_noon_is_whole_days_and_the_morning_of_the_last() -> None:
    days = {JUNE + timedelta(days=number): 100.0 for number in range(3)}
    midnight = datetime(2026, 6, 1)
    assert between(days, midnight, datetime(2026, 6, 3, 12)) == pytest.approx(230)
    assert between(days, midnight, datetime(2026, 6, 3, 12, 30)) == pytest.approx(260)
    assert between(days, midnight, datetime(2026, 6, 4)) == 300
    assert between(days, datetime(2026, 6, 1, 12), datetime(2026, 6, 1, 13)) == pytest.approx(60)
    assert between(days, datetime(2026, 6, 1, 15), datetime(2026, 6, 2, 10)) == pytest.approx(40)


def test_hours_of_a_day_sum_to_the_day() -> None:
    hours = [datetime(2026, 6, 1) + timedelta(hours=number) for number in range(25)]
    parts = [between({JUNE: 100.0}, start, end) for start, end in pairwise(hours)]
    assert sum(part or 0 for part in parts) == pytest.approx(100)


def test_a_day_without_a_plan_makes_the_whole_interval_unplanned() -> None:
    days = {JUNE: 100.0, date(2026, 6, 3): 100.0}
    assert between(days, datetime(2026, 6, 1), datetime(2026, 6, 4)) is None
    assert between(days, datetime(2026, 6, 1), datetime(2026, 6, 2, 0, 0, 1)) is None
    assert between(days, datetime(2026, 6, 1), datetime(2026, 6, 2)) == 100
    assert between(days, datetime(2026, 6, 2), datetime(2026, 6, 2)) is None


def test_an_interval_that_has_not_begun_has_the_plan_0() -> None:
    assert between({JUNE: 100.0}, datetime(2026, 6, 1), datetime(2026, 6, 1)) == 0
    assert between({JUNE: 100.0}, datetime(2026, 6, 1, 12), datetime(2026, 6, 1, 9)) == 0
    assert between({JUNE: 100.0}, datetime(2026, 6, 1), datetime(2026, 5, 20)) == 0


def test_hundredths_add_up_exactly() -> None:
    days = {JUNE + timedelta(days=number): 0.1 for number in range(3)}
    assert between(days, datetime(2026, 6, 1), datetime(2026, 6, 4)) == 0.3


def test_the_forecast_goes_on_at_the_pace_so_far() -> None:
    assert forecast(43.0, 0.86, 50.0) == 86.0
    assert forecast(43.0, None, 50.0) is None
    assert forecast(43.0, 0.86, None) is None
