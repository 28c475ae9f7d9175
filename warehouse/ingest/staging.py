"""A file's rows read, checked and laid down in one Parquet file, taken and rejected ones alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warehouse.ingest import cast
from warehouse.ingest.cast import ROW, identifier, literal
from warehouse.ingest.mapping import FILLED_BY_IMPORT
from warehouse.ingest.plan import INCOMING, Plan
from warehouse.ingest.rejects import Say
from warehouse.ingest.sources import Source
from warehouse.messages import N_, Mistake
from warehouse.records import duckdb_type

if TYPE_CHECKING:
    import duckdb

REASON, LEFT_OUT, CELLS, OTHER = (f'"svodka:{name}"' for name in ("reason", "left out", "cells", "other"))
"""Columns beside the canonical ones: why a row is rejected (null: it is not), whether `where` left it out, the
file's own cells of a rejected row, and whether the row got the default line."""

_STAGED = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 30720"
"""Small groups of rows: each thread holds one in memory until it is full. Read once and removed: quickly written."""

_KEPT = '"svodka:kept"'


def bound(connection: duckdb.DuckDBPyConnection, workspace: Path) -> None:
    """Keep a connection's memory small whatever it works on: it spills instead. Every thread needs some of it."""
    connection.execute(
        "SET memory_limit = '256MB'; SET threads = 2; SET preserve_insertion_order = false; "
        f"SET temp_directory = {literal(str(workspace))}"
    )


def connect(workspace: Path, *, expressions: bool = False) -> duckdb.DuckDBPyConnection:
    """A DuckDB in which the mapping's expressions, if there may be any, can touch nothing but the workspace."""
    import duckdb

    connection = duckdb.connect()
    bound(connection, workspace)
    if expressions:
        # What two of them share DuckDB would compute once, outside of the TRY that each stands in.
        connection.execute("SET disabled_optimizers = 'common_subexpressions'")
    connection.execute(
        f"SET TimeZone = 'UTC'; SET allowed_directories = [{literal(str(workspace))}]; "
        "SET enable_external_access = false; SET lock_configuration = true"
    )
    return connection


def show_columns(connection: duckdb.DuckDBPyConnection, schema: Any, file: str) -> None:
    """Make the relation `INCOMING` of the file's columns, without rows. Raises Mistake if DuckDB has no such type."""
    import duckdb

    try:
        connection.register(INCOMING, schema.empty_table())
    except duckdb.NotImplementedException:
        for field in schema:
            try:
                connection.register(INCOMING, pa.schema([field]).empty_table())
            except duckdb.NotImplementedException:
                raise Mistake(
                    "The column {column} of {file} is of a type that cannot be read, {type}: write it as text or "
                    "leave it out.",
                    column=field.name,
                    file=file,
                    type=str(field.type),
                ) from None
        raise


def stage(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    source: Source,
    timezone: str,
    file: str,
    into: Path,
    say: Say,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Read the whole file into a Parquet file. Raises Mistake if it turns out to be unreadable on the way.

    DuckDB pulls the rows as it needs them, so that memory is bounded; `progress` is called in its threads.
    """
    import duckdb

    stream = _Stream(source, progress)
    connection.register(INCOMING, stream.capsule())
    query = staging_query(plan, timezone, file, source.all_text, say)
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


def staging_query(plan: Plan, timezone: str, file: str, all_text: bool, say: Say) -> str:
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
    if all_text:
        layer += " WHERE " + " OR ".join(f"{identifier(column)} <> ''" for column in plan.columns)

    seen = [f"{cast.said(reading)} AS {reading.mine('said')}" for reading in readings]
    seen += [f"{cast.failed(reading)} AS {reading.mine('failed')}" for reading in readings if reading.computed]
    layer = f"SELECT *, {', '.join(seen)} FROM ({layer})"

    values = [f"{cast.parsed(reading, timezone)} AS {reading.mine('parsed')}" for reading in readings]
    layer = f"SELECT *, {', '.join(values)} FROM ({layer})"

    layer = f"SELECT *, {_reason(plan, say)} AS {REASON} FROM ({layer})"

    cells = ", ".join(f"CAST({identifier(column)} AS VARCHAR)" for column in plan.columns)
    kept = f"CASE WHEN {REASON} IS NOT NULL THEN [{cells}] END AS {CELLS}"
    return f"SELECT {ROW}, {_canonical(plan, file)}, {REASON}, {_KEPT} IS FALSE AS {LEFT_OUT}, {kept} FROM ({layer})"


def _reason(plan: Plan, say: Say) -> str:
    """The sentences of all that is wrong with a row, null if nothing is."""
    wrong = [(f"({cast.bad(reading)})", cast.fault(reading, say)) for reading in plan.readings]
    wrong += [(condition, literal(sentence)) for condition, sentence in cast.disorders(plan.readings, say)]
    if plan.where is not None:
        failed = say(N_("the condition in the mapping fails on this row"))
        wrong.append((f"{_KEPT} IS NULL", literal(f"where: {failed}")))
    sentences = ", ".join(f"CASE WHEN {condition} THEN {sentence} END" for condition, sentence in wrong)
    any_wrong = " OR ".join(condition for condition, _ in wrong)
    return f"CASE WHEN {_KEPT} IS FALSE THEN NULL WHEN {any_wrong} THEN concat_ws('; ', {sentences}) END"


def _canonical(plan: Plan, file: str) -> str:
    """The table's columns in their order, with what a missing value means, and whether the line is a default."""
    parsed = {reading.name: reading.mine("parsed") for reading in plan.readings}
    copy, key = plan.table.info.get("same_as_key", (None, None))
    selected = []
    other = "false"
    for column in plan.table.columns:
        value = parsed.get(column.name, f"CAST(NULL AS {duckdb_type(column)})")
        if "default" in column.info:
            other = f"{value} IS NULL"
            value = f"coalesce({value}, {literal(column.info['default'])})"
        elif column.name == copy:
            value = f"coalesce({value}, {parsed[key]})"
        elif column.name == FILLED_BY_IMPORT:
            value = literal(file)
        selected.append(f"{value} AS {identifier(column.name)}")
    return f"{', '.join(selected)}, {other} AS {OTHER}"
