"""Records that lie in a warehouse, and those of the tables that it does not hold in the lake."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from warehouse.engines.database import Database
from warehouse.engines.drivers import DRIVERS, Driver
from warehouse.engines.faults import fault
from warehouse.engines.profile import Profile
from warehouse.engines.relations import written_out
from warehouse.engines.statements import Tables, raw_values
from warehouse.manifest import Gap
from warehouse.messages import UserError
from warehouse.readings import cached_readings, readings
from warehouse.records import LakeRecords
from warehouse.schema import PEOPLE, TABLES
from warehouse.sql import DIALECTS, Dialect


class Transaction:
    """One transaction for statements that belong together, begun by the first. For any threads, one at a time."""

    def __init__(self, database: Database, limit_s: float | None) -> None:
        self._database, self._limit_s = database, limit_s
        self._lock, self._opened = threading.Lock(), ExitStack()
        self._connection: sa.Connection | None = None

    def rows(
        self,
        statement: sa.Select[*tuple[Any, ...]],
        values: Mapping[str, Any],
        about: str,
        written: Mapping[str, str] = {},
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Run a statement, with tables `written` into it. Raises UserError, `about` some, for what is refused."""
        with self._lock:
            if self._connection is None:
                self._connection = self._opened.enter_context(self._database.session(about, self._limit_s))
            try:
                return self._database.execute(self._connection, statement, values, written).all()
            except (sa.exc.SQLAlchemyError, OSError) as error:
                self._database.refused += 1
                raise fault(error, about) from None

    def close(self) -> None:
        with self._lock:
            self._connection = None
            self._opened.close()


def apart(theirs: Sequence[str], elsewhere: Sequence[str]) -> UserError:
    """What is said to who asks for what lies in two places."""
    return UserError(
        "This needs {theirs}, which the warehouse holds, together with {elsewhere} from the lake: copy the former with "
        "svodka warehouse pull {first}.",
        theirs=", ".join(theirs),
        elsewhere=", ".join(elsewhere),
        first=theirs[0],
    )


class WarehouseRecords:
    """The tables of a warehouse as they were looked at last, and all others as of a manifest. For any threads."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        profiles: Mapping[str, Profile],
        lake: LakeRecords,
        says: Callable[[str, str, Collection[str]], bool],
        limit_s: float | None = None,
        transaction: Transaction | None = None,
    ) -> None:
        """`says` answers for the warehouse's tables; `limit_s` is how long one statement may take.

        Without a `transaction` every statement has one of its own.
        """
        self._database, self._tables, self._profiles = database, tables, profiles
        self._lake, self._says, self._limit_s, self._transaction = lake, says, limit_s, transaction

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self._database.engine.dialect.name]

    def rows(
        self, statement: sa.Select[*tuple[Any, ...]], moments: Mapping[str, datetime] = {}
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        names = (cached_readings(statement) if moments else readings(statement)).keys()
        theirs, ours = sorted(names & self._tables.keys()), sorted(names - self._tables.keys())
        if not theirs:
            return self._lake.rows(statement, moments)
        if not self.together(names):
            raise apart(theirs, ours)
        if not all(map(self._goes_along, ours)):
            return self._lake.rows(statement, moments, self._written(theirs, DRIVERS["duckdb"]))
        if self._transaction is None:
            with self.at_once() as records:
                return records.rows(statement, moments)
        values = {**moments, **raw_values(statement, self._tables, moments)}
        return self._transaction.rows(statement, values, ", ".join(theirs), self._written(ours, self._database.driver))

    def together(self, tables: Collection[str]) -> bool:
        facts = {name for name in tables if name in self._tables or not self._goes_along(name)} - PEOPLE
        return facts <= self._tables.keys() or facts.isdisjoint(self._tables)

    @property
    def limits(self) -> frozenset[str]:
        return frozenset()

    def derives(self, tables: Collection[str]) -> bool:
        return self._tables.keys().isdisjoint(tables) and self._lake.derives(tables)

    def _goes_along(self, table: str) -> bool:
        """Whether a table of the lake is taken along to where the facts are: who is who, and what has no rows."""
        return table in PEOPLE or not self._lake.filled(table)

    def _written(self, tables: Collection[str], driver: Driver) -> dict[str, str]:
        """Tables to be taken along to where the facts are."""
        return {
            name: written_out(driver, TABLES[name], [row._asdict() for row in self.rows(sa.select(TABLES[name]))])
            for name in tables
        }

    @contextmanager
    def at_once(self) -> Iterator[WarehouseRecords]:
        transaction = Transaction(self._database, self._limit_s)
        try:
            yield WarehouseRecords(
                self._database, self._tables, self._profiles, self._lake, self._says, self._limit_s, transaction
            )
        finally:
            transaction.close()

    def first_event(self, table: str) -> datetime | None:
        return self._profiles[table].first if table in self._profiles else self._lake.first_event(table)

    def last_event(self, table: str) -> datetime | None:
        return self._profiles[table].last if table in self._profiles else self._lake.last_event(table)

    def complete_to(self, table: str) -> datetime | None:
        return self._profiles[table].known_to if table in self._profiles else self._lake.complete_to(table)

    def lines(self, table: str) -> frozenset[str]:
        return self._profiles[table].lines if table in self._profiles else self._lake.lines(table)

    def says(self, table: str, column: str, words: Collection[str]) -> bool:
        return self._says(table, column, words) if table in self._profiles else self._lake.says(table, column, words)

    def edition(self, table: str, start: datetime, end: datetime) -> Hashable | None:
        return None if table in self._profiles else self._lake.edition(table, start, end)

    def gaps(self, table: str) -> Sequence[Gap]:
        return self._profiles[table].gaps if table in self._profiles else self._lake.gaps(table)

    def filled(self, table: str) -> frozenset[str]:
        return self._profiles[table].filled if table in self._profiles else self._lake.filled(table)
