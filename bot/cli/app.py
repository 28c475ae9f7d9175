"""All commands of `svodka`, each imported with no more than it needs."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from pkgutil import resolve_name
from typing import Annotated

import typer

from bot.channels.registry import PLATFORMS
from bot.cli import ask, contests, crm, digest, lake, listings, operating, plans, project, records, warehouse
from bot.cli.terminal import Home, Now, say

app = typer.Typer(
    name="svodka",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

BEGIN, RECORDS, NUMBERS, POSTS, RUNNING = (
    "To begin with",
    "Records and plans",
    "Numbers",
    "Posts and people",
    "Running the bot",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"svodka {version('svodka')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """A contact centre's numbers where its people talk: the digest, reports, answers and contests."""


app.command(rich_help_panel=BEGIN)(project.demo)
app.command(rich_help_panel=BEGIN)(project.init)
app.command(rich_help_panel=BEGIN)(operating.check)
app.command("import", rich_help_panel=RECORDS)(records.import_records)
app.command(rich_help_panel=RECORDS)(crm.pull)
app.command(rich_help_panel=RECORDS)(crm.stages)
app.add_typer(plans.app, name="plan", rich_help_panel=RECORDS)
app.add_typer(lake.app, name="lake", rich_help_panel=RECORDS)
app.add_typer(warehouse.app, name="warehouse", rich_help_panel=RECORDS)
app.command(rich_help_panel=NUMBERS)(ask.ask)
app.add_typer(digest.app, name="digest", rich_help_panel=NUMBERS)
app.command(context_settings=digest.NARROWED, rich_help_panel=NUMBERS)(digest.report)
app.command(rich_help_panel=NUMBERS)(digest.postmortem)
app.command(rich_help_panel=NUMBERS)(digest.figures)
app.command("open", rich_help_panel=NUMBERS)(digest.open_page)
app.command(rich_help_panel=NUMBERS)(contests.rating)
app.command(rich_help_panel=NUMBERS)(plans.warnings)
app.command(rich_help_panel=POSTS)(listings.jobs)
app.command(rich_help_panel=POSTS)(listings.deliveries)
app.command(rich_help_panel=POSTS)(listings.subscriptions)
app.command(rich_help_panel=POSTS)(listings.questions)
app.add_typer(contests.app, name="contest", rich_help_panel=POSTS)
app.command(rich_help_panel=RUNNING)(operating.run)
app.command(rich_help_panel=RUNNING)(operating.health)
app.command(rich_help_panel=RUNNING)(operating.backup)
app.command(rich_help_panel=RUNNING)(operating.restore)
for platform in PLATFORMS.values():
    for name, place in platform.commands:
        app.command(name, rich_help_panel=RUNNING)(resolve_name(place))


def named(arguments: Sequence[str]) -> typer.Typer:
    """Return the program with no more commands than the arguments name: to make all of them takes 30 ms.

    It is whole where the first argument is no command's name: the help and the sentence about it know of all.
    """
    commands = {each.name or each.callback.__name__: each for each in app.registered_commands if each.callback}
    groups = {str(each.name): each for each in app.registered_groups}
    if not arguments or arguments[0] not in {*commands, *groups}:
        return app
    few = copy(app)
    few.registered_commands = [each for name, each in commands.items() if name in arguments]
    few.registered_groups = [each for name, each in groups.items() if name in arguments]
    return few
