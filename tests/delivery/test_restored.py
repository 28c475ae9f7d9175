"""A delivery that was on its way in a backup: after the backup is put back, nobody knows what of it arrived."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.delivery.poster import handle
from bot.operations.backups import amend
from bot.state import backups
from bot.state.database import location_of
from tests.delivery.kit import GROUP, Scene, Tell, issue, statuses

NIGHT, NOON = datetime(2026, 6, 16, 0, 30), datetime(2026, 6, 16, 9)


def test_what_was_unfinished_in_the_backup_is_asked_part_by_part(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.far.fault("slow", "sendMessage", seconds=0.2)
        posting = asyncio.create_task(at.poster.post(issue(), [GROUP]))
        await at.far.until(lambda: len(at.there(GROUP)) == 2)
        await at.poster.stop()
        await posting
        place = location_of("sqlite:///state.db", at.root)
        assert place.file
        kept = backups.make(place.file, at.root / "backups", now=NIGHT)
        at.restart()
        await at.poster.resume()
        await at.poster.idle()
        whole = at.there(GROUP)
        assert len(whole) == 8

        at.state.close()
        backups.restore(kept, place, amend=lambda c: amend(c, NOON, NIGHT, str))
        at.restart()
        await at.poster.resume()
        await at.poster.idle()

        assert at.there(GROUP) == whole
        assert statuses(at) == ["sent"] * 2 + ["unknown"] * 6
        assert len(at.told.asked) == 6
        said = next(iter(at.told.words.values()))
        assert "part 3 of 8" in said
        assert "the state was restored from the backup of 2026-06-16 00:30:00. It begins" in said

        # Somebody looks: all but the last stand there; that one was deleted meanwhile.
        for arrived, again in at.told.asked[:-1]:
            await handle(at.poster, arrived.command.removeprefix("op delivery "))
            assert again.command.endswith("again")
        await handle(at.poster, at.told.asked[-1][1].command.removeprefix("op delivery "))
        await at.poster.idle()
        assert at.there(GROUP) == [*whole, whole[-1]]
        assert statuses(at) == ["sent"] * 8

    told(story)
