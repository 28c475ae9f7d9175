"""Incidents: how soon, whom they touched, the minutes that numbers add, and what burned without being written down."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import charts
from bot.channels.files import render
from bot.incidents.words import parse_command
from charts.forms.moments import Moments
from digests.catalogue import REPORTS
from digests.compose import make
from digests.pictures.incidents import moments
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered, attempt, lost
from tests.operations.world import CENTRE, JUNE, described, report, row, session

DAY = date(2026, 6, 3)
ENTRIES = (
    ("13:02", "started", None),
    ("13:11", "noticed", "losses above the usual"),
    ("13:28", "message", "we know and are at it"),
    ("13:49", "cause", "a certificate"),
    ("14:21", "resolved", None),
)


def _quarter(day: date, clock: str, of: int, losses: int, line: str = "alpha") -> list[dict[str, Any]]:
    """Calls of a quarter hour, some of them lost; clients are told apart."""
    calls = []
    for n in range(of):
        at = f"{day}T{clock}:{n % 60:02}"
        client = f"{line}-{clock}-{n}"
        calls.append(lost(at, line=line, client_id=client) if n < losses else answered(at, line=line, client_id=client))
    return calls


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Each Wednesday 1 of 60 calls is lost at 13:05; on 3 June 9 are, and on 10 June 40 on beta."""
    house = House(tmp_path_factory.mktemp("incidents"), CENTRE, "2026-06-16 12:00")
    calls = []
    for week in range(1, 9):
        calls += _quarter(DAY - timedelta(weeks=week), "13:05", 60, 1)
        calls += _quarter(DAY - timedelta(weeks=week - 1), "16:05", 60, 1, "beta")
    calls += _quarter(DAY, "13:05", 60, 9)
    calls += _quarter(DAY, "13:20", 60, 1) + _quarter(DAY, "13:35", 60, 0)
    calls += _quarter(DAY + timedelta(weeks=1), "16:05", 60, 40, "beta")
    calls.append(answered(f"{DAY}T14:00", line="alpha", client_id="alpha-13:05-0"))
    calls.append(answered(f"{DAY}T13:40", wait=31, line="alpha", client_id="slow"))
    house.calls(*calls, complete_to="2026-06-16 12:00")
    house.put(
        "incidents",
        [
            {
                "incident_id": "7",
                "title": "The account does not load",
                "lines": "alpha",
                "severity": 2.0,
                "started_at": f"{DAY} 13:02",
                "resolved_at": f"{DAY} 14:21",
            }
        ],
        complete_to="2026-06-16 12:00",
    )
    house.put(
        "incident_events",
        [
            {"event_id": f"e{n}", "incident_id": "7", "at": f"{DAY} {clock}", "kind": kind, "text": text}
            for n, (clock, kind, text) in enumerate(ENTRIES)
        ],
        complete_to="2026-06-16 12:00",
    )
    return house


def test_how_soon_it_was_noticed_told_of_and_over(house: House) -> None:
    found = {key: house.ask(key, JUNE).fact.value for key in ("incidents", "incident_time", "time_to_notice")}
    assert found == {"incidents": 1, "incident_time": 79 * 60, "time_to_notice": 9 * 60}
    assert [house.ask(key, JUNE).fact.value for key in ("time_to_message", "time_to_resolve")] == [26 * 60, 79 * 60]


def test_whom_it_touched_against_the_usual(house: House) -> None:
    """9 and 1 were lost and one waited 31 seconds; at 13:05 one of 60 is usual, at 13:20 nobody ever called."""
    found = row(described(house, "incidents")["incidents.list"], "7")
    assert (found["time_to_notice"], found["time_to_message"], found["time_to_resolve"]) == (9, 26, 79)
    assert (found["lost"], found["contacts"], found["clients"]) == (10, 11, 11)
    assert found["usual"] == 1
    assert (found["lost_clients"], found["recovered"]) == (10, 1)


def test_the_numbers_add_their_own_minutes(house: House) -> None:
    rows = described(house, "incidents")["incidents.timeline"]["rows"]
    told = [(each[1][11:16], each[2], each[3]) for each in rows]
    assert told[0] == ("13:00", "numbers", "lost calls above the usual: 9 in 15 minutes, usually 1")
    assert ("13:15", "numbers", "lost calls are as usual again") in told
    assert told[-1] == ("14:21", "over", None)


def test_an_episode_that_no_incident_covers_is_listed(house: House) -> None:
    found = described(house, "incidents")["incidents.unusual"]["rows"]
    assert [(*each[:2], each[2][:16], *each[4:]) for each in found] == [
        ("beta", "lost calls", "2026-06-10T16:00", 40, 1),
    ]


def test_what_burned_without_an_incident_opens_one_by_a_button(house: House) -> None:
    of = session(house.calculator())
    (button,) = REPORTS["incidents"].actions(of, report(house, "incidents"))
    assert button.command == "/incident start 2026-06-10 16:00 Lost calls: 40, usually 1 line beta"
    asked = parse_command(tuple(button.command.split()[1:]), datetime(2026, 6, 16, 9), MOSCOW)
    assert (asked.verb, asked.at, asked.line) == ("started", datetime(2026, 6, 10, 13), "beta")


def test_numbers_that_left_the_usual_of_each_kind(tmp_path: Path) -> None:
    """Each Wednesday at 13:00 one of 30 calls is answered late and one of 30 chats is lost; on 3 June there are 90
    calls, 20 of them late, 12 of 30 chats lost, and a complaint at 13:10."""
    house = House(tmp_path, CENTRE, "2026-06-16 12:00")
    calls, chats = [], []
    for week in range(9):
        day = DAY - timedelta(weeks=week)
        of, late, gone = (90, 20, 12) if week == 0 else (30, 1, 1)
        calls += [answered(f"{day}T13:05:{n % 60:02}", wait=50 if n < late else 5, line="alpha") for n in range(of)]
        chats += [_chat(f"{day}T13:05:{n:02}", lost=n < gone) for n in range(30)]
    house.calls(*calls, complete_to="2026-06-16 12:00")
    house.put("chats", chats, complete_to="2026-06-16 12:00")
    _put(house, "")
    complaint = {
        "event_id": "e",
        "ticket_id": "z",
        "at": f"{DAY} 13:10",
        "kind": "created",
        "type": "Complaint",
        "topic": "Account",
    }
    house.put("ticket_events", [complaint], complete_to="2026-06-16 12:00")
    rows = described(house, "incidents")["incidents.timeline"]["rows"]
    told = [(each[1][11:16], each[2], each[3]) for each in rows if each[2] in ("numbers", "first complaint")]
    assert told == [
        ("13:00", "numbers", "not answered in time, above the usual: 20 in 15 minutes, usually 3"),
        ("13:00", "numbers", "calls above the usual: 90 in 15 minutes, usually 30"),
        ("13:00", "numbers", "lost chats above the usual: 12 in 15 minutes, usually 1"),
        ("13:02", "first complaint", "Account"),
        ("13:15", "numbers", "answers are in time as usual again"),
        ("13:15", "numbers", "as many calls as usual again"),
        ("13:15", "numbers", "lost chats are as usual again"),
    ]


def test_a_client_of_two_lines_is_touched_once(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, "2026-06-16 12:00")
    both = {"client_id": "c1", "contact_id": "x1"}
    house.calls(
        lost(f"{DAY}T13:10", line="alpha", **both),
        lost(f"{DAY}T13:12", line="beta", **both),
        lost(f"{DAY}T13:14", line="gamma", client_id="c2"),
        complete_to="2026-06-16 12:00",
    )
    _put(house, "alpha, beta")
    found = row(described(house, "incidents")["incidents.list"], "7")
    assert (found["contacts"], found["clients"], found["lost"], found["lost_clients"]) == (1, 1, 2, 1)


def test_whoever_wrote_that_it_started_had_noticed_it(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, "2026-06-16 12:00")
    house.calls(answered(f"{DAY}T13:10", line="alpha"), complete_to="2026-06-16 12:00")
    _put(house, "alpha", author="telegram:1", entered_at=f"{DAY} 13:09")
    assert house.ask("time_to_notice", JUNE).fact.value == 7 * 60
    assert row(described(house, "incidents")["incidents.list"], "7")["time_to_notice"] == 7


def _chat(at: str, *, lost: bool) -> dict[str, Any]:
    ended = datetime.fromisoformat(at) + timedelta(minutes=5)
    accepted = None if lost else datetime.fromisoformat(at) + timedelta(seconds=10)
    outcome = "abandoned" if lost else "answered"
    return {
        "chat_id": f"chat {at}",
        "line": "alpha",
        "started_at": at,
        "accepted_at": accepted and accepted.isoformat(),
        "ended_at": ended.isoformat(),
        "outcome": outcome,
    }


def _put(house: House, lines: str, **more: Any) -> None:
    """Incident No. 7 of 13:02 to 14:21 with no entry but its start."""
    incident = {"incident_id": "7", "title": "No account", "lines": lines, "started_at": f"{DAY} 13:02"}
    house.put("incidents", [{**incident, "resolved_at": f"{DAY} 14:21"}], complete_to="2026-06-16 12:00")
    start = {"event_id": "e", "incident_id": "7", "at": f"{DAY} 13:02", "kind": "started", **more}
    house.put("incident_events", [start], complete_to="2026-06-16 12:00")


def test_what_goes_on_takes_no_time_yet(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, "2026-06-03 14:00")
    house.calls(answered("2026-05-01 10:00", line="alpha"), complete_to="2026-06-03 14:00")
    house.put(
        "incidents",
        [{"incident_id": "8", "title": "No lift", "lines": "alpha", "started_at": "2026-06-03 13:00"}],
        complete_to="2026-06-03 14:00",
    )
    assert house.ask("time_to_resolve", JUNE).fact.denominator == 0
    assert house.ask("incident_time", JUNE).fact.value == 3600
    text = render.text(make(session(house.calculator()), REPORTS["incidents"].spec, parse(JUNE, MOSCOW)).document)
    assert "No. 8 “No lift” goes on. Clients were not told." in text


def test_who_lost_a_call_and_was_called_back_first(tmp_path: Path) -> None:
    """c1 and c2 lost calls at 13:10; c2 was tried at 13:30, c3, who lost none in it, at 13:15."""
    house = House(tmp_path, CENTRE, "2026-06-16 12:00")
    house.calls(
        *(lost(f"{DAY}T13:10", line="alpha", client_id=client) for client in ("c1", "c2")),
        attempt(f"{DAY}T13:15", line="alpha", client_id="c3"),
        attempt(f"{DAY}T13:30", line="beta", client_id="c2"),
        attempt(f"{DAY}T13:40", line="alpha", client_id="c1"),
        complete_to="2026-06-16 12:00",
    )
    _put(house, "alpha")
    rows = described(house, "incidents")["incidents.timeline"]["rows"]
    assert [(each[1][11:16], each[3]) for each in rows if each[2] == "numbers"] == [("13:30", "first call-back")]


def test_of_another_line_it_is_not_told(house: House) -> None:
    of = session(house.calculator())
    text = render.text(make(of, REPORTS["incidents"].spec, parse(JUNE, MOSCOW), line="beta", pictures=True).document)
    assert "there are no incidents" in text
    assert "account" not in text
    assert "alpha" not in text


def test_the_picture_has_the_columns_and_the_moments(house: House) -> None:
    made = moments(session(house.calculator()), report(house, "incidents"))
    assert isinstance(made, Moments)
    assert [column.amount.value for column in made.columns if column.strong] == [9]
    assert [entry.time for entry in made.entries] == [clock for clock, *_ in ENTRIES]
    assert [entry.time for entry in made.entries if entry.strong] == ["13:28"]
    assert "after 26 minutes" in "".join(part.text for part in made.titles.headline)
    assert charts.draw(made)


def test_of_an_incident_of_a_day_and_more_the_picture_has_hours(tmp_path: Path) -> None:
    """From 2 June 13:02 to 3 June 14:21, drawn from noon on; in the hour of 13:00 of the second day 9 were lost."""
    house = House(tmp_path, CENTRE, "2026-06-16 12:00")
    calls = [each for week in range(1, 9) for each in _quarter(DAY - timedelta(weeks=week), "13:05", 60, 1)]
    house.calls(*calls, *_quarter(DAY, "13:05", 60, 6), *_quarter(DAY, "13:35", 60, 3), complete_to="2026-06-16 12:00")
    began = {"incident_id": "7", "title": "No account", "lines": "alpha", "started_at": "2026-06-02 13:02"}
    house.put("incidents", [{**began, "resolved_at": "2026-06-03 14:21"}], complete_to="2026-06-16 12:00")
    made = moments(session(house.calculator()), report(house, "incidents"))
    assert isinstance(made, Moments)
    assert [(n, each.amount.value) for n, each in enumerate(made.columns) if each.amount.value] == [(25, 9)]
    assert made.heading.startswith("Lost in an hour")
    assert [label for _, label in made.ticks][:3] == ["12:00", "13:00", "14:00"]
