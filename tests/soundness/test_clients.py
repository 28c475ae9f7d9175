"""Lost clients: the fate of a client's last loss, not of any single call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit import House, answered, attempt, lost

DAY = "2026-06-01"
NEXT = "2026-06-02"


def clients(house: House, period: str = DAY, line: str | None = None) -> tuple[float | None, float | None]:
    fact = house.ask("lcr_clients", period, line).fact
    return fact.numerator, fact.denominator


def test_calls_and_clients_are_two_figures(tmp_path: Path) -> None:
    # 200 calls of 150 clients; 5 lost: 2 of one client and 2 of two others, all known, and 1 anonymous.
    house = House(tmp_path)
    house.calls(
        *(answered(f"{DAY} 09:00", client_id=f"c{n}") for n in range(149)),
        *(answered(f"{DAY} 09:30", client_id=f"c{n}") for n in range(46)),
        lost(f"{DAY} 10:00", client_id="c0"),
        lost(f"{DAY} 10:05", client_id="c0"),
        lost(f"{DAY} 10:10", client_id="c1"),
        lost(f"{DAY} 10:15", client_id="c149"),
        lost(f"{DAY} 10:20"),
        answered(f"{DAY} 11:00", client_id="elsewhere", line="other"),
        attempt(f"{DAY} 12:00", "answered", client_id="c0"),
        attempt(f"{DAY} 12:00", "answered", client_id="c1"),
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("lcr", DAY, "sales").fact.value == 2.5
    assert clients(house, line="sales") == (1, 150)
    assert house.ask("lcr_clients", DAY, "sales").fact.value == pytest.approx(0.67, abs=0.005)


def test_recovery_after_the_period_counts(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        lost(f"{DAY} 23:50", client_id="a"),
        answered(f"{NEXT} 09:00", client_id="a"),
        complete_to="2026-06-30 00:00",
    )

    assert clients(house) == (0, 1)


def test_only_a_conversation_within_the_time_recovers(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        lost(f"{DAY} 10:00", wait=0, client_id="in_time"),
        attempt(f"{NEXT} 10:00", "answered", client_id="in_time"),
        lost(f"{DAY} 10:00", wait=0, client_id="too_late"),
        attempt(f"{NEXT} 10:01", "answered", client_id="too_late"),
        lost(f"{DAY} 10:00", wait=0, client_id="only_rung"),
        attempt(f"{DAY} 10:30", "no_answer", client_id="only_rung"),
        complete_to="2026-06-30 00:00",
    )

    assert clients(house) == (2, 3)
    called_back = house.ask("called_back", DAY).fact
    assert (called_back.numerator, called_back.denominator) == (3, 3)


def test_the_last_loss_decides(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        lost(f"{DAY} 09:00", client_id="lost_again"),
        answered(f"{DAY} 10:00", client_id="lost_again"),
        lost(f"{DAY} 11:00", client_id="lost_again"),
        lost(f"{DAY} 09:00", client_id="at_last"),
        lost(f"{DAY} 10:00", client_id="at_last"),
        answered(f"{DAY} 11:00", client_id="at_last"),
        complete_to="2026-06-30 00:00",
    )

    assert clients(house) == (1, 2)


def test_a_young_loss_is_pending_and_on_neither_side(tmp_path: Path) -> None:
    house = House(tmp_path, now=f"{DAY} 18:00")
    house.calls(
        lost(f"{DAY} 10:00", client_id="pending"),
        lost(f"{DAY} 10:00", client_id="recovered"),
        answered(f"{DAY} 11:00", client_id="recovered"),
        complete_to=f"{DAY} 18:00",
    )

    fact = house.ask("lcr_clients", DAY).fact
    assert (fact.numerator, fact.denominator) == (0, 1)
    assert str(fact.remarks[0]) == "1 client may still be called back"
    house.now = house.utc("2026-06-03 00:00")
    house.put("calls", [], complete_to="2026-06-03 00:00")
    assert clients(house) == (1, 2)


def test_a_client_of_two_days_is_one_client(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered(f"{DAY} 10:00", client_id="a"),
        answered(f"{NEXT} 10:00", client_id="a"),
        answered(f"{NEXT} 10:00", client_id="b"),
        complete_to="2026-06-30 00:00",
    )

    days = house.ask("lcr_clients", f"{DAY}..{NEXT}", by="day")
    assert days.fact.denominator == 2
    assert [point.fact.denominator for point in days.points] == [1, 2]


def test_a_client_of_two_lines_is_one_of_each(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        answered(f"{DAY} 10:00", client_id="a", line="sales"),
        lost(f"{DAY} 11:00", client_id="a", line="inhouse"),
        answered(f"{DAY} 12:00", client_id="a", line="sales"),
        complete_to="2026-06-30 00:00",
    )

    assert clients(house) == (0, 1)
    assert clients(house, line="inhouse") == (0, 1)  # recovered on another line
    by_line = house.ask("lcr_clients", DAY, by="line")
    assert {point.segment: point.fact.denominator for point in by_line.points} == {"inhouse": 1, "sales": 1}


def test_not_everybody_called_back_is_not_said_to_be(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        lost(f"{DAY} 10:00", client_id="a"),
        lost(f"{DAY} 10:00", client_id="b"),
        attempt(f"{DAY} 09:00", "no_answer", client_id="b"),  # before the loss
        attempt(f"{DAY} 11:00", "no_answer", client_id="a"),
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("called_back", DAY).fact.value == 50


def test_a_conversation_counts_from_its_answer_not_from_its_queue_entry(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(
        # Waiting on one line since before midnight, lost on the other, then answered on the first.
        answered("2026-05-31 23:59:50", wait=120, client_id="two lines"),
        lost(f"{DAY} 00:00:10", wait=30, client_id="two lines", line="other"),
        # Entered within the 24 hours after the loss, answered past them.
        lost(f"{DAY} 10:00:00", wait=0, client_id="late"),
        answered(f"{NEXT} 09:59:50", wait=20, client_id="late"),
        # A loss without a time of its end is lost when its wait is over, after this answer.
        answered(f"{DAY} 12:00:00", wait=10, client_id="before"),
        {**lost(f"{DAY} 11:59:50", wait=60, client_id="before"), "ended_at": None},
        complete_to="2026-06-30 00:00",
    )

    assert clients(house) == (2, 3)
    assert house.ask("called_back", DAY).fact.numerator == 2
