"""The records: what may be asked of them wherever they lie, and those of the lake, which DuckDB reads."""

from __future__ import annotations

import operator
import os
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.sql.compiler import IdentifierPreparer, SQLCompiler

from warehouse.derived import UNDER_WAY, derived_file, drop_damaged, months_between, of_month_of
from warehouse.manifest import DataFile, Gap, Manifest, read
from warehouse.messages import Unreadable, UserError
from warehouse.readings import STATEMENTS_KEPT, Bound, Reading, extent_of, made_of, may_matter, sources_of, tables_of
from warehouse.schema import DEALS, FACT_TABLES, TABLES
from warehouse.scope import DealScope
from warehouse.sql import DIALECTS, Dialect

if TYPE_CHECKING:
    import duckdb


_MAGIC = b"PAR1"
"""What every Parquet file begins and ends with."""


class Records(Protocol):
    """One consistent state of the fact tables."""

    @property
    def dialect(self) -> Dialect:
        """How the engine that holds them says things."""
        ...

    def rows(
        self, statement: sa.Select[*tuple[Any, ...]], moments: Mapping[str, datetime] = {}
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Run a Core statement over the canonical tables; `moments` are its parameters by name, UTC.

        A statement that has some is put into words once: keep it (as many as STATEMENTS_KEPT) to ask it again.
        """
        ...

    def at_once(self) -> AbstractContextManager[Records]:
        """Records of which all statements see one state, for those that belong together."""
        ...

    def together(self, tables: Collection[str]) -> bool:
        """Whether one statement can be over all of these tables."""
        ...

    @property
    def limits(self) -> frozenset[str]:
        """By what the deals that are there are limited, for who sees some only."""
        ...

    def derives(self, tables: Collection[str]) -> bool:
        """Whether statements may name what is made of these tables alone (`warehouse.derived.derived`) as a table."""
        ...

    def first_event(self, table: str) -> datetime | None:
        """The table's earliest instant (UTC), None if it is empty."""
        ...

    def last_event(self, table: str) -> datetime | None:
        """The table's latest instant (UTC), None if it is empty."""
        ...

    def complete_to(self, table: str) -> datetime | None:
        """Up to when the table is known: the latest that it tells of, or later if its import declares it."""
        ...

    def lines(self, table: str) -> frozenset[str]:
        """The lines that occur in the table."""
        ...

    def says(self, table: str, column: str, words: Collection[str]) -> bool:
        """Whether a column of few words says one of these anywhere in the table."""
        ...

    def edition(self, table: str, start: datetime, end: datetime) -> Hashable | None:
        """What is equal only while all rows of a time stay what they are; None where nothing tells."""
        ...

    def gaps(self, table: str) -> Sequence[Gap]:
        """What is known to be missing in the table until its source is imported whole."""
        ...

    def filled(self, table: str) -> frozenset[str]:
        """The columns that hold anything but nulls; none if the table is empty."""
        ...


def lines_of(records: Records) -> frozenset[str]:
    """Return every line that occurs in the records."""
    return frozenset().union(*(records.lines(table.name) for table in FACT_TABLES))


class LakeRecords:
    """The lake as of one manifest. Any number of threads may ask at once."""

    def __init__(
        self, root: Path, manifest: Manifest, limit_s: float | None = None, scope: DealScope | None = None
    ) -> None:
        """`limit_s` is how long one statement may take, before it is given up with a TimeoutError.

        `scope`: of deals only some are there.
        """
        self._root = root
        self._manifest = manifest
        self._limit_s = limit_s
        self._scope = scope

    def within(self, scope: DealScope) -> LakeRecords:
        """The same state, as somebody sees it who sees some deals only."""
        return LakeRecords(self._root, self._manifest, self._limit_s, scope)

    @property
    def dialect(self) -> Dialect:
        return DIALECTS["duckdb"]

    def rows(
        self,
        statement: sa.Select[*tuple[Any, ...]],
        moments: Mapping[str, datetime] = {},
        written: Mapping[str, str] = {},
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Run a statement; `written` are tables that lie elsewhere, as a SELECT of their rows.

        A derived file that cannot be read is made anew.
        """
        words = _cached_words(statement) if moments else Words.of(statement)
        try:
            return self._rows(words, moments, written)
        except TimeoutError:
            raise
        except Exception:
            # Whatever a damaged file makes DuckDB say, people hear which file it is. Other faults stay ours.
            damage = find_damage(self._root, {name: self._manifest.table(name).files for name in words.tables})
            if damage:
                raise damage from None
            if words.derived and drop_damaged(self._root, _is_readable):
                return self._rows(words, moments, written)
            raise

    def _rows(
        self, words: Words, moments: Mapping[str, datetime], written: Mapping[str, str]
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        views = self._views(words, moments, written)
        with _ENGINE.cursor() as connection, _given_up_after(self._limit_s, connection):
            for name, stored in views.items():
                # Every cursor has views of its own, over the files that its statement can need.
                connection.execute(f"CREATE TEMP VIEW {name} AS {stored}")
            connection.execute(words.with_values(moments))
            names = [column[0] for column in connection.description or ()]
            return IteratorResult(SimpleResultMetaData(names), iter(connection.fetchall())).all()

    def _views(self, words: Words, moments: Mapping[str, datetime], written: Mapping[str, str] = {}) -> dict[str, str]:
        """The tables of a statement, each as a SELECT of its rows."""
        views = {}
        for name, places in words.read.items():
            if name in words.derived:
                views[name] = self._derived(words.derived[name], places, moments)
                continue
            files = self._files(name, places, moments)
            stored = written.get(name) or relation_over(self._root, files, TABLES[name])
            if self._scope and name in self._scope.tables:
                stored = self._scope.narrowed(name, stored, self._deals)
            views[name] = stored
        return views

    def _derived(self, table: sa.Table, places: Iterable[Reading], moments: Mapping[str, datetime]) -> str:
        """A table that is made of others, as a SELECT of its rows: all, or those of the months that are read."""
        files, made = [], []
        for each in self._moments_of(table, places, moments):
            words = _cached_words(made_of(table))
            views, text = self._views(words, each), words.with_values(each)
            lasting = each["now"] + UNDER_WAY < moments["now"]
            path = self._derived_file(table.name, views, text, lasting) if self._stands(table, each, moments) else None
            if path is None:
                beside = ", ".join(f"{name} AS ({stored})" for name, stored in views.items())
                made.append(f"SELECT * FROM (WITH {beside} SELECT * FROM ({text}))")
            else:
                files.append(str(path))
        return " UNION ALL ".join([*([f"SELECT * FROM read_parquet([{_listed(files)}])"] if files else []), *made])

    def _moments_of(
        self, table: sa.Table, places: Iterable[Reading], moments: Mapping[str, datetime]
    ) -> list[Mapping[str, datetime]]:
        """The moments of all that a derived table consists of: of the whole, or of each month that is read."""
        of_month = of_month_of(table)
        if of_month is None:
            return [moments]
        known = [self._manifest.table(name) for name in tables_of(made_of(table))]
        edges = [edge for each in known for edge in (each.first, each.last) if edge is not None]
        begins, ends = extent_of(places, moments)
        months = months_between(max(begins, min(edges)), min(ends, max(edges))) if edges else ()
        # Of no month there are no rows, and their columns all the same.
        return [of_month(*month, moments) for month in months] or [of_month(moments["now"], moments["now"], moments)]

    def _stands(self, table: sa.Table, own: Mapping[str, datetime], moments: Mapping[str, datetime]) -> bool:
        """Whether rows stay what they are until others are imported, and are not as of a clock that goes on."""
        if own is moments or own["now"] < moments["now"]:
            return True
        return any(self.complete_to(name) == own["now"] for name in tables_of(made_of(table)))

    def _derived_file(self, name: str, views: Mapping[str, str], text: str, lasting: bool) -> Path | None:
        """The file of rows that are made of others, made if there is none; None if it cannot be written."""

        def write(path: Path) -> None:
            import duckdb

            with _ENGINE.cursor() as connection:
                for table, stored in views.items():
                    connection.execute(f"CREATE TEMP VIEW {table} AS {stored}")
                try:
                    connection.execute(f"COPY ({text}) TO {_listed([str(path)])} (FORMAT parquet)")
                except duckdb.IOException as error:
                    raise OSError(str(error)) from None

        return derived_file(self._root, name, "\n".join((text, *views.values())), write, lasting=lasting)

    @contextmanager
    def at_once(self) -> Iterator[LakeRecords]:
        yield self  # of one manifest, it never sees another state

    def together(self, tables: Collection[str]) -> bool:
        return True

    @property
    def limits(self) -> frozenset[str]:
        return self._scope.limits if self._scope else frozenset()

    def derives(self, tables: Collection[str]) -> bool:
        return self._scope is None  # who sees some deals only is one of many

    def first_event(self, table: str) -> datetime | None:
        return self._manifest.table(table).first

    def last_event(self, table: str) -> datetime | None:
        return self._manifest.table(table).last

    def complete_to(self, table: str) -> datetime | None:
        return self._manifest.table(table).known_to

    def says(self, table: str, column: str, words: Collection[str]) -> bool:
        return self._manifest.table(table).says(column, words)

    def edition(self, table: str, start: datetime, end: datetime) -> Hashable | None:
        """A month's file is written once and never again: a changed month is another file."""
        within = (
            Bound(TABLES[table].info["time"], operator.ge, start),
            Bound(TABLES[table].info["time"], operator.lt, end),
        )
        return tuple(sorted(file.path for file in self._files(table, [within], {})))

    def gaps(self, table: str) -> Sequence[Gap]:
        return self._manifest.table(table).gaps

    def filled(self, table: str) -> frozenset[str]:
        return self._manifest.table(table).filled

    def lines(self, table: str) -> frozenset[str]:
        return self._manifest.table(table).lines

    @property
    def _deals(self) -> str:
        """All deals: whose a row of another table is does not depend on when they were created."""
        return relation_over(self._root, self._manifest.table(DEALS.name).files, DEALS)

    def _files(self, table: str, places: Iterable[Reading], moments: Mapping[str, datetime]) -> list[DataFile]:
        return [file for file in self._manifest.table(table).files if may_matter(table, file, places, moments)]


@dataclass(frozen=True)
class Words:
    """A statement as DuckDB reads it, but for its parameters."""

    read: Mapping[str, Set[Reading]]
    derived: Mapping[str, sa.Table]
    """Those of its tables that are not the records' own."""
    tables: frozenset[str]
    """The records' own tables that it is over in the end."""
    compiled: SQLCompiler

    @classmethod
    def of(cls, statement: sa.Select[Any]) -> Words:
        compiled = statement.compile(dialect=DUCKDB, compile_kwargs={"literal_execute": True})
        assert isinstance(compiled, SQLCompiler)
        read, derived = sources_of(statement)
        tables = frozenset(read.keys() - derived.keys())
        return cls(read, derived, tables.union(*(tables_of(made_of(each)) for each in derived.values())), compiled)

    def with_values(self, moments: Mapping[str, datetime]) -> str:
        """The text, all values written out: for the sake of one parameter, DuckDB loads pandas."""
        return self.compiled.construct_expanded_state(dict(moments)).statement


_cached_words = lru_cache(STATEMENTS_KEPT)(Words.of)


@contextmanager
def _given_up_after(limit_s: float | None, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupt what a cursor does after so many seconds: a thread that waits for it is free again."""
    if limit_s is None:
        yield
        return
    import duckdb

    timer = Timer(limit_s, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise TimeoutError from None
    finally:
        timer.cancel()


class _Engine:
    """The program's one DuckDB: it holds nothing but the footers of files, which never change under their names.

    It keeps some 40 MB of what statements took, until it is closed; the next statement opens it within milliseconds.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._cursors = 0
        self._last_used = 0.0

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            self._database = self._database or self._opened()
            cursor = self._database.cursor()
            self._cursors += 1
        try:
            with cursor:
                yield cursor
        finally:
            with self._lock:
                self._cursors -= 1
                self._last_used = time.monotonic()

    def close(self, unused_s: float) -> bool:
        """Give the memory back if nothing was asked for so many seconds; whether there was any."""
        with self._lock:
            if not self._database or self._cursors or time.monotonic() - self._last_used < unused_s:
                return False
            self._database.close()
            self._database = None
            return True

    def _opened(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        database = duckdb.connect()
        # The operating system keeps what was read; a copy of it in this process would only make it bigger.
        database.execute(
            "SET TimeZone = 'UTC'; SET parquet_metadata_cache = true; SET enable_external_file_cache = false"
        )
        # Of the memory that a statement took no more than this stays with the process: by default 128 MB do.
        database.execute("SET allocator_flush_threshold = '8MB'")
        return database


_ENGINE = _Engine()


def close_unused(unused_s: float) -> bool:
    """Give back what reading the lake took, if nothing was read for so many seconds; whether there was any."""
    return _ENGINE.close(unused_s)


class _Instant(sa.DateTime):
    """An instant written out with its type, which no engine could tell from a text."""

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[datetime], str]:
        return lambda moment: f"TIMESTAMP '{moment}'"


class _Number(sa.Double[float]):
    """A number written out as what it is: 0.1 alone would be a decimal."""

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[float], str]:
        return lambda number: f"CAST('{float(number)!r}' AS DOUBLE)"


class QuotedNames(IdentifierPreparer):
    """Names in quotes, whatever they are: no list of reserved words is needed."""

    def _requires_quotes(self, value: str) -> bool:
        return True


class _DuckDB(DefaultDialect):
    """SQLAlchemy's plain words, most of which DuckDB shares.

    A dialect for connections, made over PostgreSQL's, takes a tenth of a second to load and puts no query otherwise.
    """

    name = "duckdb"
    preparer = QuotedNames
    supports_native_boolean = True
    div_is_floordiv = False


DUCKDB = _DuckDB(paramstyle="numeric_dollar")  # with others, every % is doubled
"""How statements over the lake are written."""
DUCKDB.colspecs = {sa.DateTime: _Instant, sa.Double: _Number, sa.Float: _Number}


def relation_over(root: Path, files: Sequence[DataFile], table: sa.Table) -> str:
    """The statement (DuckDB) that reads a table from its files; no rows, but the right columns, without files.

    A column that none of them fills is not looked for: it may be younger than all of them. One that is younger than
    some of them reads as nulls in those.
    """
    filled = {name for file in files for name in file.filled}
    columns = ", ".join(
        f'"{column.name}"' if column.name in filled else f'CAST(NULL AS {duckdb_type(column)}) AS "{column.name}"'
        for column in table.columns
    )
    if not files:
        return f"SELECT {columns} WHERE false"
    listed = _listed([str(root / file.path) for file in files])
    return f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true)"


def _listed(files: Sequence[str]) -> str:
    return ", ".join("'" + path.replace("'", "''") + "'" for path in files)


def rows_in(connection: duckdb.DuckDBPyConnection, path: Path) -> int | None:
    """How many rows a file has, every value of it read; None if it is missing or damaged."""
    try:
        # DuckDB reads no column that nobody looks at, so every one is counted.
        found = connection.execute(f"SELECT count(*), count(COLUMNS(*)) FROM read_parquet([{_listed([str(path)])}])")
        row = found.fetchone()
    except Exception:
        return None
    return int(row[0]) if row else None


def _is_readable(path: Path) -> bool:
    import duckdb

    with duckdb.connect() as connection:
        return rows_in(connection, path) is not None


def find_damage(root: Path, tables: Mapping[str, Sequence[DataFile]]) -> UserError | None:
    """What to tell about the first of these files that cannot be read, None if all can."""
    import duckdb

    with duckdb.connect() as connection:
        for name, files in tables.items():
            for file in files:
                if rows_in(connection, root / file.path) is None:
                    return _damaged(root, name, file)
    return None


def unreadable(root: Path, met: UserError | None = None) -> UserError | None:
    """A quick look at the records in force: None if the manifest is whole and every file of it is there to its end.

    `met` is what a question stumbled upon before: its file is read as a whole. Nothing else is, so a file whose middle
    is damaged is found by who needs it, or by `svodka lake verify`.
    """
    try:
        tables = {name: state.files for name, state in read(root).tables.items()}
    except Unreadable as damage:
        return damage
    suspect = met.message.params.get("file") if met else None
    for name, files in tables.items():
        for file in files:
            if not _ends_well(root / file.path):
                return _damaged(root, name, file)
            if file.path == suspect and (found := find_damage(root, {name: [file]})):
                return found
    return None


def _ends_well(path: Path) -> bool:
    """Whether a Parquet file is there and was not cut off."""
    try:
        with path.open("rb") as file:
            file.seek(-len(_MAGIC), os.SEEK_END)
            return file.read() == _MAGIC
    except OSError:
        return False


def _damaged(root: Path, table: str, file: DataFile) -> UserError:
    if file not in read(root).table(table).files:
        return UserError("The records were changed more than an hour ago, while they were read: ask again.")
    return Unreadable(
        "The records of {table} for {month} cannot be read: {file} is missing or damaged. Run svodka lake verify "
        "--drop, then import that month again.",
        table=table,
        month=file.month,
        file=file.path,
    )


def duckdb_type(column: sa.Column[Any]) -> str:
    """How the lake stores a column."""
    kinds = {
        "text": "VARCHAR",
        "one_of": "VARCHAR",
        "time": "TIMESTAMP",
        "seconds": "DOUBLE",
        "number": "DOUBLE",
        "flag": "BOOLEAN",
        "date": "DATE",
        "integer": "INTEGER",
    }
    return kinds[column.info.get("kind", "text")]
