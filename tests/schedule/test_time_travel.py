"""A year by a clock that is turned: every issue that is due is posted once, or said to be missed, whatever restarts.

2028 has the holidays of January and of May, two changes of the clocks where there are any, and a leap day.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.schedule.runner import Runner
from metrics.centre import Centre
from metrics.periods import to_local, to_utc
from tests.schedule.office import NO_RECORDS, Killed, Office, counted, days_between, dice

ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York")
FIRST, LAST = date(2028, 1, 1), date(2028, 12, 31)
RUSSIA = Centre(country="RU")


def half_months() -> list[str]:
    """Of every 1st and 16th, what ended the day before."""
    days = [day for day in days_between(FIRST, LAST) if day.day in (1, 16)]
    before = [day - timedelta(days=1) for day in days]
    return [f"{last.replace(day=1 if last.day == 15 else 16)}..{last}" for last in before]


def runner_of(office: Office) -> Runner:
    return office.runner(
        office.job("biweekly", "1,16 10:00", "next"),
        office.job("weekly", "mon 09:00"),
        office.job("daily", "02:30"),
    )


@pytest.mark.parametrize("zone", ZONES)
def test_every_issue_of_a_year_once_and_on_its_day(tmp_path: Path, zone: str) -> None:
    """The bot lives on; its clock stands at each due time, as APScheduler wakes it, and now and then between."""
    office = Office(tmp_path, zone)
    # Midnight of New Year's Eve: nothing of the year before is due any more but what had its time.
    office.at("2027-12-31 23:00")
    runner = runner_of(office)
    seen: dict[tuple[str, str], datetime] = {}

    async def lived() -> None:
        await runner.tick()
        office.posted.clear()
        end = to_utc(datetime(2029, 1, 1), zone)
        while (now := min(due.at for job in runner.jobs if (due := job.next(office.now)))) < end:
            office.now = now
            known = len(office.posted)
            await runner.tick()
            seen.update({(subject, period): to_local(office.now, zone) for subject, period, _ in office.posted[known:]})

    asyncio.run(lived())

    assert set(counted(office.posted).values()) == {1}
    assert not any(late for *_, late in office.posted)
    told = Counter(subject for subject, *_ in office.posted)
    assert told == {"digest:biweekly": 24, "digest:weekly": 52, "digest:daily": 366}
    # The last issues of December are posted with the first of January, which is a day off: the 11th at the earliest.
    days = {period: moment for (subject, period), moment in seen.items() if subject == "digest:biweekly"}
    assert list(days) == half_months()
    assert all(RUSSIA.is_working_day(moment.date()) and moment.hour == 10 for moment in days.values())
    # About the leap day, by its own digest the day after.
    assert seen["digest:daily", "2028-02-29"].date() == date(2028, 3, 1)
    # 02:30 is left out once a year where the clocks go forward, and comes as three.
    at_three = [about for (_, about), moment in seen.items() if moment.hour == 3]
    assert (
        at_three
        == {
            "Europe/Moscow": [],
            "Europe/Berlin": ["2028-03-25"],
            "America/New_York": ["2028-03-11"],
        }[zone]
    )


@pytest.mark.parametrize("seed", range(3))
def test_restarts_absences_gaps_and_kills_at_random(tmp_path: Path, seed: int) -> None:
    """Whatever happens, an issue is posted at most once, and each time it was due has one end that says what came."""
    office = Office(tmp_path, ZONES[seed])
    chance = dice(seed)
    office.at("2026-12-31 23:00")
    office.tick(runner_of(office))
    runner = runner_of(office)
    end = to_utc(datetime(2027, 7, 1), office.zone)
    while office.now < end:
        # Mostly some hours go by, seldom days; time may stand still, and seldom goes back.
        office.now += timedelta(minutes=chance.choice([0, 1, 20, 300, 600, 700, 1440, 1500, 4000, -90]))
        office.gaps = (NO_RECORDS,) if chance.random() < 0.2 else ()
        office.kill = chance.choice([None, None, None, "draft", "before", "after"])
        if chance.random() < 0.3:
            runner = runner_of(office)
        try:
            office.tick(runner)
        except Killed:
            office.kill = None
            runner = runner_of(office)
            office.tick(runner)
    office.gaps, office.kill = (), None
    office.tick(runner_of(office), "2027-12-31 23:00")

    assert set(counted(office.posted).values()) == {1}
    runs = office.runs()
    assert len({(run.job, run.due_at) for run in runs}) == len(runs)
    # Each time that came while the bot knew of the job, whether it was there or not, stands in the state: of a job's
    # last hundred days away, that is.
    daily = [run for run in runs if run.job == "daily" and run.due_at < end]
    expected = days_between(date(2026, 12, 31), date(2027, 6, 30))
    assert [to_local(run.due_at, office.zone).date() for run in daily] == expected
    ends = Counter(run.status.value for run in runs)
    assert set(ends) == {"posted", "missed"}
    posted = {(f"digest:{run.job}", run.period) for run in runs if run.status.value == "posted"}
    assert posted <= set(counted(office.posted))
    assert ends["posted"] > 100
    assert ends["missed"] > 25
    # Late is what was begun more than five minutes after its time, and nothing else.
    assert all(run.late or run.at - run.due_at >= timedelta() for run in runs if run.status.value == "posted")
