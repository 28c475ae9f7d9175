"""A process that posts and is killed at a step: forked by the test, with nothing of the test's own in it.

The steps are put around the ledger and the channels here; the product knows nothing of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio import selector_events
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.delivery import ledger
from bot.state.store import open_state
from tests.delivery import kit

BEFORE_ROW, AFTER_ROW, AFTER_SEND, BETWEEN, UPLOAD = (
    "before the row",
    "after the row",
    "after the send",
    "between parts",
    "in an upload",
)
STEPS = (BEFORE_ROW, AFTER_ROW, AFTER_SEND, BETWEEN, UPLOAD)


@dataclass
class Kill:
    """Die when a step is reached for the n-th time (from 1) on a platform; without a step, live."""

    step: str = ""
    platform: str = ""
    at: int = 1

    def reached(self, step: str, platform: str) -> bool:
        if (step, platform) != (self.step, self.platform):
            return False
        self.at -= 1
        return self.at == 0

    def here(self, step: str, platform: str) -> None:
        if self.reached(step, platform):
            os.kill(os.getpid(), signal.SIGKILL)


class Noted(kit.Told):
    """Operators in a file, which outlives the process as their chat would."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        for line in path.read_text().splitlines() if path.exists() else ():
            self.words.update(json.loads(line))

    async def tell(self, episode: str, text: Any, actions: Any = ()) -> None:
        if episode not in self.words:
            await super().tell(episode, text, actions)
            with self._path.open("a") as file:
                file.write(json.dumps({episode: str(text)}) + "\n")


class Doomed:
    """A channel with the steps of sending around it."""

    def __init__(self, channel: Any, kill: Kill) -> None:
        self._channel = channel
        self._kill = kill
        self.key = channel.key
        self.parts, self.opening = channel.parts, channel.opening
        self.prepare, self.find, self.layout = channel.prepare, channel.find, channel.layout

    async def send(self, *given: Any) -> Any:
        self._kill.here(AFTER_ROW, self.key)
        receipt = await self._channel.send(*given)
        self._kill.here(AFTER_SEND, self.key)
        return receipt


def run(telegram: str, slack: str, root: Path, kill: Kill) -> None:
    """Go on with what is unfinished, post the issue, and end, or die on the way."""
    _steps_of_the_ledger(kill)
    _step_of_uploads(kill, {"telegram": int(telegram.rpartition(":")[2]), "slack": int(slack.rpartition(":")[2])})
    asyncio.run(_post(telegram, slack, root, kill))


async def _post(telegram: str, slack: str, root: Path, kill: Kill) -> None:
    connected = kit.impatient(telegram, slack)
    await connected[0]._bot.initialize()  # type: ignore[union-attr]
    state = open_state("sqlite:///state.db", root)
    poster = kit.poster(state, [Doomed(each, kill) for each in connected], Noted(root / "told.jsonl"))
    await poster.resume()
    await poster.post(kit.issue(), kit.TARGETS)
    await poster.idle()
    os._exit(0)


def _steps_of_the_ledger(kill: Kill) -> None:
    begin, next_part = ledger.begin, ledger.next_part

    def platform(connection: Any, column: str, number: int) -> str:
        asked = f"SELECT platform FROM deliveries d JOIN parts p ON p.delivery = d.id WHERE {column} = {number}"
        return str(connection.exec_driver_sql(asked).scalar())

    def doomed_begin(connection: Any, part: int, *given: Any) -> None:
        begin(connection, part, *given)
        kill.here(BEFORE_ROW, platform(connection, "p.id", part))  # written, and not committed

    def doomed_next(connection: Any, delivery: int, *given: Any) -> Any:
        where = platform(connection, "d.id", delivery)
        if connection.exec_driver_sql(f"SELECT 1 FROM parts WHERE delivery = {delivery} AND status = 'sent'").first():
            kill.here(BETWEEN, where)
        return next_part(connection, delivery, *given)

    ledger.begin, ledger.next_part = doomed_begin, doomed_next


def _step_of_uploads(kill: Kill, ports: dict[str, int]) -> None:
    """Large bodies are cut in the middle: half of one goes out, and the process is no more."""
    transport: Any = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
    write: Callable[[Any, Any], None] = transport.write

    def doomed(self: Any, data: Any) -> None:
        to = self.get_extra_info("peername")[1]
        where = next((platform for platform, port in ports.items() if port == to), "")
        if len(data) > 20_000 and kill.reached(UPLOAD, where):
            self._sock.send(bytes(data[: len(data) // 2]))
            os.kill(os.getpid(), signal.SIGKILL)
        write(self, data)

    transport.write = doomed
