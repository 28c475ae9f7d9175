"""First contacts: which are solved, by whom, and what makes clients come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import charts
from bot.channels.files import render
from charts.forms.ladders import Ladders
from digests.catalogue import REPORTS
from digests.catalogue.fcr import FCR
from digests.compose import make
from digests.pictures.fcr import ladders
from metrics.periods import parse
from tests.kit import MOSCOW, House, answered, attempt, lost
from tests.operations.world import CENTRE, JUNE, described, report, row, session, world

CHAT = {"outcome": "answered", "line": "alpha", "client_id": "c", "topic": "keys"}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> House:
    return world(tmp_path_factory.mktemp("world"))


def test_every_number_of_the_worked_half_month(centre: House) -> None:
    found = described(centre, "fcr")

    figures = {each["key"]: (each["numerator"], each["denominator"]) for each in found["figures"]}
    assert figures == {"fcr": (5, 7), "first_line": (3, 7), "repeats": (3, 12), "tickets": (2, 13)}
    # Each of the seven is one of the four: three, one, one and two.
    assert found["topics"]["totals"] == [7, 3, 1, 1, 2, pytest.approx(500 / 7)]
    assert row(found["topics"], "payments") == {
        "topic": "payments",
        "first": 2,
        "first_line": 1,
        "by_transfer": 0,
        "ticket": 0,
        "repeated": 1,
        "fcr": 50,
    }
    # c2 called and wrote exactly a week later: any channel repeats any other.
    assert row(found["channels"], "call") == {"from_channel": "call", "call": 2, "chat": 1, "total": 3}
    assert [centre.ask(key, JUNE).fact.value for key in ("time_to_close", "time_to_close_median")] == [131400, 131400]
    leak = row(found["fcr.processes"], "Repair → Leak")
    assert (leak["tickets"], leak["from_contacts"], leak["time_to_close_median"]) == (1, 1, 3 * 86400)
    assert (leak["reopened"], leak["open"]) == (1, 0)


def _house(root: Path, *rows: dict[str, Any], now: str = "2026-06-30 00:00") -> House:
    house = House(root, CENTRE, now)
    before = answered("2026-04-01 10:00", line="alpha", client_id="z", topic="keys")
    of = {"line": "alpha", "client_id": "c", "topic": "keys"}
    house.calls(before, *({**of, **each} for each in rows), complete_to=now)
    return house


FIRST = answered("2026-06-01 10:00:00")


@pytest.mark.parametrize(
    ("then", "solved"),
    [
        # Exactly a week is a repeat, a second more is none.
        (answered("2026-06-08 10:00:00"), 0),
        (answered("2026-06-08 10:00:01"), 1),
        (answered("2026-06-03 10:00", topic="payments"), 1),
        (answered("2026-06-03 10:00", client_id="d"), 1),
        (answered("2026-06-03 10:00", line="beta"), 0),
        # Nobody answered, so nobody asked again; and we are not the client.
        (lost("2026-06-03 10:00", topic="keys"), 1),
        (attempt("2026-06-03 10:00", outcome="answered", topic="keys"), 1),
        # After the period's end, and still within the week.
        (answered("2026-06-05 10:00", topic=None), 1),
    ],
)
def test_what_is_a_repeat(tmp_path: Path, then: dict[str, Any], solved: int) -> None:
    house = _house(tmp_path, FIRST, then)
    answer = house.ask("fcr", "2026-06-01")
    assert (answer.fact.numerator, answer.fact.denominator) == (solved, 1)


def test_a_chat_repeats_a_call(tmp_path: Path) -> None:
    house = _house(tmp_path, FIRST)
    chat = {**CHAT, "started_at": "2026-06-02 10:00", "accepted_at": "2026-06-02 10:01"}
    house.put("chats", [chat], complete_to="2026-06-30 00:00")
    assert house.ask("fcr", JUNE).fact.value == 0
    assert house.ask("repeats", JUNE).fact.numerator == 1


def test_who_called_the_week_before_the_period_is_not_first(tmp_path: Path) -> None:
    house = _house(tmp_path, answered("2026-05-26 12:00"), answered("2026-06-01 09:00"))
    fact = house.ask("fcr", JUNE).fact
    assert (fact.value, fact.denominator) == (None, 0)
    assert house.ask("repeats", JUNE).fact.value == 100


def test_what_is_younger_than_a_week_is_in_no_figure_and_counted(tmp_path: Path) -> None:
    house = _house(tmp_path, FIRST, answered("2026-06-10 10:00", client_id="d"), now="2026-06-16 12:00")
    fact = house.ask("fcr", JUNE).fact
    assert (fact.numerator, fact.denominator) == (1, 1)
    assert [remark.params["n"] for remark in fact.remarks] == [1]
    text = render.text(
        make(session(house.calculator()), REPORTS["fcr"].spec, parse("2026-06-10..2026-06-15", MOSCOW)).document
    )
    assert "Nothing is ripe yet: it will be on June 23." in text.replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_is_known_to_be_first_in_the_first_week_of_the_records(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, "2026-06-30 00:00")
    of = {"line": "alpha", "topic": "keys"}
    house.calls(
        answered("2026-06-01 10:00", client_id="c", **of),
        answered("2026-06-08 10:00", client_id="d", **of),
        complete_to="2026-06-30 00:00",
    )
    assert house.ask("fcr", JUNE).fact.denominator == 1


def test_a_contact_is_one_whatever_rows_it_has(tmp_path: Path) -> None:
    """Its client is known from the first row, its topic and line from the last answered one; it repeats nothing."""
    house = _house(
        tmp_path,
        {**lost("2026-06-01 10:00"), "contact_id": "x", "topic": None},
        answered("2026-06-01 10:05", contact_id="x", client_id=None, topic="payments", transferred_to="beta"),
        answered("2026-06-01 10:10", contact_id="x", client_id=None, topic="keys", line="beta"),
    )
    found = house.ask("fcr_first", JUNE, by=("line", "topic"))
    assert [(p.values, p.fact.value) for p in found.points if p.fact.value] == [(("beta", "keys"), 1)]
    assert house.ask("ladder_transfer", JUNE).fact.value == 1


@pytest.mark.parametrize(("days", "solved"), [(3, 1), (5, 0)])
def test_the_days_are_the_centres_own(tmp_path: Path, days: int, solved: int) -> None:
    house = _house(tmp_path, FIRST, answered("2026-06-05 10:00"))
    house.centre = replace(house.centre, fcr_days=days)
    assert house.ask("fcr", "2026-06-01").fact.numerator == solved


def test_without_topics_what_one_client_asks_is_one_thing(tmp_path: Path) -> None:
    """Of two clients one calls again after three days. With a topic on one call of three, two are in no chain."""
    calls = [
        answered(f"2026-06-0{day} 10:00", client_id=who, topic=None) for day, who in ((1, "a"), (2, "b"), (4, "a"))
    ]
    fact = _house(tmp_path / "none", *calls).ask("fcr", JUNE).fact
    assert (fact.numerator, fact.denominator) == (1, 2)
    assert "no contact has a topic: what one client asks is taken for one thing" in [str(r) for r in fact.remarks]
    some = _house(tmp_path / "some", {**calls[0], "topic": "keys"}, *calls[1:])
    assert some.ask("fcr", JUNE).fact.denominator == 1
    said = FCR.summary(session(some.calculator()), report(some, "fcr"))
    assert [str(each) for each in said] == ["67% of contacts have no client or no topic: nothing is concluded."]


def test_without_a_link_to_tickets_the_other_parts_stand(tmp_path: Path) -> None:
    found = described(_house(tmp_path, FIRST), "fcr")
    assert found["topics"]["totals"][:4] == [1, 1, 0, None]
    assert "Tickets per contact" not in str(found["topics"]["remarks"])
    assert found["topics"]["remarks"]


def test_who_asks_where_a_ticket_is(tmp_path: Path) -> None:
    """Between its creation and its closing the client called twice on its topic: from one of the calls it came."""
    house = _house(
        tmp_path,
        answered("2026-06-02 10:00", contact_id="first"),
        answered("2026-06-03 10:00", contact_id="second"),
        answered("2026-06-03 11:00", contact_id="third", topic="payments"),
        answered("2026-06-05 10:00", contact_id="late"),
    )
    of = {"ticket_id": "z", "topic": "keys", "client_id": "c", "contact_id": "first"}
    events = [("created", "2026-06-02 09:59"), ("closed", "2026-06-04 10:00")]
    rows = [{"event_id": kind, "kind": kind, "at": at, **of} for kind, at in events]
    house.put("ticket_events", rows, complete_to="2026-06-30 00:00")
    assert house.ask("chasers", JUNE).fact.value == 1


def test_a_reopened_ticket_is_not_closed(tmp_path: Path) -> None:
    house = House(tmp_path, CENTRE, "2026-06-30 00:00")
    events = [("created", 1), ("closed", 2), ("reopened", 3)]
    rows = [{"event_id": kind, "ticket_id": "z", "kind": kind, "at": f"2026-06-0{n} 10:00"} for kind, n in events]
    house.put("ticket_events", rows, complete_to="2026-06-30 00:00")
    assert house.ask("time_to_close", JUNE).fact.denominator == 0
    assert house.ask("tickets_open", JUNE).fact.value == 1


def test_the_change_is_shared_out_by_topic(tmp_path: Path) -> None:
    """May: 1 of 2 with keys comes back. June: 2 of 2. FCR falls from 50 to 0 per cent, all of it with keys."""
    day = ["2026-05-02", "2026-05-05", "2026-06-02", "2026-06-05"]
    house = _house(
        tmp_path,
        answered(f"{day[0]} 10:00", client_id="a"),
        answered(f"{day[0]} 10:00", client_id="b"),
        answered(f"{day[1]} 10:00", client_id="b"),
        *(answered(f"{at} 10:00", client_id=client) for at in day[2:] for client in ("d", "e")),
    )
    why = described(house, "fcr")["fcr.why"]
    assert why["change"] == -50
    assert row(why, "keys") == {"topic": "keys", "fcr": 0, "before": 50, "rate": -50, "shift": 0, "change": -50}


def test_the_picture_has_four_parts_of_each_topic(centre: House) -> None:
    made = ladders(session(centre.calculator()), report(centre, "fcr"))
    assert isinstance(made, Ladders)
    keys = next(each for each in made.rows if each.name == "keys")
    assert [round(rung.share.value, 1) for rung in keys.rungs] == [66.7, 0, 0, 33.3]
    assert keys.value == "1 of 3"
    assert made.statement == "At the first contact 71.4%: first line 42.9, transfer 14.3, ticket 14.3."
    assert charts.draw(made)


def test_of_one_line_nothing_is_said_of_the_others(centre: House) -> None:
    of = session(centre.calculator())
    text = render.text(make(of, REPORTS["fcr"].spec, parse(JUNE, MOSCOW), line="beta", pictures=True).document)
    assert "repair" in text
    assert {name for name in ("alpha", "gamma", "contract") if name in text} == set()
