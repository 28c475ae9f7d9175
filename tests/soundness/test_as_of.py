"""What is not known yet is neither a success nor a failure, and a plan runs no further than the records."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.answers import Verdict
from tests.kit import House, answered, lost

DAY = "2026-06-01"


def waiting(at: str) -> dict[str, object]:
    return {"direction": "in", "started_at": at}


def test_a_call_still_waiting_past_the_threshold_is_a_miss_and_in_no_other_figure(tmp_path: Path) -> None:
    house = House(tmp_path, now=f"{DAY} 10:10:00")
    house.calls(
        answered(f"{DAY} 10:00:00", wait=10),
        lost(f"{DAY} 10:01:00", wait=60),
        waiting(f"{DAY} 10:09:00"),  # 60 s: past the threshold of 30 s
        waiting(f"{DAY} 10:09:50"),  # 10 s: may still be met
        complete_to=f"{DAY} 10:10:00",
    )

    level = house.ask("sl", DAY).fact
    assert (level.numerator, level.denominator) == (1, 3)  # answered, lost, waiting past the threshold
    assert str(level.remarks[0]) == "2 calls in work"
    assert house.ask("lcr", DAY).fact.value == 50
    assert house.ask("asa", DAY).fact.value == 10
    assert house.ask("calls", DAY).fact.value == 4


def test_a_call_open_for_over_four_hours_is_unknown_and_in_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, now=f"{DAY} 14:00:01")
    house.calls(answered(f"{DAY} 09:00"), waiting(f"{DAY} 10:00:00"), complete_to=f"{DAY} 14:00:01")

    level = house.ask("sl", DAY).fact
    assert (level.numerator, level.denominator) == (1, 1)
    assert str(level.remarks[0]) == "1 call open for over 4 hours, in no figure"


def test_a_call_being_talked_on_is_answered_and_not_handled(tmp_path: Path) -> None:
    house = House(tmp_path, now=f"{DAY} 10:10")
    talking = answered(f"{DAY} 10:05") | {"ended_at": None, "talk_s": None, "hold_s": None, "wrap_s": None}
    house.calls(answered(f"{DAY} 10:00", talk=100), talking, complete_to=f"{DAY} 10:10")

    assert house.ask("asa", DAY).fact.denominator == 2
    assert house.ask("aht", DAY).fact.denominator == 1
    assert house.ask("aht", DAY).fact.remarks == ()


def test_a_clock_before_now_sees_what_was_known_then(tmp_path: Path) -> None:
    house = House(tmp_path, now=f"{DAY} 10:02:00")
    house.calls(
        answered(f"{DAY} 10:00:00", wait=10, talk=60),  # over at 10:01:10
        answered(f"{DAY} 10:01:00", wait=50, talk=300),  # being talked on
        lost(f"{DAY} 10:01:40", wait=60),  # still waiting, for 20 s
        answered(f"{DAY} 10:30:00"),  # not there yet
        complete_to="2026-06-30 00:00",
    )

    assert house.ask("calls", DAY).fact.value == 3
    assert house.ask("aht", DAY).fact.denominator == 1
    assert house.ask("lcr", DAY).fact.value == 0
    level = house.ask("sl", DAY).fact
    assert (level.numerator, level.denominator) == (1, 2)  # one of the answered waited 50 s
    house.now = house.utc("2026-07-01 00:00")
    assert house.ask("calls", DAY).fact.value == 4
    assert house.ask("lcr", DAY).fact.value == 25


def test_the_plan_runs_to_the_records_and_not_to_now(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-10 12:00")
    # Ten calls on each of the first five days; the records end with the fifth day.
    house.calls(
        *[answered(f"2026-06-0{day} 10:00") for day in range(1, 6) for _ in range(10)],
        complete_to="2026-06-06 00:00",
    )
    house.plan("calls", "half_month", "2026-06-01", 150)  # no history: ten a day

    answer = house.ask("calls", "2026-06-01..2026-06-15")
    assert answer.as_of == house.utc("2026-06-06 00:00")
    assert (answer.fact.value, answer.plan, answer.planned.full) == (50, 50, 150)
    assert answer.pace == 100


def test_records_end_with_the_last_that_they_tell_of_unless_declared(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-10 12:00")
    house.calls(answered("2026-06-01 10:00"), answered("2026-06-05 12:00", wait=10, talk=60))

    answer = house.ask("calls", "2026-06-01..2026-06-15")
    assert answer.as_of == house.utc("2026-06-05 12:01:10")
    assert answer.fact.value == 2  # the latest event itself is known


@pytest.mark.parametrize("ends", [True, False], ids=["times of the ends", "durations alone"])
def test_a_closed_file_knows_the_fate_of_its_last_calls(tmp_path: Path, ends: bool) -> None:
    house = House(tmp_path)
    rows = [
        answered(f"{DAY} 09:00:00", wait=10, talk=600),
        lost(f"{DAY} 09:05:00", wait=60),
        answered(f"{DAY} 09:05:30", wait=30, talk=840),  # the last to begin and the last to end, at 09:20
    ]
    house.calls(*(row if ends else {**row, "ended_at": None} for row in rows))

    facts = {name: house.ask(name, DAY).fact for name in ("lcr", "sl", "asa", "aht")}
    assert {name: (fact.numerator, fact.denominator, fact.remarks) for name, fact in facts.items()} == {
        "lcr": (1, 3, ()),
        "sl": (2, 3, ()),
        "asa": (40, 2, ()),
        "aht": (1440, 2, ()),
    }
    assert house.ask("calls", DAY).as_of == house.utc(f"{DAY} 09:20:00")


def test_a_duration_that_no_call_has_tells_of_no_end(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(answered(f"{DAY} 09:00:00") | {"ended_at": None, "wait_s": 1e300, "client_id": "a"})

    assert house.ask("calls", DAY).as_of == house.utc(f"{DAY} 09:00:00")
    assert house.ask("lcr_clients", DAY).fact.denominator == 1


def test_a_shift_is_known_to_its_end_and_a_reservation_to_its_cancellation(tmp_path: Path) -> None:
    house = House(tmp_path)
    shift = {"agent_id": "a", "started_at": f"{DAY} 08:00", "ended_at": f"{DAY} 20:00", "category": "ready"}
    house.put("activities", [shift, shift | {"agent_id": "b", "started_at": f"{DAY} 12:00"}])
    deal = {"reservation_id": "1", "reserved_at": f"{DAY} 10:00", "cancelled_at": "2026-06-04 10:00"}
    house.put("reservations", [deal])

    assert house.ask("activity_hours", DAY).fact.value == 12 + 8
    assert house.ask("reserves_cancelled", "2026-06-01..2026-06-15").fact.value == 1
    assert house.ask("reserves", "2026-06-01..2026-06-15").as_of == house.utc("2026-06-04 10:00")


def test_calls_and_chats_whose_end_is_never_told_are_counted_beside_the_figure(tmp_path: Path) -> None:
    house = House(tmp_path)
    endless = {"direction": "in", "outcome": "answered", "started_at": f"{DAY} 09:00", "wait_s": 5.0}
    house.calls(endless, answered(f"{DAY} 13:30", talk=60))
    chat = {"started_at": f"{DAY} 09:00", "accepted_at": f"{DAY} 09:01", "outcome": "answered"}
    over = {"started_at": f"{DAY} 13:30", "accepted_at": f"{DAY} 13:31", "ended_at": f"{DAY} 13:41"}
    house.put("chats", [chat, over | {"outcome": "answered", "wrap_s": 0.0}])

    handling, chats = house.ask("aht", DAY).fact, house.ask("chat_aht", DAY).fact
    assert (handling.value, chats.value) == (60, 600)
    assert [str(remark) for remark in handling.remarks] == ["1 answered call without an end left out"]
    assert [str(remark) for remark in chats.remarks] == ["1 answered chat without an end left out"]


def test_records_that_end_before_the_period_are_no_zero(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-10 12:00")
    house.calls(answered("2026-06-01 10:00"))

    fact = house.ask("calls", "2026-06-05").fact
    assert fact.value is None
    assert "the records end on" in str(fact.missing)


def test_a_sum_over_tables_is_as_of_the_earliest_of_them(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-10 12:00")
    house.calls(
        answered("2026-06-01 10:00", is_target=True),
        answered("2026-06-09 10:00", is_target=True),
        complete_to="2026-06-10 00:00",
    )
    house.put("leads", [{"created_at": "2026-06-02 10:00", "is_target": True}], complete_to="2026-06-03 00:00")
    chat = {"started_at": "2026-06-02 11:00", "outcome": "answered", "is_target": True}
    house.put("chats", [chat], complete_to="2026-06-10 00:00")

    answer = house.ask("target_in", "2026-06-01..2026-06-15")
    assert answer.as_of == house.utc("2026-06-03 00:00")
    assert answer.fact.value == 3  # the call of 9 June lies past what the leads are known for


def test_a_volume_below_plan_is_behind_while_its_time_goes_on_and_missed_after(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-08 00:00")
    house.calls(*[answered("2026-06-02 10:00", is_target=True)] * 5, complete_to="2026-06-30 00:00")
    house.put("leads", [{"created_at": "2026-06-02 10:00", "is_target": False}], complete_to="2026-06-30 00:00")
    house.put("chats", [{"started_at": "2026-06-02 10:00", "is_target": False}], complete_to="2026-06-30 00:00")
    house.plan("target_in", "half_month", "2026-06-01", 150)

    assert house.ask("target_in", "2026-06-01..2026-06-15").verdict is Verdict.BEHIND
    house.now = house.utc("2026-06-16 00:00")
    assert house.ask("target_in", "2026-06-01..2026-06-15").verdict is Verdict.MISSED
