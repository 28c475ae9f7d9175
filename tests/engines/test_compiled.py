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
from warehouse.engines.drivers import DRIVERS, Kind
from warehouse.engines.relations import MappedTable, RawColumn
from warehouse.engines.statements import compiler_over, raw_values
from warehouse.sql import DIALECTS

PARSED_AS = {"mssql": "tsql", "trino": "trino", "bigquery": "bigquery", "postgresql": "postgres", "mysql": "mysql"}
CATALOGUE = Catalogue()
OCTOBER = parse("2026-10-24..2026-10-26", BERLIN)


def mapped(name: str) -> MappedTable:
    given = mapping()
    times = {"started_at": Kind.LOCAL, "ended_at": Kind.INSTANT}
    raw = {"started_at": RawColumn("calldate", Kind.LOCAL), "ended_at": RawColumn("hangup", Kind.INSTANT)}
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


def _without_parameters(text: str, dialect: sa.Dialect) -> str:
    """Parameters as names that every parser takes."""
    text = re.sub(r"%\((\w+)(?::\w+)?\)s|__\[POSTCOMPILE_(\w+)\]", lambda found: f"p_{found[1] or found[2]}", text)
    text = re.sub(r"(?<!:):(\w+)(?::\w+)?", r"p_\1", text)
    return text.replace("%%", "%").replace("%s", "p").replace("?", "p")
