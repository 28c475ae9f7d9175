"""How far cohorts are: of those that become something, which share has by each age, and what young ones will come to.

The curve is Kaplan and Meier's: what is younger than an age says nothing of it, so young cohorts are not bad ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.intervals import Interval, wilson

LEAST = 30
"""So many must be at risk for an age to be on the curve, and so many must have become something for there to be one."""


@dataclass(frozen=True)
class CompletionStep:
    """A day on which some of the pool won: how many might have, how many did, and the share by then."""

    day: int
    at_risk: float
    wins: float
    share: float


@dataclass(frozen=True)
class CompletionCurve:
    """The share by age in whole days, known up to `horizon`."""

    steps: tuple[CompletionStep, ...]
    horizon: int

    def share(self, day: int) -> float:
        """Return the share by an age; beyond the horizon it is that of the horizon."""
        return next((step.share for step in reversed(self.steps) if step.day <= min(day, self.horizon)), 0.0)


def curve(lives: Mapping[int, tuple[float, float]]) -> CompletionCurve | None:
    """Return the curve of a pool: by days, how many ended there, won or at their age, and how many of them won.

    None of too few wins.
    """
    left = sum(n for n, _ in lives.values())
    if sum(wins for _, wins in lives.values()) < LEAST or left < LEAST:
        return None
    steps, missing, horizon = [], 1.0, 0
    for day in range(max(lives) + 1):
        if left < LEAST:
            break
        horizon = day
        n, wins = lives.get(day, (0.0, 0.0))
        if wins:
            missing *= 1 - wins / left
            steps.append(CompletionStep(day, left, wins, 1 - missing))
        left -= n
    return CompletionCurve(tuple(steps), horizon)


@dataclass(frozen=True)
class Cohort:
    """Those born together: how many, how many of them won, and how many there are of each age in whole days."""

    born: float
    won: float
    ages: Mapping[int, float]

    @property
    def youngest(self) -> int:
        return min(self.ages, default=0)


def matured(cohort: Cohort, known: CompletionCurve) -> Interval | None:
    """Return what share of a cohort will have won by the horizon, with its interval; None where that cannot be told.

    Wins so far over as many as would have come so far of a cohort that all win; never below what is won already.
    """
    if not cohort.born:
        return None
    by_now = cohort.won / cohort.born
    if cohort.youngest >= known.horizon:
        return wilson(cohort.won, cohort.born)
    full = known.share(known.horizon)
    expected = sum(n * known.share(age) for age, n in cohort.ages.items()) / full if full else 0.0
    if not expected:
        return None
    if not cohort.won:
        return Interval(0.0, 0.0, min(1.0, LEAST_SEEN / expected))
    found = wilson(min(cohort.won, expected), expected)
    assert found is not None
    return Interval(found.value, max(found.low, by_now), found.high)


LEAST_SEEN = 3.0
"""What happened to none of n happens to fewer than 3 of n (95%)."""


def joined(cohorts: Sequence[Mapping[int, tuple[float, float]]]) -> dict[int, tuple[float, float]]:
    """Return the days of several cohorts as those of one."""
    found: dict[int, tuple[float, float]] = {}
    for days in cohorts:
        for day, (n, wins) in days.items():
            had = found.get(day, (0.0, 0.0))
            found[day] = (had[0] + n, had[1] + wins)
    return found
