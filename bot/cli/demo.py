"""`svodka demo`: a centre to look at, made in the moment, and its digest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import progress, say

DEMO_PERIOD = "2026-06-01..2026-06-15"
CLOCK = "2026-06-16T12:00"


def demo(
    directory: Annotated[Path, typer.Argument(help="Project directory to make.")] = Path("demo"),
    language: Annotated[str, typer.Option(help="ru or en.")] = "ru",
) -> None:
    """Make the demo's records and plans, and print its digest of 1-15 June 2026."""
    from bot.cli.digest import digest
    from bot.demo import make_project
    from digests.wording import Words

    words = Words(language)
    with progress("demo") as advance:
        make_project(directory.absolute(), words, CLOCK, lambda stage, done: advance(done, 1.0, stage))
    digest("biweekly", DEMO_PERIOD, None, False, directory, None)
    say(str(directory / "svodka.toml"))
