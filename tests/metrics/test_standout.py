"""What stands out: hours that were not as chance allows, against the same hours of eight weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from metrics.centre import Centre
from metrics.standout import MEAN, VOLUME, HourCounts, standouts

TUESDAY = date(2026, 6, 16)
CENTRE = Centre(timezone="Europe/Moscow")
WEEKS = [TUESDAY - timedelta(weeks=n) for n in range(1, 9)]
USUAL = {(day, hour): HourCounts(2, 20) for day in WEEKS for hour in (10, 11)}
"""Two calls of twenty are late at ten and at eleven, in each of eight weeks."""


def test_an_hour_beyond_its_band_stands_out() -> None:
    # 12 of 20 against 16 of 160: 2 asin(sqrt(12.375/20.75)) - 2 asin(sqrt(16.375/160.75)) = 1.765 - 0.650 = 1.115,
    # by sqrt(1/20.5 + 1/160.5) = 0.2346: 4.75 standard deviations.
    today = {(TUESDAY, 10): HourCounts(12, 20), (TUESDAY, 11): HourCounts(2, 20)}

    first, *rest = standouts(USUAL | today, TUESDAY, 12, CENTRE)
    assert (first.first_hour, first.hours, first.found, first.usual) == (10, 1, HourCounts(12, 20), HourCounts(16, 160))
    assert first.beyond == pytest.approx(4.75, abs=0.01)
    # With the hour after it, 14 of 40 against 32 of 320, it is outside the band, too, and less so.
    assert [(each.first_hour, each.hours) for each in rest] == [(9, 2), (10, 2)]


def test_two_hours_in_a_row_are_seen_where_one_is_not() -> None:
    # 8 of 20 are 3.2 standard deviations beyond, within the band; 16 of 40 are 4.5.
    today = {(TUESDAY, 10): HourCounts(8, 20), (TUESDAY, 11): HourCounts(8, 20)}

    (found,) = standouts(USUAL | today, TUESDAY, 12, CENTRE)
    assert (found.first_hour, found.hours) == (10, 2)


@pytest.mark.parametrize(
    "today",
    [
        HourCounts(6, 20),  # within the band
        HourCounts(8, 8),  # all wrong, and too few cases
        HourCounts(0, 20),  # nothing wrong
    ],
)
def test_what_chance_may_do_does_not_stand_out(today: HourCounts) -> None:
    assert standouts(USUAL | {(TUESDAY, 10): today}, TUESDAY, 12, CENTRE) == []


def test_what_is_not_over_or_has_nothing_to_be_compared_with_does_not_stand_out() -> None:
    bad = {(TUESDAY, 10): HourCounts(20, 20)}

    assert standouts(USUAL | bad, TUESDAY, 10, CENTRE) == []
    assert standouts(USUAL | bad, TUESDAY, 11, CENTRE)
    five = {key: hours for key, hours in USUAL.items() if key[0] in WEEKS[:5]}
    assert standouts(five | bad, TUESDAY, 11, CENTRE) == []


def test_a_holiday_is_neither_judged_nor_compared_with() -> None:
    bad = {(TUESDAY, 10): HourCounts(20, 20)}

    assert standouts(USUAL | bad, TUESDAY, 11, Centre(extra_holidays=frozenset({TUESDAY}))) == []
    # Three of the eight weeks are holidays: five are too few.
    assert standouts(USUAL | bad, TUESDAY, 11, Centre(extra_holidays=frozenset(WEEKS[:3]))) == []
    assert standouts(USUAL | bad, TUESDAY, 11, Centre(extra_holidays=frozenset(WEEKS[:2])))


def test_a_volume_stands_out_both_ways_if_it_is_far_beyond_what_weeks_vary_by() -> None:
    # Twenty calls in each of eight weeks: roots of 20.375 are 4.514, and vary by less than chance's half.
    usual = {(day, 10): HourCounts(20, 1) for day in WEEKS}

    # Fifty: (7.098 - 4.514) / (0.5 * sqrt(1 + 1/8)) = 4.87.
    found, *_ = standouts(usual | {(TUESDAY, 10): HourCounts(50, 1)}, TUESDAY, 11, CENTRE, VOLUME)
    assert (found.first_hour, found.found.amount, found.usual) == (10, 50, HourCounts(20, 1))
    assert found.beyond == pytest.approx(4.87, abs=0.01)
    # Two: (4.514 - 1.541) / 0.530 = 5.61.
    few = standouts(usual | {(TUESDAY, 10): HourCounts(2, 1)}, TUESDAY, 11, CENTRE, VOLUME)
    assert few[0].beyond == pytest.approx(5.61, abs=0.01)
    # Forty are 3.5 beyond, within the band.
    assert standouts(usual | {(TUESDAY, 10): HourCounts(40, 1)}, TUESDAY, 11, CENTRE, VOLUME) == []
    # Where the weeks themselves swing between five and fifty, fifty is nothing.
    swing = {(day, 10): HourCounts(5 if n % 2 else 50, 1) for n, day in enumerate(WEEKS)}
    assert standouts(swing | {(TUESDAY, 10): HourCounts(50, 1)}, TUESDAY, 11, CENTRE, VOLUME) == []


def test_a_mean_stands_out_if_its_cases_are_enough() -> None:
    # Twenty calls a week of 190 or of 210 s: a mean of 200 s, and 8 * 20 * 100 / 7 = 2286 of variance a call.
    usual = {(day, 10): HourCounts(20 * (190 if n % 2 else 210), 20) for n, day in enumerate(WEEKS)}

    # Twenty calls of 280 s: 80 / sqrt(2286 * (1/20 + 1/160)) = 80 / 11.34 = 7.06.
    (found, *_) = standouts(usual | {(TUESDAY, 10): HourCounts(20 * 280, 20)}, TUESDAY, 11, CENTRE, MEAN)
    assert found.beyond == pytest.approx(7.06, abs=0.01)
    # Of 260 s they are 5.3 beyond; nine of 280 s are too few.
    assert standouts(usual | {(TUESDAY, 10): HourCounts(20 * 260, 20)}, TUESDAY, 11, CENTRE, MEAN) == []
    assert standouts(usual | {(TUESDAY, 10): HourCounts(9 * 280, 9)}, TUESDAY, 11, CENTRE, MEAN) == []
