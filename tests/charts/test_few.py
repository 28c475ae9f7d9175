"""What is too little to be judged is hollow, and thin lines say what would be by chance."""

from __future__ import annotations

from dataclasses import replace

from charts.canvas import theme
from charts.canvas.scene import Disc, Stroke
from charts.forms import multiples
from charts.model import Points
from tests.charts.june import SL


def picture(points: Points) -> multiples.Levels:
    return replace(SL, lines=(replace(SL.lines[0], points=points),))


def test_a_point_of_few_cases_is_hollow() -> None:
    points = tuple(replace(point, few=n == 3) for n, point in enumerate(SL.lines[0].points))
    discs = [item for item in multiples.scene(picture(points)).items if isinstance(item, Disc)]
    assert [disc.fill for disc in discs].count(theme.PAPER) == 1


def test_the_usual_spread_is_drawn_in_steps_and_breaks_where_it_is_unknown() -> None:
    points = tuple(replace(point, usual=None if n == 3 else (82.0, 90.0)) for n, point in enumerate(SL.lines[0].points))
    items = multiples.scene(picture(points)).items
    lines = [item for item in items if isinstance(item, Stroke) and item.dash == (3, 6)]
    assert len(lines) == 4  # the upper and the lower, before the gap and after it
