"""Load: half hours counted, cold and warm; twenty lines forecast with their back-test; people; a day's queue.

Counting is of a history of calls; the rest of made-up lines, since it depends on half hours alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
from rich.table import Table

from bot.project import open_project
from metrics import quarter_hours
from metrics.load import counts
from metrics.load.erlang import Service
from metrics.load.history import HALF_HOURS, Calendar, Floats, History
from metrics.load.outlook import look_ahead
from metrics.load.queue import expected
from metrics.load.staffing import Rules, need
from metrics.marks import day_marks
from tests.bench.history import CLOCK

LINES, DAYS, AHEAD = 20, 420, 56
AHT_S = 240.0


def table(home: Path, scale: str) -> Table:
    shown = Table("work", "ms", "processor, ms", "goal")
    for name, (ms, processor), goal in _measured(home, scale):
        shown.add_row(name, f"{ms:,.0f}", f"{processor:,.0f}", goal)
    return shown


def _measured(home: Path, scale: str) -> Iterator[tuple[str, tuple[float, float], str]]:
    project = open_project(home, CLOCK)

    def counted() -> None:
        calculator = project.session().calculator
        lines = counts.lines_with(calculator, counts.CALL)
        counts.counted(calculator, counts.CALL, lines, day_marks(calculator), AHEAD)

    quarter_hours.forget()
    yield f"half hours of {scale} calls, cold", _timed(counted, 1), "20 s at 10m"
    yield f"half hours of {scale} calls, months that are over kept", _timed(counted), "1 s"
    histories = [_history(line) for line in range(LINES)]
    forecast = _timed(lambda: [look_ahead(each, AHEAD) for each in histories])
    yield f"{LINES} lines, 8 weeks ahead, with the back-test", forecast, "4 s"
    week: Floats = np.concatenate([each.filled[-7:].ravel() for each in histories])
    people = _timed(lambda: need(week, AHT_S, Rules()))
    yield f"people for a week of {LINES} lines", people, "300 ms"
    for peak, goal in ((100.0, "1.5 s"), (600.0, "3 s")):
        day = peak * _shape()
        staff = need(day, AHT_S, Rules(), day > 0).people
        yield f"a day's queue, {peak:.0f} calls a half hour", _timed(_queue(day, staff - 1)), goal


def _queue(day: Floats, staff: np.ndarray) -> Callable[[], object]:
    return lambda: expected(day, np.maximum(staff, 0), AHT_S, Service())


def _timed(work: Callable[[], object], rounds: int = 3) -> tuple[float, float]:
    """The least of some rounds, in milliseconds of the clock and of the processor: nobody else's work is in it."""
    found = []
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        work()
        found.append(((time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000))
    return min(found)


def _shape() -> Floats:
    """A day from 8 to 22 with its peak at noon, 1 at most."""
    at = np.arange(HALF_HOURS) / 2
    shape: Floats = np.where((at >= 8) & (at < 22), np.exp(-(((at - 12) / 5) ** 2)), 0.0)
    return shape


def _history(line: int) -> History:
    """A line of 40 calls and more a half hour at noon, by chance."""
    chance = np.random.default_rng(line)
    days = DAYS + AHEAD
    calendar = Calendar(
        date(2025, 1, 6),
        np.arange(days) % 7,
        np.zeros(days, dtype=bool),
        np.zeros(days, dtype=bool),
        np.ones((days, HALF_HOURS), dtype=bool),
    )
    usual = (40 + line) * np.where(np.arange(DAYS) % 7 < 5, 1.0, 0.4)[:, None] * _shape()
    return History(calendar, chance.poisson(usual).astype(float))
