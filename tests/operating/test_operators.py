"""Operators are told once per episode, by whichever of their chats can be reached, however late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels import retry
from bot.channels.files import render
from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown
from bot.chat.access import Access
from bot.chat.message import Incoming, command_line
from bot.chat.operator_commands import PREFIX, OperatorCommand, OperatorCommands, command
from bot.config import Config
from bot.operations.operators import UNTIRING, Operators
from bot.project import Project
from bot.state.store import State, open_state
from digests.document import Action, Actions, Document
from tests.operating.living import run
from warehouse.messages import Message, UserError, note

NOON = datetime(2026, 6, 16, 9)
DOWN, UP = note("The records can be read again."), note("The state is backed up again.")
"""Any two sentences that the catalogues have."""


class Telegram:
    """A platform that takes what is sent, or does what it is told to."""

    key = "telegram"

    def __init__(self, *ends: Exception | None) -> None:
        self.incoming: list[tuple[str, str]] = []
        self.documents: list[Document] = []
        self.tries = 0
        self._ends = list(ends)

    def parts(self, document: Document) -> Sequence[Any]:
        self.documents.append(document)
        return [render.text(document)]

    async def send(self, place: Address, part: Any) -> object:
        self.tries += 1
        end = self._ends.pop(0) if self._ends else None
        if end is None or isinstance(end, DeliveryUnknown):
            self.incoming.append((place.chat, part.strip()))
        if end:
            raise end
        return None


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state("sqlite:///state.db", tmp_path)
    yield opened
    opened.close()


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


class Pause:
    """Where whoever tries again waits, until the test lets it go on."""

    def __init__(self) -> None:
        self.begun, self.over = asyncio.Event(), asyncio.Event()

    async def __call__(self, _seconds: float) -> None:
        self.begun.set()
        await self.over.wait()


def untiring(pause: Pause | None) -> retry.RetryPolicy:
    return replace(UNTIRING, clock=retry.Clock(sleep=pause)) if pause else UNTIRING


@asynccontextmanager
async def operators(
    state: State,
    speaker: Telegram,
    *chats: str,
    language: str = "en",
    clock: Clock | None = None,
    pause: Pause | None = None,
) -> AsyncIterator[Operators]:
    config = Config(operators={"chats": chats or ("telegram:-7",), "language": language})  # type: ignore[arg-type]
    ours = Operators(Project(Path(), config, NOON), state, clock or Clock(), [speaker], retry=untiring(pause))
    await ours.start()
    yield ours
    await ours.stop()


async def begun(state: State, speaker: Telegram, pause: Pause | None = None) -> Operators:
    """Operators of a process that is killed: nothing of it is ended."""
    config = Config(operators={"chats": ("telegram:-7",), "language": "en"})  # type: ignore[arg-type]
    ours = Operators(Project(Path(), config, NOON), state, Clock(), [speaker], retry=untiring(pause))
    await ours.start()
    return ours


def test_an_episode_is_told_once_and_again_only_after_it_was_over(state: State) -> None:
    async def story() -> None:
        chat = Telegram()
        async with operators(state, chat, "telegram:-7", "telegram:-8", language="ru") as ours:
            await ours.tell("records", DOWN, [Action("Press", "op it")])
            await ours.tell("records", DOWN)
            await ours.drain()
            await ours.over("records", UP)
            await ours.over("records", UP)
            await ours.tell("records", DOWN)
        first = [text for place, text in chat.incoming if place == "-7"]
        assert len(first) == 3
        assert first[0] == first[2]
        assert sorted(chat.incoming) == sorted([*((place, text) for place in ("-7", "-8") for text in first)])
        assert chat.documents[0].blocks[-1] == Actions((Action("Press", "op it"),))
        assert chat.documents[0].language == "ru"

    run(story)


def test_what_a_chat_has_heard_is_not_told_again_after_a_restart(state: State) -> None:
    async def story() -> None:
        async with operators(state, Telegram()) as ours:
            await ours.tell("records", DOWN)
        again = Telegram()
        async with operators(state, again) as ours:
            await ours.tell("records", DOWN)
            await ours.over("records", UP)
        assert [text for _, text in again.incoming] == ["The state is backed up again."]

    run(story)


def test_what_no_chat_has_heard_is_told_after_a_restart(state: State) -> None:
    async def story() -> None:
        refusing = Telegram(DeliveryFailed("chat not found", permanent=True))
        async with operators(state, refusing) as ours:
            await ours.tell("records", DOWN)
        assert (refusing.tries, refusing.incoming) == (1, [])
        again = Telegram()
        async with operators(state, again) as ours:
            await ours.tell("records", DOWN)
        assert len(again.incoming) == 1

    run(story)


def test_a_chat_that_cannot_be_reached_hears_later_and_when_it_was_noticed(state: State) -> None:
    async def story() -> None:
        pause, away = Pause(), DeliveryFailed("away", permanent=False)
        clock, chat = Clock(), Telegram(away, away)
        async with operators(state, chat, clock=clock, pause=pause) as ours:
            await ours.tell("records", DOWN)
            await pause.begun.wait()
            assert chat.incoming == []
            clock.now = NOON + timedelta(minutes=7)
            pause.over.set()
        ((_, text),) = chat.incoming
        assert text.replace("\xa0", " ") == "The records can be read again.\n\nNoticed on June 16, 09:00."

    run(story)


def test_what_is_over_before_a_chat_heard_of_it_does_not_go_on_after_a_restart(state: State) -> None:
    async def story() -> None:
        pause = Pause()
        async with operators(state, Telegram(DeliveryFailed("away", permanent=False)), pause=pause) as ours:
            await ours.tell("records", DOWN)
            await pause.begun.wait()
            await ours.over("records", UP)
            pause.over.set()
        again = Telegram()
        async with operators(state, again) as ours:
            await ours.tell("records", DOWN)
        assert len(again.incoming) == 1

    run(story)


def test_what_may_have_been_heard_is_said_until_it_is_certain(state: State) -> None:
    async def story() -> None:
        pause = Pause()
        pause.over.set()
        chat = Telegram(DeliveryUnknown("502"), DeliveryUnknown("timed out"))
        async with operators(state, chat, pause=pause) as ours:
            await ours.tell("records", DOWN)
        assert chat.tries == 3
        again = Telegram()
        async with operators(state, again):
            pass
        assert again.incoming == []

    run(story)


@pytest.mark.parametrize("end", [DeliveryUnknown("502"), DeliveryFailed("refused", permanent=False)])
def test_what_was_not_told_for_certain_before_a_kill_is_told_after_it(state: State, end: Exception) -> None:
    async def story() -> None:
        pause = Pause()
        killed = await begun(state, Telegram(end), pause)
        await killed.tell("missed", DOWN)
        await pause.begun.wait()
        again = Telegram()
        async with operators(state, again):
            pass
        assert [text for _, text in again.incoming] == ["The records can be read again."]

    run(story)


def test_what_asks_for_a_decision_is_asked_after_every_start_until_somebody_presses(state: State) -> None:
    async def story() -> None:
        for _ in range(2):
            chat = Telegram()
            killed = await begun(state, chat)
            await killed.tell("part 7", DOWN, [Action("Yes", "op part 7 yes"), Action("No", "op part 7 no")])
            await killed.drain()
            assert len(chat.incoming) == 1
            assert chat.documents[0].blocks[-1] == Actions(
                (Action("Yes", "op part 7 yes"), Action("No", "op part 7 no"))
            )
        async with operators(state, chat) as ours:
            await ours.pressed("op part 7 maybe")
            await ours.drain()
            assert len(chat.incoming) == 2
            await ours.pressed("op part 7 no")
        silent = Telegram()
        async with operators(state, silent):
            pass
        assert silent.incoming == []

    run(story)


def test_what_asks_for_a_decision_is_asked_once_a_day(state: State) -> None:
    async def story() -> None:
        clock, chat = Clock(), Telegram()
        async with operators(state, chat, clock=clock) as ours:
            await ours.tell("part 7", DOWN, [Action("Yes", "op part 7 yes")])
            await ours.tell("missed", UP)
            await ours.drain()
            assert len(chat.incoming) == 2
            for day in (1, 2):
                clock.now = NOON + timedelta(days=day, minutes=day)
                for _ in range(2):
                    await ours.ask_again()
                    await ours.drain()
                assert len(chat.incoming) == 2 + day
        texts = [text.splitlines()[0] for _, text in chat.incoming]
        assert texts == ["The records can be read again.", "The state is backed up again."] + [texts[0]] * 2

    run(story)


def test_what_waits_for_a_chat_that_is_no_more_is_told_in_the_new_one(state: State) -> None:
    async def story() -> None:
        async with operators(state, Telegram(DeliveryFailed("kicked", permanent=True)), "telegram:-7") as ours:
            await ours.tell("part 7", DOWN, [Action("Yes", "op part 7 yes")])
        moved = Telegram()
        async with operators(state, moved, "telegram:-8"):
            pass
        assert [place for place, _ in moved.incoming] == ["-8"]

    run(story)


def test_telling_never_raises_nor_waits(state: State, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with operators(state, Telegram(), "slack:C1") as ours:
            state.do(lambda c: c.exec_driver_sql("DROP TABLE episodes"))
            await ours.tell("records", DOWN)
            await ours.over("records", UP)

    run(story)
    assert "slack has no token" in caplog.text
    assert "The records can be read again." in caplog.text


def test_a_chat_that_is_not_written_as_one_is_named(state: State) -> None:
    config = Config(operators={"chats": ("-7",)})  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r'operators\.chats: "-7" is not an id'):
        Operators(Project(Path(), config, NOON), state, Clock(), [])


def test_orders_are_told_from_questions() -> None:
    orders = ["op", "op backup", " /op delivery 17 sent", "/op"]
    assert [command_line(text).name for text in orders] == [PREFIX] * 4
    assert PREFIX not in [command_line(text).name for text in ("operators", "/sl op", "", "/", "/open", "OP x")]
    assert command("delivery", 17, "sent") == "op delivery 17 sent"


def test_an_order_reaches_its_handler_with_its_words() -> None:
    async def story() -> None:
        config = Config(operators={"chats": ("telegram:-7",)})  # type: ignore[arg-type]
        given = []

        async def delivery(order: OperatorCommand) -> Message:
            given.append((order.name, tuple(order.words), order.incoming.person))
            return DOWN

        orders = OperatorCommands(config, Access(config), {"delivery": delivery})
        said = ("delivery", "17", "sent")
        incoming = Incoming("telegram", "5", "-7", False, "op delivery 17 sent", "1")
        assert await orders.carry_out(incoming, said) is DOWN
        assert given == [("delivery", ("17", "sent"), "5")]
        with pytest.raises(UserError, match=r'no order "". There are: delivery'):
            await orders.carry_out(Incoming("telegram", "5", "-7", False, "/op", "2"), ())
        with pytest.raises(UserError, match="operators' chat only"):
            await orders.carry_out(Incoming("telegram", "5", "-8", False, "op delivery 17 sent", "3"), said)
        assert len(given) == 1

    run(story)
