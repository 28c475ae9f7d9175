"""Every picture against itself drawn with ordinary artists."""

from __future__ import annotations

import statistics
from functools import partial

from rich.table import Table

import charts
from tests.bench import ordinary
from tests.bench.measure import median_ms


def table() -> Table:
    from tests.charts.samples import JUNE

    shown = Table("picture", "ms", "ordinary, ms", "ratio")
    ours, theirs = [], []
    for name, picture in JUNE.items():
        ours.append(median_ms(partial(charts.draw, picture)))
        scene = charts.scene(picture)
        theirs.append(median_ms(partial(ordinary.draw, scene), rounds=3))
        shown.add_row(name, *_row(ours[-1], theirs[-1]))
    shown.add_row("median", *_row(statistics.median(ours), statistics.median(theirs)))
    return shown


def _row(ours: float, theirs: float) -> tuple[str, str, str]:
    return f"{ours:.1f}", f"{theirs:.0f}", f"{ours / theirs:.2f}"
