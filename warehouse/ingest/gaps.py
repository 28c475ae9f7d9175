"""What an import leaves out that is no random sample: rejected rows, and rows merged into others by their key.

Rows are compared with those that were taken by what became of them. Where they differ, or are lost contacts, every
figure over them is wrong without a trace, so the lake keeps a gap until the source is imported whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import TYPE_CHECKING, Any

from warehouse.ingest.staging import LEFT_OUT, REASON
from warehouse.manifest import Gap
from warehouse.schema import fate_of, line_of, time_of

if TYPE_CHECKING:
    import duckdb
    import sqlalchemy as sa

_LOST = "abandoned"
_UNREAD = "?"


@dataclass(frozen=True)
class LeftOut:
    """Rows that were left out, by what became of them, with where they are."""

    fates: Mapping[str | None, int]
    first: datetime | None
    last: datetime | None
    lines: tuple[str, ...]
    """None if any of them may be of any line."""

    @property
    def rows(self) -> int:
        return sum(self.fates.values())


def gaps_of(
    connection: duckdb.DuckDBPyConnection,
    table: sa.Table,
    source: str,
    misshapen: int,
    read: int,
    laid: str,
    superseded: int,
) -> Iterator[Gap]:
    """Yield what the import of a source lacks; `laid` is the SQL of its rows.

    The connection has the relation `good`, of those that were taken, and where some were `superseded` that one too.
    """
    taken = _left(connection, table, "good")
    rejected = _left(
        connection, table, f"(FROM ({laid}) WHERE {REASON} IS NOT NULL AND NOT coalesce({LEFT_OUT}, false))"
    )
    if misshapen:
        fates = {**rejected.fates, _UNREAD: rejected.fates.get(_UNREAD, 0) + misshapen}
        rejected = LeftOut(fates, None, None, ())
    if rejected.rows and (fate_of(table) is None or _differ(rejected.fates, taken.fates)):
        yield _gap(source, rejected, taken, read)
    if not superseded:
        return
    merged = _left(connection, table, '(FROM good SEMI JOIN superseded ON row_ = good."svodka:row" AND another_)')
    if merged.rows:
        yield _gap(source, merged, taken, read, merged=True)


def _gap(source: str, left: LeftOut, taken: LeftOut, read: int, *, merged: bool = False) -> Gap:
    known = left.first is not None
    first, last = (left.first, left.last) if known else (taken.first, taken.last)
    return Gap(source, left.rows, read, left.fates.get(_LOST, 0), first, last, left.lines, merged)


def _left(connection: duckdb.DuckDBPyConnection, table: sa.Table, rows: str) -> LeftOut:
    time, fate, line = time_of(table), fate_of(table), line_of(table)
    # A word that nobody could read is another one than no word at all.
    unread = f"WHEN {REASON} IS NOT NULL THEN '{_UNREAD}'"
    word = f'CASE WHEN "{fate}" IS NOT NULL THEN "{fate}" {unread} END' if fate else "NULL"
    when = f'min("{time}"), max("{time}"), count("{time}")' if time else "NULL, NULL, 0"
    whose = f'list(DISTINCT "{line}"), count("{line}")' if line else "NULL, 0"
    found: list[tuple[Any, ...]] = connection.execute(
        f"SELECT {word} AS fate_, count(*), {when}, {whose} FROM {rows} GROUP BY fate_"
    ).fetchall()
    fates = {row[0]: row[1] for row in found}
    timed = bool(found) and all(row[1] == row[4] for row in found)
    lined = bool(found) and all(row[1] == row[6] for row in found)
    return LeftOut(
        fates,
        min(row[2] for row in found) if timed else None,
        max(row[3] for row in found) if timed else None,
        tuple(sorted({name for row in found for name in row[5] if name})) if lined else (),
    )


def _differ(left: Mapping[str | None, int], taken: Mapping[str | None, int]) -> bool:
    """Return whether rows are lost contacts, or of other fates than chance would pick from those taken."""
    if left.get(_LOST):
        return True
    n, total = sum(left.values()), sum(taken.values())
    for fate in {*left, *taken}:
        share = taken.get(fate, 0) / total if total else 0.0
        if abs(left.get(fate, 0) - n * share) >= max(1.0, 2 * sqrt(n * share * (1 - share))):
            return True
    return False
