"""What all commands share: the project they work on, options, progress, and documents in a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Protocol, assert_never

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.channels.files import render
from bot.project import Project, open_project
from digests.document import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Document,
    FactRow,
    Facts,
    Heading,
    Note,
    Paragraph,
    Picture,
    Spans,
    Table,
)
from digests.localizer import Localizer
from metrics.verdict import Verdict

_current: list[Project] = []

LOG = Path("logs") / "svodka.log"


def work_on(project: Project | None) -> None:
    """Remember the project of this run; None forgets it."""
    _current[:] = [project] if project else []


def words() -> Localizer:
    """The project's language, and the environment's before there is a project."""
    if _current:
        return _current[0].localizer
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Localizer("ru" if chosen.startswith("ru") else "en")


def log_file() -> Path:
    """Where a fault is logged: in the project, or in the user's home where there is none."""
    return _current[0].root / LOG if _current else Path.home() / ".svodka.log"


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


MARKS = {
    Verdict.MET: ("✓", "green"),
    Verdict.MISSED: ("!", "bold red"),
    Verdict.BEHIND: ("△", "yellow"),
    Verdict.NONE: (" ", ""),
}


def show(document: Document) -> None:
    """Print a document."""
    if not sys.stdout.isatty():
        say(render.text(document))
        return
    console = Console()
    labels = [row.label for block in document.blocks if isinstance(block, Facts) for row in block.rows]
    width = min(max(map(len, labels), default=0) + 3, console.width * 6 // 10)
    for block in document.blocks:
        if not isinstance(block, Actions | Attachment):  # what a terminal has no place for
            console.print(rendered(block, width))
    console.print()


def rendered(block: Block, width: int) -> RenderableType:
    """One block for rich; figures stand under each other, `width` columns from their labels' beginning."""
    match block:
        case Heading(title, 1):
            return Text(f"\n{title}", style="bold")
        case Heading(title, level):
            return Text(f"\n{title}", style="bold" if level == 2 else "italic")
        case Paragraph(spans):
            return _words(spans)
        case Note(words):
            return Text(words, style="dim")
        case Bullets():
            return _list(block)
        case Facts(rows):
            return _facts(rows, width)
        case Table(header, cells):
            grid = Grid(box=None)
            for name in header:
                grid.add_column(Text(name))
            for row in cells:
                grid.add_row(*map(Text, row))
            return grid
        case Picture():
            return Text(block.alt_text)
        case Actions() | Attachment():
            return Text()
        case _:
            assert_never(block)


def _facts(rows: tuple[FactRow, ...], width: int) -> Grid:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=width)
    grid.add_column()
    for row in rows:
        mark, style = MARKS[row.verdict]
        label = Text(("   " if row.part else "") + row.label)
        value = Text(row.value, style=style if row.verdict is Verdict.MISSED else "")
        for remark in row.remarks:
            value.append(f"\n({remark})", style="dim")
        grid.add_row(Text(mark, style=style), label, value)
    return grid


def _list(bullets: Bullets) -> Group:
    drawn: list[RenderableType] = []
    for number, item in enumerate(bullets.items, start=1):
        drawn.append(Text(f"{number}. " if bullets.ordered else "• ").append_text(_words(item.spans)))
        if item.children:
            drawn.append(Padding(_list(item.children), (0, 0, 0, 3)))
    return Group(*drawn)


def _words(spans: Spans) -> Text:
    text = Text()
    for span in spans:
        styles = [name for name, on in (("bold", span.strong), ("italic", span.emphasis)) if on]
        text.append(span.text, style=" ".join([*styles, f"link {span.link}"] if span.link else styles))
    return text
