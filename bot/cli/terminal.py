"""What all commands share: the project they work on, options, progress, and documents in a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Annotated, Any, Protocol

import typer

from bot.cli.help import language_of
from bot.project import Project, open_project
from digests.document import Document
from digests.localizer import Localizer
from warehouse.derived import while_making
from warehouse.messages import N_, UserError
from warehouse.schema import FACT_TABLES

_current: list[Project] = []

LOG = Path("logs") / "svodka.log"


def work_on(project: Project | None) -> None:
    """Remember the project of this run; None forgets it."""
    _current[:] = [project] if project else []


def words() -> Localizer:
    """The project's language, even if its configuration cannot be read; the environment's where there is none.

    What has a key is told with it: commands and settings are written with keys.
    """
    if not _current:
        return Localizer(language_of(sys.argv[1:]), keys=True)
    work = _current[0]
    return work.localizer_of(today=work.today, keys=True)


def log_file() -> Path:
    """Where a fault is logged: in the project, or in the user's home where there is none."""
    return _current[0].root / LOG if _current else Path.home() / ".svodka.log"


def _given_before(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> Any:
    """An option of the program counts for its command: `svodka --home demo ask …`, unless that has its own."""
    source = context.get_parameter_source(str(parameter.name))
    program = context.find_root()
    if context is program or (source and source.name == "COMMANDLINE"):
        return value
    before = program.params.get(str(parameter.name))
    return value if before is None else before


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="SVODKA_HOME",
        help="Project directory; the current one if not given.",
        callback=_given_before,
    ),
]
Now = Annotated[
    str | None,
    typer.Option(
        "--now", envvar="SVODKA_NOW", help="Fix the clock at an ISO moment (local time).", callback=_given_before
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]
PeriodText = Annotated[
    str | None, typer.Option("--period", help="2026-06-01..2026-06-15 (both included), 2026-06-01 or 2026-06.")
]


def project(home: Path | None, now: str | None) -> Project:
    """The project that a command works on."""
    work = open_project((home or Path()).absolute(), now)
    work_on(work)
    while_making(partial(_waited_for, work))
    return work


_SOON_S = 2.0


@contextmanager
def _waited_for(work: Project) -> Iterator[None]:
    """Say on a terminal why it takes a while: after new records some things are worked out once."""
    text = work.localizer(N_("After new records some things are worked out once, which takes a while..."))
    timer = Timer(_SOON_S, complain, [text])
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def require_records(work: Project) -> None:
    """Raise UserError where nothing was imported yet, so that no number can be computed."""
    records = work.calculator().records
    if not any(records.complete_to(table.name) for table in FACT_TABLES):
        raise UserError(
            "There are no records yet. Import them: svodka import calls FILE. Or look at a made-up centre: svodka demo."
        )


class ProgressBar(Protocol):
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
def progress(title: str) -> Iterator[ProgressBar]:
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


def show(document: Document) -> None:
    """Print a document."""
    if sys.stdout.isatty():
        from bot.cli.colours import show_coloured  # rich takes a while to load

        show_coloured(document)
        return
    from bot.channels.files import render

    say(render.text(document))
