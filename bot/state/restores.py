"""What a restored state does not know: what was done between its backup and the moment it was put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.state.notices import forget_questions
from bot.state.schema import EPISODES, HEARTBEAT, LEASE, RESTORES
from warehouse.messages import Message, note


@dataclass(frozen=True)
class Restore:
    """A backup that was put in the state's place. Instants are UTC, by the project's clock."""

    known_to: datetime
    """What was done after that, the state does not know."""
    restored_at: datetime

    @property
    def reason(self) -> Message:
        return note("the state was restored from the backup of {moment}", moment=self.known_to)

    def forgets(self, moment: datetime) -> bool:
        """Whether it is not known what was done at a moment."""
        return self.known_to < moment <= self.restored_at


def begin(connection: sa.Connection, now: datetime, made_at: datetime) -> Restore:
    """Let a state that is being restored know it. `made_at`: when it was backed up, by its file.

    The last sign of life in it says so better: nothing was done between that and the backup. Who held the state then
    holds it no more, and whatever the operators were told then is to be told again.
    """
    alive = connection.scalar(sa.select(HEARTBEAT.c.at))
    found = Restore(alive or made_at, now)
    connection.execute(RESTORES.insert().values(known_to=found.known_to, restored_at=now))
    connection.execute(LEASE.delete())
    connection.execute(EPISODES.delete())
    forget_questions(connection)
    return found


def latest(connection: sa.Connection) -> Restore | None:
    """The last one; None for a state that always was its own."""
    c = RESTORES.c
    row = connection.execute(sa.select(c.known_to, c.restored_at).order_by(c.id.desc()).limit(1)).first()
    return Restore(row.known_to, row.restored_at) if row else None
