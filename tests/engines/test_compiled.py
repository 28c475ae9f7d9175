"""Mappings in the words of the engines that do not run here: every statement is one that their parser takes."""

from __future__ import annotations

import copy
import re
from datetime import datetime

import pytest
import sqlalchemy as sa
import sqlglot
from sqlglot import exp

from metrics.aggregate import build, cells_of
from metrics.catalogue import Catalogue
from metrics.periods import parse
from metrics.relations import RELATIONS, Scope, moments_of
from tests.engines.centre import BERLIN, CENTRE
from tests.engines.test_mapping import mapping
from warehouse.engines.drivers import DRIVERS, ColumnKind
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.engines.relations import MappedTable, RawColumn
from warehouse.engines.statements import compiler_over, raw_values
from warehouse.sql import DIALECTS

PARSED_AS = {"mssql": "tsql", "trino": "trino", "bigquery": "bigquery", "postgresql": "postgres", "mysql": "mysql"}
CATALOGUE = Catalogue()
OCTOBER = parse("2026-10-24..2026-10-26", BERLIN)


def mapped(name: str) -> MappedTable:
    given = mapping()
    times = {"started_at": ColumnKind.LOCAL, "ended_at": ColumnKind.INSTANT}
    raw = {"started_at": RawColumn("calldate", ColumnKind.LOCAL), "ended_at": RawColumn("hangup", ColumnKind.INSTANT)}
    return MappedTable(given, DRIVERS[name], times, raw, {})


@pytest.mark.parametrize("name", PARSED_AS)
def test_a_mapping_is_said_in_the_words_of_the_engine(name: str) -> None:
    dialect = copy.copy(sa.make_url(f"{name}://").get_dialect()())
    tables = {"calls": mapped(name)}
    dialect.statement_compiler = compiler_over(dialect.statement_compiler, tables)
    moments = moments_of(OCTOBER.borders("day"), OCTOBER.end, OCTOBER.end)
    for key in ("sl", "aht", "lcr_clients", "calls_out"):
        relation = RELATIONS[CATALOGUE.get(key).relation]
        cells = tuple(cells_of(CATALOGUE.get(key), None))
        ranked = DIALECTS[name].quantile is None
        statement = build(relation, Scope(CENTRE, 3, None, ()), cells, (), (), ranked=ranked)
        text = str(statement.compile(dialect=dialect))
        parsed = sqlglot.parse_one(_without_parameters(text, dialect), read=PARSED_AS[name])
        read = [each for each in parsed.find_all(exp.Table) if each.name == "pbx_cdr"]
        # Each place that reads their table is narrowed by the raw column, a day wider than what is asked.
        assert read
        values = raw_values(statement, tables, moments)
        earliest = min(value for value in values.values() if isinstance(value, datetime) and value.tzinfo is None)
        assert earliest <= datetime(2026, 10, 23)
        assert all("calldate" in str(each.find_ancestor(exp.Select).args["where"]) for each in read)


def said_by(mapped: MappedTable, metric: str) -> str:
    """What PostgreSQL is asked for a metric over a table."""
    dialect = copy.copy(sa.make_url("postgresql://").get_dialect()())
    dialect.statement_compiler = compiler_over(dialect.statement_compiler, {"calls": mapped})
    relation = RELATIONS[CATALOGUE.get(metric).relation]
    cells = tuple(cells_of(CATALOGUE.get(metric), None))
    return str(build(relation, Scope(CENTRE, 3, None, ()), cells, (), ()).compile(dialect=dialect))


def test_what_is_dear_to_compute_is_computed_once_a_row_and_only_of_rows_that_are_asked_for() -> None:
    text = said_by(mapped("postgresql"), "calls")
    theirs = text[text.index("FROM pbx_cdr") :]
    # Local times and words of theirs stand behind a fence, which the statement's own word is on the other side of too.
    assert "OFFSET 0) AS calls" in theirs
    assert re.search(r"CASE .*way.* THEN .*'in'.* END = 'in'", theirs.replace("\n", ""))
    assert "'out')" not in theirs.replace("\n", "")


def test_a_column_that_is_ours_as_it_stands_is_neither_cast_nor_narrowed_twice() -> None:
    plain = TableMapping("calls", "theirs", {name: ColumnMapping(name) for name in ("call_id", "started_at")})
    kinds = {"call_id": ColumnKind.TEXT, "started_at": ColumnKind.LOCAL}
    raw = {"started_at": RawColumn("started_at", ColumnKind.LOCAL)}
    text = said_by(MappedTable(plain, DRIVERS["postgresql"], kinds, raw, {}, None, {"started_at": "{value}"}), "calls")
    assert '(started_at\n) AS "started_at"' in text
    assert "raw_calls" not in text
    assert "OFFSET 0)" not in text


def test_a_clock_that_is_left_alone_for_long_is_told_by_one_comparison() -> None:
    text = mapped("postgresql").utc("calldate", "Europe/Moscow")
    # Moscow's clock was put to winter for good on 26 October 2014, at two by the clock of summer.
    assert text.startswith("CASE WHEN calldate < TIMESTAMP '2014-10-26 02:00:00' THEN")
    assert text.endswith("ELSE (calldate - INTERVAL '180 minutes') END")


def _without_parameters(text: str, dialect: sa.Dialect) -> str:
    """Parameters as names that every parser takes."""
    text = re.sub(r"%\((\w+)(?::\w+)?\)s|__\[POSTCOMPILE_(\w+)\]", lambda found: f"p_{found[1] or found[2]}", text)
    text = re.sub(r"(?<!:):(\w+)(?::\w+)?", r"p_\1", text)
    return text.replace("%%", "%").replace("%s", "p").replace("?", "p")
