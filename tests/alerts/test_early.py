"""`/alert load`: a shift that will be too few at noon, from the word that watches it to the word that it is over.

Six calls come each half hour from 10:00 to 15:00 and take ten minutes: two at a time, for whom four people are needed.
Four are on the roster, and two from 12:00 to 13:30.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.alerts.test_alerts import messages
from tests.kit import answered
from tests.subscriptions.conftest import Tell
from tests.subscriptions.office import GROUP, Office, text_of

TODAY = date(2026, 6, 16)
ASKED = "/alert load inhouse"


def _calls(day: date, until: str = "15:00") -> Iterator[dict[str, object]]:
    for n in range(60):
        minute = 600 + 5 * n
        clock = f"{minute // 60:02}:{minute % 60:02}"
        if clock < until:
            yield answered(f"{day} {clock}", 10, 600, line="inhouse", call_id=f"{day} {clock}")


def _shifts(number: str, start: str, end: str) -> dict[str, object]:
    return {"shift_id": number, "line": "inhouse", "starts_at": f"{TODAY} {start}", "ends_at": f"{TODAY} {end}"}


def _learn(at: Office) -> None:
    for_weeks = (TODAY - timedelta(days=n) for n in range(28, 0, -1))
    at.house.calls(*(row for day in for_weeks for row in _calls(day)), complete_to=f"{TODAY}T00:00")
    pieces = (("m", "10:00", "12:00", 4), ("n", "12:00", "13:30", 2), ("a", "13:30", "15:00", 4))
    at.house.put("shifts", [_shifts(f"{key}{n}", *hours) for key, *hours, count in pieces for n in range(count)])


def _go_on(at: Office, until: str) -> None:
    at.house.calls(*_calls(TODAY, until), complete_to=f"{TODAY}T{until}")


async def _tick(at: Office, until: str) -> None:
    _go_on(at, until)
    await at.tick(f"{TODAY}T{until}")


@pytest.mark.parametrize("platform", ["telegram", "slack"])
def test_a_shift_is_warned_an_hour_ahead_and_its_one_message_changes(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        _learn(at)
        made = text_of(await at.says(ASKED, platform=platform))
        assert "Alert 1: the load of Inhouse" in made
        assert "fall under 80% for an hour or longer, and whom to call in" in made
        await _tick(at, "10:30")
        (first,) = messages(at, platform)
        assert "Inhouse: from 12:00 to 14:00 expect a service level of" in first
        assert "80% is promised" in first
        assert "The queue grows to" in first
        assert "2 people from 12:00 to 13:30" in first
        assert "Rest of the day: 54" in first

        at.restart()  # the process is another one, and the message is the same
        await _tick(at, "11:00")
        (second,) = messages(at, platform)
        assert "Calls so far: 12" in second

        # Two more come: there is nothing to warn of any more, and half an hour later the warning is over.
        at.house.put("shifts", [_shifts(f"c{n}", "12:00", "13:30") for n in range(2)])
        await _tick(at, "11:30")
        assert "Inhouse: the service level of 80% will be kept, if it goes on so" in messages(at, platform)[0]
        await _tick(at, "12:00")
        (over,) = messages(at, platform)
        assert "the warning is over" in over

    told(story, f"{TODAY}T10:05")


def test_the_chats_of_a_line_are_watched_as_its_calls_are(told: Tell) -> None:
    def chats(day: date, until: str = "15:00") -> list[dict[str, object]]:
        return [
            {
                "chat_id": call["call_id"],
                "line": "inhouse",
                "outcome": "answered",
                **{key: call[key] for key in ("started_at", "ended_at")},
                "accepted_at": call["started_at"],
            }
            for call in _calls(day, until)
        ]

    async def story(at: Office) -> None:
        _learn(at)
        days = (TODAY - timedelta(days=n) for n in range(28, 0, -1))
        at.house.put("chats", [row for day in days for row in chats(day)], complete_to=f"{TODAY}T00:00")
        pieces = (("x", "10:00", "12:00", 4), ("y", "12:00", "13:30", 1), ("z", "13:30", "15:00", 4))
        shifts = [_shifts(f"{key}{n}", *hours) for key, *hours, count in pieces for n in range(count)]
        at.house.put("shifts", [{**shift, "channel": "chat"} for shift in shifts])
        assert "the chats of Inhouse" in text_of(await at.says("/alert load inhouse chats"))
        at.house.put("chats", chats(TODAY, "10:30"), complete_to=f"{TODAY}T10:30")
        await _tick(at, "10:30")
        (first,) = messages(at)
        assert "Inhouse: from 12:00 to" in first
        assert "Call in:" in first

    told(story, f"{TODAY}T10:05")


def test_after_the_day_it_is_over_and_quiet(told: Tell) -> None:
    async def story(at: Office) -> None:
        _learn(at)
        await at.says(ASKED)
        await _tick(at, "10:30")
        await _tick(at, "12:30")  # under way
        assert "from 12:30 to 14:00 expect" in messages(at)[0]
        _go_on(at, "15:00")
        for clock in ("15:05", "15:40"):
            await at.tick(f"{TODAY}T{clock}")
        (last,) = messages(at)
        assert "the warning is over" in last
        await at.tick("2026-06-16T23:00")
        assert messages(at) == [last]

    told(story, f"{TODAY}T10:05")


def test_the_chat_of_the_shift_is_warned_by_itself(told: Tell) -> None:
    async def story(at: Office) -> None:
        _learn(at)
        await _tick(at, "10:30")
        await at.tick(minutes=1)
        (first,) = messages(at, group=True)
        assert "Inhouse: from 12:00 to 14:00" in first
        at.restart(more="")
        await _tick(at, "11:00")
        assert messages(at, group=True) == [first], "the configuration does not have it any more"

    told(story, f"{TODAY}T10:05", more=f'[[alerts.load]]\nline = "inhouse"\nchats = ["telegram:{GROUP}"]\n')


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/alert load", "Name the line whose days are to be watched: /alert load LINE"),
        ("/alert load inhous", "inhouse"),
        ("/alert нагрузка инхаус", "Оповещение 1: нагрузка, Inhouse"),
    ],
)
def test_what_is_to_be_watched(told: Tell, said: str, answer: str) -> None:
    async def story(at: Office) -> None:
        _learn(at)
        assert answer.casefold() in text_of(await at.says(said)).casefold()

    told(story, f"{TODAY}T10:05")


def test_it_holds_where_nobody_knows_who_is_there(told: Tell) -> None:
    async def story(at: Office) -> None:
        days = (TODAY - timedelta(days=n) for n in range(28, 0, -1))
        at.house.calls(*(row for day in days for row in _calls(day)), complete_to=f"{TODAY}T00:00")
        made = text_of(await at.says(ASKED))
        assert "holds: neither a roster nor statuses tell who is there" in made

    told(story, f"{TODAY}T10:05")
