"""Control limits: how far a series goes from its middle by itself."""

from __future__ import annotations

import pytest

from metrics.intervals import limits_of_means, limits_of_shares


def test_means_move_by_their_mean_moving_range() -> None:
    """Nine days of 100 and 110 in turn: the middle is 104.4, neighbours are 10 apart, so 26.6 to each side."""
    values = [100.0, 110.0] * 4 + [100.0]
    (limits,) = set(limits_of_means(values))
    assert limits == pytest.approx((940 / 9 - 26.6, 940 / 9 + 26.6))


def test_shares_of_more_cases_have_narrower_limits() -> None:
    """A share of 50 of 100 cases deviates by 5; days at 45 and 55 in turn are two deviations from their neighbours.

    So the series moves 2 / 1.128 times a deviation, and its limits are three of these: 26.6 about 50 for 100 cases, and
    half as much for four times as many.
    """
    points: list[tuple[float, float] | None] = [(45.0, 100.0), (55.0, 100.0)] * 4
    limits = limits_of_shares(points)
    assert limits[0] == pytest.approx((50 - 3 * 5 * 2 / 1.128, 50 + 3 * 5 * 2 / 1.128))

    points = [(45.0, 100.0), (55.0, 100.0)] * 4 + [(50.0, 400.0)]
    first, *_, last = limits_of_shares(points)
    assert first is not None
    assert last is not None
    assert (last[1] - 50) / (first[1] - 50) == pytest.approx(1 / 2)


def test_shares_stay_between_nothing_and_everything() -> None:
    points: list[tuple[float, float] | None] = [(0.0, 20.0), (10.0, 20.0)] * 5
    assert {limits and limits[0] for limits in limits_of_shares(points)} == {0.0}


def test_few_points_and_what_is_all_or_nothing_have_no_limits() -> None:
    assert limits_of_means([1.0, 2.0] * 3 + [3.0]) == [None] * 7
    assert limits_of_means([None, *[1.0, 2.0] * 4])[0] is None
    assert limits_of_shares([(100.0, 50.0)] * 9) == [None] * 9
    assert limits_of_shares([None] * 9) == [None] * 9
