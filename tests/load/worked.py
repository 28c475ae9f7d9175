"""The worked world: line alpha works on Mondays and Tuesdays, 10:00-11:30, and is seen on 15 June 2026."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from metrics.load.history import HALF_HOURS, Calendar, History

FIRST, ORIGIN = date(2026, 4, 13), date(2026, 6, 15)
OPEN = slice(20, 23)
"""10:00, 10:30 and 11:00."""
HOLIDAYS = {date(2026, 5, 1), date(2026, 5, 9), date(2026, 5, 11), date(2026, 6, 12)}

ENTRIES: dict[date, tuple[int, int, int]] = {
    **{
        date(2026, month, day): (20, 20, 20)
        for month, day in ((4, 13), (4, 20), (4, 27), (5, 4), (5, 18), (5, 25), (6, 1), (6, 8))
    },
    date(2026, 5, 11): (2, 1, 0),
    date(2026, 6, 15): (36, 30, 24),
    date(2026, 4, 14): (12, 26, 12),
    date(2026, 4, 21): (12, 24, 12),
    date(2026, 4, 28): (14, 24, 12),
    date(2026, 5, 5): (14, 26, 12),
    date(2026, 5, 19): (13, 25, 12),
    date(2026, 5, 26): (30, 50, 30),
    date(2026, 6, 2): (12, 26, 12),
    date(2026, 6, 9): (14, 27, 13),
}
"""By half hour. Nothing is recorded of 12 May, a Tuesday."""


def history(**other: tuple[int, int, int]) -> History:
    """The worked history; `other` days are otherwise: `d0608=(30, 30, 30)` is 8 June."""
    days = (ORIGIN - FIRST).days + 1
    calendar = calendar_of(FIRST, days + 56, HOLIDAYS)
    counts = np.zeros((days, HALF_HOURS))
    changed = {date(2026, int(key[1:3]), int(key[3:])): value for key, value in other.items()}
    for day, entries in (ENTRIES | changed).items():
        counts[calendar.index(day), OPEN] = entries
    return History(calendar, counts)


def calendar_of(first: date, days: int, holidays: set[date] | frozenset[date] = frozenset()) -> Calendar:
    """Plain days in a row, of 24 hours, none of them excluded."""
    each = [first + timedelta(days=n) for n in range(days)]
    return Calendar(
        first,
        np.array([day.weekday() for day in each]),
        np.array([day in holidays for day in each]),
        np.zeros(days, dtype=bool),
        np.ones((days, HALF_HOURS), dtype=bool),
    )
