"""What became of the deals of each month, and what the young ones will come to."""

from __future__ import annotations

import pytest

import charts
from charts.forms.cohorts import Cohorts
from digests.catalogue import REPORTS
from digests.engine import evaluate
from digests.export import report_object
from digests.model import choose
from digests.pictures.conversion import cohorts
from metrics.completion import Cohort, curve, joined, matured
from metrics.periods import parse
from tests.kit import MOSCOW
from tests.sales.world import JUNE as WORLD
from tests.sales.world import Row, Sales, at, row, world
from warehouse.messages import UserError

APRIL = {0: (10.0, 10.0), 10: (10.0, 10.0), 40: (10.0, 10.0), 60: (70.0, 0.0)}
MAY = {0: (8.0, 8.0), 10: (12.0, 12.0), 30: (80.0, 0.0)}
JUNE = {0: (5.0, 5.0), 5: (45.0, 0.0)}
"""Of a hundred, a hundred and fifty deals: on which day how many ended, signed or at their age, and how many signed."""


def test_young_months_are_not_bad_ones() -> None:
    """20 % and 10 % so far are as good as April's 30 %."""
    known = curve(joined([APRIL, MAY, JUNE]))
    assert known is not None
    assert [(step.day, step.at_risk, round(step.share, 6)) for step in known.steps] == [
        (0, 250, 0.092),
        (10, 182, 0.201758),
        (40, 80, 0.301538),
    ]
    assert known.horizon == 60
    found = [
        matured(c, known) for c in (Cohort(100, 30, {60: 100}), Cohort(100, 20, {30: 100}), Cohort(50, 5, {5: 50}))
    ]
    assert [round(100 * each.value, 2) for each in found if each] == [30, 29.89, 32.78]
    bounds = [(round(100 * each.low, 2), round(100 * each.high, 2)) for each in found[1:] if each]
    assert bounds == [(20.26, 41.71), (14.90, 57.58)]


def test_of_too_few_contracts_nothing_is_expected() -> None:
    assert curve({0: (100.0, 29.0), 50: (100.0, 0.0)}) is None
    assert curve({0: (100.0, 30.0), 50: (100.0, 0.0)}) is not None


def test_a_month_without_a_contract_has_a_bound_all_the_same() -> None:
    """Three over as many as would all be signed by now: 50 deals of five days, of which 0.092 / 0.301538 would."""
    known = curve(joined([APRIL, MAY, JUNE]))
    assert known is not None
    found = matured(Cohort(50, 0, {5: 50}), known)
    assert found is not None
    assert (found.value, round(found.high, 4)) == (0, round(3 / 15.2551, 4))


def _month(month: int, deals: int, signed: int, after_days: int) -> list[Row]:
    """Deals created on the first of a month; some of them signed so many days later."""
    return [
        {"deal_id": f"{month}-{n}", "created": f"{month:02}-01 10:00", "signed": n < signed, "days": after_days}
        for n in range(deals)
    ]


def _sales(*months: list[Row]) -> Sales:
    deals, entered = [], []
    for each in (deal for month in months for deal in month):
        created = at(each["created"])
        assert created is not None
        deals.append(
            {"deal_id": each["deal_id"], "created_at": created, "pipeline": "office", "stage": "new"}
            | {"city": each.get("city", "Лужки")}
        )
        ways = [("new", created)]
        if each["signed"]:
            ways.append(("won", created.replace(day=created.day + each["days"])))
        entered += [
            {
                "change_id": f"{each['deal_id']}-{n}",
                "deal_id": each["deal_id"],
                "entered_at": when,
                "pipeline": "office",
                "stage": stage,
            }
            for n, (stage, when) in enumerate(ways)
        ]
    stages = [
        {"pipeline": "office", "stage": "new", "position": 1.0, "kind": "incoming"},
        {"pipeline": "office", "stage": "won", "position": 2.0, "kind": "won"},
    ]
    return Sales({"deals": deals, "deal_stages": entered, "stages": stages}, "06-16 12:00")


@pytest.fixture(scope="module")
def half_year() -> Sales:
    """From February on 100 deals a month, of which 20 are signed on the 21st; in June none yet."""
    return _sales(*(_month(month, 100, 20, 20) for month in (1, 2, 3, 4, 5)), _month(6, 40, 0, 0))


def test_the_cohorts_of_a_half_year(half_year: Sales) -> None:
    found = half_year.report("conversion", "2026-06-01..2026-06-15")
    may = row(found["cohorts"], "2026-05")
    assert (may["born"], may["won"], may["cohort"], may["gross"], may["window_30"]) == (100, 20, 20, 20, 20)
    # January begins before the first contract: of its deals some may have been signed before anybody wrote it down.
    assert found["completion"]["dropped"] == "2026-01"
    assert (found["completion"]["wins"], found["completion"]["horizon"]) == (80, 135)
    june = row(found["cohorts"], "2026-06")
    # Fifteen days old, and nobody is signed before the twentieth: nothing can be said of them.
    assert (june["born"], june["cohort"], june["matured"], june["window_30"]) == (40, 0, None, None)
    assert june["ripe_on"] == "2026-07-30"


def test_the_picture_has_every_month(half_year: Sales) -> None:
    session = half_year.session()
    made = cohorts(session, evaluate(session, REPORTS["conversion"].spec, parse("2026-06-01..2026-06-15", MOSCOW)))
    assert isinstance(made, Cohorts)
    assert [(column.name, column.won and column.won.text) for column in made.columns][-3:] == [
        ("Apr", "20"),
        ("May", "20"),
        ("Jun", "0"),
    ]
    assert made.columns[-1].running == "by 6/15"
    assert made.titles.headline[0].text == "Deals of May: 20% signed,\nfew more will be"
    assert charts.draw(made)


def test_in_a_small_world_no_curve_is_drawn() -> None:
    found = world().report("conversion")
    assert found["completion"]["missing"] == "too few contracts for a curve: 0, 30 are needed"
    june = row(found["cohorts"], "2026-06")
    assert (june["born"], june["won_in_month"], june["won"], june["matured"]) == (6, 2, 1, None)


@pytest.mark.parametrize(
    ("path", "born", "wins", "won", "figures"),
    [
        # d6 came on the third, d3 on the fifth, d1 on the ninth; d1 and d6 were signed since.
        ("visit.contract", 3, 2, 2, ["contracts", "visits_first", "visit_conversion"]),
        # Of the six deals of June d1 and d3 came; d6, which came in June too, is of May.
        ("deal.visit", 6, 3, 2, ["deals", "visits_first", "visited_30"]),
    ],
)
def test_a_conversion_goes_along_a_path(path: str, born: int, wins: int, won: int, figures: list[str]) -> None:
    town = world()
    spec = choose(REPORTS["conversion"].spec, {"path": path})
    found = report_object(town.session(), evaluate(town.session(), spec, parse(WORLD, MOSCOW)))
    june = row(found["analyses"][0], "2026-06")
    assert (june["born"], june["won_in_month"], june["won"]) == (born, wins, won)
    assert [each["key"] for each in found["figures"]] == figures


def test_of_many_cities_the_last_are_one_row() -> None:
    """Of May 14 towns have one deal, one has two, of which one is signed on the 21st: the largest stands first."""
    deals = [*_month(4, 1, 1, 20), *_month(5, 16, 1, 20)]
    for n, deal in enumerate(deals):
        deal["city"] = f"Town {min(n, 15):02}"
    found = _sales(deals).report("conversion", "2026-06-01..2026-06-15")["conversion.by_city"]
    names = [each[0] for each in found["rows"]]
    assert names == ["Town 15", *(f"Town {n:02}" for n in range(1, 12)), "3 others"]
    rest = row(found, "3 others")
    assert (rest["born"], rest["won_in_month"], rest["window_30"], rest["window_60"]) == (3, 0, 0, None)


def test_a_client_who_comes_again_is_counted_apart() -> None:
    """c1 has a deal of the first and one of the fifteenth of June."""
    assert world().value("deals_again") == 1
    said = world().report("conversion")["cohorts"]["sentences"]
    assert "1 deal is of a client who had another within 30 days before it" in said


def test_one_breakdown_may_be_chosen() -> None:
    spec = choose(REPORTS["conversion"].spec, {"by": "city"})
    assert [each.key for each in spec.analyses] == ["cohorts", "completion", "conversion.by_city"]
    with pytest.raises(UserError):
        choose(REPORTS["conversion"].spec, {"by": "weather"})
