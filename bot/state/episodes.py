"""What goes on, and whether the state can be written at all."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.state.schema import EPISODES, HEARTBEAT


def going_on(connection: sa.Connection) -> set[str]:
    """The failures that the operators were told of and that are not over."""
    return set(connection.scalars(sa.select(EPISODES.c.name)))


def begin(connection: sa.Connection, name: str, at: datetime) -> None:
    """The operators were told."""
    end(connection, name)
    connection.execute(EPISODES.insert().values(name=name, at=at))


def end(connection: sa.Connection, name: str) -> None:
    """It is over."""
    connection.execute(EPISODES.delete().where(EPISODES.c.name == name))


def beat(connection: sa.Connection, at: datetime) -> None:
    """Write something. Raises if nothing can be written."""
    if not connection.execute(HEARTBEAT.update().values(at=at)).rowcount:
        connection.execute(HEARTBEAT.insert().values(id=1, at=at))
