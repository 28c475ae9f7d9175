"""How long each step takes, and what the numbers leave out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import charts
from charts.forms.spreads import Spreads
from digests.catalogue import REPORTS
from digests.catalogue.stages import StageTime, farthest
from digests.engine import evaluate
from digests.pictures.stages import spreads
from metrics.periods import parse
from tests.kit import MOSCOW
from tests.sales.deals import NEW, one
from tests.sales.world import JUNE, Sales, row, world


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = world()
    yield made
    made.records.close()


def test_the_times_of_the_world(town: Sales) -> None:
    found = town.report("stages")
    ways = {(each[0], each[1]): each[2:] for each in found["transitions"]["rows"]}
    assert [(way, n, mean, jumped) for way, (n, mean, _, _, jumped) in ways.items()] == [
        (("new", "phone"), 3, 1900, 2),
        (("phone", "booked"), 2, 105300, 2),
        (("booked", "came"), 2, 309600, 1),  # d1 from its second booking
        (("came", "won"), 2, 671340, 0),
    ]
    assert ways["new", "phone"][2] == 1800
    first = row(found["moments"], "first_contact")
    assert (first["n"], first["mean"], first["median"], first["waiting"]) == (4, 9795, 2490, 1)
    assert row(found["moments"], "rebooking")["mean"] == 342000
    assert row(found["moments"], "consultation")["n"] == 2
    returned = found["returns"]
    assert (returned["header"], returned["rows"]) == (["from", "to", "deals"], [["won", "came", 1]])


def test_a_time_begins_at_the_last_entry_before() -> None:
    """Back on the phone on the 3rd: the booking of the 5th took two days, not four."""
    way = (NEW, ("06-01 12:00", "call"), ("06-02 12:00", "new"), ("06-03 12:00", "call"), ("06-05 12:00", "visit"))
    found = row(one(*way).report("stages")["transitions"], "call")
    assert (found["n"], found["mean"]) == (1, 2 * 86400)


def test_who_skipped_a_stage_has_no_time_and_is_counted() -> None:
    found = row(one(NEW, ("06-05 12:00", "visit")).report("stages")["transitions"], "call")
    assert (found["n"], found["mean"], found["jumped"]) == (0, None, 1)


def test_what_ended_before_it_began_took_nothing_and_is_counted() -> None:
    """Imported late: the contract is older than the card."""
    town = one(("05-30 10:00", "new"), ("06-01 09:00", "won"))
    fact = town.ask("time_to_contract").fact
    assert (fact.value, fact.denominator, [remark.params["n"] for remark in fact.remarks]) == (0, 1, [1])


def test_the_finding_is_the_longest_tail_of_enough_cases() -> None:
    tail = StageTime("first_contact", 30, 1440, 33840)
    few, short = StageTime("rebooking", 29, 10, 90000), StageTime("no_answer", 100, 1000, 2000)
    assert farthest([short, few, tail]) is tail
    assert farthest([few]) is None


def test_of_few_cases_the_picture_says_how_many(town: Sales) -> None:
    session = town.session()
    made = spreads(session, evaluate(session, REPORTS["stages"].spec, parse(JUNE, MOSCOW)))
    assert isinstance(made, Spreads)
    assert [(each.name, each.said) for each in made.rows][:2] == [
        ("Deal → first conversation", "4 cases"),
        ("phone → booked", "2 cases"),
    ]
    assert charts.draw(made)
