"""What is known of a table in a warehouse without reading it again: from when to when it goes, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from warehouse.engines.inspection import origin_of
from warehouse.engines.relations import MappedTable
from warehouse.manifest import Gap
from warehouse.messages import UserError
from warehouse.schema import LONGEST_S, key_of, lasts, line_of, time_of
from warehouse.sql import instant, seconds_later

WINDOW = timedelta(days=2)
"""How much before the latest row is looked at again for what is new."""


@dataclass(frozen=True)
class Profile:
    """A table as of one look at it."""

    rows: int = 0
    first: datetime | None = None
    last: datetime | None = None
    known_to: datetime | None = None
    filled: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    gaps: tuple[Gap, ...] = ()

    def merged(self, newer: Profile) -> Profile:
        """This one of a whole table, with what a look at its end has found since."""
        known = {gap.source for gap in self.gaps}
        return replace(
            self,
            last=_latest(self.last, newer.last),
            known_to=_latest(self.known_to, newer.known_to),
            filled=self.filled | newer.filled,
            lines=self.lines | newer.lines,
            gaps=(*self.gaps, *(gap for gap in newer.gaps if gap.source not in known)),
        )


def whole(connection: sa.Connection, mapped: MappedTable) -> Profile:
    """Look at all rows of a table. Raises UserError for one that cannot be counted right."""
    return _profile(connection, mapped, None)


def end(connection: sa.Connection, mapped: MappedTable, since: datetime, values: dict[str, Any]) -> Profile:
    """Look at the rows from an instant on; `values` are those of the raw columns' parameters."""
    return _profile(connection, mapped, since, values)


def narrowed_statement(mapped: MappedTable) -> sa.Select[Any]:
    """The statement by which the end of a table is looked at, as its parameters are found."""
    return _counts(mapped, since=True)


def _profile(
    connection: sa.Connection, mapped: MappedTable, since: datetime | None, values: dict[str, Any] | None = None
) -> Profile:
    table = mapped.mapping.canonical
    given = {**(values or {}), **({"since": since} if since else {})}
    row = connection.execute(_counts(mapped, since=since is not None), given).one()
    counted = dict(row._mapping)
    rows = int(counted["rows"])
    unread = rows - int(counted["timed"])
    if unread:
        raise UserError(
            "In the warehouse, {n} rows of {table} have a {column} that is no time we can read: mend it in "
            "[warehouse.{table}.columns] in svodka.toml.",
            n=unread,
            table=table.name,
            column=time_of(table),
        )
    _check_keys(connection, mapped, given, since=since is not None)
    told = [counted[name] for name in counted if name.startswith("told_")]
    fresh = _freshness(connection, mapped)
    lines = connection.execute(_lines(mapped, since=since is not None), given) if line_of(table) else ()
    return Profile(
        rows,
        counted.get("first"),
        counted.get("last"),
        _latest(*told, fresh),
        frozenset(name for name in mapped.mapping.columns if int(counted[f"has_{name}"] or 0)),
        frozenset(str(line) for (line,) in lines if line is not None),
        tuple(_gaps(connection, mapped)) if since is None else (),
    )


def _counts(mapped: MappedTable, *, since: bool) -> sa.Select[Any]:
    table = mapped.mapping.canonical
    time = time_of(table)
    columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("rows")]
    columns.append(sa.func.count(table.c[time]).label("timed") if time else sa.func.count().label("timed"))
    times = [each for each in table.c if each.info["kind"] == "time" and each.name in mapped.mapping.columns]
    columns += [sa.func.max(each).label(f"told_{each.name}") for each in times]
    if time:
        at = table.c[time]
        columns += [sa.func.min(at).label("first"), sa.func.max(at).label("last")]
        if durations := [table.c[name] for name in lasts(table) if name in mapped.mapping.columns]:
            lasted = sum((sa.func.coalesce(each, 0.0) for each in durations[1:]), sa.func.coalesce(durations[0], 0.0))
            over = sa.case((lasted.between(0.0, float(LONGEST_S)), seconds_later(at, lasted)))
            columns.append(sa.func.max(over).label("told_by_durations"))
    columns += [sa.func.count(table.c[name]).label(f"has_{name}") for name in mapped.mapping.columns]
    return _since(sa.select(*columns).select_from(table), table, since=since)


def _since(statement: sa.Select[Any], table: sa.Table, *, since: bool) -> sa.Select[Any]:
    time = time_of(table)
    return statement.where(table.c[time] >= instant("since")) if since and time else statement


def _lines(mapped: MappedTable, *, since: bool) -> sa.Select[Any]:
    table = mapped.mapping.canonical
    name = line_of(table)
    assert name is not None
    return _since(sa.select(table.c[name]).distinct(), table, since=since)


def _check_keys(connection: sa.Connection, mapped: MappedTable, given: dict[str, Any], *, since: bool) -> None:
    """Raises UserError for keys that stand in several rows; of a whole table, they are looked for at its end only."""
    table = mapped.mapping.canonical
    if time_of(table) is not None and not since:
        return
    key = [table.c[name] for name in key_of(table)]
    several = _since(sa.select(sa.func.count().label("n")).select_from(table).group_by(*key), table, since=since)
    rows = several.having(sa.func.count() > 1).subquery("several")
    n = connection.scalar(sa.select(sa.func.count()).select_from(rows), given)
    if n:
        raise same_keys(n, table)


def same_keys(n: int, table: sa.Table) -> UserError:
    """What is said where so many keys of a table stand in several rows."""
    return UserError(
        "In the warehouse, {n} keys of {table} ({key}) stand in several rows, which would be counted more "
        "than once: make {key} in [warehouse.{table}.columns] tell rows apart, or keep one of them by "
        "warehouse.{table}.where.",
        n=n,
        table=table.name,
        key=", ".join(key_of(table)),
    )


def _freshness(connection: sa.Connection, mapped: MappedTable) -> datetime | None:
    if mapped.fresh is None:
        return None
    moment = sa.literal_column(mapped.instant_of(mapped.fresh), sa.DateTime)
    found: datetime | None = connection.scalar(sa.select(sa.func.max(moment)).select_from(origin_of(mapped.mapping)))
    return found


def _gaps(connection: sa.Connection, mapped: MappedTable) -> Iterator[Gap]:
    """Rows that say what is none of our words: they are in no figure, and every figure that may lack them says so."""
    table = mapped.mapping.canonical
    time = time_of(table)
    for name in mapped.told():
        at = sa.literal_column(mapped.expression(table.c[time]), sa.DateTime) if time else sa.null()
        unknown = sa.case((sa.literal_column(f"({mapped.unknown(name)})", sa.Boolean), 1), else_=0)
        moments = [extreme(sa.case((unknown == 1, at))) for extreme in (sa.func.min, sa.func.max)] if time else []
        origin = origin_of(mapped.mapping)
        kept = sa.text(f"({mapped.mapping.where or '1 = 1'}\n)".replace(":", "\\:"))
        row = connection.execute(
            sa.select(sa.func.sum(unknown), sa.func.count(), *moments).select_from(origin).where(kept)
        )
        n, read, *between = row.one()
        if n:
            first, last = between or (None, None)
            yield Gap(f"{table.name}.{name}", int(n), int(read), 0, first, last)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
