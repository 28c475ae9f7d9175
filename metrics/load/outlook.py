"""What is published of the days ahead: by the method that was best so far ahead, with a band it has earned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.load.backtest import BLOCK, DAY, HALF_HOUR, WEEK, Accuracy, Band, Horizon, back_test
from metrics.load.forecast import CHECKED_DAYS, DAY_MODEL, LEAST_DAYS, METHODS, Fit, Forecaster
from metrics.load.history import Floats, History

_YEAR = 364
"""The same weekday a year ago."""


@dataclass(frozen=True)
class DayAhead:
    """One day's forecast. Arrays by half hour; bounds are None where nothing is known of them."""

    day: int
    """Its place in the calendar."""
    lead: int
    method: str
    checked: bool
    holiday: bool
    values: Floats
    low: Floats | None
    high: Floats | None
    total: float
    total_low: float | None
    total_high: float | None


@dataclass(frozen=True)
class StreamOutlook:
    """What is known of one line and channel, and what of it is said of the days after its last complete one."""

    history: History
    known_days: int
    """How many days it is learnt from."""
    fit: Fit | None
    """None: too few days for a forecast."""
    accuracy: Accuracy | None
    """None: nothing checks it yet."""
    days: tuple[DayAhead, ...]

    @property
    def origin(self) -> int:
        """The last complete day."""
        return self.history.days - 1

    def on(self, day: int) -> DayAhead | None:
        return next((ahead for ahead in self.days if ahead.day == day), None)

    def band_of(self, days: Sequence[DayAhead]) -> tuple[float, float] | None:
        """The band of several days' sum: never the sum of their bands."""
        if not days:
            return None
        if len(days) == 1:
            low, high = days[0].total_low, days[0].total_high
            return None if low is None or high is None else (low, high)
        band = self._band(max(max(ahead.lead for ahead in days), WEEK), BLOCK)
        if band is None:
            return None
        low_of, high_of = band.around(np.array([sum(ahead.total for ahead in days)]))
        return float(low_of[0]), float(high_of[0])

    def group(self, lead: int) -> Horizon | None:
        return self.accuracy.of(lead) if self.accuracy else None

    def _band(self, lead: int, grain: str) -> Band | None:
        group = self.group(lead)
        return group.bands.get(grain) if group else None


def look_ahead(history: History, leads: int, band: float = 0.8) -> StreamOutlook:
    """Forecast so many days after the history's last one. A calendar as long as that is needed."""
    forecaster = Forecaster(history)
    origin = history.days - 1
    known = forecaster.known_days(origin) if history.days else 0
    if known < LEAST_DAYS:
        return StreamOutlook(history, known, None, None, ())
    accuracy = back_test(history, forecaster, band) if known >= CHECKED_DAYS else None
    fit = forecaster.fit(origin)
    days = np.arange(origin + 1, min(origin + leads, len(history.calendar) - 1) + 1)
    said = forecaster.by_all(fit, days)
    outlook = StreamOutlook(history, known, fit, accuracy, ())
    ahead = tuple(_day_ahead(outlook, int(day), said[:, n]) for n, day in enumerate(days))
    return StreamOutlook(history, known, fit, accuracy, ahead)


def season(history: History, days: Sequence[int]) -> float | None:
    """Return how far the same weeks a year ago were from the eight weeks before them, as a share; None: not known.

    `days`: places in the calendar. 0.2: a fifth more came than usual.
    """
    ago = np.array(days, dtype=np.int64) - _YEAR
    if not len(ago) or ago[0] <= 0 or ago[-1] >= history.days:
        return None
    forecaster = Forecaster(history)
    before = int(ago[0]) - 1
    teaching = ago[history.teaches[ago]]
    if forecaster.known_days(before) < CHECKED_DAYS or 2 * len(teaching) < len(ago):
        return None
    usual = float(forecaster.fit(before).factors[history.calendar.weekdays[teaching]].sum())
    return float(history.totals[teaching].sum()) / usual - 1 if usual > 0 else None


def _day_ahead(outlook: StreamOutlook, day: int, said: Floats) -> DayAhead:
    """`said` (3, 48) is what each method says of the day."""
    lead = day - outlook.origin
    holiday = bool(outlook.history.calendar.holidays[day])
    group = outlook.group(lead)
    # A holiday is nothing that a weekday's last days know of.
    method = METHODS[0] if holiday else group.method if group else DAY_MODEL
    values = said[METHODS.index(method)]
    total = values.sum(keepdims=True)
    low = high = None
    total_low = total_high = None
    if group and (half_hour := group.bands.get(HALF_HOUR)):
        low, high = (np.where(values > 0, bound, 0.0) for bound in half_hour.around(values))
    if group and (of_day := group.bands.get(DAY)) and total[0] > 0:
        total_low, total_high = (float(bound[0]) for bound in of_day.around(total))
    elif group and total[0] <= 0:
        total_low = total_high = 0.0
    checked = bool(group and group.checked)
    return DayAhead(day, lead, method, checked, holiday, values, low, high, float(total[0]), total_low, total_high)
