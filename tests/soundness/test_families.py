"""Chats, transfers, the bot and agents' time, each by the example that settles its definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kit import House, answered, lost

DAY, NEXT = "2026-06-01", "2026-06-02"


def chat(start: int, end: int, agent: str = "a1", **more: Any) -> dict[str, Any]:
    """A chat accepted at once, that many seconds after ten."""
    at, until = (f"{DAY} 10:{second // 60:02}:{second % 60:02}" for second in (start, end))
    times = {"started_at": at, "accepted_at": at, "ended_at": until}
    return {**times, "outcome": "answered", "agent_id": agent, "wrap_s": 0.0, "line": "inhouse", **more}


def test_chats_at_once_are_engaged_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    chats = [chat(0, 400), chat(100, 500), chat(100, 300), chat(450, 750)]
    house.put("chats", chats, complete_to="2026-06-30 00:00")

    assert house.ask("chat_aht", DAY).fact.value == 325  # 400 + 400 + 200 + 300 = 1300 over 4
    assert house.ask("chat_aht_adjusted", DAY).fact.value == 187.5  # 750 s engaged over 4
    assert house.ask("chat_concurrency", DAY).fact.value == pytest.approx(1.733, abs=0.0005)


def test_engaged_time_of_two_agents_is_summed_and_adjoining_chats_do_not_overlap(tmp_path: Path) -> None:
    house = House(tmp_path)
    chats = [chat(0, 100, "a1"), chat(100, 200, "a1"), chat(0, 100, "a2"), chat(0, 100, "a2", line="sales")]
    house.put("chats", chats, complete_to="2026-06-30 00:00")

    assert house.ask("chat_aht_adjusted", DAY).fact.numerator == 300
    assert house.ask("chat_aht_adjusted", DAY, line="inhouse").fact.numerator == 300
    by_line = house.ask("chat_aht_adjusted", DAY, by="line").points
    assert {point.segment: point.fact.numerator for point in by_line} == {"inhouse": 300, "sales": 100}


def test_a_transferred_contact_counts_once_in_the_centre_and_once_on_each_line(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered(f"{DAY} 10:00", contact_id="x", line="sales", transferred_to="inhouse"),
        answered(f"{DAY} 10:05", contact_id="x", line="inhouse", transferred_to="sales"),
        answered(f"{DAY} 10:10", contact_id="x", line="sales"),
        answered(f"{DAY} 10:00", contact_id="y", line="sales"),
        answered(f"{DAY} 10:00", contact_id="z", line="inhouse"),
        lost(f"{DAY} 10:00", contact_id="w", line="inhouse", transferred_to="sales"),
        complete_to="2026-06-30 00:00",
    )

    whole = house.ask("transfers", DAY).fact
    assert (whole.numerator, whole.denominator) == (1, 3)
    inhouse = house.ask("transfers", DAY, line="inhouse").fact
    assert (inhouse.numerator, inhouse.denominator) == (1, 2)


def handed_over(contact: str, line: str = "sales") -> dict[str, Any]:
    bot = {"started_at": f"{DAY} 09:00", "wait_s": 2.0, "dialogue_s": 40.0}
    return {**bot, "outcome": "handed_over", "handed_to": line, "contact_id": contact}


def test_containment_and_correct_handover(tmp_path: Path) -> None:
    house = House(tmp_path)
    bot = {"started_at": f"{DAY} 09:00", "wait_s": 2.0, "dialogue_s": 20.0}
    house.put(
        "bot_calls",
        [
            {**bot, "outcome": "contained", "contact_id": "asked again"},
            {**bot, "outcome": "hung_up"},
            *(handed_over(contact) for contact in ("stayed", "moved", "returned", "lost")),
        ],
        complete_to="2026-06-30 00:00",
    )
    house.calls(
        answered(f"{DAY} 09:01", contact_id="stayed", line="sales"),
        answered(f"{DAY} 09:01", contact_id="moved", line="sales", transferred_to="inhouse"),
        answered(f"{DAY} 09:05", contact_id="moved", line="inhouse"),
        answered(f"{DAY} 09:01", contact_id="returned", line="sales"),
        answered(f"{DAY} 09:05", contact_id="returned", line="inhouse"),
        answered(f"{DAY} 09:09", contact_id="returned", line="sales"),
        lost(f"{DAY} 09:01", contact_id="lost", line="sales"),
        answered(f"{DAY} 09:20", contact_id="asked again", line="sales"),  # the bot handed nothing over
        complete_to="2026-06-30 00:00",
    )

    correct = house.ask("bot_correct", DAY).fact
    assert (correct.numerator, correct.denominator) == (2, 3)  # stayed and returned of the three answered
    contained = house.ask("bot_containment", DAY).fact
    assert (contained.numerator, contained.denominator) == (1, 6)
    assert house.ask("bot_dialogue", DAY).fact.value == pytest.approx(200 / 6)


def activity(start: str, end: str | None, category: str, name: str | None = None) -> dict[str, Any]:
    times = {"started_at": f"{DAY} {start}", "ended_at": f"{DAY} {end}" if end else None}
    return {"agent_id": "a1", **times, "category": category, "activity": name}


def test_occupancy_utilisation_and_shrinkage(tmp_path: Path) -> None:
    house = House(tmp_path)
    # Paid 480 minutes, 120 of them off the queue, 306 handling.
    house.put(
        "activities",
        [
            activity("09:00", "14:06", "handling"),
            activity("14:06", "15:00", "ready"),
            activity("15:00", "16:00", "work"),
            activity("16:00", "17:00", "break"),
            activity("17:00", "23:00", "off"),
        ],
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("occupancy", DAY).fact.value == 85
    assert house.ask("utilisation", DAY).fact.value == 75
    assert house.ask("shrinkage", DAY).fact.value == 25


def test_activity_hours_are_cut_at_borders_and_at_the_as_of_time(tmp_path: Path) -> None:
    house = House(tmp_path, now=f"{DAY} 12:00")
    overnight = activity("00:00", "01:00", "handling", "routing") | {"started_at": "2026-05-31 22:00"}
    house.put(
        "activities",
        [
            overnight,
            activity("10:00", None, "ready", "warranty"),
            activity("09:00", "10:00", "break"),
            activity("11:00", "13:00", "work") | {"agent_id": "a2"},  # planned to go on past now
        ],
        complete_to=f"{DAY} 12:00",
    )

    assert house.ask("activity_hours", DAY).fact.value == 4  # one hour after midnight, two and one until noon
    days = house.ask("activity_hours", f"2026-05-31..{DAY}", by="day").points
    assert [point.fact.value for point in days] == [2, 4]
    by_activity = house.ask("activity_hours", DAY, by="activity").points
    hours = {point.segment: point.fact.value for point in by_activity}
    assert (hours["routing"], hours["warranty"]) == (1, 2)


def test_closed_is_not_closed_of_the_routed(tmp_path: Path) -> None:
    house = House(tmp_path)
    events = [("1", "routed", "2026-05-31"), ("1", "closed", DAY), ("2", "routed", DAY), ("3", "task_done", DAY)]
    rows = [
        {"event_id": str(i), "ticket_id": ticket, "kind": kind, "at": f"{day} 10:00"}
        for i, (ticket, kind, day) in enumerate(events)
    ]
    house.put("ticket_events", rows, complete_to="2026-06-30 00:00")

    facts = [house.ask(metric, DAY).fact.value for metric in ("desk_routed", "desk_closed", "desk_tasks")]
    assert facts == [1, 1, 1]


def test_a_cancellation_does_not_change_the_day_of_the_reservation(tmp_path: Path) -> None:
    house = House(tmp_path)
    row = {"reservation_id": "1", "reserved_at": f"{DAY} 10:00", "area_m2": 40.25, "cancelled_at": "2026-06-02 10:00"}
    house.put("reservations", [row], complete_to="2026-06-30 00:00")

    assert house.ask("reserves", DAY).fact.value == 1
    assert house.ask("reserves_m2", DAY).fact.value == 40.25
    cancelled = house.ask("reserves_cancelled", f"{DAY}..2026-06-02", by="day").points
    assert [point.fact.value for point in cancelled] == [0, 1]


def test_target_traffic_outbound_is_conversations(tmp_path: Path) -> None:
    house = House(tmp_path)
    outbound = {"direction": "out", "started_at": f"{DAY} 10:00", "is_target": True}
    house.calls(
        {**outbound, "outcome": "answered"},
        {**outbound, "outcome": "no_answer"},
        {**outbound, "outcome": "answered", "is_target": False},
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("target_out", DAY).fact.value == 1
    assert house.ask("calls_out", DAY).fact.value == 3


def test_what_a_source_never_tells_is_absent_not_zero(tmp_path: Path) -> None:
    """A log of log-ins and pauses alone has no handling; inbound calls alone say nothing of attempts."""
    house = House(tmp_path)
    shift = {"agent_id": "a", "started_at": f"{DAY} 08:00", "ended_at": f"{DAY} 10:00", "category": "ready"}
    house.put("activities", [shift])
    house.calls(answered(f"{DAY} 09:00"))
    house.put("ticket_events", [{"event_id": "1", "ticket_id": "1", "at": f"{DAY} 09:00", "kind": "created"}])

    facts = {name: house.ask(name, DAY).fact for name in ("occupancy", "utilisation", "calls_out", "desk_closed")}
    assert {name: fact.value for name, fact in facts.items()} == dict.fromkeys(facts)
    assert str(facts["occupancy"].missing) == "cannot be computed: activities never says category = handling"
    assert str(facts["utilisation"].missing) == "cannot be computed: activities never says category = work / break"
    assert house.ask("activity_hours", DAY).fact.value == 2

    # Another source tells of both, of another agent and on another day: the first agent's day stays unknown.
    other = [
        {"agent_id": "b", "started_at": f"{NEXT} 08:00", "ended_at": f"{NEXT} 09:00", "category": "handling"},
        {"agent_id": "b", "started_at": f"{NEXT} 09:00", "ended_at": f"{NEXT} 10:00", "category": "ready"},
    ]
    house.put("activities", other)
    mixed = house.ask("occupancy", f"{DAY}..{NEXT}").fact
    assert (mixed.numerator, mixed.denominator) == (3600, 4 * 3600)
    assert [str(remark) for remark in mixed.remarks] == ["1 interval of agents of whom no handling is known"]
    assert house.ask("occupancy", NEXT).fact.remarks == ()
