"""The statements of the metrics are said in every engine's own words, and an engine that nobody knows is refused."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import sqlglot
from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery

from metrics.aggregate import Measure, build, cells_of
from metrics.catalogue import BUILT_IN
from metrics.centre import Centre, Line
from metrics.dimensions import HOUR_OF_DAY
from metrics.model import Metric, Quantile, where
from metrics.periods import parse
from metrics.relations import RELATIONS, Scope, moments_of
from tests.kit import House, answered
from warehouse.merge import connect
from warehouse.messages import UserError
from warehouse.records import DUCKDB
from warehouse.sql import (
    DIALECTS,
    bucket_of,
    count_where,
    hour_of,
    instant,
    seconds_between,
    seconds_later,
    values_rows,
)

PARSED_AS = {
    "duckdb": "duckdb",
    "postgresql": "postgres",
    "clickhousedb": "clickhouse",
    "mysql": "mysql",
    "mariadb": "mysql",
    "hive": "hive",
    "trino": "trino",
    "mssql": "tsql",
    "bigquery": "bigquery",
    "sqlite": "sqlite",
}
"""SQLAlchemy's name of an engine and sqlglot's."""

# None of our statements walks a list by naming it as a table: to look for that takes as long as all the reading.
BigQuery.Parser.SUPPORTS_IMPLICIT_UNNEST = False

FUNCTIONS = {
    "duckdb": {"epoch_us", "to_microseconds"},
    "clickhousedb": {"toint64", "addmicroseconds"},
    "sqlite": {"strftime"},
}
"""What an engine has and sqlglot knows by no name of its own."""

PERIOD = parse("2026-06-01..2026-06-03", "Europe/Moscow")
CENTRE = Centre(timezone="Europe/Moscow", lines={"akc": Line("akc", "AKC", threshold_s=20)})


@cache
def dialect(name: str) -> sa.Dialect:
    made: sa.Dialect = DUCKDB if name == "duckdb" else sa.make_url(f"{name}://").get_dialect()()
    return made


def scalar(statement: sa.Select[Any], name: str) -> object:
    """The one value that an embedded engine gives for a statement without tables."""
    if name == "duckdb":
        text = str(statement.compile(dialect=DUCKDB, compile_kwargs={"literal_binds": True}))
        with connect() as connection:
            return connection.execute(text).fetchall()[0][0]
    with sa.create_engine(f"{name}://").connect() as connection:
        return connection.execute(statement).scalar()


@cache
def statements(ranked: bool) -> tuple[sa.Select[*tuple[object, ...]], ...]:
    """Every metric of every relation by all of its dimensions; a line of its own, in one of them.

    Those without a quantile are the same, whether an engine has one or not.
    """
    without = {key for key, metrics in of_relations().items() if not any(map(is_quantile, cells_of_all(metrics)))}
    return tuple(
        statement
        for key in of_relations()
        for statement in (statements_of(key, False) if key in without else statements_of(key, ranked))
    )


@cache
def of_relations() -> dict[str, list[Metric]]:
    of_records = sorted((metric for metric in BUILT_IN if metric.relation), key=lambda metric: metric.relation)
    return {key: list(metrics) for key, metrics in groupby(of_records, lambda metric: metric.relation)}


def cells_of_all(metrics: list[Metric]) -> tuple[Measure, ...]:
    return tuple(dict.fromkeys(cell for metric in metrics for cell in cells_of(metric, None)))


def is_quantile(cell: Measure) -> bool:
    return isinstance(cell.part, Quantile)


@cache
def statements_of(key: str, ranked: bool) -> tuple[sa.Select[*tuple[object, ...]], ...]:
    """By all dimensions; in all too, where the rows themselves are others then, or where quantiles are ranked."""
    relation, cells = RELATIONS[key], cells_of_all(of_relations()[key])
    if relation.has_lines and not relation.inside:
        cells += (Measure(cells[0].part, ("sales", "akc")),)
    events = () if relation.inside or "at" not in relation.rows(Scope(CENTRE)).selected_columns else (HOUR_OF_DAY,)
    every = (*relation.all_dimensions, *events)
    differs = relation.inside or any(map(is_quantile, cells))
    return tuple(
        build(
            relation,
            Scope(CENTRE, len(PERIOD.borders("day")) - 1, None, by if relation.inside else (), PERIOD.offsets()),
            cells,
            (),
            by,
            ranked=ranked,
        )
        for by in dict.fromkeys([(), every] if differs else [every])
    )


@cache
def read_back(statement: str, name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The functions of a statement that sqlglot does not know, and in T-SQL what stands where it must not.

    Two engines of one language mostly say the same, as do the tables that many statements begin WITH. What was read is
    garbage of a hundred thousand objects, which is looked for once, when all of it is: on the way that takes longer
    than the reading.
    """
    gc.disable()
    try:
        return faults(sqlglot.parse_one(statement, read=name), name)
    finally:
        gc.enable()
        gc.collect(0)


def faults(parsed: exp.Expr, name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    unknown = frozenset(each.name.lower() for each in parsed.find_all(exp.Anonymous))
    return unknown, tuple(each.sql("tsql") for each in misplaced(parsed)) if name == "tsql" else ()


def said(statement: sa.Select[*tuple[object, ...]], name: str) -> Iterator[str]:
    """A statement as the engine is given it, its moments written out: the tables that it begins WITH, each, and it."""
    moments = moments_of(PERIOD.borders("day"), PERIOD.end, PERIOD.end)
    compiled = statement.params(moments).compile(dialect=dialect(name), compile_kwargs={"literal_binds": True})
    tables = tuple((compiled.ctes or {}).values())
    text = str(compiled)
    yield from (f"WITH {table} SELECT 1" for table in tables)
    yield text.removeprefix("WITH " + ", \n".join(tables) + "\n ")


def test_every_engine_of_the_table_is_tried() -> None:
    assert PARSED_AS.keys() == DIALECTS.keys()


@pytest.mark.parametrize("name", PARSED_AS)
def test_every_metric_is_said_in_the_words_of_the_engine(name: str) -> None:
    for statement in statements(DIALECTS[name].quantile is None):
        for part in said(statement, name):
            unknown, wrong = read_back(part.replace("%%", "%"), PARSED_AS[name])
            # What sqlglot knows by no name of its own must be a function that this engine has.
            assert unknown <= FUNCTIONS.get(name, set())
            assert wrong == ()


def misplaced(parsed: exp.Expr) -> Iterator[exp.Expr]:
    """Conditions that stand where T-SQL wants a value, and values where it wants a condition."""
    logic = (exp.Predicate, exp.Connector, exp.Not)
    for node in parsed.walk():
        parent = node.parent
        wanted = (
            isinstance(parent, (exp.Where, exp.Having, exp.Connector, exp.Not))
            or (isinstance(parent, exp.If) and node.arg_key == "this")
            or (isinstance(parent, exp.Join) and node.arg_key == "on")
        )
        if isinstance(node, exp.Paren) or isinstance(parent, exp.Paren):
            continue
        if isinstance(node, exp.Boolean) or isinstance(node, logic) != wanted:
            yield node


def test_what_t_sql_does_not_know_is_noticed() -> None:
    case_of_conditions = "SELECT CASE WHEN a = 1 THEN b <= 2 ELSE c IS NULL END AS over FROM t WHERE d"
    found = {each.sql("tsql") for each in misplaced(sqlglot.parse_one(case_of_conditions, read="tsql"))}
    assert found == {"d", "b <= 2", "c IS NULL"}


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UserError, match='the engine "oracle"'):
        sa.select(seconds_between(instant("start"), instant("end"))).compile(
            dialect=sa.make_url("oracle://").get_dialect()()
        )


def test_ranked_rows_give_the_quantile_that_the_engine_gives(tmp_path: Path) -> None:
    """Waits of 10, 20, 40 and an unknown one on Monday, 7 on Tuesday: the median is 20, nine tenths are 36."""
    house = House(tmp_path)
    waits = [10, 20, 40, None]
    house.calls(
        *({**answered("2026-06-01 10:00"), "wait_s": wait} for wait in waits),
        answered("2026-06-02 10:00", wait=7),
        answered("2026-06-03 10:00", wait=1000, line="support"),
        complete_to="2026-07-01 00:00",
    )
    relation, borders = RELATIONS["calls"], PERIOD.borders("day")
    cells = tuple(Measure(Quantile(share, "wait_s", where("answered")), ("sales",)) for share in (0.5, 0.9))
    moments = moments_of(borders, PERIOD.end, PERIOD.end)
    for ranked in (False, True):
        statement = build(relation, Scope(CENTRE, len(borders) - 1), cells, (), (), ranked=ranked)
        found = sorted(tuple(row) for row in house.lake.open().rows(statement, moments))
        assert found == [(0, 20, 36), (1, 7, 7), (2, None, None)]


def test_seconds_of_sqlite_are_those_of_the_lake() -> None:
    """From 23:59:58.250 to 00:01:00.500 are 62.25 seconds; a quarter of a second before noon and 90.5 s later."""
    engine = sa.create_engine("sqlite://")
    start, end = datetime(2026, 6, 1, 23, 59, 58, 250_000), datetime(2026, 6, 2, 0, 1, 0, 500_000)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(seconds_between(instant(start), instant(end)))) == pytest.approx(62.25)
        assert connection.scalar(sa.select(seconds_later(instant(start), sa.literal(62.25)))) == end


def test_a_bucket_is_found_for_every_border() -> None:
    borders = [datetime(2026, 6, day) for day in range(1, 18)]
    engine = sa.create_engine("sqlite://")
    bucket = sa.select(bucket_of(instant("at"), [instant(border) for border in borders]))
    with engine.connect() as connection:
        found = [connection.execute(bucket, {"at": border}).scalar() for border in borders[:-1]]
    assert found == list(range(16))


@pytest.mark.parametrize(("minutes", "local_hour"), [(180, 1), (-210, 18), (345, 4), (0, 22)])
def test_the_local_hour_of_a_late_evening(minutes: int, local_hour: int) -> None:
    """22:29 UTC is 01:29 in Moscow, 18:59 in Newfoundland, 04:14 in Kathmandu."""
    expression = hour_of(sa.literal(datetime(2026, 6, 1, 22, 29), sa.DateTime), ((datetime(2026, 1, 1), minutes),))
    assert scalar(sa.select(expression), "duckdb") == local_hour


def test_what_cannot_be_told_is_not_counted_and_nothing_is_zero() -> None:
    """Of waits of 5, 25 and an unknown one a single one is over 20; of no waits none is."""
    waits = values_rows("waits", {"wait": sa.Integer()}, [(5,), (25,), (None,)])
    counted = sa.select(count_where(waits.c.wait > 20))
    for engine in ("duckdb", "sqlite"):
        assert scalar(counted, engine) == 1
        assert scalar(counted.where(waits.c.wait > 30), engine) == 0
