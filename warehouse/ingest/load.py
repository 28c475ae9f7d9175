"""The import of one file: read, checked, merged by key; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as Counts
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from warehouse import merge
from warehouse.ingest import staging
from warehouse.ingest.cast import ROW, identifier, literal
from warehouse.ingest.formats.given import FormatSource, Given
from warehouse.ingest.formats.register import FORMATS, format_named
from warehouse.ingest.gaps import gaps_of
from warehouse.ingest.mapping import FILLED_BY_IMPORT, Mapping, check_key, check_timezone
from warehouse.ingest.plan import INCOMING, MADE, Plan, make_plan
from warehouse.ingest.rejects import Misshapen, Reject, Say, write_rejects
from warehouse.ingest.sources import PARQUET, SPREADSHEETS, ParquetRows, Sheet, Source
from warehouse.ingest.staging import CELLS, LEFT_OUT, OTHER, REASON, bound, stage
from warehouse.lake import Lake
from warehouse.manifest import DataFile, Gap, Manifest
from warehouse.messages import Mistake, system_reason
from warehouse.records import relation_over
from warehouse.schema import fate_of, key_of, time_of
from warehouse.workspace import workspace

if TYPE_CHECKING:
    import duckdb


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
    unfinished: int = 0
    """Of a named format: last lines still being written, which are taken the next time."""
    same_key: int = 0
    """Rows that differ from a later one with their key, which counts in their place."""
    same_keys: tuple[str, ...] = ()
    """Some of those keys, each with its rows."""
    rekeyed: int = 0
    """Rows of this source that were there under keys of another making, and are no more."""
    gaps: tuple[Gap, ...] = ()
    """What is missing that is no random sample: figures say so until the source is imported whole."""


def import_file(
    lake: Lake,
    table: sa.Table,
    path: Path,
    *,
    timezone: str,
    mapping: Mapping | None = None,
    format_name: str | None = None,
    options: Counts[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    max_rejects: float = 0.05,
    complete_to: datetime | None = None,
    rejects_dir: Path,
    scratch: Path | None = None,
    say: Say = str,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Import a file of records (CSV, XLSX or Parquet, by its suffix) into one of the fact tables.

    `format_name` says what the file is if it is no table, such as a log; it may be a directory of rotated files then;
    `options` are the format's own, over those of the mapping.
    `timezone` (IANA) is that of times without a zone, unless the mapping names one; `max_rejects` the share
    (0..1) of bad rows over which nothing is taken; `complete_to` (UTC) up to when the file is complete, if
    that is later than the latest that it tells of;
    `scratch` a directory for temporary files, by default the lake's own; `say` puts the reasons of rejects into
    the reader's language; `progress(done, total)` is called
    from other threads, in units of the file's own. Raises Mistake, with the lake as it was.
    """
    mapping = mapping or Mapping(table.name)
    if mapping.table != table.name:
        raise Mistake("The mapping is for the table {mapped}, not for {table}.", mapped=mapping.table, table=table.name)
    zone = mapping.timezone or timezone
    check_timezone(zone)
    options = {**mapping.options, **(options or {})}
    if format_name is None and options:
        raise Mistake(
            "There are options of a format, but no format: name it, as in --format {known}.", known=" | ".join(FORMATS)
        )
    check_key(mapping.key, table)
    named = format_named(format_name, table.name, options) if format_name is not None else None
    if named and mapping.key:
        raise Mistake("The format {format} makes keys of its own: leave key away.", format=format_name)
    if named and path.is_dir():
        path = path.resolve()
    try:
        if not (named and path.is_dir()):
            path.open("rb").close()
    except FileNotFoundError:
        raise Mistake("There is no file {file}.", file=path) from None
    except OSError as error:
        raise Mistake("The file {file} cannot be read: {reason}.", file=path, reason=system_reason(error)) from None
    with lake.storing(), workspace(scratch or lake.root) as room:
        misshapen = Misshapen(room / "misshapen", say)
        staged = room / "staged.rows"
        special: FormatSource | None = None
        try:
            if named:
                special = named.open(Given(table, path, misshapen, zone, encoding, lake, room, delimiter, options, say))
            source = special or _open(path, misshapen, encoding, delimiter)
            plan = _read(path, table, mapping, zone, source, staged, say, progress)
        finally:
            misshapen.close()
        declared = (complete_to, special.complete_to if special else None)
        known_to = max((moment for moment in declared if moment), default=None)
        with merge.connect() as connection:
            bound(connection, room)
            summary = _take(lake, connection, plan, staged, misshapen, path, max_rejects, known_to, rejects_dir)
    return replace(summary, skipped=special.skipped, unfinished=special.unfinished) if special else summary


def _read(
    path: Path,
    table: sa.Table,
    mapping: Mapping,
    zone: str,
    source: Source,
    staged: Path,
    say: Say,
    progress: Callable[[int, int], None] | None,
) -> Plan:
    """Check the file against the table and stage its rows."""
    expressions = bool(mapping.columns or mapping.where)
    with staging.connect(staged.parent, expressions=expressions) as connection:
        staging.show_columns(connection, source.schema, path.name)
        plan = make_plan(connection, table, source, mapping, path.name)
        connection.unregister(INCOMING)
        stage(connection, plan, source, zone, path.name, staged, say, progress)
    return plan


def _open(path: Path, misshapen: Misshapen, encoding: str | None, delimiter: str | None) -> Source:
    suffix = path.suffix.lower()
    if suffix in SPREADSHEETS:
        return Sheet(path)
    if suffix in PARQUET:
        return ParquetRows(path)
    from warehouse.ingest.delimited import Delimited

    return Delimited(path, misshapen, encoding, delimiter)


def _take(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    staged: Path,
    misshapen: Misshapen,
    path: Path,
    max_rejects: float,
    complete_to: datetime | None,
    rejects_dir: Path,
) -> Summary:
    """Put the good rows into the lake, unless too many are bad, and the bad ones into the rejects file."""
    connection.execute(f"CREATE VIEW laid AS SELECT * FROM read_parquet({literal(str(staged))})")
    laid, bad, left_out = _one(connection, f"SELECT count(*), count({REASON}), count(*) FILTER ({LEFT_OUT}) FROM laid")
    read, rejected = laid + misshapen.count, bad + misshapen.count
    rejects_file = None
    if rejected:
        rejects_file = write_rejects(rejects_dir, path, plan.columns, misshapen, _rejects(connection))
    if rejected > max_rejects * read:
        raise Mistake(
            "{rejected} of {read} rows of {file} are bad, which is over {share} %: nothing was taken. "
            "The reasons are in {rejects}.",
            rejected=rejected,
            read=read,
            file=path.name,
            share=f"{max_rejects * 100:g}",
            rejects=rejects_file,
        )
    superseded, differing = _last_rows(connection, plan)
    (other,) = _one(connection, f"SELECT count(*) FILTER ({OTHER}) FROM staged")
    lacking = tuple(gaps_of(connection, plan.table, path.name, misshapen.count, read))
    provided = plan.provided | {FILLED_BY_IMPORT}
    with lake.writing() as manifest:
        kept, rekeyed = manifest, 0
        if plan.keys_made:
            kept, rekeyed = _without_former(lake, manifest, connection, plan.table, path.name)
        changed, merged = _merged(lake, kept, connection, plan.table, provided, complete_to)
        changed = _with_gaps(changed, connection, plan.table, path.name, lacking)
        if changed != manifest:
            lake.commit(changed)
    return Summary(
        read=read,
        added=merged.added,
        updated=merged.updated + differing,
        unchanged=merged.unchanged + superseded - differing,
        rejected=rejected,
        left_out=left_out,
        # Without a column for the line, rows that the lake knows keep theirs.
        other_line=other if "line" in provided else min(other, merged.added),
        rejects_file=rejects_file,
        ignored_columns=plan.ignored,
        same_key=differing,
        same_keys=_examples(connection, plan) if differing else (),
        rekeyed=rekeyed,
        gaps=lacking,
    )


def _without_former(
    lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection, table: sa.Table, source: str
) -> tuple[Manifest, int]:
    """The manifest without what an earlier import of this source has put there under keys that were not made.

    Returns how many rows these were. They are those between the first and the last row of the source, which are
    staged again: they would count twice.
    """
    state, time, (key,) = manifest.table(table.name), time_of(table), key_of(table)
    first, last = _one(connection, f'SELECT min("{time}"), max("{time}") FROM staged')
    former = (
        f'source = {literal(source)} AND NOT starts_with("{key}", {literal(MADE)}) '
        f"AND \"{time}\" BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
    )
    files, removed = list[DataFile](), 0
    for file in state.files:
        apart = first is None or (file.first and file.first > last) or (file.last and file.last < first)
        rows = relation_over(lake.root, [file], table)
        (found,) = (0,) if apart else _one(connection, f"SELECT count(*) FROM ({rows}) WHERE {former}")
        removed += found
        left = f"SELECT * FROM ({rows}) WHERE NOT coalesce({former}, false)"
        written = merge.write_file(lake, connection, table, file.month, left) if found else file
        files += [written] if written else []
    return manifest.with_table(table.name, replace(state, files=tuple(files))) if removed else manifest, removed


def _with_gaps(
    manifest: Manifest, connection: duckdb.DuckDBPyConnection, table: sa.Table, source: str, lacking: Sequence[Gap]
) -> Manifest:
    """The manifest with what this source lacks now, and without what it has brought."""
    state = manifest.table(table.name)
    time = time_of(table)
    span = f'min("{time}"), max("{time}")' if time else "NULL, NULL"
    rows, first, last = _one(connection, f"SELECT count(*), {span} FROM good")
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

    def attempt() -> tuple[Manifest, merge.Merged]:
        return merge.merge(lake, manifest, connection, table, "staged", provided=provided, complete_to=complete_to)

    try:
        return attempt()
    except duckdb.OutOfMemoryException:
        # Joins of many wide rows cannot always spill enough: better to take the machine's memory than to give up.
        # (RESET would change the setting, but not what the connection keeps to.)
        with duckdb.connect() as other:
            (usual,) = _one(other, "SELECT current_setting('memory_limit')")
        connection.execute(f"SET memory_limit = '{usual}'")
        return attempt()


def _last_rows(connection: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[int, int]:
    """Make the relation `staged`: the good rows, of each key the last one.

    Returns how many rows a later one with their key supersedes, and how many of those differ from it.
    """
    keys = ", ".join(identifier(key) for key in key_of(plan.table))
    connection.execute(f"CREATE VIEW good AS SELECT * FROM laid WHERE {REASON} IS NULL AND NOT {LEFT_OUT}")
    connection.execute(
        f"CREATE TEMP TABLE repeated AS "
        f"SELECT {keys}, max({ROW}) AS last_ FROM good GROUP BY {keys} HAVING count(*) > 1"
    )
    compared = [identifier(name) for name in sorted(plan.provided) if name not in key_of(plan.table)]
    # A later row may tell how a contact went on; one of another time or another fate is another contact.
    told_apart = [identifier(name) for name in (time_of(plan.table), fate_of(plan.table)) if name in plan.provided]
    another = " OR ".join(f"coalesce(g.{name} <> l.{name}, false)" for name in told_apart) or "false"
    differs = " OR ".join(f"g.{name} IS DISTINCT FROM l.{name}" for name in compared) or "false"
    connection.execute(
        f"CREATE TEMP TABLE superseded AS SELECT g.{ROW} AS row_, last_, {differs} AS differs_, {another} AS another_ "
        f"FROM good g JOIN repeated USING ({keys}) JOIN good l ON l.{ROW} = last_ WHERE g.{ROW} < last_"
    )
    superseded, differing = _one(connection, "SELECT count(*), count(*) FILTER (differs_) FROM superseded")
    last = f"SELECT * FROM good g ANTI JOIN superseded ON row_ = g.{ROW}" if superseded else "SELECT * FROM good"
    connection.execute(f"CREATE VIEW staged AS {last}")
    return superseded, differing


def _examples(connection: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[str, ...]:
    """Some keys that rows share and differ, each with the numbers of its rows."""
    keys = [identifier(key) for key in key_of(plan.table)]
    same = " AND ".join(f"g.{key} = r.{key}" for key in keys)
    shown = " || ' ' || ".join(f"CAST(r.{key} AS VARCHAR)" for key in keys)
    rows = connection.execute(
        f"SELECT {shown}, list(g.{ROW} ORDER BY g.{ROW})[:5] FROM repeated r JOIN good g ON {same} "
        f"WHERE last_ IN (SELECT last_ FROM superseded WHERE differs_) GROUP BY ALL_KEYS ORDER BY min(g.{ROW}) "
        f"LIMIT {_EXAMPLES}".replace("ALL_KEYS", ", ".join(f"r.{key}" for key in keys))
    ).fetchall()
    return tuple(f"{key[:60]} ({', '.join(map(str, numbers))})" for key, numbers in rows)


def _rejects(connection: duckdb.DuckDBPyConnection) -> Iterator[Reject]:
    cursor = connection.cursor()
    cursor.execute(f"SELECT {ROW}, {REASON}, {CELLS} FROM laid WHERE {REASON} IS NOT NULL ORDER BY {ROW}")
    while rows := cursor.fetchmany(10_000):
        yield from rows


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row
