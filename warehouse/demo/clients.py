"""Who is on the other end: made-up numbers, some of them coming back again and again."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.chance import HalfMonth, Ints, chosen

ANONYMOUS = -1
_BLOCK = 26_000
"""Buyers that turn up in one half month."""
_RESIDENTS = 5_000_000
_HOUSEHOLDS = 64_000


def buyers(half: HalfMonth, n: int, rng: np.random.Generator, *, old: float = 0.24) -> Ints:
    """n buyers: mostly those of this half month, the share `old` from the three before; a few come often."""
    back = np.where(rng.random(n) < old, rng.integers(1, 4, n), 0)
    within = (rng.random(n) ** 1.45 * _BLOCK).astype(np.int64)
    return (half.number + 3 - back) * _BLOCK + within


def residents(n: int, rng: np.random.Generator) -> Ints:
    """n residents of the houses already built."""
    return _RESIDENTS + (rng.random(n) ** 1.6 * _HOUSEHOLDS).astype(np.int64)


def with_anonymous(clients: Ints, share: float, rng: np.random.Generator) -> Ints:
    """The same, an exact share of them anonymous."""
    return np.where(chosen(len(clients), round(len(clients) * share), rng), ANONYMOUS, clients)


def client_ids(clients: Ints) -> pa.Array:
    """Ids like `c0412345`, null for the anonymous."""
    numbers = pa.array(clients, mask=clients < 0)
    return pc.binary_join_element_wise("c", pc.utf8_lpad(numbers.cast(pa.string()), 7, "0"), "")
