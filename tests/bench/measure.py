"""Measuring: medians in this process, and other processes with their peaks of memory."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


def median_ms(work: Callable[[], Any], rounds: int = 12) -> float:
    """The median of so many rounds, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


@dataclass(frozen=True)
class Measured:
    """One way of doing a piece of work: medians of its rounds, its process's peak of memory, what it found."""

    ms: float
    cpu: float
    """Milliseconds of processor time: on a machine that others use, the figure to compare."""
    mb: float
    found: Any


def side_by_side(ways: Mapping[str, Sequence[str | Path]], turns: int = 4, rounds: int = 3) -> dict[str, Measured]:
    """Each way (arguments of `tests.bench.child`) in processes of its own, by turns: the load is the same for all."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    last: dict[str, Any] = {}
    for turn in range(turns):
        names = list(ways)
        # Who begins changes: a neighbour's work that starts in between does not hit the same one every time.
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            line = [sys.executable, "-m", "tests.bench.child", *map(str, ways[name]), str(rounds)]
            done = subprocess.run(line, check=True, capture_output=True, cwd=ROOT)
            last[name] = json.loads(done.stdout)
            times[name] += last[name]["ms"]
            spent[name] += last[name]["cpu"]
    return {
        name: Measured(statistics.median(times[name]), statistics.median(spent[name]), each["mb"], each["found"])
        for name, each in last.items()
    }


def run_command(*arguments: str | Path) -> tuple[float, float]:
    """Run `svodka` in a process of its own: (seconds, peak of memory in MB)."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(process.stderr.read().decode() if process.stderr else "")
    return seconds, usage.ru_maxrss / 1024


def differences(ours: Any, theirs: Any) -> list[str]:
    """Which figures are not the same; whatever differs only by the order of adding up is."""
    one, other = _flat(ours), _flat(theirs)
    pairs = [(key, one.get(key), other.get(key)) for key in sorted({*one, *other})]
    return [
        f"{key}: {a} and {b}" for key, a, b in pairs if a is None or b is None or not math.isclose(a, b, rel_tol=1e-9)
    ]


def _flat(found: Any) -> dict[str, float]:
    """Figures by key, or the rows of a series by their numbers."""
    if isinstance(found, dict):
        return found
    return {f"{row}.{column}": value for row, values in enumerate(found) for column, value in enumerate(values)}
