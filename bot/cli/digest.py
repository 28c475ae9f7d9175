"""`svodka digest` and `svodka figures`: numbers out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli import correct
from bot.cli.terminal import AsJson, Home, Now, PeriodText, complain, project, say, say_json
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
    from bot.channels.files import send
    from bot.cli.terminal import show
    from bot.editorial.publications import written_stories
    from digests.biweekly import make
    from digests.export import figures_object
    from metrics.plans.plans import Plans

    work = project(home, now)
    span = period_of(work, period)
    spec = work.config.digest(key)
    calculator = work.calculator()
    plans = Plans(calculator)
    columns = written_stories(work, key, span)
    made = make(calculator, plans, spec, span, work.localizer, stories=columns.stories, pictures=True)
    work.keep_weights(plans)
    target = to or work.digests / f"{key}-{span.first_day}..{span.last_day}"
    files = send.write(calculator, plans, made, work.localizer, target)
    if to is None:
        files.append(send.write_index(work.digests, work.localizer))
    for problem in columns.problems:
        complain(work.localizer.say(problem))
    if as_json:
        say_json({**figures_object(made.figures, span, work.localizer), "files": [str(file) for file in files]})
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

    from bot.channels.files.send import PAGE
    from warehouse.messages import UserError

    work = project(home, now)
    pages = sorted(work.digests.glob(f"*/{PAGE}"), key=lambda page: page.stat().st_mtime)
    if not pages:
        raise UserError('There is no digest to show in {directory}: run "svodka digest" first.', directory=work.digests)
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
    from digests.model import specs_for
    from metrics.plans.plans import Plans

    work = project(home, now)
    span = period_of(work, period)
    calculator = work.calculator()
    specs = specs_for(keys, line, work.config.all_figures, calculator)
    plans = Plans(calculator)
    built = build(calculator, plans, specs, span, work.localizer, by=by)
    work.keep_weights(plans)
    if as_json:
        say_json(figures_object(built, span, work.localizer))
        return
    for figure in built:
        say(f"{figure.label}: {figure.text}")
        for remark in figure.remarks:
            say(f"  ({remark})")
        for point in figure.answer.points:
            say("  " + point_text(figure, point, work.localizer))


def period_of(work: Project, text: str | None) -> Period:
    """The period asked for; by default the last half month that is over."""
    from metrics.periods import last_half_month, parse

    return parse(text, work.timezone) if text else last_half_month(work.now, work.timezone)
