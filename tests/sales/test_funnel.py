"""How far deals come, what a period passed, and where they stand still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import charts
from charts.forms.wings import Wings
from digests.catalogue import REPORTS
from digests.catalogue.funnel import weakest
from digests.engine import evaluate
from digests.export import report_object
from digests.model import choose
from digests.pictures.funnel import wings
from metrics.model import where
from metrics.periods import parse
from tests.kit import MOSCOW
from tests.sales.deals import NEW, STAGES, one
from tests.sales.world import JUNE, Sales, at, row, rows, world
from warehouse.messages import UserError

STEPS = ("phone", "booked", "came", "contract")


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = world()
    yield made
    made.records.close()


def test_the_funnel_of_the_world(town: Sales) -> None:
    found = town.report("funnel")
    created = [tuple(each) for each in found["created"]["rows"]]
    assert created == [
        ("created", 6, pytest.approx(500 / 6), 1, 0),
        ("phone", 5, 80, 1, 0),
        ("booked", 4, 50, 1, 1),
        ("came", 2, 50, 0, 1),
        ("contract", 1, None, None, 0),
    ]
    now = {key: value for key, value in found["created"].items() if key.startswith("now_")}
    assert now == {"now_new": 1, "now_booked": 1, "now_won": 1, "now_not_booked": 1, "now_lost": 2}
    passed = {each[0]: each[1] for each in found["passed"]["rows"]}
    assert passed == {
        "created": 6,
        "phone": 5,
        "booked": 4,
        "came": 3,
        "contract": 2,
        "no_show": 2,
        "no_answer": 1,
        "not_booked": 1,
        "lost": 2,
    }
    assert found["passed"]["sentences"] == ["1 sale was taken back"]
    stuck = row(found["stuck"], "booked")
    assert (stuck["open"], stuck["limit_days"], stuck["stuck"], stuck["oldest_days"]) == (1, 7, 1, 7.25)
    assert found["created_by_city"]["totals"][-1] == 6  # a deal is one, however many steps it reached
    # d1, d2 and d3 of Лужки: two came, none's sale stands but d1's; d4 and d5 of Заречье.
    assert [each[1:] for each in found["created_by_city"]["rows"]] == [
        [3, 3, 3, 2, 1, 3],
        [2, 2, 1, 0, 0, 2],
        [1, 0, 0, 0, 0, 1],
    ]


def test_where_deals_stood_at_the_end_of_a_day(town: Sales) -> None:
    """On the eighth d3 was reopened; d1 and d5 stood booked, d6 had come, d2 did not answer, d4 did not book."""
    session = town.session()
    spec = choose(REPORTS["funnel"].spec, {"on": "2026-06-08"})
    result = evaluate(session, spec, parse(JUNE, MOSCOW))
    found = next(each for each in report_object(session, result)["analyses"] if each["key"] == "status")
    stood = {each[0]: dict(zip(found["header"][1:], each[1:], strict=True)) for each in found["rows"]}
    assert {stage: (of["Лужки"], of["Заречье"]) for stage, of in stood.items()} == {
        "booked": (1, 1),
        "came": (1, 1),
        "no_answer": (1, 0),
        "not_booked": (0, 1),
    }
    with pytest.raises(UserError, match="no day"):
        choose(REPORTS["funnel"].spec, {"on": "yesterday"})


def test_of_one_pipeline_the_rows_are_its_stages(town: Sales) -> None:
    """The stages of the world are the steps of the funnel but for the contract, which is its stage won."""
    session = town.session()
    result = evaluate(session, REPORTS["funnel"].spec, parse(JUNE, MOSCOW), filters=where(pipeline="office"))
    found = {each["key"]: each for each in report_object(session, result)["analyses"]}
    # The sale of d3 was taken back: it came and no further. d5 stands booked, d4 with its phone, d7 as it was created.
    assert [each[:2] + each[3:] for each in found["created"]["rows"]] == [
        ["new", 6, 1, 0],
        ["phone", 5, 1, 0],
        ["booked", 4, 1, 1],
        ["came", 2, 0, 1],
        ["won", 1, 0, 0],
    ]
    assert {each[0]: each[1] for each in found["passed"]["rows"]} == {
        "new": 6,
        "phone": 5,
        "booked": 4,
        "came": 3,
        "won": 2,
        "no_answer": 1,
        "not_booked": 1,
        "no_show": 2,
        "lost": 2,
    }
    made = wings(session, result)
    assert made is not None
    assert [step.name for step in made.steps] == ["new", "phone", "booked", "came", "won"]


def test_the_funnel_by_manager(town: Sales) -> None:
    session = town.session()
    spec = choose(REPORTS["funnel"].spec, {"by": "owner", "growth": "day"})
    result = report_object(session, evaluate(session, spec, parse(JUNE, MOSCOW)))
    tables = {each["key"]: each for each in result["tables"]}
    # Whose they were when they were created: d1, d2 and d5 are a1's, d3, d4 and d7 a2's.
    assert {each[0]: each[1] for each in tables["created_by_owner"]["rows"]} == {"a1": 3, "a2": 3}
    assert tables["growth"]["by"] == ["day", "owner"]


@pytest.mark.parametrize(
    ("way", "passed"),
    [
        # A jump passes what it skips, once.
        ((NEW, ("06-03 10:00", "here")), {"created", "phone", "booked", "came"}),
        # The sort number of a lost stage is the highest; it proves nothing.
        ((NEW, ("06-03 10:00", "lost")), {"created", "lost"}),
        # Who did not come had booked.
        ((NEW, ("06-03 10:00", "away")), {"created", "phone", "booked", "no_show"}),
        # A sale that was taken back proves nothing; what came before it stands.
        ((NEW, ("06-03 10:00", "won"), ("06-04 10:00", "new")), {"created"}),
        # One that was cancelled stands in its period.
        ((NEW, ("06-03 10:00", "won"), ("06-04 10:00", "lost")), {"created", *STEPS, "lost"}),
        # The first row is later than the card: it was created into the lowest stage.
        ((("06-02 10:00", "call"),), {"created", "phone"}),
        # A row that enters where it stands is none.
        ((NEW, ("06-02 10:00", "new"), ("06-03 10:00", "call"), ("06-03 11:00", "call")), {"created", "phone"}),
    ],
)  # fmt: skip
def test_what_a_deal_passes(way: tuple[tuple[str, str], ...], passed: set[str]) -> None:
    found = one(*way).parts("deals_passed", "step")
    assert {step for step, n in found.items() if n} == passed
    assert set(found.values()) == {1}


def test_a_cancelled_contract_is_counted_on_both_its_days() -> None:
    town = one(NEW, ("06-03 10:00", "won"), ("06-04 10:00", "lost"))
    assert [town.value(key) for key in ("contracts", "contracts_cancelled", "disposals")] == [1, 1, 1]
    assert town.value("contracts", "2026-06-04") == 0


def test_a_deal_that_comes_back_is_not_closed() -> None:
    town = one(NEW, ("06-03 10:00", "lost"), ("06-05 10:00", "call"))
    assert [town.value(key) for key in ("disposals", "deals_open")] == [0, 2]


def test_a_return_in_a_later_period_passes_again() -> None:
    town = one(NEW, ("06-02 10:00", "visit"), ("06-03 10:00", "new"), ("06-11 10:00", "visit"))
    by_period = [town.parts("deals_passed", "step", period=p) for p in ("2026-06-01..2026-06-05", "2026-06-11")]
    assert [(of.get("booked"), of.get("phone")) for of in by_period] == [(1, 1), (1, None)]


def test_what_happened_before_the_history_has_no_time() -> None:
    """Created in March, its first row of June enters from a booking: that is proved, and passed in no period."""
    town = one(("06-03 10:00", "here"), created_at=at("03-01 10:00"))
    town.records.close()
    deals = [{"deal_id": "d", "created_at": at("03-01 10:00"), "pipeline": "p", "stage": "here"}]
    history = [
        {
            "change_id": "1",
            "deal_id": "d",
            "entered_at": at("06-03 10:00"),
            "pipeline": "p",
            "stage": "here",
            "from_stage": "visit",
        }
    ]
    town = Sales({"deals": deals, "deal_stages": history, "stages": STAGES})
    assert town.parts("deals_passed", "step") == {"came": 1}
    assert town.parts("deals_reached", "step", period="2026-03") == {"created": 1, "phone": 1, "booked": 1, "came": 1}
    assert town.ask("time_to_consultation").fact.denominator == 0


def test_deleted_and_merged_deals_are_in_no_figure_and_counted() -> None:
    for gone in ({"deleted": True}, {"merged_into": "z"}):
        fact = one(NEW, ("06-03 10:00", "won"), **gone).ask("deals").fact
        assert (fact.value, [remark.params["n"] for remark in fact.remarks]) == (0, [1])


def test_a_step_without_a_stage_comes_from_visits() -> None:
    records = rows()
    kinds = {"booked": "work"}
    records["stages"] = [{**each, "kind": kinds.get(each["kind"], each["kind"])} for each in records["stages"]]
    passed = Sales(records).parts("deals_passed", "step")
    # d1, d2 and d5 were booked; d3 came unbooked, which proves it.
    assert (passed["booked"], passed["came"]) == (4, 3)


def test_the_finding_is_the_step_that_fell() -> None:
    now = {"created": 100.0, "phone": 90.0, "booked": 40.0, "came": 20.0, "contract": 10.0}
    before = {"created": 100.0, "phone": 90.0, "booked": 40.0, "came": 30.0, "contract": 15.0}
    fall = weakest(now, before)
    assert fall is not None
    assert (fall.step, fall.to, fall.share, fall.before, fall.fell) == ("booked", "came", 50, 75, True)
    # Nothing fell: where most are lost, of steps of thirty at least.
    largest = weakest(now, now)
    assert largest is not None
    assert (largest.step, largest.fell) == ("phone", False)
    assert weakest({"created": 29.0, "phone": 2.0}, {}) is None


def test_the_picture_has_two_wings(town: Sales) -> None:
    session = town.session()
    made = wings(session, evaluate(session, REPORTS["funnel"].spec, parse(JUNE, MOSCOW)))
    assert isinstance(made, Wings)
    assert [(step.name, step.reached.text, step.passed.text) for step in made.steps][1:3] == [
        ("Phone known", "5", "5"),
        ("Booked", "4", "4"),
    ]
    assert made.titles.headline[0].text == "Deals by step"  # six deals bear no finding
    assert charts.draw(made)
