"""`svodka digest` and `svodka figures`: numbers out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli import correct
from bot.cli.options import AsJson, Home, Now, PeriodText, project
from bot.cli.output import complain, say, say_json
from bot.project import Project
from metrics.periods import Period

MAKE = "make"


class _Digest(TyperGroup):
    """`svodka digest biweekly` is `svodka digest make biweekly`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [MAKE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Digest, help="Digests: made (svodka digest KEY alone does so), and corrected where they are posted."
)
app.command("correct")(correct.correct)


@app.command(MAKE)
def digest(
    key: Annotated[str, typer.Argument(help="The digest's key in svodka.toml.")] = "biweekly",
    period: PeriodText = None,
    to: Annotated[Path | None, typer.Option("--to", help="Directory for the files.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Compute a digest, print it and write its files. Without a period: the last half month that is over."""
    from bot.channels.folder import send
    from bot.cli.terminal import show
    from bot.editorial.issues import written_stories
    from digests.biweekly import make
    from digests.export import figures_object
    from metrics.planning import PlanBook

    work = project(home, now)
    span = period_of(work, period)
    spec = work.config.digest(key)
    reckoner = work.reckoner()
    book = PlanBook(reckoner)
    columns = written_stories(work, key, span)
    made = make(reckoner, book, spec, span, work.words, stories=columns.stories, pictures=True)
    work.keep_weights(book)
    target = to or work.digests / f"{key}-{span.first_day}..{span.last_day}"
    files = send.write(reckoner, book, made, work.words, target)
    if to is None:
        files.append(send.write_index(work.digests, work.words))
    for problem in columns.problems:
        complain(work.words.say(problem))
    if as_json:
        say_json({**figures_object(made.figures, span, work.words), "files": [str(file) for file in files]})
        return
    show(made.document)
    for file in files:
        say(str(file))


def open_page(
    home: Home = None,
    now: Now = None,
) -> None:
    """Show the latest digest's page in the browser, and where it is."""
    import webbrowser

    from bot.channels.folder.index import PAGE
    from warehouse.messages import Mistake

    work = project(home, now)
    pages = sorted(work.digests.glob(f"*/{PAGE}"), key=lambda page: page.stat().st_mtime)
    if not pages:
        raise Mistake('There is no digest to show in {directory}: run "svodka digest" first.', directory=work.digests)
    say(str(pages[-1]))
    webbrowser.open(pages[-1].as_uri())


def figures(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Metrics, or figures of a digest, by key.")],
    period: PeriodText = None,
    line: Annotated[str | None, typer.Option("--line", help="A line or a group of lines.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="hour, day, week, month, line, agent, topic, ...")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Compute single figures. Without a period: the last half month that is over."""
    from digests.export import figures_object
    from digests.figures import build, point_text
    from digests.lookup import specs_for
    from metrics.planning import PlanBook

    work = project(home, now)
    span = period_of(work, period)
    reckoner = work.reckoner()
    specs = specs_for(keys, line, work.config.all_figures, reckoner)
    book = PlanBook(reckoner)
    built = build(reckoner, book, specs, span, work.words, by=by)
    work.keep_weights(book)
    if as_json:
        say_json(figures_object(built, span, work.words))
        return
    for figure in built:
        say(f"{figure.label}: {figure.text}")
        for remark in figure.remarks:
            say(f"  ({remark})")
        for point in figure.answer.points:
            say("  " + point_text(figure, point, work.words))


def period_of(work: Project, text: str | None) -> Period:
    """The period asked for; by default the last half month that is over."""
    from metrics.periods import last_half_month, parse

    return parse(text, work.timezone) if text else last_half_month(work.now, work.timezone)
