"""Questions from a chat under load: the whole program on Telegram, beside a bare echo bot on the same library.

Open loop: questions come when they come, whether the ones before are answered or not. The service and the people are
in this process, the bot is in one of its own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from rich.table import Table

from tests.bench.history import PERIOD
from tests.bench.measure import ROOT, run_command
from tests.doubles.telegram import TOKEN, TelegramDouble

PEOPLE = 120
_LINES = ("sales", "inhouse", "akc", "support", "service")
_DAYS = ("today", "yesterday", "week", "1-15 june", "last 7 days", "month")

TEXTS = [
    f"/{metric} {line} {day} text" for day in _DAYS for line in _LINES[:3] for metric in ("sl", "lcr", "calls", "aht")
]
"""What 120 people ask: 72 different questions, again and again, while the records stay as they are."""
PICTURES = [
    f"/{metric} {line} {first}-{last} june"
    for last in range(4, 16)
    for first in (1, 2, 3)
    for line in _LINES[:3]
    for metric in ("sl", "calls")
]
"""Every one another picture: nothing is kept that would do."""


@dataclass(frozen=True)
class Load:
    name: str
    per_second: float
    questions: Sequence[str]


@dataclass(frozen=True)
class Result:
    """Milliseconds from a question to its answer; what was lost, and what was answered twice."""

    ms: Sequence[float]
    lost: int
    twice: int

    def at(self, share: float) -> float:
        ordered = sorted(self.ms)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def table(home: Path, seconds: int = 40) -> Table:
    # Plans are spread once for all time, not by the first question.
    run_command("digest", "--period", PERIOD, "--home", home, "--to", home / "digests" / "bench")
    first = Load("text, each for the first time", 5, TEXTS)
    texts = Load("text", 30, list(islice(cycle(TEXTS), 30 * seconds)))
    pictures = Load("different pictures", 5, PICTURES[: 5 * seconds])
    echo, _, _ = asyncio.run(_measured([sys.executable, "-m", "tests.bench.echo"], None, [texts]))
    bot = [sys.executable, "-m", "bot", "run"]
    results, ready, memory = asyncio.run(_measured(bot, home, [first, texts, pictures]))
    shown = Table("questions", "a second", "p50, ms", "p99, ms", "above echo: p50", "p99", "lost", "twice")
    shown.add_row("echo", "30", *(f"{echo[0].at(share):.0f}" for share in (0.5, 0.99)), "", "", *_ends(echo[0]))
    for load, found in zip((first, texts, pictures), results, strict=True):
        at = [found.at(share) for share in (0.5, 0.99)]
        above = [ms - echo[0].at(share) for ms, share in zip(at, (0.5, 0.99), strict=True)]
        numbers = [f"{ms:.0f}" for ms in (*at, *above)]
        shown.add_row(load.name, f"{load.per_second:g}", *numbers, *_ends(found))
    shown.add_row("start to ready", "", f"{ready * 1000:.0f}")
    shown.add_row("memory: idle, after all, MB", "", *(f"{megabytes:.0f}" for megabytes in memory))
    return shown


def _ends(found: Result) -> tuple[str, str]:
    return str(found.lost), str(found.twice)


async def _measured(
    command: list[str], home: Path | None, loads: Sequence[Load]
) -> tuple[list[Result], float, tuple[float, float]]:
    async with TelegramDouble() as far:
        if home:
            _settle(home, far.url)
        else:
            command = [*command, far.url, TOKEN]
        environment = {**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "SVODKA_HOME": str(home)}
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            await far.until(lambda: far.called("getUpdates"))
            ready = time.perf_counter() - began
            await asyncio.sleep(11)  # what it took to begin is given back by then
            idle = _memory(process.pid)
            # The first picture finds everything cold; it is not what is measured.
            await _asked(far, Load("first picture", 1, loads[-1].questions[-1:]))
            results = [await _asked(far, load) for load in loads]
            return results, ready, (idle, _memory(process.pid))
        finally:
            process.terminate()
            process.wait(20)


async def _asked(far: TelegramDouble, load: Load) -> Result:
    """Ask, one after another at the pace of the load, each person in turn in a chat of their own."""
    before = len(far.calls)
    asked: dict[int, list[float]] = {}
    began = time.monotonic()
    for number, question in enumerate(load.questions):
        await asyncio.sleep(max(began + number / load.per_second - time.monotonic(), 0))
        person = 1 + number % PEOPLE
        asked.setdefault(person, []).append(time.monotonic())
        far.says(question, person)
    answered: dict[int, list[float]] = {}
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        calls = [call for call in far.calls[before:] if call.method in ("sendMessage", "sendPhoto")]
        if len(calls) >= len(load.questions):
            break
        await asyncio.sleep(0.2)
    await asyncio.sleep(1)
    for call in far.calls[before:]:
        if call.method in ("sendMessage", "sendPhoto"):
            answered.setdefault(int(call.given["chat_id"]), []).append(call.at)
    pairs = [pair for person, times in asked.items() for pair in zip(times, answered.get(person, []), strict=False)]
    lost = sum(max(len(times) - len(answered.get(person, [])), 0) for person, times in asked.items())
    twice = sum(max(len(answered.get(person, [])) - len(times), 0) for person, times in asked.items())
    return Result([(then - at) * 1000 for at, then in pairs], lost, twice)


def _settle(home: Path, url: str) -> None:
    """Let everybody ask, at this service; the project is a bench's own."""
    # What an earlier run heard is no news, and its service counts from the same number again.
    shutil.rmtree(home / "state", ignore_errors=True)
    path = home / "svodka.toml"
    settings = path.read_text("utf-8").split("\n# bench\n")[0]
    people = "".join(f'\n[[people]]\nid = "telegram:{n}"\nrole = "all"\n' for n in range(1, PEOPLE + 1))
    path.write_text(
        f'{settings}\n# bench\n[telegram]\napi_url = "{url}"\n\n[questions]\nper_minute = 100\n\n'
        f"[roles.all]\nnames = true\n{people}",
        "utf-8",
    )


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
