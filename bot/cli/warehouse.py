"""`svodka warehouse`: the centre's own database of records, proposed, proved, granted and copied."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import Home, Now, complain, project, say, words
from warehouse.messages import N_, UserError, note

if TYPE_CHECKING:
    from warehouse.discovery.proposal import Proposal

app = typer.Typer(help="The centre's own database of records, read where it is.", no_args_is_help=True)


@app.command()
def init(
    url: Annotated[str, typer.Argument(help="Of the database, as postgresql+psycopg://reader@dwh.example/centre.")],
    write: Annotated[bool, typer.Option("--write", help="Put it into svodka.toml, and do not print it.")] = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Look through a database, and propose the [warehouse] of svodka.toml that reads our tables from its."""
    from bot import config
    from bot.config.warehouse import address_of, password
    from warehouse.discovery.proposal import to_toml
    from warehouse.discovery.propose import discover
    from warehouse.engines.database import Database
    from warehouse.engines.mapping import WarehouseSettings
    from warehouse.schema import FACT_TABLES

    root = (home or Path()).absolute()
    path = root / config.FILE
    work = project(home, now) if path.exists() or write else None
    localizer = work.localizer if work else words()
    timezone = work.timezone if work else "Europe/Moscow"
    if work and write and work.config.warehouse.url:
        raise UserError(
            "There is a [warehouse] in {file} already: it was left as it is. Without --write the proposal is printed.",
            file=config.FILE,
        )
    address = address_of(url)
    bare = address.set(password=None).render_as_string(hide_password=False)
    given = address.password if isinstance(address.password, str) else None
    database = Database(WarehouseSettings(bare, timeout_s=60.0), given or password(), root)
    moment = work.now if work else datetime.now(UTC).replace(tzinfo=None)
    try:
        with database.session("information_schema") as connection:
            proposals, seen = discover(connection, moment, timezone)
    finally:
        database.close()
    if not proposals:
        raise UserError(
            "Among the {n} tables of this database none looks like calls, chats, leads or another of ours: write the "
            "mapping by hand, as docs/warehouse.md shows.",
            n=seen,
        )
    found = {proposal.mapping.table for proposal in proposals}
    missing = [table.name for table in FACT_TABLES if table.name not in found]
    toml = to_toml(proposals, bare, localizer.say, missing)
    if write:
        _append(path, toml)
    else:
        say(toml.rstrip())
    _summary(proposals, seen)
    if write:
        complain(localizer(N_("{file} has a [warehouse] now. Next: svodka warehouse check"), file=path))


@app.command()
def grants(home: Home = None, now: Now = None) -> None:
    """Print the script by which an administrator lets the bot's user read the tables that are mapped, and no more."""
    from warehouse.grants import script

    work = project(home, now)
    settings = work.config.warehouse.settings(work.timezone)
    if settings is None:
        raise no_warehouse()
    say(script(settings, work.root).rstrip())


def no_warehouse() -> UserError:
    """What is said where the configuration names no warehouse."""
    return UserError(
        "There is no warehouse in svodka.toml: svodka warehouse init URL looks through a database and proposes one."
    )


def _append(path: Path, toml: str) -> None:
    """Put sections at the end of the configuration, if it can be read with them."""
    from bot import config

    pending = path.with_name(f".{config.FILE}.new")
    pending.write_text(path.read_text("utf-8").rstrip() + "\n\n" + toml, "utf-8")
    try:
        config.load(pending)
    except UserError:
        pending.unlink()
        raise
    pending.replace(path)


def _summary(proposals: list[Proposal], seen: int) -> None:
    """Say on stderr what was found: the sections themselves may go into a file."""
    from rich.console import Console
    from rich.table import Table

    from warehouse.ingest.mapping import mappable

    localizer = words()
    shown = Table(box=None)
    for heading in (N_("ours"), N_("theirs"), N_("columns"), N_("to look at")):
        shown.add_column(localizer(heading))
    for proposal in proposals:
        mapping = proposal.mapping
        count = f"{len(mapping.columns)}/{len(mappable(mapping.canonical))}"
        shown.add_row(mapping.table, ", ".join(proposal.read), count, ", ".join(proposal.remarks))
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 120)
    console.print(shown)
    text = note("{n} table was looked through.", "{n} tables were looked through.", n=seen)
    console.print(localizer.say(text), highlight=False)
