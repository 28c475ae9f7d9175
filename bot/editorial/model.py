"""What the desk speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digests.document import Document
from digests.stories import Story


@dataclass(frozen=True)
class IssueKey:
    """A digest of a period: what columns are written for."""

    digest: str
    period: str
    """As runs and deliveries name it: `2026-06-01..2026-06-15`."""


class StoryStatus(StrEnum):
    """Where a column stands."""

    DRAFT = "draft"
    """Being written; never sent."""
    SENT = "sent"
    RETURNED = "returned"
    """With a remark: out of the issue until it is sent anew."""
    ACCEPTED = "accepted"


IN_PRINT = (StoryStatus.SENT, StoryStatus.ACCEPTED)
"""These stand in the issue."""


@dataclass(frozen=True)
class Column:
    """A column written in the chat, as it was sent last."""

    id: int
    issue: IssueKey
    department: str
    author: str
    """`telegram:123`"""
    chat: str
    """Where the author wrote it: `telegram:123`."""
    status: StoryStatus
    title: str | None
    document: Document | None
    """None, while it was never sent."""
    changed_at: datetime


class DialogueKind(StrEnum):
    WRITING = "writing"
    REMARK = "remark"


@dataclass(frozen=True)
class Dialogue:
    """Whose next messages in a chat are for the desk."""

    kind: DialogueKind
    story: int
    at: datetime


@dataclass(frozen=True)
class Remark:
    id: int
    story: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Item:
    """A column in an issue's table of contents."""

    ref: str
    """Its name in commands: `s17` of one written in the chat, `f1a2b3c4` of a file."""
    story: Story | None
    """None, where it was never sent or was returned."""
    title: str
    order: int
    column: Column | None = None
    """None of a file."""

    @property
    def in_print(self) -> bool:
        return self.column is None or self.column.status in IN_PRINT
