"""When an episode begins, goes on and is over, by readings of a service level over half an hour."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.alerts.episodes import AlertReading, Condition, Episode, followed, is_quiet
from warehouse.messages import note

BELOW_80 = Condition("<", 80, 30)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-16T{clock}")


def told(*readings: tuple[str, float | None], condition: Condition = BELOW_80) -> list[Episode]:
    """The episodes that come of readings; without a value it is one from which nothing follows."""
    found: list[Episode] = []
    going_on: Episode | None = None
    for clock, value in readings:
        hold = note("too few") if value is None else None
        going_on = followed(going_on, 1, condition, AlertReading(at(clock), value, hold=hold))
        if going_on and going_on.over_at:
            found.append(going_on)
            going_on = None
    return [*found, going_on] if going_on else found


def test_it_begins_with_the_first_reading_beyond_and_knows_the_worst() -> None:
    (episode,) = told(("12:00", 80), ("12:05", 79.9), ("12:10", 62), ("12:15", 70))

    assert (episode.began_at, episode.worst, episode.worst_at) == (at("12:05"), 62, at("12:10"))
    assert (episode.value, episode.over_at) == (70, None)


def test_it_is_over_when_it_was_right_for_a_whole_window_and_ended_when_that_began() -> None:
    # Right again from 13:00 on: at 13:29 that is no half hour yet.
    readings = (("12:30", 60.0), ("13:00", 85.0), ("13:29", 90.0))
    assert told(*readings)[0].over_at is None
    assert told(*readings, ("13:30", 90.0))[0].over_at == at("13:00")


def test_what_flaps_is_one_episode() -> None:
    flapping = [(f"12:{minute:02}", 78.0 if minute % 20 < 10 else 82.0) for minute in range(0, 60, 5)]

    (episode,) = told(*flapping, ("13:15", 82), ("13:19", 79))
    assert (episode.began_at, episode.over_at, episode.good_since) == (at("12:00"), None, None)


def test_after_its_end_the_next_one_is_another() -> None:
    first, second = told(("12:00", 70), ("12:05", 81), ("12:35", 81), ("12:40", 75))

    assert (first.over_at, second.began_at, second.worst) == (at("12:05"), at("12:40"), 75)


def test_a_reading_from_which_nothing_follows_neither_begins_nor_ends_anything() -> None:
    assert told(("12:00", None)) == []
    (episode,) = told(("12:00", 70), ("12:05", 85), ("12:35", None), ("12:36", None))
    assert episode.over_at is None
    assert episode.as_of == at("12:05")


def test_records_that_were_put_back_change_nothing() -> None:
    (episode,) = told(("12:10", 70), ("12:00", 20))
    assert (episode.worst, episode.as_of) == (70, at("12:10"))


@pytest.mark.parametrize(
    ("operator", "within", "beyond", "worse"),
    [("<", 80, 79, 70), ("<=", 81, 80, 79), (">", 80, 81, 90), (">=", 79, 80, 81)],
)
def test_each_way_of_being_beyond(operator: str, within: float, beyond: float, worse: float) -> None:
    condition = Condition(operator, 80, 30)
    assert told(("12:00", within), condition=condition) == []
    (episode,) = told(("12:00", beyond), ("12:05", worse), ("12:10", beyond), condition=condition)
    assert episode.worst == worse


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        ("22:00-08:00", "21:59", False),
        ("22:00-08:00", "22:00", True),
        ("22:00-08:00", "03:00", True),
        ("22:00-08:00", "08:00", False),
        ("12:00-13:00", "12:30", True),
        ("12:00-13:00", "13:00", False),
        ("", "03:00", False),
    ],
)
def test_quiet_hours_are_of_the_clock(hours: str, clock: str, quiet: bool) -> None:
    assert is_quiet(hours, at(clock)) is quiet
