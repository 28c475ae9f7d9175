"""Where a project's records are: in its lake, or in the centre's own warehouse with the lake for all other tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Protocol

import sqlalchemy as sa

from warehouse.engines import profile
from warehouse.engines.database import Database
from warehouse.engines.inspection import inspect
from warehouse.engines.mapping import WarehouseSettings
from warehouse.engines.profile import Profile
from warehouse.engines.records import WarehouseRecords
from warehouse.engines.relations import MappedTable
from warehouse.engines.statements import compiler_over, raw_values
from warehouse.lake import Lake
from warehouse.messages import Unreadable, UserError
from warehouse.records import Records
from warehouse.schema import TABLES

LOOKED_AT_S = 30.0
"""How long what was seen of a warehouse is taken for what there is."""
WHOLE_S = 6 * 3600.0
"""How long until a table is looked at as a whole again."""


class Store(Protocol):
    """Where records are opened, each time as they are then."""

    def open(self, limit_s: float | None = None) -> Records:
        """Records as they are now, read-only; a statement may take `limit_s`. Raises UserError if they cannot be."""
        ...

    def stamp(self) -> object:
        """What changes whenever there are other records; equal things mean the same records."""
        ...

    def unreadable(self, met: UserError | None = None) -> UserError | None:
        """What is wrong with the records, None if they can be read; `met` is what a question stumbled upon."""
        ...


class Warehouse:
    """A warehouse and the lake beside it. Nothing is connected to before something is asked. For any threads."""

    def __init__(
        self, lake: Lake, settings: WarehouseSettings, password: str | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lake, self.settings, self._password, self._clock = lake, settings, password, clock
        self._lock = threading.RLock()
        self._database: Database | None = None
        self.tables: dict[str, MappedTable] = {}
        """As far as they were looked at."""
        self._profiles: dict[str, Profile] = {}
        self._said: dict[tuple[str, str, frozenset[str]], bool] = {}
        self._looked = self._whole = float("-inf")
        self._refused = 0

    @property
    def database(self) -> Database:
        """The connections. Raises UserError for an engine without a driver."""
        with self._lock:
            if self._database is None:
                self._database = Database(self.settings, self._password, self._lake.root.parent)
                dialect = self._database.engine.dialect
                dialect.statement_compiler = compiler_over(dialect.statement_compiler, self.tables)
            return self._database

    def open(self, limit_s: float | None = None) -> WarehouseRecords:
        self.refresh()
        with self._lock:
            return WarehouseRecords(
                self.database, dict(self.tables), dict(self._profiles), self._lake.open(limit_s), self._says, limit_s
            )

    def of(self, table: str) -> Warehouse:
        """The same warehouse with no more than one table: what is wrong with others does not touch it."""
        return Warehouse(self._lake, self.settings.of([table]), self._password, self._clock)

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            if self._database is not None:
                self._database.close()

    def profile(self, table: str) -> Profile:
        """What is known of a table. Raises UserError if it cannot be read."""
        self.refresh()
        return self._profiles[table]

    def stamp(self) -> object:
        self.refresh()
        return self._lake.stamp(), tuple(sorted(self._profiles.items()))

    def unreadable(self, met: UserError | None = None) -> UserError | None:
        try:
            with self.database.session(", ".join(self.settings.tables)) as connection:
                connection.execute(sa.select(sa.literal(1)))
        except Unreadable as error:
            return error
        except UserError:
            return None
        return self._lake.unreadable(met)

    def refresh(self) -> None:
        """Look at the warehouse, if that was done some time ago: at all of it now and then, at the ends mostly.

        Raises UserError for the first table that cannot be read.
        """
        with self._lock:
            now, refused = self._clock(), self.database.refused
            if now - self._looked < LOOKED_AT_S and refused == self._refused:
                return
            # A statement that failed may be due to a table that is another one now.
            everything = now - self._whole >= WHOLE_S or refused != self._refused
            if everything:
                self.database.engine.clear_compiled_cache()
            for name, mapping in self.settings.tables.items():
                with self.database.session(name) as connection:
                    if everything or name not in self.tables:
                        self.tables[name] = inspect(self.database, connection, mapping)
                    mapped = self.tables[name]
                    known = self._profiles.get(name)
                    if everything or known is None:
                        known = profile.whole(connection, mapped)
                    self._profiles[name] = self._with_end(connection, mapped, known)
            self._looked, self._refused = now, refused
            if everything:
                self._whole, self._said = now, {}

    def _with_end(self, connection: sa.Connection, mapped: MappedTable, known: Profile) -> Profile:
        if known.last is None:
            return known
        since = {"since": known.last - profile.WINDOW}
        values = raw_values(profile.narrowed_statement(mapped), self.tables, since)
        return known.merged(profile.end(connection, mapped, since["since"], values))

    def _says(self, table: str, column: str, words: Collection[str]) -> bool:
        """Whether a column says one of these anywhere: looked up when it is asked for, and remembered."""
        key = (table, column, frozenset(words))
        if key not in self._said:
            one = sa.select(sa.literal(1)).select_from(TABLES[table]).where(TABLES[table].c[column].in_(sorted(words)))
            with self.database.session(table) as connection:
                self._said[key] = self.database.execute(connection, one.limit(1), {}).first() is not None
        return self._said[key]


_OPENED: dict[object, Warehouse] = {}
"""Warehouses by their lake and settings: what is known of one outlives whoever asks."""
_OPENING = threading.Lock()


def open_store(lake: Lake, settings: WarehouseSettings | None, password: str | None = None) -> Store:
    """Return where records are: one and the same warehouse for as long as its settings stay."""
    if settings is None or not settings.read:
        return lake
    settings = settings.of(settings.read)
    key = (lake.root, repr(settings), password)
    with _OPENING:
        if key not in _OPENED:
            _OPENED[key] = Warehouse(lake, settings, password)
        return _OPENED[key]
