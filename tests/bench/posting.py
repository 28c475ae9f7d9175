"""A digest of eight parts into 50 chats, 25 on each platform, as fast as the platforms' own limits let anybody.

The services and their limits are in this process; the poster, its ledger and both channels are in one of its own:
`python -m tests.bench.posting TELEGRAM SLACK DIRECTORY STRETCHED`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.bench.measure import ROOT
from tests.doubles.limits import Limit
from tests.doubles.slack import BOT, Slack
from tests.doubles.telegram import TelegramDouble

CHATS, PARTS = 25, 8
STRETCHED = (1, 1, 1, 5)
"""The rounds, and how many times slower the limits of each are, ours too: the slower they are, the less does the
machine's own speed show, and whatever the order of sending costs shows the same."""
GROUPS = range(-1000, -1000 - CHATS, -1)
ROOMS = [f"C{number}" for number in range(CHATS)]


def limits(stretched: float) -> tuple[dict[str, Limit], Limit]:
    """Telegram's (30 a second in all, one a second in a chat and 20 a minute in a group) and Slack's in a channel.

    Of either platform a few may come at once; how many is not told anywhere, and here it is three.
    """
    once = Limit(1, stretched, burst=3)
    return {"all": Limit(30, stretched), "chat": once, "group": Limit(20, 60 * stretched)}, replace(once)


def bound(messages: int, stretched: float) -> dict[str, float]:
    """Seconds that the limits alone take for so many messages in each of a platform's chats, by the platform.

    An album counts as its pictures. Of a limit on all, the last of all messages is looked at, of a chat's its last.
    """
    telegram, slack = limits(stretched)
    of_all = telegram["all"].after(messages * CHATS)
    in_chat = max(telegram[name].after(messages) for name in ("chat", "group"))
    return {"telegram": max(of_all, in_chat), "slack": slack.after(PARTS)}


def table(scratch: Path) -> Table:
    shown = Table("50 chats, 8 parts each", "seconds", "bound", "ratio", "over a limit", "processor, s", "MB")
    for number, stretched in enumerate(STRETCHED):
        found = asyncio.run(_posted(scratch / f"posting-{number}", stretched))
        bounds = bound(found["messages"], stretched)
        slower = f", limits {stretched} times slower" if stretched > 1 else ""
        for platform, least in bounds.items():
            took, over = found[platform], str(found["over"][platform])
            shown.add_row(f"{platform}{slower}", f"{took:.2f}", f"{least:.1f}", f"{took / least:.2f}", over)
        least, took = max(bounds.values()), found["seconds"]
        own = f"{found['cpu']:.1f}", f"{found['mb']:.0f}"
        shown.add_row(f"both{slower}", f"{took:.2f}", f"{least:.1f}", f"{took / least:.2f}", "", *own)
    return shown


async def _posted(root: Path, stretched: float) -> dict[str, Any]:
    """Post once, in another process: what it measured of itself, and what came to the services."""
    root.mkdir()
    async with TelegramDouble() as far, Slack() as slack:
        for group in GROUPS:
            far.chat(group)
        for room in ROOMS:
            slack.channel(room)
        far.limits, slack.limit = limits(stretched)
        command = [sys.executable, "-m", "tests.bench.posting", far.url, slack.base, str(root), str(stretched)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        out, _ = await asyncio.to_thread(process.communicate)
        if process.returncode:
            raise RuntimeError(f"the poster ended with {process.returncode}")
        there = [len(far.answers(group)) for group in GROUPS] + [len(slack.channels[room].of(BOT)) for room in ROOMS]
        messages = there[0]
        if there != [messages] * CHATS + [PARTS] * CHATS:
            raise RuntimeError(f"not everything arrived: {there}")
        return {
            **json.loads(out),
            "messages": messages,
            "over": {"telegram": len(far.refused), "slack": len(slack.refused)},
        }


def _channels(telegram: str, slack: str, by: float) -> Sequence[Any]:
    """Both channels at our own pace, so many times slower."""
    from bot.channels.slack.platform import Policies as SlackPolicies
    from bot.channels.telegram.platform import Policies as TelegramPolicies
    from tests.delivery import kit

    def slower(*limits: Limit) -> tuple[Limit, ...]:
        return tuple(replace(each, seconds=each.seconds * by) for each in limits)

    ours, theirs = TelegramPolicies(), SlackPolicies()
    return kit.channels(
        telegram,
        slack,
        replace(
            ours,
            in_chat=slower(*ours.in_chat),
            in_group=slower(*ours.in_group),
            overall=slower(ours.overall)[0],
        ),
        replace(theirs, in_channel=slower(*theirs.in_channel), overall=slower(theirs.overall)[0]),
    )


async def _post(telegram: str, slack: str, root: Path, stretched: float) -> dict[str, float]:
    """What the other process does: seconds in all and to the end of each platform, processor seconds, memory in MB."""
    from bot.channels.protocol import Address
    from bot.delivery.poster import Outcome, Poster, Target
    from bot.state.store import open_state
    from digests.localizer import Localizer
    from tests.delivery import kit

    connected = _channels(telegram, slack, stretched)
    await connected[0]._bot.initialize()
    state = open_state("sqlite:///state.db", root)
    poster = Poster(state, connected, kit.Told(), Localizer("en"))
    targets = {
        "telegram": [Target("telegram", Address(str(group))) for group in GROUPS],
        "slack": [Target("slack", Address(room)) for room in ROOMS],
    }
    issue = kit.issue()
    began, cpu = time.perf_counter(), time.process_time()

    async def posted(platform: str) -> float:
        outcomes = await poster.post(issue, targets[platform])
        if set(outcomes.values()) != {Outcome.SENT}:
            raise RuntimeError(f"{platform}: {outcomes}")
        return time.perf_counter() - began

    seconds = dict(zip(targets, await asyncio.gather(*map(posted, targets)), strict=True))
    await connected[0]._bot.shutdown()
    state.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**seconds, "seconds": max(seconds.values()), "cpu": time.process_time() - cpu, "mb": peak}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_post(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])))))
