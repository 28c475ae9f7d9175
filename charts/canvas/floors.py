"""A skyscraper to scale: which floor a total is on, and which empty floors are left out.

A tower whose leader is far above all others would press these together; then its one great gap, if it is more than
half of the height, is left out, and the tower shows it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from math import ceil

from charts.model import Titles

BREAK = 2.0
"""Floors that a gap takes where it is left out."""
_ROOF = 2
"""Floors over the highest."""
_LOWEST, _TALLEST = 30.0, 62.0  # of a floor, in pixels


@dataclass(frozen=True)
class Floors:
    """Floors of `step` from the ground up; `gap` is (below, above): no total lies between them."""

    ground: float
    pitch: float
    floors: int
    step: int
    gap: tuple[float, float] | None = None

    def __call__(self, total: float) -> float:
        """The middle of a total's floor; what is nothing stands on the ground."""
        return self.ground - max(self.level(total) - 0.5, 0.0) * self.pitch

    def level(self, total: float) -> float:
        """How many floors up it is."""
        if self.gap and total >= self.gap[1]:
            return (total - self.gap[1]) / self.step + self._resumed
        return total / self.step

    @property
    def _resumed(self) -> float:
        """The level of the first floor over the gap."""
        return ceil(self.gap[0] / self.step) + BREAK + 1 if self.gap else 0.0

    @property
    def broken(self) -> tuple[float, float] | None:
        """Top and bottom of the gap, in pixels."""
        if not self.gap:
            return None
        return self.ground - (self._resumed - 1) * self.pitch, self.ground - ceil(self.gap[0] / self.step) * self.pitch

    @property
    def roof(self) -> float:
        return self.ground - self.floors * self.pitch


def floors_of(totals: Iterable[float], ground: float, height: float) -> Floors:
    """The floors for some totals in a height, from the ground up."""
    known = sorted({0.0, *(max(total, 0.0) for total in totals)})
    most = int(height // _LOWEST)
    top = known[-1]
    step = next(each for each in steps() if ceil(top / each) + _ROOF <= most)
    gap = max(pairwise(known), key=lambda pair: pair[1] - pair[0]) if len(known) > 1 else (0.0, 0.0)
    if step > 1 and len(known) > 2 and gap[1] - gap[0] > top / 2:
        fine = next(each for each in steps() if _cut(known[-1], gap, each) <= most)
        if fine < step:
            return _built(ground, height, ceil(_cut(top, gap, fine)), fine, gap)
    return _built(ground, height, ceil(top / step) + _ROOF, step, None)


def steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, ..."""
    return (digit * 10**power for power in count() for digit in (1, 2, 5))


def _cut(top: float, gap: tuple[float, float], step: int) -> float:
    return ceil(gap[0] / step) + BREAK + 1 + ceil((top - gap[1]) / step) + _ROOF


def _built(ground: float, height: float, floors: int, step: int, gap: tuple[float, float] | None) -> Floors:
    enough = max(floors, int(height // _TALLEST))
    return Floors(ground, height / enough, enough, step, gap)


def with_notes(titles: Titles, notes: tuple[str, str], step: int, *, cut: bool) -> Titles:
    """The titles with what the scale of the tower asks for before their footnote."""
    wide, gap = notes
    said = [wide.format(n=step) if step > 1 else "", gap if cut else ""]
    return replace(titles, footnote=" ".join(filter(None, (*said, titles.footnote))))
