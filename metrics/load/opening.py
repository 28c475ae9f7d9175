"""When a line is open: as somebody set it, or as contacts come. A half hour outside needs nobody."""

from __future__ import annotations

import numpy as np

from metrics.load.history import HALF_HOURS, Flags, Floats, History

_DAYS = 56
_RARE, _NEXT_TO_NOTHING = 0.1, 0.005
_SATURDAY, _SUNDAY = 5, 6


def half_hours_between(opens: float, closes: float) -> Flags:
    """Return (48,): which half hours lie between two hours of the day."""
    at = np.arange(HALF_HOURS) / 2
    within: Flags = (at >= opens) & (at < closes)
    return within


def as_contacts_come(history: History) -> Flags:
    """Return (7, 48): which half hours of each weekday contacts come in, of the last 56 days that teach.

    Working days are looked at together, Saturday and Sunday each alone. Half hours in which something came on a tenth
    of the days at most (one of eight Saturdays), and next to nothing of all, are no opening hours: a call that was
    still in the queue at closing time opens no line.
    """
    taught = np.flatnonzero(history.teaches & (history.totals > 0))
    taught = taught[taught >= history.days - _DAYS]
    weekdays = history.calendar.weekdays[taught]
    kinds = (weekdays < _SATURDAY, weekdays == _SATURDAY, weekdays == _SUNDAY)
    working, saturday, sunday = (_of_days(history.filled[taught[kind]]) for kind in kinds)
    return np.stack((*(working for _ in range(_SATURDAY)), saturday, sunday))


def _of_days(counts: Floats) -> Flags:
    came: Floats = (counts > 0).sum(axis=0).astype(float)
    rare = came <= max(1.0, _RARE * len(counts))
    if counts[:, rare].sum() > _NEXT_TO_NOTHING * counts.sum():
        rare = came <= 0
    return ~rare


def within_hours(contacts: Floats, open_hours: Flags) -> Floats:
    """Return a day's contacts with those of closed half hours shared out to the open ones: the sum stays what it is."""
    inside = np.where(open_hours, contacts, 0.0)
    total = float(inside.sum())
    return inside * (float(contacts.sum()) / total) if total > 0 else inside
