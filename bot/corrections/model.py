"""What corrections speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.delivery.model import Publication
from digests.snapshot import PrintedChange
from warehouse.messages import Message

FOLLOW_UP = "correction"
"""The subject of what is posted under a message that cannot be edited: `correction:17`."""


class CorrectionStatus(StrEnum):
    OFFERED = "offered"
    """The operators were told, and nobody has decided."""
    LEFT = "left"
    """Somebody decided that the posts stay as they are."""
    APPLYING = "applying"
    APPLIED = "applied"
    OUTDATED = "outdated"
    """The records changed once more before anybody decided."""


@dataclass(frozen=True)
class LivePost:
    """An issue of a digest as it stands in chats."""

    issue: int
    subject: str
    period: str
    title: str
    chats: tuple[str, ...]
    """`telegram:-100123`."""


@dataclass(frozen=True)
class PostComparison:
    """A standing issue beside the records of now."""

    standing: LivePost
    changes: tuple[PrintedChange, ...] = ()
    corrected: Publication | None = None
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
    status: CorrectionStatus
    decided_by: str | None


@dataclass(frozen=True)
class PartMatch:
    """Positions: of new parts by the old ones whose places they take, and what has no counterpart."""

    places: dict[int, int]
    more: tuple[int, ...]
    """New parts that no old one is left for."""
    over: tuple[int, ...]
    """Old parts that no new one takes the place of."""


def match_parts(old: Sequence[object], new: Sequence[object]) -> PartMatch:
    """Parts of a kind in their order: the second text takes the place of the second text."""
    free: dict[type, list[int]] = defaultdict(list)
    for position, part in enumerate(new):
        free[type(part)].append(position)
    places, over = {}, []
    for position, part in enumerate(old):
        if free[type(part)]:
            places[position] = free[type(part)].pop(0)
        else:
            over.append(position)
    return PartMatch(places, tuple(sorted(left for each in free.values() for left in each)), tuple(over))
