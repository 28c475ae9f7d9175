"""Options that many commands have, and how they find the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.current import work_on
from bot.project import Project, open_project

Home = Annotated[
    Path | None, typer.Option("--home", envvar="SVODKA_HOME", help="Project directory; the current one if not given.")
]
Now = Annotated[
    str | None,
    typer.Option("--now", envvar="SVODKA_NOW", help="Fix the clock at an ISO moment (local time)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]
PeriodText = Annotated[
    str | None, typer.Option("--period", help="2026-06-01..2026-06-15 (both included), 2026-06-01 or 2026-06.")
]


def project(home: Path | None, now: str | None) -> Project:
    """The project that a command works on."""
    work = open_project((home or Path()).absolute(), now)
    work_on(work)
    return work
