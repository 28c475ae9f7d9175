"""Rules of time: what is due when, by the centre's clock and its calendar, through every change of the clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule.rules import (
    Due,
    Rule,
    Shift,
    Span,
    WorkCalendar,
    due_after,
    due_before,
    due_between,
    instant_of,
    period_before,
    period_from,
    rule_of,
    span_of,
)
from metrics.centre import Centre
from metrics.periods import to_local, to_utc
from warehouse.messages import UserError

ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
RUSSIA = Centre(timezone="Europe/Moscow", country="RU", extra_holidays=frozenset({date(2027, 7, 1)}))


def every_day(_: date) -> bool:
    return True


def calendar(zone: str, works: Callable[[date], bool] = every_day) -> WorkCalendar:
    return WorkCalendar(zone, works)


def schedule(text: str, shift: Shift | None = None) -> Rule:
    return replace(rule_of("digest", text, None), shift=shift)


def local(dues: list[Due], zone: str) -> list[str]:
    return [f"{to_local(due.at, zone):%m-%d %H:%M}" for due in dues]


def year(rule: Rule, calendar_: WorkCalendar, of: int) -> list[str]:
    return local(due_between(rule, date(of, 1, 1), date(of, 12, 31), calendar_), calendar_.timezone)


def test_the_first_and_the_sixteenth_move_past_days_off_of_the_production_calendar() -> None:
    russia = calendar("Europe/Moscow", RUSSIA.is_working_day)

    # 1 January: holidays to Friday the 8th, then a weekend. 1 May is a Saturday, the 3rd its substitute. 1 July is the
    # centre's own day off. 16 January, 1 August, 16 May and 16 October are at weekends.
    assert year(schedule("1,16 10:00", "next"), russia, 2027) == [
        *["01-11 10:00", "01-18 10:00", "02-01 10:00", "02-16 10:00", "03-01 10:00", "03-16 10:00"],
        *["04-01 10:00", "04-16 10:00", "05-04 10:00", "05-17 10:00", "06-01 10:00", "06-16 10:00"],
        *["07-02 10:00", "07-16 10:00", "08-02 10:00", "08-16 10:00", "09-01 10:00", "09-16 10:00"],
        *["10-01 10:00", "10-18 10:00", "11-01 10:00", "11-16 10:00", "12-01 10:00", "12-16 10:00"],
    ]
    # Saturday, 20 February 2027 is worked instead of Monday the 22nd.
    assert year(schedule("20,22 10:00", "next"), russia, 2027)[2:4] == ["02-20 10:00", "02-24 10:00"]


def test_days_that_are_moved_onto_one_day_count_once_and_as_the_latest() -> None:
    weekend = calendar("Europe/Berlin", Centre().is_working_day)
    # 8 and 9 May 2027 are Saturday and Sunday, 10 May is due itself.
    (due,) = due_between(schedule("8,9,10 09:00", "next"), date(2027, 5, 7), date(2027, 5, 11), weekend)
    assert due.day == date(2027, 5, 10)
    (due,) = due_between(schedule("8,9 09:00", "previous"), date(2027, 5, 1), date(2027, 5, 11), weekend)
    assert (to_local(due.at, "Europe/Berlin"), due.day) == (datetime(2027, 5, 7, 9), date(2027, 5, 9))


def test_a_year_off_does_not_make_the_schedule_silent() -> None:
    never = calendar("UTC", lambda day: False)
    assert local(due_between(schedule("1 09:00", "next"), date(2027, 3, 1), date(2027, 4, 1), never), "UTC") == [
        "03-01 09:00",
        "04-01 09:00",
    ]


def test_a_number_that_a_month_does_not_have_is_its_last_day() -> None:
    assert year(schedule("30,31 10:00"), calendar("UTC"), 2028)[:4] == [
        "01-30 10:00",
        "01-31 10:00",
        "02-29 10:00",
        "03-30 10:00",
    ]
    assert year(schedule("29 10:00"), calendar("UTC"), 2027)[1] == "02-28 10:00"
    # Cron means what it says: a leap day comes every fourth year.
    leap = rule_of("digest", None, "0 10 29 2 *")
    due = due_after(leap, datetime(2028, 3, 1), calendar("UTC"))
    assert due == Due(datetime(2032, 2, 29, 10), date(2032, 2, 29))
    assert due_before(leap, datetime(2028, 2, 29, 9, 59), calendar("UTC")) == Due(
        datetime(2024, 2, 29, 10), date(2024, 2, 29)
    )


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        # Berlin's clocks go from 02:00 to 03:00 on 28 March 2027: 02:30 is left out, and comes as 03:00.
        ("Europe/Berlin", "2027-03-28 02:30", "2027-03-28 01:00"),
        ("Europe/Berlin", "2027-03-28 03:00", "2027-03-28 01:00"),
        # They go from 03:00 to 02:00 on 31 October: the first 02:30 is still summer's.
        ("Europe/Berlin", "2027-10-31 02:30", "2027-10-31 00:30"),
        ("America/New_York", "2028-03-12 02:30", "2028-03-12 07:00"),
        ("America/New_York", "2028-11-05 01:30", "2028-11-05 05:30"),
        # Lord Howe moves by half an hour; Samoa left out the whole of 30 December 2011.
        ("Australia/Lord_Howe", "2027-10-03 02:10", "2027-10-02 15:30"),
        ("Pacific/Apia", "2011-12-30 10:00", "2011-12-30 10:00"),
        ("Europe/Moscow", "2028-02-29 10:00", "2028-02-29 07:00"),
    ],
)
def test_times_that_are_left_out_or_come_twice(zone: str, wall: str, utc: str) -> None:
    assert instant_of(datetime.fromisoformat(wall), zone) == datetime.fromisoformat(utc)


def test_what_falls_onto_one_instant_is_due_once() -> None:
    quarters = rule_of("digest", None, "*/15 2 * * *")
    spring = due_between(quarters, date(2027, 3, 28), date(2027, 3, 28), calendar("Europe/Berlin"))
    assert local(spring, "Europe/Berlin") == ["03-28 03:00"]
    autumn = due_between(quarters, date(2027, 10, 31), date(2027, 10, 31), calendar("Europe/Berlin"))
    assert len(autumn) == 4  # of the two hours that are called so, the first


@given(
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)),
    at=st.times().map(lambda at: at.replace(fold=0)),
)
def test_a_daily_time_is_found_as_by_walking_through_the_minutes(zone: str, moment: datetime, at: time) -> None:
    """What the calendar says is what one sees who looks at the clock every minute."""
    at = at.replace(second=0, microsecond=0)
    start = moment.replace(second=0, microsecond=0)
    rule = Rule((at,))
    due = due_after(rule, start, calendar(zone))
    assert due is not None

    def wall(minutes: int) -> datetime:
        return to_local(start + timedelta(minutes=minutes), zone)

    # The first minute after now at which the hands reach or pass the time that day, and did not before.
    now = wall(0)
    for minutes in range(1, 2 * 1440):
        before, now = now, wall(minutes)
        target = datetime.combine(now.date(), at)
        passed = now >= target and (before < target or before.date() != now.date())
        # An hour that comes twice is passed in its first run only.
        if passed and to_utc(now, zone) == start + timedelta(minutes=minutes):
            assert due.at == start + timedelta(minutes=minutes)
            return
    raise AssertionError("no time within two days")


@given(
    zone=st.sampled_from(ZONES),
    text=st.sampled_from(["1,16 10:00", "02:30", "mon 09:00", "weekdays 23:45", "31 00:00", "tue,sat 01:30,02:15"]),
    shift=st.sampled_from([None, "next", "previous"]),
    moment=st.datetimes(datetime(2027, 1, 1), datetime(2029, 1, 1)),
)
def test_next_and_last_are_neighbours(zone: str, text: str, shift: Shift | None, moment: datetime) -> None:
    rule, place = schedule(text, shift), calendar(zone, RUSSIA.is_working_day)
    after, before = due_after(rule, moment, place), due_before(rule, moment, place)
    assert after
    assert before
    assert before.at <= moment < after.at
    assert due_before(rule, after.at, place) == after
    assert due_before(rule, after.at - timedelta(microseconds=1), place) == before
    assert due_after(rule, before.at, place) == after


@pytest.mark.parametrize(
    ("text", "day", "about"),
    [
        ("1,16 10:00", "2027-06-16", "2027-06-01..2027-06-15"),
        ("1,16 10:00", "2028-03-01", "2028-02-16..2028-02-29"),
        ("1,16 10:00", "2027-01-01", "2026-12-16..2026-12-31"),
        ("5 10:00", "2027-03-05", "2027-02-01..2027-02-28"),
        ("mon 09:00", "2027-01-04", "2026-12-28..2027-01-03"),
        ("thu 09:00", "2027-01-07", "2026-12-28..2027-01-03"),
        ("09:30", "2028-03-01", "2028-02-29..2028-02-29"),
        ("weekdays 09:30", "2027-06-14", "2027-06-13..2027-06-13"),
    ],
)
def test_what_an_issue_is_about(text: str, day: str, about: str) -> None:
    span: Span = span_of(schedule(text))
    period = period_before(date.fromisoformat(day), span, "Europe/Berlin")
    assert f"{period.first_day}..{period.last_day}" == about


def test_cron_is_read_as_cron() -> None:
    # 0 and 7 are Sunday, 1 is Monday: this is weekdays.
    assert rule_of("d", None, "30 9 * * 1-5").weekdays == frozenset(range(5))
    assert rule_of("d", None, "30 9 * * 0,7").weekdays == rule_of("d", None, "30 9 * * sun").weekdays == {6}
    assert rule_of("d", None, "0,30 8-10/2 1 jan,jul *") == Rule(
        (time(8), time(8, 30), time(10), time(10, 30)), frozenset({1}), None, frozenset({1, 7}), lasting=False
    )
    # Where day and weekday are both given, either of them is due: the 13th, and every Friday.
    either = due_between(rule_of("d", None, "0 9 13 * fri"), date(2027, 6, 1), date(2027, 6, 20), calendar("UTC"))
    assert local(either, "UTC") == ["06-04 09:00", "06-11 09:00", "06-13 09:00", "06-18 09:00"]


@pytest.mark.parametrize(
    ("text", "cron", "said"),
    [
        (None, None, 'give it either a schedule, like "1,16 10:00", or a cron expression'),
        ("09:30", "0 9 * * *", 'give it either a schedule, like "1,16 10:00", or a cron expression'),
        ("25:00", None, '"25:00" is no time of the day'),
        ("1,16", None, '"1" is no time of the day'),
        ("0,16 10:00", None, 'there is no day "0". There are: 1-31, or mon, tue'),
        ("monday 10:00", None, 'there is no day "monday". There are: 1-31, or mon, tue, wed'),
        ("every mon 10:00", None, 'the schedule "every mon 10:00" is not understood. Write it like "1,16 10:00"'),
        (None, "0 9 * *", 'cron is "0 9 * *"; it has five fields'),
        (None, "0 24 * * *", 'the field "hour" of cron is "24". It takes 0-23'),
        (None, "0 9 * * fri-mon", 'the field "weekday" of cron is "fri-mon"'),
        (None, "*/0 9 * * *", 'the field "minute" of cron is "*/0"'),
    ],
)
def test_what_is_not_understood_is_one_sentence(text: str | None, cron: str | None, said: str) -> None:
    with pytest.raises(UserError) as error:
        rule_of("digest", text, cron)
    assert str(error.value).startswith('In svodka.toml, posts "digest": ')
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("day", "span", "first", "last"),
    [
        ("2026-06-15", "week", "2026-06-15", "2026-06-21"),
        ("2026-06-16", "week", "2026-06-22", "2026-06-28"),
        ("2026-06-15", "half_month", "2026-06-16", "2026-06-30"),
        ("2026-02-27", "month", "2026-03-01", "2026-03-31"),
        ("2026-06-16", "day", "2026-06-16", "2026-06-16"),
    ],
)
def test_what_tells_of_things_to_come_is_of_the_time_that_begins(day: str, span: Span, first: str, last: str) -> None:
    found = period_from(date.fromisoformat(day), span, "Europe/Moscow")
    assert (found.first_day.isoformat(), found.last_day.isoformat()) == (first, last)
