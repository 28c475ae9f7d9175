"""What the same question about the same half month costs as the history grows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.table import Table

from tests.bench.measure import differences, side_by_side

WORK = {"figures": "the digest's figures", "digest": "with plans and text"}


def table(homes: Mapping[str, Path]) -> Table:
    """A row for each length of history; ratios are to the shortest."""
    shown = Table(
        "the same half month",
        "history",
        "ms",
        "of the shortest",
        "processor, ms",
        "of the shortest",
        "MB",
        "the same numbers",
    )
    for what, title in WORK.items():
        found = side_by_side({scale: ("ours", what, home) for scale, home in homes.items()}, turns=5)
        first = next(iter(found.values()))
        for scale, measured in found.items():
            equal = "" if what == "digest" else "no" if differences(first.found, measured.found) else "yes"
            clock, cpu = f"{measured.ms / first.ms:.2f}", f"{measured.cpu / first.cpu:.2f}"
            times = (f"{measured.ms:.0f}", clock, f"{measured.cpu:.0f}", cpu)
            shown.add_row(title, scale, *times, f"{measured.mb:.0f}", equal)
    return shown
