"""Upkeep of the lake: what is in it, whether it is whole, and what may go.

Looking takes one manifest, as every reader does; changing goes through the lock and a new manifest, as every import
does. Nothing here is needed for the lake to work.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.derived import DIRECTORY
from warehouse.lake import Lake
from warehouse.manifest import DataFile, Manifest, TableState, checksum_of
from warehouse.merge import connect, write_file
from warehouse.messages import Message, UserError, note
from warehouse.records import relation_over, rows_in
from warehouse.schema import PLAN_WEIGHTS, PLANS, TABLES, key_of, time_of
from warehouse.workspace import workspace

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class TableStatus:
    """What there is of one table."""

    name: str
    rows: int
    files: int
    months: int
    first: datetime | None
    last: datetime | None
    complete_to: datetime | None
    size: int
    """Bytes on disk; a file that is missing has none."""


@dataclass(frozen=True)
class LakeStatus:
    tables: tuple[TableStatus, ...]
    orphans: int
    """Files that no manifest names: replaced ones, and what a killed import left behind."""
    orphan_size: int


@dataclass(frozen=True)
class Damage:
    """One file that is not what the manifest says."""

    table: str
    file: DataFile
    message: Message


@dataclass(frozen=True)
class Verified:
    files: int
    rows: int
    problems: tuple[Damage, ...]


@dataclass(frozen=True)
class Compacted:
    merged: int
    """Files that became one with others of their month."""
    sorted: int
    """Files written anew in the order of time."""
    removed: int
    """Files removed that no manifest named."""


@dataclass(frozen=True)
class Expired:
    """Months of one table that are wholly before a moment."""

    table: str
    months: tuple[str, ...]
    rows: int


def status(lake: Lake) -> LakeStatus:
    """What is in the lake, from its manifest and the sizes of its files."""
    manifest = lake.manifest()
    tables = tuple(_status_of(lake, name, manifest.table(name)) for name in TABLES if manifest.table(name).files)
    orphans = [_size(path) for path in _unnamed(lake, manifest)]
    return LakeStatus(tables, len(orphans), sum(orphans))


def _status_of(lake: Lake, name: str, state: TableState) -> TableStatus:
    return TableStatus(
        name=name,
        rows=state.rows,
        files=len(state.files),
        months=len({file.month for file in state.files}) if time_of(TABLES[name]) is not None else 0,
        first=state.first,
        last=state.last,
        complete_to=state.known_to,
        size=sum(_size(lake.root / file.path) for file in state.files),
    )


def verify(lake: Lake, *, progress: Callable[[int, int], None] | None = None) -> Verified:
    """Read every file that the manifest names, and compare: its bytes, its rows, its keys.

    `progress(done, total)` is told in files.
    """
    manifest, problems, done = lake.manifest(), list[Damage](), 0
    total = sum(len(state.files) for state in manifest.tables.values())
    with tempfile.TemporaryDirectory() as scratch, connect(scratch) as connection:
        for name, state in manifest.tables.items():
            whole = []
            for file in state.files:
                problem = _problem(lake, connection, name, file)
                problems += [problem] if problem else []
                whole += [] if problem else [file]
                done += 1
                if progress:
                    progress(done, total)
            if name in TABLES:
                problems += _repeated(lake, connection, TABLES[name], whole)
    rows = sum(state.rows for state in manifest.tables.values())
    return Verified(total, rows, tuple(problems))


def _problem(lake: Lake, connection: duckdb.DuckDBPyConnection, table: str, file: DataFile) -> Damage | None:
    path = lake.root / file.path
    if not path.exists():
        return Damage(table, file, note("{file} is missing.", file=file.path))
    rows = rows_in(connection, path)
    if rows is None:
        return Damage(table, file, note("{file} cannot be read.", file=file.path))
    if rows != file.rows:
        message = note("{file} has {found} rows, not {expected}.", file=file.path, found=rows, expected=file.rows)
        return Damage(table, file, message)
    if file.checksum and checksum_of(path) != file.checksum:
        return Damage(table, file, note("{file} is not as it was written.", file=file.path))
    return None


def _repeated(
    lake: Lake, connection: duckdb.DuckDBPyConnection, table: sa.Table, files: Sequence[DataFile]
) -> Iterator[Damage]:
    """The files with rows whose key occurs more than once in the table."""
    if not files:
        return
    # The line belongs to a plan's key too; it is no key column, because it may be null.
    keys = ", ".join((*key_of(table), *(("line",) if table in (PLANS, PLAN_WEIGHTS) else ())))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {keys} "
        f"FROM ({relation_over(lake.root, files, table)}) GROUP BY ALL HAVING count(*) > 1"
    )
    if connection.execute("FROM repeated LIMIT 1").fetchone() is None:
        return
    same = " AND ".join(f"f.{key} IS NOT DISTINCT FROM r.{key}" for key in keys.split(", "))
    for file in files:
        statement = f"SELECT count(*) FROM ({relation_over(lake.root, [file], table)}) f SEMI JOIN repeated r ON {same}"
        row = connection.execute(statement).fetchone()
        if row and row[0]:
            message = note("{file} has rows with a key that is not unique: {n}.", file=file.path, n=row[0])
            yield Damage(table.name, file, message)


def drop(lake: Lake, problems: Collection[Damage]) -> int:
    """Take files with a problem out of force, so that their months can be imported again; returns how many.

    What is left of them stays on disk under another name, for whoever can still read it.
    """
    with lake.writing() as manifest:
        gone = {problem.file.path for problem in problems}
        changed, dropped = manifest, list[DataFile]()
        for name, state in manifest.tables.items():
            kept = tuple(file for file in state.files if file.path not in gone)
            dropped += [file for file in state.files if file.path in gone]
            if kept != state.files:
                changed = changed.with_table(name, replace(state, files=kept))
        if dropped:
            lake.commit(changed)
        for file in dropped:
            path = lake.root / file.path
            if path.exists():
                path.rename(path.with_name(path.name + ".damaged"))
    return len(dropped)


def compact(lake: Lake) -> Compacted:
    """One sorted file for every month of every table, and no files that nothing needs."""
    merged = resorted = 0
    before = _unnamed(lake, lake.manifest())
    with lake.writing() as manifest:
        changed = manifest
        with workspace(lake.root) as scratch, connect(str(scratch)) as connection:
            for name, state in manifest.tables.items():
                files = list(state.files) if name in TABLES else []
                for month in sorted({file.month for file in files}):
                    of_month = [file for file in files if file.month == month]
                    if len(of_month) == 1 and _is_sorted(lake, connection, TABLES[name], of_month[0]):
                        continue
                    merged += len(of_month) if len(of_month) > 1 else 0
                    resorted += len(of_month) == 1
                    rows = relation_over(lake.root, of_month, TABLES[name])
                    written = write_file(lake, connection, TABLES[name], month, rows)
                    files = [file for file in files if file.month != month] + ([written] if written else [])
                if name in TABLES:
                    files.sort(key=lambda file: file.month)
                    changed = changed.with_table(name, replace(state, files=tuple(files)))
        if changed != manifest:
            lake.commit(changed)
        left = set(_unnamed(lake, changed))
    return Compacted(merged, resorted, sum(path not in left for path in before))


def expiring(manifest: Manifest, before: datetime, tables: Collection[str]) -> tuple[Expired, ...]:
    """The months of these tables whose every event is before a moment (UTC)."""
    found = []
    for name in tables:
        old = [file for file in manifest.table(name).files if file.last and file.last < before]
        if old:
            found.append(Expired(name, tuple(sorted({file.month for file in old})), sum(file.rows for file in old)))
    return tuple(found)


def expire(lake: Lake, before: datetime, tables: Collection[str]) -> tuple[Expired, ...]:
    """Drop the months of these tables whose every event is before a moment (UTC); returns what was dropped."""
    with lake.writing() as manifest:
        dropped, changed = expiring(manifest, before, tables), manifest
        for expired in dropped:
            state = manifest.table(expired.table)
            kept = tuple(file for file in state.files if not (file.last and file.last < before))
            gaps = tuple(gap for gap in state.gaps if gap.last is None or gap.last >= before)
            changed = changed.with_table(expired.table, replace(state, files=kept, gaps=gaps))
        if dropped:
            lake.commit(changed)
    return dropped


def tables_with_time(name: str | None) -> tuple[str, ...]:
    """The tables that have months: all of them, or the one named. Raises UserError if that has none."""
    known = tuple(table.name for table in TABLES.values() if time_of(table))
    if name is None:
        return known
    if name not in known:
        raise UserError(
            'There is no table "{given}" with months. There are: {known}.', given=name, known=", ".join(known)
        )
    return (name,)


def _is_sorted(lake: Lake, connection: duckdb.DuckDBPyConnection, table: sa.Table, file: DataFile) -> bool:
    time_column = time_of(table)
    if time_column is None:
        # Small tables, read whole: their order is nobody's business.
        return True
    path = str(lake.root / file.path).replace("'", "''")
    stored = f"read_parquet('{path}', file_row_number = true)"
    row = connection.execute(
        f'SELECT count(*) FROM (SELECT "{time_column}" AS own, lag(own) OVER (ORDER BY file_row_number) AS last_ '
        f"FROM {stored}) WHERE own < last_"
    ).fetchone()
    return row is not None and row[0] == 0


def _unnamed(lake: Lake, manifest: Manifest) -> list[Path]:
    named = {lake.root / file.path for state in manifest.tables.values() for file in state.files}
    return [path for path in lake.root.glob("*/*.parquet") if path not in named and path.parent.name != DIRECTORY]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
