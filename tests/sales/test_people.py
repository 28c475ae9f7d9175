"""Managers side by side, and who is booked, comes and does not come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import charts
from bot.channels.files import render
from digests.catalogue import REPORTS
from digests.catalogue.managers import Manager
from digests.compose import make
from digests.engine import evaluate
from digests.model import TableSpec, choose
from digests.pictures.managers import chosen, crew
from digests.pictures.tables import bars
from digests.pictures.visits import attendance
from digests.result import Cell, TableResult, TableRow
from metrics.catalogue import Catalogue
from metrics.facts import Fact
from metrics.people import known_value
from metrics.periods import parse
from tests.kit import MOSCOW
from tests.sales.deals import STAGES
from tests.sales.world import JUNE, Sales, at, row, rows, world
from warehouse.messages import UserError


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = world()
    yield made
    made.records.close()


def test_the_managers_of_the_world(town: Sales) -> None:
    found = town.report("managers")
    keys = ("open", "no_task", "received", "contracts", "calls", "answered", "minutes", "days", "tasks_done", "window")
    first, second = row(found["managers"], "a1"), row(found["managers"], "a2")
    assert [first[key] for key in keys] == [0, 0, 3, 1, 8, 4, 7.5, 6, 5, 8400]
    assert [second[key] for key in keys] == [3, 2, 4, 1, 5, 4, 12.25, 6, 5, 16200]
    # d5 was handed over: received by two people, one in the total.
    assert (found["managers"]["total_received"], found["managers"]["total_contracts"]) == (6, 2)
    assert (found["managers"]["total_window"], found["managers"]["total_window_done"]) == (12300, 9300)


def test_calls_and_windows_by_time(town: Sales) -> None:
    found = town.report("managers")
    assert sum(each[2] for each in found["calls"]["rows"] if each[0] == "a1") == 8
    assert [each[1:] for each in found["windows"]["rows"] if each[0] == "a1"] == [["2026-06-02", 1, 8400]]
    assert [each[1:] for each in found["windows"]["rows"] if each[0] == "a2"] == [["2026-06-03", 1, 16200]]


def test_visits_by_week_and_their_picture(town: Sales) -> None:
    """In the first week v1 and v3 were missed, v4 and v7 came; in the second v2 did."""
    session = town.session()
    result = evaluate(session, choose(REPORTS["visits"].spec, {"by": "week"}), parse(JUNE, MOSCOW))
    made = attendance(session, result)
    assert made is not None
    assert [(day.came.value, day.missed.value) for day in made.days][:2] == [(2, 2), (1, 0)]
    assert [(place.name, place.share and place.share.text) for place in made.places] == [
        ("Лужки", "2 of 3"),
        ("Заречье", "0 of 1"),
    ]
    assert made.titles.headline[0].text == "Who came and who did not"  # three cases bear no finding
    assert charts.draw(made)


def test_who_may_see_no_names_sees_none(town: Sales) -> None:
    spec = REPORTS["managers"].spec
    text = render.text(make(town.session(names=False), spec, parse(JUNE, MOSCOW)).document)
    assert "No. 1" in text
    assert not {"a1", "a2"} & {*text.replace("|", " ").split()}


def test_a_difference_is_named_only_if_chance_does_not_make_it() -> None:
    def person(received: float, low: float, high: float) -> Manager:
        return Manager("p", 0, 0, None, None, received, 0, None, low, high)

    assert person(100, 12, 20).apart(10)
    assert not person(100, 8, 20).apart(10)
    assert not person(29, 12, 20).apart(10)
    assert Manager("p", 30, 6, None, None, 0, 0, None, None, None).idle
    assert not Manager("p", 29, 29, None, None, 0, 0, None, None, None).idle


def test_tasks_closed_in_bulk_are_no_work() -> None:
    """Completed at 10:00:00, 10:00:59 and 10:02: the second one joins the first, and the gap is two minutes."""
    tasks = [
        {"task_id": f"k{n}", "agent_id": "a1", "at": at("06-02 09:00"), "due_at": None, "completed_at": at(when)}
        for n, when in enumerate(("06-02 10:00:00", "06-02 10:00:59", "06-02 10:02:00"))
    ]
    fact = Sales({**rows(), "tasks": tasks}).ask("task_window_done").fact
    assert (fact.value, fact.denominator) == (120, 1)


def test_tasks_that_touch_leave_no_window() -> None:
    """10:00 to 10:30, 10:30 to 11:00, within them one of five minutes, and one at 12:00: a window of an hour."""
    planned = (("10:00", 1800.0), ("10:30", 1800.0), ("10:40", 300.0), ("12:00", 600.0))
    tasks = [
        {
            "task_id": f"k{n}",
            "agent_id": "a1",
            "at": at(f"06-02 {when}"),
            "due_at": at(f"06-02 {when}"),
            "duration_s": duration,
        }
        for n, (when, duration) in enumerate(planned)
    ]
    fact = Sales({**rows(), "tasks": tasks}).ask("task_window").fact
    assert (fact.value, fact.denominator) == (3600, 1)


def test_the_visits_of_the_world(town: Sales) -> None:
    found = town.report("visits")
    figures = {each["key"]: each["fact"] for each in found["figures"]}
    assert figures == {
        "bookings": 4,
        "came": 3,
        "no_shows": 2,
        "no_show_rate": 50,
        "bookings_per_contract": 1.5,
        "visit_conversion": pytest.approx(200 / 3),
        "signings": 1,
        "signings_missed": 0,
    }
    assert found["second"]["rows"] == [[2, 1, 1, 1]]
    per_day = found["per_day"]
    assert [per_day[key] for key in ("days", "came_per_day", "no_show_per_day")] == [15, 0.2, pytest.approx(2 / 15)]
    # v4 and v2 of Лужки came, v7 of Заречье; nobody else was missed than v1 and v3.
    assert per_day["rows"] == [["Лужки", pytest.approx(2 / 15), pytest.approx(2 / 15)], ["Заречье", 1 / 15, 0]]
    # Of the booked of Лужки v1 and v3 were missed and v2 was not; of Заречье v7 came, and in May nobody was due.
    assert [each[:4] for each in found["visits.change"]["rows"]] == [
        ["Заречье", 1, 0, None],
        ["Лужки", 3, pytest.approx(200 / 3), None],
    ]
    # First consultations: d1, d3 and d6, of which d1 and d6 were signed since.
    assert row(found["consultation_contract"], "2026-06")["won"] == 2
    assert row(found["by_city"], "Лужки")["unbooked"] == 1
    assert row(found["lead_time"], "2")["no_show_rate"] == pytest.approx(200 / 3)  # v1, v3 and v2
    assert found["confirmed"]["missing"] == "cannot be computed: visits has no confirmed_at"


def test_an_outcome_after_now_is_not_known_yet() -> None:
    """As of the 4th, half past five in the afternoon, v1 should have come half an hour ago."""
    town = Sales(rows(), "06-04 17:30")
    assert (town.value("no_shows"), town.value("bookings_waiting")) == (0, 1)


def test_the_picture_of_managers_tells_of_desks_and_no_ranks(town: Sales) -> None:
    """Four and three received: too few for a share, which is said as it is counted."""
    result = evaluate(town.session(), REPORTS["managers"].spec, parse(JUNE, MOSCOW))
    picture = crew(town.session(), result)
    assert picture is not None
    rows = [(each.name, each.load.value, each.part.value if each.part else 0, each.said) for each in picture.people]
    assert rows == [("a2", 3, 2, "1 of 4"), ("a1", 0, 0, "1 of 3")]
    assert [each.second for each in picture.people] == ["4:30", "2:20"]
    assert all(each.share is None and not each.strong for each in picture.people)


def test_more_than_twelve_managers_are_twelve_and_the_rest() -> None:
    """Two deals with each of fourteen people, and a1 and a2 who only call: the last four are one row of a deal each."""
    history = [
        {"change_id": f"{who}-{n}", "deal_id": f"d{who}-{n}", "entered_at": at("06-02 10:00"), "pipeline": "p"}
        for who in range(14)
        for n in range(2)
    ]
    deals = [
        {"deal_id": each["deal_id"], "created_at": each["entered_at"], "pipeline": "p", "stage": "new"}
        | {"owner_id": str(each["change_id"]).partition("-")[0]}
        for each in history
    ]
    town = Sales(
        {**rows(), "deals": deals, "deal_stages": [{**each, "stage": "new"} for each in history], "stages": STAGES}
    )
    picture = crew(town.session(), evaluate(town.session(), REPORTS["managers"].spec, parse(JUNE, MOSCOW)))
    assert picture is not None
    assert len(picture.people) == 13
    last = picture.people[-1]
    assert (last.name, last.load.value, last.load.text) == ("4 others", 1, "1 each")
    town.records.close()


def share_of(name: str | None, missed: int, n: int) -> TableRow:
    fact = Fact(100 * missed / n, float(missed), float(n))
    metric = Catalogue().get("no_show_rate")
    return TableRow((name,) if name != "total" else (), name or "no city", (Cell(metric, fact, ""),))


@pytest.mark.parametrize(
    ("cities", "said"),
    [
        ([("Moscow", 250, 622), ("Omsk", 110, 300)], "no difference beyond chance"),
        ([("Moscow", 350, 622), ("Omsk", 10, 300)], "The worst: Moscow"),
        ([(None, 350, 622), ("Omsk", 10, 300)], "no difference beyond chance"),
    ],
    ids=["within chance", "beyond it", "of no name"],
)
def test_a_city_is_the_worst_only_beyond_chance_and_by_name(
    town: Sales, cities: list[tuple[str | None, int, int]], said: str
) -> None:
    """40 % of 622 against 39 % of all is one standard deviation; 56 % is nine."""
    made = tuple(share_of(*each) for each in cities)
    total = share_of("total", sum(each[1] for each in cities), sum(each[2] for each in cities))
    spec = TableSpec("rates", "Missed consultations", ("no_show_rate",), ("city",))
    table = TableResult(spec, parse(JUNE, MOSCOW), ("",), ((),), made, None, 0, total, None)
    assert said in "".join(span.text for span in bars(town.session(), table).titles.headline)


def test_a_value_that_nothing_has_is_refused_with_the_nearest(town: Sales) -> None:
    """A zero for a town that is not there would be read as one for a town that is."""
    june = parse(JUNE, MOSCOW)
    assert known_value(town.calculator, "city", "Лужки", june) == "Лужки"
    assert known_value(town.calculator, "city", "луж", june) == "Лужки"
    with pytest.raises(UserError) as refused:
        known_value(town.calculator, "city", "Заричье", june)
    assert "Заречье" in str(refused.value.message.params["known"])
    # What nobody ever had is nothing of three years ago either.
    with pytest.raises(UserError):
        known_value(town.calculator, "city", "Заричье", parse("2023-06", MOSCOW))


def test_a_pipeline_and_a_stage_are_named_by_title_or_key() -> None:
    """Two offices of one centre; a wrong name of either is no zero."""
    records = rows()
    records["stages"] = [
        {**each, "pipeline_title": "Отдел продаж", "title": f"Этап {each['stage']}"} for each in records["stages"]
    ]
    town, june = Sales(records), parse(JUNE, MOSCOW)
    assert known_value(town.calculator, "pipeline", "office", june) == "Отдел продаж"
    assert known_value(town.calculator, "pipeline", "отдел", june) == "Отдел продаж"
    assert known_value(town.calculator, "stage", "booked", june) == "Этап booked"
    assert known_value(town.calculator, "step", "booked", june) == "booked"
    for dimension, near in (("pipeline", "Отдел продаж"), ("stage", "Этап booked"), ("step", "booked")):
        with pytest.raises(UserError) as refused:
            known_value(town.calculator, dimension, "boked", june)
        assert near in str(refused.value.message.params["known"])
    # Whatever is counted, a pipeline is told apart by one name.
    asked = ("deals", "bookings", "deals_received", "touches", "first_missed")
    assert {name for key in asked for name in town.parts(key, "pipeline") if name} == {"Отдел продаж"}


def test_who_is_told_of_is_among_the_twelve() -> None:
    """Thirteen people, the one with the fewest deals has a third of them without a task."""

    def person(name: str, n: float, without: float) -> Manager:
        return Manager(name, n, without, None, None, 0, 0, None, None, None)

    people = [*(person(f"p{n}", 100 - n, 0) for n in range(12)), person("last", 30, 10)]
    shown, rest = chosen(people, None)
    assert [each.name for each in shown] == [*(f"p{n}" for n in range(11)), "last"]
    assert [each.name for each in rest] == ["p11"]
