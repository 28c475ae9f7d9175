"""How many rows an engine reads for a statement, as its own plan tells."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement


@dataclass(frozen=True)
class RowsRead:
    """What a plan tells."""

    rows: int | None
    """None: the engine only tells how it looks for them."""
    whole: bool
    """Whether some table is read from its first row to its last."""
    by_bounds: bool = False
    """Whether an index finds the rows between the bounds of the raw column, and reads no others."""


Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class _Plan:
    """How an engine is asked for its plan, and what its answer says."""

    words: str
    """What stands before the statement."""
    read: Callable[[Rows], RowsRead | None]
    before: str = ""
    """What a session is told first, where the statement itself stands alone."""
    after: str = ""


class _Explained(sa.Executable, ClauseElement):
    """The question how a statement is run."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(_Explained)
def _explained(element: _Explained, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{_PLANS[compiler.dialect.name].words} {compiler.process(element.statement, **kw)}".lstrip()


def rows_read(connection: sa.Connection, statement: sa.Select[Any], values: Mapping[str, Any]) -> RowsRead | None:
    """Return what a statement makes an engine read; None where its plan is not understood."""
    plan = _PLANS.get(connection.dialect.name)
    if plan is None:
        return None
    if plan.before:
        connection.exec_driver_sql(plan.before)
    try:
        found = [dict(row._mapping) for row in connection.execute(_Explained(statement), dict(values))]
    finally:
        if plan.after:
            connection.exec_driver_sql(plan.after)
    return plan.read(found)


def _of_postgresql(found: Rows) -> RowsRead:
    plan = found[0]["QUERY PLAN"]
    scans = list(_scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
    whole = any(scan["Node Type"] in ("Seq Scan", "Parallel Seq Scan") for scan in scans)
    return RowsRead(sum(_rows_of(scan) for scan in scans), whole)


def _scans(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of PostgreSQL's plan that read a table."""
    if "Relation Name" in plan:
        yield plan
    for inner in plan.get("Plans", ()):
        yield from _scans(inner)


def _rows_of(scan: Mapping[str, Any]) -> int:
    """The rows that a part of a plan has read, those that it did not need among them."""
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return round(sum(float(scan.get(name, 0)) for name in names) * float(scan.get("Actual Loops", 1)))


def _of_sqlite(found: Rows) -> RowsRead:
    """It tells no numbers, but whether an index finds the rows: as many as there are between the bounds."""
    said = [str(row["detail"]) for row in found]
    return RowsRead(None, any(each.startswith("SCAN") for each in said), len(said) == 1 and "(" in said[0])


def _of_mysql(found: Rows) -> RowsRead:
    tables = [row for row in found if row["table"] and not str(row["table"]).startswith("<")]
    return RowsRead(sum(int(row["rows"] or 0) for row in tables), any(row["type"] == "ALL" for row in tables))


def _of_clickhouse(found: Rows) -> RowsRead:
    return RowsRead(sum(int(row["rows"]) for row in found), False)


def _of_duckdb(found: Rows) -> RowsRead:
    """What it read: whole blocks of rows, those left out whose least and greatest values are out of bounds."""
    return RowsRead(int(json.loads(list(found[0].values())[-1])["cumulative_rows_scanned"]), False)


def _of_trino(found: Rows) -> RowsRead:
    """What it expects of the partitions that it reads; without statistics it expects nothing."""
    tables = json.loads(str(next(iter(found[0].values()))))["inputTableColumnInfos"]
    rows = [float(table["estimate"]["outputRowCount"]) for table in tables]  # "NaN" is a number, too
    known = all(each == each for each in rows)
    return RowsRead(
        round(sum(rows)) if known else None, not all(table["constraint"]["columnConstraints"] for table in tables)
    )


def _of_hive(found: Rows) -> RowsRead | None:
    """Spark tells by what it chooses partitions and blocks; Hive how many rows are in those it reads."""
    plan = "\n".join(str(value) for row in found for value in row.values())
    if rows := re.findall(r"TableScan.*?Num rows: (\d+)", plan, re.DOTALL):
        return RowsRead(sum(map(int, rows)), "filterExpr" not in plan)
    scans = re.findall(r"(?:PartitionFilters|PushedFilters): \[(.*?)\]", plan)
    return RowsRead(None, not any(scans)) if scans else None


def _of_mssql(found: Rows) -> RowsRead | None:
    """What it expects to read. Scans of a whole table or index are told from seeks of a part."""
    root = ElementTree.fromstring(str(next(iter(found[0].values()))))
    reads = [each for each in root.iter() if each.tag.endswith("}RelOp") and each.get("EstimatedRowsRead")]
    if not reads:
        return None
    rows = sum(float(each.get("EstimatedRowsRead", 0)) for each in reads)
    return RowsRead(round(rows), any("Scan" in each.get("PhysicalOp", "") for each in reads))


_MYSQL = _Plan("EXPLAIN", _of_mysql)
_PLANS: Mapping[str, _Plan] = {
    # Not what is expected but what was: the statement is run, in a transaction that cannot write.
    "postgresql": _Plan("EXPLAIN (ANALYZE, FORMAT JSON)", _of_postgresql),
    "duckdb": _Plan("EXPLAIN (ANALYZE, FORMAT JSON)", _of_duckdb),
    "sqlite": _Plan("EXPLAIN QUERY PLAN", _of_sqlite),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "clickhousedb": _Plan("EXPLAIN ESTIMATE", _of_clickhouse),
    "trino": _Plan("EXPLAIN (TYPE IO, FORMAT JSON)", _of_trino),
    "hive": _Plan("EXPLAIN EXTENDED", _of_hive),
    "mssql": _Plan("", _of_mssql, "SET SHOWPLAN_XML ON", "SET SHOWPLAN_XML OFF"),
}
