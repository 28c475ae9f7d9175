"""When something is due: days and times by the centre's clock, turned into instants. Pure; nothing here ticks.

A day is due by its number, its weekday or a cron expression, and may move to a working day. A local time that does
not exist on a day (the clocks go forward) is the first instant after it, one that occurs twice is the first of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.periods import Period, days, half_month, month_end, to_local, to_utc

DAY = timedelta(days=1)
SHORTEST_MONTH = 28
FARTHEST_SHIFT = 31
"""A working day is sought so many days away; where there is none, the day stays as it is."""
_AHEAD = (1, 40, 400, 3000)
"""Days to look at, in growing steps: a leap day may be eight years away."""

Shift = Literal["next", "previous"]
Span = Literal["half_month", "month", "week", "day"]
"""What an issue is about: the last of these that was over before the day it is scheduled for."""


@dataclass(frozen=True)
class Rule:
    """Days (by their numbers, their weekdays, or either of them) and the times on each of them."""

    times: tuple[time, ...]
    numbers: frozenset[int] | None = None
    """Days of the month. None: any."""
    weekdays: frozenset[int] | None = None
    """0 Monday ... 6 Sunday. None: any."""
    months: frozenset[int] | None = None
    lasting: bool = True
    """Whether the last day of a month stands for a number that the month does not have; not so in cron."""
    shift: Shift | None = None

    def names(self, day: date) -> bool:
        """Whether a day is due by its name, wherever it is moved to."""
        if self.months is not None and day.month not in self.months:
            return False
        if self.numbers is None or self.weekdays is None:
            return self._numbered(day) and (self.weekdays is None or day.weekday() in self.weekdays)
        return self._numbered(day) or day.weekday() in self.weekdays  # cron's own rule: either of them

    def _numbered(self, day: date) -> bool:
        if self.numbers is None or day.day in self.numbers:
            return True
        if not self.lasting or day.day < SHORTEST_MONTH or day != month_end(day):
            return False
        return any(number > day.day for number in self.numbers)


@dataclass(frozen=True)
class Calendar:
    """A centre's zone, and the days it works."""

    timezone: str
    is_working_day: Callable[[date], bool]


@dataclass(frozen=True, order=True)
class Due:
    """One time that something is due: a UTC instant, and the day it was named for before any shift."""

    at: datetime
    day: date


def due_after(rule: Rule, instant: datetime, calendar: Calendar) -> Due | None:
    """The first due time after an instant; None if there is none within eight years."""
    today = to_local(instant, calendar.timezone).date()
    for ahead in _AHEAD:
        end = today + ahead * DAY
        found = [due for due in due_between(rule, today - DAY, end, calendar) if due.at > instant]
        if found:
            return found[0]
    return None


def due_before(rule: Rule, instant: datetime, calendar: Calendar) -> Due | None:
    """The latest due time at an instant or before it; None if there is none within eight years."""
    today = to_local(instant, calendar.timezone).date()
    for back in _AHEAD:
        start = today - back * DAY
        found = [due for due in due_between(rule, start, today + DAY, calendar) if due.at <= instant]
        if found:
            return found[-1]
    return None


def due_between(rule: Rule, first: date, last: date, calendar: Calendar) -> list[Due]:
    """All due times that fall on the local days from `first` to `last`, after any shift, in order.

    Days that are moved onto one day count once: as the latest of them.
    """
    named: dict[date, date] = {}
    reach = FARTHEST_SHIFT * DAY if rule.shift else timedelta()
    for day in _days(first - reach, last + reach):
        if rule.names(day):
            moved = shifted(day, rule.shift, calendar)
            named[moved] = max(day, named.get(moved, day))
    found: dict[datetime, Due] = {}
    for moved, day in named.items():
        if first <= moved <= last:
            for at in rule.times:
                due = Due(instant_of(datetime.combine(moved, at), calendar.timezone), day)
                found[due.at] = max(due, found.get(due.at, due))
    return sorted(found.values())


def shifted(day: date, shift: Shift | None, calendar: Calendar) -> date:
    """The day itself, or the nearest working day in the direction of the shift."""
    step = DAY if shift == "next" else -DAY
    candidates = (day + number * step for number in range(FARTHEST_SHIFT + 1)) if shift else ()
    return next((each for each in candidates if calendar.is_working_day(each)), day)


def instant_of(local: datetime, timezone: str) -> datetime:
    """The UTC instant of a local time, the first of two; of a time that is left out, the first instant after it."""
    instant = to_utc(local, timezone)
    if to_local(instant, timezone) == local:
        return instant
    # The clocks went forward over it: read by the clock after, it lies before the change; by the clock before, after.
    early = local.replace(tzinfo=ZoneInfo(timezone), fold=1).astimezone(UTC).replace(tzinfo=None)
    before, after = 0, round((instant - early).total_seconds())
    while after - before > 1:
        middle = (before + after) // 2
        if to_local(early + timedelta(seconds=middle), timezone) < local:
            before = middle
        else:
            after = middle
    return early + timedelta(seconds=after)


def period_before(day: date, span: Span, timezone: str) -> Period:
    """The latest whole half month, month, week (from Monday) or day that ended before a day began."""
    match span:
        case "half_month":
            return half_month(half_month(day, timezone).first_day - DAY, timezone)
        case "month":
            last = day.replace(day=1) - DAY
            return days(last.replace(day=1), last, timezone)
        case "week":
            monday = day - timedelta(days=day.weekday() + 7)
            return days(monday, monday + 6 * DAY, timezone)
        case "day":
            return days(day - DAY, day - DAY, timezone)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))
