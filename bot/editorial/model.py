"""What the editors' side speaks of, and what may follow what between a draft and its publication. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from digests.document import Document
from digests.stories import Story


@dataclass(frozen=True)
class PublicationKey:
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
class EditorColumn:
    """A column written in the chat, as it was sent last."""

    id: int
    issue: PublicationKey
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
class EditorRemark:
    id: int
    story: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class ContentsItem:
    """A column in an issue's table of contents."""

    ref: str
    """Its name in commands: `s17` of one written in the chat, `f1a2b3c4` of a file."""
    story: Story | None
    """None, where it was never sent or was returned."""
    title: str
    order: int
    column: EditorColumn | None = None
    """None of a file."""

    @property
    def in_print(self) -> bool:
        return self.column is None or self.column.status in IN_PRINT


class DraftStatus(StrEnum):
    """Where a draft stands."""

    MAKING = "making"
    """On its way to the editors' chats."""
    OPEN = "open"
    """It waits for a press."""
    APPROVED = "approved"
    """To be posted when it is due."""
    HELD = "held"
    NOW = "now"
    """To be posted at once."""
    FIGURES = "figures"
    """Nobody approved it in time: the figures go alone."""
    VOID = "void"
    """Superseded: its columns changed, or another was asked for."""


class Press(StrEnum):
    """What editors press under a draft."""

    NOW = "now"
    SCHEDULE = "schedule"
    HOLD = "hold"
    EDIT = "edit"
    NEW = "new"


PUBLISHING = (Press.NOW, Press.SCHEDULE)
"""These approve what the draft shows."""


class Leave(StrEnum):
    """What may be done with an issue that is due."""

    POST = "post"
    FIGURES = "figures"
    KEEP = "keep"


_AFTER = {
    Press.NOW: DraftStatus.NOW,
    Press.SCHEDULE: DraftStatus.APPROVED,
    Press.HOLD: DraftStatus.HELD,
    Press.NEW: DraftStatus.VOID,
}


def after(status: DraftStatus, press: Press) -> DraftStatus | None:
    """What a draft becomes; None where the press changes nothing."""
    if status is DraftStatus.VOID or press is Press.EDIT:
        return None
    if status is DraftStatus.NOW:
        return None
    new = _AFTER[press]
    return None if new is status else new


def leave(status: DraftStatus | None, otherwise: Literal["figures", "hold"]) -> Leave:
    """What may be done when the issue is due. `status` is the latest draft's; None, where there is none."""
    match status:
        case DraftStatus.APPROVED | DraftStatus.NOW:
            return Leave.POST
        case DraftStatus.HELD:
            return Leave.KEEP
        case _:
            return Leave.FIGURES if otherwise == "figures" else Leave.KEEP
