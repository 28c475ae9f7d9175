"""Figures by two dimensions at once: every total is divided from its own rows, and people bring their teams along."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.answers import Question, ask
from metrics.facts import Query
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost
from warehouse.messages import UserError

DAY = "2026-06-01"
PERIOD = parse(DAY, MOSCOW)


def centre(root: Path) -> House:
    """Two lines and two topics: 3 of 8 calls lost."""
    house = House(root)
    house.calls(
        *(answered(f"{DAY} 10:0{n}", line="sales", topic="price", agent_id="a1") for n in range(3)),
        lost(f"{DAY} 10:10", line="sales", topic="price"),
        answered(f"{DAY} 11:00", line="sales", topic="keys", agent_id="a2"),
        lost(f"{DAY} 11:10", line="rent", topic="keys"),
        lost(f"{DAY} 12:20", line="rent", topic="keys"),
        answered(f"{DAY} 12:00", line="rent", agent_id="a3"),
        complete_to="2026-06-02 00:00",
    )
    people = (("a1", "north", "own"), ("a2", "north", "own"), ("a3", None, "outsourced"))
    house.put("agents", [{"agent_id": who, "name": who, "team": team, "site": site} for who, team, site in people])
    return house


def test_a_share_by_two_dimensions_has_totals_of_its_own_rows(tmp_path: Path) -> None:
    house = centre(tmp_path)

    by = {"cells": ("line", "topic"), "lines": ("line",), "topics": ("topic",), "all": ()}
    calculator = house.calculator()
    answers = ask(calculator, Plans(calculator), [Question("lcr", PERIOD, by=each) for each in by.values()])
    cells, lines, topics, whole = answers

    counted = {point.values: (point.fact.numerator, point.fact.denominator) for point in cells.points}
    assert counted == {
        ("rent", None): (0, 1),
        ("rent", "keys"): (2, 2),
        ("sales", "keys"): (0, 1),
        ("sales", "price"): (1, 4),
    }
    # 1 of 5 on sales is 20 %: no mean of 0 % and 25 %.
    assert {point.segment: point.fact.value for point in lines.points} == {"rent": pytest.approx(200 / 3), "sales": 20}
    assert {point.segment: point.fact.numerator for point in topics.points} == {None: 0, "keys": 2, "price": 1}
    assert (whole.fact.numerator, whole.fact.denominator, whole.fact.value) == (3, 8, 37.5)


def test_a_line_is_itself_beside_what_is_asked_of_all_lines_at_once(tmp_path: Path) -> None:
    """3 of the 8 calls are rent's, whatever else is asked with them."""
    calculator = centre(tmp_path).calculator()
    whole, rent, topics, agents = (
        Question("calls", PERIOD, line, by)
        for line, by in ((None, ()), ("rent", ()), (None, ("topic",)), (None, ("agent",)))
    )
    answers = ask(calculator, Plans(calculator), [rent, topics, agents, whole])

    assert [answer.fact.value for answer in (answers[0], answers[3])] == [3, 8]
    assert {point.segment: point.fact.value for point in answers[1].points} == {None: 1, "keys": 3, "price": 4}
    assert {point.segment: point.fact.value for point in answers[2].points} == {None: 3, "a1": 3, "a2": 1, "a3": 1}


def test_hours_within_lines_stand_by_both(tmp_path: Path) -> None:
    answer = centre(tmp_path).ask("calls", DAY, by=("hour", "line"))

    counted = {(point.start, point.segment): point.fact.value for point in answer.points}
    ten, eleven, twelve = (parse(DAY, MOSCOW).borders("hour")[hour] for hour in (10, 11, 12))
    assert counted[ten, "sales"] == 4
    assert (counted[eleven, "sales"], counted[eleven, "rent"]) == (1, 1)
    # Nothing came to sales at noon: that is a zero, as nobody doubts that the line was open to be called.
    assert (counted[twelve, "sales"], counted[twelve, "rent"]) == (0, 2)


def test_all_that_adds_up_is_one_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calculator = centre(tmp_path).calculator()
    metric, asked, rows = calculator.catalogue.get("lcr"), [], calculator.records.rows
    monkeypatch.setattr(calculator.records, "rows", lambda *given: asked.append(given) or rows(*given))

    found = calculator.compute([Query(metric, PERIOD, by=by) for by in (("line", "topic"), ("line",), ("topic",), ())])

    assert len(asked) == 1
    assert found[-1].total.value == 37.5


def test_a_team_is_that_of_who_answered(tmp_path: Path) -> None:
    house = centre(tmp_path)

    # Three talks and one in the north; nobody has said where a3 belongs.
    assert {p.segment: p.fact.numerator for p in house.ask("aht", DAY, by="team").points} == {"north": 240, None: 60}
    sites = {p.segment: p.fact.denominator for p in house.ask("aht", DAY, by="site").points}
    assert (sites["own"], sites["outsourced"]) == (4, 1)
    # Lost calls have nobody, and so no team.
    with pytest.raises(UserError, match="cannot be broken down by team: a call that nobody answered has no agent"):
        house.ask("lcr", DAY, by="team")


def test_two_parts_of_time_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="one part of time at once, not by hour, by day"):
        centre(tmp_path).ask("calls", DAY, by=("hour", "day"))
