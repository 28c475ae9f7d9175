"""Draws that land where the scenario wants them, because of how they are drawn.

A count is spread by largest remainder, a share is an exact number of rows, and a mean comes from a stratified
sample: one draw from each n-th part of the distribution, so its error shrinks like 1/n. All draws come sorted;
`shuffled` and `ranked` say which row gets which.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

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
    flags[np.argsort(keys, kind="stable")[:count]] = True
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
