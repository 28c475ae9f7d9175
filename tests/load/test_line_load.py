"""A line's load as the records have it: what is counted, who is there, and what each day needs of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from metrics.centre import Centre, Line, Load, LoadRules
from metrics.load import CALL
from metrics.load.counts import Stream, counted
from metrics.load.line_load import GIVEN, MEASURED, day_loads, line_loads
from metrics.load.presence import ROSTER, USUAL, presence_of
from metrics.marks import day_marks
from tests.kit import MOSCOW, House, answered, lost

FIRST, TODAY = date(2026, 5, 4), date(2026, 6, 22)
"""Seven weeks that begin on a Monday."""
CENTRE = Centre(timezone=MOSCOW, lines={"alpha": Line("alpha", "Alpha")})
YESTERDAY = TODAY - timedelta(days=1)


def _calls() -> Iterator[dict[str, object]]:
    """Alpha: ten calls at 10:00 and two at 10:30 of every weekday, one of the ten lost after 40 seconds.

    They last for 200 seconds at 10 o'clock. Once somebody called at 23:00, when nobody is there.
    """
    for number in range((TODAY - FIRST).days):
        day = FIRST + timedelta(days=number)
        if day.weekday() < 5:
            for minute in range(9):
                yield answered(f"{day} 10:0{minute}", 10, 200, line="alpha")
            yield lost(f"{day} 10:09", 40, line="alpha")
            yield answered(f"{day} 10:31", 10, 200, line="alpha")
            yield answered(f"{day} 10:59", 10, 200, line="alpha")
    yield lost("2026-06-17 23:00", 40, line="alpha")


def _on(day: date, agent: str, start: str, end: str, category: str) -> dict[str, object]:
    return {
        "agent_id": agent,
        "started_at": f"{day} {start}",
        "ended_at": f"{day} {end}",
        "category": category,
        "status": category,
        "line": "alpha",
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("load"), CENTRE, now="2026-06-22 08:00")
    made.put("calls", _calls(), complete_to="2026-06-22 08:00")
    mondays = [date(2026, 5, 25) + timedelta(days=7 * n) for n in range(4)]
    made.put(
        "activities",
        (
            row
            for monday, people in zip(mondays, (2, 2, 3, 3), strict=True)
            for n in range(people)
            for row in (
                _on(monday, f"p{n}", "10:00", "10:30", "ready"),
                _on(monday, f"p{n}", "10:30", "11:00", "handling"),
                _on(monday, f"p{n}", "11:00", "12:00", "break"),
            )
        ),
        complete_to="2026-06-22 08:00",
    )
    return made


def test_what_came_by_half_hours_of_the_clock(house: House) -> None:
    calculator = house.calculator()
    (found,) = counted(calculator, CALL, ["alpha"], day_marks(calculator), 7)
    assert found.last_day == YESTERDAY
    assert found.history.counts[0, 20:23].tolist() == [10, 2, 0]
    assert found.history.totals[:7].tolist() == [12, 12, 12, 12, 12, 0, 0]
    # Twenty working days, each of 12 calls of which one is lost after 40 s; and the one at night.
    assert (found.entries, found.reached, found.lost) == (241, 241, 21)
    assert found.waited_s == 20 * (11 * 10 + 40) + 40
    assert found.handled.seconds[0, 10] / found.handled.contacts[0, 10] == 200


def test_months_that_are_over_are_counted_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    calculator = house.calculator()
    spans = []
    ask = type(calculator).by_quarter
    monkeypatch.setattr(
        type(calculator), "by_quarter", lambda self, *given: spans.append(given[2].first_day) or ask(self, *given)
    )
    marks = day_marks(calculator)
    first, again = (counted(calculator, CALL, ["alpha"], marks, 7) for _ in range(2))
    assert spans[-1] == date(2026, 6, 1), "May cannot change any more"
    assert np.array_equal(first[0].history.counts, again[0].history.counts)


def test_a_closed_half_hour_needs_nobody(house: House) -> None:
    calculator = house.calculator()
    (load,) = line_loads(calculator, CALL, ["alpha"])
    wednesday, sunday = date(2026, 6, 24), date(2026, 6, 28)
    assert np.flatnonzero(load.open_hours(wednesday)).tolist() == [20, 21], "one call at 23:00 opens no line"
    assert not load.open_hours(sunday).any()
    (day,) = day_loads(calculator, load, [wednesday])
    assert np.flatnonzero(day.outcome.need.people).tolist() == [20, 21]
    forecast = load.day(wednesday)
    assert forecast is not None
    assert load.contacts(wednesday).sum() == pytest.approx(forecast.total)


def test_people_as_usual_are_those_on_the_line(house: House) -> None:
    # On the last four Mondays 2, 2, 3 and 3 were handling or ready; a break is not there for calls.
    there = presence_of(house.calculator(), Stream("alpha"), [TODAY], YESTERDAY).on(TODAY)
    assert there is not None
    assert there.source == USUAL
    assert there.count[19:24].tolist() == [0, 3, 3, 0, 0], "people are whole"


def _copy(house: House, tmp_path: Path, centre: Centre = CENTRE) -> House:
    shutil.copytree(house.lake.root, tmp_path / "lake")
    return House(tmp_path / "lake", centre, now="2026-06-22 08:00")


def test_who_also_takes_chats_is_not_counted_for_calls(house: House, tmp_path: Path) -> None:
    chats = _copy(house, tmp_path)
    chats.put("chats", [{"started_at": "2026-06-01 10:00", "line": "alpha", "outcome": "answered"}])
    there = presence_of(chats.calculator(), Stream("alpha"), [TODAY], YESTERDAY)
    assert there.mixed
    assert there.on(TODAY) is None


def test_the_roster_comes_before_what_is_usual(house: House, tmp_path: Path) -> None:
    planned = _copy(house, tmp_path)
    planned.put(
        "shifts",
        [
            {"shift_id": f"s{n}", "line": "alpha", "starts_at": f"{TODAY} 10:00", "ends_at": f"{TODAY} 11:00"}
            for n in range(4)
        ],
    )
    tomorrow = TODAY + timedelta(days=1)
    there = presence_of(planned.calculator(), Stream("alpha"), [TODAY, tomorrow], YESTERDAY)
    today = there.on(TODAY)
    assert today is not None
    assert today.source == ROSTER
    assert today.count[20:23].tolist() == [4, 4, 0]
    assert there.on(tomorrow) is None, "no roster reaches it, and usual people of Tuesdays are not known"


def test_rules_say_where_they_come_from(house: House) -> None:
    rules = LoadRules(sl=0.9, hours=(10, 11), patience_measured=True, given=frozenset({"sl", "patience_measured"}))
    house = House(house.lake.root, replace(CENTRE, load=Load(lines={"alpha": rules})), now="2026-06-22 08:00")
    (load,) = line_loads(house.calculator(), CALL, ["alpha"])
    assert load.rules.service.target == 0.9
    assert load.sources["sl"] == GIVEN
    # An hour at work and an hour's break: half of the paid time.
    assert load.rules.shrinkage == pytest.approx(0.5)
    assert load.sources["shrinkage"] == MEASURED
    assert load.rules.patience_s is None, "21 calls were lost, 30 are needed to tell"
    assert np.flatnonzero(load.open_hours(date(2026, 6, 29))).tolist() == [20, 21]
