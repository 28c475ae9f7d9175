"""Every picture fits, whatever its period and its data: nothing overlaps, is cut, is outside or is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from charts.canvas.scene import Area, Box, Disc, Hatch, Item, Stroke, Text
from charts.canvas.theme import CONNECTOR, FACT, INK, LIT, MISSED, NEAR, PAPER, PREVIOUS, RULE, VALUE, WINDOW
from charts.forms.contributions import Contributions
from charts.forms.crowd import Crowd
from charts.forms.multiples import Levels
from charts.forms.panels import Columns, Panels
from charts.forms.ranking import Ranking
from charts.forms.series import Series
from charts.forms.tower import Climb
from charts.model import Points
from tests.charts.building import rates
from tests.charts.looking import bars, corners
from tests.charts.properties import PROPERTIES, panels
from tests.digests.shapes import PICTURES, Case, Shape, shape, shapes
from tests.digests.test_pictures import plain


def beyond(shape: Shape) -> Iterator[object]:
    """Values of bars that stand over the plan they are below, without being joined to their bars."""
    scene = shape.scene
    frames = [item for item in scene.items if isinstance(item, Stroke) and len(item.spots) == 4 and item.colour == INK]
    joints = [item for item in scene.items if isinstance(item, Stroke) and item.width == CONNECTOR]
    points = [point for points in _volumes(shape.picture) for point in points if point.fact and point.plan is not None]
    below = {point.fact.text for point in points if point.fact and point.plan and point.fact.value < point.plan}
    below -= {point.fact.text for point in points if point.fact and point.plan and point.fact.value >= point.plan}
    for text in scene.texts:
        if text.words not in below or text.style != VALUE:
            continue
        middle, foot = (text.edges.left + text.edges.right) / 2, text.edges.bottom
        near = [
            frame
            for frame in frames
            if frame.spots[0][0] <= middle <= frame.spots[3][0] and 0 <= frame.spots[1][1] - foot < 60
        ]
        if near and not any(abs(joint.spots[0][1] - foot) < 2 for joint in joints):
            yield text.words


def _volumes(picture: Any) -> list[Points]:
    match picture:
        case Panels() if len(picture.panels) == 2:  # of three panels a bar may be within a pixel of its plan
            return [panel.points for panel in picture.slotted if isinstance(panel, Columns)]
        case Series() if picture.volume and len(picture.lines) == 1:
            return [picture.lines[0].points]
    return []


def untrue(shape: Shape) -> Iterator[object]:
    """A headline's most that is not the most of what is drawn."""
    headline = plain("".join(span.text for span in shape.picture.titles.headline))
    found = re.search(r"(?:больше всего|most)(?: —)? .*: ([\d \u202f,.]+)", headline)
    rounded = "млн" in headline or "million" in headline
    if not found or rounded or not isinstance(shape.picture, Series) or len(shape.picture.lines) > 1:
        return
    whole = [
        point.fact
        for point, slot in zip(shape.picture.lines[0].points, shape.picture.slots, strict=True)
        if point.fact and point.elapsed >= 1 and not slot.sublabel[:1].isdigit()
    ]
    most = max(whole, key=lambda fact: fact.value)
    if plain(most.text).split(",")[0] not in found[1]:
        yield headline, most.text


def unnamed(shape: Shape) -> Iterator[object]:
    """Days in which a value is labelled as missed or the most, and whose own names are not printed."""
    if not isinstance(shape.picture, Panels) or not _volumes(shape.picture):
        return
    printed = {text.words for text in shape.scene.texts}
    (points,) = _volumes(shape.picture)
    named = [point.fact for point, slot in zip(points, shape.picture.slots, strict=True) if slot.label in printed]
    values = [point.fact.value for point in points if point.fact]
    for value in {max(values), min(values)} if values else ():
        if value not in [fact.value for fact in named if fact]:
            yield value


def torn(shape: Shape) -> Iterator[object]:
    """A tower in more than two pieces, or somebody over the final's line who is not in the final."""
    scene = shape.scene
    if not isinstance(shape.picture, Climb | Crowd):
        return
    strips = [item for item in scene.items if isinstance(item, Area) and item.fill == PAPER]
    if len(strips) > 1:
        yield len(strips)
    lines = [item.spots[0][1] for item in scene.items if isinstance(item, Stroke) and item.dash == (12, 8)]
    windows = [item for item in scene.items if isinstance(item, Box) and item.fill in (NEAR, WINDOW)]
    if lines and isinstance(shape.picture, Crowd):
        yield from (box for box in windows if box.bottom < lines[0] - 1)


def folded(shape: Shape) -> Iterator[object]:
    """Lines, people and parts that are neither drawn nor said to be left out; a sum that is not that of its parts."""
    picture = shape.picture
    match picture:
        case Ranking():
            drawn, said = len(picture.rows), picture.rest[0] if picture.rest else ""
        case Climb():
            drawn, said = len(picture.rows), picture.rest
        case Crowd():
            drawn, said = sum(floor.people for floor in picture.floors), ""
        case Contributions():
            said = next((row.name for row in picture.rows if _left_out(row.name)), "")
            drawn = len(picture.rows) - bool(said)
            if abs(sum(row.effect for row in picture.rows) - picture.total.effect) > 1e-6:
                yield picture.total
        case Levels() if shape.whole:
            drawn, said = len(picture.lines), picture.titles.footnote
        case _:
            return
    if drawn + _left_out(said) != shape.whole:
        yield drawn, said, shape.whole


def _left_out(said: str) -> int:
    """How many a sentence says are not drawn, or have nothing to draw."""
    found = re.findall(r"(?i)ещё\s(\d+)|(\d+)\smore|(\d+)\sлини\w+ данных|(\d+)\slines? ha", said)
    return sum(int(number) for numbers in found for number in numbers if number)


LOOKS = (beyond, untrue, unnamed, torn, folded)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_fits(name: str, language: str) -> None:
    made = shapes(name, language)
    found = [
        (shape.name, broken.__name__, fault)
        for shape in made
        for broken in PROPERTIES
        for fault in broken(shape.picture, shape.scene)
    ]
    found += [(shape.name, look.__name__, fault) for shape in made for look in LOOKS for fault in look(shape)]
    assert not found, found[:5]


def shape_of(name: str, length: int, kind: str) -> Shape:
    made = shape(name, Case(length, kind))
    assert made is not None
    return made


def without(shape: Shape, lost: Callable[[Item], bool]) -> Shape:
    return replace(shape, scene=replace(shape.scene, items=tuple(each for each in shape.scene.items if not lost(each))))


def mended(shape: Shape, change: Callable[[Item], Item]) -> Shape:
    return replace(shape, scene=replace(shape.scene, items=tuple(change(each) for each in shape.scene.items)))


def broken(shape: Shape) -> set[str]:
    """The properties that a shape does not have."""
    found = {each.__name__ for each in PROPERTIES if any(each(shape.picture, shape.scene))}
    return found | {look.__name__ for look in LOOKS if any(look(shape))}


def is_fact(item: Item) -> bool:
    return getattr(item, "fill", getattr(item, "colour", "")) in (FACT, MISSED)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("service-level", "plain"), ("aht", "twelve lines"), ("calls-lcr", "plain"), ("volume-lines", "plain")],
)
def test_a_panel_that_has_a_title_and_no_datum_is_seen(name: str, kind: str) -> None:
    shape = shape_of(name, 15, kind)
    upper = panels(shape.picture, shape.scene)[0]
    lost = [mark.item for mark in upper.marks]
    assert broken(shape) == set()
    assert {"empty", "undrawn"} <= broken(without(shape, lambda item: any(item is each for each in lost)))


@pytest.mark.parametrize("name", ["target-traffic", "calls-lcr", "aht", "series", "volume", "answer-today"])
@pytest.mark.parametrize("end", [0, -1])
def test_a_series_without_its_first_or_last_day_is_seen(name: str, end: int) -> None:
    shape = shape_of(name, 15, "plain")
    *_, panel = panels(shape.picture, shape.scene)
    lost = panel.slots[end]

    def shorter(item: Item) -> Item:
        if isinstance(item, Stroke) and any(mark.item is item for mark in lost):
            return replace(item, spots=tuple(spot for spot in item.spots if spot[0] != lost[0].x))
        return item

    marks = [mark.item for mark in lost if not isinstance(mark.item, Stroke)]
    rest = mended(without(shape, lambda item: any(item is each for each in marks)), shorter)
    assert "undrawn" in broken(without(rest, lambda item: isinstance(item, Stroke) and not item.spots))


LOST: dict[str, Callable[[Item], bool]] = {
    "scoreboard": lambda item: isinstance(item, Area) and len(item.spots) > 3,
    "ranking": lambda item: isinstance(item, Area | Disc) and is_fact(item) and corners(item)[0][0] > 90,
    "ranking-volume": lambda item: isinstance(item, Box) and is_fact(item),
    "contributions": lambda item: isinstance(item, Box | Area) and item.fill != RULE,
    "contest": lambda item: isinstance(item, Stroke) and len(item.spots) == 4,
    "contest-200": lambda item: isinstance(item, Box) and item.fill in (LIT, NEAR, WINDOW),
    "reservations": lambda item: isinstance(item, Hatch),
}


@pytest.mark.parametrize("name", LOST)
def test_a_row_a_window_and_a_day_that_are_not_drawn_are_seen(name: str) -> None:
    shape = shape_of(name, 15, "plain")
    lost = next(item for item in shape.scene.items if LOST[name](item))
    assert broken(shape) == set()
    assert "undrawn" in broken(without(shape, lambda item: item is lost))


def test_the_period_before_that_is_named_and_not_drawn_is_seen() -> None:
    for name, length in (("volume-before", 1), ("series-before", 15), ("series-weeks", 1)):
        shape = shape_of(name, length, "plain")
        assert "undrawn" in broken(without(shape, lambda item: getattr(item, "colour", "") == PREVIOUS))


@pytest.mark.parametrize(("name", "kind"), [("target-traffic", "plain"), ("calls-lcr", "outlier")])
def test_what_is_cut_at_an_end_of_its_axis_and_does_not_say_so_is_seen(name: str, kind: str) -> None:
    shape = shape_of(name, 15, kind)
    value = shape.picture.execution.values[0] if name == "target-traffic" else rates(shape.picture)[1].fact
    assert "flattened" not in broken(shape)
    assert "flattened" in broken(without(shape, lambda item: isinstance(item, Text) and item.words == value.text))
    assert "flattened" in broken(without(shape, lambda item: isinstance(item, Area) and len(item.spots) == 3))


def test_a_bar_that_is_cut_off_is_seen() -> None:
    shape = shape_of("volume", 15, "plain")
    tallest = min(bars(shape.scene), key=lambda bar: bar.top)
    lower = mended(shape, lambda item: replace(tallest, top=tallest.top + 40) if item is tallest else item)
    assert "flattened" in broken(lower)


def test_marks_and_labels_beyond_an_edge_are_seen() -> None:
    shape = shape_of("volume", 15, "plain")
    last, within = bars(shape.scene)[-1], shape.scene.width - 4
    assert "outside" in broken(mended(shape, lambda item: replace(last, right=within) if item is last else item))
    label = next(text for text in shape.scene.texts if text.style.colour == PAPER)
    low = mended(shape, lambda item: replace(label, y=shape.scene.height - 10) if item is label else item)
    assert "outside" in broken(low)
    sideways = mended(shape, lambda item: replace(label, x=label.x + 22) if item is label else item)
    assert "covered" in broken(sideways)


def test_a_figure_that_is_cut_is_seen() -> None:
    shape = shape_of("scoreboard", 15, "huge")
    plan = next(text for text in shape.scene.texts if text.words.startswith("10\u00a0850"))
    cut = mended(shape, lambda item: replace(plan, words="10\u00a0850\u00a000…") if item is plan else item)
    assert "shortened" not in broken(shape)
    assert "shortened" in broken(cut)


@pytest.mark.parametrize("name", ["ranking-volume", "contest", "service-level", "series-lines", "contributions"])
def test_a_number_of_those_left_out_that_is_too_small_is_seen(name: str) -> None:
    shape = shape_of(name, 31, "twelve lines" if name in ("service-level", "series-lines") else "plain")
    assert "folded" not in broken(shape)
    assert shape.whole is not None
    assert "folded" in broken(replace(shape, whole=shape.whole + 1))


def test_lines_without_data_are_said_to_have_none() -> None:
    shape = shape_of("service-level", 15, "silent lines")
    assert "По 3 линиям данных нет" in plain(shape.picture.titles.footnote)
