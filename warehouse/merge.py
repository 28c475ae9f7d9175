"""Writing records: rows merged into the lake by key, month by month, one client's several ids made into one.

A row whose key exists updates it, also when its time moved it to another month; the same rows twice change
nothing. Only months that really change are written anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.lake import Lake
from warehouse.manifest import DataFile, Extent, Manifest, TableState, checksum_of
from warehouse.messages import UserError
from warehouse.records import relation_over
from warehouse.schema import CLIENT_ALIASES, LONGEST_S, key_of, lasts, line_of, time_of

if TYPE_CHECKING:
    import duckdb

    from warehouse.lake import Lake
    from warehouse.manifest import Manifest


ALL_MONTHS = "all"
"""The one partition of a table without a time."""

_IGNORED_IN_COMPARISON = {"source"}


@dataclass(frozen=True)
class Merged:
    """What a merge did, in rows."""

    added: int
    updated: int
    unchanged: int


def connect(temporary: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB for writing: sorted files, UTC, and a directory to spill into where one is named."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
    if temporary:
        connection.execute(f"SET temp_directory = '{_quoted(temporary)}'")
    return connection


def merge(
    lake: Lake,
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    staged: str,
    *,
    provided: Collection[str] | None = None,
    complete_to: datetime | None = None,
) -> tuple[Manifest, Merged]:
    """Merge the relation `staged` (canonical columns, unique keys) into a table; call it under `Lake.writing`.

    Columns outside `provided` keep the value they have in the lake. Returns the manifest to commit.
    """
    state = manifest.table(table.name)
    if state.files:
        rows, (added, updated, unchanged) = "changed", _compare(lake, connection, table, state, staged, provided)
    else:
        # Nothing to compare with: the first load of a history goes straight to its files.
        rows, (added, updated, unchanged) = staged, (*_one(connection, f"SELECT count(*) FROM {staged}"), 0, 0)

    time = time_of(table)
    # Words are made of few instants, not of every row's.
    begins = f"date_trunc('month', \"{time}\")" if time else "NULL"
    month = "strftime(begins, '%Y-%m')" if time else f"'{ALL_MONTHS}'"
    new_months = f"SELECT {month} FROM (SELECT DISTINCT {begins} AS begins FROM {rows})"
    old_months = "UNION SELECT old_month_ FROM changed WHERE known_" if updated else ""
    months = connection.execute(f"{new_months} {old_months} ORDER BY 1").fetchall()
    anew = {name for (name,) in months}
    files = [file for file in state.files if file.month not in anew]
    for (name,) in months:
        written = _write_month(lake, connection, table, state, rows, name, updated > 0)
        files += [written] if written else []
    declared = max((m for m in (state.complete_to, complete_to) if m), default=None)
    new_state = replace(state, files=tuple(sorted(files, key=lambda file: file.month)), complete_to=declared)
    return manifest.with_table(table.name, new_state), Merged(added, updated, unchanged)


def _compare(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    state: TableState,
    staged: str,
    provided: Collection[str] | None,
) -> tuple[int, int, int]:
    """Put what is new or different into the table `changed`; returns rows added, updated and unchanged."""
    names, keys, time = [column.name for column in table.columns], key_of(table), time_of(table)
    keep = set() if provided is None else set(names) - set(provided) - set(keys)
    same_key = " AND ".join(f's."{key}" = e."{key}"' for key in keys)
    values = ", ".join(f'e."{name}"' if name in keep else f's."{name}"' for name in names)
    fresh = ", ".join(f's."{name}"' for name in names)
    compared = [n for n in names if n not in keep and n not in keys and n not in _IGNORED_IN_COMPARISON]
    differs = " OR ".join(f's."{name}" IS DISTINCT FROM e."{name}"' for name in compared) or "false"
    old_month = f"strftime(e.\"{time}\", '%Y-%m')" if time else f"'{ALL_MONTHS}'"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW existing AS {relation_over(lake.root, state.files, table)}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE changed AS "
        f"SELECT {values}, true AS known_, {old_month} AS old_month_ "
        f"FROM {staged} s JOIN existing e ON {same_key} WHERE {differs}"
    )
    # A statement of its own: in one, both joins would hold their memory at once.
    connection.execute(
        f"INSERT INTO changed SELECT {fresh}, false, NULL FROM {staged} s ANTI JOIN existing e ON {same_key}"
    )
    added, updated = _one(connection, "SELECT count(*) FILTER (NOT known_), count(*) FILTER (known_) FROM changed")
    (total,) = _one(connection, f"SELECT count(*) FROM {staged}")
    return added, updated, total - added - updated


def _write_month(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    state: TableState,
    fresh: str,
    month: str,
    replaces: bool,
) -> DataFile | None:
    """Write a month anew from its old file and the fresh rows; None if nothing is left in it."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    old = [file for file in state.files if file.month == month]
    time = time_of(table)
    within = ""
    if time:
        begins = f"TIMESTAMP '{month}-01'"
        within = f'WHERE "{time}" >= {begins} AND "{time}" < {begins} + INTERVAL 1 MONTH'
    rows = f"SELECT {names} FROM {fresh} {within}"
    if old:
        same_key = " AND ".join(f'c."{key}" = e."{key}"' for key in key_of(table))
        without = f"ANTI JOIN (FROM changed WHERE known_) c ON {same_key}" if replaces else ""
        rows += f" UNION ALL SELECT {names} FROM ({relation_over(lake.root, old, table)}) e {without}"
    return write_file(lake, connection, table, month, rows)


def without(
    lake: Lake,
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    condition: str,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[Manifest, int]:
    """Take the rows of a table that meet an SQL condition over them (`existing`) out; call it under `Lake.writing`.

    Only months with rows from `start` to `end` are looked into. Returns the manifest to commit and how many they were.
    """
    state, files, removed = manifest.table(table.name), list[DataFile](), 0
    for file in state.files:
        apart = (start and file.last and file.last < start) or (end and file.first and file.first > end)
        rows = f"({relation_over(lake.root, [file], table)}) existing"
        (found,) = (0,) if apart else _one(connection, f"SELECT count(*) FROM {rows} WHERE {condition}")
        removed += found
        left = f"SELECT * FROM {rows} WHERE NOT coalesce({condition}, false)"
        written = write_file(lake, connection, table, file.month, left) if found else file
        files += [written] if written else []
    return manifest.with_table(table.name, replace(state, files=tuple(files))) if removed else manifest, removed


def write_file(
    lake: Lake, connection: duckdb.DuckDBPyConnection, table: sa.Table, month: str, rows: str
) -> DataFile | None:
    """Write the rows of a statement to a new file, in the order of time; None if there are none."""
    time, path = time_of(table), lake.new_path(table.name, month)
    order = ", ".join([f'"{time}"'] if time else (f'"{key}"' for key in key_of(table)))
    connection.execute(f"COPY ({rows} ORDER BY {order}) TO '{_quoted(str(path))}' (FORMAT parquet, COMPRESSION zstd)")
    return describe(lake, connection, table, path.relative_to(lake.root).as_posix(), month)


def describe(
    lake: Lake, connection: duckdb.DuckDBPyConnection, table: sa.Table, path: str, month: str
) -> DataFile | None:
    """What the manifest says of a file, read from the file; None (and no file) if it has no rows."""
    time = time_of(table)
    extent = f'min("{time}"), max("{time}")' if time else "NULL, NULL"
    line = line_of(table)
    lines = f"list_sort(list(DISTINCT {line}) FILTER ({line} IS NOT NULL))" if line else "NULL"
    others = [column.name for column in table.columns if column.info["kind"] == "time" and column.name != time]
    extents = ", ".join(f"row('{name}', min({name}), max({name}), count({name}) < count(*))" for name in others)
    row = connection.execute(
        f"SELECT count(*), {extent}, {lines}, [{extents}], {_latest(table)}, {_values(table)} "
        f"FROM read_parquet('{_quoted(str(lake.root / path))}')"
    ).fetchone()
    assert row is not None
    if row[0] == 0:
        (lake.root / path).unlink()
        return None
    filled = _filled(connection, lake.root / path)
    names = [column.name for column in table.columns if column.name in filled]
    checksum = checksum_of(lake.root / path)
    known = tuple(Extent(*each) for each in row[4])
    lines_, values = tuple(row[3] or ()), tuple(sorted(filter(None, row[6])))
    return DataFile(path, month, row[0], row[1], row[2], tuple(names), lines_, checksum, known, row[5], values)


def _filled(connection: duckdb.DuckDBPyConnection, path: Path) -> frozenset[str]:
    """Return the columns of a file that hold anything but nulls, by its own statistics: no column has to be read."""
    rows = connection.execute(
        f"SELECT path_in_schema FROM parquet_metadata('{_quoted(str(path))}') GROUP BY ALL "
        "HAVING sum(num_values) > sum(coalesce(stats_null_count, 0))"
    )
    return frozenset(name for (name,) in rows.fetchall())


def _values(table: sa.Table) -> str:
    """Return the SQL of a list of what the columns of few words say, nulls for what they do not."""
    said = (
        f"CASE WHEN count(*) FILTER (\"{column.name}\" = '{word}') > 0 THEN '{column.name}={word}' END"
        for column in table.columns
        for word in column.info.get("values", ())
    )
    return f"CAST([{', '.join(said)}] AS VARCHAR[])"


def _latest(table: sa.Table) -> str:
    """Return the SQL of the latest instant that rows of events tell of, by a time or by what they lasted."""
    time = time_of(table)
    if time is None:
        return "CAST(NULL AS TIMESTAMP)"
    told = [f'"{each.name}"' for each in table.columns if each.info["kind"] == "time" and not each.info["planned"]]
    if durations := lasts(table):
        lasted = " + ".join(f'coalesce("{name}", 0)' for name in durations)
        told.append(
            f"CASE WHEN {lasted} BETWEEN 0 AND {LONGEST_S} "
            f'THEN "{time}" + to_microseconds(CAST(round(({lasted}) * 1e6) AS BIGINT)) END'
        )
    return f"max(greatest({', '.join(told)}))" if told else "CAST(NULL AS TIMESTAMP)"


def _quoted(path: str) -> str:
    return path.replace("'", "''")


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return tuple(row)


_STEPS = 40
"""Each step doubles how far an alias leads: a chain of so many steps would be longer than any lake has rows."""


def flatten(lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
    """Let every alias of the relation `staged` lead to the client at its end, and those of the lake that lead there.

    Makes the tables `flat`, what was staged, and `relinked`, rows of the lake that now lead elsewhere. Raises
    UserError where aliases go round in a circle.
    """
    files = manifest.table(CLIENT_ALIASES.name).files
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW known_links AS {relation_over(lake.root, files, CLIENT_ALIASES)};"
        "CREATE OR REPLACE TEMP TABLE links AS SELECT *, true AS fresh_, client_id AS was_ FROM staged "
        "UNION ALL BY NAME "
        "SELECT *, false AS fresh_, client_id AS was_ FROM known_links ANTI JOIN staged USING (alias)"
    )
    for _ in range(_STEPS):
        moved = connection.execute(
            "UPDATE links SET client_id = ahead.client_id FROM links ahead "
            "WHERE links.client_id = ahead.alias AND links.alias <> links.client_id"
        ).fetchone()
        round_ = connection.execute("SELECT alias, was_ FROM links WHERE alias = client_id LIMIT 1").fetchone()
        if round_:
            raise _circle(*round_)
        if not moved or not moved[0]:
            break
    else:
        row = connection.execute(
            "SELECT alias, was_ FROM links WHERE client_id IN (SELECT alias FROM links)"
        ).fetchone()
        assert row is not None
        raise _circle(*row)
    columns = ", ".join(f'"{column.name}"' for column in CLIENT_ALIASES.columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE flat AS SELECT {columns} FROM links WHERE fresh_;"
        f"CREATE OR REPLACE TEMP TABLE relinked AS SELECT {columns} FROM links WHERE NOT fresh_ AND was_ <> client_id"
    )


def unite(lake: Lake, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
    """Let all ids that the relation `staged` and the lake link with each other lead to one: a phone number, if any is.

    Makes the tables `flat` and `relinked` as `flatten` does. Links lead both ways: there are no circles.
    """
    files = manifest.table(CLIENT_ALIASES.name).files
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE known_links AS {relation_over(lake.root, files, CLIENT_ALIASES)};"
        "CREATE OR REPLACE TEMP TABLE labels AS "
        "SELECT DISTINCT alias AS id FROM staged UNION SELECT client_id FROM staged;"
        "CREATE OR REPLACE TEMP VIEW both_ways AS "
        "SELECT alias AS a, client_id AS b FROM staged UNION ALL SELECT client_id, alias FROM staged "
        "UNION ALL SELECT alias, client_id FROM known_links UNION ALL SELECT client_id, alias FROM known_links"
    )
    added = (
        "INSERT INTO labels SELECT DISTINCT b FROM both_ways SEMI JOIN labels ON a = id ANTI JOIN labels l ON b = l.id"
    )
    while _changed(connection, added):
        pass
    # A number begins with a plus, which comes before all that ids are made of.
    connection.execute("ALTER TABLE labels ADD COLUMN label VARCHAR; UPDATE labels SET label = id")
    lowered = (
        "UPDATE labels SET label = least_.label FROM (SELECT a, min(l.label) AS label FROM both_ways "
        "JOIN labels l ON l.id = b GROUP BY a) least_ WHERE labels.id = least_.a AND least_.label < labels.label"
    )
    while _changed(connection, lowered):
        pass
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE flat AS SELECT id AS alias, label AS client_id, "
        "coalesce(k.source, (SELECT any_value(source) FROM staged)) AS source "
        "FROM labels LEFT JOIN known_links k ON k.alias = id WHERE id <> label;"
        "CREATE OR REPLACE TEMP TABLE relinked AS FROM known_links WHERE false"
    )


def _changed(connection: duckdb.DuckDBPyConnection, statement: str) -> bool:
    row = connection.execute(statement).fetchone()
    return row is not None and row[0] > 0


def _circle(alias: str, client: str) -> UserError:
    return UserError(
        "The aliases of clients go round in a circle: {alias} is said to be {client}, and that one leads back. "
        "Take one of them out.",
        alias=alias,
        client=client,
    )
