"""The import of one file: read, checked, merged by key; all of it or nothing."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as Counts
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse import merge
from warehouse.ingest.cast import ROW, identifier, listed, literal
from warehouse.ingest.durations import check_durations
from warehouse.ingest.files import SourceFile, SourceFileReader, SourceFiles
from warehouse.ingest.formats.base import Superseded
from warehouse.ingest.formats.registry import FORMATS, format_named, recognised_format
from warehouse.ingest.gaps import gaps_of
from warehouse.ingest.mapping import FILLED_BY_IMPORT, Mapping, check_key, check_timezone, check_unit
from warehouse.ingest.plan import MADE, ImportPlan
from warehouse.ingest.rejects import Reject, Say, write_rejects
from warehouse.ingest.staging import CELLS, LEFT_OUT, OTHER, REASON, TOTAL, bound, one, resolved_rows
from warehouse.lake import Lake
from warehouse.manifest import Gap, Manifest
from warehouse.messages import N_, Message, UserError, system_reason
from warehouse.schema import CLIENT_ALIASES, fate_of, key_of, time_of
from warehouse.workspace import workspace

if TYPE_CHECKING:
    import duckdb


PART_ROWS = 1 << 40
"""More rows than a file has: those of the second file are numbered from here on, and so on."""

_EXAMPLES = 3
"""Keys that are named where rows share some."""


@dataclass(frozen=True)
class Summary:
    """What an import did, in rows: read = added + updated + unchanged + rejected + left_out."""

    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    left_out: int
    """Rows that the mapping's `where` does not keep."""
    other_line: int
    """Rows whose source names no line, so that they went to the line `other`."""
    rejects_file: Path | None
    ignored_columns: tuple[str, ...]
    """The file's columns that nothing was read from."""
    skipped: Counts[str, int] = field(default_factory=dict)
    """Of a named format: kinds of lines that are nothing to the import, and how many there were."""
    lines: int | None = None
    """Of a named format: the lines that rows were made of or that were refused; a rejected one is a share of these."""
    unfinished: int = 0
    """Of a named format: last lines still being written, which are taken the next time."""
    same_key: int = 0
    """Rows that differ from a later one with their key, which counts in their place."""
    same_keys: tuple[str, ...] = ()
    """Some of those keys, each with its rows."""
    rekeyed: int = 0
    """Rows of this source that were there under keys of another making, and are no more."""
    superseded: int = 0
    """Of a named format: rows that this source stands in place of and does not have any more."""
    gaps: tuple[Gap, ...] = ()
    """What is missing that is no random sample: figures say so until the source is imported whole."""
    doubtful: int = 0
    """Rows with a time that the clock showed twice and nothing tells which: the first is taken."""
    illegible: int = 0
    """Rows taken with a word in which some bytes are no characters."""
    totals: int = 0
    """Rows that sum up others; they are no records and do not count as read."""
    files: int = 1
    """The files that were read: of an archive or a directory there may be many."""
    notes: tuple[Message, ...] = ()
    """What is to be said of what was left alone."""


def import_file(
    lake: Lake,
    table: sa.Table,
    path: Path,
    *,
    timezone: str,
    currency: str = "",
    mapping: Mapping | None = None,
    format_name: str | None = None,
    options: Counts[str, str] | None = None,
    durations: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header: int | tuple[str, ...] | None = None,
    max_rejects: float = 0.05,
    complete_to: datetime | None = None,
    rejects_dir: Path,
    scratch: Path | None = None,
    say: Say = str,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Import a file of records, whatever kind of table it is, into one of the fact tables.

    An archive or a directory is all its files, in one commit. `format_name` says what the file is if it is no table,
    such as a log; `options` are the format's own, `sheet` and `header` say where in a file the table is: these go
    over those of the mapping.
    `durations` is what numbers of durations count, one of `UNITS`; without it seconds, unless they cannot be that.
    `currency` is the code of the centre's money: sums in another are rejected.
    `timezone` (IANA) is that of times without a zone, unless the mapping names one; `max_rejects` the share
    (0..1) of bad rows over which nothing is taken; `complete_to` (UTC) up to when the file is complete, if
    that is later than the latest that it tells of;
    `scratch` a directory for temporary files, by default the lake's own; `say` puts the reasons of rejects into
    the reader's language; `progress(done, total)` is called
    from other threads, in units of the file's own. Raises UserError, with the lake as it was.
    """
    mapping = mapping or Mapping(table.name)
    if mapping.table != table.name:
        raise UserError(
            "The mapping is for the table {mapped}, not for {table}.", mapped=mapping.table, table=table.name
        )
    mapping = replace(mapping, sheet=sheet or mapping.sheet, header=mapping.header if header is None else header)
    zone = mapping.timezone or timezone
    check_timezone(zone)
    if durations:
        check_unit(durations)
    options = {**mapping.options, **(options or {})}
    check_key(mapping.key, table)
    if format_name is None and not (mapping.columns or mapping.key):
        format_name = recognised_format(table.name, path)
    if format_name is None and options:
        raise UserError(
            "There are options of a format, but no format: name it, as in --format {known}.", known=" | ".join(FORMATS)
        )
    named = format_named(format_name, table.name, options) if format_name is not None else None
    if named and mapping.key:
        raise UserError("The format {format} makes keys of its own: leave key away.", format=format_name)
    try:
        if path.is_dir():
            path = path.resolve()
        else:
            path.open("rb").close()
    except FileNotFoundError:
        raise UserError("There is no file {file}.", file=path) from None
    except OSError as error:
        raise UserError("The file {file} cannot be read: {reason}.", file=path, reason=system_reason(error)) from None
    with lake.storing(), workspace(scratch or lake.root) as room, merge.connect() as connection:
        bound(connection, room)
        reader = SourceFileReader(
            lake, table, mapping, zone, currency, room, connection, encoding, delimiter, durations, say, progress
        )
        parts = reader.read_format(path, named, options) if named else reader.read_tables(path)
        known_to = max((moment for moment in (complete_to, parts.complete_to) if moment), default=None)
        summary = _take(lake, connection, table, parts, path, max_rejects, known_to, rejects_dir)
    return replace(summary, skipped=parts.skipped, unfinished=parts.unfinished, lines=parts.lines, notes=parts.notes)


def _take(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    parts: SourceFiles,
    path: Path,
    max_rejects: float,
    complete_to: datetime | None,
    rejects_dir: Path,
) -> Summary:
    """Put the good rows into the lake, unless too many are bad, and the bad ones into the rejects file."""
    read = parts.all
    # A file in an archive or packed alone is known by its own name.
    source = read[0].name if len(read) == 1 else path.name
    doubtful = _lay(connection, read)
    totals, laid, bad, left_out = one(
        connection,
        f"SELECT count(*) FILTER ({TOTAL}), count(*) FILTER (NOT {TOTAL}), "
        f"count({REASON}) FILTER (NOT {TOTAL}), count(*) FILTER ({LEFT_OUT} AND NOT {TOTAL}) FROM whole",
    )
    check_durations(connection, {each.name: each for part in read for each in part.plan.readings}.values(), path)
    misshapen = sum(part.misshapen.count for part in read)
    rejected = bad + misshapen
    rejects_file = _write_rejects(connection, read, rejects_dir, Path(source)) if rejected else None
    _check_share(laid, bad, misshapen, parts.lines, max_rejects, path, rejects_file)
    total = Summary(laid + misshapen, 0, 0, 0, rejected, left_out, 0, rejects_file, _ignored(read))
    total = replace(total, totals=totals + sum(part.misshapen.totals for part in read), files=len(read))
    total = replace(total, doubtful=doubtful + sum(part.misshapen.doubtful for part in read))
    spans: list[_Span] = []
    with lake.writing() as manifest:
        changed = manifest
        for first, last, plan in _alike(read):
            group = read[first : last + 1]
            superseded, differing = _last_rows(connection, plan, first, last)
            (other,) = one(connection, f"SELECT count(*) FILTER ({OTHER}) FROM staged")
            provided = plan.provided | {FILLED_BY_IMPORT}
            of_group = f"SELECT * FROM laid WHERE {_in(first, last)}"
            lacks = rejected or superseded
            lacking = _lacking(connection, table, source, group, parts.lines, of_group, superseded) if lacks else ()
            spans.append(_span(connection, table))
            rekeyed = 0
            if plan.keys_made:
                names = [part.name for part in group]
                changed, rekeyed = _without_former(lake, changed, connection, table, names)
            changed, gone = _without_superseded(lake, changed, connection, table, parts.supersedes)
            changed, merged = _merged(lake, changed, connection, table, provided, complete_to)
            total = replace(
                total,
                added=total.added + merged.added,
                updated=total.updated + merged.updated + differing,
                unchanged=total.unchanged + merged.unchanged + superseded - differing,
                # Without a column for the line, rows that the lake knows keep theirs.
                other_line=total.other_line + (other if "line" in provided else min(other, merged.added)),
                illegible=total.illegible + (_illegible(connection, plan) if any(p.spoiled for p in group) else 0),
                same_key=total.same_key + differing,
                same_keys=(*total.same_keys, *(_examples(connection, plan, read) if differing else ()))[:_EXAMPLES],
                rekeyed=total.rekeyed + rekeyed,
                superseded=total.superseded + gone,
                gaps=(*total.gaps, *lacking),
            )
        changed = _with_gaps(changed, table, source, total.gaps, spans)
        if changed != manifest:
            lake.commit(changed)
    return total


def _lay(connection: duckdb.DuckDBPyConnection, parts: Sequence[SourceFile]) -> int:
    """Make the relations of all staged rows, `whole`, and of those that sum up no others, `laid`.

    Returns how many rows have a time that came twice, and nothing tells which of the two it is.
    """
    selected, doubtful = list[str](), 0
    for number, part in enumerate(parts):
        staged = f"read_parquet({literal(str(part.staged))})"
        rows = f"SELECT * REPLACE ({ROW} + {number * PART_ROWS} AS {ROW}) FROM {staged}"
        if part.changes:
            rows, unsettled = resolved_rows(connection, part.plan, part.changes, rows, f"settled_{number}")
            doubtful += unsettled
        selected.append(rows)
    # By name: a file has columns for its durations and for its times that came twice.
    connection.execute(f"CREATE VIEW whole AS {' UNION ALL BY NAME '.join(selected)}")
    connection.execute(f"CREATE VIEW laid AS SELECT * FROM whole WHERE NOT {TOTAL}")
    return doubtful


def _in(first: int, last: int) -> str:
    """Return the condition of the rows of some parts."""
    return f"{ROW} >= {first * PART_ROWS} AND {ROW} < {(last + 1) * PART_ROWS}"


def _alike(parts: Sequence[SourceFile]) -> Iterator[tuple[int, int, ImportPlan]]:
    """Return the parts that follow each other and bring the same columns: the first one, the last, a plan of theirs."""
    for _, group in groupby(enumerate(parts), key=lambda each: each[1].plan.provided):
        some = list(group)
        yield some[0][0], some[-1][0], some[0][1].plan


def _ignored(parts: Sequence[SourceFile]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for part in parts for column in part.plan.ignored))


def _check_share(
    laid: int,
    bad: int,
    misshapen: int,
    lines: int | None,
    max_rejects: float,
    path: Path,
    rejects_file: Path | None,
) -> None:
    """Raise UserError if too many are bad. Of a log many lines make a row: each kind is a share of its own kind."""
    rows = N_(
        "{rejected} of {read} rows of {file} are bad, which is over {share}%: nothing was taken. "
        "The reasons are in {rejects}."
    )
    of_lines = N_(
        "{rejected} of {read} lines of {file} are bad, which is over {share}%: nothing was taken. "
        "The reasons are in {rejects}."
    )
    shares = [(rows, bad + misshapen, laid + misshapen)]
    if lines is not None:
        shares = [(of_lines, misshapen, lines), (rows, bad, laid)]
    for sentence, rejected, read in shares:
        if rejected > max_rejects * read:
            raise UserError(
                sentence,
                rejected=rejected,
                read=read,
                file=path.name,
                share=f"{max_rejects * 100:g}",
                rejects=rejects_file,
            )


def _without_former(
    lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection, table: sa.Table, sources: Sequence[str]
) -> tuple[Manifest, int]:
    """Return the manifest without what an earlier import of these files has put there under keys that were not made.

    And how many rows these were. They are those between the first and the last row of these files, which are
    staged again: they would count twice.
    """
    time, (key,) = time_of(table), key_of(table)
    first, last = one(connection, f'SELECT min("{time}"), max("{time}") FROM staged')
    former = (
        f'source IN ({listed(sources)}) AND NOT starts_with("{key}", {literal(MADE)}) '
        f"AND \"{time}\" BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
    )
    return (manifest, 0) if first is None else merge.without(lake, manifest, connection, table, former, first, last)


def _without_superseded(
    lake: Lake,
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    superseded: Sequence[Superseded],
) -> tuple[Manifest, int]:
    """Return the manifest without the rows that the staged ones stand in place of, and how many these were."""
    if not superseded:
        return manifest, 0
    time, (key,) = time_of(table), key_of(table)
    spans = " OR ".join(
        f"(\"{time}\" >= TIMESTAMP '{each.first}' AND \"{time}\" < TIMESTAMP '{each.end}' "
        f'AND starts_with("{key}", {literal(each.prefix)}))'
        for each in superseded
    )
    gone = f'({spans}) AND "{key}" NOT IN (SELECT "{key}" FROM staged)'
    first, last = min(each.first for each in superseded), max(each.end for each in superseded)
    return merge.without(lake, manifest, connection, table, gone, first, last)


def _lacking(
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    source: str,
    parts: Sequence[SourceFile],
    lines: int | None,
    rows: str,
    superseded: int,
) -> tuple[Gap, ...]:
    """Return what these parts of an import leave out that is no random sample; `rows` is the SQL of their rows."""
    laid, bad = one(connection, f"SELECT count(*), count({REASON}) FROM ({rows})")
    misshapen = sum(part.misshapen.count for part in parts)
    read = lines if lines is not None and not bad else laid + misshapen
    return tuple(gaps_of(connection, table, source, misshapen, read, rows, superseded))


_Span = tuple[int, datetime | None, datetime | None]
"""How many rows were taken, from when to when."""


def _span(connection: duckdb.DuckDBPyConnection, table: sa.Table) -> _Span:
    time = time_of(table)
    span = f'min("{time}"), max("{time}")' if time else "NULL, NULL"
    rows, first, last = one(connection, f"SELECT count(*), {span} FROM good")
    return rows, first, last


def _with_gaps(
    manifest: Manifest, table: sa.Table, source: str, lacking: Sequence[Gap], spans: Sequence[_Span]
) -> Manifest:
    """Return the manifest with what this source lacks now, and without what it has brought."""
    state = manifest.table(table.name)
    rows = sum(span[0] for span in spans)
    first = min((span[1] for span in spans if span[1]), default=None)
    last = max((span[2] for span in spans if span[2]), default=None)
    kept = [gap for gap in state.gaps if gap not in lacking and not gap.is_mended_by(source, rows, first, last)]
    gaps = tuple(sorted([*kept, *lacking], key=lambda gap: (gap.source, str(gap.first), gap.merged)))
    return manifest if gaps == state.gaps else manifest.with_table(table.name, replace(state, gaps=gaps))


def _merged(
    lake: Lake,
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    provided: Collection[str],
    complete_to: datetime | None,
) -> tuple[Manifest, merge.Merged]:
    import duckdb

    rows = "staged"
    if table is CLIENT_ALIASES:
        merge.flatten(lake, manifest, connection)
        manifest, _ = merge.merge(lake, manifest, connection, table, "relinked")
        rows = "flat"

    def attempt() -> tuple[Manifest, merge.Merged]:
        return merge.merge(lake, manifest, connection, table, rows, provided=provided, complete_to=complete_to)

    try:
        return attempt()
    except duckdb.OutOfMemoryException:
        # Joins of many wide rows cannot always spill enough: better to take the machine's memory than to give up.
        # (RESET would change the setting, but not what the connection keeps to.)
        with duckdb.connect() as other:
            (usual,) = one(other, "SELECT current_setting('memory_limit')")
        connection.execute(f"SET memory_limit = '{usual}'")
        return attempt()


def _last_rows(connection: duckdb.DuckDBPyConnection, plan: ImportPlan, first: int, last: int) -> tuple[int, int]:
    """Make the relation `staged`: the good rows of some parts, of each key the last one.

    Returns how many rows a later one with their key supersedes, and how many of those differ from it.
    """
    keys = ", ".join(identifier(key) for key in key_of(plan.table))
    connection.execute(
        f"CREATE OR REPLACE VIEW good AS "
        f"SELECT * FROM laid WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND {_in(first, last)}"
    )
    (repeated,) = one(
        connection,
        f"CREATE OR REPLACE TEMP TABLE repeated AS "
        f"SELECT {keys}, max({ROW}) AS last_ FROM good GROUP BY {keys} HAVING count(*) > 1",
    )
    if not repeated:
        connection.execute("CREATE OR REPLACE VIEW staged AS SELECT * FROM good")
        return 0, 0
    compared = [identifier(name) for name in sorted(plan.provided) if name not in key_of(plan.table)]
    # A later row may tell how a contact went on; one of another time or another fate is another contact.
    told_apart = [identifier(name) for name in (time_of(plan.table), fate_of(plan.table)) if name in plan.provided]
    another = " OR ".join(f"coalesce(g.{name} <> l.{name}, false)" for name in told_apart) or "false"
    differs = " OR ".join(f"g.{name} IS DISTINCT FROM l.{name}" for name in compared) or "false"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE superseded AS "
        f"SELECT g.{ROW} AS row_, last_, {differs} AS differs_, {another} AS another_ "
        f"FROM good g JOIN repeated USING ({keys}) JOIN good l ON l.{ROW} = last_ WHERE g.{ROW} < last_"
    )
    superseded, differing = one(connection, "SELECT count(*), count(*) FILTER (differs_) FROM superseded")
    connection.execute(f"CREATE OR REPLACE VIEW staged AS SELECT * FROM good g ANTI JOIN superseded ON row_ = g.{ROW}")
    return superseded, differing


def _examples(connection: duckdb.DuckDBPyConnection, plan: ImportPlan, parts: Sequence[SourceFile]) -> tuple[str, ...]:
    """Return some keys that rows share and differ, each with the numbers of its rows."""
    keys = [identifier(key) for key in key_of(plan.table)]
    same = " AND ".join(f"g.{key} = r.{key}" for key in keys)
    shown = " || ' ' || ".join(f"CAST(r.{key} AS VARCHAR)" for key in keys)
    rows = connection.execute(
        f"SELECT {shown}, list(g.{ROW} ORDER BY g.{ROW})[:5] FROM repeated r JOIN good g ON {same} "
        f"WHERE last_ IN (SELECT last_ FROM superseded WHERE differs_) GROUP BY ALL_KEYS ORDER BY min(g.{ROW}) "
        f"LIMIT {_EXAMPLES}".replace("ALL_KEYS", ", ".join(f"r.{key}" for key in keys))
    ).fetchall()

    def place(row: int) -> str:
        part, number = divmod(row, PART_ROWS)
        return f"{parts[part].name}: {number}" if len(parts) > 1 else str(number)

    return tuple(f"{key[:60]} ({', '.join(map(place, numbers))})" for key, numbers in rows)


def _illegible(connection: duckdb.DuckDBPyConnection, plan: ImportPlan) -> int:
    """Return how many rows were taken with a word in which some bytes are no characters."""
    words = " OR ".join(f"contains({identifier(each.name)}, '\ufffd')" for each in plan.readings if each.describes)
    return int(one(connection, f"SELECT count(*) FILTER ({words or 'false'}) FROM staged")[0])


def _write_rejects(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[SourceFile], directory: Path, path: Path
) -> Path:
    """Write the rejects of all parts, under the columns of all; among several files each row names its own."""
    columns = tuple(dict.fromkeys(column for part in parts for column in part.plan.columns))
    streams: list[Iterator[Reject]] = []
    for number, part in enumerate(parts):
        place = f"{part.name}: " if len(parts) > 1 else ""
        streams.append(_placed(heapq.merge(part.misshapen, _rejects(connection, number), key=itemgetter(0)), place))
    return write_rejects(directory, path, columns, chain.from_iterable(streams))


def _placed(rejects: Iterable[Reject], place: str) -> Iterator[Reject]:
    return ((row, place + reason, cells) for row, reason, cells in rejects)


def _rejects(connection: duckdb.DuckDBPyConnection, part: int) -> Iterator[Reject]:
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT {ROW} - {part * PART_ROWS}, {REASON}, {CELLS} FROM laid WHERE {REASON} IS NOT NULL "
        f"AND {ROW} >= {part * PART_ROWS} AND {ROW} < {(part + 1) * PART_ROWS} ORDER BY {ROW}"
    )
    while rows := cursor.fetchmany(10_000):
        yield from rows
