"""The statements of the metrics are plain Core: other engines take them, with the few dialect helpers."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, postgresql

from metrics.aggregate import HOUR_OF_DAY, build, cells_of
from metrics.catalogue import BUILT_IN
from metrics.centre import Centre, Line
from metrics.model import Metric
from metrics.periods import parse
from metrics.relations import RELATIONS, Scope
from warehouse.sql import bucket_of, count_where, hour_of, instant, values_rows

METRICS = [metric for metric in BUILT_IN if metric.relation]


def statement(metric: Metric, segment: str | None) -> sa.Select[*tuple[object, ...]]:
    period = parse("2026-06-01..2026-06-15", "Europe/Moscow")
    centre = Centre(timezone="Europe/Moscow", lines={"akc": Line("akc", "AKC", threshold_s=20)})
    relation = RELATIONS[metric.relation]
    inside = segment if relation.inside and segment != HOUR_OF_DAY else None
    scope = Scope(centre, len(period.borders("day")) - 1, None, inside, period.offsets())
    return build(relation, scope, tuple(cells_of(metric, None)), (), segment)


@pytest.mark.parametrize("dialect", [postgresql.dialect(), mssql.dialect()], ids=["postgresql", "mssql"])
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_every_metric_compiles_elsewhere(metric: Metric, dialect: sa.Dialect) -> None:
    relation = RELATIONS[metric.relation]
    for segment in (None, *relation.dimensions):
        text = str(statement(metric, segment).compile(dialect=dialect))
        assert "epoch_us" not in text


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
    from warehouse.merge import connect

    expression = hour_of(sa.literal(datetime(2026, 6, 1, 22, 29), sa.DateTime), ((datetime(2026, 1, 1), minutes),))
    engine = sa.create_engine("duckdb:///:memory:", creator=connect, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.execute(sa.select(expression)).scalar() == local_hour


def test_what_cannot_be_told_is_not_counted_and_nothing_is_zero() -> None:
    """Of waits of 5, 25 and an unknown one a single one is over 20; of no waits none is."""
    from warehouse.merge import connect

    waits = values_rows("waits", {"wait": sa.Integer()}, [(5,), (25,), (None,)])
    counted = sa.select(count_where(waits.c.wait > 20))
    for engine in (
        sa.create_engine("duckdb:///:memory:", creator=connect, poolclass=sa.NullPool),
        sa.create_engine("sqlite://"),
    ):
        with engine.connect() as connection:
            assert connection.execute(counted).scalar() == 1
            assert connection.execute(counted.where(waits.c.wait > 30)).scalar() == 0
