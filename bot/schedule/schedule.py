"""The schedule as the program holds it: jobs, runner and waking together, its orders and its list."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from bot.orders import Order
from bot.project import Project
from bot.schedule import listing, telling
from bot.schedule.jobs import jobs_of
from bot.schedule.kinds import Desks
from bot.schedule.ports import Operators, Poster
from bot.schedule.runner import Runner
from bot.schedule.waking import Waking
from bot.state.store import State
from digests.document import Block
from digests.wording import Words
from warehouse.messages import Message, note


class Schedule:
    """Posts by itself what the configuration names. Raises Mistake when made, for what cannot be."""

    def __init__(
        self,
        project: Project,
        state: State,
        poster: Poster,
        operators: Operators,
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        self.jobs = jobs_of(project.config, project.clock())
        self._state, self._clock = state, project.clock
        desk = Desks(project, state)
        say = project.words.say
        self._runner = Runner(self.jobs, state, desk, poster, operators, project.clock, say, works)
        self._waking = Waking(self.jobs, self._runner.tick)

    def start(self) -> None:
        """Begin, inside a running event loop: first with what was missed."""
        if self.jobs:
            self._waking.start()

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
        return tuple(listing.blocks(self.jobs, known, self._clock(), words))
