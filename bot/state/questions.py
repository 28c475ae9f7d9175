"""The audit log, and the memory of what was heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from bot.heard import Heard
from bot.state.schema import HEARD, QUESTIONS

REMEMBERED = timedelta(days=3)
"""Platforms repeat a delivery within hours, if at all."""


class Outcome(Enum):
    """What came of a question."""

    ANSWERED = "answered"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    THROTTLED = "throttled"
    LATE = "late"
    FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """One line of the audit log."""

    heard: Heard
    at: datetime
    outcome: Outcome
    took_ms: int
    detail: str | None = None
    """Why it was refused, or the reference of a fault."""


def first_time(connection: sa.Connection, heard: Heard, at: datetime) -> bool:
    """Whether this delivery is news; from now on it is not."""
    known = sa.select(HEARD.c.event).where(HEARD.c.platform == heard.platform, HEARD.c.event == heard.event)
    if connection.execute(known).first():
        return False
    connection.execute(HEARD.insert().values(platform=heard.platform, event=heard.event, at=at))
    return True


def forget(connection: sa.Connection, now: datetime) -> None:
    """Drop deliveries that no platform repeats any more."""
    connection.execute(HEARD.delete().where(HEARD.c.at < now - REMEMBERED))


def record(connection: sa.Connection, asked: Asked) -> None:
    """Write a line of the audit log."""
    heard = asked.heard
    values = {
        "asked_at": asked.at,
        "platform": heard.platform,
        "person": heard.person[:64],
        "chat": heard.chat[:64],
        "text": _storable(heard.text)[:4096],
        "outcome": asked.outcome.value,
        "took_ms": asked.took_ms,
        "detail": asked.detail and _storable(asked.detail)[:255],
    }
    connection.execute(QUESTIONS.insert().values(values))


def _storable(text: str) -> str:
    """Half a surrogate is a text to Python and to JSON, and to no database; a zero byte is one to SQLite alone."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
