"""From numbers to pixels: axes, their ends, and labels that must not touch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles

FAR_OUT = 3.0
"""Tukey's: an outlier lies this many interquartile ranges outside the quartiles."""


@dataclass(frozen=True)
class Scale:
    """`low` to `high` onto pixels; a value beyond an end stays at the end."""

    low: float
    high: float
    at_low: float
    at_high: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.at_low
        inside = min(max(value, self.low), self.high)
        return self.at_low + (inside - self.low) / (self.high - self.low) * (self.at_high - self.at_low)

    def clips(self, value: float) -> bool:
        """Whether it lies beyond an end, and so needs an arrow head and its number."""
        return not self.low <= value <= self.high


def limits(values: Iterable[float], always: Iterable[float] = ()) -> tuple[float, float]:
    """The ends of an axis that holds `values` and `always`, unless an outlier would halve all the rest.

    An outlier is then left outside, to be clipped, and the axis goes a little beyond the rest on its side.
    """
    numbers, kept = sorted(values), list(always)
    every = numbers + kept
    if not every:
        return 0.0, 1.0
    if len(numbers) > 3:
        first, _, third = quantiles(numbers, n=4, method="inclusive")
        reach = FAR_OUT * (third - first)
        core = [number for number in numbers if first - reach <= number <= third + reach] + kept
        low, high = min(core), max(core)
        room = 0.15 * (high - low)
        if high > low and max(every) - min(every) > 2 * (high - low):
            return (low - room if min(every) < low else low), (high + room if max(every) > high else high)
    return min(every), max(every)


def push_apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places, at least `gap` apart, in their order and between `low` and `high`: down first, then back up."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [min(max(place, low), high) for place in places]
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved
