"""A process that carries out what was decided and is killed at an edit: forked by the test, with nothing of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from bot.corrections.service import Corrections
from bot.project import open_project
from bot.state.store import open_state
from tests.delivery import kit

BEFORE, AFTER = "before", "after"


class Doomed:
    """A channel whose n-th edit (from 1), or whose sending, is the end of the process, before or after it is done."""

    def __init__(self, channel: Any, verb: str, when: str, at: int) -> None:
        self._channel = channel
        self._verb, self._when, self._left = verb, when, at
        self.key = channel.key
        self.parts, self.opening, self.prepare = channel.parts, channel.opening, channel.prepare
        self.find, self.reply_place, self.layout = channel.find, channel.reply_place, channel.layout

    async def edit(self, *given: Any) -> Any:
        return await self._done("edit", *given)

    async def send(self, *given: Any) -> Any:
        return await self._done("send", *given)

    async def _done(self, verb: str, *given: Any) -> Any:
        self._left -= verb == self._verb
        here = verb == self._verb and self._left == 0
        if here and self._when == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        done = await getattr(self._channel, verb)(*given)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def run(telegram: str, slack: str, root: Path, platform: str, verb: str, when: str, at: int) -> None:
    asyncio.run(_carried_out(telegram, slack, root, platform, verb, when, at))


async def _carried_out(telegram: str, slack: str, root: Path, platform: str, verb: str, when: str, at: int) -> None:
    connected = kit.channels(telegram, slack)
    await connected[0]._bot.initialize()  # type: ignore[union-attr]
    state, told = open_state("sqlite:///state.db", root), kit.Told()
    only = [Doomed(each, verb, when, at) for each in connected if each.key == platform]
    poster = kit.poster(state, only, told)
    corrections = Corrections(open_project(root, None), state, only, poster, told)  # type: ignore[arg-type]
    await poster.resume()
    await corrections.carry_out()
    await corrections.idle()
    os._exit(0)
