"""What is said of a line's days: the finding that its numbers bear, and what becomes of them if something changes.

Alpha is open from 10:00 to 11:30 of working days: 20 calls in each half hour, which last for 240 seconds: 2.67 Erlang.
Five people answer 80 % of that within 30 seconds (four: 66 %), which with a shrinkage of 20 % are seven on the roster.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from digests.answers import load
from digests.answers.view import View
from digests.document import Actions, Document, Heading, Headline, Note, Table
from digests.load.plan import load_plan
from digests.load.reading import LoadRequest, read
from digests.load.tables import days as days_found
from digests.load.tables import staffing, summary, supposed
from digests.load.what_if import what_if
from digests.localizer import Localizer
from metrics.centre import Centre, Line, Load, LoadRules
from metrics.load import ADD, CALL, CALLS, CLIENTS, PEOPLE, SERVICE, SET, SHARE, SHRINKAGE, Supposition
from metrics.load.clients import Joins
from metrics.load.erlang import service_level
from metrics.load.what_if import outcome
from metrics.periods import days
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered
from warehouse.messages import NotOpen, UserError

MONDAY, LAST_KNOWN = date(2026, 6, 22), date(2026, 6, 21)
RULES = LoadRules(shrinkage=0.2, given=frozenset({"shrinkage"}))
CENTRE = Centre(timezone=MOSCOW, lines={"alpha": Line("alpha", "Alpha")}, load=Load(RULES))
NEEDED, ROSTERED = 5, 7


def _calls() -> Iterator[dict[str, object]]:
    for number in range(35):
        day = LAST_KNOWN - timedelta(days=number)
        if day.weekday() < 5:
            for half_hour in ("10:0", "10:3", "11:0"):
                for n in range(20):
                    yield answered(f"{day} {half_hour}{n // 2}:{n % 2 * 30:02}", 10, 230, line="alpha", wrap_s=10.0)


def _roster(people: int, day: date = MONDAY) -> list[dict[str, object]]:
    return [
        {"shift_id": f"{day}-{n}", "line": "alpha", "starts_at": f"{day} 10:00", "ends_at": f"{day} 11:30"}
        for n in range(people)
    ]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("plan"), CENTRE, now="2026-06-22 08:00")
    made.put("calls", _calls(), complete_to="2026-06-22 08:00")
    return made


@pytest.fixture
def house(records: House, tmp_path: Path) -> House:
    """The same records, to put a roster into."""
    shutil.copytree(records.lake.root, tmp_path / "lake")
    return House(tmp_path / "lake", CENTRE, now="2026-06-22 08:00")


def _said(house: House) -> str:
    plan = load_plan(house.calculator(), CALL, "alpha", days(MONDAY, MONDAY, MOSCOW), None)
    return " ".join(map(str, summary(plan)))


def _asked(*changes: Supposition, **more: object) -> LoadRequest:
    return LoadRequest(CALL, "alpha", days(MONDAY, MONDAY, MOSCOW), changes, **more)  # type: ignore[arg-type]


def test_the_need_is_what_erlang_says() -> None:
    erlang = 20 * 240 / 1800
    assert service_level(erlang, NEEDED - 1, 240, 30) < 0.8 <= service_level(erlang, NEEDED, 240, 30)


def test_a_half_hour_outside_opening_hours_needs_nobody(house: House) -> None:
    plan = load_plan(house.calculator(), CALL, "alpha", days(MONDAY, date(2026, 6, 28), MOSCOW), None)
    found = staffing(plan)
    place = {column.key: n for n, column in enumerate(found.columns)}
    needed = {(row[place["day"]], row[place["half_hour"]]): row[place["rostered"]] for row in found.rows}
    assert set(needed.values()) == {ROSTERED}
    assert {time for _, time in needed} == {"10:00", "10:30", "11:00"}
    assert {day.weekday() for day, _ in needed} == {0, 1, 2, 3, 4}  # type: ignore[union-attr]


def test_without_a_roster_only_the_need_is_told(house: House) -> None:
    said = _said(house)
    assert "There is no roster to compare with" in said
    assert "short" not in said
    assert "service level" not in said, "nobody is known to be there: no queue can be told"


def test_as_many_as_are_needed_suffice(house: House) -> None:
    house.put("shifts", _roster(ROSTERED))
    assert "People suffice: the thinnest half hour is" in _said(house)


def test_two_fewer_are_short(house: House) -> None:
    house.put("shifts", _roster(ROSTERED - 2))
    # Two of seven lack for an hour and a half.
    assert _said(house).startswith(
        "3.0 person-hours are short on Monday: from 10:00 to 11:30 there are 5, 7 are needed."
    )


def test_the_queue_comes_first_where_it_grows(house: House) -> None:
    house.put("shifts", _roster(2))
    # One of two is on the phone for 2.67 Erlang.
    said = _said(house)
    assert said.startswith("The queue grows on Monday from 10:00: by 11:30 there are")
    assert "it is not gone by closing time" in said
    assert "7.5 person-hours are short" in said


def test_the_table_of_days_has_a_roster_day_and_one_without(house: House) -> None:
    house.put("shifts", _roster(ROSTERED))
    plan = load_plan(house.calculator(), CALL, "alpha", days(MONDAY, MONDAY + timedelta(days=1), MOSCOW), None)
    found = days_found(plan)
    place = {column.key: n for n, column in enumerate(found.columns)}
    there = [row[place["hours_planned"]] for row in found.rows]
    assert there == [10.5, None], "a day that no roster reaches is not one with nobody"
    assert any("The roster does not reach" in str(said) for said in found.sentences)


def test_more_calls_do_harm_and_more_people_repair_it(house: House) -> None:
    house.put("shifts", _roster(ROSTERED))
    calculator = house.calculator()
    harmed = what_if(calculator, _asked(Supposition(CALLS, SHARE, 0.5)))
    day = harmed.days[0]
    assert (harmed.contacts(after=False), harmed.contacts(after=True)) == (pytest.approx(60), pytest.approx(90))
    assert day.before.queue is not None
    assert day.after.queue is not None
    assert day.after.queue.level() < day.before.queue.level()
    (run,) = day.after.remedy
    assert (run.start, run.end) == (20, 23)
    repaired = what_if(calculator, _asked(Supposition(CALLS, SHARE, 0.5), Supposition(PEOPLE, ADD, run.people)))
    assert repaired.short_hours(after=True) == 0


def test_new_clients_call_as_those_who_are_there(house: House) -> None:
    house.put("client_base", [{"segment": "all", "starts_on": "2026-01-01 00:00", "clients": 6000.0}])
    found = what_if(house.calculator(), _asked(Supposition(CLIENTS, ADD, 1000)))
    assert found.contacts(after=True) == pytest.approx(60 * 7 / 6)
    assert found.joins.factor == 1, "no earlier join tells how often new ones call"
    # Sixty calls on forty of fifty-six days, of six thousand clients.
    assert found.per_thousand == pytest.approx(25 * 60 / (35 * 6))


def test_clients_who_are_announced_are_in_no_forecast_and_asked_about(house: House) -> None:
    rows = [("all", "2026-01-01", 6000.0), ("insured", "2026-06-22", 1000.0), ("few", "2026-06-22", 10.0)]
    house.put("client_base", [{"segment": name, "starts_on": f"{day} 00:00", "clients": n} for name, day, n in rows])
    reply = load.reply(_view(house), _asked())
    assert "1,010 clients more are served, beside 6,000: the forecast does not know of them" in _texts(reply)
    (actions,) = (block for block in reply.blocks if isinstance(block, Actions))
    assert actions.actions[0].label == "What if +1,010 clients?"
    found = what_if(house.calculator(), read(actions.actions[0].command.removeprefix("load "), CENTRE, MONDAY))
    # Sixty calls come of the six thousand who are there now.
    assert found.contacts(after=True) == pytest.approx(60 * 7010 / 6000)


def test_of_three_earlier_joins_the_median_tells() -> None:
    assert Joins((0.5, 1.6, 9.0)).factor == 1.6
    assert Joins((1.6, 1.6)).factor == 1, "two tell nothing"
    assert Joins((-0.4, -0.1, 2.0)).factor == 1, "new clients do not make the others call less"


def test_the_report_has_what_is_supposed_in_numbers(house: House) -> None:
    house.put("shifts", _roster(ROSTERED))
    found = supposed(what_if(house.calculator(), _asked(Supposition(CALLS, SHARE, 0.2))))
    numbers = {row[0]: row[1:] for row in found.rows}
    assert numbers["contacts"] == pytest.approx((60, 72))
    assert numbers["hours_needed"] == pytest.approx((10.5, 12)), "3.2 Erlang take six people, eight on the roster"
    before, after = numbers["sl"]
    assert before > after  # type: ignore[operator]


def test_what_was_promised_stands_beside_what_came(house: House) -> None:
    made = {"made_at": "2026-06-14 22:00", "line": "alpha", "channel": "call"}
    promised = [{**made, "starts_at": f"2026-06-15 {at}", "value": 15.0} for at in ("10:00", "10:30", "11:00")]
    house.put("forecasts", promised, complete_to="2026-06-22 08:00")
    plan = load_plan(house.calculator(), CALL, "alpha", days(MONDAY, MONDAY, MOSCOW), None)
    (line,) = plan.lines
    assert line.promised == pytest.approx((25, -25)), "45 were promised of 60"


def test_no_queue_is_computed_of_more_than_can_be(house: House) -> None:
    with pytest.raises(UserError, match="over 1500 contacts in half an hour"):
        what_if(house.calculator(), _asked(Supposition(CALLS, SET, 4800.0)))
    scenario = what_if(house.calculator(), _asked(Supposition(PEOPLE, SET, 7.0))).days[0].after.scenario
    huge = outcome(replace(scenario, contacts=scenario.contacts * 80))
    assert huge.queue is None
    assert huge.comparison is not None, "who lacks is known all the same"


def test_what_cannot_be_is_refused_with_what_to_say(house: House) -> None:
    calculator = house.calculator()
    refused = {
        "How many clients are served now": Supposition(CLIENTS, ADD, 7000),
        "No number of people gives 100%": Supposition(SERVICE, SET, 1.0),
        "Shrinkage must be under 95%": Supposition(SHRINKAGE, SET, 0.95),
        "There is no roster to change": Supposition(PEOPLE, ADD, -3),
    }
    for words, change in refused.items():
        with pytest.raises(UserError, match=words):
            what_if(calculator, _asked(change))
    far = replace(_asked(), period=days(date(2026, 9, 1), date(2026, 9, 1), MOSCOW))
    with pytest.raises(UserError, match="8 weeks ahead"):
        what_if(calculator, far)


def test_people_are_never_fewer_than_none(house: House) -> None:
    house.put("shifts", _roster(2))
    found = what_if(house.calculator(), _asked(Supposition(PEOPLE, ADD, -3)))
    roster = found.days[0].after.scenario.roster
    assert roster is not None
    assert roster.min() == 0


def _view(house: House, *lines: str) -> View:
    calculator = house.calculator()
    seen = frozenset(lines) if lines else None
    return View(calculator, Plans(calculator), Localizer("en", MOSCOW), {}, lines=seen, names=False)


def _texts(document: Document) -> str:
    return " ".join(block.text for block in document.blocks if isinstance(block, Headline | Heading | Note))


def test_a_role_of_other_lines_is_told_nothing(house: House) -> None:
    with pytest.raises(NotOpen):
        load.reply(_view(house, "beta"), _asked())
    whole = replace(_asked(), line=None)
    assert "Alpha" in _texts(load.reply(_view(house, "alpha"), whole)), "who sees one line means that one"


def test_an_answer_says_what_was_supposed_and_what_may_be_asked_next(house: House) -> None:
    house.put("shifts", _roster(ROSTERED))
    asked = read("alpha 2026-06-22 calls +50%", CENTRE, MONDAY)
    reply = load.reply(_view(house), asked)
    assert "+50% calls: 90 calls instead of 60." in _texts(reply)
    (table,) = (block for block in reply.blocks if isinstance(block, Table))
    assert ("Calls", "60", "90") in table.rows
    (actions,) = (block for block in reply.blocks if isinstance(block, Actions))
    repair = next(action.command for action in actions.actions if "people +" in action.command)
    again = what_if(house.calculator(), read(repair.removeprefix("load "), CENTRE, MONDAY))
    assert again.short_hours(after=True) == 0, "the button repairs the harm"
