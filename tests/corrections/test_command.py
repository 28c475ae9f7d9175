"""`svodka digest correct`: the differences as a table and as JSON, and the word that the bot carries out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.slack.settings import SLACK_APP, SLACK_BOT
from bot.channels.telegram.settings import TELEGRAM_BOT
from bot.corrections import ledger
from bot.corrections.model import CorrectionStatus
from bot.project import open_project
from bot.service import serve
from bot.settings import Tokens
from tests.bot.conftest import Ran, Run, run  # noqa: F401
from tests.corrections.bureau import DAY, TARGETS, Bureau, plain
from tests.corrections.conftest import Tell
from tests.delivery.kit import GROUPS, ROOMS
from tests.doubles.platforms import unpaced
from tests.doubles.slack import APP_TOKEN, BOT_TOKEN
from tests.doubles.telegram import TOKEN

OPERATORS = -900
TOKENS = Tokens({TELEGRAM_BOT: TOKEN, SLACK_BOT: BOT_TOKEN, SLACK_APP: APP_TOKEN})


@pytest.fixture
def svodka(run: Run, tmp_path: Path) -> Run:  # noqa: F811
    def ran(*arguments: str) -> Ran:
        # In a thread of its own, as the story has an event loop already.
        return run("digest", "correct", *arguments, "--home", str(tmp_path), "--now", "2026-06-18T09:00")

    return ran


def test_it_shows_what_changed_and_only_when_told_so_has_it_corrected(told: Tell, svodka: Run) -> None:
    async def story(b: Bureau) -> None:
        async def correct(*arguments: str) -> Ran:
            return await asyncio.to_thread(svodka, *arguments)

        assert "No post can be compared." in (await correct()).out
        b.at_first()
        await b.post()
        assert "What is posted is as today's records have it." in (await correct()).out
        b.late()

        shown = await correct(DAY, "--digest", "daily")
        assert [line for line in plain(shown.out).split("\n") if "|" in line] == [
            "What | Period | Figure | Posted | Today",
            f"Digest | {DAY} | Inbound calls | 10 | 12",
            f"Digest | {DAY} | Service level | 80% / 30 s | 67% / 30 s",
            f"Digest | {DAY} | Lost calls (LCR) | 20% | 33.3%",
        ]
        (post,) = json.loads((await correct("--json")).out)["posts"]
        assert (post["digest"], post["period"], post["chats"]) == ("daily", DAY, ["telegram:-101", "slack:C1"])
        assert post["changes"][0] == {"key": "calls", "label": "Inbound calls", "was": "10", "now": "12"}
        assert (post["problem"], post["applied"], b.statuses()) == (None, False, [])

        refused = await correct("2026-06-14")
        assert refused.code == 1
        assert refused.err == f'No post of "2026-06-14" can be compared. There are: {DAY}.\n'
        assert (await correct("--digest", "weekly")).err.startswith('There is no digest "weekly".')

        decided = await correct("--apply")
        assert f'"Digest" ({DAY}) will be corrected by the next svodka run: no bot runs now.' in decided.out
        assert b.statuses() == ["applying"]
        b.restart()
        await b.corrections.carry_out()
        await b.corrections.idle()
        assert "Inbound calls: 12\n" in b.telegram()

    told(story)


def test_what_was_left_may_be_corrected_after_all(told: Tell, svodka: Run) -> None:
    async def story(b: Bureau) -> None:
        b.at_first()
        await b.post()
        b.late()
        b.clock("2026-06-18 08:31")
        await b.corrections.check()
        await b.press("Leave")
        await asyncio.to_thread(svodka, "--apply")
        await b.corrections.carry_out()
        await b.corrections.idle()
        assert ("Inbound calls: 12\n" in b.telegram(), b.statuses()) == (True, ["applied"])

    told(story)


def test_records_that_are_gone_are_said_to_be(told: Tell, svodka: Run) -> None:
    async def story(b: Bureau) -> None:
        b.at_first()
        await b.post()
        b.emptied()
        shown = await asyncio.to_thread(svodka, "--apply")
        assert f'"Digest" ({DAY}) cannot be corrected: there are no data or no plan any more: Inbound' in shown.out
        assert b.statuses() == []

    told(story)


def test_the_program_posts_asks_is_pressed_and_corrects(told: Tell, svodka: Run) -> None:
    """The whole bot on both platforms: by its operators' button first, by the command another day."""
    posts = f"""
[[posts]]
key = "team"
digest = "daily"
schedule = "09:30"
period = "day"
chats = ["{TARGETS[0].chat}", "{TARGETS[1].chat}"]

[operators]
chats = ["telegram:{OPERATORS}"]
"""

    async def story(b: Bureau) -> None:
        b.at_first()
        b.at.far.chat(OPERATORS)
        settings = b.at.root / "svodka.toml"
        wire = f'\n[telegram]\napi_url = "{b.at.far.url}"\n[slack]\napi_url = "{b.at.slack.base}/api/"\n'
        settings.write_text(settings.read_text("utf-8") + posts + wire, "utf-8")

        async with _running(b, "2026-06-16T09:31"):
            await b.at.slack.until(lambda: "Computed" in b.telegram() and len(_files(b)) == 2)
        b.late()
        async with _running(b, "2026-06-17T08:31"):
            await b.at.far.until(lambda: b.at.far.answers(OPERATORS))
            (asked,) = b.at.far.answers(OPERATORS)
            assert "• Inbound calls: 10 → 12\n" in plain(asked.text)
            b.at.far.presses(OPERATORS, asked.id, asked.data("Correct"), person=7)
            await b.at.far.until(lambda: "Inbound calls: 12\n" in b.telegram())
            await b.at.slack.until(lambda: "Inbound calls: 12\n" in b.slack() and len(_files(b)) == 3)

            await b.at.slack.until(lambda: not _busy(b))
            b.late(hour=13)
            said = await asyncio.to_thread(svodka, "--apply")
            assert f'"Digest" ({DAY}) is being corrected by the bot that runs.' in said.out
            await b.at.far.until(lambda: "Inbound calls: 14\n" in b.telegram())
            await b.at.slack.until(lambda: "Inbound calls: 14\n" in b.slack() and len(_files(b)) == 4)
        assert len(b.at.far.answers(GROUPS[0])) == 5

    told(story)


def _busy(b: Bureau) -> object:
    return b.at.state.do(lambda connection: ledger.of_status(connection, CorrectionStatus.APPLYING))


def _files(b: Bureau) -> list[object]:
    return [message for message in b.at.slack.channels[ROOMS[0]].messages if message.files]


@asynccontextmanager
async def _running(b: Bureau, clock: str) -> AsyncIterator[None]:
    stop = asyncio.Event()
    with unpaced():
        bot = asyncio.ensure_future(serve(open_project(b.at.root, clock), TOKENS, stop))
        try:
            yield
        finally:
            stop.set()
            await bot
