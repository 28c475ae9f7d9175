"""Which process works on this state: one at a time, and another says so.

The holder beats: a counter in the state goes up every few seconds. Who finds a lease that is held watches it for as
long as a beat may take at most. If it beats, another process lives; if not, its holder is dead and the lease is taken.
No clocks are compared, so it holds between machines, too; what is written is one conditional statement each.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.state.schema import LEASE
from bot.state.store import State
from warehouse.messages import Message, UserError, note

LOG = logging.getLogger(__name__)
NAME = "run"
BEAT_S = 3.0
DEAD_S = 15.0
"""A holder that does not beat for so long is dead."""


@dataclass(frozen=True)
class Held:
    """Somebody's lease, as it was seen."""

    holder: str
    beats: int
    since: datetime


class Lease:
    """This process's claim to be the one that works."""

    def __init__(
        self,
        state: State,
        *,
        holder: str | None = None,
        beat_s: float = BEAT_S,
        dead_s: float = DEAD_S,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._state = state
        self.holder = holder or f"{socket.gethostname()[:80]}, {os.getpid()}, {secrets.token_hex(4)}"
        self._beat_s, self._dead_s, self._sleep = beat_s, dead_s, sleep

    async def take(self) -> None:
        """Become the one that works, at once where nobody does. Raises UserError if another process does."""
        seen = await self._state.run(read)
        waited = 0.0
        while seen and waited < self._dead_s:
            await self._sleep(self._beat_s)
            waited += self._beat_s
            now = await self._state.run(read)
            if now and now != seen:
                raise _held(now)
            seen = now
        if not await (self._take_from(seen) if seen else self._take_free()):
            raise _held(await self._state.run(read))

    async def keep(self) -> Message:
        """Beat until the lease is lost, and say to whom; or until the state cannot be written for too long."""
        beaten = time.monotonic()
        while True:
            try:
                if not await self._state.run(self._beat):
                    return _held(await self._state.run(read)).message
                beaten = time.monotonic()
            except sa.exc.DBAPIError:
                LOG.exception("the lease could not be renewed")
                if time.monotonic() - beaten > self._dead_s:
                    return note("The bot's state could not be written for {n} s, so the bot stops.", n=self._dead_s)
            await self._sleep(self._beat_s)

    async def give_back(self) -> None:
        """Let the next process begin at once."""
        mine = LEASE.delete().where(LEASE.c.name == NAME, LEASE.c.holder == self.holder)
        await self._state.run(sa.Connection.execute, mine)

    def mine(self, connection: sa.Connection) -> bool:
        """Whether this process is still the one that works, in a transaction that is about to change something."""
        held = read(connection)
        return held is not None and held.holder == self.holder

    def _beat(self, connection: sa.Connection) -> bool:
        mine = LEASE.update().where(LEASE.c.name == NAME, LEASE.c.holder == self.holder)
        return _changed(connection, mine.values(beats=LEASE.c.beats + 1))

    async def _take_free(self) -> bool:
        mine = LEASE.insert().values(name=NAME, holder=self.holder, beats=0, since=_now())
        try:
            await self._state.run(sa.Connection.execute, mine)
        except sa.exc.IntegrityError:  # another was quicker
            return False
        return True

    async def _take_from(self, dead: Held) -> bool:
        """Take the lease of a dead holder, unless it came to life, or another was quicker."""
        same = LEASE.c.name == NAME, LEASE.c.holder == dead.holder, LEASE.c.beats == dead.beats
        taken = LEASE.update().where(*same).values(holder=self.holder, beats=0, since=_now())
        return await self._state.run(_changed, taken)


def _changed(connection: sa.Connection, update: sa.Update) -> bool:
    return connection.execute(update).rowcount == 1


def read(connection: sa.Connection) -> Held | None:
    """Who works now."""
    row = connection.execute(sa.select(LEASE.c.holder, LEASE.c.beats, LEASE.c.since)).first()
    return Held(*row) if row else None


def _held(held: Held | None) -> UserError:
    host, _, rest = held.holder.partition(", ") if held else ("-", "", "-")
    return UserError(
        "Svodka works on this state already: process {process} on {host}. Stop that one first.",
        host=host,
        process=rest.partition(", ")[0],
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
