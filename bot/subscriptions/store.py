"""Subscriptions in the bot's state, and whose they are. Each function is for one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.chat.message import Incoming
from bot.chat.questions.recurring import Repeat, repeat_of
from bot.delivery.model import Target
from bot.schedule.rules import Rule
from bot.state.schema import METADATA


@dataclass(frozen=True)
class Owner:
    """A person in a chat; in private it is theirs alone, otherwise the chat's."""

    platform: str
    person: str
    chat: str
    thread: str | None
    private: bool
    language: str

    @property
    def incoming(self) -> Incoming:
        """The owner as somebody who asks, so that what they may is looked up as for any question."""
        return Incoming(self.platform, self.person, self.chat, self.private, "", "", thread=self.thread)

    @property
    def target(self) -> Target:
        """Where it is told."""
        return Target(self.platform, Address(self.chat, self.thread))

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("platform", "person", "chat", "thread", "private", "language")}


def owner_of(incoming: Incoming, language: str) -> Owner:
    """Whoever was heard, as the owner of what they ask for."""
    return Owner(incoming.platform, incoming.person, incoming.chat, incoming.thread, incoming.private, language)


def owner_in(row: Any) -> Owner:
    """The owner of a row."""
    return Owner(row.platform, row.person, row.chat, row.thread, bool(row.private), row.language)


def owner_columns() -> tuple[sa.Column[Any], ...]:
    """Who asked for something, where, and in which language it is told."""
    return (
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64)),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
    )


SUBSCRIPTIONS = sa.Table(
    "subscriptions",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    *owner_columns(),
    sa.Column("question", sa.String(512), nullable=False),
    sa.Column("repeat", sa.String(64), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("done_to", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("ended_by", sa.String(255)),
)
"""The canonical words of a question and of when it comes, up to which due time it is done, and why it ended."""


_C = SUBSCRIPTIONS.c


@dataclass(frozen=True)
class Subscription:
    id: int
    owner: Owner
    question: str
    """The canonical words, without a slash."""
    repeat: Repeat
    """With a time."""
    created_at: datetime
    done_to: datetime
    """The latest due time that was seen to."""
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def rule(self) -> Rule:
        assert self.repeat.at is not None
        if on := self.repeat.on:
            return Rule((self.repeat.at,), numbers=frozenset((on.day,)), months=frozenset((on.month,)), lasting=False)
        return Rule((self.repeat.at,), weekdays=self.repeat.days)

    @property
    def subject(self) -> str:
        """What the ledger of deliveries calls it."""
        return f"subscription:{self.id}"


def add(connection: sa.Connection, owner: Owner, question: str, repeat: Repeat, now: datetime) -> Subscription:
    """A new one; nothing that was due before now is its."""
    values = {"question": question, "repeat": repeat.words, "created_at": now, "done_to": now}
    key = connection.execute(SUBSCRIPTIONS.insert().values(**owner.columns, **values)).inserted_primary_key
    assert key is not None
    return Subscription(int(key[0]), owner, question, repeat, now, now)


def active(connection: sa.Connection) -> list[Subscription]:
    """All that are not ended, in the order they were made."""
    return _found(connection, _C.ended_at.is_(None))


def everything(connection: sa.Connection) -> list[Subscription]:
    """All there ever were."""
    return _found(connection, sa.true())


def of_chat(connection: sa.Connection, platform: str, chat: str) -> list[Subscription]:
    """What is subscribed to in a chat."""
    return _found(connection, _C.ended_at.is_(None), _C.platform == platform, _C.chat == chat)


def done(connection: sa.Connection, number: int, due: datetime) -> None:
    """A due time was seen to."""
    connection.execute(SUBSCRIPTIONS.update().where(_C.id == number, _C.done_to < due).values(done_to=due))


def end(connection: sa.Connection, number: int, by: str, now: datetime) -> bool:
    """End one; whether it went on until now."""
    ended = SUBSCRIPTIONS.update().where(_C.id == number, _C.ended_at.is_(None))
    return connection.execute(ended.values(ended_at=now, ended_by=by[:255])).rowcount == 1


def end_chat(connection: sa.Connection, platform: str, chat: str, by: str, now: datetime) -> int:
    """End all of a chat: how many there were."""
    ended = SUBSCRIPTIONS.update().where(_C.platform == platform, _C.chat == chat, _C.ended_at.is_(None))
    return connection.execute(ended.values(ended_at=now, ended_by=by[:255])).rowcount


def _found(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Subscription]:
    return [
        Subscription(
            row.id,
            owner_in(row),
            row.question,
            repeat_of(row.repeat),
            row.created_at,
            row.done_to,
            row.ended_at,
            row.ended_by,
        )
        for row in connection.execute(sa.select(SUBSCRIPTIONS).where(*where).order_by(_C.id))
    ]
