"""Incidents written down in a chat: begun, noted by several people at once, ended; what cannot be is asked back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from bot.app import chat_handlers
from bot.chat.answering import Answering
from bot.chat.message import Incoming, Reply
from bot.chat.operator_commands import OperatorCommands
from bot.chat.router import Router
from bot.incidents.book import IncidentBook
from bot.incidents.commands import IncidentCommands
from bot.incidents.words import said
from bot.project import open_project
from bot.state.store import open_state
from digests.document import Heading, Paragraph, Table
from tests.kit import MOSCOW
from tests.stories.centre import ANNA, BORIS, found
from warehouse.lake import Lake
from warehouse.messages import UserError

_NUMBERS = count(1)
NOW = datetime(2026, 6, 16, 9)
"""Noon in Moscow."""


def heard(text: str, event: str | None = None, person: int = ANNA) -> Incoming:
    return Incoming("telegram", str(person), str(person), True, text, event or f"event {next(_NUMBERS)}", "en")


def words(reply: Reply | None) -> str:
    assert reply is not None
    told = []
    for block in reply.document.blocks:
        match block:
            case Heading():
                told.append(block.text)
            case Paragraph():
                told.append("".join(span.text for span in block.spans))
            case Table():
                told += [" ".join(row) for row in block.rows]
            case _:
                pass
    return "\n".join(told).replace("\N{NO-BREAK SPACE}", " ")


Say = Callable[[str], Awaitable[str]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[Router], Awaitable[None]]], None]:
    """The centre of the stories, where the head leads incidents and who sees a line may write notes."""
    found(tmp_path, "en", "http://127.0.0.1:9", "http://127.0.0.1:9")
    file = tmp_path / "svodka.toml"
    text = file.read_text("utf-8").replace("per_minute = 7", "per_minute = 100")
    text = text.replace("[roles.head]\n", '[roles.head]\nincident = "lead"\n')
    file.write_text(text.replace("[roles.line]\n", '[roles.line]\nincident = "note"\n'), "utf-8")

    def played(story: Callable[[Router], Awaitable[None]]) -> None:
        async def telling() -> None:
            project = open_project(tmp_path, None)
            state = open_state(project.config.state.url, tmp_path)
            answering = Answering(project, state, project.clock)
            try:
                orders = OperatorCommands(project.config, answering.access, {})
                commands = (IncidentCommands(project, project.clock),)
                handlers = chat_handlers(project.config, answering, orders, commands=commands)
                await story(Router(project, state, answering, handlers))
            finally:
                answering.close()
                state.close()

        asyncio.run(telling())

    return played


def test_a_timeline_from_its_start_to_its_end(
    play: Callable[[Callable[[Router], Awaitable[None]]], None], tmp_path: Path
) -> None:
    async def story(router: Router) -> None:
        begun = words(await router(heard("/incident start 11:02 The account does not load line inhouse sev 2")))
        assert begun == "Incident No. 1 “The account does not load”\nJune 16, 11:02\n11:02 started"
        await router(heard("/incident noticed 11:11 losses above the usual", person=BORIS))
        await router(heard("/incident message 11:28 we know and are at it"))
        done = words(await router(heard("/incident resolve #1 11:50")))
        assert "June 16, 11:02. 48 minutes" in done
        assert "11:28 message to clients: we know and are at it" in done
        listed = words(await router(heard("/incident list")))
        assert "#1 The account does not load June 16, 11:02 June 16, 11:50" in listed

    play(story)
    (incident,) = IncidentBook(Lake(tmp_path / "records")).every()
    assert (incident.lines, incident.severity) == (("inhouse",), 2)
    assert [entry.kind for entry in incident.entries] == ["started", "noticed", "message", "resolved"]


def test_several_write_at_once_and_nothing_is_lost(
    play: Callable[[Callable[[Router], Awaitable[None]]], None], tmp_path: Path
) -> None:
    async def story(router: Router) -> None:
        await router(heard("/incident start 11:00 No lift"))
        await asyncio.gather(*(router(heard(f"/incident note minute {n}")) for n in range(6)))

    play(story)
    (incident,) = IncidentBook(Lake(tmp_path / "records")).every()
    assert sorted(entry.text for entry in incident.entries) == ["", *(f"minute {n}" for n in range(6))]


def test_what_cannot_be_is_asked_back_and_nothing_is_written(
    play: Callable[[Callable[[Router], Awaitable[None]]], None], tmp_path: Path
) -> None:
    async def story(router: Router) -> None:
        async def answer(text: str, person: int = ANNA) -> str:
            return words(await router(heard(text, person=person)))

        assert await answer("/incident note hello") == "No incident is open. Start one: /incident start 13:02 …."
        assert "no time of the day" in await answer("/incident start 25:00 No lift")
        assert 'There is no "strat" of incidents. There are: start' in await answer("/incident strat No lift")
        assert "your role has incident = note" in await answer("/incident start No lift", BORIS)
        await answer("/incident start 11:00 No lift")
        assert "is open already" in await answer("/incident start 11:30 No lift")
        assert "is before that" in await answer("/incident note 10:00 earlier")
        await answer("/incident start 11:40 No water")
        assert "Several incidents are open: #1, #2" in await answer("/incident note which")
        await answer("/incident resolve #2")
        assert "is over since" in await answer("/incident resolve #2 11:50")

    play(story)
    kept = IncidentBook(Lake(tmp_path / "records")).every()
    assert [(each.title, len(each.entries)) for each in kept] == [("No lift", 1), ("No water", 2)]


def test_what_is_said_once_is_written_once(
    play: Callable[[Callable[[Router], Awaitable[None]]], None], tmp_path: Path
) -> None:
    """The same delivery after the bot forgot that it was answered: the entry's id is the message's."""
    play_one = replace(heard("/incident start 11:00 No lift"), event="77")

    async def story(router: Router) -> None:
        await router(play_one)

    play(story)
    (tmp_path / "state.sqlite").unlink(missing_ok=True)
    for file in tmp_path.glob("*.db"):
        file.unlink()
    play(story)
    (incident,) = IncidentBook(Lake(tmp_path / "records")).every()
    assert len(incident.entries) == 1


def test_a_moment_is_the_latest_that_is_not_to_come() -> None:
    past_midnight = datetime(2026, 6, 15, 21, 10)
    asked = said(("note", "23:50", "late"), past_midnight, MOSCOW)
    assert asked.at == datetime(2026, 6, 15, 20, 50)
    with pytest.raises(UserError):
        said(("note", "24:10"), NOW, MOSCOW)
