"""The whole warm digest and its parts, and cold commands, on the demo."""

from __future__ import annotations

import statistics
from pathlib import Path

from rich.table import Table

from tests.bench.history import PERIOD
from tests.bench.measure import median_ms, run_command


def table(home: Path) -> Table:
    from bot.channels.files import send
    from bot.project import open_project
    from digests.compose import make
    from metrics.periods import parse

    run_command("demo", home)
    project = open_project(home, None)
    period = parse(PERIOD, project.timezone)
    spec = project.config.digest("biweekly")

    def made(pictures: bool, *files: str) -> None:
        # A calculator remembers what it computed: every round gets a new one, over records opened anew.
        session = project.session()
        digest = make(session, spec, period, pictures=pictures)
        makers = send.makers(session, digest)
        for name in files:
            makers[name]()

    shown = Table("the demo", "ms", "MB")
    everything = (send.TEXT, send.FIGURES, send.PAGE, send.WORKBOOK)
    shown.add_row("figures and text, warm", f"{median_ms(lambda: made(False, send.TEXT)):.0f}")
    shown.add_row("with pictures and page, warm", f"{median_ms(lambda: made(True, send.TEXT, send.PAGE)):.0f}")
    shown.add_row("with the workbook too, warm", f"{median_ms(lambda: made(True, *everything)):.0f}")
    for command in (["figures", "sl", "--line", "inhouse"], ["digest", "biweekly"]):
        runs = [run_command(*command, "--period", PERIOD, "--home", home) for _ in range(6)][1:]
        cold, peak = statistics.median(seconds for seconds, _ in runs), max(mb for _, mb in runs)
        shown.add_row(f"svodka {' '.join(command)}, cold", f"{cold * 1000:.0f}", f"{peak:.0f}")
    return shown
