"""Parts of which nobody can say whether they arrived: looked up on Slack, asked of the operators on Telegram."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.protocol import Address, DeliveryUnknown
from bot.channels.slack import send
from bot.channels.slack.channel import SlackChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.config import Config
from bot.delivery.model import Outcome
from bot.delivery.poster import Poster, Target, handle
from bot.operations.operators import Operators
from bot.project import Project
from digests.document import Action
from digests.localizer import Localizer
from tests.delivery.kit import (
    GROUP,
    GROUPS,
    POSTING,
    ROOM,
    TARGETS,
    TELEGRAM,
    Scene,
    Tell,
    channels,
    impatient,
    issue,
    note,
    statuses,
)
from tests.doubles.clock import FakeClock
from tests.doubles.slack import BOT, Fault


def test_what_only_waited_when_the_program_stopped_was_not_sent_and_nobody_is_asked(told: Tell) -> None:
    time = FakeClock()

    def patient(telegram: str, slack: str) -> list[TelegramChannel | SlackChannel]:
        return channels(telegram, slack, replace(TELEGRAM, clock=time.clock))

    async def story(at: Scene) -> None:
        at.far.fault("429", "sendMessage", seconds=60)
        posting = asyncio.create_task(at.poster.post(issue(note()), [GROUP]))
        await time.slept_on()
        await at.poster.stop(0)
        with pytest.raises(asyncio.CancelledError):
            await posting
        assert statuses(at) == ["waiting"]

        at.restart()
        time.advance(60)
        await at.poster.resume()
        await at.poster.idle()
        assert (statuses(at), at.there(GROUP), at.told.words) == (["sent"], ["Leader board"], {})

    told(story, patient)


@pytest.mark.parametrize("arrived", [True, False])
def test_on_telegram_the_operators_are_asked_and_the_next_parts_go_on(told: Tell, arrived: bool) -> None:
    async def story(at: Scene) -> None:
        at.far.fault("after" if arrived else "before", "sendMessage")
        assert await at.poster.post(issue(), [GROUP]) == {GROUP: Outcome.UNKNOWN}
        assert statuses(at) == ["sent", "unknown", *["sent"] * 6]
        assert len(at.there(GROUP)) == 7 + arrived
        (localizer,) = at.told.words.values()
        assert localizer.startswith(
            'It is not known whether part 2 of 8 of "Digest" (2026-06-01..2026-06-15) arrived in telegram:-101: '
        )
        assert localizer.endswith('It begins "Digest". Look there and press what is true.')
        assert at.told.asked == [
            (Action("It arrived", "op delivery 2 sent"), Action("It did not: send it", "op delivery 2 again"))
        ]

        # The question outlives a restart; nothing is sent by itself.
        at.restart()
        await at.poster.resume()
        await at.poster.idle()
        assert len(at.there(GROUP)) == 7 + arrived

        said = await handle(at.poster, "2 sent" if arrived else "2 again")
        await at.poster.idle()
        assert str(said) == "Noted: it arrived." if arrived else "Noted: it did not arrive. It is being sent again."
        assert statuses(at) == ["sent"] * 8
        assert len(set(at.there(GROUP))) == len(at.there(GROUP)) == 8
        assert at.told.words == {}
        assert str(await handle(at.poster, "2 again")) == "Nothing is asked about this part any more."
        await at.poster.idle()
        assert len(at.there(GROUP)) == 8

    told(story)


def test_what_did_not_arrive_where_posting_was_stopped_is_not_sent(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.far.fault("before", "sendMediaGroup")
        at.far.fault("slow", "sendMessage", seconds=0.2)
        posting = asyncio.create_task(at.poster.post(issue(), [GROUP]))
        await at.far.until(lambda: at.there(GROUP))
        at.far.chat(GROUPS[0]).status = "kicked"
        assert await posting == {GROUP: Outcome.STOPPED}
        assert statuses(at) == ["unknown", "sent", "failed", *["skipped"] * 5]

        said = await handle(at.poster, "1 again")
        assert str(said).startswith("Noted: it did not arrive. It is not sent again")
        await at.poster.idle()
        assert statuses(at) == ["skipped", "sent", "failed", *["skipped"] * 5]

    told(story)


def test_an_order_that_is_none_is_answered_with_an_example(told: Tell) -> None:
    async def story(at: Scene) -> None:
        for words in ("", "2", "2 perhaps", "-2 sent", "9" * 30 + " sent extra"):
            assert str(await handle(at.poster, words)) == "Write op delivery 17 sent, or op delivery 17 again."

    told(story)


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
@pytest.mark.parametrize(
    ("fault", "accepted", "thread"),
    [
        (Fault("reset"), True, None),
        (Fault("reset"), True, "1.2"),
        (Fault("slow", seconds=0.8), True, None),
        (Fault("status", "503"), False, "1.2"),
        (Fault("refuse", "fatal_error"), False, None),
    ],
)
def test_on_slack_the_channel_is_read(
    told: Tell, method: str, fault: Fault, accepted: bool, thread: str | None
) -> None:
    async def story(at: Scene) -> None:
        at.slack.tells_shares = thread is None  # a file's shares are told late: until then its message is looked for
        at.slack.faults[method] = Fault(**vars(fault))
        target = Target("slack", Address("C1", thread))
        assert await at.poster.post(issue(), [target]) == {target: Outcome.SENT}
        assert len(set(at.there(ROOM))) == len(at.there(ROOM)) == 8
        assert len(at.slack.called(method)) == 4 + (not accepted)
        assert at.told.words == {}

    told(story, impatient if fault.kind == "slow" else channels)


def test_where_the_channel_cannot_be_read_the_operators_are_asked(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.slack.faults["chat.postMessage"] = Fault("reset")
        at.slack.faults["conversations.history"] = Fault("refuse", "missing_scope", times=9)
        assert await at.poster.post(issue(), [ROOM]) == {ROOM: Outcome.UNKNOWN}
        assert statuses(at) == ["unknown", *["sent"] * 7]
        assert len(at.told.asked) == 1

    told(story)


def test_a_channel_that_cannot_be_read_just_now_is_read_later(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.slack.faults["chat.postMessage"] = Fault("reset")
        at.slack.faults["conversations.history"] = Fault("status", "503", times=10)
        assert await at.poster.post(issue(), [ROOM]) == {ROOM: Outcome.SENT}
        assert len(at.there(ROOM)) == 8
        assert at.told.words == {}

        # A process that ends meanwhile leaves it to the next.
        at.slack.faults["chat.postMessage"] = Fault("reset")
        at.slack.faults["conversations.history"] = Fault("status", "503", times=100)
        posting = asyncio.create_task(at.poster.post(issue(period="next"), [ROOM]))
        await at.slack.until(lambda: len(at.slack.called("conversations.history")) > 15)
        await at.poster.stop()
        assert await posting == {ROOM: Outcome.OPEN}
        assert statuses(at)[8:] == ["sending", *["waiting"] * 7]
        at.slack.faults.clear()
        at.restart()
        await at.poster.resume()
        await at.poster.idle()
        assert len(at.there(ROOM)) == 16
        assert at.told.words == {}

    told(story)


def test_an_app_that_may_not_read_marks_does_not_take_a_message_for_missing(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.slack.scopes = at.slack.scopes.replace("metadata.message:read", "")
        at.slack.faults["chat.postMessage"] = Fault("reset")
        assert await at.poster.post(issue(), [ROOM]) == {ROOM: Outcome.UNKNOWN}
        assert len(at.there(ROOM)) == 8
        # Where nothing of any bot stands, it surely is not there.
        at.slack.faults["chat.postMessage"] = Fault("status", "503")
        assert await at.poster.post(issue(), [TARGETS[4]]) == {TARGETS[4]: Outcome.SENT}
        assert len(at.there(TARGETS[4])) == 8

    told(story)


def test_a_message_is_found_among_many_and_what_lies_too_far_back_is_unknown(
    told: Tell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(send, "_PAGE", 3)
    monkeypatch.setattr(send, "_PAGES", 3)

    async def story(at: Scene) -> None:
        slack = at.connected[1]
        since = datetime.now(UTC).replace(tzinfo=None)
        (part,) = slack.parts(note())
        receipt = await slack.send(Address("C1"), part, "our-key")
        for n in range(5):
            await slack.send(Address("C1"), part, f"other-{n}")
        (ours, *_) = at.slack.channels["C1"].of(BOT)
        assert await slack.find(Address("C1"), "our-key", {}, since) == receipt == {"ts": ours.ts}
        assert await slack.find(Address("C1"), "no-such-key", {}, since) is None
        # What was written before is not looked through.
        with monkeypatch.context() as later:
            later.setattr(send, "_SKEW", timedelta(seconds=-2))
            assert await slack.find(Address("C1"), "our-key", {}, since) is None

        for n in range(5):
            await slack.send(Address("C1"), part, f"more-{n}")
        with pytest.raises(DeliveryUnknown):
            await slack.find(Address("C1"), "our-key", {}, since)

    told(story)


def test_a_question_that_the_platforms_garbled_before_a_kill_is_asked_after_it(
    told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part may have arrived; so may the question about it in both of the operators' chats; and the process dies."""

    async def story(at: Scene) -> None:
        at.far.chat(-900)
        at.slack.channel("COPS")
        config = Config(operators={"chats": ("telegram:-900", "slack:COPS"), "language": "en"})  # type: ignore[arg-type]

        async def process() -> tuple[Operators, Poster]:
            operators = Operators(Project(at.root, config, at_noon()), at.state, at_noon, at.connected)
            await operators.start()
            made = Poster(at.state, at.connected, operators, Localizer("en"), retry=POSTING)
            await made.resume()
            return operators, made

        def asked() -> tuple[int, int]:
            here = at.slack.channels["COPS"].of(BOT)
            return len(at.far.answers(-900)), len(here)

        _, poster = await process()
        at.far.fault("before", "sendMessage")  # a part of the digest
        at.far.fault("503", "sendMessage", times=1)  # the question about it
        at.slack.faults["chat.postMessage"] = Fault("status", word="500")
        assert await poster.post(issue(note()), [GROUP]) == {GROUP: Outcome.UNKNOWN}
        await at.far.until(lambda: len(at.far.called("sendMessage")) == 2 and not at.slack.faults)
        assert asked() == (0, 0)

        operators, poster = await process()
        await at.far.until(lambda: asked() == (1, 1))
        (question,) = at.far.answers(-900)
        order = question.data("It did not: send it")
        assert "It is not known whether part 1 of 1" in question.text
        assert order
        assert str(await handle(poster, "1 again")).startswith("Noted: it did not arrive.")
        await poster.idle()
        assert at.there(GROUP) == ["Leader board"]
        await operators.stop()

        operators, _ = await process()
        await operators.stop()
        assert asked() == (1, 1)

    told(story)


def at_noon() -> datetime:
    return datetime(2026, 6, 16, 9)
