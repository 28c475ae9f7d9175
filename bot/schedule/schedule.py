"""The schedule as the program holds it: jobs, runner and waking together, its orders and its list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import sqlalchemy as sa

from bot.orders import Order
from bot.project import Project
from bot.schedule import listing, telling
from bot.schedule.desk import Columns, DigestDesk
from bot.schedule.jobs import jobs_of
from bot.schedule.kinds import DIGEST, Desks
from bot.schedule.ports import Editors, Operators, Poster
from bot.schedule.runner import Runner
from bot.schedule.waking import Waking
from bot.state.store import State
from digests.document import Block
from digests.wording import Words
from warehouse.messages import Message, note

Standing = Callable[[], Awaitable[Mapping[str, Message]]]


async def _nothing() -> Mapping[str, Message]:
    return {}


class Schedule:
    """Posts by itself what the configuration names. Raises Mistake when made, for what cannot be."""

    def __init__(
        self,
        project: Project,
        state: State,
        poster: Poster,
        operators: Operators,
        works: Callable[[sa.Connection], bool] = lambda _: True,
        *,
        editors: Editors | None = None,
        columns: Columns | None = None,
    ) -> None:
        """`editors` are asked about the posts that they approve, `columns` gives those of an issue."""
        self.jobs = jobs_of(project.config, project.clock())
        self._state, self._clock = state, project.clock
        self.desk = DigestDesk(project, project.clock, columns)
        desks = Desks(project, state, {DIGEST: self.desk})
        say = project.words.say
        self._runner = Runner(self.jobs, state, desks, poster, operators, project.clock, say, works, editors)
        self._waking = Waking(self.jobs, self._runner.tick)
        self.standing: Standing = _nothing
        """How the posts stand with those who approve them."""

    def start(self) -> None:
        """Begin, inside a running event loop: first with what was missed."""
        if self.jobs:
            self._waking.start()

    async def hurry(self) -> None:
        """Do what is due, also what was tried a short while ago."""
        self._runner.hurry()
        await self._runner.tick()

    async def stop(self) -> None:
        if self.jobs:
            await self._waking.stop()

    async def ordered(self, order: Order) -> Message:
        """`op run 17 publish` or `op run 17 drop`."""
        match order.words:
            case [number, ("publish" | "drop") as verdict] if number.isascii() and number.isdecimal():
                return await self._runner.decide(int(number), publish=verdict == "publish", who=order.heard.person)
        return note(
            "Write {example}, or {other}.", example=f"{telling.ORDER} 17 publish", other=f"{telling.ORDER} 17 drop"
        )

    async def blocks(self, words: Words) -> tuple[Block, ...]:
        """When each post comes next and what became of the last, for /status."""
        known = await self._state.run(lambda connection: listing.known(connection, self.jobs))
        return tuple(listing.blocks(self.jobs, known, self._clock(), words, await self.standing()))
