"""`svodka digest` and `svodka figures`: numbers out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli import correct
from bot.cli.terminal import AsJson, Home, Now, PeriodText, complain, project, require_records, say, say_json
from bot.project import Project
from metrics.model import Test, Where
from metrics.periods import Period
from warehouse.messages import UserError, note

if TYPE_CHECKING:
    from digests.compose import Report
    from digests.localizer import Localizer
    from digests.result import Session
    from metrics.answers import Answer

MAKE = "make"

_FRAMES: dict[str, Callable[[Any], bytes]] = {
    ".parquet": lambda table: table.to_parquet(index=False),
    ".csv": lambda table: table.to_csv(index=False).encode(),
}
"""How a frame is written, by the ending of its file's name."""


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
    from bot.cli.terminal import show
    from digests.export import report_object

    work = project(home, now)
    require_records(work)
    session = work.session()
    made, files = written(work, session, key, period_of(work, period), to)
    if as_json:
        say_json({**report_object(session, made.result), "files": [str(file) for file in files]})
        return
    show(made.document)
    for file in files:
        say(str(file))


def written(
    work: Project, session: Session, key: str, period: Period, to: Path | None = None
) -> tuple[Report, list[Path]]:
    """Return a digest with its columns and pictures, and the files that it was written to."""
    from bot.channels.files import send
    from bot.editorial.publications import written_stories
    from digests.compose import make

    columns = written_stories(work, key, period)
    made = make(session, work.config.digest(key), period, stories=columns.stories, pictures=True)
    work.keep_weights(session.plans)
    target = to or work.digests / f"{key}-{period.first_day}..{period.last_day}"
    files = send.write(session, made, target, None if to else f"../{send.INDEX}")
    if to is None:
        files.append(send.write_index(work.digests, work.localizer))
    for problem in columns.problems:
        complain(work.localizer.say(problem))
    return made, files


NARROWED = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Takes an option for each dimension, as `--topic keys`."""


def _narrowing(given: Sequence[str], choices: Collection[str]) -> tuple[Where, dict[str, str]]:
    """Options and values in turn as conditions, and as what is chosen. Raises UserError for what is neither."""
    from metrics.dimensions import DIMENSIONS

    conditions = []
    chosen: dict[str, str] = {}
    names, values = given[::2], (*given[1::2], None)
    for name, value in zip(names, values, strict=False):
        key = name.removeprefix("--")
        if name.startswith("--") and key in choices and value is not None:
            chosen[key] = f"{chosen[key]},{value}" if key in chosen else value
        elif name.startswith("--") and key in DIMENSIONS and value is not None:
            conditions.append(Test(key, (value,)))
        else:
            known = ", ".join(f"--{each}" for each in (*choices, *DIMENSIONS))
            raise UserError('"{given}" is not understood. A report is narrowed by {known}.', given=name, known=known)
    return tuple(conditions), chosen


def report(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="The report's key; without it, those there are.")] = None,
    period: PeriodText = None,
    line: Annotated[str | None, typer.Option("--line", help="A line or a group of lines.")] = None,
    short: Annotated[bool, typer.Option("--short", help="Its main figures and one picture.")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="Directory for the files.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Compute a report, print it and write its files. Without a period: the last half month that is over;
    of load, the week that begins next.

    Narrowed by any dimension it has: --topic keys, --city Omsk, --team North. Some have choices of their own:
    sites --metric aht --mix line,topic,hour.
    """
    from bot.channels.files import send
    from bot.cli.terminal import show
    from digests.compose import make
    from digests.export import report_object
    from digests.model import choose, short_form, usual_period
    from metrics.people import known_value

    work = project(home, now)
    if key is None:
        for known in work.config.reports.values():
            say(f"{known.key}: {work.localizer(known.title)}")
        return
    require_records(work)
    spec = work.config.report(key)
    session = replace(work.session(), clients=True)
    span = period_of(work, period) if period else usual_period(spec, session.calculator)
    asked = session.calculator.centre.find_line(line) if line is not None else None
    filters, chosen = _narrowing(context.args, [choice.key for choice in spec.choices])
    filters = tuple(
        Test(
            test.column, tuple(known_value(session.calculator, test.column, str(value), span) for value in test.values)
        )
        for test in filters
    )
    spec = choose(spec, chosen)
    made = make(session, short_form(spec) if short else spec, span, line=asked, filters=filters, pictures=True)
    work.keep_weights(session.plans)
    values = [*(str(value) for test in filters for value in test.values), *chosen.values()]
    name = "-".join(filter(None, (spec.key, asked, *values, f"{span.first_day}..{span.last_day}")))
    files = send.write(session, made, to or work.digests / name, None if to else f"../{send.INDEX}")
    if to is None:
        files.append(send.write_index(work.digests, work.localizer))
    if as_json:
        say_json({**report_object(session, made.result), "files": [str(file) for file in files]})
        return
    show(made.document)
    for file in files:
        say(str(file))


def postmortem(
    number: Annotated[str, typer.Argument(help="The incident's number.")],
    to: Annotated[Path | None, typer.Option("--to", help="Directory for the pages.")] = None,
    clients: Annotated[bool, typer.Option("--clients", help="Print the form for clients.")] = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Print an incident's post-mortem and write its two pages, for us and for clients.

    Of one that is not published yet, a draft, with questions where nothing is written.
    """
    from bot.channels.files import page
    from bot.channels.files.send import write_files
    from bot.cli.terminal import show
    from digests.postmortem import post_mortem
    from metrics.incidents import read_incidents
    from warehouse.schema import INCIDENTS

    work = project(home, now)
    require_records(work)
    session = work.session()
    of_number = INCIDENTS.c.incident_id == number.removeprefix("#")
    found = read_incidents(session.calculator.records, work.now, of_number)
    if not found:
        raise UserError("There is no incident No. {number}.", number=number)
    made = post_mortem(session, found[0], pictures=True)
    forms = {
        "inside": made.document(draft=found[0].published is None),
        "clients": made.document(outside=True),
    }
    target = to or work.digests / f"incident-{found[0].number}"
    pages = [(f"{name}.html", page.html(form, session.localizer).encode()) for name, form in forms.items()]
    write_files(pages, target, "--to")
    show(forms["clients" if clients else "inside"])
    for name, _ in pages:
        say(str(target / name))


def open_page(
    home: Home = None,
    now: Now = None,
) -> None:
    """Show the latest digest's page in the browser, and where it is."""
    import webbrowser

    from bot.channels.files.send import PAGE

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
    frame: Annotated[
        Path | None, typer.Option("--frame", help="Write the numbers as a table for pandas: .parquet or .csv.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Compute single figures. Without a period: the last half month that is over."""
    from digests.export import figures_object
    from digests.figures import build, point_text
    from digests.model import specs_for
    from metrics.plans.plans import Plans

    if frame:
        _check_frame(frame)
    work = project(home, now)
    require_records(work)
    span = period_of(work, period)
    calculator = work.calculator()
    specs = specs_for(keys, line, work.config.all_figures, calculator)
    plans = Plans(calculator)
    built = build(calculator, plans, specs, span, work.localizer, by=(by,) if by else ())
    work.keep_weights(plans)
    if frame:
        rows = _write_frame(frame, [figure.answer for figure in built], work.localizer)
    if as_json:
        say_json(figures_object(built, span, work.localizer))
        return
    if frame:
        say(work.localizer.say(note("{n} row is in {file}.", "{n} rows are in {file}.", n=rows, file=str(frame))))
        return
    for figure in built:
        say(f"{figure.label}: {figure.text}")
        for remark in figure.remarks:
            say(f"  ({remark})")
        for point in figure.answer.points:
            say("  " + point_text(figure, point, work.localizer))


def _check_frame(path: Path) -> None:
    if path.suffix.lower() not in _FRAMES:
        raise UserError(
            'A table for pandas is .parquet or .csv: name it like figures.parquet, not "{given}".', given=path.name
        )


def _write_frame(path: Path, answers: Sequence[Answer], localizer: Localizer) -> int:
    """Write answers as the kind of table that the name says, whole or not at all, and return its rows."""
    from bot.channels.files.send import write_files
    from metrics.frames import frame_of

    table = frame_of(answers, localizer.say)
    write_files([(path.name, _FRAMES[path.suffix.lower()](table))], path.parent, "--frame")
    return len(table)


def period_of(work: Project, text: str | None) -> Period:
    """The period asked for; by default the last half month that is over."""
    from metrics.periods import last_half_month, parse

    return parse(text, work.timezone) if text else last_half_month(work.now, work.timezone)
