"""`svodka warehouse`: the centre's own database of records, proposed, proved, granted and copied."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.terminal import AsJson, Home, Now, complain, progress, project, say, say_json, words
from bot.project import parse_moment
from warehouse.messages import N_, UserError, note

if TYPE_CHECKING:
    from rich.console import Console

    from bot.operations.warehouse import MetricTiming
    from bot.project import Project
    from warehouse.discovery.proposal import Proposal
    from warehouse.open import Warehouse
    from warehouse.proofs import Proof, TableProofs
    from warehouse.pull import CopyResult

_MARKS: dict[bool | None, tuple[str, str]] = {True: ("✓", "green"), False: ("!", "bold red"), None: ("·", "dim")}
_SHORT = 56
"""So much of an expression is shown."""

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
def check(
    sql: Annotated[
        str | None, typer.Option("--sql", metavar="METRIC", help="Print the statements by which a metric is asked.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Prove the mapping on the rows of the latest day, time every metric, and say what to mend table by table."""
    from bot.config.warehouse import password
    from bot.operations import warehouse as operations
    from warehouse.open import Warehouse

    work = project(home, now)
    settings = work.config.warehouse.settings(work.timezone)
    if settings is None:
        raise no_warehouse()
    warehouse = Warehouse(work.lake, settings, password())
    try:
        if sql is not None:
            for statement in operations.statements(work, sql, operations.last_day(work, warehouse)):
                say(f"{statement};")
            return
        proved = [_proved(warehouse.of(table), table, work) for table in settings.tables]
        rest = [operations.snapshot(warehouse), *operations.apart(work, settings)]
        timings = []
        if all(each.day or each.total is not None for each in proved):
            with progress("check") as advance:
                timings = operations.timed(work, operations.last_day(work, warehouse), advance)
            rest += operations.age(warehouse.database.engine.dialect)
    finally:
        warehouse.close()
    if as_json:
        say_json(_checked(proved, rest, timings))
    else:
        for each in proved:
            _print_table(each)
        _print_rest(rest, timings)
    if not (all(each.holds for each in proved) and all(each.holds is not False for each in rest)):
        raise typer.Exit(1)


def _proved(warehouse: Warehouse, table: str, work: Project) -> TableProofs:
    from warehouse.proofs import prove

    try:
        return prove(warehouse, table, work.clock(), work.timezone)
    finally:
        warehouse.close()


def _print_table(found: TableProofs) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    localizer = words()
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    title = N_("{table} from {source}")
    console.print(Text("\n" + localizer(title, table=found.table, source=found.source), style="bold"))
    if found.day:
        text = N_("Rows of {day}: {rows}, of {total} in all.")
        console.print(localizer(text, day=localizer.day(found.day), rows=found.rows, total=found.total))
    shown = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (N_("ours"), N_("theirs"), N_("type")):
        shown.add_column(localizer(heading))
    shown.add_column(localizer(N_("filled")), justify="right")
    for column in found.columns:
        theirs = " ".join(column.of.split())
        short = theirs if len(theirs) <= _SHORT else theirs[: _SHORT - 1] + "…"
        filled = "" if column.filled is None else str(column.filled)
        shown.add_row(*(Text(cell) for cell in (column.name, short, column.type_name or "—", filled)))
    console.print(shown)
    _print_proofs(console, found.proofs)


def _print_rest(rest: Sequence[Proof], timings: Sequence[MetricTiming]) -> None:
    from decimal import Decimal

    from rich.console import Console

    from digests.numbers import plain

    localizer = words()
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    console.print()
    _print_proofs(console, rest)
    if timings:
        slowest = ", ".join(f"{each.metric} {plain(localizer, Decimal(each.seconds), 2)}" for each in timings[:5])
        total = plain(localizer, Decimal(sum(each.seconds for each in timings)), 1)
        text = N_("Metrics asked one by one: {n}, in {total} s. The slowest, in seconds: {slowest}.")
        console.print(localizer(text, n=len(timings), total=total, slowest=slowest))


def _print_proofs(console: Console, proofs: Sequence[Proof]) -> None:
    from rich.text import Text

    for proof in proofs:
        mark, style = _MARKS[proof.holds]
        console.print(Text.assemble((mark, style), " ", words().say(proof.text)))


def _checked(proved: Sequence[TableProofs], rest: Sequence[Proof], timings: Sequence[MetricTiming]) -> dict[str, Any]:
    def told(proofs: Sequence[Proof]) -> list[dict[str, Any]]:
        return [{"holds": proof.holds, "text": words().say(proof.text)} for proof in proofs]

    return {
        "tables": [
            {
                "table": each.table,
                "day": each.day.isoformat() if each.day else None,
                "rows": each.rows,
                "total": each.total,
                "columns": [asdict(column) for column in each.columns],
                "proofs": told(each.proofs),
            }
            for each in proved
        ],
        "proofs": told(rest),
        "metrics": {each.metric: round(each.seconds, 3) for each in timings},
    }


@app.command()
def grants(home: Home = None, now: Now = None) -> None:
    """Print the script by which an administrator lets the bot's user read the tables that are mapped, and no more."""
    from warehouse.grants import script

    work = project(home, now)
    settings = work.config.warehouse.settings(work.timezone)
    if settings is None:
        raise no_warehouse()
    say(script(settings, work.root).rstrip())


_LENGTH = re.compile(r"(\d+)([hd])")


@app.command()
def pull(
    table: Annotated[str, typer.Argument(help="Which of our tables: calls, chats, ...")],
    since: Annotated[
        str | None, typer.Option(help="Local day or moment to copy from; needed once, then it goes on by itself.")
    ] = None,
    overlap: Annotated[str, typer.Option(help="How much of what was copied is looked at again, as 3d or 12h.")] = "3d",
    again: Annotated[bool, typer.Option("--again", help="Copy all of it anew.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Copy a table of the warehouse into the lake: all of it at first, then what is new, changed or gone."""
    from bot.config.warehouse import password
    from warehouse import pull as pulling

    work = project(home, now)
    settings = work.config.warehouse.settings(work.timezone)
    if settings is None:
        raise no_warehouse()
    length = _LENGTH.fullmatch(overlap)
    if length is None:
        raise UserError('The overlap "{given}" is not understood: write 3d or 12h.', given=overlap)
    with progress(table) as advance:
        pulled = pulling.pull(
            work.lake,
            settings,
            password(),
            table,
            now=work.clock(),
            since=parse_moment(since, work.timezone) if since else None,
            overlap=timedelta(**{{"h": "hours", "d": "days"}[length[2]]: int(length[1])}),
            again=again,
            progress=lambda done, total, rows: advance(done, total, f"{table}: {rows}"),
        )
    if as_json:
        moments = {name: f"{at.isoformat()}Z" if at else None for name, at in pulled.moments.items()}
        say_json({**asdict(pulled), **moments})
        return
    say(work.localizer(_COPIED, table=table, **_counts(pulled)))
    if not settings.tables[table].pulled:
        text = N_(
            "Figures are still read in the warehouse: write pull = true under [warehouse.{table}] to read this copy."
        )
        complain(work.localizer(text, table=table))


_COPIED = N_(
    "{table}: {rows} rows read, of them added {added}, updated {updated}, unchanged {unchanged}; gone there and "
    "removed here {deleted}."
)


def _counts(pulled: CopyResult) -> dict[str, int]:
    names = ("rows", "added", "updated", "unchanged", "deleted")
    return {name: getattr(pulled, name) for name in names}


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
