"""`svodka pull` and `svodka stages`, and the import of a CRM's export: deals and all that belongs to them."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.terminal import AsJson, Home, Now, progress, project, say, say_json
from bot.project import Project, parse_moment
from digests.localizer import Localizer
from warehouse.messages import N_, UserError, nearest, note

if TYPE_CHECKING:
    from warehouse.crm.intake import Taken
    from warehouse.merge import Merged

CRMS = ("amocrm",)


def import_crm(
    work: Project,
    directory: Path,
    format_name: str | None,
    given: Mapping[str, str],
    complete_to: str | None,
    max_rejects: float | None,
    *,
    as_json: bool,
) -> None:
    """Import the export of a CRM, which fills many tables. Raises UserError, with the records as they were."""
    from warehouse.crm.amocrm import AmocrmOptions
    from warehouse.crm.intake import import_export

    _check(format_name or "")
    configured = asdict(work.config.amocrm.options)
    with progress(directory.name):
        taken = import_export(
            work.lake,
            directory,
            AmocrmOptions.of({**configured, **given}),
            timezone=work.timezone,
            currency=work.config.centre.currency,
            rejects_dir=work.rejects,
            max_rejects=work.config.imports.max_rejects if max_rejects is None else max_rejects,
            complete_to=parse_moment(complete_to, work.timezone) if complete_to else None,
            say=work.localizer.translated,
        )
    if as_json:
        say_json(
            {
                "tables": {name: asdict(merged) for name, merged in taken.tables.items()},
                "removed": taken.removed,
                "rejected": taken.rejected,
                "rejects_file": str(taken.rejects_file) if taken.rejects_file else None,
                "notes": [work.localizer.say(each) for each in taken.remarks],
            }
        )
        return
    for line in _told(taken, work.localizer):
        say(line)
    if taken.tables.get("stages") and taken.tables["stages"].added:
        _show_stages(work)


def pull(
    crm: Annotated[str, typer.Argument(help=f"Which CRM: {', '.join(CRMS)}.")],
    since: Annotated[
        str | None,
        typer.Option(help="The first time: from which local day on; all of it, if not given."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything anew.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Copy the CRM into the records: all of it at first, then what changed. Stopped, it goes on from there."""
    from bot.crm.service import pull_project

    work = project(home, now)
    _check(crm)
    with progress(crm) as advance:
        pulled = asyncio.run(
            pull_project(
                work,
                since=parse_moment(since, work.timezone) if since else None,
                full=full,
                advance=lambda entity, rows: advance(0, 0, f"{entity}: {rows}"),
            )
        )
    if as_json:
        say_json(
            {
                "requests": pulled.requests,
                "read": dict(pulled.rows),
                "tables": {name: asdict(merged) for name, merged in pulled.tables.items()},
                "removed": pulled.removed,
                "resumed": pulled.resumed,
                "notes": [work.localizer.say(each) for each in pulled.remarks],
            }
        )
        return
    if pulled.resumed:
        say(work.localizer(N_("It went on where the last pull had stopped.")))
    read = ", ".join(f"{entity} {rows}" for entity, rows in pulled.rows.items() if rows)
    say(work.localizer(N_("Requests: {requests}; read: {read}."), requests=pulled.requests, read=read or "-"))
    for line in _merged(pulled.tables, pulled.removed, work.localizer):
        say(line)
    for remark in pulled.remarks:
        say(work.localizer.say(remark))


def stages(
    to: Annotated[Path | None, typer.Option(help="CSV to write: edited, it goes in with svodka import stages.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Show what the stages of deals are taken for, and write them as a table to be edited."""
    work = project(home, now)
    found = _stages(work)
    if not found:
        raise UserError("There are no stages yet: import the export of a CRM, or stages of your own.")
    if as_json:
        say_json({"stages": found})
        return
    _show_stages(work)
    path = to or work.root / "stages.csv"
    if to is None and path.exists():
        raise UserError(
            "{file} is there already: import it with svodka import stages {file}, or write another with --to.",
            file=path.name,
        )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows({name: row[name] for name in _COLUMNS} for row in found)
    say(
        work.localizer(
            N_("Written to {file}: change the kinds there, then svodka import stages {file}."), file=path.name
        )
    )


_COLUMNS = (
    *("pipeline", "stage", "pipeline_title", "title", "position", "kind", "implies", "visit_kind"),
    "stuck_after_days",
)


def _stages(work: Project) -> list[dict[str, Any]]:
    """The stages in their order along the pipelines."""
    import sqlalchemy as sa

    from warehouse.crm.amocrm import SOURCE
    from warehouse.schema import STAGES

    statement = sa.select(*(STAGES.c[name] for name in (*_COLUMNS, "source")))
    rows = [row._asdict() for row in work.store.open().rows(statement)]
    rows.sort(key=lambda row: (row["pipeline"], row["position"] is None, row["position"] or 0, row["stage"]))
    for row in rows:
        row["is_guessed"] = row.pop("source") == SOURCE
        for name in ("position", "stuck_after_days"):
            if row[name] is not None and row[name] == int(row[name]):
                row[name] = int(row[name])
    return rows


def _show_stages(work: Project) -> None:
    from bot.cli.terminal import show
    from digests.document import Document, Table

    rows = tuple(
        (row["pipeline_title"] or row["pipeline"], row["title"] or row["stage"], row["kind"], row["implies"] or "")
        for row in _stages(work)
    )
    localizer = work.localizer
    header = tuple(localizer(name) for name in (N_("Pipeline"), N_("Stage"), N_("Taken for"), N_("Proves")))
    show(Document("", (Table(header, rows),), localizer.language))


def _check(crm: str) -> None:
    if crm not in CRMS:
        raise UserError(
            'There is no CRM "{given}" here. There are: {known}; others come in table by table, with a mapping.',
            given=crm,
            known=nearest(crm, CRMS),
        )


def _told(taken: Taken, localizer: Localizer) -> Iterator[str]:
    """Yield what an import did, in sentences."""
    yield from _merged(taken.tables, taken.removed, localizer)
    yield from (localizer.say(each) for each in taken.remarks)
    if taken.rejects_file:
        yield localizer.say(
            note("{n} record is bad and was not taken.", "{n} records are bad and were not taken.", n=taken.rejected)
        )
        yield localizer(N_("The rejected rows with their reasons are in {file}."), file=taken.rejects_file)


def _merged(tables: Mapping[str, Merged], removed: int, localizer: Localizer) -> Iterator[str]:
    sentence = N_("{table}: added {added}, updated {updated}, unchanged {unchanged}.")
    for name, merged in tables.items():
        yield localizer(sentence, table=name, **asdict(merged))
    if removed:
        yield localizer.say(
            note("{n} row is no more there and was removed.", "{n} rows are no more there and were removed.", n=removed)
        )
