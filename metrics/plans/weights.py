"""How a week's volume falls on its days and hours: the weights that plans are spread by."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

SUNDAY, HOLIDAY = 6, 7
WEEK = timedelta(weeks=1)
_HOURS = range(24)

NORMAL_WEEKS = 8
LOOK_BACK_WEEKS = 26
HOLIDAY_WEEKS = 52
HISTORY_WEEKS = HOLIDAY_WEEKS + NORMAL_WEEKS + 1
"""How far back the weights of a plan read: a holiday a year ago, its week, and the weeks it is measured against."""


@dataclass(frozen=True)
class Weights:
    """(weekday 0 Monday ... 6 Sunday or 7 a public holiday, hour) -> mean share of a normal week's volume."""

    shares: Mapping[tuple[int, int], float]

    @classmethod
    def equal(cls) -> Weights:
        """Every day and every hour the same, for where there is no history."""
        return cls({(weekday, hour): 1 / (7 * 24) for weekday in range(8) for hour in _HOURS})

    def day(self, weekday: int) -> float:
        """The weight of a whole day."""
        return math.fsum(self.shares.get((weekday, hour), 0.0) for hour in _HOURS)

    def elapsed(self, weekday: int, hour: int, fraction: float = 0.0) -> float:
        """The share (0-1) of the day's volume before this local time; linear within the hour.

        `hour` 24 is the day's end. A day without any volume goes by the clock.
        """
        total = self.day(weekday)
        if total <= 0:
            return (hour + fraction) / 24
        before = [self.shares.get((weekday, h), 0.0) for h in range(hour)]
        return math.fsum([*before, fraction * self.shares.get((weekday, hour), 0.0)]) / total


def weekday_of(day: date, is_holiday: Callable[[date], bool]) -> int:
    """0 Monday ... 6 Sunday, 7 a public holiday on whatever weekday."""
    return HOLIDAY if is_holiday(day) else day.weekday()


class History:
    """Volumes of the past, cut into its weeks once, to weigh any number of plans by."""

    def __init__(
        self,
        volumes: Mapping[tuple[date, int], float],
        is_holiday: Callable[[date], bool],
        *,
        covers: tuple[date, date] | None = None,
    ) -> None:
        """Cut volumes by (local date, local hour) into weeks from Monday.

        `covers` is the half-open range of whole local days that the records are complete for (None: all of them),
        so that a week cut by the first or the last record is not taken for one that begins or ends quietly.
        """
        self._first, self._end = covers or (date.min, date.max)
        self._is_holiday = cache(is_holiday)
        self._normal = cache(self._is_normal)
        self._days: dict[date, dict[int, float]] = {}
        for (day, hour), volume in volumes.items():
            self._days.setdefault(day, {})[hour] = volume
        self._of_week = cache(lambda monday: self._sum(monday, monday + WEEK))

    def weights(self, before: date) -> Weights | None:
        """Return the weights by which a plan that begins on `before` is spread; None if no normal week is known.

        A normal week runs from Monday to Sunday without a public holiday and has volume. Days and hours weigh the
        mean of their shares in each of the last 8 normal weeks, sought at most 26 weeks back. Holidays weigh the
        mean, over those of the last 52 weeks, of their volume over the latest normal week before each (at most 8
        weeks before); Sunday's weight where none is known. A holiday without volume in a week that has some is
        known: it is closed.
        """
        used = self._normal_before(before, LOOK_BACK_WEEKS)[:NORMAL_WEEKS]
        if not used:
            return None
        shares = {
            (weekday, hour): _mean([self._share(monday + timedelta(days=weekday), hour, monday) for monday in used])
            for weekday in range(7)
            for hour in _HOURS
        }
        holidays = [
            (day, normal)
            for day in self._holidays(before)
            for normal in self._normal_before(day, NORMAL_WEEKS)[:1]
            if self._sum(_monday(day), min(_monday(day) + WEEK, before)) > 0
        ]
        for hour in _HOURS:
            known = [self._share(day, hour, monday) for day, monday in holidays]
            shares[HOLIDAY, hour] = _mean(known) if known else shares[SUNDAY, hour]
        return Weights(shares)

    def _holidays(self, before: date) -> list[date]:
        """Return the holidays of the year before a day that the records are complete for, the latest first."""
        days = (before - timedelta(days=number) for number in range(1, HOLIDAY_WEEKS * 7 + 1))
        return [day for day in days if self._first <= day < self._end and self._is_holiday(day)]

    def _normal_before(self, day: date, at_most: int) -> list[date]:
        """Return the Mondays of the normal weeks that ended before the day, the latest first."""
        back = (_monday(day) - number * WEEK for number in range(1, at_most + 1))
        return [monday for monday in back if self._normal(monday)]

    def _is_normal(self, monday: date) -> bool:
        days = [monday + timedelta(days=number) for number in range(7)]
        whole = self._first <= days[0] and days[-1] < self._end
        return whole and self._of_week(monday) > 0 and not any(map(self._is_holiday, days))

    def _share(self, day: date, hour: int, monday: date) -> float:
        return self._days.get(day, {}).get(hour, 0.0) / self._of_week(monday)

    def _sum(self, first: date, end: date) -> float:
        days = (first + timedelta(days=number) for number in range((end - first).days))
        return math.fsum(volume for day in days for volume in self._days.get(day, {}).values())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)
