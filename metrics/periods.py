"""Periods: half-open intervals of UTC instants that begin and end by the centre's clock.

A local day may have 23 or 25 hours; every border is computed from the local calendar with zoneinfo and only then
turned into UTC, so nothing here adds 24 hours to anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from warehouse.messages import UserError

HOUR, HALF_HOUR = timedelta(hours=1), timedelta(minutes=30)


def to_utc(local: datetime, timezone: str) -> datetime:
    """The UTC instant (naive) of a naive local time; of a repeated hour, the first."""
    return local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).replace(tzinfo=None)


def to_local(instant: datetime, timezone: str) -> datetime:
    """The local time (naive) of a naive UTC instant."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def midnight(day: date, timezone: str) -> datetime:
    """The UTC instant at which a local day begins."""
    return to_utc(datetime.combine(day, time()), timezone)


@dataclass(frozen=True)
class Period:
    """A half-open interval [start, end) of naive UTC instants, and the zone whose days it is made of."""

    start: datetime
    end: datetime
    timezone: str

    @property
    def first_day(self) -> date:
        return to_local(self.start, self.timezone).date()

    @property
    def last_day(self) -> date:
        """The last local day that has any part in the period."""
        return to_local(self.end - timedelta(microseconds=1), self.timezone).date()

    @property
    def days(self) -> tuple[date, ...]:
        """Its local days, in order."""
        first = self.first_day
        return tuple(first + timedelta(days=i) for i in range((self.last_day - first).days + 1))

    @property
    def whole_days(self) -> bool:
        """Whether it begins and ends at local midnights."""
        after = self.last_day + timedelta(days=1)
        return self.start == midnight(self.first_day, self.timezone) and self.end == midnight(after, self.timezone)

    @lru_cache(maxsize=1024)  # noqa: B019 - a period is but three values
    def borders(self, by: str) -> tuple[datetime, ...]:
        """The UTC instants that cut it into (half-)hours, days, weeks (from Monday), half months, months or
        years, ends too.

        The first and the last part may be shorter than the others.
        """
        steps = {
            "half-hour": self._half_hours,
            "hour": self._hours,
            "day": self._midnights,
            "week": self._mondays,
            "half_month": self._halves,
            "month": self._months,
            "year": self._years,
        }
        return (self.start, *(at for at in steps[by]() if self.start < at < self.end), self.end)

    def _midnights(self) -> Iterator[datetime]:
        return (midnight(day, self.timezone) for day in self.days)

    def _mondays(self) -> Iterator[datetime]:
        return (midnight(day, self.timezone) for day in self.days if day.weekday() == 0)

    def _halves(self) -> Iterator[datetime]:
        return (midnight(day, self.timezone) for day in self.days if day.day in (1, 16))

    def _months(self) -> Iterator[datetime]:
        return (midnight(day, self.timezone) for day in self.days if day.day == 1)

    def _years(self) -> Iterator[datetime]:
        return (midnight(day, self.timezone) for day in self.days if (day.month, day.day) == (1, 1))

    def _hours(self, step: timedelta = HOUR) -> Iterator[datetime]:
        for day in self.days:
            at, until = midnight(day, self.timezone), midnight(day + timedelta(days=1), self.timezone)
            while at < until:
                yield at
                at += step

    def _half_hours(self) -> Iterator[datetime]:
        return self._hours(HALF_HOUR)

    def offsets(self) -> tuple[tuple[datetime, int], ...]:
        """(from this instant on, minutes east of Greenwich), as often as the clocks change within it."""
        found: list[tuple[datetime, int]] = []
        for at in (self.start, *self._hours()):
            minutes = round((to_local(at, self.timezone) - at) / timedelta(minutes=1))
            if not found or found[-1][1] != minutes:
                found.append((at, minutes))
        return tuple(found)

    def month_to_date(self) -> Period:
        """From the first day of its first month to its end."""
        return Period(midnight(self.first_day.replace(day=1), self.timezone), self.end, self.timezone)

    def in_month_of(self, day: date) -> Period:
        """Its part in the month of one of its days."""
        month = days(day.replace(day=1), month_end(day), self.timezone)
        return Period(max(self.start, month.start), min(self.end, month.end), self.timezone)

    def whole_months(self) -> Period:
        """The calendar months that it lies in."""
        return days(self.first_day.replace(day=1), month_end(self.last_day), self.timezone)


def calendar_key(period: Period) -> str:
    """What scripts call a period: `2026-05`, `2026-q2`, `2026`, a day, else its first and last day."""
    first, last = period.first_day, period.last_day
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if period == period.whole_months():
        if months == 1:
            return f"{first:%Y-%m}"
        if months == 3 and first.month % 3 == 1:
            return f"{first.year}-q{first.month // 3 + 1}"
        if months == 12 and first.month == 1:
            return str(first.year)
    return str(first) if first == last else f"{first}..{last}"


def days(first: date, last: date, timezone: str) -> Period:
    """The period of whole local days from `first` to `last`, both included."""
    return Period(midnight(first, timezone), midnight(last + timedelta(days=1), timezone), timezone)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def half_month(day: date, timezone: str) -> Period:
    """The half month (1-15, 16-end) that a day lies in."""
    if day.day <= 15:
        return days(day.replace(day=1), day.replace(day=15), timezone)
    return days(day.replace(day=16), month_end(day), timezone)


def earlier(period: Period, steps: int = 1) -> Period:
    """The period of the same shape so many steps before: whole months and their halves by months, all else by weeks.

    1-15 June comes after 1-15 May, a quarter after a quarter; ten days come after the ten days two weeks before, so
    that weekdays stand beside their like.
    """
    zone, first, last = period.timezone, period.first_day, period.last_day
    if period == period.whole_months():
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        start = months_before(first, months * steps)
        return days(start, month_end(months_before(last.replace(day=1), months * steps)), zone)
    if period == half_month(first, zone):
        return half_month(months_before(first.replace(day=1), steps).replace(day=first.day), zone)
    if period.whole_days and first.day == 1 and last <= month_end(first):
        start = months_before(first, steps)
        return days(start, min(start + (last - first), month_end(start)), zone)
    back = timedelta(weeks=-(-len(period.days) // 7) * steps)
    start, end = (to_utc(to_local(at, zone) - back, zone) for at in (period.start, period.end))
    return Period(start, end, zone)


def year_before(period: Period) -> Period:
    """The same days a year before; a whole month stays whole, whatever February has."""
    first, last = period.first_day, period.last_day
    before = months_before(last, 12)
    return days(months_before(first, 12), month_end(before) if last == month_end(last) else before, period.timezone)


def as_much(period: Period, until: datetime, other: Period) -> Period:
    """As much of another period from its start as is over of this one, by the clocks on the wall."""
    if until >= period.end:
        return other
    zone = period.timezone
    passed = to_local(max(until, period.start), zone) - to_local(period.start, zone)
    return Period(other.start, min(to_utc(to_local(other.start, zone) + passed, zone), other.end), zone)


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def last_half_month(now: datetime, timezone: str) -> Period:
    """The latest half month that is over."""
    current = half_month(to_local(now, timezone).date(), timezone)
    return half_month(current.first_day - timedelta(days=1), timezone)


def week_after(now: datetime, timezone: str) -> Period:
    """The week that begins next; on a Monday the one that has begun with it."""
    today = to_local(now, timezone).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    return days(monday, monday + timedelta(days=6), timezone)


_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?|(\d{4})-(\d{2})")


def parse(text: str, timezone: str) -> Period:
    """A period as scripts write it: `2026-06-01..2026-06-15` (both included), `2026-06-01` or `2026-06`."""
    found = _RANGE.fullmatch(text.strip())
    try:
        if found and found[1]:
            first = date.fromisoformat(found[1])
            last = date.fromisoformat(found[2]) if found[2] else first
        elif found:
            first = date(int(found[3]), int(found[4]), 1)
            last = month_end(first)
        else:
            raise ValueError
    except ValueError:
        raise UserError(
            'The period "{given}" is not understood: write 2026-06-01..2026-06-15, 2026-06-01 or 2026-06.',
            given=text,
        ) from None
    if last < first:
        raise UserError(
            'The period "{given}" ends before it begins: write the earlier day first.',
            given=text,
        )
    return days(first, last, timezone)


_LONG = 62
"""Days; of a longer period the weeks are told apart."""


def series_of(period: Period) -> str:
    """Return the parts of time that one reads a period by."""
    return "hour" if len(period.days) == 1 else "day" if len(period.days) <= _LONG else "week"
