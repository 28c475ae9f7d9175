"""The schedule in a state that was put back: what may have been posted since is asked, and nothing else is."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from bot.operations.backups import amend
from digests.document import Note
from metrics.periods import to_utc
from tests.schedule.office import NO_RECORDS, Office, others_done


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def restored(office: Office, backup: str, now: str) -> None:
    """The state is that of a backup from now on; local times."""
    moments = [to_utc(datetime.fromisoformat(local), office.zone) for local in (now, backup)]
    office.state.do(amend, moments[0], moments[1], str)


def test_what_was_due_since_the_backup_is_asked_once_and_published_late(office: Office) -> None:
    daily = office.job("daily", "09:30")
    office.tick(office.runner(daily), "2027-06-10 09:30")
    restored(office, "2027-06-11 03:30", "2027-06-14 11:00")
    runner = office.runner(daily)
    office.tick(runner, "2027-06-14 11:05")
    office.tick(runner, "2027-06-14 11:30")

    # Of the 11th to the 13th nobody knows, and only the newest may still be wanted.
    assert [status for _, status in office.outcomes()] == ["posted", "missed", "missed", "missed", "kept"]
    assert office.runs()[1].reason == "whether it was posted is not known: the state was restored since"
    assert office.told == [
        'The post "daily" of 2027-06-14 06:30:00 waits for your decision: the state was restored from the backup of '
        "2027-06-11 00:30:00, and whether it was posted since is not known; look whether it stands in the chat."
    ]
    assert len(office.posted) == 1

    async def published() -> None:
        await runner.decide(office.runs()[-1].id, publish=True, who="Anna")
        await others_done()

    asyncio.run(published())
    assert office.posted[1:] == [("digest:daily", "2027-06-13", True)]
    assert office.documents[-1].blocks == (Note("late"),)
    # What becomes due after the restore is as ever.
    office.tick(runner, "2027-06-15 09:30")
    assert office.posted[2:] == [("digest:daily", "2027-06-14", False)]


def test_what_was_held_in_the_backup_may_have_been_posted_since(office: Office) -> None:
    daily = office.job("daily", "09:30")
    runner = office.runner(daily)
    office.tick(runner, "2027-06-09 09:30")
    office.gaps = (NO_RECORDS,)
    office.tick(runner, "2027-06-10 09:30")
    office.gaps = ()
    office.told.clear()
    restored(office, "2027-06-10 10:00", "2027-06-10 12:00")
    office.tick(office.runner(daily), "2027-06-10 12:01")
    assert (len(office.posted), office.outcomes()[-1]) == (1, ("06-10 09:30", "kept"))
    assert len(office.told) == 1

    # Nobody decides, and the next one is due: nobody is told that this one was not made.
    office.tick(office.runner(daily), "2027-06-11 09:30")
    assert [status for _, status in office.outcomes()] == ["posted", "missed", "posted"]
    assert len(office.told) == 1
