"""Axes and labels in numbers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.canvas.layout import Scale, limits, push_apart


def test_a_scale_maps_its_ends_and_stops_there() -> None:
    scale = Scale(0, 10, 500, 100)
    assert [scale(value) for value in (0, 5, 10, 15, -1)] == [500, 300, 100, 100, 500]
    assert scale.clips(15)
    assert not scale.clips(10)


def test_an_axis_of_one_value_does_not_divide_by_zero() -> None:
    assert Scale(3, 3, 500, 100)(3) == 500


def test_an_outlier_is_left_out_and_a_wide_series_is_not() -> None:
    low, high = limits([2.1, 2.2, 2.0, 1.9, 2.3, 40], [0])
    assert 2.3 < high < 4
    assert low == 0
    assert limits([2.1, 2.2, 1.0, 0.9, 2.3, 3.4], [0]) == (0, 3.4)


def test_the_reference_is_always_on_the_axis() -> None:
    assert limits([97, 96, 98, 97, 97], [80]) == (80, 98)


@given(
    st.lists(st.floats(-1e6, 1e6), max_size=40),
    st.lists(st.floats(-1e6, 1e6), max_size=3),
)
def test_an_axis_holds_its_references_and_half_of_the_values(values: list[float], always: list[float]) -> None:
    low, high = limits(values, always)
    assert low <= high
    assert all(low <= value <= high for value in always)
    assert sum(low <= value <= high for value in values) >= len(values) / 2


@given(st.lists(st.floats(0, 400), min_size=1, max_size=6))
def test_labels_keep_their_distance_and_their_order(places: list[float]) -> None:
    moved = push_apart(places, 34, 0, 400)
    order = sorted(range(len(places)), key=lambda index: places[index])
    for before, after in pairwise(order):
        assert moved[after] - moved[before] >= 34 - 1e-6
    assert max(moved) <= 400


def test_labels_that_are_far_apart_stay() -> None:
    assert push_apart([10, 100, 200], 34, 0, 400) == pytest.approx([10, 100, 200])
