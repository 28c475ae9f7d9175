"""How many rows an engine reads for a statement, as its own plan tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

_WORDS = {
    # Not what is expected but what was: the statement is run, in a transaction that cannot write.
    "postgresql": "EXPLAIN (ANALYZE, FORMAT JSON)",
    "sqlite": "EXPLAIN QUERY PLAN",
    "mysql": "EXPLAIN",
    "mariadb": "EXPLAIN",
    "clickhousedb": "EXPLAIN ESTIMATE",
}


@dataclass(frozen=True)
class RowsRead:
    """What a plan tells."""

    rows: int | None
    """None: the engine only tells how it looks for them."""
    whole: bool
    """Whether some table is read from its first row to its last."""


class _Explained(sa.Executable, ClauseElement):
    """The question how a statement is run."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(_Explained)
def _explained(element: _Explained, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{_WORDS[compiler.dialect.name]} {compiler.process(element.statement, **kw)}"


def rows_read(connection: sa.Connection, statement: sa.Select[Any], values: Mapping[str, Any]) -> RowsRead | None:
    """Return what a statement makes an engine read; None where its plan is not understood."""
    engine = connection.dialect.name
    if engine not in _WORDS:
        return None
    found = [row._mapping for row in connection.execute(_Explained(statement), dict(values))]
    if engine == "postgresql":
        plan = found[0]["QUERY PLAN"]
        scans = list(_scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
        rows = sum(_rows_of(scan) for scan in scans)
        return RowsRead(rows, any(scan["Node Type"] in ("Seq Scan", "Parallel Seq Scan") for scan in scans))
    if engine == "sqlite":
        return RowsRead(None, any(str(row["detail"]).startswith("SCAN") for row in found))
    if engine == "clickhousedb":
        return RowsRead(sum(int(row["rows"]) for row in found), False)
    tables = [row for row in found if row["table"] and not str(row["table"]).startswith("<")]
    return RowsRead(sum(int(row["rows"] or 0) for row in tables), any(row["type"] == "ALL" for row in tables))


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
