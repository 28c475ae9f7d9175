"""Speed, as medians and ratios within one run: `make bench`.

Nothing here is asserted: a machine that others work on is slower, and a ratio within one run says more than a
number. What was measured on which machine stands in docs/speed.md.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROUNDS = 12
PERIOD = "2026-06-01..2026-06-15"


def median_ms(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median of so many rounds, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def pictures() -> Table:
    """Every picture against itself drawn with ordinary artists."""
    from tests.bench import ordinary
    from tests.charts.samples import JUNE

    table = Table("picture", "ms", "ordinary, ms", "ratio")
    ours, theirs = [], []
    for name, sample in JUNE.items():
        ours.append(median_ms(lambda sample=sample: sample.draw(sample.picture)))
        scene = sample.scene(sample.picture)
        theirs.append(median_ms(lambda scene=scene: ordinary.draw(scene), rounds=3))
        table.add_row(name, *_row(ours[-1], theirs[-1]))
    table.add_row("median", *_row(statistics.median(ours), statistics.median(theirs)))
    return table


def digest(home: Path) -> Table:
    """The whole warm digest and its parts, and cold commands, on the demo."""
    from bot.channels.folder import send
    from bot.project import open_project
    from digests.biweekly import make
    from metrics.periods import parse
    from metrics.planning import PlanBook

    project = open_project(home, None)
    period = parse(PERIOD, project.timezone)
    spec = project.config.digest("biweekly")

    def made(pictures: bool, *files: str) -> None:
        # A reckoner remembers what it computed: every round gets a new one, over records opened anew.
        reckoner = project.reckoner()
        book = PlanBook(reckoner)
        digest = make(reckoner, book, spec, period, project.words, pictures=pictures)
        makers = send.makers(reckoner, book, digest, project.words)
        for name in files:
            makers[name]()

    table = Table("work", "ms")
    table.add_row("figures and text, warm", f"{median_ms(lambda: made(False, send.TEXT)):.0f}")
    table.add_row("with pictures and page, warm", f"{median_ms(lambda: made(True, send.TEXT, send.PAGE)):.0f}")
    everything = (send.TEXT, send.FIGURES, send.PAGE, send.WORKBOOK)
    table.add_row("with the workbook too, warm", f"{median_ms(lambda: made(True, *everything)):.0f}")
    for command in (["figures", "sl", "--line", "inhouse"], ["digest", "biweekly"]):
        line = [sys.executable, "-m", "bot", *command, "--period", PERIOD, "--home", str(home)]
        cold = median_ms(lambda line=line: subprocess.run(line, check=True, capture_output=True), 5)
        table.add_row(f"svodka {' '.join(command)}, cold", f"{cold:.0f}")
    return table


def _row(ours: float, theirs: float) -> tuple[str, str, str]:
    return f"{ours:.1f}", f"{theirs:.0f}", f"{ours / theirs:.2f}"


def main() -> None:
    console = Console()
    console.print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    console.print(pictures())
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "demo"
        subprocess.run([sys.executable, "-m", "bot", "demo", str(home)], check=True, capture_output=True)
        console.print(digest(home))


if __name__ == "__main__":
    main()
