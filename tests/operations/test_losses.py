"""Losses in calls and in clients, when they were, and what followed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import charts
from bot.channels.files import render
from charts.forms.outcomes import Outcomes, Shade
from digests.catalogue import REPORTS
from digests.compose import make
from digests.pictures.losses import outcomes
from digests.workbook import report_workbook
from metrics.model import where
from metrics.peaks import CaseCount, chance, episodes, index_of, quarters
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered, attempt, lost
from tests.operations.world import CENTRE, JUNE, described, report, row, session, world


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    return world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def found(centre: House) -> dict[str, Any]:
    return described(centre, "losses")


FIGURES = {
    "losses": (6, None),
    "lcr": (6, 19),
    "clients": (4, None),
    "recovered": (1, 3),
    "not_recovered": (2, None),
    "lcr_clients": (2, 10),
    "pending": (1, None),
    "twice": (1, None),
}


def test_calls_and_clients_of_the_worked_half_month(found: dict[str, Any]) -> None:
    figures = {each["key"]: (each["numerator"], each["denominator"]) for each in found["figures"]}
    assert {key: figures[key] for key in FIGURES} == FIGURES
    # From the second loss at 13:05:35 to the attempt at 13:20 that nobody answered.
    assert (found["callback"]["fact"], found["callback_mean"]["fact"]) == (865, 865)
    lines = found["lines"]
    assert lines["rows"][0][1:] == [13, 9, 4, 1, pytest.approx(400 / 13), 8, 2, 1, 1, 0, 0, 1, 12.5, 1, 0]
    assert lines["totals"] == [20, 13, 6, 1, pytest.approx(600 / 19), 11, 4, 1, 1, 0, 1, 2, 20, 1, 0]


def test_when_they_were(found: dict[str, Any]) -> None:
    hours = {each[0][:2]: (each[1], each[4]) for each in found["losses.hours"]["rows"] if each[1]}
    # Calls by their entry, clients by their last loss: c5 lost two, and nobody knows who called at ten.
    assert hours == {"10": (1, 0), "11": (1, 1), "13": (2, 1), "15": (1, 1), "18": (1, 1)}
    days = {each[0]: each[1:3] for each in found["losses.weekdays"]["rows"]}
    assert {name: lost for name, (_, lost) in days.items() if lost} == {
        "Monday": 2,
        "Tuesday": 1,
        "Saturday": 2,
        "Sunday": 1,
    }
    # There are three Mondays in it and two of each other day.
    assert [days[name][0] for name in ("Monday", "Tuesday")] == [3, 2]
    assert sum(sum(each[1:]) for each in found["losses.grid"]["rows"]) == 6


def test_what_followed(found: dict[str, Any]) -> None:
    assert found["waits"]["rows"] == [["5", 1], ["20", 1], ["30", 1], ["60", 3]]
    assert found["callbacks"]["rows"] == [["900", 1, 1, 1], ["alone", 1, 0, 1], ["none", 2, 0, 0]]
    assert found["twice"]["rows"] == [["1", 3, 2], ["2", 1, 0]]


def _house(root: Path, *rows: dict[str, Any], now: str = "2026-06-16 12:00") -> House:
    house = House(root, CENTRE, now)
    house.calls(*({"line": "alpha", "client_id": "c", **row} for row in rows), complete_to=now)
    return house


@pytest.mark.parametrize(
    ("after", "ways"),
    [
        # Nobody called: the client may not be counted as won back by a call of another.
        ((), (0, 0, 1)),
        ((answered("2026-06-03 11:00"),), (0, 1, 0)),
        ((attempt("2026-06-03 10:30", outcome="answered"),), (1, 0, 0)),
        # We tried first, and then the client called: our attempt came first.
        ((attempt("2026-06-03 10:30"), answered("2026-06-03 11:00")), (1, 0, 0)),
        ((answered("2026-06-03 10:20"), attempt("2026-06-03 10:30")), (0, 1, 0)),
        # 24 hours from the end of the waiting to the answer, not a second more.
        ((answered("2026-06-04 10:00:50", wait=10),), (0, 1, 0)),
        ((answered("2026-06-04 10:00:51", wait=10),), (0, 0, 1)),
        # Already waiting on the line when the other call was lost, and answered after.
        ((answered("2026-06-03 10:00:30", wait=60),), (0, 1, 0)),
        ((answered("2026-06-03 11:00", client_id="d"),), (0, 0, 1)),
    ],
)
def test_who_came_back_and_how(tmp_path: Path, after: tuple[dict[str, Any], ...], ways: tuple[int, ...]) -> None:
    house = _house(tmp_path, lost("2026-06-03 10:00", wait=60), attempt("2026-06-03 09:00", client_id="e"), *after)
    keys = ("clients_won_back", "clients_alone", "clients_not_recovered")
    assert tuple(house.ask(key, JUNE).fact.value for key in keys) == ways


def test_lost_twice_is_without_a_conversation_between(tmp_path: Path) -> None:
    between = answered("2026-06-03 12:00")
    rows = [lost("2026-06-03 10:00"), lost("2026-06-03 14:00")]
    others = [{**each, "client_id": "d"} for each in rows]
    house = _house(tmp_path, *rows, *others, between)
    assert house.ask("lost_twice", JUNE).fact.value == 1


def test_a_chat_is_told_and_wins_nobody_back(tmp_path: Path) -> None:
    house = _house(tmp_path, lost("2026-06-03 10:00"))
    house.put(
        "chats",
        [
            {
                "line": "alpha",
                "client_id": "c",
                "started_at": "2026-06-03 11:00",
                "accepted_at": "2026-06-03 11:01",
                "outcome": "answered",
            }
        ],
        complete_to="2026-06-16 12:00",
    )
    assert [house.ask(key, JUNE).fact.value for key in ("clients_wrote", "clients_not_recovered")] == [1, 1]


def test_narrowed_to_a_topic_clients_are_those_who_lost_on_it(tmp_path: Path) -> None:
    rows = [lost("2026-06-03 10:00", topic="keys"), lost("2026-06-03 10:00", topic="payments")]
    house = _house(tmp_path, *rows, {**rows[0], "client_id": "d"})
    of = session(house.calculator())
    result = report(house, "losses", filters=where(topic="payments"))
    figures = {each.spec.key: each.answer.fact.value for each in result.figures}
    assert (figures["losses"], figures["clients"], figures["not_recovered"]) == (1, 1, 1)
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, result)))
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "d" not in cells


def test_without_clients_calls_stand_alone(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, "2026-06-16 12:00")
    house.calls(lost("2026-06-03 10:00", line="alpha"), answered("2026-06-03 11:00", line="alpha"))
    of = session(house.calculator())
    text = render.text(make(of, REPORTS["losses"].spec, parse(JUNE, MOSCOW)).document)

    assert "1 call was lost (50%); clients are not written down." in text
    assert "Clients with a loss: cannot be computed: calls has no client_id" in text


@pytest.mark.parametrize(
    ("now", "before", "p"),
    [
        ((24, 1000), (72, 6000), 0.0038),
        ((9, 1), (30, 6), 0.095),
        ((4, 1), (0, 6), 0.0004),
        ((9, 60), (8, 480), 2.7e-5),
        ((4, 60), (8, 480), 0.036),
        ((0, 60), (8, 480), 1),
        ((5, 60), (0, 0), 1),
    ],
)
def test_the_chance_of_an_excess(now: tuple[int, int], before: tuple[int, int], p: float) -> None:
    assert chance(*now, *before) == pytest.approx(p, rel=0.05)


def test_an_episode_stands_out_as_a_whole() -> None:
    """Each week at 13:00 and 13:15 of 60 calls 1 is lost; on 3 June 9 and 8 are, and at 13:30 5 of 60."""
    period = parse(JUNE, MOSCOW)
    counts = {}
    start = parse("2026-06-03", MOSCOW).start + timedelta(hours=13)
    for n, cases in enumerate((9, 8, 5)):
        counts[index_of(start + timedelta(minutes=15 * n))] = CaseCount(cases, 60)
    for week in range(1, 9):
        for n in range(3):
            counts[index_of(start + timedelta(minutes=15 * n, weeks=-week))] = CaseCount(1, 60)
    began = start - timedelta(weeks=8)
    (episode,) = episodes(counts, period, began, period.end)
    assert (episode.start, episode.end - episode.start) == (start, timedelta(minutes=30))
    assert (episode.cases, episode.usual) == (17, 2)
    # One week of records before and one after are too few to say what is usual.
    late = start - timedelta(weeks=1)
    assert list(episodes(counts, period, late, period.end)) == []
    unknown = next(q for q in quarters(counts, period, late, period.end) if q.start == start)
    assert unknown.before is None


def _wednesdays(root: Path, *marks: dict[str, Any]) -> House:
    """Each Wednesday at 13:00 one of 31 calls is lost; on 6 May all 30 and one, on 3 June 16 of 46."""
    house = House(root, CENTRE, "2026-06-16 12:00")
    rows = [
        *(attempt("2026-03-31 10:00", line="alpha"),),
        *(
            lost(f"{(datetime(2026, 6, 3) - timedelta(weeks=week)).date()} 13:0{n % 10}", line=line)
            for line in ("alpha", "beta")
            for week in range(9)
            for n in range({0: 16, 4: 31}.get(week, 1))
        ),
        *(
            answered(f"{(datetime(2026, 6, 3) - timedelta(weeks=week)).date()} 13:0{n % 10}", line=line)
            for line in ("alpha", "beta")
            for week in range(9)
            for n in range(0 if week == 4 else 30)
        ),
    ]
    house.calls(*rows, complete_to="2026-06-16 12:00")
    if marks:
        house.put("day_marks", marks)
    return house


@pytest.mark.parametrize(
    ("mark", "said", "told"),
    [
        (None, set(), ""),
        ({}, {"alpha", "beta"}, "Left out of what is usual, as they are marked: May\N{NO-BREAK SPACE}6."),
        ({"line": "alpha", "channel": "call"}, {"alpha"}, "May\N{NO-BREAK SPACE}6"),
        ({"channel": "chat"}, set(), ""),
        ({"kind": "holiday"}, set(), ""),
        ({"starts_on": "2026-05-05", "ends_on": "2026-05-07"}, {"alpha", "beta"}, "May\N{NO-BREAK SPACE}5–7"),
    ],
)
def test_days_marked_to_teach_nothing_are_in_no_usual_value_and_are_named(
    tmp_path: Path, mark: dict[str, Any] | None, said: set[str], told: str
) -> None:
    """16 of 46 against 7 of 217 are an episode; with 31 of 31 of the day the exchange was down they are none."""
    marks = [] if mark is None else [{"mark_id": "m", "starts_on": "2026-05-06", "kind": "exclude"} | mark]
    found = described(_wednesdays(tmp_path, *marks), "losses")
    assert {each[0] for each in found["losses.peaks"]["rows"]} == said
    assert told in " ".join(found["losses.peaks"]["sentences"])
    assert bool(told) == bool(found["losses.peaks"]["sentences"])
    # It counts in every figure.
    assert found["losses"]["fact"] == 32
    assert described(_wednesdays(tmp_path / "may", *marks), "losses", "2026-05-06")["losses"]["fact"] == 62


def test_of_one_line_nothing_is_said_of_the_others(centre: House) -> None:
    of = session(centre.calculator())
    spec, june = REPORTS["losses"].spec, parse(JUNE, MOSCOW)
    made = make(of, spec, june, line="beta", pictures=True)
    text = render.text(made.document)
    assert "2 calls were lost (40%): 2 clients" in text
    assert {name for name in ("alpha", "gamma") if name in text} == set()
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, made.result, names=False)))
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert {cell for cell in cells if cell in ("alpha", "gamma", "k10", "c5", "c7", "c2", "c6")} == set()


def test_whom_to_call_now_is_told_to_who_asks_and_in_no_post(centre: House) -> None:
    """c6 was lost on 15 June at 15:00:25: at noon of the next day 3 hours and 25 seconds are left."""
    of, spec, june = session(centre.calculator()), REPORTS["losses"].spec, parse(JUNE, MOSCOW)
    asked = make(replace(of, clients=True), spec, june).result
    (found,) = [each.findings for each in asked.analyses if each.spec.key == "losses.list"]
    assert found.rows == (("c6", "beta", centre.utc("2026-06-15T15:00:25"), 1.0, 0.0, 3 * 3600 + 25.0),)
    posted = make(of, spec, june)
    (found,) = [each.findings for each in posted.result.analyses if each.spec.key == "losses.list"]
    assert not found.rows
    assert "c6" not in render.text(posted.document)


def test_the_picture_says_how_the_last_losses_ended(centre: House) -> None:
    made = outcomes(session(centre.calculator()), report(centre, "losses"))
    assert isinstance(made, Outcomes)
    assert [(part.name, part.amount.value) for part in made.parts] == [
        ("called back and talked", 1),
        ("came back alone", 0),
        ("still waiting", 1),
        ("not won back", 2),
    ]
    assert made.parts[-1].shade is Shade.DARK
    assert sum(column.amount.value for column in made.columns) == 6
    assert charts.draw(made)
    assert row(described(centre, "losses")["ways"], "2026-06-01T00:00:00+03:00")["lost_clients"] == 2
