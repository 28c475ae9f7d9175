"""Touches: of one deal each, once each, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import charts
from charts.forms.pairs import Pairs
from digests.catalogue import REPORTS
from digests.catalogue.touches import growth
from digests.engine import evaluate
from digests.pictures.touches import pairs
from metrics.periods import parse
from tests.kit import MOSCOW
from tests.sales.deals import NEW, STAGES, one
from tests.sales.world import JUNE, Row, Sales, at, row, world


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = world()
    yield made
    made.records.close()


def test_the_sixteen_of_the_world(town: Sales) -> None:
    found = town.report("touches")
    figures = {each["key"]: each["fact"] for each in found["figures"]}
    assert figures["touches_to_contract"] == 3
    assert figures["first_contact_median"] == 2490
    assert row(found["counts"], "4") == {"touches": "4", "contracts": 1, "disposals": 1, "no_answer": 1}
    assert row(found["gaps"], "2")["n"] == 5
    assert row(found["by_owner"], "a1")["tasks_per_manager"] == 5


def _touch(when: str, touch: str = "t", **given: Any) -> Row:
    usual = {"channel": "call", "direction": "out", "outcome": "answered", "duration_s": 60.0, "agent_id": "a1"}
    return {"touch_id": touch, "at": at(when), **usual, **given}


def _town(*touches: Row, way: tuple[tuple[str, str], ...] = (NEW,), now: str | None = None, **more: Any) -> Sales:
    town = one(*way, client_id="c")
    early = _touch("05-01 10:00", "early", deal_id="z")
    rows = {**town.rows, "touches": [early, *touches], **more}
    return Sales(rows, now) if now else Sales(rows)


@pytest.mark.parametrize(
    ("touch", "of"),
    [
        # An hour before the deal it made the deal; a second sooner it is of none.
        (_touch("06-01 09:00:00", client_id="c"), 1),
        (_touch("06-01 08:59:59", client_id="c"), 0),
        (_touch("06-02 10:00", client_id="c"), 1),
        (_touch("06-02 10:00", client_id="other"), 0),
        (_touch("06-02 10:00", client_id="other", deal_id="d"), 1),
        # After its end the deal has no touches of the client alone, and its own all the same.
        (_touch("06-09 10:00", client_id="c"), 0),
        (_touch("06-09 10:00", client_id="c", deal_id="d"), 1),
    ],
)
def test_whose_a_touch_is(touch: Row, of: int) -> None:
    way = (NEW, ("06-08 10:00", "lost"))
    found = _town(touch, way=way).ask("touches", "city").fact
    assert [remark.params["n"] for remark in found.remarks] == ([] if of else [1])


def test_a_client_goes_by_several_names() -> None:
    town = _town(
        _touch("06-02 10:00", client_id="+79990000000"), client_aliases=[{"alias": "+79990000000", "client_id": "c"}]
    )
    assert town.ask("touches").fact.remarks == ()


def test_a_touch_of_a_merged_deal_is_the_survivors_and_of_a_deleted_one_nobodys() -> None:
    for gone, remarks in (({"merged_into": "d"}, 0), ({"deleted": True}, 1)):
        town = _town(_touch("06-02 10:00", deal_id="g"))
        deals = [*town.rows["deals"], {"deal_id": "g", "created_at": at("06-01 09:00"), **gone}]
        assert len(Sales({**town.rows, "deals": deals}).ask("touches").fact.remarks) == remarks


@pytest.mark.parametrize(
    ("copy", "touches"),
    [
        (_touch("06-02 10:00", "t2", client_id="c", call_id="u"), 1),
        (_touch("06-02 10:00", "t2", client_id="c", call_id="v"), 2),
        (_touch("06-02 10:00", "t2", client_id="c", call_id="u", direction="in"), 2),
        (_touch("06-02 10:00", "t2", client_id="c"), 2),
    ],
)
def test_one_call_written_twice_is_one(copy: Row, touches: int) -> None:
    assert _town(_touch("06-02 10:00", "t1", deal_id="d", call_id="u"), copy).value("touches") == touches


def test_who_was_talking_when_the_deal_was_made_waited_for_nobody() -> None:
    spoke = _town(_touch("06-01 09:58", client_id="c", direction="in"), _touch("06-01 12:00", "t2", deal_id="d"))
    assert spoke.ask("first_contact").fact.denominator == 0
    rang = _town(
        _touch("06-01 09:58", client_id="c", direction="in", outcome="no_answer"),
        _touch("06-01 12:00", "t2", deal_id="d"),
    )
    assert rang.value("first_contact") == 2 * 3600


def test_a_robot_touches_nobody_soon() -> None:
    """Its SMS counts as a touch, and in no time."""
    robot = _touch(
        "06-01 10:01", channel="sms", outcome=None, duration_s=None, deal_id="d", is_auto=True, agent_id=None
    )
    town = _town(robot, _touch("06-01 11:00", "t2", deal_id="d"))
    assert (town.value("touches"), town.value("first_touch")) == (2, 3600)
    assert town.ask("touch_gap").fact.denominator == 0


def test_without_hours_of_selling_there_is_no_time_in_them() -> None:
    fact = world(hours=None).ask("first_touch_work").fact
    assert fact.missing is not None
    assert fact.missing.id == "cannot be computed: say in [sales] hours when somebody sells"


def test_few_cases_bear_no_finding(town: Sales) -> None:
    session = town.session()
    result = evaluate(session, REPORTS["touches"].spec, parse(JUNE, MOSCOW))
    assert growth(result) is None
    assert pairs(session, result) is None


def test_the_picture_sets_contracts_beside_those_given_up() -> None:
    """30 signed after two touches, 30 closed from no answer after one."""
    deals, history, touched = [], [], []
    for n in range(60):
        won = n < 30
        deal = f"d{n}"
        deals.append({"deal_id": deal, "created_at": at("06-01 10:00"), "pipeline": "p", "stage": "new"})
        ways = [("06-01 10:00", "new"), ("06-08 10:00", "won")] if won else [
            ("06-01 10:00", "new"), ("06-04 10:00", "silent"), ("06-08 10:00", "lost")
        ]  # fmt: skip
        history += [
            {"change_id": f"{n}-{k}", "deal_id": deal, "entered_at": at(when), "pipeline": "p", "stage": stage}
            for k, (when, stage) in enumerate(ways)
        ]
        touched += [_touch(f"06-02 1{k}:00", f"{n}-{k}", deal_id=deal) for k in range(2 if won else 1)]
    stages = [*STAGES, {"pipeline": "p", "stage": "silent", "kind": "no_answer"}]
    town = Sales({"deals": deals, "deal_stages": history, "stages": stages, "touches": touched})
    session = town.session()
    made = pairs(session, evaluate(session, REPORTS["touches"].spec, parse(JUNE, MOSCOW)))
    assert isinstance(made, Pairs)
    assert made.titles.headline[0].text == "A contract takes 2 touches,\nwho does not answer is given up after 1"
    assert [
        (pair.label, pair.solid and pair.solid.value, pair.outlined and pair.outlined.value) for pair in made.pairs
    ][1:3] == [("1", 100, 0), ("2", 0, 100)]
    assert charts.draw(made)
