"""A file's rows read, checked and laid down in one Parquet file; times shown twice are settled among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from warehouse.ingest import cast
from warehouse.ingest.cast import EARLIEST, LATEST, ORDERS, ROW, identifier, literal
from warehouse.ingest.clock import AROUND, ClockChange, ShownTime, changes_between, resolve_times
from warehouse.ingest.mapping import FILLED_BY_IMPORT
from warehouse.ingest.plan import INCOMING, ImportPlan
from warehouse.ingest.rejects import TOTALS, Say
from warehouse.ingest.sources import Source
from warehouse.ingest.text import UNREADABLE
from warehouse.messages import N_, UserError
from warehouse.records import duckdb_type
from warehouse.schema import same_as, time_of

if TYPE_CHECKING:
    import duckdb


REASON, LEFT_OUT, CELLS, OTHER, TOTAL = (
    f'"svodka:{name}"' for name in ("reason", "left out", "cells", "other", "total")
)
"""Columns beside the canonical ones: why a row is rejected (null: it is not), whether `where` left it out, the
file's own cells of a rejected row, whether the row got the default line, and whether it sums up other rows."""

_STAGED = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 30720"
"""Small groups of rows: each thread holds one in memory until it is full. Read once and removed: quickly written."""

_KEPT = '"svodka:kept"'


def one(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    """Return the one row of a query."""
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row


def bound(connection: duckdb.DuckDBPyConnection, workspace: Path) -> None:
    """Keep a connection's memory small whatever it works on: it spills instead. Every thread needs some of it."""
    connection.execute(
        "SET memory_limit = '256MB'; SET threads = 2; SET preserve_insertion_order = false; "
        f"SET temp_directory = {literal(str(workspace))}"
    )


def connect(workspace: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB that can touch nothing but the workspace, whatever a mapping's expressions say."""
    import duckdb

    connection = duckdb.connect()
    bound(connection, workspace)
    # What two of them share DuckDB would compute once, outside of the TRY that each stands in.
    connection.execute("SET disabled_optimizers = 'common_subexpressions'")
    connection.execute(f"CREATE MACRO phone(number) AS ({cast.phone('number')})")
    connection.execute(
        f"SET TimeZone = 'UTC'; SET allowed_directories = [{literal(str(workspace))}]; "
        "SET enable_external_access = false; SET lock_configuration = true"
    )
    return connection


def show_columns(connection: duckdb.DuckDBPyConnection, schema: Any, file: str) -> None:
    """Make the relation `INCOMING` of the file's columns, without rows. Raises UserError if DuckDB has no such type."""
    import duckdb

    try:
        connection.register(INCOMING, schema.empty_table())
    except duckdb.NotImplementedException:
        for field in schema:
            try:
                connection.register(INCOMING, pa.schema([field]).empty_table())
            except duckdb.NotImplementedException:
                raise UserError(
                    "The column {column} of {file} is of a type that cannot be read, {type}: write it as text or "
                    "leave it out.",
                    column=field.name,
                    file=file,
                    type=str(field.type),
                ) from None
        raise


def stage(
    connection: duckdb.DuckDBPyConnection,
    plan: ImportPlan,
    source: Source,
    timezone: str,
    currency: str,
    file: str,
    into: Path,
    say: Say,
    progress: Callable[[int, int], None] | None,
    changes: Sequence[ClockChange] = (),
) -> None:
    """Read the whole file into a Parquet file. Raises UserError if it turns out to be unreadable on the way.

    `changes` are those of the clock that its times may be touched by.
    DuckDB pulls the rows as it needs them, so that memory is bounded; `progress` is called in its threads.
    """
    import duckdb

    stream = _Stream(source, progress)
    connection.register(INCOMING, stream.capsule())
    query = staging_query(plan, timezone, currency, file, source, say, changes)
    try:
        connection.execute(f"COPY ({query}) TO {literal(str(into))} ({_STAGED})")
    except duckdb.Error:
        if stream.error:
            raise stream.error from None
        raise
    finally:
        connection.unregister(INCOMING)
        pa.default_memory_pool().release_unused()


class _Stream:
    """A source's batches on their way through Arrow, which would turn an error of ours into a text."""

    def __init__(self, source: Source, progress: Callable[[int, int], None] | None) -> None:
        self._source = source
        self._progress = progress
        self.error: BaseException | None = None

    def capsule(self) -> Any:
        """The batches in the one form that DuckDB pulls one by one: of a reader it takes dozens ahead."""
        reader = pa.RecordBatchReader.from_batches(self._source.schema, self._batches())
        return reader.__arrow_c_stream__()

    def _batches(self) -> Iterator[Any]:
        try:
            for batch, done in self._source.batches():
                yield batch
                if self._progress:
                    self._progress(done, self._source.total)
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = error
            raise


def staging_query(
    plan: ImportPlan,
    timezone: str,
    currency: str,
    file: str,
    source: Source,
    say: Say,
    changes: Sequence[ClockChange] = (),
) -> str:
    """The statement from the file's rows to staged ones, in layers that each add columns to the one below."""
    readings = plan.readings
    given = [f"{cast.given(reading)} AS {reading.mine('given')}" for reading in readings]
    if plan.where is None:
        given.append(f"true AS {_KEPT}")
    else:
        condition = f"coalesce(CAST((\n{plan.where}\n) AS BOOLEAN), false)"
        given.append(f"{cast.attempt(condition)} AS {_KEPT}")
    blanked = [f"{cast.blanked(column)} AS {identifier(column)}" for column in plan.blanked]
    rows = f"(SELECT * REPLACE ({', '.join(blanked)}) FROM {INCOMING})" if blanked else INCOMING
    layer = f"SELECT *, {', '.join(given)} FROM {rows}"
    if source.all_text:
        layer += " WHERE " + " OR ".join(f"{identifier(column)} <> ''" for column in plan.columns)

    seen = [f"{cast.said(reading)} AS {reading.mine('said')}" for reading in readings]
    seen += [f"{cast.failed(reading)} AS {reading.mine('failed')}" for reading in readings if reading.computed]
    layer = f"SELECT *, {', '.join(seen)} FROM ({layer})"

    times = [reading for reading in readings if changes and reading.kind == "time"]
    if times:
        clocks = [f"{cast.local(each)} AS {each.mine('local')}" for each in times]
        layer = f"SELECT *, {', '.join(clocks)} FROM ({layer})"
        layer = f"SELECT *, {', '.join(part for each in times for part in cast.passes(each, changes))} FROM ({layer})"

    values = []
    for reading in readings:
        value = cast.parsed(reading, timezone)
        if reading in times:
            value = f"coalesce({reading.mine('first')}, {value})"
        values.append(f"{value} AS {reading.mine('parsed')}")
    layer = f"SELECT *, {', '.join(values)} FROM ({layer})"

    layer = f"SELECT *, {_reason(plan, source.spoiled, currency, say, twice=bool(times))} AS {REASON} FROM ({layer})"

    cells = ", ".join(_legible(f"CAST({identifier(column)} AS VARCHAR)", source) for column in plan.columns)
    kept = f"CASE WHEN {REASON} IS NOT NULL THEN [{cells}] END AS {CELLS}"
    counted = [f"{cast.is_counted(each)} AS {each.mine('counted')}" for each in plan.readings if each.kind == "seconds"]
    canonical = ", ".join([_canonical(plan, file, source), *counted, *(each.mine("again") for each in times)])
    columns = f"{REASON}, {_KEPT} IS FALSE AS {LEFT_OUT}, {kept}, {_total(plan)} AS {TOTAL}"
    return f"SELECT {ROW}, {canonical}, {columns} FROM ({layer})"


def _total(plan: ImportPlan) -> str:
    """Whether a row that is no record says of itself that it sums up others."""
    cells = ", ".join(f"nullif(trim(CAST({identifier(column)} AS VARCHAR)), '')" for column in plan.columns)
    says = f"regexp_full_match(coalesce({cells}), {literal(TOTALS)}, 'i')"
    return f"CASE WHEN {REASON} IS NULL THEN false ELSE coalesce({says}, false) END"


def _legible(cell: str, source: Source) -> str:
    """A text with the sign that people know in place of bytes that are no characters."""
    return f"replace({cell}, '{UNREADABLE}', '\ufffd')" if source.spoiled else cell


def _reason(plan: ImportPlan, spoiled: str, currency: str, say: Say, *, twice: bool) -> str:
    """The sentences of all that is wrong with a row, null if nothing is."""
    wrong = [(f"({cast.bad(reading)})", cast.fault(reading, say)) for reading in plan.readings]
    wrong += [(condition, literal(said)) for condition, said in cast.disorders(plan.readings, say, twice=twice)]
    rules = cast.contradictions(plan.table, plan.readings, currency, say)
    wrong += [(f"coalesce({condition}, false)", literal(said)) for condition, said in rules]
    wrong += cast.nevers(plan.readings, say) if twice else []
    if spoiled:
        torn = say(N_("has bytes that are no characters in {encoding}")).format(encoding=spoiled)
        wrong += [
            (f"contains({identifier(column)}, '{UNREADABLE}')", literal(f"{column}: {torn}")) for column in plan.needed
        ]
    if plan.where is not None:
        failed = say(N_("the condition in the mapping fails on this row"))
        wrong.append((f"{_KEPT} IS NULL", literal(f"where: {failed}")))
    sentences = ", ".join(f"CASE WHEN {condition} THEN {sentence} END" for condition, sentence in wrong)
    any_wrong = " OR ".join(condition for condition, _ in wrong)
    return f"CASE WHEN {_KEPT} IS FALSE THEN NULL WHEN {any_wrong} THEN concat_ws('; ', {sentences}) END"


def _canonical(plan: ImportPlan, file: str, source: Source) -> str:
    """The table's columns in their order, with what a missing value means, and whether the line is a default."""
    parsed = {reading.name: reading.mine("parsed") for reading in plan.readings}
    parsed |= {each.name: _legible(each.mine("parsed"), source) for each in plan.readings if each.describes}
    copies = same_as(plan.table)
    selected = []
    other = "false"
    for column in plan.table.columns:
        value = parsed.get(column.name, f"CAST(NULL AS {duckdb_type(column)})")
        if "default" in column.info:
            other = f"{value} IS NULL"
            value = f"coalesce({value}, {literal(column.info['default'])})"
        elif originals := [parsed[name] for name in copies.get(column.name, ()) if name in parsed]:
            value = f"coalesce({', '.join([value, *originals])})"
        elif column.name == FILLED_BY_IMPORT:
            value = literal(file)
        selected.append(f"{value} AS {identifier(column.name)}")
    return f"{', '.join(selected)}, {other} AS {OTHER}"


def touched(connection: duckdb.DuckDBPyConnection, plan: ImportPlan, staged: Path, zone: ZoneInfo) -> list[ClockChange]:
    """Return the changes of the clock at which any row has a time."""
    found: dict[datetime, ClockChange] = {}
    rows = f"read_parquet({literal(str(staged))})"
    times = [identifier(reading.name) for reading in plan.readings if reading.kind == "time"]
    known = (f"FILTER ({time} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}')" for time in times)
    ends = [f"min({time}) {these}, max({time}) {these}" for time, these in zip(times, known, strict=True)]
    moments = iter(one(connection, f"SELECT {', '.join(ends)} FROM {rows}") if ends else ())
    for time, first, last in zip(times, moments, moments, strict=True):
        for change in changes_between(zone, first, last) if first else ():
            since, until = change.instants
            near = f"{time} BETWEEN TIMESTAMP '{since}' AND TIMESTAMP '{until}'"
            if one(connection, f"SELECT count(*) FROM {rows} WHERE {near}")[0]:
                found[change.at] = change
    return list(found.values())


def resolved_rows(
    connection: duckdb.DuckDBPyConnection, plan: ImportPlan, changes: Sequence[ClockChange], rows: str, name: str
) -> tuple[str, int]:
    """Return the SQL of staged rows with times that came twice settled, and of how many rows nothing tells which.

    `rows` is the SQL of these rows as they were read; `name` is that of a table to be made.
    """
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
    near_rows = connection.execute(
        f"SELECT {ROW}, {lasts}, {', '.join(columns)} FROM ({rows}) "
        f"WHERE {REASON} IS NULL AND NOT {LEFT_OUT} AND ({' OR '.join(near)}) ORDER BY {ROW}"
    ).fetchall()
    shown = [ShownTime(row, tuple(at[: len(times)]), tuple(at[len(times) :]), lasts) for row, lasts, *at in near_rows]
    orders = [(place[one], place[other]) for one, other, _ in ORDERS if one in place and other in place]
    settled = resolve_times(shown, orders, beginning, place.get("ended_at"))
    connection.execute(
        f"CREATE TABLE {name} (row_ BIGINT, {', '.join(f'{identifier(name)} TIMESTAMP' for name in named)})"
    )
    if settled.times:
        marks = ", ".join("?" * (len(named) + 1))
        connection.executemany(
            f"INSERT INTO {name} VALUES ({marks})", [[row, *at] for row, at in settled.times.items()]
        )
    replaced = ", ".join(
        f"CASE WHEN s.row_ IS NULL THEN r.{identifier(name)} ELSE s.{identifier(name)} END AS {identifier(name)}"
        for name in named
    )
    joined = f"SELECT r.* REPLACE ({replaced}) FROM ({rows}) r LEFT JOIN {name} s ON s.row_ = r.{ROW}"
    return joined, len(settled.doubtful)
