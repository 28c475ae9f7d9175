"""What goes on from an answer: how long, from which one, after what, and what is never taken for it.

The records are those of the stories: on 16 June 2026 at noon, Inhouse has 8 of 10 calls in time, AKC 1 of 2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.alerts import store as alerts
from bot.alerts.episodes import Condition
from bot.alerts.store import Alert
from bot.app import chat_handlers
from bot.channels.files import render
from bot.channels.protocol import Address
from bot.chat.answering import Answering
from bot.chat.conversation import FRESH, Conversation
from bot.chat.message import Incoming, Reply, Shown
from bot.chat.operator_commands import OperatorCommands
from bot.chat.questions.recurring import repeat_of
from bot.chat.router import Router
from bot.delivery import ledger
from bot.delivery.model import PlannedPart, Publication, Target
from bot.project import open_project
from bot.state.schema import QUESTIONS, TURNS
from bot.state.store import State, open_state
from bot.subscriptions import store as subscriptions
from bot.subscriptions.store import Owner
from digests.document import Document
from tests.stories.centre import ANNA, BORIS, GROUP, found

_EVENTS = count(1)
Story = Callable[["Talk"], Awaitable[None]]
Play = Callable[[Story], None]


class Talk:
    """Somebody who talks to the bot of one state, in one process after another."""

    def __init__(self, router: Router, state: State) -> None:
        self.router, self.state = router, state

    async def says(self, text: str, person: int = ANNA, **more: object) -> str:
        reply = await self.reply(text, person, **more)
        return render.text(reply.document).replace("\N{NO-BREAK SPACE}", " ") if reply else ""

    async def reply(self, text: str, person: int = ANNA, **more: object) -> Reply | None:
        said = Incoming("telegram", str(person), str(person), True, text, f"event {next(_EVENTS)}", "en")
        return await self.router(replace(said, **more))  # type: ignore[arg-type]

    async def stands(self, reply: Reply | None, chat: int, *messages: str) -> None:
        """Have a channel say where a reply stands."""
        assert reply is not None
        assert reply.turn is not None
        await Conversation(self.state).shown(Shown("telegram", str(chat), messages, reply.turn))

    def older(self, by: timedelta) -> None:
        """Let time pass: the clock of the stories stands still, so what was said moves back."""
        with self.state.engine.begin() as connection:
            for turn in connection.execute(sa.select(TURNS.c.id, TURNS.c.at)).all():
                connection.execute(TURNS.update().where(TURNS.c.id == turn.id).values(at=turn.at - by))


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("centre")
    found(root, "en", "http://127.0.0.1:9", "http://127.0.0.1:9")
    path = root / "svodka.toml"
    path.write_text(path.read_text("utf-8").replace("per_minute = 7", "per_minute = 100"), "utf-8")
    return root


@pytest.fixture
def play(centre: Path, tmp_path: Path) -> Play:
    """Play a story in a process of its own, over the state of the test."""

    def played(story: Story) -> None:
        async def told() -> None:
            project, state = open_project(centre, None), open_state("sqlite:///svodka.db", tmp_path)
            answering = Answering(project, state, project.clock)
            try:
                await answering.ready()
                handlers = chat_handlers(
                    project.config, answering, OperatorCommands(project.config, answering.access, {})
                )
                await story(Talk(Router(project, state, answering, handlers), state))
            finally:
                answering.close()
                state.close()

        asyncio.run(told())

    return played


def test_words_go_on_from_an_answer_for_ten_minutes_and_a_reply_for_ever(play: Play) -> None:
    async def story(talk: Talk) -> None:
        answer = await talk.reply("sl inhouse today text")
        await talk.stands(answer, ANNA, "77", "78")
        talk.older(FRESH - timedelta(seconds=1))
        assert "5 of 5" in await talk.says("what about yesterday?")

        talk.older(FRESH + timedelta(seconds=1))
        assert "Inhouse" not in await talk.says("by hour")
        assert "1 of 2" in await talk.says("what about akc?", reply_to="78")

    play(story)


def test_it_goes_on_after_a_restart(play: Play) -> None:
    async def before(talk: Talk) -> None:
        await talk.stands(await talk.reply("sl inhouse today text", private=False, chat=str(GROUP)), GROUP, "5")
        await talk.says("sl akc today text")

    async def after(talk: Talk) -> None:
        assert "Understood as: Service level, AKC Move-in, today, by hour, as text (by hour)." in await talk.says(
            "by hour"
        )
        asked = {"private": False, "chat": str(GROUP), "reply_to": "5", "aside": True}
        assert "5 of 5" in await talk.says("yesterday", BORIS, **asked)

    play(before)
    play(after)


def test_a_reply_on_another_day_is_about_the_days_of_the_answer(play: Play) -> None:
    async def story(talk: Talk) -> None:
        await talk.stands(await talk.reply("sl inhouse today text"), ANNA, "9")
        talk.older(timedelta(days=1))
        # What was asked on the fifteenth about its today is about the fifteenth.
        said = await talk.says("by hour", reply_to="9")
        assert "5 of 5" in said
        assert "yesterday" in said
        # And words of a time are of the day on which they are said.
        assert "8 of 10" in await talk.says("what about today?", reply_to="9")

    play(story)


def test_nobody_goes_on_from_an_answer_to_somebody_else(play: Play) -> None:
    async def story(talk: Talk) -> None:
        group = {"private": False, "chat": str(GROUP)}
        await talk.says("/sl inhouse today text", ANNA, **group)
        assert "Inhouse" not in await talk.says("/by hour", BORIS, **group)
        # The same person in another chat is in another conversation.
        assert "Inhouse" not in await talk.says("what about by hour?", ANNA)

    play(story)


def _posted(connection: sa.Connection, subject: str, chat: int, message: int, at: datetime) -> None:
    """A post of one message of the first half of June stands in a chat."""
    period = "2026-06-01..2026-06-15"
    issue = Publication(subject, period, Document(subject, (), "en"))
    target = Target("telegram", Address(str(chat)))
    number = ledger.keep(connection, issue, subject, at)
    ledger.open_delivery(connection, number, issue, target, [PlannedPart("opening", "hash")], late=False, now=at)
    (delivery,) = ledger.unfinished(connection)
    part = ledger.next_part(connection, delivery.id, at)
    assert part is not None
    ledger.sent(connection, part.id, {"messages": [message], "chat": str(chat)}, at)
    assert ledger.next_part(connection, delivery.id, at) is None


def test_a_reply_to_a_digest_a_subscription_or_an_alert_is_about_it(play: Play) -> None:
    async def story(talk: Talk) -> None:
        at = datetime(2026, 6, 16, 8)
        owner = Owner("telegram", str(ANNA), str(ANNA), None, True, "en")
        daily = await talk.state.run(subscriptions.add, owner, "sl inhouse yesterday", repeat_of("daily 09:30"), at)
        watched = await talk.state.run(alerts.add, Alert(0, owner, "sl", "akc", Condition("<", 80.0, 30), "", at))
        for message, subject in ((500, "digest:biweekly"), (501, daily.subject), (502, watched.subject)):
            await talk.state.run(_posted, subject, ANNA, message, at)

        assert "overview, AKC Move-in, June 1–15" in await talk.says("what about akc?", reply_to="500")
        assert "5 of 5" in await talk.says("by hour", reply_to="501")
        assert "AKC Move-in" in await talk.says("why?", reply_to="502")

    play(story)


def test_whose_line_it_is_not_is_told_so_whatever_the_words(play: Play) -> None:
    """Boris sees Inhouse alone: of AKC, with 1 of 2 in time, and of the centre, 9 of 12, he learns nothing."""

    async def story(talk: Talk) -> None:
        for said in (
            "sl по акц сегодня",  # an alias in any case
            "sl ajc today",  # a slip
            "sl фкс today",  # the other layout
            "как дела на акц",
            "сравни инхаус и акц по sl",
            "почему sl в акц",
            "sl today by hour akc xlsx",
            "alert sl akc < 80%",
            "subscribe sl akc daily 09:30",
        ):
            answer = await talk.says(f"/{said}", BORIS, locale="en")
            assert "AKC" not in answer.replace('"AKC Move-in"', "").replace("«AKC Move-in»", ""), said
            assert any(word in answer for word in ("not open to you", "не открыт", "недоступн")), said
            assert "of 2" not in answer, said

        for said in ("sl today by line", "overview", "как дела", "brief", "sl today", "which line has the worst sl"):
            answer = await talk.says(f"/{said}", BORIS)
            assert "AKC" not in answer, said
            assert "of 12" not in answer, said

    play(story)


def test_by_asking_on_from_a_post_a_group_gets_no_more_than_it_may_see(play: Play) -> None:
    async def story(talk: Talk) -> None:
        await talk.state.run(_posted, "digest:biweekly", GROUP, 500, datetime(2026, 6, 16, 8))
        group = {"private": False, "chat": str(GROUP), "aside": True}
        said = await talk.says("what about akc?", reply_to="500", **group)
        assert said.startswith('The line "AKC Move-in" is not open to you. You may ask for: Inhouse.')
        # Under what nobody posted there is nothing to go on from.
        assert await talk.reply("what about akc?", reply_to="999", **group) is None

    play(story)


@pytest.mark.parametrize("talk_said", ["а ирл?", "what about you", "yesterday I was ill", "he is on the top floor"])
def test_talk_under_an_answer_is_no_change_of_it(play: Play, talk_said: str) -> None:
    async def story(talk: Talk) -> None:
        group = {"private": False, "chat": str(GROUP)}
        await talk.stands(await talk.reply("/sl inhouse today text", ANNA, **group), GROUP, "5")
        assert await talk.reply(talk_said, BORIS, aside=True, reply_to="5", **group) is None

    play(story)


def test_a_line_beside_another_and_a_day_has_no_days(play: Play) -> None:
    async def story(talk: Talk) -> None:
        await talk.says("sl inhouse by day text")
        today = await talk.says("what about today")
        assert "(today instead of" in today
        assert "as a whole instead of" in today
        both = await talk.says("compare with akc")
        assert "Understood as: Service level, Inhouse, AKC Move-in, today" in both
        assert "8 of 10" in both
        assert "1 of 2" in both

    play(story)


def test_a_question_of_ones_own_has_the_other_reading_on_a_button(play: Play) -> None:
    async def story(talk: Talk) -> None:
        await talk.says("sl inhouse yesterday text")
        reply = await talk.reply("lcr akc")
        assert reply is not None
        labels = [action.label for block in reply.document.blocks for action in getattr(block, "actions", ())]
        assert "Lost calls (LCR), AKC Move-in, yesterday, as text" in labels

    play(story)


def test_the_audit_log_has_what_was_understood_and_how(play: Play) -> None:
    async def story(talk: Talk) -> None:
        for said in ("sl inhouse text", "what about yesterday", "sl inhouze", "a1 who", "thanks"):
            await talk.says(said, BORIS)
        await talk.says("sl akc", BORIS)
        with talk.state.engine.connect() as connection:
            columns = QUESTIONS.c
            rows = connection.execute(
                sa.select(columns.outcome, columns.understood, columns.how, columns.kind).order_by(columns.id)
            ).all()
        assert [tuple(row) for row in rows] == [
            ("answered", "sl inhouse today text", None, None),
            ("answered", "sl inhouse yesterday text", "context", None),
            ("answered", "sl inhouse today", "slip", None),
            ("unclear", None, None, "no question"),
            ("courtesy", None, None, None),
            ("refused", "sl akc today", None, "closed"),
        ]

    play(story)


def test_what_is_old_is_forgotten(play: Play) -> None:
    async def story(talk: Talk) -> None:
        await talk.stands(await talk.reply("sl inhouse today text"), ANNA, "9")
        talk.older(timedelta(days=500))

    async def after(talk: Talk) -> None:
        with talk.state.engine.connect() as connection:
            assert connection.execute(sa.select(TURNS)).all() == []
        assert "8 of 10" not in await talk.says("by hour", reply_to="9")

    play(story)
    play(after)


def test_without_a_memory_questions_are_answered(play: Play) -> None:
    async def story(talk: Talk) -> None:
        await talk.says("sl inhouse today text")
        with talk.state.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE turns"))
        assert "8 of 10" in await talk.says("sl inhouse today text")

    play(story)
