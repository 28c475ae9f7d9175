"""Who sees some deals only: rows of the others are not there, in no table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.warehouse.importing import Desk
from warehouse.schema import CAMPAIGN_CLIENTS, COSTS, DEAL_STAGES, DEALS, TABLES, TOUCHES, VISITS
from warehouse.scope import DealScope


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two towns and a deal without one, of two pipelines and two people; each with a touch, one touch of no deal."""
    desk = Desk(tmp_path_factory.mktemp("scope"))

    def take(table: sa.Table, *lines: str) -> None:
        desk.take(desk.file(*lines, name=f"{table.name}.csv"), table)

    take(
        DEALS,
        "deal_id,created_at,city,pipeline,owner_id",
        "d1,2026-05-01,Лужки,office,a1",
        "d2,2026-06-01,Заречье,office,a2",
        "d3,2026-06-01,,centre,a1",
    )
    header = "change_id,deal_id,entered_at,pipeline,stage"
    take(
        DEAL_STAGES, header, "h1,d1,2026-06-02,office,new", "h2,d2,2026-06-02,office,new", "h3,d9,2026-06-02,office,new"
    )
    take(
        TOUCHES,
        "touch_id,at,channel,direction,deal_id,client_id",
        "t1,2026-06-02,call,out,d1,c1",
        "t2,2026-06-02,call,out,d2,c2",
        "t3,2026-06-02,call,out,d3,c3",
        "t4,2026-06-02,call,out,,c1",
    )
    take(VISITS, "visit_id,deal_id,booked_at,city", "v1,d1,2026-06-02,Лужки", "v2,d2,2026-06-02,Заречье")
    take(
        COSTS,
        "cost_id,starts_on,amount,kind,city",
        "c1,2026-06-01,100,media,Лужки",
        "c2,2026-06-01,200,media,",
        "c3,2026-06-01,300,staff,",
    )
    take(CAMPAIGN_CLIENTS, "row_id,campaign,loaded_at,client_id", "r1,Возврат,2026-06-01,c1")
    return desk


def seen(desk: Desk, scope: DealScope, *tables: str) -> str:
    """The keys that are seen, of all rows since June."""
    records, found = desk.lake.open().within(scope), []
    for name in tables:
        table = TABLES[name]
        key = next(iter(table.primary_key.columns))
        found += [row[0] for row in records.rows(sa.select(key).order_by(key))]
    return " ".join(found)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (DealScope(), "d1 d2 d3 h1 h2 t1 t2 t3 v1 v2 c1 c2 c3"),
        (DealScope(cities=frozenset({"Лужки"})), "d1 h1 t1 v1 c1 c3"),
        (DealScope(pipelines=frozenset({"centre"})), "d3 t3 c1 c2 c3"),
        (DealScope(owners=frozenset({"a1"})), "d1 d3 h1 t1 t3 v1 c1 c2 c3"),
        (DealScope(cities=frozenset({"Лужки"}), owners=frozenset({"a2"})), "c1 c3"),
        (DealScope(cities=frozenset({"'; DROP"})), "c3"),
    ],
)
def test_only_rows_of_deals_that_are_seen_are_there(desk: Desk, scope: DealScope, expected: str) -> None:
    """A deal of May is seen by its rows of June as well; campaigns are of no city and of nobody."""
    tables = ("deals", "deal_stages", "touches", "visits", "costs", "campaign_clients")
    assert seen(desk, scope, *tables) == expected
