"""Turns of conversations: what was asked and answered, so that it can be asked on. For one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.state.schema import TURN_MESSAGES, TURNS

KEPT = timedelta(days=400)
"""So long a reply to an answer is understood as one."""
LONGEST_TRAIL = 10
"""So many steps can be taken back."""

_T, _M = TURNS.c, TURN_MESSAGES.c


@dataclass(frozen=True)
class Turn:
    """A question that was answered, in its canonical words: what is said next may change one thing in it."""

    id: int | None
    """None: it is not remembered yet."""
    platform: str
    chat: str
    person: str
    question: str
    language: str
    at: datetime
    trail: tuple[str, ...] = ()
    """The questions that the same message answered before, the latest last."""


def add(connection: sa.Connection, turn: Turn) -> int:
    """Remember a turn. Return its number."""
    values = {name: getattr(turn, name) for name in ("platform", "chat", "question", "language", "at")}
    trail = list(turn.trail[-LONGEST_TRAIL:])
    added = connection.execute(TURNS.insert().values(**values, person=turn.person[:64], trail=trail))
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])


def of_message(connection: sa.Connection, platform: str, chat: str, messages: Sequence[str]) -> Turn | None:
    """Return the turn that the first of some messages answers, of those that answer one."""
    asked = sa.select(TURNS, _M.message).join(TURN_MESSAGES, _M.turn == _T.id)
    rows = connection.execute(asked.where(_M.platform == platform, _M.chat == chat, _M.message.in_(messages))).all()
    found = {row.message: row for row in rows}
    return next((_turn(found[message]) for message in messages if message in found), None)


def latest(connection: sa.Connection, platform: str, chat: str, person: str, since: datetime) -> Turn | None:
    """Return somebody's latest turn in a chat since a moment."""
    of_person = (_T.platform == platform, _T.chat == chat, _T.person == person[:64], _T.at >= since)
    row = connection.execute(sa.select(TURNS).where(*of_person).order_by(_T.id.desc()).limit(1)).first()
    return _turn(row) if row else None


def shown(connection: sa.Connection, platform: str, chat: str, messages: Sequence[str], turn: int) -> None:
    """From now on, messages of a chat answer a turn."""
    place = (_M.platform == platform, _M.chat == chat)
    connection.execute(TURN_MESSAGES.delete().where(*place, _M.message.in_(messages)))
    rows = [{"platform": platform, "chat": chat, "message": message, "turn": turn} for message in messages]
    connection.execute(TURN_MESSAGES.insert(), rows)


def forget(connection: sa.Connection, now: datetime) -> None:
    """Drop what nobody asks on any more."""
    old = sa.select(_T.id).where(_T.at < now - KEPT)
    connection.execute(TURN_MESSAGES.delete().where(_M.turn.in_(old)))
    connection.execute(TURNS.delete().where(_T.at < now - KEPT))


def _turn(row: Any) -> Turn:
    return Turn(row.id, row.platform, row.chat, row.person, row.question, row.language, row.at, tuple(row.trail))
