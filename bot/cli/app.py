"""All commands of `svodka`, each imported with no more than it needs."""

from __future__ import annotations

from pkgutil import resolve_name

import typer

from bot.channels.registry import PLATFORMS
from bot.cli import ask, contests, digest, lake, listings, operating, plans, project, records, run

app = typer.Typer(
    name="svodka",
    help="A contact centre's plan/fact digest, from raw records to the published text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(project.init)
app.command("import")(records.import_records)
app.add_typer(plans.app, name="plan")
app.add_typer(lake.app, name="lake")
app.add_typer(digest.app, name="digest")
app.command(context_settings=digest.NARROWED)(digest.report)
app.command("open")(digest.open_page)
app.command()(digest.figures)
app.command()(ask.ask)
app.command()(contests.rating)
app.add_typer(contests.app, name="contest")
app.command()(run.run)
app.command()(run.check)
app.command()(listings.deliveries)
app.command()(operating.health)
app.command()(operating.backup)
app.command()(operating.restore)
app.command()(listings.jobs)
app.command()(listings.subscriptions)
app.command()(project.demo)
for platform in PLATFORMS.values():
    for name, place in platform.commands:
        app.command(name)(resolve_name(place))
