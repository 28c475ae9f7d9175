"""The moment that a figure is compared with: the same point of another period."""

from __future__ import annotations

from datetime import datetime

import pytest

from digests.answers.view import moment
from digests.request import Versus, When
from metrics.periods import Period, parse, to_local, to_utc
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


@pytest.mark.parametrize(
    ("said", "period", "known_to", "expected"),
    [
        # To date: as many elapsed days of the one before, also where the half month or the week would say otherwise.
        ("mtd", "2026-06-01..2026-06-16", "2026-06-16 12:00", "2026-05-01 00:00 to 2026-05-16 12:00"),
        ("mtd", "2026-06-01..2026-06-03", "2026-06-03 12:00", "2026-05-01 00:00 to 2026-05-03 12:00"),
        ("mtd", "2026-06-01", "2026-06-01 09:00", "2026-05-01 00:00 to 2026-05-01 09:00"),
        ("mtd", "2026-03-01..2026-03-30", "2026-03-30 12:00", "2026-02-01 00:00 to 2026-03-01 00:00"),
        ("qtd", "2026-04-01..2026-06-16", "2026-06-16 12:00", "2026-01-01 00:00 to 2026-03-18 12:00"),
        ("ytd", "2026-01-01..2026-06-16", "2026-06-16 12:00", "2025-01-01 00:00 to 2025-06-16 12:00"),
        # The same days by their dates are compared as the month to date is.
        (
            "2026-06-01..2026-06-16",
            "2026-06-01..2026-06-16",
            "2026-06-16 12:00",
            "2026-05-01 00:00 to 2026-05-16 12:00",
        ),
        # Weekdays stand on weekdays: five weeks before, since thirty days touch five.
        ("last 30 days", "2026-05-18..2026-06-16", "2026-06-16 12:00", "2026-04-13 00:00 to 2026-05-12 12:00"),
        ("last 90 days", "2026-03-19..2026-06-16", "2026-06-16 12:00", "2025-12-18 00:00 to 2026-03-17 12:00"),
    ],
)
def test_how_a_period_is_said_chooses_its_reference(said: str, period: str, known_to: str, expected: str) -> None:
    found = moment(parse(period, MOSCOW), to_utc(datetime.fromisoformat(known_to), MOSCOW), None, said)
    assert found is not None
    ends = (to_local(end, MOSCOW) for end in (found.period.start, found.period.end))
    assert " to ".join(f"{end:%Y-%m-%d %H:%M}" for end in ends) == expected


NOON = to_utc(datetime(2026, 6, 16, 12), MOSCOW)


@pytest.mark.parametrize(
    ("over", "running", "ends"),
    [
        ("2026-06-15", "2026-06-16", "06-15 12:00"),  # days
        ("2026-06-08..2026-06-14", "2026-06-15..2026-06-21", "06-09 12:00"),  # weeks
        ("2026-05", "2026-06", "05-16 12:00"),  # months
        ("2026-01-01..2026-03-31", "2026-04-01..2026-06-30", "03-18 12:00"),  # quarters
        ("2025-07-01..2025-12-31", "2026-01-01..2026-06-30", "12-14 12:00"),  # half-years
        ("2025-01-01..2025-12-31", "2026-01-01..2026-12-31", "06-16 12:00"),  # years
        ("2026-05-03..2026-05-20", "2026-06-10..2026-06-20", "05-09 12:00"),  # days of one's own choice
        ("2026-06-10..2026-06-12", "2026-06-01..2026-06-30", "06-13 00:00"),  # the shorter one cuts the longer
    ],
)
def test_the_period_that_goes_on_cuts_the_other_whichever_is_named_first(over: str, running: str, ends: str) -> None:
    past, present = parse(over, MOSCOW), parse(running, MOSCOW)
    first = moment(past, NOON, When(running, present))
    second = moment(present, NOON, When(over, past))
    assert first is not None
    assert second is not None
    assert (first.asked, first.period) == (second.period, second.asked)
    assert f"{to_local(first.asked.end, MOSCOW):%m-%d %H:%M}" == ends
    assert first.asked.end - first.asked.start == first.period.end - first.period.start
    assert first.running == second.running == present


def test_hours_of_two_days_are_cut_alike() -> None:
    def hours(day: int) -> Period:
        return Period(to_utc(datetime(2026, 6, day, 10), MOSCOW), to_utc(datetime(2026, 6, day, 14), MOSCOW), MOSCOW)

    found = moment(hours(15), NOON, When("today 10:00-14:00", hours(16)))
    assert found is not None
    assert [to_local(each.end, MOSCOW) for each in (found.asked, found.period)] == [
        datetime(2026, 6, 15, 12),
        datetime(2026, 6, 16, 12),
    ]


def test_what_has_not_begun_cuts_nothing_and_what_is_over_is_whole() -> None:
    may, july = parse("2026-05", MOSCOW), parse("2026-07", MOSCOW)
    ahead = moment(may, NOON, When("july", july))
    before = moment(may, NOON, When("april", parse("2026-04", MOSCOW)))
    assert ahead is not None
    assert before is not None
    assert (ahead.asked, ahead.running, ahead.is_later) == (may, None, True)
    assert (before.asked, before.running, before.is_later) == (may, None, False)


@pytest.mark.parametrize(
    ("period", "other", "by", "expected"),
    [
        # 1 June 2026 is a Monday, 1 May a Friday, 1 June 2025 a Sunday.
        ("2026-06", "2026-05", "day", "2026-05-04..2026-06-03"),
        ("2026-06", "2025-06", "day", "2025-06-02..2025-07-01"),
        ("2026-06", "2025-06", "hour", "2025-06-02..2025-07-01"),
        ("2026-06", "2025-06", "month", "2025-06-01..2025-06-30"),
        ("2026-06-08..2026-06-10", "2026-06-01..2026-06-03", "day", "2026-06-01..2026-06-03"),
        ("2026-06-08..2026-06-10", "2026-06-04..2026-06-06", "day", "2026-06-04..2026-06-06"),  # as they were named
    ],
)
def test_days_stand_beside_the_same_days_of_the_week(period: str, other: str, by: str, expected: str) -> None:
    found = moment(parse(period, MOSCOW), to_utc(datetime(2027, 1, 1), MOSCOW), When(other, parse(other, MOSCOW)))
    assert found is not None
    assert found.beside(by) == parse(expected, MOSCOW)
