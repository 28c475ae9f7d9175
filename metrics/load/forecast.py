"""How much will come: a weekday's median and shape, and the level of the last days, from any day seen as the last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.load.history import HALF_HOURS, LEARN_DAYS, LEARN_OF_WEEKDAY, Flags, Floats, History, Numbers

LEVEL, NAIVE, DAY_MODEL = "level", "naive", "day_model"
METHODS = (LEVEL, NAIVE, DAY_MODEL)
LONGEST_LEAD = 56
LEAST_DAYS, CHECKED_DAYS = 14, 28
"""Fewer days that teach give no forecast by half hours; fewer than the second one that nothing checks."""

_LEVEL_DAYS, _LEVEL_WEIGHT, _LEVEL_LASTS = 56, 0.3, 0.5
_LOWEST_RATIO, _HIGHEST_RATIO = 0.5, 1.6
_SHAPE_RATIOS = (0.5, 2.0)
_STEP_DAYS, _STEP_UP, _STEP_DOWN, _STEP_FREE_OF_HOLIDAYS = 3, 1.35, 0.65, 4
_HOLIDAYS, _HOLIDAY_DAYS = 3, 1096
SUNDAY = 6


@dataclass(frozen=True)
class Fit:
    """What is known of a line at the end of one day. Arrays by weekday are (7,) and (7, 48)."""

    origin: int
    factors: Floats
    """The usual volume of each weekday."""
    shapes: Floats
    """The share of each half hour."""
    level: float
    step: float | None
    """The level that demand has moved to, where the last three days all say so."""
    ratios: Floats
    """(3,) at most: what each of the last open days brought over its usual."""
    last: Floats
    means: Floats
    """What the rivals say: the last day of each weekday, and the mean of its last eight."""
    holiday_ratio: float | None
    """A holiday's share of its weekday; None: holidays are forecast as Sundays."""
    holiday_shape: Floats
    holidays: int
    """How many holidays that is from."""

    @property
    def apart(self) -> tuple[int, bool] | None:
        """How many of the last days in a row were far from the usual without being a new level; True: above it."""
        for above, far in ((True, self.ratios > _STEP_UP), (False, self.ratios < _STEP_DOWN)):
            count = int(np.argmin(np.append(far[::-1], False)))
            if self.step is None and 0 < count < _STEP_DAYS:
                return count, above
        return None

    def bracket(self, leads: Numbers) -> Floats:
        """How much more than usual comes so many days ahead."""
        if self.step is not None:
            return np.full(len(leads), self.step)
        bracket: Floats = 1 + (self.level - 1) * np.power(_LEVEL_LASTS, leads - 1.0)
        return bracket


class Forecaster:
    """Forecasts of one line and channel from any of its days, with nothing known of what came after it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._calendar = history.calendar
        self._weekdays = history.calendar.weekdays

    def known_days(self, origin: int) -> int:
        """How many days up to an origin teach."""
        return int(self._taught[origin + 1])

    def fit(self, origin: int) -> Fit:
        """What the days up to `origin` teach, it included."""
        history = self.history
        taught = np.flatnonzero(history.teaches[: origin + 1])
        factors, shapes = np.zeros(7), np.zeros((7, HALF_HOURS))
        last, means = np.zeros((7, HALF_HOURS)), np.zeros((7, HALF_HOURS))
        for weekday in range(7):
            days = self._last_of(weekday, origin)
            if len(days) < 2 and len(taught):
                factors[weekday] = np.median(history.totals[taught])
                shapes[weekday] = _shape(history.counts[taught])
                last[weekday] = means[weekday] = history.filled[taught].mean(axis=0)
                continue
            if not len(days):
                continue
            volumes = history.totals[days]
            factors[weekday] = np.median(volumes)
            shapes[weekday] = _shape(history.counts[_usual(days, volumes, factors[weekday])])
            last[weekday], means[weekday] = history.filled[days[-1]], _mean(history.counts[days])
        recent = taught[taught > origin - _LEVEL_DAYS]
        recent = recent[factors[self._weekdays[recent]] > 0]
        ratios = history.totals[recent] / factors[self._weekdays[recent]]
        ratio, shape, holidays = self._of_holidays(origin)
        return Fit(
            origin,
            factors,
            shapes,
            _level(ratios),
            self._step(recent[-_STEP_DAYS:], ratios[-_STEP_DAYS:]),
            ratios[-_STEP_DAYS:],
            last,
            means,
            ratio,
            shape,
            holidays,
        )

    def by_all(self, fit: Fit, days: Numbers) -> Floats:
        """(3, days, 48): what each of `METHODS` says of days after the origin."""
        weekdays, holidays = self._weekdays[days], self._calendar.holidays[days]
        factors, shapes = fit.factors[weekdays], fit.shapes[weekdays]
        if holidays.any():
            if fit.holiday_ratio is not None:
                factors[holidays] *= fit.holiday_ratio
                shapes[holidays] = fit.holiday_shape
            else:
                factors[holidays], shapes[holidays] = fit.factors[SUNDAY], fit.shapes[SUNDAY]
        level = (factors * fit.bracket(days - fit.origin))[:, None] * shapes
        return np.stack((level, fit.last[weekdays], fit.means[weekdays])) * self._calendar.exists[days]

    def _last_of(self, weekday: int, origin: int) -> Numbers:
        """The last eight days of a weekday that teach, within half a year up to `origin`."""
        days = self._by_weekday[weekday]
        end = np.searchsorted(days, origin, side="right")
        days = days[max(0, end - LEARN_OF_WEEKDAY) : end]
        return days[days > origin - LEARN_DAYS]

    @cached_property
    def _by_weekday(self) -> tuple[Numbers, ...]:
        teaches, weekdays = self.history.teaches, self._weekdays[: self.history.days]
        return tuple(np.flatnonzero(teaches & (weekdays == weekday)) for weekday in range(7))

    @cached_property
    def _taught(self) -> Numbers:
        return np.concatenate(([0], np.cumsum(self.history.teaches)))

    @cached_property
    def _holiday_ratios(self) -> tuple[Numbers, Floats]:
        """The holidays of open weekdays, and what came on each over the usual of the day before it."""
        seen = np.flatnonzero(self.history.totals > 0)
        begins = int(seen[0]) if len(seen) else self.history.days
        held = self._calendar.holidays[: self.history.days] & ~self._calendar.excluded[: self.history.days]
        days: list[int] = []
        ratios: list[float] = []
        for day in np.flatnonzero(held):
            of_weekday = self._last_of(int(self._weekdays[day]), int(day) - 1)
            usual = float(np.median(self.history.totals[of_weekday])) if len(of_weekday) > 1 else 0.0
            if day >= begins and usual > 0:
                days.append(int(day))
                ratios.append(float(self.history.totals[day]) / usual)
        return np.array(days, dtype=np.int64), np.array(ratios)

    def _of_holidays(self, origin: int) -> tuple[float | None, Floats, int]:
        days, ratios = self._holiday_ratios
        near = (days <= origin) & (days > origin - _HOLIDAY_DAYS)
        if near.sum() < _HOLIDAYS:
            return None, np.zeros(HALF_HOURS), int(near.sum())
        return float(np.median(ratios[near])), _shape(self.history.counts[days[near]]), int(near.sum())

    def _step(self, days: Numbers, ratios: Floats) -> float | None:
        """The new level of demand, where the last three days are all far from the usual on one side of it."""
        if len(days) < _STEP_DAYS:
            return None
        if (ratios > _STEP_UP).all():
            return float(np.median(ratios))
        if (ratios < _STEP_DOWN).all() and not self._near_a_holiday(days):
            return float(np.median(ratios))
        return None

    def _near_a_holiday(self, days: Numbers) -> bool:
        around = _STEP_FREE_OF_HOLIDAYS
        return any(self._calendar.holidays[max(0, day - around) : day + around + 1].any() for day in days)


def _usual(days: Numbers, volumes: Floats, factor: float) -> Numbers:
    """The days whose volume is not far from their weekday's; all of them, if none is."""
    if factor <= 0:
        return days
    low, high = _SHAPE_RATIOS
    near: Flags = (volumes >= low * factor) & (volumes <= high * factor)
    return days[near] if near.any() else days


def _mean(counts: Floats) -> Floats:
    """The mean of each half hour over the days that have it."""
    there = ~np.isnan(counts)
    mean: Floats = np.nan_to_num(counts).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return mean


def _shape(counts: Floats) -> Floats:
    mean = _mean(counts)
    total = mean.sum()
    return mean / total if total > 0 else mean


def _level(ratios: Floats) -> float:
    level = 1.0
    for ratio in np.clip(ratios, _LOWEST_RATIO, _HIGHEST_RATIO).tolist():
        level += _LEVEL_WEIGHT * (ratio - level)
    return level
