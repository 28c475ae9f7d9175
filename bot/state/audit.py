"""The audit log, and the memory of what was heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from bot.chat.message import Incoming
from bot.state.schema import HEARD, QUESTIONS

REMEMBERED = timedelta(days=3)
"""Platforms repeat a delivery within hours, if at all."""


class AuditOutcome(Enum):
    """What came of a question."""

    ANSWERED = "answered"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    THROTTLED = "throttled"
    LATE = "late"
    FAILED = "failed"
    COURTESY = "courtesy"
    """Thanks, a greeting or the like, which asked for nothing."""


class UnansweredReason(Enum):
    """Why a question had no answer."""

    WORDS = "words"
    """Something in it means nothing here."""
    SEVERAL = "several"
    """It may be read in more than one way, and was asked back."""
    ABSENT = "absent"
    """It was understood, and the records do not have it."""
    CLOSED = "closed"
    """It is not open to who asked."""
    IMPOSSIBLE = "impossible"
    """It was understood, and cannot be asked so."""
    NO_QUESTION = "no question"
    """It did not look like one."""


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit log."""

    incoming: Incoming
    at: datetime
    outcome: AuditOutcome
    took_ms: int
    detail: str | None = None
    """Why it was refused, or the reference of a fault."""
    understood: str | None = None
    """As which question, in its canonical words."""
    how: str | None = None
    """By what evidence, if not word by word."""
    miss: UnansweredReason | None = None
    """Why there was no answer."""


def first_time(connection: sa.Connection, incoming: Incoming, at: datetime) -> bool:
    """Whether this delivery is news; from now on it is not."""
    known = sa.select(HEARD.c.event).where(HEARD.c.platform == incoming.platform, HEARD.c.event == incoming.event)
    if connection.execute(known).first():
        return False
    connection.execute(HEARD.insert().values(platform=incoming.platform, event=incoming.event, at=at))
    return True


def forget(connection: sa.Connection, now: datetime) -> None:
    """Drop deliveries that no platform repeats any more."""
    connection.execute(HEARD.delete().where(HEARD.c.at < now - REMEMBERED))


def record(connection: sa.Connection, asked: AuditEntry) -> None:
    """Write a line of the audit log."""
    incoming = asked.incoming
    values = {
        "asked_at": asked.at,
        "platform": incoming.platform,
        "person": incoming.person[:64],
        "chat": incoming.chat[:64],
        "text": _storable(incoming.text)[:4096],
        "outcome": asked.outcome.value,
        "took_ms": asked.took_ms,
        "detail": asked.detail and _storable(asked.detail)[:255],
        "understood": asked.understood and _storable(asked.understood)[:1024],
        "how": asked.how and asked.how[:64],
        "kind": asked.miss and asked.miss.value,
    }
    connection.execute(QUESTIONS.insert().values(values))


def _storable(text: str) -> str:
    """Half a surrogate is a text to Python and to JSON, and to no database; a zero byte is one to SQLite alone."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
