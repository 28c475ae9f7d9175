"""`svodka import`: records in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, progress, project, say, say_json
from bot.project import parse_moment
from digests.localizer import Localizer
from warehouse.ingest.formats.registry import FORMATS
from warehouse.messages import N_, Message, UserError, nearest, note

if TYPE_CHECKING:
    from warehouse.ingest.load import Summary


CRM = "crm"
"""In place of a table: all that a CRM exports."""


def import_records(
    table: Annotated[str, typer.Argument(help="calls, chats, leads, deals, ...; crm: all that a CRM exports.")],
    file: Annotated[Path, typer.Argument(help="CSV, a workbook, JSON, HTML, Parquet; packed, or a directory of them.")],
    format_name: Annotated[
        str | None,
        typer.Option("--format", help=f"What the file is if it is no table: {', '.join(FORMATS)}; of crm: amocrm."),
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="Of the format, NAME=VALUE; may be given again.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="TOML file: which of their columns is ours; or a shipped one, as bitrix-deals."),
    ] = None,
    key: Annotated[str | None, typer.Option(help="row: make keys of what the rows say, for files without any.")] = None,
    durations: Annotated[
        str, typer.Option(help="What numbers of durations count: seconds, milliseconds, minutes, hours or days.")
    ] = "",
    encoding: Annotated[str | None, typer.Option(help="Of a text file; found out if not given.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a text file; found out if not given.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook, by name or number; found out if not given.")] = None,
    header: Annotated[
        str | None, typer.Option(help="The row that names the columns, or their names with commas if none does.")
    ] = None,
    max_rejects: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of bad rows over which nothing is taken.")
    ] = None,
    complete_to: Annotated[
        str | None, typer.Option(help="Moment up to which the file is complete, if later than all it tells of.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Import records from a file. The same file twice changes nothing; bad rows are kept apart with their reasons."""
    from warehouse.ingest.layout import parse_header
    from warehouse.ingest.load import import_file
    from warehouse.ingest.mapping import Mapping, find_mapping, load_mapping
    from warehouse.schema import FACT_TABLES

    work = project(home, now)
    if table == CRM:
        from bot.cli.crm import import_crm

        import_crm(work, file, format_name, _options(option or []), complete_to, max_rejects, as_json=as_json)
        return
    tables = {each.name: each for each in FACT_TABLES}
    if table not in tables:
        raise UserError(
            'There is no table "{given}". There are: {known}.', given=table, known=nearest(table, (*tables, CRM))
        )
    read = load_mapping(find_mapping(mapping)) if mapping else Mapping(table)
    with progress(file.name) as advance:
        summary = import_file(
            work.lake,
            tables[table],
            file,
            timezone=work.timezone,
            currency=work.config.centre.currency,
            mapping=replace(read, key=key) if key else read,
            format_name=format_name,
            options=_options(option or []),
            durations=durations,
            encoding=encoding,
            delimiter=delimiter,
            sheet=sheet,
            header=parse_header(header) if header else None,
            max_rejects=work.config.imports.max_rejects if max_rejects is None else max_rejects,
            complete_to=parse_moment(complete_to, work.timezone) if complete_to else None,
            rejects_dir=work.rejects,
            say=work.localizer.translated,
            progress=lambda done, total: advance(done, total),
        )
    if as_json:
        say_json(
            {
                "read": summary.read,
                "added": summary.added,
                "updated": summary.updated,
                "unchanged": summary.unchanged,
                "rejected": summary.rejected,
                "left_out": summary.left_out,
                "other_line": summary.other_line,
                "ignored_columns": list(summary.ignored_columns),
                "skipped": dict(summary.skipped),
                "lines": summary.lines,
                "unfinished": summary.unfinished,
                "same_key": summary.same_key,
                "illegible": summary.illegible,
                "doubtful": summary.doubtful,
                "superseded": summary.superseded,
                "totals": summary.totals,
                "files": summary.files,
                "notes": [work.localizer.say(each) for each in summary.notes],
                "rejects_file": str(summary.rejects_file) if summary.rejects_file else None,
            }
        )
        return
    for line in _summary_lines(summary, work.localizer):
        say(line)


def _options(given: list[str]) -> dict[str, str]:
    options = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise UserError('"{given}" is not an option of a format: write --option NAME=VALUE.', given=each)
        options[name.strip()] = value.strip()
    return options


def _summary_lines(summary: Summary, localizer: Localizer) -> list[str]:
    """The summary in sentences; what did not happen is not mentioned."""
    lines = [
        localizer(
            N_("Read {read}: added {added}, updated {updated}, unchanged {unchanged}, rejected {rejected}."),
            read=summary.read,
            added=summary.added,
            updated=summary.updated,
            unchanged=summary.unchanged,
            rejected=summary.rejected,
        )
    ]
    if summary.files > 1:
        lines.append(localizer.say(note("{n} file was read.", "{n} files were read.", n=summary.files)))
    if summary.lines is not None:
        lines.append(localizer(N_("Lines in all: {lines}."), lines=summary.lines))
    lines += _happened(
        localizer,
        note("{n} row of totals left out.", "{n} rows of totals left out.", n=summary.totals),
        note("{n} row left out by the mapping.", "{n} rows left out by the mapping.", n=summary.left_out),
        note("{n} row without a line: other.", "{n} rows without a line: other.", n=summary.other_line),
        note(
            "{n} row has letters that cannot be read in a word that describes it: � stands for them.",
            "{n} rows have letters that cannot be read in a word that describes them: � stands for them.",
            n=summary.illegible,
        ),
        note(
            "{n} row has a time that the clock showed twice, and nothing tells which: the first is taken.",
            "{n} rows have a time that the clock showed twice, and nothing tells which: the first is taken.",
            n=summary.doubtful,
        ),
    )
    if summary.ignored_columns:
        lines.append(localizer(N_("Columns not used: {columns}."), columns=", ".join(summary.ignored_columns)))
    if summary.skipped:
        kinds = "; ".join(f"{localizer(kind)} ({count})" for kind, count in summary.skipped.items())
        lines.append(localizer(N_("Left alone: {kinds}."), kinds=kinds))
    lines += [localizer.say(each) for each in summary.notes]
    lines += _happened(
        localizer,
        note(
            "{n} line is not finished: it is taken the next time.",
            "{n} lines are not finished: they are taken the next time.",
            n=summary.unfinished,
        ),
        note(
            "{n} row of this file was there under another key: it is replaced.",
            "{n} rows of this file were there under other keys: they are replaced.",
            n=summary.rekeyed,
        ),
        note(
            "{n} row of these months is not in the file any more: it is removed.",
            "{n} rows of these months are not in the file any more: they are removed.",
            n=summary.superseded,
        ),
        note(
            "{n} row has the key of a later row and differs from it; the later one counts. Keys (rows): {examples}. "
            "If these are different events, make keys of what the rows say: --key row.",
            "{n} rows have keys of later rows and differ from them; the later ones count. Keys (rows): {examples}. "
            "If these are different events, make keys of what the rows say: --key row.",
            n=summary.same_key,
            examples="; ".join(summary.same_keys),
        ),
    )
    if summary.gaps:
        lines.append(
            localizer(
                N_("What was not taken may differ from the rest: figures say so until {file} is imported whole."),
                file=summary.gaps[0].source,
            )
        )
    if summary.rejects_file:
        lines.append(localizer(N_("The rejected rows with their reasons are in {file}."), file=summary.rejects_file))
    return lines


def _happened(localizer: Localizer, *counted: Message) -> list[str]:
    """Return the sentences of what happened at least once."""
    return [localizer.say(each) for each in counted if each.params["n"]]
