"""Complaints: what a ticket is known to be now, and which branches of the tree burn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import charts
from bot.channels.files import render
from charts.forms.branches import Branches, Growth
from digests.catalogue import REPORTS
from digests.compose import make
from digests.pictures.complaints import tree
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered
from tests.operations.world import CENTRE, JUNE, described, report, row, session, world


def test_a_ticket_is_what_its_latest_event_says(tmp_path: Path) -> None:
    """z1 came as a complaint and was routed as a request; its closing says nothing of it."""
    house = world(tmp_path)
    fact = house.ask("complaints", JUNE).fact
    assert fact.value == 1
    assert [remark.params["n"] for remark in fact.remarks if "n" in remark.params] == [1]
    rate = house.ask("complaint_rate", JUNE).fact
    assert (rate.numerator, rate.denominator) == (1, 14)


PERIODS = ("2026-03-02", "2026-03-17", "2026-04-02", "2026-04-17", "2026-05-02", "2026-05-17")
MONTHS = ("2025-12-02", "2026-01-02", "2026-02-02", "2026-03-02", "2026-04-02", "2026-05-02")


def _house(
    root: Path, before: dict[tuple[str, str], int], now: dict[tuple[str, str], int], contacts: int = 20
) -> House:
    """So many contacts and complaints in each of the six first halves of months before June, and in June."""
    house = House(root, CENTRE, "2026-06-16 12:00")
    calls, events = [], []
    for day, counts in (*((day, before) for day in MONTHS), ("2026-06-02", now)):
        calls += [answered(f"{day} 10:{n % 60:02}", line="alpha", contact_id=f"{day}-{n}") for n in range(contacts)]
        for (topic, subtopic), count in counts.items():
            for n in range(count):
                ticket = f"{day}-{topic}-{subtopic}-{n}"
                events.append(
                    {
                        "event_id": ticket,
                        "ticket_id": ticket,
                        "kind": "created",
                        "at": f"{day} 11:00",
                        "type": "Complaint",
                        "topic": topic,
                        "subtopic": subtopic,
                    }
                )
    house.calls(*calls, complete_to="2026-06-16 12:00")
    house.put("ticket_events", events, complete_to="2026-06-16 12:00")
    return house


def test_growth_that_chance_does_not_explain_is_a_finding(tmp_path: Path) -> None:
    """24 leaks, usually 12; 9 floors, usually 5; as many contacts in each period."""
    leak, floors = ("Repair", "Leak"), ("Repair", "Floors")
    found = described(_house(tmp_path, {leak: 12, floors: 5}, {leak: 24, floors: 9}), "complaints")["complaints.tree"]
    leaks, floor = row(found, "Complaint → Repair → Leak"), row(found, "Complaint → Repair → Floors")
    assert (leaks["n"], leaks["usual"], leaks["growth"], leaks["new"]) == (24, 12, 100, "grew")
    assert leaks["p"] == pytest.approx(0.0038, rel=0.02)
    assert (floor["usual"], floor["growth"], floor["new"]) == (5, pytest.approx(80), None)
    assert floor["p"] == pytest.approx(0.095, rel=0.02)
    whole = row(found, "Complaint")
    assert leaks["excess"] + floor["excess"] == pytest.approx(whole["excess"])


def test_usual_is_for_as_many_contacts_as_now(tmp_path: Path) -> None:
    leak = ("Repair", "Leak")
    house = _house(tmp_path, {leak: 12}, {leak: 24})
    house.calls(*(answered("2026-06-03 10:00", line="alpha", contact_id=f"more-{n}") for n in range(20)))
    found = row(described(house, "complaints")["complaints.tree"], "Complaint → Repair → Leak")
    assert (found["usual"], found["growth"], found["new"]) == (24, 0, None)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({("Lift", "Stuck"): 0}, {("Lift", "Stuck"): 4}, "new branch"),
        ({("Lift", "Stuck"): 0}, {("Lift", "Stuck"): 2}, None),
        # A sibling fell to nothing at once: that is another name and no finding.
        ({("Lift", "Broken"): 5}, {("Lift", "Stuck"): 5}, "looks like a new name: Broken → Stuck"),
    ],
)
def test_new_branches(tmp_path: Path, before: Any, now: Any, told: str | None) -> None:
    house = _house(tmp_path, {("Repair", "Leak"): 3, **before}, {("Repair", "Leak"): 3, **now})
    found = row(described(house, "complaints")["complaints.tree"], "Complaint → Lift → Stuck")
    assert found["new"] == told


def test_with_fewer_periods_it_is_said(tmp_path: Path) -> None:
    found = described(world(tmp_path), "complaints")["complaints.tree"]
    assert found["sentences"] == ["Compared with 0 periods: there are no more."]
    assert row(found, "Complaint")["usual"] is None


def test_the_picture_and_the_words_say_the_finding(tmp_path: Path) -> None:
    leak, floors, lift = ("Repair", "Leak"), ("Repair", "Floors"), ("Repair", "Lift")
    house = _house(tmp_path, {leak: 12, floors: 15}, {leak: 30, floors: 15, lift: 4})
    of = session(house.calculator())
    text = render.text(make(of, REPORTS["complaints"].spec, parse(JUNE, MOSCOW)).document)
    assert "49 complaints, 2,450 per 1,000 contacts: +81" in text
    assert "It burns at “Repair → Leak”: 30, usually 12. A new branch: “Repair → Lift”, 4." in text
    made = tree(of, report(house, "complaints"))
    assert isinstance(made, Branches)
    assert [(each.name, each.level, each.kind) for each in made.rows] == [
        ("Repair", 0, Growth.GROWN),
        ("Leak", 1, Growth.GROWN),
        ("Floors", 1, Growth.USUAL),
        ("Lift", 1, Growth.NEW),
    ]
    assert "Leak" in "".join(part.text for part in made.titles.headline)
    assert charts.draw(made)


def test_a_day_that_teaches_nothing_is_in_no_usual_value_and_is_named(tmp_path: Path) -> None:
    """12 leaks of 20 contacts in each of six periods, and 90 on 7 May, when a main burst; now they are 24."""
    leak = ("Repair", "Leak")
    house = _house(tmp_path, {leak: 12}, {leak: 24})
    flood = [
        {"event_id": f"f{n}", "ticket_id": f"f{n}", "at": "2026-05-07 11:00", "kind": "created"} for n in range(90)
    ]
    of = {"type": "Complaint", "topic": "Repair", "subtopic": "Leak"}
    house.put("ticket_events", [each | of for each in flood], complete_to="2026-06-16 12:00")
    flooded = row(described(house, "complaints")["complaints.tree"], "Complaint → Repair → Leak")
    assert (flooded["usual"], flooded["new"]) == (pytest.approx(27), None)
    house.put("day_marks", [{"mark_id": "m", "starts_on": "2026-05-07", "kind": "exclude", "channel": "desk"}])
    tree = described(house, "complaints")["complaints.tree"]
    found = row(tree, "Complaint → Repair → Leak")
    assert (found["usual"], found["growth"], found["new"]) == (12, 100, "grew")
    assert tree["sentences"] == ["Left out of what is usual, as they are marked: May\N{NO-BREAK SPACE}7."]
    # What chance hardly explains is no nought.
    text = render.text(make(session(house.calculator()), REPORTS["complaints"].spec, parse(JUNE, MOSCOW)).document)
    assert "0.004" in text
