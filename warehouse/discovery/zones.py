"""Which zone times without one are in, as far as the hours of the day tell: at night a centre is quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import atan2, cos, hypot, pi, sin

from warehouse.messages import Message, note

_EARLIEST, _LATEST = 0.5, 5.5
"""Between these hours of local time lies the middle of a centre's quiet time: 9-18 has it at 1:30, 10-24 at 5."""
_FEW = 100
"""So few rows show no hours."""
_FLAT = 0.12
"""How far the day's weight must lie from the middle of the dial (0-1), or else all hours are alike."""


def quiet_hour(hours: Mapping[int, int]) -> float | None:
    """Return the middle of the quiet time (0-24) of counts by hour; None where hours do not differ, or are too few."""
    total = sum(hours.values())
    if total < _FEW:
        return None
    x = sum(count * cos((hour + 0.5) * pi / 12) for hour, count in hours.items()) / total
    y = sum(count * sin((hour + 0.5) * pi / 12) for hour, count in hours.items()) / total
    if hypot(x, y) < _FLAT:
        return None
    return (atan2(y, x) * 12 / pi + 12) % 24


def is_night(hour: float) -> bool:
    """Whether a centre may be quietest at this local hour."""
    return _EARLIEST <= hour <= _LATEST


@dataclass(frozen=True)
class Zone:
    """The zone of times, and what tells it."""

    name: str
    why: Message
    certain: bool = True


def zone_of(times: Iterable[datetime], now: datetime, centre: str, offset: timedelta) -> Zone:
    """Return the zone of times without one: the centre's, which is `offset` ahead of UTC now, or UTC.

    `now` is UTC.
    """
    found = list(times)
    if not offset or centre == "UTC":
        return Zone(centre, note("the centre's own"))
    latest = max(found, default=None)
    soon = timedelta(minutes=2)
    if latest and now + soon < latest <= now + offset + soon:
        return Zone(centre, note("in UTC its latest row would lie in the future"))
    quiet = quiet_hour(Counter(each.hour for each in found))
    if quiet is None:
        return Zone(centre, note("supposed: the hours of its rows tell nothing, so compare one with your clock"), False)
    as_utc = (quiet + offset / timedelta(hours=1)) % 24
    here, there = is_night(quiet), is_night(as_utc)
    if there and not here:
        return Zone(
            "UTC",
            note("by the hours of its rows: in {zone} they would be quiet at {hour}", zone=centre, hour=clock(quiet)),
        )
    if here and not there:
        return Zone(centre, note("by the hours of its rows: they are quiet at {hour}", hour=clock(quiet)))
    if here:
        return Zone(
            centre,
            note("supposed: by the hours of its rows it may be UTC as well, so compare one with your clock"),
            False,
        )
    return Zone(
        centre,
        note("doubtful: its rows would be quiet at {hour}, so compare one with your clock", hour=clock(quiet)),
        False,
    )


def clock(hour: float) -> str:
    """An hour of the day as it is read: 3:30."""
    minutes = round(hour * 2) * 30 % 1440
    return f"{minutes // 60}:{minutes % 60:02}"
