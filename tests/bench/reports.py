"""Each report over a half month and over a year of a history, warm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.table import Table

from bot.project import open_project
from digests.catalogue import REPORTS
from digests.engine import evaluate
from metrics.periods import parse
from tests.bench.measure import median_ms

AFTER = "2026-06-17T06:00"
"""A clock past the records, as a centre's is."""
PERIODS = {"month": "2026-05", "year": "2025-06-01..2026-05-31"}


def table(home: Path) -> Table:
    shown = Table("report", *(f"{name}, ms" for name in PERIODS))
    project = open_project(home, AFTER)
    for key, report in REPORTS.items():
        times = []
        for text in PERIODS.values():
            span = parse(text, project.timezone)

            def computed(spec: object = report.spec, span: object = span) -> object:
                return evaluate(project.session(), spec, span)  # type: ignore[arg-type]

            measured: Callable[[], object] = computed
            times.append(median_ms(measured, rounds=3))
        shown.add_row(key, *(f"{time:.0f}" for time in times))
    return shown
