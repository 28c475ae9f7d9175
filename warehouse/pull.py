"""A table of the warehouse copied into the lake, month after month, and from then on what is new and what changed.

Every month is one commit of the lake: its rows merged by key, and those that are gone there removed. How far it came
stands in a small file that is written after each: a copy that was killed goes on there, and whatever it does twice it
does to no effect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from warehouse import merge
from warehouse.engines.mapping import WarehouseSettings
from warehouse.engines.profile import same_keys
from warehouse.engines.statements import raw_values
from warehouse.ingest.mapping import FILLED_BY_IMPORT, mappable
from warehouse.lake import Lake, sync
from warehouse.manifest import Manifest
from warehouse.messages import UserError, nearest
from warehouse.open import Warehouse
from warehouse.records import duckdb_type
from warehouse.schema import TABLES, key_of, time_of
from warehouse.sql import instant
from warehouse.workspace import workspace

if TYPE_CHECKING:
    import duckdb

SOURCE = "warehouse"
"""What the rows that were copied say they were loaded from."""
OVERLAP = timedelta(days=3)
"""How much before the end of what was copied is copied again, for rows that were changed since."""
STATEMENT_S = 900.0
"""How long the rows of one month may take to come."""

_FILE = "pulled.json"
_AT_ONCE = 20_000
_SHORTEST = timedelta(hours=1)
"""A stretch that takes too long is halved until it is as short as this."""


class CopyProgress(Protocol):
    """Told how much of the time is copied, of how much, and how many rows there were."""

    def __call__(self, done_s: float, total_s: float, rows: int) -> None: ...


@dataclass(frozen=True)
class CopyResult:
    """What was copied, in rows."""

    since: datetime | None
    """From when on (UTC); None: all of a table without times."""
    until: datetime | None
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    resumed: bool = False
    """Whether it went on where an earlier one had come to."""

    @property
    def moments(self) -> dict[str, datetime | None]:
        """From when to when (UTC), by name."""
        return {"since": self.since, "until": self.until}

    def plus(self, merged: merge.Merged, rows: int, deleted: int) -> CopyResult:
        return replace(
            self,
            rows=self.rows + rows,
            added=self.added + merged.added,
            updated=self.updated + merged.updated,
            unchanged=self.unchanged + merged.unchanged,
            deleted=self.deleted + deleted,
        )


@dataclass(frozen=True)
class CopyPosition:
    """How far a table was copied, by one mapping."""

    mapping: str
    since: datetime
    to: datetime

    @classmethod
    def of(cls, lake: Lake, table: str, mapping: str) -> CopyPosition | None:
        """Return how far a table was copied by this very mapping; None if it was not."""
        try:
            data = json.loads((lake.root / _FILE).read_text("utf-8"))[table]
            found = cls(data["mapping"], datetime.fromisoformat(data["since"]), datetime.fromisoformat(data["to"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return found if found.mapping == mapping else None

    def write(self, lake: Lake, table: str) -> None:
        """Put it on the disk, after what it tells of is there."""
        path = lake.root / _FILE
        try:
            known = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            known = {}
        known[table] = {"mapping": self.mapping, "since": self.since.isoformat(), "to": self.to.isoformat()}
        pending = path.with_name(f".{_FILE}.new")
        pending.write_text(json.dumps(known, indent=1), "utf-8")
        sync(pending)
        pending.replace(path)


def pull(
    lake: Lake,
    settings: WarehouseSettings,
    password: str | None,
    table: str,
    *,
    now: datetime,
    since: datetime | None = None,
    overlap: timedelta = OVERLAP,
    again: bool = False,
    progress: CopyProgress = lambda done_s, total_s, rows: None,
) -> CopyResult:
    """Copy the rows of a table since a moment (UTC) into the lake, and those that are new or may have changed later.

    Without `since` it goes on from where the last one came to, less the overlap; with it, too, if that one began no
    later. `again` copies all of it anew. Raises UserError, with the lake as it was after the last month.
    """
    if table not in settings.tables:
        known = tuple(settings.tables)
        raise UserError(
            'The warehouse has no table "{given}" that is mapped. There are: {known}.',
            given=table,
            known=nearest(table, known),
        )
    # Reading a month takes longer than an answer may.
    patient = replace(settings.of([table]), timeout_s=max(settings.timeout_s, STATEMENT_S))
    warehouse = Warehouse(lake, patient, password)
    try:
        return _pull(_Copying(warehouse, lake, table), lake, table, now, since, overlap, progress, again=again)
    finally:
        warehouse.database.close()


def _pull(
    copying: _Copying,
    lake: Lake,
    table: str,
    now: datetime,
    since: datetime | None,
    overlap: timedelta,
    progress: CopyProgress,
    *,
    again: bool,
) -> CopyResult:
    if time_of(TABLES[table]) is None:
        return copying.all(CopyResult(None, None))
    mark = CopyPosition.of(lake, table, copying.digest)
    resumed = mark is not None and not again and (since is None or since >= mark.since)
    if mark and resumed:
        begin, first = max(mark.to - overlap, mark.since), mark.since
    elif since is None:
        raise UserError(
            "Nothing of {table} was copied by this mapping before: say from when on, as in svodka warehouse pull "
            "{table} --since 2025-01-01.",
            table=table,
        )
    else:
        begin = first = since
    # What the future holds, by a clock that is fast, is copied too.
    last = copying.last(now)
    if mark and copying.is_empty:
        raise UserError(
            "In the warehouse, {table} is empty now, and was not before: nothing was changed here. If it is being "
            "loaded anew, pull it after that.",
            table=table,
        )
    until = max(now + timedelta(days=1), last + timedelta(seconds=1))
    pulled = CopyResult(begin, until, resumed=resumed)
    for start, end in copying.stretches(begin, until):
        done = copying.stretch(pulled, start, end)
        if done is None:
            continue
        pulled = done
        # A warehouse may be loaded late: what follows its latest row is still to come, however long ago that was.
        CopyPosition(copying.digest, first, max(begin, min(end, now, last))).write(lake, table)
        progress((end - begin).total_seconds(), (until - begin).total_seconds(), pulled.rows)
    return pulled


class _Copying:
    """The work on one table."""

    def __init__(self, warehouse: Warehouse, lake: Lake, table: str) -> None:
        self._warehouse, self._lake, self._table = warehouse, lake, TABLES[table]
        self._records = warehouse.open(STATEMENT_S)
        self._waiting: list[tuple[datetime, datetime]] = []
        # What no column of theirs tells, another source of the lake may.
        self._provided = frozenset((*warehouse.settings.tables[table].columns, FILLED_BY_IMPORT))
        told = repr((warehouse.settings.url, replace(warehouse.settings.tables[table], pulled=False)))
        self.digest = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether the table has no row there."""
        return self._records.last_event(self._table.name) is None

    def last(self, otherwise: datetime) -> datetime:
        """The latest instant of the table there."""
        return self._records.last_event(self._table.name) or otherwise

    def stretches(self, begin: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The calendar months of UTC between two moments: the lake has a file for each. Those halved come in halves."""
        self._waiting = []
        start = begin
        while start < until:
            month = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            end = min((month + timedelta(days=32)).replace(day=1), until)
            self._waiting.append((start, end))
            start = end
        while self._waiting:
            yield self._waiting.pop(0)

    def all(self, pulled: CopyResult) -> CopyResult:
        """Copy a table without times."""
        return self._merged(pulled, sa.select(*self._columns()), {})

    def stretch(self, pulled: CopyResult, start: datetime, end: datetime) -> CopyResult | None:
        """Copy what lies between two moments; None: it took too long, and its halves come next."""
        name = time_of(self._table)
        assert name is not None  # a table without times is copied as one
        time = self._table.c[name]
        statement = sa.select(*self._columns()).where(time >= instant("since"), time < instant("until"))
        try:
            return self._merged(pulled, statement, {"since": start, "until": end})
        except TimeoutError:
            if end - start <= _SHORTEST:
                raise
            middle = start + (end - start) / 2
            self._waiting[:0] = [(start, middle), (middle, end)]
            return None

    def _columns(self) -> list[sa.Column[Any]]:
        return [self._table.c[name] for name in mappable(self._table)]

    def _merged(self, pulled: CopyResult, statement: sa.Select[Any], moments: dict[str, datetime]) -> CopyResult:
        with workspace(self._lake.root) as room, merge.connect(str(room)) as connection:
            rows = self._stage(connection, statement, moments)
            # Only now: the lake is not locked while a database thinks.
            with self._lake.writing() as manifest:
                changed, deleted = self._without_gone(manifest, connection, moments)
                changed, merged = merge.merge(
                    self._lake,
                    changed,
                    connection,
                    self._table,
                    "staged",
                    provided=self._provided,
                    complete_to=self._records.complete_to(self._table.name),
                )
                changed = self._with_gaps(changed)
                if changed != manifest:
                    self._lake.commit(changed)
        return pulled.plus(merged, rows, deleted)

    def _stage(
        self, connection: duckdb.DuckDBPyConnection, statement: sa.Select[Any], moments: dict[str, datetime]
    ) -> int:
        """Lay the rows that a statement gives into the relation `staged`; returns how many there are."""
        columns = list(self._table.columns)
        listed = ", ".join(f'"{column.name}" {duckdb_type(column)}' for column in columns)
        connection.execute(f"CREATE TABLE staged ({listed})")
        database, rows = self._warehouse.database, 0
        values = {**moments, **raw_values(statement, self._warehouse.tables, moments)}
        with database.session(self._table.name, STATEMENT_S) as session:
            streamed = session.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)
            for some in database.execute(streamed, statement, values).partitions(_AT_ONCE):
                connection.register("portion", _arrow(self._table, some))
                connection.execute("INSERT INTO staged BY NAME SELECT * FROM portion")
                rows += len(some)
        keys = ", ".join(f'"{key}"' for key in key_of(self._table))
        (several,) = _one(
            connection, f"SELECT count(*) FROM (SELECT 1 FROM staged GROUP BY {keys} HAVING count(*) > 1)"
        )
        if several:
            raise same_keys(several, self._table)
        return rows

    def _without_gone(
        self, manifest: Manifest, connection: duckdb.DuckDBPyConnection, moments: dict[str, datetime]
    ) -> tuple[Manifest, int]:
        """Return the manifest without rows that were copied before and are no more there, and how many these are."""
        same = " AND ".join(f's."{key}" = existing."{key}"' for key in key_of(self._table))
        gone = f"source = '{SOURCE}' AND NOT EXISTS (SELECT 1 FROM staged s WHERE {same})"
        start, end = moments.get("since"), moments.get("until")
        if start and end:
            time = time_of(self._table)
            gone += f" AND \"{time}\" >= TIMESTAMP '{start}' AND \"{time}\" < TIMESTAMP '{end}'"
        return merge.without(self._lake, manifest, connection, self._table, gone, start, end)

    def _with_gaps(self, manifest: Manifest) -> Manifest:
        """Return the manifest with what the warehouse has and cannot tell us."""
        state = manifest.table(self._table.name)
        ours = f"{self._table.name}."
        others = tuple(gap for gap in state.gaps if not gap.source.startswith(ours))
        gaps = (*others, *self._records.gaps(self._table.name))
        return manifest if gaps == state.gaps else manifest.with_table(self._table.name, replace(state, gaps=gaps))


def _arrow(table: sa.Table, rows: Sequence[sa.Row[Any]]) -> Any:
    """Rows as a table of Arrow, with what they were loaded from."""
    import pyarrow as pa

    types = {
        "time": pa.timestamp("us"),
        "seconds": pa.float64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "date": pa.date32(),
        "integer": pa.int32(),
    }
    columns = [table.c[name] for name in mappable(table)]
    arrays = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        kind = column.info["kind"]
        if kind in ("seconds", "number"):
            values = tuple(None if value is None else float(value) for value in values)
        elif kind == "flag":
            values = tuple(None if value is None else bool(value) for value in values)
        arrays.append(pa.array(values, types.get(kind, pa.string())))
    arrays.append(pa.array([SOURCE] * len(rows), pa.string()))
    return pa.table(arrays, names=[*mappable(table), FILLED_BY_IMPORT])


def _one(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return tuple(row)
