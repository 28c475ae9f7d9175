"""`svodka init` and `svodka demo`: a new project, or one to look at."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import Home, progress, project, say
from warehouse.messages import N_, UserError

if TYPE_CHECKING:
    from digests.compose import Report
    from digests.document import Document


def init(
    language: Annotated[str, typer.Option(help="ru or en.")] = "ru",
    timezone: Annotated[str, typer.Option(help="Where the centre's days begin, like Europe/Moscow.")] = "Europe/Moscow",
    country: Annotated[str, typer.Option(help="Whose public holidays count, like RU; empty: none.")] = "RU",
    kind: Annotated[
        str | None,
        typer.Option(help="What the centre does: service, sales or telemarketing; all of it, and flats, if not given."),
    ] = None,
    home: Home = None,
) -> None:
    """Write a commented svodka.toml into the project directory."""
    from bot import config
    from bot.config.template import template
    from digests.catalogue import BIWEEKLY
    from digests.catalogue.biweekly import KINDS
    from digests.localizer import Localizer

    if kind is not None and kind not in KINDS:
        raise UserError('There is no kind of centre "{given}": {known}.', given=kind, known=", ".join(KINDS))
    root = (home or Path()).absolute()
    path = root / config.FILE
    if path.exists():
        raise UserError(
            "There is a {file} in {directory} already: it was left as it is.", file=config.FILE, directory=root
        )
    localizer = Localizer(language, timezone)
    root.mkdir(parents=True, exist_ok=True)
    pending = path.with_name(f".{config.FILE}.new")
    pending.write_text(template(localizer, timezone, country, digest=KINDS[kind] if kind else BIWEEKLY), "utf-8")
    try:
        config.load(pending)
    except UserError:
        pending.unlink()
        raise
    pending.replace(path)
    say(localizer(N_("{file} is written. Next: svodka import calls FILE"), file=path))


DEMO_PERIOD = "2026-06-01..2026-06-15"
CLOCK = "2026-06-16T12:00"


def demo(
    directory: Annotated[Path, typer.Argument(help="Project directory to make.")] = Path("demo"),
    language: Annotated[str, typer.Option(help="ru or en.")] = "ru",
) -> None:
    """Make the demo's records and plans and its digest of 1-15 June 2026; print the finding and what to try next."""
    from bot.cli.digest import period_of, written
    from bot.cli.terminal import show
    from bot.demo import make_project
    from digests.localizer import Localizer

    localizer = Localizer(language)
    with progress("demo") as advance:
        make_project(directory.absolute(), localizer, CLOCK, lambda stage, done: advance(done, 1.0, stage))
    work = project(directory, None)
    made, files = written(work, work.session(), "biweekly", period_of(work, DEMO_PERIOD))
    show(_at_a_glance(made))
    page = next(file for file in files if file.suffix == ".html")
    question = localizer(N_("sl inhouse yesterday"))
    say(localizer(N_("Its page, pictures and workbook: {directory}"), directory=page.parent))
    say(localizer(N_("Look at the page: svodka --home {home} open"), home=directory))
    say(localizer(N_('Ask something: svodka --home {home} ask "{question}"'), home=directory, question=question))


def _at_a_glance(report: Report) -> Document:
    """The finding, and what has a verdict, of a digest that is longer than a screen."""
    from digests.document import Document, Facts, Heading
    from metrics.answers import Verdict

    document = report.document
    opening = takewhile(lambda block: not isinstance(block, Facts), document.blocks)
    below = dropwhile(lambda block: not (isinstance(block, Heading) and block.level > 1), document.blocks)
    rows = (row for block in below if isinstance(block, Facts) for row in block.rows)
    judged = tuple(row for row in rows if row.verdict is not Verdict.NONE)
    return Document(document.title, (*opening, Facts(judged)), document.language)
