"""The digest's figures and a full-history trend: ours, by hand, in pandas, over the same files."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from tests.bench.measure import differences, side_by_side

WAYS = ("ours", "by hand", "pandas")


def table(home: Path, scale: str) -> Table:
    shown = Table(f"{scale} calls", "ms", "of by hand", "processor, ms", "of by hand", "MB", "the same numbers")
    for what, title, turns in (("figures", "the digest's figures", 4), ("trend", "calls, SL and LCR by month", 2)):
        found = side_by_side({way: (way, what, home) for way in WAYS}, turns, rounds=3 if what == "figures" else 1)
        ours, hand = found["ours"], found["by hand"]
        for way, measured in found.items():
            unlike = differences(ours.found, measured.found)
            clock, cpu = f"{measured.ms / hand.ms:.2f}", f"{measured.cpu / hand.cpu:.2f}"
            equal = "yes" if not unlike else "; ".join(unlike[:3])
            times = (f"{measured.ms:.0f}", clock, f"{measured.cpu:.0f}", cpu)
            shown.add_row(f"{title}, {way}", *times, f"{measured.mb:.0f}", equal)
    return shown
