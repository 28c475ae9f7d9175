"""A campaign from its lists to contracts, by the ten rows and eleven dials of `tests.sales.campaign`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from digests.catalogue import REPORTS
from digests.catalogue.campaign import _apart, last_costed, steps_of, stop_rule
from digests.engine import evaluate
from digests.pictures.campaign import attrition
from metrics.model import where
from metrics.periods import parse
from tests.kit import MOSCOW
from tests.sales.campaign import CAMPAIGN, campaign, campaign_rows
from tests.sales.world import JUNE, Row, Sales, at, row


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = campaign()
    yield made
    made.records.close()


def moment(text: str) -> datetime:
    found = at(text)
    assert found is not None
    return found


def test_each_row_of_the_lists_is_one_thing(town: Sales) -> None:
    """Ten rows: one without a number, c11 and c12 twice each, c15 dead, c17 on the stop list, five to be called."""
    found = town.report("campaign")["base"]["rows"]
    assert [(kind, n) for kind, n, _ in found] == [
        ("no_number", 1),
        ("duplicate", 2),
        ("dead", 1),
        ("stopped", 1),
        ("callable", 5),
    ]


def test_shares_say_what_they_are_of(town: Sales) -> None:
    keys = ("campaign_reach", "campaign_dial_reach", "campaign_agreed", "campaign_agreed_per_dial")
    facts = [town.ask(key).fact for key in keys]
    assert [(fact.numerator, fact.denominator) for fact in facts] == [(3, 5), (4, 11), (2, 3), (2, 11)]
    assert [town.value(key) for key in ("campaign_found_dead", "campaign_dials_outside")] == [1, 1]


def test_what_a_client_of_each_step_costs(town: Sales) -> None:
    found = town.report("campaign")["campaign.funnel"]
    assert [(step, clients) for step, clients, *_ in found["rows"]] == [
        ("rows", 10),
        ("callable", 5),
        ("tried", 5),
        ("reached", 3),
        ("agreed", 2),
        ("came", 1),
        ("contract", 1),
    ]
    assert [each[3] for each in found["rows"][-3:]] == [22_000, 44_000, 44_000]
    assert (found["revenue"], found["gain"], found["campaign"]) == (1_200_000, 1_156_000, CAMPAIGN)
    assert found["sentences"] == ["Dialled outside the lists: 1."]


def test_agreements_by_dial_and_by_script(town: Sales) -> None:
    report = town.report("campaign")
    assert [each[:4] for each in report["attempts"]["rows"]] == [["1", 5, 1, 0], ["2", 4, 2, 1], ["3", 2, 1, 1]]
    assert [each[5] for each in report["attempts"]["rows"]] == pytest.approx([200 / 11, 200 / 6, 50])
    scripts = {name: row(report["scripts"], name) for name in ("А", "Б")}
    counts = {name: [each[key] for key in ("tried", "reached", "agreed")] for name, each in scripts.items()}
    assert counts == {"А": [2, 2, 1], "Б": [3, 1, 1]}
    # А has 3 of the 11 dials, and so 12,000 of the cost, and the one contract.
    assert scripts["А"]["cost_per_contract"] == pytest.approx(12_000)


def test_without_costs_there_is_no_column_of_them() -> None:
    town = campaign(costs=[])
    assert town.report("campaign")["campaign.funnel"]["header"] == ["step", "clients", "share"]
    result = evaluate(town.session(), REPORTS["campaign"].spec, parse(JUNE, MOSCOW))
    picture = attrition(town.session(), result)
    assert picture is not None
    assert picture.heads[1] == ""
    assert last_costed(steps_of(result)) == []
    town.records.close()


def test_of_one_list_there_are_no_costs_but_all_else(town: Sales) -> None:
    found = town.report("campaign", filters=where(list="2"))["campaign.funnel"]
    assert [each[1] for each in found["rows"]] == [4, 2, 2, 1, 1, 0, 0]
    assert found["cost"] is None


def test_a_number_in_the_list_and_a_client_who_was_dialled_are_one() -> None:
    """c13 goes by a number in the list, and one of her own copies of it is a duplicate."""
    tables = campaign_rows()
    base = [
        {**each, "client_id": "+7900"} if each["client_id"] == "c13" else each for each in tables["campaign_clients"]
    ]
    town = campaign(campaign_clients=base, client_aliases=[{"alias": "+7900", "client_id": "c13"}])
    assert town.value("campaign_tried") == 5
    assert town.parts("campaign_dials", "script") == {"А": 3, "Б": 8, None: 0}
    town.records.close()


def visits_at(booked: str, **dials: str) -> Sales:
    """One booking of c11, who agreed on 2 June; dials are agreements of c11 in another campaign."""
    tables = campaign_rows()
    first = tables["calls"][1]
    more: list[Row] = [
        {**first, "call_id": name, "campaign": "другая", "started_at": at(when)} for name, when in dials.items()
    ]
    other = {**tables["campaign_clients"][0], "row_id": "o", "campaign": "другая"}
    last = {**tables["calls"][-1], "started_at": at("07-20 11:00")}
    visit = {"visit_id": "v", "client_id": "c11", "booked_at": at(booked), "scheduled_at": at(booked), "at": at(booked)}
    later = {**visit, "visit_id": "w", "client_id": "c0", "booked_at": at("07-20 10:00"), "at": at("07-20 10:00")}
    moved = {**tables["deals"][0], "deal_id": "d0", "client_id": "c0"}
    rows: dict[str, list[Row]] = {
        **tables,
        "calls": [*tables["calls"], *more, last],
        "campaign_clients": [*tables["campaign_clients"], other],
        "visits": [visit, later],
        "deals": [moved],
        "deal_stages": [{**tables["deal_stages"][0], "deal_id": "d0", "entered_at": at("07-20 10:00")}],
    }
    return Sales(rows, "07-20 12:00")


@pytest.mark.parametrize(
    ("booked", "dials", "of"),
    [
        ("07-02 14:00", {}, {CAMPAIGN: 1}),
        ("07-02 16:00", {}, {}),
        ("06-20 10:00", {"k": "06-10 10:00"}, {"другая": 1}),
        ("06-05 10:00", {"k": "06-10 10:00"}, {CAMPAIGN: 1}),
    ],
    ids=["30 days less an hour", "30 days and an hour", "agreed elsewhere since", "agreed elsewhere later"],
)
def test_whose_a_visit_is(booked: str, dials: dict[str, str], of: dict[str, int]) -> None:
    town = visits_at(booked, **dials)
    found = town.parts("campaign_bookings", "campaign", period="2026-06-01..2026-07-15")
    assert {name: n for name, n in found.items() if n} == of
    town.records.close()


def test_when_to_stop_dialling() -> None:
    """100 clients agree at once, 150 are dialled a second time and one of them agrees: 0.7 % is less than 1."""
    tables = campaign_rows()
    base, call = tables["campaign_clients"][0], tables["calls"][0]
    clients = [f"k{n}" for n in range(250)]
    dials: list[Row] = []
    for n, client in enumerate(clients):
        agreed = n < 100
        result: dict[str, Any] = {"outcome": "answered", "result": "agreed"}
        dials.append({**call, "call_id": f"{client}-1", "client_id": client, **(result if agreed else {})})
        if not agreed:
            again = {**call, "call_id": f"{client}-2", "client_id": client, "started_at": moment("06-05 10:00")}
            dials.append({**again, **(result if n == 249 else {})})
    town = campaign(
        campaign_clients=[{**base, "row_id": client, "client_id": client} for client in clients],
        calls=[*dials, tables["calls"][-1]],
    )
    result_ = evaluate(town.session(), REPORTS["campaign"].spec, parse(JUNE, MOSCOW))
    assert stop_rule(result_) == (2, 1.0)
    town.records.close()


@pytest.mark.parametrize(
    ("first", "second", "better"),
    [((1000, 189), (1000, 141), "Б"), ((100, 19), (100, 14), None), ((1000, 189), (99, 5), "absent")],
    ids=["proven", "within chance", "too few reached"],
)
def test_a_script_is_better_only_beyond_chance(
    first: tuple[int, int], second: tuple[int, int], better: str | None
) -> None:
    rows = [
        (name, float(reached), float(reached), float(agreed), 100 * agreed / reached)
        for name, (reached, agreed) in (("Б", first), ("А", second))
    ]
    assert _apart(rows).get("better", "absent") == better
