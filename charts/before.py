"""The period before as one lighter line; it gets no verdict."""

from collections.abc import Sequence

from charts import theme
from charts.labels import place
from charts.scale import Scale
from charts.scene import Edges, Items, Path, Stroke, Text, centred, flat
from charts.slots import Grid, runs_of

WIDTH = 5.0
_RIM = 9.0
_DASH = 0.7  # of a slot
_APART, _OVER = 24.0, 8.0
"""From a value's label, whose name it is not."""
_NAME = theme.VALUE.inked(theme.SECOND)


def pieces(grid: Grid, scale: Scale, values: Sequence[float | None]) -> list[Path]:
    """The line in pieces, between slots without data."""
    return [
        tuple((grid.centre(index), scale(values[index] or 0)) for index in range(first, last + 1))
        for first, last in runs_of([value is not None for value in values])
    ]


def drawn(grid: Grid, scale: Scale, values: Sequence[float | None]) -> list[Path]:
    """The pieces as they are drawn: one of a single slot is a dash, since a line has two ends."""
    half = grid.bar(_DASH) / 2
    return [
        spots if len(spots) > 1 else tuple((x + side, y) for x, y in spots for side in (-half, half))
        for spots in pieces(grid, scale, values)
    ]


def strokes(paths: Sequence[Path], width: float = WIDTH) -> Items:
    """With a rim of paper, so that it stays visible on bars."""
    rim = width + _RIM - WIDTH
    return flat(*((Stroke(spots, theme.PAPER, rim), Stroke(spots, theme.PREVIOUS, width)) for spots in paths))


def named(
    paths: Sequence[Path], words: str, taken: Sequence[Edges], labels: Sequence[Text], bounds: Edges
) -> tuple[Text, ...]:
    """Its name near the line, the end first, well apart from the labels of values."""
    spots = [spot for path in reversed(paths) for spot in reversed(path)]
    if not words or not spots:
        return ()
    step = max(1, len(spots) // 31)
    places = [centred(x, y + shift, words, _NAME) for shift in (-14, 34, -24, 44) for x, y in spots[::step]]
    apart = [
        Edges(e.left - _APART, e.top - _OVER, e.right + _APART, e.bottom + _OVER) for e in (t.edges for t in labels)
    ]
    return place([places], [*taken, *apart], bounds)
