"""How a week's volume falls on its days and hours: the weights that plans are spread by."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SUNDAY, HOLIDAY = 6, 7
_HOURS = range(24)

NORMAL_WEEKS = 8
LOOK_BACK_WEEKS = 26
HOLIDAY_WEEKS = 52
HISTORY_WEEKS = HOLIDAY_WEEKS + NORMAL_WEEKS + 1
"""How far back `weights_from` reads: a holiday a year ago, its week, and the weeks it is measured against."""


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


def weights_from(
    history: Mapping[tuple[date, int], float],
    before: date,
    is_holiday: Callable[[date], bool],
    *,
    covers: tuple[date, date] | None = None,
) -> Weights | None:
    """The weights by which a plan that begins on `before` is spread; None if no normal week has any volume.

    `history` is volume by (local date, local hour), at least HISTORY_WEEKS back; `covers` the half-open range of
    whole local days that the records are complete for (None: all of them), so that a week cut by the first or the
    last record is not taken for a week that begins or ends quietly.

    A normal week runs from Monday to Sunday without a public holiday and has volume. Days and hours weigh the mean
    of their shares in each of the last 8 normal weeks, sought at most 26 weeks back. Holidays weigh the mean, over
    those of the last 52 weeks, of their volume over the latest normal week before each (at most 8 weeks before);
    Sunday's weight where none is known. A holiday without volume in a week that has some is known: it is closed.
    """
    first, end = covers or (date.min, date.max)
    weeks: dict[date, dict[tuple[int, int], float]] = {}
    for (day, hour), volume in history.items():
        if day < before:
            weeks.setdefault(_monday(day), {})[day.weekday(), hour] = volume
    totals = {monday: math.fsum(week.values()) for monday, week in weeks.items()}

    def normal(monday: date) -> bool:
        days = [monday + timedelta(days=number) for number in range(7)]
        whole = first <= days[0] and days[-1] < end
        return whole and totals.get(monday, 0.0) > 0 and not any(map(is_holiday, days))

    def normal_before(day: date, at_most: int) -> list[date]:
        """Mondays of the normal weeks that ended before the day, the latest first."""
        back = (_monday(day) - timedelta(weeks=number) for number in range(1, at_most + 1))
        return [monday for monday in back if normal(monday)]

    used = normal_before(before, LOOK_BACK_WEEKS)[:NORMAL_WEEKS]
    if not used:
        return None
    shares = {
        (weekday, hour): _mean([weeks[monday].get((weekday, hour), 0.0) / totals[monday] for monday in used])
        for weekday in range(7)
        for hour in _HOURS
    }

    holidays: list[tuple[date, date]] = []
    for number in range(1, HOLIDAY_WEEKS * 7 + 1):
        day = before - timedelta(days=number)
        if first <= day < end and is_holiday(day) and totals.get(_monday(day), 0.0) > 0:
            holidays += [(day, monday) for monday in normal_before(day, NORMAL_WEEKS)[:1]]
    for hour in _HOURS:
        known = [history.get((day, hour), 0.0) / totals[monday] for day, monday in holidays]
        shares[HOLIDAY, hour] = _mean(known) if known else shares[SUNDAY, hour]
    return Weights(shares)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)
