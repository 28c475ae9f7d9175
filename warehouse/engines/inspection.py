"""What their columns hold, found by asking their engine, before anything is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from warehouse.engines.database import Database
from warehouse.engines.drivers import ColumnKind, Driver
from warehouse.engines.faults import StatementTimeout, fault
from warehouse.engines.mapping import TableMapping, bounded
from warehouse.engines.relations import OF_CLOCKS, MappedTable, RawColumn, offsets_of
from warehouse.messages import Unreadable, UserError
from warehouse.schema import time_of

_MILLI, _MICRO = 10**11, 10**14
"""Numbers over these count milliseconds, or microseconds, since 1970."""
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?")
_TIMES = (ColumnKind.LOCAL, ColumnKind.INSTANT, ColumnKind.UNCLEAR, ColumnKind.DATE)


@dataclass(frozen=True)
class Found:
    """What one expression over theirs holds."""

    kind: ColumnKind
    type_name: str
    """As the engine calls it."""
    sample: Any = None
    """One value, of numbers and texts that stand for times."""


def inspect(database: Database, connection: sa.Connection, mapping: TableMapping) -> MappedTable:
    """Return a table ready to be read. Raises UserError for what is not there, or cannot become what we need."""
    canonical = mapping.canonical
    found = types_of(database, connection, mapping, {name: column.of for name, column in mapping.columns.items()})
    for name, each in found.items():
        _check(mapping, canonical.columns[name], each)
    times = {name: each for name, each in found.items() if canonical.columns[name].info["kind"] == "time"}
    scales: dict[str, float] = {}
    raw: dict[str, RawColumn] = {}
    for name, each in times.items():
        of = mapping.columns[name].of
        sample = _sample(connection, mapping, of) if each.kind in (ColumnKind.NUMBER, ColumnKind.TEXT) else None
        if each.kind is ColumnKind.NUMBER:
            scales[name] = _scale(sample)
        if mapping.columns[name].is_plain and (column := _raw(of, each.kind, sample)):
            raw[name] = column if mapping.is_query else _near(column)
    own = time_of(canonical)
    if mapping.time and own and not (own in raw and mapping.time == raw[own].of):
        of = mapping.time
        kind = types_of(database, connection, mapping, {"time": of})["time"].kind
        sample = _sample(connection, mapping, of) if kind in (ColumnKind.NUMBER, ColumnKind.TEXT) else None
        raw.pop(own, None)
        if column := _raw(of, kind, sample):
            raw[own] = column
    fresh = None
    if mapping.fresh:
        kind = types_of(database, connection, mapping, {"fresh": mapping.fresh})["fresh"].kind
        scale = _scale(_sample(connection, mapping, mapping.fresh)) if kind is ColumnKind.NUMBER else 1.0
        fresh = RawColumn(mapping.fresh, kind, scale)
    kinds = {name: each.kind for name, each in found.items()}
    local = offsets_of(mapping.timezone) != (0, ())
    ready = {
        name: stands
        for name, each in found.items()
        if (stands := database.driver.ready_as(canonical.columns[name].info["kind"], each.type_name))
        and not (local and each.kind is ColumnKind.LOCAL)
    }
    return MappedTable(mapping, database.driver, kinds, raw, scales, fresh, ready)


def types_of(
    database: Database, connection: sa.Connection, mapping: TableMapping, expressions: Mapping[str, str]
) -> dict[str, Found]:
    """What expressions over a table of theirs hold, by their names. Raises UserError for the first that cannot be."""
    try:
        return _types(connection, database.driver, mapping, expressions)
    except sa.exc.DBAPIError as error:
        only = next(iter(expressions)) if len(expressions) == 1 else None
        found = fault(error, mapping.table, only)
        # What takes too long, or is lost, is no better one by one.
        if only or isinstance(found, StatementTimeout | Unreadable):
            raise found from None
    for name, expression in expressions.items():
        database.begin_again(connection)
        types_of(database, connection, mapping, {name: expression})
    raise found


def _types(
    connection: sa.Connection, driver: Driver, mapping: TableMapping, expressions: Mapping[str, str]
) -> dict[str, Found]:
    if driver.typed_by_rows:
        return {name: _type_of_row(connection, driver, mapping, each) for name, each in expressions.items()}
    listed: list[sa.Label[Any]] = [
        sa.literal_column(f"({each}\n)").label(f"c{i}") for i, each in enumerate(expressions.values())
    ]
    found = connection.execute(sa.select(*listed).select_from(origin_of(mapping)).where(sa.text("1 = 0")))
    cursor = found.cursor
    assert cursor is not None
    names = [driver.numbered.get(str(column[1]), str(column[1])) for column in cursor.description]
    found.close()
    return {name: Found(driver.kind_of(each), each) for name, each in zip(expressions, names, strict=True)}


def _type_of_row(connection: sa.Connection, driver: Driver, mapping: TableMapping, expression: str) -> Found:
    """Where every value has a type of its own, the type of one."""
    value: sa.ColumnClause[Any] = sa.literal_column(f"({expression}\n)")
    found = connection.scalar(
        sa.select(sa.func.typeof(value)).select_from(origin_of(mapping)).where(value.is_not(None)).limit(1)
    )
    return Found(driver.kind_of(str(found)), str(found or "null"))


def origin_of(mapping: TableMapping, on: Callable[[str], str] = lambda column: "1 = 1") -> sa.TextClause:
    """Their table, or their query, to be read from; `on` gives the bounds of a column where the query takes some."""
    text = f"({mapping.source}\n) AS theirs" if mapping.is_query else mapping.source
    return sa.text(
        bounded(text.replace("{bounds:", "{bounds;").replace(":", "\\:").replace("{bounds;", "{bounds:"), on)
    )


def _sample(connection: sa.Connection, mapping: TableMapping, expression: str) -> Any:
    value: sa.ColumnClause[Any] = sa.literal_column(f"({expression}\n)")
    return connection.scalar(sa.select(value).select_from(origin_of(mapping)).where(value.is_not(None)).limit(1))


def _scale(sample: Any) -> float:
    number = abs(float(sample)) if sample is not None else 0.0
    return 1e6 if number > _MICRO else 1e3 if number > _MILLI else 1.0


def _raw(of: str, kind: ColumnKind, sample: Any) -> RawColumn | None:
    """A column as it is narrowed; None if an order of its values is not known to be that of time."""
    if kind is ColumnKind.NUMBER:
        return RawColumn(of, kind, _scale(sample))
    if kind is ColumnKind.TEXT:
        return RawColumn(of, kind) if sample is not None and _ISO_DAY.fullmatch(str(sample)) else None
    return RawColumn(of, kind) if kind in _TIMES else None


def _near(raw: RawColumn) -> RawColumn:
    """One of our times as it stands in their table: it lies no further from our instant than clocks are put."""
    margins = {ColumnKind.INSTANT: timedelta(), ColumnKind.LOCAL: OF_CLOCKS, ColumnKind.NUMBER: OF_CLOCKS}
    return replace(raw, margin=margins.get(raw.kind, raw.margin))


def _check(mapping: TableMapping, column: sa.Column[Any], found: Found) -> None:
    """Raises UserError for a type that cannot become ours."""
    fits: Mapping[str, Iterable[ColumnKind]] = {
        "time": (*_TIMES, ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.OTHER),
        "seconds": (ColumnKind.NUMBER, ColumnKind.OTHER),
        "number": (ColumnKind.NUMBER, ColumnKind.OTHER),
        "flag": (ColumnKind.FLAG, ColumnKind.NUMBER, ColumnKind.TEXT, ColumnKind.OTHER),
    }
    wanted = fits.get(column.info["kind"])
    if wanted is not None and found.kind not in wanted:
        raise UserError(
            "In the warehouse, {table}.{column} is made of {type}, and {kind} is wanted: mend {column} in "
            "[warehouse.{table}.columns], for example with a CAST.",
            table=mapping.table,
            column=column.name,
            type=found.type_name,
            kind=column.info["kind"],
        )
