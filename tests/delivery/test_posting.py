"""Issues on their way into chats: once, whole and in order, and what happens where a chat does not take them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.channels.retry import RetryPolicy
from bot.delivery.ledger import ISSUES
from bot.delivery.model import Outcome
from bot.delivery.poster import Target
from digests.document_json import load
from tests.delivery.kit import GROUP, GROUPS, PERIOD, ROOM, TARGETS, Scene, Tell, digest, issue, note, poster, statuses
from tests.doubles.slack import BOT, Fault


def test_an_issue_is_in_every_chat_once_however_often_it_is_posted(told: Tell) -> None:
    async def story(at: Scene) -> None:
        assert await at.poster.post(issue(), TARGETS[:4]) == dict.fromkeys(TARGETS[:4], Outcome.SENT)
        whole = [at.there(target) for target in TARGETS[:4]]
        assert [len(lines) for lines in whole] == [8] * 4
        assert whole[3][0].startswith("Digest\nColumn 0")
        assert whole[3][-1].startswith("sheet-2.xlsx")

        at.restart()
        # Other figures, a chat more: the chats that have the issue keep it.
        other = issue(note("Another digest"))
        assert await at.poster.post(other, TARGETS) == dict.fromkeys(TARGETS, Outcome.SENT)
        assert [at.there(target) for target in TARGETS[:4]] == whole
        assert [at.there(target) for target in TARGETS[4:]] == [["Another digest"]] * 2

        await at.poster.post(issue(note("The next"), period="2026-06-16..2026-06-30"), [GROUP])
        assert at.there(GROUP) == [*whole[0], "The next"]

        # What no chat was given is not kept.
        await at.poster.post(issue(note("Too late")), TARGETS)
        with at.state.engine.connect() as connection:
            titles = connection.scalars(sa.select(ISSUES.c.title).order_by(ISSUES.c.id)).all()
        assert titles == ["Digest", "Another digest", "The next"]

    told(story)


def test_the_document_is_kept_once_whatever_the_number_of_chats(told: Tell) -> None:
    async def story(at: Scene) -> None:
        as_of = datetime(2026, 6, 16, 5)
        await at.poster.post(replace(issue(), as_of=as_of), TARGETS)
        with at.state.engine.connect() as connection:
            (kept,) = connection.execute(sa.select(ISSUES)).all()
        assert (kept.subject, kept.period, kept.title, kept.as_of) == ("digest:biweekly", PERIOD, "Digest", as_of)
        assert load(kept.document) == digest()

    told(story)


def test_two_issues_for_a_chat_do_not_mix(told: Tell) -> None:
    async def story(at: Scene) -> None:
        both = (issue(digest("First")), issue(digest("Second"), subject="rating:june"))
        await asyncio.gather(*(at.poster.post(each, [GROUP, ROOM]) for each in both))

        for target in (GROUP, ROOM):
            lines = at.there(target)
            assert len(lines) == 16
            first, second = [line.split("\n")[0] for line in lines if line.startswith(("First", "Second"))]
            assert {first, second} == {"First", "Second"}
            assert lines[:8] == [line.replace(second, first) for line in lines[8:]]

    told(story)


def test_a_chat_that_is_gone_is_told_once_and_does_not_hold_up_the_others(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.far.chat(GROUPS[0]).status = "kicked"
        at.slack.channels["C1"].archived = True
        outcomes = await at.poster.post(issue(), TARGETS)
        assert [outcomes[target].value for target in TARGETS] == ["stopped", "sent", "sent", "stopped", "sent", "sent"]
        assert statuses(at)[:8] == ["failed", *["skipped"] * 7]
        refused = [call for call in at.far.called("sendMediaGroup") if call.given["chat_id"] == "-101"]
        assert (
            len(refused),
            len([each for each in at.slack.called("chat.postMessage") if each["channel"] == "C1"]),
        ) == (1, 1)

        await at.poster.post(issue(period="the next"), TARGETS)
        assert at.told.words == {
            "delivery chat telegram:-101": "Nothing can be posted in telegram:-101: the bot was removed from the chat, "
            'or blocked there. Part 1 of 8 of "Digest" (2026-06-01..2026-06-15) and what comes after it were left out; '
            "the next issue will be tried again.",
            "delivery chat slack:C1": "Nothing can be posted in slack:C1: the channel is archived. Part 1 of 8 of "
            '"Digest" (2026-06-01..2026-06-15) and what comes after it were left out; the next issue will be tried '
            "again.",
        }
        assert [len(at.there(target)) for target in TARGETS] == [0, 16, 16, 0, 16, 16]

        at.far.chat(GROUPS[0]).status = "member"
        await at.poster.post(issue(period="after that"), [GROUP])
        assert len(at.there(GROUP)) == 8
        assert [*at.told.words] == ["delivery chat slack:C1"]  # the other may be told anew

    told(story)


def test_what_is_refused_just_now_is_tried_again(told: Tell) -> None:
    async def story(at: Scene) -> None:
        await at.slack.go()
        at.far.fault("conflict", "sendMessage", times=2)
        posting = asyncio.create_task(at.poster.post(issue(), [GROUP, ROOM]))
        await at.far.until(lambda: len(at.there(GROUP)) == 8)
        assert not posting.done()
        await at.slack.come(at.slack.port)

        assert set((await posting).values()) == {Outcome.SENT}
        assert len(at.there(ROOM)) == 8
        assert at.told.words == {}

    told(story)


def test_what_is_refused_for_too_long_is_left_out_and_told(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.poster = poster(at.state, at.connected, at.told, RetryPolicy(0.05, window=0))
        at.slack.faults["chat.postMessage"] = Fault("refuse", "service_unavailable", times=100)
        assert await at.poster.post(issue(), [ROOM]) == {ROOM: Outcome.STOPPED}
        assert statuses(at) == ["failed", *["skipped"] * 7]
        assert list(at.told.words.values()) == [
            'Part 1 of 8 of "Digest" (2026-06-01..2026-06-15) could not be posted in slack:C1 for 0 min.: '
            "the platform answered with a fault of its own. It was left out, and what comes after it."
        ]

    told(story)


def test_a_platform_without_a_token_is_told(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.poster = poster(at.state, at.connected[:1], at.told)
        assert await at.poster.post(issue(), [GROUP, ROOM]) == {GROUP: Outcome.SENT, ROOM: Outcome.STOPPED}
        assert list(at.told.words.values()) == ["Nothing can be posted in slack:C1: slack has no token."]

    told(story)


def test_stopping_ends_at_the_border_of_a_part_and_the_next_start_goes_on(told: Tell) -> None:
    async def story(at: Scene) -> None:
        at.far.fault("slow", "sendMessage", seconds=0.2)
        posting = asyncio.create_task(at.poster.post(issue(), [GROUP]))
        await at.far.until(lambda: len(at.there(GROUP)) == 2)  # the album, and a text whose answer is on its way
        await at.poster.stop()
        assert await posting == {GROUP: Outcome.OPEN}
        assert statuses(at) == ["sent"] * 2 + ["waiting"] * 6

        at.restart()
        await at.poster.resume()
        await at.poster.idle()
        assert len(at.there(GROUP)) == 8
        assert at.told.words == {}

    told(story)


def test_a_caller_who_is_cancelled_leaves_the_issue_on_its_way(told: Tell) -> None:
    async def story(at: Scene) -> None:
        posting = asyncio.create_task(at.poster.post(issue(), [GROUP, ROOM]))
        await at.far.until(lambda: at.there(GROUP))
        posting.cancel()
        await at.poster.idle()
        assert [len(at.there(target)) for target in (GROUP, ROOM)] == [8, 8]

    told(story)


def test_another_version_does_not_mix_its_parts_with_those_that_are_there(
    told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade the same document may be divided otherwise."""

    async def story(at: Scene) -> None:
        at.slack.faults["chat.postMessage"] = Fault("slow", seconds=0.2)
        posting = asyncio.create_task(at.poster.post(issue(), [ROOM]))
        await at.slack.until(lambda: at.there(ROOM))
        await at.poster.stop()
        await posting
        await at.poster.post(issue(note("Not begun")), [TARGETS[4]])
        there = at.there(ROOM)
        assert (len(there), at.there(TARGETS[4])) == (1, [])

        monkeypatch.setattr("bot.channels.slack.render._fallback", lambda pieces: "Other words beside the blocks")
        for _ in range(2):
            at.restart()
            await at.poster.resume()
            await at.poster.idle()
            assert at.there(ROOM) == there
            assert [m.text for m in at.slack.channels["C2"].of(BOT)] == ["Other words beside the blocks"]
            assert list(at.told.words.values()) == [
                '"Digest" (2026-06-01..2026-06-15) was begun in slack:C1 by another version of the program, which '
                "divides it otherwise. So that nothing stands there twice, the rest was left out."
            ]

    told(story)


def test_a_thread_takes_the_issue_and_a_chat_gets_it_but_once(told: Tell) -> None:
    async def story(at: Scene) -> None:
        in_thread = Target("slack", Address("C1", "1.2"))
        outcomes = await at.poster.post(issue(), [in_thread, ROOM])
        assert outcomes == {in_thread: Outcome.SENT, ROOM: Outcome.SENT}
        assert {m.thread for m in at.slack.channels["C1"].of(BOT)} == {"1.2"}
        assert len(at.there(ROOM)) == 8

    told(story)


def test_a_fault_of_ours_is_told_and_the_part_is_looked_for_after_a_restart(
    told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(at: Scene) -> None:
        with monkeypatch.context() as broken:
            broken.setattr("bot.delivery.ledger.sent", lambda *_: 1 / 0)
            assert await at.poster.post(issue(), [ROOM]) == {ROOM: Outcome.OPEN}
        assert len(at.there(ROOM)) == 1
        assert "broke off by a fault of ours" in next(iter(at.told.words.values()))

        at.restart()
        await at.poster.resume()
        await at.poster.idle()
        assert len(at.there(ROOM)) == 8

    told(story)
