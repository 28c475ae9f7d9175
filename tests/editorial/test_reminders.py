"""Who owes a column hears of it once, two days before."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from bot.editorial.reminders import remind_at
from tests.editorial.newsroom import ANNA, EDITORS, Chats, Newsroom, shown, told_by


def test_two_days_before_by_the_centres_clock() -> None:
    due = datetime(2027, 3, 29, 8)  # 10:00 in Berlin, where the clocks went forward the day before
    assert remind_at(due, 2, time(10), "Europe/Berlin") == datetime(2027, 3, 27, 9)


def test_once_whatever_restarts_and_only_who_owes(tmp_path: Path) -> None:
    chats = Chats()

    async def before(room: Newsroom) -> None:
        await room.at("2027-06-14 09:59")
        assert room.told("telegram:1") == []
        await room.at("2027-06-14 10:00")
        (said,) = room.told("telegram:1")
        assert said == "The issue of June 1–15 is posted on June 16, 10:00, and your column is not there yet: Support."
        assert "Sales desk" in room.told("telegram:2")[0]
        # Its button begins the column.
        assert 'The column of "Support"' in await room.presses(ANNA, room.buttons("telegram:1")["Write: Support"])

    async def after(room: Newsroom) -> None:
        await room.tick()
        await room.at("2027-06-15 10:00")
        assert (len(room.told("telegram:1")), len(room.told("telegram:2"))) == (1, 1)

    told_by(before, tmp_path, chats=chats, now="2027-06-13 12:00")
    told_by(after, tmp_path, chats=chats, now="2027-06-14 10:01")


def test_who_has_sent_one_is_left_alone_and_who_cannot_be_reached_is_named_once(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        room.chats.closed.add("2")
        await room.writes(ANNA, "/story", "Of support.")
        assert "is sent" in shown(await room.writes(ANNA, "/done"))
        await room.at("2027-06-14 10:00")
        await room.tick()
        assert room.told("telegram:1") == []
        assert room.told(EDITORS) == [
            "Could not be reminded of their columns, since I may not write to them: telegram:2."
        ]

    told_by(story, tmp_path, now="2027-06-13 12:00")
