"""What the ledger speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.channels.protocol import Address, Receipt
from digests.document import Document
from digests.snapshot import PostedReport
from metrics.periods import Period


@dataclass(frozen=True)
class Target:
    """A chat on a platform."""

    platform: str
    place: Address

    @property
    def chat(self) -> str:
        """`telegram:-100123`: what it is called, and what is posted to but once."""
        return f"{self.platform}:{self.place.chat}"


@dataclass(frozen=True)
class Publication:
    """Something to be posted once: of one subject there is one issue a period.

    `subject` is like `digest:biweekly`, `period` like `2026-06-01..2026-06-15`; neither is longer than 64 characters.
    """

    subject: str
    period: str
    document: Document
    as_of: datetime | None = None
    """What its figures are complete to, UTC."""
    memo: str | None = None
    """What whoever made it wants to know of it once it is posted; kept with it."""
    figures: PostedReport | None = None
    """Of a digest, what is kept to compare it with later records."""


class Outcome(StrEnum):
    """What became of an issue in a chat."""

    SENT = "sent"
    """Every part is there."""
    UNKNOWN = "unknown"
    """Every part was sent, and of some nobody knows yet whether they arrived: the operators were asked."""
    STOPPED = "stopped"
    """Some part cannot be posted: the operators were told, and what came after it was left out."""
    OPEN = "open"
    """Unfinished: it is gone on with after the next start."""


class DeliveryStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"


class PartStatus(StrEnum):
    WAITING = "waiting"
    """To be sent; nothing of it can have been accepted."""
    SENDING = "sending"
    """Written before it is sent: who finds it after a restart does not know whether it was."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """Asked of the operators."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """Left out, since a part before it failed."""


@dataclass(frozen=True)
class PlannedPart:
    """A part as it is to be sent: how it begins, and a hash of all of it."""

    opening: str
    hash: str


@dataclass(frozen=True)
class Delivery:
    """A row of the ledger, with the title of its issue."""

    id: int
    issue: int
    title: str
    subject: str
    period: str
    target: Target
    status: DeliveryStatus
    not_corrected: str | None = None
    """Why it cannot be corrected any more, if that was tried."""


@dataclass(frozen=True)
class PartRow:
    """What the ledger has of a part."""

    id: int
    position: int
    opening: str
    hash: str
    key: str
    status: PartStatus
    prepared: Receipt
    reason: str | None
    tried_at: datetime | None
    receipt: Receipt = field(default_factory=dict)
    """What the platform calls it; empty, if it is not there, or a person said that it arrived."""
    under: Receipt | None = None
    """The receipt of the message that it is posted under, where it came to be needed later than that one."""


def period_key(period: Period) -> str:
    """What a period is called in the ledger: `2026-06-01..2026-06-15`, of one day `2026-06-01`."""
    first, last = period.first_day, period.last_day
    return f"{first}" if first == last else f"{first}..{last}"


def outcome(status: DeliveryStatus, parts: Sequence[PartStatus]) -> Outcome:
    """What a delivery's rows say."""
    if status is DeliveryStatus.DONE:
        return Outcome.UNKNOWN if PartStatus.UNKNOWN in parts else Outcome.SENT
    return Outcome(status.value)
