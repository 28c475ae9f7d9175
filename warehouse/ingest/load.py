"""The import of one file: read, checked, merged by key; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as Counts
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse import merge
from warehouse.ingest import staging
from warehouse.ingest.cast import EARLIEST, LATEST, ORDERS, ROW, UNITS, identifier, literal
from warehouse.ingest.clock import AROUND, Change, Shown, changes_between, settle
from warehouse.ingest.formats.given import FormatSource, Given
from warehouse.ingest.formats.register import FORMATS, format_named
from warehouse.ingest.gaps import gaps_of
from warehouse.ingest.mapping import FILLED_BY_IMPORT, Mapping, check_key, check_timezone, check_unit
from warehouse.ingest.plan import INCOMING, MADE, Plan, make_plan
from warehouse.ingest.rejects import Misshapen, Reject, Say, write_rejects
from warehouse.ingest.sources import PARQUET, SPREADSHEETS, ParquetRows, Sheet, Source
from warehouse.ingest.staging import CELLS, LEFT_OUT, OTHER, REASON, bound, stage
from warehouse.lake import Lake
from warehouse.manifest import DataFile, Gap, Manifest
from warehouse.messages import N_, Message, Mistake, system_reason
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
    gaps: tuple[Gap, ...] = ()
    """What is missing that is no random sample: figures say so until the source is imported whole."""
    doubtful: int = 0
    """Rows with a time that the clock showed twice and nothing tells which: the first is taken."""
    illegible: int = 0
    """Rows taken with a word in which some bytes are no characters."""


def import_file(
    lake: Lake,
    table: sa.Table,
    path: Path,
    *,
    timezone: str,
    mapping: Mapping | None = None,
    format_name: str | None = None,
    options: Counts[str, str] | None = None,
    durations: str = "",
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
    `durations` is what numbers of durations count, one of `UNITS`; without it seconds, unless they cannot be that.
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
    if durations:
        check_unit(durations)
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
            # What a format's seconds are is known.
            unit = "seconds" if named else durations
            plan, changes = _read(path, table, mapping, zone, unit, source, staged, say, progress)
            if changes and not named:
                # Only then is it read with an eye on the clock, which takes longer.
                misshapen.forget()
                source = _open(path, misshapen, encoding, delimiter)
                plan, _ = _read(path, table, mapping, zone, unit, source, staged, say, progress, changes)
        finally:
            misshapen.close()
        declared = (complete_to, special.complete_to if special else None)
        known_to = max((moment for moment in declared if moment), default=None)
        with merge.connect() as connection:
            bound(connection, room)
            lines = special.lines if special else None
            summary = _take(
                lake,
                connection,
                plan,
                staged,
                misshapen,
                lines,
                () if named else changes,
                path,
                max_rejects,
                known_to,
                rejects_dir,
            )
            if source.spoiled:
                summary = replace(summary, illegible=_illegible(connection, plan))
    if not special:
        return summary
    return replace(summary, skipped=special.skipped, unfinished=special.unfinished, lines=special.lines)


def _read(
    path: Path,
    table: sa.Table,
    mapping: Mapping,
    zone: str,
    durations: str,
    source: Source,
    staged: Path,
    say: Say,
    progress: Callable[[int, int], None] | None,
    changes: Sequence[Change] = (),
) -> tuple[Plan, Sequence[Change]]:
    """Check the file against the table and stage its rows; with the changes of the clock that touch any of them."""
    expressions = bool(mapping.columns or mapping.where)
    with staging.connect(staged.parent, expressions=expressions) as connection:
        staging.show_columns(connection, source.schema, path.name)
        plan = make_plan(connection, table, source, mapping, path.name, durations)
        connection.unregister(INCOMING)
        stage(connection, plan, source, zone, path.name, staged, say, progress, changes)
        return plan, changes or _touched(connection, plan, staged, ZoneInfo(zone))


def _touched(connection: duckdb.DuckDBPyConnection, plan: Plan, staged: Path, zone: ZoneInfo) -> list[Change]:
    """The changes of the clock at which any row has a time."""
    found: dict[datetime, Change] = {}
    rows = f"read_parquet({literal(str(staged))})"
    for reading in plan.readings:
        if reading.kind == "time":
            time = identifier(reading.name)
            known = f"{time} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}'"
            first, last = _one(connection, f"SELECT min({time}), max({time}) FROM {rows} WHERE {known}")
            for change in changes_between(zone, first, last) if first else ():
                since, until = change.instants
                near = f"{time} BETWEEN TIMESTAMP '{since}' AND TIMESTAMP '{until}'"
                if _one(connection, f"SELECT count(*) FROM {rows} WHERE {near}")[0]:
                    found[change.at] = change
    return list(found.values())


def _settled(connection: duckdb.DuckDBPyConnection, plan: Plan, changes: Sequence[Change]) -> int:
    """Make the relation `laid` of `staged_rows`, with times that came twice settled; return how many rows are not."""
    times = [reading for reading in plan.readings if reading.kind == "time"]
    named = [reading.name for reading in times]
    place = {name: number for number, name in enumerate(named)}
    beginning = place.get(time_of(plan.table) or "", 0)
    provided = plan.provided
    lasts = "CAST(NULL AS DOUBLE)"
    if {"outcome", "wait_s", "talk_s"} <= provided:
        parts = [f"coalesce({name}, 0)" for name in ("wait_s", "talk_s", "hold_s") if name in provided]
        lasts = f"CASE WHEN talk_s IS NOT NULL OR (outcome <> 'answered' AND wait_s > 0) THEN {' + '.join(parts)} END"
    near = [
        f"{identifier(named[beginning])} BETWEEN TIMESTAMP '{each.at - AROUND}' AND TIMESTAMP '{each.at + AROUND}'"
        for each in changes
    ]
    near += [f"{reading.mine('again')} IS NOT NULL" for reading in times]
    columns = [identifier(name) for name in named] + [reading.mine("again") for reading in times]
    rows = connection.execute(
        f"SELECT {ROW}, {lasts}, {', '.join(columns)} FROM staged_rows "
        f"WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND ({' OR '.join(near)}) ORDER BY {ROW}"
    ).fetchall()
    shown = [Shown(row, tuple(at[: len(times)]), tuple(at[len(times) :]), lasts) for row, lasts, *at in rows]
    orders = [(place[one], place[other]) for one, other, _ in ORDERS if one in place and other in place]
    settled = settle(shown, orders, beginning, place.get("ended_at"))
    connection.execute(
        f"CREATE TABLE settled (row_ BIGINT, {', '.join(f'{identifier(name)} TIMESTAMP' for name in named)})"
    )
    if settled.times:
        marks = ", ".join("?" * (len(named) + 1))
        connection.executemany(
            f"INSERT INTO settled VALUES ({marks})", [[row, *at] for row, at in settled.times.items()]
        )
    replaced = ", ".join(
        f"CASE WHEN s.row_ IS NULL THEN r.{identifier(name)} ELSE s.{identifier(name)} END AS {identifier(name)}"
        for name in named
    )
    connection.execute(
        f"CREATE VIEW laid AS SELECT r.* REPLACE ({replaced}) "
        f"FROM staged_rows r LEFT JOIN settled s ON s.row_ = r.{ROW}"
    )
    return len(settled.doubtful)


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
    lines: int | None,
    changes: Sequence[Change],
    path: Path,
    max_rejects: float,
    complete_to: datetime | None,
    rejects_dir: Path,
) -> Summary:
    """Put the good rows into the lake, unless too many are bad, and the bad ones into the rejects file."""
    connection.execute(f"CREATE VIEW staged_rows AS SELECT * FROM read_parquet({literal(str(staged))})")
    doubtful = 0
    if changes:
        doubtful = _settled(connection, plan, changes)
    else:
        connection.execute("CREATE VIEW laid AS SELECT * FROM staged_rows")
    laid, bad, left_out = _one(connection, f"SELECT count(*), count({REASON}), count(*) FILTER ({LEFT_OUT}) FROM laid")
    _check_durations(connection, plan, path)
    read, rejected = laid + misshapen.count, bad + misshapen.count
    rejects_file = None
    if rejected:
        rejects_file = write_rejects(rejects_dir, path, plan.columns, misshapen, _rejects(connection))
    # Of a log many lines make a row: each kind of reject is a share of its own kind.
    if lines is not None and misshapen.count > max_rejects * lines:
        raise _too_many(
            N_(
                "{rejected} of {read} lines of {file} are bad, which is over {share} %: nothing was taken. "
                "The reasons are in {rejects}."
            ),
            misshapen.count,
            lines,
            max_rejects,
            path,
            rejects_file,
        )
    rejected_rows, rows = (rejected, read) if lines is None else (bad, laid)
    if rejected_rows > max_rejects * rows:
        raise _too_many(
            N_(
                "{rejected} of {read} rows of {file} are bad, which is over {share} %: nothing was taken. "
                "The reasons are in {rejects}."
            ),
            rejected_rows,
            rows,
            max_rejects,
            path,
            rejects_file,
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
        doubtful=doubtful,
    )


def _check_durations(connection: duckdb.DuckDBPyConnection, plan: Plan, path: Path) -> None:
    """Raises Mistake if durations that are mere numbers can hardly be seconds, and nobody has said that they are."""
    for reading in plan.readings:
        if reading.kind != "seconds" or reading.unit:
            continue
        value = identifier(reading.name)
        # Nobody measures seconds to more than six digits, but a day's fraction goes on without end.
        endless = f"{value} < 10 AND abs({value} * 1e6 - round({value} * 1e6)) > 1e-3"
        days = f"{endless} AND abs({value} * 86400 - round({value} * 86400)) < 1e-3"
        counts = [f"count(*) FILTER ({each})" for each in ("true", f"{value} < 1", f"{value} > 3600", endless, days)]
        counts += [f"max({value}) FILTER ({each})" for each in (f"{value} < 1", days, f"{value} > 3600")]
        count, small, large, fine, whole, *examples = _one(
            connection,
            f"SELECT {', '.join(counts)} FROM laid "
            f"WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND {value} > 0 AND {reading.mine('counted')}",
        )
        if fine and whole >= 0.9 * fine:
            raise _unlikely(
                N_("{column} of {file} looks like days, which is how a workbook counts time: {example}."),
                reading.name,
                path,
                examples[1],
            )
        if count and small >= 0.9 * count:
            raise _unlikely(
                N_("{column} of {file} is under one second in {n} of {count} rows, as in {example}."),
                reading.name,
                path,
                examples[0],
                n=small,
                count=count,
            )
        if large > count / 2:
            raise _unlikely(
                N_("{column} of {file} is over an hour in {n} of {count} rows, as in {example}: milliseconds?"),
                reading.name,
                path,
                examples[2],
                n=large,
                count=count,
            )


def _unlikely(sentence: str, column: str, path: Path, example: float, **counts: int) -> Mistake:
    return Mistake(
        "{problem} Nothing was taken: say what it counts, as in --durations days, or in a mapping "
        '[durations] {column} = "days". It may be {units}.',
        problem=Message(sentence, {"column": column, "file": path.name, "example": f"{example:g}", **counts}),
        column=column,
        units=", ".join(UNITS),
    )


def _too_many(
    sentence: str, rejected: int, read: int, max_rejects: float, path: Path, rejects_file: Path | None
) -> Mistake:
    return Mistake(
        sentence,
        rejected=rejected,
        read=read,
        file=path.name,
        share=f"{max_rejects * 100:g}",
        rejects=rejects_file,
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


def _illegible(connection: duckdb.DuckDBPyConnection, plan: Plan) -> int:
    words = " OR ".join(f"contains({identifier(each.name)}, '\ufffd')" for each in plan.readings if each.describes)
    return int(_one(connection, f"SELECT count(*) FILTER ({words or 'false'}) FROM staged")[0])


def _rejects(connection: duckdb.DuckDBPyConnection) -> Iterator[Reject]:
    cursor = connection.cursor()
    cursor.execute(f"SELECT {ROW}, {REASON}, {CELLS} FROM laid WHERE {REASON} IS NOT NULL ORDER BY {ROW}")
    while rows := cursor.fetchmany(10_000):
        yield from rows


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row
