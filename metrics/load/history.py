"""What came: entries of one line and channel by local day and half hour, and what the calendar says of the days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

HALF_HOURS = 48
HALF_HOUR_S = 1800.0
LEARN_DAYS = 182
"""A weekday is learnt from its last days within half a year."""
LEARN_OF_WEEKDAY = 8
MISSED_FROM = 30.0
"""A day without any record is a gap of the records where its weekday usually brings so many."""


@dataclass(frozen=True)
class Calendar:
    """Local days in a row, from `first` on, and what each of them counts as."""

    first: date
    weekdays: Numbers
    """0 Monday ... 6 Sunday: the weekday that a day runs as."""
    holidays: Flags
    excluded: Flags
    """Days that teach nothing."""
    exists: Flags
    """(days, 48): the half hours there are; a day of 23 hours lacks two."""

    def __len__(self) -> int:
        return len(self.weekdays)

    def day(self, index: int) -> date:
        return self.first + timedelta(days=int(index))

    def index(self, day: date) -> int:
        return (day - self.first).days


@dataclass(frozen=True)
class History:
    """`counts` (days, 48) are entries of the complete days with which the calendar begins; NaN: no such half hour.

    The calendar goes on after them: what is to be forecast is in it.
    """

    calendar: Calendar
    counts: Floats

    @property
    def days(self) -> int:
        """How many days are complete: the last of them is the origin of a forecast."""
        return len(self.counts)

    @cached_property
    def filled(self) -> Floats:
        """The counts with 0 where there is no such half hour."""
        filled: Floats = np.nan_to_num(self.counts)
        return filled

    @cached_property
    def totals(self) -> Floats:
        totals: Floats = self.filled.sum(axis=1)
        return totals

    @cached_property
    def gaps(self) -> tuple[int, ...]:
        """Days without a record whose weekday brings at least 30: their records are missing, they were not silent."""
        return tuple(int(day) for day in np.flatnonzero(self._known & ~self.teaches))

    @cached_property
    def _known(self) -> Flags:
        known = ~self.calendar.holidays[: self.days] & ~self.calendar.excluded[: self.days]
        seen = np.flatnonzero(self.totals > 0)
        known[: seen[0] if len(seen) else self.days] = False
        return known

    @cached_property
    def teaches(self) -> Flags:
        """Which days teach: complete, since the first record, no holiday, not excluded, records not missing."""
        teaches = self._known.copy()
        for weekday in range(7):
            of_weekday = np.flatnonzero(self._known & (self.calendar.weekdays[: self.days] == weekday))
            busy: list[float] = []
            for day in of_weekday:
                if self.totals[day] > 0:
                    busy.append(float(self.totals[day]))
                elif busy and np.median(busy[-LEARN_OF_WEEKDAY:]) >= MISSED_FROM:
                    teaches[day] = False
        return teaches

    def up_to(self, days: int) -> History:
        """The history as it was when so many days were complete."""
        return History(self.calendar, self.counts[:days])
