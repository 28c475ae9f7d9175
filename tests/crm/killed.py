"""A pull in small portions by a clock that runs fast, to be killed: `python -m tests.crm.killed ADDRESS ROOT`."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bot.channels.retry import Clock
from bot.crm import pull as pulling
from bot.crm.client import AmocrmClient
from tests.crm.accounts import NOW, intake
from tests.doubles.amocrm import TOKEN

FASTER = 500


async def _slept(seconds: float) -> None:
    await asyncio.sleep(seconds / FASTER)


FAST = Clock(lambda: time.monotonic() * FASTER, _slept)


async def pull(address: str, root: Path) -> None:
    async with AmocrmClient(address, TOKEN, 7, FAST) as client:
        await pulling.pull(client, address, intake(root), now=NOW, clock=FAST)


def main() -> None:
    pulling.ROWS = 40
    asyncio.run(pull(sys.argv[1], Path(sys.argv[2])))
