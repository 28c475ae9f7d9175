"""Half months of the centre's local time, and the one source of chance.

Every generator works on one half month with times in seconds since its first local midnight. Moscow keeps UTC+3
all year, so a local day is 86,400 s everywhere and an instant is a plain sum.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

TIMEZONE = "Europe/Moscow"
UTC_OFFSET = timedelta(hours=3)
DAY_S = 86_400.0

START = datetime(2024, 11, 30, 21)  # noqa: DTZ001 - the lake's instants are naive UTC
"""The first instant of the demo: 1 December 2024, 00:00 in Moscow."""
END = datetime(2026, 6, 16, 9)  # noqa: DTZ001
"""The instant the demo's records were taken at: 16 June 2026, 12:00 in Moscow."""

_SEED = 20_260_616


@dataclass(frozen=True, order=True)
class HalfMonth:
    """The days 1-15 or 16-end of a month."""

    first: date

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    @property
    def after(self) -> date:
        """The first day of the next half month."""
        if self.first.day == 1:
            return self.first.replace(day=16)
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)

    @property
    def number(self) -> int:
        """0 for the demo's first half month, growing by one."""
        months = (self.first.year - 2024) * 12 + self.first.month - 12
        return 2 * months + (self.first.day > 1)

    @property
    def code(self) -> str:
        """What the keys of its rows begin with: `2606a` is 1-15 June 2026. Codes sort like time."""
        return f"{self.first:%y%m}{'a' if self.first.day == 1 else 'b'}"

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=day) for day in range(self.days)]

    @property
    def begins(self) -> datetime:
        """Its first local midnight as a naive UTC instant."""
        return datetime(self.first.year, self.first.month, self.first.day) - UTC_OFFSET  # noqa: DTZ001

    @property
    def until(self) -> float:
        """When the records were taken, in seconds since its start: what comes later is not known."""
        return (END - self.begins).total_seconds()

    def rng(self, stream: str) -> np.random.Generator:
        """Chance for one purpose in one half month: the same whatever else is generated."""
        return np.random.default_rng([_SEED, self.number + 1000, zlib.crc32(stream.encode())])


def half_months() -> Iterator[HalfMonth]:
    """Every half month that begins before the demo's end, the running one included."""
    half = HalfMonth(date(2024, 12, 1))
    while half.begins < END:
        yield half
        half = HalfMonth(half.after)
