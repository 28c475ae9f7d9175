"""Every picture fits, whatever its period and its data: nothing overlaps, is cut or is outside."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from charts.answer_model import Series
from charts.contest_model import Climb, Crowd
from charts.model import Load, Points, TargetTraffic
from charts.scene import Area, Box, Edges, Stroke
from charts.theme import CONNECTOR, INK, NEAR, PAPER, VALUE, WINDOW
from tests.charts.looking import corners, crosses
from tests.digests.shapes import PICTURES, Shape, shapes
from tests.digests.test_pictures import plain

SLACK = 10
"""A label centred on the last point may reach so far into the margin."""


def overlapping(shape: Shape) -> Iterator[object]:
    for one, other in itertools.combinations(shape.scene.texts, 2):
        if one.edges.overlaps(other.edges):
            yield one.words, other.words


def outside(shape: Shape) -> Iterator[object]:
    scene = shape.scene
    for text in scene.texts:
        edges = text.edges
        within = scene.margin - SLACK <= edges.left and edges.right <= scene.width - scene.margin + SLACK
        if not (within and edges.top >= 24 and edges.bottom <= scene.height - 24):
            yield text.words, edges
    for item in scene.items:
        for x, y in corners(item):
            if not (-0.01 <= x <= scene.width + 0.01 and -0.01 <= y <= scene.height + 0.01):
                yield item


def struck(shape: Shape) -> Iterator[object]:
    """Texts that a line goes through."""
    for text in shape.scene.texts:
        core = text.edges
        inner = Edges(core.left + 1, core.top + 4, core.right - 1, core.bottom - 5)
        for item in shape.scene.items:
            if isinstance(item, Stroke) and any(crosses(inner, *pair) for pair in itertools.pairwise(item.spots)):
                yield text.words, item.spots[:3]


def cut(shape: Shape) -> Iterator[object]:
    """Words of the headline or the footnote that are not printed."""
    titles = shape.picture.titles
    printed = "".join(text.words for text in shape.scene.texts).replace(" ", "")  # a word may be of two colours
    headline = "".join(span.text for span in titles.headline).replace("\n", " ")
    for word in f"{headline} {titles.footnote or titles.subtitle}".split(" "):
        if word not in printed:
            yield word, printed[:200]


def small(shape: Shape) -> Iterator[object]:
    yield from (text.words for text in shape.scene.texts if text.style.size < 26)


def beyond(shape: Shape) -> Iterator[object]:
    """Values of bars that stand over the plan they are below, without being joined to their bars."""
    scene = shape.scene
    frames = [item for item in scene.items if isinstance(item, Stroke) and len(item.spots) == 4 and item.colour == INK]
    joints = [item for item in scene.items if isinstance(item, Stroke) and item.width == CONNECTOR]
    for point in (point for points in _volumes(shape.picture) for point in points):
        if point.fact is None or point.plan is None or point.fact.value >= point.plan:
            continue
        for text in scene.texts:
            middle = (text.edges.left + text.edges.right) / 2
            over = [
                f for f in frames if f.spots[0][0] <= middle <= f.spots[3][0] and text.edges.bottom <= f.spots[1][1]
            ]
            near = [f for f in over if f.spots[1][1] - text.edges.bottom < 60]
            joined = any(abs(joint.spots[0][1] - text.edges.bottom) < 2 for joint in joints)
            if (
                text.words == point.fact.text
                and text.style == VALUE
                and near
                and not joined
                and _only(shape.picture, point.fact.text)
            ):
                yield text.words, point.plan


def _volumes(picture: Any) -> list[Points]:
    match picture:
        case TargetTraffic():
            return [picture.points]
        case Load():
            return [picture.volumes]
        case Series() if picture.volume and len(picture.lines) == 1:
            return [picture.lines[0].points]
    return []


def _only(picture: Any, text: str) -> bool:
    """Whether a text is of values below their plans alone."""
    points = [point for points in _volumes(picture) for point in points if point.fact and point.fact.text == text]
    return all(point.fact and point.plan is not None and point.fact.value < point.plan for point in points)


def untrue(shape: Shape) -> Iterator[object]:
    """A headline's most that is not the most of what is drawn."""
    headline = plain("".join(span.text for span in shape.picture.titles.headline))
    found = re.search(r"(?:больше всего|most)(?: —)? .*: ([\d \u202f,.]+)", headline)
    rounded = "млн" in headline or "million" in headline
    if not found or rounded or not isinstance(shape.picture, Series) or len(shape.picture.lines) > 1:
        return
    whole = [
        point.fact
        for point, slot in zip(shape.picture.lines[0].points, shape.picture.days, strict=True)
        if point.fact and point.elapsed >= 1 and not slot.sublabel[:1].isdigit()
    ]
    most = max(whole, key=lambda fact: fact.value)
    if plain(most.text).split(",")[0] not in found[1]:
        yield headline, most.text


def unnamed(shape: Shape) -> Iterator[object]:
    """Days in which a value is labelled as missed or the most, and whose own names are not printed."""
    if not isinstance(shape.picture, TargetTraffic | Load):
        return
    printed = {text.words for text in shape.scene.texts}
    (points,) = _volumes(shape.picture)
    named = [point.fact for point, slot in zip(points, shape.picture.days, strict=True) if slot.label in printed]
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


LOOKS = (overlapping, outside, struck, cut, small, beyond, untrue, unnamed, torn)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_fits(name: str, language: str) -> None:
    found = [
        (shape.name, look.__name__, fault)
        for shape in shapes(name, language)
        for look in LOOKS
        for fault in look(shape)
    ]
    assert not found, found[:5]
