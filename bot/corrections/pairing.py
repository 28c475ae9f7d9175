"""Which part of a corrected document belongs in the place of which that was sent. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.channel import Part


@dataclass(frozen=True)
class Pairing:
    """Positions: of new parts by the old ones whose places they take, and what has no counterpart."""

    places: dict[int, int]
    more: tuple[int, ...]
    """New parts that no old one is left for."""
    over: tuple[int, ...]
    """Old parts that no new one takes the place of."""


def paired(old: Sequence[Part], new: Sequence[Part]) -> Pairing:
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
    return Pairing(places, tuple(sorted(left for each in free.values() for left in each)), tuple(over))
