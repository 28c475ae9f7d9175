"""What people have added to a contest beside the records: adjustments, wishes not to be ranked, and what was posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Adjustment:
    """An amount that somebody added to a participant's total (or took from it), and why. `at` is UTC."""

    number: int
    who: str
    amount: Decimal
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Posted:
    """A rating as it was posted: places and totals by participant, and the last adjustment that was in it (0: none)."""

    as_of: datetime
    places: tuple[tuple[str, int, Decimal], ...]
    adjustment: int = 0
    closing: bool = False
    day: date | None = None
    """The day whose post it was."""

    @property
    def place_of(self) -> dict[str, int]:
        return {key: place for key, place, _ in self.places}

    @property
    def total_of(self) -> dict[str, Decimal]:
        return {key: total for key, _, total in self.places}


@dataclass(frozen=True)
class Ledger:
    """One contest's. Equal ledgers make the same rating."""

    adjustments: tuple[Adjustment, ...] = ()
    opted_out: tuple[str, ...] = ()
    posted: Posted | None = None
    """The last one."""


@dataclass(frozen=True)
class Correction:
    """A total as it was posted, and what the records say of the same moment now. None: there is none."""

    key: str
    was: Decimal | None
    now: Decimal | None


def corrections(ledger: Ledger, now: Mapping[str, Decimal]) -> list[Correction]:
    """Where the totals last posted are not those that the records give of the same moment now."""
    posted = ledger.posted.total_of if ledger.posted else {}
    keys = [key for key in dict.fromkeys([*posted, *now]) if key not in ledger.opted_out]
    pairs = [Correction(key, posted.get(key), now.get(key)) for key in keys]
    return [pair for pair in pairs if (pair.was or 0) != (pair.now or 0)]
