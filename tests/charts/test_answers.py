"""Pictures that answer a question as plain data: what is drawn is to scale, and a verdict has three codes."""

from dataclasses import replace

import pytest

import charts
from charts.canvas import theme
from charts.canvas.scene import Area, Box, Disc, Scene, Stroke
from charts.model import Judgement
from tests.charts import answers
from tests.charts.looking import bars, boxes, height, width, words

LEVELS, VOLUMES, RANKINGS = answers.levels(), answers.volumes(), answers.rankings()


def earlier(scene: Scene) -> list[Stroke]:
    return [item for item in scene.items if isinstance(item, Stroke) and item.colour == theme.PREVIOUS]


def signs(scene: Scene) -> list[Area]:
    """Triangles of misses."""
    return [
        item for item in scene.items if isinstance(item, Area) and item.fill == theme.MISSED and len(item.spots) == 3
    ]


def test_the_period_before_is_one_lighter_line_that_stops_at_gaps() -> None:
    scene = charts.scene(answers.SERIES)
    # Nothing is known of the fifth day.
    assert [len(stroke.spots) for stroke in earlier(scene)] == [4, 10]
    assert "17–31 мая" in words(scene)


def test_the_period_before_is_drawn_to_the_scale_of_the_bars() -> None:
    picture = replace(answers.VOLUME, lines=(replace(answers.VOLUME.lines[0], before=tuple(_facts(answers.VOLUME))),))
    scene = charts.scene(picture)
    (line,) = earlier(scene)
    assert [y for _, y in line.spots] == pytest.approx([bar.top for bar in bars(scene)])


def _facts(picture: object) -> list[float]:
    return [point.fact.value for point in picture.lines[0].points if point.fact]  # type: ignore[attr-defined]


def test_a_miss_is_a_triangle_beyond_the_norm_with_its_value() -> None:
    scene = charts.scene(answers.SERIES)
    assert len(signs(scene)) == 2
    assert {"78", "74"} <= words(scene)


def test_a_norm_that_changes_is_a_step() -> None:
    scene = charts.scene(LEVELS["steps"])
    norms = [item for item in scene.items if isinstance(item, Stroke) and item.colour == theme.INK]
    assert [len(norm.spots) for norm in norms] == [4]


def test_a_year_of_days_has_no_dots_and_only_the_worst_are_labelled() -> None:
    picture = LEVELS["365-days"]
    scene = charts.scene(picture)
    stems = [item for item in scene.items if isinstance(item, Stroke) and item.colour == theme.MISSED]
    assert len(stems) == sum(point.judged is Judgement.MISSED for point in picture.lines[0].points)
    assert len(signs(scene)) == 4
    assert len([item for item in scene.items if isinstance(item, Disc)]) == 1  # the last day
    assert {"янв.", "дек."} <= words(scene)


def test_a_year_of_a_volume_is_a_solid_area_with_its_gap() -> None:
    scene = charts.scene(VOLUMES["365-days"])
    areas = [item for item in scene.items if isinstance(item, Area) and item.fill == theme.FACT]
    assert len(areas) == 2
    assert not bars(scene)
    assert [item for item in scene.items if isinstance(item, Area) and item.fill == theme.GAP]


def test_small_multiples_share_one_scale() -> None:
    picture = VOLUMES["two-lines"]
    half = tuple(
        replace(point, fact=replace(point.fact, value=point.fact.value / 2)) for point in picture.lines[1].points
    )
    scene = charts.scene(replace(picture, lines=(picture.lines[0], replace(picture.lines[1], points=half))))
    drawn = bars(scene)
    assert len(drawn) == 30
    for upper, lower in zip(drawn[:15], drawn[15:], strict=True):
        assert height(lower) == pytest.approx(height(upper) / 2)


def test_the_running_bar_is_narrow_and_has_no_gap() -> None:
    scene, whole = charts.scene(VOLUMES["running"]), charts.scene(answers.VOLUME)
    assert width(bars(scene)[-1]) == pytest.approx(0.6 * width(bars(whole)[-1]))
    assert len(boxes(scene, theme.GAP)) == len(boxes(whole, theme.GAP)) - 1


def test_a_name_that_the_headline_has_takes_no_room() -> None:
    line = answers.SERIES.lines[0]
    named = charts.scene(replace(answers.SERIES, lines=(replace(line, name="Inhouse"),)))
    assert "Inhouse" in words(named)
    first, second = (
        min(y for stroke in earlier(scene) for _, y in stroke.spots) for scene in (named, charts.scene(answers.SERIES))
    )
    assert second < first


def test_bars_of_a_ranking_start_at_zero_and_are_to_scale() -> None:
    scene = charts.scene(answers.BARS)
    solid = [item for item in scene.items if isinstance(item, Box) and item.fill in (theme.FACT, theme.MISSED)]
    lengths = [width(box) for box in solid]
    assert len({box.left for box in solid}) == 1
    # 1830, 560, 310, 120 and a real zero of three pixels.
    assert lengths[:4] == pytest.approx([value * lengths[0] / 1830 for value in (1830, 560, 310, 120)])
    assert lengths[4] == 3


def test_a_missed_row_is_tinted_signed_and_points_to_the_miss() -> None:
    scene = charts.scene(answers.RANKING)
    assert len(boxes(scene, theme.TINT)) == 2
    arrows = signs(scene)
    norm = next(item.spots[0][0] for item in scene.items if isinstance(item, Stroke) and item.colour == theme.INK)
    assert [min(x for x, _ in arrow.spots) < norm for arrow in arrows] == [True, True]
    # Seconds over plan point to the right.
    over = charts.scene(RANKINGS["ceiling"])
    norm = next(item.spots[0][0] for item in over.items if isinstance(item, Stroke) and item.colour == theme.INK)
    assert [max(x for x, _ in arrow.spots) > norm for arrow in signs(over)] == [True]


def test_rows_left_out_are_the_last_row() -> None:
    scene = charts.scene(RANKINGS["200-agents"])
    assert {"ещё 186", "от 73 % до 93 %"} <= words(scene)
    assert len([text for text in scene.texts if text.words.startswith("Иванова")]) == 14


def test_contributions_and_their_sum_are_on_one_scale() -> None:
    scene = charts.scene(answers.CONTRIBUTIONS)
    solid = boxes(scene, theme.MISSED)
    axis = {box.right for box in solid}
    assert len(axis) == 1
    by_point = [width(box) / effect for box, effect in zip(solid, (4.2, 2.6, 1.4, 0.3, 6.0), strict=True)]
    assert by_point == pytest.approx([by_point[0]] * 5)
    hollow = [item for item in scene.items if isinstance(item, Area) and item.edge == theme.MET]
    assert all(min(x for x, _ in area.spots) == axis.copy().pop() for area in hollow)
    assert len(hollow) == 2


def test_what_is_not_judged_has_no_verdicts_colour() -> None:
    for variant in ("neutral", "to-period"):
        shown = repr(charts.scene(answers.contributions()[variant]))
        assert theme.MISSED not in shown
        assert theme.MET not in shown
