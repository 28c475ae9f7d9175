"""The roster as records: what it plans, what is cut out of it, how it was kept, and the wide sheet it comes in."""

from __future__ import annotations

import pytest

from tests.kit import House

PEOPLE = (
    {"agent_id": "p1", "name": "First A.", "team": "A", "line": "alpha", "site": "own"},
    {"agent_id": "p2", "name": "Second B.", "team": "B", "line": "beta", "site": "own"},
)


def _shift(number: str, agent: str | None, start: str, end: str, **more: object) -> dict[str, object]:
    return {"shift_id": number, "agent_id": agent, "starts_at": start, "ends_at": end, **more}


ROSTER = (
    _shift("s1", "p1", "2026-06-16 09:00", "2026-06-16 18:00"),
    _shift("s2", "p1", "2026-06-16 13:00", "2026-06-16 14:00", kind="break"),
    # Overlaps with the first by two hours, which count once.
    _shift("s3", "p1", "2026-06-16 16:00", "2026-06-16 20:00", line="beta"),
    _shift("s4", "p2", "2026-06-16 09:00", "2026-06-16 13:00"),
    # Two places without names are two people.
    _shift("s5", None, "2026-06-17 10:00", "2026-06-17 12:00", line="alpha"),
    _shift("s6", None, "2026-06-17 10:00", "2026-06-17 12:00", line="alpha"),
)
STATUSES = (
    ("p1", "09:10", "12:00", "ready"),
    ("p1", "12:00", "13:00", "handling"),
    ("p1", "13:00", "14:00", "break"),
    ("p1", "14:00", "18:00", "work"),
    ("p1", "18:00", "20:00", "off"),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("roster"), now="2026-06-16 21:00")
    made.put("agents", PEOPLE)
    made.put("shifts", ROSTER)
    made.put(
        "activities",
        (
            {
                "agent_id": agent,
                "started_at": f"2026-06-16 {start}",
                "ended_at": f"2026-06-16 {end}",
                "category": category,
                "status": category,
                "line": "alpha",
            }
            for agent, start, end, category in STATUSES
        ),
        complete_to="2026-06-16 21:00",
    )
    return made


def _value(house: House, metric: str, period: str, line: str | None = None) -> float | None:
    return house.ask(metric, period, line).fact.value


def test_hours_of_work_without_breaks_and_overlaps(house: House) -> None:
    # p1 9-20 without an hour's break, p2 9-13.
    assert _value(house, "hours_planned", "2026-06-16") == 10 + 4
    assert _value(house, "hours_planned", "2026-06-16", "alpha") == 8
    assert _value(house, "hours_planned", "2026-06-16", "beta") == 2 + 4, "two of p1's hours are lent, four are p2's"


def test_people_on_the_roster_are_known_ahead(house: House) -> None:
    assert _value(house, "people_planned", "2026-06-17", "alpha") == pytest.approx(4 / 24)
    assert _value(house, "people_planned", "2026-06-16") == pytest.approx(14 / 24)


def test_people_on_the_line_were_handling_or_ready(house: House) -> None:
    # 9:10-13:00 of the 21 hours that are known.
    assert _value(house, "people_on_shift", "2026-06-16") == pytest.approx((3 + 50 / 60) / 21)


def test_adherence_is_of_people_whose_statuses_are_known(house: House) -> None:
    # Of p1's 10 planned hours: 9:10-13:00 and 14:00-18:00; p2's statuses nobody knows.
    assert _value(house, "adherence", "2026-06-16") == pytest.approx(100 * (3 + 50 / 60 + 4) / 10)
