"""Weeks begin on Monday and months on the first, by the local clock, whatever it does."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from metrics.centre import Centre
from metrics.periods import parse, to_local
from tests.kit import House, answered

BERLIN = "Europe/Berlin"


def test_a_week_of_the_clock_change_is_an_hour_short() -> None:
    period = parse("2026-03-20..2026-04-07", BERLIN)
    borders = period.borders("week")

    local = [to_local(border, BERLIN) for border in borders]
    # Friday the 20th to Sunday, two whole weeks, Monday and Tuesday.
    assert local == [datetime(2026, *day) for day in ((3, 20), (3, 23), (3, 30), (4, 6), (4, 8))]
    assert [end - start for start, end in pairwise(borders)] == [
        timedelta(days=3),
        timedelta(days=7) - timedelta(hours=1),
        timedelta(days=7),
        timedelta(days=2),
    ]


def test_months_and_their_parts() -> None:
    local = [
        to_local(border, BERLIN).date().isoformat()
        for border in parse("2026-01-20..2026-03-31", BERLIN).borders("month")
    ]
    assert local == ["2026-01-20", "2026-02-01", "2026-03-01", "2026-04-01"]


@pytest.mark.parametrize(("by", "counts"), [("week", [1, 2, 1]), ("month", [3, 1])])
def test_a_call_at_midnight_belongs_to_the_part_that_begins(tmp_path: Path, by: str, counts: list[int]) -> None:
    house = House(tmp_path, Centre(timezone=BERLIN))
    house.calls(
        answered("2026-03-22 23:59:59"),  # Sunday
        answered("2026-03-23 00:00:00"),  # Monday
        answered("2026-03-29 23:59:59"),  # Sunday, the day of 23 hours
        answered("2026-04-01 00:00:00"),
        complete_to="2026-06-30 00:00",
    )

    answer = house.ask("calls", "2026-03-20..2026-04-02", by=by)
    assert [point.fact.value for point in answer.points] == counts
    assert answer.fact.value == sum(counts)


def test_a_plan_is_to_date_in_the_part_that_goes_on_and_sums_to_the_whole(tmp_path: Path) -> None:
    house = House(tmp_path, Centre(timezone=BERLIN), now="2026-06-10 00:00")
    house.calls(answered("2026-06-01 10:00"), complete_to="2026-06-10 00:00")
    house.plan("calls", "month", "2026-06-01", 300)

    answer = house.ask("calls", "2026-06-01..2026-06-30", by="week")
    # 10 a day: a whole week, then Monday and Tuesday of the one that goes on; nothing of those ahead.
    assert [point.plan for point in answer.points] == [70, 20]
    assert answer.planned.to_date == 90
