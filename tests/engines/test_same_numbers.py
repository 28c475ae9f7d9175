"""The same records give the same numbers, wherever they lie."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from digests.catalogue import REPORTS
from digests.engine import evaluate
from digests.export import report_object
from digests.localizer import Localizer
from digests.result import Session
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.engines.conftest import EVERYTHING, Copy
from tests.engines.questions import answered_alone, calculator_of, differences, few_questions, not_alone, questions
from tests.kit import House
from warehouse.engines.faults import StatementTimeout
from warehouse.records import Records
from warehouse.schema import FACT_TABLES


def test_every_metric_is_the_same(house: House, copy: Copy) -> None:
    # Spark takes half a second for a statement, however few rows there are.
    everything = EVERYTHING == "1" and not copy.server.url.startswith("hive")
    asked = list(questions(everything=everything) if EVERYTHING else few_questions())
    wrong = differences(calculator_of(house), copy.warehouse.open(), asked)
    assert [(query.metric.key, query.lines, query.by) for query, *_ in wrong] == []


def test_what_is_asked_together_is_what_each_is_alone(house: House, copy: Copy) -> None:
    """Some of what is asked at once is computed from the rest, and some in one statement with it."""
    if copy.server.url.startswith("duckdb"):
        pytest.skip("the lake is read by DuckDB")
    assert not_alone(house, copy.warehouse.open(), everything=False) == []


def test_the_lake_too_answers_together_what_it_answers_alone(house: House) -> None:
    """It groups the same rows in several ways at once, which SQL of most engines does not."""
    assert not_alone(house, house.lake.open(), everything=EVERYTHING == "1") == []
    assert len(answered_alone(house, everything=EVERYTHING == "1")) > 50


def test_what_is_known_of_a_table_is_the_same(house: House, copy: Copy) -> None:
    ours, theirs = house.lake.open(), copy.warehouse.open()
    for table in FACT_TABLES:
        assert theirs.first_event(table.name) == ours.first_event(table.name)
        assert theirs.last_event(table.name) == ours.last_event(table.name)
        assert theirs.complete_to(table.name) == ours.complete_to(table.name)
        assert theirs.lines(table.name) == ours.lines(table.name)
        assert theirs.filled(table.name) == ours.filled(table.name) - {"source"}
    assert theirs.says("calls", "outcome", ["busy"])
    assert not theirs.says("calls", "outcome", ["nobody"])


def test_nothing_can_be_written(copy: Copy) -> None:
    if copy.server.url.startswith("hive"):
        pytest.skip("Spark's Thrift server has no sessions that only read: its user must have no more rights")
    with copy.warehouse.database.engine.connect() as connection:
        for statement in copy.warehouse.database.driver.begin:
            connection.exec_driver_sql(statement.format(seconds=5, milliseconds=5000))
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql("INSERT INTO dwh_leads (lead_id) VALUES ('x')")


def test_spark_cancels_what_takes_too_long(copy: Copy) -> None:
    """Ten billion pairs are counted on all cores; what is asked after them waits for them, unless they are gone."""
    if not copy.server.url.startswith("hive"):
        pytest.skip("other servers are told their limit")
    endless = sa.text("SELECT max(hash(a.id, b.id)) FROM range(10000000) a CROSS JOIN range(10000000) b")
    with pytest.raises(StatementTimeout), copy.warehouse.database.session("calls", limit_s=2) as connection:
        connection.execute(endless)
    with copy.warehouse.database.session("calls", limit_s=60) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM dwh_calls")).scalar() != 0


_OF_OPERATIONS = ("time", "channels", "sites", "transfers", "losses", "fcr")


def test_a_digest_and_reports_are_the_same(house: House, copy: Copy) -> None:
    """Figure by figure and part by part, as scripts get them, of the half month in which clocks are put back."""
    by_statements = EVERYTHING == "1" and not copy.server.url.startswith("hive")
    for key in ("biweekly", *(_OF_OPERATIONS if by_statements else ())):
        ours, theirs = (report(house, records, key) for records in (house.lake.open(), copy.warehouse.open()))
        assert theirs == ours
        assert ours["figures"]


def report(house: House, records: Records, key: str) -> dict[str, Any]:
    """A report as an object of JSON, its numbers to a millionth."""
    calculator = Calculator(records, house.centre, Catalogue(), house.now)
    session = Session(calculator, Plans(calculator), Localizer("en", house.centre.timezone, house.now.date()))
    result = evaluate(session, REPORTS[key].spec, parse("2026-10-16..2026-10-28", house.centre.timezone))
    told = json.dumps(report_object(session, result), default=str)
    return dict(json.loads(told, parse_float=lambda number: round(float(number), 6)))
