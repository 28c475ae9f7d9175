"""`svodka lake`: what is in the records, whether they are whole, and what may go."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.terminal import AsJson, Home, Now, progress, project, say, say_json
from bot.project import Project
from warehouse.messages import N_, UserError, note

if TYPE_CHECKING:
    from warehouse.upkeep import LakeStatus, Verified

app = typer.Typer(help="The records: what is there, is it whole, what may go.", no_args_is_help=True)


@app.command()
def status(as_json: AsJson = False, home: Home = None, now: Now = None) -> None:
    """Show what is in the records, table by table."""
    from warehouse import upkeep

    work = project(home, now)
    found = upkeep.status(work.lake)
    if as_json:
        say_json(_status_data(work, found))
        return
    if not found.tables:
        say(work.localizer(N_("There are no records yet: svodka import brings them in.")))
    else:
        _print(work, found)
    if found.orphans:
        remark = note(
            "{n} file that nothing needs any more takes {size} MB: it goes an hour after its last use.",
            "{n} files that nothing needs any more take {size} MB: they go an hour after their last use.",
            n=found.orphans,
            size=_megabytes(found.orphan_size),
        )
        say(work.localizer.say(remark))


@app.command()
def verify(
    drop: Annotated[
        bool, typer.Option("--drop", help="Take damaged files out, so that their months can be imported again.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Read every file of the records and check it: there, readable, as it was written, no key twice."""
    from warehouse import upkeep

    work = project(home, now)
    with progress("verify") as advance:
        found = upkeep.verify(work.lake, progress=lambda done, total: advance(done, total))
    dropped = upkeep.drop(work.lake, found.problems) if drop and found.problems else 0
    if as_json:
        say_json(_verified_data(work, found, dropped))
        if found.problems:
            raise typer.Exit(1)
        return
    for problem in found.problems:
        say(work.localizer.say(problem.message))
    if not found.problems:
        say(work.localizer(N_("All is whole. Files: {files}, rows: {rows}."), files=found.files, rows=found.rows))
        return
    lost = ", ".join(sorted({f"{problem.table} {problem.file.month}" for problem in found.problems}))
    if not drop:
        raise UserError(
            "Some records are damaged: {months}. Run svodka lake verify --drop, then import them again.", months=lost
        )
    raise UserError(
        "The damaged files were taken out. Import again, then run svodka lake verify: {months}.", months=lost
    )


@app.command()
def compact(home: Home = None, now: Now = None) -> None:
    """Make one sorted file of every month, and remove files that nothing needs."""
    from warehouse import upkeep

    work = project(home, now)
    done = upkeep.compact(work.lake)
    text = N_("Files merged: {merged}, sorted anew: {sorted}, removed: {removed}.")
    say(work.localizer(text, merged=done.merged, sorted=done.sorted, removed=done.removed))


@app.command()
def expire(
    before: Annotated[str, typer.Option(help="Local day; months with every event before it go.")],
    table: Annotated[str | None, typer.Option(help="Only this table; all with months if not given.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Drop the months that are wholly before a day. Plans and agents stay."""
    from metrics.periods import midnight
    from warehouse import upkeep

    work = project(home, now)
    moment = midnight(_day(before), work.timezone)
    tables = upkeep.tables_with_time(table)
    going = upkeep.expiring(work.lake.manifest(), moment, tables)
    if not going:
        say(work.localizer(N_("No month is wholly before {day}: nothing to drop."), day=before))
        return
    for each in going:
        first, last = each.months[0], each.months[-1]
        months = first if first == last else f"{first}..{last}"
        text = N_("{table}: {months}, rows: {rows}.")
        say(work.localizer(text, table=each.table, months=months, rows=each.rows))
    if not yes and not _agreed(work):
        raise UserError("Nothing was dropped. Dropped records do not come back: say --yes if that is meant.")
    upkeep.expire(work.lake, moment, tables)
    say(work.localizer(N_("Dropped. The disk gets its room back with the next import or compact an hour from now.")))


def _agreed(work: Project) -> bool:
    """Ask, where there is somebody to answer."""
    if not sys.stdin.isatty():
        return False
    return typer.confirm(work.localizer(N_("Drop them?")), err=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError('The day "{given}" is not understood: write 2024-01-01.', given=text) from None


def _print(work: Project, found: LakeStatus) -> None:
    from rich.console import Console
    from rich.table import Table

    localizer = work.localizer
    shown = Table(box=None)
    shown.add_column(localizer(N_("table")))
    for heading in (N_("rows"), N_("months"), N_("MB")):
        shown.add_column(localizer(heading), justify="right")
    for heading in (N_("first event"), N_("last event"), N_("complete to")):
        shown.add_column(localizer(heading))
    for each in found.tables:
        moments = [localizer.moment(at) if at else "" for at in (each.first, each.last, each.complete_to)]
        counts = (f"{each.rows}", f"{each.months or ''}", f"{_megabytes(each.size):g}")
        shown.add_row(each.name, *counts, *moments)
    # As wide as it is: a pipe has no width to break lines for.
    Console(width=None if sys.stdout.isatty() else 200).print(shown)


def _megabytes(size: int) -> float:
    """In megabytes, and never nothing where there is something."""
    return max(round(size / 1e6, 1), 0.1) if size else 0.0


def _status_data(work: Project, found: LakeStatus) -> dict[str, object]:
    return {
        "tables": [
            {
                "table": each.name,
                "rows": each.rows,
                "files": each.files,
                "months": each.months,
                "first": _local(work, each.first),
                "last": _local(work, each.last),
                "complete_to": _local(work, each.complete_to),
                "bytes": each.size,
            }
            for each in found.tables
        ],
        "orphans": found.orphans,
        "orphan_bytes": found.orphan_size,
    }


def _verified_data(work: Project, found: Verified, dropped: int) -> dict[str, object]:
    problems = [
        {
            "table": problem.table,
            "month": problem.file.month,
            "file": problem.file.path,
            "problem": work.localizer.say(problem.message),
        }
        for problem in found.problems
    ]
    return {"files": found.files, "rows": found.rows, "dropped": dropped, "problems": problems}


def _local(work: Project, instant: datetime | None) -> str | None:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(work.timezone)).isoformat() if instant else None
