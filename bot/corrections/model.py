"""What corrections speak of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.delivery.model import Issue
from digests.posted import Change
from warehouse.messages import Message

FOLLOW_UP = "correction"
"""The subject of what is posted under a message that cannot be edited: `correction:17`."""


class Status(StrEnum):
    OFFERED = "offered"
    """The operators were told, and nobody has decided."""
    LEFT = "left"
    """Somebody decided that the posts stay as they are."""
    APPLYING = "applying"
    APPLIED = "applied"
    OUTDATED = "outdated"
    """The records changed once more before anybody decided."""


@dataclass(frozen=True)
class Standing:
    """An issue of a digest as it stands in chats."""

    issue: int
    subject: str
    period: str
    title: str
    chats: tuple[str, ...]
    """`telegram:-100123`."""


@dataclass(frozen=True)
class Compared:
    """A standing issue beside the records of now."""

    standing: Standing
    changes: tuple[Change, ...] = ()
    corrected: Issue | None = None
    """What is to stand there instead; None where nothing changed, or where there is a problem."""
    problem: Message | str | None = None
    """Why it cannot be corrected, though it differs."""


@dataclass(frozen=True)
class Correction:
    """A row of the table, with what it is about."""

    id: int
    issue: int
    corrected: int
    subject: str
    period: str
    title: str
    status: Status
    decided_by: str | None
