"""`svodka digest` and `svodka figures`: numbers out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import AsJson, Home, Now, PeriodText, project
from bot.cli.output import say, say_json
from bot.project import Project
from metrics.periods import Period


def digest(
    key: Annotated[str, typer.Argument(help="The digest's key in svodka.toml.")] = "biweekly",
    period: PeriodText = None,
    to: Annotated[Path | None, typer.Option("--to", help="Directory for the files.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Compute a digest, print it and write its files. Without a period: the last half month that is over."""
    from bot.channels.folder import render, send
    from digests.biweekly import make
    from digests.export import figures_object
    from metrics.planning import PlanBook

    work = project(home, now)
    span = period_of(work, period)
    spec = work.config.digest(key)
    reckoner = work.reckoner()
    book = PlanBook(reckoner)
    made = make(reckoner, book, spec, span, work.words)
    work.keep_weights(book)
    figures = figures_object(made.figures, span, work.words)
    target = to or work.root / "digests" / f"{key}-{span.first_day}..{span.last_day}"
    files = send.write(made.document, figures, target)
    if as_json:
        say_json({**figures, "files": [str(file) for file in files]})
        return
    say(render.text(made.document))
    for file in files:
        say(str(file))


def figures(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Metrics, or figures of a digest, by key.")],
    period: PeriodText = None,
    line: Annotated[str | None, typer.Option("--line", help="A line or a group of lines.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="day, hour, line, agent, topic, ...")] = None,
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
