"""What may follow what between a draft and its issue. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


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
