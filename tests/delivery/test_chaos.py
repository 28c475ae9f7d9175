"""Nothing lost, nothing twice, every ambiguous part reported, wherever the process is killed.

A digest of eight parts goes to three chats on each platform, from a process of its own that is killed with -9 at a
step and started again, while the platforms do what they can do wrong. Then the operators answer what they are asked
by what stands in the chats. `make chaos` kills at every occasion, and not only at a few.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.delivery.ledger import DELIVERIES, PARTS
from bot.delivery.poster import Target, handle
from tests.delivery import child
from tests.delivery.child import AFTER_ROW, AFTER_SEND, BEFORE_ROW, BETWEEN, STEPS, UPLOAD, Kill, Noted
from tests.delivery.kit import TARGETS, Scene, issue, scene
from tests.doubles.slack import Fault

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "tests.delivery.child"])

EVERY = bool(os.environ.get("SVODKA_CHAOS"))
OCCASIONS = {BEFORE_ROW: 24, AFTER_ROW: 24, AFTER_SEND: 20, BETWEEN: 18, UPLOAD: 12}
"""How often a step comes for sure on one platform: 24 parts go out there, and faults cost some of them their ends."""
KILLS = [
    Kill(step, platform, at)
    for platform in ("telegram", "slack")
    for step, a_few in zip(STEPS, (1, 8, 12, 16, 5), strict=True)
    for at in (range(1, OCCASIONS[step] + 1) if EVERY else [a_few])
]

TELEGRAM = (
    [("429", "sendMessage", 1), ("after", "sendDocument", 0)],
    [("500", "sendMediaGroup", 0), ("conflict", "sendMessage", 0)],
    [("garbage", "sendMessage", 0), ("before", "sendDocument", 0)],
    [("slow", "sendMessage", 0.8), ("502", "sendDocument", 0)],
    [("after", "sendMediaGroup", 0), ("before", "sendMessage", 0)],
)
SLACK = (
    {"chat.postMessage": Fault("reset"), "upload": Fault("status", "503")},
    {"chat.postMessage": Fault("status", "503"), "files.completeUploadExternal": Fault("reset")},
    {"chat.postMessage": Fault("429"), "files.completeUploadExternal": Fault("status", "503")},
    {"chat.postMessage": Fault("slow", seconds=0.8), "files.getUploadURLExternal": Fault("reset")},
    {"chat.postMessage": Fault("reset"), "conversations.history": Fault("refuse", "missing_scope", times=50)},
    {"chat.postMessage": Fault("refuse", "fatal_error"), "files.completeUploadExternal": Fault("slow", seconds=0.8)},
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Target, Sequence[str]]:
    """What stands in each chat when nothing goes wrong."""

    async def posted() -> dict[Target, list[str]]:
        async with scene(tmp_path_factory.mktemp("whole")) as at:
            await at.poster.post(issue(), TARGETS)
            return {target: at.there(target) for target in TARGETS}

    stands = asyncio.run(posted())
    assert [len(set(lines)) for lines in stands.values()] == [8] * 6
    return stands


async def process(at: Scene, kill: Kill) -> int | None:
    """Post in a process of its own; how it ended."""
    given = (at.far.url, at.slack.base, at.root, kill)
    running = FORKS.Process(target=child.run, args=given, daemon=True)
    running.start()
    await asyncio.to_thread(running.join, 30)
    return running.exitcode


def rows(at: Scene) -> Mapping[tuple[Target, int], sa.Row[tuple[object, ...]]]:
    """The ledger's parts by chat and position."""
    asked = sa.select(DELIVERIES.c.platform, DELIVERIES.c.chat, PARTS).join(PARTS, PARTS.c.delivery == DELIVERIES.c.id)
    with at.state.engine.connect() as connection:
        found = connection.execute(asked).all()
    return {(Target(row.platform, Address(row.chat)), row.position): row for row in found}


@pytest.mark.parametrize(
    ("number", "kill"), list(enumerate(KILLS)), ids=[f"{k.platform}-{k.step}-{k.at}" for k in KILLS]
)
def test_wherever_the_process_is_killed_every_part_is_there_once_or_is_asked_about(
    number: int, kill: Kill, whole: Mapping[Target, Sequence[str]], tmp_path: Path
) -> None:
    async def story() -> None:
        async with scene(tmp_path) as at:
            for fault in TELEGRAM[number % len(TELEGRAM)]:
                at.far.fault(*fault)
            at.slack.faults.update({name: Fault(**vars(one)) for name, one in SLACK[number % len(SLACK)].items()})
            assert await process(at, kill) == -signal.SIGKILL
            before = rows(at)
            if EVERY:  # and again on the way back, if it comes to that
                await process(at, Kill(STEPS[number % len(STEPS)], kill.platform, 1 + number % 3))
            assert await process(at, Kill()) == 0

            ledger, told = rows(at), Noted(tmp_path / "told.jsonl").words
            asked = {place for place, row in ledger.items() if row.status == "unknown"}
            for target, lines in whole.items():
                stands = at.there(target)
                assert Counter(stands) - Counter(lines) == Counter(), "twice, or from nowhere"
                lost = {(target, lines.index(line)) for line in set(lines) - set(stands)}
                assert lost <= asked
            assert {f"delivery part {ledger[place].id}" for place in asked} == {e for e in told if " part " in e}
            # Telegram does not tell what arrived, so what the kill met on its way is among what is asked.
            assert {p for p, row in before.items() if row.status == "sending" and p[0].platform == "telegram"} <= asked

            at.far._faults.clear()
            at.slack.faults.clear()
            for target, position in asked:
                arrived = whole[target][position] in at.there(target)
                await handle(at.poster, f"{ledger[target, position].id} {'sent' if arrived else 'again'}")
            await at.poster.idle()
            assert {target: Counter(at.there(target)) for target in TARGETS} == {
                target: Counter(lines) for target, lines in whole.items()
            }
            assert {row.status for row in rows(at).values()} == {"sent"}
            # How long Slack asked to wait is forgotten with the process: it says so once more.
            assert [wrong for wrong in at.slack.wrongs if "Retry-After" not in wrong] == []

    asyncio.run(story())
