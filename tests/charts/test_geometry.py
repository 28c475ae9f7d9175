"""Every sample picture as plain data: what is printed can be read, and says what the data say."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import charts
from charts.canvas import theme
from charts.canvas.scene import Area, Disc, Scene, Stroke, Text
from charts.model import Amount, HeadlineSpan, Judgement, NothingToDraw, Point
from tests.charts import awkward, june
from tests.charts.building import paned, volumes
from tests.charts.looking import (
    bars,
    boxes,
    contrast,
    ground_at,
    height,
    height_of,
    samples_of,
    width,
    words,
)
from tests.charts.properties import PROPERTIES
from tests.charts.samples import EMPTY, SAMPLES


def weak(_: Any, scene: Scene) -> Iterator[object]:
    """Coloured texts that are light or small."""
    plain = {theme.INK, theme.SECOND, theme.PAPER}
    for text in scene.texts:
        light = text.style.weight is theme.Weight.REGULAR or text.style.size < theme.QUIET.size
        if text.style.colour not in plain and light:
            yield text


def faint(_: Any, scene: Scene) -> Iterator[object]:
    """Texts without contrast to what is under them."""
    under: list[object] = []
    for item in scene.items:
        if not isinstance(item, Text):
            under.append(item)
            continue
        least = 3.0 if item.style.size >= 40 and item.style.weight is theme.Weight.BOLD else 4.5  # large text
        for x, y in samples_of(item.edges):
            ground = ground_at(under, x, y)
            if contrast(item.style.colour, ground) < least:
                yield item, ground


def long(_: Any, scene: Scene) -> Iterator[object]:
    """A headline of no lines, or of more than two."""
    headline = max(text.style.size for text in scene.texts[:3])
    lines = {text.y for text in scene.texts if text.style.size == headline and text.y < 160}
    if not 1 <= len(lines) <= 2:
        yield lines


def red(picture: Any, scene: Scene) -> Iterator[object]:
    """Red where nothing is missed and nobody lacks."""
    if not any(sign in repr(picture) for sign in _BAD) and theme.MISSED in repr(scene):
        yield theme.MISSED


_BAD = ("MISSED", "LACKS", "struck=True")


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_overlaps_is_cut_is_left_out_or_hard_to_read(name: str) -> None:
    picture = SAMPLES[name]
    scene = charts.scene(picture)
    broken = {
        rule.__name__: found for rule in (*PROPERTIES, weak, faint, long, red) if (found := list(rule(picture, scene)))
    }
    assert not broken


def test_every_week_of_a_forecast_has_its_sum_however_narrow() -> None:
    picture = SAMPLES["load-forecast-eight-weeks"]
    sums = [each.text for each in picture.sums]
    assert [text.words for text in charts.scene(picture).texts if text.words in sums] == sums


@pytest.mark.parametrize("name", EMPTY)
def test_a_picture_without_data_refuses_to_be_drawn(name: str) -> None:
    picture = EMPTY[name]
    with pytest.raises(NothingToDraw):
        charts.draw(picture)


def test_a_running_day_is_as_wide_as_its_elapsed_part_and_never_judged() -> None:
    whole = bars(charts.scene(june.TARGET))
    running = bars(charts.scene(awkward.TARGETS["running"]))
    assert width(running[-1]) == pytest.approx(0.6 * width(whole[-1]))
    tinted = boxes(charts.scene(awkward.TARGETS["running"]), theme.GAP)
    assert len(tinted) == len(boxes(charts.scene(june.TARGET), theme.GAP)) - 1


def test_the_running_hour_is_not_red_though_it_was_passed_as_missed() -> None:
    scene = charts.scene(june.TODAY)
    assert len(boxes(scene, theme.MISSED)) == 2
    bar = max(boxes(scene, theme.FACT), key=lambda box: box.right)
    assert width(bar) == pytest.approx(width(boxes(scene, theme.FACT)[0]) / 2)


def test_bars_start_at_zero_and_are_to_scale() -> None:
    facts = [point.fact.value for point in volumes(june.CALLS) if point.fact]
    drawn = bars(charts.scene(june.CALLS))
    base = drawn[0].bottom
    scales = [(base - bar.top) / fact for bar, fact in zip(drawn, facts, strict=True)]
    assert max(scales) - min(scales) < 1e-6


def test_a_zero_is_three_pixels_high_and_labelled() -> None:
    scene = charts.scene(awkward.TARGETS["zero"])
    bar = bars(scene)[6]
    assert bar.bottom - bar.top == 3
    assert "0" in words(scene)


def test_a_gap_has_no_bar_and_is_named() -> None:
    scene = charts.scene(awkward.TARGETS["gaps"])
    assert len(bars(scene)) == 11
    assert {"нет данных", "н/д"} <= words(scene)


def test_a_line_is_not_drawn_across_a_gap() -> None:
    scene = charts.scene(replace(june.SL, lines=june.SL.lines[1:]))
    runs = [item for item in scene.items if isinstance(item, Stroke) and item.colour == theme.FACT]
    assert sorted(len(run.spots) for run in runs) == [6, 8]


def test_an_outlier_is_clipped_with_its_value_and_does_not_flatten_the_rest() -> None:
    usual, odd = (charts.scene(picture) for picture in (june.TARGET, awkward.TARGETS["outlier"]))
    assert "14,2" in words(odd)
    assert [item for item in odd.items if isinstance(item, Area) and len(item.spots) == 3]
    before, after = bars(usual)[0], bars(odd)[0]
    assert after.bottom - after.top > 0.6 * (before.bottom - before.top)


def test_all_panels_have_the_same_seconds_per_pixel() -> None:
    scene = charts.scene(june.AHT)
    red = boxes(scene, theme.MISSED)
    first = max((bar for bar in red if bar.bottom < 480), key=height)
    second = max((bar for bar in red if bar.bottom > 480), key=height)
    assert height(first) / 22 == pytest.approx(height(second) / 27, rel=0.02)


def test_a_line_without_a_plan_gets_no_verdict() -> None:
    scene = charts.scene(replace(june.AHT, lines=awkward.HANDLING_TIMES["no-plan"].lines[:1]))
    assert "плана нет" in words(scene)
    assert not boxes(scene, theme.MISSED)


def test_a_missed_day_is_a_triangle_beyond_its_norm() -> None:
    scene = charts.scene(replace(june.SL, lines=june.SL.lines[:1]))
    triangles = [item for item in scene.items if isinstance(item, Area) and item.fill == theme.MISSED]
    floor = next(item.spots[0][1] for item in scene.items if isinstance(item, Stroke) and item.colour == theme.INK)
    assert len(triangles) == 2
    assert all(max(y for _, y in triangle.spots) > floor for triangle in triangles)
    assert {"78", "74"} <= words(scene)


def test_missed_rows_alone_are_tinted() -> None:
    scene = charts.scene(june.SCORE)
    assert len(boxes(scene, theme.TINT)) == 4


def test_a_deviation_beyond_the_axis_gets_an_arrow_head() -> None:
    scene = charts.scene(june.SCORE)
    arrows = [item for item in scene.items if isinstance(item, Area) and len(item.spots) == 5]
    assert len(arrows) == 4


def test_worse_is_left_and_better_is_right_of_the_axis() -> None:
    scene = charts.scene(june.SCORE)
    (axis,) = {
        item.spots[0][0]
        for item in scene.items
        if isinstance(item, Stroke) and item.width == theme.PLAN and item.spots[0][0] == item.spots[1][0]
    }
    for item in scene.items:
        if isinstance(item, Area) and item.fill == theme.MISSED and len(item.spots) == 4 and height_of(item) > 15:
            assert max(x for x, _ in item.spots) <= axis
        if isinstance(item, Area) and item.edge == theme.MET:
            assert min(x for x, _ in item.spots) >= axis


def test_the_gap_of_the_forecast_ends_at_both_its_curves() -> None:
    scene = charts.scene(june.RESERVES)
    gap = [item for item in scene.items if isinstance(item, Stroke) and item.colour == theme.MISSED][-1]
    rings = [(item.x, item.y) for item in scene.items if isinstance(item, Disc) and item.fill == theme.PAPER]
    assert set(gap.spots) == set(rings)


def test_more_lines_than_fit_are_refused() -> None:
    line = june.SL.lines[0]
    with pytest.raises(ValueError, match="at most 6"):
        replace(june.SL, lines=(line,) * 7)


def test_points_and_slots_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        paned(june.TARGET, volumes=volumes(june.TARGET)[:-1])


def test_a_point_of_the_future_is_not_missing() -> None:
    assert not Point(None, elapsed=0).missing
    assert Point(None).missing
    assert Point(Amount(1, "1"), 2, Judgement.MISSED, 0.5).judged is Judgement.NONE


@pytest.mark.parametrize("name", ["Сияние", "Линия поддержки дольщиков " * 5, "Б" * 120])
def test_a_headline_is_set_smaller_and_broken_but_never_cut(name: str) -> None:
    text = (
        f"Входящие звонки, {name}: 12\u00a0480 к 14:30 15\u00a0июня,\n"
        "больше, чем 16\u00a0мая – 14\u00a0июня на то же время: 11\u00a0930"
    )
    titles = replace(june.SL.titles, headline=(HeadlineSpan(text, Judgement.MISSED),))
    scene = charts.scene(replace(june.SL, titles=titles))
    printed = "".join(text.words for text in scene.texts if text.style.colour == theme.MISSED and text.y < 400)
    assert printed.replace(" ", "").startswith(text.replace("\n", "").replace(" ", ""))
    assert all(text.edges.right <= scene.width - scene.margin + 1 for text in scene.texts)


def test_half_a_day_of_reservations_is_half_as_wide() -> None:
    whole, half = (charts.scene(replace(june.reserves(1, 0.8), elapsed=share)) for share in (1.0, 0.5))
    areas = [
        next(item for item in scene.items if isinstance(item, Area) and item.fill == theme.FACT)
        for scene in (whole, half)
    ]
    wide, narrow = (max(x for x, _ in area.spots) - min(x for x, _ in area.spots) for area in areas)
    assert narrow == pytest.approx(wide / 2)


def test_yesterday_is_named_on_its_line_and_not_beside_the_number_of_today() -> None:
    scene = charts.scene(june.TODAY)
    number = next(text for text in scene.texts if text.words == june.TODAY.total.text)
    name = next(text for text in scene.texts if text.words == june.TODAY.labels.yesterday)
    assert name.edges.right < number.edges.left
