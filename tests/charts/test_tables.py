"""Tables as pictures: bars and cells say what the table says, and what is lost from them is seen."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

import charts
from charts.canvas import theme
from charts.canvas.scene import Box, Item, Scene, Text
from charts.forms.bars import Bar
from charts.forms.matrix import SHADES, MatrixCell, MatrixRow
from charts.model import Amount, Judgement
from tests.charts.looking import boxes, words
from tests.charts.properties import undrawn
from tests.charts.tables import BARS, MATRIX, bars, counted, matrices

ONE, MATRICES = bars()["one-measure"], matrices()


def solid(scene: Scene) -> list[Box]:
    """The bars of rows, from the top."""
    found = [item for item in scene.items if isinstance(item, Box) and item.fill in (theme.FACT, theme.MISSED)]
    return sorted(found, key=lambda bar: (bar.left, bar.top))


def shades(scene: Scene) -> list[int]:
    return [SHADES.index(item.fill) for item in scene.items if isinstance(item, Box) and item.fill in SHADES]


def test_bars_are_to_one_scale_from_zero() -> None:
    rows = tuple(Bar(name, Amount(value, f"{value}")) for name, value in (("a", 40.0), ("b", 20.0), ("c", 10.0)))
    first, second, third = (bar.right - bar.left for bar in solid(charts.scene(replace(ONE, rows=rows))))
    assert (first / second, second / third) == (pytest.approx(2), pytest.approx(2))


def test_a_second_measure_has_its_own_axis_and_its_own_verdicts() -> None:
    scene = charts.scene(BARS)
    left = {round(bar.left) for bar in solid(scene)}
    assert len(left) == 2
    # Of the keys it is the repeated ones that missed, not their number.
    (missed,) = boxes(scene, theme.MISSED)
    assert round(missed.left) == max(left)
    assert {"Обращения", "Повторные", "16,8\u00a0тыс.", "11\u00a0%"} <= words(scene)


def test_what_is_left_out_recedes_and_the_whole_has_no_bar() -> None:
    scene = charts.scene(BARS)
    assert len(boxes(scene, theme.PREVIOUS)) == 2
    assert len(solid(scene)) == 2 * len(BARS.rows)


def test_a_zero_is_drawn_and_no_data_are_not() -> None:
    rows = (Bar("a", Amount(5, "5")), Bar("b", Amount(0, "0")), Bar("c", None))
    scene = charts.scene(replace(ONE, rows=rows, rest=None, total=None))
    assert [bar.right - bar.left > 2 for bar in solid(scene)] == [True, True]
    assert {"0", "н/д"} <= words(scene)


def test_three_measures_are_refused() -> None:
    with pytest.raises(ValueError, match="one or two"):
        replace(BARS, measures=("a", "b", "c"))


def test_more_is_darker() -> None:
    row = MatrixRow("a", tuple(MatrixCell(counted(value, 0)) for value in (1, 20, 40, 60, 80, 100)))
    scene = charts.scene(replace(MATRIX, columns=tuple("abcdef"), rows=(row,), total=None, totals=""))
    found = shades(scene)
    assert found[0] == 0
    assert found[-1] == len(SHADES) - 1
    assert all(before <= after for before, after in pairwise(found))


def test_a_level_is_shaded_from_its_lowest_and_each_row_on_its_own_scale() -> None:
    rows = tuple(
        MatrixRow(name, (MatrixCell(Amount(low, "l")), MatrixCell(Amount(high, "h"))))
        for name, low, high in (("a", 80, 90), ("b", 1, 2))
    )
    table = replace(MATRIX, columns=("x", "y"), rows=rows, total=None, totals="", volume=False)
    assert shades(charts.scene(replace(table, by_row=True))) == [0, 4, 0, 4]
    assert shades(charts.scene(table)) == [4, 4, 0, 0]


def test_a_zero_is_hollow_a_miss_is_framed_and_no_data_are_neither() -> None:
    row = MatrixRow(
        "a",
        (
            MatrixCell(counted(0, 0)),
            MatrixCell(None),
            MatrixCell(counted(7, 0), Judgement.MISSED),
            MatrixCell(counted(9, 0)),
        ),
    )
    scene = charts.scene(replace(MATRIX, columns=tuple("abcd"), rows=(row,), total=None, totals=""))
    edges = [item.edge for item in scene.items if isinstance(item, Box) and item.edge]
    assert edges == [theme.RULE, theme.MISSED]
    assert len(shades(scene)) == 1
    assert {"0", "н/д", "7", "9"} <= words(scene)


def test_columns_that_do_not_fit_stand_in_blocks() -> None:
    scene = charts.scene(MATRICES["24-hours"])
    heads = [
        next(text for text in scene.texts if text.words == str(hour) and text.style == theme.QUIET)
        for hour in range(24)
    ]
    assert len({round(head.y) for head in heads}) == 3
    assert sum(text.words == "пн" for text in scene.texts) == 3


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of 6 cells in a table of 7 columns"):
        replace(MATRIX, rows=(replace(MATRIX.rows[0], cells=MATRIX.rows[0].cells[:6]),))


@pytest.mark.parametrize(
    ("picture", "lost"),
    [
        (BARS, lambda item: isinstance(item, Box) and item.fill == theme.FACT),
        (BARS, lambda item: isinstance(item, Text) and item.words == "1,1\u00a0тыс."),
        (MATRIX, lambda item: isinstance(item, Box) and item.fill in SHADES),
        (MATRIX, lambda item: isinstance(item, Box) and item.edge == theme.RULE),
        (MATRIX, lambda item: isinstance(item, Text) and item.words == "3186"),
    ],
)
def test_a_bar_a_cell_or_a_figure_that_is_lost_is_seen(picture: object, lost: Callable[[Item], bool]) -> None:
    scene = charts.scene(picture)
    assert not list(undrawn(picture, scene))
    gone = next(item for item in scene.items if lost(item))
    less = replace(scene, items=tuple(item for item in scene.items if item is not gone))
    assert list(undrawn(picture, less))
