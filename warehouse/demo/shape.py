"""When people call, write and reserve: weights of weekdays, holidays and hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from warehouse.demo.chance import DAY_S, Floats, HalfMonth, Ints, spread


@dataclass(frozen=True)
class LoadShape:
    """A stream's week and day.

    `week` are weights Monday to Sunday, `holiday` that of a public holiday; `hours` and `free_hours` are weights
    of the 24 local hours on working and on free days.
    """

    week: tuple[float, ...]
    holiday: float
    hours: tuple[float, ...]
    free_hours: tuple[float, ...]


def _hours(first: int, weights: Sequence[float]) -> tuple[float, ...]:
    return (0.0,) * first + tuple(weights) + (0.0,) * (24 - first - len(weights))


SHAPES = {
    # Buyers call before lunch and after work, and at weekends from late morning on.
    "sales": LoadShape(
        (1.08, 1.04, 1.02, 1.0, 0.98, 0.72, 0.62),
        0.5,
        _hours(8, (2.2, 5.0, 8.0, 9.5, 9.6, 8.8, 8.6, 8.9, 9.0, 9.2, 8.6, 6.6, 4.0, 2.0)),
        _hours(8, (1.2, 3.4, 7.4, 10.6, 11.4, 11.0, 10.4, 9.8, 9.2, 8.4, 7.0, 5.2, 3.2, 1.8)),
    ),
    # Residents call in the morning and on Mondays; at weekends only when something drips.
    "inhouse": LoadShape(
        (1.22, 1.08, 1.02, 0.98, 0.9, 0.42, 0.34),
        0.3,
        _hours(8, (4.5, 9.6, 11.4, 10.8, 9.4, 8.0, 8.4, 8.6, 8.2, 7.4, 5.8, 4.0, 2.4, 1.5)),
        _hours(8, (3.0, 7.0, 10.0, 10.8, 10.2, 9.4, 9.0, 8.6, 8.2, 7.6, 6.2, 4.6, 3.2, 2.2)),
    ),
    # Keys are handed out from Tuesday to Saturday: the calls come around the appointments.
    "akc": LoadShape(
        (0.92, 1.06, 1.1, 1.12, 1.14, 0.74, 0.24),
        0.25,
        _hours(9, (7.0, 10.5, 12.0, 11.0, 9.5, 9.5, 10.5, 10.0, 8.5, 6.0, 3.5, 2.0)),
        _hours(9, (6.0, 11.0, 13.0, 12.5, 11.0, 10.5, 10.0, 9.0, 7.0, 5.0, 3.0, 2.0)),
    ),
    # Chats live after lunch and in the evening.
    "chats": LoadShape(
        (1.06, 1.05, 1.04, 1.02, 1.0, 0.78, 0.76),
        0.62,
        _hours(8, (2.4, 4.6, 6.8, 8.2, 8.6, 8.4, 8.6, 8.8, 8.8, 8.8, 8.8, 8.2, 5.8, 3.2)),
        _hours(8, (1.4, 3.4, 6.2, 8.4, 9.4, 9.4, 9.2, 9.2, 9.2, 9.0, 8.8, 8.2, 5.2, 3.0)),
    ),
    "leads": LoadShape(
        (1.02, 1.0, 1.0, 0.98, 0.96, 0.9, 0.94),
        0.82,
        (
            *(1.6, 0.9, 0.5, 0.4, 0.4, 0.6, 1.2, 2.2, 3.6, 4.8, 5.6, 6.2, 6.4, 6.2, 5.8, 5.8),
            *(5.8, 6.0, 6.0, 6.2, 6.6, 6.8, 5.2, 3.2),
        ),
        (
            *(2.0, 1.2, 0.7, 0.4, 0.4, 0.5, 0.8, 1.4, 2.6, 4.0, 5.4, 6.4, 6.8, 6.8, 6.4, 6.2),
            *(6.0, 6.0, 6.0, 6.2, 6.6, 6.8, 5.6, 3.6),
        ),
    ),
    "attempts": LoadShape(
        (1.06, 1.08, 1.08, 1.04, 0.94, 0.34, 0.12),
        0.08,
        _hours(9, (4.0, 9.5, 11.2, 10.4, 7.6, 9.2, 10.6, 10.8, 10.2, 9.0, 5.5, 2.0)),
        _hours(12, (9.0, 13.0, 13.0, 12.0, 12.0, 11.0, 9.0, 6.0, 3.0)),
    ),
    "reservations": LoadShape(
        (0.86, 0.94, 0.98, 1.0, 1.06, 1.16, 0.94),
        0.6,
        _hours(9, (2.5, 6.0, 9.0, 10.0, 9.5, 10.0, 10.5, 11.0, 11.0, 9.5, 6.5, 3.0, 1.5)),
        _hours(9, (2.0, 6.0, 10.5, 12.5, 12.0, 11.5, 11.0, 10.0, 8.5, 6.5, 4.0, 2.0, 1.0)),
    ),
    "desk": LoadShape(
        (1.16, 1.08, 1.04, 1.0, 0.92, 0.3, 0.2),
        0.14,
        _hours(9, (8.5, 12.0, 12.5, 11.5, 8.5, 10.5, 11.0, 10.5, 8.5, 4.5, 2.0)),
        _hours(10, (11.0, 14.0, 14.0, 12.0, 11.0, 10.0, 9.0, 7.0, 4.0)),
    ),
    # What stays in the bot comes at any hour: at night nobody is there to hand over to.
    "bot": LoadShape(
        (1.08, 1.04, 1.02, 1.0, 0.98, 0.72, 0.64),
        0.55,
        (
            *(1.4, 0.8, 0.5, 0.4, 0.4, 0.6, 1.2, 2.6, 4.8, 6.6, 7.6, 7.8, 7.2, 6.8, 6.8, 6.8),
            *(6.6, 6.4, 5.8, 5.2, 4.6, 4.0, 3.2, 2.2),
        ),
        (
            *(2.0, 1.2, 0.7, 0.5, 0.4, 0.5, 0.8, 1.8, 3.4, 5.2, 7.0, 7.8, 7.8, 7.4, 7.0, 6.8),
            *(6.6, 6.2, 5.8, 5.4, 5.0, 4.4, 3.6, 2.6),
        ),
    ),
}


@cache
def _holidays() -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("RU", years=range(2024, 2028)).keys())


def free(day: date) -> bool:
    """A weekend or a public holiday."""
    return day.weekday() >= 5 or day in _holidays()


def day_weights(half: HalfMonth, shape: str) -> Floats:
    """The weight of each day of a half month; 1.0 is an ordinary working day."""
    of = SHAPES[shape]
    return np.array([min(of.week[day.weekday()], of.holiday if day in _holidays() else 9.0) for day in half.dates])


def moments(half: HalfMonth, n: int, shape: str, rng: np.random.Generator) -> Floats:
    """n ascending days' worth of arrivals: seconds since the half month's start, day by day.

    The days' counts are exact, a few per cent around their weights; within a day people come as they like.
    """
    weights = day_weights(half, shape) * np.exp(0.035 * rng.standard_normal(half.days))
    return moments_on(half, np.repeat(np.arange(half.days), spread(n, weights)), shape, rng)


def moments_on(half: HalfMonth, day: Ints, shape: str, rng: np.random.Generator) -> Floats:
    """A moment of each given day of the half month, by the hours of its kind of day."""
    of = SHAPES[shape]
    u = rng.random(len(day))
    is_free = np.array([free(date) for date in half.dates])[day]
    hour = np.where(is_free, _at(of.free_hours, u), _at(of.hours, u))
    at: Floats = np.round(day * DAY_S + hour * 3600, 1)
    return at


def load(shape: str, at: Floats) -> Floats:
    """How busy the hour of each moment usually is, 1.0 at the peak of a working day."""
    hours = np.array(SHAPES[shape].hours)
    busy: Floats = hours[((at % DAY_S) // 3600).astype(np.int64)] / hours.max()
    return busy


def _at(hours: Sequence[float], u: Floats) -> Floats:
    """The hour of the day (0-24) at which the share u of the day's arrivals has come."""
    open_hours = np.flatnonzero(hours)
    first, last = int(open_hours[0]), int(open_hours[-1])
    grown = np.concatenate([[0.0], np.cumsum(hours[first : last + 1])])
    hour: Floats = np.interp(u, grown / grown[-1], np.arange(first, last + 2, dtype=np.float64))
    return hour
