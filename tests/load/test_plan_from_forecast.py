"""Plans made of forecasts: a line that brings twelve calls a working day, beside what people have planned of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from metrics.centre import Centre, Line
from metrics.periods import parse
from metrics.plans.from_forecast import AUTHOR, ForecastPlans, plans_from_forecast, to_write
from metrics.plans.from_forecast import _whole as whole
from tests.kit import MOSCOW, House, answered
from warehouse.messages import UserError
from warehouse.plans import save_plans

FIRST, TODAY = date(2026, 5, 4), date(2026, 6, 22)
CENTRE = Centre(timezone=MOSCOW, lines={"alpha": Line("alpha", "Alpha")})
NEXT_WEEK = "2026-06-22..2026-06-28"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Alpha: eight calls of 200 s at 10 and four of 320 s at 15 on each of seven weeks' working days."""
    made = House(tmp_path_factory.mktemp("plans"), CENTRE, now="2026-06-22 08:00")
    days = [FIRST + timedelta(days=n) for n in range((TODAY - FIRST).days)]
    made.calls(
        *(
            answered(f"{day} {hour}:{minute:02}", 10, talk, line="alpha")
            for day in days
            if day.weekday() < 5
            for hour, count, talk in ((10, 8, 200), (15, 4, 320))
            for minute in range(count)
        ),
        complete_to="2026-06-22 08:00",
    )
    return made


def _proposed(house: House, *metrics: str, period: str = NEXT_WEEK, lines: tuple[str, ...] = ()) -> ForecastPlans:
    return plans_from_forecast(house.calculator(), metrics or ("calls",), parse(period, MOSCOW), lines)


def test_days_are_planned_in_whole_calls_with_the_forecast_s_profile(house: House) -> None:
    found = _proposed(house).plans
    assert [(each.plan.starts_on.day, each.plan.value) for each in found] == [
        *((day, 12.0) for day in range(22, 27)),
        (27, 0.0),
        (28, 0.0),
    ]
    assert found[0].hours[10] == pytest.approx(8 / 12)
    assert found[0].hours[15] == pytest.approx(4 / 12)
    assert {(each.plan.metric, each.plan.line, each.plan.granularity) for each in found} == {("calls", "alpha", "day")}


def test_a_handling_time_is_planned_for_the_period_by_its_contacts(house: House) -> None:
    (july,) = _proposed(house, "aht", period="2026-07").plans
    assert (july.plan.granularity, july.plan.starts_on) == ("month", date(2026, 7, 1))
    assert july.plan.value == 240  # (8 x 200 + 4 x 320) / 12
    with pytest.raises(UserError, match="is no day, half month, month or quarter"):
        _proposed(house, "aht")


def test_whole_numbers_make_the_rounded_sum() -> None:
    # 4.6 together is five: two of them are rounded up, those with the largest fractions.
    assert whole(np.array([1.4, 1.5, 1.4, 0.3])) == [2, 2, 1, 0]
    assert whole(np.array([2.0, 3.0])) == [2, 3]


def test_what_a_person_has_planned_is_left_alone_and_the_same_again_changes_nothing(house: House) -> None:
    now = datetime(2026, 6, 22, 5)
    calculator = house.calculator()
    mine = to_write(calculator, _proposed(house), overwrite=False)
    assert save_plans(house.lake, [each.plan for each in mine], author=AUTHOR, now=now).added == 7
    again = to_write(house.calculator(), _proposed(house), overwrite=False)
    assert save_plans(house.lake, [each.plan for each in again], author=AUTHOR, now=now).unchanged == 7
    house.plan("calls", "day", "2026-06-24", 20, "alpha")
    proposed = _proposed(house)
    (anothers,) = [each for each in proposed.plans if each.is_anothers]
    assert (anothers.plan.starts_on, anothers.before, anothers.author) == (date(2026, 6, 24), 20, "analyst")
    assert len(to_write(house.calculator(), proposed, overwrite=False)) == 6
    assert len(to_write(house.calculator(), proposed, overwrite=True)) == 7


def test_days_that_do_not_fit_a_month_around_them_are_refused(house: House) -> None:
    house.plan("calls", "month", "2026-07-01", 100, "alpha")
    proposed = _proposed(house, period="2026-07")
    with pytest.raises(UserError, match="The plan of calls, alpha for 2026-07 is 100"):
        to_write(house.calculator(), proposed, overwrite=True)


@pytest.mark.parametrize(
    ("metric", "period", "lines", "said"),
    [
        ("sl", NEXT_WEEK, (), 'No plan is made of a forecast of "sl"'),
        ("calls", NEXT_WEEK, ("beta",), 'There is no line "beta" with such contacts. There are: alpha'),
        ("calls", "2026-06-01..2026-06-15", (), "is over on alpha"),
        ("calls", "2026-10", (), "alpha is forecast for 8 weeks ahead"),
    ],
)
def test_what_is_refused(house: House, metric: str, period: str, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError, match=said):
        _proposed(house, metric, period=period, lines=lines)
