"""Forecasts: the worked world to the digit, no leak of the future, and bands that hold what they promise."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from metrics.load.backtest import Horizon, back_test
from metrics.load.forecast import DAY_MODEL, LEVEL, NAIVE, Forecaster
from metrics.load.handling import LAST_WEEK, OWN, PLAN, Handled, handling_time
from metrics.load.history import HALF_HOURS, History
from metrics.load.outlook import look_ahead, season
from tests.load.worked import OPEN, ORIGIN, calendar_of, history

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "10")))


def forecasts(of: History, lead: int) -> list[list[float]]:
    """What level, naive and day model say of the open half hours of a day so far ahead."""
    forecaster = Forecaster(of)
    origin = of.days - 1
    said = forecaster.by_all(forecaster.fit(origin), np.array([origin + lead]))
    return [method[0, OPEN].tolist() for method in said]


def test_weekday_level_and_shape_are_those_of_the_worked_world() -> None:
    fit = Forecaster(history()).fit(history().days - 1)

    assert fit.factors.tolist() == [60, 50, 0, 0, 0, 0, 0]
    assert fit.level == pytest.approx(1.197421, abs=5e-7)
    assert fit.step is None
    assert (fit.shapes[1, OPEN] * 354).tolist() == pytest.approx([91, 178, 85])
    assert (fit.shapes[0, OPEN] * 510).tolist() == pytest.approx([176, 170, 164])


def test_missing_records_teach_nothing_and_are_named() -> None:
    of = history()

    assert [of.calendar.day(gap) for gap in of.gaps] == [date(2026, 5, 12)]
    assert not of.teaches[of.calendar.index(date(2026, 5, 11))], "a holiday"


def test_forecasts_are_those_of_the_worked_world() -> None:
    level, naive, day_model = forecasts(history(), 1)

    assert level == pytest.approx([15.3906, 30.1046, 14.3758], abs=5e-5)
    assert naive == [14, 27, 13]
    assert day_model == [15.125, 28.5, 14.375]
    assert forecasts(history(), 7)[0] == pytest.approx([20.7698, 20.0617, 19.3536], abs=5e-5)
    assert forecasts(history(), 8)[0] == pytest.approx([12.8729, 25.1800, 12.0242], abs=5e-5)


def test_three_days_far_above_the_usual_are_a_new_level() -> None:
    moved = history(d0608=(30, 30, 30), d0609=(20, 35, 20))

    assert Forecaster(moved).fit(moved.days - 1).step == 1.5
    assert [sum(forecasts(moved, lead)[0]) for lead in (1, 7, 8, 14)] == pytest.approx([75, 90, 75, 90])


def test_low_days_beside_a_holiday_are_no_new_level() -> None:
    low = history(d0608=(9, 8, 8), d0609=(8, 9, 8), d0615=(9, 8, 8))

    assert Forecaster(low).fit(low.days - 1).step is None, "12 June is within four days of them"
    no_holiday = replace(low, calendar=replace(low.calendar, holidays=np.zeros_like(low.calendar.holidays)))
    assert Forecaster(no_holiday).fit(no_holiday.days - 1).step == pytest.approx(25 / 60)


def test_one_day_far_above_the_usual_is_no_new_level_and_is_known() -> None:
    of = history()

    assert Forecaster(of).fit(of.days - 1).apart == (1, True), "15 June brought half as much again, 9 June did not"
    assert Forecaster(of).fit(of.days - 2).apart is None


def test_how_far_a_year_ago_was_from_its_usual() -> None:
    """Ten in each of ten half hours; 364 days before next week there came half as much again."""
    counts = np.zeros((430, HALF_HOURS))
    counts[:, 16:26] = 10.0
    counts[66:73] *= 1.5
    of = History(calendar_of(date(2025, 1, 6), 430 + 56), counts)

    assert season(of, range(430, 437)) == pytest.approx(0.5)
    assert season(of, range(437, 444)) == pytest.approx(0.0)
    assert season(of.up_to(390), range(390, 397)) is None, "less than four weeks lie before it"


def test_each_group_of_leads_is_published_by_what_was_best() -> None:
    accuracy = back_test(history())

    assert accuracy is not None
    found = [
        (group.pairs, group.method, group.checked, *(100 * (group.errors[m].half_hour or 0) for m in _METHODS))
        for group in accuracy.groups
    ]
    assert found[0][:3] == (9, DAY_MODEL, False)
    assert found[1] == (49, LEVEL, True, *_near(17.8835, 28.3800, 19.1056))
    assert found[2] == (44, LEVEL, True, *_near(18.4729, 30.3213, 18.9424))
    assert found[3] == (46, NAIVE, True, *_near(15.6311, 15.3041, 15.6311))
    assert found[4][:3] == (4, NAIVE, False)


_METHODS = (LEVEL, NAIVE, DAY_MODEL)


def _near(*values: float) -> list[object]:
    return [pytest.approx(value, abs=5e-5) for value in values]


def test_what_is_published_is_called_unchecked_where_nothing_checked_it() -> None:
    outlook = look_ahead(history(), 14)

    tuesday, monday = outlook.on(outlook.origin + 1), outlook.on(outlook.origin + 7)
    assert tuesday is not None
    assert monday is not None
    assert (tuesday.method, tuesday.checked, tuesday.low) == (DAY_MODEL, False, None)
    assert (monday.method, monday.checked) == (LEVEL, True)
    assert monday.total_low is not None
    assert monday.total_high is not None
    assert monday.total_low < monday.total < monday.total_high


def test_a_young_line_is_forecast_by_the_day_model_alone_and_a_very_young_one_not_at_all() -> None:
    of = stationary(0, 60)

    assert look_ahead(of.up_to(13), 7).days == ()
    young = look_ahead(of.up_to(20), 7)
    assert {ahead.method for ahead in young.days} == {DAY_MODEL}
    assert young.accuracy is None


def test_a_holiday_runs_as_a_sunday_until_three_of_them_are_known() -> None:
    def held(holidays: set[date]) -> History:
        calendar = calendar_of(date(2026, 1, 5), 190, holidays)
        counts = np.full((180, HALF_HOURS), 10.0)
        counts[calendar.weekdays[:180] == 6] = 1.0
        counts[calendar.holidays[:180]] = 5.0
        return History(calendar, counts)

    ahead = date(2026, 7, 8)  # a Wednesday
    usual = look_ahead(held({ahead, date(2026, 5, 1)}), 8).days[-1]
    known = look_ahead(held({ahead, date(2026, 3, 3), date(2026, 4, 1), date(2026, 5, 1)}), 8).days

    assert usual.day == known[-1].day
    sunday, own = 48.0, 240.0
    on = {day.day: day for day in look_ahead(held({ahead, date(2026, 5, 1)}), 8).days}
    place = (ahead - date(2026, 1, 5)).days
    assert on[place].total == pytest.approx(sunday)
    assert {day.day: day.total for day in known}[place] == pytest.approx(own)


def stationary(seed: int, days: int, mean: float = 8.0) -> History:
    """Chance alone: every half hour from 8 to 20 has the same mean on all days."""
    counts = np.zeros((days, HALF_HOURS))
    counts[:, 16:40] = np.random.default_rng(seed).poisson(mean, (days, 24))
    return History(calendar_of(date(2026, 1, 5), days + 56), counts)


def test_nothing_after_the_origin_changes_what_is_said_at_it() -> None:
    of = stationary(1, 160)
    shuffled = of.counts.copy()
    np.random.default_rng(2).shuffle(shuffled[120:])
    other = History(of.calendar, shuffled)
    days = np.arange(120, 160)

    before, after = (Forecaster(each).by_all(Forecaster(each).fit(119), days) for each in (of, other))

    assert (before == after).all()
    assert (of.teaches[:120] == other.teaches[:120]).all()
    assert look_ahead(of.up_to(120), 7).accuracy == look_ahead(other.up_to(120), 7).accuracy


def test_four_days_in_five_lie_within_their_band() -> None:
    """On chance alone, by bands that knew nothing of the days they were tried on, and of the days after them."""
    promised: list[float] = []
    within: list[bool] = []
    for seed in SEEDS:
        of = stationary(seed, 189)
        known = of.up_to(175)
        outlook = look_ahead(known, 14)
        assert outlook.accuracy is not None
        promised += [group.coverage for group in outlook.accuracy.groups[:3] if group.coverage is not None]
        for ahead in outlook.days:
            assert ahead.total_low is not None
            assert ahead.total_high is not None
            within.append(ahead.total_low <= of.totals[ahead.day] <= ahead.total_high)

    assert 0.76 <= float(np.mean(promised)) <= 0.84
    assert abs(float(np.mean(within)) - 0.8) <= 0.04 + 2 * (0.8 * 0.2 / len(within)) ** 0.5


def test_no_forecast_gets_below_chance() -> None:
    accuracy = back_test(stationary(3, 175))

    assert accuracy is not None
    for group in accuracy.groups:
        assert group.floor is not None
        assert 0.9 * group.floor < _wape(group) < 1.2 * group.floor


def _wape(group: Horizon) -> float:
    found = group.published.half_hour
    assert found is not None
    return found


def test_handling_time_is_a_sum_over_a_sum_and_scored_beside_last_week() -> None:
    contacts = np.zeros((60, 24))
    contacts[:, 10], contacts[:, 20] = 20.0, 2.0
    seconds = contacts * 300.0
    seconds[:, 20] = 2 * 100.0
    handled = Handled(seconds, contacts, np.ones(61, dtype=bool))

    found = handling_time(handled)

    assert found is not None
    assert found.aht_s == pytest.approx((20 * 300 + 2 * 100) / 22)
    assert found.by_hour[1, 10] == 300, "560 contacts in its cell"
    assert found.by_hour[1, 20] == found.aht_s, "56 are too few"
    assert found.method == OWN
    assert found.errors[OWN] < found.errors[LAST_WEEK]
    assert not found.changed

    seconds[-7:] *= 1.3
    changed = handling_time(handled)
    assert changed is not None
    assert changed.changed
    assert changed.method != PLAN

    # Who planned the last week as it came knew more than the four weeks before it.
    planned = np.full(61, 300.0)
    planned[-8:] = 390.0
    by_plan = handling_time(handled, planned)
    assert by_plan is not None
    assert (by_plan.method, by_plan.mean_s) == (PLAN, 390)
    planned[-1] = np.nan
    unplanned = handling_time(handled, planned)
    assert unplanned is not None
    assert PLAN not in unplanned.errors, "nothing is planned of the days ahead"


def test_the_origin_is_the_last_day_of_the_worked_world() -> None:
    of = history()

    assert of.calendar.day(of.days - 1) == ORIGIN
