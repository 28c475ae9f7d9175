"""How much of something usually comes: by the weekdays and hours of the last normal weeks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.centre import Centre
from metrics.facts import Breakdown
from metrics.periods import Period, days
from metrics.plans.plans import LOOK_BACK_WEEKS, NORMAL_WEEKS, VolumeHistory, Weights


@dataclass(frozen=True)
class Usual:
    """The usual volume of each weekday. Holidays have none: what is usual on them nobody knows."""

    weights: Weights
    week: float
    """Of a week without a holiday."""
    centre: Centre

    def on(self, day: date, hour: int = 0, fraction: float = 0.0) -> float:
        """The usual volume of a local day, from a local time on."""
        if self.centre.is_holiday(day):
            return 0.0
        weekday = day.weekday()
        return self.weights.day(weekday) * self.week * (1 - self.weights.elapsed(weekday, hour, fraction))


def with_history(period: Period) -> Period:
    """A period with the weeks before it that tell what is usual."""
    return days(period.first_day - timedelta(weeks=LOOK_BACK_WEEKS), period.last_day, period.timezone)


def by_day(facts: Breakdown, period: Period) -> dict[tuple[date, int], float]:
    """Return volumes by local day, of facts by day over a period; the hour is always 0."""
    in_order = period.days
    return {(in_order[bucket], 0): fact.value or 0.0 for (bucket, _), fact in facts.parts.items()}


def usual(
    volumes: Mapping[tuple[date, int], float],
    before: date,
    begins: date,
    centre: Centre,
    left_out: Collection[date] = frozenset(),
) -> Usual | None:
    """What is usual from the volumes before a day; None if no normal week is known.

    `begins` is the first whole day of the records; days that are `left_out` teach nothing.
    """
    history = {place: volume for place, volume in volumes.items() if place[0] < before}
    weights = VolumeHistory(history, centre.is_holiday, covers=(begins, before), left_out=left_out).weights(before)
    if weights is None:
        return None
    start = max(begins, before - timedelta(weeks=NORMAL_WEEKS))
    known = [start + timedelta(days=number) for number in range((before - start).days)]
    normal = {day for day in known if day not in left_out and not centre.is_holiday(day)}
    share = sum(weights.day(day.weekday()) for day in normal)
    total = sum(volume for (day, _), volume in history.items() if day in normal)
    return Usual(weights, total / share, centre) if share and total else None
