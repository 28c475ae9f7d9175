"""What goes on, and whether the state can be written at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.state.schema import EPISODES, HEARTBEAT, NOTICES
from digests.document import Action


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


MOST = 100
"""So much waits for a chat that cannot be reached; of more, what was noticed first is dropped. Questions never are."""


@dataclass(frozen=True)
class Notice:
    """Something to say in a chat. With actions it is a question."""

    episode: str
    text: str
    actions: tuple[Action, ...]
    at: datetime
    """When it was noticed, UTC."""
    chat: str
    """`telegram:-7`."""
    id: int | None = None
    """None, if the state does not know of it."""


def add(connection: sa.Connection, audience: str, notice: Notice) -> Notice:
    """Keep a notice."""
    row = {
        "audience": audience,
        "chat": notice.chat,
        "episode": notice.episode,
        "text": notice.text,
        "actions": [[action.label, action.command] for action in notice.actions] or None,
        "at": notice.at,
    }
    key = connection.execute(NOTICES.insert().values(row)).inserted_primary_key
    assert key is not None
    newest = sa.select(NOTICES.c.id).where(*_said_once(notice.chat)).order_by(NOTICES.c.id.desc())
    if oldest := connection.scalars(newest.offset(MOST)).all():
        connection.execute(NOTICES.delete().where(NOTICES.c.id.in_(oldest)))
    return Notice(notice.episode, notice.text, notice.actions, notice.at, notice.chat, int(key[0]))


def arrived(connection: sa.Connection, notice: Notice, now: datetime) -> None:
    """A notice stands in its chat for certain: what asks for nothing is done with."""
    same = NOTICES.c.id == notice.id
    if notice.actions:
        connection.execute(NOTICES.update().where(same).values(told_at=now))
    else:
        connection.execute(NOTICES.delete().where(same))


def answered(connection: sa.Connection, audience: str, episode: str) -> None:
    """Ask no more."""
    asked = NOTICES.c.audience == audience, NOTICES.c.episode == episode, NOTICES.c.actions.is_not(None)
    connection.execute(NOTICES.delete().where(*asked))


def waiting(connection: sa.Connection, audience: str, before: datetime | None = None) -> list[Notice]:
    """What is to be said in the order it was noticed; or, of that, what was said or noticed last before a moment."""
    asked = sa.select(NOTICES).where(NOTICES.c.audience == audience).order_by(NOTICES.c.id)
    if before is not None:
        asked = asked.where(sa.func.coalesce(NOTICES.c.told_at, NOTICES.c.at) < before)
    return [_notice(row) for row in connection.execute(asked)]


def move(connection: sa.Connection, audience: str, chats: Sequence[str]) -> None:
    """What waits for chats that are no more is for these from now on."""
    gone = [notice for notice in waiting(connection, audience) if notice.chat not in chats]
    if not gone or not chats:
        return
    known = {(notice.episode, notice.text, notice.chat) for notice in waiting(connection, audience)}
    connection.execute(NOTICES.delete().where(NOTICES.c.id.in_([notice.id for notice in gone])))
    for notice in gone:
        for chat in chats:
            if (notice.episode, notice.text, chat) not in known:
                known.add((notice.episode, notice.text, chat))
                add(connection, audience, Notice(notice.episode, notice.text, notice.actions, notice.at, chat))


def forget_questions(connection: sa.Connection) -> None:
    """Drop what asks for a decision: whoever asks is to ask again."""
    connection.execute(NOTICES.delete().where(NOTICES.c.actions.is_not(None)))


def _said_once(chat: str) -> tuple[sa.ColumnElement[bool], ...]:
    return NOTICES.c.chat == chat, NOTICES.c.actions.is_(None)


def _notice(row: sa.Row[tuple[object, ...]]) -> Notice:
    actions = tuple(Action(label, command) for label, command in row.actions or ())
    return Notice(row.episode, row.text, actions, row.at, row.chat, row.id)
