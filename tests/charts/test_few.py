"""What is too little to be judged is hollow, and thin lines say what would be by chance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from charts.canvas import theme
from charts.canvas.scene import Disc, Stroke, Text
from charts.forms import multiples
from charts.model import Points
from tests.charts.june import SL


def picture(points: Points) -> multiples.Levels:
    return replace(SL, lines=(replace(SL.lines[0], points=points),))


def test_a_point_of_few_cases_is_hollow() -> None:
    points = tuple(replace(point, few=n == 3) for n, point in enumerate(SL.lines[0].points))
    discs = [item for item in multiples.scene(picture(points)).items if isinstance(item, Disc)]
    assert [disc.fill for disc in discs].count(theme.PAPER) == 1


def test_the_usual_spread_is_drawn_in_steps_breaks_where_it_is_unknown_and_gives_way_to_labels() -> None:
    points = tuple(replace(point, usual=None if n == 3 else (82.0, 90.0)) for n, point in enumerate(SL.lines[0].points))
    items = multiples.scene(picture(points)).items
    lines = [item.spots for item in items if isinstance(item, Stroke) and item.dash == (3, 6)]
    heights = sorted({spots[0][1] for spots in lines})
    upper, lower = (sorted((spots[0][0], spots[-1][0]) for spots in lines if spots[0][1] == y) for y in heights)

    (_, ends), (begins, last) = upper  # before the fourth of the days, and after it
    assert lower[0] == upper[0]
    assert begins - ends == pytest.approx((last - upper[0][0]) / 15, abs=1)
    (_, clear_from), (clear_to, _) = lower[1:]
    (label,) = (
        text.edges
        for text in items
        if isinstance(text, Text) and clear_from < text.x < clear_to and text.y < heights[1] + 30
    )
    assert label.top < heights[1] < label.bottom + 3
    assert clear_from < label.left < label.right < clear_to
