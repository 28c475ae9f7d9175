"""Where paid hours go, and what one result costs: overlaps, forgotten statuses, midnights, people who log nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import charts
from bot.config import load
from digests.catalogue import REPORTS
from digests.catalogue.time import Workload, pace_gain, people_needed, read_assumed
from digests.engine import evaluate
from digests.export import report_object
from digests.model import choose
from digests.pictures.hours import hours
from digests.workbook import report_workbook
from metrics.centre import TimeRules
from metrics.periods import parse
from tests.kit import MOSCOW, House
from tests.operations.service import service_world
from tests.operations.world import CENTRE, JUNE, NOW, described, report, row, session
from warehouse.messages import UserError


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    return service_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "value"),
    [
        ("paid_hours", 14.5, None, 14.5),
        ("unlogged_hours", 0.5, None, 0.5),
        ("occupancy", 3 * 3600, 3.5 * 3600, 85.71),
        ("utilisation", 3.5 * 3600, 14.5 * 3600, 24.14),
        ("shrinkage", 11 * 3600, 14.5 * 3600, 75.86),
        ("time_per_routed", 7 * 3600, 24, 1050),  # over all 32 it would be a flattering 787
        ("time_per_closed", 3 * 3600, 6, 1800),
        ("time_per_task", 3600, 4, 900),
        ("result_share", 11 * 3600, 12.5 * 3600, 88),
    ],
)
def test_every_number_of_the_worked_half_month(
    centre: House, metric: str, numerator: float, denominator: float | None, value: float
) -> None:
    fact = centre.ask(metric, JUNE).fact
    assert (fact.numerator, fact.denominator) == (pytest.approx(numerator), denominator)
    assert fact.value == pytest.approx(value, abs=0.005)


def test_hours_by_activity_with_what_is_not_marked_as_a_row_of_its_own(centre: House) -> None:
    points = {point.segment: point.fact.value for point in centre.ask("paid_hours", JUNE, by="activity").points}
    assert points == {"routing": 7, "warranty": 2, None: 2, "enquiries": 1.5, "tasks": 1, "rest": 1}


def test_what_is_left_out_is_told(centre: House) -> None:
    told = {metric: centre.ask(metric, JUNE).fact for metric in ("paid_hours", "time_per_routed", "time_per_closed")}
    assert [str(remark) for remark in told["paid_hours"].remarks] == ["1 forgotten status is in no figure"]
    assert [remark.params["n"] for remark in told["paid_hours"].asides] == [1]
    assert [remark.params["n"] for remark in told["time_per_routed"].remarks] == [8]
    assert [remark.params["n"] for remark in told["time_per_closed"].remarks] == [3]


def test_minutes_by_person(centre: House) -> None:
    points = {point.segment: point.fact for point in centre.ask("time_per_routed", JUNE, by="agent").points}
    assert {who: (fact.numerator, fact.denominator) for who, fact in points.items() if fact.denominator} == {
        "p4": (3 * 3600, 12),
        "p5": (4 * 3600, 12),
    }


def _status(begins: str, ends: str | None, category: str = "work", **more: Any) -> dict[str, Any]:
    return {"agent_id": "p1", "started_at": begins, "ended_at": ends, "category": category, "line": "desk", **more}


def _house(root: Path, *rows: dict[str, Any], **time: Any) -> House:
    house = House(root, replace(CENTRE, time=TimeRules(**time)), now=NOW)
    house.put("activities", rows, complete_to=NOW)
    return house


def test_a_night_is_paid_in_both_days_and_both_halves_of_the_month(tmp_path: Path) -> None:
    house = _house(tmp_path, _status("2026-05-31 22:00", "2026-06-01 02:00"))
    assert house.ask("paid_hours", JUNE).fact.value == 2
    assert house.ask("paid_hours", "2026-05-16..2026-05-31").fact.value == 2
    assert house.ask("unlogged_hours", JUNE).fact.value == 0


def test_a_long_absence_is_no_forgotten_status(tmp_path: Path) -> None:
    house = _house(
        tmp_path,
        _status("2026-06-01 10:00", "2026-06-01 12:00"),
        _status("2026-06-01 12:00", "2026-06-08 10:00", "off"),
        _status("2026-06-08 10:00", "2026-06-08 11:00"),
    )
    fact = house.ask("paid_hours", JUNE).fact
    assert (fact.value, fact.remarks) == (3, ())


def test_two_systems_tell_of_one_hour_and_it_is_paid_once(tmp_path: Path) -> None:
    """A talk within a long «at work»: the later start wins, and what follows it is not known."""
    house = _house(
        tmp_path,
        _status("2026-06-01 09:00", "2026-06-01 18:00", "work"),
        _status("2026-06-01 10:00", "2026-06-01 11:00", "handling"),
    )
    fact = house.ask("paid_hours", JUNE).fact
    assert fact.value == 2
    assert [remark.params["n"] for remark in fact.asides] == [1]


def test_hours_are_of_the_team_in_which_they_were_worked(tmp_path: Path) -> None:
    """Moved at eleven: of four hours one is the old team's."""
    house = _house(tmp_path, _status("2026-06-08 10:00", "2026-06-08 14:00"))
    house.put("agents", [{"agent_id": "p1", "team": "A", "site": "own"}])
    house.put("agent_moves", [{"agent_id": "p1", "from_at": "2026-06-08 11:00", "team": "B"}])
    points = {p.segment: p.fact.value for p in house.ask("paid_hours", JUNE, by="team").points}
    assert points == {"A": 1, "B": 3}
    # Of the site the move says nothing: it is as before.
    assert {p.segment: p.fact.value for p in house.ask("paid_hours", JUNE, by="site").points} == {"own": 4}


def test_without_results_hours_stand_and_minutes_say_what_to_set(tmp_path: Path) -> None:
    house = _house(tmp_path, _status("2026-06-01 10:00", "2026-06-01 12:00", activity="routing"))
    event = {"event_id": "e", "ticket_id": "t", "at": "2026-06-01 11:00", "kind": "routed", "agent_id": "p1"}
    house.put("ticket_events", [event], complete_to=NOW)
    assert house.ask("paid_hours", JUNE).fact.value == 2
    fact = house.ask("time_per_routed", JUNE).fact
    assert fact.value is None
    assert str(fact.missing).startswith("say in [time.results] which activities make the result routed")


def test_of_too_few_results_with_time_minutes_say_nothing(tmp_path: Path) -> None:
    house = _house(
        tmp_path,
        _status("2026-06-01 10:00", "2026-06-01 12:00", activity="routing"),
        results=(("routed", ("routing",)),),
    )
    event = {"ticket_id": "t", "at": "2026-06-01 11:00", "kind": "routed"}
    house.put("ticket_events", [{**event, "event_id": "e0", "agent_id": "p1"}], complete_to=NOW)
    assert house.ask("time_per_routed", JUNE).fact.value == 7200
    house.put("ticket_events", [{**event, "event_id": f"e{n}", "agent_id": "p2"} for n in (1, 2, 3)])
    fact = house.ask("time_per_routed", JUNE).fact
    assert fact.value is None
    assert "less than 30 in 100" in str(fact.missing)


def test_the_report_of_the_worked_half_month(centre: House) -> None:
    found = described(centre, "time")

    activities = found["time.activities"]
    assert [(name, hours) for name, _, _, hours, *_ in activities["rows"]] == [
        ("routing", 7),
        ("warranty", 2),
        (None, 2),
        ("enquiries", 1.5),
        ("rest", 1),
        ("tasks", 1),
    ]
    assert row(activities, "routing")["share"] == pytest.approx(48.28, abs=0.005)
    assert row(found["time.people"], "Fourth D.")["routed_minutes"] == 900
    assert row(found["time.people"], "p5")["routed_n"] == 12
    calculator = found["time.calculator"]
    assert (calculator["hours_each"], calculator["people"]) == (6.25, 3)
    assert found["time.levers"]["sentences"] == ["Too few people to compare their pace."]
    # p4 at 9 and p5 after midnight; at 10 both, p5 on another day than p4: two hours on three days with any.
    hours = {each[0]: (each[1], each[2]) for each in found["time.hours_of_day"]["rows"]}
    assert (hours["09:00"], hours["10:00"]) == ((1, pytest.approx(1 / 3)), (2, pytest.approx(2 / 3)))
    assert (hours["16:00"], hours["01:00"], "02:00" in hours) == (
        (0.5, pytest.approx(1 / 6)),
        (1, pytest.approx(1 / 3)),
        False,
    )
    assert sum(each for each, _ in hours.values()) == 14.5
    # 31 of 17.5 minutes, 9 of 30 and 4 of 15; the leak was routed once.
    topics = {each[0]: each[1:] for each in found["time.topics"]["rows"]}
    assert topics == {
        None: [31, 9, 4, pytest.approx(52_350 / 3600)],
        "Repair": [1, None, None, pytest.approx(17.5 / 60)],
    }


def test_people_are_rounded_up_once() -> None:
    """40 routings, 10 closings and 8 tasks: 18.667 h of work, 21.21 of paid time, 3.39 people."""
    work = [Workload(40, 1050), Workload(10, 1800), Workload(8, 900)]
    paid, people = people_needed(work, 0.88, 6.25)
    assert (round(sum(each.hours for each in work), 3), round(paid, 2), people) == (18.667, 21.21, 4)


def test_the_calculator_answers_for_other_volumes_and_hours(centre: House) -> None:
    """The same 18.667 h of work, asked of the records' own minutes; 10.606 of the 21.21 paid hours are half of them."""
    chosen = choose(REPORTS["time"].spec, {"set": "routed=40,closed=10,task=8,hours=10.606"})
    of = session(centre.calculator())
    whole = report_object(of, evaluate(of, chosen, parse(JUNE, MOSCOW)))
    found = next(each for each in whole["analyses"] if each["key"] == "time.calculator")
    assert sum(each[3] for each in found["rows"]) == pytest.approx(18.667, abs=0.001)
    assert (found["people"], found["fits"]) == (4, pytest.approx(50, abs=0.01))
    with pytest.raises(UserError, match='cannot set "routd=5"'):
        read_assumed("routd=5")


def test_the_slower_ones_as_the_middle() -> None:
    """A 15, B 12, C 12, D 20, E 21 minutes: A is the middle, D and E would gain 6.5 hours."""
    hours = {"A": (60, 15), "B": (40, 8), "C": (50, 10), "D": (30, 10), "E": (40, 14)}
    found = pace_gain({who: Workload(n, 3600 * h / n) for who, (n, h) in hours.items()})
    assert found == (900, pytest.approx(6.5))


def test_four_people_are_too_few_to_compare() -> None:
    assert pace_gain({str(n): Workload(40, 600 + n) for n in range(4)}) is None
    assert pace_gain({str(n): Workload(29, 600 + n) for n in range(9)}) is None


def test_who_sees_no_names_sees_places_in_every_part_and_sheet(centre: House) -> None:
    of = session(centre.calculator(), names=False)
    result = evaluate(of, REPORTS["time"].spec, parse(JUNE, MOSCOW))
    text = json.dumps(report_object(of, result), default=str)
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, result, names=False)))
    cells = {str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells}
    assert "Fourth D." not in text
    assert not {"Fourth D.", "p4", "p5"} & cells


def test_the_picture_of_the_worked_half_month(centre: House) -> None:
    of = session(centre.calculator())
    drawn = hours(of, report(centre, "time"))
    assert drawn is not None
    assert [(part.name, part.share.text) for part in drawn.parts[:3]] == [
        ("Routing", "48%"),
        ("Warranty", "14%"),
        ("Not marked", "14%"),
    ]
    assert [part.hatched for part in drawn.parts[:3]] == [False, False, True]
    assert [cost.equation for cost in drawn.results] == [
        "7 h : 24",
        "3 h : 6",
        "1 h : 4",
    ]
    assert charts.draw(drawn).startswith(b"\x89PNG")


def test_an_activity_of_two_results_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "svodka.toml").write_text('[time.results]\nrouted = ["talk"]\nclosed = ["talk"]\n', "utf-8")
    with pytest.raises(UserError, match="makes two results"):
        load(tmp_path / "svodka.toml")
