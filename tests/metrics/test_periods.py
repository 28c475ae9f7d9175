"""Periods: cut without gaps or overlaps in every zone, whatever the clocks do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import days, half_month, last_half_month, midnight, parse, to_local, to_utc
from warehouse.messages import UserError

ZONES = st.sampled_from(
    [
        "Europe/Moscow",
        "Europe/Berlin",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Cairo",
        "UTC",
    ]
)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(0, 70), ZONES, st.sampled_from(["hour", "day", "week", "month"]))
def test_borders_cut_a_period_whole(first: date, more: int, zone: str, by: str) -> None:
    period = days(first, first + timedelta(days=more), zone)
    borders = period.borders(by)

    assert (borders[0], borders[-1]) == (period.start, period.end)
    assert list(borders) == sorted(set(borders))
    if by == "day":
        assert len(borders) == more + 2


@given(DAYS, ZONES)
def test_a_day_is_followed_by_the_next_without_a_gap(day: date, zone: str) -> None:
    today, tomorrow = days(day, day, zone), days(day + timedelta(days=1), day + timedelta(days=1), zone)

    assert today.end == tomorrow.start
    assert today.days == (day,)
    assert timedelta(hours=22) < today.end - today.start < timedelta(hours=26)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)), ZONES)
def test_every_instant_lies_in_the_local_day_it_is_shown_in(instant: datetime, zone: str) -> None:
    day = to_local(instant, zone).date()
    period = days(day, day, zone)

    assert period.start <= instant < period.end


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)), ZONES)
def test_offsets_turn_utc_into_local_time(instant: datetime, zone: str) -> None:
    day = to_local(instant, zone).date()
    period = days(day - timedelta(days=40), day + timedelta(days=40), zone)
    minutes = [offset for since, offset in period.offsets() if since <= instant][-1]

    # Lord Howe's clocks change at half past some UTC hour; offsets are taken at whole local ones.
    drift = abs(instant + timedelta(minutes=minutes) - to_local(instant, zone))
    assert drift <= (timedelta(minutes=30) if zone == "Australia/Lord_Howe" else timedelta(0))


@given(DAYS, ZONES)
def test_half_months_tile_the_year(day: date, zone: str) -> None:
    half = half_month(day, zone)

    assert half.start <= midnight(day, zone) < half.end
    assert half.first_day.day in (1, 16)
    assert half_month(half.last_day + timedelta(days=1), zone).start == half.end


def test_the_last_half_month_that_is_over() -> None:
    def last(local: str) -> tuple[date, date]:
        period = last_half_month(to_utc(datetime.fromisoformat(local), "Europe/Moscow"), "Europe/Moscow")
        return period.first_day, period.last_day

    assert last("2026-06-16 00:00") == (date(2026, 6, 1), date(2026, 6, 15))
    assert last("2026-06-15 23:59") == (date(2026, 5, 16), date(2026, 5, 31))
    assert last("2026-03-01 00:00") == (date(2026, 2, 16), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-06-01..2026-06-15", date(2026, 6, 1), date(2026, 6, 15)),
        ("2026-06-10", date(2026, 6, 10), date(2026, 6, 10)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_periods_are_read_with_both_days(text: str, first: date, last: date) -> None:
    period = parse(text, "Europe/Moscow")
    assert (period.first_day, period.last_day) == (first, last)
    assert period.start == datetime.combine(first, datetime.min.time()) - timedelta(hours=3)


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_a_mistake(text: str) -> None:
    try:
        period = parse(text, "Europe/Moscow")
    except UserError:
        return
    assert period.start < period.end


def test_midnight_that_does_not_exist_is_the_moment_the_clocks_move() -> None:
    # In Cairo the clocks go from 00:00 to 01:00 on 24 April 2026.
    day = date(2026, 4, 24)
    assert to_local(midnight(day, "Africa/Cairo"), "Africa/Cairo") == datetime(2026, 4, 24, 1)
    assert ZoneInfo("Africa/Cairo")
