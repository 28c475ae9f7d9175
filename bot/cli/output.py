"""What commands print: results to stdout, everything about them to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Advance(Protocol):
    """Tell a progress bar how much is done of how much."""

    def __call__(self, done: float, total: float, stage: str = "") -> None: ...


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def complain(text: str) -> None:
    """A word about something that did not stop the work."""
    sys.stderr.write(text + "\n")


def say_json(data: dict[str, Any]) -> None:
    say(json.dumps(data, ensure_ascii=False, indent=1))


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A progress bar on a terminal's stderr, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total, stage="": None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: float, total: float, stage: str = "") -> None:
            bar.update(task, completed=done, total=total, description=stage or title)

        yield advance
