"""What becomes of an issue: posted once and on time, late and saying so, held, kept for a decision, or missed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.schedule.runner import Runner
from digests.document import Note
from tests.schedule.office import NO_RECORDS, Killed, Office, error, others_done

JUNE_1 = "2027-06-01..2027-06-15"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def started(office: Office, local: str = "2027-06-15 12:00", **settings: object) -> Runner:
    """A bot that knows its biweekly post, whose next time is Wednesday, 16 June at 10:00."""
    runner = office.runner(office.job("biweekly", "1,16 10:00", "next", **settings))
    office.tick(runner, local)
    office.told.clear()
    return runner


def again(office: Office, **settings: object) -> Runner:
    return office.runner(office.job("biweekly", "1,16 10:00", "next", **settings))


def test_it_is_posted_at_its_time_and_never_again(office: Office) -> None:
    runner = started(office)
    office.tick(runner, "2027-06-16 09:59:59")
    assert office.posted == []
    office.tick(runner, "2027-06-16 10:00")
    office.tick(runner)
    office.tick(again(office))
    office.tick(again(office), "2027-06-16 15:00")

    assert office.posted == [("digest:biweekly", JUNE_1, False)]
    assert office.outcomes()[-1] == ("06-16 10:00", "posted")
    assert office.told == []


def test_ticks_at_once_post_once(office: Office) -> None:
    runner = started(office)
    office.at("2027-06-16 10:00")

    async def at_once() -> None:
        await asyncio.gather(*(runner.tick() for _ in range(5)))

    asyncio.run(at_once())
    assert (len(office.posted), office.drafts) == (1, 1)


def test_missed_within_the_window_it_comes_late_and_says_so(office: Office) -> None:
    started(office)
    office.tick(again(office), "2027-06-17 09:59")

    assert office.posted == [("digest:biweekly", JUNE_1, True)]
    assert office.documents[0].blocks == (Note("late"),)


def test_a_restart_in_the_very_second_is_not_late(office: Office) -> None:
    started(office)
    office.tick(again(office), "2027-06-16 10:00:20")
    assert office.posted == [("digest:biweekly", JUNE_1, False)]


def test_beyond_the_window_it_is_told_and_not_posted(office: Office) -> None:
    started(office)
    office.tick(again(office), "2027-06-17 10:00:01")
    office.tick(again(office), "2027-06-17 10:10")

    assert office.posted == []
    assert office.outcomes()[-1] == ("06-16 10:00", "missed")
    assert office.told == [
        'The post "biweekly" of 2027-06-16 07:00:00 was not made: its window of 24.0 h is over.',
    ]


def test_there_is_never_a_backlog(office: Office) -> None:
    daily = office.job("daily", "09:30")
    office.tick(office.runner(daily), "2027-06-10 09:30")
    office.tick(office.runner(daily), "2027-06-14 11:00")

    # Down over the 11th, 12th and 13th; the 14th is still in its window, and about the 13th.
    assert office.posted == [("digest:daily", "2027-06-09", False), ("digest:daily", "2027-06-13", True)]
    assert [status for _, status in office.outcomes()] == ["posted", "missed", "missed", "missed", "posted"]
    assert office.told == [
        'The post "daily" was not made 3 times, the last of them 2027-06-13 06:30:00, and a newer one is due.'
    ]


def test_a_post_that_is_new_missed_nothing(office: Office) -> None:
    runner = again(office)
    office.tick(runner, "2027-06-20 12:00")
    assert (office.posted, office.told) == ([], [])
    # Its first time comes while the bot is down: that it missed.
    office.tick(again(office), "2027-07-04 12:00")
    assert office.told == ['The post "biweekly" of 2027-07-01 07:00:00 was not made: its window of 24.0 h is over.']


def test_another_schedule_makes_no_backlog_of_the_days_before(office: Office) -> None:
    started(office)  # it was due on 1 June last
    office.tick(office.runner(office.job("biweekly", "09:30")), "2027-06-15 12:01")
    assert (office.told, [period for _, period, _ in office.posted]) == ([], ["2027-06-14"])


def test_held_until_the_data_are_in(office: Office) -> None:
    runner = started(office)
    office.gaps = (NO_RECORDS,)
    office.tick(runner, "2027-06-16 10:00")
    drafts = office.drafts
    for minute in range(1, 15):
        office.tick(runner, f"2027-06-16 10:{minute:02}")
    assert office.drafts == drafts  # every 15 minutes, not oftener
    office.tick(runner, "2027-06-16 10:15")
    assert (office.drafts, office.posted) == (drafts + 1, [])
    assert office.outcomes()[-1] == ("06-16 10:00", "held")
    assert office.told == [
        'The post "biweekly" of 2027-06-16 07:00:00 is held: no records. It is tried again every 15 minutes until '
        "2027-06-16 11:00:00."
    ]

    office.gaps = ()
    office.tick(runner, "2027-06-16 10:30")
    assert office.posted == [("digest:biweekly", JUNE_1, False)]
    assert office.documents[0].blocks == ()
    assert len(office.told) == 1


def test_at_the_deadline_it_is_posted_with_its_gaps_marked(office: Office) -> None:
    runner = started(office)
    office.gaps = (NO_RECORDS,)
    for local in ("10:00", "13:50", "13:59"):
        office.tick(runner, f"2027-06-16 {local}")
    assert office.posted == []
    office.tick(runner, "2027-06-16 14:00")  # ten minutes after the last try, but the deadline

    assert office.documents[0].blocks == (Note("no records"),)
    run = office.runs()[-1]
    assert (run.status.value, run.reason) == ("posted", "no records")
    assert office.told[1:] == ['The post "biweekly" of 2027-06-16 07:00:00 was made with gaps: no records.']


def test_or_it_is_kept_for_a_decision(office: Office) -> None:
    runner = started(office, on_gaps="keep", deadline=timedelta(hours=1))
    office.gaps = (NO_RECORDS,)
    office.tick(runner, "2027-06-16 10:00")
    office.tick(runner, "2027-06-16 11:00")
    office.tick(again(office, on_gaps="keep"), "2027-06-16 12:00")
    assert (office.posted, office.outcomes()[-1]) == ([], ("06-16 10:00", "kept"))
    run = office.runs()[-1]
    assert [(action.label, action.command) for action in office.actions] == [
        ("Publish", f"op run {run.id} publish"),
        ("Drop", f"op run {run.id} drop"),
    ]

    async def pressed_twice() -> list[str]:
        first = await runner.decide(run.id, publish=True, who="Anna")
        second = await runner.decide(run.id, publish=False, who="Boris")
        await others_done()
        return [str(first), str(second)]

    said = asyncio.run(pressed_twice())
    office.tick(runner)
    assert said[0] == 'The post "biweekly" of 2027-06-16 07:00:00 is published now.'
    assert "was decided on before, by Anna" in said[1]
    assert office.documents[0].blocks == (Note("no records"),)
    assert (office.runs()[-1].status.value, office.runs()[-1].decided_by) == ("posted", "Anna")


def test_dropped_is_dropped(office: Office) -> None:
    runner = started(office, on_gaps="keep", deadline=timedelta(0))
    office.gaps = (NO_RECORDS,)
    office.tick(runner, "2027-06-16 10:00")
    run = office.runs()[-1]
    said = asyncio.run(runner.decide(run.id, publish=False, who="Anna"))
    office.gaps = ()
    office.tick(runner, "2027-06-16 10:30")
    assert "is dropped" in str(said)
    assert (office.posted, office.outcomes()[-1]) == ([], ("06-16 10:00", "dropped"))
    assert str(asyncio.run(runner.decide(99, publish=True, who="Anna"))) == "There is no run 99 to decide on."


def test_nobody_decides_for_two_weeks_and_a_newer_issue_comes(office: Office) -> None:
    runner = started(office, on_gaps="keep", deadline=timedelta(0))
    office.gaps = (NO_RECORDS,)
    office.tick(runner, "2027-06-16 10:00")
    office.gaps = ()
    assert [episode for episode in office._episodes if episode.startswith("kept")]
    office.tick(runner, "2027-07-01 10:00")
    assert not [episode for episode in office._episodes if episode.startswith("kept")]
    assert office.posted == [("digest:biweekly", "2027-06-16..2027-06-30", False)]
    assert office.outcomes()[-2:] == [("06-16 10:00", "missed"), ("07-01 10:00", "posted")]
    run = office.runs()[-2]
    said = str(asyncio.run(runner.decide(run.id, publish=True, who="Anna")))
    assert said == 'There is nothing to decide on the post "biweekly" of 2027-06-16 07:00:00: it is not made in time.'


@pytest.mark.parametrize("wrong", [error(), RuntimeError("a fault of ours")])
def test_what_cannot_be_made_is_held_and_told_and_never_posted_empty(office: Office, wrong: Exception) -> None:
    runner = started(office)
    office.wrong = wrong
    for local in ("06-16 10:00", "06-16 14:00", "06-17 09:00"):
        office.tick(runner, f"2027-{local}")
    assert (office.posted, office.outcomes()[-1]) == ([], ("06-16 10:00", "held"))
    assert len(office.told) == 1
    assert "a fault of ours" not in office.told[0]
    office.wrong = None
    office.tick(runner, "2027-06-17 09:30")
    assert len(office.posted) == 1


@pytest.mark.parametrize("where", ["draft", "before", "after"])
def test_killed_anywhere_it_goes_on_and_is_posted_once(office: Office, where: str) -> None:
    runner = started(office)
    office.kill = where
    with pytest.raises(Killed):
        office.tick(runner, "2027-06-16 10:00")
    office.gaps = (NO_RECORDS,) if where != "draft" else ()  # what was begun is not held any more
    office.tick(again(office), "2027-06-16 10:01")
    office.tick(again(office), "2027-06-16 10:02")
    assert office.posted == [("digest:biweekly", JUNE_1, False)]
    assert office.outcomes()[-1] == ("06-16 10:00", "posted")


def test_a_delivery_that_breaks_off_goes_on_in_a_quarter_of_an_hour(office: Office) -> None:
    runner = started(office)
    office.offline = RuntimeError("no network")
    office.tick(runner, "2027-06-16 10:00")
    office.offline = None
    office.tick(runner, "2027-06-16 10:14")
    assert office.posted == []
    office.tick(runner, "2027-06-16 10:15")
    assert len(office.posted) == 1
    assert "broke off on our side, ref" in office.told[0]


def test_the_clock_is_put_back_and_forth(office: Office) -> None:
    runner = started(office)
    for local in ("16 10:00", "16 09:00", "16 10:00", "15 10:00", "16 10:01", "17 12:00", "16 10:00"):
        office.tick(runner, f"2027-06-{local}")
    assert len(office.posted) == 1
    # Put back while it is held, it is tried at once, and no older issue comes.
    office.gaps = (NO_RECORDS,)
    office.tick(runner, "2027-07-01 10:00")
    office.gaps = ()
    office.tick(runner, "2027-07-01 09:50")
    assert [period for _, period, _ in office.posted] == [JUNE_1, "2027-06-16..2027-06-30"]


def test_who_has_lost_the_lease_touches_nothing(office: Office) -> None:
    runner = office.runner(office.job("biweekly", "1,16 10:00"), works=lambda _: False)
    office.tick(runner, "2027-06-16 10:00")
    assert (office.posted, office.runs()) == ([], [])
