"""Half months of the centre's local time, and the one source of chance.

Every generator works on one half month with times in seconds since its first local midnight. Moscow keeps UTC+3
all year, so a local day is 86,400 s everywhere and an instant is a plain sum.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

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


Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def spread(total: int, weights: Floats) -> Ints:
    """Whole numbers in the proportion of the weights that sum exactly to the total (largest remainder)."""
    exact = total * weights / weights.sum()
    counts: Ints = np.floor(exact).astype(np.int64)
    missing = total - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    return counts


def strata(n: int, rng: np.random.Generator) -> Floats:
    """n ascending numbers in (0, 1), one in each n-th part."""
    return (np.arange(n) + rng.random(n)) / max(n, 1)


def weibull(n: int, mean: float, shape: float, rng: np.random.Generator, floor: float = 0.0) -> Floats:
    """Ascending durations with this mean, none below the floor; a smaller shape has a longer tail."""
    scale = (mean - floor) / math.gamma(1 + 1 / shape)
    return floor + scale * (-np.log1p(-strata(n, rng))) ** (1 / shape)


def weibull_between(n: int, low: float, high: float, scale: float, shape: float, rng: np.random.Generator) -> Floats:
    """Ascending durations in (low, high): a Weibull's shape cut off at the top."""
    share = -math.expm1(-(((high - low) / scale) ** shape))
    return low + scale * (-np.log1p(-strata(n, rng) * share)) ** (1 / shape)


def tenths(values: Floats) -> Floats:
    """Durations as a telephone system gives them, to a tenth of a second."""
    return np.round(values, 1)


def shuffled(values: Floats, rng: np.random.Generator) -> Floats:
    return rng.permutation(values)


def ranked(values: Floats, score: Floats) -> Floats:
    """Ascending values dealt out so that a row with a greater score has a greater value."""
    dealt = np.empty_like(values)
    dealt[np.argsort(score, kind="stable")] = values
    return dealt


def chosen(n: int, count: int, rng: np.random.Generator, odds: Floats | None = None) -> Flags:
    """Flags for n rows of which exactly `count` are set, likelier where the odds are greater."""
    keys = rng.exponential(size=n)
    if odds is not None:
        keys = keys / odds
    flags: Flags = np.zeros(n, dtype=np.bool_)
    if count < n:
        flags[np.argpartition(keys, count)[:count]] = True
    else:
        flags[:] = True
    return flags


def dealt(n: int, weights: Floats, rng: np.random.Generator) -> Ints:
    """n codes 0, 1, ... in the exact proportion of the weights, in random order."""
    return rng.permutation(np.repeat(np.arange(len(weights)), spread(n, weights)))


def among(rows: Flags, count: int, rng: np.random.Generator, odds: Floats | None = None) -> Flags:
    """Flags of which exactly `count` are set, all of them within the given rows."""
    where = np.flatnonzero(rows)
    flags: Flags = np.zeros(len(rows), dtype=np.bool_)
    flags[where[chosen(len(where), count, rng, None if odds is None else odds[where])]] = True
    return flags
