"""The moment that a figure is compared with: the same point of another period."""

from __future__ import annotations

from datetime import datetime

import pytest

from digests.enquiry import Versus, When
from digests.replies.moments import moment
from metrics.periods import parse, to_local, to_utc
from tests.kit import MOSCOW

OVER = "2027-01-01 00:00"


def compared(period: str, known_to: str = OVER, versus: Versus | When | None = None, zone: str = MOSCOW) -> str:
    found = moment(parse(period, zone), to_utc(datetime.fromisoformat(known_to), zone), versus)
    assert found is not None
    ends = (to_local(end, zone) for end in (found.period.start, found.period.end))
    return " to ".join(f"{end:%Y-%m-%d %H:%M}" for end in ends)


@pytest.mark.parametrize(
    ("period", "known_to", "expected"),
    [
        # Of a day and of a week, the week before; a running one up to the same minute.
        ("2026-06-15", OVER, "2026-06-08 00:00 to 2026-06-09 00:00"),
        ("2026-06-16", "2026-06-16 12:00", "2026-06-09 00:00 to 2026-06-09 12:00"),
        ("2026-06-15..2026-06-21", "2026-06-16 12:00", "2026-06-08 00:00 to 2026-06-09 12:00"),
        # Of a half month, the same one of the month before, whatever their lengths.
        ("2026-06-01..2026-06-15", OVER, "2026-05-01 00:00 to 2026-05-16 00:00"),
        ("2026-06-16..2026-06-30", OVER, "2026-05-16 00:00 to 2026-06-01 00:00"),
        ("2026-06-16..2026-06-30", "2026-06-16 12:00", "2026-05-16 00:00 to 2026-05-16 12:00"),
        ("2026-03-16..2026-03-31", "2026-03-31 12:00", "2026-02-16 00:00 to 2026-02-28 12:00"),
        # Of a month, a quarter, a year, the same of the year before.
        ("2026-06", OVER, "2025-06-01 00:00 to 2025-07-01 00:00"),
        ("2026-06", "2026-06-16 12:00", "2025-06-01 00:00 to 2025-06-16 12:00"),
        ("2024-02", OVER, "2023-02-01 00:00 to 2023-03-01 00:00"),
        ("2026-04-01..2026-06-30", OVER, "2025-04-01 00:00 to 2025-07-01 00:00"),
        # Of any other run of days, as many weeks as it touches: the weekdays are the same.
        ("2026-06-02..2026-06-11", OVER, "2026-05-19 00:00 to 2026-05-29 00:00"),
    ],
)
def test_the_comparable_moment(period: str, known_to: str, expected: str) -> None:
    assert compared(period, known_to) == expected


@pytest.mark.parametrize(
    ("versus", "expected"),
    [
        (Versus.DAY, "2026-05-30 00:00 to 2026-05-31 00:00"),
        (Versus.WEEK, "2026-05-24 00:00 to 2026-05-25 00:00"),
        (Versus.MONTH, "2026-04-30 00:00 to 2026-05-01 00:00"),
        (Versus.YEAR, "2025-05-31 00:00 to 2025-06-01 00:00"),
    ],
)
def test_what_is_asked_for_instead(versus: Versus, expected: str) -> None:
    assert compared("2026-05-31", OVER, versus) == expected


def test_the_30th_of_may_a_month_ago_is_a_whole_day_too() -> None:
    assert compared("2026-05-30", OVER, Versus.MONTH) == "2026-04-30 00:00 to 2026-05-01 00:00"


def test_another_period_is_taken_as_far_as_this_one_is_known() -> None:
    other = When("may", parse("2026-05", MOSCOW))

    assert compared("2026-06", "2026-06-10 06:00", other) == "2026-05-01 00:00 to 2026-05-10 06:00"
    assert compared("2026-06", OVER, other) == "2026-05-01 00:00 to 2026-06-01 00:00"


def test_the_same_time_of_day_through_a_clock_change() -> None:
    # The clocks went forward on 29 March: noon is noon, though 168 hours earlier it was 11.
    found = compared("2026-03-30", "2026-03-30 12:00", zone="Europe/Berlin")
    assert found == "2026-03-23 00:00 to 2026-03-23 12:00"


def test_a_plan_is_no_moment() -> None:
    assert moment(parse("2026-06", MOSCOW), parse("2026-06", MOSCOW).end, Versus.PLAN) is None
